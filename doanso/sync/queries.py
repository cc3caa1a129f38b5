"""Queries about phones: records that wait for a decision, outcomes of what a phone sent, and phones in service."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from doanso.access.models import RoleAssignment
from doanso.access.policy import current_role_assignments, records_below
from doanso.access.roles import GRANTS, LEADING_ROLES
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.lib.problems import Refused
from doanso.sync import policy, ports, reading
from doanso.sync.batches import Acknowledgement
from doanso.sync.models import WAITS, Device, Record, RecordState
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE = 50
_QUOTED = re.compile("“[^”]*”")


def decidable_records(actor: User) -> QuerySet[Record]:
    """Return the records about which the actor may decide, whether they wait or not: those of units they answer for.

    Records without a unit, or of an unknown one, are decided by the officers of the leading committee.
    """
    roots = policy.DECIDE.roots(actor)
    condition = Q(unit_id__in=records_below(roots)) if roots else Q(pk__in=[])
    if any(
        role_assignment.unit_id in roots and role_assignment.role in LEADING_ROLES
        for role_assignment in current_role_assignments(actor)
    ):
        condition |= Q(unit=None)
    return Record.objects.filter(condition)


def decidable_seqs(actor: User, record_id: UUID) -> set[int]:
    """Return the numbers of the versions of a record whose pages the actor may open; none without a statement for who decides
    nowhere.
    """
    if not policy.DECIDE.allows_anywhere(actor):
        return set()
    return set(decidable_records(actor).filter(record_id=record_id).values_list("seq", flat=True))


def waiting_records(actor: User) -> QuerySet[Record]:
    """Return the records that wait for the actor's decision, the oldest first."""
    return decidable_records(actor).filter(state__in=WAITS, decided_at=None).order_by("seq")


@dataclass(frozen=True, slots=True)
class RecordFilters:
    """Filters of the list of waiting records, as given in the page's address."""

    unit: NamedUnit | None = None
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class WaitingRecordRow:
    """One waiting record in the list: its origin and why it waits, nothing of its content."""

    seq: int
    unit: str
    kind: str
    state: str
    why: str
    holder: str
    received_at: datetime


def page_of_records(actor: User, filters: RecordFilters, number: int) -> tuple[list[WaitingRecordRow], bool]:
    """Return one page of waiting records, and whether more follow."""
    records = waiting_records(actor).select_related("device__user").defer("payload_encrypted", "key_encrypted")
    if filters.unit is not None:
        records = records.filter(unit_id__in=records_below([filters.unit.id]))
    if filters.kind:
        records = records.filter(kind=filters.kind)
    if filters.state:
        records = records.filter(state=filters.state)
    rows, more = page_rows(records, number, PAGE)
    return _waiting_rows(rows), more


def _waiting_rows(rows: Sequence[Record]) -> list[WaitingRecordRow]:
    named = units.named_units_by_id({record.unit_id for record in rows if record.unit_id is not None})
    return [
        WaitingRecordRow(
            seq=record.seq,
            unit=named[record.unit_id].short_name if record.unit_id in named else "",
            kind=kind_title(record.kind),
            state=record.state,
            why=reason_without_quotes(record),
            holder=record.device.user.display_name,
            received_at=record.received_at,
        )
        for record in rows
    ]


def earlier_content(record_id: UUID, content_hash: str) -> Any:
    """Return the content of an earlier version as its record kind reads it; None when its bytes are erased or unreadable."""
    version = Record.objects.filter(record_id=record_id, content_hash=content_hash).first()
    if version is None:
        return None
    try:
        return reading.read_record(version)[2]
    except Refused:
        return None


def kind_title(code: str) -> str:
    """Return the name of a record kind; of an unknown one, its code."""
    kind = ports.record_kind(code)
    return str(kind.title) if kind is not None else code


def record_kind_choices() -> list[tuple[str, str]]:
    """Return codes and names of all record kinds."""
    return [(kind.code, str(kind.title)) for kind in ports.record_kinds()]


def reason_without_quotes(record: Record) -> str:
    """Return why a record waits, for lists: quotations from the record are replaced by an ellipsis."""
    message = str((record.problem or {}).get("message", "")) or str(RecordState(record.state).label)
    return _QUOTED.sub("“…”", message)


def decidable_units(actor: User) -> list[NamedUnit]:
    """Return the units whose records the actor may decide about, parents before children."""
    units_by_id: dict[UUID, NamedUnit] = {}
    for root in Unit.objects.filter(pk__in=policy.DECIDE.roots(actor)):
        for unit in units.subtree(root):
            units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


# --- One record -------------------------------------------------------------------------------------------------------


def version_to_decide(actor: User, seq: int) -> Record | None:
    """Return one version of a record that the actor may decide about, or None."""
    records = decidable_records(actor).select_related("unit", "user", "device__user", "decided_by")
    return records.filter(pk=seq).first()


@dataclass(frozen=True, slots=True)
class ComparedVersion:
    """One version of a record beside the other; `lines` hold title, text, and whether the other version differs.

    `hidden` is true when it belongs to a unit whose records the actor may not see; then `lines` is empty.
    """

    record: Record
    lines: list[tuple[str, str, bool]]
    hidden: bool = False


def unit_of_record(column: str) -> Subquery:
    """Return the expression of the unit for which the record with the id in `column` was brought; null without one."""
    rows = Record.objects.filter(record_id=OuterRef(column), state=RecordState.APPLIED)
    return Subquery(rows.values("unit_id")[:1])


def active_version(record: Record) -> Record | None:
    """Return the applied version of the same record, unless it is this one."""
    versions = Record.objects.select_related("unit", "user", "device__user")
    return versions.filter(record_id=record.record_id, state=RecordState.APPLIED).exclude(pk=record.pk).first()


def compare_versions(actor: User, record: Record) -> list[ComparedVersion]:
    """Return the applied version, if there is one, and this one, with their differences marked."""
    other = active_version(record)
    own = reading.lines_of(record)
    if other is None:
        return [ComparedVersion(record, [(*line, False) for line in own])]
    if not decidable_records(actor).filter(pk=other.pk).exists():
        return [ComparedVersion(other, [], hidden=True), ComparedVersion(record, [(*line, False) for line in own])]
    other_lines = reading.lines_of(other)
    return [
        ComparedVersion(other, _mark_differences(other_lines, own)),
        ComparedVersion(record, _mark_differences(own, other_lines)),
    ]


def _mark_differences(
    lines: Sequence[tuple[str, str]], against: Iterable[tuple[str, str]]
) -> list[tuple[str, str, bool]]:
    other_lines = set(against)
    return [(*line, line not in other_lines) for line in lines]


def record_address(record: Record) -> str:
    """Return the address of the page of what the record created; empty unless it is applied."""
    kind = ports.record_kind(record.kind)
    return kind.address(record.record_id) if kind is not None and record.state == RecordState.APPLIED else ""


# --- What a phone sent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SentRecordRow:
    """The state of one record that a phone sent."""

    record_id: UUID
    content_hash: str
    seq: int
    state: str
    problem: dict[str, str] | None


def records_sent_by(device_id: UUID, *, after: int, limit: int) -> list[SentRecordRow]:
    """Return the states of a phone's records with `seq` above `after`, in the server's order.

    The problem of a record that an officer left out is the officer's reason, so that its author learns it.
    """
    columns = ("record_id", "content_hash", "seq", "state", "problem", "decided_at", "reason")
    rows = Record.objects.filter(device_id=device_id, seq__gt=after).order_by("seq").values_list(*columns)
    return [
        SentRecordRow(record_id, content_hash, seq, state, _reported_problem(state, problem, decided_at, reason))
        for record_id, content_hash, seq, state, problem, decided_at, reason in rows[:limit]
    ]


def _reported_problem(
    state: str, problem: dict[str, str] | None, decided_at: datetime | None, reason: str
) -> dict[str, str] | None:
    if state not in WAITS:
        return None
    if decided_at is not None:
        message = _("An officer looked at it and left it out: %(reason)s") % {"reason": reason}
        return {"code": "settled", "message": message, "field": ""}
    return problem


@dataclass(frozen=True, slots=True)
class DeliveredRecordRow:
    """The outcome of one record of a delivered backup. `seq` is 0 where the actor may not open its page."""

    record_id: UUID
    kind: str
    state: str
    why: str
    is_known: bool
    seq: int


def delivered_rows(actor: User, acks: Sequence[Acknowledgement]) -> list[DeliveredRecordRow]:
    """Return the outcome of each record in three statements; their number is bounded by the file's size."""
    seqs = [ack.seq for ack in acks]
    records_by_seq = Record.objects.defer("payload_encrypted", "key_encrypted").in_bulk(seqs)
    opens = set(decidable_records(actor).filter(pk__in=seqs).values_list("pk", flat=True))
    return [
        DeliveredRecordRow(
            record_id=ack.record_id,
            kind=kind_title(records_by_seq[ack.seq].kind),
            state=records_by_seq[ack.seq].state,
            why=reason_without_quotes(records_by_seq[ack.seq]) if records_by_seq[ack.seq].state in WAITS else "",
            is_known=ack.is_known,
            seq=ack.seq if ack.seq in opens else 0,
        )
        for ack in acks
    ]


# --- Phones -----------------------------------------------------------------------------------------------------------


def visible_devices(actor: User) -> QuerySet[Device]:
    """Return the phones that the actor may manage: those of the people of their units, and their own."""
    # The join yields a holder with several roles in those units once for each.
    manageable = policy.MANAGE_DEVICES.filter(actor, Device.objects.all())
    return Device.objects.filter(pk__in=manageable.values("pk")).select_related("user", "revoked_by")


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One phone in the list. `state` is in-service, lapsed, roleless, revoked or wiped."""

    device: Device
    units: str
    state: str
    own: bool


def page_of_devices(actor: User, number: int) -> tuple[list[DeviceRow], bool]:
    """Return one page of phones, those in service first, then by last contact, and whether more follow."""
    ordered = visible_devices(actor).order_by(F("revoked_at").desc(nulls_first=True), "-seen_at", "id")
    rows, more = page_rows(ordered, number, PAGE)
    return _device_rows(actor, rows), more


def _device_rows(actor: User, rows: Sequence[Device]) -> list[DeviceRow]:
    held = RoleAssignment.objects.filter(in_effect(clock.today()), user__in={entry.user_id for entry in rows}).order_by(
        "since", "pk"
    )
    places = [(entry.user_id, entry.unit_id) for entry in held if policy.BRING.name in GRANTS[entry.role]]
    named = units.named_units_by_id({unit_id for _user, unit_id in places})
    called: dict[Any, list[str]] = {}
    for user_id, unit_id in places:
        if unit_id in named and named[unit_id].short_name not in called.setdefault(user_id, []):
            called[user_id].append(named[unit_id].short_name)
    now = clock.now()
    return [
        DeviceRow(
            device=entry,
            units=", ".join(called.get(entry.user_id, [])),
            state=_state(entry, now, brings=entry.user.is_active and entry.user_id in called),
            own=entry.user_id == actor.pk,
        )
        for entry in rows
    ]


def _state(device: Device, now: datetime, *, brings: bool) -> str:
    if device.wiped_at is not None:
        return "wiped"
    if device.revoked_at is not None:
        return "revoked"
    if not brings:
        return "roleless"
    return "lapsed" if device.lease_until <= now else "in-service"
