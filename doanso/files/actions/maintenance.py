"""What keeps the store tidy: bytes of erased files, bytes without rows, and the move from one back end to another."""

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
from doanso.files.actions.storing import fetch_stored, opened, remove_bytes
from doanso.files.actions.texts import resume_texts
from doanso.files.models import Blob
from doanso.files.problems import Damaged, Unavailable
from doanso.files.stores.protocol import Store
from doanso.lib import clock, sealing
from doanso.lib.problems import Refused

logger = logging.getLogger(__name__)

ALONE_FOR = timedelta(days=1)
"""Bytes go in before their rows; a day later the row stands, or whoever wrote them died."""
_PAGE = 500
_AWAY_FOR = timedelta(minutes=1)
"""How long the worker leaves a store alone that did not answer: its other work must not wait behind it."""
_done: dict[str, date | datetime] = {}
_MARK, _MARK_CONTEXT = "doanso-store", "files.store"


def remove_erased(most: int = 200) -> int:
    """Remove the bytes of erased files that are still in the store; how many. Goes on another time where a store is away."""
    gone = 0
    for blob in Blob.objects.filter(erased_at__isnull=False, removed_at=None).order_by("erased_at")[:most]:
        remove_bytes(blob)
        gone += 1
    return gone


class NotOurs(Exception):
    """The store carries another installation's mark: its files are not ours to judge."""


def _own_mark() -> bytes:
    return sealing.look_up("mark", context=_MARK_CONTEXT).encode()


def require_ours(store: Store) -> None:
    """Mark a store as this installation's, or find the mark; where it is another's, nothing may be removed."""
    try:
        with store.open(_MARK) as mark_file:
            if mark_file.read(200) != _own_mark():
                raise NotOurs(_MARK)
    except FileNotFoundError:
        store.put(_MARK, io.BytesIO(_own_mark()))


def sweep_orphans() -> int:
    """Remove bytes that no row names and that are older than a day: leavings of crashes; how many."""
    removed = 0
    names = {stores.DISK, stores.current_name()}
    for name in sorted(names):
        store = stores.store_named(name)
        if name == stores.DISK and not settings.FILES.is_dir():
            continue
        require_ours(store)
        removed += _sweep(name, store)
    return removed


def _sweep(name: str, store: Store) -> int:
    removed = 0
    before = clock.now() - ALONE_FOR
    old = (entry.place for entry in store.listed() if entry.written_at < before and entry.place != _MARK)
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
class Moved:
    """What a move did."""

    moved: int
    damaged: list[UUID]


def move_files(*, to: str, report_progress: Callable[[int], None] | None = None) -> Moved:
    """Bring every file into one back end: copied, found whole, entered, and only then removed from the other.

    May be broken off and begun again, while people read and write. A damaged file stays where it is, and is named.
    """
    target = stores.store_named(to)
    require_ours(target)
    moved, damaged = 0, []
    for blob in _standing(outside=to):
        try:
            if _move(blob, to, target):
                moved += 1
        except Damaged:
            damaged.append(blob.pk)
        if report_progress is not None and moved and moved % 100 == 0:
            report_progress(moved)
    return Moved(moved, damaged)


@dataclass(frozen=True, slots=True)
class Checked:
    """What reading every file has found."""

    sound: int
    damaged: list[UUID]


def check_files(*, report_progress: Callable[[int], None] | None = None) -> Checked:
    """Read every file that was not erased, and compare it with its hashes."""
    sound, damaged = 0, []
    for blob in _standing():
        try:
            with opened(blob):
                sound += 1
        except Damaged:
            damaged.append(blob.pk)
        except Refused:
            # Erased since it was listed.
            continue
        if report_progress is not None and sound and sound % 1000 == 0:
            report_progress(sound)
    return Checked(sound, damaged)


def _standing(*, outside: str = "") -> Iterator[Blob]:
    """Files that were not erased, page by page; those of one back end left out."""
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
    # Left behind by a crash here, the old bytes are orphans, which are swept.
    stores.store_named(blob.store).delete(blob.place)
    return True


def run_maintenance() -> None:
    """What the worker does about the store: every time what was erased and unread, once a day what was left lying about."""
    resume_texts()
    now, today = clock.now(), clock.today()
    if _done.get("away", now) > now:
        return
    try:
        remove_erased()
        if _done.get("swept") != today:
            _done["swept"] = today
            sweep_orphans()
    except Unavailable as problem:
        _done["away"] = now + _AWAY_FOR
        logger.warning("the store of files is left alone for a while: %s", problem)
    except NotOurs:
        logger.error("the store of files carries another installation's mark; nothing is swept")
