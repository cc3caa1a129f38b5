"""The clerk's pages in a browser: a group or a line of receivers ticked at once, a unit found by name, and accessibility."""

import pytest

from doanso.documents.actions.deliveries import Receiver

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DOUBTFUL = ("3 chi đoàn khu phố", "Công an Phường 4")


def test_a_group_is_ticked_at_once_and_a_unit_is_found_by_a_part_of_its_name(office, open_as):
    document = office.signed(office.draft(recipients=DOUBTFUL))
    page = open_as(office.mai, f"/documents/{document.pk}/issue/")
    line = page.get_by_label("Gửi cho 2 đơn vị này")
    count = page.locator("[data-receivers-count]")
    page.get_by_label("Tất cả nhóm này").first.check()
    assert count.inner_text() == "2"
    page.get_by_label("Chi đoàn Khu phố 2, Phường 4").uncheck()
    assert count.inner_text() == "1"
    assert page.get_by_label("Tất cả nhóm này").first.evaluate("box => box.indeterminate")
    assert line.evaluate("box => box.indeterminate")
    line.check()
    assert count.inner_text() == "2"
    assert page.get_by_label("Chi đoàn Khu phố 2, Phường 4").is_checked()
    # With script the units' own boxes are sent, so that one of the line can be left out.
    page.get_by_label("Chi đoàn Khu phố 2, Phường 4").uncheck()
    assert page.locator("[data-line-chosen]").inner_text().split() == ["1", "/", "2", "đã", "chọn"]
    assert page.locator("[name=lines]").count() == 0

    find = page.get_by_label("Tìm đơn vị")
    find.fill("doan phuong 5")
    assert page.locator("[data-unit]:visible").all_inner_texts() == ["Đoàn Phường 5"]
    find.press("Enter")
    assert page.url.endswith("/issue/")
    page.get_by_label("Đoàn Phường 5").check()
    find.fill("")
    assert count.inner_text() == "2"


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_clerks_pages(office, open_as, axe, width):
    units = office.tree.units
    issued = office.issued(None, *(Receiver(unit=units[code]) for code in ("my-tho", "p5", "p4-kp1")))
    signed = office.signed(office.draft("Chờ văn thư", recipients=DOUBTFUL))
    pages = (
        *(f"/documents/{document.pk}/" for document in (issued, signed)),
        f"/documents/{signed.pk}/issue/",
        "/documents/search/?words=tuyen+pho",
    )
    page = open_as(office.mai, pages[0], width=width)
    barriers = {}
    for path in pages:
        page.goto(page.url.split("/documents/")[0] + path)
        page.wait_for_load_state("networkidle")
        barriers[path] = axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert barriers == {path: [] for path in pages}


def test_pages_and_signatures_come_by_themselves(office, open_as):
    document = office.issued()
    page = open_as(office.mai, f"/documents/{document.pk}/")
    page.get_by_alt_text("Trang 1 / 1 của tệp").wait_for()
    page.get_by_text("Chữ ký thử, không có giá trị pháp lý. Nội dung chưa bị sửa.").first.wait_for()
