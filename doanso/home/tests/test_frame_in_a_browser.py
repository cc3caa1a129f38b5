"""The frame in a browser: the phone's sheet, the tabs, counts of what waits; no barrier that axe can find."""

import pytest
from playwright.sync_api import expect

from doanso.lib import clock
from doanso.people.models import Person, Request
from doanso.testing import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def create_request(unit) -> None:
    Request.objects.create(
        person=Person.objects.create(created_at=clock.now()), unit=unit, kind="copy", channel="paper",
        opened_on=TODAY, opened_at=clock.now(), answer_by=TODAY, due_on=TODAY,
    )  # fmt: skip


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_sheet_of_a_phone_opens_and_closes(tree, open_as, axe, dark):
    page = open_as(tree.an, "/units/", width=390, dark=dark)
    sheet, more = page.locator("[data-menu-veil]"), page.get_by_text("Thêm", exact=True)

    more.click()
    expect(sheet).to_be_visible()
    assert sheet.locator("h3").all_inner_texts() == [
        "Chương trình",
        "Con người",
        "Phong trào",
        "Văn phòng",
        "Tổ chức",
        "Của tôi",
    ]
    assert axe(page) == []

    page.keyboard.press("Escape")
    expect(sheet).to_be_hidden()

    more.click()
    # A press beside the sheet closes it, and opens nothing of what is behind it.
    page.mouse.click(300, 40)
    expect(sheet).to_be_hidden()
    assert page.url.endswith("/units/")

    more.click()
    sheet.get_by_text("Danh bạ").click()
    page.wait_for_url("**/people/")


def test_counts_appear_and_are_asked_anew_after_an_action(tree, open_as):
    create_request(tree.units["p4"])
    page = open_as(tree.an, "/requests/", width=390)
    tab = page.get_by_role("navigation", name="Các mục của").locator('[data-wait="people.requests"]')
    badge = page.get_by_role("navigation", name="Danh mục nhanh").locator('[data-wait="today"]')

    tab.get_by_text("1").wait_for()
    assert badge.inner_text().startswith("1")
    asked = []
    page.on("request", lambda request: asked.append(request.url) if "/waiting/" in request.url else None)
    page.goto(page.url)
    tab.get_by_text("1").wait_for()
    first = asked.copy()
    create_request(tree.units["p4"])
    page.evaluate("sessionStorage.setItem('acted', '1')")
    page.goto(page.url)
    tab.get_by_text("2").wait_for()

    assert [url.split("?")[1] for url in first] == ["since="]
    assert asked[-1].endswith("since=1")


def test_the_current_tab_is_brought_into_view(tree, open_as):
    page = open_as(tree.dung, "/imports/", width=390)
    current = page.get_by_role("navigation", name="Các mục của").locator("[aria-current]")
    box = current.bounding_box()

    assert current.inner_text().startswith("Nhập danh sách")
    assert box is not None
    assert box["x"] + box["width"] <= 390


@pytest.mark.parametrize("width", [390, 1440])
def test_the_inbox_has_no_barriers(programme, tree, open_as, axe, width):
    create_request(tree.units["p4"])
    page = open_as(tree.an, "/today/", width=width)

    page.get_by_text("Trang này để làm gì").click()
    assert axe(page) == []
    page.locator("[data-tasks] a").first.click()
    page.wait_for_url("**/requests/")
