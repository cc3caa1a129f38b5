"""Notification of apps that wrap support records about changes of their evidence, and what apps above show on a receipt.

A wrapper's lock is taken before the action's first call of the ledger: the wrapper counts for other subjects, and locking those
after the ledger's own could deadlock.

At most one wrapper per source, called within the transaction of the action; its errors are raised to the caller. A source
without a wrapper (an office form, a list) is skipped.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from doanso.support.models import SupportRecord, SupportRecordSource


class WrapperCallback(Protocol):
    """What an app that wraps support records does with some of them: updates, or locks, the rows that depend on them."""

    def __call__(self, support_record_ids: Collection[UUID]) -> None:
        """Read these records again and act on them.

        Their grade changed, or they were refused, allowed again, taken back or corrected; a lock is called before that.
        """
        ...


_wrappers: dict[str, WrapperCallback] = {}
_locks: dict[str, WrapperCallback] = {}


def register_wrapper(source: SupportRecordSource, on_change: WrapperCallback, lock: WrapperCallback) -> None:
    """Register what wraps records of a source; called once per source in the owner's `AppConfig.ready`.

    `lock` locks the rows that depend on the records, and nothing else.
    """
    if source in _wrappers:
        raise RuntimeError(f"Helps from {source.value!r} are wrapped twice.")
    _wrappers[source], _locks[source] = on_change, lock


def lock_wrappers(support_records: Iterable[SupportRecord]) -> None:
    """Have wrappers lock the rows that depend on these records; the caller has not called the ledger yet."""
    _call(_locks, support_records)


def lock_wrappers_of(support_records: QuerySet[SupportRecord]) -> None:
    """Do the same as `lock_wrappers` for records whose rows the caller is about to lock: rows that wrap them are locked first."""
    _call(_locks, support_records.filter(source__in=list(_locks)))


def notify_wrappers(support_records: Iterable[SupportRecord]) -> None:
    """Notify the wrappers of these records; the caller has written and counted them and holds their rows."""
    _call(_wrappers, support_records)


def _call(wrappers: Mapping[str, WrapperCallback], support_records: Iterable[SupportRecord]) -> None:
    of_source: dict[str, list[UUID]] = {}
    for support_record in support_records:
        if support_record.source in wrappers:
            of_source.setdefault(support_record.source, []).append(support_record.pk)
    for source in sorted(of_source):
        wrappers[source](of_source[source])


# --- Beside the records of a receipt ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReceiptNotice:
    """Something that concerns whoever a receipt belongs to: what is announced, and the one thing they can say to it.

    `key` names it for its part. Without a `button` there is nothing to say. `state` is a state of `parts/note.html`.
    """

    key: UUID
    title: str
    text: str
    button: str = ""
    state: str = "behind"


@dataclass(frozen=True, slots=True)
class ReceiptOwners:
    """The persons and the shops that a receipt names; a part looks for what concerns them, and for shops of these persons."""

    person_ids: frozenset[UUID]
    business_ids: frozenset[UUID]


class ReceiptPart(Protocol):
    """An app's part of the receipt's page, for holders of the link, without an account."""

    def read(self, owners: ReceiptOwners) -> Sequence[ReceiptNotice]:
        """Return what is announced to them; a fixed number of statements."""
        ...

    def answer(self, owners: ReceiptOwners, key: UUID) -> str:
        """Do what the notice's button says, and return the sentence of thanks; raise `Refused` where it is over or not theirs."""
        ...


_receipt_parts: dict[str, ReceiptPart] = {}


def register_receipt_part(name: str, part: ReceiptPart) -> None:
    """Register an app's part under a name that stands in the form; called once per name in the owner's `AppConfig.ready`."""
    if name in _receipt_parts:
        raise RuntimeError(f"The receipt's part {name!r} is registered twice.")
    _receipt_parts[name] = part


def receipt_notices(owners: ReceiptOwners) -> list[tuple[str, ReceiptNotice]]:
    """Return what all parts announce, each with the name of its part."""
    if not owners.person_ids and not owners.business_ids:
        return []
    return [(name, notice) for name in sorted(_receipt_parts) for notice in _receipt_parts[name].read(owners)]


def answer_receipt_notice(owners: ReceiptOwners, name: str, key: UUID) -> str:
    """Hand the answer to its part; KeyError for an unknown name."""
    return _receipt_parts[name].answer(owners, key)
