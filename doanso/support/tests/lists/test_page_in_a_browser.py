"""The page of a comparison in a browser: a table on a desk, cards on a phone, an answer for many only once it is chosen."""

import pytest
from playwright.sync_api import expect

from doanso.imports.models import Import
from doanso.support.tests.lists.rows import apply_rows, import_with_questions, line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ROWS = [
    line("Nguyễn Văn Bảy", place="KP 1", service="DVC, VNeID", second="Ông Võ Năm (trưởng khu phố)"),
    line("Phạm Thị Mười", "3/5/60", "0912345677", place="2"),
    line("Lê Hoa", "12/3/1960", "0912345679", place="Khu phố 9", consent=None),
    line("Trần Ba", 1970, "0311234567", consent="có/không"),
    line("Võ Tư", "hôm qua", "0912345671"),
]


@pytest.mark.parametrize("width", [390, 1440])
def test_rows_are_cards_on_a_phone_and_a_table_on_a_desk(ward, open_as, axe, width):
    job = import_with_questions(ward, *ROWS)
    page = open_as(ward.tree.an, path=f"/imports/{job.pk}/?show=new", width=width)

    cell = page.locator("tbody td", has_text="091•••••78")
    assert cell.locator("span").first.is_visible() is (width == 390)
    for tab in ("new", "question", "rejected", "warned"):
        page.goto(f"{page.url.partition('?')[0]}?show={tab}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert axe(page) == []

    page.goto(f"{page.url.partition('?')[0]}?show=question")
    page.get_by_role("button", name="Trả lời tất cả như vậy").click()
    assert Import.objects.get(pk=job.pk).answered_count == 0


@pytest.mark.parametrize("width", [390, 1440])
def test_what_waits_is_shown_after_writing(ward, open_as, axe, width):
    job = import_with_questions(ward, *ROWS)
    apply_rows(ward, job, skip=True)
    page = open_as(ward.tree.an, path=f"/imports/{job.pk}/", width=width)

    assert page.locator("[data-note=on]").count() == 0
    expect(page.get_by_text("Còn 2 dòng chờ bạn trả lời.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
