"""Writing history, inside the transaction of the deed it tells of, and sealing it afterwards."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Model

from doanso.audit.models import Event, Seal, SealedEvent
from doanso.audit.rules import FIRST_LINK, event_hash, seal_hash
from doanso.lib import clock, database
from doanso.lib.database import try_lock

if TYPE_CHECKING:
    from doanso.accounts.models import User

LONGEST_TRANSACTION = timedelta(days=1)
"""No deed takes longer from drawing an event's number to its commit; bounds how far back the sealer must look."""


class AuditEventInput(NamedTuple):
    """One deed on one object, to be recorded. `changed` names fields, never values; `note` names a worker or command."""

    actor: "User | None"
    verb: str
    obj: Model
    unit: Model | UUID | None = None
    changed: Sequence[str] = ()
    note: str = ""


_COLUMNS = ("at", "actor", "actor_note", "verb", "object_kind", "object_id", "unit_id", "changed", "hash")


def _row(deed: AuditEventInput, at: datetime) -> tuple[Any, ...]:
    """The event's values for `_COLUMNS`."""
    actor_id = deed.actor.pk if deed.actor is not None else None
    unit_id = deed.unit.pk if isinstance(deed.unit, Model) else deed.unit
    kind, object_id, changed = deed.obj._meta.label_lower, deed.obj.pk, list(deed.changed)
    row_hash = event_hash(
        at=at,
        actor_id=actor_id,
        actor_note=deed.note,
        verb=deed.verb,
        object_kind=kind,
        object_id=object_id,
        unit_id=unit_id,
        changed=changed,
    )
    return at, actor_id, deed.note, deed.verb, kind, object_id, unit_id, changed, row_hash


def _event(deed: AuditEventInput, at: datetime) -> Event:
    values = dict(zip(_COLUMNS, _row(deed, at), strict=True))
    return Event(actor_id=values.pop("actor"), **values)


def record(
    *,
    actor: "User | None",
    verb: str,
    obj: Model,
    unit: Model | UUID | None = None,
    changed: Sequence[str] = (),
    note: str = "",
) -> Event:
    """Record one deed; the caller holds the transaction. Give the unit wherever the object belongs to one."""
    event = _event(AuditEventInput(actor, verb, obj, unit, changed, note), clock.now())
    event.save(force_insert=True)
    return event


def record_many(deeds: Iterable[AuditEventInput]) -> int:
    """Record one row per object of a bulk deed, cheaply; how many."""
    at = clock.now()
    rows = [_row(deed, at) for deed in deeds]
    database.insert_rows(Event, _COLUMNS, rows)
    return len(rows)


def _look_from() -> int:
    """The number below which every event is sealed already.

    Numbers commit out of order, so it is not simply the largest sealed one: a number drawn a day before the last seal
    was committed when that seal looked, and that seal took the lowest numbers first.
    """
    last = Seal.objects.order_by("-id").first()
    if last is None:
        return 0
    settled = Seal.objects.filter(at__lt=last.at - LONGEST_TRANSACTION).order_by("-id").first()
    if settled is None:
        return 0
    return SealedEvent.objects.filter(seal=settled).aggregate(largest=Max("event_id"))["largest"] or 0


def seal(*, page: int = 5000) -> int:
    """Put one page of committed, unsealed events under the chain's next link; how many.

    One sealer at a time: who does not get the lock at once leaves the work to whoever holds it.
    """
    with transaction.atomic():
        if not try_lock("audit.seal"):
            return 0
        waiting = Event.objects.filter(id__gt=_look_from(), sealed=None).order_by("id")
        events = list(waiting.values_list("id", "hash")[:page])
        if not events:
            return 0
        last = Seal.objects.order_by("-id").first()
        previous_hash = last.hash if last else FIRST_LINK
        at = clock.now()
        link = Seal.objects.create(
            at=at,
            event_count=len(events),
            previous_hash=previous_hash,
            hash=seal_hash(at=at, previous_hash=previous_hash, events=events),
        )
        SealedEvent.objects.bulk_create((SealedEvent(event_id=number, seal=link) for number, _hash in events), 2000)
        return len(events)


def seal_all() -> int:
    """Seal page after page until nothing waits; how many events."""
    sealed = 0
    while found := seal():
        sealed += found
    return sealed
