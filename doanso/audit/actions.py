"""Write audit events inside the transaction of the action they record, and chain them afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Model

from doanso.audit.models import AuditEvent, ChainedEvent, ChainLink
from doanso.audit.rules import FIRST_LINK, event_hash, link_hash
from doanso.lib import clock, database
from doanso.lib.database import try_lock

if TYPE_CHECKING:
    from doanso.accounts.models import User

LONGEST_TRANSACTION = timedelta(days=1)
"""The longest time from drawing an event's number to its commit; bounds how far back `chain_events` looks."""


class AuditEventInput(NamedTuple):
    """One action on one object, to be recorded. `changed` names fields, never values; `note` names a worker or command."""

    actor: "User | None"
    action: str
    obj: Model
    unit: Model | UUID | None = None
    changed: Sequence[str] = ()
    note: str = ""


_COLUMNS = ("at", "actor", "actor_note", "action", "object_kind", "object_id", "unit_id", "changed", "hash")


def _row(event_input: AuditEventInput, at: datetime) -> tuple[Any, ...]:
    """Return the event's values in the order of `_COLUMNS`."""
    actor_id = event_input.actor.pk if event_input.actor is not None else None
    unit_id = event_input.unit.pk if isinstance(event_input.unit, Model) else event_input.unit
    kind, object_id, changed = event_input.obj._meta.label_lower, event_input.obj.pk, list(event_input.changed)
    row_hash = event_hash(
        at=at,
        actor_id=actor_id,
        actor_note=event_input.note,
        action=event_input.action,
        object_kind=kind,
        object_id=object_id,
        unit_id=unit_id,
        changed=changed,
    )
    return at, actor_id, event_input.note, event_input.action, kind, object_id, unit_id, changed, row_hash


def record(
    *,
    actor: "User | None",
    action: str,
    obj: Model,
    unit: Model | UUID | None = None,
    changed: Sequence[str] = (),
    note: str = "",
) -> None:
    """Write one event; the caller opens the transaction. Pass the unit if the object belongs to one."""
    record_many([AuditEventInput(actor, action, obj, unit, changed, note)])


def record_many(event_inputs: Iterable[AuditEventInput]) -> int:
    """Write one event per object of a bulk action in one statement; return how many."""
    moment = clock.history_moment()
    rows = [_row(event_input, moment) for event_input in event_inputs]
    database.insert_rows(AuditEvent, _COLUMNS, rows)
    return len(rows)


def _look_from() -> int:
    """Return the number up to which every event is chained already.

    Numbers commit out of order, so the largest chained number is not that one. A number drawn a day before the last link was
    committed when that link was made, and a link takes the lowest numbers first.
    """
    last = ChainLink.objects.order_by("-id").first()
    if last is None:
        return 0
    earlier = ChainLink.objects.filter(at__lt=last.at - LONGEST_TRANSACTION).order_by("-id").first()
    if earlier is None:
        return 0
    return ChainedEvent.objects.filter(link=earlier).aggregate(largest=Max("event_id"))["largest"] or 0


def chain_events(*, page: int = 5000) -> int:
    """Chain one page of committed events under the next link; return how many.

    Takes the named lock `audit.chainlink` without waiting; returns 0 when another process holds it.
    """
    with transaction.atomic():
        if not try_lock("audit.chain"):
            return 0
        waiting = AuditEvent.objects.filter(id__gt=_look_from(), chained=None).order_by("id")
        events = list(waiting.values_list("id", "hash")[:page])
        if not events:
            return 0
        last = ChainLink.objects.order_by("-id").first()
        previous_hash = last.hash if last else FIRST_LINK
        now = clock.now()
        link = ChainLink.objects.create(
            at=now,
            event_count=len(events),
            previous_hash=previous_hash,
            hash=link_hash(at=now, previous_hash=previous_hash, events=events),
        )
        database.insert_rows(ChainedEvent, ("event", "link"), [(number, link.pk) for number, _hash in events])
        return len(events)


def chain_all() -> int:
    """Chain page after page until no event waits; return how many."""
    chained = 0
    while page_count := chain_events():
        chained += page_count
    return chained
