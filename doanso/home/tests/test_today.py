"""The secretary's first page: this week's targets, what waits for a decision, assignments with their dates."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.assignments.actions import assign
from doanso.lib import clock
from doanso.people.models import Person, Request
from doanso.reports.actions.periods import send_many
from doanso.reports.queries.periods import month_of
from doanso.support.models import Dispute, Receipt
from doanso.testing import TODAY


def _page(client) -> str:
    answer = client.get("/today/")
    assert answer.status_code == 200
    return answer.content.decode()


def _ask(unit, days: int = 3, owner=None):
    return assign(
        actor=None, unit=unit, title_code="alerts.silence", parameters={"programme": "my-tho-2023", "days": 14},
        owner=owner, due_on=TODAY + timedelta(days=days), source_kind="proof", source_id=uuid4(),
    )  # fmt: skip


def _request(unit, due: date = TODAY) -> None:
    Request.objects.create(
        person=Person.objects.create(created_at=clock.now()), unit=unit, kind="copy", channel="paper",
        opened_on=min(TODAY, due), opened_at=clock.now(), answer_by=due, due_on=due,
    )  # fmt: skip


def _dispute(unit) -> None:
    receipt = Receipt.objects.create(unit=unit, made_at=clock.now())
    Dispute.objects.create(receipt=receipt, unit=unit, reason="not-me", opened_at=clock.now(), opened_on=TODAY)


@pytest.mark.parametrize("username", ["an", "binh"])
def test_with_nothing_to_do_the_page_is_kind(programme, tree, as_user, username):
    page = _page(as_user(tree.users[username]))

    assert "Xong hết rồi." in page
    assert "06/11 đến 12/11" in page


def test_what_is_done_most_is_one_touch_away(programme, tree, as_user):
    answer = as_user(tree.an).get("/today/")

    assert [(action.label, action.url) for action in answer.context["quick_actions"]] == [
        ("Mở bàn hướng dẫn", "/support/stands/new/"),
        ("Xác nhận", "/attest/"),
        ("Ghi lượt giúp", "/support/record/"),
    ]
    assert as_user(tree.dung).get("/today/").context["quick_actions"] == []


def test_what_waits_is_counted_within_the_own_units_and_leads_there(programme, tree, as_user):
    for _ in range(2):
        _request(tree.units["p4"])
        _dispute(tree.units["p4"])
    _request(tree.units["p5"])
    _ask(tree.units["p4-kp1"])
    _ask(tree.units["p5"])
    page = _page(as_user(tree.an))

    assert 'href="/requests/"' in page
    assert '<b><a href="/requests/">2 yêu cầu về dữ liệu cá nhân</a></b>' in page
    assert '<b><a href="/support/?state=disputed">2 khiếu nại chờ xem xét</a></b>' in page
    assert page.count('">Đơn vị cần giúp: 14 ngày chưa có lượt ghi nào</a></b>') == 1
    assert "Hạn 15/11" in page
    assert "3 việc đang chờ: 1 việc đến hạn hôm nay hoặc ngày mai." in page


def test_an_inspector_sees_what_units_have_left_undone_and_decides_nothing(programme, tree, as_user):
    assert "Xong hết rồi." in _page(as_user(tree.hanh))
    for code in ("p4", "p5"):
        _dispute(tree.units[code])
    _request(tree.units["p4"])
    _ask(tree.units["p4"])
    page = _page(as_user(tree.hanh))

    assert '<b><a href="/support/?state=disputed">2 khiếu nại đơn vị chưa kết luận</a></b>' in page
    assert page.count("data-tasks>") == 1
    assert "Đơn vị chưa xử lý</h2>" in page
    assert 'href="/assignments/' not in page
    assert as_user(tree.hanh).get("/waiting/").json()["counts"] == {
        "today": "1",
        "people": "2",
        "people.residents": "2",
        "support:list": "2",
    }
    assert "đơn vị chưa kết luận" not in _page(as_user(tree.dung))


def test_a_branch_secretary_is_asked_only_what_the_role_decides(programme, tree, as_user):
    _request(tree.units["p4-kp1"])
    page = _page(as_user(tree.binh))

    assert "yêu cầu về dữ liệu cá nhân" not in page


def test_months_that_units_below_sent_wait_for_a_word(programme, tree, as_user):
    month = month_of(programme, "2023-10")
    ids = [tree.units[code].pk for code in ("p4-kp1", "p4-kp2", "p5-kp1")]
    send_many(actor=tree.an, programme=programme, month=month, unit_ids=ids[:2])
    send_many(actor=tree.chi, programme=programme, month=month, unit_ids=ids[2:])
    page = _page(as_user(tree.an))

    assert "2 đơn vị cấp dưới gửi số liệu tháng, chờ duyệt</a></b>" in page
    assert 'href="/programmes/my-tho-2023/periods/?month=2023-10&amp;unit=p4"' in page
    assert "gửi số liệu tháng" not in _page(as_user(tree.binh))


def test_lateness_is_said_calmly(programme, tree, as_user):
    _ask(tree.units["p4"], days=-2)

    assert 'data-due data-s="behind">Quá hạn 2 ngày</span>' in _page(as_user(tree.an))


def test_what_is_due_first_stands_first(programme, tree, as_user):
    _dispute(tree.units["p4"])
    _request(tree.units["p4"], due=TODAY + timedelta(days=9))
    _request(tree.units["p4"], due=TODAY - timedelta(days=1))
    inbox = as_user(tree.an).get("/today/").context["inbox"]

    assert [(row.title, row.due, row.state, row.detail) for row in inbox.decisions] == [
        ("2 yêu cầu về dữ liệu cá nhân", "Quá hạn 1 ngày", "risk", "Chờ lâu nhất 1 ngày"),
        ("1 khiếu nại chờ xem xét", "", "", "Mới có hôm nay"),
    ]
    assert inbox.summary == "2 việc đang chờ: 1 việc quá hạn."


def test_what_somebody_else_has_taken_over_is_not_in_the_own_inbox(programme, tree, as_user):
    _ask(tree.units["p4"], owner=tree.binh)
    _ask(tree.units["p4"], owner=tree.an)
    inbox = as_user(tree.an).get("/today/").context["inbox"]

    assert len(inbox.assignments) == 1


def test_the_page_costs_the_same_however_much_waits(programme, tree, as_user):
    client = as_user(tree.an)
    _ask(tree.units["p4"])
    _page(client)
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as statements:
            _page(client)
        costs.append(len(statements))
        for code in ("p4", "p4-kp1", "p4-kp2"):
            _ask(tree.units[code])
            _request(tree.units["p4"])
            _dispute(tree.units["p4"])

    assert costs[0] == costs[1]
    assert costs[0] <= 12


@pytest.mark.parametrize("username", ["khoa", "lan", "minh"])
def test_others_have_no_such_page(programme, tree, as_user, username):
    assert as_user(tree.users[username]).get("/today/").status_code == 404


def test_without_a_programme_the_rest_of_the_page_stands(tree, as_user):
    page = _page(as_user(tree.an))
    assert "Chưa có chương trình" in page
    assert "Tuần này không còn chỉ tiêu nào phải thêm." not in page


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2024, 1, 5), "Chương trình đã kết thúc ngày 31/12/2023"),
        (date(2022, 12, 20), "Chương trình bắt đầu ngày 01/01/2023"),
    ],
)
def test_outside_a_programme_no_week_asks_for_anything(programme, tree, as_user, business_day, day, words):
    business_day(day)
    page = _page(as_user(tree.an))
    assert words in page
    assert "Tuần này không còn chỉ tiêu nào phải thêm." not in page


def test_without_a_programme_the_targets_say_so_instead_of_leading_back(tree, as_user):
    for address in ("/indicators/", "/cascade/"):
        answer = as_user(tree.an).get(address, follow=True)
        assert answer.status_code == 200
        assert "Chưa có chương trình" in answer.content.decode()
