"""The tables of a Word document: head, figures, evidence, signature, appendix."""

from collections.abc import Callable, Sequence
from itertools import groupby

from doanso.lib import formats
from doanso.reports.content import Column, ReportContent, UnitRow
from doanso.reports.forms import tables, wording
from doanso.reports.forms.markup import Cell, TableRow, link, paragraph, run, table
from doanso.reports.forms.word_styles import LINK_COLOUR

Key = Callable[[str], str]
_HEAD_SHADE = "E7E6E6"
_GROUP_SHADE = "F7F7F7"
_MOST_COLUMNS = 16
"""More columns than this stand in a second table below the first, so that their figures can still be read."""
_LANDSCAPE = 247.0


def _line(words: str, *, size: float = 14, bold: bool = False, italic: bool = False, **layout: object) -> str:
    return paragraph(run(words, bold=bold, italic=italic, size=size), style="InHead", **layout)  # type: ignore[arg-type]


def head_table(content: ReportContent) -> str:
    """Who issues it and its number on the left; the Union's or the state's title, place and date on the right."""
    head = content.head
    date = wording.place_and_date(head)
    number = wording.number_line(content)
    if content.form == wording.ND30:
        left = _line(head.superior, size=12) if head.superior else ""
        left += _line(head.issuer, size=12, bold=True) + _rule(20)
        left += _line(number, size=13, before=6)
        right = _line(wording.NATION, size=12, bold=True) + _line(wording.MOTTO, size=13, bold=True) + _rule(19)
        right += _line(date, size=13, italic=True, before=6)
        widths = (67.0, 98.0)
    else:
        left = _line(head.superior) if head.superior else ""
        left += _line(head.issuer, bold=True) + _line("***") + _line(number)
        right = _line(wording.UNION, size=15, bold=True) + _rule(9) + _line(date, italic=True, before=6)
        widths = (76.0, 84.0)
    return table(widths, [TableRow([Cell(left, middle=False), Cell(right, middle=False)])], ruled=False)


def _rule(aside: float) -> str:
    """A line in the middle of the column, this far from its sides."""
    return paragraph(style="InHead", left=aside, right=aside, rule=True, mark=2)


def signature_table(content: ReportContent) -> str:
    """To whom it goes on the left, who signs on the right."""
    head = content.head
    left = paragraph(run("Nơi nhận:", bold=True, italic=True, size=12), style="InHead", align="left", before=6)
    for one in wording.recipients(head.recipients):
        left += paragraph(run(one, size=11), style="InHead", align="left")
    right = _line(head.authority, bold=True, before=6, keep_next=True) if head.authority else ""
    # The Union sets the post in regular letters below the authority; alone, and in the state's form, it is bold.
    right += _line(head.post, bold=content.form == wording.ND30 or not head.authority, keep_next=True)
    right += _line("", keep_next=True) * 4
    right += _line(head.signer, bold=True)
    row = TableRow([Cell(left, middle=False), Cell(right, middle=False)])
    return paragraph(first=0, after=0, keep_next=True) + table((80, 80), [row], ruled=False)


def _cell(
    words: str,
    *,
    align: str = "left",
    bold: bool = False,
    italic: bool = False,
    key: str = "",
    size: float | None = None,
    span: int = 1,
    down: str = "",
    shade: str = "",
) -> Cell:
    inside = run(words, bold=bold, italic=italic, size=size, colour=LINK_COLOUR if key else "")
    return Cell(paragraph(link(key, inside), style="InTable", align=align), span=span, down=down, shade=shade)


def _heads(columns: Sequence[Column]) -> TableRow:
    cells = [_cell(column.title, align="center", bold=True, shade=_HEAD_SHADE) for column in columns]
    return TableRow(cells, head=True)


# Widths in millimetres; None shares what is left.
_WIDTHS: dict[str, tuple[float | None, ...]] = {
    "numbers": (8, None, 15, 15, 23, 14, 14, 15, 18),
    "progress": (None, 18, 18, 18, 22, 24),
    "evidence": (None, 14.5, 16.5, 17.5, 17.5, 14.5, 19, 16),
    "estimates": (None, 38, 42),
    "behind": (8, 32, None, 17, 17, 46),
}
_WORDS = {"title", "unit", "indicator", "reason"}
_CENTRED = {"number", "state"}


def figure_table(one: tables.Table, key: Key, text_width: float) -> str:
    """A table of figures; its heads come again on every page."""
    given = _WIDTHS[one.name]
    left = text_width - sum(width for width in given if width is not None)
    widths = [left if width is None else width for width in given]
    rows = _two_heads(one.columns, None) if any(column.over for column in one.columns) else [_heads(one.columns)]
    for row in one.rows:
        if row.heading:
            title = paragraph(run(row.cells[0].text, bold=True, italic=True), style="InTable", keep_next=True)
            rows.append(TableRow([Cell(title, span=len(widths), shade=_GROUP_SHADE)]))
            continue
        rows.append(
            TableRow(
                [
                    _cell(cell.text, align=_side(column.key), key=key(cell.path) if cell.text else "")
                    for column, cell in zip(one.columns, row.cells, strict=True)
                ]
            )
        )
    return table(widths, rows, title=one.caption)


def _side(column: str) -> str:
    if column in _WORDS:
        return "left"
    return "center" if column in _CENTRED else "right"


def appendix(content: ReportContent, key: Key) -> str:
    """A row per unit; what does not fit beside each other stands in a table below."""
    said = paragraph(run("PHỤ LỤC"), style="DocumentType")
    said += paragraph(run(f"Số liệu theo đơn vị, {wording.days(content)}"), style="DocumentSummary", after=6)
    blocks = _blocks(content.columns)
    for place, block in enumerate(blocks):
        if place:
            said += paragraph(run("Phụ lục (tiếp theo)"), style="Caption", keep_next=True)
        has_notes = place == len(blocks) - 1 and any(one.note for one in content.units)
        said += _unit_table(content, block, key, notes=has_notes)
    return said


def _blocks(columns: Sequence[Column]) -> list[range]:
    """Columns that stand in one table, neighbours under one heading together."""
    blocks: list[range] = []
    start = at = 0
    for _over, inside in groupby(enumerate(columns), key=lambda pair: pair[1].over or pair[0]):
        size = len(list(inside))
        if at + size - start > _MOST_COLUMNS and at > start:
            blocks.append(range(start, at))
            start = at
        at += size
    return [*blocks, range(start, at)]


def _unit_table(content: ReportContent, block: range, key: Key, *, notes: bool) -> str:
    columns = [content.columns[place] for place in block]
    sides = 9.0 + 46.0 + (28.0 if notes else 0)
    each = min((_LANDSCAPE - sides) / max(len(columns), 1), 24.0)
    widths = (9.0, 46.0, *[each] * len(columns), *([28.0] if notes else []))
    size = 11.0 if each >= 15 else 9.0
    around = [Column("number", "TT"), Column("unit", "Đơn vị")], [Column("note", "Ghi chú")] if notes else []
    rows = _two_heads([*around[0], *columns, *around[1]], size)
    for unit in content.units:
        rows.append(_unit_row(unit, [_at(unit.cells, place) for place in block], key(unit.path), size, notes=notes))
    if content.sums:
        sums = UnitRow(0, "Tổng cộng", ())
        rows.append(_unit_row(sums, [_at(content.sums, place) for place in block], "", size, notes=notes))
    return table(widths, rows, title="Số liệu theo đơn vị")


def _at(cells: Sequence[str], place: int) -> str:
    """A cell as printed; nothing reads as a dash, so that nobody takes it for forgotten."""
    return (cells[place] if place < len(cells) else "") or formats.NONE


def _two_heads(columns: Sequence[Column], size: float | None) -> list[TableRow]:
    """The heading above is shared by neighbours; a column without one reaches over both rows."""
    upper, lower = [], []
    for over, inside in groupby(columns, key=lambda column: column.over):
        group = list(inside)
        if over:
            upper.append(_cell(over, align="center", bold=True, shade=_HEAD_SHADE, size=size, span=len(group)))
            lower += [_cell(one.title, align="center", bold=True, shade=_HEAD_SHADE, size=size) for one in group]
            continue
        for one in group:
            upper.append(_cell(one.title, align="center", bold=True, shade=_HEAD_SHADE, size=size, down="restart"))
            lower.append(_cell("", shade=_HEAD_SHADE, down="continue"))
    return [TableRow(upper, head=True), TableRow(lower, head=True)]


def _unit_row(unit: UnitRow, cells: Sequence[str], key: str, size: float, *, notes: bool) -> TableRow:
    together = unit.number == 0
    inside = [
        _cell("" if together else str(unit.number), align="center", size=size),
        _cell(unit.unit, bold=together, size=size, key=key),
        *[_cell(one, align="right", bold=together, size=size) for one in cells],
    ]
    return TableRow([*inside, _cell(unit.note, size=size)] if notes else inside)
