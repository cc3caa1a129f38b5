"""A unit's month on one page: figures, questions, estimates, steps, and the buttons the reader may press."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.ledger.actions import fold
from doanso.lib import clock, formats
from doanso.reports.actions.reports import freeze_report, start_report
from doanso.reports.rules.spans import span_of
from doanso.reports.tests.conftest import BASE
from doanso.targets import queries as targets

pytestmark = pytest.mark.django_db


def _text(answer) -> str:
    return " ".join(answer.content.decode().split())


def _page(client, unit, month="2023-10"):
    answer = client.get(f"{BASE}/{month}/{unit}/")
    assert answer.status_code == 200
    return answer


def _lines(answer):
    return {
        row["line"].indicator.code: row["line"] for group in answer.context["groups"] for row in group["lines"]
    }  # fmt: skip


def test_figures_of_the_month_and_cumulative(scene, as_user):
    scene.reach("p4", "Đức", on=date(2023, 9, 5))
    scene.reach("p4", "Thủy", "Quân", on=date(2023, 10, 5))
    line = _lines(_page(as_user(scene.user("an")), "p4"))["vneid2-members"]

    assert (line.in_month, line.value, line.percent, line.before) == (2, 3, 750, None)
    assert _lines(_page(as_user(scene.user("an")), "p4"))["online-contests"].value is None


def test_a_running_month_is_judged_by_today(scene, as_user):
    page = _page(as_user(scene.user("an")), "p4", "2023-11")
    today = clock.today()

    assert page.context["until"] == today < page.context["month"].last_day
    assert f"Lũy kế đến ngày {formats.day(today)}" in _text(page)
    pace = _lines(page)["vneid2-members"].progress.pace
    on_days = [
        next(
            row.pace for row in targets.progress(scene.programme, scene.unit("p4"), day) if row.code == "vneid2-members"
        )
        for day in (today, date(2023, 11, 30))
    ]
    assert pace == on_days[0] < on_days[1]


def test_a_closed_month_shows_what_was_frozen_and_the_next_one_the_correction(scene, as_user):
    scene.reach("p4", "Đức", on=date(2023, 10, 5))
    scene.pass_on(wards=("p4",))
    scene.do("close", "dung", "p4")
    scene.reach("p4", "Thủy", on=date(2023, 10, 20))
    browser = as_user(scene.user("an"))

    october = _page(browser, "p4")
    assert (_lines(october)["vneid2-members"].value, october.context["late"]) == (1, [])
    assert "Tháng này đã chốt và không mở lại." in _text(october)
    assert "Thời gian" in _text(october)
    november = _page(browser, "p4", "2023-11")
    line = _lines(november)["vneid2-members"]
    assert (line.before, line.value, line.change, line.late_sum) == (1, 2, 1, 1)
    assert [figure_line.indicator.code for figure_line in november.context["late"]] == ["vneid2-members"]
    assert "trong đó 1 thuộc những ngày đã chốt" in _text(november)


def test_a_question_is_answered_and_the_month_sent_in_one_go(scene, as_user):
    browser = as_user(scene.user("an"))
    assert "2 đơn vị cấp dưới chưa được duyệt" in _text(_page(browser, "p4"))

    refused = browser.post(f"{BASE}/2023-10/p4/send/", {"reason-missing": " "})
    assert refused.status_code == 422
    assert "Tháng này còn điều phải làm rõ." in _text(refused)
    wrong = browser.post(f"{BASE}/2023-10/p4/send/", {"reason-missing": "Gọi 0903 111 222"})
    assert (wrong.status_code, "Gọi 0903 111 222" in _text(wrong)) == (422, True)

    sent = browser.post(f"{BASE}/2023-10/p4/send/", {"reason-missing": "Hai chi đoàn chưa có bí thư."}, follow=True)
    assert scene.state("p4") == "sent"
    page = _text(sent)
    assert "Đã gửi số liệu tháng 10/2023." in page
    assert "Giải trình của Nguyễn Văn An: Hai chi đoàn chưa có bí thư." in page


def test_reasons_are_kept_without_sending(scene, as_user):
    browser = as_user(scene.user("an"))
    browser.post(f"{BASE}/2023-10/p4/explain/", {"reason-missing": "Chưa có bí thư."})

    assert scene.state("p4") == "draft"
    page = _text(_page(browser, "p4"))
    assert ">Chưa có bí thư.</textarea>" in page
    assert "· đã giải trình</span>" in page


def test_the_unit_above_accepts_or_returns_with_words(scene, as_user):
    scene.do("send", "binh", "p4-kp1")
    estimates, sender = f"{BASE}/2023-10/p4-kp1/estimates/", as_user(scene.user("binh"))
    assert f'<a href="{estimates}">Theo chỉ tiêu</a>' in _page(sender, "p4-kp1").content.decode()
    assert sender.get(f"{estimates}portal-residents/")["Location"] == estimates

    browser = as_user(scene.user("an"))
    page = _page(browser, "p4-kp1")
    assert (page.context["accept_url"], page.context["send_url"]) == (f"{BASE}/2023-10/p4-kp1/accept/", "")

    assert browser.post(f"{BASE}/2023-10/p4-kp1/return/", {"words": ""}).status_code == 422
    browser.post(f"{BASE}/2023-10/p4-kp1/return/", {"words": "Thiếu hai buổi ra quân"})
    returned = _page(as_user(scene.user("binh")), "p4-kp1")
    assert "Đơn vị cấp trên trả lại tháng này:</b> Thiếu hai buổi ra quân" in _text(returned)
    assert returned.context["send_url"] == f"{BASE}/2023-10/p4-kp1/send/"


def test_closing_says_first_what_it_does_and_whom_it_closes_late(scene, as_user):
    scene.pass_on(wards=("p4",))
    browser = as_user(scene.user("dung"))
    path = f"{BASE}/2023-10/my-tho/close/"
    answer = browser.get(path)
    page = _text(answer)
    assert "2 đơn vị chưa được duyệt sẽ bị chốt trễ" in page
    assert "Gồm 1 đơn vị ngay cấp dưới và 1 đơn vị ở cấp dưới nữa." in page
    assert re.search(rf'<a [^>]*href="{BASE}/2023-10/p5/"><span[^>]*><b>Đoàn Phường 5</b></span>', page)
    assert [(one["row"].unit.code, one["row"].parent and one["row"].parent.code) for one in answer.context["late"]] == [
        ("p5", None),
        ("p5-kp1", "p5"),
    ]
    assert "<span>thuộc Đoàn Phường 5</span>" in page
    assert "Phải trả lời trước khi chốt" in page
    refused = browser.post(path)
    assert refused.status_code == 422
    assert "Tháng này còn điều phải làm rõ." in _text(refused)

    assert browser.post(path, {"reason-missing": "Phường 5 gửi sau."}).status_code == 302
    assert (scene.state("my-tho"), scene.period("p5").late) == ("closed", True)
    assert "Tháng này đã chốt." in _text(browser.get(path))
    closed = _page(browser, "my-tho")
    assert "Bước tiếp theo: báo cáo tháng, lấy số liệu đã chốt. <a href=" in _text(closed)
    october = span_of("month", date(2023, 10, 1))
    report, _is_new = start_report(
        actor=scene.user("dung"), programme=scene.programme, unit=scene.unit("my-tho"), span=october
    )
    freeze_report(actor=scene.user("dung"), report=report)
    reported = _page(browser, "my-tho")
    assert reported.context["closed_report"].endswith(f"/reports/{report.pk}/")
    assert "Viết báo cáo" not in _text(reported)


def test_an_estimate_is_stated_and_withdrawn(scene, as_user):
    browser = as_user(scene.user("an"))
    path = f"{BASE}/2023-10/p4/estimates/portal-residents/"
    assert browser.post(path, {"value": "0", "note": "Danh sách giấy"}).status_code == 422
    assert browser.post(path, {"value": "36", "note": "Danh sách giấy"}).status_code == 302
    page = _text(_page(browser, "p4"))
    assert "<b>Dân đăng ký dịch vụ công: 36</b><span>Danh sách giấy</span>" in page
    assert "ngoài ra 36 chưa có hồ sơ" in page
    assert "36" in _text(browser.get(f"{BASE}/2023-10/p4/estimates/"))

    browser.post(path, {"step": "drop"})
    assert "36 chưa có hồ sơ" not in _text(_page(browser, "p4"))


@pytest.mark.parametrize("name", ["dung", "hanh"])
def test_whoever_stands_above_or_inspects_writes_nothing_for_the_unit(scene, as_user, name):
    page = _page(as_user(scene.user(name)), "p4").context
    assert {page[key] for key in ("send_url", "explain_url", "estimate_url", "accept_url", "close_url")} == {""}


def test_a_month_that_runs_is_looked_at_only(scene, as_user):
    page = _page(as_user(scene.user("an")), "p4", "2023-11")
    assert (page.context["send_url"], page.context["questions"]) == ("", [])
    assert "Tháng kết thúc ngày 30/11/2023" in _text(page)
    assert page.context["months"] == {"before": ("Tháng 10/2023", f"{BASE}/2023-10/p4/")}


@pytest.mark.parametrize("path", ["2023-10/p9", "2023-13/p4", "2022-12/p4", "x/p4", "2023-10/p5"])
def test_what_is_not_there_or_not_seen_is_not_found(scene, as_user, path):
    assert as_user(scene.user("an")).get(f"{BASE}/{path}/").status_code == 404


def test_the_page_costs_the_same_however_much_happened(scene, as_user, business_day):
    browser = as_user(scene.user("dung"))

    def cost(month="2023-10"):
        with CaptureQueriesContext(connection) as seen:
            _page(browser, "p4", month)
        return len(seen)

    _page(browser, "p4")
    nothing_done = cost()
    scene.reach("p4", "Đức", on=date(2023, 9, 5))
    scene.pass_on("2023-09")
    scene.do("close", "dung", "my-tho", "2023-09")
    fold()
    scene.do("explain", "an", "p4", reasons={"missing": "Khu phố 2 chưa có bí thư."})
    indicator = scene.programme.indicators.get(code="portal-residents")
    scene.do("estimate", "an", "p4", indicator=indicator, value=36, note="Danh sách giấy")
    explained = cost()
    scene.pass_on()
    accepted = cost()
    scene.do("close", "dung", "my-tho")
    # A programme with results that units report takes one more while the month is in hand.
    assert (nothing_done, explained, accepted, cost(), cost("2023-11")) == (14, 14, 12, 14, 12)
