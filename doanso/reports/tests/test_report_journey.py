"""A report written in a browser: words kept without leaving the page, the preview printed anew, a file watched."""

import pytest

from doanso.reports.actions import renderings
from doanso.reports.models import Passage, Rendering
from doanso.reports.tests.test_write_report import begun, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_words_preview_and_files(scene, open_as, axe, width, dark):
    write(scene, begun(scene, period="2023-09"), "Kỳ trước đã họp.")
    report = begun(scene)
    page = open_as(scene.user("dung"), f"/programmes/my-tho-2023/reports/{report.pk}/", width=width, dark=dark)
    page.wait_for_selector(".ds-sheets img")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    before = page.locator(".ds-sheets img").first.get_attribute("src")
    page.fill("#t-direction", "Đã họp giao ban.")
    page.click("#s-direction summary")
    page.click("#s-direction button[name=reuse]")
    page.wait_for_selector("#s-direction >> text=Đã lưu.")
    page.wait_for_function("before => document.querySelector('.ds-sheets img')?.src !== before", arg=before)
    assert Passage.objects.get(report=report).text == "Đã họp giao ban.\nKỳ trước đã họp."
    assert axe(page) == []

    page.click("#files button[value=json]")
    page.wait_for_selector("#files >> text=Đang làm")
    renderings.make(Rendering.objects.get().pk)
    link = page.wait_for_selector("#files a[download]")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "bao-cao-my-tho-2023-10-01-2023-10-31.json"
