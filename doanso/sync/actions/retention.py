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
        Record.objects.filter(record_id__in=ids[start : start + PAGE])
        .exclude(payload_sealed=b"")
        .update(key_sealed=b"", payload_sealed=b"", problem=None)
        for start in range(0, len(ids), PAGE)
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
    near = _near({entry.unit_id for entry in persons})
    gone: list[Record] = []
    for record in _not_taken():
        object_texts = [_said(entry) for entry in _objects(reading.envelope_of(record))]
        for entry in persons:
            own = record.unit_id is None or record.unit_id in near[entry.unit_id]
            if any(object_text.names(entry, own=own) for object_text in object_texts):
                gone.append(record)
                break
    Record.objects.filter(pk__in=[entry.pk for entry in gone]).update(key_sealed=b"", payload_sealed=b"", problem=None)
    destroy_photos({entry.record_id for entry in gone})
    return len(gone)


def _near(unit_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """For each unit those above and below it, on any day; and itself."""
    near = {unit_id: {unit_id} for unit_id in unit_ids}
    paths = UnitPath.objects.filter(Q(unit_id__in=unit_ids) | Q(ancestor_id__in=unit_ids))
    for unit, ancestor in paths.values_list("unit_id", "ancestor_id").distinct():
        for unit_id, other in ((unit, ancestor), (ancestor, unit)):
            if unit_id in near:
                near[unit_id].add(other)
    return near


def _not_taken() -> Iterator[Record]:
    """Records of which nothing was taken in, as far as their bytes are there: by indexes of their own, for these are few."""
    waits = Q(state__in=[*WAITS], settled_at=None)
    left_out = Q(settled_at__gte=clock.now() - KEPT - timedelta(days=2)) & ~Q(state=RecordState.APPLIED)
    for which in (waits, left_out):
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
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, Sequence) and not isinstance(node, str):
            waiting.extend(node)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one object of a record says: the name with its year of birth, its other words, and its texts as they are."""

    name: str
    birth_year: int | None
    words: str
    texts: frozenset[str]

    def names(self, person: Named, *, own: bool) -> bool:
        """Whether that is this person: a namesake's record is better emptied than theirs kept."""
        if str(person.contact_id) in self.texts or (person.phone and person.phone in self.texts):
            return True
        if not own or not person.folded:
            return False
        padded_name = f" {person.folded} "
        years = {self.birth_year, person.birth_year} - {None}
        return padded_name in self.words or (padded_name in self.name and len(years) < 2)


def _said(fields: Mapping[str, Any]) -> _Said:
    texts = {key: value for key, value in fields.items() if isinstance(value, str)}
    year = fields.get("birth_year")
    words = " | ".join(vietnamese.fold(value) for key, value in texts.items() if key != "name")
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
    finished = (Q(state__in=[RecordState.APPLIED, RecordState.SUPERSEDED], settled_at=None)) | Q(settled_at__lt=before)
    emptied, after = 0, 0
    while True:
        candidates = Record.objects.filter(finished, received_at__lt=before, seq__gt=after).exclude(payload_sealed=b"")
        page = list(candidates.order_by("seq").values_list("seq", flat=True)[:PAGE])
        if not page:
            return emptied
        emptied += Record.objects.filter(pk__in=page).update(key_sealed=b"", payload_sealed=b"")
        after = page[-1]
