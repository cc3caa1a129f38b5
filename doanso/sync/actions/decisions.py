"""What a person decides about records that wait: take one in whole, or leave it out; each with a reason.

A record is the same whoever takes it in: in the name of whoever brought it where they still may, else of the officer, who
then stands for it.
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
from doanso.sync.broken import place_of
from doanso.sync.models import WAITS, Record, RecordState
from doanso.units.models import Unit

logger = logging.getLogger(__name__)

LONGEST_REASON = 300
PAGE = 100
APPLIED, SUPERSEDED = RecordState.APPLIED, RecordState.SUPERSEDED
WAITING, QUARANTINED, REFUSED = RecordState.WAITING, RecordState.QUARANTINED, RecordState.REFUSED


class _Read(NamedTuple):
    """A record read anew: what is needed to apply it."""

    kind: ports.RecordKind
    unit: Unit
    told: object


@transaction.atomic
def take_version(*, actor: User, seq: int, reason: str) -> Record:
    """Take this version in whole; the one that stands gives way to it. Nothing changes where it still is not right."""
    record, active_version = _to_settle(actor, seq, reason)
    read = _read(record)
    bringer = _bringer(actor, record, read)
    if problem := _apply(bringer, record, read, base=active_version.content_hash if active_version else ""):
        raise Refused(problem)
    if active_version is not None:
        _set(active_version, SUPERSEDED)
    record.unit, record.problem = read.unit, None
    _settle(actor, record, APPLIED, reason, verb="sync.take_version")
    return record


@transaction.atomic
def leave_version(*, actor: User, seq: int, reason: str) -> Record:
    """Leave this version out for good. Where another one stands, that one goes on; else the record counts nowhere."""
    record, active_version = _to_settle(actor, seq, reason)
    state = SUPERSEDED if record.state == WAITING and active_version is not None else RecordState(record.state)
    _settle(actor, record, state, reason, verb="sync.leave_version")
    return record


def _to_settle(actor: User, seq: int, reason: str) -> tuple[Record, Record | None]:
    """The record, locked with all its versions, and the one that stands."""
    if not reason.strip():
        raise Refused(Problem("reason_missing", _("Write why, in a few words."), "reason"))
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused(Problem("reason_long", _("Say it in at most 300 characters."), "reason"))
    if not queries.to_decide(actor).filter(pk=seq).exists():
        raise PermissionDenied(policy.DECIDE.name)
    record, active_version = _locked(seq)
    if record.state not in WAITS or record.settled_at is not None:
        message = _("Somebody settled this record just now; look at what became of it.")
        raise Refused(Problem("settled_meanwhile", message))
    return record, active_version


def _locked(seq: int) -> tuple[Record, Record | None]:
    record_id = Record.objects.values_list("record_id", flat=True).get(pk=seq)
    all_versions = Record.objects.filter(record_id=record_id).order_by("seq")
    if database.locks_rows():
        # Whoever waited here reads anew: a version that came meanwhile is none of those that were waited for.
        list(all_versions.select_for_update(of=("self",)).values_list("seq"))
    else:
        database.note_rows(Record)
    versions = list(all_versions)
    active_version = next((version for version in versions if version.state == APPLIED), None)
    return next(version for version in versions if version.pk == seq), active_version


def _read(record: Record) -> _Read:
    kind, unit_id, content = reading.read_again(record)
    unit = Unit.objects.filter(pk=unit_id).first() if unit_id is not None else None
    if unit is None:
        raise Refused(Problem("unit_unknown", _("There is no such unit here."), "unit"))
    return _Read(kind, unit, content)


def _bringer(actor: User, record: Record, read: _Read) -> User:
    """In whose name it is taken in."""
    for user in (record.user, actor):
        if read.kind.may(user, read.unit):
            return user
    message = _("Neither whoever sent it nor you may record this for the unit. Give the role first, then try again.")
    raise Refused(Problem("no_role", message))


def _apply(actor: User, record: Record, read: _Read, *, base: str) -> Problem | None:
    """Let the owner do what the record says; what went wrong, if anything, with nothing of it left."""
    incoming = ports.Incoming(
        record_id=record.record_id,
        content_hash=record.content_hash,
        base=base,
        told=read.told,
        made_at=record.made_at,
        received_at=record.received_at,
        # By how far the clock was off when it sent this is not kept; it seldom changes.
        skew=record.device.skew,
        device_id=record.device_id,
        holder=record.device.user,
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
    except Exception as error:  # noqa: BLE001 -- whatever an owner's deed breaks off with, the record goes on waiting
        logger.error("Record %d could not be applied and goes on waiting: %s", record.pk, place_of(error))
        return Problem(
            "not_applied", _("The server could not work with this record. It is kept; tell whoever runs it.")
        )
    return None


def _set(record: Record, state: RecordState) -> None:
    record.state = state
    record.save(update_fields=["state"])


def _settle(actor: User, record: Record, state: RecordState, reason: str, *, verb: str) -> None:
    record.state, record.reason = state, reason.strip()
    record.settled_at, record.settled_by = clock.now(), actor
    record.save(update_fields=["state", "unit", "problem", "reason", "settled_at", "settled_by"])
    record_many([AuditEventInput(actor, verb, _in_history(record), record.unit_id)])


def _in_history(record: Record) -> Record:
    """History knows a record by the id its phone made: all versions are one thing there."""
    return Record(pk=record.record_id)  # type: ignore[misc]


# --- After an upgrade -------------------------------------------------------------------------------------------------


def try_again() -> int:
    """Take in quarantined records whose kind and version this server knows by now; how many left the quarantine.

    Each is judged as if it had come now, in the name of whoever brought it, and is a transaction of its own.
    """
    known_kinds = Q(pk__in=[])
    for kind in ports.record_kinds():
        known_kinds |= Q(kind=kind.code, version__in=kind.versions)
    released, after = 0, 0
    while True:
        quarantined = Record.objects.filter(known_kinds, state=QUARANTINED, settled_at=None, seq__gt=after).order_by(
            "seq"
        )
        page = list(quarantined.values_list("seq", flat=True)[:PAGE])
        for seq in page:
            released += _try(seq)
        if len(page) < PAGE:
            return released
        after = page[-1]


@transaction.atomic
def _try(seq: int) -> bool:
    record, active_version = _locked(seq)
    if record.state != QUARANTINED or record.settled_at is not None:
        return False
    if active_version is not None and active_version.content_hash != record.base:
        message = _("The same record came with other content; an officer chooses one.")
        _judged(record, WAITING, Problem("conflict", message))
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
        _set(active_version, SUPERSEDED)
    _judged(record, APPLIED if problem is None else REFUSED, problem)
    return True


def _judged(record: Record, state: RecordState, problem: Problem | None) -> None:
    record.state = state
    record.problem = (
        None if problem is None else {"code": problem.code, "message": problem.message, "field": problem.field}
    )
    record.save(update_fields=["state", "unit", "problem"])
