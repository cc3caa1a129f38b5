"""Deletion of the bytes of phones' records: at once on erasure, else ninety days after they were applied or decided.

Erasure finds records that were applied by their id, and the others by the persons whom they name.

Hash, state and number stay: an acknowledgement promises that the record was taken, and a holder of the text can still prove that
it was this one.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, Q, Value, When

from doanso.accounts.models import User
from doanso.lib import clock, formats, phone, vietnamese
from doanso.lib.problems import Refused
from doanso.sync import reading
from doanso.sync.actions.photos import destroy_photos
from doanso.sync.models import WAITS, Device, Record, RecordState
from doanso.units.models import UnitPath

RETENTION = timedelta(days=90)
PAGE = 500
_NO_REASON = ("", formats.NONE)
_NO_TEXT = {"key_encrypted": b"", "payload_encrypted": b"", "problem": None}
"""A record without its text. The problem's sentence may quote it."""
_FORGOTTEN = {**_NO_TEXT, "reason": Case(When(reason="", then=Value("")), default=Value(formats.NONE))}
"""A record of somebody erased: also without the words that an officer wrote about it."""


def forget_records(record_ids: Iterable[UUID]) -> int:
    """Delete keys, bytes and words of every version of these records in the caller's transaction; return how many had any."""
    ids = sorted(set(record_ids))
    return sum(
        Record.objects.filter(record_id__in=ids[start : start + PAGE])
        .exclude(payload_encrypted=b"", problem__isnull=True, reason__in=_NO_REASON)
        .update(**_FORGOTTEN)
        for start in range(0, len(ids), PAGE)
    )


def forget_devices(*, actor: User | None, user: User) -> None:
    """Take the phones of an erased account out of service, so that they wipe themselves, and remove their names."""
    devices = Device.objects.filter(user=user)
    devices.filter(revoked_at=None).update(revoked_at=clock.now(), revoked_by=actor)
    devices.update(name=formats.NONE)


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person's particulars at one unit, by which a phone's record may name them; `folded` is the folded name."""

    unit_id: UUID
    contact_id: UUID
    folded: str
    birth_year: int | None
    phone: str


def forget_named(persons: Collection[NamedPerson]) -> int:
    """Empty the records that name one of these persons and were never applied, in the caller's transaction; return their number.

    Such a record waits for an officer, or was left out by one. It is linked to no contact, so its text is decrypted and searched.
    At the person's own unit the name is enough, unless another year of birth goes with it; elsewhere the phone or the
    contact's id must match.
    """
    if not persons:
        return 0
    related_units = _related_units({entry.unit_id for entry in persons})
    emptied: list[Record] = []
    for record in _not_taken():
        object_texts = [_texts_of(entry) for entry in _objects(reading.envelope_of(record))]
        for entry in persons:
            own = record.unit_id is None or record.unit_id in related_units[entry.unit_id]
            if any(object_text.names(entry, own=own) for object_text in object_texts):
                emptied.append(record)
                break
    Record.objects.filter(pk__in=[entry.pk for entry in emptied]).update(**_FORGOTTEN)
    destroy_photos({entry.record_id for entry in emptied})
    return len(emptied)


def _related_units(unit_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return for each unit itself and the units above and below it on any day."""
    related_units = {unit_id: {unit_id} for unit_id in unit_ids}
    paths = UnitPath.objects.filter(Q(unit_id__in=unit_ids) | Q(ancestor_id__in=unit_ids))
    for unit, ancestor in paths.values_list("unit_id", "ancestor_id").distinct():
        for unit_id, other in ((unit, ancestor), (ancestor, unit)):
            if unit_id in related_units:
                related_units[unit_id].add(other)
    return related_units


def _not_taken() -> Iterator[Record]:
    """Yield records that were not applied and still have their bytes; both conditions have an index, since such records are
    few.
    """
    waits = Q(state__in=[*WAITS], decided_at=None)
    left_out = Q(decided_at__gte=clock.now() - RETENTION - timedelta(days=2)) & ~Q(state=RecordState.APPLIED)
    for which in (waits, left_out):
        after = 0
        while page := list(
            Record.objects.filter(which, seq__gt=after).exclude(payload_encrypted=b"").order_by("seq")[:PAGE]
        ):
            yield from page
            after = page[-1].pk


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every object inside a JSON value, however deep."""
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            yield node
            waiting.extend(node.values())
        elif isinstance(node, Sequence) and not isinstance(node, str):
            waiting.extend(node)


@dataclass(frozen=True, slots=True)
class _RecordTexts:
    """The texts of one object of a record: folded name, year of birth, all other words folded, and all texts unchanged."""

    name: str
    birth_year: int | None
    words: str
    texts: frozenset[str]

    def names(self, person: NamedPerson, *, own: bool) -> bool:
        """Return whether the object may name this person; when in doubt yes, since a namesake's record may be emptied too."""
        if str(person.contact_id) in self.texts or (person.phone and person.phone in self.texts):
            return True
        if not own or not person.folded:
            return False
        padded_name = f" {person.folded} "
        years = {self.birth_year, person.birth_year} - {None}
        return padded_name in self.words or (padded_name in self.name and len(years) < 2)


def _texts_of(fields: Mapping[str, Any]) -> _RecordTexts:
    texts = {key: value for key, value in fields.items() if isinstance(value, str)}
    year = fields.get("birth_year")
    words = " | ".join(vietnamese.fold(value) for key, value in texts.items() if key != "name")
    return _RecordTexts(
        name=f" {vietnamese.fold(texts.get('name', ''))} ",
        birth_year=year if isinstance(year, int) else None,
        words=f" {words} ",
        texts=frozenset({*texts.values(), *map(_number, texts.values())}),
    )


def _number(text: str) -> str:
    """Return a phone number in its normal form, any other text unchanged."""
    if not 9 <= sum(letter.isdigit() for letter in text) <= 15:
        return text
    try:
        return phone.normalise(text).value
    except Refused:
        return text


def drop_old_bytes() -> int:
    """Empty records that were applied or decided more than ninety days ago; return their number. Waiting records are kept.

    An officer's reason stays with the decision.
    """
    before = clock.now() - RETENTION
    finished = (Q(state__in=[RecordState.APPLIED, RecordState.SUPERSEDED], decided_at=None)) | Q(decided_at__lt=before)
    emptied, after = 0, 0
    while True:
        candidates = Record.objects.filter(finished, received_at__lt=before, seq__gt=after).exclude(
            payload_encrypted=b""
        )
        page = list(candidates.order_by("seq").values_list("seq", flat=True)[:PAGE])
        if not page:
            return emptied
        emptied += Record.objects.filter(pk__in=page).update(**_NO_TEXT)
        after = page[-1]
