"""Which codes are in force, and which changes of codes are announced, at a moment."""

from datetime import datetime

from django.db.models import Q

from doanso.cashless.models import ChangeState, ShopCode


def in_force_condition(now: datetime) -> Q:
    """Return the condition of codes that are in force at a moment; a shop has at most one."""
    return Q(erased_at=None, since_at__lte=now) & (Q(until_at=None) | Q(until_at__gt=now))


def is_in_force(code: ShopCode, now: datetime) -> bool:
    """Return whether a code is in force at a moment, with the same result as `in_force_condition`."""
    return code.erased_at is None and code.since_at <= now and (code.until_at is None or now < code.until_at)


def pending_condition(now: datetime) -> Q:
    """Return the condition of announced changes, with the same result as `rules.codes.is_pending`."""
    return Q(state=ChangeState.REQUESTED) | Q(state=ChangeState.APPROVED, effective_at__gt=now)
