"""A body for Word: headings, paragraphs, real lists and tables."""

from collections.abc import Iterable, Sequence

from doanso.documents.body.nodes import (
    Block,
    BodyList,
    BodyTable,
    BodyTableCell,
    BodyTableRow,
    Heading,
    Inline,
    PageBreak,
    Paragraph,
    TextRun,
)
from doanso.documents.renderers import blocks
from doanso.documents.renderers.word_lists import WordLists
from doanso.official_form.word_markup import WordCell, WordRow, keep_with_next, new_page, paragraph, run, table

_INDENT = 12.7
_HANGING = 3.2
_IN_TABLE = 12.0
"""Points of the letters in a table."""


class BodyWriter:
    """Writes the bodies of one Word document, whose lists have consecutive keys."""

    def __init__(self, lists: WordLists, width: float) -> None:
        self._lists = lists
        self._width = width

    def write(self, body_blocks: Sequence[Block], *, last: bool = False) -> str:
        """Return the blocks as XML; the `last` paragraph stays on one page with the signature."""
        return "".join(
            self._block(block, keep_next=last and index == len(body_blocks) - 1)
            for index, block in enumerate(body_blocks)
        )

    def _block(self, block: Block, *, keep_next: bool) -> str:
        if isinstance(block, Paragraph):
            if block.centred:
                return paragraph(*_runs(block.inside), align="center", first=0, keep_next=keep_next)
            return paragraph(*_runs(block.inside), keep_next=keep_next)
        if isinstance(block, Heading):
            return paragraph(*_runs(block.inside, upper=block.level == 1), style=f"Heading{block.level}")
        if isinstance(block, BodyList):
            points = list(self._points(block, 1))
            return "".join([*points[:-1], keep_with_next(points[-1]) if keep_next else points[-1]])
        if isinstance(block, PageBreak):
            return paragraph(new_page(), style="InHead", mark=2)
        return self._table(block) + paragraph(style="InHead", mark=4)

    def _points(self, listing: BodyList, depth: int, *, in_cell: bool = False) -> Iterable[str]:
        key = self._lists.numbered(listing.start, depth) if listing.ordered else self._lists.dashes
        style = "ListNumber" if listing.ordered else "ListBullet"
        size = _IN_TABLE if in_cell else None
        for list_item in listing.items:
            for index, block in enumerate(list_item.blocks):
                if isinstance(block, BodyList):
                    yield from self._points(block, depth + 1, in_cell=in_cell)
                elif index:
                    yield _paragraph_in_cell(block, is_head=False) if in_cell else paragraph(*_runs(block.inside))
                else:
                    runs = _runs(block.inside, size=size)
                    point = (key, depth - 1)
                    if in_cell:
                        yield paragraph(
                            *runs, style=style, point=point, left=_HANGING, hanging=_HANGING, align="left", after=0
                        )
                    else:
                        yield paragraph(*runs, style=style, point=point, left=0, first=_INDENT, after=6)

    def _table(self, source: BodyTable) -> str:
        rows = []
        carried: dict[int, tuple[int, int]] = {}
        for index, (row, begins) in enumerate(zip(source.rows, blocks.places(source), strict=True)):
            rows.append(WordRow(self._row(row, begins, carried, source.columns), head=index < source.heads))
        return table(blocks.widths(source, self._width), rows)

    def _row(
        self, row: BodyTableRow, begins: list[int], carried: dict[int, tuple[int, int]], columns: int
    ) -> list[WordCell]:
        """Return the cells that begin in a row and the continuations of cells above; `carried` has by column how many rows
        remain and how many columns wide.
        """
        own = dict(zip(begins, row.cells, strict=True))
        cells = []
        column = 0
        while column < columns:
            if column in own:
                cell = own[column]
                down = "restart" if cell.rows > 1 else ""
                cells.append(WordCell(self._inside(cell), span=cell.columns, down=down, middle=cell.is_head))
                if cell.rows > 1:
                    carried[column] = (cell.rows - 1, cell.columns)
                column += cell.columns
                continue
            rows_left, span = carried[column]
            cells.append(WordCell(paragraph(style="InTable"), span=span, down="continue"))
            carried[column] = (rows_left - 1, span)
            if rows_left == 1:
                del carried[column]
            column += span
        return cells

    def _inside(self, cell: BodyTableCell) -> str:
        xml = ""
        for block in cell.blocks:
            if isinstance(block, Paragraph):
                xml += _paragraph_in_cell(block, is_head=cell.is_head)
            else:
                xml += "".join(self._points(block, 1, in_cell=True))
        return xml


def _paragraph_in_cell(block: Paragraph, *, is_head: bool) -> str:
    align = "center" if is_head or block.centred else "left"
    return paragraph(
        *_runs(block.inside, size=_IN_TABLE, bold=is_head), style="InTable", align=align, before=2, after=2
    )


def _runs(inside: Iterable[Inline], *, size: float | None = None, bold: bool = False, upper: bool = False) -> list[str]:
    runs = []
    for inline in inside:
        if isinstance(inline, TextRun):
            words = inline.words.upper() if upper else inline.words
            runs.append(
                run(words, bold=inline.bold or bold, italic=inline.italic, underline=inline.underline, size=size)
            )
        else:
            runs.append("<w:r><w:br/></w:r>")
    return runs
