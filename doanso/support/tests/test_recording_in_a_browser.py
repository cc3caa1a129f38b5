"""Recording in a browser: the second receiver within nine actions on a desk, three steps on a phone."""

import pytest
from playwright.sync_api import expect

from doanso.support.models import SupportRecord

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Hands:
    """A user's hands: each filled field and each click is one action."""

    def __init__(self, page):
        self.page, self.actions = page, 0

    def fill(self, label: str, text: str) -> None:
        self.actions += 1
        self.page.get_by_label(label, exact=True).fill(text)

    def click(self, text: str) -> None:
        self.actions += 1
        self.page.get_by_text(text, exact=True).locator("visible=true").first.click()


def record(hands: Hands, name: str, year: str, *, steps: bool) -> None:
    hands.click("Đồng ý ghi tên")
    if steps:
        hands.click("Tiếp tục")
    hands.fill("Họ và tên", name)
    hands.fill("Năm sinh", year)
    if steps:
        hands.click("Tiếp tục")
    hands.click("Dịch vụ portal")
    hands.click("Lưu và ghi người tiếp theo")


@pytest.mark.parametrize("width", [390, 1440])
def test_the_second_receiver_takes_at_most_nine_actions(ward, open_as, axe, width):
    page = open_as(ward.tree.an, path="/support/record/", width=width)
    hands = Hands(page)
    page.get_by_label("Ai đi cùng").first.fill("Võ Thị Năm")
    assert axe(page) == []
    record(hands, "Nguyễn Thị Bảy", "1958", steps=width == 390)
    page.get_by_text("Đã lưu: Nguyễn Thị Bảy").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    hands.actions = 0
    record(hands, "Lê Văn Sáu", "1960", steps=width == 390)
    page.get_by_text("Đã lưu: Lê Văn Sáu").wait_for()
    assert hands.actions <= (7 if width == 390 else 5) <= 9
    assert SupportRecord.objects.filter(second_helper_name="Võ Thị Năm", grade=2).count() == 2


def test_a_phone_shows_one_step_and_loses_nothing_that_was_typed(ward, open_as):
    page = open_as(ward.tree.an, path="/support/record/", width=390)
    hands = Hands(page)
    assert page.get_by_label("Họ và tên").is_hidden()
    page.get_by_label("Ai đi cùng").first.fill("Võ Thị Năm")
    hands.click("Tiếp tục")
    expect(page.get_by_text("Bước 1/3")).to_be_visible()

    hands.click("Đồng ý ghi tên")
    hands.click("Tiếp tục")
    # What is kept is one line from here on, with what was typed into it.
    assert page.get_by_label("Ai đi cùng").first.is_hidden()
    expect(page.get_by_text("Nguyễn Văn An và Võ Thị Năm")).to_be_visible()
    hands.fill("Họ và tên", "Nguyễn Thị Bảy")
    hands.click("Quay lại")
    hands.click("Giúp thôi, đừng ghi tên")
    expect(page.get_by_text("Bước 1/2")).to_be_visible()
    hands.click("Đồng ý ghi tên")
    hands.click("Tiếp tục")
    assert page.get_by_label("Họ và tên").input_value() == "Nguyễn Thị Bảy"

    hands.click("Tiếp tục")
    hands.click("Dịch vụ portal")
    hands.click("Lưu và kết thúc")
    # The year of birth is missing: its step opens, with the name still there.
    page.get_by_text("Chưa lưu.").wait_for()
    assert page.get_by_label("Họ và tên").input_value() == "Nguyễn Thị Bảy"
    assert SupportRecord.objects.count() == 0
    expect(page.get_by_label("Năm sinh")).to_be_focused()
    expect(page.get_by_label("Năm sinh")).to_be_in_viewport()
    # Nothing is wrong with the day and the helpers, so they stay one line.
    assert page.get_by_label("Ai đi cùng").first.is_hidden()
    assert page.locator("[data-kept-fields]").bounding_box()["height"] < 120


def test_control_and_enter_save(ward, open_as):
    page = open_as(ward.tree.an, path="/support/record/", width=1440)
    hands = Hands(page)
    hands.click("Giúp thôi, đừng ghi tên")
    assert page.get_by_label("Họ và tên").is_hidden()
    hands.click("Dịch vụ portal")
    page.keyboard.press("Control+Enter")
    page.get_by_text("Không giữ tên nên không có biên nhận để đưa.").wait_for()
    assert SupportRecord.objects.filter(named=False).count() == 1
