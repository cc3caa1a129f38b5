"""The pages of a report as pictures, kept in this process's memory for as long as they are looked at."""

import hashlib
import json
import struct
from dataclasses import dataclass

from doanso.lib.bounded_cache import BoundedCache
from doanso.reports.content import ReportContent, as_json

PPI = 84
"""Resolution of the pages: legible beside the editor, and not too large to send."""
_CACHE_BYTES = 16 << 20
_SIZE_IN_PNG = slice(16, 24)


@dataclass(frozen=True, slots=True)
class PreviewPages:
    """The pages as PNG, under the hash of the content that they show."""

    key: str
    pages: tuple[bytes, ...]

    @property
    def size(self) -> int:
        """Return the size of all pictures in bytes."""
        return sum(len(page) for page in self.pages)

    def sizes(self) -> list[tuple[int, int]]:
        """Return width and height of each page in pixels."""
        return [struct.unpack(">II", page[_SIZE_IN_PNG]) for page in self.pages]


_cache: BoundedCache[PreviewPages] = BoundedCache(_CACHE_BYTES)


def cached_pages(key: str) -> PreviewPages | None:
    """Return the pages of the content with this hash, if this process still has them."""
    return _cache.get(key)


def preview_pages(content: ReportContent, *, base: str) -> PreviewPages:
    """Return the pages of a content, drawn only if this process does not have them."""
    values = json.dumps([as_json(content), base], sort_keys=True, default=str)
    key = hashlib.sha256(values.encode()).hexdigest()[:32]
    pages = _cache.get(key)
    if pages is None:
        # Rendering loads a library that no other page needs.
        from doanso.reports.renderers.pdf import render_pages

        pages = PreviewPages(key, tuple(render_pages(content, base=base, ppi=PPI)))
        _cache.put(key, pages)
    return pages
