"""How the apps above the ledger give it their facts again and show the records behind a figure.

Each measure family has exactly one owner, and so has each kind of source; a missing or double one fails at start.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from doanso.ledger.models import MeasureKind


@dataclass(frozen=True, slots=True)
class MeasureKey:
    """What a family makes of a programme's parameters: facts with this topic, at this level or above.

    `kind` where they are counted in another way than the family's usual one: times of help beside people helped.
    """

    topic: str = ""
    level: int = 0
    kind: MeasureKind | None = None


class RawFact(NamedTuple):
    """A fact read anew from its owner's tables; of an erased subject without a reference."""

    source_id: UUID
    subject_ref: UUID | None
    topic: str
    level: int
    unit_id: UUID | None
    happened_on: date
    arrived_on: date
    recorded_at: datetime
    grade: int
    refused: bool = False


class RawPlacement(NamedTuple):
    """A placement read anew from its owner's tables."""

    source_id: UUID
    subject_ref: UUID
    unit_id: UUID
    since: date
    until: date | None
    arrived_on: date


class RawSuspension(NamedTuple):
    """A suspension read anew from its owner's tables; an empty code suspends from every measure."""

    source_id: UUID
    subject_ref: UUID
    measure_code: str
    since: date
    until: date | None


class FactFamily(Protocol):
    """One family of facts, kept by one app.

    `name` is what a programme file writes; `source_kind` is what its sources are called in entries.
    """

    name: str
    kind: MeasureKind
    subject_kind: str
    source_kind: str

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Topic and level for a programme's parameters; raises `Refused` naming what is unknown."""
        ...

    def facts(
        self, *, after: UUID | None, limit: int
    ) -> Sequence[RawFact] | Sequence[RawPlacement] | Sequence[RawSuspension]:
        """The next page of standing facts by source id, from the owner's own tables, never from the ledger."""
        ...


@dataclass(frozen=True, slots=True)
class SourceLine:
    """How one record is shown behind a figure; no address when the reader may not open it."""

    title: str
    detail: str
    url: str


class SourcePage(Protocol):
    """The owner's side of a figure that is opened."""

    def __call__(self, *, actor: Any, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
        """Lines for these records under the owner's policy; a record the actor may not see has a line without a name."""
        ...


_families: dict[str, FactFamily] = {}
_pages: dict[str, SourcePage] = {}


def register_family(family: FactFamily) -> None:
    """Called once per family in the owner's `AppConfig.ready`."""
    if family.name in _families:
        raise RuntimeError(f"Measure family {family.name!r} is registered twice.")
    _families[family.name] = family


def register_source_page(kind: str, page: SourcePage) -> None:
    """Called once per kind of source in the owner's `AppConfig.ready`."""
    if kind in _pages:
        raise RuntimeError(f"Source page {kind!r} is registered twice.")
    _pages[kind] = page


def family(name: str) -> FactFamily | None:
    """The family of that name, or None when no app serves it yet: its indicators read "chưa có số liệu"."""
    return _families.get(name)


def families() -> list[FactFamily]:
    """All families, in the order in which they registered."""
    return list(_families.values())


def source_page(kind: str) -> SourcePage:
    """The page of a kind of source; an unknown kind is a programming error."""
    return _pages[kind]
