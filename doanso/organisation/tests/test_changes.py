from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.actions import grant_role
from doanso.access.models import RoleAssignment
from doanso.access.policy import VIEW_UNIT, current_role_assignments
from doanso.audit.models import AuditEvent
from doanso.ledger.actions import fold
from doanso.lib.problems import Refused
from doanso.members import policy as members
from doanso.members.actions import assign_post
from doanso.members.models import Member, Post
from doanso.organisation.actions import end_unit, merge_units, move_unit, rename_unit, split_unit, undo
from doanso.organisation.models import Change
from doanso.organisation.queries import change_title
from doanso.organisation.tests.conftest import differences, state
from doanso.testing import TODAY
from doanso.units import queries as trees
from doanso.units.models import Neighbourhood, Unit

DAY = date(2023, 11, 1)
BEFORE = DAY - timedelta(days=1)


@pytest.fixture(params=[False, True], ids=["queue", "folded"])
def folded(busy, request):
    if request.param:
        fold()
    return request.param


def test_a_moved_branch_takes_its_members_along_from_its_day(busy, folded, shown):
    tree = busy.tree
    change = move_unit(actor=tree.giang, unit=tree.units["p4-kp2"], parent=tree.units["p5"], on=DAY)

    assert shown("members", BEFORE)["p4"] == 4
    assert shown("members", DAY) == {"my-tho": 6, "p4": 2, "p4-kp1": 2, "p4-kp2": 2, "p5": 4, "p5-kp1": 2}
    assert trees.parent(tree.units["p4-kp2"], BEFORE) == tree.units["p4"]
    assert change_title(change) == "Khu phố 2 chuyển từ Phường 4 về Phường 5"
    assert differences() == []
    quan = busy.members["Quân"]
    assert members.CHANGE.allows(tree.chi, quan)
    assert not members.CHANGE.allows(tree.an, quan)
    verbs = list(
        AuditEvent.objects.filter(action__startswith="organisation.").order_by("id").values_list("action", flat=True)
    )
    assert verbs == ["organisation.change", "organisation.move"]


def test_what_is_undone_the_same_day_never_was(busy, shown):
    tree = busy.tree
    fold()
    before = state()
    change = move_unit(actor=tree.giang, unit=tree.units["p4-kp2"], parent=tree.units["p5"], on=DAY)
    assert state() != before

    undo(actor=tree.giang, change=change)

    assert state() == before
    assert differences() == []
    with pytest.raises(Refused) as refused:
        undo(actor=tree.giang, change=change)
    assert refused.value.problem.code == "undone"


def test_a_change_is_taken_back_only_on_its_day(busy, business_day):
    tree = busy.tree
    change = rename_unit(actor=tree.giang, unit=tree.units["p4"], name="Đoàn Phường Bốn", short_name="Phường Bốn")
    business_day(TODAY + timedelta(days=1))
    with pytest.raises(Refused) as refused:
        undo(actor=tree.giang, change=change)
    assert refused.value.problem.code == "too-late"


def test_a_name_holds_from_its_day(busy):
    tree = busy.tree
    rename_unit(actor=tree.giang, unit=tree.units["p4"], name="Đoàn Phường Bốn", short_name="Phường Bốn", on=DAY)
    assert trees.named_unit(tree.units["p4"], BEFORE).name == "Đoàn Phường 4"
    assert trees.named_unit(tree.units["p4"], DAY).name == "Đoàn Phường Bốn"


def test_wards_become_one_and_the_ended_one_keeps_its_past(busy, folded, shown):
    tree = busy.tree
    ward4, ward5 = tree.units["p4"], tree.units["p5"]
    Neighbourhood.objects.create(unit=ward4, name="Khu phố 1", since=date(2020, 1, 1))
    Neighbourhood.objects.create(unit=ward5, name="Khu phố 1", since=date(2020, 1, 1))
    role = RoleAssignment.objects.get(user=tree.an)
    change = merge_units(
        actor=tree.giang,
        units=[ward4],
        into=ward5,
        name="Đoàn Phường Đạo Thạnh",
        short_name="Phường Đạo Thạnh",
        role_assignments=[role.pk],
        on=DAY,
    )

    assert shown("members", BEFORE) == {
        "my-tho": 6, "p4": 4, "p4-kp1": 2, "p4-kp2": 2, "p5": 2, "p5-kp1": 2,
    }  # fmt: skip
    assert shown("members", DAY) == {"my-tho": 6, "p4-kp1": 2, "p4-kp2": 2, "p5": 6, "p5-kp1": 2}
    assert differences() == []
    ward4 = Unit.objects.get(code="p4")
    assert (ward4.until, ward4.successor, ward4.keeper) == (DAY, ward5, ward5)
    assert [entry.code for entry in trees.predecessors(ward5)] == ["p4"]
    assert [(entry.code, day) for entry, day in trees.ended_children(tree.units["my-tho"], BEFORE, TODAY)] == [
        ("p4", DAY)
    ]
    called = {"p5-kp1": "Khu phố 1", "p4-kp1": "Khu phố 1 (Phường 4)", "p4-kp2": "Khu phố 2"}
    assert {entry.code: entry.short_name for entry in trees.children(ward5)} == called
    assert [entry.name for entry in trees.neighbourhoods(ward5)] == ["Khu phố 1", "Khu phố 1 (Phường 4)"]
    assert Neighbourhood.objects.get(unit=ward4).successor.name == "Khu phố 1 (Phường 4)"
    # An's role at the ended ward grants nothing any more; the new one does.
    assert [entry.unit.code for entry in current_role_assignments(tree.an)] == ["p5"]
    assert members.VIEW.allows(tree.an, busy.members["Khang"])
    # The ended ward's own page is visible at its successor and above.
    for reader in (tree.an, tree.chi, tree.dung):
        assert VIEW_UNIT.allows(reader, ward4)
    assert change_title(change) == "Phường 5, Phường 4 hợp nhất thành Phường Đạo Thạnh"


def test_a_merger_undone_leaves_everything_as_it_was(busy, shown):
    tree = busy.tree
    Neighbourhood.objects.create(unit=tree.units["p4"], name="Khu phố 1", since=date(2020, 1, 1))
    fold()
    before = state()
    change = merge_units(
        actor=tree.giang,
        units=[tree.units["p4"], tree.units["p5"]],
        code="dao-thanh",
        name="Đoàn Phường Đạo Thạnh",
        short_name="Phường Đạo Thạnh",
        role_assignments=list(RoleAssignment.objects.filter(user__in=[tree.an, tree.chi]).values_list("pk", flat=True)),
        on=DAY,
    )
    assert shown("members", DAY)["dao-thanh"] == 6
    assert [entry.unit.code for entry in current_role_assignments(tree.chi)] == ["dao-thanh"]

    undo(actor=tree.giang, change=change)

    assert state() == before
    assert not Unit.objects.filter(code="dao-thanh").exists()
    tree.chi.__dict__.pop("prepared_role_assignments", None)
    assert [entry.unit.code for entry in current_role_assignments(tree.chi)] == ["p5"]
    assert differences() == []


def test_records_of_a_new_unit_keep_it(busy):
    tree = busy.tree
    change = split_unit(
        actor=tree.giang,
        unit=tree.units["p4"],
        code="p4b",
        name="Đoàn Phường 4B",
        short_name="Phường 4B",
        children=[tree.units["p4-kp2"]],
        on=DAY,
    )
    grant_role(actor=tree.giang, user=tree.minh, role="unit-secretary", unit=Unit.objects.get(code="p4b"))
    with pytest.raises(Refused) as refused:
        undo(actor=tree.giang, change=change)
    assert refused.value.problem.code == "in-use"
    assert trees.parent(tree.units["p4-kp2"]).code == "p4b"
    assert differences() == []


def test_a_merger_into_a_new_unit_without_roles_is_undone_whole(busy):
    tree = busy.tree
    fold()
    before = state()
    change = merge_units(
        actor=tree.giang,
        units=[tree.units["p4"], tree.units["p5"]],
        code="dao-thanh",
        name="Đoàn Phường Đạo Thạnh",
        short_name="Phường Đạo Thạnh",
        on=DAY,
    )
    assert differences() == []
    undo(actor=tree.giang, change=change)
    assert state() == before
    assert differences() == []
    assert not Unit.objects.filter(code="dao-thanh").exists()


def test_the_members_and_offices_of_an_ended_branch_go_on_in_another(busy, folded, shown):
    tree = busy.tree
    branch = tree.units["p4-kp1"]
    assign_post(actor=tree.an, member=busy.members["Đức"], unit=branch, kind="secretary", since=date(2023, 1, 1))
    fold()
    before = state()
    # With roles: the locks of members and of roles meet in the change and in its undoing.
    roles = list(RoleAssignment.objects.filter(unit=branch).values_list("pk", flat=True))
    change = end_unit(actor=tree.giang, unit=branch, successor=tree.units["p4-kp2"], on=DAY, role_assignments=roles)
    assert RoleAssignment.objects.filter(unit=tree.units["p4-kp2"], user=tree.binh).exists()

    assert shown("members", BEFORE)["p4-kp1"] == 2
    assert shown("members", DAY) == {"my-tho": 6, "p4": 4, "p4-kp2": 4, "p5": 2, "p5-kp1": 2}
    assert Post.objects.get().until == DAY
    assert differences() == []

    undo(actor=tree.giang, change=change)
    fold()
    assert state() == before
    assert Post.objects.get().until is None
    assert Member.objects.filter(state="active", taken_back_at=None, branch=branch).count() == 2
    assert differences() == []


def test_a_branch_with_members_does_not_end_without_a_successor(busy):
    tree = busy.tree
    with pytest.raises(Refused) as refused:
        end_unit(actor=tree.giang, unit=tree.units["p4-kp1"], on=DAY)
    assert refused.value.problem.code == "members-left"
    with pytest.raises(Refused) as refused:
        end_unit(actor=tree.giang, unit=tree.units["p4"], on=DAY)
    assert refused.value.problem.code == "unit-has-children"
    assert not Change.objects.exists()


def test_a_split_takes_some_of_what_stands_below(busy, folded, shown):
    tree = busy.tree
    change = split_unit(
        actor=tree.giang,
        unit=tree.units["p4"],
        code="p4b",
        name="Đoàn Phường 4B",
        short_name="Phường 4B",
        children=[tree.units["p4-kp2"]],
        on=DAY,
    )
    assert shown("members", DAY) == {
        "my-tho": 6, "p4": 2, "p4-kp1": 2, "p4b": 2, "p4-kp2": 2, "p5": 2, "p5-kp1": 2,
    }  # fmt: skip
    assert differences() == []
    undo(actor=tree.giang, change=change)
    assert shown("members", DAY)["p4"] == 4
    assert differences() == []


def test_a_later_change_keeps_an_earlier_one_from_being_taken_back(busy):
    tree = busy.tree
    first = move_unit(actor=tree.giang, unit=tree.units["p4-kp2"], parent=tree.units["p5"], on=DAY)
    move_unit(actor=tree.giang, unit=tree.units["p4-kp2"], parent=tree.units["p4"], on=TODAY)
    with pytest.raises(Refused) as refused:
        undo(actor=tree.giang, change=first)
    assert refused.value.problem.code == "changed-since"
    assert differences() == []


@pytest.mark.parametrize(
    ("name", "short_name", "code"),
    [
        ("Đoàn <b>Phường Bốn</b>", "Phường Bốn", "name_brackets"),
        ("Đoàn Phường Bốn", "Phường \u202enốB", "name_hidden_letters"),
        ("=A1", "Phường Bốn", "name_formula"),
    ],
)
def test_a_unit_has_a_name_that_can_be_read(tree, name, short_name, code):
    with pytest.raises(Refused) as refused:
        rename_unit(actor=tree.giang, unit=tree.units["p4"], name=name, short_name=short_name, on=DAY)
    assert refused.value.problem.code == code


@pytest.mark.parametrize("who", ["an", "binh", "dung", "hanh", "khoa", "minh"])
def test_only_the_citys_administrator_changes_the_tree(busy, who):
    tree = busy.tree
    actor = tree.users[who]
    with pytest.raises(PermissionDenied):
        move_unit(actor=actor, unit=tree.units["p4-kp2"], parent=tree.units["p5"], on=DAY)
    change = move_unit(actor=tree.giang, unit=tree.units["p4-kp2"], parent=tree.units["p5"], on=DAY)
    with pytest.raises(PermissionDenied):
        undo(actor=actor, change=change)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ({"unit": "p4-kp2", "parent": "p5", "on": TODAY + timedelta(days=1)}, "day-ahead"),
        ({"unit": "p4-kp2", "parent": "p4", "on": DAY}, "unit-there-already"),
        ({"unit": "p4", "parent": "p4-kp1", "on": DAY}, "unit-below-itself"),
        ({"unit": "my-tho", "parent": "p4", "on": DAY}, "unit-below-itself"),
        ({"unit": "p4", "parent": "p5", "on": date(2019, 1, 1)}, "unit-younger"),
    ],
)
def test_what_a_tree_can_not_be_is_refused(busy, said, code):
    tree = busy.tree
    words = said | {key: tree.units[said[key]] for key in ("unit", "parent")}
    with pytest.raises(Refused) as refused:
        move_unit(actor=tree.giang, **words)
    assert refused.value.problem.code == code


def test_a_role_granted_at_an_ended_unit_gives_nothing(busy):
    tree = busy.tree
    merge_units(actor=tree.giang, units=[tree.units["p4"]], into=tree.units["p5"], on=DAY)
    assert current_role_assignments(tree.an) == []
    with pytest.raises(PermissionDenied):
        grant_role(actor=tree.giang, user=tree.minh, role="unit-secretary", unit=tree.units["p4"])
