"""The layout of a PDF file, byte by byte: successive versions, each with objects and a table that lists all of them.

A renderer follows the tables or, where one is damaged, searches the bytes; both views differ only in a
manipulated file. So the whole file is read from the first byte to the last, and a byte that belongs to
nothing, an unlisted object, or an entry that points elsewhere is a fault. The bytes a signature covers are then certain.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Any

from doanso.signing.verification.lexer import SKIP, Fault, ObjectReference, skip, value
from doanso.signing.verification.stored_objects import MOST_OBJECTS, StoredObject, table_stream, type_of, unpack_stream

MOST_REVISIONS = 100
_HEAD = re.compile(rb"%PDF-[12]\.\d[^\r\n]{0,20}(?:\r\n|\n|\r)")
_OBJECT = re.compile(rb"(\d{1,10})[\x00\t\n\f\r ]+(\d{1,5})[\x00\t\n\f\r ]+obj\b")
_TABLE = re.compile(rb"xref[ ]?(?:\r\n|\n|\r)")
_SUBSECTION = re.compile(rb"(\d{1,10}) (\d{1,10})[ ]?(?:\r\n|\n|\r)")
_ENTRY = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_END = re.compile(rb"startxref[ ]?(?:\r\n|\n|\r)(\d{1,12})[ ]?(?:\r\n|\n|\r)%%EOF")
_LINE_END = re.compile(rb"\r\n|\n|\r")
_STREAM = re.compile(rb"stream(?:\r\n|\n)")
_STREAM_END = re.compile(rb"(?:\r\n|\n|\r)?endstream\b")


@dataclass(slots=True)
class Revision:
    """One version of the file: what it adds, its table, and where it ends (`end` without, `last` with the final line end)."""

    start: int
    objects: dict[int, StoredObject] = field(default_factory=dict)
    freed: set[int] = field(default_factory=set)
    trailer: dict[str, Any] = field(default_factory=dict)
    table_at: int = 0
    end: int = 0
    last: int = 0
    # The first version of a linearised file has its table in two parts.
    parts: int = 1


@dataclass(slots=True)
class FileLayout:
    """The parsed layout of the whole file."""

    data: bytes
    revisions: list[Revision]

    def objects_as_of(self, number: int) -> dict[int, StoredObject]:
        """Return every object as of a version (0 is the first)."""
        objects: dict[int, StoredObject] = {}
        for revision in self.revisions[: number + 1]:
            for num in revision.freed:
                objects.pop(num, None)
            objects.update(revision.objects)
        return objects

    def stream(self, stored: StoredObject) -> bytes:
        """Return a stream's bytes as stored."""
        return self.data[stored.data[0] : stored.data[1]] if stored.data else b""


@dataclass(slots=True)
class _Piece:
    """The objects before one table, in the order of the file."""

    start: int
    objects: list[StoredObject]
    entries: dict[int, tuple[int, int, int]]
    trailer: dict[str, Any]
    table_at: int
    xref_at: int
    end: int
    last: int
    table_object: int


def read(data: bytes) -> FileLayout:
    """Parse the layout of a file; raise `Fault` where it is not unambiguous."""
    head = _HEAD.match(data)
    if head is None:
        raise Fault("not_pdf")
    pieces: list[_Piece] = []
    position, count = head.end(), 0
    while position < len(data):
        piece = _walk(data, position if pieces else 0, position)
        pieces.append(piece)
        count += len(piece.objects)
        if count > MOST_OBJECTS or len(pieces) > MOST_REVISIONS:
            raise Fault("too_large")
        position = piece.last
    if not pieces:
        raise Fault("not_pdf")
    return FileLayout(data, _revisions(data, pieces))


def _gap(data: bytes, position: int) -> int:
    """Return the offset after what may be between objects: white space, and comments that resemble nothing else."""
    after = SKIP.match(data, position).end()  # type: ignore[union-attr]
    between = data[position:after]
    if b"%" in between and (b"%%EOF" in between or b"%PDF" in between or after - position > 1024):
        raise Fault("stray_bytes", position)
    return after


def _walk(data: bytes, start: int, position: int) -> _Piece:
    objects: list[StoredObject] = []
    while True:
        position = _gap(data, position)
        match = _OBJECT.match(data, position)
        if match is not None:
            stored = _stored(data, position, match)
            objects.append(stored)
            position = stored.end
            continue
        if _TABLE.match(data, position):
            entries, trailer, after = _table(data, position)
            return _closed(data, start, objects, entries, trailer, position, after, 0)
        if data.startswith(b"startxref", position) and objects and _is(objects[-1], "XRef"):
            table = objects[-1]
            return _closed(
                data, start, objects, table_stream(data, table), table.value, table.start, position, table.num
            )
        raise Fault("stray_bytes", position)


def _is(stored: StoredObject, kind: str) -> bool:
    return stored.data is not None and type_of(stored.value) == kind


def _closed(
    data: bytes,
    start: int,
    objects: list[StoredObject],
    entries: dict[int, tuple[int, int, int]],
    trailer: dict[str, Any],
    table_at: int,
    position: int,
    table_object: int,
) -> _Piece:
    match = _END.match(data, skip(data, position))
    if match is None:
        raise Fault("stray_bytes", position)
    line_end = _LINE_END.match(data, match.end())
    last = line_end.end() if line_end else match.end()
    # Some writers omit the final line end, so the next version begins right there.
    if not line_end and last < len(data) and _OBJECT.match(data, last) is None:
        raise Fault("stray_bytes", last)
    return _Piece(start, objects, entries, trailer, table_at, int(match.group(1)), match.end(), last, table_object)


def _stored(data: bytes, start: int, head: re.Match[bytes]) -> StoredObject:
    num, gen = int(head.group(1)), int(head.group(2))
    content, position = value(data, skip(data, head.end()))
    position = skip(data, position)
    place = None
    if data.startswith(b"stream", position):
        opened = _STREAM.match(data, position)
        if opened is None or not isinstance(content, dict):
            raise Fault("syntax", position)
        begin = opened.end()
        length = _length(data, content.get("Length"))
        closed = _STREAM_END.match(data, begin + length)
        if length < 0 or closed is None:
            raise Fault("stream_length", start)
        place = (begin, begin + length)
        position = skip(data, closed.end())
    if not data.startswith(b"endobj", position):
        raise Fault("syntax", position)
    return StoredObject(num, gen, start, position + 6, content, place)


def _length(data: bytes, length: Any) -> int:
    if isinstance(length, ObjectReference):
        matches = re.findall(
            rb"(?:^|[\x00\t\n\f\r ])%d %d obj[\x00\t\n\f\r ]+(\d{1,10})[\x00\t\n\f\r ]+endobj" % length, data
        )
        if len(matches) != 1:
            raise Fault("stream_length", length.num)
        return int(matches[0])
    if not isinstance(length, int) or isinstance(length, bool):
        raise Fault("stream_length")
    return length


def _table(data: bytes, position: int) -> tuple[dict[int, tuple[int, int, int]], dict[str, Any], int]:
    position = _TABLE.match(data, position).end()  # type: ignore[union-attr]
    entries: dict[int, tuple[int, int, int]] = {}
    while head := _SUBSECTION.match(data, position):
        first, count = int(head.group(1)), int(head.group(2))
        position = head.end()
        if count > MOST_OBJECTS:
            raise Fault("too_large")
        for num in range(first, first + count):
            entry = _ENTRY.match(data, position)
            if entry is None:
                raise Fault("table", position)
            position = entry.end()
            if num in entries:
                raise Fault("duplicate_entry", num)
            entries[num] = (1 if entry.group(3) == b"n" else 0, int(entry.group(1)), int(entry.group(2)))
    position = skip(data, position)
    if not data.startswith(b"trailer", position):
        raise Fault("table", position)
    trailer, position = value(data, skip(data, position + 7))
    if not isinstance(trailer, dict):
        raise Fault("table", position)
    return entries, trailer, position


def _revisions(data: bytes, pieces: list[_Piece]) -> list[Revision]:
    """Combine pieces to versions: each table points to the one before it."""
    revisions: list[Revision] = []
    before = None
    joined = _joined(data, pieces)
    if joined is not None:
        first, count, unlisted = joined
        revisions.append(_revision(data, first, None, unlisted))
        revisions[0].parts = 2
        before, pieces = first.table_at, pieces[count:]
    for piece in pieces:
        revisions.append(_revision(data, piece, before, set()))
        before = piece.table_at
    root = revisions[0].trailer.get("Root")
    for revision in revisions:
        if "Encrypt" in revision.trailer:
            raise Fault("encrypted")
        if not isinstance(root, ObjectReference) or revision.trailer.get("Root") != root:
            raise Fault("root_moved")
    return revisions


def _joined(data: bytes, pieces: list[_Piece]) -> tuple[_Piece, int, set[int]] | None:
    """Return the first version of a linearised file, whose table is in two parts, the later one first."""
    head = pieces[0].objects[0].value if pieces[0].objects else None
    if not isinstance(head, dict) or "Linearized" not in head:
        return None
    if len(pieces) > 1 and pieces[1].xref_at == pieces[0].table_at:
        front, back, count = pieces[0], pieces[1], 2
    else:
        back, count = pieces[0], 1
        table = next((stored for stored in back.objects if stored.start == back.xref_at and _is(stored, "XRef")), None)
        if table is None:
            return None
        front = replace(
            back,
            objects=[],
            entries=table_stream(data, table),
            trailer=table.value,
            table_at=back.xref_at,
            table_object=table.num,
        )
    if front.trailer.get("Prev") != back.table_at or "Prev" in back.trailer:
        return None
    if shared := (front.entries.keys() & back.entries.keys()) - {0}:
        raise Fault("duplicate_entry", min(shared))
    joined = replace(
        back, start=0, objects=front.objects + back.objects, entries=back.entries | front.entries,
        trailer=front.trailer | {"Prev": None}, table_at=front.table_at, xref_at=front.table_at, table_object=front.table_object,
    )  # fmt: skip
    return joined, count, {back.table_object}


def _revision(data: bytes, piece: _Piece, before: int | None, unlisted: set[int]) -> Revision:
    if piece.xref_at != piece.table_at:
        raise Fault("table_elsewhere", piece.xref_at)
    if "XRefStm" in piece.trailer:
        raise Fault("hybrid")
    if piece.trailer.get("Prev") != before:
        raise Fault("table_chain", piece.table_at)
    size = piece.trailer.get("Size")
    if not isinstance(size, int) or any(num >= size for num in piece.entries):
        raise Fault("table", piece.table_at)
    revision = Revision(piece.start, trailer=piece.trailer, table_at=piece.table_at, end=piece.end, last=piece.last)
    for stored in piece.objects:
        if stored.num in revision.objects:
            raise Fault("duplicate_object", stored.num)
        revision.objects[stored.num] = stored
        if stored.num not in {piece.table_object, *unlisted} and piece.entries.get(stored.num) != (
            1,
            stored.start,
            stored.gen,
        ):
            raise Fault("hidden_object", stored.num)
    _list(data, revision, piece)
    return revision


def _list(data: bytes, revision: Revision, piece: _Piece) -> None:
    """Check that every entry of the version's table points to an object of this version, packed or not."""
    packed: dict[int, list[tuple[int, int]]] = {}
    for num, (kind, first, second) in piece.entries.items():
        if kind == 0:
            revision.freed.add(num)
        elif kind == 1:
            existing = revision.objects.get(num)
            if existing is None or (existing.start, existing.gen) != (first, second):
                raise Fault("entry_elsewhere", num)
        else:
            packed.setdefault(first, []).append((second, num))
    holders = {stored.num for stored in piece.objects if _is(stored, "ObjStm")}
    if packed.keys() != holders:
        raise Fault("hidden_object", min(packed.keys() ^ holders))
    for holder, listed in packed.items():
        for stored in unpack_stream(data, revision.objects[holder], sorted(listed)):
            if stored.num in revision.objects:
                raise Fault("duplicate_object", stored.num)
            revision.objects[stored.num] = stored
    revision.freed.discard(0)
