"""WordprocessingML in the order its schema asks for: every function answers a piece of XML as text.

Word calls a document damaged whose elements stand in another order, so the order lives here and nowhere else.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

FONT = "Times New Roman"
# Characters that XML cannot carry; one of them in a name would make the whole document unreadable.
_NOT_XML = dict.fromkeys([*range(0x9), 0xB, 0xC, *range(0xE, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd")


def twips(millimetres: float) -> int:
    """A length as Word counts it."""
    return round(millimetres * 1440 / 25.4)


def carried(words: str) -> str:
    """Somebody's words without what XML cannot carry."""
    return words.translate(_NOT_XML)


def plain(words: str) -> str:
    """Somebody's words as they stand in XML."""
    return escape(carried(words))


_STYLE = re.compile(r'<w:p><w:pPr><w:pStyle w:val="\w+"/>(?!<w:keepNext/>)')


def _line(side: str, width: int, space: int, colour: str = "auto") -> str:
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{colour}"/>'


def _size(points: float | None) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>' if points else ""


def run(
    words: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    colour: str = "",
    underline: bool = False,
) -> str:
    """Words in one look; a line break in them is one in the document."""
    look = "<w:b/><w:bCs/>" if bold else ""
    look += "<w:i/><w:iCs/>" if italic else ""
    look += f'<w:color w:val="{colour}"/>' if colour else ""
    look += _size(size)
    look += '<w:u w:val="single"/>' if underline else ""
    text = "<w:br/>".join(
        f'<w:t xml:space="preserve">{plain(line)}</w:t>' for line in words.replace("\r\n", "\n").split("\n")
    )
    return f"<w:r>{f'<w:rPr>{look}</w:rPr>' if look else ''}{text}</w:r>"


def new_page() -> str:
    """Go on on the next page."""
    return '<w:r><w:br w:type="page"/></w:r>'


def field(name: str, *, size: float | None = None) -> str:
    """A field that Word fills in, such as the number of the page."""
    look = f"<w:rPr>{_size(size)}</w:rPr>" if size else ""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {name} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{look}{part}</w:r>" for part in parts)


def link(key: str, inside: str) -> str:
    """Runs that lead to the address under this key of the part."""
    return f'<w:hyperlink r:id="{key}" w:history="1">{inside}</w:hyperlink>' if key else inside


def paragraph(
    *runs: str,
    style: str = "",
    align: str = "",
    before: float | None = None,
    after: float | None = None,
    left: float = 0,
    right: float = 0,
    first: float | None = None,
    keep_next: bool = False,
    rule: bool = False,
    boxed: bool = False,
    colour: str = "auto",
    mark: float | None = None,
    hanging: float | None = None,
    point: tuple[int, int] | None = None,
    new_page: bool = False,
    ends_section: str = "",
) -> str:
    """A paragraph; lengths in millimetres, space before and after in points. `rule` draws a line under it, `boxed` all
    around; `mark` is the size of its end, which an empty one is as high as. As a `point` it belongs to a list, on a level."""
    look = f'<w:pStyle w:val="{style}"/>' if style else ""
    look += "<w:keepNext/>" if keep_next else ""
    look += "<w:pageBreakBefore/>" if new_page else ""
    look += f'<w:numPr><w:ilvl w:val="{point[1]}"/><w:numId w:val="{point[0]}"/></w:numPr>' if point else ""
    sides = ("top", "left", "bottom", "right") if boxed else ("bottom",) if rule else ()
    lines = "".join(_line(side, 6, 3 if boxed else 1, colour) for side in sides)
    look += f"<w:pBdr>{lines}</w:pBdr>" if lines else ""
    if before is not None or after is not None:
        spaces = "".join(
            f' w:{name}="{round(value * 20)}"'
            for name, value in (("before", before), ("after", after))
            if value is not None
        )
        look += f"<w:spacing{spaces}/>"
    if left or right or first is not None or hanging is not None:
        indent = f' w:left="{twips(left)}" w:right="{twips(right)}"'
        indent += f' w:firstLine="{twips(first)}"' if first is not None else ""
        indent += f' w:hanging="{twips(hanging)}"' if hanging is not None else ""
        look += f"<w:ind{indent}/>"
    look += f'<w:jc w:val="{align}"/>' if align else ""
    look += f"<w:rPr>{_size(mark)}</w:rPr>" if mark else ""
    look += ends_section
    return f"<w:p>{f'<w:pPr>{look}</w:pPr>' if look else ''}{''.join(runs)}</w:p>"


def with_next(xml: str) -> str:
    """A paragraph that bears a style, kept on one page with what follows."""
    style = _STYLE.match(xml)
    return f"{xml[: style.end()]}<w:keepNext/>{xml[style.end() :]}" if style else xml


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table: its paragraphs, how many columns it is wide, and whether it goes on below."""

    inside: str
    span: int = 1
    # "restart" begins a cell that goes on in the rows below, "continue" is such a row.
    down: str = ""
    shade: str = ""
    middle: bool = True
    upright: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row; one of the head comes again on every page."""

    cells: Sequence[Cell]
    head: bool = False
    # At least as high, in millimetres.
    height: float = 0


def table(
    widths: Sequence[float], rows: Iterable[TableRow], *, title: str = "", ruled: bool = True, inset: float = 1.2
) -> str:
    """A table of fixed widths in millimetres; without `ruled` only its text is seen."""
    columns = [twips(width) for width in widths]
    look = '<w:tblStyle w:val="TableGrid"/>' if ruled else ""
    look += f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
    if ruled:
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        look += f"<w:tblBorders>{''.join(_line(side, 4, 0) for side in sides)}</w:tblBorders>"
    look += '<w:tblLayout w:type="fixed"/>'
    margin = twips(inset) if ruled else 0
    look += f'<w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
    look += '<w:tblLook w:val="0020" w:firstRow="1"/>'
    look += f'<w:tblCaption w:val="{plain(title)}"/>' if title else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    return f"<w:tbl><w:tblPr>{look}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{''.join(_row(row, columns) for row in rows)}</w:tbl>"


def _row(row: TableRow, widths: Sequence[int]) -> str:
    look = "<w:cantSplit/>"
    look += f'<w:trHeight w:val="{twips(row.height)}" w:hRule="atLeast"/>' if row.height else ""
    look += "<w:tblHeader/>" if row.head else ""
    cells, place = "", 0
    for cell in row.cells:
        width = sum(widths[place : place + cell.span])
        place += cell.span
        inside = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        inside += f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        inside += f'<w:vMerge w:val="{cell.down}"/>' if cell.down else ""
        inside += f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.shade}"/>' if cell.shade else ""
        inside += '<w:textDirection w:val="btLr"/>' if cell.upright else ""
        inside += '<w:vAlign w:val="center"/>' if cell.middle else ""
        cells += f"<w:tc><w:tcPr>{inside}</w:tcPr>{cell.inside}</w:tc>"
    return f"<w:tr><w:trPr>{look}</w:trPr>{cells}</w:tr>"
