"""The programme's dashboard, and the same for any unit."""

from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext

from doanso.testing import TREE_BEGAN
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath

pytestmark = pytest.mark.engines

CITY = "/programmes/my-tho-2023/"
MOST_STATEMENTS = 12


def _heat_rows(answer) -> list[str]:
    return [row["name"] for row in answer.context["heat"]["rows"]]


def test_who_needs_help_most_stands_first(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY)

    assert _heat_rows(answer) == ["Toàn thành phố", "Phường 5", "Phường 4"]
    assert [unit["name"] for unit in answer.context["worst"]] == ["Phường 5", "Phường 4"]


def test_every_cell_leads_to_the_indicator_of_its_unit(programme, tree, as_user):
    browser = as_user(tree.dung)

    answer = browser.get(CITY)

    row = answer.context["heat"]["rows"][1]
    assert row["cells"][0]["url"] == "/programmes/my-tho-2023/indicators/vneid2-members/p5/"
    assert row["cells"][0]["tenths"] == 500
    assert browser.get(row["cells"][0]["url"]).status_code == 200


def test_the_figures_come_as_a_table_too(programme, tree, as_user):
    browser = as_user(tree.an)

    link = browser.get("/units/p4/dashboard/").context["csv"]

    assert browser.get(link)["Content-Type"] == "text/csv; charset=utf-8"


def test_what_nobody_counts_yet_says_so_and_has_no_state(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY)

    rows = [row for column in answer.context["columns"] for group in column for row in group["rows"]]
    festival = next(row for row in rows if row["title"] == "Ngày hội không tiền mặt")
    assert (festival["state"], festival["value"], festival["pace"]) == ("none", None, None)
    assert answer.context["silent"] == 5
    assert "Chưa có số liệu" in answer.content.decode()


def test_the_strip_counts_states_and_time(programme, tree, as_user):
    strip = as_user(tree.dung).get(CITY).context["strip"]

    assert {stat["state"]: stat["count"] for stat in strip["stats"]} == {"risk": 8, "behind": 1, "on": 0, "met": 0}
    assert (strip["year"]["share"], strip["year"]["left"]) == (865, 49)


def test_an_earlier_day_may_be_asked_for(programme, tree, as_user):
    answer = as_user(tree.dung).get(CITY, {"on": "2023-06-30"})

    assert answer.context["on"] == date(2023, 6, 30)
    assert answer.context["heat"]["rows"][1]["cells"][0]["url"].endswith("?on=2023-06-30")
    assert "Số liệu đến 30/06/2023" in answer.content.decode()


def test_a_unit_looks_at_its_branches(programme, tree, as_user):
    answer = as_user(tree.an).get("/units/p4/dashboard/")

    assert _heat_rows(answer)[0] == "Phường 4"
    assert sorted(_heat_rows(answer)[1:]) == ["Khu phố 1", "Khu phố 2"]


def test_the_way_back_goes_as_far_as_one_may_look(programme, tree, as_user):
    as_secretary = as_user(tree.an).get("/units/p4-kp1/dashboard/")
    as_officer = as_user(tree.dung).get("/units/p4-kp1/dashboard/")

    assert as_secretary.context["crumbs"] == [("Phường 4", "/units/p4/dashboard/")]
    assert as_officer.context["crumbs"] == [
        ("Mỹ Tho", "/units/my-tho/dashboard/"),
        ("Phường 4", "/units/p4/dashboard/"),
    ]


def test_a_branch_has_no_table_of_units(programme, tree, as_user):
    answer = as_user(tree.binh).get("/units/p4-kp1/dashboard/")

    assert (answer.status_code, answer.context["heat"], answer.context["below"]) == (200, None, 0)


@pytest.mark.parametrize(
    "address", [CITY, "/units/my-tho/dashboard/", "/units/p5/dashboard/", "/units/nowhere/dashboard/"]
)
def test_a_stranger_to_the_unit_finds_nothing(programme, tree, as_user, address):
    assert as_user(tree.an).get(address).status_code == 404


def test_an_unknown_programme_is_not_found(programme, tree, as_user):
    assert as_user(tree.dung).get("/programmes/nowhere/").status_code == 404


def _grow_wards(tree, count: int) -> None:
    for number in range(count):
        unit = Unit.objects.create(code=f"x{number}", kind=UnitKind.GRASSROOTS, since=TREE_BEGAN)
        UnitName.objects.create(
            unit=unit, name=f"Đoàn Xã {number}", short_name=f"Xã {number}", sort_key=f"x{number}", since=TREE_BEGAN
        )
        UnitLink.objects.create(unit=unit, parent=tree.units["my-tho"], since=TREE_BEGAN)
        UnitPath.objects.create(ancestor=unit, unit=unit, depth=0, since=TREE_BEGAN)
        UnitPath.objects.create(ancestor=tree.units["my-tho"], unit=unit, depth=1, since=TREE_BEGAN)


@pytest.mark.parametrize(("username", "address"), [("giang", CITY), ("an", "/units/p4/dashboard/")])
def test_the_number_of_statements_does_not_grow_with_units(programme, tree, as_user, username, address):
    from django.db import connection

    browser = as_user(tree.users[username])
    with CaptureQueriesContext(connection) as few:
        browser.get(address)
    _grow_wards(tree, 30)
    with CaptureQueriesContext(connection) as many:
        browser.get(address)

    assert len(few) == len(many) <= MOST_STATEMENTS
