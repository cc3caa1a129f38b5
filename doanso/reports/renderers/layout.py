"""A superior's own workbook, filled: its named cells get the report's figures, everything else stays unchanged.

`read_layout` lists the names a workbook uses and their errors; `fill_layout` fills it. Formulas are kept without their last
results, so that Excel and LibreOffice recalculate them. The names are in `layout_names`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from lxml import etree

from doanso.lib import formats
from doanso.lib.problems import Problem, Refused
from doanso.lib.vietnamese import fold
from doanso.reports.content import ReportContent
from doanso.reports.renderers import layout_names as names
from doanso.reports.renderers.package import (
    CellRange,
    DefinedName,
    LayoutPackage,
    damaged_problem,
    open_package,
    sheet_tag,
)
from doanso.reports.renderers.references import CellReference, Insertion, letters
from doanso.reports.renderers.sheet import WorksheetXml, insert_everywhere
from doanso.reports.renderers.values import CellFigure

MOST_ROWS = 2_000
"""The maximum number of unit rows in a layout."""
_DATE_FORMATS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}
_PERCENT_FORMATS = {9, 10}
_DAY_ZERO, _DAY_ZERO_1904 = date(1899, 12, 30), date(1904, 1, 1)
# Elements that may precede the one that requests recalculation, nearest first.
_BEFORE_CALCULATION = ("definedNames", "externalReferences", "functionGroups", "sheets")
_WORDS_IN_CODE = re.compile(r"\"[^\"]*\"|\[[^\]]*\]|\\.|General", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Filled:
    """A named cell, or column of unit rows, with its value. Sheet and cell as Excel displays them."""

    name: str
    sheet: str
    cell: str
    meaning: str
    value: str
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Unknown:
    """A name that has our prefix but does not exist, with the nearest existing one."""

    name: str
    nearest: str


@dataclass(frozen=True, slots=True)
class LayoutPlan:
    """The named cells and unit rows of a workbook, with their errors."""

    cells: tuple[Filled, ...]
    unknown: tuple[Unknown, ...]
    problems: tuple[str, ...]
    # The number of rows for units; 0 without any.
    rows: int = 0
    formulas: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether every name is valid and there is no error."""
        return not self.unknown and not self.problems and not any(cell.problem for cell in self.cells)


def read_layout(file: bytes, content: ReportContent, *, base: str = "") -> LayoutPlan:
    """Return the names of the workbook and their values in this report. Refused for a file that is not a readable workbook."""
    with _sound():
        return _Layout(open_package(file), content, base).plan()


def fill_layout(file: bytes, content: ReportContent, *, base: str) -> bytes:
    """Return the workbook with the report's figures in its named cells; other names stay unchanged."""
    with _sound():
        layout = _Layout(open_package(file), content, base)
        layout.fill()
        return layout.package.save()


@contextmanager
def _sound() -> Iterator[None]:
    """Convert any violation of the workbook format into the refusal of a damaged file."""
    try:
        yield
    except (ValueError, TypeError, LookupError, AttributeError) as error:
        raise Refused(damaged_problem()) from error


class _Layout:
    """One workbook and one report."""

    def __init__(self, package: LayoutPackage, content: ReportContent, base: str) -> None:
        self.package = package
        self.content = content
        self.entries = names.entries(content, base=base)
        self.columns = names.columns(content)
        self.sheets: dict[str, WorksheetXml] = {}
        self.looks = _LayoutStyles(self.package)
        own_names = [
            defined_name
            for defined_name in self.package.defined_names()
            if defined_name.name.lower().startswith(names.PREFIX)
        ]
        self.cells = [defined_name for defined_name in own_names if defined_name.name.lower() in self.entries]
        self.in_rows = [defined_name for defined_name in own_names if defined_name.name.lower() in self.columns]
        self.blocks = [defined_name for defined_name in own_names if defined_name.name.lower() == names.BLOCK]
        known_names = {*self.entries, *self.columns, names.BLOCK}
        self.unknown = [defined_name for defined_name in own_names if defined_name.name.lower() not in known_names]

    def sheet(self, name: str) -> WorksheetXml:
        if name not in self.sheets:
            self.sheets[name] = WorksheetXml(self.package, name)
        return self.sheets[name]

    def home(self, place: CellRange) -> CellReference:
        return self.sheet(place.sheet).home(place.first)

    # --- Reading --------------------------------------------------------------------------------------------------------

    def plan(self) -> LayoutPlan:
        known_names = [*self.entries, *self.columns, names.BLOCK]
        cells = [
            self._filled_cell(defined_name, self.entries[defined_name.name.lower()].meaning)
            for defined_name in self.cells
        ]
        cells += [
            self._filled_cell(defined_name, self.columns[defined_name.name.lower()]) for defined_name in self.in_rows
        ]
        block = self._block()
        return LayoutPlan(
            cells=tuple(cells),
            unknown=tuple(
                Unknown(defined_name.name, names.nearest_name(defined_name.name, known_names))
                for defined_name in self.unknown
            ),
            problems=tuple(self._problems(block)),
            rows=block.last.row - block.first.row + 1 if block is not None else 0,
            formulas=sum(self._formula_count(part) for part in self.package.sheets.values()),
        )

    def _formula_count(self, part: str) -> int:
        return sum(1 for _one in self.package.tree(part).iter(sheet_tag("f")))

    def _filled_cell(self, defined_name: DefinedName, meaning: str) -> Filled:
        name = defined_name.name.lower()
        if defined_name.place is None:
            return Filled(defined_name.name, "", "", meaning, "", _("It points to no cell of this workbook."))
        cell_ref = self.home(defined_name.place)
        is_column = name in self.columns
        cell = letters(cell_ref.column) if is_column else f"{letters(cell_ref.column)}{cell_ref.row}"
        value = _("one for each unit") if is_column else names.display_value(self.entries[name].value)
        problem = ""
        if self.sheet(defined_name.place.sheet).formula(cell_ref):
            problem = _("A formula stands there; it stays and nothing is filled in.")
        elif is_column and not self._is_in_block(defined_name.place):
            problem = _("It does not lie in the rows named ds_dong.")
        elif not is_column and self._is_wide(defined_name.place, cell_ref):
            problem = _("It points to several cells; only the first one is filled.")
        return Filled(defined_name.name, defined_name.place.sheet, cell, meaning, value, problem)

    def _is_wide(self, place: CellRange, home: CellReference) -> bool:
        if (place.first.row, place.first.column) == (place.last.row, place.last.column):
            return False
        merges = self.sheet(place.sheet).merges()
        return not any(merge.holds(home) and merge.holds(place.last) for merge in merges)

    def _block(self) -> CellRange | None:
        named = next((defined_name.place for defined_name in self.blocks if defined_name.place is not None), None)
        if named is None:
            return None
        # Whole columns may be named; no superior has that many units below.
        end = min(named.last.row, named.first.row + MOST_ROWS - 1)
        return replace(named, last=replace(named.last, row=end))

    def _is_in_block(self, place: CellRange) -> bool:
        block = self._block()
        return block is not None and block.sheet == place.sheet and block.first.row <= place.first.row <= block.last.row

    def _problems(self, block: CellRange | None) -> list[str]:
        problems = []
        if not self.cells and not self.in_rows:
            problems.append(_("No cell is named yet. Name cells in Excel (Formulas, Name Manager) as in the example."))
        if self.blocks and block is None:
            problems.append(_("ds_dong points to no rows of this workbook."))
        if len([defined_name for defined_name in self.blocks if defined_name.place is not None]) > 1:
            problems.append(_("ds_dong is given twice; only one sheet can have a row for each unit."))
        if block is not None and not any(
            self._is_in_block(defined_name.place) for defined_name in self.in_rows if defined_name.place is not None
        ):
            problems.append(
                _("No column of the rows ds_dong is named; name a cell in them for each column, as ds_cot_don_vi.")
            )
        if any(part.startswith("xl/externalLinks/") for part in self.package.names()):
            problems.append(
                _("Formulas take figures from another file, which nobody but you has. Remove those links in Excel.")
            )
        if self.package.part_of("connections"):
            problems.append(
                _("The workbook fetches data from elsewhere when it is opened. Remove its connections in Excel.")
            )
        return problems

    # --- Filling --------------------------------------------------------------------------------------------------------

    def fill(self) -> None:
        """Fill the workbook. Unit rows come first, because they move the cells and names below them."""
        block = self._block()
        if block is not None:
            self._fill_rows(block)
        for defined_name in self.package.defined_names():
            entry = self.entries.get(defined_name.name.lower())
            if entry is not None and defined_name.place is not None:
                self._put(defined_name.place.sheet, self.home(defined_name.place), entry.value)
        self._calculate_anew()

    def _put(self, sheet: str, cell_ref: CellReference, value: names.Value) -> None:
        of = self.sheet(sheet)
        if not of.formula(cell_ref):
            of.put(cell_ref, self.looks.plain(value, of.style(cell_ref)))

    def _fill_rows(self, block: CellRange) -> None:
        units = self.content.units
        sheet = self.sheet(block.sheet)
        used = {
            defined_name.name.lower(): defined_name.place.first.column
            for defined_name in self.in_rows
            if defined_name.place is not None and self._is_in_block(defined_name.place)
        }
        seats = _seats(sheet, block, used.get(names.UNIT_COLUMN), [unit.unit for unit in units], self._shared_texts())
        free = list(seats.free)
        missing = len(units) - len(seats.typed) - len(free)
        if missing > 0:
            if any(kind == "pivotTable" for kind, _to in self.package.links(sheet.part).values()):
                message = _(
                    "The layout has %(rows)d rows for %(units)d units. Give it more rows in Excel and upload it anew."
                )
                rows = block.last.row - block.first.row + 1
                raise Refused(Problem("layout_rows", message % {"rows": rows, "units": len(units)}, "layout"))
            insert_everywhere(self.package, sheet, Insertion(block.sheet, block.last.row, missing))
            free += range(block.last.row + 1, block.last.row + missing + 1)
        for place, unit in enumerate(units):
            row = seats.typed.get(place) or free.pop(0)
            values = names.unit_values(self.content, unit)
            for name, column in used.items():
                # The superior's typed unit names stay: their order and spelling are deliberate.
                if not (place in seats.typed and name == names.UNIT_COLUMN):
                    self._put(block.sheet, CellReference(row, column), values[name])
        for row in [*free, *seats.others]:
            for name, column in used.items():
                if not (row in seats.others and name == names.UNIT_COLUMN):
                    self._put(block.sheet, CellReference(row, column), None)

    def _shared_texts(self) -> list[str]:
        part = self.package.part_of("sharedStrings")
        return (
            ["".join(shared_text.itertext(sheet_tag("t"))) for shared_text in self.package.tree(part)] if part else []
        )

    def _calculate_anew(self) -> None:
        """Drop the results of formulas, and request recalculation when the workbook is opened."""
        for name, part in self.package.sheets.items():
            if next(self.package.tree(part).iter(sheet_tag("f")), None) is not None:
                self.sheet(name).forget_results()
        if chain := self.package.part_of("calcChain"):
            self.package.drop(chain)
        workbook: Any = self.package.edit(self.package.workbook_name)
        calculation = workbook.find(sheet_tag("calcPr"))
        if calculation is None:
            calculation = etree.Element(sheet_tag("calcPr"))
            before = next(
                (element for name in _BEFORE_CALCULATION if (element := workbook.find(sheet_tag(name))) is not None),
                None,
            )
            if before is not None:
                before.addnext(calculation)
        calculation.set("fullCalcOnLoad", "1")


@dataclass(frozen=True, slots=True)
class _Seats:
    """The assignment of units to rows: by position in the report where the superior has typed the unit's name, else the free rows
    in order; `others` are typed names that are not in the report."""

    typed: Mapping[int, int]
    free: Sequence[int]
    others: Sequence[int]


def _seats(
    sheet: WorksheetXml, block: CellRange, column: int | None, units: Sequence[str], shared: list[str]
) -> _Seats:
    rows = range(block.first.row, block.last.row + 1)
    # A single row is a template to be repeated; its content is an example.
    if column is None or len(rows) == 1:
        return _Seats({}, rows, ())
    written = {row: fold(sheet.text(CellReference(row, column), shared)).strip() for row in rows}
    folded = [fold(unit).strip() for unit in units]
    typed: dict[int, int] = {}
    for row, words in written.items():
        if not words:
            continue
        alike = [place for place, unit in enumerate(folded) if unit == words and place not in typed]
        # "Phường 4" matches "Đoàn Phường 4" if only one unit ends so.
        alike = alike or [
            place for place, unit in enumerate(folded) if unit.endswith(f" {words}") and place not in typed
        ]
        if len(alike) == 1:
            typed[alike[0]] = row
    if not typed:
        return _Seats({}, rows, ())
    taken = set(typed.values())
    return _Seats(
        typed,
        [row for row, words in written.items() if not words],
        [row for row, words in written.items() if words and row not in taken],
    )


class _LayoutStyles:
    """The meaning of number formats: whether a cell shows a date, or a share in per cent."""

    def __init__(self, package: LayoutPackage) -> None:
        part = package.part_of("styles")
        styles = package.tree(part) if part else None
        own = (
            {}
            if styles is None
            else {
                element.get("numFmtId"): element.get("formatCode", "") for element in styles.iter(sheet_tag("numFmt"))
            }
        )
        looks = None if styles is None else styles.find(sheet_tag("cellXfs"))
        self._codes = (
            []
            if looks is None
            else [(int(element.get("numFmtId") or 0), own.get(element.get("numFmtId"), "")) for element in looks]
        )
        properties = package.workbook.find(sheet_tag("workbookPr"))
        self._zero = (
            _DAY_ZERO_1904 if properties is not None and properties.get("date1904") in {"1", "true"} else _DAY_ZERO
        )

    def plain(self, value: names.Value, style: int) -> str | int | float | None:
        """Return a value as it is written into a cell of this style."""
        number, code = self._codes[style] if style < len(self._codes) else (0, "")
        if isinstance(value, date):
            letters_left = _WORDS_IN_CODE.sub("", code).lower()
            is_day = number in _DATE_FORMATS or any(letter in letters_left for letter in "dmy")
            return (value - self._zero) // timedelta(days=1) if is_day else formats.day(value)
        if isinstance(value, CellFigure):
            if not value.is_share or number in _PERCENT_FORMATS or "%" in code:
                return value.number
            points = round(value.number * 100, 6)
            return int(points) if points == int(points) else points
        return value
