"""Map columns: the stored mappings of heads, and the head of a file as its page shows it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from django.utils.translation import gettext as _

from doanso.files.actions import open_blob
from doanso.imports import stored_rows
from doanso.imports.models import Import, RememberedHead
from doanso.imports.ports import ListKind, list_kind
from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.lib.sheet_headings import column_letter, heading_words
from doanso.lib.spreadsheet import open_workbook
from doanso.lib.table_finding import HeadPreview, preview_head
from doanso.units.models import Unit

_KEPT = 200
"""The newest heads of a unit that are looked for in a file."""


def remembered_meanings(*, kind: str, unit: Unit) -> dict[str, list[str]]:
    """Return the meanings of columns by the key of their head, for files of this kind in this unit."""
    heads = RememberedHead.objects.filter(kind=kind, unit=unit).order_by("-remembered_at")
    return dict(heads.values_list("key", "columns")[:_KEPT])


def dropped_name(kind: ListKind, heading: str) -> str:
    """Return the name of a sensitive column; empty for every other heading."""
    lower = vietnamese.nfc(heading).lower()
    return next((str(name) for words, name in kind.dropped.items() if vietnamese.nfc(words).lower() in lower), "")


_BETWEEN_NAMES = re.compile(r"[/,;+&|\n()]|\s[-–]\s|\s(?:và|hoặc|hay)\s")


def mixed_title(kind: ListKind, heading: str) -> str:
    """Return the title of the column that a sensitive heading names too, such as “Chủ hộ / Tên cơ sở”; empty for all others."""
    for part in _BETWEEN_NAMES.split(vietnamese.nfc(heading).lower()):
        if not part.strip() or dropped_name(kind, part):
            continue
        words = {heading_words(part), heading_words(f"tên {part}")}
        for column in kind.columns:
            if words & {heading_words(name) for name in column.headings}:
                return str(column.title)
    return ""


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """A column of the file: its letter, its heading, a few cells, and its present meaning."""

    place: int
    letter: str
    heading: str
    examples: list[str]
    means: str
    # The name of a sensitive column; such a column shows no cells and can have no meaning.
    dropped: str
    # The title of a column of the list that the sensitive one holds as well; see `mixed_title`.
    mixed: str = ""


@dataclass(frozen=True, slots=True)
class ListHead:
    """The head of one sheet."""

    sheet: str
    sheets: list[str]
    number: int
    key: str
    columns: list[MappedColumn]
    remembered: bool
    words_only: bool


def find_head(job: Import, *, sheet: str = "", number: int | None = None) -> ListHead | None:
    """Return the head of a sheet of the import's file, with the present meanings of its columns; None where no row is
    like one.
    """
    with open_blob(job.file) as plain:
        return _find_head(plain, list_kind(job.kind), job.remembered, sheet, number)


def _find_head(
    plain: IO[bytes], kind: ListKind, remembered: Mapping[str, Sequence[str]], sheet_name: str, number: int | None
) -> ListHead | None:
    synonyms = {column.code: column.headings for column in kind.columns}
    names: list[str] = []
    heads_by_sheet: dict[str, HeadPreview | None] = {}
    with open_workbook(plain) as sheets:
        for sheet in sheets:
            if not sheet.visible:
                continue
            names.append(sheet.name)
            is_wanted = not heads_by_sheet or sheet.name == sheet_name
            if is_wanted:
                heads_by_sheet[sheet.name] = preview_head(
                    sheet.rows, synonyms, kind.required, merged=sheet.merged, remembered=remembered,
                    number=number if sheet.name == sheet_name or not sheet_name else None,
                )  # fmt: skip
    name = sheet_name if sheet_name in heads_by_sheet else next(iter(heads_by_sheet), "")
    head = heads_by_sheet.get(name)
    if head is None:
        return None
    columns = []
    for column in head.columns:
        dropped = "" if column.means else dropped_name(kind, column.heading)
        cells = [] if dropped else [stored_rows.typed_text(cell)[:60] for cell in head.examples[column.place]]
        columns.append(
            MappedColumn(
                column.place,
                column_letter(column.place),
                column.heading,
                cells,
                "" if dropped else column.means,
                dropped,
                mixed_title(kind, column.heading) if dropped else "",
            )
        )
    return ListHead(name, names, head.number, head.key, columns, head.remembered, head.words_only)


def column_meanings(kind: ListKind, head: ListHead, chosen_by_place: Mapping[int, str]) -> list[str]:
    """Return the meanings chosen for the columns, from the left; refused where a required column is missing."""
    offered = {column.code for column in kind.columns} | {column.means for column in head.columns}
    chosen = [""] * (max((column.place for column in head.columns), default=-1) + 1)
    for column in head.columns:
        means = chosen_by_place.get(column.place, "")
        if means not in offered:
            raise Refused(Problem("column_unknown", _("Choose one of the columns offered."), f"c{column.place}"))
        if means and column.dropped:
            message = _("The column “%(heading)s” is sensitive and is never imported.")
            raise Refused(Problem("column_dropped", message % {"heading": column.heading}, f"c{column.place}"))
        if means and means in chosen and chosen_by_place.get(column.place) != column.means:
            message = _("Two columns were chosen for “%(title)s”; keep one of them.")
            raise Refused(Problem("column_twice", message % {"title": _title(kind, means)}, f"c{column.place}"))
        chosen[column.place] = means
    codes = {means.split("/")[0] for means in chosen if means}
    for requirement in kind.required:
        keys = requirement if isinstance(requirement, tuple) else (requirement,)
        if codes.isdisjoint(keys):
            message = _("Say which column holds “%(title)s”; without it the list can't be read.")
            raise Refused(Problem("column_missing", message % {"title": _title(kind, keys[0])}))
    if not head.words_only:
        raise Refused(Problem("not_a_head", _("This row holds numbers or days, so it is no row of headings.")))
    return chosen


@dataclass(frozen=True, slots=True)
class NamedColumns:
    """Meanings of columns named on the command line: each by its heading or letter, with a field's code or title."""

    columns: tuple[tuple[str, str], ...]
    sheet: str = ""
    number: int | None = None


def meanings_by_name(kind: ListKind, head: ListHead, named_columns: NamedColumns) -> dict[int, str]:
    """Return the meaning of every column of the head, by place: as mapped, and for the others by their headings.

    Raise `Refused` where a column or a field does not exist, or a name is that of two columns.
    """
    chosen: dict[int, str] = {}
    for name, field in named_columns.columns:
        place = _place_of(head, name)
        chosen[place] = _code_of(kind, head, field)
    taken = set(chosen.values()) - {""}
    by_itself = {column.place: "" if column.means in taken else column.means for column in head.columns}
    return by_itself | chosen


def _place_of(head: ListHead, name: str) -> int:
    named = [column.place for column in head.columns if heading_words(column.heading) == heading_words(name) != ""]
    matches = named or [column.place for column in head.columns if column.letter == name.upper()]
    if len(matches) == 1:
        return matches[0]
    values = {"name": name[:80], "columns": ", ".join(f"{column.letter} “{column.heading}”" for column in head.columns)}
    if matches:
        message = _("Several columns are called “%(name)s”; say which by its letter: %(columns)s.")
        raise Refused(Problem("column_ambiguous", message % values))
    message = _("The row of headings has no column “%(name)s”; it has: %(columns)s.")
    raise Refused(Problem("column_not_found", message % values))


def _code_of(kind: ListKind, head: ListHead, field: str) -> str:
    by_name = {heading_words(title): code for code, title in meaning_choices(kind, head) if code}
    # An unknown field is refused where the page refuses it.
    return by_name.get(heading_words(field), field) if field else ""


_PARTS = {"male": "Nam", "female": "Nữ", "day": "ngày", "month": "tháng", "year": "năm"}


def _title(kind: ListKind, means: str) -> str:
    code, _slash, part = means.partition("/")
    title = next((str(column.title) for column in kind.columns if column.code == code), code)
    return f"{title} ({_PARTS[part]})" if part else title


def meaning_choices(kind: ListKind, head: ListHead) -> list[tuple[str, str]]:
    """Return the possible meanings of a column of the head, as choices."""
    codes = [column.code for column in kind.columns]
    parts = sorted({column.means for column in head.columns if "/" in column.means})
    return [("", _("Do not import this column")), *((code, _title(kind, code)) for code in [*codes, *parts])]
