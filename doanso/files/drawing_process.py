"""The program that draws pages of an untrusted PDF, in a sandbox; started by `drawing`, never imported by the product.

Standard input is the open file and the arguments are the limits of the pictures; the program cannot open anything. It
answers in lines of JSON: the number of pages, then for each requested page its picture, or that there is none. A
picture is written before the next page begins.
"""

import base64
import json
import os
import struct
import sys
import zlib
from typing import Any

import pypdfium2

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_TRUECOLOUR = 2
_AS_IT_IS = b"\x00"


def write_answer_line(**message: object) -> None:
    sys.stdout.write(json.dumps(message, separators=(",", ":")) + "\n")
    sys.stdout.flush()


def _chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, stride: int, pixels: memoryview) -> bytes:
    """Return a picture of red, green and blue bytes as PNG."""
    rows = b"".join(_AS_IT_IS + pixels[row * stride : row * stride + width * 3] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, _TRUECOLOUR, 0, 0, 0)
    return _SIGNATURE + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows, 6)) + _chunk(b"IEND", b"")


def scale_of(width: float, height: float, limits: dict[str, int]) -> float:
    """Return dots per point: as requested, or less where the page's picture would exceed the limits."""
    scale = limits["ppi"] / 72
    most = limits["most_pixels"]
    if not (0 < width < limits["most_points"] and 0 < height < limits["most_points"]):
        raise ValueError("a page of no size")
    return min(scale, float((most / (width * height)) ** 0.5))


def draw(document: Any, number: int, limits: dict[str, int]) -> bytes:
    """Draw one page as a viewer shows it, with appearances of signatures, form fields and annotations."""
    page = document[number]
    try:
        width, height = page.get_size()
        bitmap = page.render(scale=scale_of(width, height, limits), may_draw_forms=True, rev_byteorder=True)
        if bitmap.n_channels != 3:
            raise ValueError("a picture of another kind")
        return png(bitmap.width, bitmap.height, bitmap.stride, memoryview(bitmap.buffer).cast("B"))
    finally:
        page.close()


def main(limits: dict[str, int]) -> None:
    with os.fdopen(0, "rb") as file:
        content = file.read()
    try:
        document = pypdfium2.PdfDocument(content)
        document.init_forms()
        page_count = len(document)
    except BaseException:  # noqa: BLE001 (whatever it met, the file is to blame)
        return
    write_answer_line(pages=page_count)
    room = limits["most_bytes"]
    for number in range(min(page_count, limits["most_pages"])):
        try:
            picture = draw(document, number, limits)
        except BaseException:  # noqa: BLE001 (as above; the next page may be drawn all the same)
            picture = b""
        room -= len(picture)
        if room < 0:
            return
        write_answer_line(picture=base64.b64encode(picture).decode())
