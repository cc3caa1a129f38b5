"""Cell references in formulas, adjusted as Excel does when rows are inserted or a formula is copied."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_CELL = r"\$?[A-Za-z]{1,3}\$?[0-9]{1,7}"
_SHEET = r"(?:'(?:[^']|'')*'|(?:\[[0-9]+\])?[^\W0-9][\w.]*)!"
_FOUND = re.compile(
    rf"""
    "(?:[^"]|"")*"                                                          # text, in which nothing is a reference
    | (?<![\w.$\]!'])(?P<sheet>{_SHEET})?(?P<first>{_CELL})(?::(?P<last>{_CELL}))?(?![\w.(!\[])
    | (?<![\w.$:\]!'])(?P<sheet_of_rows>{_SHEET})?(?P<top>\$?[0-9]{{1,7}}):(?P<bottom>\$?[0-9]{{1,7}})(?![\w.:])
    | \[[^\]]*\]                                                             # a column of a table, by its heading
    """,
    re.VERBOSE,
)
_PARTS = re.compile(r"(\$?)([A-Za-z]{1,3})(\$?)([0-9]{1,7})")
BROKEN = "#REF!"


@dataclass(frozen=True, slots=True)
class CellReference:
    """One cell, counted from 1; an absolute part does not change when the formula is copied."""

    row: int
    column: int
    row_fixed: bool = False
    column_fixed: bool = False

    def __str__(self) -> str:
        return f"{'$' * self.column_fixed}{letters(self.column)}{'$' * self.row_fixed}{self.row}"


@dataclass(frozen=True, slots=True)
class Insertion:
    """Rows inserted into a sheet directly below one row; ranges that end with that row grow."""

    sheet: str
    after: int
    count: int

    def moved(self, row: int) -> int:
        """Return a row's number after the insertion."""
        return row + self.count if row > self.after else row

    def span(self, top: int, bottom: int, own_row: int | None = None) -> tuple[int, int]:
        """Return a range of rows after the insertion. A range that is only the formula's `own_row` stays in that row."""
        if bottom == self.after and not top == bottom == own_row:
            return top, bottom + self.count
        return self.moved(top), self.moved(bottom)


def letters(column: int) -> str:
    """Return a column's letters: "AA" for 27."""
    text = ""
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    """Return a column's number: 27 for "AA"."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number


def ref(text: str) -> CellReference | None:
    """Return one cell's address from its text in a formula; None if it is not one."""
    match = _PARTS.fullmatch(text)
    if match is None:
        return None
    row, column = int(match[4]), column_number(match[2])
    if not (1 <= row <= LAST_ROW and column <= LAST_COLUMN):
        return None
    return CellReference(row, column, bool(match[3]), bool(match[1]))


def area(text: str) -> tuple[CellReference, CellReference] | None:
    """Return the two corners of "B2" or "B2:D9"; None for anything else."""
    first, _colon, last = text.partition(":")
    corners = ref(first), ref(last or first)
    if corners[0] is None or corners[1] is None:
        return None
    return corners[0], corners[1]


def sheet_name(prefix: str) -> str:
    """Return the name of a sheet from a reference's prefix, without quotes and exclamation mark: "'Sheet 1'!" is Sheet 1."""
    name = prefix.removesuffix("!")
    return name[1:-1].replace("''", "'") if name.startswith("'") else name


def with_rows_inserted(formula: str, insertion: Insertion, *, own_sheet: str, own_row: int | None = None) -> str:
    """Return a formula after the insertion. `own_sheet` is the sheet of references without one."""

    def meant(prefix: str | None) -> bool:
        name = sheet_name(prefix) if prefix else own_sheet
        return name.lower() == insertion.sheet.lower()

    def changed(first: CellReference, last: CellReference | None) -> tuple[CellReference, CellReference | None]:
        if last is None:
            return replace(first, row=insertion.moved(first.row)), None
        top, bottom = insertion.span(first.row, last.row, own_row)
        return replace(first, row=top), replace(last, row=bottom)

    def rows(top: int, bottom: int) -> tuple[int, int]:
        return insertion.span(top, bottom, own_row)

    return _rewritten(formula, meant, changed, rows)


def copied_down(formula: str, rows: int, columns: int = 0) -> str:
    """Return a formula as it reads when its cell is copied this many rows down and columns to the right."""

    def moved(cell: CellReference) -> CellReference:
        return replace(
            cell,
            row=cell.row if cell.row_fixed else cell.row + rows,
            column=cell.column if cell.column_fixed else cell.column + columns,
        )

    return _rewritten(
        formula,
        lambda _prefix: True,
        lambda first, last: (moved(first), None if last is None else moved(last)),
        lambda top, bottom: (top, bottom),
    )


def _rewritten(
    formula: str,
    is_on_sheet: Callable[[str | None], bool],
    changed: Callable[[CellReference, CellReference | None], tuple[CellReference, CellReference | None]],
    rows: Callable[[int, int], tuple[int, int]],
) -> str:
    def rewrite(match: re.Match[str]) -> str:
        if match["top"] is not None:
            if not is_on_sheet(match["sheet_of_rows"]):
                return match[0]
            marks = ["$" * match[side].startswith("$") for side in ("top", "bottom")]
            top, bottom = rows(int(match["top"].lstrip("$")), int(match["bottom"].lstrip("$")))
            return f"{match['sheet_of_rows'] or ''}{marks[0]}{top}:{marks[1]}{bottom}"
        if match["first"] is None or not is_on_sheet(match["sheet"]):
            return match[0]
        first, last = ref(match["first"]), ref(match["last"]) if match["last"] else None
        if first is None or (last is None and match["last"]):
            return match[0]
        begins, ends = changed(first, last)
        corners = [begins] if ends is None else [begins, ends]
        if any(not (1 <= corner.row <= LAST_ROW and 1 <= corner.column <= LAST_COLUMN) for corner in corners):
            return f"{match['sheet'] or ''}{BROKEN}"
        return f"{match['sheet'] or ''}{':'.join(map(str, corners))}"

    return _FOUND.sub(rewrite, formula)
