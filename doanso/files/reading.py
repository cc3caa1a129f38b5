"""The kind of a file by its content, and its text; examined in a sandboxed process."""

import hashlib
import os
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from doanso.files.kinds import Kind
from doanso.files.names import extension_of, safe_name
from doanso.lib import sandbox, vietnamese
from doanso.lib.problems import Problem, Refused

__all__ = ["AcceptedFile", "ExtractedText", "Kind", "TextLine", "TextPage", "examine", "read_text"]

Source = bytes | IO[bytes]

READER = Path(__file__).with_name("reader_process.py")
"""The program that the sandbox runs for each file."""
_WITHIN = 60
"""Seconds of real time, of which the reader may compute a third."""
LIMITS = {
    "memory_bytes": 512 << 20,
    "cpu_seconds": 20,
    "most_pages": 2000,
    "pages": 500,
    "letters": 2_000_000,
    "pixels": 60_000_000,
}


@dataclass(frozen=True, slots=True)
class TextLine:
    """A short line of a page, with its position where the file states it, which tells a mark in the head from a word in
    the text.
    """

    text: str
    size: float | None
    """In points."""
    top: float | None
    left: float | None
    """Distance from the page's upper and left edge, as shares of its height and width. PDF only."""
    place: str
    """`body`, `table`, `box`, `header`, `footer`, `note` or `watermark`. Word only."""
    right: float | None = None
    foot: float | None = None
    """Right end, and distance of the baseline from the top, as the same shares. PDF only."""


@dataclass(frozen=True, slots=True)
class TextPage:
    """The text of a page; of a Word file as far as it states its pages, with headers and footers on the first."""

    text: str
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The text of a file; of a very long one its beginning, and then `cut` is set."""

    kind: Kind
    pages: tuple[TextPage, ...]
    cut: bool

    @property
    def text(self) -> str:
        """Return the text of all pages."""
        return "\n".join(page.text for page in self.pages)

    @property
    def has_text(self) -> bool:
        """Return whether there is a word at all; a scan has none."""
        return any(letter.isalnum() for page in self.pages for letter in page.text)


@dataclass(frozen=True, slots=True)
class AcceptedFile:
    """A file that may be kept: its kind by content, and its text if it was asked for."""

    kind: Kind
    name: str
    size: int
    sha256: str
    text: ExtractedText | None
    source: Source


def examine(
    source: Source,
    *,
    name: str,
    allowed: Collection[Kind],
    text: bool = False,
    check_text: Callable[[ExtractedText], None] | None = None,
) -> AcceptedFile:
    """Examine an upload without storing it. Raises `Refused` with a sentence that says what to do with the file.

    Its kind is that of its content, which the name must not contradict. `check_text` gets the text before kind, size
    and name are judged, so that a file it refuses is not asked for in another kind.
    """
    text = text or check_text is not None
    most_bytes = max(kind.most_bytes for kind in allowed)
    with open_on_disk(source) as file:
        size = os.fstat(file.fileno()).st_size
        if not size:
            raise _refusal("file_empty", {})
        if size > most_bytes:
            raise _refusal("file_too_large", {"limit": most_bytes >> 20})
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
        file.seek(0)
        kind, extracted = _read(file, text=text)
    if check_text is not None:
        check_text(extracted)
    if kind not in allowed:
        raise _refusal("file_kind_unknown", {"kinds": _kind_names(allowed)})
    if size > kind.most_bytes:
        raise _refusal("file_too_large", {"limit": kind.most_bytes >> 20})
    ending = extension_of(name)
    if ending and ending not in kind.extensions:
        raise _refusal("file_name_other", {"name": f".{ending[:12]}", "kind": kind.name})
    if not isinstance(source, bytes):
        source.seek(0)
    return AcceptedFile(kind, safe_name(name, kind.extensions), size, sha256, extracted if text else None, source)


def read_text(source: Source, kind: Kind | None = None) -> ExtractedText:
    """Return the text of a PDF, Word or Excel file, of the stated kind or of any. Pictures have none.

    Raises `Refused` for a file that can't be read.
    """
    with open_on_disk(source) as file:
        found_kind, extracted = _read(file, text=True)
    if kind is not None and found_kind != kind:
        raise _refusal("file_name_other", {"name": kind.name, "kind": found_kind.name})
    return extracted


def _kind_names(allowed: Collection[Kind]) -> str:
    return ", ".join(kind.name for kind in Kind if kind in allowed)


@contextmanager
def open_on_disk(source: Source) -> Iterator[IO[bytes]]:
    """Yield an open file of its own, for another process to read from its beginning."""
    if not isinstance(source, bytes):
        try:
            source.fileno()
        except (OSError, AttributeError):
            source.seek(0)
            source = source.read()
        else:
            source.flush()
            source.seek(0)
            yield source
            source.seek(0)
            return
    with tempfile.TemporaryFile() as file:
        file.write(source)
        file.seek(0)
        yield file


def _read(file: IO[bytes], *, text: bool) -> tuple[Kind, ExtractedText]:
    process_limits = sandbox.ProcessLimits(
        memory_bytes=LIMITS["memory_bytes"], cpu_seconds=LIMITS["cpu_seconds"], wait_seconds=_WITHIN
    )
    return _parse_messages(sandbox.run(READER, {"text": text, "limits": LIMITS}, file, process_limits))


def _parse_messages(messages: list[dict[str, Any]]) -> tuple[Kind, ExtractedText]:
    kind: Kind | None = None
    pages: list[TextPage] = []
    for message in messages:
        if "refused" in message:
            raise _refusal(message["refused"], {"kinds": _kind_names(Kind), **message})
        if "kind" in message:
            kind = Kind(message["kind"])
        elif "text" in message:
            pages.append(_page(message))
        elif kind is not None and message.get("done"):
            return kind, ExtractedText(kind, tuple(pages), bool(message["cut"]))
    # The process ended without its last message: a limit stopped it.
    raise _refusal("file_too_hard", {})


def _page(message: dict[str, Any]) -> TextPage:
    lines = tuple(TextLine(vietnamese.nfc(text), *where) for text, *where in message["lines"])
    return TextPage(vietnamese.nfc(message["text"]), lines)


_MESSAGES = {
    "file_empty": gettext_noop("The file is empty."),
    "file_too_large": gettext_noop("The file is larger than %(limit)d MB. Split it and choose it again."),
    "file_kind_unknown": gettext_noop("Only these kinds of files are taken here: %(kinds)s. Save it as one of them."),
    "file_name_other": gettext_noop(
        "The name says %(name)s, but the file is %(kind)s. Save it anew in the program it was made with."
    ),
    "file_old_office": gettext_noop(
        "This is a file of an old Word or Excel. Open it and save it as .docx, .xlsx or PDF, then choose it again."
    ),
    "file_broken": gettext_noop(
        "The file is damaged and cannot be read. Open it, save it under another name and choose that file."
    ),
    "file_encrypted": gettext_noop("The file is locked with a password. Remove the password and choose it again."),
    "file_macros": gettext_noop(
        "The file holds macros, which are never accepted. Save it without macros and choose it again."
    ),
    "file_acts": gettext_noop(
        "The PDF holds a script or starts a program when it is opened, which is never accepted. "
        "Print it to a new PDF and choose that."
    ),
    "file_embedded": gettext_noop(
        "A program or another closed file is hidden inside this file, which is never accepted. Remove it and choose it again."
    ),
    "file_program": gettext_noop("This is a program, which is never accepted."),
    "file_linked": gettext_noop(
        "The file loads a part of itself from elsewhere when it is opened, which is never accepted. "
        "Break the link to its template or picture and choose it again."
    ),
    "file_bomb": gettext_noop(
        "The file unpacks to far more than a document needs and is not accepted. Copy its text into a new file and choose that."
    ),
    "file_unpacked_size": gettext_noop(
        "The file unpacks to more than 50 MB. Make its pictures smaller and choose it again."
    ),
    "file_unsafe_xml": gettext_noop(
        "The file holds definitions that no document needs and is not accepted. Copy its text into a new file and choose that."
    ),
    "file_pages": gettext_noop("The file has %(pages)d pages; at most %(limit)d are accepted. Split it."),
    "file_pixels": gettext_noop(
        "The picture has more than %(limit)d million pixels. Make it smaller and choose it again."
    ),
    "file_too_hard": gettext_noop(
        "The file takes too long or too much to read. Make it simpler, say by printing it to a new PDF, and choose it again."
    ),
}


def _refusal(code: str, figures: dict[str, Any]) -> Refused:
    return Refused(Problem(code, _(_MESSAGES[code]) % figures, "file"))
