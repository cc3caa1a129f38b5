"""The interface by which the importer reads, compares and applies a list of another app.

Each kind of list has exactly one owner. A session lasts for one run of a comparison or of one step of its application, so it
may cache look-ups (units, duplicates inside the file).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from django.utils.functional import Promise

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.units.models import Unit

Cell = str | int | float | bool | datetime | None


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of the list: its code, its heading in our own files, and its names in others' files.

    One that is `only_read` is understood in others' files and never written into ours. `mask` returns the form of a value that
    pages may show.
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
    """A row of the file. `group` is the heading row above it (a branch, in a list divided by branches), `sex` the side that
    holds a value where one column is split into Nam and Nữ, or `both`.
    """

    sheet: str
    number: int
    cells: Mapping[str, Cell]
    group: str = ""
    sex: str = ""
    # Findings from the row's place in its sheet: reasons to reject it, doubts, and signs that it is another unit's.
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
    """One possible answer to a question: its code, and its effect as people read it.

    `for_many` describes its effect on all rows with the same question, where the label is about one row's people or values.
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
    """A row read into values that the owner can apply, fit for JSON. With problems it is rejected."""

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
    # Possible answers to a question, besides leaving the row out.
    options: list[AnswerOption] = field(default_factory=list)
    # The kind of question for answering many alike, where the code of the finding is too coarse.
    question: str = ""


class ListSession(Protocol):
    """One run over a list for one unit in the name of one actor."""

    def read(self, row: RawRow) -> ListLine:
        """Return the row in normal form; rows of one file come in their order, so that duplicates are found."""
        ...

    def compare(self, lines: Sequence[ListLine]) -> list[Judgement]:
        """Return the judgement on each line without problems; writes nothing, in a fixed number of statements."""
        ...

    def resolve(
        self, lines: Sequence[ListLine], judgements: Sequence[Judgement], answers: Sequence[str]
    ) -> Sequence[Judgement]:
        """Return the judgements after the answers, in a fixed number of statements.

        An answer is the code of an option of the judgement beside it; empty where nothing was asked or answered, and such
        judgements stay. An answer may change its line's values, and may lead to another question.
        """
        ...

    def apply(self, lines: Sequence[ListLine], judgements: Sequence[Judgement]) -> None:
        """Write the new and the changed lines, inside the caller's transaction."""
        ...

    def display_values(self, lines: Sequence[ListLine]) -> Sequence[Mapping[str, str]]:
        """Return the values that each line would be stored as, in words, by the codes of columns; whole numbers, not masked.

        Its label and empty values are left out.
        """
        ...

    def take_figures(self) -> Mapping[str, int]:
        """Return further counts of this list besides its rows, since the last call; empty for most."""
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
        """Return words in the headings of sensitive columns, which are never stored, with the names of those columns."""
        ...

    @property
    def required(self) -> tuple[str | tuple[str, ...], ...]:
        """Return the columns without which a table is not this list; of a tuple one is enough."""
        ...

    def open(self, *, actor: User, unit: Unit) -> ListSession:
        """Open a session; `unit` is where the list is imported."""
        ...

    def summary(self, compared: Mapping[str, int], applied: Mapping[str, int], *, done: bool) -> Mapping[str, int]:
        """Return the report's figures besides rows, from the counts of both phases; empty for most."""
        ...

    def address(self, target: str) -> str:
        """Return the address of the page of the object that a judgement is about; the page checks its own permission."""
        ...


@dataclass(frozen=True, slots=True)
class ListSubject:
    """The object that a whole list is about, such as one street: its key, its name, and the unit whose list it is."""

    key: str
    name: str
    unit: Unit


@runtime_checkable
class SubjectListKind(ListKind, Protocol):
    """A kind whose list may be about one object, which its rows then need not name."""

    def find_subject(self, actor: User, key: str) -> ListSubject | None:
        """Return the object of that key; None where there is none or the actor may not import a list about it."""
        ...

    def open_subject(self, *, actor: User, unit: Unit, subject: str) -> ListSession:
        """Open a session whose rows are about the subject, unless a row names another."""
        ...


def find_subject(kind: ListKind, actor: User, key: str) -> ListSubject | None:
    """Return the object that a list of the kind may be about; None for kinds that know of none."""
    return kind.find_subject(actor, key) if key and isinstance(kind, SubjectListKind) else None


def open_session(kind: ListKind, *, actor: User, unit: Unit, subject: str = "") -> ListSession:
    """Open a session of the kind, for the subject where the list has one."""
    if subject and isinstance(kind, SubjectListKind):
        return kind.open_subject(actor=actor, unit=unit, subject=subject)
    return kind.open(actor=actor, unit=unit)


_kinds: dict[str, ListKind] = {}


def register_list_kind(kind: ListKind) -> None:
    """Register a kind of list; called once per kind in the owner's `AppConfig.ready`."""
    if kind.name in _kinds:
        raise RuntimeError(f"List kind {kind.name!r} is registered twice.")
    _kinds[kind.name] = kind


def list_kind(name: str) -> ListKind:
    """Return the kind of that name; an unknown one is a programming error."""
    return _kinds[name]


def list_kinds() -> list[ListKind]:
    """Return all kinds, in the order in which they registered."""
    return list(_kinds.values())
