"""The pages of the book: entered with a file, assigned, settled, returned, and their statements."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.files.models import Blob
from doanso.files.problems import Unavailable
from doanso.incoming.actions import IncomingInput, take_in
from doanso.incoming.models import Arrival, ArrivalState
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

ARRIVALS = "/documents/arrivals/"
NEW = "/units/p4/arrivals/new/"
FORM = {
    "issuer": "UBND Phường 4",
    "notation": "45/UBND-VX",
    "dated": "10/11/2023",
    "summary": "V/v phối hợp tuyến phố số",
    "medium": "digital",
}


def entered(office, summary: str = "V/v phối hợp tuyến phố số", **more) -> Arrival:
    inputs = IncomingInput(issuer="UBND Phường 4", summary=summary, dated=TODAY)
    return take_in(actor=office.mai, unit=office.unit, inputs=inputs, **more)


def at(arrival: Arrival, page: str = "") -> str:
    return f"{ARRIVALS}{arrival.pk}/{page}"


def test_a_document_is_entered_with_its_file_and_its_signatures_are_shown(office, issued, as_user):
    file = SimpleUploadedFile("den.pdf", office.bytes_of(issued), "application/pdf")
    mai = as_user(office.mai)
    answer = mai.post(NEW, FORM | {"file": file}, follow=True)
    text = answer.content.decode()

    assert "Đã vào sổ với số đến 1." in text
    assert "Chữ ký số lúc đến" in text
    assert "Nguyễn Văn An" in text
    assert text.count("Chữ ký thử, không có giá trị pháp lý. Nội dung chưa bị sửa.") == 2
    assert b"".join(mai.get(at(Arrival.objects.get(), "file/"))).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"issuer": ""}, "Hãy điền mục này."),
        ({"dated": "13/11/2023"}, "Văn bản đến không thể ghi ngày sau hôm nay. Hãy xem lại ngày."),
        ({"answer_by": "01/11/2023"}, "Hạn trả lời phải từ hôm nay đến một năm tới."),
        ({"summary": "TUYỆT MẬT"}, "117/2025/QH15"),
    ],
)
def test_what_cannot_be_entered_is_refused_and_draws_no_number(office, as_user, change, sentence):
    answer = as_user(office.mai).post(NEW, FORM | change)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert not Arrival.objects.exists()


def test_one_that_is_there_already_is_entered_only_if_meant(office, as_user):
    mai = as_user(office.mai)
    mai.post(NEW, FORM)
    assert "Vẫn vào sổ dù đã có văn bản mang số này" not in mai.get(NEW).content.decode()
    again = mai.post(NEW, FORM)
    assert "Vẫn vào sổ dù đã có văn bản mang số này" in again.content.decode()
    assert again.status_code == 422
    assert "Chỉ vào sổ lần nữa nếu đúng là hai văn bản." in again.content.decode()
    assert mai.post(NEW, FORM | {"twice": "on"}).status_code == 302


def test_the_same_form_sent_twice_is_one_entry(office, as_user):
    mai = as_user(office.mai)
    [key] = re.findall('name="key" value="([^"]+)"', mai.get(NEW).content.decode())
    [first, second] = [
        mai.post(NEW, FORM | {"key": key, "file": SimpleUploadedFile("den.pdf", base_pdf())}) for _time in range(2)
    ]
    assert (first.status_code, second.status_code) == (302, 302)
    assert first["Location"] == second["Location"] == at(Arrival.objects.get())
    assert Blob.objects.filter(erased_at=None).count() == 1

    # One that was gone back to and changed is another document.
    for change in ({"summary": "Mời họp khác"}, {"notation": "99-CV"}, {}):
        again = mai.post(NEW, FORM | {"key": key} | change)
        assert again.status_code == 422
        assert "Biểu mẫu này đã được gửi với nội dung khác và đã lưu." in again.content.decode()
    [new_key] = re.findall('name="key" value="([^"]+)"', again.content.decode())
    assert mai.post(NEW, FORM | {"key": new_key, "notation": "99-CV"}).status_code == 302
    assert Arrival.objects.count() == 2


def test_a_store_that_is_away_is_said_beside_the_file(office, as_user, monkeypatch):
    def away(*args: object, **named: object) -> None:
        raise Unavailable("down")

    file = SimpleUploadedFile("den.pdf", office.bytes_of(office.issued()), "application/pdf")
    monkeypatch.setattr("doanso.files.actions.keep", away)
    answer = as_user(office.mai).post(NEW, FORM | {"file": file})
    assert answer.status_code == 422
    assert str(Unavailable("down").problem.message) in answer.content.decode()
    assert not Arrival.objects.exists()


def test_it_is_given_to_somebody_then_settled(office, as_user):
    arrival, mai = entered(office), as_user(office.mai)
    assigned = mai.post(at(arrival, "assign/"), {"user": office.phuc.pk, "answer_by": "20/11/2023"}, follow=True)
    assert "Đã giao cho Nguyễn Hữu Phúc." in assigned.content.decode()
    inboxes = [as_user(person).get("/today/").content.decode() for person in (office.phuc, office.mai)]
    assert ["văn bản đến giao cho bạn xử lý" in inbox for inbox in inboxes] == [True, False]
    nothing = mai.post(at(arrival, "settle/"), {"words": " "})
    assert nothing.status_code == 422
    assert "Hãy ghi vài lời về việc đã làm." in nothing.content.decode()
    settled = mai.post(at(arrival, "settle/"), {"words": "Đã phối hợp"}, follow=True)

    assert "Đã xử lý xong văn bản." in settled.content.decode()
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.SETTLED
    again = mai.post(at(arrival, "settle/"), {"words": "Nữa"})
    assert again.status_code == 422
    assert "Văn bản này đã xử lý xong." in again.content.decode()


def test_it_is_sent_back_with_words(office, as_user):
    arrival = entered(office)
    answer = as_user(office.mai).post(at(arrival, "return/"), {"words": "Chữ ký không đúng"}, follow=True)
    assert "Đã trả lại nơi gửi." in answer.content.decode()
    arrival.refresh_from_db()
    assert arrival.state == ArrivalState.RETURNED


def test_other_units_do_not_find_it(office, as_user):
    arrival = entered(office)
    chi = as_user(office.tree.chi)
    assert chi.get(at(arrival)).status_code == 404
    assert chi.get(NEW).status_code == 404
    for page in ("assign/", "settle/", "return/"):
        assert chi.post(at(arrival, page)).status_code == 404
    assert as_user(office.tree.dung).get(NEW).status_code == 403
    assert as_user(office.tree.minh).get(ARRIVALS).status_code == 404


def test_the_book_is_narrowed_and_says_what_is_late(office, as_user):
    entered(office, "Họp giao ban")
    mai = as_user(office.mai)
    assert "Chưa có văn bản đến." in as_user(office.tree.chi).get(ARRIVALS).content.decode()
    assert "Họp giao ban" in mai.get(f"{ARRIVALS}?words=hop").content.decode()
    assert "Không có văn bản nào khớp." in mai.get(f"{ARRIVALS}?state=settled").content.decode()


def test_thirty_entries_cost_no_more_statements_than_one_and_follow_on_pages(office, as_user):
    entered(office, "Việc đầu tiên")
    mai = as_user(office.mai)
    mai.get(ARRIVALS)
    with CaptureQueriesContext(connection) as baseline:
        mai.get(ARRIVALS)
    for index in range(50):
        entered(office, f"Việc {index}")
    with CaptureQueriesContext(connection) as many:
        first = mai.get(ARRIVALS).content.decode()

    assert len(many) == len(baseline)
    assert "Việc đầu tiên" not in first
    assert "Việc đầu tiên" in mai.get(f"{ARRIVALS}?page=2").content.decode()
