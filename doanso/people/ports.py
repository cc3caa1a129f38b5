"""Records of persons in the apps above: each app registers how they are copied out and how they are erased.

Exactly one handler per name. They are called by name within the transaction of the action, and their errors propagate.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from doanso.lock_order import ORDER

type Lines = Iterable[tuple[str, str]]
"""Title and text of each entry of the person's copy."""

type CopyOut = Callable[[Collection[UUID]], Lines]
type Erase = Callable[[Collection[UUID]], None]
type Keeps = Callable[[Collection[UUID]], Collection[UUID]]
type Withdraw = Callable[[Collection[UUID], Collection[str]], None]
type Regroup = Callable[[Collection[UUID]], AbstractContextManager[None]]


class ErasureLock(NamedTuple):
    """What an app locks before persons are erased: the class of the locks in the published order, and how to take them."""

    lock_class: str
    take: Callable[[Collection[UUID]], object]


@dataclass(frozen=True, slots=True)
class PersonalRecords:
    """What one app keeps of persons.

    `erase` may refuse with `Refused`, then nothing is erased anywhere. `keeps` returns which of these persons must not be
    forgotten just because a programme is long over or they withdrew their consent. `withdraw` gives up what depends on these
    purposes alone, to which they agree in no version any more. `on_identity_change` encloses the call by which the ledger
    learns that these persons are one, or two again: it locks its rows before, and updates what depends on their identity after.
    `lock` is what `erase` needs locked before any app erases: what one app writes may rank after another's lock.
    """

    name: str
    copy: CopyOut
    erase: Erase
    keeps: Keeps | None = None
    withdraw: Withdraw | None = None
    on_identity_change: Regroup | None = None
    lock: ErasureLock | None = None


registered_records: dict[str, PersonalRecords] = {}
"""Records of each app by its name, as `register_personal_records` adds them."""


def register_personal_records(
    name: str,
    copy: CopyOut,
    erase: Erase,
    keeps: Keeps | None = None,
    withdraw: Withdraw | None = None,
    on_identity_change: Regroup | None = None,
    lock: ErasureLock | None = None,
) -> None:
    """Register an app's handlers; called once per app in its `AppConfig.ready`. All ids of one person, merged ones too, come in
    one call.
    """
    if name in registered_records:
        raise RuntimeError(f"Personal records {name!r} are registered twice.")
    registered_records[name] = PersonalRecords(name, copy, erase, keeps, withdraw, on_identity_change, lock)


def personal_records() -> list[PersonalRecords]:
    """Return all handlers, ordered by name, so that two actions take their locks in the same order."""
    return [registered_records[name] for name in sorted(registered_records)]


def lock_for_erasure(person_ids: Collection[UUID]) -> None:
    """Take what every app wants locked before these persons are erased, in the published order of locks."""
    locks = [records.lock for records in personal_records() if records.lock is not None]
    for lock in sorted(locks, key=lambda lock: ORDER.classes.index(lock.lock_class)):
        lock.take(person_ids)


@contextmanager
def notify_identity_change(person_ids: Collection[UUID]) -> Iterator[None]:
    """Enclose the ledger's merging of these persons, or its undoing, in the handlers of every app that registered one."""
    with ExitStack() as stack:
        for records in personal_records():
            if records.on_identity_change is not None:
                stack.enter_context(records.on_identity_change(person_ids))
        yield


def kept_persons(person_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the persons whom an app keeps on other grounds than consent, for example as members."""
    kept_ids: set[UUID] = set()
    for records in personal_records():
        if records.keeps is not None and person_ids:
            kept_ids.update(records.keeps(person_ids))
    return kept_ids
