"""Drives: made, changed, filled with the register's doors, and ended."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from doanso.adoption.models import Service
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.doors import DoorVisit, note_visits, take_doors
from doanso.outreach.actions.drives import (
    DriveInput,
    DrivePlaceInput,
    StreetStretch,
    add_door,
    change_drive,
    drop_doors,
    end_drive,
    fill_drive,
    make_drive,
    mark_gone,
)
from doanso.outreach.models import Door, Drive
from doanso.outreach.queries import drives
from doanso.outreach.queries.register import read_register
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.walking import lay_street
from doanso.people.actions import BusinessInput, DoorInput, match_or_create_businesses, match_or_create_households
from doanso.people.models import Business, Household
from doanso.testing import TODAY
from doanso.units.models import Neighbourhood

INPUTS = DriveInput("Đợt tháng 12", date(2023, 12, 1), date(2024, 1, 1), 120)


def verbs(outing: Outing, drive: Drive) -> list[tuple[str, list[str]]]:
    events = AuditEvent.objects.filter(object_id=drive.pk).order_by("id")
    return [(event.action.removeprefix("outreach."), event.changed) for event in events]


def refused(action: Any, **more: Any) -> str:
    with pytest.raises(Refused) as problem:
        action(**more)
    return problem.value.problem.code


def test_an_officer_makes_a_drive_changes_it_and_ends_it(outing: Outing) -> None:
    an = outing.tree.an
    services = tuple(Service.objects.order_by("position"))
    drive = make_drive(actor=an, unit=outing.ward, inputs=replace(INPUTS, services=services))
    assert (drive.made_by, list(drive.services.order_by("position"))) == (an, list(services))
    change_drive(actor=an, drive=drive, inputs=replace(INPUTS, goal=200, services=services[:1]))
    change_drive(actor=an, drive=drive, inputs=replace(INPUTS, goal=200, services=services[:1]))
    end_drive(actor=an, drive=drive)
    drive.refresh_from_db()
    assert (drive.goal, drive.services.get(), drive.ended_at is not None) == (200, services[0], True)
    assert verbs(outing, drive) == [
        ("make_drive", []),
        ("change_drive", ["goal", "services"]),
        ("end_drive", ["ended_at"]),
    ]


@pytest.mark.parametrize("who", ["chi", "binh", "lan", "hanh", "khoa"])
def test_nobody_else_does(outing: Outing, who: str) -> None:
    actor = getattr(outing.tree, who)
    for action, more in (
        (make_drive, {"unit": outing.ward, "inputs": INPUTS}),
        (change_drive, {"drive": outing.drive, "inputs": INPUTS}),
        (end_drive, {"drive": outing.drive}),
        (fill_drive, {"drive": outing.drive, "stretches": []}),
        (add_door, {"drive": outing.drive, "inputs": DrivePlaceInput("1", "Lê Lợi")}),
        (mark_gone, {"drive": outing.drive, "door_ids": [outing.doors[0].pk]}),
        (drop_doors, {"drive": outing.drive, "door_ids": [outing.doors[0].pk]}),
    ):
        with pytest.raises(PermissionDenied):
            action(actor=actor, **more)  # type: ignore[operator]
    assert (Drive.objects.count(), Door.objects.count()) == (1, 3)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"name": ""}, "drive_name"),
        ({"name": "<b>Đợt 2</b>"}, "name_brackets"),
        ({"name": "Đợt tháng 11"}, "drive_name_taken"),
        ({"until": INPUTS.since}, "drive_days"),
        ({"until": date(2025, 12, 1)}, "drive_long"),
        ({"goal": 0}, "drive_goal"),
    ],
)
def test_what_a_drive_may_not_be(outing: Outing, change: dict[str, Any], code: str) -> None:
    inputs = replace(INPUTS, **change)
    assert refused(make_drive, actor=outing.tree.an, unit=outing.ward, inputs=inputs) == code
    assert Drive.objects.count() == 1


def test_the_doors_are_the_wards_so_a_drive_is(outing: Outing) -> None:
    for code in ("p4-kp1", "my-tho"):
        unit = outing.tree.units[code]
        assert refused(make_drive, actor=outing.tree.dung, unit=unit, inputs=INPUTS) == "drive_unit"


def test_an_ended_drive_stays_as_it_is_and_nobody_has_its_doors(outing: Outing) -> None:
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=2)
    end_drive(actor=outing.tree.an, drive=outing.drive)
    assert not Door.objects.filter(taken_by__isnull=False).exists()
    assert refused(end_drive, actor=outing.tree.an, drive=outing.drive) == "drive_ended"
    assert refused(change_drive, actor=outing.tree.an, drive=outing.drive, inputs=INPUTS) == "drive_ended"


@pytest.fixture
def register(outing: Outing) -> Drive:
    """Another drive of the ward, empty, and a register of two neighbourhoods."""
    other = Neighbourhood.objects.create(unit=outing.ward, name="Khu phố 2", since=date(2020, 1, 1))
    homes = [DoorInput(str(number), "Ấp Bắc", outing.neighbourhood.pk) for number in range(1, 6)]
    homes += [DoorInput(str(number), "Ấp Bắc", other.pk) for number in range(101, 104)]
    homes += [DoorInput(str(number), "Yersin", other.pk) for number in range(1, 3)]
    match_or_create_households(unit_id=outing.ward.pk, inputs=homes)
    shops = [
        BusinessInput(f"Quán {n}", address=f"{n} Yersin", neighbourhood_id=other.pk, house_number=n, street="Yersin")
        for n in ("1", "3")
    ]
    match_or_create_businesses(unit_id=outing.ward.pk, inputs=shops)
    return make_drive(actor=outing.tree.an, unit=outing.ward, inputs=INPUTS)


def streets(drive: Drive) -> list[tuple[str, str, int, int, int]]:
    lines = read_register(drive).lines
    return [(line.neighbourhood, line.street, line.homes, line.shops, line.in_drive) for line in lines]


def test_the_register_is_listed_street_by_street(register: Drive) -> None:
    assert streets(register) == [
        ("Khu phố 1", "Ấp Bắc", 5, 0, 0),
        ("Khu phố 1", "Lê Lợi", 3, 0, 0),
        ("Khu phố 2", "Ấp Bắc", 3, 0, 0),
        ("Khu phố 2", "Yersin", 2, 2, 0),
    ]


def test_streets_come_in_and_what_is_there_stays(outing: Outing, register: Drive) -> None:
    lines = {(line.neighbourhood, line.street): line for line in read_register(register).lines}
    ap_bac, yersin = lines["Khu phố 2", "Ấp Bắc"], lines["Khu phố 2", "Yersin"]
    stretches = [StreetStretch(line.neighbourhood_id, line.key) for line in (ap_bac, yersin)]
    an = outing.tree.an
    assert fill_drive(actor=an, drive=register, stretches=stretches, shops=False) == 5
    assert fill_drive(actor=an, drive=register, stretches=stretches) == 2
    assert fill_drive(actor=an, drive=register, stretches=stretches) == 0
    assert [row[4] for row in streets(register)] == [0, 0, 3, 4]
    assert fill_drive(actor=an, drive=register, stretches=[StreetStretch(outing.neighbourhood.pk)]) == 8
    assert Door.objects.filter(drive=register, unit=outing.ward).exclude(walk_key="").count() == 15


def test_homes_that_are_gone_and_another_wards_do_not_come_in(outing: Outing, register: Drive) -> None:
    Household.objects.filter(street="Yersin").update(gone_at=clock.now())
    Business.objects.filter(name="Quán 3").update(gone_at=clock.now())
    theirs = Neighbourhood.objects.create(unit=outing.tree.units["p5"], name="Khu phố 1", since=date(2020, 1, 1))
    match_or_create_households(unit_id=outing.tree.units["p5"].pk, inputs=[DoorInput("1", "Yersin", theirs.pk)])
    every = [StreetStretch(line.neighbourhood_id, line.key) for line in read_register(register).lines]
    fill_drive(actor=outing.tree.an, drive=register, stretches=[*every, StreetStretch(theirs.pk)])
    assert Door.objects.filter(drive=register).count() == 12


def test_one_door_comes_in_by_hand(outing: Outing) -> None:
    an, area = outing.tree.an, outing.neighbourhood.pk
    assert add_door(actor=an, drive=outing.drive, inputs=DrivePlaceInput("12/3", "Lê Lợi", area))
    assert not add_door(actor=an, drive=outing.drive, inputs=DrivePlaceInput("12 / 3", "LÊ LỢI", area))
    assert add_door(actor=an, drive=outing.drive, inputs=DrivePlaceInput("14", "Lê Lợi", area, sign="Cà phê Út"))
    assert Door.objects.filter(drive=outing.drive).count() == 5
    assert (
        refused(add_door, actor=an, drive=outing.drive, inputs=DrivePlaceInput("", "Lê Lợi", area)) == "number_missing"
    )
    assert refused(add_door, actor=an, drive=outing.drive, inputs=DrivePlaceInput("3", "", None)) == "street_missing"


def test_a_home_that_is_gone_is_out_of_every_drive_until_it_is_seen_again(outing: Outing) -> None:
    an, door = outing.tree.an, outing.doors[0]
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=3)
    assert mark_gone(actor=an, drive=outing.drive, door_ids=[door.pk, uuid7()]) == 1
    figures = drives.progress_of_drives([outing.drive.pk], now=clock.now(), today=TODAY)[outing.drive.pk]
    assert (figures.total, figures.gone, figures.held) == (2, 1, 2)
    assert AuditEvent.objects.filter(action="outreach.mark_gone", object_id=door.household_id).count() == 1
    add_door(actor=an, drive=outing.drive, inputs=DrivePlaceInput("2", "Lê Lợi", outing.neighbourhood.pk))
    assert Household.objects.filter(gone_at=None).count() == 3


def test_doors_that_came_in_by_mistake_go_and_visited_ones_stay(outing: Outing) -> None:
    note_visits(visits=[DoorVisit(outing.doors[0].pk, "not-home", TODAY)])
    keys = [door.pk for door in outing.doors]
    assert drop_doors(actor=outing.tree.an, drive=outing.drive, door_ids=keys) == 2
    assert list(Door.objects.values_list("pk", flat=True)) == keys[:1]
    assert Household.objects.count() == 3


def test_how_far_a_drive_is_by_street(outing: Outing) -> None:
    doors = lay_street(outing, "Ấp Bắc", ["1", "3", "5"])
    outcomes = ("helped", "not-home", "follow-up")
    note_visits(
        visits=[
            DoorVisit(door.pk, outcome, TODAY - timedelta(days=1), TODAY if outcome == "follow-up" else None)
            for door, outcome in zip(doors, outcomes, strict=True)
        ]
    )
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=2, near_id=outing.doors[0].pk)
    now = clock.now()
    lines = drives.street_rows(outing.drive, now=now, today=TODAY)
    figures_by_street = [
        (line.street, line.progress.total, line.progress.done, line.progress.left, line.progress.held) for line in lines
    ]
    assert figures_by_street == [("Ấp Bắc", 3, 1, 2, 1), ("Lê Lợi", 3, 0, 3, 1)]
    total = drives.progress_of_drives([outing.drive.pk], now=now, today=TODAY)[outing.drive.pk]
    assert (total.total, total.done, total.nobody, total.due, total.held) == (6, 1, 1, 1, 2)
    [holder] = drives.holder_rows(outing.drive, now=now)
    assert (holder.name, holder.doors) == ("Bùi Thị Lan", 2)
