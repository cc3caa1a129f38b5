"""Two wards are merged in a browser: chosen, previewed, confirmed, undone."""

import pytest
from playwright.sync_api import expect

from doanso.organisation.models import Change
from doanso.organisation.tests.conftest import differences
from doanso.units import queries as trees

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_a_merger_from_choice_to_taking_back(busy, open_as, axe, width, dark):
    page = open_as(busy.tree.giang, "/organisation/merge/", width=width, dark=dark)
    page.get_by_role("checkbox", name="Đoàn Phường 4").check()
    page.locator("select[name=into]").select_option("p5")
    page.get_by_label("Tên đầy đủ sau khi hợp nhất").fill("Đoàn Phường Năm")
    page.get_by_label("Tên ngắn sau khi hợp nhất").fill("Phường Năm")
    page.get_by_role("button", name="Xem trước").click()
    page.get_by_role("button", name="Thực hiện").wait_for()
    expect(page.get_by_role("heading", name="Phường 5, Phường 4 hợp nhất thành Phường Năm")).to_be_visible()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

    page.get_by_role("checkbox", name="Nguyễn Văn An").check()
    page.get_by_role("button", name="Thực hiện").click()
    page.get_by_role("button", name="Hoàn tác").wait_for()
    assert trees.unit_by_code("p4").until is not None
    assert axe(page) == []

    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Mọi thứ trở lại như trước").first.wait_for()
    assert axe(page) == []
    assert trees.unit_by_code("p4").until is None
    assert Change.objects.get().undone_by == busy.tree.giang
    assert differences() == []
