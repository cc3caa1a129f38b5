"""What a page reads of a place for its board and for its cards, each once."""

from collections.abc import Callable
from typing import Any

from doanso.places.models import Place


def keep_page_reads(place: Place) -> None:
    """Let this object keep what `read_once` reads of it; for a request that only shows the place."""
    place.page_reads = {}


def read_once[Result](place: Place, key: tuple[Any, ...], read: Callable[[], Result]) -> Result:
    """Return what `read` returns; on a page that keeps its reads, what it returned before for this key."""
    kept = getattr(place, "page_reads", None)
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    answer: Result = kept[key]
    return answer
