"""The outline of a kind, with which a new document begins, parsed into a body."""

import re

from doanso.documents.body.nodes import Block, DocumentBody, Heading, Paragraph, TextRun

_HEADING = re.compile(r"(#{1,3}) ")
_BOLD = re.compile(r"\*\*(.+?)\*\*")


def read_outline(outline: str) -> DocumentBody:
    """Parse an outline, a block per line; every text is valid."""
    return DocumentBody(tuple(_block(line.strip()) for line in outline.splitlines() if line.strip()))


def _block(line: str) -> Block:
    if heading := _HEADING.match(line):
        return Heading(len(heading[1]), _words(line[heading.end() :]))
    if line.startswith("= "):
        return Paragraph((TextRun(line[2:].strip(), bold=True),), centred=True)
    if line.startswith("/ "):
        return Paragraph((TextRun(line[2:].strip(), italic=True),))
    return Paragraph(_words(line))


def _words(line: str) -> tuple[TextRun, ...]:
    """Split a line into text runs: every second part between the marks is bold."""
    return tuple(TextRun(words, bold=index % 2 == 1) for index, words in enumerate(_BOLD.split(line)) if words)
