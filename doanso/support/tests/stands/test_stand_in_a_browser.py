"""A stand in a browser: thirty people in one go by the keyboard, residents by their own phones, the thumb on a phone."""

import time
from uuid import uuid4

import pytest

from doanso.support import stand_keys
from doanso.support.actions import add_self_entry
from doanso.support.models import Stand, StandTurn, SupportRecord
from doanso.support.stand_keys import StandEntry

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SECONDS = 90
"""Far more than thirty lines take even on a busy machine; a person types for longer."""


def open_a_stand(ward, open_as, width: int):
    """Open a stand of one service by the form."""
    page = open_as(ward.tree.an, path="/support/stands/new/", width=width)
    page.get_by_label("Nơi đặt bàn").fill("Nhà văn hoá Khu phố 3")
    page.get_by_text("Dịch vụ portal").click()
    page.get_by_label("Ai đi cùng").first.fill("Võ Thị Năm")
    page.get_by_role("button", name="Mở bàn").click()
    page.get_by_text("Số 1, ghi tay").wait_for()
    return page


def test_thirty_people_are_recorded_in_one_go_by_the_keyboard(ward, open_as, axe):
    page = open_a_stand(ward, open_as, 1440)
    # A machine that settles late: what is typed at once is not lost.
    page.evaluate("htmx.config.defaultSettleDelay = 400")
    began = time.monotonic()
    for number in range(1, 31):
        if number % 10 == 0:
            page.get_by_role("button", name="+1 không tên").click()
        else:
            # The name has the focus: name, Tab, year, Tab, phone, Tab, agreed, Enter.
            page.keyboard.type(f"Nguyễn Văn {'ABCDEGHIKLMNOPQRSTUVXY'[number % 22]}{'abcde'[number // 7]}")
            page.keyboard.press("Tab")
            page.keyboard.type(str(1940 + number))
            page.keyboard.press("Tab")
            page.keyboard.press("Tab")
            page.keyboard.press("Space")
            page.keyboard.press("Enter")
        page.get_by_text(f"Số {number + 1}, ghi tay").wait_for()
    assert time.monotonic() - began < SECONDS
    assert (StandTurn.objects.count(), SupportRecord.objects.filter(named=True).count()) == (30, 27)
    assert SupportRecord.objects.filter(source="booth", grade=2).count() == 30
    assert ward.figure() == 27
    assert axe(page) == []

    page.locator("#stand-last").get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Đã hoàn tác số 30").wait_for()
    page.get_by_role("link", name="Kết thúc bàn").click()
    page.get_by_role("button", name="Kết thúc bàn").click()
    page.get_by_text("27 người ghi tên, 2 không ghi tên, 0 mục bị bỏ.").wait_for()
    assert axe(page) == []


@pytest.mark.parametrize("width", [390, 1440])
def test_a_resident_fills_in_waits_and_opens_the_receipt(ward, open_as, axe, width):
    page = open_a_stand(ward, open_as, width)
    link = stand_keys.link_of(Stand.objects.get())
    phone = page.context.browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    phone.goto(page.url.partition("/support/")[0] + f"/b/{link}/")
    assert axe(phone) == []
    phone.get_by_text("Được, ghi tên tôi").click()
    phone.get_by_label("Họ và tên").fill("Bùi Thị Tư")
    phone.get_by_label("Năm sinh").fill("1949")
    phone.get_by_role("button", name="Lấy số thứ tự").click()
    phone.get_by_text("Số của cô chú: 1").wait_for()
    assert axe(phone) == []
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390

    page.reload()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.get_by_role("button", name="Xong").click()
    page.get_by_text("Số 1: Bùi Thị Tư").wait_for()
    assert page.get_by_text("Đang chờ ở bàn").is_hidden()

    phone.get_by_role("link", name="Xem lại").click()
    phone.get_by_role("link", name="Mở biên nhận của tôi").click()
    phone.get_by_role("button", name="Đúng, tôi xác nhận").click()
    phone.get_by_text("Cảm ơn").first.wait_for()
    phone.context.close()
    assert SupportRecord.objects.get().grade == 3


def test_the_list_of_who_waits_comes_by_itself_and_leaves_what_is_being_typed(ward, open_as):
    page = open_a_stand(ward, open_as, 1440)
    page.get_by_label("Họ và tên").fill("Lê Văn")

    add_self_entry(
        link=stand_keys.link_of(Stand.objects.get()),
        key=Stand.objects.get().pk,
        entry=StandEntry("Bùi Thị Tư", 1949),
        text_version="2023-09",
        network="10.0.0.1",
    )
    # What htmx does every fifteen seconds.
    page.evaluate("htmx.ajax('GET', location.pathname, {target: '#waiting', select: '#waiting', swap: 'outerHTML'})")
    page.get_by_text("1. Bùi Thị Tư, 1949").wait_for()
    assert page.get_by_label("Họ và tên").input_value() == "Lê Văn"


def test_the_row_of_who_waits_leaves_what_is_being_typed_and_what_was_ticked(ward, open_as):
    page = open_as(ward.tree.an, path="/support/stands/new/", width=1440)
    page.get_by_label("Nơi đặt bàn").fill("Nhà văn hoá Khu phố 3")
    page.get_by_text("Dịch vụ portal").click()
    page.get_by_text("Dịch vụ vneid").click()
    page.get_by_role("button", name="Mở bàn").click()
    page.get_by_text("Số 1, ghi tay").wait_for()
    link = stand_keys.link_of(Stand.objects.get())
    helper = Stand.objects.get().helper_name
    for entry in (StandEntry(helper, 1949), StandEntry("Bùi Thị Tư", 1949)):
        add_self_entry(link=link, key=uuid4(), entry=entry, text_version="2023-09", network="10.0.0.1")
    page.reload()
    page.get_by_label("Họ và tên").fill("Lê Văn")

    rows = page.locator("#waiting li")
    rows.first.get_by_label("portal").uncheck()
    rows.last.get_by_label("vneid").uncheck()
    page.evaluate("htmx.ajax('GET', location.pathname, {target: '#waiting', select: '#waiting', swap: 'outerHTML'})")
    page.wait_for_load_state("networkidle")
    assert not rows.first.get_by_label("portal").is_checked()
    rows.first.get_by_role("button", name="Xong").click()
    rows.first.get_by_label("Là hai người trùng tên").check()
    assert not rows.first.get_by_label("portal").is_checked()
    assert not rows.last.get_by_label("vneid").is_checked()
    rows.first.get_by_role("button", name="Xong").click()
    page.get_by_text(f"Số 1: {helper}").wait_for()
    assert [row.service_id for row in SupportRecord.objects.all()] == ["vneid"]
    assert page.get_by_label("Họ và tên").input_value() == "Lê Văn"

    page.locator("#stand-last").get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Đã hoàn tác số 1").wait_for()
    assert page.get_by_label("Họ và tên").input_value() == "Lê Văn"
    page.get_by_text("0 đã giúp · 1 đang chờ").wait_for()


def test_without_network_lines_are_kept_and_sent_in_order_when_it_is_back(ward, open_as, axe):
    page = open_a_stand(ward, open_as, 390)
    page.context.set_offline(True)
    for name, year in (("Nguyễn Thị Mất", "1951"), ("Trần Văn Sóng", "1949")):
        page.get_by_label("Họ và tên").fill(name)
        page.get_by_label("Năm sinh").fill(year)
        page.get_by_label("Đã nghe lời xin phép").check()
        page.get_by_role("button", name="Lưu số 1").click()
    page.get_by_role("button", name="+1 không tên").click()
    page.get_by_text("Giữ trong máy này: 3").wait_for()
    assert page.get_by_label("Họ và tên").input_value() == ""
    assert axe(page) == []
    assert StandTurn.objects.count() == 0

    page.context.set_offline(False)
    page.get_by_text("Số 4, ghi tay").wait_for()
    page.locator("#stand-kept").wait_for(state="hidden")
    assert list(StandTurn.objects.order_by("number").values_list("named", "state")) == [
        (True, "recorded"),
        (True, "recorded"),
        (False, "recorded"),
    ]
    names = SupportRecord.objects.filter(named=True).order_by("recorded_at").values_list("contact__name", flat=True)
    assert list(names) == ["Nguyễn Thị Mất", "Trần Văn Sóng"]


def test_a_kept_line_survives_a_reload_and_one_that_is_refused_can_be_filled_in_again(ward, open_as):
    page = open_a_stand(ward, open_as, 390)
    page.on("dialog", lambda dialog: dialog.accept())
    page.context.set_offline(True)
    page.get_by_label("Họ và tên").fill("Nguyễn 079051000123")
    page.get_by_label("Năm sinh").fill("1951")
    page.get_by_label("Đã nghe lời xin phép").check()
    page.get_by_role("button", name="Lưu số 1").click()
    page.get_by_text("Giữ trong máy này: 1").wait_for()
    page.context.set_offline(False)
    page.get_by_text("Máy chủ chưa nhận").wait_for()
    page.reload()
    page.get_by_role("button", name="Điền lại").click()
    assert page.get_by_label("Họ và tên").input_value() == "Nguyễn 079051000123"
    assert StandTurn.objects.count() == 0


def test_on_a_phone_save_stays_above_the_bar_while_the_form_is_filled_in(ward, open_as):
    page = open_a_stand(ward, open_as, 390)
    page.set_viewport_size({"width": 390, "height": 560})
    # The name is shown, and the form reaches below the screen.
    page.evaluate("document.querySelector('#id_name').scrollIntoView({block: 'center', behavior: 'instant'})")

    bar = page.get_by_role("navigation", name="Danh mục nhanh").bounding_box()
    card = page.locator("section[aria-labelledby=by-hand]").bounding_box()
    save = page.get_by_role("button", name="Lưu số 1").bounding_box()

    assert card["y"] + card["height"] > bar["y"]
    assert bar["y"] - 100 < save["y"]
    assert save["y"] + save["height"] <= bar["y"]
    assert save["height"] >= 44
