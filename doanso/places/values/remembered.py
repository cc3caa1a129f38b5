"""Values of a place that this process has computed, and still knows to be right.

A street of ten thousand addresses has as many records to read again for each view of its page. Every action writes an audit event
of its unit in its transaction, so nothing has changed while the newest event of the place's unit, the units below and those above
is the one of the computation. An event's number may be drawn before a later one and committed after it; so a value counts only if
the newest event was a minute old when it was computed, which is longer than any transaction that changes records. Records of
other units about the same people are seen after ten minutes. In a transaction nothing is remembered: what an action keeps for
good is always computed.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery

from doanso.audit.models import AuditEvent
from doanso.lib import clock, database
from doanso.lib.dated_rows import in_effect
from doanso.places.models import Place
from doanso.places.page_reads import read_once
from doanso.units.models import Unit

SETTLED_AFTER, OLDEST = timedelta(minutes=1), timedelta(minutes=10)
MOST_KEPT = 500


class RegisterStamp(NamedTuple):
    """The newest audit event of the units whose records a place's values rest on; 0 where there is none."""

    event_id: int
    at: datetime | None


class _Kept(NamedTuple):
    stamp: RegisterStamp
    computed_at: datetime
    value: Any


_kept: OrderedDict[tuple[Any, ...], _Kept] = OrderedDict()
_lock = threading.Lock()


def stamp_of(place: Place) -> RegisterStamp:
    """Return the place's stamp; one statement, which looks at the end of an index for each unit."""
    current = in_effect(clock.today())
    near = Unit.objects.filter(
        Q(pk__in=place.unit.paths_up.filter(current).values("ancestor_id"))
        | Q(pk__in=place.unit.paths_down.filter(current).values("unit_id"))
    )
    newest = AuditEvent.objects.filter(unit_id=OuterRef("pk")).order_by("-id")
    rows = near.order_by().annotate(
        event_id=Subquery(newest.values("id")[:1]), event_at=Subquery(newest.values("at")[:1])
    )
    stamps = [RegisterStamp(number, at) for number, at in rows.values_list("event_id", "event_at") if number]
    return max(stamps, default=RegisterStamp(0, None))


def remembered[Result](place: Place, key: tuple[Any, ...], compute: Callable[[], Result]) -> Result:
    """Return what `compute` returns, or what it returned before for this place and key if nothing has changed since."""
    if database.in_transaction():
        return compute()
    stamp = read_once(place, ("stamp",), lambda: stamp_of(place))
    now, whole_key = clock.now(), (place.pk, *key)
    with _lock:
        kept = _kept.get(whole_key)
        if kept is not None and kept.stamp == stamp and now - kept.computed_at < OLDEST:
            _kept.move_to_end(whole_key)
            answer: Result = kept.value
            return answer
    result = compute()
    if stamp.at is not None and now - stamp.at > SETTLED_AFTER:
        with _lock:
            _kept[whole_key] = _Kept(stamp, now, result)
            while len(_kept) > MOST_KEPT:
                _kept.popitem(last=False)
    return result


def forget() -> None:
    """Drop everything that is kept."""
    with _lock:
        _kept.clear()
