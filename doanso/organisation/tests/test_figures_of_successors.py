"""After a merger the successor's figure contains its predecessors', and children sum to their parent on every day."""

from datetime import date, timedelta

import pytest

from doanso.members.queries import count_members
from doanso.organisation.actions import merge_units, move_unit
from doanso.targets import queries as targets
from doanso.targets.drilldown import NUMERATOR, DrilldownFigure
from doanso.testing import TODAY

DAY = date(2023, 11, 1)
BEFORE = DAY - timedelta(days=1)


@pytest.fixture
def merged(busy):
    tree = busy.tree
    merge_units(
        actor=tree.giang,
        units=[tree.units["p4"]],
        into=tree.units["p5"],
        name="Đoàn Phường Năm",
        short_name="P5",
        on=DAY,
    )
    return busy


def overview(busy, code, on=TODAY):
    return targets.overview(busy.programme, busy.tree.units[code], on)


def test_the_ended_unit_stays_listed_with_its_last_day(merged):
    names = [child.unit.short_name for child in overview(merged, "my-tho").children]
    assert names == ["P5", "Phường 4 (đến 31/10/2023)"]
    assert [child.unit.short_name for child in overview(merged, "my-tho", BEFORE).children] == ["Phường 4", "Phường 5"]


@pytest.mark.parametrize("on", [BEFORE, DAY, TODAY])
@pytest.mark.parametrize("code", ["my-tho", "p5"])
def test_children_sum_to_their_parent_in_every_indicator(merged, code, on):
    found = overview(merged, code, on)
    for place, one in enumerate(found.indicators):
        if one.value is not None:
            assert one.value == sum(child.indicators[place].value for child in found.children), one.code
            assert (one.denominator or 0) == sum(child.indicators[place].denominator or 0 for child in found.children)


def test_the_successors_figure_says_whose_is_in_it(merged, as_user):
    found = overview(merged, "p5")
    assert [one.code for one in found.predecessors] == ["p4"]
    assert found.carried_on == "Phường 4 (31/10/2023)"
    assert overview(merged, "p5", BEFORE).predecessors == []
    page = as_user(merged.tree.chi).get("/units/p5/dashboard/").content.decode()
    assert "Số liệu gồm cả các đơn vị mà đơn vị này kế thừa" in page
    assert "Phường 4 (31/10/2023)" in page


def test_as_many_records_stand_behind_the_joint_figure_as_it_says(merged):
    found = overview(merged, "p5")
    one = found.by_code("vneid2-members")
    indicator = targets.indicator_of(merged.programme, "vneid2-members")
    figure = DrilldownFigure(
        merged.programme, indicator, merged.tree.units["p5"], TODAY, NUMERATOR, tuple(p.id for p in found.predecessors)
    )
    assert figure.page(None).count == one.value == len(list(figure.all_records()))


def test_the_ended_units_own_page_shows_its_last_day(merged, as_user):
    answer = as_user(merged.tree.dung).get("/units/p4/dashboard/")
    assert answer.status_code == 200
    assert answer.context["on"] == BEFORE
    address = f"/programmes/{merged.programme.code}/indicators/vneid2-members/p4/"
    assert as_user(merged.tree.dung).get(address).context["on"] == BEFORE
    assert as_user(merged.tree.an).get("/units/p4/dashboard/").status_code == 404


def test_a_branch_that_moved_is_listed_under_both_wards(busy):
    tree = busy.tree
    move_unit(actor=tree.giang, unit=tree.units["p4-kp2"], parent=tree.units["p5"], on=DAY)
    assert [child.unit.short_name for child in overview(busy, "p4").children] == [
        "Khu phố 1",
        "Khu phố 2 (đến 31/10/2023)",
    ]
    assert {child.unit.code for child in overview(busy, "p5").children} == {"p5-kp1", "p4-kp2"}


def test_members_of_a_branch_that_moved_count_where_it_stood_on_the_day(busy):
    tree = busy.tree
    wards = {code: tree.units[code].pk for code in ("p4", "p5")}

    def members_on(day):
        return {code: count_members(wards.values(), day).get(ward, 0) for code, ward in wards.items()}

    before = members_on(BEFORE)
    of_branch = count_members([tree.units["p4-kp1"].pk], BEFORE)[tree.units["p4-kp1"].pk]
    move_unit(actor=tree.giang, unit=tree.units["p4-kp1"], parent=tree.units["p5"], on=DAY)

    assert of_branch > 0
    assert members_on(BEFORE) == before
    assert members_on(DAY) == {"p4": before["p4"] - of_branch, "p5": before["p5"] + of_branch}


def test_the_units_pages_say_who_carries_on_whose_work(merged, as_user):
    ended = as_user(merged.tree.chi).get("/units/p4/").context
    assert ("Đơn vị kế thừa", "Đoàn Phường Năm") in ended["facts"]
    assert ended["officers"] == []
    assert ("Kế thừa các đơn vị", "Phường 4") in as_user(merged.tree.chi).get("/units/p5/").context["facts"]
