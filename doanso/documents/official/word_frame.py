"""The frame of a Word document: who issues it and its number, its title and date; to whom it goes and who signs."""

from collections.abc import Sequence

from doanso.documents.official import wording
from doanso.documents.official.markup import Cell, TableRow, paragraph, run, table

_SIGNATURE = 80
"""Points of room for signature and seal."""
SIGN_WIDTH = 85.0
"""Millimetres of the column in which one signs."""


def line(words: str, *, size: float = 14, bold: bool = False, italic: bool = False, **layout: object) -> str:
    """A line of the head or of the signature, in the middle of its column."""
    return paragraph(run(words, bold=bold, italic=italic, size=size), style="InHead", **layout)  # type: ignore[arg-type]


def level_rule(aside: float) -> str:
    """A line in the middle of the column, this far from its sides."""
    return paragraph(style="InHead", left=aside, right=aside, rule=True, mark=2)


def issuer(form: str, superior: str, names: Sequence[str]) -> str:
    """The body above, the issuing one, and what parts them from the number."""
    is_state = form == wording.ND30
    size = 13.0 if is_state else 14.0
    xml = line(superior.upper(), size=size) if superior else ""
    xml += "".join(line(name.upper(), size=size, bold=True) for name in names)
    return xml + (level_rule(20) if is_state else line("***"))


def number(form: str, words: str) -> str:
    """Number and symbol."""
    is_state = form == wording.ND30
    return line(words, size=13.0 if is_state else 14.0, before=6 if is_state else 0)


def mark(words: str, *, aside: float = 24, colour: str = "") -> str:
    """A mark in its box."""
    xml = run(words, bold=True, size=13, colour=colour)
    around = colour or "auto"
    return paragraph(xml, style="InHead", left=aside, right=aside, before=6, after=6, boxed=True, colour=around)


def title(form: str, place_and_date: str) -> str:
    """The Union's or the state's title, then place and date."""
    if form == wording.ND30:
        xml = line(wording.NATION, size=13, bold=True) + line(wording.MOTTO, size=14, bold=True) + level_rule(19)
    else:
        xml = line(wording.UNION, size=15, bold=True) + level_rule(4)
    return xml + line(place_and_date, italic=True, before=6)


def head_widths(form: str) -> tuple[float, float]:
    """Millimetres of both sides of the head."""
    return (67.0, 98.0) if form == wording.ND30 else (82.0, 78.0)


def head_table(form: str, left: str, right: str) -> str:
    """Both sides of the head beside each other."""
    return table(head_widths(form), [TableRow([Cell(left, middle=False), Cell(right, middle=False)])], ruled=False)


def recipients(lines: Sequence[str]) -> str:
    """To whom it goes."""
    if not lines:
        return ""
    xml = paragraph(run(wording.RECIPIENTS, bold=True, italic=True, size=12), style="InHead", align="left", before=6)
    return xml + "".join(
        paragraph(run(recipient, size=11), style="InHead", align="left") for recipient in wording.recipients(lines)
    )


def signature(
    form: str, authority: Sequence[str], post: str, signer: str, *, spaced: bool = True
) -> tuple[str, str, str]:
    """In whose place somebody signs and the post; room for signature and seal; the name.

    The state's form sets authority and post in bold letters, the Union's the authority alone.
    """
    lines = [*((text, True) for text in authority), (post, form == wording.ND30)]
    above = "".join(
        line(text.upper(), bold=bold, keep_next=True, before=6 if spaced and place == 0 else None)
        for place, (text, bold) in enumerate(lines)
    )
    return above, paragraph(style="InHead", before=_SIGNATURE, keep_next=True, mark=2), line(signer, bold=True)


def closing_table(widths: Sequence[float], rows: Sequence[Sequence[str]]) -> str:
    """What stands below the body, never torn from it."""
    table_rows = [TableRow([Cell(cell or paragraph(style="InHead"), middle=False) for cell in row]) for row in rows]
    return paragraph(first=0, after=0, keep_next=True) + table(widths, table_rows, ruled=False)
