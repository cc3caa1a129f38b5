"""How an app above that wraps a help learns that the evidence of its helps has changed.

It is asked to lock first, before the deed's first call of the ledger: what follows counts for other subjects, and whoever
locks those after the ledger's own could wait for somebody who waits for them.

At most one wrapper per source of help, called by name within the transaction of the deed; its errors go up. A source without
one (an office form, a list) has nobody to tell.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from doanso.support.models import Help, HelpSource


class Wrapper(Protocol):
    """The owner's side: read the helps fresh, and let what hangs on them follow."""

    def __call__(self, help_ids: Collection[UUID]) -> None:
        """These helps rose or fell, were refused or allowed again, taken back or corrected."""
        ...


_wrappers: dict[str, Wrapper] = {}
_locks: dict[str, Wrapper] = {}


def register_wrapper(source: HelpSource, wrapper: Wrapper, lock: Wrapper) -> None:
    """Called once per source in the owner's `AppConfig.ready`; `lock` locks what hangs on the helps, and nothing else."""
    if source in _wrappers:
        raise RuntimeError(f"Helps from {source.value!r} are wrapped twice.")
    _wrappers[source], _locks[source] = wrapper, lock


def lock_wrappers(helps: Iterable[Help]) -> None:
    """Whoever wraps these helps locks what hangs on them; the caller has not called the ledger yet."""
    _call(_locks, helps)


def lock_wrappers_of(helps: QuerySet[Help]) -> None:
    """`lock_wrappers` of helps whose rows the caller is about to lock: what wraps them comes first."""
    _call(_locks, helps.filter(source__in=list(_locks)))


def tell_wrappers(helps: Iterable[Help]) -> None:
    """Tell whoever wraps these helps; the caller has written them, counted them and holds their rows."""
    _call(_wrappers, helps)


def _call(wrappers: Mapping[str, Wrapper], helps: Iterable[Help]) -> None:
    of_source: dict[str, list[UUID]] = {}
    for support_record in helps:
        if support_record.source in wrappers:
            of_source.setdefault(support_record.source, []).append(support_record.pk)
    for source in sorted(of_source):
        wrappers[source](of_source[source])
