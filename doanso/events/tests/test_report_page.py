"""The tab “Báo cáo” of an event, and the way from the indicator down to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document
from doanso.documents.drafts import Draft
from doanso.documents.models import Document
from doanso.documents.tests.conftest import Office
from doanso.documents.tests.conftest import office as office
from doanso.events import actions
from doanso.events.models import EventClosing
from doanso.events.sources import closing_lines
from doanso.events.tests.closing_scene import HeldFestival, at, come, held_festival
from doanso.events.tests.conftest import SUNDAY
from doanso.events.tests.test_public_pages import text_of
from doanso.targets.actions import load_programme
from doanso.targets.tests.conftest import FILE


@pytest.fixture
def held(office: Office, business_day: Callable[..., None]) -> HeldFestival:
    return held_festival(office, business_day)


def page(held: HeldFestival, name: str = "report") -> str:
    return reverse(f"events:{name}", args=[held.event.pk])


def test_an_officer_writes_drafts_and_comes_back_to_a_closed_event(held: HeldFestival, as_user: Any) -> None:
    client = as_user(held.by)
    text = text_of(client, page(held))
    assert "Soạn bản nháp báo cáo" in text
    assert "<b>3<small> / 4</small></b>" in text
    answer = client.post(page(held), {"read": 0, "incidents": "Mưa nhỏ", "remarks": ""})
    assert (answer.status_code, answer.headers["Location"]) == (302, page(held))
    answer = client.post(page(held), {"read": 1, "incidents": "Mưa nhỏ", "remarks": "Tốt", "draft": "1"})
    document = Document.objects.get()
    assert answer.headers["Location"] == reverse("documents:document", args=[document.pk])
    text = text_of(client, page(held))
    assert "Đọc bản nháp và trình ký" in text
    assert "Soạn lại theo số liệu hôm nay" in text
    issued = held.office.issued(document)
    text = text_of(client, page(held))
    assert f"Đã tổng kết bằng báo cáo {issued.notation}" in text
    assert "Mưa nhỏ" in text
    assert "đúng như khi chốt" in text
    assert "Soạn bản nháp" not in text
    come(held.event.registrations.order_by("number").last(), at(held.event, 10))
    assert "người đã đến: <del>3</del> → <b>4</b>" in text_of(client, page(held))
    recall_document(actor=held.office.mai, document=issued, reason="Sai số gian 2")
    text = text_of(client, page(held))
    assert f"Báo cáo {issued.notation} đã bị thu hồi" in text
    # The next report begins with the words of the former one.
    assert "Mưa nhỏ" in client.get(page(held)).content.decode()


def test_what_is_wrong_is_said_and_kept_typed(held: HeldFestival, as_user: Any) -> None:
    answer = as_user(held.by).post(page(held), {"read": 0, "incidents": "Gọi 0912 345 678", "draft": "1"})
    assert answer.status_code == 422
    assert "0912 345 678" in answer.content.decode()
    assert not EventClosing.objects.exists()


def test_who_sees_the_report_writes_nothing(held: HeldFestival, as_user: Any) -> None:
    inspector = as_user(held.tree.hanh)
    assert "Soạn bản nháp" not in text_of(inspector, page(held))
    assert inspector.post(page(held), {"read": 0}).status_code == 403
    assert inspector.get(page(held, "issued-report")).status_code == 403
    assert as_user(held.tree.chi).get(page(held)).status_code == 404


def test_a_paper_report_is_chosen_from_those_of_the_unit(held: HeldFestival, as_user: Any) -> None:
    client = as_user(held.by)
    paper = register_paper(
        actor=held.office.mai, unit=held.tree.units["p4"], dated=SUNDAY,
        draft=Draft(profile="doan", kind="report", summary="Kết quả ngày hội trên giấy"),
    )  # fmt: skip
    assert "Kết quả ngày hội trên giấy" in text_of(client, page(held, "issued-report"))
    answer = client.post(page(held, "issued-report"), {"read": 0, "document": str(paper.pk)})
    assert answer.headers["Location"] == page(held)
    assert f"Đã tổng kết bằng báo cáo {paper.notation}" in text_of(client, page(held))


def test_the_indicator_leads_to_the_event_and_its_report(held: HeldFestival, as_user: Any) -> None:
    load_programme(actor=held.tree.dung, path=FILE)
    issued = held.issued()
    client = as_user(held.tree.dung)
    address = reverse(
        "targets:indicator", kwargs={"programme": "my-tho-2023", "indicator": "festival", "unit": "my-tho"}
    )
    content = client.get(address).content.decode()
    assert page(held) in content
    assert "Ngày hội Phường 4" in content
    line = closing_lines(actor=held.tree.dung, ids=[held.closing().pk])[held.closing().pk]
    assert (line.title, line.url) == ("Ngày hội Phường 4", page(held))
    assert line.detail.endswith(f"diễn ra ngày 19/11/2023 · báo cáo {issued.notation}")
    hidden = closing_lines(actor=held.tree.chi, ids=[held.closing().pk])[held.closing().pk]
    assert (hidden.title, hidden.url) == ("Sự kiện bạn không được mở", "")


@pytest.mark.parametrize("more", [0, 6])
def test_the_page_asks_a_constant_number_of_statements(
    held: HeldFestival, as_user: Any, more: int, django_assert_num_queries: Any, business_day: Callable[..., None]
) -> None:
    held.issued()
    business_day(SUNDAY - timedelta(days=1))
    for number in range(more):
        registration, _link = held.join(f"Khách {number}")
        come(registration, at(held.event, 7, number))
    business_day(SUNDAY)
    client = as_user(held.by)
    client.get(page(held))
    with django_assert_num_queries(19):
        client.get(page(held))


def test_a_held_event_without_a_report_waits_in_the_inbox(held: HeldFestival, as_user: Any) -> None:
    assert "sự kiện đã diễn ra, chưa có báo cáo" in text_of(as_user(held.by), "/today/")
    actions.draft_report(actor=held.by, event=held.fresh(), read=0, inputs=actions.ClosingInput())
    held.office.issued(held.closing().document)
    assert "sự kiện đã diễn ra, chưa có báo cáo" not in text_of(as_user(held.by), "/today/")
