"""Our few scripts, in a browser: light and dark, choosing rows, menus, and a network that fails."""

import re

import pytest
from playwright.sync_api import expect

from doanso.tests import look_pages

pytestmark = [
    pytest.mark.browser,
    pytest.mark.django_db(transaction=True),
    pytest.mark.urls("doanso.tests.look_pages"),
]


def test_a_strangers_choice_of_dark_lasts_without_a_flash(open_as):
    page = open_as(None, "/login/")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "light")

    page.get_by_role("button", name="Giao diện tối").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    # The server itself writes the choice, so it is there before any script runs.
    answer = page.request.get(page.url)
    assert 'data-bs-theme="dark"' in answer.text()


def test_a_users_choice_of_dark_is_kept_with_the_account(open_as, tree):
    page = open_as(tree.giang, "/list")
    page.get_by_role("banner").locator("summary").click()
    with page.expect_response("**/theme/") as answered:
        page.get_by_role("button", name="Giao diện tối").click()

    assert answered.value.status == 204
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    tree.giang.refresh_from_db()
    assert tree.giang.theme == "dark"


def test_rows_are_counted_and_the_button_opens_with_the_first(open_as):
    page = open_as(None, "/list")
    button = page.locator("[data-bulk-action]")
    expect(button).to_be_disabled()

    page.get_by_label("Trâm").check()
    page.get_by_label("Duyên").check()
    expect(button).to_be_enabled()
    expect(button).to_have_text(re.compile(r"Duyệt\s+2 hồ sơ"))
    expect(page.get_by_label("Cả trang")).to_have_js_property("indeterminate", True)

    page.get_by_label("Cả trang").check()
    expect(button).to_have_text(re.compile(r"Duyệt\s+3 hồ sơ"))
    page.get_by_label("Cả trang").uncheck()
    expect(button).to_be_disabled()


def test_on_a_phone_the_bar_comes_to_the_thumb(open_as):
    page = open_as(None, "/list", width=390)
    bar = page.locator("[data-bulk-bar]")
    expect(bar).not_to_have_css("position", "fixed")

    page.get_by_label("Phúc").check()
    expect(bar).to_have_css("position", "fixed")


def test_a_form_is_sent_once_however_often_the_button_is_pressed(open_as):
    look_pages.sent.clear()
    page = open_as(None, "/list")
    page.get_by_label("Phúc").check()
    # The second press falls while the first one's answer is still on its way.
    page.locator("[data-bulk-action]").evaluate("button => { button.click(); setTimeout(() => button.click(), 100); }")
    page.wait_for_url("**/slow")

    assert look_pages.sent == ["Phúc"]


def test_a_menu_closes_by_escape_and_gives_the_focus_back(open_as, tree):
    page = open_as(tree.giang, "/list")
    menu = page.get_by_role("banner").locator("details")
    menu.locator("summary").click()
    expect(menu).to_have_attribute("open", "")

    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    expect(menu).not_to_have_attribute("open", "")
    expect(menu.locator("summary")).to_be_focused()

    menu.locator("summary").click()
    page.locator("h1").click()
    expect(menu).not_to_have_attribute("open", "")


def test_a_failed_request_and_a_lost_network_are_said_calmly(open_as):
    page = open_as(None, "/list")
    notice = page.locator("[data-net]")
    expect(notice).to_be_hidden()

    page.get_by_role("button", name="Tải").click()
    expect(notice).to_be_visible()
    expect(notice).to_contain_text("Chưa gửi được.")

    page.context.set_offline(True)
    expect(notice).to_contain_text("Không có mạng.")
    page.context.set_offline(False)
    expect(notice).to_be_hidden()
