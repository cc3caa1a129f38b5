"""When the bytes of phones' records go: on erasure at once, else ninety days after nobody needs them any more.

Erasure reaches what was taken in by the record's id, and what was not by whom it names.

What stays is the hash with its state and number: the acknowledgement's promise is that the record was taken, and whoever has
the text can still show that it was this one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q

from doanso.lib import clock, phone, vietnamese
from doanso.lib.problems import Refused
from doanso.sync import reading
from doanso.sync.actions.photos import destroy_photos
from doanso.sync.models import WAITS, Record, RecordState
from doanso.units.models import UnitPath

KEPT = timedelta(days=90)
PAGE = 500


def forget(record_ids: Iterable[UUID]) -> int:
    """Destroy the keys and the bytes of every version of these records, in the caller's transaction; of how many.

    With them goes the sentence of a problem, which may quote the record.
    """
    ids = sorted(set(record_ids))
    return sum(
        Record.objects.filter(record_id__in=ids[at : at + PAGE])
        .exclude(payload_sealed=b"")
        .update(key_sealed=b"", payload_sealed=b"", problem=None)
        for at in range(0, len(ids), PAGE)
    )


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody as one unit wrote them down: how a record of a phone may name them."""

    unit_id: UUID
    contact_id: UUID
    folded: str
    birth_year: int | None
    phone: str


def forget_named(persons: Collection[Named]) -> int:
    """Empty the records that name one of these persons and were never taken in, in the caller's transaction; how many.

    Such a record waits for an officer, or was left out by one, and nobody knows whose it is: it is opened and looked through.
    At the person's own unit the name is enough, unless another year of birth goes with it; anywhere, the phone or the contact.
    """
    if not persons:
        return 0
    near = _near({one.unit_id for one in persons})
    gone: list[Record] = []
    for record in _not_taken():
        said = [_said(one) for one in _objects(reading.envelope_of(record))]
        for one in persons:
            own = record.unit_id is None or record.unit_id in near[one.unit_id]
            if any(it.names(one, own=own) for it in said):
                gone.append(record)
                break
    Record.objects.filter(pk__in=[one.pk for one in gone]).update(key_sealed=b"", payload_sealed=b"", problem=None)
    destroy_photos({one.record_id for one in gone})
    return len(gone)


def _near(unit_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """For each unit those above and below it, on any day; and itself."""
    near = {one: {one} for one in unit_ids}
    paths = UnitPath.objects.filter(Q(unit_id__in=unit_ids) | Q(ancestor_id__in=unit_ids))
    for unit, ancestor in paths.values_list("unit_id", "ancestor_id").distinct():
        for one, other in ((unit, ancestor), (ancestor, unit)):
            if one in near:
                near[one].add(other)
    return near


def _not_taken() -> Iterator[Record]:
    """Records of which nothing was taken in, as far as their bytes are there: by indexes of their own, for these are few."""
    waits = Q(state__in=[*WAITS], settled_at=None)
    left = Q(settled_at__gte=clock.now() - KEPT - timedelta(days=2)) & ~Q(state=RecordState.APPLIED)
    for which in (waits, left):
        after = 0
        while page := list(
            Record.objects.filter(which, seq__gt=after).exclude(payload_sealed=b"").order_by("seq")[:PAGE]
        ):
            yield from page
            after = page[-1].pk


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Every object in it, however deep."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Mapping):
            yield one
            waiting.extend(one.values())
        elif isinstance(one, Sequence) and not isinstance(one, str):
            waiting.extend(one)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one object of a record says: the name with its year of birth, its other words, and its texts as they are."""

    name: str
    birth_year: int | None
    words: str
    texts: frozenset[str]

    def names(self, one: Named, *, own: bool) -> bool:
        """Whether that is this person: a namesake's record is better emptied than theirs kept."""
        if str(one.contact_id) in self.texts or (one.phone and one.phone in self.texts):
            return True
        if not own or not one.folded:
            return False
        known = f" {one.folded} "
        years = {self.birth_year, one.birth_year} - {None}
        return known in self.words or (known in self.name and len(years) < 2)


def _said(told: Mapping[str, Any]) -> _Said:
    texts = {key: one for key, one in told.items() if isinstance(one, str)}
    year = told.get("birth_year")
    words = " | ".join(vietnamese.fold(one) for key, one in texts.items() if key != "name")
    return _Said(
        name=f" {vietnamese.fold(texts.get('name', ''))} ",
        birth_year=year if isinstance(year, int) else None,
        words=f" {words} ",
        texts=frozenset({*texts.values(), *map(_number, texts.values())}),
    )


def _number(text: str) -> str:
    """A phone number in its one form; anything else as it is."""
    if not 9 <= sum(letter.isdigit() for letter in text) <= 15:
        return text
    try:
        return phone.normalise(text).value
    except Refused:
        return text


def drop_old_bytes() -> int:
    """Empty what was applied, or settled by a person, more than ninety days ago; whatever waits is kept. Idempotent."""
    before = clock.now() - KEPT
    done = (Q(state__in=[RecordState.APPLIED, RecordState.SUPERSEDED], settled_at=None)) | Q(settled_at__lt=before)
    emptied, after = 0, 0
    while True:
        found = Record.objects.filter(done, received_at__lt=before, seq__gt=after).exclude(payload_sealed=b"")
        page = list(found.order_by("seq").values_list("seq", flat=True)[:PAGE])
        if not page:
            return emptied
        emptied += Record.objects.filter(pk__in=page).update(key_sealed=b"", payload_sealed=b"")
        after = page[-1]
