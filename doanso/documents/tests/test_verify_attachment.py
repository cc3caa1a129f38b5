"""Verifying a sealed attachment names the document it was issued with, and whether that is in effect."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doanso.documents.actions.drafts import attach
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.models import Document
from doanso.documents.tests.conftest import Office
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.signing.queries.public import files_issued_with
from doanso.signing.tests.pki import base_pdf
from doanso.signing.tests.test_verify_pages import words
from doanso.signing.verification_codes import format_code

pytestmark = pytest.mark.django_db

GOES_WITH = "đúng từng byte là tệp kèm theo văn bản số 01-KH/ĐTN ngày 12/11/2023"
NOT_FROM_HERE = "Tệp này không phải do nơi đây phát hành"


def _with_appendix(office: Office) -> Document:
    document = office.draft()
    attach(actor=office.mai, document=document, source=base_pdf("Phụ lục 1"), name="phu-luc-mat-danh.pdf")
    return document


def _bytes(blob: Blob | None) -> bytes:
    assert blob is not None
    with files.open_blob(blob) as plain:
        return plain.read()


def _said(client, content: bytes) -> str:
    return words(client.post("/verify/file/", {"file": SimpleUploadedFile("a.pdf", content, "application/pdf")}))


def test_it_is_known_as_the_file_beside_its_document(office: Office, client):
    issued = office.issued(_with_appendix(office))

    page = _said(client, _bytes(issued.attachments.get().signed))

    assert GOES_WITH in page
    assert NOT_FROM_HERE not in page
    assert issued.summary in page
    # Neither the code that stands on the document alone, nor what its office calls the file.
    assert issued.public is not None
    assert format_code(issued.public.code) not in page
    assert "phu-luc-mat-danh" not in page


def test_one_that_is_not_out_yet_or_not_sealed_or_changed_is_not(office: Office, client):
    document = _with_appendix(office)
    plain = _bytes(document.attachments.get().blob)
    assert NOT_FROM_HERE in _said(client, plain)

    issued = office.issued(document)
    sealed = _bytes(issued.attachments.get().signed)
    assert NOT_FROM_HERE in _said(client, plain)
    assert NOT_FROM_HERE in _said(client, sealed + b"\n")

    assert issued.public is not None
    type(issued.public).objects.filter(pk=issued.public.pk).update(issued_at=None)
    assert NOT_FROM_HERE in _said(client, sealed)


def test_when_its_document_is_recalled_it_says_so(office: Office, client):
    issued = office.issued(_with_appendix(office))
    recall_document(actor=office.mai, document=issued, reason="Sai số liệu")

    page = _said(client, _bytes(issued.attachments.get().signed))

    assert "Văn bản mà tệp này kèm theo không còn hiệu lực" in page
    assert "Văn bản số 01-KH/ĐTN đã bị thu hồi ngày" in page
    assert "Sai số liệu" in page


def test_when_its_document_is_replaced_it_says_by_which(office: Office, client):
    issued = office.issued(_with_appendix(office))
    other = office.issued(office.draft("Kế hoạch sửa đổi"))
    replace_document(actor=office.mai, document=issued, by=other, reason="Sửa đổi")

    page = _said(client, _bytes(issued.attachments.get().signed))

    assert "Văn bản số 01-KH/ĐTN đã được thay thế bằng văn bản số 02-KH/ĐTN ngày" in page


def test_looking_for_it_asks_two_statements_at_most(office: Office, django_assert_num_queries):
    issued = office.issued(_with_appendix(office))
    public_file, sealed = issued.public, issued.attachments.get().signed
    assert sealed is not None

    with django_assert_num_queries(1):
        assert files_issued_with("0" * 64) == []
    with django_assert_num_queries(2):
        assert files_issued_with(sealed.sha256) == [public_file]
