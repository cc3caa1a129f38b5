"""Homes and shops that were found at the door, and where they stand as the phone has put it right since."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.outreach.actions.placing import put_places_right, put_signs_right
from doanso.outreach.visit_payload import PlacePayload, VisitPayload
from doanso.people.actions import DoorInput
from doanso.people.models import Business, Household
from doanso.sync import queries as sync
from doanso.sync.ports import Incoming

type Place = Household | Business
type Correction = tuple[Incoming, PlacePayload, DoorInput]
"""A later version of a visit, the place it calls new, and where that is."""


def correct_places(
    *, actor: User, home: UUID, told: Sequence[Correction]
) -> tuple[dict[UUID, Place], dict[UUID, Problem]]:
    """Put right the places of which these later versions of visits say something else than the earlier ones.

    The places as they stand now, and why a record is set aside, both by the record's key. What the office has put right
    itself stands against a phone that repeats what it said before, and is not overwritten by one that says something new.
    """
    keys = [place.key for _record, place, _door in told]
    homes = Household.objects.filter(pk__in=keys, erased_at=None)
    shops = Business.objects.filter(pk__in=keys, erased_at=None)
    known_places: dict[UUID, Place] = {
        place_row.pk: place_row for some in (homes, shops) for place_row in some if place_row.unit_id == home
    }
    places: dict[UUID, Place] = {}
    problems: dict[UUID, Problem] = {}
    moves: dict[UUID, tuple[Place, DoorInput]] = {}
    names: dict[UUID, str] = {}
    for record, place, door in told:
        there = known_places.get(place.key)
        if there is None:
            continue
        places[record.record_id] = there
        if _says(there, place, door):
            continue
        before = _before(record, place)
        if before == place:
            continue
        if before is None or not _says(there, before, _door_before(before, place)):
            problems[record.record_id] = _changed(there)
            continue
        if not _stands(there, door):
            moves[there.pk] = (there, door)
        if isinstance(there, Business) and there.name != place.name:
            names[there.pk] = there.name = place.name
    taken = put_places_right(actor=actor, home=home, moves=list(moves.values()))
    for record, place, _door in told:
        if place.key in taken:
            message = _("Another home stands in the register under this street and number already.")
            problems[record.record_id] = Problem("door_taken", message, "household.number")
    put_signs_right(actor=actor, home=home, names=names)
    return places, problems


def _before(record: Incoming, place: PlacePayload) -> PlacePayload | None:
    """What the version that stands said of the place; None where that is known no more."""
    told = sync.told_before(record.record_id, record.base)
    if not isinstance(told, VisitPayload):
        return None
    before = told.household or told.business
    return before if before is not None and before.key == place.key else None


def _door_before(before: PlacePayload, place: PlacePayload) -> DoorInput:
    """Where it was said to be; a neighbourhood that is told as before puts nothing right, be it the ward's or not."""
    area = before.neighbourhood_id if before.neighbourhood_id != place.neighbourhood_id else None
    return DoorInput(before.number, before.street, area)


def _stands(there: Place, door: DoorInput) -> bool:
    """Whether the register has it there already."""
    return there.address == door.address and door.neighbourhood_id in {None, there.neighbourhood_id}


def _says(there: Place, place: PlacePayload, door: DoorInput) -> bool:
    """Whether that is what the register says."""
    return _stands(there, door) and (isinstance(there, Household) or there.name == place.name)


def _changed(there: Place) -> Problem:
    message = _(
        "The office has put this door right meanwhile: it is “%(address)s”. Leave it so, and send the visit again."
    )
    where = there.address if isinstance(there, Household) else " ".join(filter(None, (there.name, there.address)))
    field = "household.number" if isinstance(there, Household) else "business.number"
    return Problem("door_changed", message % {"address": where}, field)
