"""Actions on drives: make, change, fill with doors, end."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, database
from doanso.lib.form_keys import save_once
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.outreach import policy
from doanso.outreach.models import Door, Drive, Visit
from doanso.outreach.queries.doors import PLACE_EXISTS
from doanso.outreach.rules.drives import MOST_DOORS, drive_problem, unit_problem
from doanso.people.actions import BusinessInput, DoorInput, match_or_create_businesses, match_or_create_households
from doanso.people.actions.doors import one_line, place_businesses, street_keys, walk_key
from doanso.people.models import Business, Household
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class DriveInput:
    """The data that an officer enters for a drive; `until` is the first day after it."""

    name: str
    since: date
    until: date
    goal: int
    services: tuple[Service, ...] = ()


_FIELDS = ("name", "since", "until", "goal")


@transaction.atomic
def make_drive(*, actor: User, unit: Unit, inputs: DriveInput) -> Drive:
    """Make a drive without doors yet."""
    policy.MANAGE.require_at(actor, unit)
    refuse(unit_problem(unit.kind))
    _judge(unit, inputs)
    values = {name: getattr(inputs, name) for name in _FIELDS}
    drive = Drive(unit=unit, made_at=clock.now(), made_by=actor, **values)
    save_once(save=partial(drive.save, force_insert=True), known=partial(_judge, unit, inputs))
    drive.services.set(inputs.services)
    record(actor=actor, action="outreach.make_drive", obj=drive, unit=unit)
    return drive


@transaction.atomic
def change_drive(*, actor: User, drive: Drive, inputs: DriveInput) -> Drive:
    """Change name, days, goal or services of a drive that has not ended."""
    locked_drive = _locked(actor, drive)
    _judge(locked_drive.unit, inputs, locked_drive)
    changed = [name for name in _FIELDS if getattr(locked_drive, name) != getattr(inputs, name)]
    for name in changed:
        setattr(locked_drive, name, getattr(inputs, name))
    if changed:
        judge = partial(_judge, locked_drive.unit, inputs, locked_drive)
        save_once(save=partial(locked_drive.save, update_fields=changed), known=judge)
    if set(locked_drive.services.values_list("pk", flat=True)) != {service.pk for service in inputs.services}:
        locked_drive.services.set(inputs.services)
        changed.append("services")
    if changed:
        record(
            actor=actor, action="outreach.change_drive", obj=locked_drive, unit=locked_drive.unit_id, changed=changed
        )
    return locked_drive


def _judge(unit: Unit, inputs: DriveInput, drive: Drive | None = None) -> None:
    refuse(drive_problem(name=inputs.name, since=inputs.since, until=inputs.until, goal=inputs.goal))
    others = Drive.objects.filter(unit=unit, name=inputs.name)
    if (others if drive is None else others.exclude(pk=drive.pk)).exists():
        raise Refused(Problem("drive_name_taken", _("The unit has a drive of this name already."), "name"))


def _locked(actor: User, drive: Drive) -> Drive:
    policy.MANAGE.require(actor, drive)
    locked_drive = Drive.objects.select_for_update(of=("self",)).select_related("unit").get(pk=drive.pk)
    if locked_drive.ended_at is not None:
        raise Refused(Problem("drive_ended", _("This drive has ended; make a new one.")))
    return locked_drive


@transaction.atomic
def end_drive(*, actor: User, drive: Drive) -> Drive:
    """End a drive, before its last day or after it: no door is offered any more, and checked-out doors become free."""
    locked_drive = _locked(actor, drive)
    locked_drive.ended_at = clock.now()
    locked_drive.save(update_fields=["ended_at"])
    taken = Door.objects.filter(drive=locked_drive, taken_by__isnull=False)
    taken.update(taken_by=None, taken_at=None, due_back_at=None)
    record(actor=actor, action="outreach.end_drive", obj=locked_drive, unit=locked_drive.unit_id, changed=["ended_at"])
    return locked_drive


@dataclass(frozen=True, slots=True)
class StreetStretch:
    """A street of a neighbourhood, by the prefix of its doors' keys; without a street the whole neighbourhood."""

    neighbourhood_id: UUID | None
    street_key: str = ""


@transaction.atomic
def fill_drive(
    *, actor: User, drive: Drive, stretches: Collection[StreetStretch], homes: bool = True, shops: bool = True
) -> int:
    """Add the register's homes and shops of these streets to the drive; return how many were added. Doors already in it stay."""
    locked_drive = _locked(actor, drive)
    condition = Q(pk__in=[])
    for stretch in stretches:
        within_stretch = Q(neighbourhood_id=stretch.neighbourhood_id)
        if stretch.street_key:
            first, end = street_keys(stretch.street_key)
            within_stretch &= Q(walk_key__gte=first, walk_key__lt=end)
        condition |= within_stretch
    columns = ("pk", "neighbourhood_id", "walk_key")
    rows: list[Row] = []
    if homes:
        households = Household.objects.filter(condition, unit_id=locked_drive.unit_id, erased_at=None, gone_at=None)
        rows += [(key, None, area, walk) for key, area, walk in households.exclude(place_key="").values_list(*columns)]
    if shops:
        open_ones = Business.objects.filter(
            condition, unit_id=locked_drive.unit_id, erased_at=None, merged_into=None, gone_at=None
        )
        rows += [(None, key, area, walk) for key, area, walk in open_ones.values_list(*columns)]
    return _add(actor, locked_drive, rows)


Row = tuple[UUID | None, UUID | None, UUID | None, str]
"""Keys of a home or a shop, its neighbourhood and its key along the walk."""
_COLUMNS = ("id", "drive", "unit", "household", "business", "neighbourhood", "walk_key", "visits", "outcome")


def _add(actor: User, drive: Drive, rows: Sequence[Row]) -> int:
    """Add homes and shops to the locked drive; return how many were added."""
    count_before = Door.objects.filter(drive=drive).count()
    if count_before + len(rows) > MOST_DOORS:
        message = _("A drive has at most %(most)d doors; make one drive per neighbourhood.")
        raise Refused(Problem("drive_full", message % {"most": MOST_DOORS}))
    add_places([(drive, rows)])
    added = Door.objects.filter(drive=drive).count() - count_before
    if added:
        record(actor=actor, action="outreach.fill_drive", obj=drive, unit=drive.unit_id)
    return added


def add_places(rows_by_drive: Iterable[tuple[Drive, Iterable[Row]]]) -> None:
    """Add homes and shops to their drives; doors already there do not change. One statement, after the caller's policy check."""
    rows = [
        (uuid7(), drive.pk, drive.unit_id, home, shop, area, walk or walk_key("", ""), 0, "")
        for drive, drive_rows in rows_by_drive
        for home, shop, area, walk in drive_rows
    ]
    database.insert_rows(Door, _COLUMNS, rows, keep_known=True)


@dataclass(frozen=True, slots=True)
class DrivePlaceInput:
    """A home by its number and street, or a shop by its sign as well."""

    number: str
    street: str
    neighbourhood_id: UUID | None = None
    sign: str = ""


@transaction.atomic
def add_door(*, actor: User, drive: Drive, inputs: DrivePlaceInput) -> bool:
    """Add one home or shop to the drive, matched in the register or created; return whether it was added."""
    locked_drive = _locked(actor, drive)
    if not inputs.sign and not inputs.number.strip():
        message = _("Write the house number, or the name on the shop's sign.")
        raise Refused(Problem("number_missing", message, "number"))
    if not inputs.street.strip() and inputs.neighbourhood_id is None:
        message = _("Write the street, or choose the neighbourhood where there is none.")
        raise Refused(Problem("street_missing", message, "street"))
    refuse(name_problem(inputs.sign, "sign"))
    place: type[Household] | type[Business] = Business if inputs.sign else Household
    if inputs.sign:
        shop = BusinessInput(
            name=inputs.sign,
            address=one_line(inputs.street, inputs.number),
            neighbourhood_id=inputs.neighbourhood_id,
            house_number=inputs.number,
            street=inputs.street,
        )
        key = match_or_create_businesses(unit_id=locked_drive.unit_id, inputs=[shop])[0].business_id
        place_businesses({key: shop})
    else:
        home = DoorInput(inputs.number, inputs.street, inputs.neighbourhood_id)
        key = match_or_create_households(unit_id=locked_drive.unit_id, inputs=[home])[0].household_id
    # An officer has seen it, so it exists.
    place._default_manager.filter(pk=key).exclude(gone_at=None).update(gone_at=None)
    area, walk = place._default_manager.values_list("neighbourhood_id", "walk_key").get(pk=key)
    row = (None, key, area, walk) if inputs.sign else (key, None, area, walk)
    return bool(_add(actor, locked_drive, [row]))


@transaction.atomic
def mark_gone(*, actor: User, drive: Drive, door_ids: Collection[UUID]) -> int:
    """Mark homes and shops as gone, or as never existing, in every drive; return how many."""
    locked_drive = _locked(actor, drive)
    doors = list(Door.objects.select_for_update(of=("self",)).filter(PLACE_EXISTS, pk__in=door_ids, drive=locked_drive))
    closed = 0
    for model, name in ((Household, "household"), (Business, "business")):
        keys = {getattr(door, f"{name}_id") for door in doors} - {None}
        closed += close_places(actor, model, name, keys)
    return closed


def close_places(actor: User, model: type[Household] | type[Business], name: str, keys: Collection[UUID]) -> int:
    """Mark these homes, or these shops, as gone, and free their doors; return how many. Called after the caller's policy
    check.
    """
    places: list[Any] = list(
        model._default_manager.select_for_update().filter(pk__in=keys, gone_at=None).order_by("pk")
    )
    closed = [place.pk for place in places]
    model._default_manager.filter(pk__in=closed).update(gone_at=clock.now())
    Door.objects.filter(**{f"{name}__in": closed}).update(taken_by=None, taken_at=None, due_back_at=None)
    record_many(AuditEventInput(actor, "outreach.mark_gone", place, place.unit_id, ("gone_at",)) for place in places)
    return len(closed)


@transaction.atomic
def drop_doors(*, actor: User, drive: Drive, door_ids: Collection[UUID]) -> int:
    """Remove doors that were added to the drive by mistake; return how many. A visited door stays."""
    locked_drive = _locked(actor, drive)
    doors = Door.objects.select_for_update().filter(pk__in=door_ids, drive=locked_drive, visits=0)
    doors = doors.exclude(pk__in=Visit.objects.filter(door_id__in=door_ids).values("door_id"))
    keys = list(doors.values_list("pk", flat=True))
    Door.objects.filter(pk__in=keys).delete()
    if keys:
        record(actor=actor, action="outreach.drop_doors", obj=locked_drive, unit=locked_drive.unit_id)
    return len(keys)
