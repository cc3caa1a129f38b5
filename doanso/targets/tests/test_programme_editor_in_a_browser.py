"""The programme editor in a browser: a panel beside the list on a desk, a page of its own on a phone."""

import time

import pytest
from playwright.sync_api import expect

from doanso.ledger.models import Subject
from doanso.lib.uuid7 import uuid7
from doanso.targets.actions import begin_draft, continue_publication, publishing
from doanso.targets.copying import shift_plan, shipped_programmes
from doanso.targets.models import PlanOrigin

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def draft(tree):
    plan = shift_plan(shipped_programmes()["my-tho-2023"], 1)
    return begin_draft(actor=tree.dung, root=tree.units["my-tho"], plan=plan, origin=PlanOrigin.TEMPLATE)


def test_an_indicator_opens_beside_the_list_and_what_it_means_follows_the_number(tree, draft, open_as, axe):
    page = open_as(tree.dung, f"/programmes/drafts/{draft.pk}/")
    page.click("text=Dân đăng ký dịch vụ công")
    page.wait_for_selector("#panel-head")
    assert page.evaluate("document.activeElement.id") == "panel-head"
    expect(page.locator("#draft-list")).to_be_visible()
    assert not page.locator("#page-acts [data-primary]").count()

    page.fill("#id_why", "Câu đang viết dở")
    page.fill("#id_target", "5200")
    page.press("#id_target", "Tab")
    page.wait_for_selector("#fit-meaning:has-text('Nghĩa là 5.200 người dân')")

    assert page.input_value("#id_why") == "Câu đang viết dở"
    assert axe(page) == []
    page.click("text=Lưu chỉ tiêu")
    page.wait_for_selector("text=Đã lưu “Dân đăng ký dịch vụ công” vào bản nháp.")
    assert draft.indicators.get(code="portal-residents").values["target"] == 5200


def test_on_a_phone_a_long_title_without_spaces_breaks_in_the_list_of_drafts(tree, draft, open_as):
    draft.title = "Chuyển_đổi_số_" * 12
    draft.save(update_fields=["title"])

    page = open_as(tree.dung, "/programmes/", width=390)

    expect(page.get_by_text(draft.title)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def test_on_a_phone_an_indicator_is_a_page_of_its_own(tree, draft, open_as, axe):
    page = open_as(tree.dung, f"/programmes/drafts/{draft.pk}/", width=390)
    page.click("text=Thêm chỉ tiêu")
    page.wait_for_selector("#panel-head")

    expect(page.locator("#draft-list")).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.fill("#id_short_title", "Cấp phép của trạm")
    page.fill("#id_counts", "TiengiangS cửa hàng")
    page.press("#id_counts", "Enter")
    page.wait_for_selector("#id_kind option[value=count]:checked", state="attached")
    page.fill("#id_target", "20")
    assert axe(page) == []
    page.click("text=Thêm rồi nhập tiếp")
    page.wait_for_selector("text=Đã lưu “Cấp phép của trạm” vào bản nháp.")
    assert page.input_value("#id_short_title") == ""
    assert draft.indicators.get(code="cap-phep-cua-tram").values["unit_of_count"] == "cửa hàng"


@pytest.mark.parametrize(("width", "dark"), [(390, True), (1440, False)])
def test_who_publishes_sees_how_far_it_is_and_is_led_on(tree, draft, open_as, axe, monkeypatch, width, dark):
    monkeypatch.setattr(publishing, "FILLED_AT_ONCE", 0)
    Subject.objects.create(kind="person", ref=uuid7())
    page = open_as(tree.dung, f"/programmes/drafts/{draft.pk}/publish/", width=width, dark=dark)
    page.get_by_role("button", name="Ban hành chương trình").click()
    page.wait_for_selector("text=Đang tính những gì đã ghi từ trước")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width

    continue_publication(draft.pk, until=time.monotonic() + 60)

    page.wait_for_url("**/programmes/my-tho-2024/indicators/")
    page.wait_for_selector("text=Đã ban hành chương trình. Tiếp theo, hãy giao chỉ tiêu cho các đơn vị.")
