"""The list pattern in a browser: the filter follows the keys, rows are cards on a phone, one link opens a row."""

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_filter_is_applied_while_one_types_and_focus_stays(register, open_as):
    page = open_as(register.tree.dung, path="/members/")

    page.get_by_label("Tên, số điện thoại hoặc số định danh").press_sequentially("khang")
    page.wait_for_url("**/members/?q=khang")

    assert page.locator("tbody th[scope=row] a").all_inner_texts() == ["Lê Minh Khang"]
    assert page.locator("#list-status").inner_text() == "1 đoàn viên"
    assert page.evaluate("document.activeElement.name") == "q"
    assert page.locator("#page-acts a").first.get_attribute("href") == "/members/export/?q=khang"

    page.get_by_label("Tình trạng").select_option("away")
    page.wait_for_url("**/members/?q=khang&state=away")
    expect(page.get_by_text("Không có ai khớp bộ lọc").or_(page.locator("[data-empty]")).first).to_be_visible()

    page.get_by_role("link", name="Xóa lọc").click()
    page.wait_for_url("**/members/")
    assert page.locator("tbody tr").count() == 3
    assert page.get_by_role("link", name="Xóa lọc").count() == 0


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1440, False), (1440, True)])
def test_rows_are_cards_on_a_phone_and_open_anywhere(register, open_as, axe, width, dark):
    page = open_as(register.tree.dung, path="/members/", width=width, dark=dark)

    row = page.locator("tbody tr", has_text="Nguyễn Hoàng Đức")
    assert (row.evaluate("row => getComputedStyle(row).display") == "grid") is (width == 390)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []

    row.get_by_text("12/04/2001").click(force=True)
    page.wait_for_url(f"**/members/{register.duc.pk}/")
