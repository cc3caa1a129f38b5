"""What of phones' records waits for a person, what a phone sent and what became of it, and whose phones there are."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.access.models import Holding
from doanso.access.policy import current_holdings, records_below
from doanso.access.roles import GRANTS
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.lib.problems import Refused
from doanso.sync import policy, ports, reading
from doanso.sync.batches import Acknowledged
from doanso.sync.models import WAITS, Device, Record, RecordState
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind, UnitPath
from doanso.units.queries import NamedUnit

PAGE = 50
_QUOTED = re.compile("“[^”]*”")


def to_decide(actor: User) -> QuerySet[Record]:
    """The records about which the actor may decide, of whatever state: those of units they answer for.

    What names no unit, or one that is not here, belongs to nobody's ward and is shown to the city's officers.
    """
    roots = policy.DECIDE.roots(actor)
    condition = Q(unit_id__in=records_below(roots)) if roots else Q(pk__in=[])
    if any(
        role_assignment.unit_id in roots and role_assignment.unit.kind == UnitKind.CITY
        for role_assignment in current_holdings(actor)
    ):
        condition |= Q(unit=None)
    return Record.objects.filter(condition)


def waiting(actor: User) -> QuerySet[Record]:
    """Of those, the ones that nobody has settled, the oldest first."""
    return to_decide(actor).filter(state__in=WAITS, settled_at=None).order_by("seq")


@dataclass(frozen=True, slots=True)
class Asked:
    """The filters of the list, as they stand in the address."""

    unit: NamedUnit | None = None
    kind: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One record that waits, as the list shows it: where it came from and why it waits, nothing of what it says."""

    seq: int
    unit: str
    kind: str
    state: str
    why: str
    who: str
    received_at: datetime


def page(actor: User, filters: Asked, number: int) -> tuple[list[Line], bool]:
    """A page of what waits, and whether more follows."""
    records = waiting(actor).select_related("device__user").defer("payload_sealed", "key_sealed")
    if filters.unit is not None:
        below = UnitPath.objects.filter(_standing(), ancestor=filters.unit.unit).values("unit_id")
        records = records.filter(unit_id__in=below)
    if filters.kind:
        records = records.filter(kind=filters.kind)
    if filters.state:
        records = records.filter(state=filters.state)
    rows, more = page_rows(records, number, PAGE)
    return _lines(rows), more


def _lines(rows: Sequence[Record]) -> list[Line]:
    named = units.names({record.unit_id for record in rows if record.unit_id is not None})
    return [
        Line(
            seq=record.seq,
            unit=named[record.unit_id].short_name if record.unit_id in named else "",
            kind=kind_title(record.kind),
            state=record.state,
            why=plain_why(record),
            who=record.device.user.display_name,
            received_at=record.received_at,
        )
        for record in rows
    ]


def _standing() -> Q:
    today = clock.today()
    return Q(since__lte=today) & (Q(until=None) | Q(until__gt=today))


def told_before(record_id: UUID, content_hash: str) -> Any:
    """What a version of a record said, as its owner reads it; None once its bytes are gone or nobody reads it any more."""
    version = Record.objects.filter(record_id=record_id, content_hash=content_hash).first()
    if version is None:
        return None
    try:
        return reading.read_again(version)[2]
    except Refused:
        return None


def kind_title(code: str) -> str:
    """What records of a kind are called; of one that nobody here owns, its code."""
    kind = ports.record_kind(code)
    return str(kind.title) if kind is not None else code


def kinds() -> list[tuple[str, str]]:
    """Codes and names of all kinds."""
    return [(kind.code, str(kind.title)) for kind in ports.record_kinds()]


def plain_why(record: Record) -> str:
    """Why it waits, for lists: whatever the sentence quotes of the record is left out."""
    message = str((record.problem or {}).get("message", "")) or str(RecordState(record.state).label)
    return _QUOTED.sub("“…”", message)


def scope(actor: User) -> list[NamedUnit]:
    """The units whose records the actor settles, as a tree is read."""
    units_by_id: dict[UUID, NamedUnit] = {}
    for root in Unit.objects.filter(pk__in=policy.DECIDE.roots(actor)):
        for unit in units.subtree(root):
            units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


# --- One record -------------------------------------------------------------------------------------------------------


def record(actor: User, seq: int) -> Record | None:
    """One version of a record about which the actor may decide."""
    records = to_decide(actor).select_related("unit", "user", "device__user", "settled_by")
    return records.filter(pk=seq).first()


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a record with what it says; `lines` are title, text, and whether the other version says otherwise.

    `hidden`: it belongs to a unit whose records the actor does not settle.
    """

    record: Record
    lines: list[tuple[str, str, bool]]
    hidden: bool = False


def standing_version(record: Record) -> Record | None:
    """The version of the same record that is applied, unless it is this one."""
    versions = Record.objects.select_related("unit", "user", "device__user")
    return versions.filter(record_id=record.record_id, state=RecordState.APPLIED).exclude(pk=record.pk).first()


def side_by_side(actor: User, record: Record) -> list[Version]:
    """The version that stands, where there is one, and this one, each whole."""
    other = standing_version(record)
    own = reading.lines_of(record)
    if other is None:
        return [Version(record, [(*line, False) for line in own])]
    if not to_decide(actor).filter(pk=other.pk).exists():
        return [Version(other, [], hidden=True), Version(record, [(*line, False) for line in own])]
    theirs = reading.lines_of(other)
    return [Version(other, _marked(theirs, own)), Version(record, _marked(own, theirs))]


def _marked(lines: Sequence[tuple[str, str]], against: Iterable[tuple[str, str]]) -> list[tuple[str, str, bool]]:
    other_lines = set(against)
    return [(*line, line not in other_lines) for line in lines]


def address(record: Record) -> str:
    """The page of what the record became; empty while it became nothing."""
    kind = ports.record_kind(record.kind)
    return kind.address(record.record_id) if kind is not None and record.state == RecordState.APPLIED else ""


# --- What a phone sent ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """What became of one record that a phone sent."""

    record_id: UUID
    content_hash: str
    seq: int
    state: str
    problem: dict[str, str] | None


def sent_by(device_id: UUID, *, after: int, limit: int) -> list[Sent]:
    """What became of what a phone sent, in the server's order, from a number on.

    Whatever an officer left out is told with the officer's reason, so that whoever recorded it knows.
    """
    columns = ("record_id", "content_hash", "seq", "state", "problem", "settled_at", "reason")
    rows = Record.objects.filter(device_id=device_id, seq__gt=after).order_by("seq").values_list(*columns)
    return [
        Sent(record_id, content_hash, seq, state, _told_problem(state, problem, settled_at, reason))
        for record_id, content_hash, seq, state, problem, settled_at, reason in rows[:limit]
    ]


def _told_problem(
    state: str, problem: dict[str, str] | None, settled_at: datetime | None, reason: str
) -> dict[str, str] | None:
    if state not in WAITS:
        return None
    if settled_at is not None:
        message = _("An officer looked at it and left it out: %(reason)s") % {"reason": reason}
        return {"code": "settled", "message": message, "field": ""}
    return problem


@dataclass(frozen=True, slots=True)
class DeliveredLine:
    """What became of one record of a delivered backup. `seq` is 0 where the actor may not open its page."""

    record_id: UUID
    kind: str
    state: str
    why: str
    known: bool
    seq: int


def delivered_lines(actor: User, acks: Sequence[Acknowledged]) -> list[DeliveredLine]:
    """What became of each; three statements for any number, which is bounded by the file's size."""
    seqs = [ack.seq for ack in acks]
    records_by_seq = Record.objects.defer("payload_sealed", "key_sealed").in_bulk(seqs)
    opens = set(to_decide(actor).filter(pk__in=seqs).values_list("pk", flat=True))
    return [
        DeliveredLine(
            record_id=ack.record_id,
            kind=kind_title(records_by_seq[ack.seq].kind),
            state=records_by_seq[ack.seq].state,
            why=plain_why(records_by_seq[ack.seq]) if records_by_seq[ack.seq].state in WAITS else "",
            known=ack.known,
            seq=ack.seq if ack.seq in opens else 0,
        )
        for ack in acks
    ]


# --- Phones -----------------------------------------------------------------------------------------------------------


def devices(actor: User) -> QuerySet[Device]:
    """The phones after which the actor may look: those of the units' people, or the own."""
    # A holder with several roles there is found once for each.
    manageable = policy.MANAGE_DEVICES.filter(actor, Device.objects.all())
    return Device.objects.filter(pk__in=manageable.values("pk")).select_related("user", "revoked_by")


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone as the list shows it. `state`: in-service, lapsed, roleless, revoked, wiped."""

    device: Device
    units: str
    state: str
    own: bool


def page_of_devices(actor: User, number: int) -> tuple[list[Phone], bool]:
    """A page of phones, those in service first and of these the one that spoke last, and whether more follow."""
    ordered = devices(actor).order_by(F("revoked_at").desc(nulls_first=True), "-seen_at", "id")
    rows, more = page_rows(ordered, number, PAGE)
    return _phones(actor, rows), more


def _phones(actor: User, rows: Sequence[Device]) -> list[Phone]:
    held = Holding.objects.filter(_standing(), user__in={entry.user_id for entry in rows}).order_by("since", "pk")
    places = [(entry.user_id, entry.unit_id) for entry in held if policy.BRING.name in GRANTS[entry.role]]
    named = units.names({unit_id for _user, unit_id in places})
    called: dict[Any, list[str]] = {}
    for user_id, unit_id in places:
        if unit_id in named and named[unit_id].short_name not in called.setdefault(user_id, []):
            called[user_id].append(named[unit_id].short_name)
    now = clock.now()
    return [
        Phone(
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
