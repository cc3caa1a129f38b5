"""A body as plain words: for search, for a mark of secrecy, for whoever writes without script."""

from collections.abc import Iterable, Iterator

from doanso.documents.body.nodes import Appendix, Body, Break, Cell, Heading, Inline, Listing, Paragraph, Table, Text


def words_of(inside: Iterable[Inline]) -> str:
    """The words of a paragraph; a break within it is one here."""
    return "".join(inline.words if isinstance(inline, Text) else "\n" for inline in inside)


def plain_text(body: Body) -> str:
    """A line per paragraph, point of a list and row of a table; cells are parted by tabs."""
    return "\n".join(_lines(body))


def pages_of(body: Body, appendices: Iterable[Appendix] = ()) -> list[str]:
    """The document and each appendix by itself, as whoever looks for marks reads them."""
    return [plain_text(body), *(f"{appendix.title}\n{plain_text(appendix.body)}" for appendix in appendices)]


def is_empty(body: Body) -> bool:
    """Whether it says nothing."""
    return not plain_text(body).strip()


def _lines(body: Body) -> Iterator[str]:
    for block in body.blocks:
        if isinstance(block, Paragraph | Heading):
            yield words_of(block.inside)
        elif isinstance(block, Listing):
            yield from _points(block)
        elif isinstance(block, Table):
            for row in block.rows:
                yield "\t".join(_cell(cell) for cell in row.cells)


def _points(listing: Listing) -> Iterator[str]:
    for place, item in enumerate(listing.items, listing.start):
        sign = f"{place}. " if listing.ordered else "- "
        for block in item.blocks:
            if isinstance(block, Listing):
                yield from _points(block)
            else:
                yield sign + words_of(block.inside)
                sign = ""


def _cell(cell: Cell) -> str:
    lines = []
    for block in cell.blocks:
        lines += [words_of(block.inside)] if isinstance(block, Paragraph) else list(_points(block))
    return " ".join(line.replace("\n", " ") for line in lines)


def without_breaks(inside: Iterable[Inline]) -> tuple[Text, ...]:
    """The words alone; a break becomes a space."""
    return tuple(Text(" ") if isinstance(inline, Break) else inline for inline in inside)
