"""The list, one assignment, and its forms."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.assignments.actions import complete as complete_assignment
from doanso.assignments.models import Assignment
from doanso.testing import TODAY
from doanso.units.models import Unit, UnitPath


def _list(client, **filters):
    return client.get(reverse("assignments:list"), filters).content.decode()


def test_the_list_shows_the_own_units_first_due_first_and_says_lateness_calmly(tree, give, as_user):
    give(due_on=TODAY + timedelta(days=3))
    give("p4-kp1", due_on=TODAY - timedelta(days=2), owner=tree.binh)
    give("p5")
    page = _list(as_user(tree.an))

    assert "Quá hạn 2 ngày" in page
    assert page.index("Quá hạn 2 ngày") < page.index("còn 3 ngày")
    assert page.count("Xem lại 3 mục") == 2


def test_filters_stand_in_the_address(tree, give, as_user):
    give(owner=tree.an)
    give("p4-kp1")
    client = as_user(tree.an)

    assert _list(client, whose="mine").count("Xem lại 3 mục") == 1
    assert _list(client, unit="p4-kp1").count("Xem lại 3 mục") == 1
    assert _list(client, kind="proof.above").count("Xem lại 3 mục") == 0
    assert "Không có việc nào theo bộ lọc này" in _list(client, state="settled")
    assert _list(client, whose="nonsense").count("Xem lại 3 mục") == 2


def test_the_filter_by_unit_has_what_an_ended_unit_was_asked_whose_records_it_keeps(tree, give, as_user):
    give("p4-kp2")
    ended = Unit.objects.filter(pk=tree.units["p4-kp2"].pk)
    ended.update(until=TODAY, keeper=tree.units["p4-kp1"])
    UnitPath.objects.filter(unit__in=ended).update(until=TODAY)
    client = as_user(tree.an)

    assert [_list(client, unit=code).count("Xem lại 3 mục") for code in ("p4", "p4-kp1")] == [1, 1]


def test_the_list_costs_the_same_however_long(tree, give, as_user):
    client = as_user(tree.an)
    give()
    client.get(reverse("assignments:list"))
    costs = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("assignments:list"))
        costs.append(len(caught))
        for code in ("p4", "p4-kp1", "p4-kp2") * 4:
            give(code)

    assert costs[0] == costs[1]
    assert costs[0] <= 11


def test_nothing_asked_is_said_kindly(tree, kinds, as_user):
    assert "Hiện không có việc nào chờ bạn" in _list(as_user(tree.binh))


@pytest.mark.parametrize(
    ("action", "sent"),
    [
        ("settle", {"outcome": "done"}),
        ("postpone", {"until": (TODAY + timedelta(days=9)).isoformat(), "reason": "Chờ danh sách"}),
    ],
)
def test_forms_do_the_action(tree, give, as_user, action, sent):
    assignment = give()
    answer = as_user(tree.an).post(reverse(f"assignments:{action}", args=[assignment.pk]), sent)

    assert answer.status_code == 302
    assignment.refresh_from_db()
    assert assignment.outcome == sent.get("outcome", "")
    assert assignment.postpone_reason == sent.get("reason", "")


def test_only_those_who_may_are_offered_for_handing_over(tree, give, as_user):
    assignment = give("p4-kp1")
    address = reverse("assignments:hand-over", args=[assignment.pk])
    client = as_user(tree.an)
    page = client.get(address).content.decode()

    assert all(user.display_name in page for user in (tree.binh, tree.an, tree.dung, tree.giang))
    assert tree.chi.display_name not in page
    client.post(address, {"owner": str(tree.binh.pk)})
    assert Assignment.objects.get().owner == tree.binh


def test_a_form_that_is_not_the_readers_step_leads_back_to_the_assignment(tree, give, as_user):
    assignment = give(kind="proof.above")
    page, report, complete = (
        reverse(f"assignments:{name}", args=[assignment.pk]) for name in ("assignment", "report", "settle")
    )
    own, above = as_user(tree.an), as_user(tree.dung)
    assert (own.get(report).status_code, own.get(complete).headers["Location"]) == (200, page)
    assert (above.get(report).headers["Location"], above.get(complete).status_code) == (page, 200)
    complete_assignment(actor=tree.dung, assignment=assignment, outcome="done", note="")
    assert (own.get(report).headers["Location"], above.get(complete).headers["Location"]) == (page, page)


def test_the_page_of_one_leads_to_the_work_and_shows_its_history(tree, give, as_user):
    assignment = give(kind="proof.above")
    page = as_user(tree.an).get(reverse("assignments:assignment", args=[assignment.pk])).content.decode()

    assert 'href="/units/p4/"' in page
    assert "Ghi việc đã làm" in page
    assert reverse("assignments:settle", args=[assignment.pk]) not in page
    assert "đã giao việc" in page
    assert as_user(tree.chi).get(reverse("assignments:assignment", args=[assignment.pk])).status_code == 404
