"""Reads of imports: their list, their rows, and the report of one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Min, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.files.actions import record_cipher
from doanso.imports import policy, stored_rows
from doanso.imports.models import ASKED, Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import LEAVE_OUT, AnswerOption, Finding, ListColumn, ListKind, list_kind, open_session
from doanso.imports.stored_rows import StoredRow
from doanso.lib import formats
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE = 25
_KEYS = 2000
_LONGEST_CELL = 80


def visible_imports(actor: User) -> QuerySet[Import]:
    """Return the imports the actor may see and continue."""
    return policy.RUN.filter(actor, all_imports())


def all_imports() -> QuerySet[Import]:
    """Return all imports, to be narrowed by a policy."""
    return Import.objects.select_related("file__key", "unit", "started_by")


def units_to_import(actor: User) -> list[NamedUnit]:
    """Return the units for which the actor may import, in tree order."""
    units_by_id: dict[UUID, NamedUnit] = {}
    for root in Unit.objects.filter(pk__in=policy.RUN.roots(actor)):
        for unit in units.subtree(root):
            units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


def recent_imports(actor: User, limit: int = 20) -> list[Import]:
    """Return the newest imports the actor may see."""
    return list(visible_imports(actor).order_by("-started_at")[:limit])


def file_headings(job: Import) -> dict[str, str]:
    """Return by column the file's heading, or our own title where it has none."""
    titles = {column.code: str(column.title) for column in list_kind(job.kind).columns}
    headings_of_file: dict[str, str] = job.layout.get("headings", {})
    return titles | headings_of_file


def _opened(job: Import, rows: QuerySet[ImportRow]) -> Iterator[StoredRow]:
    """Yield these rows, decrypted, in their order, by key in pages."""
    cipher = record_cipher(job.file)
    after = 0
    while True:
        page = list(rows.filter(position__gt=after).order_by("position")[:_KEYS])
        for row in page:
            yield stored_rows.decrypt_row(cipher, row)
        if len(page) < _KEYS:
            return
        after = page[-1].position


@dataclass(frozen=True, slots=True)
class ShownFinding:
    """A finding or a difference, under the heading of its column."""

    title: str
    message: str = ""
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row of the comparison as the page shows it."""

    position: int
    sheet: str
    number: int
    verdict: str
    applied: bool
    label: str
    findings: list[ShownFinding]
    warnings: list[ShownFinding]
    differences: list[ShownFinding]
    # The values for each of the page's columns: title and value, which may be empty.
    values: list[tuple[str, str]]
    # The page of the object that the row is about, where it is known.
    address: str
    # The possible answers to its question, and the chosen one.
    options: list[AnswerOption]
    answer: str


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of values: its title, and its heading in the file where that differs."""

    title: str
    heading: str


def display_rows(job: Import, rows: list[StoredRow]) -> tuple[list[ShownColumn], list[ShownRow]]:
    """Return the rows with the file's own headings in place of column codes, and the columns in which they hold something."""
    titles, kind = file_headings(job), list_kind(job.kind)
    values = _values(job, kind, rows)
    columns = [column for column in kind.columns if any(difference.get(column.code) for difference in values)]

    def read(row_values: Mapping[str, str]) -> list[tuple[str, str]]:
        column_values = [(column, row_values.get(column.code, "")) for column in columns]
        return [(str(column.title), column.mask(text) if column.mask else text) for column, text in column_values]

    def shown_findings(findings: list[Finding]) -> list[ShownFinding]:
        return [ShownFinding(titles.get(finding.column, finding.column), finding.message) for finding in findings]

    shown_rows = [
        ShownRow(
            position=row.position,
            sheet=row.sheet,
            number=row.number,
            verdict=row.verdict,
            applied=row.applied,
            label=row.line.label,
            findings=shown_findings(row.findings),
            warnings=shown_findings(row.line.warnings),
            differences=[
                ShownFinding(
                    titles.get(difference.column, difference.column), before=difference.before, after=difference.after
                )
                for difference in row.differences
            ],
            values=read(row_values),
            address=kind.address(row.target) if row.target else "",
            options=[*row.options, leave_out_answer()] if row.verdict in ASKED else [],
            answer=row.answer,
        )
        for row, row_values in zip(rows, values, strict=True)
    ]
    own = [(str(column.title), titles[column.code]) for column in columns]
    return [ShownColumn(title, heading if heading != title else "") for title, heading in own], shown_rows


def _values(job: Import, kind: ListKind, rows: list[StoredRow]) -> list[Mapping[str, str]]:
    """Return the values of each row; of a rejected one, its cells as typed. Of unchanged rows nothing is stored."""
    lines = [row.line for row in rows if row.line.values]
    session = open_session(kind, actor=job.started_by, unit=job.unit, subject=job.subject) if lines else None
    read = iter(session.display_values(lines) if session is not None else [])
    return [
        next(read) if row.line.values else {code: text.strip()[:_LONGEST_CELL] for code, text in row.raw.items()}
        for row in rows
    ]


def leave_out_answer() -> AnswerOption:
    """Return the answer that every question may get: to leave the row out."""
    return AnswerOption(LEAVE_OUT, _("Leave this row out"))


@dataclass(frozen=True, slots=True)
class QuestionGroup:
    """Open questions of one kind, which may be answered all alike."""

    code: str
    count: int
    message: str
    options: list[AnswerOption]


def question_groups(job: Import) -> list[QuestionGroup]:
    """Return the kinds of questions that are open more than once, the most frequent first."""
    rows = job.rows.filter(verdict=RowVerdict.QUESTION).exclude(question="")
    counted = rows.values("question").annotate(count=Count("pk"), first=Min("position")).filter(count__gt=1)
    kinds = list(counted.order_by("-count", "question"))
    firsts = {row.position: row for row in job.rows.filter(position__in=[kind_row["first"] for kind_row in kinds])}
    cipher = record_cipher(job.file)
    result = []
    for kind_row in kinds:
        row = stored_rows.decrypt_row(cipher, firsts[kind_row["first"]])
        # Options that name a person differ from row to row, so they can't be given to all.
        alike = [
            AnswerOption(kind_row.code, kind_row.for_many or kind_row.label)
            for kind_row in row.options
            if ":" not in kind_row.code
        ]
        result.append(
            QuestionGroup(
                kind_row["question"], kind_row["count"], row.findings[0].message, [*alike, leave_out_answer()]
            )
        )
    return result


def page_of_rows(job: Import, verdict: str, *, warned: bool, after: int) -> tuple[list[StoredRow], bool]:
    """Return a page of rows of one verdict (or of all that carry a warning), after a position, and whether more follow."""
    rows = job.rows.filter(position__gt=after).order_by("position")
    rows = rows.filter(warned=True) if warned else rows.filter(verdict=verdict)
    page = list(rows[: PAGE + 1])
    cipher = record_cipher(job.file)
    return [stored_rows.decrypt_row(cipher, row) for row in page[:PAGE]], len(page) > PAGE


def own_columns(kind: ListKind) -> list[ListColumn]:
    """Return the columns of our own files; the others only serve to understand other files."""
    return [column for column in kind.columns if not column.only_read]


def set_aside_table(job: Import) -> tuple[list[tuple[str, int]], Iterator[list[str]]]:
    """Return the rows left out as a list that can be imported again: columns with their widths, and rows with the reasons."""
    kind = list_kind(job.kind)
    codes_in_file = set(job.layout.get("headings", {}))
    columns = [column for column in kind.columns if column.code in codes_in_file or not column.only_read]
    heads = [(str(column.title), column.width) for column in columns]

    def rows() -> Iterator[list[str]]:
        for row in rows_set_aside(job):
            reasons = "; ".join(finding.message for finding in row.findings)
            yield [*(row.raw.get(column.code, "") for column in columns), str(row.number), reasons]

    return [*heads, (_("Row"), 8), (_("Why it was not imported"), 60)], rows()


def rows_set_aside(job: Import) -> Iterator[StoredRow]:
    """Yield rows that are not imported: rejected ones, and open questions."""
    return _opened(job, job.rows.filter(verdict__in=[RowVerdict.REJECTED, RowVerdict.QUESTION]))


@dataclass(frozen=True, slots=True)
class _Sheets:
    several: bool

    def entry(self, row: StoredRow, finding: Finding, titles: dict[str, str]) -> dict[str, Any]:
        message = f"[{row.sheet}] {finding.message}" if self.several else finding.message
        return {
            "row": row.number,
            "column": titles.get(finding.column, finding.column),
            "code": finding.code,
            "message": message,
        }


def row_counts(job: Import) -> dict[str, Any]:
    """Return the numbers of rows by outcome; the keys are those the command line promises."""
    titles = file_headings(job)
    sheets = _Sheets(len(job.layout.get("sheets", [])) > 1)
    warned = _opened(job, job.rows.filter(warned=True))
    figures = owner_counts(job)
    question_figures = {"questions": job.question_count} if figures else {}
    return {
        "rows": job.row_count,
        "created": job.created_count,
        "updated": job.updated_count,
        "unchanged": job.unchanged_count,
        "rejected": [sheets.entry(row, finding, titles) for row in rows_set_aside(job) for finding in row.findings],
        "warnings": [sheets.entry(row, finding, titles) for row in warned for finding in row.line.warnings],
        "file": file_contents(job),
        **figures,
        **question_figures,
    }


_IN_FILE = (
    *("sheets", "hidden_sheets", "unread_sheets", "hidden_headings", "hidden_rows", "dropped", "mixed", "ignored"),
    *("converted", "passed_over", "uncalculated", "remembered"),
)


def file_contents(job: Import) -> dict[str, Any]:
    """Return facts about the file besides its rows: what is hidden, dropped, ignored and converted."""
    empty: dict[str, Any] = {"uncalculated": 0, "remembered": False}
    return {name: job.layout.get(name, empty.get(name, [])) for name in _IN_FILE}


def file_notes(job: Import) -> list[str]:
    """Return the contents of `file_contents` in sentences, for the page and the command."""
    in_file = file_contents(job)
    several = len(in_file["sheets"]) > 1
    mixed = _(
        "The column “%(heading)s” holds %(name)s too, so nothing of it was read, not “%(title)s” either. Split it into two"
        " columns and choose the file again."
    )
    notes = [mixed % entry for entry in in_file["mixed"]]
    for name, sentence in (
        ("dropped", _("Sensitive columns, never kept: %(what)s.")),
        ("ignored", _("Columns passed over: %(what)s.")),
        ("hidden_headings", _("Hidden columns that were read all the same: %(what)s.")),
        ("hidden_sheets", _("Hidden sheets, not read: %(what)s.")),
        ("unread_sheets", _("Sheets without such a list, not read: %(what)s.")),
    ):
        if in_file[name]:
            notes.append(sentence % {"what": ", ".join(map(str, in_file[name]))})
    hidden = _("Hidden rows that were read all the same: %(rows)s.")
    notes += [hidden % {"rows": _row_numbers(entry, several)} for entry in in_file["hidden_rows"]]
    converted = _("The column “%(heading)s” was typed in an old font (%(font)s) and was converted; check a few rows.")
    notes += [converted % entry for entry in in_file["converted"]]
    notes += [f"{_PASSED_OVER[entry['kind']]} {_row_numbers(entry, several)}." for entry in in_file["passed_over"]]
    if in_file["uncalculated"]:
        message = _(
            "Formulas that were never calculated: %(count)s. Open the file in Excel, save it and choose it again if values"
            " are missing."
        )
        notes.append(message % {"count": formats.number(in_file["uncalculated"])})
    return notes


_PASSED_OVER = {
    "group": gettext_lazy("Rows taken for headings between people:"),
    "total": gettext_lazy("Rows taken for totals:"),
    "signature": gettext_lazy("Rows taken for signatures:"),
    "note": gettext_lazy("Rows taken for titles and notes:"),
}


def _row_numbers(entry: dict[str, Any], several_sheets: bool) -> str:
    """Return numbers of rows as people write them: 4, 9–12."""
    parts: list[list[int]] = []
    for number in entry["rows"]:
        if parts and number == parts[-1][1] + 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    numbers = ", ".join(str(first) if first == last else f"{first}–{last}" for first, last in parts)
    more = entry["count"] - len(entry["rows"])
    numbers += _(" and %(count)s more") % {"count": formats.number(more)} if more else ""
    return f"[{entry['sheet']}] {numbers}" if several_sheets else numbers


def owner_counts(job: Import) -> dict[str, int]:
    """Return the owner's further counts besides rows."""
    compared, applied = job.figures.get("compare", {}), job.figures.get("apply", {})
    return dict(list_kind(job.kind).summary(compared, applied, done=job.state == ImportState.APPLIED))
