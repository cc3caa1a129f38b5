"""The register of what a unit issued: its numbers, newest first, as a page and as a file."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.documents.models import Direction, Document, Number, NumberState
from doanso.documents.queries.documents import kind_names
from doanso.lib import vietnamese
from doanso.lib.paging import page_rows
from doanso.lib.spreadsheet import Column, table_file
from doanso.units.models import Unit

PAGE = 50
_CHUNK = 500


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What a register is narrowed to."""

    direction: str = Direction.OUT
    kind: str = ""
    words: str = ""
    year: int | None = None


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """A number of the register, with its document where it has one; of a secret one there is nothing else."""

    number: Number
    document: Document | None
    kind_name: str


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """One page of a register, newest first."""

    lines: Sequence[RegisterLine]
    number: int
    more: bool


def offices() -> QuerySet[Unit]:
    """The units that keep books: branches have no office."""
    return Unit.objects.exclude(kind="branch")


def kept_free(unit: Unit) -> QuerySet[Number]:
    """The numbers of a unit that are kept free."""
    return Number.objects.filter(unit=unit, state=NumberState.RESERVED)


def _numbers(unit: Unit, narrowed: Narrowed) -> QuerySet[Number]:
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


def register(unit: Unit, narrowed: Narrowed, *, number: int = 1) -> RegisterPage:
    """Numbers that a unit gave, newest first; the caller has asked the policy of the register. Constant statements."""
    rows, more = page_rows(_numbers(unit, narrowed), number, PAGE)
    names = kind_names()
    return RegisterPage([_line(row, names) for row in rows], number, more)


def _line(number: Number, names: dict[str, str]) -> RegisterLine:
    document = getattr(number, "document", None)
    kind = document.kind if document is not None else number.series.kind
    return RegisterLine(number, document, names.get(kind, kind))


def columns() -> list[Column]:
    """The columns of the register as a file."""
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


def rows(unit: Unit, narrowed: Narrowed) -> Iterator[list[Any]]:
    """The whole register as rows of a file, oldest first as on paper; of secret numbers the day alone."""
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


def workbook(unit: Unit, narrowed: Narrowed) -> IO[bytes]:
    """An .xlsx, written in constant memory to a file without a name; words stay words, whatever they begin with."""
    return table_file(columns=columns(), rows=rows(unit, narrowed), sheet_name=_("Register"))
