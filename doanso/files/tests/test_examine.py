"""Malicious files are refused with a sentence; honest ones are recognised by their content."""

import io
import zlib
from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from docx import Document
from pypdf import PdfReader, PdfWriter

from doanso.files import actions, kinds, reading
from doanso.files.models import Blob
from doanso.files.reading import Kind, examine
from doanso.files.tests import office
from doanso.files.tests.office import COMPOUND_FILE, docx, paragraph, parts, pdf, with_catalog
from doanso.lib.problems import Problem, Refused

pytestmark = pytest.mark.apart

ALL = set(Kind)
LINK = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}" TargetMode="{}"/></Relationships>'
)


def _refusal(content: bytes, name: str = "tep", allowed=ALL):
    with pytest.raises(Refused) as refused:
        examine(content, name=name, allowed=allowed, text=True)
    assert refused.value.problem.field == "file"
    assert refused.value.problem.message
    return refused.value.problem.code


def _of_word() -> bytes:
    target = io.BytesIO()
    Document().save(target)
    return target.getvalue()


def _encrypted(password: str) -> bytes:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf())))
    writer.encrypt(user_password=password, owner_password="x", algorithm="AES-256")
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def _objects_in_a_stream(inner: bytes) -> bytes:
    content = zlib.compress(b"6 0 " + inner)
    return pdf(
        b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>\nstream\n%s\nendstream"
        % (len(content), content)
    )


def _word(part: str, content: str | bytes) -> bytes:
    """Return a Word file with one more part."""
    return docx(more={part: content})


def _saying(document: str | bytes) -> bytes:
    """Return a Word file whose document is this XML."""
    return office.packed({**parts(), "word/document.xml": document})


def _of_type(*kinds: str) -> bytes:
    """Return a zip with these content types."""
    overrides = "".join(f'<Override PartName="/{index}.xml" ContentType="{kind}"/>' for index, kind in enumerate(kinds))
    types = f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'
    return office.packed({"[Content_Types].xml": types})


def _from_elsewhere(part: str, kind: str, target: str) -> bytes:
    return _word(f"word/_rels/{part}.xml.rels", LINK.format(kind, target, "External"))


_MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
_SLIDES = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
_PACKED_PROGRAM = COMPOUND_FILE + b"\0" * 600 + "\x01Ole10Native".encode("utf-16-le")
_WITH_PASSWORD = COMPOUND_FILE + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
_OUTSIDE = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'
_LAUGHS = '<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
_WIDE = '<?xml version="1.0" encoding="UTF-16"?><a/>'.encode("utf-16")


def _lying() -> bytes:
    return office.lying_size(_word("word/media/a.txt", b"0" * (60 << 20)), "word/media/a.txt", 100)


HONEST = {
    "pdf": (pdf(), Kind.PDF),
    "docx by hand": (docx(paragraph("Kế hoạch")), Kind.DOCX),
    "docx": (_of_word(), Kind.DOCX),
    "xlsx": (office.packed({"[Content_Types].xml": office.types(office.EXCEL_MAIN, "/xl/workbook.xml")}), Kind.XLSX),
    "png": (office.png(), Kind.PNG),
    "jpeg": (office.jpeg(), Kind.JPEG),
    "webp": (b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x01\x40\0\0" + b"\0" * 8, Kind.WEBP),
    "pdf with an honest attachment": (office.attachment(b"so-lieu.xml", b"<a/>"), Kind.PDF),
    "pdf that speaks of scripts": (pdf(text="/JavaScript /Launch"), Kind.PDF),
    "template on the own disk": (
        docx(
            more={"word/_rels/settings.xml.rels": LINK.format("attachedTemplate", "file:///C:/Normal.dotm", "External")}
        ),
        Kind.DOCX,
    ),
    "link to a page": (
        _word("word/_rels/document.xml.rels", LINK.format("hyperlink", "https://example.vn", "External")),
        Kind.DOCX,
    ),
}

# Large files are made when they are read: every process of tests collects this module.
HARMFUL: dict[str, tuple[bytes | Callable[[], bytes], str]] = {
    "empty": (b"", "file_empty"),
    "words": (b"Xin chao", "file_kind_unknown"),
    "page": (b"<html><script>alert(1)</script>", "file_kind_unknown"),
    "drawing": (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "file_kind_unknown"),
    "windows program": (b"MZ\x90\0" + b"\0" * 200, "file_program"),
    "linux program": (b"\x7fELF" + b"\0" * 200, "file_program"),
    "script": (b"#!/bin/sh\nrm -rf /", "file_program"),
    "program before a pdf": (b"MZ" + b"\0" * 100 + pdf(), "file_program"),
    "page before a pdf": (b"<script>alert(1)</script>\n" + pdf(), "file_kind_unknown"),
    "pdf cut off": (pdf()[:60], "file_broken"),
    "pdf of nothing": (b"%PDF-1.7\n" + b"\0" * 500, "file_broken"),
    "pdf with a password": (_encrypted("mat khau"), "file_encrypted"),
    "pdf with an owner's password": (_encrypted(""), "file_encrypted"),
    "pdf with a script": (with_catalog(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"), "file_acts"),
    "pdf with a script, written otherwise": (with_catalog(b"/OpenAction << /S /J#61vaScr#69pt /JS (x) >>"), "file_acts"),
    "pdf with a script in its names": (
        with_catalog(b"/Names << /JavaScript << /Names [(a) 6 0 R] >> >>", b"<< /S /JavaScript /JS (x) >>"), "file_acts"),
    "pdf that starts a program": (with_catalog(b"/OpenAction << /S /Launch /F (cmd.exe) >>"), "file_acts"),
    "pdf with a script among packed objects": (_objects_in_a_stream(b"<< /S /JavaScript /JS (x) >>"), "file_acts"),
    "pdf with an exe": (office.attachment(b"hoa-don.exe", b"anything"), "file_embedded"),
    "pdf with a disguised exe": (office.attachment(b"hoa-don.pdf", b"MZ\x90\0" + b"\0" * 100), "file_embedded"),
    "pdf with packed objects without end": (lambda: _objects_in_a_stream(b"0" * (40 << 20)), "file_bomb"),
    "any zip": (office.packed({"a.txt": "x"}), "file_kind_unknown"),
    "zip of two kinds": (_of_type(office.WORD_MAIN, office.EXCEL_MAIN), "file_kind_unknown"),
    "slides": (_of_type(_SLIDES), "file_kind_unknown"),
    "docx with macros": (_word("word/vbaProject.bin", COMPOUND_FILE), "file_macros"),
    "docx that says it has macros": (_of_type(_MACROS), "file_macros"),
    "docx with controls": (_word("word/activeX/activeX1.xml", "<a/>"), "file_macros"),
    "docx with an exe": (_word("word/embeddings/a.exe", b"x"), "file_embedded"),
    "docx with a disguised exe": (_word("word/media/image1.png", b"MZ\x90\0" + b"\0" * 90), "file_embedded"),
    "docx with a packed program": (_word("word/embeddings/oleObject1.bin", _PACKED_PROGRAM), "file_embedded"),
    "docx with a workbook of macros": (_word("word/embeddings/a.xlsm", b"PK\x03\x04"), "file_embedded"),
    "template from elsewhere": (_from_elsewhere("settings", "attachedTemplate", "http://example.vn/a.dotm"), "file_linked"),
    "object from elsewhere": (_from_elsewhere("document", "oleObject", "\\\\host\\a.doc"), "file_linked"),
    "docx with a password": (_WITH_PASSWORD, "file_encrypted"),
    "old doc": (COMPOUND_FILE + b"\0" * 600 + "WordDocument".encode("utf-16-le"), "file_old_office"),
    "some compound file": (COMPOUND_FILE + b"\0" * 600, "file_kind_unknown"),
    "docx with an entity": (_saying(_OUTSIDE), "file_unsafe_xml"),
    "docx of laughs": (_saying(_LAUGHS), "file_unsafe_xml"),
    "docx in another encoding": (_saying(_WIDE), "file_unsafe_xml"),
    "docx that is no xml": (_saying("<w:document"), "file_broken"),
    "docx too deep": (_saying("<a>" * 3000 + "</a>" * 3000), "file_broken"),
    "docx cut off": (docx(paragraph("x"))[:-30], "file_broken"),
    "docx of many parts": (docx(more={f"word/media/{index}.txt": "x" for index in range(220)}), "file_bomb"),
    "docx that unpacks to much": (lambda: _word("word/media/a.txt", b"0" * (51 << 20)), "file_unpacked_size"),
    "docx packed beyond reason": (lambda: _word("word/media/a.txt", b"0" * (30 << 20)), "file_bomb"),
    "docx that lies about a size": (_lying, "file_bomb"),
    "docx of overlapping parts": (office.overlapping(), "file_bomb"),
    "png cut off": (office.png()[:20], "file_broken"),
    "png without an end": (office.png()[:-12], "file_broken"),
    "png of too many pixels": (office.png(60_000, 60_000), "file_pixels"),
    "jpeg of too many pixels": (office.jpeg(60_000, 60_000), "file_pixels"),
    "jpeg without a frame": (b"\xff\xd8\xff\xe0\0\x04\0\0", "file_broken"),
    "jpeg of no size": (office.jpeg(0, 0), "file_broken"),
}  # fmt: skip


@pytest.mark.parametrize("case", HONEST)
def test_an_honest_file_is_taken_for_what_it_is(case):
    content, kind = HONEST[case]

    examined = examine(content, name="Kế hoạch", allowed=ALL)

    assert (examined.kind, examined.size, examined.text) == (kind, len(content), None)
    assert examined.name == f"Kế hoạch.{kind.extensions[0]}"


@pytest.mark.if_changed("daily", "lib")
@pytest.mark.parametrize("case", HARMFUL)
def test_a_file_that_means_harm_is_refused_by_name(case):
    content, code = HARMFUL[case]
    assert _refusal(content() if callable(content) else content) == code


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.docx", pdf(), "file_name_other"),
        ("a.pdf", docx(paragraph("x")), "file_name_other"),
        ("a.exe", pdf(), "file_name_other"),
        ("a.pdf.html", pdf(), "file_name_other"),
        ("a.jpg", office.png(), "file_name_other"),
    ],
)
def test_a_name_that_says_another_kind_is_refused(name, content, code):
    assert _refusal(content, name) == code


@pytest.mark.parametrize("name", ["a.jpg", "A.JPEG", "a"])
def test_a_kind_may_have_several_endings(name):
    assert examine(office.jpeg(), name=name, allowed={Kind.JPEG}).kind == Kind.JPEG


def test_only_what_the_owner_allows_is_taken():
    assert _refusal(office.png(), allowed={Kind.PDF, Kind.DOCX}) == "file_kind_unknown"


def test_whoever_looks_at_the_words_first_refuses_before_kind_and_name_are_judged():
    def no_plans(extracted):
        if "Kế hoạch" in extracted.text:
            raise Refused(Problem("no_plans", "Không nhận kế hoạch."))

    plan, other = docx(paragraph("Kế hoạch")), docx(paragraph("Báo cáo"))
    for name in ("a.docx", "a.pdf"):
        with pytest.raises(Refused) as refused:
            examine(plan, name=name, allowed={Kind.PDF}, check_text=no_plans)
        assert refused.value.problem.code == "no_plans"
    with pytest.raises(Refused) as refused:
        examine(other, name="a.docx", allowed={Kind.PDF}, check_text=no_plans)
    assert refused.value.problem.code == "file_kind_unknown"
    assert examine(other, name="a.docx", allowed={Kind.DOCX}, check_text=no_plans).text.text.strip() == "Báo cáo"


def test_sizes_are_bounded_by_kind(monkeypatch):
    monkeypatch.setitem(kinds.MOST_BYTES, Kind.PDF, 500)
    assert _refusal(pdf()) == "file_too_large"
    assert _refusal(pdf(), allowed={Kind.PDF}) == "file_too_large"


def test_pages_are_bounded(monkeypatch):
    monkeypatch.setitem(reading.LIMITS, "most_pages", 0)
    assert _refusal(pdf()) == "file_pages"


def test_the_reader_can_open_nothing_and_sees_no_secret(monkeypatch, tmp_path):
    """A reader whose PDF module tries everything finds no file, no connection and no secret."""
    for name in ("reader_process.py", "reader_office.py"):
        (tmp_path / name).write_text((reading.READER.parent / name).read_text())
    (tmp_path / "reader_pdf.py").write_text(
        """
import os, socket
class PdfFileError(Exception):
    code, figures = "broken", {}
FILE_ERROR = PdfFileError
def open_file(file, content, limits, bounds):
    for attempt in (lambda: open("/etc/hostname"), socket.socket, lambda: os.pipe(), lambda: os.environ["SECRET"]):
        try:
            attempt()
        except (OSError, KeyError):
            continue
        raise PdfFileError
    return File()
class File:
    kind = "pdf"
    def send_text(self, answer):
        answer.page("nothing", [])
"""
    )
    monkeypatch.setattr(reading, "READER", tmp_path / "reader_process.py")
    monkeypatch.setenv("SECRET", "x")

    assert examine(pdf(), name="a", allowed=ALL, text=True).text.text == "nothing"


@pytest.mark.parametrize(
    "harm", ["os.kill(os.getpid(), 9)", "bytearray(2 << 30)", "os._exit(0)", "open('/tmp/x', 'wb').write(b'x' * 99999)"]
)
def test_a_reader_that_a_limit_stops_is_a_refusal(monkeypatch, tmp_path, harm):
    (tmp_path / "reader_process.py").write_text(
        reading.READER.read_text().replace("examine(content, parameters)\n    except", f"{harm}\n    except")
    )
    monkeypatch.setattr(reading, "READER", tmp_path / "reader_process.py")

    assert _refusal(pdf()) in {"file_too_hard", "file_broken"}


@pytest.mark.sqlite_only
def test_a_reader_that_computes_for_ever_is_stopped(monkeypatch, tmp_path):
    (tmp_path / "reader_process.py").write_text(
        reading.READER.read_text().replace(
            "examine(content, parameters)\n    except", "\n        while True: pass\n    except"
        )
    )
    monkeypatch.setattr(reading, "READER", tmp_path / "reader_process.py")
    monkeypatch.setitem(reading.LIMITS, "cpu_seconds", 1)

    assert _refusal(pdf()) == "file_too_hard"


@pytest.mark.django_db
def test_what_was_examined_is_kept_as_it_is(folder):
    content = pdf()
    examined = examine(io.BytesIO(content), name="../Kế hoạch.PDF", allowed={Kind.PDF})
    assert Blob.objects.count() == 0

    blob = actions.keep(examined)

    assert (blob.name, blob.kind, blob.size) == ("Kế hoạch.PDF", "pdf", len(content))
    with actions.open_blob(blob) as plain:
        assert plain.read() == content


@pytest.mark.django_db
@pytest.mark.parametrize("size", [100, 3 << 20])
def test_uploads_of_django_are_read_and_kept_whether_in_memory_or_on_disk(size):
    content = pdf() + b"%" * size
    kinds = {"name": "a.pdf", "content_type": "application/pdf", "size": len(content), "charset": None}
    upload = TemporaryUploadedFile(**kinds) if size > 1 << 20 else SimpleUploadedFile("a.pdf", content)
    if size > 1 << 20:
        upload.write(content)
    examined = examine(upload, name=upload.name, allowed={Kind.PDF}, text=True)

    assert examined.text.text.strip() == "Ke hoach so 12"
    with actions.open_blob(actions.keep(examined)) as plain:
        assert plain.read() == content


@pytest.mark.django_db
def test_a_file_that_changes_after_it_was_looked_at_is_not_kept(folder):
    source = io.BytesIO(pdf())
    examined = examine(source, name="a.pdf", allowed={Kind.PDF})
    source.getbuffer()[-3] = 0

    with pytest.raises(RuntimeError):
        actions.keep(examined)
    assert Blob.objects.filter(erased_at=None).count() == 0
