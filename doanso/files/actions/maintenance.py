"""Maintenance of the store: bytes of erased files, bytes without rows, and moving files between back ends."""

import io
import logging
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import batched
from uuid import UUID

from django.conf import settings

from doanso.files import stores
from doanso.files.actions.storing import fetch_stored, open_blob, remove_bytes
from doanso.files.actions.texts import resume_texts
from doanso.files.models import Blob
from doanso.files.problems import Damaged, Unavailable
from doanso.files.stores.protocol import Store
from doanso.lib import clock, encryption
from doanso.lib.problems import Refused

logger = logging.getLogger(__name__)

ALONE_FOR = timedelta(days=1)
"""Bytes are stored before their rows; a day later the row exists, or the process that stored them died."""
_PAGE = 500
_AWAY_FOR = timedelta(minutes=1)
"""How long the worker does not call a store that did not answer: its other work must not wait."""
worker_memory: dict[str, date | datetime] = {}
"""What the worker keeps between runs: `swept`, the day of the last sweep; `away`, until when it leaves the store alone."""
_MARK, _MARK_CONTEXT = "doanso-store", "files.store"


def remove_erased(most: int = 200) -> int:
    """Remove the bytes of erased files that are still stored; return how many. A store that does not answer is left for
    later.
    """
    removed = 0
    for blob in Blob.objects.filter(erased_at__isnull=False, removed_at=None).order_by("erased_at")[:most]:
        remove_bytes(blob)
        removed += 1
    return removed


class ForeignStoreError(Exception):
    """The store carries another installation's mark, so its files must not be judged by this one."""


def _own_mark() -> bytes:
    return encryption.look_up("mark", context=_MARK_CONTEXT).encode()


def require_own_store(store: Store) -> None:
    """Mark a store as this installation's, or verify the mark; raises `ForeignStoreError` for another's."""
    try:
        with store.open(_MARK) as mark_file:
            if mark_file.read(200) != _own_mark():
                raise ForeignStoreError(_MARK)
    except FileNotFoundError:
        store.put(_MARK, io.BytesIO(_own_mark()))


def sweep_orphans() -> int:
    """Remove bytes older than a day that no row names, left by crashes; return how many."""
    removed = 0
    names = {stores.DISK, stores.current_name()}
    for name in sorted(names):
        store = stores.store_named(name)
        if name == stores.DISK and not settings.FILES.is_dir():
            continue
        require_own_store(store)
        removed += _sweep(name, store)
    return removed


def _sweep(name: str, store: Store) -> int:
    removed = 0
    before = clock.now() - ALONE_FOR
    old = (entry.place for entry in store.list_objects() if entry.written_at < before and entry.place != _MARK)
    for lot in batched(old, _PAGE):
        known_places = set(
            Blob.objects.filter(store=name, removed_at=None, place__in=lot).values_list("place", flat=True)
        )
        for place in lot:
            if place not in known_places:
                store.delete(place)
                removed += 1
    if removed:
        logger.warning("%d orphans removed from %s", removed, name)
    return removed


@dataclass(frozen=True, slots=True)
class MoveResult:
    """Result of a move."""

    moved: int
    damaged: list[UUID]


def move_files(*, to: str, report_progress: Callable[[int], None] | None = None) -> MoveResult:
    """Bring every file into one back end: copied, verified, entered in its row, and only then removed from the other.

    May be interrupted and started again, while people read and write. A damaged file stays where it is and is listed.
    """
    target = stores.store_named(to)
    require_own_store(target)
    moved, damaged = 0, []
    for blob in _kept_blobs(outside=to):
        try:
            if _move(blob, to, target):
                moved += 1
        except Damaged:
            damaged.append(blob.pk)
        if report_progress is not None and moved and moved % 100 == 0:
            report_progress(moved)
    return MoveResult(moved, damaged)


def check_files() -> list[UUID]:
    """Read every file that was not erased, compare it with its hashes, and return the damaged and missing ones."""
    damaged = []
    for blob in _kept_blobs():
        try:
            with open_blob(blob):
                pass
        except Damaged:
            damaged.append(blob.pk)
        except Refused:
            # Erased since it was listed.
            continue
    return damaged


def _kept_blobs(*, outside: str = "") -> Iterator[Blob]:
    """Yield the files that were not erased, page by page, except those of one back end."""
    after = UUID(int=0)
    while True:
        blobs = Blob.objects.filter(erased_at=None, pk__gt=after).exclude(store=outside)
        page = list(blobs.select_related("key").order_by("pk")[:100])
        yield from page
        if not page:
            return
        after = page[-1].pk


def _move(blob: Blob, to: str, target: Store) -> bool:
    with tempfile.SpooledTemporaryFile(max_size=4 << 20) as copy:
        try:
            fetch_stored(blob, copy)
        except Refused:
            # Erased since it was listed.
            return False
        copy.seek(0)
        target.put(blob.place, copy)
    if not Blob.objects.filter(pk=blob.pk, store=blob.store, erased_at=None).update(store=to):
        target.delete(blob.place)
        return False
    # After a crash at this point the old bytes are orphans, which are swept.
    stores.store_named(blob.store).delete(blob.place)
    return True


def run_maintenance(*, may_sweep: bool = True) -> None:
    """Do the worker's regular work on the store: erased files and unread texts each time, orphans once a day if it may sweep."""
    resume_texts()
    now, today = clock.now(), clock.today()
    if worker_memory.get("away", now) > now:
        return
    try:
        remove_erased()
        if may_sweep and worker_memory.get("swept") != today:
            worker_memory["swept"] = today
            sweep_orphans()
    except Unavailable as problem:
        worker_memory["away"] = now + _AWAY_FOR
        logger.warning("the store of files is left alone for a while: %s", problem)
    except ForeignStoreError:
        logger.error("the store of files carries another installation's mark; nothing is swept")
