"""Received documents: list, page, assignment, answer, entry in the book; and the link for outside."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import attach
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.links import link_of
from doanso.documents.models import Delivery
from doanso.files.problems import Unavailable
from doanso.incoming.models import Arrival
from doanso.lib import clock
from doanso.signing.queries.authorities import read_trust
from doanso.signing.tests.pki import base_pdf
from doanso.signing.verification import verify
from tools.fixture_replay import replayed

pytestmark = pytest.mark.django_db

RECEIVED = "/documents/received/"


@pytest.fixture
@replayed
def came(office) -> Delivery:
    """Return ward 4's plan as delivered to ward 5, where Chi is the secretary."""
    draft = office.draft()
    attach(actor=office.mai, document=draft, source=base_pdf("Phụ lục 1"), name="phu-luc-1.pdf")
    document = office.issued(draft, Receiver(unit=office.tree.units["p5"]), Receiver(outside="Công an Phường 4"))
    return document.deliveries.get(unit=office.tree.units["p5"])


@pytest.fixture
def chi(office, as_user):
    return as_user(office.tree.chi)


def at(delivery: Delivery, page: str = "") -> str:
    return f"{RECEIVED}{delivery.pk}/{page}"


def test_what_came_is_listed_and_looking_at_it_opens_it(came, chi, office):
    listed = chi.get(f"{RECEIVED}?state=new").content.decode()
    assert "Xây dựng tuyến phố công nghệ số thứ hai" in listed
    assert "Phường 4" in listed
    assert chi.get(at(came)).status_code == 200
    came.refresh_from_db()

    assert came.opened_by == office.tree.chi
    assert "Chưa có gì." in chi.get(f"{RECEIVED}?state=new").content.decode()


def test_its_pages_and_signatures_stand_on_its_page(came, chi):
    assert "Trang 1 / 1 của tệp" in chi.get(at(came, "preview/")).content.decode()
    assert "không có giá trị pháp lý. Nội dung chưa bị sửa." in chi.get(at(came, "signatures/")).content.decode()


def test_who_did_not_get_it_does_not_find_it(came, office, as_user):
    for page in ("", "file/", "preview/", "signatures/"):
        assert as_user(office.tree.khoa).get(at(came, page)).status_code == 404
        assert as_user(office.mai).get(at(came, page)).status_code == 404
    for page in ("assign/", "answer/", "see-end/", "take-in/"):
        assert as_user(office.mai).post(at(came, page)).status_code == 404
    assert as_user(office.tree.minh).get(RECEIVED).status_code == 404


def test_it_is_given_to_somebody_by_a_day(came, chi, office):
    answer = chi.post(at(came, "assign/"), {"user": office.tree.chi.pk, "answer_by": "20/11/2023"}, follow=True)
    assert "Đã giao cho Lê Thị Chi." in answer.content.decode()
    assert "Trả lời trước 20/11/2023" in chi.get(f"{RECEIVED}?state=open").content.decode()

    stranger = chi.post(at(came, "assign/"), {"user": office.mai.pk})
    assert stranger.status_code == 422
    late = chi.post(at(came, "assign/"), {"user": office.tree.chi.pk, "answer_by": "01/11/2023"})
    assert late.status_code == 422
    assert "Hạn trả lời phải từ hôm nay đến một năm tới." in late.content.decode()


def test_it_is_answered_and_the_sender_reads_the_answer(came, chi, office, as_user):
    assert chi.post(at(came, "answer/"), {"words": ""}).status_code == 422
    answer = chi.post(at(came, "answer/"), {"words": "Phường 5 đã triển khai."}, follow=True)
    assert "Đã gửi trả lời." in answer.content.decode()
    assert "Phường 5 đã triển khai." in as_user(office.mai).get(f"/documents/{came.document_id}/").content.decode()


def test_it_is_entered_in_the_book_once(came, chi):
    answer = chi.post(at(came, "take-in/"), follow=True)
    assert "Đã vào sổ với số đến 1." in answer.content.decode()
    chi.post(at(came, "take-in/"))
    assert Arrival.objects.count() == 1
    assert "Trong sổ văn bản đến" in chi.get(at(came)).content.decode()


def test_a_recalled_one_says_so_until_it_is_noted(came, chi, office):
    recall_document(actor=office.mai, document=came.document, reason="Sai ngày")
    text = chi.get(at(came)).content.decode()
    assert "<b>Đã thu hồi:</b> Sai ngày" in text
    assert "Đã biết: hết hiệu lực" in text
    chi.post(at(came, "see-end/"))
    seen = chi.get(at(came)).content.decode()
    assert "Đã biết: hết hiệu lực" not in seen
    assert "Đơn vị đã biết từ" in seen


def test_a_recalled_one_stands_on_the_desk_until_it_is_noted_and_the_sender_sees_who_did(came, chi, office, as_user):
    sender, page = as_user(office.mai), f"/documents/{came.document_id}/"
    assert "Hết hiệu lực, chờ bạn biết" not in chi.get("/documents/").content.decode()
    assert "1 / 2 đã mở" in (chi.get(at(came)), sender.get(page))[1].content.decode()
    recall_document(actor=office.mai, document=came.document, reason="Sai ngày")

    desk = chi.get("/documents/").content.decode()
    assert "Hết hiệu lực, chờ bạn biết" in desk
    assert f'href="{at(came)}"' in desk
    assert "Sai ngày" in desk
    page_text = sender.get(page).content.decode()
    assert "0 / 2 đã biết hết hiệu lực" in page_text
    assert page_text.count("Chưa biết<") == 2

    chi.post(at(came, "see-end/"))
    assert "Hết hiệu lực, chờ bạn biết" not in chi.get("/documents/").content.decode()
    page_text = sender.get(page).content.decode()
    assert "1 / 2 đã biết hết hiệu lực" in page_text
    assert page_text.count("Chưa biết<") == 1


def test_of_a_recalled_one_nothing_is_offered_that_would_be_refused(came, chi, office):
    actions = [at(came, page) for page in ("answer/", "assign/", "take-in/")]
    text = chi.get(at(came)).content.decode()
    assert [f'action="{action}"' in text for action in actions] == [True, True, True]
    recall_document(actor=office.mai, document=came.document, reason="Sai ngày")

    text = chi.get(at(came)).content.decode()
    assert [f'action="{action}"' in text for action in actions] == [False, False, True]
    assert "Vào sổ văn bản đến để lưu, không xử lý" in text
    for page, data in (("answer/", {"words": "Đã rõ"}), ("assign/", {"user": office.tree.chi.pk})):
        answer = chi.post(at(came, page), data)
        assert answer.status_code == 422
        assert "Văn bản này đã bị thu hồi hoặc thay thế, không còn hiệu lực." in answer.content.decode()
    entered = chi.post(at(came, "take-in/"), follow=True).content.decode()
    assert "<b>Đã thu hồi:</b> Sai ngày" in entered
    assert "Đã xử lý" in entered
    assert "Chưa có gì." in chi.get(f"{RECEIVED}?state=open").content.decode()


def test_whoever_got_a_replaced_one_is_led_to_what_holds_instead(came, chi, office, client, link):
    new = office.issued(office.draft("Bản mới"), public=True)
    replace_document(actor=office.mai, document=came.document, by=new, reason="Sai ngày")
    anchor = f'<a href="/verify/{new.public.code}/">Văn bản thay thế: 02-KH/ĐTN</a>'
    assert anchor in chi.get(at(came)).content.decode()
    assert anchor in client.get(link).content.decode()


def test_its_file_is_handed_out_and_a_store_that_is_away_says_so(came, chi, monkeypatch):
    assert b"".join(chi.get(at(came, "file/"))).startswith(b"%PDF")

    def away(*args: object) -> None:
        raise Unavailable("down")

    monkeypatch.setattr("doanso.files.responses.fetch_blob", away)
    answer = chi.get(at(came, "file/"))
    assert answer.status_code == 503
    assert str(Unavailable("down").problem.message) in answer.content.decode()


def test_thirty_documents_cost_no_more_statements_than_one(came, chi, office):
    chi.get(RECEIVED)
    with CaptureQueriesContext(connection) as baseline:
        chi.get(RECEIVED)
    paper = came.document
    for index in range(3):
        document = office.issued(office.signed(office.draft(f"Bản {index}")), Receiver(unit=office.tree.units["p5"]))
        assert document.pk != paper.pk
    with CaptureQueriesContext(connection) as many:
        chi.get(RECEIVED)

    assert len(many) == len(baseline)


# --- Outside ----------------------------------------------------------------------------------------------------------


@pytest.fixture
def link(came) -> str:
    return f"/v/{link_of(came.document.deliveries.exclude(outside='').get())}/"


def test_whoever_has_the_link_reads_it_without_an_account(link, came, client):
    text = client.get(link).content.decode()
    assert "Xây dựng tuyến phố công nghệ số thứ hai" in text
    assert "Đường dẫn này chỉ dành cho nơi nhận; nơi gửi thấy đã mở." in text
    assert b"".join(client.get(f"{link}file/")).startswith(b"%PDF")

    delivery = came.document.deliveries.exclude(outside="").get()
    assert (delivery.opened_at is not None, delivery.opened_by) == (True, None)


CHROME = "Mozilla/5.0 (Linux; Android 13; CUBOT NOTE) AppleWebKit/537.36 Chrome/118.0 Mobile Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "reached", "is_secure", "opened"),
    [
        (CHROME, {"Sec-Fetch-Mode": "navigate"}, True, True),
        (CHROME, {}, False, True),
        # A messenger shows what is behind a link that is pasted; nobody has read it yet.
        (CHROME, {}, True, False),
        ("facebookexternalhit/1.1", {}, False, False),
        ("TelegramBot (like TwitterBot)", {}, False, False),
    ],
)
def test_a_messenger_s_preview_opens_nothing_and_a_download_does(link, came, client, agent, reached, is_secure, opened):
    headers = {"User-Agent": agent, **reached}
    assert client.get(link, headers=headers, secure=is_secure).status_code == 200
    client.head(link, secure=is_secure)
    delivery = came.document.deliveries.exclude(outside="")
    assert (delivery.get().opened_at is not None) == opened
    client.get(f"{link}file/", headers=headers, secure=is_secure)
    assert delivery.get().opened_at is not None


def test_the_files_beside_it_are_there_too_as_the_organisation_signed_them(link, came, client):
    [beside] = came.document.attachments.all()
    assert f'<a href="{link}attachments/{beside.pk}/">phu-luc-1.pdf</a>' in client.get(link).content.decode()
    Delivery.objects.update(opened_at=None)
    answer = client.get(f"{link}attachments/{beside.pk}/")
    assert answer["Content-Disposition"] == 'attachment; filename="phu-luc-1.pdf"'
    assert answer["Referrer-Policy"] == "no-referrer"
    verdict = verify(b"".join(answer), trust=read_trust(), moment=clock.now())
    assert [signature.kind for signature in verdict.signatures] == ["organisation"]
    # Whoever has read a file beside it has opened it.
    assert came.document.deliveries.exclude(outside="").get().opened_at is not None


def test_a_file_beside_another_document_or_not_signed_is_not_found_by_the_link(link, came, client, office):
    other = office.draft("Bản khác")
    foreign = attach(actor=office.mai, document=other, source=base_pdf("Riêng"), name="rieng.pdf")
    assert client.get(f"{link}attachments/{foreign.pk}/").status_code == 404
    [beside] = came.document.attachments.all()
    came.document.attachments.update(signed=None)
    assert client.get(f"{link}attachments/{beside.pk}/").status_code == 404
    assert "phu-luc-1.pdf" not in client.get(link).content.decode()


def test_a_link_of_nobody_leads_nowhere(link, came, client):
    [beside] = came.document.attachments.all()
    for page in ("", "file/", f"attachments/{beside.pk}/"):
        assert client.get(f"/v/AAAAAAAAAAAAAAAAAAAAAA/{page}").status_code == 404


def test_a_recalled_document_is_not_handed_out_any_more(link, came, client, office):
    [beside] = came.document.attachments.all()
    recall_document(actor=office.mai, document=came.document, reason="Sai ngày")
    text = client.get(link).content.decode()
    assert "<b>Đã thu hồi:</b> Sai ngày" in text
    assert "Nơi gửi thấy bạn đã biết văn bản hết hiệu lực." in text
    assert "phu-luc-1.pdf" not in text
    delivery = came.document.deliveries.exclude(outside="").get()
    assert (delivery.opened_at, delivery.end_seen_at is not None) == (None, True)
    for page in ("file/", f"attachments/{beside.pk}/"):
        assert client.get(f"{link}{page}").status_code == 404
