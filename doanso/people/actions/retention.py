"""Erase residents a year after the last programme that concerned them. It changes no figure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import batched
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from doanso.ledger.models import Book, Subject
from doanso.lib import clock
from doanso.lib.months import months_after
from doanso.lib.problems import Refused
from doanso.people import configuration, ports
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.models import Contact, Duplicate, Person, Request
from doanso.people.queries import same_person
from doanso.units.models import UnitPath

PAGE = 200


@dataclass(frozen=True, slots=True)
class RetentionResult:
    """The number of persons erased (or to be erased), and of those whom an app held back."""

    forgotten: int
    held_back: int


def _last_days() -> dict[UUID, date]:
    """Return the last day of the last programme by unit, for each unit that was ever below the root of a programme."""
    last: dict[UUID, date] = {}
    books: dict[UUID, date] = {}
    for root_id, last_day in Book.objects.values_list("root_id", "last_day"):
        books[root_id] = max(last_day, books.get(root_id, last_day))
    paths = UnitPath.objects.filter(ancestor_id__in=books).values_list("ancestor_id", "unit_id").distinct()
    for root_id, unit_id in paths:
        last[unit_id] = max(books[root_id], last.get(unit_id, books[root_id]))
    return last


def _due(groups: dict[UUID, set[UUID]], last_days: dict[UUID, date], months: int, today: date) -> list[UUID]:
    """Return those of these persons, with those merged into them, whose every contact is past its time."""
    owner = {merged_id: root for root, group in groups.items() for merged_id in group}
    waiting: set[UUID] = set()
    checked_ids: set[UUID] = set()
    rows = Contact.objects.filter(person_id__in=owner, erased_at=None).values_list("person_id", "unit_id", "created_at")
    for person_id, unit_id, created_at in rows:
        root = owner[person_id]
        checked_ids.add(root)
        last = last_days.get(unit_id)
        # Without a programme there is no end to count from; for a contact written after its end the term begins then.
        if last is None or months_after(max(last, clock.local(created_at).date()), months) >= today:
            waiting.add(root)
    return [root for root in groups if root in checked_ids - waiting]


def _pages() -> Iterator[dict[UUID, set[UUID]]]:
    after: UUID | None = None
    while True:
        remaining = Person.objects.filter(erased_at=None, merged_into=None).order_by("pk")
        if after is not None:
            remaining = remaining.filter(pk__gt=after)
        ids = list(remaining.values_list("pk", flat=True)[:PAGE])
        if not ids:
            return
        merged = set(Person.objects.filter(merged_into__in=ids).values_list("merged_into_id", flat=True))
        yield {person_id: same_person(person_id) if person_id in merged else {person_id} for person_id in ids}
        after = ids[-1]


def _left_behind() -> list[UUID]:
    """Return erased persons about whom data were written all the same: concurrently, by a version of this program without the
    lock.
    """
    erased = Person.objects.filter(erased_at__isnull=False)
    person_ids = set(Contact.objects.filter(erased_at=None, person__in=erased).values_list("person_id", flat=True))
    person_ids.update(
        Request.objects.filter(person__in=erased).exclude(detail_encrypted=b"").values_list("person_id", flat=True)
    )
    counted = Subject.objects.filter(kind="person", ref__in=erased.values("pk"))
    person_ids.update(ref for ref in counted.values_list("ref", flat=True) if ref is not None)
    for first_id, second_id in Duplicate.objects.filter(Q(one__in=erased) | Q(other__in=erased)).values_list(
        "one", "other"
    ):
        person_ids.update(erased.filter(pk__in=[first_id, second_id]).values_list("pk", flat=True))
    return sorted(person_ids)


def forget_left_behind(*, dry_run: bool = False, note: str = "") -> RetentionResult:
    """Erase what was written down about persons who are erased already, whenever that was; no period matters. Idempotent."""
    forgotten = held_back = 0
    for batch in batched(_left_behind(), PAGE):
        erased_count = len(batch) if dry_run else _forget(batch, note)
        forgotten += erased_count
        held_back += len(batch) - erased_count
    return RetentionResult(forgotten, held_back)


def forget_residents(*, dry_run: bool = False, note: str = "") -> RetentionResult:
    """Erase residents whose programmes ended this many months ago, page by page; members are kept. Idempotent.

    First erase what was left behind, see `forget_left_behind`.

    Each page is a transaction of its own, so that breaking off in the middle loses nothing.
    """
    law, today = configuration.privacy_rules(), clock.today()
    last_days = _last_days()
    left_behind = forget_left_behind(dry_run=dry_run, note=note)
    forgotten, held_back = left_behind.forgotten, left_behind.held_back
    if all(months_after(day, law.retention_months) >= today for day in last_days.values()):
        return RetentionResult(forgotten, held_back)
    for groups in _pages():
        due = _due(groups, last_days, law.retention_months, today)
        retained = ports.kept_persons({person_id for root in due for person_id in groups[root]})
        due = [root for root in due if not groups[root] & retained]
        if dry_run:
            forgotten += len(due)
            continue
        erased_count = _forget(due, note)
        forgotten += erased_count
        held_back += len(due) - erased_count
    return RetentionResult(forgotten, held_back)


def _forget(persons: Sequence[UUID], note: str) -> int:
    """Erase them together; where an app refuses one of them, each separately. Return how many were erased."""
    if not persons:
        return 0
    try:
        with transaction.atomic():
            erase_everywhere(actor=None, locked=lock_to_erase(persons), action="people.forget", lists=False, note=note)
    except Refused:
        if len(persons) == 1:
            return 0
        return sum(_forget([person_id], note) for person_id in persons)
    return len(persons)
