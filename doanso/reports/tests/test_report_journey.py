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
    # The pages are printed when one scrolls to them.
    page.locator("#preview-head").scroll_into_view_if_needed()
    page.wait_for_selector("[data-preview-pages] img")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width

    before = page.locator("[data-preview-pages] img").first.get_attribute("src")
    page.fill("#t-direction", "Đã họp giao ban.")
    page.click("#s-direction summary")
    page.click("#s-direction button[name=reuse]")
    page.wait_for_selector("[data-say=saved]:visible")
    assert Passage.objects.get(report=report).text == "Đã họp giao ban.\nKỳ trước đã họp."
    page.click("[data-words-stale] button")
    is_renewed = "before => document.querySelector('[data-preview-pages] img')?.getAttribute('src') !== before"
    page.wait_for_function(is_renewed, arg=before)
    assert axe(page) == []

    page.click("#files button[value=json]")
    page.wait_for_selector("#files >> text=Đang làm")
    renderings.make_rendering(Rendering.objects.get().pk)
    link = page.wait_for_selector("#files a[download]")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == "bao-cao-my-tho-2023-10-01-2023-10-31.json"


def test_two_editors_keep_both_texts(scene, open_as, axe):
    report = begun(scene)
    address = f"/programmes/my-tho-2023/reports/{report.pk}/"
    dung, giang = (open_as(scene.user(name), address, width=1440, dark=False) for name in ("dung", "giang"))
    giang.fill("#t-direction", "Lời của Giang.")
    giang.fill("#t-tasks", "Việc của Giang.")
    giang.click("[data-words-keep]")
    giang.wait_for_selector("[data-say=saved]:visible")

    dung.fill("#t-direction", "Lời của Dung.")
    dung.fill("#t-limits", "Còn chậm.")
    dung.click("[data-words-keep]")
    dung.wait_for_selector("#s-direction [data-conflict]")
    # What was typed elsewhere is kept, and what the other wrote elsewhere is shown.
    assert dung.input_value("#t-tasks") == "Việc của Giang."
    assert Passage.objects.get(section="limits").text == "Còn chậm."
    assert dung.is_visible("[data-say=conflict]")
    assert axe(dung) == []
    # Nobody has chosen yet: after a reload it is asked again.
    dung.on("dialog", lambda dialog: dialog.accept())
    dung.reload()
    dung.wait_for_selector("#s-direction [data-conflict]")
    assert dung.input_value("#t-direction") == "Lời của Dung."
    assert Passage.objects.get(section="direction").text == "Lời của Giang."
    dung.click("#s-direction [data-take=both]")
    dung.wait_for_selector("[data-say=saved]:visible")

    assert Passage.objects.get(section="direction").text == "Lời của Giang.\nLời của Dung."


def test_what_one_wrote_and_chose_oneself_is_frozen_at_once(scene, open_as):
    report = begun(scene)
    page = open_as(scene.user("dung"), f"/programmes/my-tho-2023/reports/{report.pk}/", width=1440, dark=False)
    page.fill("#t-direction", "Đã họp.")
    page.select_option("#id_form", "nd30")
    page.wait_for_selector("[data-say=saved]:visible")
    assert page.input_value("input[name=version]") == "3"
    assert page.input_value("input[name=seen-form]") == "nd30"
    page.fill("#t-limits", "Còn chậm.")
    # Pressed while the words are on their way.
    page.evaluate("document.querySelector('[data-words-keep]').click()")
    page.click("[formaction$='/freeze/']")
    page.wait_for_selector("text=Đã chốt ngày")
    report.refresh_from_db()
    assert report.content["form"] == "nd30"
    assert Passage.objects.get(section="limits").text == "Còn chậm."


def test_words_outlive_a_lost_network_and_a_reload(scene, open_as):
    report = begun(scene)
    page = open_as(scene.user("dung"), f"/programmes/my-tho-2023/reports/{report.pk}/", width=390, dark=False)
    page.context.set_offline(True)
    page.fill("#t-direction", "Viết khi mất mạng.")
    page.wait_for_selector("[data-say=offline]:visible")
    assert not Passage.objects.exists()
    page.context.set_offline(False)
    page.wait_for_selector("[data-say=saved]:visible")
    assert Passage.objects.get().text == "Viết khi mất mạng."

    page.route("**/passages/", lambda route: route.abort())
    page.fill("#t-direction", "Viết tiếp.")
    page.on("dialog", lambda dialog: dialog.accept())
    page.reload()
    assert page.input_value("#t-direction") == "Viết tiếp."
    page.unroute("**/passages/")
    page.click("[data-words-keep]")
    page.wait_for_selector("[data-say=saved]:visible")
    assert Passage.objects.get().text == "Viết tiếp."


def test_words_taken_back_after_a_lost_answer_are_asked_about(scene, open_as):
    report = begun(scene)
    page = open_as(scene.user("dung"), f"/programmes/my-tho-2023/reports/{report.pk}/", width=1440, dark=False)

    def lose_answer(route):
        route.fetch()
        route.abort()

    page.route("**/passages/", lose_answer)
    page.fill("#t-direction", "Gõ nhầm.")
    page.click("[data-words-keep]")
    page.wait_for_selector("[data-say=failed]:visible")
    page.unroute("**/passages/")
    page.fill("#t-direction", "")
    page.click("[data-words-keep]")
    page.click("#s-direction [data-take=mine]")
    page.wait_for_selector("[data-say=saved]:visible")
    assert Passage.objects.get().text == ""


@pytest.mark.parametrize(("width", "dark"), [(390, True), (390, False), (1440, False), (1440, True)])
def test_the_page_of_a_month_reads_at_both_widths(scene, open_as, axe, width, dark):
    scene.pass_on(wards=("p4",))
    page = open_as(scene.user("dung"), "/programmes/my-tho-2023/periods/?month=2023-10", width=width, dark=dark)
    assert page.locator("[aria-current=step]").inner_text().count("Phường 5") == 1
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.click("main ol [data-primary]")
    page.wait_for_selector("text=Đã nhắc 1 đơn vị.")
    page.click("text=Lập báo cáo >> nth=0")
    page.wait_for_selector("#id_period")
    assert axe(page) == []
