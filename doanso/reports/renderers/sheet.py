"""One sheet's XML: cells written without changing their style, and rows inserted as Excel would."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from lxml import etree

from doanso.official_form.word_markup import strip_invalid
from doanso.reports.renderers.package import LayoutPackage, sheet_tag
from doanso.reports.renderers.references import (
    CellReference,
    Insertion,
    area,
    copied_down,
    letters,
    ref,
    with_rows_inserted,
)

_LONGEST_TEXT = 32_767
_PRESERVE = "{http://www.w3.org/XML/1998/namespace}space"
# Elements of a sheet, also of its newer extensions, whose text is a formula or an area.
_FORMULAS = {"formula", "formula1", "formula2"}
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_CHART_FORMULA = "{http://schemas.openxmlformats.org/drawingml/2006/chart}f"
_NOTE_ROW = re.compile(r"(<x:Row>)\s*(\d+)\s*(</x:Row>)")
_NOTE_ANCHOR = re.compile(r"(<x:Anchor>)([\d,\s]+)(</x:Anchor>)")


@dataclass(frozen=True, slots=True)
class MergedCells:
    """A merged area of cells."""

    first: CellReference
    last: CellReference

    def holds(self, cell: CellReference) -> bool:
        """Return whether the cell is in the area."""
        return self.first.row <= cell.row <= self.last.row and self.first.column <= cell.column <= self.last.column


class WorksheetXml:
    """One sheet of a package, by its name."""

    def __init__(self, package: LayoutPackage, name: str) -> None:
        self.package = package
        self.name = name
        self.part = package.sheets[name]
        self.tree: Any = package.edit(self.part)
        self._data: Any = self.tree.find(sheet_tag("sheetData"))
        self._number_all()
        self._rows = {int(row.get("r")): row for row in self._data}

    def _number_all(self) -> None:
        """Give every row and cell an explicit position: it may be omitted, meaning the one after its predecessor."""
        last = 0
        for row in self._data:
            last = int(row.get("r") or last + 1)
            row.set("r", str(last))
            column = 0
            for cell in row:
                place = ref(cell.get("r") or "")
                column = place.column if place is not None else column + 1
                cell.set("r", f"{letters(column)}{last}")

    def merges(self) -> list[MergedCells]:
        """Return all merged areas."""
        areas = [area(element.get("ref", "")) for element in self.tree.iter(sheet_tag("mergeCell"))]
        return [MergedCells(*corners) for corners in areas if corners is not None]

    def home(self, cell: CellReference) -> CellReference:
        """Return the visible cell: the first one of a merged area."""
        return next((merge.first for merge in self.merges() if merge.holds(cell)), cell)

    # --- Cells ----------------------------------------------------------------------------------------------------------

    def find(self, cell_ref: CellReference) -> Any:
        """Return the cell's element, or None if it has neither content nor style."""
        row = self._rows.get(cell_ref.row)
        name = f"{letters(cell_ref.column)}{cell_ref.row}"
        return None if row is None else next((cell for cell in row if cell.get("r") == name), None)

    def formula(self, cell_ref: CellReference) -> bool:
        """Return whether the cell has a formula."""
        cell = self.find(cell_ref)
        return cell is not None and cell.find(sheet_tag("f")) is not None

    def style(self, cell_ref: CellReference) -> int:
        """Return the number of the cell's style; an empty cell takes that of its row or column."""
        cell = self.find(cell_ref)
        if cell is not None:
            return int(cell.get("s") or 0)
        row = self._rows.get(cell_ref.row)
        if row is not None and row.get("s") and row.get("customFormat") in {"1", "true"}:
            return int(row.get("s"))
        for column in self.tree.iter(sheet_tag("col")):
            if int(column.get("min")) <= cell_ref.column <= int(column.get("max")):
                return int(column.get("style") or 0)
        return 0

    def text(self, cell_ref: CellReference, shared: list[str]) -> str:
        """Return the cell's text; "" if its content is not text."""
        cell = self.find(cell_ref)
        if cell is None:
            return ""
        if cell.get("t") == "s":
            place = int(cell.findtext(sheet_tag("v")) or -1)
            return shared[place] if 0 <= place < len(shared) else ""
        if cell.get("t") == "inlineStr":
            return "".join(cell.itertext())
        return cell.findtext(sheet_tag("v")) or "" if cell.get("t") == "str" else ""

    def put(self, cell_ref: CellReference, value: str | int | float | None) -> None:
        """Write a number, a text or nothing; the style is kept."""
        cell = self.find(cell_ref)
        if cell is None:
            if value is None or value == "":
                return
            cell = self._new(cell_ref)
        for inside in list(cell):
            cell.remove(inside)
        cell.attrib.pop("t", None)
        # A reference to metadata belonged to the previous content.
        cell.attrib.pop("vm", None)
        cell.attrib.pop("cm", None)
        if value is None or value == "":
            return
        if isinstance(value, str):
            cell.set("t", "inlineStr")
            words = etree.SubElement(etree.SubElement(cell, sheet_tag("is")), sheet_tag("t"))
            words.text = strip_invalid(value)[:_LONGEST_TEXT]
            words.set(_PRESERVE, "preserve")
        else:
            etree.SubElement(cell, sheet_tag("v")).text = repr(value)

    def _new(self, cell_ref: CellReference) -> Any:
        style = self.style(cell_ref)
        row = self._rows.get(cell_ref.row)
        if row is None:
            row = etree.Element(sheet_tag("row"), r=str(cell_ref.row))
            before = max((number for number in self._rows if number < cell_ref.row), default=None)
            if before is None:
                self._data.insert(0, row)
            else:
                self._rows[before].addnext(row)
            self._rows[cell_ref.row] = row
        # Only a hint, and outdated after the insertion.
        row.attrib.pop("spans", None)
        cell = etree.Element(sheet_tag("c"), r=f"{letters(cell_ref.column)}{cell_ref.row}")
        if style:
            cell.set("s", str(style))
        place = sum(
            1
            for sibling in row
            if (sibling_ref := ref(sibling.get("r"))) is not None and sibling_ref.column < cell_ref.column
        )
        row.insert(place, cell)
        return cell

    def forget_results(self) -> None:
        """Drop the cached results of formulas, so that no outdated figure is shown where nothing recalculates."""
        for cell in self._data.iter(sheet_tag("c")):
            if cell.find(sheet_tag("f")) is not None:
                for old in cell.findall(sheet_tag("v")):
                    cell.remove(old)
                cell.attrib.pop("t", None)

    # --- Rows -----------------------------------------------------------------------------------------------------------

    def insert(self, insertion: Insertion) -> None:
        """Insert rows styled like the one above them, with its formulas and its merged cells."""
        self._spell_shared_formulas()
        model = self._rows.get(insertion.after)
        self._move_below(insertion)
        self._rewrite(insertion)
        if model is not None:
            for down in range(insertion.count, 0, -1):
                model.addnext(self._copied(model, down))
        self._merge_like(insertion)
        self._rows = {int(row.get("r")): row for row in self._data}
        self._move_drawings(insertion)
        self._move_notes(insertion)

    def _copied(self, model: Any, down: int) -> Any:
        row = deepcopy(model)
        number = int(model.get("r")) + down
        row.set("r", str(number))
        for cell in row:
            place = ref(cell.get("r"))
            if place is not None:
                cell.set("r", f"{letters(place.column)}{number}")
            formula = cell.find(sheet_tag("f"))
            if formula is not None and formula.text:
                formula.text = copied_down(formula.text, down)
                if formula.get("ref"):
                    formula.set("ref", copied_down(formula.get("ref"), down))
        return row

    def _spell_shared_formulas(self) -> None:
        """Write shared formulas out into each of their cells, since these will be moved apart."""
        shared_formulas: dict[str, tuple[CellReference, str]] = {}
        for cell in self._data.iter(sheet_tag("c")):
            formula, cell_ref = cell.find(sheet_tag("f")), ref(cell.get("r"))
            if formula is None or cell_ref is None or formula.get("t") != "shared":
                continue
            key = formula.get("si", "")
            if formula.text:
                shared_formulas[key] = cell_ref, formula.text
            elif key in shared_formulas:
                first, text = shared_formulas[key]
                formula.text = copied_down(text, cell_ref.row - first.row, cell_ref.column - first.column)
            for name in ("t", "si", "ref"):
                formula.attrib.pop(name, None)

    def _move_below(self, insertion: Insertion) -> None:
        for row in self._data:
            number = int(row.get("r"))
            if number > insertion.after:
                row.set("r", str(number + insertion.count))
                for cell in row:
                    place = ref(cell.get("r"))
                    if place is not None:
                        cell.set("r", f"{letters(place.column)}{number + insertion.count}")

    def _rewrite(self, insertion: Insertion) -> None:
        """Adjust the formulas and areas of this sheet."""
        for element in self.tree.iter():
            if not isinstance(element.tag, str):
                continue
            name = etree.QName(element).localname
            if name == "f" and element.tag == sheet_tag("f"):
                cell_ref = ref(element.getparent().get("r"))
                # Rows were moved before: rows below already have their numbers after the insertion.
                own = cell_ref.row if cell_ref is not None and cell_ref.row <= insertion.after else None
                element.text = self._inserted(element.text, insertion, own)
                if element.get("ref"):
                    element.set("ref", self._inserted(element.get("ref"), insertion, own) or "")
            elif name in _FORMULAS or name == "f":
                element.text = self._inserted(element.text, insertion)
            elif name == "sqref":
                element.text = self._areas(element.text, insertion)
            elif name == "brk" and element.getparent().tag == sheet_tag("rowBreaks"):
                number = int(element.get("id", "0"))
                element.set("id", str(number + insertion.count if number >= insertion.after else number))
            elif name == "mergeCell":
                self._move_merge(element, insertion)
            else:
                for attribute in ("ref", "sqref", "activeCell"):
                    if element.get(attribute):
                        element.set(attribute, self._areas(element.get(attribute), insertion) or "")

    def _inserted(self, text: str | None, insertion: Insertion, own_row: int | None = None) -> str | None:
        return with_rows_inserted(text, insertion, own_sheet=self.name, own_row=own_row) if text else text

    def _areas(self, text: str | None, insertion: Insertion) -> str | None:
        return " ".join(self._inserted(reference, insertion) or "" for reference in text.split()) if text else text

    def _move_merge(self, element: Any, insertion: Insertion) -> None:
        corners = area(element.get("ref", ""))
        # An area within the template row is repeated in each new row instead of growing.
        if corners is not None and not corners[0].row == corners[1].row == insertion.after:
            element.set("ref", self._inserted(element.get("ref"), insertion) or "")

    def _merge_like(self, insertion: Insertion) -> None:
        holder = self.tree.find(sheet_tag("mergeCells"))
        if holder is None:
            return
        for element in list(holder):
            corners = area(element.get("ref", ""))
            if corners is not None and corners[0].row == corners[1].row == insertion.after:
                for down in range(1, insertion.count + 1):
                    etree.SubElement(holder, sheet_tag("mergeCell"), ref=copied_down(element.get("ref"), down))
        if holder.get("count"):
            holder.set("count", str(len(holder)))

    # --- What hangs on rows in other parts ------------------------------------------------------------------------------

    def _linked(self, *kinds: str) -> Iterator[str]:
        for kind, target in self.package.links(self.part).values():
            if kind in kinds and target in self.package.names():
                yield target

    def _move_drawings(self, insertion: Insertion) -> None:
        """Move pictures and charts below down; one beside the rows is stretched with them."""
        for name in self._linked("drawing"):
            for marker in self.package.edit(name).iter(f"{_DRAWING}from", f"{_DRAWING}to"):
                row = marker.find(f"{_DRAWING}row")
                # Drawing anchors count from 0.
                row.text = str(insertion.moved(int(row.text) + 1) - 1)

    def _move_notes(self, insertion: Insertion) -> None:
        for name in self._linked("comments", "threadedComment", "table"):
            for element in self.package.edit(name).iter():
                if isinstance(element.tag, str) and element.get("ref"):
                    element.set("ref", self._areas(element.get("ref"), insertion) or "")
        for name in self._linked("vmlDrawing"):

            def row(match: re.Match[str]) -> str:
                return f"{match[1]}{insertion.moved(int(match[2]) + 1) - 1}{match[3]}"

            def anchor(match: re.Match[str]) -> str:
                sides = [int(side_text) for side_text in match[2].split(",")]
                if len(sides) == 8:
                    for side in (2, 6):
                        sides[side] = insertion.moved(sides[side] + 1) - 1
                return f"{match[1]}{', '.join(map(str, sides))}{match[3]}"

            self.package.put_text(name, _NOTE_ANCHOR.sub(anchor, _NOTE_ROW.sub(row, self.package.text(name))))


def insert_everywhere(package: LayoutPackage, sheet: WorksheetXml, insertion: Insertion) -> None:
    """Insert rows into one sheet, and adjust all references to it: in other sheets, names, charts."""
    sheet.insert(insertion)
    for name, part in package.sheets.items():
        if name != sheet.name:
            for formula in package.edit(part).iter():
                if (
                    isinstance(formula.tag, str)
                    and etree.QName(formula).localname in {*_FORMULAS, "f"}
                    and formula.text
                ):
                    formula.text = with_rows_inserted(formula.text, insertion, own_sheet=name)
    for defined in package.edit(package.workbook_name).iter(sheet_tag("definedName")):
        if defined.text:
            defined.text = with_rows_inserted(defined.text, insertion, own_sheet="")
    for name in package.names():
        if name.startswith("xl/charts/") and name.endswith(".xml"):
            for formula in package.edit(name).iter(_CHART_FORMULA):
                if formula.text:
                    formula.text = with_rows_inserted(formula.text, insertion, own_sheet="")
