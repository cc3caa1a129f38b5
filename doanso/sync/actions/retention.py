"""When the bytes of phones' records go: on erasure at once, else ninety days after nobody needs them any more.

What stays is the hash with its state and number: the acknowledgement's promise is that the record was taken, and whoever has
the text can still show that it was this one.
"""

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q

from doanso.lib import clock
from doanso.sync.actions.photos import drop_old_photos
from doanso.sync.models import Record, RecordState

KEPT = timedelta(days=90)
PAGE = 500


def forget(record_ids: Iterable[UUID]) -> int:
    """Destroy the keys and the bytes of every version of these records, in the caller's transaction; of how many.

    With them goes the sentence of a problem, which may quote the record.
    """
    ids = sorted(set(record_ids))
    return sum(
        Record.objects.filter(record_id__in=ids[at : at + PAGE])
        .exclude(payload_sealed=b"")
        .update(key_sealed=b"", payload_sealed=b"", problem=None)
        for at in range(0, len(ids), PAGE)
    )


def drop_old_bytes() -> int:
    """Empty what was applied, or settled by a person, more than ninety days ago; whatever waits is kept. Idempotent."""
    before = clock.now() - KEPT
    done = (Q(state__in=[RecordState.APPLIED, RecordState.SUPERSEDED], settled_at=None)) | Q(settled_at__lt=before)
    emptied, after = 0, 0
    while True:
        found = Record.objects.filter(done, received_at__lt=before, seq__gt=after).exclude(payload_sealed=b"")
        page = list(found.order_by("seq").values_list("seq", flat=True)[:PAGE])
        if not page:
            return emptied
        emptied += Record.objects.filter(pk__in=page).update(key_sealed=b"", payload_sealed=b"")
        after = page[-1]


_done_on: dict[str, date] = {}


def drop_old_bytes_daily() -> None:
    """What the worker does once a business day."""
    today = clock.today()
    if _done_on.get("day") != today:
        drop_old_bytes()
        drop_old_photos()
        _done_on["day"] = today
