"""Certificates of attendance: who has one, what an independent reader finds on the paper, and the page of its code."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pypdfium2
import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.documents.tests.conftest import Office
from doanso.documents.tests.conftest import office as office
from doanso.events import actions, tickets
from doanso.events.models import Attendance, AttendanceCertificate, Registration
from doanso.events.tests.closing_scene import HeldFestival, held_festival
from doanso.events.tests.conftest import event_input
from doanso.events.tests.test_public_pages import text_of
from doanso.lib.problems import Refused
from doanso.lib.tests.printed_codes import codes_by_page
from doanso.signing.verification_codes import format_code


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


def upload(content: bytes) -> Any:
    return Client().post("/verify/file/", {"file": SimpleUploadedFile("a.pdf", content, "application/pdf")})


def test_an_uploaded_certificate_is_compared_with_the_one_made_anew(held: HeldFestival, as_user: Any) -> None:
    client = Client()
    client.post(link(held, 1))
    pdf = client.get(link(held, 1)).content
    page = reverse("events:verify-certificate", args=[AttendanceCertificate.objects.get().code])
    text = upload(pdf).content.decode()
    assert ("Tờ giấy này là thật" in text, f'href="{page}"' in text, "Mận" in text) == (True, True, False)
    text = upload(pdf + b"\n").content.decode()
    assert ("Tờ giấy này là thật" in text, "không trùng từng byte" in text, f'href="{page}"' in text) == (
        False,
        True,
        True,
    )
    # The office's file of several is known too, and so is one whose holder was never there.
    office = as_user(held.by)
    office.post(reverse("events:certificates", args=[held.event.pk]))
    several = office.get(reverse("events:certificates-part", args=[held.event.pk, 1])).content
    assert "Tờ giấy này là thật" in upload(several).content.decode()
    Attendance.objects.filter(registration__number=1).update(first_seen_at=None, last_seen_at=None, is_inside=False)
    assert "không trùng từng byte" in upload(pdf).content.decode()


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
