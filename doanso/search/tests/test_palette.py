"""The palette in a browser, by keyboard alone, on a desk and on a phone."""

import pytest
from playwright.sync_api import expect

from doanso.members.tests.conftest import register  # noqa: F401

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("width", [1440, 390])
@pytest.mark.parametrize("dark", [False, True])
def test_a_member_is_found_and_opened_by_keyboard(register, open_as, axe, width, dark):  # noqa: F811
    page = open_as(register.tree.an, "/today/", width=width, dark=dark)
    page.keyboard.press("Control+k")
    search = page.get_by_role("combobox")
    expect(search).to_be_focused()
    expect(page.locator("#search-results")).to_contain_text("gõ đủ họ tên")
    assert axe(page) == []

    page.keyboard.type("tran thi")
    option = page.get_by_role("option", name="Trần Thị Thủy")
    expect(option).to_have_attribute("aria-selected", "true")
    expect(search).to_have_attribute("aria-activedescendant", "found-members-1")
    expect(page.get_by_role("dialog").get_by_role("status")).to_have_text("1 kết quả")
    assert axe(page) == []

    page.keyboard.press("Enter")
    page.wait_for_url(f"**/members/{register.thuy.pk}/")
    page.keyboard.press("/")
    expect(page.get_by_role("combobox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()


def test_arrows_go_round_and_opened_objects_come_back(register, open_as):  # noqa: F811
    page = open_as(register.tree.an, f"/members/{register.thuy.pk}/")
    page.goto(page.url.replace(str(register.thuy.pk), str(register.duc.pk)))
    page.keyboard.press("/")
    options = page.get_by_role("option")
    # The page that is open is not offered.
    expect(options).to_have_count(1)
    expect(options).to_contain_text("Trần Thị Thủy")
    page.keyboard.type("phuong 4")
    expect(options).to_have_count(3)
    for place in (1, 2, 0):
        page.keyboard.press("ArrowDown")
        expect(options.nth(place)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    expect(options.nth(2)).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/units/p4-kp1/")
    kept = page.evaluate("Object.values(localStorage).join()")
    assert "Thủy" not in kept
    assert f"/members/{register.thuy.pk}/" in kept


def test_enter_waits_for_the_text_as_typed(register, open_as):  # noqa: F811
    page = open_as(register.tree.an, "/today/")
    page.keyboard.press("Control+k")
    page.keyboard.type("duc")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/members/{register.duc.pk}/")


def test_buttons_open_it_and_the_server_may_fail(register, open_as):  # noqa: F811
    page = open_as(register.tree.an, "/today/", width=390)
    page.route("**/search/results/", lambda route: route.abort())
    page.get_by_role("banner").locator("[data-search-open]").click()
    failed = page.locator("[data-search-failed]")
    expect(failed).to_contain_text("Lúc này chưa tìm được.")
    expect(failed).to_be_visible()
    page.get_by_role("button", name="Đóng tìm kiếm").click()
    expect(page.get_by_role("dialog")).to_be_hidden()


@pytest.mark.parametrize("width", [1440, 390])
def test_the_page_without_the_palette_has_no_barrier(register, open_as, axe, width):  # noqa: F811
    page = open_as(register.tree.an, "/search/", width=width)
    page.get_by_label("Tìm người, đơn vị, văn bản, chỉ tiêu, trang").first.fill("tran thi")
    page.locator("main").get_by_role("button", name="Tìm").click()
    expect(page.locator("main").get_by_role("link", name="Trần Thị Thủy")).to_be_visible()
    assert page.url.endswith("/search/")
    assert axe(page) == []
