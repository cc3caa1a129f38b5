"""The poster of an event: what stands on the paper, and the code read back out of what Chromium prints."""

from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pypdfium2
import pytest
from django.urls import reverse

from doanso.events import actions
from doanso.events.tests.conftest import Festival, event_input
from doanso.lib.access_codes import format_code
from doanso.lib.tests.printed_codes import codes_by_page, codes_in, picture_of


def address(festival: Festival) -> str:
    return reverse("events:poster", args=[festival.event.pk])


def test_the_poster_has_day_place_code_and_letters(city: Festival, as_user: Any) -> None:
    city.step(actions.change_event, inputs=event_input(contact="Văn phòng Thành Đoàn", minimum_age=16))
    city.step(actions.open_event)
    answer = as_user(city.by).get(address(city))
    text = answer.content.decode()
    for words in ("Ngày hội không tiền mặt Mỹ Tho", "Chủ nhật 19/11/2023, 07:00 đến 11:00", "Quảng trường trung tâm",
                  "từ 16 tuổi (sinh năm 2007 trở về trước)", format_code(city.event.code), "testserver/e/"):  # fmt: skip
        assert words in text
    assert codes_in(picture_of(answer.context["picture"])) == [f"http://testserver/e/{city.event.slug}/"]


def test_there_is_no_poster_before_an_event_is_announced(city: Festival, as_user: Any) -> None:
    answer = as_user(city.by).get(address(city), follow=True)
    assert answer.redirect_chain == [(reverse("events:event", args=[city.event.pk]), 302)]
    assert "In áp phích được khi sự kiện đã công bố." in answer.content.decode()


def test_an_event_that_is_over_prints_no_poster(city: Festival, as_user: Any, business_day: Any) -> None:
    city.step(actions.open_event)
    business_day(city.event.day)
    assert as_user(city.by).get(address(city)).status_code == 200
    business_day(city.event.day + timedelta(days=1))
    answer = as_user(city.by).get(address(city), follow=True)
    assert answer.redirect_chain == [(reverse("events:event", args=[city.event.pk]), 302)]
    assert "Sự kiện đã diễn ra. Không in áp phích mời đăng ký nữa." in answer.content.decode()


def test_another_ward_prints_no_poster(city: Festival, as_user: Any) -> None:
    assert as_user(city.tree.chi).get(address(city)).status_code == 404


@pytest.mark.browser
@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "title", ["Ngày hội", "Ngày hội không tiền mặt và chuyển đổi số " * 3 + "toàn thành phố Mỹ Tho"]
)
def test_one_sheet_of_a4_is_printed_and_read(city: Festival, open_as: Any, axe: Any, title: str) -> None:
    city.step(
        actions.change_event,
        inputs=event_input(title.strip(), summary="Mở tài khoản, ví điện tử tại chỗ. " * 40, contact="Văn phòng " * 10),
    )
    city.step(actions.open_event)
    page = open_as(city.by, address(city))
    host = urlsplit(page.url)
    pdf = page.pdf(prefer_css_page_size=True, print_background=False)
    expected = f"{host.scheme}://{host.netloc}/e/{city.fresh().slug}/"
    assert [[set(read) for read in sheet] for sheet in codes_by_page(pdf)] == [[{expected}] * 2]
    [sheet] = pypdfium2.PdfDocument(pdf)
    assert [round(side * 25.4 / 72) for side in sheet.get_size()] == [210, 297]
    # Nothing is cut off, not even with the longest words.
    poster = page.get_by_role("article")
    assert poster.evaluate("(card) => card.scrollHeight <= card.clientHeight && card.scrollWidth <= card.clientWidth")
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page) == []
