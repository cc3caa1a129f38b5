"""Parsing of a body that a browser sent: whatever the schema does not allow is refused, nothing is guessed.

The format is the editor's (ProseMirror): `{"type": "doc", "content": [...]}`. Headings, tables and page breaks are allowed only
at the top level; lists and cells hold paragraphs and lists. Text is normalised to NFC without control characters.
"""

import json
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from doanso.documents.body.nodes import (
    Appendix,
    Block,
    BodyList,
    BodyTable,
    BodyTableCell,
    BodyTableRow,
    DocumentBody,
    Heading,
    Inline,
    LineBreak,
    ListItem,
    PageBreak,
    Paragraph,
    TextRun,
)  # fmt: skip
from doanso.lib.problems import Problem, Refused

__all__ = ["EMPTY", "Appendix", "DocumentBody", "from_plain", "from_posted", "parse", "parse_appendices"]

EMPTY = DocumentBody()
LARGEST = 1 << 20
"""Bytes of JSON: about two hundred pages."""
MOST_NODES = 40_000
DEEPEST_LIST = 6
MOST_COLUMNS = 30
MOST_ROWS = 1_000
MOST_APPENDICES = 20
LONGEST_TITLE = 300
_MOST_WORDS = 50_000
_HIGHEST_START = 9_999
_UNSEEN = {"Cc", "Cf", "Cs"}
_MARKS = {"strong": "bold", "em": "italic", "underline": "underline"}


def parse(value: Any, field: str = "body") -> DocumentBody:
    """Parse a body from JSON text or decoded JSON; raise Refused for `field`."""
    return _BodyReader(field).body(_loaded(value, field))


def parse_appendices(value: Any, field: str = "appendices") -> tuple[Appendix, ...]:
    """Parse appendices: a list of `{"title": ..., "body": {...}}`."""
    entries = _loaded(value, field)
    if not isinstance(entries, list):
        raise _broken(field)
    if len(entries) > MOST_APPENDICES:
        message = _("There are more than %(most)s appendices. Put some of them together, or attach them as files.")
        raise Refused(Problem("document_body_appendices", message % {"most": MOST_APPENDICES}, field))
    reader = _BodyReader(field)
    return tuple(_appendix(entry, reader, field) for entry in entries)


def from_plain(text: str) -> DocumentBody:
    """Return a body of plain text, a paragraph per line, as it is written without script."""
    lines = (_clean(line).strip() for line in text.splitlines())
    return DocumentBody(tuple(Paragraph((TextRun(line),)) for line in lines if line))


def from_posted(text: str, field: str = "body", *, before: DocumentBody | None = None) -> DocumentBody:
    """Parse the editor's field: its JSON, or plain text without script. Text that equals `before` keeps its format."""
    from doanso.documents.body.text import plain_text

    if text.lstrip().startswith('{"type":'):
        return parse(text, field)
    if len(text.encode()) > LARGEST:
        raise _too_large(field)
    body = from_plain(text)
    same = before is not None and plain_text(from_plain(plain_text(before))) == plain_text(body)
    return before if same and before is not None else body


def _loaded(value: Any, field: str) -> Any:
    if isinstance(value, str | bytes):
        if len(value) > LARGEST:
            raise _too_large(field)
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            raise _broken(field) from None
    return value


def _appendix(entry: Any, reader: "_BodyReader", field: str) -> Appendix:
    if not isinstance(entry, dict) or set(entry) != {"title", "body"} or not isinstance(entry["title"], str):
        raise _broken(field)
    title = _clean(entry["title"]).strip()
    if len(title) > LONGEST_TITLE:
        message = _("The title of an appendix has more than %(most)s characters. Make it shorter.")
        raise Refused(Problem("document_body_title", message % {"most": LONGEST_TITLE}, field))
    return Appendix(title, reader.body(entry["body"]))


def _broken(field: str) -> Refused:
    message = _("The text could not be read, so nothing was saved. Load the page again and repeat your last change.")
    return Refused(Problem("document_body_broken", message, field))


def _too_large(field: str) -> Refused:
    message = _("The text is too long for one document. Move tables and long parts into attached files.")
    return Refused(Problem("document_body_large", message, field))


def _clean(words: str) -> str:
    """Normalise text to NFC and remove characters that are not printed."""
    spaced = (" " if char in "\t\n\r\u2028\u2029" else char for char in words)
    return unicodedata.normalize("NFC", "".join(char for char in spaced if unicodedata.category(char) not in _UNSEEN))


def _attributes(node: Mapping[str, Any], allowed: Iterable[str], field: str) -> Mapping[str, Any]:
    attributes = node.get("attrs") or {}
    if not isinstance(attributes, dict) or not set(attributes) <= set(allowed):
        raise _broken(field)
    return attributes


class _BodyReader:
    """Parses one body, or all appendices, and counts nodes and letters against the limits."""

    def __init__(self, field: str) -> None:
        self.field = field
        self._nodes = 0
        self._letters = 0

    def body(self, value: Any) -> DocumentBody:
        """Parse a whole body."""
        node = self._node(value, {"doc"})
        blocks = [self._block(child) for child in self._inside(node)]
        # The editor's empty document is one empty paragraph, and it always ends with one.
        while blocks and blocks[-1] == Paragraph():
            blocks.pop()
        return DocumentBody(tuple(blocks))

    def _node(self, value: Any, kinds: Iterable[str]) -> Mapping[str, Any]:
        self._nodes += 1
        if self._nodes > MOST_NODES:
            raise _too_large(self.field)
        if not isinstance(value, dict) or not set(value) <= {"type", "attrs", "content", "text", "marks"}:
            raise _broken(self.field)
        kind = value.get("type")
        if not isinstance(kind, str) or kind not in kinds:
            raise _broken(self.field)
        if kind != "text" and ("text" in value or value.get("marks")):
            raise _broken(self.field)
        return value

    def _inside(self, node: Mapping[str, Any]) -> list[Any]:
        inside = node.get("content") or []
        if not isinstance(inside, list):
            raise _broken(self.field)
        return inside

    def _block(self, value: Any) -> Block:
        kinds = {"paragraph", "heading", "ordered_list", "bullet_list", "table", "page_break"}
        node = self._node(value, kinds)
        if node["type"] == "paragraph":
            return self._paragraph(node)
        if node["type"] == "heading":
            level = _attributes(node, {"level"}, self.field).get("level")
            if level not in (1, 2, 3) or isinstance(level, bool):
                raise _broken(self.field)
            return Heading(level, self._inline(node))
        if node["type"] == "table":
            return self._table(node)
        if node["type"] == "page_break":
            _attributes(node, (), self.field)
            return PageBreak()
        return self._list(node, 1)

    def _paragraph(self, node: Mapping[str, Any]) -> Paragraph:
        align = _attributes(node, {"align"}, self.field).get("align")
        if align not in (None, "", "center"):
            raise _broken(self.field)
        return Paragraph(self._inline(node), align == "center")

    def _inline(self, node: Mapping[str, Any]) -> tuple[Inline, ...]:
        """Parse text; neighbouring runs in one format are joined."""
        inlines: list[Inline] = []
        for value in self._inside(node):
            child = self._node(value, {"text", "hard_break"})
            if child["type"] == "hard_break":
                _attributes(child, (), self.field)
                inlines.append(LineBreak())
                continue
            text = self._text(child)
            last = inlines[-1] if inlines else None
            looks = (text.bold, text.italic, text.underline)
            if isinstance(last, TextRun) and (last.bold, last.italic, last.underline) == looks:
                inlines[-1] = TextRun(_clean(last.words + text.words), *looks)
            elif text.words:
                inlines.append(text)
        return tuple(inlines)

    def _text(self, node: Mapping[str, Any]) -> TextRun:
        words, marks = node.get("text"), node.get("marks") or []
        if not isinstance(words, str) or not isinstance(marks, list):
            raise _broken(self.field)
        self._letters += len(words)
        if self._letters > LARGEST or len(words) > _MOST_WORDS:
            raise _too_large(self.field)
        looks = {}
        for mark in marks:
            if not isinstance(mark, dict) or set(mark) - {"type", "attrs"} or mark.get("attrs"):
                raise _broken(self.field)
            if not isinstance(mark.get("type"), str) or mark["type"] not in _MARKS:
                raise _broken(self.field)
            looks[_MARKS[mark["type"]]] = True
        return TextRun(_clean(words), **looks)

    def _list(self, node: Mapping[str, Any], depth: int) -> BodyList:
        if depth > DEEPEST_LIST:
            message = _("Lists stand more than %(most)s deep in each other. Move the innermost ones further out.")
            raise Refused(Problem("document_body_deep", message % {"most": DEEPEST_LIST}, self.field))
        ordered = node["type"] == "ordered_list"
        start = _attributes(node, {"order"} if ordered else (), self.field).get("order", 1)
        if not isinstance(start, int) or isinstance(start, bool) or not 0 <= start <= _HIGHEST_START:
            raise _broken(self.field)
        items = []
        for value in self._inside(node):
            list_item = self._node(value, {"list_item"})
            _attributes(list_item, (), self.field)
            blocks = self._flow(list_item, depth)
            # A list item begins with a paragraph, which may be empty.
            items.append(ListItem(blocks if isinstance(blocks[0], Paragraph) else (Paragraph(), *blocks)))
        if not items:
            raise _broken(self.field)
        return BodyList(ordered, tuple(items), start)

    def _flow(self, node: Mapping[str, Any], depth: int) -> tuple[Paragraph | BodyList, ...]:
        """Parse paragraphs and lists."""
        blocks: list[Paragraph | BodyList] = []
        for value in self._inside(node):
            child = self._node(value, {"paragraph", "ordered_list", "bullet_list"})
            blocks.append(self._paragraph(child) if child["type"] == "paragraph" else self._list(child, depth + 1))
        return tuple(blocks) or (Paragraph(),)

    def _table(self, node: Mapping[str, Any]) -> BodyTable:
        _attributes(node, (), self.field)
        row_values = self._inside(node)
        if not row_values:
            raise _broken(self.field)
        if len(row_values) > MOST_ROWS:
            raise self._unwieldy()
        rows = []
        for value in row_values:
            row = self._node(value, {"table_row"})
            _attributes(row, (), self.field)
            rows.append([self._cell(cell) for cell in self._inside(row)])
        return self._filled(rows)

    def _unwieldy(self) -> Refused:
        message = _("A table has more than %(columns)s columns or %(rows)s rows. Attach it as an Excel file instead.")
        limits = {"columns": MOST_COLUMNS, "rows": MOST_ROWS}
        return Refused(Problem("document_body_table", message % limits, self.field))

    def _cell(self, value: Any) -> BodyTableCell:
        node = self._node(value, {"table_cell", "table_header"})
        attributes = _attributes(node, {"colspan", "rowspan", "colwidth"}, self.field)
        spans = [attributes.get(name, 1) for name in ("colspan", "rowspan")]
        if not all(isinstance(span, int) and not isinstance(span, bool) and span >= 1 for span in spans):
            raise _broken(self.field)
        if spans[0] > MOST_COLUMNS or spans[1] > MOST_ROWS:
            raise self._unwieldy()
        return BodyTableCell(self._flow(node, 0), spans[0], spans[1], node["type"] == "table_header")

    def _filled(self, rows: list[list[BodyTableCell]]) -> BodyTable:
        """Fill gaps of a table with empty cells, so that it is a rectangle; refuse overlapping cells."""
        taken: set[tuple[int, int]] = set()
        width = 0
        for down, row in enumerate(rows):
            across = 0
            for cell in row:
                while (down, across) in taken:
                    across += 1
                if down + cell.rows > len(rows):
                    raise _broken(self.field)
                area = {(down + y, across + x) for y in range(cell.rows) for x in range(cell.columns)}
                if taken & area:
                    raise _broken(self.field)
                taken |= area
                across += cell.columns
                width = max(width, across)
                if width > MOST_COLUMNS:
                    raise self._unwieldy()
        if not width:
            raise _broken(self.field)
        filled = [BodyTableRow((*row, *_gaps(down, width, taken, row))) for down, row in enumerate(rows)]
        self._nodes += 2 * sum(len(filled_row.cells) - len(row) for filled_row, row in zip(filled, rows, strict=True))
        if self._nodes > MOST_NODES:
            raise _too_large(self.field)
        return BodyTable(width, tuple(filled))


def _gaps(down: int, width: int, taken: set[tuple[int, int]], row: list[BodyTableCell]) -> tuple[BodyTableCell, ...]:
    is_head = bool(row) and all(cell.is_head for cell in row)
    return tuple(
        BodyTableCell((Paragraph(),), is_head=is_head) for across in range(width) if (down, across) not in taken
    )
