"""Reception of a phone's batch: every record is stored and acknowledged after the commit.

Damaged records are sent back; records of unknown kinds, conflicting and invalid ones are kept for an officer. New records of one
kind and unit are applied together in a transaction of their own; if that fails, record by record, so that one never holds up
the others.
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

from doanso.access.policy import current_role_assignments
from doanso.accounts.models import User
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.sync import ports, rules, sealed
from doanso.sync.batches import Acknowledgement, BatchResult, RecordPayload, RejectedRecord
from doanso.sync.error_location import error_location
from doanso.sync.models import Device, Record, RecordState
from doanso.units.models import Unit

logger = logging.getLogger(__name__)

_UNAVAILABLE = (OperationalError, InterfaceError, InternalError)
"""Errors of the database itself (locked, full, gone), which no record causes."""

APPLIED, WAITING, REFUSED = RecordState.APPLIED, RecordState.WAITING, RecordState.REFUSED


@dataclass(slots=True)
class _BatchRecord:
    """One record of the batch while it is judged, stored and applied."""

    source: RecordPayload
    kind: str = ""
    version: int = 0
    unit_id: UUID | None = None
    base: str = ""
    # Hash of the version that was applied until now; empty for the first one.
    replaces: str = ""
    # State of the version it starts from, restored when this one cannot be applied.
    previous_state: str = ""
    made_at: datetime | None = None
    body: Any = None
    read: Any = None
    state: str = APPLIED
    problem: Problem | None = None
    seq: int = 0

    @property
    def key(self) -> tuple[UUID, str]:
        """Return the identity of this version: the record's id and the hash of the version."""
        return self.source.record_id, self.source.content_hash


_Known = dict[tuple[UUID, str], Acknowledgement]


@dataclass(slots=True)
class _StoredVersions:
    """The stored versions of one record: the hash of the applied one, and by hash the states of those left out."""

    kind: str
    applied: str = ""
    left: dict[str, str] = field(default_factory=dict)

    def takes(self, kind: str, base: str) -> bool:
        """Return whether a version of this kind that started from `base` may follow."""
        return kind == self.kind and (base == self.applied if self.applied else base in self.left)


def receive_batch(
    *, device: Device, actor: User, sent_at: datetime | None, entries: Sequence[RecordPayload]
) -> BatchResult:
    """Receive up to a hundred records of a phone, in its order.

    `actor` is the phone's holder, or the officer who hands in its backup. No error that a single record causes is raised, but
    errors of the database itself are. Records committed until then are recognised when they are sent again.

    Each lot is a transaction: an owner's action locks names, its own rows and the ledger's subjects in this order, and a second
    action in the same transaction would lock names while it holds subjects.
    """
    if len(entries) > rules.MOST_RECORDS:
        raise Refused(Problem("too_many", _("At most a hundred records at once."), "records"))
    answer = BatchResult()
    batch_records = []
    for entry in entries:
        try:
            batch_records.append(_read_envelope(entry))
        except Refused as refused:
            answer.rejected.append(RejectedRecord(entry.record_id, refused.problem))
    if not batch_records:
        # An empty batch still renews the lease.
        with transaction.atomic():
            _Batch(device, actor, sent_at).take_turn()
    for lot in _split_into_lots(batch_records):
        answer.acks += _receive_lot(device, actor, sent_at, lot)
    place = {(entry.record_id, entry.content_hash): index for index, entry in enumerate(entries)}
    answer.acks.sort(key=lambda ack: place[ack.record_id, ack.content_hash])
    return answer


def _split_into_lots(batch_records: Sequence[_BatchRecord]) -> list[list[_BatchRecord]]:
    """Split records into lots: new records of one kind and unit together, each later version of a record by itself.

    Lots are in the order in which kinds are applied, unknown kinds at the end.
    """
    lots: list[list[_BatchRecord]] = []
    order = {kind.code: position for position, kind in enumerate(ports.record_kinds())}
    for wave in _split_into_waves(batch_records):
        together: dict[tuple[str, UUID | None], list[_BatchRecord]] = {}
        alone: list[list[_BatchRecord]] = []
        for entry in wave:
            if entry.base:
                alone.append([entry])
            else:
                together.setdefault((entry.kind, entry.unit_id), []).append(entry)
        lots += sorted([*together.values(), *alone], key=lambda lot: order.get(lot[0].kind, len(order)))
    return lots


def _receive_lot(
    device: Device, actor: User, sent_at: datetime | None, lot: Sequence[_BatchRecord]
) -> list[Acknowledgement]:
    """Receive a lot in one transaction; when that fails, each of its records in a transaction of its own."""
    try:
        with transaction.atomic():
            return _Batch(device, actor, sent_at).take(lot)
    except _LotFailed as failure:
        logger.warning("%d records broke off, and go one by one: %s", len(lot), failure)
    acks = []
    for entry in lot:
        with transaction.atomic():
            acks += _Batch(device, actor, sent_at).take([_read_envelope(entry.source)])
    return acks


class _LotFailed(Exception):
    """Applying several records together raised an error; which of them caused it is unknown."""


def _read_envelope(entry: RecordPayload) -> _BatchRecord:
    """Read the envelope of a record; refuse one that is too long, is no envelope or does not match its hash."""
    try:
        size = len(entry.payload.encode())
    except UnicodeEncodeError as fault:
        # A lone surrogate cannot be encoded.
        raise _damaged() from fault
    if size > rules.MOST_RECORD_BYTES:
        raise Refused(Problem("too_long", _("This record is longer than 32 kB; leave something out of it.")))
    if rules.content_hash(entry.payload) != entry.content_hash:
        raise _damaged()
    fields = JsonObject(parse_json(entry.payload))
    batch_record = _BatchRecord(entry)
    batch_record.kind = fields.text("kind", 40, least=1)
    batch_record.version = fields.integer("version", 1, 30_000)
    batch_record.unit_id = fields.uuid_or_none("unit")
    batch_record.base = fields.text_or_none("base", 64) or ""
    batch_record.made_at = fields.moment("made_at")
    batch_record.body = fields.value("body")
    fields.finish()
    return batch_record


def _damaged() -> Refused:
    return Refused(Problem("damaged", _("This record was damaged on its way; it is sent again by itself.")))


def _split_into_waves(batch_records: Sequence[_BatchRecord]) -> list[list[_BatchRecord]]:
    """Put several versions of one record into successive waves; nearly always there is one wave."""
    waves: list[list[_BatchRecord]] = []
    versions_seen: dict[UUID, int] = {}
    seen_keys: set[tuple[UUID, str]] = set()
    for entry in batch_records:
        if entry.key in seen_keys:
            continue
        seen_keys.add(entry.key)
        number = versions_seen.get(entry.source.record_id, 0)
        versions_seen[entry.source.record_id] = number + 1
        if number == len(waves):
            waves.append([])
        waves[number].append(entry)
    return waves


class _Batch:
    """Records of different ids that are received together in the caller's transaction."""

    def __init__(self, device: Device, actor: User, sent_at: datetime | None) -> None:
        self.device, self.actor = device, actor
        self.now = clock.now()
        self.skew = rules.skew_seconds(sent_at, self.now)

    def take(self, batch_records: Sequence[_BatchRecord]) -> list[Acknowledgement]:
        """Judge, store and apply records; return their acknowledgements. Raise `_LotFailed` where several fail together."""
        self.take_turn()
        self._lock({entry.source.record_id for entry in batch_records if entry.base})
        known_acks, version_states = self._known(batch_records)
        repeated = [known_acks[entry.key] for entry in batch_records if entry.key in known_acks]
        fresh = [entry for entry in batch_records if entry.key not in known_acks]
        if not fresh:
            return repeated
        self._judge(fresh, version_states)
        self._supersede([entry for entry in fresh if entry.state == APPLIED and entry.base])
        repeated += self._write(fresh)
        written = [entry for entry in fresh if entry.seq]
        self._apply([entry for entry in written if entry.state == APPLIED])
        self._set_aside([entry for entry in written if entry.problem is not None and entry.state == APPLIED])
        return repeated + [
            Acknowledgement(
                entry.source.record_id,
                entry.source.content_hash,
                entry.seq,
                entry.state,
                _problem_value(entry.problem),
                is_known=False,
            )
            for entry in written
        ]

    def take_turn(self) -> None:
        """Lock the device, so that batches of one phone, also of its several tabs, run one after the other."""
        if self.actor.pk == self.device.user_id:
            lease = self.now + rules.LEASE
            Device.objects.filter(pk=self.device.pk).update(seen_at=self.now, lease_until=lease, skew=self.skew)
            database.note_rows(Device)
        else:
            Device.objects.select_for_update().get(pk=self.device.pk)

    def _lock(self, record_ids: set[UUID]) -> None:
        """Lock all versions of these records, waiting for a decision or another version in progress."""
        if record_ids and database.locks_rows():
            versions = Record.objects.select_for_update(of=("self",)).filter(record_id__in=record_ids)
            list(versions.order_by("seq").values_list("seq"))

    def _known(self, batch_records: Sequence[_BatchRecord]) -> tuple[_Known, dict[UUID, _StoredVersions]]:
        """Return acknowledgements of the versions received before, and the stored versions of each known record."""
        ids = sorted({entry.source.record_id for entry in batch_records})
        columns = ("record_id", "content_hash", "seq", "state", "problem", "kind")
        rows = database.read_rows(Record, columns, f"record_id IN ({database.placeholders(ids)})", ids)
        known_acks: _Known = {}
        version_states: dict[UUID, _StoredVersions] = {}
        for record_id, content, seq, state, problem, kind in rows:
            problem_value = database.as_json(problem)
            known_acks[record_id, content] = Acknowledgement(
                record_id, content, seq, state, problem_value, is_known=True
            )
            version_state = version_states.setdefault(record_id, _StoredVersions(kind))
            if state == APPLIED:
                version_state.applied = content
            elif state in {REFUSED, RecordState.QUARANTINED}:
                version_state.left[content] = state
        return known_acks, version_states

    def _supersede(self, batch_records: Sequence[_BatchRecord]) -> None:
        """Mark the versions that these start from as superseded."""
        if not batch_records:
            return
        versions = Q()
        for entry in batch_records:
            versions |= Q(record_id=entry.source.record_id, content_hash=entry.base)
        Record.objects.filter(versions).update(state=RecordState.SUPERSEDED)

    def _judge(self, batch_records: Sequence[_BatchRecord], version_states: Mapping[UUID, _StoredVersions]) -> None:
        """Set state and problem of every record that is not to be applied, and read the others."""
        units = self._units({entry.unit_id for entry in batch_records if entry.unit_id is not None})
        permitted: dict[tuple[str, UUID], bool] = {}
        for entry in batch_records:
            kind = ports.record_kind(entry.kind)
            version_state = version_states.get(entry.source.record_id)
            if version_state is None:
                # The version it started from never arrived, so it is the first one.
                entry.base = ""
            else:
                entry.replaces = version_state.applied
                entry.previous_state = APPLIED if version_state.applied else version_state.left.get(entry.base, REFUSED)
            if version_state is not None and not version_state.takes(entry.kind, entry.base):
                entry.state = WAITING
                entry.problem = Problem(
                    "conflict", _("The same record came with other content; an officer chooses one.")
                )
            elif kind is None or entry.version not in kind.versions:
                entry.state = RecordState.QUARANTINED
                entry.problem = Problem(
                    "kind_unknown", _("This server does not know records of this kind yet."), "kind"
                )
            elif entry.unit_id is None or entry.unit_id not in units:
                entry.state, entry.unit_id = REFUSED, None
                entry.problem = Problem("unit_unknown", _("There is no such unit here."), "unit")
            else:
                kind_and_unit = (entry.kind, entry.unit_id)
                if kind_and_unit not in permitted:
                    permitted[kind_and_unit] = kind.may(self.actor, units[entry.unit_id])
                if permitted[kind_and_unit]:
                    self._read(kind, entry)
                else:
                    entry.state = REFUSED
                    message = _("Whoever sent it has no role at this unit that records this.")
                    entry.problem = Problem("no_role", message, "unit")
            if entry.unit_id not in units:
                entry.unit_id = None
        self.units = units

    def _units(self, ids: set[UUID]) -> dict[UUID, Unit]:
        """Return the units by id; those at which the actor has a role are already loaded."""
        units = {
            role_assignment.unit_id: role_assignment.unit
            for role_assignment in current_role_assignments(self.actor)
            if role_assignment.unit_id in ids
        }
        missing = ids - set(units)
        return units | Unit.objects.in_bulk(missing) if missing else units

    def _read(self, kind: ports.RecordKind, entry: _BatchRecord) -> None:
        try:
            entry.read = kind.read(entry.body, entry.version)
        except Refused as refused:
            entry.state, entry.problem = REFUSED, refused.problem

    def _write(self, batch_records: Sequence[_BatchRecord]) -> list[Acknowledgement]:
        """Store the records and set their numbers; return acknowledgements of versions that another phone brought meanwhile."""
        self._insert(batch_records)
        unwritten = [entry for entry in batch_records if not entry.seq]
        if not unwritten:
            return []
        known_acks, _versions = self._known(unwritten)
        late = [entry for entry in unwritten if entry.key not in known_acks]
        for entry in late:
            # Another phone's version of the record was committed just now.
            entry.state = WAITING
            entry.problem = Problem("conflict", _("The same record came with other content; an officer chooses one."))
        self._insert(late)
        return [known_acks[entry.key] for entry in unwritten if entry.key in known_acks]

    def _insert(self, batch_records: Sequence[_BatchRecord]) -> None:
        rows = []
        for entry in batch_records:
            key, payload = sealed.encrypt_payload(entry.source.payload)
            rows.append(
                (
                    *(
                        entry.source.record_id,
                        entry.source.content_hash,
                        entry.kind,
                        entry.version,
                        entry.unit_id,
                        entry.base,
                    ),
                    *(
                        self.device.pk,
                        self.actor.pk,
                        entry.made_at,
                        self.now,
                        entry.state,
                        _problem_value(entry.problem),
                    ),
                    *(key, payload, ""),
                )
            )
        inserted = database.insert_new_rows(Record, _COLUMNS, rows, ("record_id", "content_hash", "seq"))
        numbers = {(record_id, content): seq for record_id, content, seq in inserted}
        for entry in batch_records:
            entry.seq = numbers.get(entry.key, 0)

    # --- Applying -------------------------------------------------------------------------------------------------

    def _apply(self, batch_records: Sequence[_BatchRecord]) -> None:
        """Apply all records at once; a single record that fails gets a problem instead."""
        if not batch_records:
            return
        kind = ports.record_kind(batch_records[0].kind)
        assert kind is not None  # noqa: S101 -- only records of a kind are judged to be applied
        if len(batch_records) == 1:
            self._apply_alone(kind, batch_records[0])
            return
        try:
            self._apply_together(kind, batch_records)
        except _UNAVAILABLE:
            raise
        except Exception as error:
            raise _LotFailed(error_location(error)) from error

    def _apply_together(self, kind: ports.RecordKind, batch_records: Sequence[_BatchRecord]) -> None:
        unit = self.units[batch_records[0].unit_id]  # type: ignore[index]
        incoming = [
            ports.IncomingRecord(
                record_id=entry.source.record_id,
                content_hash=entry.source.content_hash,
                base=entry.replaces,
                content=entry.read,
                made_at=entry.made_at,
                received_at=self.now,
                skew=self.skew,
                device_id=self.device.pk,
                holder=self.device.user,
            )
            for entry in batch_records
        ]
        problems = kind.apply(actor=self.actor, unit=unit, records=incoming)
        for entry, problem in zip(batch_records, problems, strict=True):
            entry.problem = problem

    def _apply_alone(self, kind: ports.RecordKind, entry: _BatchRecord) -> None:
        try:
            with transaction.atomic():
                self._apply_together(kind, [entry])
        except (Refused, PermissionDenied) as refused:
            entry.problem = refused.problem if isinstance(refused, Refused) else _no_role()
        except _UNAVAILABLE:
            raise
        except Exception as error:  # noqa: BLE001 -- it is kept for a person
            logger.error("A record could not be applied: %s", error_location(error))
            message = _("The server could not work with this record. It is kept; an officer looks at it.")
            entry.problem = Problem("not_applied", message)

    def _set_aside(self, batch_records: Sequence[_BatchRecord]) -> None:
        """Mark records as refused; the version that one of them replaced is applied again."""
        for entry in batch_records:
            entry.state = REFUSED
            Record.objects.filter(pk=entry.seq).update(state=REFUSED, problem=_problem_value(entry.problem))
            if entry.base:
                Record.objects.filter(record_id=entry.source.record_id, content_hash=entry.base).update(
                    state=entry.previous_state
                )


def _no_role() -> Problem:
    return Problem("no_role", _("Whoever sent it has no role at this unit that records this."), "unit")


def _problem_value(problem: Problem | None) -> dict[str, str] | None:
    if problem is None:
        return None
    return {"code": problem.code, "message": problem.message, "field": problem.field}


_COLUMNS = (
    *("record_id", "content_hash", "kind", "version", "unit", "base"),
    *("device", "user", "made_at", "received_at", "state", "problem"),
    *("key_encrypted", "payload_encrypted", "reason"),
)
