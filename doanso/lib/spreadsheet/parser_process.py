"""The program that opens untrusted workbooks in a sandbox; started by `reading`, never imported by the product.

It gets the open file as standard input and the limits as its arguments, and writes lines of JSON: a sheet, its rows in lots,
and at last `done` or `refused`. It knows nothing of the product and has no secret, so that a file which takes it over gains
nothing.
"""

import json
import os
import re
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from xml.etree import ElementTree

import python_calamine

if TYPE_CHECKING:
    from doanso.lib import zip_bounds
    from doanso.lib.spreadsheet import sheet_parts
else:
    from __main__ import load

    zip_bounds = load(Path(__file__).parents[1] / "zip_bounds.py")
    sheet_parts = load(Path(__file__).with_name("sheet_parts.py"))

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_KEPT_PART = 1 << 22
_LOT_ROWS = 250
_CUT_FROM = 10_000
"""Sheets of more rows with a value are read in parts."""
_WORKBOOK_PART = re.compile(r"xl/(?:workbook\d*\.xml|_rels/workbook\d*\.xml\.rels)")


class WorkbookRefusal(Exception):
    """The reason for refusing the file: a code that `reading` turns into a sentence, and figures for it."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


@dataclass
class SheetFacts:
    """Facts about a sheet that calamine does not give, taken from its XML while that is decompressed."""

    hidden_columns: set[int] = field(default_factory=set)
    hidden_rows: list[int] = field(default_factory=list)
    formulas: int = 0
    uncalculated: int = 0
    zeros: int = 0
    rows: int = 0
    part: str = ""
    merged: list[list[int]] = field(default_factory=list)
    first_uncalculated: str = ""
    first_zero: str = ""


_PREFIX = rb"(?:\w+:)?"
_COLUMN = re.compile(rb"<" + _PREFIX + rb"col\s[^>]*>")
_ATTRIBUTE = re.compile(rb"""(\w+)\s*=\s*["']([^"']*)["']""")
_FORMULA = re.compile(rb"<" + _PREFIX + rb"f[\s>/]")
_ROW = re.compile(rb"<" + _PREFIX + rb"row\s[^>]*>")
_BEGINNING = re.compile(rb"<" + _PREFIX + rb"(?:row|c)[\s>/]")
_VALUE = re.compile(rb"<" + _PREFIX + rb"(?:v|is)[\s>]")
_MERGED = re.compile(rb"<" + _PREFIX + rb"mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)")
_MOST_HIDDEN_ROWS = 150_000
_EMPTY_VALUE = rb"(?:<" + _PREFIX + rb"v\s*/>|<" + _PREFIX + rb"v>\s*</" + _PREFIX + rb"v>)?"
_FORMULA_CELL = (
    rb"<" + _PREFIX + rb'c\s[^>]*?r="([A-Z]+\d+)"[^>]*>\s*'
    rb"<" + _PREFIX + rb"f(?:\s[^>]*)?(?:/>|>[^<]*</" + _PREFIX + rb"f>)\s*"
)
_UNCALCULATED = re.compile(_FORMULA_CELL + _EMPTY_VALUE + rb"\s*</" + _PREFIX + rb"c>")
_ZERO = re.compile(_FORMULA_CELL + rb"<" + _PREFIX + rb"v>0</" + _PREFIX + rb"v>\s*</" + _PREFIX + rb"c>")


def _corner(letters: bytes, number: bytes) -> tuple[int, int]:
    """Return row and column, counted from 0."""
    column = 0
    for letter in letters:
        column = column * 26 + letter - 64
    return int(number) - 1, column - 1


class SheetScan:
    """Scans a sheet's XML incrementally, whole cells at a time."""

    def __init__(self) -> None:
        self.facts = SheetFacts()
        self._rest = b""
        self._in_head = True

    def feed(self, piece: bytes) -> None:
        text = self._rest + piece
        if self._in_head:
            head, separator, _body = text.partition(b"sheetData")
            if not separator and len(text) < _KEPT_PART:
                self._rest = text
                return
            self._read_columns(head)
            self._in_head = False
        # Everything before the beginning of a cell or a row is complete; empty cells and rows have no end tag.
        cut = max(text.rfind(b"<c "), text.rfind(b"<row "))
        if cut < 0:
            cut = max((beginning.start() for beginning in _BEGINNING.finditer(text)), default=0)
        if not cut and len(text) > _KEPT_PART:
            raise WorkbookRefusal("workbook_broken")
        self._read_cells(text[:cut])
        self._rest = text[cut:]

    def finish(self) -> None:
        """Read the buffered rest."""
        if not self._in_head:
            self._read_cells(self._rest)
        for ref in _MERGED.findall(self._rest):
            self.facts.merged.append([*_corner(ref[0], ref[1]), *_corner(ref[2], ref[3])])
        self._rest = b""

    def _read_columns(self, head: bytes) -> None:
        for column in _COLUMN.findall(head):
            attributes = dict(_ATTRIBUTE.findall(column))
            if attributes.get(b"hidden") in (b"1", b"true"):
                first, last = int(attributes.get(b"min", b"1")), int(attributes.get(b"max", b"1"))
                self.facts.hidden_columns.update(range(first - 1, min(last, 16_384)))

    def _read_cells(self, cells: bytes) -> None:
        facts = self.facts
        # Rows that are only formatted are not part of the list; they may be a million.
        facts.rows += sum(_VALUE.search(row) is not None for row in cells.split(b"</row>")[:-1])
        if b" hidden=" in cells:
            for row in _ROW.findall(cells):
                attributes = dict(_ATTRIBUTE.findall(row))
                number = attributes.get(b"r", b"")
                if attributes.get(b"hidden") in (b"1", b"true") and number.isdigit():
                    self._hide(int(number) - 1)
        formulas = len(_FORMULA.findall(cells)) if b"<f" in cells or b":f" in cells else 0
        if not formulas:
            return
        facts.formulas += formulas
        uncalculated, zeros = _UNCALCULATED.findall(cells), _ZERO.findall(cells)
        facts.uncalculated += len(uncalculated)
        facts.zeros += len(zeros)
        if uncalculated and not facts.first_uncalculated:
            facts.first_uncalculated = uncalculated[0].decode("ascii")
        if zeros and not facts.first_zero:
            facts.first_zero = zeros[0].decode("ascii")

    def _hide(self, row: int) -> None:
        if len(self.facts.hidden_rows) < _MOST_HIDDEN_ROWS:
            self.facts.hidden_rows.append(row)


class WorkbookPackage:
    """The zip package of an .xlsx, measured as a whole before anything else reads it."""

    def __init__(self, file: BinaryIO, limits: dict[str, int]) -> None:
        self._zip = zip_bounds.BoundedZip(file, self._zip_bounds(limits))
        self._bounds = self._zip_bounds(limits)
        self._file = file
        self.parts: dict[str, bytes] = {}
        self.strings = ""
        self.scans: dict[str, SheetScan] = {}

    @staticmethod
    def _zip_bounds(limits: dict[str, int]) -> "zip_bounds.ZipBounds":
        return zip_bounds.ZipBounds(limits["members"], limits["unpacked_bytes"], limits["ratio"])

    def cut(self, sheet: str) -> "Iterator[BinaryIO]":
        """Yield the sheet as workbooks of few rows each."""
        again = zip_bounds.BoundedZip(self._file, self._bounds)
        parts = {part.filename: part for part in again.parts}
        others = [
            name
            for name in parts
            if name.lower() in self.parts or name.lower().endswith(("styles.xml", "[content_types].xml"))
        ]
        return sheet_parts.workbooks(lambda name: again.pieces(parts[name]), sheet, self.strings, others)

    def measure(self) -> None:
        """Check the zip's directory, then decompress every part and check its real contents."""
        names = self._zip.names
        if not any(_WORKBOOK_PART.fullmatch(name) for name in names):
            raise WorkbookRefusal("workbook_not_excel")
        if any(name.endswith("vbaproject.bin") or name.startswith("xl/macrosheets/") for name in names):
            raise WorkbookRefusal("workbook_macros")
        self._zip.check_directory()
        for part in self._zip.parts:
            self._check_part(part)

    def _check_part(self, part: zipfile.ZipInfo) -> None:
        name = part.filename.lower()
        scan = None
        if name.startswith("xl/worksheets/") and name.endswith((".xml", ".rels", ".vml")):
            scan = self.scans[part.filename] = SheetScan()
        keep = bytearray() if _WORKBOOK_PART.fullmatch(name) or name == "_rels/.rels" else None
        for piece in self._zip.pieces(part):
            if scan is not None:
                scan.feed(piece)
            if keep is not None:
                keep += piece
                if len(keep) > _KEPT_PART:
                    raise WorkbookRefusal("workbook_bomb")
        if scan is not None:
            scan.finish()
        if keep is not None:
            self.parts[name] = bytes(keep)

    def _links(self, part: str) -> list[tuple[str, str, str]]:
        links = ElementTree.fromstring(self.parts[part])  # noqa: S314 (no document type in it)
        return [(link.get("Id", ""), link.get("Type", ""), link.get("Target", "")) for link in links]

    @staticmethod
    def _part(target: str) -> str:
        return target.lstrip("/") if target.startswith("/") else f"xl/{target}"

    def facts_by_sheet(self) -> dict[str, SheetFacts]:
        """Return the facts by sheet name, which is read from two other parts of the package."""
        try:
            home = next(target for _id, kind, target in self._links("_rels/.rels") if kind.endswith("/officeDocument"))
            folder, _slash, name = home.lstrip("/").lower().rpartition("/")
            workbook = ElementTree.fromstring(self.parts[f"{folder}/{name}"])  # noqa: S314 (no document type in it)
            targets = {identity: target for identity, _kind, target in self._links(f"{folder}/_rels/{name}.rels")}
        except (ElementTree.ParseError, KeyError, StopIteration):
            raise WorkbookRefusal("workbook_broken") from None
        links = self._links(f"{folder}/_rels/{name}.rels")
        strings = next((target for _identity, kind, target in links if kind.endswith("/sharedStrings")), "")
        self.strings = self._part(strings) if strings else ""
        calculation = next((element for element in workbook.iter() if element.tag.endswith("}calcPr")), None)
        # Libraries that cannot calculate write 0 for every formula and ask Excel to do it when the file is opened.
        never_calculated = calculation is not None and calculation.get("fullCalcOnLoad") in ("1", "true")
        facts_by_name = {}
        for element in workbook.iter():
            if not element.tag.endswith("}sheet"):
                continue
            link = next((value for key, value in element.attrib.items() if key.endswith("}id")), "")
            target = targets.get(link, "")
            part = self._part(target)
            scan = self.scans.get(part)
            facts = scan.facts if scan is not None else SheetFacts()
            if never_calculated:
                facts.uncalculated += facts.zeros
                facts.first_uncalculated = facts.first_uncalculated or facts.first_zero
            facts.part = part
            facts_by_name[element.get("name", "")] = facts
        return facts_by_name


def check_compound_file(content: bytes) -> None:
    """Refuse an .xls, or the wrapper that Excel puts around an encrypted .xlsx: both are compound files."""

    def has(stream: str) -> bool:
        return stream.encode("utf-16-le") in content

    if has("EncryptedPackage"):
        raise WorkbookRefusal("workbook_encrypted")
    if not has("Workbook") and not has("Book"):
        raise WorkbookRefusal("workbook_not_excel")
    if has("_VBA_PROJECT"):
        raise WorkbookRefusal("workbook_macros")


def cell(value: Any) -> Any:
    """Return a cell as JSON: empty cells as null, whole floats as whole numbers, days as ["d", ISO], times as text."""
    kind = type(value)
    if kind is str:
        return value or None
    if kind is float:
        return int(value) if value.is_integer() and abs(value) < 1e15 else value
    if kind is datetime:
        return ["d", value.isoformat()]
    if kind is date:
        return ["d", f"{value.isoformat()}T00:00:00"]
    if kind in (time, timedelta):
        return str(value)
    return value


def send(**message: object) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")))
    sys.stdout.write("\n")


def send_rows(sheet: python_calamine.CalamineSheet, limits: dict[str, int], sent: int = 0) -> int:
    """Send the rows except the first `sent`; return the total number."""
    start = sheet.start
    if start is None:
        return sent
    first_row, first_column = start
    height, width = first_row + sheet.height, first_column + sheet.width
    if height > limits["rows"]:
        raise WorkbookRefusal("workbook_too_many_rows", rows=height, limit=limits["rows"])
    if width > limits["columns"]:
        raise WorkbookRefusal("workbook_too_many_columns", columns=width, limit=limits["columns"])
    # calamine gives the empty rows above the first cell, but not the empty columns before it.
    before: list[Any] = [None] * first_column
    lot: list[list[Any]] = []
    for number, values in enumerate(sheet.iter_rows()):
        if number < sent:
            continue
        row = before + [cell(value) for value in values]
        while row and row[-1] is None:
            row.pop()
        lot.append(row)
        if len(lot) == _LOT_ROWS:
            send(rows=lot)
            lot = []
    if lot:
        send(rows=lot)
    return max(sent, height)


def send_parts(package: WorkbookPackage, index: int, part: str, limits: dict[str, int]) -> int:
    """Send the rows of a long sheet part by part; return their number, or the number sent before it could not be divided any
    more.
    """
    sent = 0
    try:
        for book in package.cut(part):
            with python_calamine.CalamineWorkbook.from_filelike(book) as workbook:
                sent = send_rows(workbook.get_sheet_by_index(index), limits, sent)
    except sheet_parts.SheetNotDivisible:
        return ~sent
    return sent


def send_workbook(file: BinaryIO, limits: dict[str, int]) -> None:
    file.seek(0)
    magic = file.read(8)
    file.seek(0)
    facts: dict[str, SheetFacts] = {}
    package: WorkbookPackage | None = None
    if magic.startswith(b"PK"):
        package = WorkbookPackage(file, limits)
        package.measure()
        facts = package.facts_by_sheet()
    elif magic == _COMPOUND_FILE:
        check_compound_file(file.read())
    else:
        raise WorkbookRefusal("workbook_not_excel")
    file.seek(0)
    with python_calamine.CalamineWorkbook.from_filelike(file) as workbook:
        sheets = [(index, sheet) for index, sheet in enumerate(workbook.sheets_metadata)]
        if len(sheets) > limits["sheets"]:
            raise WorkbookRefusal("workbook_too_many_sheets", sheets=len(sheets), limit=limits["sheets"])
        visible = [link.name for _index, link in sheets if link.visible == python_calamine.SheetVisibleEnum.Visible]
        rows_in_all = sum(facts[name].rows for name in visible if name in facts)
        for index, described in sheets:
            if described.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet_facts = facts.get(described.name, SheetFacts())
            long = package is not None and sheet_facts.rows > _CUT_FROM
            sheet = None if long else workbook.get_sheet_by_index(index)
            merged = (
                sheet_facts.merged
                if sheet is None
                else [[*start, *end] for start, end in sheet.merged_cell_ranges or []]
            )
            send(
                sheet=described.name,
                visible=described.visible == python_calamine.SheetVisibleEnum.Visible,
                hidden_columns=sorted(column for column in sheet_facts.hidden_columns if column < limits["columns"]),
                hidden_rows=[row for row in sheet_facts.hidden_rows if row < limits["rows"]],
                merged=merged[: limits["rows"]],
                formulas=sheet_facts.formulas,
                uncalculated=sheet_facts.uncalculated,
                first_uncalculated=sheet_facts.first_uncalculated,
                rows_in_all=rows_in_all,
            )
            sent = send_parts(package, index, sheet_facts.part, limits) if package is not None and sheet is None else ~0
            if sent < 0:
                send_rows(sheet or workbook.get_sheet_by_index(index), limits, ~sent)
    send(done=True)


def send_answer(file: BinaryIO, limits: dict[str, int]) -> None:
    """Send the workbook, or why it is refused."""
    try:
        send_workbook(file, limits)
    except WorkbookRefusal as refusal:
        send(refused=refusal.code, **refusal.figures)
    except zip_bounds.UnsafeZip as unsafe:
        send(refused=f"workbook_{unsafe.code}")
    except python_calamine.PasswordError:
        send(refused="workbook_encrypted")
    except MemoryError:
        send(refused="workbook_unpacked_size")
    except BrokenPipeError:
        os._exit(1)
    except BaseException:  # noqa: BLE001 (a panic in the parser is no Exception; whatever it met, the file is to blame)
        send(refused="workbook_broken")


def main(limits: dict[str, int]) -> None:
    with os.fdopen(0, "rb") as file:
        send_answer(file, limits)
