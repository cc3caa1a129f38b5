"""Homes: the people behind one door, as one unit stored them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.people.actions.contacts import lock_contacts
from doanso.people.models import Contact, Household

if TYPE_CHECKING:
    from doanso.accounts.models import User


@transaction.atomic
def share_home(
    *,
    actor: "User | None",
    unit_id: UUID,
    contact_ids: Sequence[UUID],
    address: str = "",
    neighbourhood_id: UUID | None = None,
) -> Household:
    """Record that these people live together: in the home one of them has already, or else in a new one.

    After the caller's policy. All of them are the unit's own contacts.
    """
    locked = lock_contacts(contact_ids).values()
    contacts = [contact for contact in locked if contact.unit_id == unit_id]
    if len(contacts) != len(set(contact_ids)) or not contacts:
        raise Refused(Problem("not_own_contacts", _("Choose people whom your unit wrote down."), "people"))
    home_id = next(
        (
            resident.household_id
            for resident in sorted(contacts, key=lambda resident: resident.pk)
            if resident.household_id
        ),
        None,
    )
    if home_id is not None:
        home = Household.objects.get(pk=home_id)
    else:
        home = Household.objects.create(
            unit_id=unit_id, neighbourhood_id=neighbourhood_id, address=address, created_at=clock.now()
        )
    Contact.objects.filter(pk__in=contact_ids).update(household=home, updated_at=clock.now())
    record(actor=actor, action="people.share_home", obj=home, unit=unit_id)
    return home
