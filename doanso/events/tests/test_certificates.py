"""Certificates of attendance: who has one, what an independent reader finds on the paper, and the page of its code."""

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from doanso.audit.models import AuditEvent
from doanso.documents.tests.conftest import Office
from doanso.documents.tests.conftest import office as office
from doanso.events import actions, tickets
from doanso.events.models import Attendance, AttendanceCertificate, Registration
from doanso.events.queries.certificates import letterhead_of_event
from doanso.events.queries.certificates import text_of as text_of_row
from doanso.events.renderers.certificate import render_certificates
from doanso.events.tests.closing_scene import HeldFestival, held_festival
from doanso.events.tests.conftest import event_input
from doanso.events.tests.test_public_pages import text_of
from doanso.lib.problems import Refused
from doanso.lib.tests.printed_codes import codes_by_page
from doanso.signing.verification_codes import format_code

BASE = "http://testserver"


@pytest.fixture
def held(office: Office, business_day: Callable[..., None]) -> HeldFestival:
    return held_festival(office, business_day)


def ticket(held: HeldFestival, number: int) -> Registration:
    return Registration.objects.get(event=held.event, number=number)


def link(held: HeldFestival, number: int, name: str = "certificate") -> str:
    return reverse(f"events:{name}", args=[tickets.link_of(ticket(held, number))])


def words_of(pdf: bytes) -> list[str]:
    """The text of each page."""
    return [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(io.BytesIO(pdf))]


def test_the_holder_gets_a_certificate_that_an_independent_reader_reads(held: HeldFestival) -> None:
    client = Client()
    assert "Tải giấy chứng nhận tham gia" in text_of(client, link(held, 1, "ticket"))
    assert client.get(link(held, 1)).status_code == 404
    answer = client.post(link(held, 1))
    assert (answer.status_code, answer.headers["Location"]) == (302, link(held, 1))
    answer = client.get(link(held, 1))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert 'filename="giay-chung-nhan-ngay-hoi-phuong-4-0001.pdf"' in answer.headers["Content-Disposition"]
    pdf = answer.content
    certificate = AttendanceCertificate.objects.get()
    [words] = words_of(pdf)
    for line in (
        "GIẤY CHỨNG NHẬN", "Lê Thị Mận", "Ngày hội Phường 4", "Chủ nhật 19/11/2023, tại Quảng trường trung tâm",
        "BCH ĐOÀN PHƯỜNG 4", "Số: 0001", format_code(certificate.code), "ngày 20 tháng 11 năm 2023", "BÍ THƯ",
    ):  # fmt: skip
        assert line in words
    address = f"http://testserver/verify/{certificate.code}/"
    assert codes_by_page(pdf) == [[[address], [address]]]
    # The same bytes once more, and no second certificate.
    client.post(link(held, 1))
    assert (client.get(link(held, 1)).content == pdf, AttendanceCertificate.objects.count()) == (True, 1)


def test_an_event_keeps_the_title_that_a_certificate_bears(held: HeldFestival) -> None:
    held.step(actions.change_event, inputs=event_input("Ngày hội Phường 4 lần 1"))
    Client().post(link(held, 1))
    with pytest.raises(Refused, match="không đổi tên sự kiện"):
        held.step(actions.change_event, inputs=event_input("Ngày hội khác"))
    held.step(actions.change_event, inputs=event_input("Ngày hội Phường 4 lần 1", kind="launch-day"))
    assert (held.fresh().title, held.fresh().kind) == ("Ngày hội Phường 4 lần 1", "launch-day")


def test_its_code_leads_to_a_page_with_initials_alone(held: HeldFestival) -> None:
    client = Client()
    client.post(link(held, 1))
    certificate = AttendanceCertificate.objects.get()
    page = reverse("events:verify-certificate", args=[certificate.code])
    assert client.get(f"/verify/{certificate.code}/").headers["Location"] == page
    assert client.post("/verify/", {"code": format_code(certificate.code)}).headers["Location"] == page
    text = text_of(client, page)
    for words in ("còn hiệu lực", "L. T. M.", "Ngày hội Phường 4", "Đoàn Phường 4", "0001", "19/11/2023"):
        assert words in text
    assert "Mận" not in text
    answer = client.get(reverse("events:verify-certificate", args=["2222-2222-2222"]))
    assert (answer.status_code, "Không có giấy chứng nhận" in answer.content.decode()) == (404, True)


def test_a_certificate_outlives_the_name_and_ends_with_the_attendance(
    held: HeldFestival, business_day: Callable[..., None]
) -> None:
    client = Client()
    client.post(link(held, 1))
    page = reverse("events:verify-certificate", args=[AttendanceCertificate.objects.get().code])
    business_day(date(2024, 8, 1))
    actions.forget_registrations()
    text = text_of(client, page)
    assert "Còn hiệu lực; tên đã xóa" in text
    assert "L. T. M." not in text
    # Nothing of the name is kept, so the paper cannot be printed again.
    assert client.get(link(held, 1)).status_code == 404
    Attendance.objects.filter(registration__number=1).update(first_seen_at=None, last_seen_at=None, is_inside=False)
    assert "không còn hiệu lực" in text_of(client, page)


def test_who_was_not_there_has_none(held: HeldFestival) -> None:
    client = Client()
    assert "Tải giấy chứng nhận" not in text_of(client, link(held, 4, "ticket"))
    assert client.post(link(held, 4)).headers["Location"] == link(held, 4, "ticket")
    Registration.objects.filter(event=held.event, number=1).update(name="", folded="")
    with pytest.raises(Refused, match="certificate_nameless"):
        actions.give_certificate(registration=ticket(held, 1))
    with pytest.raises(Refused, match="certificate_absent"):
        actions.give_certificate(registration=ticket(held, 4))
    assert not AttendanceCertificate.objects.exists()
    assert client.get(reverse("events:certificate", args=["x" * 22])).status_code == 404


def test_the_office_makes_all_in_one_file(held: HeldFestival, as_user: Any) -> None:
    client, page = as_user(held.by), reverse("events:certificates", args=[held.event.pk])
    assert "Lập 3 giấy chứng nhận" in text_of(client, page)
    assert client.get(f"{page}1/").status_code == 404
    client.post(page)
    text = text_of(client, page)
    assert "đã lập 3 giấy chứng nhận" in text
    assert "Tất cả trong một tệp" in text
    pdf = client.get(f"{page}1/").content
    assert [name in words for name, words in zip(("Mận", "Tư", "Ánh"), words_of(pdf), strict=True)] == [True] * 3
    assert [len(codes[0]) for codes in codes_by_page(pdf)] == [1, 1, 1]
    history = AuditEvent.objects.filter(object_id=held.event.pk).order_by("id").values_list("action", flat=True)
    assert list(history)[-2:] == ["events.give_certificates", "events.export_certificates"]
    assert actions.give_certificates(actor=held.by, event=held.fresh()) == 0


def test_a_large_event_has_several_files(held: HeldFestival, as_user: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("doanso.events.views.certificates.PART", 2)
    client, page = as_user(held.by), reverse("events:certificates", args=[held.event.pk])
    client.post(page)
    text = text_of(client, page)
    assert ("Tờ thứ 1 đến 2" in text, "Tờ thứ 3 đến 3" in text) == (True, True)
    assert [len(words_of(client.get(f"{page}{part}/").content)) for part in (1, 2)] == [2, 1]


def test_inspectors_and_others_take_no_names_along(held: HeldFestival, as_user: Any) -> None:
    page = reverse("events:certificates", args=[held.event.pk])
    actions.give_certificates(actor=held.by, event=held.fresh())
    inspector = as_user(held.tree.hanh)
    assert (inspector.get(page).status_code, inspector.get(f"{page}1/").status_code) == (200, 403)
    assert inspector.post(page).status_code == 403
    participants = inspector.get(page.removesuffix("certificates/") + "participants/").content.decode()
    assert f'href="{page}"' in participants
    assert "/export/" not in participants
    assert as_user(held.tree.chi).get(page).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.give_certificates(actor=held.tree.chi, event=held.fresh())


def test_a_code_is_not_guessed(held: HeldFestival) -> None:
    client = Client()
    wrong = reverse("events:verify-certificate", args=["2222-2222-2222"])
    statuses = {client.get(wrong).status_code for _try in range(31)}
    assert statuses == {404, 429}


@pytest.mark.parametrize("more", [0, 2])
def test_the_page_asks_a_constant_number_of_statements(
    held: HeldFestival, as_user: Any, more: int, django_assert_num_queries: Any
) -> None:
    if more:
        actions.give_certificates(actor=held.by, event=held.fresh())
    client, page = as_user(held.by), reverse("events:certificates", args=[held.event.pk])
    client.get(page)
    with django_assert_num_queries(6):
        client.get(page)


def certificate_file(held: HeldFestival, number: int = 1) -> tuple[AttendanceCertificate, bytes]:
    """Let a holder make their certificate; return it with its file."""
    client = Client()
    client.post(link(held, number))
    return AttendanceCertificate.objects.get(registration__number=number), client.get(link(held, number)).content


def upload(content: bytes, network: str = "203.0.113.7") -> Any:
    file = SimpleUploadedFile("a.pdf", content, "application/pdf")
    return Client(REMOTE_ADDR=network).post("/verify/file/", {"file": file})


def verdict_of(content: bytes, network: str = "203.0.113.7") -> str:
    """What the page for uploaded files says of a paper; empty where it finds none."""
    text = upload(content, network).content.decode()
    assert "Mận" not in text
    return next((verdict for verdict in ("genuine", "other", "several") if f'data-paper="{verdict}"' in text), "")


def forged(certificate: AttendanceCertificate, title: str = "Ngày hội Phường 4", **changes: Any) -> bytes:
    """The certificate as somebody with the product's own template prints it with other words."""
    event = certificate.registration.event
    letterhead, event.title = letterhead_of_event(event), title
    return render_certificates(event, letterhead, [replace(text_of_row(certificate), **changes)], base=BASE)


def test_an_uploaded_certificate_is_compared_with_the_one_that_its_code_gives(held: HeldFestival) -> None:
    certificate, pdf = certificate_file(held)
    page = reverse("events:verify-certificate", args=[certificate.code])
    text = upload(pdf).content.decode()
    assert ("Tờ giấy này là thật" in text, f'href="{page}"' in text) == (True, True)
    assert verdict_of(pdf) == "genuine"
    # The forger's tools make the same file of the same words, so nothing but the words is the difference below.
    assert forged(certificate) == pdf
    Attendance.objects.filter(registration__number=1).update(first_seen_at=None, last_seen_at=None, is_inside=False)
    assert verdict_of(pdf) == "other"


def test_a_copy_with_another_name_of_the_same_initials_is_refused(held: HeldFestival) -> None:
    certificate, pdf = certificate_file(held)
    copy = forged(certificate, name="Lê Thị Mai")
    # By a reader that the product does not use: the two papers differ by their name alone.
    words, other_words = (PdfReader(io.BytesIO(file)).pages[0].extract_text() for file in (pdf, copy))
    assert ("Lê Thị Mận" in words, format_code(certificate.code) in other_words) == (True, True)
    assert words.replace("Lê Thị Mận", "Lê Thị Mai") == other_words
    answer = upload(copy)
    assert answer.status_code == 200
    assert "Tệp này không phải giấy đã cấp theo mã" in answer.content.decode()
    page = reverse("events:verify-certificate", args=[certificate.code])
    assert f'href="{page}"' in answer.content.decode()
    compared = [Client().post(page, {"name": name}).content.decode() for name in ("Lê Thị Mai", "Lê Thị Mận")]
    assert ["L. T. M." in text for text in compared] == [True, True]
    assert ['data-name="other"' in compared[0], 'data-name="same"' in compared[1]] == [True, True]


def test_another_event_and_any_changed_byte_are_refused(held: HeldFestival) -> None:
    certificate, pdf = certificate_file(held)
    assert verdict_of(forged(certificate, title="Ngày hội Phường 5")) == "other"
    assert verdict_of(forged(certificate, number=2)) == "other"
    assert verdict_of(pdf + b"\n") == "other"
    # One letter of what only a program reads: the date in the file's own facts.
    stamp = pdf.index(b"/CreationDate")
    year = pdf.index(b"2023", stamp)
    assert verdict_of(pdf[:year] + b"2024" + pdf[year + 4 :]) == "other"


def test_of_several_certificates_each_is_verified_by_itself(held: HeldFestival, as_user: Any) -> None:
    office = as_user(held.by)
    office.post(reverse("events:certificates", args=[held.event.pk]))
    file = office.get(reverse("events:certificates-part", args=[held.event.pk, 1])).content
    assert verdict_of(file) == "several"


def test_a_name_is_not_guessed_by_files_either(held: HeldFestival) -> None:
    certificate, pdf = certificate_file(held)
    guess = forged(certificate, name="Lê Thị Mai")
    for network in range(10):
        assert verdict_of(guess, f"10.0.{network}.1") == "other"
    answer = upload(pdf, "10.0.99.1")
    assert (answer.status_code, "data-paper" in answer.content.decode()) == (429, False)
    page = reverse("events:verify-certificate", args=[certificate.code])
    assert Client(REMOTE_ADDR="10.0.98.1").post(page, {"name": "Lê Thị Mận"}).status_code == 429


def test_a_code_and_the_full_name_prove_each_other(held: HeldFestival) -> None:
    client = Client()
    client.post(link(held, 1))
    page = reverse("events:verify-certificate", args=[AttendanceCertificate.objects.get().code])

    def compared(name: str) -> tuple[int, bool, bool]:
        answer = client.post(page, {"name": name})
        text = answer.content.decode()
        return answer.status_code, 'data-name="same"' in text, 'data-name="other"' in text

    assert compared("  lê thị   MẬN ") == (200, True, False)
    # The same initials, and the same letters without their marks.
    assert compared("Lê Thị Mai") == compared("Le Thi Man") == (200, False, True)
    assert compared("") == (422, False, False)


def test_a_name_is_not_guessed(held: HeldFestival) -> None:
    Client().post(link(held, 1))
    page = reverse("events:verify-certificate", args=[AttendanceCertificate.objects.get().code])
    for network in range(10):
        assert Client(REMOTE_ADDR=f"10.0.{network}.1").post(page, {"name": "Lê Thị Mai"}).status_code == 200
    answer = Client(REMOTE_ADDR="10.0.99.1").post(page, {"name": "Lê Thị Mận"})
    assert (answer.status_code, 'data-name="' in answer.content.decode()) == (429, False)


def test_once_the_name_is_deleted_no_name_is_confirmed(held: HeldFestival, business_day: Callable[..., None]) -> None:
    Client().post(link(held, 1))
    page = reverse("events:verify-certificate", args=[AttendanceCertificate.objects.get().code])
    business_day(date(2024, 8, 1))
    actions.forget_registrations()
    assert 'data-name="same"' not in Client().post(page, {"name": "Lê Thị Mận"}).content.decode()
