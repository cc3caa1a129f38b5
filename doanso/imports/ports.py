"""The interface by which the importer reads, compares and applies a list of another app.

Each kind of list has exactly one owner. A session lives for one run of a comparison or of one step of its application, so it
may keep what it looked up (units, duplicates inside the file).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from django.utils.functional import Promise

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.units.models import Unit

Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list: its code, the heading our own files give it, and what others call it.

    One that is `only_read` is understood in others' files and never written into ours. `mask` makes of a value what pages
    may show of it.
    """

    code: str
    title: str | Promise
    headings: tuple[str, ...]
    width: int = 16
    only_read: bool = False
    mask: Callable[[str], str] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem or a warning about one cell of a row; `column` is the column's code, or empty for the whole row."""

    column: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row of the file. `group` is the heading row above it (a branch, in a list cut into branches), `sex` the side that holds
    a value where one column is split into Nam and Nữ, or `both`."""

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    group: str = ""
    sex: str = ""
    # Findings from the row's place in its sheet: reasons to reject it, doubts, and why it may be another unit's.
    problems: tuple[Finding, ...] = ()
    warnings: tuple[Finding, ...] = ()
    other_unit: Finding | None = None


@dataclass(frozen=True, slots=True)
class FieldDifference:
    """A field in which the list and the register differ, as people read it."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AnswerOption:
    """One answer that a question may get: its code, and what it does, as people read it.

    `for_many` is what it does for all rows that are asked the same, where the label speaks of one row's people or values.
    """

    code: str
    label: str
    for_many: str = ""


OTHER_UNIT, BELONGS_HERE = "other_unit", "here"
"""The importer's own question, and the answer by which the row is judged like any other."""
LEAVE_OUT = "leave-out"
"""The answer that every question may get: the row is not imported. Never offered by the owner itself."""


@dataclass(slots=True)
class ListLine:
    """A row read: values the owner can apply, fit for JSON. With problems it is rejected."""

    label: str
    values: dict[str, Any]
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Judgement:
    """The register's answer to a line: a verdict of `imports.models.RowVerdict`, and the key of the object it is about."""

    verdict: str
    target: str = ""
    differences: list[FieldDifference] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    # Answers that a question may get, besides that the row is left out.
    options: list[AnswerOption] = field(default_factory=list)
    # The kind of question for answering alike, where the code of the finding is too coarse.
    question: str = ""


class ListSession(Protocol):
    """One run over a list for one unit in the name of one actor."""

    def read(self, row: RawRow) -> ListLine:
        """Return the row in normal form; rows of one file come in their order, so that duplicates are found."""
        ...

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """Return what each line without problems means for the register; writes nothing, in a fixed number of statements."""
        ...

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> Sequence[Judgement]:
        """Return what the answered questions among these come to, in a fixed number of statements.

        An answer is the code of an option that the judgement beside it offers; empty where nothing was asked or answered, and
        such judgements stay. An answer may change its line's values, and may end in another question.
        """
        ...

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """Write the new and the changed ones, inside the caller's transaction."""
        ...

    def display_values(self, lines: Sequence[ListLine]) -> Sequence[Mapping[str, str]]:
        """Return the values that each line would be stored as, in words, by the codes of columns; whole numbers, not masked.

        Its label and empty values are left out.
        """
        ...

    def take_figures(self) -> Mapping[str, int]:
        """Return what this list counts besides its rows, since it was last asked; nothing for most."""
        ...


class ListKind(Protocol):
    """One kind of list."""

    @property
    def name(self) -> str: ...

    @property
    def title(self) -> str | Promise: ...

    @property
    def permission(self) -> Permission: ...

    @property
    def columns(self) -> Sequence[ListColumn]: ...

    @property
    def dropped(self) -> Mapping[str, str | Promise]:
        """Words in the headings of sensitive columns, which are never kept, with what to call those columns."""
        ...

    @property
    def required(self) -> tuple[str | tuple[str, ...], ...]:
        """Columns without which a table is not this list; of a tuple one is enough."""
        ...

    def open(self, *, actor: User, unit: Unit) -> ListSession:
        """Open a session; `unit` is where the list is imported."""
        ...

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> Mapping[str, int]:
        """Return the report's figures besides rows, from the counts of both phases; empty for most."""
        ...

    def address(self, target: str) -> str:
        """Return the page of the object that a judgement is about; it asks its own policy."""
        ...


_kinds: dict[str, ListKind] = {}


def register_list_kind(kind: ListKind) -> None:
    """Called once per kind in the owner's `AppConfig.ready`."""
    if kind.name in _kinds:
        raise RuntimeError(f"List kind {kind.name!r} is registered twice.")
    _kinds[kind.name] = kind


def list_kind(name: str) -> ListKind:
    """Return the kind of that name; an unknown one is a programming error."""
    return _kinds[name]


def list_kinds() -> list[ListKind]:
    """Return all kinds, in the order in which they registered."""
    return list(_kinds.values())
