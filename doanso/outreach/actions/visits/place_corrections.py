"""Homes and shops that a visit found at the door, corrected by a later version of that visit."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.outreach.actions.place_moves import correct_signs, move_known_places
from doanso.outreach.visit_payload import PlacePayload, VisitPayload
from doanso.people.actions import DoorInput
from doanso.people.models import Business, Household
from doanso.sync import queries as sync
from doanso.sync.ports import IncomingRecord

type PlaceRow = Household | Business


class PlaceCorrection(NamedTuple):
    """A later version of a visit, the place that it calls new, and its address."""

    record: IncomingRecord
    place: PlacePayload
    door: DoorInput


def correct_places(
    *, actor: User, home: UUID, corrections: Sequence[PlaceCorrection]
) -> tuple[dict[UUID, PlaceRow], dict[UUID, Problem]]:
    """Correct places about which these later versions of visits differ from the earlier ones.

    Return the places as they are now, and why a record is set aside, both by the record's key. Corrections by the office are
    kept when a phone repeats its earlier report, and are not overwritten by a new one.
    """
    keys = [correction.place.key for correction in corrections]
    homes = Household.objects.filter(pk__in=keys, erased_at=None)
    shops = Business.objects.filter(pk__in=keys, erased_at=None)
    known_places: dict[UUID, PlaceRow] = {row.pk: row for rows in (homes, shops) for row in rows if row.unit_id == home}
    places: dict[UUID, PlaceRow] = {}
    problems: dict[UUID, Problem] = {}
    moves: dict[UUID, tuple[PlaceRow, DoorInput]] = {}
    names: dict[UUID, str] = {}
    for record, place, door in corrections:
        row = known_places.get(place.key)
        if row is None:
            continue
        places[record.record_id] = row
        if _matches(row, place, door):
            continue
        before = _before(record, place)
        if before == place:
            continue
        if before is None or not _matches(row, before, _door_before(before, place)):
            problems[record.record_id] = _changed(row)
            continue
        if not _is_at(row, door):
            moves[row.pk] = (row, door)
        if isinstance(row, Business) and row.name != place.name:
            names[row.pk] = row.name = place.name
    taken = move_known_places(actor=actor, home=home, moves=list(moves.values()))
    for record, place, _door in corrections:
        if place.key in taken:
            message = _("Another home stands in the register under this street and number already.")
            problems[record.record_id] = Problem("door_taken", message, "household.number")
    correct_signs(actor=actor, home=home, names=names)
    return places, problems


def _before(record: IncomingRecord, place: PlacePayload) -> PlacePayload | None:
    """Return the place as the version in effect reported it; None where its text was erased."""
    payload = sync.earlier_content(record.record_id, record.base)
    if not isinstance(payload, VisitPayload):
        return None
    before = payload.household or payload.business
    return before if before is not None and before.key == place.key else None


def _door_before(before: PlacePayload, place: PlacePayload) -> DoorInput:
    """Return the address of the earlier report. A neighbourhood reported as before corrects nothing, whether it is the ward's
    or not.
    """
    area = before.neighbourhood_id if before.neighbourhood_id != place.neighbourhood_id else None
    return DoorInput(before.number, before.street, area)


def _is_at(row: PlaceRow, door: DoorInput) -> bool:
    """Return whether the register has the place at this door already."""
    return row.address == door.address and door.neighbourhood_id in {None, row.neighbourhood_id}


def _matches(row: PlaceRow, place: PlacePayload, door: DoorInput) -> bool:
    """Return whether the register agrees with the reported place."""
    return _is_at(row, door) and (isinstance(row, Household) or row.name == place.name)


def _changed(row: PlaceRow) -> Problem:
    message = _(
        "The office has put this door right meanwhile: it is “%(address)s”. Leave it so, and send the visit again."
    )
    label = row.address if isinstance(row, Household) else " ".join(filter(None, (row.name, row.address)))
    field = "household.number" if isinstance(row, Household) else "business.number"
    return Problem("door_changed", message % {"address": label}, field)
