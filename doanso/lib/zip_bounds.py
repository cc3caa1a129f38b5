"""Bounded reading of the zip of an untrusted office file, measured as a whole before anything else reads it.

Standard library only: the processes that open strangers' files load it by its path, without the product around it.
"""

import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

INFLATE_STEP = 1 << 18
RATIO_MATTERS_FROM = 1 << 23
_XML = (".xml", ".rels", ".vml")


class UnsafeZip(Exception):
    """The reason for refusing the zip: `broken`, `encrypted`, `bomb`, `unpacked_size` or `unsafe_xml`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class ZipBounds:
    """Limits of one zip."""

    members: int = 200
    unpacked_bytes: int = 50 << 20
    ratio: int = 100


class BoundedZip:
    """A zip whose parts are checked against its directory while they are read."""

    def __init__(self, file: BinaryIO, bounds: ZipBounds) -> None:
        self._file = file
        self._bounds = bounds
        self._unpacked = 0
        try:
            with zipfile.ZipFile(file) as archive:
                self.parts = archive.infolist()
                self._directory = archive.start_dir
        except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error):
            raise UnsafeZip("broken") from None
        self.names = {part.filename.lower() for part in self.parts}
        if any(part.flag_bits & 0x41 for part in self.parts):
            raise UnsafeZip("encrypted")

    def check_directory(self) -> None:
        """Check the number of parts, their declared sizes, and that none overlap."""
        if len(self.names) != len(self.parts):
            raise UnsafeZip("broken")
        if len(self.parts) > self._bounds.members:
            raise UnsafeZip("bomb")
        if sum(part.file_size for part in self.parts) > self._bounds.unpacked_bytes:
            raise UnsafeZip("unpacked_size")
        end = 0
        for part in sorted(self.parts, key=lambda part: part.header_offset):
            if part.header_offset < end:
                raise UnsafeZip("bomb")
            end = part.header_offset + 30 + len(part.orig_filename.encode()) + part.compress_size
        if end > self._directory:
            raise UnsafeZip("bomb")

    def pieces(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        """Yield a part's real bytes, checked against its declared size, the total and the ratio; XML with a document type is
        refused.
        """
        name = part.filename.lower()
        is_xml = name.endswith(_XML)
        size, checksum, tail = 0, 0, b""
        for piece in self._inflate(part):
            if is_xml and not size and (b"\0" in piece[:64] or piece[:2] in (b"\xff\xfe", b"\xfe\xff")):
                raise UnsafeZip("unsafe_xml")
            size += len(piece)
            self._count(part, size, len(piece))
            checksum = zlib.crc32(piece, checksum)
            window = tail + piece
            if (b"<!DOCTYPE" in window or b"<!ENTITY" in window) and "/media/" not in name:
                raise UnsafeZip("unsafe_xml")
            tail = piece[-16:]
            yield piece
        if size != part.file_size or checksum != part.CRC:
            raise UnsafeZip("broken")

    def _count(self, part: zipfile.ZipInfo, size: int, added: int) -> None:
        self._unpacked += added
        if size > part.file_size:
            raise UnsafeZip("bomb")
        if size > RATIO_MATTERS_FROM and size > part.compress_size * self._bounds.ratio:
            raise UnsafeZip("bomb")
        if self._unpacked > self._bounds.unpacked_bytes:
            raise UnsafeZip("unpacked_size")

    def _inflate(self, part: zipfile.ZipInfo) -> Iterator[bytes]:
        self._file.seek(part.header_offset)
        header = self._file.read(30)
        if len(header) != 30 or header[:4] != b"PK\x03\x04":
            raise UnsafeZip("broken")
        name_length, extra_length = struct.unpack("<HH", header[26:30])
        self._file.seek(name_length + extra_length, os.SEEK_CUR)
        left = part.compress_size
        if part.compress_type == zipfile.ZIP_STORED:
            while left and (piece := self._file.read(min(left, INFLATE_STEP))):
                left -= len(piece)
                yield piece
            return
        if part.compress_type != zipfile.ZIP_DEFLATED:
            raise UnsafeZip("broken")
        inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        waiting = b""
        while not inflater.eof:
            if not waiting:
                waiting = self._file.read(min(left, 1 << 16))
                left -= len(waiting)
            try:
                piece = inflater.decompress(waiting, INFLATE_STEP)
            except zlib.error:
                raise UnsafeZip("broken") from None
            if not waiting and not piece:
                raise UnsafeZip("broken")
            waiting = inflater.unconsumed_tail
            if piece:
                yield piece
