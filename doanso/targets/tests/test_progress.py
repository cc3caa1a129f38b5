"""Progress of units as read from the ledger."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.members.actions import exempt, set_absence, transfer_member
from doanso.targets.queries import overview, progress, progress_of_children
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_nothing_is_faked_where_no_app_counts(loaded):
    by_code = {item.code: item for item in progress(loaded.programme, loaded.tree.units["my-tho"], TODAY)}

    assert len(by_code) == 18
    silent = [code for code, item in by_code.items() if item.value is None]
    assert silent == ["paperless-meetings", "online-contests"]
    assert {by_code[code].state for code in silent} == {"none"}
    assert {by_code[code].percent for code in silent} == {None}
    assert (by_code["portal-residents"].target, by_code["portal-residents"].value) == (5000, 0)
    assert (by_code["online-contests"].basis, by_code["online-contests"].target) == ("assumed", 4)


def test_a_share_is_counted_once_for_the_unit_and_each_one_above(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Hân")
    tree = loaded.tree

    for code, value, denominator, percent in [
        ("my-tho", 2, 6, 333),
        ("p4", 2, 4, 500),
        ("p4-kp1", 1, 2, 500),
        ("p5", 0, 2, 0),
    ]:
        indicator_progress = overview(loaded.programme, tree.units[code], TODAY).by_code("vneid2-members")
        assert (
            indicator_progress.value,
            indicator_progress.denominator,
            indicator_progress.percent,
            indicator_progress.target,
        ) == (value, denominator, percent, 100)
        assert (indicator_progress.state, indicator_progress.needed) == ("risk", denominator)


def test_it_stands_as_of_any_day(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", on=date(2023, 5, 1))

    city = loaded.tree.units["my-tho"]
    assert overview(loaded.programme, city, date(2023, 4, 30)).by_code("vneid2-members").value == 0
    assert overview(loaded.programme, city, date(2023, 5, 1)).by_code("vneid2-members").value == 1


def test_who_is_exempt_or_away_leaves_both_sides(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Hân")
    tree = loaded.tree
    exempt(
        actor=tree.an, member=loaded.members["Đức"], indicator="vneid2-members", reason="Chưa có điện thoại",
        since=date(2023, 11, 1), review_on=date(2023, 12, 31),
    )  # fmt: skip
    set_absence(actor=tree.an, member=loaded.members["Quân"], reason="study", since=date(2023, 11, 1))

    unit_overview = overview(loaded.programme, tree.units["p4"], TODAY)
    vneid, other = unit_overview.by_code("vneid2-members"), unit_overview.by_code("portal-members")
    assert (vneid.value, vneid.denominator, vneid.exempt) == (1, 2, 1)
    assert (other.value, other.denominator, other.exempt) == (0, 3, 0)


def test_both_wards_follow_a_member_who_moves(loaded):
    loaded.reach("p4", "vneid", "level2-active", "Đức")
    tree = loaded.tree
    transfer_member(actor=tree.dung, member=loaded.members["Đức"], to=tree.units["p5-kp1"], on=TODAY)

    figures = {
        child.unit.code: (child.by_code("vneid2-members").value, child.by_code("vneid2-members").denominator)
        for child in progress_of_children(loaded.programme, tree.units["my-tho"], TODAY)
    }
    assert figures == {"p4": (0, 3), "p5": (1, 3)}


def test_the_weeks_give_the_forecast(loaded):
    for number, name in enumerate(["Đức", "Thủy", "Quân"]):
        loaded.reach(
            "p4",
            "tiengiangs",
            "installed",
            name,
            on=date(2023, 10, 18 + 7 * number) if number < 2 else date(2023, 11, 1),
        )

    indicator_progress = overview(loaded.programme, loaded.tree.units["p4"], TODAY).by_code("tiengiangs-members")

    assert [day for day, _value in indicator_progress.weeks] == [
        date(2023, 9, 17), date(2023, 9, 24), date(2023, 10, 1), date(2023, 10, 8), date(2023, 10, 15),
        date(2023, 10, 22), date(2023, 10, 29), date(2023, 11, 5), date(2023, 11, 12),
    ]  # fmt: skip
    assert [value for _day, value in indicator_progress.weeks] == [0, 0, 0, 0, 0, 250, 500, 750, 750]
    # 75% now, 75/8 a week, seven weeks left: more than everybody, so it stops at 100%.
    assert (
        indicator_progress.forecast,
        indicator_progress.percent,
        indicator_progress.target,
        indicator_progress.state,
    ) == (1000, 750, 80, "on")
    assert (indicator_progress.missing, indicator_progress.needed_per_week) == (1, 1)


def test_a_count_is_owed_by_the_unit_it_was_given_to(loaded):
    [p4] = [
        child
        for child in progress_of_children(loaded.programme, loaded.tree.units["my-tho"], TODAY)
        if child.unit.code == "p4"
    ]

    assert p4.by_code("portal-residents").target is None
    assert p4.by_code("portal-residents").state == "none"
    assert p4.by_code("payment-members").target == 90
    assert p4.size == 4


@pytest.mark.parametrize("code", ["my-tho", "p4"])
def test_an_overview_is_five_statements_whatever_its_size_and_whether_a_target_is_met(loaded, code):
    with CaptureQueriesContext(connection) as none_met:
        unit_overview = overview(loaded.programme, loaded.tree.units[code], TODAY)
    loaded.reach("my-tho", "vneid", "level2-active", *loaded.members, on=date(2023, 10, 1))
    with CaptureQueriesContext(connection) as met:
        overview(loaded.programme, loaded.tree.units[code], TODAY)

    assert len(unit_overview.children) == 2
    assert (len(none_met), len(met)) == (5, 5)


def test_a_met_target_says_since_when_it_is_so_without_a_break(loaded):
    tree, code = loaded.tree, "vneid2-members"
    assert overview(loaded.programme, tree.units["p5"], TODAY).by_code(code).met_on is None

    loaded.reach("p5", "vneid", "level2-active", "Khang", on=date(2023, 3, 1))
    loaded.reach("p5", "vneid", "level2-active", "Ngân", on=date(2023, 10, 21))
    assert overview(loaded.programme, tree.units["p5"], TODAY).by_code(code).met_on == date(2023, 10, 21)

    # Who comes without it breaks the run; whoever then reaches it begins a new one.
    transfer_member(actor=tree.dung, member=loaded.members["Đức"], to=tree.units["p5-kp1"], on=date(2023, 11, 1))
    assert overview(loaded.programme, tree.units["p5"], TODAY).by_code(code).met_on is None
    loaded.reach("p5", "vneid", "level2-active", "Đức", on=date(2023, 11, 5))
    assert overview(loaded.programme, tree.units["p5"], TODAY).by_code(code).met_on == date(2023, 11, 5)
    assert overview(loaded.programme, tree.units["p5"], date(2023, 10, 30)).by_code(code).met_on == date(2023, 10, 21)
