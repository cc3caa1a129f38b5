"""The program that opens untrusted files, in a sandbox; started by `reading`, never imported by the product.

Standard input is the open file and the arguments say what to do. Once its readers are loaded the program gives up
opening anything: no file, no connection. It answers in lines of JSON: the kind of the file and, if asked, its pages; or
why it is refused. It knows nothing of the product and has no secret, so that a file which takes it over gains nothing.
"""

import codecs
import io
import json
import os
import struct
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

if TYPE_CHECKING:
    from doanso.lib.sandbox.child import load, open_nothing_more
else:
    from __main__ import load, open_nothing_more

_COMPOUND_FILE = bytes.fromhex("d0cf11e0a1b11ae1")
_PROGRAMS = (b"MZ", b"\x7fELF", b"\xcf\xfa\xed\xfe", b"\xca\xfe\xba\xbe", b"#!")


class FileRefusedError(Exception):
    """The reason for refusing the file: a code that `reading` turns into a sentence."""

    def __init__(self, code: str, **figures: object) -> None:
        super().__init__(code)
        self.code = code
        self.figures = figures


def send(**message: object) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")))
    sys.stdout.write("\n")


class TextAnswer:
    """The pages that are sent, within the limits of number and length."""

    def __init__(self, limits: dict[str, int]) -> None:
        self._pages_left = limits["pages"]
        self._letters_left = limits["letters"]
        self.cut = False

    @property
    def full(self) -> bool:
        return self.cut

    def page(self, text: str, lines: list[list[Any]]) -> None:
        if self._pages_left <= 0 or self._letters_left <= 0:
            self.cut = True
            return
        if len(text) > self._letters_left:
            text, self.cut = text[: self._letters_left], True
        self._pages_left -= 1
        self._letters_left -= len(text)
        send(text=text, lines=lines[:400])


def refuse_compound_file(content: bytes) -> None:
    """Refuse an old Word or Excel file, or the wrapper of one with a password."""
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise FileRefusedError("file_encrypted")
    if any(name.encode("utf-16-le") in content for name in ("WordDocument", "Workbook", "Book")):
        raise FileRefusedError("file_old_office")
    raise FileRefusedError("file_kind_unknown")


def check_picture(content: bytes, kind: str, limits: dict[str, int]) -> None:
    """Check that a picture states its size where its kind stores it, and that it is within the limit."""
    try:
        wide, high = {"png": png_size, "jpeg": jpeg_size, "webp": webp_size}[kind](content)
    except (IndexError, struct.error, ValueError):
        raise FileRefusedError("file_broken") from None
    if not (wide and high):
        raise FileRefusedError("file_broken")
    if wide * high > limits["pixels"]:
        raise FileRefusedError("file_pixels", limit=limits["pixels"] // 1_000_000)


def png_size(content: bytes) -> tuple[int, int]:
    if content[12:16] != b"IHDR" or b"IEND" not in content[-64:]:
        raise ValueError
    wide, high = struct.unpack(">II", content[16:24])
    return wide, high


def webp_size(content: bytes) -> tuple[int, int]:
    form, head = content[12:16], content[20:30]
    if form == b"VP8X":
        return 1 + int.from_bytes(head[4:7], "little"), 1 + int.from_bytes(head[7:10], "little")
    if form == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 ":
        wide, high = struct.unpack("<HH", head[6:10])
        return wide & 0x3FFF, high & 0x3FFF
    raise ValueError


def jpeg_size(content: bytes) -> tuple[int, int]:
    offset = 2
    while content[offset] == 0xFF:
        marker = content[offset + 1]
        if marker == 0xFF:
            offset += 1
            continue
        (length,) = struct.unpack(">H", content[offset + 2 : offset + 4])
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            high, wide = struct.unpack(">HH", content[offset + 5 : offset + 9])
            return wide, high
        offset += 2 + length
    raise ValueError


def kind_of(content: bytes) -> str:
    """Return the kind by the first bytes alone, to choose the reader."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        return "office"
    if content.startswith(_COMPOUND_FILE):
        return "compound"
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "webp"
    if content.startswith(_PROGRAMS):
        raise FileRefusedError("file_program")
    raise FileRefusedError("file_kind_unknown")


def examine(content: bytes, parameters: dict[str, Any]) -> None:
    kind = kind_of(content)
    folder = Path(__file__).parent
    limits, answer = parameters["limits"], TextAnswer(parameters["limits"])
    readers = {"pdf": "reader_pdf.py", "office": "reader_office.py"}
    reader = load(folder / readers[kind]) if kind in readers else None
    bounds = load(folder.parent / "lib" / "zip_bounds.py") if kind == "office" else None
    for needed_later in ("ascii", "cp437", "latin-1", "utf-16-le", "utf-8-sig"):
        codecs.lookup(needed_later)
    open_nothing_more()
    if kind == "compound":
        refuse_compound_file(content)
    elif reader is None:
        check_picture(content, kind, limits)
        send(kind=kind)
    else:
        try:
            file = reader.open_file(io.BytesIO(content), content, limits, bounds)
            send(kind=file.kind)
            if parameters["text"]:
                file.send_text(answer)
        except reader.FILE_ERROR as problem:
            raise FileRefusedError(f"file_{problem.code}", **problem.figures) from None
    send(done=True, cut=answer.cut)


def send_answer(file: BinaryIO, parameters: dict[str, Any]) -> None:
    """Send what the file holds, or why it is refused."""
    try:
        content = file.read()
        examine(content, parameters)
    except FileRefusedError as refusal:
        send(refused=refusal.code, **refusal.figures)
    except MemoryError:
        send(refused="file_too_hard")
    except BrokenPipeError:
        os._exit(1)
    except BaseException:  # noqa: BLE001 (whatever the reader met, the file is to blame)
        send(refused="file_broken")


def main(parameters: dict[str, Any]) -> None:
    with os.fdopen(0, "rb") as file:
        send_answer(file, parameters)
