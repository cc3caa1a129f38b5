"""Examination of Word and Excel files in the reading process; loaded by it alone. See `reader_process`."""

import re
from collections.abc import Iterator
from typing import Any, BinaryIO

from lxml import etree

_KINDS = {
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TEXT_PATH = "{urn:schemas-microsoft-com:vml}textpath"
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_MACROS = re.compile(r"(^|/)(vbaproject\.bin|vbadata\.xml|macrosheets/.*|activex/.*)$")
_PROGRAM_NAME = re.compile(
    r"\.(exe|dll|com|scr|bat|cmd|msi|ps1|vbs|js|jse|wsf|hta|jar|lnk|sh|docm|xlsm|pptm|dotm|xltm)$"
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!")
_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_OUTSIDE = re.compile(r"^(https?:|ftp:|\\\\|//|file://[^/])", re.IGNORECASE)
_LOADED = ("/attachedTemplate", "/oleObject", "/frame", "/subDocument")
_READ = {
    "docx": re.compile(r"word/(document\d*|header\d*|footer\d*|footnotes|endnotes|comments)\.xml"),
    "xlsx": re.compile(r"xl/(sharedstrings|worksheets/[^/]+|drawings/[^/]+|comments\d*)\.xml"),
}
_MOST_KEPT = 30 << 20
_SHORT_LINE = 80


class OfficeFileError(Exception):
    """The reason for refusing the file."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


FILE_ERROR = OfficeFileError
"""What `reader_process` turns into a refusal."""


def open_file(file: BinaryIO, _content: bytes, _limits: dict[str, int], bounds: Any) -> "OfficeFile":
    try:
        return OfficeFile(bounds.BoundedZip(file, bounds.ZipBounds()))
    except bounds.UnsafeZip as unsafe:
        raise OfficeFileError(unsafe.code) from None


def parse_part(content: bytes) -> Any:
    """Return the root of a part, with no entity resolved, fetched or expanded."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise OfficeFileError("broken") from None


class OfficeFile:
    """A Word or Excel file that may be kept: unpacked size checked, without macros, programs or external parts."""

    def __init__(self, package: Any) -> None:
        if "[content_types].xml" not in package.names:
            raise OfficeFileError("kind_unknown")
        if any(_MACROS.search(name) for name in package.names):
            raise OfficeFileError("macros")
        if any(_PROGRAM_NAME.search(name) for name in package.names):
            raise OfficeFileError("embedded")
        package.check_directory()
        self._kept: dict[str, bytes] = {}
        self._left = _MOST_KEPT
        for part in package.parts:
            self._take(part.filename.lower(), package.pieces(part))
        self.kind = self._kind()
        for name, content in self._kept.items():
            if name.endswith(".rels"):
                _check_links(content)

    def _take(self, name: str, pieces: Iterator[bytes]) -> None:
        is_needed = (
            name == "[content_types].xml"
            or name.endswith(".rels")
            or any(pattern.fullmatch(name) for pattern in _READ.values())
        )
        content, head, embedded = bytearray(), b"", "/embeddings/" in name or name.endswith(".bin")
        for piece in pieces:
            head = head or piece[:8]
            if is_needed or embedded:
                content += piece
                if len(content) > self._left:
                    raise OfficeFileError("too_hard")
        if head.startswith(_PROGRAMS):
            raise OfficeFileError("embedded")
        if head.startswith(_COMPOUND_FILE):
            if any(pattern.encode("utf-16-le") in content for pattern in ("Ole10Native", "_VBA_PROJECT")):
                raise OfficeFileError("embedded")
        if is_needed:
            self._left -= len(content)
            self._kept[name] = bytes(content)

    def _kind(self) -> str:
        types = parse_part(self._kept["[content_types].xml"])
        content_types = {override.get("ContentType", "") for override in types.iter("{*}Override")}
        if any("macroEnabled" in content_type for content_type in content_types):
            raise OfficeFileError("macros")
        kinds = {_KINDS[content_type] for content_type in content_types if content_type in _KINDS}
        if len(kinds) != 1:
            raise OfficeFileError("kind_unknown")
        return kinds.pop()

    def send_text(self, answer: Any) -> None:
        """Send the text to a `reader_process.TextAnswer`: Word by the pages that the file states, Excel as one page."""
        if self.kind == "xlsx":
            texts = [line for name in sorted(self._parts()) for line in _cells(parse_part(self._kept[name]))]
            answer.page(
                "\n".join(texts),
                [[cell_text, None, None, None, "table"] for cell_text in texts if len(cell_text) <= _SHORT_LINE],
            )
            return
        pages: list[list[list[Any]]] = [[]]
        around = []
        for name in sorted(self._parts()):
            place = re.match(r"word/([a-z]+)", name)[1]  # type: ignore[index]
            root = parse_part(self._kept[name])
            if place == "document":
                for line in _paragraphs(root, "body"):
                    if line is None:
                        pages.append([])
                    else:
                        pages[-1].append(line)
            else:
                kind = {"header": "header", "footer": "footer"}.get(place, "note")
                around += [
                    [*line[:2], kind if line[2] == "body" else line[2]] for line in _paragraphs(root, kind) if line
                ]
        pages[0] = around + pages[0]
        for page in pages:
            lines = [[text, size, None, None, place] for text, size, place in page if len(text) <= _SHORT_LINE]
            answer.page("\n".join(line[0] for line in page), lines)

    def _parts(self) -> list[str]:
        return [name for name in self._kept if _READ[self.kind].fullmatch(name)]


def _check_links(content: bytes) -> None:
    for link in parse_part(content).iter("{*}Relationship"):
        outside = link.get("TargetMode") == "External" and _OUTSIDE.match(link.get("Target", ""))
        if outside and link.get("Type", "").endswith(_LOADED):
            raise OfficeFileError("linked")


def _cells(root: Any) -> Iterator[str]:
    """Yield the texts of a part of a workbook: shared and inline strings, headers and footers, drawn boxes, comments."""
    for element in root.iter(f"{_SHEET}si", f"{_SHEET}is", f"{_SHEET}text", f"{_DRAWN}p"):
        text = "".join(part.text or "" for part in element.iter(f"{_SHEET}t", f"{_DRAWN}t")).strip()
        if text:
            yield text
    for element in root.iter(
        "{*}oddHeader", "{*}oddFooter", "{*}evenHeader", "{*}evenFooter", "{*}firstHeader", "{*}firstFooter"
    ):
        text = re.sub(r"&(\"[^\"]*\"|K[0-9A-F]{6}|[0-9]+|[A-Za-z])", " ", element.text or "").strip()
        if text:
            yield text


def _paragraphs(element: Any, place: str) -> Iterator[list[Any] | None]:
    """Yield each paragraph as text, size and place, then those of its boxes; None where a new page begins."""
    for child in element:
        if child.tag == f"{_WORD}p":
            yield from _paragraph(child, place)
        elif child.tag == f"{_WORD}tbl":
            yield from _paragraphs(child, "table" if place == "body" else place)
        elif isinstance(child.tag, str) and child.tag != _FALLBACK:
            yield from _paragraphs(child, place)


def _paragraph(paragraph: Any, place: str) -> Iterator[list[Any] | None]:
    words: list[str] = []
    boxes: list[Any] = []
    drawn: list[str] = []
    breaks = _collect(paragraph, words, boxes, drawn)
    if breaks:
        yield None
    size = next((size_element.get(f"{_WORD}val") for size_element in paragraph.iter(f"{_WORD}sz")), None)
    points = int(size) / 2 if size and size.isdigit() else None
    for text in "".join(words).split("\n"):
        if text.strip():
            yield [text.strip(), points, place]
    for text in drawn:
        yield [text, None, "watermark"]
    for box in boxes:
        yield from _paragraphs(box, "box")


def _collect(element: Any, words: list[str], boxes: list[Any], drawn: list[str]) -> bool:
    """Collect a paragraph's own words and leave those of its boxes for later; return whether a page begins in it."""
    breaks = False
    for child in element:
        tag = child.tag
        if tag in (_FALLBACK, f"{_WORD}del", f"{_WORD}moveFrom", f"{_WORD}rPr", f"{_WORD}pPr") or not isinstance(
            tag, str
        ):
            continue
        if tag == f"{_WORD}txbxContent":
            boxes.append(child)
        elif tag == _TEXT_PATH:
            drawn.append(child.get("string", "").strip())
        elif tag in (f"{_WORD}t", f"{_DRAWN}t"):
            words.append(child.text or "")
        elif tag in (f"{_WORD}tab", f"{_WORD}cr", f"{_WORD}noBreakHyphen"):
            words.append("-" if tag.endswith("Hyphen") else " ")
        elif tag == f"{_WORD}lastRenderedPageBreak":
            breaks = True
        elif tag == f"{_WORD}br":
            if child.get(f"{_WORD}type") == "page":
                breaks = True
            else:
                words.append("\n")
        else:
            breaks = _collect(child, words, boxes, drawn) or breaks
    return breaks
