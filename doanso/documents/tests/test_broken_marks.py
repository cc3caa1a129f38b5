"""Marks of secrecy in unusual parts: recipients, remarks, answers, names of files."""

import pytest

from doanso.documents.actions.deliveries import Receiver, answer_delivery, send_to
from doanso.documents.actions.drafts import attach, discard_document, save_version, start_upload
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.routing import comment, pass_step, return_step, send_on
from doanso.documents.body.nodes import Appendix
from doanso.documents.body.schema import from_plain
from doanso.documents.drafts import Draft
from doanso.documents.models import Comment, Document, DocumentVersion
from doanso.documents.tests.conftest import TODAY, Office, plan
from doanso.files.models import Blob
from doanso.files.tests.office import docx, paragraph
from doanso.signing.tests.pki import base_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

MARK = "TUYỆT MẬT"


@pytest.mark.parametrize(
    "said",
    [
        {"summary": MARK},
        {"recipients": ("Như trên", MARK)},
        {"addressees": ("Độ mật: Tối mật",)},
        {"division": "MẬT"},
        {"appendices": (Appendix(MARK, from_plain("Danh sách")),)},
        {"appendices": (Appendix("Danh sách", from_plain("Cột 1\nT Ố I  M Ậ T\nCột 2")),)},
        {"body": from_plain("Mở đầu\nM\u200bẬT\nKết")},
    ],
)
def test_no_part_of_a_draft_bears_a_mark(office: Office, refused, said):
    assert refused(office.draft, **said) == "document_secret"
    document = office.draft()
    draft = plan(**said)
    assert (
        refused(save_version, actor=office.mai, document=document, expected_version=1, draft=draft) == "document_secret"
    )
    assert refused(register_paper, actor=office.mai, unit=office.unit, draft=draft, dated=TODAY) == "document_secret"
    assert (Document.objects.count(), DocumentVersion.objects.count()) == (1, 1)


def test_no_remark_and_no_decision_bears_a_mark(office: Office, refused):
    document = office.draft()
    arguments = {"actor": office.mai, "document": document}
    routing = {"expected_version": 1, "reviewers": [office.phuc], "mandate": office.mandate}
    assert refused(comment, **arguments, version=1, words=MARK) == "document_secret"
    assert refused(comment, **arguments, version=1, words="Xem lại", quote=MARK) == "document_secret"
    assert refused(discard_document, **arguments, reason="Độ mật: Tối mật") == "document_secret"
    assert refused(send_on, **arguments, **routing, words=f"Gửi anh\n{MARK}\nxem") == "document_secret"
    send_on(**arguments, **routing)
    assert (
        refused(return_step, actor=office.phuc, document=document, expected_version=1, words=MARK) == "document_secret"
    )
    assert refused(pass_step, actor=office.phuc, document=document, expected_version=1, words=MARK) == "document_secret"
    assert not Comment.objects.exists()
    assert (
        pass_step(actor=office.phuc, document=document, expected_version=1, words="Nhớ bảo mật danh sách").state
        == "signing"
    )


@pytest.mark.parametrize("name", ["MẬT.pdf", "Tối_mật.pdf", "TUYỆT MẬT - phu luc.pdf"])
def test_no_name_of_a_file_bears_a_mark(office: Office, refused, name):
    document = office.draft()
    arguments = {"actor": office.mai, "document": document, "source": base_pdf("Phụ lục 1")}
    assert refused(attach, **arguments, name=name) == "document_secret"
    assert attach(**arguments, name="Nguyễn Văn Mật.pdf").name == "Nguyễn Văn Mật.pdf"


BOX = "<w:r><w:pict><w:txbxContent>%s</w:txbxContent></w:pict></w:r>"


@pytest.mark.parametrize("mark", ["MẬT", "TỐI MẬT", "TUYỆT MẬT"])
@pytest.mark.parametrize("name", ["a.docx", "a.pdf"])
def test_a_secret_file_of_another_kind_is_refused_by_the_law_and_not_asked_to_become_a_pdf(
    office: Office, refused, mark, name
):
    document = office.draft()
    head = paragraph("Kính gửi: Ban Thường vụ Đoàn phường")
    secret, plain = docx(paragraph(mark), head), docx(head)
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch", is_upload=True)
    unit = {"actor": office.mai, "unit": office.unit, "draft": draft, "name": name}
    assert refused(attach, actor=office.mai, document=document, source=secret, name=name) == "document_secret"
    assert refused(start_upload, **unit, source=secret) == "document_secret"
    del unit["name"]
    assert refused(register_paper, **unit, dated=TODAY, scan=secret, name=name) == "document_secret"
    assert refused(attach, actor=office.mai, document=document, source=plain, name=name) == "file_kind_unknown"
    assert not Blob.objects.exists()


def test_no_answer_and_no_receiver_bears_a_mark(office: Office, issued: Document, refused):
    delivery = issued.deliveries.get()
    assert refused(answer_delivery, actor=office.tree.binh, delivery=delivery, words=MARK) == "document_secret"
    to_mark = [Receiver(outside=MARK)]
    assert refused(send_to, actor=office.mai, document=issued, receivers=to_mark) == "document_secret"
