"""What visits write at the doors of a drive."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.doors import DoorVisit, note_visits, recompute_doors
from doanso.outreach.models import Door, Visit, VisitOutcome
from doanso.outreach.queries.doors import find_doors
from doanso.outreach.tests.conftest import Outing

MONDAY, TUESDAY, WEDNESDAY = (date(2023, 11, day) for day in (6, 7, 8))


def take(door: Door, outing: Outing) -> None:
    now = clock.now()
    Door.objects.filter(pk=door.pk).update(
        taken_by=outing.tree.lan, taken_at=now, due_back_at=now + timedelta(hours=24)
    )


def state(door: Door) -> tuple[int, str, date | None, date | None, bool]:
    door.refresh_from_db()
    return door.visits, door.outcome, door.visited_on, door.follow_up_on, door.taken_by_id is not None


def test_a_door_that_is_done_goes_back(outing: Outing) -> None:
    helped, nobody, _other = outing.doors
    take(helped, outing)
    take(nobody, outing)
    note_visits(
        visits=[
            DoorVisit(helped.pk, VisitOutcome.HELPED, MONDAY),
            DoorVisit(nobody.pk, VisitOutcome.NOT_HOME, MONDAY),
        ]
    )
    assert state(helped) == (1, "helped", MONDAY, None, False)
    assert state(nobody) == (1, "not-home", MONDAY, None, True)


def test_a_follow_up_has_its_day_until_somebody_went(outing: Outing) -> None:
    door = outing.doors[0]
    note_visits(visits=[DoorVisit(door.pk, VisitOutcome.FOLLOW_UP, MONDAY, WEDNESDAY)])
    assert state(door) == (1, "follow-up", MONDAY, WEDNESDAY, False)
    note_visits(visits=[DoorVisit(door.pk, VisitOutcome.NOT_HOME, WEDNESDAY)])
    assert state(door) == (2, "not-home", WEDNESDAY, None, False)


@pytest.mark.parametrize(
    ("before", "visited", "on", "stands"),
    [
        ("helped", "not-home", WEDNESDAY, "helped"),
        ("helped", "follow-up", WEDNESDAY, "follow-up"),
        ("helped", "refused", MONDAY, "helped"),
        ("helped", "follow-up", TUESDAY, "helped"),
        ("not-home", "helped", MONDAY, "not-home"),
        ("not-home", "helped", TUESDAY, "helped"),
        ("refused", "helped", TUESDAY, "helped"),
    ],
)
def test_an_older_visit_never_takes_the_place_of_a_newer(
    outing: Outing, before: str, visited: str, on: date, stands: str
) -> None:
    door = outing.doors[0]
    note_visits(visits=[DoorVisit(door.pk, before, TUESDAY)])
    note_visits(visits=[DoorVisit(door.pk, visited, on)])
    assert state(door)[:2] == (2, stands)


def test_two_visits_of_one_batch_go_by_their_days(outing: Outing) -> None:
    door = outing.doors[0]
    note_visits(
        visits=[DoorVisit(door.pk, VisitOutcome.REFUSED, TUESDAY), DoorVisit(door.pk, VisitOutcome.NOT_HOME, MONDAY)]
    )
    assert state(door)[:3] == (2, "refused", TUESDAY)


def test_as_many_statements_for_one_as_for_three(outing: Outing) -> None:
    visits = [DoorVisit(door.pk, VisitOutcome.HELPED, MONDAY) for door in outing.doors]
    counts = []
    for batch in (visits[:1], visits):
        with CaptureQueriesContext(
            connection,
        ) as captured:
            note_visits(visits=batch)
        counts.append(len([q for q in captured if "SAVEPOINT" not in q["sql"]]))
    assert counts == [2, 2]
    note_visits(visits=[])


def visit(outing: Outing, door: Door, outcome: str, on: date) -> Visit:
    now = clock.now()
    return Visit.objects.create(
        id=uuid7(),
        unit=outing.ward,
        drive=outing.drive,
        door=door,
        household=door.household,
        outcome=outcome,
        happened_on=on,
        arrived_on=on,
        recorded_at=now,
        began_at=now,
        ended_at=now,
        recorded_by=outing.tree.lan,
        first_name="Bùi Thị Lan",
        first_kind="youth",
        first_how="sign-in",
        paired=False,
        content_hash="",
    )


def test_after_a_change_a_door_is_what_its_standing_visits_say(outing: Outing) -> None:
    door = outing.doors[0]
    visit(outing, door, VisitOutcome.NOT_HOME, MONDAY)
    last = visit(outing, door, VisitOutcome.HELPED, TUESDAY)
    recompute_doors(door_ids=[door.pk])
    assert state(door)[:3] == (2, "helped", TUESDAY)

    last.taken_back_at = clock.now()
    last.save()
    recompute_doors(door_ids=[door.pk])
    assert state(door)[:3] == (1, "not-home", MONDAY)


def test_doors_are_found_by_key_or_home_and_never_another_units(outing: Outing) -> None:
    first, second, _third = outing.doors
    matches = find_doors(unit=outing.ward, drive_id=outing.drive.pk, households=[first.household_id], doors=[second.pk])
    assert {match.door_id for match in matches} == {first.pk, second.pk}
    assert matches[0].drive_id == outing.drive.pk
    assert find_doors(unit=outing.tree.units["p5"], doors=[first.pk]) == []
    assert find_doors(unit=outing.ward, drive_id=uuid7(), doors=[first.pk]) == []
