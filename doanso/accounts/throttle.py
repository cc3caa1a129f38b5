"""Throttle failed tries at a secret: counted in the database, by keyed hash, before the secret is checked.

A try is counted when it begins and uncounted if it was right, so that parallel tries gain nothing over sequential ones. Counting
and checking are transactions of their own: a password hash is never computed inside one.
"""

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest
from django.utils.translation import gettext as _

from doanso.accounts import ports, queries, rules
from doanso.accounts.models import KnownOrigin, TryCount, User
from doanso.audit.actions import record
from doanso.lib import clock, database, encryption
from doanso.lib.problems import Problem, Refused

logger = logging.getLogger(__name__)

NOTE = "sign-in"
"""The actor that the audit log names for tries without a known account holder."""


def _key(purpose: str, *parts: str) -> str:
    return encryption.look_up("\n".join((purpose, *parts)), context="accounts.tries")


def _origin_key(kind: str, value: str) -> str:
    return encryption.look_up(f"{kind}:{value}", context="accounts.origin")


class Attempt(NamedTuple):
    """A counted try in progress; `user` is the targeted account, if it exists."""

    limits: Mapping[str, rules.Limit]
    user: User | None
    identity: str


TRIES, TRAIL = "accounts.tries.", "accounts.trail."
"""Named locks of the counts against a limit and, taken after these, of the counts for the audit log."""


def _locks(keys: Mapping[str, rules.Limit], prefix: str = TRIES) -> list[str]:
    return [f"{prefix}{key}" for key in keys]


def _count(limits: Mapping[str, rules.Limit], prefix: str = TRIES) -> tuple[dict[str, int], datetime | None]:
    """Count a try under each key, or under none if one of them must wait; return the counts and until when to wait.

    Takes the keys' named locks until the caller's transaction ends.
    """
    now = clock.now()
    database.lock(_locks(limits, prefix), shared=False)
    rows_now = TryCount.objects.filter(key__in=limits, forget_at__gt=now)
    # A wait longer than the longest delay was written while the server's clock was ahead and is void.
    counts_by_key = {row.key: row for row in rows_now if row.wait_until <= now + limits[row.key].longest_delay}
    wait_until = max((row.wait_until for row in counts_by_key.values()), default=now)
    counts = {key: counts_by_key[key].count if key in counts_by_key else 0 for key in limits}
    if wait_until > now:
        return counts, wait_until
    rows = []
    for key, limit in limits.items():
        counts[key] += 1
        row = counts_by_key.get(key)
        forget_at = row.forget_at if row is not None and limit.from_first else now + limit.lasts
        rows.append(
            TryCount(key=key, count=counts[key], wait_until=now + limit.delay(counts[key]), forget_at=forget_at)
        )
    TryCount.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["key"], update_fields=["count", "wait_until", "forget_at"]
    )
    return counts, None


def _slowed(wait_until: datetime) -> Refused:
    seconds = max(1, round((wait_until - clock.now()) / timedelta(seconds=1)))
    if seconds < 60:
        message = _("Too many wrong tries. Wait %(count)s seconds, then try again.") % {"count": seconds}
    else:
        message = _("Too many wrong tries. Wait %(count)s minutes, then try again.") % {"count": -(-seconds // 60)}
    return Refused(Problem("too_many_tries", message))


def begin_sign_in(*, login: str, network: str, browser: str) -> Attempt:
    """Count a try to sign in before its password is checked; raise `Refused` while it has to wait.

    A browser that signed in to the account before has a count of its own, so others cannot slow it down. A network address
    known to the account is not affected by tries from elsewhere, only by those from this address.
    """
    user, identity = queries.account_identity(login)
    keys = {"browser": _origin_key("browser", browser), "place": _origin_key("place", network)}
    # Also read for an unknown account, so that the time reveals nothing.
    origins = KnownOrigin.objects.filter(
        user_id=user.pk if user else UUID(int=0), key__in=keys.values(), seen_at__gt=clock.now() - rules.KNOWN_FOR
    )
    known_keys = set(origins.values_list("key", flat=True))
    if browser and keys["browser"] in known_keys:
        limits = {_key("account at browser", identity, browser): rules.ACCOUNT_AT_ORIGIN}
    else:
        limits = {
            _key("account at place", identity, network): rules.ACCOUNT_AT_ORIGIN,
            _key("place", network): rules.ADDRESS,
        }
        if keys["place"] not in known_keys:
            limits[_key("account elsewhere", identity)] = rules.ACCOUNT_ELSEWHERE
    with transaction.atomic():
        _counts, wait_until = _count(limits)
        if wait_until is not None:
            _record_slowing(user, identity)
    if wait_until is not None:
        raise _slowed(wait_until)
    return Attempt(limits, user, identity)


def begin_code(*, network: str) -> Attempt:
    """Count a try to set a password with an officer's code; raise `Refused` while this address has to wait.

    Tries at one account's code are counted on the code itself.
    """
    return _begin({_key("code at place", network): rules.ADDRESS})


def begin_setup_code(*, network: str) -> Attempt:
    """Count a try at the code of the first setup; raise `Refused` while this address or all together have to wait."""
    return _begin(
        {
            _key("setup code from network", network): rules.ACCOUNT_AT_ORIGIN,
            _key("setup code"): rules.ADDRESS,
        }
    )


def begin_old_password(*, user: User) -> Attempt:
    """Count a try at the current password by a signed-in user; raise `Refused` while it has to wait."""
    return _begin({_key("old password", str(user.pk)): rules.OLD_PASSWORD})


def _begin(limits: Mapping[str, rules.Limit]) -> Attempt:
    with transaction.atomic():
        _counts, wait_until = _count(limits)
    if wait_until is not None:
        raise _slowed(wait_until)
    return Attempt(limits, None, "")


def uncount_try(attempt: Attempt) -> None:
    """Uncount a try that was right, and forget the failed ones at the account's own origin; all other counts stay."""
    ended = {key for key, limit in attempt.limits.items() if limit.ends_with_success}
    with transaction.atomic():
        database.lock(_locks(attempt.limits), shared=False)
        TryCount.objects.filter(key__in=ended).delete()
        shared = TryCount.objects.filter(key__in=attempt.limits.keys() - ended)
        shared.update(count=Greatest(F("count") - 1, 0), wait_until=clock.now())


def record_failure(attempt: Attempt) -> None:
    """Record a failed sign-in in the audit log: the first of a day, then each time their number reaches the next step.

    A name without an account is counted and not recorded, because people type passwords there.
    """
    key = _key("failures", attempt.identity)
    with transaction.atomic():
        counts, _none = _count({key: rules.RECORDED_FAILURES}, TRAIL)
        step = rules.FAILURE_STEPS.get(counts[key])
        if step is not None and attempt.user is not None:
            _record(attempt.user, "accounts.sign_in_failed", [step])


def _record_slowing(user: User | None, identity: str) -> None:
    """Record in the audit log that sign-in is slowed down, once an hour for each account."""
    key = _key("slowed", identity)
    counts, _none = _count({key: rules.RECORDED_SLOWING}, TRAIL)
    if counts[key] == 1:
        if user is not None:
            _record(user, "accounts.sign_in_slowed")
        else:
            logger.warning("sign-in is slowed down for a name that is no account, or for one network")


def _record(user: User, action: str, changed: list[str] | None = None) -> None:
    record(actor=None, action=action, obj=user, unit=ports.unit_of_account(user), changed=changed or [], note=NOTE)


def remember_sign_in(*, user: User, network: str, browser: str) -> None:
    """Record a sign-in in the audit log, and remember its browser and network address."""
    now = clock.now()
    with transaction.atomic():
        KnownOrigin.objects.bulk_create(
            [
                KnownOrigin(user=user, key=_origin_key(kind, value), seen_at=now)
                for kind, value in sorted({"browser": browser, "place": network}.items())
            ],
            update_conflicts=True,
            unique_fields=["user", "key"],
            update_fields=["seen_at"],
        )
        record(actor=user, action="accounts.sign_in", obj=user, unit=ports.unit_of_account(user))


def forget_tries() -> int:
    """Delete expired counts and return how many. Part of the worker's maintenance."""
    return TryCount.objects.filter(forget_at__lte=clock.now()).delete()[0]


def forget_origins() -> int:
    """Delete expired browsers and addresses and return how many. Part of the worker's maintenance."""
    return KnownOrigin.objects.filter(seen_at__lte=clock.now() - rules.KNOWN_FOR).delete()[0]
