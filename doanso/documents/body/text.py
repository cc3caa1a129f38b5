"""A body as plain text: for search, for marks of secrecy, and for writing without script."""

from collections.abc import Iterable, Iterator

from doanso.documents.body.nodes import (
    Appendix,
    BodyList,
    BodyTable,
    BodyTableCell,
    DocumentBody,
    Heading,
    Inline,
    LineBreak,
    Paragraph,
    TextRun,
)


def words_of(inside: Iterable[Inline]) -> str:
    """Return the text of a paragraph, with its line breaks."""
    return "".join(inline.words if isinstance(inline, TextRun) else "\n" for inline in inside)


def plain_text(body: DocumentBody) -> str:
    """Return a line per paragraph, list item and table row; cells are separated by tabs."""
    return "\n".join(_lines(body))


def pages_of(body: DocumentBody, appendices: Iterable[Appendix] = ()) -> list[str]:
    """Return the document and each appendix as separate texts, as marks of secrecy are searched."""
    return [plain_text(body), *(f"{appendix.title}\n{plain_text(appendix.body)}" for appendix in appendices)]


def is_empty(body: DocumentBody) -> bool:
    """Return whether the body has no text."""
    return not plain_text(body).strip()


def _lines(body: DocumentBody) -> Iterator[str]:
    for block in body.blocks:
        if isinstance(block, Paragraph | Heading):
            yield words_of(block.inside)
        elif isinstance(block, BodyList):
            yield from _points(block)
        elif isinstance(block, BodyTable):
            for row in block.rows:
                yield "\t".join(_cell(cell) for cell in row.cells)


def _points(listing: BodyList) -> Iterator[str]:
    for number, list_item in enumerate(listing.items, listing.start):
        sign = f"{number}. " if listing.ordered else "- "
        for block in list_item.blocks:
            if isinstance(block, BodyList):
                yield from _points(block)
            else:
                yield sign + words_of(block.inside)
                sign = ""


def _cell(cell: BodyTableCell) -> str:
    lines = []
    for block in cell.blocks:
        lines += [words_of(block.inside)] if isinstance(block, Paragraph) else list(_points(block))
    return " ".join(line.replace("\n", " ") for line in lines)


def without_breaks(inside: Iterable[Inline]) -> tuple[TextRun, ...]:
    """Return the text of a paragraph with spaces for line breaks."""
    return tuple(TextRun(" ") if isinstance(inline, LineBreak) else inline for inline in inside)
