"""A body as what print and Word lay out: signs of lists, widths of tables, the full stop of the state's form."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from typing import Any

from doanso.documents.body.nodes import (
    Block,
    Body,
    Break,
    Heading,
    Inline,
    Item,
    Listing,
    PageBreak,
    Paragraph,
    Table,
    Text,
)  # fmt: skip
from doanso.documents.body.text import words_of
from doanso.documents.official import wording

DASHES = ("-", "+")
"""The signs of points without numbers, by depth, alternating."""
END = "./."
_ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X")
# Millimetres of a letter of 12 points on the average, and what a cell keeps free at its sides.
_LETTER = 2.25
_SIDES = 3.0
# A column asks for no more than so many letters beside each other.
_MOST_LETTERS = 42


def roman(number: int) -> str:
    """1 to 39 in Roman numerals."""
    tens, ones = divmod(number, 10)
    return "X" * tens + (_ROMAN[ones - 1] if ones else "")


def sign(listing: Listing, place: int, depth: int) -> str:
    """What stands before a point: "1." and "1)" within, "-" and "+" within."""
    if listing.ordered:
        return f"{place}{'.' if depth == 1 else ')'}"
    return DASHES[(depth - 1) % 2]


def trimmed(body: Body) -> tuple[Block, ...]:
    """The blocks without empty paragraphs and page breaks at the end: they would only make pages."""
    blocks = list(body.blocks)
    while blocks and (isinstance(blocks[-1], PageBreak) or blocks[-1] == Paragraph()):
        blocks.pop()
    return tuple(blocks)


def ended(body: Body, form: str) -> tuple[Block, ...]:
    """The blocks, the last words of the state's form closed by "./."."""
    blocks = trimmed(body)
    return (*blocks[:-1], _closed(blocks[-1])) if form == wording.ND30 and blocks else blocks


def _closed[B: Block](block: B) -> B:
    if isinstance(block, Paragraph):
        return replace(block, inside=_with_end(block.inside))
    if isinstance(block, Listing):
        last = block.items[-1]
        item = Item((*last.blocks[:-1], _closed(last.blocks[-1])))
        return replace(block, items=(*block.items[:-1], item))
    return block


def _with_end(inside: tuple[Inline, ...]) -> tuple[Inline, ...]:
    kept = list(inside)
    while kept and (isinstance(kept[-1], Break) or not kept[-1].words.strip(" ./")):
        kept.pop()
    if not kept:
        return inside
    last = kept[-1]
    return (*kept[:-1], replace(last, words=last.words.rstrip(" ./") + END)) if isinstance(last, Text) else inside


def widths(table: Table, room: float) -> list[float]:
    """Millimetres per column: each holds its longest word, and shares what is left by how much it says."""
    least, wanted = [1] * table.columns, [1] * table.columns
    for place, cell in _alone(table):
        lines = [line for block in cell.blocks for line in _said(block)]
        least[place] = max([least[place], *(len(word) for line in lines for word in line.split())])
        wanted[place] = max([wanted[place], *(len(line) for line in lines)])
    small = [min(one, _MOST_LETTERS) * _LETTER + _SIDES for one in least]
    free = room - sum(small)
    if free < 0:
        return [round(one * room / sum(small), 2) for one in small]
    asked = [max(min(more, _MOST_LETTERS) - less, 0) * _LETTER for more, less in zip(wanted, least, strict=True)]
    if sum(asked) > free:
        return [round(one + free * share / sum(asked), 2) for one, share in zip(small, asked, strict=True)]
    # What nobody asks for goes to those who say most.
    rest = (free - sum(asked)) / sum(wanted)
    return [round(one + more + rest * by, 2) for one, more, by in zip(small, asked, wanted, strict=True)]


def places(table: Table) -> list[list[int]]:
    """In which column each cell of each row begins."""
    taken: set[tuple[int, int]] = set()
    found: list[list[int]] = []
    for down, row in enumerate(table.rows):
        across, begins = 0, []
        for cell in row.cells:
            while (down, across) in taken:
                across += 1
            begins.append(across)
            taken |= {(down + y, across + x) for y in range(cell.rows) for x in range(cell.columns)}
            across += cell.columns
        found.append(begins)
    return found


def _alone(table: Table) -> Iterable[tuple[int, Any]]:
    """Cells of one column, with their column."""
    for begins, row in zip(places(table), table.rows, strict=True):
        yield from ((at, cell) for at, cell in zip(begins, row.cells, strict=True) if cell.columns == 1)


def _said(block: Paragraph | Listing) -> list[str]:
    if isinstance(block, Paragraph):
        return words_of(block.inside).splitlines()
    return [f"- {line}" for item in block.items for one in item.blocks for line in _said(one)]


def as_values(blocks: Iterable[Block], room: float) -> list[dict[str, Any]]:
    """What the template of print reads; points of lists are paragraphs with a sign."""
    found: list[dict[str, Any]] = []
    for one in blocks:
        if isinstance(one, Table):
            found.append(_table(one, room))
        elif isinstance(one, Heading):
            found.append({"kind": "heading", "level": one.level, "inside": _inline(one.inside)})
        elif isinstance(one, PageBreak):
            found.append({"kind": "page_break"})
        else:
            found += _paragraphs(one)
    return found


def _paragraphs(block: Paragraph | Listing, depth: int = 1) -> Iterator[dict[str, Any]]:
    if isinstance(block, Paragraph):
        yield {"kind": "paragraph", "sign": "", "centred": block.centred, "inside": _inline(block.inside)}
        return
    for place, item in enumerate(block.items, block.start):
        for at, one in enumerate(item.blocks):
            for said in _paragraphs(one, depth + 1):
                begins = at == 0 and isinstance(one, Paragraph)
                yield said | {"sign": sign(block, place, depth)} if begins else said


def _table(table: Table, room: float) -> dict[str, Any]:
    rows = [
        [
            {
                "columns": cell.columns,
                "rows": cell.rows,
                "head": cell.is_head,
                "blocks": [said for one in cell.blocks for said in _paragraphs(one)],
            }
            for cell in row.cells
        ]
        for row in table.rows
    ]
    return {"kind": "table", "widths": widths(table, room), "heads": table.heads, "rows": rows}


def _inline(inside: Iterable[Inline]) -> list[dict[str, Any]]:
    return [{"break": True} if isinstance(one, Break) else {"break": False, **asdict(one)} for one in inside]
