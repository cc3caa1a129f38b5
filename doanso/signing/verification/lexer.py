"""A strict lexer of PDF syntax: anything that two readers might parse differently is a fault."""

import re
from typing import Any, NamedTuple

_SPACE = rb"\x00\t\n\f\r "
SKIP = re.compile(rb"(?:[" + _SPACE + rb"]++|%[^\r\n]*+)*+")
_NAME = rb"/[^" + _SPACE + rb"()<>\[\]{}/%]*+"
_END = rb"(?=[" + _SPACE + rb"()<>\[\]{}/%]|$)"
_TOKEN = re.compile(
    rb"(?P<open><<)|(?P<close>>>)|(?P<list>\[)|(?P<done>\])|(?P<name>" + _NAME + rb")"
    rb"|(?P<ref>(?P<num>\d{1,10})[" + _SPACE + rb"]+(?P<gen>\d{1,5})[" + _SPACE + rb"]+R" + _END + rb")"
    rb"|(?P<real>[+-]?(?:\d+\.\d*|\.\d+)" + _END + rb")|(?P<int>[+-]?\d+" + _END + rb")"
    rb"|(?P<hex><[0-9A-Fa-f" + _SPACE + rb"]*+>)|(?P<text>\()|(?P<word>(?:true|false|null)" + _END + rb")"
)
_TEXT_STEP = re.compile(rb"[^()\\]*+(?:\\[\s\S][^()\\]*+)*+([()])")
_ESCAPED_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_OCTAL = re.compile(rb"\\([0-7]{1,3}|\r\n|[\s\S])")
_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b"", b"\r\n": b""}
_WORDS = {b"true": True, b"false": False, b"null": None}
MOST_DEPTH = 60


class Fault(Exception):
    """A structural fault of a file: a stable code, and where it is."""

    def __init__(self, code: str, detail: object = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = str(detail)


class Name(str):
    """A PDF name, without its slash and with its escapes decoded."""

    __slots__ = ()


class ObjectReference(NamedTuple):
    """A reference to an object by number and generation."""

    num: int
    gen: int


class PdfString(bytes):
    """A literal or hexadecimal string."""

    __slots__ = ()


class Hex(PdfString):
    """A hexadecimal string with the offsets of its brackets, as a signature's /Contents is."""

    start: int
    end: int


def skip(data: bytes, position: int) -> int:
    """Return the offset after white space and comments."""
    return SKIP.match(data, position).end()  # type: ignore[union-attr]


def value(data: bytes, position: int, depth: int = 0) -> tuple[Any, int]:
    """Parse the value at an offset; return it with the offset after it."""
    match = _TOKEN.match(data, position)
    if match is None or depth > MOST_DEPTH:
        raise Fault("syntax", position)
    kind, after = match.lastgroup, match.end()
    if kind == "name":
        return _name(match.group()), after
    if kind == "int":
        return int(match.group()), after
    if kind == "ref":
        return ObjectReference(int(match.group("num")), int(match.group("gen"))), after
    if kind == "open":
        return _dictionary(data, after, depth)
    if kind == "list":
        return _list(data, after, depth)
    if kind == "text":
        return _text(data, after)
    if kind == "real":
        return float(match.group()), after
    if kind == "hex":
        digits = bytes.fromhex(_padded(match.group()[1:-1]).decode("ascii"))
        text = Hex(digits)
        text.start, text.end = position, after
        return text, after
    if kind == "word":
        return _WORDS[match.group()], after
    raise Fault("syntax", position)


def _padded(digits: bytes) -> bytes:
    tight = digits.translate(None, b"\x00\t\n\f\r ")
    return tight + b"0" if len(tight) % 2 else tight


def _name(written: bytes) -> Name:
    plain = written[1:]
    if b"#" in plain:
        plain = _ESCAPED_NAME.sub(lambda match: bytes([int(match.group(1), 16)]), plain)
    return Name(plain.decode("latin-1"))


def _dictionary(data: bytes, position: int, depth: int) -> tuple[dict[str, Any], int]:
    entries: dict[str, Any] = {}
    while True:
        position = skip(data, position)
        match = _TOKEN.match(data, position)
        if match is None:
            raise Fault("syntax", position)
        if match.lastgroup == "close":
            return entries, match.end()
        if match.lastgroup != "name":
            raise Fault("syntax", position)
        key = _name(match.group())
        if key in entries:
            raise Fault("duplicate_key", key)
        entries[key], position = value(data, skip(data, match.end()), depth + 1)


def _list(data: bytes, position: int, depth: int) -> tuple[list[Any], int]:
    values: list[Any] = []
    while True:
        position = skip(data, position)
        if data[position : position + 1] == b"]":
            return values, position + 1
        element, position = value(data, position, depth + 1)
        values.append(element)


def _text(data: bytes, position: int) -> tuple[PdfString, int]:
    start, open_brackets = position, 1
    while open_brackets:
        step = _TEXT_STEP.match(data, position)
        if step is None:
            raise Fault("syntax", start)
        position = step.end()
        open_brackets += 1 if step.group(1) == b"(" else -1
    inner = data[start : position - 1]
    return PdfString(_OCTAL.sub(_unescaped, inner) if b"\\" in inner else inner), position


def _unescaped(match: re.Match[bytes]) -> bytes:
    after = match.group(1)
    if after.isdigit() and after not in (b"8", b"9"):
        return bytes([int(after, 8) & 255])
    return _ESCAPES.get(after, after)
