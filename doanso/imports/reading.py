"""Read the rows of a list from a workbook: every visible sheet with a table that fits the kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from doanso.imports import heads
from doanso.imports.other_units import OtherUnits, UnitMention, names_a_ward
from doanso.imports.ports import OTHER_UNIT, Finding, ListKind, ListLine, ListSession, RawRow
from doanso.lib import old_encodings
from doanso.lib.problems import Problem, Refused
from doanso.lib.spreadsheet import OpenSheet, Row, open_workbook
from doanso.lib.table_below import RowDoubt, places_of
from doanso.lib.table_finding import FoundTable, find_table
from doanso.units import queries as units
from doanso.units.models import Unit

_MOST_REPORTED = 200
"""The most numbers of hidden or ignored rows that are stored of a sheet; beyond, only their count."""

_DOUBTS = {
    "alone": gettext_noop(
        "Nothing but this text stands in the row, so it may be a title. If it is a person, write the birth or a number in"
        " the row; if not, delete the row."
    ),
    "below_alone": gettext_noop(
        "Above this row stands a text of which nobody can tell whether it begins another group (a branch, for example). Write"
        " the branch in a column of its own, or delete that text."
    ),
    "below_signature": gettext_noop(
        "The row stands below the signatures and holds no number and no day. If it is a person, give the row its number in"
        " the list; if not, delete the row."
    ),
    "other_columns": gettext_noop(
        "Above this row the headings are repeated over other columns. Put that table into a sheet of its own, or its columns"
        " below the headings at the top."
    ),
    "font_mixed": gettext_noop(
        "This was typed in an old font (VNI or TCVN3), and others in the column were not, so it can't be converted with"
        " certainty. Type it in Unicode."
    ),
}
_WARNINGS = {
    "font_doubtful": gettext_noop(
        "Some cells of this column were typed in an old font (VNI or TCVN3). This one was taken as Unicode; check its"
        " letters."
    ),
}


def read_row(session: ListSession, row: RawRow) -> ListLine:
    """Return the row as its kind reads it, with the findings from its place in its sheet."""
    line = session.read(row)
    if row.problems:
        # A finding about a column's font is not repeated for one of its names.
        mixed_columns = {finding.column for finding in row.problems if finding.code == "font_mixed"}
        own = [
            finding
            for finding in line.problems
            if not (finding.column in mixed_columns and finding.code.endswith("legacy_font"))
        ]
        line.problems = [*row.problems, *own]
    if row.warnings:
        line.warnings = [*row.warnings, *line.warnings]
    return line


def _noticed(rows: Iterator[Row], filled: list[int]) -> Iterator[Row]:
    """Yield the rows unchanged; append an entry to `filled` at the first row that is not empty."""
    for row in rows:
        if row and not filled:
            filled.append(1)
        yield row


class _RowRemarks(NamedTuple):
    """Findings of a title, a sheet's name or a group row about the rows below it."""

    other_unit: Finding | None = None
    warnings: tuple[Finding, ...] = ()


class TableRows:
    """The rows of all lists in a workbook, in order. Afterwards `layout` holds other facts about the file."""

    def __init__(self, source: IO[bytes], kind: ListKind, remembered: Mapping[str, Sequence[str]], unit: Unit) -> None:
        self._source = source
        self._kind = kind
        self._remembered = remembered
        self._unit = unit
        self._other_units = OtherUnits(unit)
        # The approximate number of rows, known once the file is opened.
        self.expected = 0
        self._synonyms = {column.code: column.headings for column in kind.columns}
        self.layout: dict[str, Any] = {
            "sheets": [],
            "hidden_sheets": [],
            "unread_sheets": [],
            "headings": {},
            "hidden_headings": [],
            "hidden_rows": [],
            "ignored": [],
            "dropped": [],
            "mixed": [],
            "passed_over": [],
            "converted": [],
            "uncalculated": 0,
            "remembered": False,
        }

    def __iter__(self) -> Iterator[RawRow]:
        problem: Problem | None = None
        count = 0
        with open_workbook(self._source) as sheets:
            for sheet in sheets:
                self.expected = sheet.rows_in_all
                if not sheet.visible:
                    self.layout["hidden_sheets"].append(sheet.name)
                    continue
                filled: list[int] = []
                try:
                    table = find_table(
                        _noticed(sheet.rows, filled),
                        self._synonyms,
                        self._kind.required,
                        merged=sheet.merged,
                        remembered=self._remembered,
                    )
                except Refused as refusal:
                    if refusal.problem.code != "heading_not_found":
                        raise
                    problem = problem or refusal.problem
                    if filled:
                        self.layout["unread_sheets"].append(sheet.name)
                    continue
                self._describe(sheet, table)
                for row in self._rows(sheet, table):
                    count += 1
                    yield row
                self._report_passed_over(sheet, table)
        if not self.layout["sheets"]:
            raise Refused(problem or Problem("workbook_no_sheet", _("The workbook has no visible sheet with a list.")))
        if not count:
            raise Refused(Problem("list_empty", _("There are headings but no rows below them.")))

    def _rows(self, sheet: OpenSheet, table: FoundTable) -> Iterator[RawRow]:
        above = self._other_units.named_above([*table.titles, sheet.name])
        of_sheet = self._remarks_of([*above, *map(self._other_units.named_in, table.over_columns)])
        hidden = set(sheet.hidden_rows)
        passed, read = 0, []
        of_ward, of_branch = _RowRemarks(), _RowRemarks()
        for row in table.body:
            for passed_row in table.passed_over[passed:]:
                if passed_row.kind == "group" and names_a_ward(passed_row.text):
                    # It applies to the branches below it, until the next ward.
                    of_ward, of_branch = self._remarks_of([self._other_units.named_in(passed_row.text)]), _RowRemarks()
                elif passed_row.kind == "group":
                    of_branch = self._remarks_of([self._other_units.named_in(passed_row.text)])
            passed = len(table.passed_over)
            other_unit = of_sheet.other_unit or of_ward.other_unit or of_branch.other_unit
            warnings = () if other_unit else of_branch.warnings or of_ward.warnings or of_sheet.warnings
            problems: tuple[Finding, ...] = ()
            if row.doubts:
                problems = self._problems(row.doubts)
                warnings = (*warnings, *self._doubts(row.doubts))
            if row.number - 1 in hidden:
                read.append(row.number)
                message = _(
                    "The row is hidden in the file and was read all the same; check whether it belongs to the list."
                )
                warnings = (*warnings, Finding("", "hidden_row", message))
            yield RawRow(sheet.name, row.number, row.values, row.group, row.sex, problems, warnings, other_unit)
        if read:
            entry = {"sheet": sheet.name, "count": len(read), "rows": read[:_MOST_REPORTED]}
            self.layout["hidden_rows"].append(entry)

    def _remarks_of(self, texts: Sequence[UnitMention]) -> _RowRemarks:
        """Return the findings of texts that apply to all rows below them; of several doubts, the first."""
        findings = _RowRemarks()
        for named in texts:
            if named.other and named.meant and named.meant != named.other:
                message = _(
                    "The file names “%(other)s” (%(meant)s), but it is imported for “%(unit)s”. Import the list for %(meant)s, or"
                    " send the file to that unit. If these people belong to “%(unit)s”, answer so, or correct the title, the"
                    " sheet's name or the row above."
                )
                return _RowRemarks(self._finding(OTHER_UNIT, message, named.other, named.meant))
            if named.other and named.meant:
                message = _(
                    "The file names “%(other)s”, but it is imported for “%(unit)s”. Import the list for %(meant)s, or send the"
                    " file to that unit. If these people belong to “%(unit)s”, answer so, or correct the title, the sheet's name"
                    " or the row above."
                )
                return _RowRemarks(self._finding(OTHER_UNIT, message, named.other, named.meant))
            if named.other:
                message = _(
                    "The file names “%(other)s”, but it is imported for “%(unit)s”. Import the list for the unit it is of, or"
                    " send the file to that unit. If these people belong to “%(unit)s”, answer so, or correct the title, the"
                    " sheet's name or the row above."
                )
                return _RowRemarks(self._finding(OTHER_UNIT, message, named.other))
            if named.unknown and not findings.warnings:
                message = _(
                    "The file names “%(other)s”, and no neighbourhood of that number is known. Check that these rows belong to"
                    " “%(unit)s”."
                )
                findings = _RowRemarks(warnings=(self._finding("area_unknown", message, named.unknown),))
        return findings

    def _finding(self, code: str, message: str, named: str, meant: str = "") -> Finding:
        values = {"other": named[:80], "meant": meant, "unit": units.named_unit(self._unit).name}
        return Finding("", code, message % values)

    def _problems(self, doubts: Sequence[RowDoubt]) -> tuple[Finding, ...]:
        return tuple(
            Finding(doubt.column, doubt.code, _(_DOUBTS[doubt.code])) for doubt in doubts if doubt.code in _DOUBTS
        )

    def _doubts(self, doubts: Sequence[RowDoubt]) -> tuple[Finding, ...]:
        findings = [
            Finding(doubt.column, doubt.code, _(_WARNINGS[doubt.code])) for doubt in doubts if doubt.code in _WARNINGS
        ]
        for doubt in doubts:
            if doubt.code == "font_converted":
                encoding, before, after = doubt.values
                message = _(
                    "The column was typed in an old font (%(font)s) and was converted whole, for example “%(before)s” to"
                    " “%(after)s”. If that is wrong, convert the file to Unicode yourself."
                )
                values = {"font": old_encodings.NAMES[encoding], "before": before[:60], "after": after[:60]}
                findings.append(Finding(doubt.column, doubt.code, message % values))
        return tuple(findings)

    def _report_passed_over(self, sheet: OpenSheet, table: FoundTable) -> None:
        """Note in `layout` the numbers of rows that were classified as something other than people."""
        kinds: dict[str, list[int]] = {}
        for passed_row in table.passed_over:
            if passed_row.kind not in {"heading", "numbering"}:
                kinds.setdefault(passed_row.kind, []).append(passed_row.number)
        for kind, rows in kinds.items():
            entry = {"sheet": sheet.name, "kind": kind, "count": len(rows), "rows": rows[:_MOST_REPORTED]}
            self.layout["passed_over"].append(entry)

    def _describe(self, sheet: OpenSheet, table: FoundTable) -> None:
        layout = self.layout
        layout["sheets"].append(sheet.name)
        layout["remembered"] = layout["remembered"] or table.remembered
        layout["headings"] |= {
            code: heading for code, heading in table.headings.items() if code not in layout["headings"]
        }
        layout["uncalculated"] += sheet.uncalculated
        hidden = set(sheet.hidden_columns)
        for code, place in table.columns.items():
            if hidden.intersection(places_of(place)) and table.headings[code] not in layout["hidden_headings"]:
                layout["hidden_headings"].append(table.headings[code])
        for code, encoding in table.encodings.items():
            converted = {"heading": table.headings[code], "font": old_encodings.NAMES[encoding]}
            if converted not in layout["converted"]:
                layout["converted"].append(converted)
        for _place, heading in table.ignored:
            name = heads.dropped_name(self._kind, heading)
            where, label = ("dropped", name) if name else ("ignored", heading)
            if label not in layout[where]:
                layout[where].append(label)
            title = heads.mixed_title(self._kind, heading) if name else ""
            mixed = {"heading": heading, "name": name, "title": title}
            if title and mixed not in layout["mixed"]:
                layout["mixed"].append(mixed)
