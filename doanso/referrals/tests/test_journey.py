"""1+2 as two people see it: the member's phone, and the relative's."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from doanso.adoption.tests.services import make_services
from doanso.ledger.recount import recount
from doanso.referrals.tests.scene import make_scene
from doanso.testing import Tree

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_a_member_invites_and_the_relative_confirms_on_a_phone_of_their_own(tree: Tree, open_as, axe):
    make_services()
    one_two = make_scene(tree)
    member_page = open_as(tree.khoa, "/me/", width=390)
    member_page.locator("#relative").get_by_role("button", name="Mời").click()
    message = member_page.get_by_label("Tin nhắn kèm đường dẫn").input_value()
    expect(member_page.get_by_role("img", name="Mã QR của lời mời")).to_be_visible()
    assert axe(member_page) == []

    theirs = open_as(None, urlsplit(message.split()[-1]).path, width=390)
    theirs.get_by_role("button", name="Đúng, tôi xác nhận").click()
    expect(theirs.get_by_text("Chọn việc được hướng dẫn")).to_be_visible()
    assert axe(theirs) == []
    theirs.get_by_label("Dịch vụ portal").check()
    theirs.get_by_label("Họ và tên của bạn").fill("Huỳnh Thị Sáu")
    theirs.get_by_label("Năm sinh của bạn").fill("1975")
    theirs.get_by_label("Ghi lại việc tôi đã được hỗ trợ").check()
    theirs.get_by_role("button", name="Đúng, tôi xác nhận").click()
    expect(theirs.get_by_text("Biên nhận này đã được xác nhận")).to_be_visible()

    member_page.reload()
    assert "Thị Sáu" in member_page.locator("#relative").inner_text()
    assert "Đã tự xác nhận" in member_page.locator("#relative").inner_text()
    assert one_two.figure("portal-residents") == 1
    assert list(recount()) == []
