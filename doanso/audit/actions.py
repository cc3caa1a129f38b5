"""Writing history, inside the transaction of the deed it tells of, and sealing it afterwards."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Model

from doanso.audit.models import Event
from doanso.audit.rules import event_hash
from doanso.lib import clock

if TYPE_CHECKING:
    from doanso.accounts.models import User


@dataclass(frozen=True, slots=True)
class Deed:
    """One deed on one object, to be recorded. `changed` names fields, never values; `note` names a worker or command."""

    actor: "User | None"
    verb: str
    obj: Model
    unit: Model | UUID | None = None
    changed: Sequence[str] = ()
    note: str = ""


def _event(deed: Deed, at: datetime) -> Event:
    actor_id = deed.actor.pk if deed.actor is not None else None
    unit_id = deed.unit.pk if isinstance(deed.unit, Model) else deed.unit
    kind = deed.obj._meta.label_lower
    changed = list(deed.changed)
    return Event(
        at=at,
        actor_id=actor_id,
        actor_note=deed.note,
        verb=deed.verb,
        object_kind=kind,
        object_id=deed.obj.pk,
        unit_id=unit_id,
        changed=changed,
        hash=event_hash(
            at=at,
            actor_id=actor_id,
            actor_note=deed.note,
            verb=deed.verb,
            object_kind=kind,
            object_id=deed.obj.pk,
            unit_id=unit_id,
            changed=changed,
        ),
    )


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
    event = _event(Deed(actor, verb, obj, unit, changed, note), clock.now())
    event.save(force_insert=True)
    return event


def record_many(deeds: Iterable[Deed]) -> int:
    """Record one row per object of a bulk deed, cheaply; how many."""
    at = clock.now()
    return len(Event.objects.bulk_create([_event(deed, at) for deed in deeds], batch_size=2000))
