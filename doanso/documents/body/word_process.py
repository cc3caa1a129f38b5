"""The program that turns the text of a Word file into the editor's JSON, in a sandbox; started by `word_files`.

Standard input is a file that `files.reading.examine` has accepted; the zip is measured again here. The answer is the body, and
how often something occurs that the editor cannot keep. It knows nothing of the product and has no secret.
"""

import codecs
import io
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from lxml import etree

if TYPE_CHECKING:
    from doanso.lib.sandbox.child import load, open_nothing_more
else:
    from __main__ import load, open_nothing_more

Json = dict[str, Any]

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PARTS = re.compile(r"word/(document\d*|styles|numbering|header\d*|footer\d*)\.xml")
_MOST_KEPT = 30 << 20
_OFF = {"0", "false", "off", "none"}
_CHANGED = {
    "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "trPrChange", "cellIns", "cellDel",
}  # fmt: skip
# An element, by its local name -> what is lost with it.
_LOST = {
    **dict.fromkeys(_CHANGED, "changes"),
    **dict.fromkeys(("footnoteReference", "endnoteReference"), "notes"),
    "commentReference": "comments",
    "txbxContent": "boxes",
    "textpath": "boxes",
    "object": "objects",
    "altChunk": "objects",
    "oMath": "formulas",
    "sym": "symbols",
}
_SKIPPED = {
    "del", "moveFrom", "rPr", "pPr", "Fallback", "oMath", "sectPr", "instrText", "delText", "tblPr", "trPr", "tcPr",
}  # fmt: skip
_DRAWN = {"drawing", "pict", "object"}
_SHIFTED = {"superscript", "subscript"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
# Those of `body.schema`.
_DEEPEST_LIST = 6
_HIGHEST_START = 9_999


def local(element: Any) -> str:
    """Return an element's name without its namespace; "" of what is no element."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value(element: Any, path: str, attribute: str = "val") -> str | None:
    """Return the attribute of the descendant at a path such as "pPr/numPr/ilvl", None where there is none."""
    found = element.find("/".join(f"{_W}{step}" for step in path.split("/"))) if element is not None else None
    return None if found is None else found.get(f"{_W}{attribute}", "")


def is_on(text: str | None) -> bool:
    return text is not None and text.lower() not in _OFF


def number(text: str | None, default: int) -> int:
    return int(text) if text is not None and re.fullmatch(r"-?\d{1,9}", text) else default


class Styles:
    """The paragraph styles, each with what it takes from the one that it is based on."""

    def __init__(self, root: Any) -> None:
        self._styles: dict[str, Any] = {}
        self.default = ""
        for style in root.iter(f"{_W}style") if root is not None else ():
            key = style.get(f"{_W}styleId", "")
            self._styles[key] = style
            if style.get(f"{_W}type") == "paragraph" and is_on(style.get(f"{_W}default")):
                self.default = key

    def chain(self, key: str) -> Iterator[Any]:
        seen = set[str]()
        while key in self._styles and key not in seen:
            seen.add(key)
            yield self._styles[key]
            key = value(self._styles[key], "basedOn") or ""

    def first(self, key: str, path: str) -> str | None:
        return next((found for style in self.chain(key) if (found := value(style, path)) is not None), None)

    def heading(self, key: str) -> int:
        """Return the level of a heading, 9 for a title, 0 for other text."""
        for style in self.chain(key):
            name = (value(style, "name") or "").lower()
            if name == "title":
                return 9
            if match := re.fullmatch(r"heading ([1-9])", name):
                return min(int(match[1]), 3)
        level = number(self.first(key, "pPr/outlineLvl"), 9)
        return min(level + 1, 3) if 0 <= level < 9 else 0


class Numbering:
    """The signs that Word counts itself: "1.", "a)", "Điều 3."."""

    def __init__(self, root: Any) -> None:
        all_abstract = root.iter(f"{_W}abstractNum") if root is not None else ()
        abstract = {each.get(f"{_W}abstractNumId"): each.findall(f"{_W}lvl") for each in all_abstract}
        self._levels: dict[str, dict[int, Any]] = {}
        self._starts: dict[tuple[str, int], int] = {}
        self._counts: dict[tuple[str, int], int] = {}
        self._series: dict[str, str] = {}
        for num in root.iter(f"{_W}num") if root is not None else ():
            key, of = num.get(f"{_W}numId", ""), value(num, "abstractNumId") or ""
            levels = {number(level.get(f"{_W}ilvl"), 0): level for level in abstract.get(of, ())}
            overrides = list(num.iter(f"{_W}lvlOverride"))
            # Instances of one definition go on counting, unless they begin again.
            self._series[key] = key if overrides else f"of {of}"
            for override in overrides:
                level = number(override.get(f"{_W}ilvl"), 0)
                if (start := value(override, "startOverride")) is not None:
                    self._starts[key, level] = number(start, 1)
                if (own := override.find(f"{_W}lvl")) is not None:
                    levels[level] = own
            self._levels[key] = levels

    def sign(self, key: str, level: int) -> tuple[str, int, str] | None:
        """Count one paragraph; return the kind of its list (`bullets`, `numbers`, `typed`), its number and its sign."""
        definition = self._levels.get(key, {}).get(level)
        if definition is None:
            return None
        form = value(definition, "numFmt") or "decimal"
        if form == "bullet":
            return "bullets", 1, ""
        series = self._series[key]
        count = self._counts.get((series, level))
        count = self._start(key, level) if count is None else count + 1
        self._counts[series, level] = count
        for deeper in [index for of, index in self._counts if of == series and index > level]:
            del self._counts[series, deeper]
        text = value(definition, "lvlText") or ""
        if form == "none":
            return ("typed", count, text) if text else None
        if form == "decimal" and 0 <= count <= _HIGHEST_START and text in (f"%{level + 1}.", f"%{level + 1})"):
            return "numbers", count, ""
        return "typed", count, re.sub(r"%([1-9])", lambda match: self._written(key, int(match[1]) - 1), text)

    def _start(self, key: str, level: int) -> int:
        start = value(self._levels[key][level], "start") if level in self._levels[key] else None
        return self._starts.get((key, level), number(start, 1))

    def _written(self, key: str, level: int) -> str:
        count = self._counts.get((self._series[key], level), self._start(key, level))
        form = value(self._levels[key].get(level), "numFmt") or "decimal"
        if form in ("lowerLetter", "upperLetter") and count > 0:
            written = _LETTERS[(count - 1) % 26] * ((count - 1) // 26 % 5 + 1)
        elif form in ("lowerRoman", "upperRoman") and 0 < count < 4000:
            written, left = "", count
            for size, letters in _ROMAN:
                written += letters * (left // size)
                left %= size
        else:
            written = f"{count:02}" if form == "decimalZero" else str(count)
        return written.upper() if form.startswith("upper") else written


class WordText:
    """The main text of a Word file, read from its checked parts."""

    def __init__(self, parts: dict[str, Any]) -> None:
        self._styles = Styles(parts.get("word/styles.xml"))
        self._numbering = Numbering(parts.get("word/numbering.xml"))
        self.lost: Counter[str] = Counter()
        document = next(root for name, root in parts.items() if name.startswith("word/document"))
        self._count_lost(document)
        for name, root in parts.items():
            if re.match(r"word/(header|footer)", name) and re.search(
                r"[^\W\d]", "".join(text.text or "" for text in root.iter(f"{_W}t"))
            ):
                self.lost["edges"] += 1
        self.blocks = list(self._blocks(document.find(f"{_W}body"), at_top=True))

    def _count_lost(self, parent: Any) -> None:
        for element in parent:
            if (name := local(element)) and name != "Fallback":
                self._count(element, name)
                self._count_lost(element)

    def _count(self, element: Any, name: str) -> None:
        if name in _LOST:
            self.lost[_LOST[name]] += 1
        elif name == "drawing":
            kinds = {graphic.get("uri", "") for graphic in element.iter("{*}graphicData")}
            if not element.findall(f".//{_W}txbxContent"):
                self.lost["pictures" if any("picture" in kind for kind in kinds) else "drawings"] += 1
        elif name == "imagedata" and not any(local(parent) == "object" for parent in element.iterancestors()):
            self.lost["pictures"] += 1
        elif name == "hyperlink" and any(key.endswith("}id") for key in element.attrib):
            self.lost["links"] += 1
        elif name == "vertAlign" and element.get(f"{_W}val") in _SHIFTED:
            self.lost["shifted"] += 1
        elif name in ("strike", "dstrike") and is_on(element.get(f"{_W}val", "")):
            self.lost["struck"] += 1
        elif name == "tbl" and any(local(parent) == "tc" for parent in element.iterancestors()):
            self.lost["tables"] += 1

    # --- Blocks -------------------------------------------------------------------------------------------------------

    def _blocks(self, parent: Any, *, at_top: bool) -> Iterator[Json]:
        """Yield the blocks below an element, list items joined to lists."""
        listed: list[tuple[str, int, int, list[Json]]] = []
        for element in self._paragraphs_and_tables(parent):
            if local(element) == "tbl":
                yield from _lists(listed)
                listed = []
                if at_top:
                    yield from self._table(element)
                else:
                    yield from self._rows_as_text(element)
                continue
            for block, item in self._paragraph(element, at_top=at_top):
                if item is not None:
                    listed.append((*item, block.get("content", [])))
                    continue
                yield from _lists(listed)
                listed = []
                yield block
        yield from _lists(listed)

    def _paragraphs_and_tables(self, parent: Any) -> Iterator[Any]:
        for element in parent if parent is not None else ():
            name = local(element)
            if name in ("p", "tbl"):
                yield element
            elif name not in _SKIPPED and name:
                yield from self._paragraphs_and_tables(element)

    def _paragraph(self, element: Any, *, at_top: bool) -> Iterator[tuple[Json, tuple[str, int, int] | None]]:
        """Yield the blocks of a paragraph: more than one where a page begins in it."""
        key = value(element, "pPr/pStyle") or self._styles.default
        heading = self._styles.heading(key)
        if heading == 0 and 0 <= (own := number(value(element, "pPr/outlineLvl"), 9)) < 9:
            heading = min(own + 1, 3)
        centred = (value(element, "pPr/jc") or self._styles.first(key, "pPr/jc")) == "center"
        counted = self._counted(element, key)
        pieces = list(self._inline(element, self._look(key)))
        if at_top and is_on(value(element, "pPr/pageBreakBefore")):
            yield {"type": "page_break"}, None
        lines: list[list[Json]] = [[]]
        for piece in pieces:
            if piece["type"] != "page_break":
                lines[-1].append(piece)
            elif at_top:
                lines.append([])
        for index, line in enumerate(lines):
            if index:
                yield {"type": "page_break"}, None
                if not _text_of(line).strip():
                    continue
            yield self._block(line, heading, centred, None if index else counted, at_top=at_top)
        if at_top and element.find(f"{_W}pPr/{_W}sectPr") is not None:
            if value(element, "pPr/sectPr/type") != "continuous":
                yield {"type": "page_break"}, None

    def _block(
        self, line: list[Json], heading: int, centred: bool, counted: tuple[str, int, str, int] | None, *, at_top: bool
    ) -> tuple[Json, tuple[str, int, int] | None]:
        kind, count, sign, level = counted or ("", 0, "", 0)
        if not _text_of(line).strip():
            return {"type": "paragraph"}, None
        if kind == "numbers" and heading:
            sign = f"{count}."
        if sign and (heading or kind == "typed"):
            line = [{**line[0], "type": "text", "text": f"{sign} {line[0].get('text', '')}"}, *line[1:]]
        if heading and heading != 9 and at_top:
            plain = [piece if piece["type"] != "text" else _unmarked(piece, "strong") for piece in line]
            return {"type": "heading", "attrs": {"level": heading}, "content": plain}, None
        if heading:
            line = [piece if piece["type"] != "text" else _marked(piece, "strong") for piece in line]
        if kind in ("bullets", "numbers") and not heading:
            return {"type": "paragraph", "content": line}, (kind, min(level, _DEEPEST_LIST - 1), count)
        block: Json = {"type": "paragraph", "content": line}
        if centred or heading == 9:
            block["attrs"] = {"align": "center"}
        return block, None

    def _counted(self, element: Any, key: str) -> tuple[str, int, str, int] | None:
        """Return kind, number, sign and level of a paragraph that Word numbers."""
        of = value(element, "pPr/numPr/numId")
        of = self._styles.first(key, "pPr/numPr/numId") if of is None else of
        if of in (None, "", "0"):
            return None
        own = value(element, "pPr/numPr/ilvl")
        level = number(own if own is not None else self._styles.first(key, "pPr/numPr/ilvl"), 0)
        sign = self._numbering.sign(of, level) if of is not None else None
        return None if sign is None else (*sign, level)

    # --- Text ---------------------------------------------------------------------------------------------------------

    def _look(self, key: str) -> dict[str, bool]:
        """Return which marks the style of a paragraph gives to all of its text."""
        return {
            "strong": is_on(self._styles.first(key, "rPr/b")),
            "em": is_on(self._styles.first(key, "rPr/i")),
            "underline": is_on(self._styles.first(key, "rPr/u")),
        }

    def _inline(self, parent: Any, look: dict[str, bool]) -> Iterator[Json]:
        for element in parent:
            name = local(element)
            if name == "r":
                yield from self._run(element, look)
            elif name and name not in _SKIPPED and name not in _DRAWN:
                yield from self._inline(element, look)

    def _run(self, run: Any, look: dict[str, bool]) -> Iterator[Json]:
        style = value(run, "rPr/rStyle") or ""
        looks = dict(look)
        for mark, tag in (("strong", "b"), ("em", "i"), ("underline", "u")):
            own = value(run, f"rPr/{tag}")
            own = self._styles.first(style, f"rPr/{tag}") if own is None else own
            if own is not None:
                looks[mark] = is_on(own)
        marks = [{"type": mark} for mark, has in looks.items() if has]
        for element in run:
            name = local(element)
            if name == "t" and element.text:
                yield {"type": "text", "text": element.text, **({"marks": marks} if marks else {})}
            elif name in ("tab", "ptab", "noBreakHyphen"):
                yield {"type": "text", "text": "-" if name == "noBreakHyphen" else " "}
            elif name in ("br", "cr"):
                kind = element.get(f"{_W}type", "")
                yield {"type": "page_break" if kind == "page" else "hard_break"}

    # --- Tables -------------------------------------------------------------------------------------------------------

    def _rows(self, table: Any) -> Iterator[Any]:
        for element in table:
            if local(element) == "tr":
                yield element
            elif local(element) not in _SKIPPED and local(element) != "tbl":
                yield from self._rows(element)

    def _cells(self, row: Any) -> Iterator[Any]:
        for element in row:
            if local(element) == "tc":
                yield element
            elif local(element) not in _SKIPPED:
                yield from self._cells(element)

    def _rows_as_text(self, table: Any) -> Iterator[Json]:
        """Yield a table inside a cell as one paragraph per row."""
        for row in self._rows(table):
            texts = (" ".join(_block_texts(self._blocks(cell, at_top=False))) for cell in self._cells(row))
            if line := " – ".join(text.strip() for text in texts if text.strip()):
                yield {"type": "paragraph", "content": [{"type": "text", "text": line}]}

    def _table(self, table: Any) -> Iterator[Json]:
        """Yield a table; cells joined downwards become one that spans rows."""
        rows: list[Json] = []
        opened: dict[int, Json] = {}
        for row in self._rows(table):
            is_head = is_on(value(row, "trPr/tblHeader"))
            column = number(value(row, "trPr/gridBefore"), 0)
            cells, still = list[Json](), dict[int, Json]()
            if column:
                cells.append(_cell([{"type": "paragraph"}], column, is_head=is_head))
            for element in self._cells(row):
                columns = max(number(value(element, "tcPr/gridSpan"), 1), 1)
                down = value(element, "tcPr/vMerge")
                above = opened.get(column)
                if above is not None and down in ("", "continue") and above["attrs"]["colspan"] == columns:
                    above["attrs"]["rowspan"] += 1
                    blocks = list(self._blocks(element, at_top=False))
                    above["content"] += [block for block in blocks if block != {"type": "paragraph"}]
                    still[column] = above
                else:
                    cell = _cell(list(self._blocks(element, at_top=False)), columns, is_head=is_head)
                    cells.append(cell)
                    if down is not None:
                        still[column] = cell
                column += columns
            opened = still
            rows.append({"type": "table_row", "content": cells})
        if any(row["content"] for row in rows):
            yield {"type": "table", "content": rows}


def _cell(blocks: list[Json], columns: int, *, is_head: bool) -> Json:
    kind = "table_header" if is_head else "table_cell"
    return {"type": kind, "attrs": {"colspan": columns, "rowspan": 1}, "content": blocks or [{"type": "paragraph"}]}


def _text_of(line: list[Json]) -> str:
    return "".join(piece.get("text", "") for piece in line)


def _block_texts(blocks: Iterator[Json]) -> Iterator[str]:
    for block in blocks:
        yield block["text"] if "text" in block else " ".join(_block_texts(iter(block.get("content", ()))))


def _marked(piece: Json, mark: str) -> Json:
    return {**_unmarked(piece, mark), "marks": [{"type": mark}, *_unmarked(piece, mark).get("marks", [])]}


def _unmarked(piece: Json, mark: str) -> Json:
    kept = [each for each in piece.get("marks", ()) if each["type"] != mark]
    return {"type": "text", "text": piece["text"], **({"marks": kept} if kept else {})}


def _lists(items: list[tuple[str, int, int, list[Json]]]) -> Iterator[Json]:
    """Yield the lists of neighbouring items: kind, level, number and text; what is deeper belongs to the item before."""
    index = 0
    while index < len(items):
        kind, _level, count, _content = items[index]
        block: Json = {"type": "bullet_list" if kind == "bullets" else "ordered_list", "content": []}
        if kind == "numbers":
            block["attrs"] = {"order": count}
        expected = count
        while index < len(items) and items[index][0] == kind and (kind == "bullets" or items[index][2] == expected):
            content = items[index][3]
            depth = items[index][1]
            index += 1
            end = index
            while end < len(items) and items[end][1] > depth:
                end += 1
            first: Json = {"type": "paragraph", "content": content}
            block["content"].append({"type": "list_item", "content": [first, *_lists(items[index:end])]})
            index, expected = end, expected + 1
        yield block


def parts_of(file: BinaryIO, bounds: Any) -> dict[str, Any]:
    """Return the roots of the parts that hold text, with no entity resolved, fetched or expanded."""
    package = bounds.BoundedZip(file, bounds.ZipBounds())
    package.check_directory()
    kept, left = dict[str, Any](), _MOST_KEPT
    for part in package.parts:
        name = part.filename.lower()
        content = bytearray()
        for piece in package.pieces(part):
            if _PARTS.fullmatch(name):
                content += piece
                if len(content) > left:
                    raise MemoryError
        if content:
            left -= len(content)
            parser = etree.XMLParser(
                resolve_entities=False,
                no_network=True,
                huge_tree=False,
                load_dtd=False,
                remove_comments=True,
                remove_pis=True,
            )
            kept[name] = etree.fromstring(bytes(content), parser)
    return kept


def send_answer(file: BinaryIO, _parameters: Json) -> None:
    """Send the body and what is lost, or that the file cannot be read."""
    try:
        content = file.read()
        bounds = load(Path(__file__).parents[2] / "lib" / "zip_bounds.py")
        for needed_later in ("ascii", "cp437", "utf-8-sig"):
            codecs.lookup(needed_later)
        open_nothing_more()
        text = WordText(parts_of(io.BytesIO(content), bounds))
        answer: Json = {"body": {"type": "doc", "content": text.blocks}, "lost": dict(text.lost)}
    except BrokenPipeError:
        os._exit(1)
    except BaseException as error:  # noqa: BLE001 (whatever the reader met, the file is to blame)
        answer = {"refused": "too_hard" if isinstance(error, MemoryError) else "broken"}
    sys.stdout.write(json.dumps(answer, ensure_ascii=True, separators=(",", ":")))
    sys.stdout.write("\n")


def main(parameters: Json) -> None:
    with os.fdopen(0, "rb") as file:
        send_answer(file, parameters)
