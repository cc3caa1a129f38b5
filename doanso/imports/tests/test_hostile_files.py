"""Files that no list needs, sent through the importer itself: each ends as a refused import that says what to do."""

import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doanso.imports import comparison
from doanso.imports.actions import start_import
from doanso.imports.models import Import, ImportRow, ImportState
from doanso.members.models import Member
from doanso.members.tests.workbooks import content, row

LIST = content(row(1, "Nguyễn Hoàng Đức", "12/04/2001", cccd="082201001234"))
COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1")


def with_parts(**parts: bytes) -> bytes:
    """A good list with more in its zip."""
    file = io.BytesIO(LIST)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, inside in parts.items():
            archive.writestr(f"xl/media/{name}.png", inside)
    return file.getvalue()


def locked_zip() -> bytes:
    """A good list whose sheet is marked as encrypted inside the zip."""
    file = bytearray(LIST)
    file[file.rindex(b"xl/worksheets/sheet1.xml") - 46 + 8] |= 1
    return bytes(file)


FILES = {
    "with a password, as Excel writes it": (
        COMPOUND + b"\0" * 504 + "EncryptedPackage".encode("utf-16-le") + b"\0" * 480,
        "workbook_encrypted",
        "bị khóa bằng mật khẩu",
    ),
    "with a password, as a zip": (locked_zip(), "workbook_encrypted", "bị khóa bằng mật khẩu"),
    "one part of zeros": (with_parts(a=b"\0" * 20_000_000), "workbook_bomb", "bung ra lớn hơn nhiều"),
    "very many parts": (with_parts(**{f"p{n}": b"" for n in range(300)}), "workbook_bomb", "bung ra lớn hơn nhiều"),
}


@pytest.mark.parametrize("kind", FILES)
def test_it_is_refused_with_a_sentence_and_nothing_is_kept_of_it(tree, as_user, kind):
    sent, code, words = FILES[kind]
    client = as_user(tree.an)
    file = SimpleUploadedFile("ds.xlsx", sent)

    answer = client.post("/imports/", {"kind": "members", "unit": "p4", "file": file})
    job = Import.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/imports/{job.pk}/")
    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem_code) == (ImportState.REFUSED, code)
    page = client.get(f"/imports/{job.pk}/")
    assert page.status_code == 200
    assert words in page.content.decode()
    assert client.post(f"/imports/{job.pk}/apply/").status_code == 302
    job.refresh_from_db()
    assert (job.state, ImportRow.objects.count(), Member.objects.count()) == (ImportState.REFUSED, 0, 0)


def test_the_same_list_without_the_trap_is_read(tree):
    job = start_import(actor=tree.an, kind="members", unit=tree.units["p4"], source=LIST, name="ds.xlsx", wake=False)

    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.created_count) == (ImportState.COMPARED, 1)
