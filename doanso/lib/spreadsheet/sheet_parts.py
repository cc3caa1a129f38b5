"""A long sheet divided into workbooks of a few thousand rows each, so that it is never in memory whole.

calamine keeps every cell of a sheet and every shared string: 140 MB for a list of 100,000 people. Each part has its own rows
and the strings they use. Standard library only, as its user `parser_process` is.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator

PART_ROWS = 5_000
_KEPT_HEAD = 1 << 22
_BLOCK = 2048
_BLOCKS_AT_HAND = 8
_PREFIX = rb"(?:\w+:)?"
_STRING = re.compile(rb"<" + _PREFIX + rb"si(?:\s[^>]*)?(?:/>|>.*?</" + _PREFIX + rb"si>)", re.DOTALL)
_DATA = re.compile(rb"<(\w+:)?sheetData(?:\s[^>]*)?>")
_SHARED = re.compile(
    rb"(<"
    + _PREFIX
    + rb"c\s(?:[^>]*\s)?t\s*=\s*[\"']s[\"'][^>]*>\s*(?:<"
    + _PREFIX
    + rb"f[\s>/][^<]*(?:</"
    + _PREFIX
    + rb"f>\s*)?)?"
    rb"<" + _PREFIX + rb"v>)(\d+)(?=</)"
)
_IS_SHARED = re.compile(rb"<" + _PREFIX + rb"c\s(?:[^>]*\s)?t\s*=\s*[\"']s[\"'][^>/]*>")


class SheetNotDivisible(Exception):
    """The sheet is written in a way that cannot be divided; it must be read whole."""


class SharedStrings:
    """The shared strings of a workbook, packed in blocks."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self.head = b""
        self._blocks: list[bytes] = []
        self._at_hand: dict[int, list[bytes]] = {}
        block: list[bytes] = []
        rest = b""
        for piece in pieces:
            text, done = rest + piece, 0
            for string in _STRING.finditer(text):
                if not self.head:
                    self.head = text[: string.start()]
                block.append(string[0])
                done = string.end()
                if len(block) == _BLOCK:
                    self._pack(block)
                    block = []
            rest = text[done:]
            if len(rest) > _KEPT_HEAD:
                raise SheetNotDivisible
        self._pack(block)

    def _pack(self, block: list[bytes]) -> None:
        self._blocks.append(zlib.compress(b"\0".join(block), 1))

    def string_xml(self, index: int) -> bytes:
        """Return the `si` element at this index; raise `SheetNotDivisible` where there is none."""
        number, place = divmod(index, _BLOCK)
        block = self._at_hand.get(number)
        if block is None:
            if number >= len(self._blocks):
                raise SheetNotDivisible
            while len(self._at_hand) >= _BLOCKS_AT_HAND:
                del self._at_hand[next(iter(self._at_hand))]
            block = self._at_hand[number] = zlib.decompress(self._blocks[number]).split(b"\0")
        if place >= len(block):
            raise SheetNotDivisible
        return block[place]


def _row_parts(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the sheet's XML in parts, each a whole sheet."""
    text, head, end = b"", b"", b""
    close = b"</row>"
    for piece in pieces:
        text += piece
        if not head:
            data = _DATA.search(text)
            if data is None:
                if len(text) > _KEPT_HEAD:
                    raise SheetNotDivisible
                continue
            head, text = text[: data.end()], text[data.end() :]
            prefix = data[1] or b""
            close = b"</" + prefix + b"row>"
            end = b"</" + prefix + b"sheetData></" + prefix + b"worksheet>"
        if len(text) > 1 << 20 and text.count(close) >= PART_ROWS:
            cut = text.rfind(close) + len(close)
            yield head + text[:cut] + end
            text = text[cut:]
    if not head:
        raise SheetNotDivisible
    last = text.rfind(close) + len(close)
    if last >= len(close):
        yield head + text[:last] + end


def workbooks(
    pieces_of: Callable[[str], Iterable[bytes]], sheet: str, strings: str, others: Iterable[str]
) -> Iterator[io.BytesIO]:
    """Yield workbooks that together have all rows of the sheet, each in its own place; `others` are copied unchanged.

    Raises `SheetNotDivisible`, possibly after some were yielded.
    """
    shared = SharedStrings(pieces_of(strings)) if strings else None
    same = {name: b"".join(pieces_of(name)) for name in others}
    for part in _row_parts(pieces_of(sheet)):
        used: dict[int, int] = {}

        def renumbered(match: re.Match[bytes], used: dict[int, int] = used) -> bytes:
            return match[1] + b"%d" % used.setdefault(int(match[2]), len(used))

        rows, count = _SHARED.subn(renumbered, part)
        if count != len(_IS_SHARED.findall(part)) or (count and shared is None):
            raise SheetNotDivisible
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
            for name, content in same.items():
                archive.writestr(name, content)
            archive.writestr(sheet, rows)
            if shared is not None:
                used_strings = b"".join(shared.string_xml(index) for index in used)
                archive.writestr(strings, (shared.head or b"<sst>") + used_strings + _closing(shared.head))
        target.seek(0)
        yield target


def _closing(head: bytes) -> bytes:
    name = re.search(rb"<((?:\w+:)?sst)[\s>]", head)
    return b"</" + (name[1] if name else b"sst") + b">"
