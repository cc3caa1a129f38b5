"""An officer assigns doors: by hand, taken back, and everything of somebody who leaves."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from doanso.access.models import Role, RoleAssignment
from doanso.access.queries import history
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.outreach.actions.doors import (
    DoorVisit,
    HandOverResult,
    assign_doors,
    hand_over_area,
    note_visits,
    take_back,
    take_doors,
)
from doanso.outreach.models import Door
from doanso.outreach.queries import drives
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.walking import arrange, lay_street
from doanso.testing import TODAY, TREE_BEGAN


def has(outing: Outing, actor: str) -> list[str]:
    """Return the numbers of somebody's doors."""
    held_doors = Door.objects.filter(taken_by=getattr(outing.tree, actor), due_back_at__gt=clock.now()).order_by(
        "walk_key"
    )
    return [door.household.house_number for door in held_doors.select_related("household") if door.household]


def refused(action: Any, **more: Any) -> str:
    with pytest.raises(Refused) as problem:
        action(**more)
    return problem.value.problem.code


@pytest.fixture
def helpers(outing: Outing) -> Outing:
    """Make Minh a helper in ward 4, as Lan is."""
    RoleAssignment.objects.create(user=outing.tree.minh, role=Role.HELPER, unit=outing.ward, since=TREE_BEGAN)
    return outing


def test_doors_are_given_by_hand_and_taken_back(helpers: Outing) -> None:
    an, lan = helpers.tree.an, helpers.tree.lan
    keys = [door.pk for door in helpers.doors]
    assert assign_doors(actor=an, drive=helpers.drive, door_ids=keys[:2], to=lan, days=3) == 2
    assert has(helpers, "lan") == ["2", "4"]
    door = Door.objects.get(pk=keys[0])
    assert door.due_back_at is not None
    assert door.taken_at is not None
    assert door.due_back_at - door.taken_at == timedelta(days=3)
    assert assign_doors(actor=an, drive=helpers.drive, door_ids=keys[1:], to=helpers.tree.minh) == 2
    assert (has(helpers, "lan"), has(helpers, "minh")) == (["2"], ["7", "4"])
    assert take_back(actor=an, drive=helpers.drive, door_ids=keys) == 3
    assert has(helpers, "lan") == has(helpers, "minh") == []
    assert [event.sentence for event in history(an, door)] == ["đã lấy lại nhà này", "đã giao nhà cho người đi"]
    client = Client()
    client.force_login(an)
    page = client.get("/history/", {"kind": "outreach.door"}).content.decode()
    assert f'href="/drives/{helpers.drive.pk}/">{helpers.drive.name}</a>' in page
    assert client.get(f"/drives/{helpers.drive.pk}/").status_code == 200


def test_a_door_that_is_done_is_given_to_nobody(helpers: Outing) -> None:
    note_visits(visits=[DoorVisit(helpers.doors[0].pk, "helped", TODAY)])
    keys = [door.pk for door in helpers.doors]
    assert assign_doors(actor=helpers.tree.an, drive=helpers.drive, door_ids=keys, to=helpers.tree.lan) == 2


def test_doors_are_for_those_who_visit_there(helpers: Outing) -> None:
    an = helpers.tree.an
    keys = [door.pk for door in helpers.doors]
    for actor in ("chi", "khoa", "hanh"):
        to = getattr(helpers.tree, actor)
        assert refused(assign_doors, actor=an, drive=helpers.drive, door_ids=keys, to=to) == "not_a_visitor"
    for days in (0, 15):
        code = refused(assign_doors, actor=an, drive=helpers.drive, door_ids=keys, to=helpers.tree.lan, days=days)
        assert code == "days_wrong"
    assert [user.username for user in drives.visitors_of_unit(helpers.ward)] == ["an", "binh", "lan", "minh"]


@pytest.mark.parametrize("who", ["lan", "binh", "chi", "hanh"])
def test_only_who_manages_gives_doors_to_others(helpers: Outing, who: str) -> None:
    actor, keys = getattr(helpers.tree, who), [helpers.doors[0].pk]
    lan, minh = helpers.tree.lan, helpers.tree.minh
    for action, more in (
        (assign_doors, {"drive": helpers.drive, "door_ids": keys, "to": lan}),
        (take_back, {"drive": helpers.drive, "door_ids": keys}),
        (hand_over_area, {"unit": helpers.ward, "giver": lan, "taker": minh}),
    ):
        with pytest.raises(PermissionDenied):
            action(actor=actor, **more)  # type: ignore[operator]


def test_everything_of_somebody_who_leaves_goes_to_another(helpers: Outing) -> None:
    tree = helpers.tree
    far, theirs, free = lay_street(helpers, "Yersin", ["1", "3", "5"])
    arrange(helpers, far, "lan", days=4)
    arrange(helpers, theirs, "an", days=4)
    take_doors(actor=tree.lan, drive=helpers.drive, want=2, near_id=helpers.doors[0].pk)
    take_doors(actor=tree.an, drive=helpers.drive, want=1, near_id=free.pk)

    handed_over = hand_over_area(actor=tree.an, unit=helpers.ward, giver=tree.lan, taker=tree.minh)

    assert handed_over == HandOverResult(doors=3, follow_ups=1)
    assert (has(helpers, "lan"), has(helpers, "minh"), has(helpers, "an")) == ([], ["2", "4", "1"], ["5"])
    far.refresh_from_db()
    assert far.due_back_at is not None
    assert timedelta(days=4) < far.due_back_at - clock.now() <= timedelta(days=5)
    assert [event.sentence for event in history(tree.an, far)] == ["đã chuyển nhà này cho người khác"]
    assert hand_over_area(actor=tree.an, unit=helpers.ward, giver=tree.lan, taker=tree.minh).doors == 0


def test_it_goes_to_another_who_visits_there(helpers: Outing) -> None:
    tree = helpers.tree
    common = {"actor": tree.an, "unit": helpers.ward, "giver": tree.lan}
    assert refused(hand_over_area, taker=tree.lan, **common) == "same_person"
    assert refused(hand_over_area, taker=tree.chi, **common) == "not_a_visitor"
    take_doors(actor=tree.lan, drive=helpers.drive, want=2)
    RoleAssignment.objects.filter(user=tree.lan).update(until=TODAY)
    assert hand_over_area(taker=tree.minh, **common).doors == 2
