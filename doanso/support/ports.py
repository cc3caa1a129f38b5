"""How an app above that wraps a help learns that the evidence of its helps has changed.

At most one wrapper per source of help, called by name within the transaction of the deed; its errors go up. A source without
one (an office form, a list) has nobody to tell.
"""

from collections.abc import Collection, Iterable
from typing import Protocol
from uuid import UUID

from doanso.support.models import Help, HelpSource


class Wrapper(Protocol):
    """The owner's side: read the helps fresh, and let what hangs on them follow."""

    def __call__(self, help_ids: Collection[UUID]) -> None:
        """These helps rose or fell, were refused or allowed again, taken back or corrected."""
        ...


_wrappers: dict[str, Wrapper] = {}


def register_wrapper(source: HelpSource, wrapper: Wrapper) -> None:
    """Called once per source in the owner's `AppConfig.ready`."""
    if source in _wrappers:
        raise RuntimeError(f"Helps from {source.value!r} are wrapped twice.")
    _wrappers[source] = wrapper


def tell_wrappers(helps: Iterable[Help]) -> None:
    """Tell whoever wraps these helps; the caller has written them, counted them and holds their rows."""
    of_source: dict[str, list[UUID]] = {}
    for one in helps:
        if one.source in _wrappers:
            of_source.setdefault(one.source, []).append(one.pk)
    for source in sorted(of_source):
        _wrappers[source](of_source[source])
