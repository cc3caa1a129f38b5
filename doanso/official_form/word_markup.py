"""WordprocessingML in the order that its schema requires: every function returns a piece of XML as text.

Word reports a document as damaged when its elements are in another order, so the order is defined here alone.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

FONT = "Times New Roman"
# Characters that XML cannot contain; one of them in a name would make the whole document unreadable.
_NOT_XML = dict.fromkeys([*range(0x9), 0xB, 0xC, *range(0xE, 0x20), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF], "\ufffd")


def twips(millimetres: float) -> int:
    """Convert a length to twips (1/1440 inch), the unit of WordprocessingML."""
    return round(millimetres * 1440 / 25.4)


def strip_invalid(text: str) -> str:
    """Return the text with U+FFFD for each character that XML cannot contain."""
    return text.translate(_NOT_XML)


def escape_text(text: str) -> str:
    """Return the text escaped for XML."""
    return escape(strip_invalid(text))


_STYLE = re.compile(r'<w:p><w:pPr><w:pStyle w:val="\w+"/>(?!<w:keepNext/>)')


def _border(side: str, width: int, space: int, colour: str = "auto") -> str:
    return f'<w:{side} w:val="single" w:sz="{width}" w:space="{space}" w:color="{colour}"/>'


def _size(points: float | None) -> str:
    return f'<w:sz w:val="{round(points * 2)}"/><w:szCs w:val="{round(points * 2)}"/>' if points else ""


def run(
    text: str,
    *,
    bold: bool = False,
    italic: bool = False,
    size: float | None = None,
    colour: str = "",
    underline: bool = False,
) -> str:
    """Return a run of text in one format; a line break in the text is one in the document."""
    properties = "<w:b/><w:bCs/>" if bold else ""
    properties += "<w:i/><w:iCs/>" if italic else ""
    properties += f'<w:color w:val="{colour}"/>' if colour else ""
    properties += _size(size)
    properties += '<w:u w:val="single"/>' if underline else ""
    lines = "<w:br/>".join(
        f'<w:t xml:space="preserve">{escape_text(line)}</w:t>' for line in text.replace("\r\n", "\n").split("\n")
    )
    return f"<w:r>{f'<w:rPr>{properties}</w:rPr>' if properties else ''}{lines}</w:r>"


def new_page() -> str:
    """Return a run that breaks the page."""
    return '<w:r><w:br w:type="page"/></w:r>'


def field(name: str, *, size: float | None = None) -> str:
    """Return a field that Word computes, such as the page number (`PAGE`)."""
    properties = f"<w:rPr>{_size(size)}</w:rPr>" if size else ""
    parts = (
        '<w:fldChar w:fldCharType="begin"/>',
        f'<w:instrText xml:space="preserve"> {name} </w:instrText>',
        '<w:fldChar w:fldCharType="separate"/>',
        "<w:t>1</w:t>",
        '<w:fldChar w:fldCharType="end"/>',
    )
    return "".join(f"<w:r>{properties}{part}</w:r>" for part in parts)


def link(key: str, inside: str) -> str:
    """Wrap runs in a hyperlink to the relationship `key` of the part; an empty key makes no link."""
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
    """Return a paragraph; lengths in millimetres, space before and after in points.

    `rule` draws a line below it, `boxed` a box around it; `mark` is the font size of its end mark, which gives an empty
    paragraph its height. `point` is the list's key and the level of a list item.
    """
    properties = f'<w:pStyle w:val="{style}"/>' if style else ""
    properties += "<w:keepNext/>" if keep_next else ""
    properties += "<w:pageBreakBefore/>" if new_page else ""
    properties += f'<w:numPr><w:ilvl w:val="{point[1]}"/><w:numId w:val="{point[0]}"/></w:numPr>' if point else ""
    sides = ("top", "left", "bottom", "right") if boxed else ("bottom",) if rule else ()
    borders = "".join(_border(side, 6, 3 if boxed else 1, colour) for side in sides)
    properties += f"<w:pBdr>{borders}</w:pBdr>" if borders else ""
    if before is not None or after is not None:
        spaces = "".join(
            f' w:{name}="{round(value * 20)}"'
            for name, value in (("before", before), ("after", after))
            if value is not None
        )
        properties += f"<w:spacing{spaces}/>"
    if left or right or first is not None or hanging is not None:
        indent = f' w:left="{twips(left)}" w:right="{twips(right)}"'
        indent += f' w:firstLine="{twips(first)}"' if first is not None else ""
        indent += f' w:hanging="{twips(hanging)}"' if hanging is not None else ""
        properties += f"<w:ind{indent}/>"
    properties += f'<w:jc w:val="{align}"/>' if align else ""
    properties += f"<w:rPr>{_size(mark)}</w:rPr>" if mark else ""
    properties += ends_section
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{''.join(runs)}</w:p>"


def keep_with_next(xml: str) -> str:
    """Keep a paragraph that has a style on one page with the next one."""
    style = _STYLE.match(xml)
    return f"{xml[: style.end()]}<w:keepNext/>{xml[style.end() :]}" if style else xml


@dataclass(frozen=True, slots=True)
class WordCell:
    """A cell of a table: its paragraphs as XML, its width in columns, and whether it is merged with cells below."""

    inside: str
    span: int = 1
    # "restart" begins a vertically merged cell, "continue" is its part in a row below.
    down: str = ""
    shade: str = ""
    middle: bool = True
    upright: bool = False


@dataclass(frozen=True, slots=True)
class WordRow:
    """A row; a row of the head is repeated on every page."""

    cells: Sequence[WordCell]
    head: bool = False
    # The least height in millimetres.
    height: float = 0


def table(
    widths: Sequence[float], rows: Iterable[WordRow], *, title: str = "", ruled: bool = True, inset: float = 1.2
) -> str:
    """Return a table with fixed column widths in millimetres; without `ruled` it has no borders and no inset."""
    columns = [twips(width) for width in widths]
    properties = '<w:tblStyle w:val="TableGrid"/>' if ruled else ""
    properties += f'<w:tblW w:w="{sum(columns)}" w:type="dxa"/>'
    if ruled:
        sides = ("top", "left", "bottom", "right", "insideH", "insideV")
        properties += f"<w:tblBorders>{''.join(_border(side, 4, 0) for side in sides)}</w:tblBorders>"
    properties += '<w:tblLayout w:type="fixed"/>'
    margin = twips(inset) if ruled else 0
    properties += (
        f'<w:tblCellMar><w:left w:w="{margin}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar>'
    )
    properties += '<w:tblLook w:val="0020" w:firstRow="1"/>'
    properties += f'<w:tblCaption w:val="{escape_text(title)}"/>' if title else ""
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in columns)
    body = "".join(_row(row, columns) for row in rows)
    return f"<w:tbl><w:tblPr>{properties}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _row(row: WordRow, widths: Sequence[int]) -> str:
    row_properties = "<w:cantSplit/>"
    row_properties += f'<w:trHeight w:val="{twips(row.height)}" w:hRule="atLeast"/>' if row.height else ""
    row_properties += "<w:tblHeader/>" if row.head else ""
    cells, column = "", 0
    for cell in row.cells:
        width = sum(widths[column : column + cell.span])
        column += cell.span
        properties = f'<w:tcW w:w="{width}" w:type="dxa"/>'
        properties += f'<w:gridSpan w:val="{cell.span}"/>' if cell.span > 1 else ""
        properties += f'<w:vMerge w:val="{cell.down}"/>' if cell.down else ""
        properties += f'<w:shd w:val="clear" w:color="auto" w:fill="{cell.shade}"/>' if cell.shade else ""
        properties += '<w:textDirection w:val="btLr"/>' if cell.upright else ""
        properties += '<w:vAlign w:val="center"/>' if cell.middle else ""
        cells += f"<w:tc><w:tcPr>{properties}</w:tcPr>{cell.inside}</w:tc>"
    return f"<w:tr><w:trPr>{row_properties}</w:trPr>{cells}</w:tr>"
