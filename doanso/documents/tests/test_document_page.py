"""A document's own page: who has it, its signatures and receivers, the permitted actions, and its statements."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.documents.actions.deliveries import Receiver, open_delivery
from doanso.documents.actions.drafts import attach, detach
from doanso.documents.actions.issuing import advance
from doanso.documents.actions.routing import comment
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Delivery
from doanso.documents.tests.conftest import ADDRESS, issued_to
from doanso.files.problems import Unavailable
from doanso.lib import clock
from doanso.signing.actions import complete_signature
from doanso.signing.tests.pki import base_pdf, pki, sign

pytestmark = pytest.mark.django_db
MOST_STATEMENTS = 15


def shown(client, document, page: str = "") -> str:
    answer = client.get(f"/documents/{document.pk}/{page}")
    assert answer.status_code == 200
    return answer.content.decode()


def everybody(office) -> list[Receiver]:
    units = office.tree.units
    return [Receiver(unit=units[code]) for code in ("my-tho", "p5", "p4-kp1")]


def test_receivers_say_who_has_opened_it_and_the_clerk_reminds_the_rest(office, as_user):
    document = issued_to(office, *everybody(office))
    open_delivery(actor=office.tree.chi, delivery=document.deliveries.get(unit=office.tree.units["p5"]))
    mai = as_user(office.mai)
    text = shown(mai, document)
    assert "1 / 3 đã mở" in text
    assert "Nhắc 2 nơi chưa mở" in text
    assert "Nhắc 2 nơi chưa mở" not in shown(as_user(office.tree.dung), document)

    answer = mai.post(f"/documents/{document.pk}/remind/", follow=True)
    assert "Đã nhắc 2 nơi nhận." in answer.content.decode()
    assert "Chưa mở, đã nhắc 1 lần" in answer.content.decode()
    again = mai.post(f"/documents/{document.pk}/remind/", follow=True)
    assert "Hôm nay đã nhắc tất cả rồi." in again.content.decode()
    assert as_user(office.tree.dung).post(f"/documents/{document.pk}/remind/").status_code == 403


def test_after_it_was_issued_the_page_says_to_whom_it_went_and_what_comes_next(office, as_user):
    document = issued_to(office, *everybody(office), Receiver(outside="Công an Phường 4"))
    mai = as_user(office.mai)
    text = shown(mai, document)

    assert "Đã gửi 3 đơn vị và 1 nơi khác" in text
    assert f"Số {document.notation}, ngày" in text
    assert re.search(r"Chưa mở: [^<]*Công an Phường 4", text)
    assert "Đã vào sổ văn bản đi" in text
    assert "/documents/register/?unit=my-tho" in text or f"/documents/register/?unit={document.unit.code}" in text
    # One main button: who has not opened it is reminded.
    assert text.count("data-primary") == 1
    reader = shown(as_user(office.tree.dung), document)
    assert "Đã gửi 3 đơn vị và 1 nơi khác" in reader
    assert "/documents/register/" not in reader.split('id="sent-head"')[1].split("</section>")[0]


def test_answers_are_counted_with_their_day(office, as_user, business_day):
    day = clock.today() + timedelta(days=5)
    document = issued_to(office, Receiver(unit=office.tree.units["p5"], answer_by=day))
    mai = as_user(office.mai)
    assert "0 / 1 đã trả lời" in shown(mai, document)
    assert "sắp đến hạn máy tự nhắc" in shown(mai, document)
    business_day(day + timedelta(days=1))
    assert "Đã quá hạn trả lời" in shown(mai, document)


def test_opened_by_everybody_it_asks_for_nothing(office, as_user):
    document = issued_to(office, Receiver(unit=office.tree.units["p5"]))
    open_delivery(actor=office.tree.chi, delivery=document.deliveries.get(unit=office.tree.units["p5"]))
    text = shown(as_user(office.mai), document)

    assert "Đã gửi 1 đơn vị" in text
    assert "Nơi nhận nào cũng đã mở." in text
    assert "data-primary" not in text.split('id="main"')[1]


def test_issued_to_nobody_it_offers_to_choose_receivers(office, as_user):
    document = issued_to(office)
    document.deliveries.all().delete()
    text = shown(as_user(office.mai), document)

    assert "Đã phát hành, chưa gửi nơi nào" in text
    assert f"/documents/{document.pk}/send-to/" in text


def test_many_receivers_fold_up(office, as_user):
    document = issued_to(office, *(Receiver(outside=f"Nơi {index}") for index in range(12)))
    assert "Xem cả 12 nơi nhận" in shown(as_user(office.mai), document)


def test_links_to_hand_over_are_for_the_clerk_alone(office, as_user):
    document = issued_to(office, Receiver(outside="Công an Phường 4"))
    assert "Đường dẫn để gửi" in shown(as_user(office.mai), document)
    assert "Đường dẫn để gửi" not in shown(as_user(office.tree.dung), document)


def test_the_signatures_are_examined_and_described_in_words(office, as_user):
    cache.clear()
    document = issued_to(office)
    text = shown(as_user(office.mai), document, "signatures/")

    assert text.count("Chữ ký thử, không có giá trị pháp lý. Nội dung chưa bị sửa.") == 2
    assert "Nguyễn Văn An" in text


def test_before_it_is_issued_the_persons_signature_is_shown(office, as_user):
    cache.clear()
    document = office.signed()
    text = shown(as_user(office.mai), document, "signatures/")
    assert text.count("Nội dung chưa bị sửa.") == 1
    assert "Chưa ai ký." in shown(as_user(office.mai), office.draft("Nháp"), "signatures/")


def test_a_changed_file_beside_it_is_called_not_valid(office, as_user):
    from doanso.files.actions import store

    cache.clear()
    document = issued_to(office)
    broken = bytearray(office.bytes_of(document))
    broken[len(broken) // 3] ^= 1
    blob = store(source=bytes(broken), name="phu-luc-1.pdf", limit=1 << 24)
    document.attachments.create(name="Phụ lục 1.pdf", blob=blob, signed=blob, added_by=office.mai, added_at=clock.now())
    text = shown(as_user(office.mai), document, "signatures/")

    assert "Phụ lục 1.pdf" in text
    assert "Không hợp lệ." in text
    assert 'data-s="risk"' in text


def test_a_store_that_is_away_is_said_where_the_signatures_stand(office, as_user, monkeypatch):
    cache.clear()
    document = issued_to(office)

    def away(*args: object, **named: object) -> None:
        raise Unavailable("down")

    monkeypatch.setattr("doanso.signing.queries.verdicts.files.open_blob", away)
    text = shown(as_user(office.mai), document, "signatures/")
    assert str(Unavailable("down").problem.message) in text


def test_the_file_is_handed_out_under_its_number(office, issued, as_user):
    answer = as_user(office.mai).get(f"/documents/{issued.pk}/file/")
    assert b"".join(answer).startswith(b"%PDF")
    assert issued.notation.replace("/", "-") in answer["Content-Disposition"].replace("%C4%90", "Đ")


def test_recalled_and_replaced_documents_say_so_first(office, issued, as_user):
    first, second = issued, office.issued(office.signed(office.draft("Bản mới")))
    mai = as_user(office.mai)
    wrong = mai.post(f"/documents/{first.pk}/replace/", {"reason": "Sai ngày", "by": "99-KH/X"})
    assert wrong.status_code == 422
    assert "Không có văn bản đã phát hành nào của đơn vị mang số, ký hiệu ấy." in wrong.content.decode()
    answer = mai.post(f"/documents/{first.pk}/replace/", {"reason": "Sai ngày", "by": second.notation}, follow=True)
    assert "Đã thay thế; trang văn bản dẫn đến văn bản mới." in answer.content.decode()
    assert "Sai ngày" in shown(mai, first)
    assert second.notation in shown(mai, first)

    assert mai.post(f"/documents/{second.pk}/recall/", {"reason": ""}).status_code == 422
    answer = mai.post(f"/documents/{second.pk}/recall/", {"reason": "Thôi"}, follow=True)
    assert "Đã thu hồi; nơi nhận và người kiểm tra đều thấy." in answer.content.decode()


def test_the_page_asks_the_same_number_of_statements_for_one_and_for_thirty(office, as_user):
    document = issued_to(office, Receiver(unit=office.tree.units["p5"]))
    client = as_user(office.mai)
    shown(client, document)
    with CaptureQueriesContext(connection) as baseline:
        shown(client, document)
    Delivery.objects.bulk_create(
        Delivery(document=document, outside=f"Nơi {index}", sent_at=clock.now()) for index in range(30)
    )
    with CaptureQueriesContext(connection) as thirty:
        shown(client, document)

    assert len(thirty) == len(baseline) <= MOST_STATEMENTS


def test_who_opened_or_answered_stands_before_the_others(office, as_user):
    document = issued_to(office, *(Receiver(outside=f"Nơi {index}") for index in range(10)))
    Delivery.objects.filter(outside="Nơi 8").update(opened_at=clock.now())
    Delivery.objects.filter(outside="Nơi 9").update(opened_at=clock.now(), answered_at=clock.now(), answer="Đã rõ")
    names = re.findall(r"<b>(Nơi \d)</b>", shown(as_user(office.mai), document))
    assert names[:2] == ["Nơi 9", "Nơi 8"]
    assert len(names) == 10


def test_a_signer_has_signed_and_a_reviewer_agreed(office, signed, as_user):
    text = shown(as_user(office.mai), signed)
    steps = text[text.index('id="way-head"') :]
    assert [steps.count(word) for word in (">Đồng ý<", ">Đã ký<")] == [1, 1]


def test_history_tells_a_file_put_beside_from_words_that_were_written(office, as_user):
    document = office.draft()
    beside = attach(actor=office.mai, document=document, source=base_pdf("Phụ lục 1"), name="phu-luc-1.pdf")
    detach(actor=office.mai, attachment=beside)
    text = shown(as_user(office.an), document)
    for sentence in ("đính kèm tệp vào văn bản", "gỡ tệp đính kèm khỏi văn bản"):
        assert f"<b>Trần Ngọc Mai</b> {sentence}" in text
    assert "sửa văn bản" not in text


def test_a_file_that_is_not_whole_says_so_by_its_name(office, as_user):
    client = as_user(office.mai)

    def named(document) -> str:
        return client.get(f"/documents/{document.pk}/file/")["Content-Disposition"]

    document = office.to_sign()
    begun = begin_signing(actor=office.an, document=document, expected_version=1, certificate=office.hand, base=ADDRESS)
    assert named(document) == 'attachment; filename="van-ban-chua-ky.pdf"'
    complete_signature(session=begun.session, signature=sign(pki().an, bytes(begun.session.to_sign)))
    assert named(document) == 'attachment; filename="van-ban-chua-dong-dau.pdf"'
    document.refresh_from_db()
    issuing = office.numbered(document)
    assert "01-KH-DTN-chua-dong-dau.pdf" in named(issuing.document)
    advance(issuing.pk)
    assert "01-KH-DTN.pdf" in named(issuing.document)


def test_thirty_remarks_cost_no_more_than_one(office, as_user):
    document = office.draft()
    client = as_user(office.mai)
    comment(actor=office.phuc, document=document, version=1, words="Một")
    shown(client, document)
    with CaptureQueriesContext(connection) as baseline:
        shown(client, document)
    for index in range(29):
        comment(actor=office.phuc, document=document, version=1, words=f"Ý {index}")
    with CaptureQueriesContext(connection) as thirty:
        shown(client, document)

    assert len(thirty) == len(baseline) <= MOST_STATEMENTS


def test_an_inspector_goes_back_to_the_register_and_others_to_the_desk(office, as_user):
    document = office.issued(None, Receiver(unit=office.tree.units["p5"]))
    page = as_user(office.tree.hanh).get(f"/documents/{document.pk}/").content.decode()
    assert 'href="/documents/register/"' in page
    assert 'href="/documents/"' not in page
    page = as_user(office.tree.dung).get(f"/documents/{document.pk}/").content.decode()
    assert 'href="/documents/"' in page


def test_an_inspector_takes_no_part_in_an_issued_document_whatever_is_sent(office, issued, as_user):
    inspector, page = as_user(office.tree.hanh), f"/documents/{issued.pk}/"
    assert inspector.get(page).status_code == 200
    for step in ("pass/", "return/", "call-back/", "comments/"):
        for data in ({}, {"words": "Đồng ý", "read": "1"}):
            assert inspector.post(page + step, data).status_code == 404, (step, data)
    assert not issued.comments.exists()
