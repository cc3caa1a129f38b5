"""The writing pages: a new document, the editor, an uploaded PDF, attachments, discarding."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from doanso.documents.actions.drafts import save_version
from doanso.documents.body.outlines import read_outline
from doanso.documents.body.schema import EMPTY, from_plain, parse, parse_appendices
from doanso.documents.body.text import plain_text
from doanso.documents.kinds import kind_named, kinds
from doanso.documents.models import Document, DocumentState
from doanso.documents.queries.documents import draft_of
from doanso.documents.tests.conftest import plan
from doanso.files.problems import Unavailable
from doanso.signing.tests.pki import base_pdf

pytestmark = pytest.mark.django_db

FORM = {
    "profile": "doan",
    "kind": "plan",
    "summary": "Xây dựng tuyến phố công nghệ số",
    "recipients": "Như trên\nLưu VP",
    "body": "Một\nHai",
    "appendices": "",
}


def upload(name: str = "ke-hoach.pdf", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content if content is not None else base_pdf(), "application/pdf")


def test_a_document_is_written_and_kept(office, as_user):
    client = as_user(office.mai)
    assert "Luật" in client.get("/documents/new/").content.decode()
    answer = client.post("/documents/new/", FORM, follow=True)

    document = Document.objects.get()
    assert answer.redirect_chain == [(f"/documents/{document.pk}/", 302)]
    assert "Đã lưu bản nháp." in answer.content.decode()
    assert (document.unit, document.made_by) == (office.unit, office.mai)
    assert draft_of(document).body == from_plain("Một\nHai")


def test_a_new_document_begins_with_the_outline_of_its_kind(office, as_user):
    client = as_user(office.mai)
    page = client.get("/documents/new/")
    begun = parse(page.context["body"].json)
    outlines = json.loads(page.context["outlines"])

    assert begun == read_outline(kind_named("plan").outline) == parse(outlines["plan"])
    assert "I. Mục đích, yêu cầu" in plain_text(begun)
    # Without a script that changes it with the kind, one begins with nothing.
    assert page.context["body"].text == ""
    decision = client.get("/documents/new/?kind=decision").context
    assert parse(decision["body"].json) == parse(outlines["decision"])
    assert decision["form"]["kind"].value() == "decision"
    assert client.get("/documents/new/?kind=x").context["form"]["kind"].value() == kinds()[0].code


def test_what_was_typed_comes_back_in_place_of_an_outline(office, as_user):
    client = as_user(office.mai)
    for body in ("", "Một\nHai"):
        answer = client.post("/documents/new/", FORM | {"summary": "", "body": body})
        assert (answer.status_code, parse(answer.context["body"].json)) == (422, from_plain(body))
    empty = office.draft(body=EMPTY)
    assert parse(client.get(f"/documents/{empty.pk}/edit/").context["body"].json) == from_plain("")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"summary": ""}, "Hãy điền mục này."),
        ({"summary": "x" * 401}, "400"),
        ({"body": "TUYỆT MẬT\nKế hoạch"}, "117/2025/QH15"),
        ({"body": '{"type": "doc", "content": [{"type": "script"}]}'}, "Không đọc được nội dung nên chưa lưu gì."),
    ],
)
def test_what_cannot_be_kept_is_refused_and_what_was_typed_stays(office, as_user, change, sentence):
    answer = as_user(office.mai).post("/documents/new/", FORM | change)

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Như trên" in answer.content.decode()
    assert not Document.objects.exists()


def test_the_editor_begins_with_what_is_kept_and_loses_no_appendix(office, as_user):
    appendices = parse_appendices([{"title": "Danh sách", "body": from_plain("Một dòng").as_json()}])
    document = office.draft(appendices=appendices)
    client = as_user(office.mai)
    answer = client.get(f"/documents/{document.pk}/edit/")

    assert json.loads(answer.context["appendices"])[0]["title"] == "Danh sách"
    assert "Mỗi chi đoàn một tổ công nghệ số." in answer.content.decode()
    form = FORM | {"expected_version": 1, "appendices": answer.context["appendices"], "summary": "Tên khác"}
    assert client.post(f"/documents/{document.pk}/edit/", form).status_code == 302
    document.refresh_from_db()
    assert (document.version, document.summary) == (2, "Tên khác")
    assert draft_of(document).appendices == appendices


def test_who_does_not_say_what_they_read_overwrites_nothing(office, as_user):
    document = office.draft()
    answer = as_user(office.mai).post(f"/documents/{document.pk}/edit/", FORM | {"summary": "Tên khác"})

    assert answer.status_code == 422
    document.refresh_from_db()
    assert (document.version, document.summary) == (1, plan().summary)


def test_nobody_overwrites_what_they_have_not_read(office, as_user):
    document = office.draft()
    save_version(actor=office.phuc, document=document, expected_version=1, draft=plan("Bản của Phúc"))
    answer = as_user(office.mai).post(f"/documents/{document.pk}/edit/", FORM | {"expected_version": 1})

    assert answer.status_code == 422
    assert "Có người vừa lưu bản khác. Hãy xem bản đó rồi làm lại." in answer.content.decode()
    document.refresh_from_db()
    assert document.summary == "Bản của Phúc"


def test_a_document_on_its_way_is_not_written_on(office, awaiting, as_user):
    answer = as_user(office.mai).get(f"/documents/{awaiting.pk}/edit/", follow=True)
    assert "Văn bản đang trình; hãy rút về để sửa." in answer.content.decode()


def test_a_pdf_is_brought_and_the_same_page_brings_another_one(office, as_user):
    client = as_user(office.mai)
    form = {"profile": "doan", "kind": "plan", "summary": "Bản PDF"}
    answer = client.post("/documents/upload/", form | {"file": upload()}, follow=True)
    document = Document.objects.get()
    assert "Đã lưu tệp." in answer.content.decode()
    assert client.get(f"/documents/{document.pk}/draft.pdf").status_code == 404
    assert client.get(f"/documents/{document.pk}/versions/1/").status_code == 200
    assert "Trang 1 / 1 của tệp" in client.get(f"/documents/{document.pk}/preview/").content.decode()

    assert "Đưa tệp PDF khác lên" in client.get(f"/documents/{document.pk}/edit/").content.decode()
    again = client.post(f"/documents/{document.pk}/edit/", form | {"file": upload(), "expected_version": 1})
    assert again.status_code == 302
    document.refresh_from_db()
    assert document.version == 2


def test_the_clerk_is_led_from_the_warning_to_where_a_secret_number_is_noted(office, as_user):
    anchor = '<a href="/units/p4/register/secret/">'
    document = office.draft()
    for page in ("/documents/new/", "/documents/upload/", f"/documents/{document.pk}/edit/", "/units/p4/arrivals/new/"):
        assert anchor in as_user(office.mai).get(page).content.decode()
        assert anchor not in as_user(office.tree.dung).get(page).content.decode()


@pytest.mark.parametrize("name", ["ke-hoach.pdf", "ke-hoach.docx"])
def test_what_is_no_pdf_is_refused(office, as_user, name):
    form = {"profile": "doan", "kind": "plan", "summary": "x", "file": upload(name, b"MZ no document at all")}
    answer = as_user(office.mai).post("/documents/upload/", form)

    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()
    assert not Document.objects.exists()


def test_a_store_that_is_away_is_said_and_nothing_is_half_done(office, as_user, monkeypatch):
    def away(*args: object, **named: object) -> None:
        raise Unavailable("down")

    monkeypatch.setattr("doanso.files.actions.keep", away)
    form = {"profile": "doan", "kind": "plan", "summary": "x", "file": upload()}
    answer = as_user(office.mai).post("/documents/upload/", form)

    assert answer.status_code == 422
    assert str(Unavailable("down").problem.message) in answer.content.decode()
    assert not Document.objects.exists()


def test_a_file_is_put_beside_a_draft_and_taken_away(office, as_user):
    document = office.draft()
    client = as_user(office.mai)
    page = f"/documents/{document.pk}/"
    answer = client.post(f"{page}attachments/", {"file": upload("phu-luc.pdf")}, follow=True)
    assert "Tệp đi kèm văn bản; cơ quan ký tệp khi phát hành." in answer.content.decode()
    attachment = document.attachments.get()
    assert client.get(f"{page}attachments/{attachment.pk}/").status_code == 200

    client.post(f"{page}attachments/{attachment.pk}/detach/")
    assert not document.attachments.exists()
    assert "Hãy chọn tệp PDF trước." in client.post(f"{page}attachments/", follow=True).content.decode()


def test_a_draft_is_thrown_away_with_a_reason(office, as_user):
    document = office.draft()
    client = as_user(office.mai)
    assert client.post(f"/documents/{document.pk}/discard/", {"reason": ""}).status_code == 422
    answer = client.post(f"/documents/{document.pk}/discard/", {"reason": "Trùng"}, follow=True)

    assert "Đã bỏ bản nháp; bản nháp chưa có số." in answer.content.decode()
    document.refresh_from_db()
    assert document.state == DocumentState.DISCARDED


@pytest.mark.parametrize("page", ["edit/", "discard/", "preview/", "draft.pdf", "draft.docx", "file/", "send-on/", ""])
def test_another_ward_does_not_learn_of_a_draft(office, as_user, page):
    document = office.draft()
    assert as_user(office.tree.chi).get(f"/documents/{document.pk}/{page}").status_code == 404


def test_who_reads_an_issued_document_does_not_write_on_it(office, issued, as_user):
    reader = as_user(office.tree.dung)
    assert reader.get(f"/documents/{issued.pk}/").status_code == 200
    for status, pages in {
        404: ("edit/", "discard/", "send-on/", "sign/"),
        403: ("send-to/", "recall/", "replace/"),
    }.items():
        for page in pages:
            assert reader.get(f"/documents/{issued.pk}/{page}").status_code == status, page


def test_the_draft_is_printed_with_its_mark(office, as_user):
    document = office.draft()
    client = as_user(office.mai)
    assert b"".join(client.get(f"/documents/{document.pk}/draft.pdf")).startswith(b"%PDF")
    assert b"".join(client.get(f"/documents/{document.pk}/draft.docx")).startswith(b"PK")
    assert "Trang 1 / 1 như sẽ in" in client.get(f"/documents/{document.pk}/preview/").content.decode()


FORMS = ("discard", "send-on", "issue", "certificate", "sign-again", "give-up")


def test_a_form_that_the_state_forbids_leads_back_to_the_document_and_says_why(office, issued, as_user):
    client, own = as_user(office.mai), f"/documents/{issued.pk}/"
    answers = {name: client.get(f"{own}{name}/", follow=True) for name in FORMS}
    assert {name: answer.redirect_chain for name, answer in answers.items()} == {name: [(own, 302)] for name in FORMS}
    said = {name: [str(message) for message in answer.context["messages"]] for name, answer in answers.items()}
    assert said == {
        "discard": ["Văn bản đã được ký; nội dung không thay đổi được nữa."],
        "send-on": ["Văn bản đã được ký; nội dung không thay đổi được nữa."],
        "issue": ["Văn bản đã có số; không phát hành lần thứ hai."],
        "certificate": ["Văn bản này đã được đóng dấu số rồi."],
        "sign-again": ["Chỉ ký lại được văn bản đã ký mà cơ quan chưa đóng dấu số."],
        "give-up": ["Chỉ bỏ được cả văn bản lẫn số khi văn bản đã có số mà chưa phát hành."],
    }
