"""What a new document begins with: the outline of its kind, as the file of kinds writes it, read into a body."""

import re

from doanso.documents.body.nodes import Block, Body, Heading, Paragraph, Text

_HEADING = re.compile(r"(#{1,3}) ")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def read_outline(outline: str) -> Body:
    """The body that an outline describes, a block per line; every text has a meaning, so nothing is refused."""
    return Body(tuple(_block(line.strip()) for line in outline.splitlines() if line.strip()))


def _block(line: str) -> Block:
    if heading := _HEADING.match(line):
        return Heading(len(heading[1]), _words(line[heading.end() :]))
    if line.startswith("= "):
        return Paragraph((Text(line[2:].strip(), bold=True),), centred=True)
    if line.startswith("/ "):
        return Paragraph((Text(line[2:].strip(), italic=True),))
    return Paragraph(_words(line))


def _words(line: str) -> tuple[Text, ...]:
    """Words with the bold ones among them: of the parts between the marks, every second one."""
    return tuple(Text(words, bold=place % 2 == 1) for place, words in enumerate(_BOLD.split(line)) if words)
