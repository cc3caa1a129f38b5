"""The head and the closing of a Word document: issuer and number, title and date; recipients and signatures."""

from collections.abc import Sequence

from doanso.official_form import wording
from doanso.official_form.word_markup import WordCell, WordRow, paragraph, run, table

_SIGNATURE = 80
"""Height of the room for signature and seal, in points."""
SIGN_WIDTH = 85.0
"""Width of the signature's column, in millimetres."""


def line(text: str, *, size: float = 14, bold: bool = False, italic: bool = False, **layout: object) -> str:
    """Return a centred line of the head or of the signature."""
    return paragraph(run(text, bold=bold, italic=italic, size=size), style="InHead", **layout)  # type: ignore[arg-type]


def level_rule(aside: float) -> str:
    """Return a horizontal rule that ends `aside` millimetres from both sides of the column."""
    return paragraph(style="InHead", left=aside, right=aside, rule=True, mark=2)


def issuer(form: str, superior: str, names: Sequence[str]) -> str:
    """Return the superior body, the issuing ones, and the rule or asterisks below them."""
    is_state = form == wording.ND30
    size = 13.0 if is_state else 14.0
    xml = line(superior.upper(), size=size) if superior else ""
    xml += "".join(line(name.upper(), size=size, bold=True) for name in names)
    return xml + (level_rule(20) if is_state else line("***"))


def number(form: str, text: str) -> str:
    """Return the line of number and symbol."""
    is_state = form == wording.ND30
    return line(text, size=13.0 if is_state else 14.0, before=6 if is_state else 0)


def mark(text: str, *, aside: float = 24, colour: str = "") -> str:
    """Return a mark, such as "DỰ THẢO", in its box."""
    xml = run(text, bold=True, size=13, colour=colour)
    border_colour = colour or "auto"
    return paragraph(xml, style="InHead", left=aside, right=aside, before=6, after=6, boxed=True, colour=border_colour)


def title(form: str, place_and_date: str) -> str:
    """Return the Union's or the state's title, then place and date."""
    if form == wording.ND30:
        xml = line(wording.NATION, size=13, bold=True) + line(wording.MOTTO, size=14, bold=True) + level_rule(19)
    else:
        xml = line(wording.UNION, size=15, bold=True) + level_rule(4)
    return xml + line(place_and_date, italic=True, before=6)


def head_widths(form: str) -> tuple[float, float]:
    """Return the widths of the head's two columns in millimetres."""
    return (67.0, 98.0) if form == wording.ND30 else (82.0, 78.0)


def head_table(form: str, left: str, right: str) -> str:
    """Return the head's two columns side by side."""
    return table(
        head_widths(form), [WordRow([WordCell(left, middle=False), WordCell(right, middle=False)])], ruled=False
    )


def recipients(lines: Sequence[str]) -> str:
    """Return the list of recipients."""
    if not lines:
        return ""
    xml = paragraph(run(wording.RECIPIENTS, bold=True, italic=True, size=12), style="InHead", align="left", before=6)
    return xml + "".join(
        paragraph(run(recipient, size=11), style="InHead", align="left") for recipient in wording.recipients(lines)
    )


def signature(
    form: str, authority: Sequence[str], post: str, signer: str, *, spaced: bool = True
) -> tuple[str, str, str]:
    """Return a signature's three parts: authority and post, the room for signature and seal, the signer's name.

    The state's form sets authority and post in bold letters, the Union's the authority alone.
    """
    lines = [*((text, True) for text in authority), (post, form == wording.ND30)]
    above = "".join(
        line(text.upper(), bold=bold, keep_next=True, before=6 if spaced and index == 0 else None)
        for index, (text, bold) in enumerate(lines)
    )
    return above, paragraph(style="InHead", before=_SIGNATURE, keep_next=True, mark=2), line(signer, bold=True)


def closing_table(widths: Sequence[float], rows: Sequence[Sequence[str]]) -> str:
    """Return the table of recipients and signatures, kept on one page with the end of the body."""
    table_rows = [WordRow([WordCell(cell or paragraph(style="InHead"), middle=False) for cell in row]) for row in rows]
    return paragraph(first=0, after=0, keep_next=True) + table(widths, table_rows, ruled=False)
