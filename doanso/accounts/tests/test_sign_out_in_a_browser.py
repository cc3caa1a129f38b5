"""What the browser's "back" shows after signing out."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from doanso.testing import PASSWORD, Tree

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("keeps_pages", [False, True])
def test_back_after_signing_out_shows_the_sign_in_and_no_names(
    tree: Tree, live_server: Any, launch_browser: Callable[..., Any], keeps_pages: bool
) -> None:
    # Playwright switches off the memory in which browsers keep whole pages.
    browser = launch_browser(ignore_default_args=["--disable-back-forward-cache"] if keeps_pages else [])
    page = browser.new_page()
    page.goto(live_server.url + "/login/?next=/users/")
    page.fill("[name=login]", tree.an.username)
    page.fill("[name=password]", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/users/**")
    expect(page.get_by_text(tree.binh.display_name).first).to_be_visible()

    page.goto(live_server.url + "/logout/")
    page.get_by_role("main").get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url("**/login/**")
    page.go_back()
    page.go_back()

    expect(page.locator("[name=password]")).to_be_visible()
    assert tree.binh.display_name not in page.content()
    browser.close()
