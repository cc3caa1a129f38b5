"""A booth and a visitor on their phones: a ticket is scanned and stamped, the visitor answers; in both widths, light and dark."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from doanso.events import actions
from doanso.events.actions import BoothReportInput
from doanso.events.models import BoothStamp
from doanso.events.tests.booths.conftest import Fair, record_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SCANNER = """export function watch(video, take, failed) {
  setTimeout(() => { take("https://example.org/x"); take("ADDRESS"); }, 200);
  return () => undefined;
}"""


def picture(page: Any, name: str) -> None:
    folder = os.environ.get("BOOTH_PICTURES")
    if folder:
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


def visitor_of(page: Any, width: int = 390) -> Any:
    """Open another phone, on which nobody of the Union ever signed in."""
    context = page.context.browser.new_context(viewport={"width": width, "height": 844}, locale="vi-VN")
    return context.new_page()


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)])
def test_a_ticket_is_scanned_stamped_and_answered(fair: Fair, open_as: Any, axe: Any, width: int, dark: bool):
    _ticket, link = fair.ticket()
    page = open_as(None, path=reverse("events:booth-desk", args=[fair.link]), width=width, dark=dark)
    origin = page.url.partition("/p/")[0]
    address = f"{origin}{reverse('events:ticket', args=[link])}"
    source = SCANNER.replace("ADDRESS", address)
    page.route("**/scan.js", lambda route: route.fulfill(body=source, content_type="text/javascript"))
    assert axe(page) == []
    picture(page, f"desk-{width}")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(f"{request.url} {request.post_data or ''}"))
    page.get_by_role("button", name="Quét vé").click()
    page.get_by_text("L. T. M.").wait_for()
    # The ticket's secret link has not left the browser.
    assert not any(link in one for one in sent)
    assert axe(page) == []
    picture(page, f"ticket-{width}")
    page.get_by_role("button", name="Đã mở tài khoản").click()
    page.get_by_text("Được tính khi khách trả lời").wait_for()
    assert axe(page) == []
    picture(page, f"done-{width}")

    phone = visitor_of(page, width)
    phone.goto(address)
    picture(phone, f"own-{width}")
    phone.get_by_role("link", name="Trả lời").click()
    phone.get_by_role("heading", name="Bạn đã mở tài khoản ở Gian số 1?").wait_for()
    assert axe(phone) == []
    picture(phone, f"question-{width}")
    phone.get_by_role("button", name="Đúng", exact=True).click()
    phone.get_by_text("Cảm ơn bạn, đã ghi nhận").wait_for()
    assert axe(phone) == []
    picture(phone, f"answered-{width}")
    phone.context.close()
    assert (record_of(BoothStamp.objects.get()).grade, fair.figure()) == (3, 1)


def test_a_shop_s_question_and_a_paper_ticket_s(fair: Fair, open_as: Any, axe: Any):
    ticket, link = fair.walk_in()
    stamps = [fair.stamp(ticket), fair.stamp(ticket, to_business=True)]
    page = open_as(None, path=reverse("events:answer-stamp", args=[link, stamps[0].pk]), width=390)
    page.get_by_role("button", name="Đúng", exact=True).click()
    page.get_by_text("Ghi họ và tên, hoặc chọn không ghi tên.").wait_for()
    assert axe(page) == []
    picture(page, "paper-390")
    page.goto(page.url.replace(str(stamps[0].pk), str(stamps[1].pk)))
    page.get_by_label("Tên trên bảng hiệu").fill("Tạp hóa Mận")
    picture(page, "shop-390")
    page.get_by_label("Đường hoặc ấp").fill("Lê Lợi")
    page.get_by_role("button", name="Đúng", exact=True).click()
    page.get_by_text("Cảm ơn bạn, đã ghi nhận").wait_for()
    assert fair.figure("payment-shops") == 1


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_the_office_hands_out_the_code_and_compares(fair: Fair, open_as: Any, axe: Any, width: int, dark: bool):
    tickets = [fair.ticket(name) for name in ("Lê Thị Mận", "Trần Văn Tư", "Võ Văn Sáu")]
    stamps = [fair.stamp(ticket) for ticket, _link in tickets]
    fair.confirm(tickets[0][1], stamps[0])
    fair.deny(tickets[1][1], stamps[1])
    actions.report_totals_by_code(
        link=fair.link, inputs=BoothReportInput(accounts=86, other=22, other_words="chữ ký số")
    )
    fair.add_booth(2)
    fair.add_booth(3, service=None)
    page = open_as(fair.festival.by, path=reverse("events:booth-code", args=[fair.shift.pk]), width=width, dark=dark)
    assert axe(page) == []
    picture(page, f"code-{width}")
    event = fair.festival.event.pk
    for name, path in (
        ("tab", reverse("events:booths", args=[event])),
        ("overview", reverse("events:event", args=[event])),
        ("totals", reverse("events:report-booth", args=[event, fair.booth.pk])),
        ("desk-list", reverse("events:booth-desk", args=[fair.link])),
        ("staff-totals", reverse("events:booth-totals", args=[fair.link])),
        ("enter", reverse("events:enter-booth-code")),
    ):
        page.goto(page.url.partition("/events/")[0].partition("/p/")[0] + path)
        assert axe(page) == [], name
        picture(page, f"{name}-{width}")
