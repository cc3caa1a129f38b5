"""A body for Word: headings, paragraphs, real lists and tables."""

from collections.abc import Iterable, Sequence

from doanso.documents.body.nodes import Block, Cell, Heading, Inline, Listing, PageBreak, Paragraph, Row, Table, Text
from doanso.documents.forms import blocks
from doanso.documents.forms.word_lists import Lists
from doanso.documents.official import markup
from doanso.documents.official.markup import TableRow, new_page, paragraph, run, table, with_next

_INDENT = 12.7
_HANGING = 3.2
_IN_TABLE = 12.0
"""Points of the letters in a table."""


class BodyWriter:
    """Writes bodies of one Word document; its lists are numbered through."""

    def __init__(self, lists: Lists, width: float) -> None:
        self._lists = lists
        self._width = width

    def write(self, given: Sequence[Block], *, last: bool = False) -> str:
        """The blocks; the `last` paragraph stays with the signature."""
        return "".join(self._block(one, keep_next=last and place == len(given) - 1) for place, one in enumerate(given))

    def _block(self, block: Block, *, keep_next: bool) -> str:
        if isinstance(block, Paragraph):
            if block.centred:
                return paragraph(*_runs(block.inside), align="center", first=0, keep_next=keep_next)
            return paragraph(*_runs(block.inside), keep_next=keep_next)
        if isinstance(block, Heading):
            return paragraph(*_runs(block.inside, upper=block.level == 1), style=f"Heading{block.level}")
        if isinstance(block, Listing):
            points = list(self._points(block, 1))
            return "".join([*points[:-1], with_next(points[-1]) if keep_next else points[-1]])
        if isinstance(block, PageBreak):
            return paragraph(new_page(), style="InHead", mark=2)
        return self._table(block) + paragraph(style="InHead", mark=4)

    def _points(self, listing: Listing, depth: int, *, in_cell: bool = False) -> Iterable[str]:
        key = self._lists.numbered(listing.start, depth) if listing.ordered else self._lists.dashes
        style = "ListNumber" if listing.ordered else "ListBullet"
        size = _IN_TABLE if in_cell else None
        for item in listing.items:
            for place, one in enumerate(item.blocks):
                if isinstance(one, Listing):
                    yield from self._points(one, depth + 1, in_cell=in_cell)
                elif place:
                    yield _paragraph_in_cell(one, is_head=False) if in_cell else paragraph(*_runs(one.inside))
                else:
                    runs = _runs(one.inside, size=size)
                    point = (key, depth - 1)
                    if in_cell:
                        yield paragraph(
                            *runs, style=style, point=point, left=_HANGING, hanging=_HANGING, align="left", after=0
                        )
                    else:
                        yield paragraph(*runs, style=style, point=point, left=0, first=_INDENT, after=6)

    def _table(self, given: Table) -> str:
        rows = []
        carried: dict[int, tuple[int, int]] = {}
        for place, (row, begins) in enumerate(zip(given.rows, blocks.places(given), strict=True)):
            rows.append(TableRow(self._row(row, begins, carried, given.columns), head=place < given.heads))
        return table(blocks.widths(given, self._width), rows)

    def _row(self, row: Row, begins: list[int], carried: dict[int, tuple[int, int]], columns: int) -> list[markup.Cell]:
        """The cells that begin here, and those that go on; `carried` says by column how many rows more, how many wide."""
        own = dict(zip(begins, row.cells, strict=True))
        found = []
        at = 0
        while at < columns:
            if at in own:
                cell = own[at]
                down = "restart" if cell.rows > 1 else ""
                found.append(markup.Cell(self._inside(cell), span=cell.columns, down=down, middle=cell.is_head))
                if cell.rows > 1:
                    carried[at] = (cell.rows - 1, cell.columns)
                at += cell.columns
                continue
            left, span = carried[at]
            found.append(markup.Cell(paragraph(style="InTable"), span=span, down="continue"))
            carried[at] = (left - 1, span)
            if left == 1:
                del carried[at]
            at += span
        return found

    def _inside(self, cell: Cell) -> str:
        said = ""
        for one in cell.blocks:
            if isinstance(one, Paragraph):
                said += _paragraph_in_cell(one, is_head=cell.is_head)
            else:
                said += "".join(self._points(one, 1, in_cell=True))
        return said


def _paragraph_in_cell(one: Paragraph, *, is_head: bool) -> str:
    align = "center" if is_head or one.centred else "left"
    return paragraph(*_runs(one.inside, size=_IN_TABLE, bold=is_head), style="InTable", align=align, before=2, after=2)


def _runs(inside: Iterable[Inline], *, size: float | None = None, bold: bool = False, upper: bool = False) -> list[str]:
    found = []
    for one in inside:
        if isinstance(one, Text):
            words = one.words.upper() if upper else one.words
            found.append(run(words, bold=one.bold or bold, italic=one.italic, underline=one.underline, size=size))
        else:
            found.append("<w:r><w:br/></w:r>")
    return found
