"""Pages of a PDF as pictures, drawn from its stored bytes in a sandboxed process."""

import base64
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from doanso.files.actions import open_blob
from doanso.files.models import Blob
from doanso.files.reading import Source, open_on_disk
from doanso.lib import sandbox
from doanso.lib.bounded_cache import BoundedCache
from doanso.lib.problems import Problem, Refused

_DRAWER = Path(__file__).with_name("drawing_process.py")
LIMITS = {
    # Readable beside the rest of a page, and small enough to send.
    "ppi": 84,
    "memory_bytes": 512 << 20,
    "cpu_seconds": 15,
    # Of real time.
    "wait_seconds": 30,
    "most_pages": 40,
    "most_pixels": 2_000_000,
    "most_points": 20_000,
    # Of all pictures together: they are sent in one answer, and scans in colour hardly compress.
    "most_bytes": 12 << 20,
}
_AT_ONCE = 2
_CACHE_BYTES = 24 << 20


@dataclass(frozen=True, slots=True)
class DrawnPages:
    """Pages as PNG, None for a page that could not be drawn; `page_count` counts the pages of the file, also those not
    drawn.
    """

    pages: tuple[bytes | None, ...]
    page_count: int

    @property
    def size(self) -> int:
        """Return the size of all pictures in bytes."""
        return sum(len(page) for page in self.pages if page is not None)


picture_cache: BoundedCache[DrawnPages] = BoundedCache(_CACHE_BYTES)
"""The newest pictures, in this process's memory only: on disk they would outlive the file's key."""
_turn = threading.BoundedSemaphore(_AT_ONCE)


def pages_of(blob: Blob) -> DrawnPages:
    """Return the pages of a stored PDF; the caller has checked the owner's policy. Not inside a transaction.

    Raises `Refused` where nothing can be drawn, `Unavailable` and `Damaged` where the bytes can't be read.
    """
    cached = picture_cache.get(blob.sha256)
    # Pictures of an erased file are not shown, even where they are still cached.
    if cached is not None and blob.key.destroyed_at is None:
        return cached
    # Drawing is costly: the semaphore bounds how many processors repeated requests keep busy.
    if not _turn.acquire(timeout=LIMITS["wait_seconds"]):
        raise Refused(
            Problem("drawing_busy", _("Too many pages are being drawn just now. Load the page again in a while."))
        )
    try:
        with open_blob(blob) as plain:
            drawn = draw_pages(plain)
    finally:
        _turn.release()
    picture_cache.put(blob.sha256, drawn)
    return drawn


def draw_pages(source: Source) -> DrawnPages:
    """Draw the pages of a PDF, as many as the limits allow."""
    with open_on_disk(source) as file:
        process_limits = sandbox.ProcessLimits(
            memory_bytes=LIMITS["memory_bytes"],
            cpu_seconds=LIMITS["cpu_seconds"],
            wait_seconds=LIMITS["wait_seconds"],
            open_files=0,
        )
        return _parse_messages(sandbox.run(_DRAWER, LIMITS, file, process_limits))


def _parse_messages(messages: list[dict[str, Any]]) -> DrawnPages:
    page_count = messages[0].get("pages", 0) if messages else 0
    pages = [base64.b64decode(message["picture"]) or None for message in messages[1:]]
    # If the process died on a page, that page and those after it have no picture.
    pages += [None] * (min(page_count, LIMITS["most_pages"]) - len(pages))
    if not any(pages):
        raise Refused(
            Problem("drawing_impossible", _("The pages of this file cannot be drawn here. Open the file to see them."))
        )
    return DrawnPages(tuple(pages), page_count)
