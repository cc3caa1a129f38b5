"""Write notices, mark them as seen, and remove them.

Only the functions of an owner's `notices.py` call `notify`, one for each kind: `notify_code_alarm(alarm)`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.notices import policy
from doanso.notices.models import Notice
from doanso.notices.ports import notice_kind, require_parameters
from doanso.notices.queries import alarm_codes
from doanso.units.models import Unit

SEEN_KEPT = timedelta(days=90)
"""How long a notice is kept after it was seen."""
UNSEEN_KEPT = timedelta(days=365)
"""How long a notice is kept that nobody has read."""
MOST_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class NoticeInput:
    """One notice to be written: to a user, or to the officers of a unit."""

    source_id: UUID
    unit: Unit | UUID | None = None
    user: User | UUID | None = None
    parameters: Mapping[str, Any] = field(default_factory=dict)


def notify(
    kind: str,
    *,
    source_id: UUID,
    unit: Unit | UUID | None = None,
    user: User | UUID | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Notice:
    """Write a notice within the caller's transaction; the same kind, source and receiver again changes nothing.

    With a user it is for that user alone, and the unit only says where the matter belongs.
    """
    notice_input = NoticeInput(source_id, unit, user, parameters or {})
    notify_many(kind, [notice_input])
    receiver = Q(user=_key(user)) if user is not None else Q(user=None, unit=_key(unit))
    return Notice.objects.get(receiver, kind=kind, source_id=source_id)


def notify_many(kind: str, notice_inputs: Sequence[NoticeInput]) -> None:
    """Write notices of one kind in one statement, within the caller's transaction; those that exist stay as they are."""
    registered = notice_kind(kind)
    today, now = clock.today(), clock.now()
    rows = []
    for notice_input in notice_inputs:
        if notice_input.user is None and (notice_input.unit is None or registered.permission is None):
            raise ValueError(f"A notice of kind {kind!r} has no receiver.")
        require_parameters(notice_input.parameters)
        rows.append(
            Notice(
                kind=kind,
                unit_id=_key(notice_input.unit),
                user_id=_key(notice_input.user),
                source_id=notice_input.source_id,
                parameters=dict(notice_input.parameters),
                made_on=today,
                made_at=now,
            )
        )
    # A conflicting row of another transaction is waited for, so a notice cannot be lost to a race.
    Notice.objects.bulk_create(rows, ignore_conflicts=True)


def clear_notices(kind: str, source_id: UUID) -> None:
    """Remove the notices of a source because the matter is over; within the caller's transaction."""
    clear_many_notices(kind, [source_id])


def clear_many_notices(kind: str, source_ids: Collection[UUID]) -> None:
    """Remove the notices of several sources in one statement."""
    Notice.objects.filter(kind=kind, source_id__in=list(source_ids)).delete()


@transaction.atomic
def mark_seen(*, actor: User, notice_ids: Collection[UUID]) -> int:
    """Mark notices to the actor as seen; return how many were unseen. Those of units below are not the actor's to mark."""
    if len(notice_ids) > MOST_AT_ONCE:
        message = _("At most %(most)s notices at once.") % {"most": MOST_AT_ONCE}
        raise Refused(Problem("notices_many", message))
    addressed = Notice.objects.filter(policy.addressed_condition(actor), pk__in=list(notice_ids))
    return _mark(actor, addressed.values_list("pk", flat=True))


@transaction.atomic
def mark_all_seen(*, actor: User) -> int:
    """Mark the actor's unseen notices as seen, at most `MOST_AT_ONCE`, without alarms; return how many there were."""
    unseen = Notice.objects.filter(policy.addressed_condition(actor), seen_at=None).exclude(kind__in=alarm_codes())
    return _mark(actor, unseen.order_by("-made_at").values_list("pk", flat=True)[:MOST_AT_ONCE])


def _mark(actor: User, notice_ids: Any) -> int:
    unseen = Notice.objects.filter(pk__in=list(notice_ids), seen_at=None)
    return int(unseen.update(seen_at=clock.now(), seen_by=actor))


def remove_old() -> int:
    """Remove what was seen 90 days ago, and what nobody read within a year; return how many. Run once a day."""
    now = clock.now()
    old = Q(seen_at__lt=now - SEEN_KEPT) | Q(seen_at=None, made_at__lt=now - UNSEEN_KEPT)
    removed, _by_model = Notice.objects.filter(old).delete()
    return removed


def _key(obj: Unit | User | UUID | None) -> UUID | None:
    return obj if obj is None or isinstance(obj, UUID) else obj.pk
