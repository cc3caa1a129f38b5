"""An officer's decisions about waiting records: apply one as a whole, or leave it out; each with a reason.

A record is applied in the name of the user who brought it, where they still have the permission, else in the officer's name.
"""

import logging
from typing import NamedTuple

from django.core.exceptions import PermissionDenied
from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse
from doanso.sync import policy, ports, queries, reading
from doanso.sync.error_location import error_location
from doanso.sync.models import WAITS, Record, RecordState
from doanso.units.models import Unit

logger = logging.getLogger(__name__)

LONGEST_REASON = 300
PAGE = 100
APPLIED, SUPERSEDED = RecordState.APPLIED, RecordState.SUPERSEDED
WAITING, QUARANTINED, REFUSED = RecordState.WAITING, RecordState.QUARANTINED, RecordState.REFUSED


class _ReadRecord(NamedTuple):
    """The parts of a stored record that are needed to apply it."""

    kind: ports.RecordKind
    unit: Unit
    content: object


@transaction.atomic
def take_version(*, actor: User, seq: int, reason: str) -> Record:
    """Apply this version in place of the applied one; raise `Refused` and change nothing where it is still invalid."""
    record, active_version = _record_to_decide(actor, seq, reason)
    read = _read(record)
    acting_user = _acting_user(actor, record, read)
    base = active_version.content_hash if active_version else ""
    if problem := _apply(acting_user, record, read, base=base, is_decided=True):
        raise Refused(problem)
    if active_version is not None:
        _save_state(active_version, SUPERSEDED)
    record.unit, record.problem = read.unit, None
    _save_decision(actor, record, APPLIED, reason, action="sync.take_version")
    return record


@transaction.atomic
def leave_version(*, actor: User, seq: int, reason: str) -> Record:
    """Leave this version out for good; another version that is applied stays applied."""
    record, active_version = _record_to_decide(actor, seq, reason)
    state = SUPERSEDED if record.state == WAITING and active_version is not None else RecordState(record.state)
    _save_decision(actor, record, state, reason, action="sync.leave_version")
    return record


def _record_to_decide(actor: User, seq: int, reason: str) -> tuple[Record, Record | None]:
    """Lock all versions of a record; return the one to decide about and the applied one, if there is one."""
    if not reason.strip():
        raise Refused(Problem("reason_missing", _("Write why, in a few words."), "reason"))
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused(Problem("reason_long", _("Say it in at most 300 characters."), "reason"))
    if not queries.decidable_records(actor).filter(pk=seq).exists():
        raise PermissionDenied(policy.DECIDE.name)
    record, active_version = _locked(seq)
    if record.state not in WAITS or record.decided_at is not None:
        message = _("Somebody settled this record just now; look at what became of it.")
        raise Refused(Problem("settled_meanwhile", message))
    return record, active_version


def _locked(seq: int) -> tuple[Record, Record | None]:
    record_id = Record.objects.values_list("record_id", flat=True).get(pk=seq)
    all_versions = Record.objects.filter(record_id=record_id).order_by("seq")
    if database.locks_rows():
        # Read again after the lock is granted: the locked rows do not include a version that arrived meanwhile.
        list(all_versions.select_for_update(of=("self",)).values_list("seq"))
    else:
        database.note_rows(Record)
    versions = list(all_versions)
    active_version = next((version for version in versions if version.state == APPLIED), None)
    return next(version for version in versions if version.pk == seq), active_version


def _read(record: Record) -> _ReadRecord:
    kind, unit_id, content = reading.read_record(record)
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id is not None else None
    if unit is None:
        raise Refused(Problem("unit_unknown", _("There is no such unit here."), "unit"))
    return _ReadRecord(kind, unit, content)


def _acting_user(actor: User, record: Record, read: _ReadRecord) -> User:
    """Return the user in whose name the record is applied: its author, else the actor."""
    for user in (record.user, actor):
        if read.kind.may(user, read.unit):
            return user
    message = _("Neither whoever sent it nor you may record this for the unit. Give the role first, then try again.")
    raise Refused(Problem("no_role", message))


def _apply(actor: User, record: Record, read: _ReadRecord, *, base: str, is_decided: bool = False) -> Problem | None:
    """Apply the record inside a savepoint; return the problem that rolled it back, or None."""
    incoming = ports.IncomingRecord(
        record_id=record.record_id,
        content_hash=record.content_hash,
        base=base,
        content=read.content,
        made_at=record.made_at,
        received_at=record.received_at,
        # The skew at the time of sending is not stored; the phone's latest one seldom differs.
        skew=record.device.skew,
        device_id=record.device_id,
        holder=record.device.user,
        is_decided=is_decided,
    )
    try:
        with transaction.atomic():
            [problem] = read.kind.apply(actor=actor, unit=read.unit, records=[incoming])
            refuse(problem)
    except Refused as refused:
        return refused.problem
    except PermissionDenied:
        return Problem("no_role", _("Whoever sent it has no role at this unit that records this."), "unit")
    except OperationalError:
        raise
    except Exception as error:  # noqa: BLE001 -- whatever an owner's action raises, the record goes on waiting
        logger.error("Record %d could not be applied and goes on waiting: %s", record.pk, error_location(error))
        return Problem(
            "not_applied", _("The server could not work with this record. It is kept; tell whoever runs it.")
        )
    return None


def _save_state(record: Record, state: RecordState) -> None:
    record.state = state
    record.save(update_fields=["state"])


def _save_decision(actor: User, record: Record, state: RecordState, reason: str, *, action: str) -> None:
    record.state, record.reason = state, reason.strip()
    record.decided_at, record.decided_by = clock.now(), actor
    record.save(update_fields=["state", "unit", "problem", "reason", "decided_at", "decided_by"])
    record_many([AuditEventInput(actor, action, _audit_subject(record), record.unit_id)])


def _audit_subject(record: Record) -> Record:
    """Return the object for the audit log, which knows a record by the phone's id: all its versions share one history."""
    return Record(pk=record.record_id)  # type: ignore[misc]


# --- After an upgrade -------------------------------------------------------------------------------------------------


def retry_quarantined() -> int:
    """Judge again the quarantined records whose kind and version this server knows by now; return how many were released.

    Each is judged in a transaction of its own, as if its author had sent it now.
    """
    known_kinds = Q(pk__in=[])
    for kind in ports.record_kinds():
        known_kinds |= Q(kind=kind.code, version__in=kind.versions)
    released, after = 0, 0
    while True:
        quarantined = Record.objects.filter(known_kinds, state=QUARANTINED, decided_at=None, seq__gt=after).order_by(
            "seq"
        )
        page = list(quarantined.values_list("seq", flat=True)[:PAGE])
        for seq in page:
            released += _retry(seq)
        if len(page) < PAGE:
            return released
        after = page[-1]


@transaction.atomic
def _retry(seq: int) -> bool:
    record, active_version = _locked(seq)
    if record.state != QUARANTINED or record.decided_at is not None:
        return False
    if active_version is not None and active_version.content_hash != record.base:
        message = _("The same record came with other content; an officer chooses one.")
        _save_judgement(record, WAITING, Problem("conflict", message))
        return True
    problem: Problem | None
    try:
        read = _read(record)
    except Refused as refused:
        problem = refused.problem
    else:
        record.unit = read.unit
        if read.kind.may(record.user, read.unit):
            problem = _apply(record.user, record, read, base=active_version.content_hash if active_version else "")
        else:
            message = _("Whoever sent it has no role at this unit that records this.")
            problem = Problem("no_role", message, "unit")
    if problem is None and active_version is not None:
        _save_state(active_version, SUPERSEDED)
    _save_judgement(record, APPLIED if problem is None else REFUSED, problem)
    return True


def _save_judgement(record: Record, state: RecordState, problem: Problem | None) -> None:
    record.state = state
    record.problem = (
        None if problem is None else {"code": problem.code, "message": problem.message, "field": problem.field}
    )
    record.save(update_fields=["state", "unit", "problem"])
