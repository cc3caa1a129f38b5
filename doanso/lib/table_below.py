"""Preparation of the rows below a head: cells merged downwards are filled in, texts of old encodings decoded."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal, NamedTuple

from doanso.lib import old_encodings
from doanso.lib.old_encodings import Encoding
from doanso.lib.sheet_headings import Cell, Place, Row, TableHead, filled_places

DoubtCode = Literal[
    "alone", "below_alone", "below_signature", "other_columns", "font_mixed", "font_doubtful", "font_converted"
]


class RowDoubt(NamedTuple):
    """A doubt about a row by its place or encoding: the column's key (empty for the whole row), its code, and texts for the
    warning."""

    column: str
    code: DoubtCode
    values: tuple[str, ...] = ()


class SkippedRow(NamedTuple):
    """A non-empty row that is not part of the list."""

    number: int
    kind: Literal["group", "total", "signature", "numbering", "heading", "note"]
    text: str


def decode_row(row: Row, encoding: Encoding) -> list[Cell]:
    return [old_encodings.decode(cell, encoding) if isinstance(cell, str) else cell for cell in row]


class ColumnFonts:
    """The encoding of each column, judged by a sample of rows."""

    def __init__(self, judged: Sequence[Row], head: Encoding | None = None) -> None:
        evidence: dict[int, old_encodings.ColumnEvidence] = {}
        for row in judged:
            for place, cell in enumerate(row):
                if isinstance(cell, str) and not cell.isascii():
                    evidence.setdefault(place, old_encodings.ColumnEvidence()).add(cell)
        self._verdicts = {place: column.verdict() for place, column in evidence.items()}
        # A column of few words may be valid in any encoding: then it has that of the head, or of other columns.
        sure = [verdict for verdict in self._verdicts.values() if verdict in ("tcvn3", "vni")]
        around = head or next(iter(sure), None)
        for place, column in evidence.items():
            if around and not self._verdicts[place] and column.may_be(around):
                self._verdicts[place] = around
            elif head and self._verdicts[place] == "unclear" and not column.unicode:
                self._verdicts[place] = head
        self._leans: dict[int, Encoding] = {
            place: "vni" if column.as_vni > column.as_tcvn3 else "tcvn3" for place, column in evidence.items()
        }

    def encoding(self, place: int) -> str:
        """Return the old encoding of a whole column; empty for Unicode and when in doubt."""
        verdict = self._verdicts.get(place, "")
        return verdict if verdict in {"tcvn3", "vni"} else ""

    def read(self, row: Row) -> tuple[Row, dict[int, DoubtCode]]:
        """Return the row in Unicode, and the doubts about its encoding by place."""
        doubts: dict[int, DoubtCode] = {}
        changed: list[Cell] | None = None
        for place, cell in enumerate(row):
            if not isinstance(cell, str) or cell.isascii():
                continue
            verdict = self._verdicts.get(place, "")
            if verdict in ("tcvn3", "vni"):
                if old_encodings.surely_unicode(cell):
                    doubts[place] = "font_mixed"
                elif (read := old_encodings.decode(cell, verdict)) != cell:
                    changed = changed or list(row)
                    changed[place] = read
                    doubts[place] = "font_converted"
            elif old_encodings.encodings_of(cell):
                doubts[place] = "font_mixed"
            elif verdict == "mixed" and old_encodings.may_be_garbled(cell, self._leans[place]):
                doubts[place] = "font_doubtful"
        return changed or row, doubts


class RowBelow(NamedTuple):
    """A row below the head: Excel's number, its own cells, and its cells with those merged down from rows above."""

    number: int
    own: Row
    with_merged: Row


def filled_down(
    rows: Iterable[Row], head: TableHead, merged: Sequence[tuple[int, int, int, int]]
) -> Iterator[RowBelow]:
    """Yield the rows, with cells merged over several rows copied into each of them in the columns of the list."""
    mapped = {place for places in head.columns.values() for place in places_of(places)}
    begin = {(first, left): last for first, left, last, _right in merged if left in mapped and first > head.last}
    running: dict[int, tuple[int, Cell]] = {}
    for line, row in enumerate(rows, head.last + 1):
        merged_row: list[Cell] | None = None
        if running:
            running = {place: (last, cell) for place, (last, cell) in running.items() if last >= line}
            for place, (_last, cell) in running.items():
                if cell_at(row, place) is None:
                    merged_row = merged_row or [*row, *[None] * (max(running) + 1 - len(row))]
                    merged_row[place] = cell
        if begin:
            for place in mapped:
                last = begin.get((line, place))
                if last is not None and (cell := cell_at(row, place)) is not None:
                    running[place] = (last, cell)
        yield RowBelow(line + 1, row, row if merged_row is None else merged_row)


def places_of(place: Place) -> tuple[int, ...]:
    if isinstance(place, dict):
        return tuple(place.values())
    return place if isinstance(place, tuple) else (place,)


def cell_at(row: Row, place: int) -> Cell:
    cell = row[place] if place < len(row) else None
    return None if isinstance(cell, str) and not cell.strip() else cell


def cell_text(row: Row, place: int) -> str:
    cell = cell_at(row, place)
    return "" if cell is None else str(cell)


def has_figures(row: Row) -> bool:
    """Return whether any cell is a number or a day, or holds a digit."""
    return any(
        any(map(str.isdigit, cell)) if isinstance(cell, str) else True
        for cell in (row[place] for place in filled_places(row))
    )


def date_of(day: Cell, month: Cell, year: Cell) -> Cell:
    """Return day, month and year as one cell; missing parts at its beginning are left out."""
    parts = [part for part in (day, month, year) if part is not None]
    if len(parts) < 2:
        return parts[0] if parts else None
    return "/".join(
        str(int(part)) if isinstance(part, float) and part.is_integer() else str(part).strip() for part in parts
    )
