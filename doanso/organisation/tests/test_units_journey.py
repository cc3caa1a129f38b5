"""Units in a browser: a few by hand, then a workbook that is mended, imported and taken back."""

import pytest

from doanso.organisation.models import Change
from doanso.organisation.tests.conftest import differences
from doanso.organisation.tests.test_unit_lists import LIST, workbook
from doanso.units.models import Unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def fits(page):
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_units_by_hand_and_from_excel(tree, open_as, axe, width, dark):
    page = open_as(tree.giang, "/organisation/units/new/?parent=p4", width=width, dark=dark)
    assert axe(page) == []
    page.get_by_label("Tên đơn vị").fill("Chi đoàn Khu phố 3\nChi đoàn Khu phố 4")
    page.get_by_role("button", name="Thêm đơn vị này").click()
    page.get_by_text("Đã thêm 2 đơn vị.").wait_for()
    assert axe(page) == []
    assert fits(page)
    page.get_by_label("Tên hoặc mã").fill("phuong 6 my tho")
    page.get_by_role("button", name="Tìm trong danh mục").click()
    page.get_by_role("link", name="Phường 6").click()
    assert page.get_by_label("Mã").first.input_value() == "28270"
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Mọi thứ trở lại như trước").first.wait_for()
    assert not Unit.objects.filter(code="p4-kp3").exists()

    page.goto(page.url.split("/organisation/")[0] + "/organisation/units/import/")
    assert axe(page) == []
    page.get_by_label("Trực thuộc đơn vị nào?").select_option("my-tho")
    page.get_by_label("Tệp Excel").set_input_files({"name": "cay.xlsx", "mimeType": EXCEL, "buffer": workbook(LIST)})
    page.get_by_role("button", name="Đọc danh sách").click()
    page.get_by_text("2 nhập được, 3 cần sửa, 1 đã có").wait_for()
    assert axe(page) == []
    assert fits(page)
    page.get_by_role("button", name="Sửa 2 dòng").click()
    page.get_by_text("4 nhập được, 1 cần sửa").wait_for()
    page.locator("#row-7-kind").select_option(label="Chi đoàn")
    page.get_by_role("button", name="Ghi chỗ đã sửa").click()
    page.get_by_role("button", name="Nhập 5 đơn vị").click()
    page.get_by_role("button", name="Hoàn tác").wait_for()
    assert Unit.objects.filter(code__startswith="28270").count() == 5
    assert axe(page) == []
    page.get_by_role("button", name="Hoàn tác").click()
    page.get_by_text("Mọi thứ trở lại như trước").first.wait_for()
    assert Change.objects.filter(undone_at=None).count() == 0
    assert differences() == []
