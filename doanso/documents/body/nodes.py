"""The nodes of a body, as plain values with their JSON in the editor's format."""

from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TextRun:
    """Text in one format."""

    words: str
    bold: bool = False
    italic: bool = False
    underline: bool = False

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        marks = [
            name for name, has in (("strong", self.bold), ("em", self.italic), ("underline", self.underline)) if has
        ]
        node: Json = {"type": "text", "text": self.words}
        if marks:
            node["marks"] = [{"type": name} for name in marks]
        return node


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A line break within a paragraph."""

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        return {"type": "hard_break"}


Inline = TextRun | LineBreak


def _within(node: Json, parts: tuple[Any, ...]) -> Json:
    if parts:
        node["content"] = [part.as_json() for part in parts]
    return node


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, justified or centred."""

    inside: tuple[Inline, ...] = ()
    centred: bool = False

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        node: Json = {"type": "paragraph"}
        if self.centred:
            node["attrs"] = {"align": "center"}
        return _within(node, self.inside)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of level 1 ("I."), 2 ("1.") or 3 ("a)"); its number is part of its text."""

    level: int
    inside: tuple[Inline, ...] = ()

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        return _within({"type": "heading", "attrs": {"level": self.level}}, self.inside)


@dataclass(frozen=True, slots=True)
class ListItem:
    """An item of a list."""

    blocks: "tuple[Paragraph | BodyList, ...]"

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        return _within({"type": "list_item"}, self.blocks)


@dataclass(frozen=True, slots=True)
class BodyList:
    """A list: numbered from `start`, or with dashes."""

    ordered: bool
    items: tuple[ListItem, ...]
    start: int = 1

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        node: Json = {"type": "ordered_list" if self.ordered else "bullet_list"}
        if self.ordered:
            node["attrs"] = {"order": self.start}
        return _within(node, self.items)


@dataclass(frozen=True, slots=True)
class BodyTableCell:
    """A cell of a table, which may span columns and rows."""

    blocks: tuple[Paragraph | BodyList, ...]
    columns: int = 1
    rows: int = 1
    is_head: bool = False

    @classmethod
    def of_text(cls, words: str, *, is_head: bool = False) -> "BodyTableCell":
        """Return a cell with one paragraph, bold in a head."""
        return cls((Paragraph((TextRun(words, bold=is_head),)),), is_head=is_head)

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        kind = "table_header" if self.is_head else "table_cell"
        return _within({"type": kind, "attrs": {"colspan": self.columns, "rowspan": self.rows}}, self.blocks)


@dataclass(frozen=True, slots=True)
class BodyTableRow:
    """A row: the cells that begin in it."""

    cells: tuple[BodyTableCell, ...]

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        return _within({"type": "table_row"}, self.cells)


@dataclass(frozen=True, slots=True)
class BodyTable:
    """A table whose cells fill a rectangle of `columns` columns."""

    columns: int
    rows: tuple[BodyTableRow, ...]

    @property
    def heads(self) -> int:
        """Number of rows at the top that are its head and are repeated on every page."""
        heads = 0
        for row in self.rows:
            if not row.cells or not all(cell.is_head for cell in row.cells):
                break
            heads += 1
        # A head cell that spans rows extends the head; a table that is all head has none.
        for index, row in enumerate(self.rows[:heads]):
            heads = max([heads, *(index + cell.rows for cell in row.cells)])
        return heads if heads < len(self.rows) else 0

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        return _within({"type": "table"}, self.rows)


@dataclass(frozen=True, slots=True)
class PageBreak:
    """A page break."""

    def as_json(self) -> Json:
        """Return the editor's JSON."""
        return {"type": "page_break"}


Block = Paragraph | Heading | BodyList | BodyTable | PageBreak


@dataclass(frozen=True, slots=True)
class DocumentBody:
    """The body of a document or an appendix."""

    blocks: tuple[Block, ...] = ()

    def as_json(self) -> Json:
        """Return the editor's JSON, which `schema.parse` parses."""
        return {"type": "doc", "content": [block.as_json() for block in self.blocks or (Paragraph(),)]}


@dataclass(frozen=True, slots=True)
class Appendix:
    """An appendix, printed on its own pages."""

    title: str
    body: DocumentBody

    def as_json(self) -> Json:
        """Return title and body; `schema.parse_appendices` parses a list of them."""
        return {"title": self.title, "body": self.body.as_json()}
