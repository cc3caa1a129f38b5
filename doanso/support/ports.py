"""Notification of apps that wrap support records about changes of their evidence.

A wrapper's lock is taken before the action's first call of the ledger: the wrapper counts for other subjects, and locking those
after the ledger's own could deadlock.

At most one wrapper per source, called within the transaction of the action; its errors are raised to the caller. A source
without a wrapper (an office form, a list) is skipped.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from doanso.support.models import SupportRecord, SupportRecordSource


class Wrapper(Protocol):
    """The owning app's side: reads the records fresh and updates what depends on them."""

    def __call__(self, support_record_ids: Collection[UUID]) -> None:
        """Handle a change of these records: their grade changed, or they were refused, allowed again, taken back or corrected."""
        ...


_wrappers: dict[str, Wrapper] = {}
_locks: dict[str, Wrapper] = {}


def register_wrapper(source: SupportRecordSource, wrapper: Wrapper, lock: Wrapper) -> None:
    """Register a wrapper; called once per source in the owner's `AppConfig.ready`. `lock` locks the rows that depend on the
    records, and nothing else.
    """
    if source in _wrappers:
        raise RuntimeError(f"Helps from {source.value!r} are wrapped twice.")
    _wrappers[source], _locks[source] = wrapper, lock


def lock_wrappers(support_records: Iterable[SupportRecord]) -> None:
    """Have wrappers lock the rows that depend on these records; the caller has not called the ledger yet."""
    _call(_locks, support_records)


def lock_wrappers_of(support_records: QuerySet[SupportRecord]) -> None:
    """Do the same as `lock_wrappers` for records whose rows the caller is about to lock: rows that wrap them are locked first."""
    _call(_locks, support_records.filter(source__in=list(_locks)))


def notify_wrappers(support_records: Iterable[SupportRecord]) -> None:
    """Notify the wrappers of these records; the caller has written and counted them and holds their rows."""
    _call(_wrappers, support_records)


def _call(wrappers: Mapping[str, Wrapper], support_records: Iterable[SupportRecord]) -> None:
    of_source: dict[str, list[UUID]] = {}
    for support_record in support_records:
        if support_record.source in wrappers:
            of_source.setdefault(support_record.source, []).append(support_record.pk)
    for source in sorted(of_source):
        wrappers[source](of_source[source])
