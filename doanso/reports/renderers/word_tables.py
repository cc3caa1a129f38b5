"""The tables of a Word document: head, figures, evidence, signature, appendix."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby

from doanso.official_form import word_frame
from doanso.official_form import wording as official
from doanso.official_form.word_markup import WordCell, WordRow, link, new_page, paragraph, run, table
from doanso.official_form.word_styles import LINK_COLOUR
from doanso.reports.content import ReportColumn, ReportContent, UnitRow
from doanso.reports.renderers import tables, wording
from doanso.reports.renderers.appendix import HIGHEST_HEAD, AppendixSheet, cell, sheets, width

Key = Callable[[str], str]
_HEAD_SHADE = "E7E6E6"
_GROUP_SHADE = "F7F7F7"
_AROUND = {"number", "unit", "note"}
# The width that a border takes of a cell in Word but not in print; without it a number that fits exactly would wrap.
_BORDER = 0.25


def head_table(content: ReportContent) -> str:
    """Return the head: issuer and number on the left; the Union's or the state's title, place and date on the right."""
    head, form = content.head, content.form
    left = word_frame.issuer(form, head.superior, [head.issuer])
    left += word_frame.number(form, wording.number_line(content))
    if not wording.is_frozen(content):
        left += word_frame.mark(official.DRAFT)
    return word_frame.head_table(form, left, word_frame.title(form, official.place_and_date(head.place, head.dated)))


def signature_table(content: ReportContent, text_width: float) -> str:
    """Return the signature table: the recipients on the left, the signer on the right."""
    head = content.head
    right = word_frame.signature(
        content.form, [head.authority] if head.authority else [], head.post, head.signer, spaced=bool(head.authority)
    )
    widths = (text_width - word_frame.SIGN_WIDTH, word_frame.SIGN_WIDTH)
    return word_frame.closing_table(widths, [[word_frame.recipients(head.recipients), "".join(right)]])


def _cell(
    words: str,
    *,
    align: str = "left",
    bold: bool = False,
    key: str = "",
    size: float | None = None,
    keep_next: bool = False,
) -> WordCell:
    inside = run(words, bold=bold, size=size, colour=LINK_COLOUR if key else "")
    return WordCell(paragraph(link(key, inside), style="InTable", align=align, keep_next=keep_next))


# Widths in millimetres; None shares the remaining width.
_WIDTHS: dict[str, tuple[float | None, ...]] = {
    "numbers": (8, None, 13, 13, 24, 13, 15, 14, 17),
    "progress": (None, 18, 18, 18, 22, 24),
    "evidence": (None, 13, 15.5, 17.5, 17, 13, 25, 15.5),
    "estimates": (None, 44, 44),
    "behind": (8, 29, None, 16, 15, 44),
}
_WORDS = {"title", "unit", "indicator", "reason"}
_CENTRED = {"number", "state", "error_rate"}


def figure_table(source_table: tables.ReportTable, key: Key, text_width: float) -> str:
    """Return a table of figures; its headings are repeated on every page."""
    fixed_widths = _WIDTHS[source_table.name]
    left = text_width - sum(width for width in fixed_widths if width is not None)
    widths = [left if width is None else width for width in fixed_widths]
    rows = _two_heads(source_table.columns, None)
    if not any(column.over for column in source_table.columns):
        rows = [WordRow([replace(head, down="") for head in rows[0].cells], head=True)]
    for row in source_table.rows:
        if row.heading:
            title = paragraph(run(row.cells[0].text, bold=True, italic=True), style="InTable", keep_next=True)
            rows.append(WordRow([WordCell(title, span=len(widths), shade=_GROUP_SHADE)]))
            continue
        rows.append(
            WordRow(
                [
                    _cell(cell.text, align=_side(column.key), key=key(cell.path) if cell.text else "")
                    for column, cell in zip(source_table.columns, row.cells, strict=True)
                ]
            )
        )
    return table(widths, rows, title=source_table.caption)


def _side(column: str) -> str:
    if column in _WORDS:
        return "left"
    return "center" if column in _CENTRED else "right"


def appendix(content: ReportContent, key: Key) -> str:
    """Return a table with a row per unit, laid out as in print; columns that do not fit side by side are on a page of
    their own."""
    markup = ""
    for place, sheet in enumerate(sheets(content)):
        title = run("PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ")
        markup += paragraph(new_page() if place else "", title, style="Heading1", align="center", first=0)
        markup += paragraph(run(f"({wording.goes_with(content)})", italic=True, size=12), align="center", first=0)
        markup += _unit_table(content, sheet, key)
    return markup


def _unit_table(content: ReportContent, sheet: AppendixSheet, key: Key) -> str:
    around = (
        [ReportColumn("number", "TT"), ReportColumn("unit", "Đơn vị")],
        [ReportColumn("note", "Ghi chú")] if sheet.note else [],
    )
    columns = [content.columns[place] for place in sheet.places]
    widths = (sheet.number, sheet.unit, *sheet.columns, *([sheet.note] if sheet.note else []))
    rows = _two_heads([*around[0], *columns, *around[1]], sheet.size, upright=sheet.upright)
    for number, unit in enumerate(content.units, 1):
        cells = [cell(unit.cells, place) for place in sheet.places]
        # The sums are kept with the last unit: they are never alone on a page.
        last = number == len(content.units)
        rows.append(_unit_row(unit, cells, key(unit.path), sheet, keep_next=last and bool(content.sums)))
    if content.sums:
        sums = UnitRow(0, "TỔNG CỘNG", ())
        rows.append(_unit_row(sums, [cell(content.sums, place) for place in sheet.places], "", sheet))
    return table(widths, rows, title="Số liệu theo đơn vị", inset=max(sheet.inset - _BORDER, 0.1))


def _two_heads(columns: Sequence[ReportColumn], size: float | None, *, upright: bool = False) -> list[WordRow]:
    """Return two heading rows: neighbours share the upper heading; a column without one spans both rows."""

    def head(title: str, *, turned: bool = False, span: int = 1, down: str = "") -> WordCell:
        inside = paragraph(run(title, bold=True, size=size), style="InTable", align="center")
        return WordCell(inside, span=span, down=down, shade=_HEAD_SHADE, upright=turned)

    upper, lower = [], []
    for over, inside in groupby(columns, key=lambda column: column.over):
        group = list(inside)
        if over:
            upper.append(head(over, span=len(group)))
            lower += [head(leaf_column.title, turned=upright) for leaf_column in group]
            continue
        for leaf_column in group:
            # The columns around the figures are horizontal, and so are their headings.
            turned = upright and leaf_column.key not in _AROUND
            upper.append(head(leaf_column.title, turned=turned, down="restart"))
            lower.append(WordCell(paragraph(style="InTable"), down="continue", shade=_HEAD_SHADE))
    height = 0.0
    if upright and size is not None:
        longest = max(
            (width(leaf_column.title, size, bold=True) for leaf_column in columns if leaf_column.key not in _AROUND),
            default=0,
        )
        height = min(max(longest + 1, 14), HIGHEST_HEAD)
    return [WordRow(upper, head=True), WordRow(lower, head=True, height=height)]


def _unit_row(
    unit: UnitRow, cells: Sequence[str], key: str, sheet: AppendixSheet, *, keep_next: bool = False
) -> WordRow:
    together = unit.number == 0
    size = sheet.size
    inside = [
        _cell("" if together else str(unit.number), align="center", size=size, keep_next=keep_next),
        _cell(unit.unit, bold=together, size=size, key=key, keep_next=keep_next),
        *[_cell(text, align="right", bold=together, size=size, key=key, keep_next=keep_next) for text in cells],
    ]
    return WordRow([*inside, _cell(unit.note, size=size, keep_next=keep_next)] if sheet.note else inside)
