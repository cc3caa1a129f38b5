"""From a workbook to the rows of its list: every visible sheet with a table that fits the kind."""

from collections.abc import Iterator, Mapping, Sequence
from typing import IO, Any

from django.utils.translation import gettext as _

from doanso.imports import heads
from doanso.imports.ports import ListKind, RawRow
from doanso.lib.problems import Problem, Refused
from doanso.lib.spreadsheet import OpenSheet, open_workbook
from doanso.lib.table_finding import Table, find_table
from doanso.lib.table_heads import Place


def _places(place: Place) -> tuple[int, ...]:
    if isinstance(place, dict):
        return tuple(place.values())
    return place if isinstance(place, tuple) else (place,)


class TableRows:
    """The rows of all lists in a workbook, in order. What was found beside them stands in `layout` afterwards."""

    def __init__(self, source: IO[bytes], kind: ListKind, remembered: Mapping[str, Sequence[str]]) -> None:
        self._source = source
        self._kind = kind
        self._remembered = remembered
        # How many rows there may be, known once the file is opened.
        self.expected = 0
        self._synonyms = {column.code: column.headings for column in kind.columns}
        self.layout: dict[str, Any] = {
            "sheets": [],
            "hidden_sheets": [],
            "headings": {},
            "hidden_headings": [],
            "ignored": [],
            "dropped": [],
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
                try:
                    table = find_table(
                        sheet.rows,
                        self._synonyms,
                        self._kind.required,
                        merged=sheet.merged,
                        remembered=self._remembered,
                    )
                except Refused as refusal:
                    if refusal.problem.code != "heading_not_found":
                        raise
                    problem = problem or refusal.problem
                    continue
                self._describe(sheet, table)
                for row in table.body:
                    count += 1
                    yield RawRow(sheet.name, row.number, row.values, row.group, row.sex)
        if not self.layout["sheets"]:
            raise Refused(problem or Problem("workbook_no_sheet", _("The workbook has no visible sheet with a list.")))
        if not count:
            raise Refused(Problem("list_empty", _("There are headings but no rows below them.")))

    def _describe(self, sheet: OpenSheet, table: Table) -> None:
        layout = self.layout
        layout["sheets"].append(sheet.name)
        layout["remembered"] = layout["remembered"] or table.remembered
        layout["headings"] |= {
            code: heading for code, heading in table.headings.items() if code not in layout["headings"]
        }
        layout["uncalculated"] += sheet.uncalculated
        hidden = set(sheet.hidden_columns)
        for code, place in table.columns.items():
            if hidden.intersection(_places(place)) and table.headings[code] not in layout["hidden_headings"]:
                layout["hidden_headings"].append(table.headings[code])
        for _place, heading in table.ignored:
            name = heads.dropped_name(self._kind, heading)
            where, told = ("dropped", name) if name else ("ignored", heading)
            if told not in layout[where]:
                layout[where].append(told)
