"""The board of the units below: their states, what counts on top, and many decided at once."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.reports.tests.conftest import BASE

pytestmark = pytest.mark.django_db


def _board(client, unit="my-tho", month="2023-10"):
    answer = client.get(f"{BASE}/?month={month}&unit={unit}")
    assert answer.status_code == 200
    return answer


def _states(answer):
    return {line["row"].unit.code: line["pill"].word for line in answer.context["lines"]}


def _counts(answer):
    return {stat["pill"].word: stat["count"] for stat in answer.context["stats"]}


def test_the_city_sees_every_ward_and_what_it_may_do(scene, as_user):
    scene.pass_on(wards=("p4",))
    answer = _board(as_user(scene.user("dung")))

    assert _states(answer) == {"p4": "Đã duyệt", "p5": "Chưa gửi"}
    assert _counts(answer) == {
        "Đã chốt": 0, "Đã duyệt": 1, "Chờ duyệt": 0, "Trả lại": 0, "Chưa gửi": 1, "Trễ": 1,
    }  # fmt: skip
    page = answer.content.decode()
    assert f'href="{BASE}/2023-10/p4/close/"' in page
    assert f'href="{BASE}/2023-10/my-tho/close/"' in page
    # Ward 5 did not send by the 6th.
    assert "quá hạn" in page


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
    assert answer.context["own"]["close"] == ""


def test_without_a_month_it_is_the_one_to_close_now(scene, as_user, business_day):
    browser = as_user(scene.user("dung"))
    assert browser.get(f"{BASE}/").context["month"].code == "2023-10"
    months = [code for code, _title in browser.get(f"{BASE}/").context["form"].fields["month"].choices]
    assert (months[0], months[-1], len(months)) == ("2023-11", "2023-01", 11)
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

    assert costs[1] <= costs[0]
    assert costs[0] <= 45
