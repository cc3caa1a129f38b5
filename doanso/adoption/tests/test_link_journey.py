"""A member without an account, on a phone: from the slip's address to the word that waits."""

from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from doanso.adoption.actions import make_links
from doanso.adoption.models import Usage

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_link_takes_a_word_in_a_browser_that_sends_no_referrer(ward, open_as, axe):
    [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[1].pk])
    page = open_as(None, f"/d/{new_link.token}/", width=390)

    page.get_by_role("link", name="TiengiangS").click()
    assert axe(page) == []
    page.get_by_role("radio", name="Đã cài đặt, đăng nhập được").check()
    page.get_by_role("button", name="Gửi cho chi đoàn").click()
    page.wait_for_url(urljoin(page.url, f"/d/{new_link.token}/"))

    expect(page.get_by_text("chờ chi đoàn xác nhận").first).to_be_visible()
    assert page.evaluate("document.referrer") == ""
    assert axe(page) == []
    assert Usage.objects.get().grade == 0


def test_the_sheet_copies_a_message(ward, open_as, axe):
    page = open_as(ward.tree.an, "/declare-links/", width=390)
    page.locator("input[name=members]").first.check()
    page.locator("button[name=make]").click()

    page.get_by_role("button", name="Chép tin nhắn").click()

    assert page.evaluate("document.activeElement.tagName") in {"TEXTAREA", "BUTTON"}
    assert "/d/" in page.locator("textarea").input_value()
    assert axe(page) == []
