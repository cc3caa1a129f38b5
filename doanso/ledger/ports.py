"""Ports by which the apps above give the ledger their facts again and show the records behind a figure.

Each measure family and each kind of source has exactly one owner; a missing or a second one fails at start-up.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.utils.functional import Promise

from doanso.ledger.models import MeasureKind


@dataclass(frozen=True, slots=True)
class MeasureKey:
    """The facts that a programme's parameters select: those with this topic, at this level or above.

    `kind` is set where they are counted in another way than the family's usual one, such as times of help beside people helped.
    """

    topic: str = ""
    level: int = 0
    kind: MeasureKind | None = None


class RawFact(NamedTuple):
    """A fact read again from its owner's tables; the fact of an erased subject has no reference."""

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
    amount: int = 1


class RawPlacement(NamedTuple):
    """A placement read again from its owner's tables."""

    source_id: UUID
    subject_ref: UUID
    unit_id: UUID
    since: date
    until: date | None
    arrived_on: date


class RawSuspension(NamedTuple):
    """A suspension read again from its owner's tables; an empty code suspends from every measure."""

    source_id: UUID
    subject_ref: UUID
    measure_code: str
    since: date
    until: date | None


class FactFamily(Protocol):
    """One family of facts, owned by one app.

    `name` is what a programme file writes; `source_kind` names its sources in entries. One whose facts have amounts of their own
    says so by `adds_amounts = True`. One whose grades mean something else than
    the usual words say has `grade_words`.
    """

    name: str
    kind: MeasureKind
    subject_kind: str
    source_kind: str

    def resolve(self, parameters: Mapping[str, Any]) -> MeasureKey:
        """Return topic and level for a programme's parameters; raise `Refused`, naming what is unknown."""
        ...

    def facts(
        self, *, after: UUID | None, limit: int
    ) -> Sequence[RawFact] | Sequence[RawPlacement] | Sequence[RawSuspension]:
        """Return the next page of facts in force by source id, read from the owner's own tables, never from the ledger."""
        ...


MEMBERS = "members"
"""The denominator of a share of members: members who are active and neither away nor exempt from the indicator."""


@dataclass(frozen=True, slots=True)
class CountingChoice:
    """One thing that a family counts, as a choice of the programme editor.

    `group` is the heading under which the choice stands (the service of a stage). The texts of `unit_of_count` and
    `denominator_text` are proposals, which the author may change; empty ones are those of the family.
    """

    title: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    group: str = ""
    unit_of_count: str = ""


@dataclass(frozen=True, slots=True)
class FamilyDescription:
    """A family as the programme editor shows it; titles are in Vietnamese.

    `kinds` are the kinds of indicators it fits: "share", "rule", "count", "milestone". `denominators` are those of a share or
    rule: `MEMBERS`, or names of described families. `denominator_text` says what the family is as the denominator of another.
    `choices` reads everything the family can count, from data where it depends on data. `code_parameter` names a parameter
    that a programme may leave out and that is the indicator's code then. `group` proposes the dashboard's heading: "members",
    "residents", "models", "office" or "rules". `least_grade` and `best_grade` bound the grades of evidence from which a plan
    may count and which it may require: of what no pair and no person confirms, no more can be asked.
    """

    family: str
    title: str | Promise
    kinds: Sequence[str]
    choices: Callable[[], Sequence[CountingChoice]]
    unit_of_count: str | Promise
    denominators: Sequence[str] = ()
    denominator_text: str | Promise = ""
    help: str | Promise = ""
    code_parameter: str = ""
    group: str = "models"
    position: int = 100
    least_grade: int = 0
    best_grade: int = 4


@dataclass(frozen=True, slots=True)
class SourceLine:
    """One record behind a figure, as a reader sees it; without an address when the reader may not open it."""

    title: str
    detail: str
    url: str


class SourcePage(Protocol):
    """The owner's function that shows its records behind a figure."""

    def __call__(self, *, actor: Any, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
        """Return lines for these records under the owner's policy; one that the actor may not see has a line without a name."""
        ...


registered_families: dict[str, FactFamily] = {}
"""Families by their name, as `register_family` adds them."""
_descriptions: dict[str, FamilyDescription] = {}
_pages: dict[str, SourcePage] = {}


def register_family(family: FactFamily) -> None:
    """Register a family, once, in the owner's `AppConfig.ready`."""
    if family.name in registered_families:
        raise RuntimeError(f"Measure family {family.name!r} is registered twice.")
    registered_families[family.name] = family


def register_family_description(description: FamilyDescription) -> None:
    """Register how a family is shown in the programme editor, once, beside the family. One without is not offered there."""
    if description.family in _descriptions:
        raise RuntimeError(f"Measure family {description.family!r} is described twice.")
    _descriptions[description.family] = description


def register_source_page(kind: str, page: SourcePage) -> None:
    """Register the page of a kind of source, once, in the owner's `AppConfig.ready`."""
    if kind in _pages:
        raise RuntimeError(f"Source page {kind!r} is registered twice.")
    _pages[kind] = page


def family(name: str) -> FactFamily | None:
    """Return the family of that name, or None when no app serves it yet: its indicators read "chưa có số liệu"."""
    return registered_families.get(name)


def served_family(name: str) -> FactFamily:
    """Return the family of that name; `LookupError` when no app serves it."""
    served = registered_families.get(name)
    if served is None:
        raise LookupError(f"No app serves the measure family {name!r}.")
    return served


def families() -> list[FactFamily]:
    """Return all families, in the order in which they registered."""
    return list(registered_families.values())


def family_description(name: str) -> FamilyDescription | None:
    """Return how that family is shown in the programme editor, or None where it is not offered."""
    return _descriptions.get(name)


def family_descriptions() -> list[FamilyDescription]:
    """Return all descriptions, by `position` and name."""
    return sorted(_descriptions.values(), key=lambda description: (description.position, description.family))


def adds_amounts(name: str) -> bool:
    """Return whether the facts of a family have amounts, so that its figures are no numbers of records."""
    return bool(getattr(registered_families.get(name), "adds_amounts", False))


def grade_words(name: str) -> Mapping[int, str | Promise]:
    """Return by grade how the facts of a family are known, where the usual words of the grade do not say it; empty for most."""
    words: Mapping[int, str | Promise] = getattr(registered_families.get(name), "grade_words", {})
    return words


def source_page(kind: str) -> SourcePage:
    """Return the page of a kind of source; KeyError for an unknown kind."""
    return _pages[kind]
