"""Check that bytes are one JPEG or WebP picture and nothing else.

A picture file can carry where it was taken, the owner of the phone, a thumbnail of what was cropped, or another file behind its
end. Only segments that drawing needs are allowed, each exactly as long as it states. Nothing is decoded.
"""

import re
import struct
from collections.abc import Callable

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

MOST_BYTES = 1_000_000
WIDEST = 1280
MOST_PARTS = 200

_QUANTISATION, _HUFFMAN, _RESTART, _SCAN, _END = 0xDB, 0xC4, 0xDD, 0xDA, 0xD9
_FRAMES = frozenset({0xC0, 0xC1, 0xC2})
_JFIF, _ADOBE = 0xE0, 0xEE
# In a scan 0xff is followed by a zero or a restart marker; anything else ends the scan.
_SCAN_ENDS = re.compile(rb"\xff[^\x00\xd0-\xd7]", re.DOTALL)


class _IncompletePicture(Exception):
    """The picture is incomplete or malformed."""


class _ForeignContent(Exception):
    """The file holds something besides the picture."""


def picture_problem(content: bytes) -> Problem | None:
    """Return why these bytes are refused, or None."""
    try:
        if content.startswith(b"\xff\xd8\xff"):
            wide, high = _jpeg(content)
        elif content.startswith(b"RIFF") and content[8:12] == b"WEBP":
            wide, high = _webp(content)
        else:
            return Problem(
                "photo_kind", _("Only photos in JPEG or WebP are taken. Take the photo again on this phone.")
            )
    except (_IncompletePicture, struct.error, IndexError):
        return Problem("photo_unreadable", _("This photo is not whole. Take it again on this phone."))
    except _ForeignContent:
        message = _("This file holds more than a photo, say where it was taken. Take it again with this app.")
        return Problem("photo_has_more_than_pixels", message)
    if not (1 <= wide <= WIDEST and 1 <= high <= WIDEST):
        return Problem(
            "photo_too_wide", _("This photo is wider or higher than 1,280 pixels. Take it again with this app.")
        )
    return None


def may_become_picture(first_bytes: bytes) -> bool:
    """Return whether a picture can begin with these bytes; checked on the first piece, before more is sent in vain."""
    return first_bytes.startswith(b"\xff\xd8\xff") or (
        first_bytes.startswith(b"RIFF") and first_bytes[8:12] == b"WEBP"[: max(0, len(first_bytes) - 8)]
    )


# --- JPEG ---------------------------------------------------------------------------------------------------------------


def _jpeg(content: bytes) -> tuple[int, int]:
    offset, size, scans = 2, (0, 0), 0
    for _part in range(MOST_PARTS):
        if content[offset] != 0xFF:
            raise _IncompletePicture
        marker = content[offset + 1]
        if marker == _END:
            if offset + 2 != len(content):
                raise _ForeignContent
            if not scans:
                raise _IncompletePicture
            return size
        [length] = struct.unpack_from(">H", content, offset + 2)
        part, offset = content[offset + 4 : offset + 2 + length], offset + 2 + length
        if length < 2 or offset >= len(content):
            raise _IncompletePicture
        _check_segment(marker, part)
        if marker in _FRAMES:
            if size != (0, 0):
                raise _IncompletePicture
            high, wide = struct.unpack_from(">HH", part, 1)
            size = wide, high
        elif marker == _SCAN:
            if size == (0, 0):
                raise _IncompletePicture
            ends = _SCAN_ENDS.search(content, offset)
            if ends is None:
                raise _IncompletePicture
            offset, scans = ends.start(), scans + 1
    raise _ForeignContent


def _check_segment(marker: int, part: bytes) -> None:
    """Raise `_ForeignContent` unless drawing needs this segment and its length is right."""
    if marker == _JFIF:
        # A thumbnail would be a second picture.
        fits = len(part) == 14 and part.startswith(b"JFIF\0") and part[12:] == b"\0\0"
    elif marker == _ADOBE:
        fits = len(part) == 12 and part.startswith(b"Adobe")
    elif marker in _FRAMES:
        fits = len(part) == 6 + 3 * part[5]
    elif marker == _SCAN:
        fits = len(part) == 4 + 2 * part[0]
    elif marker == _RESTART:
        fits = len(part) == 2
    elif marker == _QUANTISATION:
        fits = _tables_fit(part, lambda offset: 1 + (128 if part[offset] >> 4 else 64))
    elif marker == _HUFFMAN:
        fits = _tables_fit(part, lambda offset: 17 + sum(part[offset + 1 : offset + 17]))
    else:
        fits = False
    if not fits:
        raise _ForeignContent


def _tables_fit(part: bytes, length_at: Callable[[int], int]) -> bool:
    offset = 0
    while offset < len(part):
        offset += length_at(offset)
    return offset == len(part)


# --- WebP ---------------------------------------------------------------------------------------------------------------

_ALPHA_FLAG = 0x10


def _webp(content: bytes) -> tuple[int, int]:
    [riff_length] = struct.unpack_from("<I", content, 4)
    if riff_length + 8 < len(content):
        raise _ForeignContent
    if riff_length + 8 != len(content):
        raise _IncompletePicture
    chunks = _chunks(content)
    names = [name for name, _body in chunks]
    if names not in ([b"VP8 "], [b"VP8L"], [b"VP8X", b"VP8 "], [b"VP8X", b"VP8L"], [b"VP8X", b"ALPH", b"VP8 "]):
        raise _ForeignContent
    if names[0] == b"VP8X":
        body = chunks[0][1]
        # One picture, with or without transparency: no profile, Exif, XMP or animation.
        if len(body) != 10 or body[0] & ~_ALPHA_FLAG or body[1:4] != b"\0\0\0":
            raise _ForeignContent
        canvas = 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
        if canvas != _drawn(*chunks[-1]):
            raise _IncompletePicture
    return _drawn(*chunks[-1])


def _chunks(content: bytes) -> list[tuple[bytes, bytes]]:
    chunks: list[tuple[bytes, bytes]] = []
    offset = 12
    while offset < len(content) and len(chunks) < 4:
        name, length = struct.unpack_from("<4sI", content, offset)
        body, end = content[offset + 8 : offset + 8 + length], offset + 8 + length
        offset = end + length % 2
        if len(body) != length or offset > len(content):
            raise _IncompletePicture
        if content[end:offset] not in (b"", b"\0"):
            raise _ForeignContent
        chunks.append((name, body))
    return chunks


def _drawn(name: bytes, body: bytes) -> tuple[int, int]:
    """Return width and height from the picture's own chunk."""
    if name == b"VP8L":
        if body[0] != 0x2F:
            raise _IncompletePicture
        [packed] = struct.unpack_from("<I", body, 1)
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    if body[3:6] != b"\x9d\x01\x2a":
        raise _IncompletePicture
    wide, high = struct.unpack_from("<HH", body, 6)
    return wide & 0x3FFF, high & 0x3FFF
