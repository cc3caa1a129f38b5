"""Locks of persons, taken before the rows that depend on them: by erasures, merges and withdrawals of consent."""

from collections.abc import Collection
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.people.actions.matching import lock_names
from doanso.people.models import Contact, Person
from doanso.people.queries import canonical, same_persons


def lock_persons(person_ids: Collection[UUID]) -> list[Person]:
    """Lock these persons with all who were merged into them, in the order of their keys; return their rows.

    Refused where one of them was merged meanwhile. Call it before requests, consents, receipts and support records are locked.
    """
    everybody = _groups(person_ids)
    rows = Person.objects.select_for_update(no_key=True).filter(pk__in=everybody).order_by("pk")
    persons = list(rows.select_related(None))
    if _groups(person_ids) != everybody:
        raise Refused(Problem("merged_meanwhile", _("Somebody else merged one of the two just now; look again.")))
    return persons


class LockedToErase(NamedTuple):
    """Locked persons with all who were merged into them, and the locked names (folded, year of birth) of their contacts."""

    persons: list[Person]
    names: set[tuple[str, int | None]]

    @property
    def person_ids(self) -> set[UUID]:
        """Return the keys of the persons."""
        return {person.pk for person in self.persons}


def lock_to_erase(person_ids: Collection[UUID]) -> LockedToErase:
    """Lock the names by which a concurrent action may match these persons, then the persons; return both.

    Names come before persons, in the order of actions that write people down, and once per transaction: a name that was
    corrected meanwhile would be a second lot.
    """
    contacts = Contact.objects.filter(person_id__in=_groups(person_ids), erased_at=None)
    names = set(contacts.values_list("folded", "birth_year"))
    lock_names(names, sort="person")
    return LockedToErase(lock_persons(person_ids), names)


def _groups(person_ids: Collection[UUID]) -> set[UUID]:
    return same_persons(canonical(person_ids).values())
