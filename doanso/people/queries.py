"""Reads of persons and contacts. Whoever calls has narrowed the contacts by its own policy."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db.models import Case, IntegerField, Model, Q, QuerySet, Value, When

from doanso.lib import citizen_id, phone, sealing, vietnamese
from doanso.lib.problems import Refused
from doanso.people.models import Contact, Person


def canonical(person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """For each person, who that person is today: merged ones lead to the one that remained."""
    asked = set(person_ids)
    answer = {one: one for one in asked}
    waiting = asked
    while waiting:
        merged = dict(
            Person.objects.filter(pk__in=waiting, merged_into__isnull=False).values_list("pk", "merged_into_id")
        )
        answer = {one: merged.get(now, now) for one, now in answer.items()}
        waiting = set(merged.values())
    return answer


def seal_context(name: str) -> str:
    """For what a phone, citizen number or e-mail (`name`) of a contact is sealed and hashed."""
    return f"people.contact.{name}"


def lookup(name: str, value: str) -> str:
    """The keyed hash by which a phone, citizen number or e-mail (`name`, in its normal form) is found."""
    return sealing.look_up(value, context=seal_context(name))


def _by_digits(text: str, contact: str) -> Q:
    """Whose phone or citizen number a search of digits is."""
    found = Q(pk__in=[])
    for name, normalise in (("phone", phone.normalise), ("citizen_id", citizen_id.normalise)):
        try:
            found |= Q(**{f"{contact}{name}_lookup": lookup(name, normalise(text).value)})
        except Refused:
            continue
    return found


def search[M: Model](queryset: QuerySet[M], text: str, *, contact: str = "") -> QuerySet[M]:
    """Rows whose contact answers the search, annotated with `rank`: 0 where it is spelled exactly so, else 1.

    Words are looked for without diacritics at the beginning of any word of the name; a whole phone or citizen number
    finds its owner. `contact` is the path from the queryset's model to the contact, with its dunder.
    """
    if sum(letter.isdigit() for letter in text) >= 8:
        owners: QuerySet[Any] = queryset.filter(_by_digits(text, contact))
        return owners.annotate(rank=Value(0, output_field=IntegerField()))
    for word in vietnamese.fold(text).split():
        queryset = queryset.filter(
            Q(**{f"{contact}folded__startswith": word}) | Q(**{f"{contact}folded__contains": f" {word}"})
        )
    exact = Q()
    typed = vietnamese.tidy_name(text)
    for word in typed.split():
        # Kept names are tidy, so each of their words begins with a capital.
        spelled = word[:1].upper() + word[1:]
        exact &= Q(**{f"{contact}name__contains": spelled}) | Q(
            **{f"{contact}name__contains": vietnamese.canonical_tones(spelled)}
        )
    found: QuerySet[Any] = queryset
    return found.annotate(
        rank=Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
        if exact
        else Value(0, output_field=IntegerField())
    )


def told(contact: Contact, name: str) -> str:
    """The phone, citizen number or e-mail (`name`) opened, for whoever may see it; empty when there is none."""
    sealed: bytes = getattr(contact, f"{name}_sealed")
    return sealing.unseal(sealed, context=seal_context(name)) if sealed else ""
