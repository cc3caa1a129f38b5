"""The programme's pair-visits: a share that opens down to visits, part and whole."""

import pytest

from doanso.ledger import actions as ledger
from doanso.ledger.recount import recount
from doanso.outreach.families.visits import facts_of
from doanso.outreach.models import VisitOutcome
from doanso.outreach.tests.visit_factory import visit
from doanso.targets.actions import load_programme
from doanso.targets.queries import overview
from doanso.targets.tests.conftest import FILE
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

PAGE = "/programmes/den-nha-2023/indicators/pair-visits/p4/"
WALLS = """code = "den-nha-2023"
title = "Đến nhà"
root = "my-tho"
first_day = 2023-01-01
last_day = 2023-12-31

"""


@pytest.fixture
def year(outing, tmp_path):
    """Three doors opened, two by whole pairs, and one where nobody was at home."""
    # The indicator as the year's own file has it.
    text = FILE.read_text(encoding="utf-8")
    begin = text.index('[[indicator]]\ncode = "pair-visits"')
    path = tmp_path / "one.toml"
    path.write_text(WALLS + text[begin : text.index("[[indicator]]", begin + 1)], encoding="utf-8")
    programme = load_programme(actor=outing.tree.dung, path=path)
    visits = [
        visit(outing),
        visit(outing, VisitOutcome.REFUSED, household=outing.doors[1].household),
        visit(outing, paired=False, household=outing.doors[2].household),
        visit(outing, VisitOutcome.NOT_HOME),
    ]
    ledger.count_many([fact for counted_visit in visits for fact in facts_of(counted_visit)])
    return programme, visits


def test_it_is_two_whole_numbers_and_no_pace(outing, year):
    programme, _visits = year
    figures = overview(programme, outing.ward, TODAY)
    indicator = figures.by_code("pair-visits")

    assert (indicator.value, indicator.denominator, indicator.exempt, indicator.percent) == (2, 3, None, 666)
    assert (indicator.target, indicator.pace, indicator.needed, indicator.state) == (100, None, 3, "risk")
    # Visits are no members: what the unit is said to have does not change.
    assert figures.members_counted() is None
    assert list(recount()) == []


def test_it_opens_down_to_visits(outing, year, as_user):
    client = as_user(outing.tree.an)
    text = client.get(PAGE).content.decode()
    part = client.get(PAGE, {"of": "numerator"}).content.decode()
    denominator = client.get(PAGE, {"of": "denominator"}).content.decode()

    assert "2 trên 3 lượt đến nhà" in text
    assert [part.count(f"/outreach/visits/{visit.pk}/") for visit in year[1]] == [1, 1, 0, 0]
    assert [denominator.count(f"/outreach/visits/{visit.pk}/") for visit in year[1]] == [1, 1, 1, 0]
    # Only shares of people have a list of whom they are asked.
    assert "/freeze/" not in text
    assert client.get(f"{PAGE}freeze/").status_code == 404


def test_the_page_of_another_ward_says_that_there_are_no_numbers(outing, year, as_user):
    text = as_user(outing.tree.chi).get(PAGE.replace("p4", "p5")).content.decode()

    assert "Chưa có số liệu" in text
