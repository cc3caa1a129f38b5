"""Addresses of a visit's receivers after a correction of its door."""

from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q

from doanso.outreach.models import Visit, VisitSupportRecord
from doanso.people.models import Contact


class Residence(NamedTuple):
    """The address of a home or shop."""

    address: str
    neighbourhood_id: UUID | None = None
    household_id: UUID | None = None


def corrected_residence(contact: Contact, *, old: Visit, before: str, now: Residence) -> dict[str, Any]:
    """Return fields of the contact that follow the visit from the address `before` to its present door; empty where nothing
    follows.

    The correction is of the place: a contact that this visit registered there moves along, also when a later visit met them
    there. A contact that an earlier visit registered there stays, and so does an address that somebody wrote otherwise. The
    contact is locked.
    """
    if not now.address or contact.household_id != old.household_id or contact.address != before:
        return {}
    if now.household_id != old.household_id and _was_met_earlier(contact, old):
        return {}
    values: dict[str, Any] = {"address": now.address, "household_id": now.household_id}
    if contact.neighbourhood_id in {None, old.neighbourhood_id}:
        values["neighbourhood_id"] = now.neighbourhood_id
    return values


def _was_met_earlier(contact: Contact, visit: Visit) -> bool:
    """Return whether an earlier visit met the contact in its home."""
    came_before = Q(visit__recorded_at__lt=visit.recorded_at) | Q(
        visit__recorded_at=visit.recorded_at, visit__lt=visit.pk
    )
    met = VisitSupportRecord.objects.filter(
        came_before, support_record__contact=contact, visit__household=visit.household_id
    )
    return met.filter(visit__taken_back_at=None).exists()
