"""Visits in the ledger (rule 19): which door was opened, which pair was whole, and the rows behind a figure."""

from datetime import date, timedelta

import pytest

from doanso.ledger import actions as ledger
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.ports import MeasureKey, source_page
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.outreach.families.visits import PAIR, VISIT, PairVisitsFamily, VisitsFamily, facts_of
from doanso.outreach.models import VisitOutcome
from doanso.outreach.sources import visit_lines
from doanso.outreach.tests.visit_factory import visit
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

FAMILIES = (VisitsFamily(), PairVisitsFamily())


def count(*visits):
    ledger.count_many([fact for visit in visits for fact in facts_of(visit)])


@pytest.fixture
def share(outing):
    """Return a function that reads pair-visits as part and whole of a unit on a day, from a book opened for it."""
    book = open_book(
        code="cap-1-1",
        root=outing.tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[
            MeasurePlan("pair-visits", "outreach.pair-visits"),
            MeasurePlan("whole-pair-visits", "outreach.visits", least_grade=0),
        ],
    )

    def read(unit="my-tho", on=TODAY):
        key = outing.tree.units[unit].pk
        totals = figures(book=book, unit_ids=[key], on=on)
        return totals[key, "pair-visits"].total, totals[key, "whole-pair-visits"].total

    return read


@pytest.mark.parametrize(
    ("outcome", "paired", "families"),
    [
        (VisitOutcome.HELPED, True, ["outreach.visits", "outreach.pair-visits"]),
        (VisitOutcome.HAD_ALREADY, True, ["outreach.visits", "outreach.pair-visits"]),
        (VisitOutcome.FOLLOW_UP, True, ["outreach.visits", "outreach.pair-visits"]),
        (VisitOutcome.REFUSED, True, ["outreach.visits", "outreach.pair-visits"]),
        (VisitOutcome.HELPED, False, ["outreach.visits"]),
        (VisitOutcome.REFUSED, False, ["outreach.visits"]),
        (VisitOutcome.NOT_HOME, True, []),
        (VisitOutcome.NOT_HOME, False, []),
    ],
)
def test_a_visit_counts_where_a_door_was_opened_and_once_more_with_a_pair(outing, outcome, paired, families):
    saved_visit = visit(outing, outcome, paired=paired)

    assert [fact.family for fact in facts_of(saved_visit)] == families
    assert {(fact.source_id, fact.subject_ref, fact.unit_id) for fact in facts_of(saved_visit)} <= {
        (saved_visit.pk, saved_visit.pk, saved_visit.unit_id)
    }


def test_the_share_is_of_opened_doors_and_recount_is_silent(outing, share):
    visits = [visit(outing), visit(outing, paired=False), visit(outing, VisitOutcome.REFUSED), visit(outing, unit="p5")]
    count(*visits, visit(outing, VisitOutcome.NOT_HOME), *visits)

    assert (share("p4"), share("p5"), share()) == ((2, 3), (1, 1), (3, 4))
    assert list(recount()) == []


def test_a_book_opened_later_finds_the_same_visits(outing, request):
    count(visit(outing), visit(outing, paired=False))

    assert request.getfixturevalue("share")() == (1, 2)


def test_a_pair_that_is_whole_later_adds_itself_on_the_day_of_the_visit(outing, share):
    yesterday = TODAY - timedelta(days=1)
    saved_visit = visit(outing, paired=False, happened_on=yesterday, arrived_on=yesterday)
    count(saved_visit)
    saved_visit.second_how, saved_visit.paired, saved_visit.paired_on = "sign-in", True, TODAY
    saved_visit.save()
    count(saved_visit)

    assert (share(on=yesterday), share()) == ((1, 1), (1, 1))


def test_a_clock_that_ran_ahead_moves_visit_and_pair_to_the_day_of_arrival(outing, share):
    ahead, before = TODAY + timedelta(days=20), TODAY - timedelta(days=1)
    saved_visit = visit(outing, happened_on=ahead, arrived_on=before, paired_on=TODAY)
    count(saved_visit)

    assert (share(on=before), share(on=ahead)) == ((1, 1), (1, 1))


def test_a_visit_taken_back_leaves_both(outing, share):
    saved_visit = visit(outing)
    count(saved_visit, visit(outing, paired=False))
    for fact in facts_of(saved_visit):
        ledger.take_back(family=fact.family, source_id=fact.source_id)
    saved_visit.taken_back_at = clock.now()
    saved_visit.save()

    assert share() == (0, 1)
    assert list(recount()) == []


def test_facts_come_in_pages_by_key(outing):
    saved_visit = sorted((visit(outing) for _each in range(3)), key=lambda item: item.pk)
    visit(outing, VisitOutcome.NOT_HOME)
    for family in FAMILIES:
        [first] = family.facts(after=None, limit=1)
        later = family.facts(after=first.source_id, limit=9)
        assert [item.source_id for item in (first, *later)] == [item.pk for item in saved_visit]


@pytest.mark.parametrize("family", FAMILIES)
def test_there_is_nothing_to_choose(outing, family):
    assert family.resolve({}) == MeasureKey()
    with pytest.raises(Refused) as refused:
        family.resolve({"drive": "x"})
    assert (refused.value.problem.code, refused.value.problem.field) == ("measure_parameters", "drive")


def test_a_figure_opens_down_to_visits_under_their_policy(outing):
    saved_visit = visit(outing, VisitOutcome.REFUSED)
    tree = outing.tree

    for actor in (tree.an, tree.lan, tree.dung):
        line = visit_lines(actor=actor, ids=[saved_visit.pk])[saved_visit.pk]
        assert (line.title, line.detail) == ("2 Lê Lợi", "Không đồng ý, ngày 12/11/2023")
        assert line.url == f"/outreach/visits/{saved_visit.pk}/"
    # The address of a home is as personal as a name.
    assert visit_lines(actor=tree.hanh, ids=[saved_visit.pk])[saved_visit.pk].title == "Lê Lợi"
    theirs = visit_lines(actor=tree.chi, ids=[saved_visit.pk])[saved_visit.pk]
    assert (theirs.title, theirs.url) == ("Lượt đến nhà mà bạn không được mở", "")


def test_the_two_kinds_of_sources_have_their_page():
    assert source_page(VISIT) is source_page(PAIR) is visit_lines
