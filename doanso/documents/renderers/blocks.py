"""Layout of a body for print and Word: list signs, table widths, and the closing "./." of the state's form."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from doanso.documents.body.nodes import (
    Block,
    BodyList,
    BodyTable,
    DocumentBody,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    PageBreak,
    Paragraph,
    TextRun,
)  # fmt: skip
from doanso.documents.body.text import words_of
from doanso.official_form import wording

DASHES = ("-", "+")
"""The signs of points without numbers, by depth, alternating."""
END = "./."
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
# Average width of a letter of 12 points, and a cell's inset, in millimetres.
_LETTER = 2.25
_SIDES = 3.0
# Letters that a column needs at most side by side.
_MOST_LETTERS = 42


def roman(number: int) -> str:
    """Return a number from 1 to 39 in Roman numerals."""
    tens, ones = divmod(number, 10)
    return "X" * tens + (_ROMAN[ones - 1] if ones else "")


def sign(listing: BodyList, index: int, depth: int) -> str:
    """Return the sign of a list item: "1." and, nested, "1)"; "-" and, nested, "+"."""
    if listing.ordered:
        return f"{index}{'.' if depth == 1 else ')'}"
    return DASHES[(depth - 1) % 2]


def trim_end(body: DocumentBody) -> tuple[Block, ...]:
    """Return the blocks without trailing empty paragraphs and page breaks, which would only make pages."""
    blocks = list(body.blocks)
    while blocks and (isinstance(blocks[-1], PageBreak) or blocks[-1] == Paragraph()):
        blocks.pop()
    return tuple(blocks)


def with_end_mark(body: DocumentBody, form: str) -> tuple[Block, ...]:
    """Return the blocks; in the state's form the last words are closed by "./."."""
    blocks = trim_end(body)
    return (*blocks[:-1], _closed(blocks[-1])) if form == wording.ND30 and blocks else blocks


def _closed[B: Block](block: B) -> B:
    if isinstance(block, Paragraph):
        return replace(block, inside=_with_end(block.inside))
    if isinstance(block, BodyList):
        last = block.items[-1]
        list_item = ListItem((*last.blocks[:-1], _closed(last.blocks[-1])))
        return replace(block, items=(*block.items[:-1], list_item))
    return block


def _with_end(inside: tuple[Inline, ...]) -> tuple[Inline, ...]:
    inlines = list(inside)
    while inlines and (isinstance(inlines[-1], LineBreak) or not inlines[-1].words.strip(" ./")):
        inlines.pop()
    if not inlines:
        return inside
    last = inlines[-1]
    return (*inlines[:-1], replace(last, words=last.words.rstrip(" ./") + END)) if isinstance(last, TextRun) else inside


def widths(table: BodyTable, room: float) -> list[float]:
    """Return column widths in millimetres: each fits its longest word, and the rest is shared by amount of text."""
    longest_words, longest_lines = [1] * table.columns, [1] * table.columns
    for index, cell in _alone(table):
        lines = [line for block in cell.blocks for line in _lines(block)]
        longest_words[index] = max([longest_words[index], *(len(word) for line in lines for word in line.split())])
        longest_lines[index] = max([longest_lines[index], *(len(line) for line in lines)])
    minimum_widths = [min(size, _MOST_LETTERS) * _LETTER + _SIDES for size in longest_words]
    free_width = room - sum(minimum_widths)
    if free_width < 0:
        return [round(size * room / sum(minimum_widths), 2) for size in minimum_widths]
    extras = [
        max(min(more, _MOST_LETTERS) - less, 0) * _LETTER
        for more, less in zip(longest_lines, longest_words, strict=True)
    ]
    if sum(extras) > free_width:
        return [
            round(size + free_width * share / sum(extras), 2)
            for size, share in zip(minimum_widths, extras, strict=True)
        ]
    # Width that no column needs goes to those with the most text.
    spare = (free_width - sum(extras)) / sum(longest_lines)
    return [
        round(size + more + spare * by, 2) for size, more, by in zip(minimum_widths, extras, longest_lines, strict=True)
    ]


def places(table: BodyTable) -> list[list[int]]:
    """Return the first column of each cell, row by row."""
    taken: set[tuple[int, int]] = set()
    columns: list[list[int]] = []
    for down, row in enumerate(table.rows):
        across, begins = 0, []
        for cell in row.cells:
            while (down, across) in taken:
                across += 1
            begins.append(across)
            taken |= {(down + y, across + x) for y in range(cell.rows) for x in range(cell.columns)}
            across += cell.columns
        columns.append(begins)
    return columns


def _alone(table: BodyTable) -> Iterable[tuple[int, Any]]:
    """Yield (column, cell) of cells that span one column."""
    for begins, row in zip(places(table), table.rows, strict=True):
        yield from ((column, cell) for column, cell in zip(begins, row.cells, strict=True) if cell.columns == 1)


def _lines(block: Paragraph | BodyList) -> list[str]:
    if isinstance(block, Paragraph):
        return words_of(block.inside).splitlines()
    return [f"- {line}" for list_item in block.items for child in list_item.blocks for line in _lines(child)]


def as_values(blocks: Iterable[Block], room: float) -> list[dict[str, Any]]:
    """Return what the print template reads; list items are paragraphs with a sign."""
    values: list[dict[str, Any]] = []
    for block in blocks:
        if isinstance(block, BodyTable):
            values.append(_table(block, room))
        elif isinstance(block, Heading):
            values.append({"kind": "heading", "level": block.level, "inside": _inline(block.inside)})
        elif isinstance(block, PageBreak):
            values.append({"kind": "page_break"})
        else:
            values += _paragraphs(block)
    return values


def _paragraphs(block: Paragraph | BodyList, depth: int = 1) -> Iterator[dict[str, Any]]:
    if isinstance(block, Paragraph):
        yield {"kind": "paragraph", "sign": "", "centred": block.centred, "inside": _inline(block.inside)}
        return
    for place, list_item in enumerate(block.items, block.start):
        for index, child in enumerate(list_item.blocks):
            for paragraph in _paragraphs(child, depth + 1):
                begins = index == 0 and isinstance(child, Paragraph)
                yield paragraph | {"sign": sign(block, place, depth)} if begins else paragraph


def _table(table: BodyTable, room: float) -> dict[str, Any]:
    rows = [
        [
            {
                "columns": cell.columns,
                "rows": cell.rows,
                "head": cell.is_head,
                "blocks": [paragraph for block in cell.blocks for paragraph in _paragraphs(block)],
            }
            for cell in row.cells
        ]
        for row in table.rows
    ]
    return {"kind": "table", "widths": widths(table, room), "heads": table.heads, "rows": rows}


def _inline(inside: Iterable[Inline]) -> list[dict[str, Any]]:
    return [
        {"break": True} if isinstance(inline, LineBreak) else {"break": False, **asdict(inline)} for inline in inside
    ]
