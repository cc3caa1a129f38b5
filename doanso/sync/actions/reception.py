"""Taking in what a phone has sent: an acknowledgement for each record, after the commit of all.

Damaged ones are sent back; records of unknown kinds, conflicting ones and such as are not right are kept for a person. New
records of one kind and unit are applied together, in a transaction of their own; if that breaks off, record by record, so that
one never holds up the others.
"""

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import InterfaceError, InternalError, OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.access.policy import current_holdings
from doanso.accounts.models import User
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.sync import ports, rules, sealed
from doanso.sync.batches import Acknowledged, Again, Received, RecordPayload
from doanso.sync.broken import place_of
from doanso.sync.models import Device, Record, RecordState
from doanso.units.models import Unit

logger = logging.getLogger(__name__)

_UNAVAILABLE = (OperationalError, InterfaceError, InternalError)
"""What a database says of itself: locked, full, gone. No record is to blame."""

APPLIED, WAITING, REFUSED = RecordState.APPLIED, RecordState.WAITING, RecordState.REFUSED


@dataclass(slots=True)
class _Item:
    """One record on its way through the batch."""

    told: RecordPayload
    kind: str = ""
    version: int = 0
    unit_id: UUID | None = None
    base: str = ""
    # The version that stood until this one; empty for the first that is applied.
    replaces: str = ""
    # The state of the version it starts from, should it have to give its place back.
    was: str = ""
    made_at: datetime | None = None
    body: Any = None
    read: Any = None
    state: str = APPLIED
    problem: Problem | None = None
    seq: int = 0

    @property
    def key(self) -> tuple[UUID, str]:
        """Which version of which record it is."""
        return self.told.record_id, self.told.content_hash


_Known = dict[tuple[UUID, str], Acknowledged]


@dataclass(slots=True)
class _Standing:
    """What is there of one record: the version that stands, and those that were left, from which one may start anew."""

    kind: str
    applied: str = ""
    left: dict[str, str] = field(default_factory=dict)

    def takes(self, kind: str, base: str) -> bool:
        """Whether a version of this kind that started from `base` follows what is there."""
        return kind == self.kind and (base == self.applied if self.applied else base in self.left)


def receive(*, device: Device, actor: User, sent_at: datetime | None, entries: Sequence[RecordPayload]) -> Received:
    """Take in up to a hundred records of a phone, in its order.

    `actor` is the phone's holder, or the officer who hands in its backup. Raises nothing that is a record's own fault;
    what a database says about itself (locked, full, gone) goes up. What was committed until then is known when it is sent again.

    Each lot is a transaction: an owner's deed takes names, its own rows and the ledger's subjects in one order, and a second
    deed in the same transaction would begin again with names while it holds subjects.
    """
    if len(entries) > rules.MOST_RECORDS:
        raise Refused(Problem("too_many", _("At most a hundred records at once."), "records"))
    answer = Received()
    items = []
    for entry in entries:
        try:
            items.append(_opened(entry))
        except Refused as refused:
            answer.again.append(Again(entry.record_id, refused.problem))
    if not items:
        # Nothing is brought, yet the phone was here.
        with transaction.atomic():
            _Batch(device, actor, sent_at).take_turn()
    for lot in _lots(items):
        answer.acks += _taken(device, actor, sent_at, lot)
    place = {(entry.record_id, entry.content_hash): index for index, entry in enumerate(entries)}
    answer.acks.sort(key=lambda ack: place[ack.record_id, ack.content_hash])
    return answer


def _lots(items: Sequence[_Item]) -> list[list[_Item]]:
    """What is taken in together: new records of one kind and unit; each later version of a record by itself. In the order in
    which kinds are applied, those of no kind at the end."""
    lots: list[list[_Item]] = []
    order = {kind.code: position for position, kind in enumerate(ports.record_kinds())}
    for wave in _waves(items):
        together: dict[tuple[str, UUID | None], list[_Item]] = {}
        alone: list[list[_Item]] = []
        for item in wave:
            if item.base:
                alone.append([item])
            else:
                together.setdefault((item.kind, item.unit_id), []).append(item)
        lots += sorted([*together.values(), *alone], key=lambda lot: order.get(lot[0].kind, len(order)))
    return lots


def _taken(device: Device, actor: User, sent_at: datetime | None, lot: Sequence[_Item]) -> list[Acknowledged]:
    """Take in a lot in one transaction, or each of its records in one of its own when that broke off."""
    try:
        with transaction.atomic():
            return _Batch(device, actor, sent_at).take(lot)
    except _BrokeOff as broke_off:
        logger.warning("%d records broke off, and go one by one: %s", len(lot), broke_off)
    acks = []
    for item in lot:
        with transaction.atomic():
            acks += _Batch(device, actor, sent_at).take([_opened(item.told)])
    return acks


class _BrokeOff(Exception):
    """Applying several records together raised something; which of them is to blame is not known."""


def _opened(entry: RecordPayload) -> _Item:
    """The envelope read; one that is not what its hash says was damaged on the way."""
    try:
        size = len(entry.payload.encode())
    except UnicodeEncodeError as fault:
        # Half of a pair of surrogates, which has no bytes.
        raise _damaged() from fault
    if size > rules.MOST_RECORD_BYTES:
        raise Refused(Problem("too_long", _("This record is longer than 32 kB; leave something out of it.")))
    if rules.content_hash(entry.payload) != entry.content_hash:
        raise _damaged()
    fields = JsonObject(parse_json(entry.payload))
    item = _Item(entry)
    item.kind = fields.text("kind", 40, least=1)
    item.version = fields.whole("version", 1, 30_000)
    item.unit_id = fields.uuid_or_none("unit")
    item.base = fields.text_or_none("base", 64) or ""
    item.made_at = fields.moment("made_at")
    item.body = fields.value("body")
    fields.finish()
    return item


def _damaged() -> Refused:
    return Refused(Problem("damaged", _("This record was damaged on its way; it is sent again by itself.")))


def _waves(items: Sequence[_Item]) -> list[list[_Item]]:
    """Several versions of one record in one batch come one after the other; nearly always there is one wave."""
    waves: list[list[_Item]] = []
    met: dict[UUID, int] = {}
    seen: set[tuple[UUID, str]] = set()
    for item in items:
        if item.key in seen:
            continue
        seen.add(item.key)
        number = met.get(item.told.record_id, 0)
        met[item.told.record_id] = number + 1
        if number == len(waves):
            waves.append([])
        waves[number].append(item)
    return waves


class _Batch:
    """Records of different ids, taken in together in the caller's transaction."""

    def __init__(self, device: Device, actor: User, sent_at: datetime | None) -> None:
        self.device, self.actor = device, actor
        self.now = clock.now()
        self.skew = rules.skew_seconds(sent_at, self.now)

    def take(self, items: Sequence[_Item]) -> list[Acknowledged]:
        """Judge, write down, apply; what became of each. Raises `_BrokeOff` where several can't be applied together."""
        self.take_turn()
        self._lock({item.told.record_id for item in items if item.base})
        known_acks, version_states = self._known(items)
        repeated = [known_acks[item.key] for item in items if item.key in known_acks]
        fresh = [item for item in items if item.key not in known_acks]
        if not fresh:
            return repeated
        self._judge(fresh, version_states)
        self._supersede([item for item in fresh if item.state == APPLIED and item.base])
        repeated += self._write(fresh)
        written = [item for item in fresh if item.seq]
        self._apply([item for item in written if item.state == APPLIED])
        self._set_aside([item for item in written if item.problem is not None and item.state == APPLIED])
        return repeated + [
            Acknowledged(
                item.told.record_id, item.told.content_hash, item.seq, item.state, _said(item.problem), known=False
            )
            for item in written
        ]

    def take_turn(self) -> None:
        """Batches of one phone take turns, also those of its two tabs."""
        if self.actor.pk == self.device.user_id:
            lease = self.now + rules.LEASE
            Device.objects.filter(pk=self.device.pk).update(seen_at=self.now, lease_until=lease, skew=self.skew)
            database.note_rows(Device)
        else:
            Device.objects.select_for_update().get(pk=self.device.pk)

    def _lock(self, record_ids: set[UUID]) -> None:
        """Wait for whoever settles one of these records, or brings another version of it: then it is read as it stands."""
        if record_ids and database.locks_rows():
            versions = Record.objects.select_for_update(of=("self",)).filter(record_id__in=record_ids)
            list(versions.order_by("seq").values_list("seq"))

    def _known(self, items: Sequence[_Item]) -> tuple[_Known, dict[UUID, _Standing]]:
        """Which of these had come before, and what there is of each record that is known at all."""
        ids = sorted({item.told.record_id for item in items})
        columns = ("record_id", "content_hash", "seq", "state", "problem", "kind")
        rows = database.read_rows(Record, columns, f"record_id IN ({database.marks(ids)})", ids)
        known_acks: _Known = {}
        version_states: dict[UUID, _Standing] = {}
        for record_id, content, seq, state, problem, kind in rows:
            problem_value = database.as_json(problem)
            known_acks[record_id, content] = Acknowledged(record_id, content, seq, state, problem_value, known=True)
            version_state = version_states.setdefault(record_id, _Standing(kind))
            if state == APPLIED:
                version_state.applied = content
            elif state in {REFUSED, RecordState.QUARANTINED}:
                version_state.left[content] = state
        return known_acks, version_states

    def _supersede(self, items: Sequence[_Item]) -> None:
        """The versions these start from stand no more."""
        if not items:
            return
        versions = Q()
        for item in items:
            versions |= Q(record_id=item.told.record_id, content_hash=item.base)
        Record.objects.filter(versions).update(state=RecordState.SUPERSEDED)

    def _judge(self, items: Sequence[_Item], version_states: Mapping[UUID, _Standing]) -> None:
        """Which are to be applied; the others get their state and why."""
        units = self._units({item.unit_id for item in items if item.unit_id is not None})
        may: dict[tuple[str, UUID], bool] = {}
        for item in items:
            kind = ports.record_kind(item.kind)
            version_state = version_states.get(item.told.record_id)
            if version_state is None:
                # Started from a version that never came, it is the first one here.
                item.base = ""
            else:
                item.replaces = version_state.applied
                item.was = APPLIED if version_state.applied else version_state.left.get(item.base, REFUSED)
            if version_state is not None and not version_state.takes(item.kind, item.base):
                item.state = WAITING
                item.problem = Problem(
                    "conflict", _("The same record came with other content; an officer chooses one.")
                )
            elif kind is None or item.version not in kind.versions:
                item.state = RecordState.QUARANTINED
                item.problem = Problem("kind_unknown", _("This server does not know records of this kind yet."), "kind")
            elif item.unit_id is None or item.unit_id not in units:
                item.state, item.unit_id = REFUSED, None
                item.problem = Problem("unit_unknown", _("There is no such unit here."), "unit")
            else:
                kind_and_unit = (item.kind, item.unit_id)
                if kind_and_unit not in may:
                    may[kind_and_unit] = kind.may(self.actor, units[item.unit_id])
                if may[kind_and_unit]:
                    self._read(kind, item)
                else:
                    item.state = REFUSED
                    message = _("Whoever sent it has no role at this unit that records this.")
                    item.problem = Problem("no_role", message, "unit")
            if item.unit_id not in units:
                item.unit_id = None
        self.units = units

    def _units(self, ids: set[UUID]) -> dict[UUID, Unit]:
        """The units meant; those at which the actor holds a role were read with it."""
        units = {
            role_assignment.unit_id: role_assignment.unit
            for role_assignment in current_holdings(self.actor)
            if role_assignment.unit_id in ids
        }
        missing = ids - set(units)
        return units | Unit.objects.in_bulk(missing) if missing else units

    def _read(self, kind: ports.RecordKind, item: _Item) -> None:
        try:
            item.read = kind.read(item.body, item.version)
        except Refused as refused:
            item.state, item.problem = REFUSED, refused.problem

    def _write(self, items: Sequence[_Item]) -> list[Acknowledged]:
        """Write the records down as they came and draw their numbers; those that another phone brought meanwhile."""
        self._insert(items)
        unwritten = [item for item in items if not item.seq]
        if not unwritten:
            return []
        known_acks, _standing = self._known(unwritten)
        late = [item for item in unwritten if item.key not in known_acks]
        for item in late:
            # Another phone's version of the record was committed just now.
            item.state = WAITING
            item.problem = Problem("conflict", _("The same record came with other content; an officer chooses one."))
        self._insert(late)
        return [known_acks[item.key] for item in unwritten if item.key in known_acks]

    def _insert(self, items: Sequence[_Item]) -> None:
        rows = []
        for item in items:
            key, payload = sealed.seal_payload(item.told.payload)
            rows.append(
                (
                    *(item.told.record_id, item.told.content_hash, item.kind, item.version, item.unit_id, item.base),
                    *(self.device.pk, self.actor.pk, item.made_at, self.now, item.state, _said(item.problem)),
                    *(key, payload, ""),
                )
            )
        made = database.insert_new_rows(Record, _COLUMNS, rows, ("record_id", "content_hash", "seq"))
        numbers = {(record_id, content): seq for record_id, content, seq in made}
        for item in items:
            item.seq = numbers.get(item.key, 0)

    # --- Applying -------------------------------------------------------------------------------------------------

    def _apply(self, items: Sequence[_Item]) -> None:
        """All of them in one go; one that is by itself is set aside where it can't be applied."""
        if not items:
            return
        kind = ports.record_kind(items[0].kind)
        assert kind is not None  # noqa: S101 -- only records of a kind are judged to be applied
        if len(items) == 1:
            self._apply_alone(kind, items[0])
            return
        try:
            self._apply_together(kind, items)
        except _UNAVAILABLE:
            raise
        except Exception as error:
            raise _BrokeOff(place_of(error)) from error

    def _apply_together(self, kind: ports.RecordKind, items: Sequence[_Item]) -> None:
        unit = self.units[items[0].unit_id]  # type: ignore[index]
        incoming = [
            ports.Incoming(
                record_id=item.told.record_id,
                content_hash=item.told.content_hash,
                base=item.replaces,
                told=item.read,
                made_at=item.made_at,
                received_at=self.now,
                skew=self.skew,
                device_id=self.device.pk,
                holder=self.device.user,
            )
            for item in items
        ]
        problems = kind.apply(actor=self.actor, unit=unit, records=incoming)
        for item, problem in zip(items, problems, strict=True):
            item.problem = problem

    def _apply_alone(self, kind: ports.RecordKind, item: _Item) -> None:
        try:
            with transaction.atomic():
                self._apply_together(kind, [item])
        except (Refused, PermissionDenied) as refused:
            item.problem = refused.problem if isinstance(refused, Refused) else _no_role()
        except _UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 -- it is kept for a person
            logger.error("A record could not be applied: %s", place_of(error))
            message = _("The server could not work with this record. It is kept; an officer looks at it.")
            item.problem = Problem("not_applied", message)

    def _set_aside(self, items: Sequence[_Item]) -> None:
        """Kept, and not applied: what replaced another version gives its place back."""
        for item in items:
            item.state = REFUSED
            Record.objects.filter(pk=item.seq).update(state=REFUSED, problem=_said(item.problem))
            if item.base:
                Record.objects.filter(record_id=item.told.record_id, content_hash=item.base).update(state=item.was)


def _no_role() -> Problem:
    return Problem("no_role", _("Whoever sent it has no role at this unit that records this."), "unit")


def _said(problem: Problem | None) -> dict[str, str] | None:
    if problem is None:
        return None
    return {"code": problem.code, "message": problem.message, "field": problem.field}


_COLUMNS = (
    *("record_id", "content_hash", "kind", "version", "unit", "base"),
    *("device", "user", "made_at", "received_at", "state", "problem"),
    *("key_sealed", "payload_sealed", "reason"),
)
