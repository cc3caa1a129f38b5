"""The board of the units below: their states, what counts on top, and many decided at once."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.adoption.actions import take_back_attestation
from doanso.adoption.models import Usage
from doanso.assignments.models import Assignment
from doanso.lib import clock
from doanso.reports.actions.reports import freeze_report
from doanso.reports.models import Report
from doanso.reports.tests.conftest import BASE
from doanso.reports.tests.test_write_report import begun
from doanso.units.models import Unit, UnitPath

pytestmark = pytest.mark.django_db


def _board(client, unit="my-tho", month="2023-10"):
    answer = client.get(f"{BASE}/?month={month}&unit={unit}")
    assert answer.status_code == 200
    return answer


def _states(answer):
    return {line["row"].unit.code: line["pill"].word for line in answer.context["lines"]}


def _steps(answer):
    return {step.number: (step.state, step.title, step.note) for step in answer.context["steps"]}


def _main(answer):
    return [step.button.label for step in answer.context["steps"] if step.is_main]


def test_the_city_sees_every_ward_and_what_it_may_do(scene, as_user):
    scene.pass_on(wards=("p4",))
    answer = _board(as_user(scene.user("dung")))

    assert _states(answer) == {"p5": "Chưa gửi", "p4": "Đã duyệt"}
    assert _steps(answer) == {
        1: ("done", "Nhắc trước hạn", "Không phải nhắc đơn vị nào."),
        2: ("now", "Đơn vị gửi số liệu: 1 / 2", "Hạn 06/11/2023. Còn Phường 5"),
        3: ("later", "Kiểm tra và duyệt", "Sau bước 2"),
        4: ("later", "Chốt số liệu tháng 10/2023", "Hạn 10/11/2023. Chốt xong, số liệu không đổi nữa."),
        5: ("later", "Báo cáo tháng", "Số liệu tự có; chỉ cần viết vài lời ở mỗi mục."),
        6: ("later", "Ký số và phát hành", "Sau bước 5"),
    }
    assert _main(answer) == ["Nhắc 1 đơn vị"]
    page = answer.content.decode()
    assert f'href="{BASE}/2023-10/p4/close/"' in page
    assert f'href="{BASE}/2023-10/my-tho/close/"' in page
    # Ward 5 did not send by the 6th.
    assert "quá hạn" in page


def test_the_city_reminds_who_has_not_sent(scene, as_user):
    scene.pass_on(wards=("p4",))
    client = as_user(scene.user("dung"))
    sent = {"board": "my-tho", "operation": "remind", "units": ["p5"]}
    answer = client.post(f"{BASE}/2023-10/many/", sent, follow=True)

    reminder = Assignment.objects.get(kind="reports.period-due")
    assert "Đã nhắc 1 đơn vị." in answer.content.decode()
    assert (reminder.unit.code, reminder.opened_by) == ("p5", scene.user("dung"))
    assert _steps(answer)[1][2] == "Đã nhắc 1 đơn vị"
    # Reminded once; what is left to do is offered instead.
    assert "Nhắc 1 đơn vị" not in _main(answer)
    client.post(f"{BASE}/2023-10/many/", sent)
    assert Assignment.objects.filter(kind="reports.period-due").count() == 1
    assert as_user(scene.user("hanh")).post(f"{BASE}/2023-10/many/", sent).status_code == 403
    scene.pass_on(wards=("p5",))
    assert Assignment.objects.get(kind="reports.period-due").completed_at is not None


def test_a_month_goes_through_its_six_steps(scene, as_user):
    scene.pass_on()
    client = as_user(scene.user("dung"))
    assert _main(_board(client)) == ["Chốt số liệu tháng 10/2023"]
    scene.do("close", "dung", "my-tho")
    assert _main(_board(client)) == ["Lập báo cáo tháng"]
    report = begun(scene)
    answer = _board(client)
    assert _main(answer) == ["Mở bản nháp"]
    assert [row["report"] for row in answer.context["months"]][1] == f"/programmes/my-tho-2023/reports/{report.pk}/"
    freeze_report(actor=scene.user("dung"), report=report)
    answer = _board(client)
    assert _main(answer) == ["Lập văn bản để ký"]
    assert f'action="/programmes/my-tho-2023/reports/{report.pk}/document/"' in answer.content.decode()
    assert [step.state for step in answer.context["steps"]] == ["done"] * 5 + ["now"]
    months = {row["title"]: row["word"] for row in answer.context["months"]}
    assert months["Tháng 10/2023"] == "Đã chốt 12/11"


def test_units_that_were_closed_late_are_named_and_not_counted_as_sent(scene, as_user):
    scene.pass_on(wards=("p4",))
    client = as_user(scene.user("dung"))
    close = f"{BASE}/2023-10/my-tho/close/"
    assert client.post(close, {"reason-missing": "Phường 5 gửi sau."}).status_code == 302

    steps = _steps(_board(client))
    assert steps[2] == ("done", "Đơn vị gửi số liệu: 1 / 2", "Chốt trễ khi chưa gửi: Phường 5")
    assert steps[3] == ("done", "Kiểm tra và duyệt", "Chốt trễ khi chưa được duyệt: Phường 5")


@pytest.mark.parametrize(("unit", "writer"), [("my-tho", "dung"), ("p4", "an")])
def test_a_report_frozen_before_the_closing_is_not_the_months(scene, as_user, unit, writer):
    report = freeze_report(actor=scene.user(writer), report=begun(scene, writer, unit))
    assert _steps(_board(as_user(scene.user(writer)), unit))[5][0] == "done"
    scene.reach("p4", "Đức", on=date(2023, 10, 5))
    scene.pass_on()
    scene.do("close", "dung", "my-tho")
    client = as_user(scene.user(writer))
    answer = _board(client, unit)

    note = "Báo cáo ngày 12/11/2023 khóa trước khi chốt tháng. Hãy lập báo cáo khác theo số đã chốt."
    assert _steps(answer)[5] == ("now", "Báo cáo tháng", note)
    assert _main(answer) == ["Lập báo cáo tháng"]
    assert f"/reports/{report.pk}/document/" not in answer.content.decode()
    another = begun(scene, writer, unit)
    assert _main(_board(client, unit)) == ["Mở bản nháp"]
    freeze_report(actor=scene.user(writer), report=another)
    assert _steps(_board(client, unit))[5][0] == "done"


def test_a_month_closed_with_a_later_one_takes_a_report_frozen_afterwards(scene, as_user):
    freeze_report(actor=scene.user("dung"), report=begun(scene, period="2023-09"))
    scene.pass_on()
    scene.do("close", "dung", "my-tho")
    client = as_user(scene.user("dung"))
    assert scene.state("my-tho", "2023-09") == "closed"
    assert _steps(_board(client, month="2023-09"))[5][0] == "now"
    freeze_report(actor=scene.user("dung"), report=begun(scene, period="2023-09"))
    assert _steps(_board(client, month="2023-09"))[5][0] == "done"


def test_a_months_report_is_found_however_many_others_were_written(scene, as_user):
    report, now = begun(scene), clock.now()
    Report.objects.bulk_create(
        Report(
            programme=scene.programme, unit=scene.unit("my-tho"), kind="ad-hoc", made_by=scene.user("dung"),
            made_at=now, first_day=date(2023, 1, 1) + timedelta(days=number), last_day=date(2023, 11, 12),
        )
        for number in range(70)
    )  # fmt: skip
    answer = _board(as_user(scene.user("dung")))

    assert [row["report"] for row in answer.context["months"]][1] == f"/programmes/my-tho-2023/reports/{report.pk}/"
    assert len(answer.context["other_reports"]) == 5


def test_later_corrections_stand_beside_the_frozen_figures(scene, as_user, business_day):
    scene.reach("p4", "Đức", "Thủy", on=date(2023, 10, 5))
    scene.pass_on()
    scene.do("close", "dung", "my-tho")
    client = as_user(scene.user("dung"))
    assert {line["row"].unit.code: line["change"] for line in _board(client).context["lines"]} == {"p4": "0", "p5": "0"}

    usage = Usage.objects.get(person_id=scene.members["Đức"].person_id)
    take_back_attestation(actor=scene.user("dung"), usage_id=usage.pk)
    scene.reach("p4", "Quân", on=date(2023, 10, 20))
    answer = _board(client)

    assert {line["row"].unit.code: line["change"] for line in answer.context["lines"]} == {"p4": "+1 −1", "p5": "0"}
    assert _steps(answer)[4][2] == "Khác số hiện nay: +1 −1, tính vào các tháng sau."
    own = client.get(f"{BASE}/2023-10/p4/").content.decode()
    assert "khác số hiện nay: thêm 1, bớt 1, tính vào tháng sau" in own


def test_a_month_that_runs_or_comes_asks_for_nothing(scene, as_user, business_day):
    client = as_user(scene.user("dung"))
    running = _board(client, month="2023-11")
    coming = _board(client, month="2023-12")

    assert _main(running) == _main(coming) == []
    assert [step.state for step in running.context["steps"]] == ["later"] * 6
    assert "Số liệu còn ghi thêm đến hết 30/11/2023" in running.content.decode()
    assert "Tháng này bắt đầu từ 01/12/2023." in coming.content.decode()
    assert _steps(coming)[2][2] == "Gửi được từ 01/01/2024, hạn 06/01/2024."
    business_day(date(2024, 2, 1))
    assert "Chương trình đã kết thúc ngày 31/12/2023." in _board(client, month="2023-12").content.decode()
    business_day(date(2022, 12, 1))
    assert "Tháng này bắt đầu từ 01/01/2023." in client.get(f"{BASE}/").content.decode()


def test_a_ward_sends_to_the_city_and_sees_where_its_month_is(scene, as_user):
    client = as_user(scene.user("an"))
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", code)
    assert _main(_board(client, "p4")) == ["Xem đơn vị chờ duyệt"]
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("accept", "an", code)
    assert _main(_board(client, "p4")) == ["Gửi số liệu tháng 10/2023 lên cấp trên"]
    scene.do("send", "an", "p4")
    assert _steps(_board(client, "p4"))[4][1:] == ("Cấp trên chốt tháng 10/2023", "Đã gửi, đang chờ duyệt.")


def test_a_ward_accepts_many_branches_at_once(scene, as_user):
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", code)
    browser = as_user(scene.user("an"))
    answer = _board(browser, "p4")
    assert [action["value"] for action in answer.context["actions"]] == ["accept"]

    sent = {"board": "p4", "operation": "accept", "units": ["p4-kp1", "p4-kp2"]}
    response = browser.post(f"{BASE}/2023-10/many/", sent, follow=True)

    assert "Đã duyệt số liệu của 2 đơn vị." in response.content.decode()
    assert _states(response) == {"p4-kp1": "Đã duyệt", "p4-kp2": "Đã duyệt"}


def test_one_is_accepted_in_its_row_and_the_board_is_back(scene, as_user):
    scene.do("send", "an", "p4-kp1")
    browser = as_user(scene.user("an"))
    assert f'formaction="{BASE}/2023-10/p4-kp1/accept/"' in _board(browser, "p4").content.decode()
    response = browser.post(f"{BASE}/2023-10/p4-kp1/accept/", {"board": "p4"})

    assert (response.status_code, response.url) == (302, f"{BASE}/?month=2023-10&unit=p4")
    assert scene.state("p4-kp1") == "accepted"


def test_a_secretary_sends_for_branches_without_an_account(scene, as_user):
    browser = as_user(scene.user("an"))
    assert [action["value"] for action in _board(browser, "p4").context["actions"]] == ["send"]
    sent = {"board": "p4", "operation": "send", "units": ["p4-kp1", "p4-kp2"]}
    response = browser.post(f"{BASE}/2023-10/many/", sent, follow=True)

    assert "Đã gửi số liệu của 2 đơn vị." in response.content.decode()
    assert scene.state("p4-kp2") == "sent"


def test_nothing_ticked_does_nothing(scene, as_user):
    response = as_user(scene.user("an")).post(
        f"{BASE}/2023-10/many/", {"board": "p4", "operation": "accept"}, follow=True
    )
    assert "Hãy chọn đơn vị trước." in response.content.decode()


def test_the_own_month_is_never_among_the_ticked(scene, as_user):
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", code)
        scene.do("accept", "an", code)
    scene.do("send", "an", "p4")
    response = as_user(scene.user("an")).post(f"{BASE}/2023-10/many/", {"operation": "accept", "units": ["p4"]})

    assert (response.status_code, scene.state("p4")) == (403, "sent")
    strange = as_user(scene.user("an")).post(f"{BASE}/2023-10/many/", {"operation": "send", "units": ["p5-kp1"]})
    assert strange.status_code == 404


def test_many_cost_as_much_as_one(scene, as_user):
    browser = as_user(scene.user("dung"))
    costs = []
    for codes in (["p5-kp1"], ["p4-kp1", "p4-kp2"]):
        for code in codes:
            scene.do("send", "chi" if code.startswith("p5") else "an", code)
        with CaptureQueriesContext(connection) as seen:
            browser.post(f"{BASE}/2023-10/many/", {"operation": "accept", "units": codes})
        costs.append(len(seen))
        assert {scene.state(code) for code in codes} == {"accepted"}

    assert costs[0] == costs[1]


def test_inspectors_look_and_have_no_buttons(scene, as_user):
    scene.pass_on(wards=("p4",))
    answer = _board(as_user(scene.user("hanh")))

    assert answer.context["actions"] == []
    assert not any(line["accept"] or line["close"] or line["tick"] for line in answer.context["lines"])
    assert [step.button for step in answer.context["steps"][:4]] == [None] * 4


def test_without_a_month_it_is_the_one_to_close_now(scene, as_user, business_day):
    browser = as_user(scene.user("dung"))
    assert browser.get(f"{BASE}/").context["month"].code == "2023-10"
    months = [row["title"] for row in browser.get(f"{BASE}/").context["months"]]
    assert (months[0], months[-1], len(months)) == ("Tháng 11/2023", "Tháng 1/2023", 11)
    business_day(date(2023, 12, 28))
    assert browser.get(f"{BASE}/").context["month"].code == "2023-11"


@pytest.mark.parametrize("query", ["month=2022-01", "month=x", "unit=p9", "unit=p4%00"])
def test_what_is_not_there_is_not_found(scene, as_user, query):
    assert as_user(scene.user("dung")).get(f"{BASE}/?{query}").status_code == 404


def test_a_branch_has_no_board_but_its_page(scene, as_user):
    answer = as_user(scene.user("binh")).get(f"{BASE}/?month=2023-10&unit=p4-kp1")
    assert (answer.status_code, answer.url) == (302, f"{BASE}/2023-10/p4-kp1/")


@pytest.mark.parametrize(("name", "unit"), [("dung", "my-tho"), ("an", "p4"), ("binh", "p4-kp1"), ("hanh", "my-tho")])
def test_the_menu_leads_to_where_the_role_is_held(scene, as_user, name, unit):
    answer = as_user(scene.user(name)).get("/periods/")
    assert (answer.status_code, answer.url) == (302, f"{BASE}/?month=2023-10&unit={unit}")


def test_the_menu_leads_a_unit_founded_this_month_to_its_first_month(scene, as_user):
    founded = date(2023, 11, 2)
    ward = scene.unit("p4")
    Unit.objects.filter(pk=ward.pk).update(since=founded)
    UnitPath.objects.filter(unit=ward).update(since=founded)
    browser = as_user(scene.user("an"))

    assert browser.get("/periods/").url == f"{BASE}/?month=2023-11&unit=p4"
    assert browser.get(f"{BASE}/?month=2023-10&unit=p4").status_code == 404
    _board(browser, "p4", "2023-11")


@pytest.mark.parametrize(("path", "heading"), [("/periods/", "Chốt số liệu"), ("/reports/", "Báo cáo")])
def test_without_a_programme_a_page_is_headed_as_in_the_menu(tree, as_user, path, heading):
    page = as_user(tree.dung).get(path).content.decode()

    assert re.search(r"<h1[^>]*>\s*(.*?)\s*</h1>", page)[1] == heading  # type: ignore[index]
    assert f"<title>{heading}" in page
    assert "/programmes/new/" in page


@pytest.mark.parametrize("name", ["khoa", "lan", "minh"])
def test_others_have_no_such_page(scene, as_user, name):
    browser = as_user(scene.user(name))
    assert browser.get("/periods/").status_code == 404
    assert browser.get(f"{BASE}/").status_code == 404


def test_the_board_costs_the_same_however_much_happened(scene, as_user):
    browser = as_user(scene.user("an"))
    costs = []
    for code in ("p4-kp1", "p4-kp2"):
        scene.do("send", "an", code)
        _board(browser, "p4")
        with CaptureQueriesContext(connection) as seen:
            _board(browser, "p4")
        costs.append(len(seen))

    assert costs == [14, 14]
