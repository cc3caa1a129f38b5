"""The register of a unit's numbers, newest first, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.documents.models import Document, Number, NumberState, RegisterKind
from doanso.documents.queries.documents import kind_names
from doanso.lib import vietnamese
from doanso.lib.paging import page_rows
from doanso.lib.spreadsheet import Column, table_file
from doanso.units.models import Unit

PAGE = 50
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """The filter of a register."""

    direction: str = RegisterKind.OUT
    kind: str = ""
    words: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class NumberRow:
    """A number of the register with its document, if it has one; a secret number has nothing else."""

    number: Number
    document: Document | None
    kind_name: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of a register, newest first."""

    lines: Sequence[NumberRow]
    number: int
    more: bool


def units_with_office() -> QuerySet[Unit]:
    """Return the units that keep books: branches have no office."""
    return Unit.objects.exclude(kind="branch")


def reserved_numbers(unit: Unit) -> QuerySet[Number]:
    """Return a unit's reserved numbers."""
    return Number.objects.filter(unit=unit, state=NumberState.RESERVED)


def outgoing_number(unit: Unit, key: str) -> Number | None:
    """Return the number of a unit's outgoing documents with this id, which a user may have typed."""
    try:
        number_id = UUID(key)
    except ValueError:
        return None
    numbers = Number.objects.filter(unit=unit, direction=RegisterKind.OUT).select_related("series")
    return numbers.filter(pk=number_id).first()


def _numbers(unit: Unit, narrowed: RegisterFilter) -> QuerySet[Number]:
    numbers = Number.objects.filter(unit=unit, direction=narrowed.direction)
    if narrowed.kind:
        numbers = numbers.filter(Q(document__kind=narrowed.kind) | Q(document=None, series__kind=narrowed.kind))
    if narrowed.year is not None:
        numbers = numbers.filter(dated__year=narrowed.year)
    words = narrowed.words.strip()
    if words:
        folded = vietnamese.fold(words)
        condition = Q(document__folded__contains=folded) | Q(document__notation__icontains=words)
        numbers = numbers.filter(
            condition | Q(value=int(words)) if words.isascii() and words.isdecimal() and len(words) < 7 else condition
        )
    return numbers.select_related("series", "document", "drawn_by").order_by("-dated", "-drawn_at", "-id")


def register_page(unit: Unit, narrowed: RegisterFilter, *, number: int = 1) -> RegisterPage:
    """Return one page of a unit's numbers in a constant number of statements; the caller has checked the permission."""
    rows, more = page_rows(_numbers(unit, narrowed), number, PAGE)
    names = kind_names()
    return RegisterPage([_line(row, names) for row in rows], number, more)


def _line(number: Number, names: dict[str, str]) -> NumberRow:
    document = getattr(number, "document", None)
    kind = document.kind if document is not None else number.series.kind
    return NumberRow(number, document, names.get(kind, kind))


def register_columns() -> list[Column]:
    """Return the columns of the register's file."""
    return [
        Column(_("No."), 10),
        Column(_("Number and symbol"), 22),
        Column(_("Day"), 14),
        Column(_("Kind"), 22),
        Column(_("What it is about"), 60),
        Column(_("State"), 20),
        Column(_("Original"), 20),
        Column(_("Number given by"), 26),
        Column(_("Reason"), 40),
    ]


def register_rows(unit: Unit, narrowed: RegisterFilter) -> Iterator[list[Any]]:
    """Yield the whole register as rows, oldest first as on paper; secret numbers have their day alone."""
    names = kind_names()
    for number in _numbers(unit, narrowed).order_by("dated", "drawn_at", "id").iterator(chunk_size=_CHUNK):
        line = _line(number, names)
        document = line.document
        yield [
            number.value,
            document.notation if document is not None else "",
            number.dated,
            line.kind_name,
            document.summary if document is not None else "",
            document.get_state_display() if document is not None else number.get_state_display(),
            document.get_medium_display() if document is not None else "",
            number.drawn_by.display_name,
            number.reason,
        ]


def workbook(unit: Unit, narrowed: RegisterFilter) -> IO[bytes]:
    """Write the register as .xlsx in constant memory to an unnamed file; cells are text, whatever they begin with."""
    return table_file(columns=register_columns(), rows=register_rows(unit, narrowed), sheet_name=_("Register"))
