"""The nodes of a body, as plain values; each knows how the editor writes it."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Text:
    """Words in one look."""

    words: str
    bold: bool = False
    italic: bool = False
    underline: bool = False

    def as_json(self) -> Json:
        """As the editor writes it."""
        marks = [
            name for name, has in (("strong", self.bold), ("em", self.italic), ("underline", self.underline)) if has
        ]
        node: Json = {"type": "text", "text": self.words}
        if marks:
            node["marks"] = [{"type": name} for name in marks]
        return node


@dataclass(frozen=True, slots=True)
class Break:
    """A new line within a paragraph."""

    def as_json(self) -> Json:
        """As the editor writes it."""
        return {"type": "hard_break"}


Inline = Text | Break


def _within(node: Json, parts: tuple[Any, ...]) -> Json:
    if parts:
        node["content"] = [part.as_json() for part in parts]
    return node


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, justified or in the middle."""

    inside: tuple[Inline, ...] = ()
    centred: bool = False

    def as_json(self) -> Json:
        """As the editor writes it."""
        node: Json = {"type": "paragraph"}
        if self.centred:
            node["attrs"] = {"align": "center"}
        return _within(node, self.inside)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 ("I."), 2 ("1.") or 3 ("a)"); its number is among its words."""

    level: int
    inside: tuple[Inline, ...] = ()

    def as_json(self) -> Json:
        """As the editor writes it."""
        return _within({"type": "heading", "attrs": {"level": self.level}}, self.inside)


@dataclass(frozen=True, slots=True)
class Item:
    """A point of a list."""

    blocks: "tuple[Paragraph | Listing, ...]"

    def as_json(self) -> Json:
        """As the editor writes it."""
        return _within({"type": "list_item"}, self.blocks)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: numbered from `start`, or with dashes."""

    ordered: bool
    items: tuple[Item, ...]
    start: int = 1

    def as_json(self) -> Json:
        """As the editor writes it."""
        node: Json = {"type": "ordered_list" if self.ordered else "bullet_list"}
        if self.ordered:
            node["attrs"] = {"order": self.start}
        return _within(node, self.items)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table, which may reach over neighbours to the right and below."""

    blocks: tuple[Paragraph | Listing, ...]
    columns: int = 1
    rows: int = 1
    is_head: bool = False

    def as_json(self) -> Json:
        """As the editor writes it."""
        kind = "table_header" if self.is_head else "table_cell"
        return _within({"type": kind, "attrs": {"colspan": self.columns, "rowspan": self.rows}}, self.blocks)


@dataclass(frozen=True, slots=True)
class Row:
    """A row: the cells that begin in it."""

    cells: tuple[Cell, ...]

    def as_json(self) -> Json:
        """As the editor writes it."""
        return _within({"type": "table_row"}, self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table whose cells fill a rectangle of so many columns."""

    columns: int
    rows: tuple[Row, ...]

    @property
    def heads(self) -> int:
        """How many rows at the top are its head, which comes again on every page."""
        heads = 0
        for row in self.rows:
            if not row.cells or not all(cell.is_head for cell in row.cells):
                break
            heads += 1
        # A head that reaches down takes the rows below with it; a table is not all head.
        for place, row in enumerate(self.rows[:heads]):
            heads = max([heads, *(place + cell.rows for cell in row.cells)])
        return heads if heads < len(self.rows) else 0

    def as_json(self) -> Json:
        """As the editor writes it."""
        return _within({"type": "table"}, self.rows)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """What follows begins on a new page."""

    def as_json(self) -> Json:
        """As the editor writes it."""
        return {"type": "page_break"}


Block = Paragraph | Heading | Listing | Table | PageBreak


@dataclass(frozen=True, slots=True)
class Body:
    """What a document or an appendix says."""

    blocks: tuple[Block, ...] = ()

    def as_json(self) -> Json:
        """As the editor writes it; `schema.parse` reads it back."""
        return {"type": "doc", "content": [block.as_json() for block in self.blocks or (Paragraph(),)]}


@dataclass(frozen=True, slots=True)
class Appendix:
    """What goes with the document on pages of its own."""

    title: str
    body: Body

    def as_json(self) -> Json:
        """With its title; `schema.parse_appendices` reads a list of them."""
        return {"title": self.title, "body": self.body.as_json()}
