"""Examination of a PDF in the reading process; loaded by it alone. See `reader_process`."""

import ctypes
import math
import re
import zlib
from typing import Any, BinaryIO

import pypdfium2
import pypdfium2.raw as pdfium

_PROGRAM_NAME = re.compile(
    r"\.(exe|dll|com|scr|bat|cmd|msi|ps1|vbs|vbe|js|jse|wsf|hta|jar|lnk|reg|sh|py|apk|cpl|iso|img|docm|xlsm|pptm)$",
    re.IGNORECASE,
)
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"#!")
_STREAM = re.compile(rb"stream\r?\n(.*?)endstream", re.DOTALL)
_ESCAPED = re.compile(rb"#([0-9a-fA-F]{2})")
_ACTS = re.compile(rb"/(JavaScript|Launch|RichMedia)(?![A-Za-z0-9])")
_NO_HALVES = dict.fromkeys(range(0xD800, 0xE000), 0xFFFD)
_DICTIONARY = 4096
_INFLATED = 32 << 20
_SHORT_LINE = 80
_WORD = re.compile(r"[^\s\u00ad\ufeff\ufffe]+")
_GAP = 1.2
_MOST_RUNS = 60


class PdfFileError(Exception):
    """The reason for refusing the file."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


FILE_ERROR = PdfFileError
"""What `reader_process` turns into a refusal."""


def open_file(_file: BinaryIO, content: bytes, limits: dict[str, int], _bounds: Any) -> "PdfFile":
    return PdfFile(content, limits)


class PdfFile:
    """A PDF that may be kept: without a password and without actions that run by themselves."""

    kind = "pdf"

    def __init__(self, content: bytes, limits: dict[str, int]) -> None:
        try:
            self._document = pypdfium2.PdfDocument(content)
            count = len(self._document)
        except pypdfium2.PdfiumError as error:
            raise PdfFileError("encrypted" if "password" in str(error).lower() else "broken") from None
        if pdfium.FPDF_GetSecurityHandlerRevision(self._document) != -1:
            raise PdfFileError("encrypted")
        if not count:
            raise PdfFileError("broken")
        if count > limits["most_pages"]:
            raise PdfFileError("pages", pages=count, limit=limits["most_pages"])
        if pdfium.FPDFDoc_GetJavaScriptActionCount(self._document) > 0 or runs_code(content):
            raise PdfFileError("acts")
        for index in range(self._document.count_attachments()):
            attached = self._document.get_attachment(index)
            if _PROGRAM_NAME.search(attached.get_name()) or bytes(attached.get_data()[:8]).startswith(_PROGRAMS):
                raise PdfFileError("embedded")

    def send_text(self, answer: Any) -> None:
        """Send the text to a `reader_process.TextAnswer` page by page, with that of stamps."""
        for number in range(len(self._document)):
            if answer.full:
                return
            page = self._document[number]
            # Stamps and form fields become part of a page's text only when they are flattened into it.
            if pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == pdfium.FLATTEN_SUCCESS:
                page = self._document[number]
            answer.page(*_read(page))


def runs_code(content: bytes) -> bool:
    """Return whether an object, outside the streams or in an object stream, runs a script or starts a program."""
    budget, position = _INFLATED, 0
    for stream in _STREAM.finditer(content):
        between = content[position : stream.start()]
        if _names_action(between):
            return True
        position = stream.end()
        if b"/ObjStm" in between[-_DICTIONARY:]:
            try:
                inflated = zlib.decompressobj().decompress(stream[1].lstrip(b"\r\n"), budget)
            except zlib.error:
                continue
            budget -= len(inflated)
            if budget <= 0:
                raise PdfFileError("bomb")
            if _names_action(inflated):
                return True
    return _names_action(content[position:])


def _names_action(objects: bytes) -> bool:
    plain = _ESCAPED.sub(lambda match: bytes((int(match[1], 16),)), objects) if b"#" in objects else objects
    return _ACTS.search(plain) is not None


def _read(page: Any) -> tuple[str, list[list[Any]]]:
    text_page = page.get_textpage()
    count = text_page.count_chars()
    if count <= 0:
        return "", []
    buffer = ctypes.create_string_buffer((count + 1) * 2)
    written = pdfium.FPDFText_GetText(text_page, 0, count, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)))
    units = buffer.raw[: max(0, written - 1) * 2]
    # One character per UTF-16 unit, so that indexes equal those of the page; halves of a surrogate pair are dropped.
    text = "".join(map(chr, memoryview(units).cast("H"))).translate(_NO_HALVES)
    left, bottom, right, top = page.get_cropbox()
    wide, high = max(right - left, 1.0), max(top - bottom, 1.0)
    lines, offset = [], 0
    for line in text.split("\n"):
        for start, end in _runs(text_page, line, offset):
            words = line[start:end]
            if len(words) <= _SHORT_LINE:
                size, x, y, _right = _place(text_page, offset + start)
                _size, _x, _y, end_x = _place(text_page, offset + end - 1)
                starts = [round(1 - (y - bottom) / high, 4), round((x - left) / wide, 4), "body"]
                ends = [
                    round((end_x - left) / wide, 4),
                    round(1 - (_foot(text_page, offset + start) - bottom) / high, 4),
                ]
                lines.append([words, size, *starts, *ends])
        offset += len(line) + 1
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\ufffe", "-"), lines


def _runs(text_page: Any, line: str, offset: int) -> list[tuple[int, int]]:
    """Return where a line's words begin and end; a wide gap or another font size separates a mark from a heading beside
    it.
    """
    runs: list[tuple[int, int]] = []
    for word in _WORD.finditer(line):
        if runs:
            size, _x, _y, right = _place(text_page, offset + runs[-1][1] - 1)
            next_size, left, _top, _right = _place(text_page, offset + word.start())
            if left - right < _GAP * size and abs(next_size - size) < size / 10:
                runs[-1] = (runs[-1][0], word.end())
                continue
        if len(runs) >= _MOST_RUNS:
            break
        runs.append((word.start(), word.end()))
    return runs


def _foot(text_page: Any, text_index: int) -> float:
    """Return the height of a letter's baseline, whatever its descenders and diacritics."""
    x, y = ctypes.c_double(), ctypes.c_double()
    index = max(0, pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, text_index))
    pdfium.FPDFText_GetCharOrigin(text_page, index, x, y)
    return y.value


def _place(text_page: Any, text_index: int) -> tuple[float, float, float, float]:
    """Return size in points, left, upper and right edge of a letter."""
    index = max(0, pdfium.FPDFText_GetCharIndexFromTextIndex(text_page, text_index))
    x1, x2, y1, y2 = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(text_page, index, x1, x2, y1, y2)
    matrix = pdfium.FS_MATRIX()
    scale = 1.0
    if pdfium.FPDFText_GetMatrix(text_page, index, matrix):
        scale = math.sqrt(abs(matrix.a * matrix.d - matrix.b * matrix.c)) or 1.0
    return round(pdfium.FPDFText_GetFontSize(text_page, index) * scale, 1), x1.value, y2.value, x2.value
