"""Stored objects: in the file itself, or packed into a stream that must hold what its table lists."""

import zlib
from dataclasses import dataclass
from typing import Any

from doanso.signing.verification.lexer import Fault, Name, ObjectReference, skip, value

MOST_OBJECTS = 300_000
MOST_INFLATED = 64 << 20


@dataclass(slots=True)
class StoredObject:
    """One object as of one version. `data` is the range of a stream's bytes."""

    num: int
    gen: int
    start: int
    end: int
    value: Any
    data: tuple[int, int] | None = None
    inside: int = 0


def type_of(value: Any) -> str:
    """Return the /Type of a dictionary, or an empty string."""
    kind = value.get("Type") if isinstance(value, dict) else None
    return str(kind) if isinstance(kind, Name) else ""


def inflate_stream(data: bytes, stored: StoredObject) -> bytes:
    """Return a structural stream decompressed, within limits."""
    raw = data[stored.data[0] : stored.data[1]] if stored.data else b""
    filters = stored.value.get("Filter", [])
    filters = filters if isinstance(filters, list) else [filters]
    parameters = stored.value.get("DecodeParms")
    if isinstance(parameters, list):
        parameters = parameters[0] if len(parameters) == 1 else Fault
    if filters not in ([], ["FlateDecode"]) or not isinstance(parameters, dict | None):
        raise Fault("structure_stream", stored.num)
    if filters:
        unpacking = zlib.decompressobj()
        try:
            raw = unpacking.decompress(raw, MOST_INFLATED)
        except zlib.error:
            raise Fault("structure_stream", stored.num) from None
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise Fault("structure_stream", stored.num)
    return _unpredicted(raw, parameters, stored.num) if parameters else raw


def _unpredicted(raw: bytes, parameters: dict[str, Any], num: int) -> bytes:
    predictor, columns = parameters.get("Predictor", 1), parameters.get("Columns", 1)
    if predictor == 1:
        return raw
    if not (isinstance(predictor, int) and 10 <= predictor <= 15 and isinstance(columns, int) and 0 < columns < 64):
        raise Fault("structure_stream", num)
    if parameters.get("Colors", 1) != 1 or parameters.get("BitsPerComponent", 8) != 8 or len(raw) % (columns + 1):
        raise Fault("structure_stream", num)
    above, output = bytes(columns), bytearray()
    for start in range(0, len(raw), columns + 1):
        if raw[start] == 2:
            above = bytes(
                (byte + up) & 255 for byte, up in zip(raw[start + 1 : start + 1 + columns], above, strict=True)
            )
        elif raw[start] == 0:
            above = raw[start + 1 : start + 1 + columns]
        else:
            raise Fault("structure_stream", num)
        output += above
    return bytes(output)


def table_stream(data: bytes, stored: StoredObject) -> dict[int, tuple[int, int, int]]:
    """Parse a cross-reference stream."""
    raw = inflate_stream(data, stored)
    widths, size = stored.value.get("W"), stored.value.get("Size")
    index = stored.value.get("Index", [0, size])
    good = isinstance(widths, list) and len(widths) == 3 and all(isinstance(w, int) and 0 <= w <= 8 for w in widths)
    if not good or not isinstance(index, list) or len(index) % 2 or not all(isinstance(n, int) for n in index):
        raise Fault("table", stored.num)
    step = sum(widths)
    if step == 0 or sum(index[1::2]) * step != len(raw) or len(raw) // step > MOST_OBJECTS:
        raise Fault("table", stored.num)
    entries: dict[int, tuple[int, int, int]] = {}
    offset = 0
    for first, count in zip(index[::2], index[1::2], strict=True):
        for num in range(first, first + count):
            fields = []
            for width in widths:
                fields.append(int.from_bytes(raw[offset : offset + width], "big"))
                offset += width
            kind = fields[0] if widths[0] else 1
            if kind > 2:
                raise Fault("table", stored.num)
            if num in entries:
                raise Fault("duplicate_entry", num)
            entries[num] = (kind, fields[1], fields[2])
    return entries


def unpack_stream(data: bytes, holder: StoredObject, listed: list[tuple[int, int]]) -> list[StoredObject]:
    """Return the objects packed into a stream, which must be exactly those that the table lists."""
    raw = inflate_stream(data, holder)
    count, first = holder.value.get("N"), holder.value.get("First")
    if (
        not isinstance(count, int)
        or not isinstance(first, int)
        or not 0 <= first <= len(raw)
        or "Extends" in holder.value
    ):
        raise Fault("structure_stream", holder.num)
    head = raw[:first].split()
    if len(head) != 2 * count or not all(token.isdigit() for token in head):
        raise Fault("structure_stream", holder.num)
    numbers = [int(token) for token in head]
    if [(index, num) for index, num in enumerate(numbers[::2])] != listed:
        raise Fault("hidden_object", holder.num)
    output = []
    for index, (num, offset) in enumerate(zip(numbers[::2], numbers[1::2], strict=True)):
        inner, after = value(raw, skip(raw, first + offset))
        following = first + numbers[2 * index + 3] if index + 1 < count else len(raw)
        if skip(raw, after) != following or isinstance(inner, ObjectReference):
            raise Fault("structure_stream", holder.num)
        output.append(StoredObject(num, 0, holder.start, holder.end, inner, None, holder.num))
    return output
