"""Streets and markets in a browser: no barriers, nothing wider than the screen, and the way to a recognition."""

from typing import Any
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from doanso.places import actions
from doanso.places.formulas import Value
from doanso.places.kinds import kind_named
from doanso.places.models import KnownFrom, Place, PlaceState
from doanso.places.tests.conftest import REACHED, StreetScene

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def addresses(street: StreetScene) -> list[str]:
    """Places in several states, kept scores, and a draft of criteria, as the city's officer opens them."""
    preparing = street.create("Đường Hùng Vương")
    market = street.create("Chợ Mỹ Tho", "cashless-market")
    open_street = street.in_progress("Đường Trưng Trắc")
    street.values[4] = Value(35, 40, KnownFrom.RECORDS)
    street.step(actions.keep_midterm, open_street)
    criterion = open_street.criteria_set.criteria.get(number=4)
    actions.assign_gap(actor=street.tree.an, place=open_street, criterion=criterion)
    waiting = street.in_progress("Đường Nguyễn Huệ")
    street.step(actions.assess_itself, waiting)
    assessed = street.assessed("Đường Thủ Khoa Huân")
    recognised = street.recognised("Đường Lê Lợi")
    refused = street.assessed("Đường Ấp Bắc")
    street.step(actions.refuse_recognition, refused, street.tree.dung, reason="Thiếu ảnh bảng số 2")
    draft = actions.begin_criteria(
        actor=street.tree.dung, kind=kind_named("digital-street"), owner=street.unit("my-tho")
    )
    places = (preparing, market, open_street, waiting, assessed, recognised, refused)
    return [
        reverse("places:list"),
        reverse("places:new"),
        *(reverse("places:place", args=[place.pk]) for place in places),
        reverse("places:edit", args=[preparing.pk]),
        reverse("places:assessments", args=[recognised.pk]),
        reverse("places:criteria"),
        reverse("places:criteria-set", args=[draft.pk]),
        reverse("places:criterion", args=[draft.pk, draft.criteria.get(number=7).pk]),
    ]


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_axe_finds_nothing_in_any_state(street: StreetScene, open_as: Any, axe: Any, width: int, dark: bool) -> None:
    paths = addresses(street)
    page = open_as(street.tree.dung, paths[0], width=width, dark=dark)
    barriers: dict[str, list[str]] = {}
    for path in paths:
        page.goto(urljoin(page.url, path))
        if found := axe(page):
            barriers[path] = found
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"
    assert barriers == {}


def test_the_way_to_the_recognition_by_keyboard_and_buttons(street: StreetScene, open_as: Any) -> None:
    ward = open_as(street.tree.an, reverse("places:new"), width=390)
    ward.get_by_label("Tên", exact=True).fill("Đường Lê Lợi")
    ward.get_by_role("button", name="Lập địa điểm").click()
    address = ward.url
    ward.get_by_role("link", name="Mở danh sách nhà").click()
    ward.get_by_role("link", name="Chọn từ sổ của phường").first.click()
    ward.get_by_role("link", name="Thêm một nhà").click()
    ward.get_by_label("Số nhà").fill("12")
    ward.get_by_role("button", name="Đưa vào danh sách").click()
    ward.goto(address)
    ward.get_by_role("button", name="Chốt khảo sát").click()
    ward.get_by_role("button", name="Bắt đầu thực hiện").click()
    # One criterion is given to a branch in one click.
    ward.get_by_label("Ai nhận tiêu chí 4").select_option("p4-kp1")
    ward.locator("#criterion-4").get_by_role("button", name="Giao việc").click()
    assert "đã giao, hạn 26/11/2023" in ward.locator("#criterion-4").inner_text()
    street.values.update(REACHED)
    ward.reload()
    ward.get_by_role("button", name="Gửi thẩm định").click()
    city = open_as(street.tree.dung, reverse("places:list"), width=1440)
    city.goto(address)
    city.get_by_role("button", name="Chốt kết quả thẩm định").click()
    city.get_by_role("button", name="Công nhận", exact=True).click()
    assert "Hôm nay đạt đủ cả 9 tiêu chí." in city.locator("main header").inner_text()
    assert Place.objects.get().state == PlaceState.RECOGNISED
