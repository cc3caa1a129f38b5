"""Sending a unit's month, and what the unit above does with it: accept it, or return it with the reason."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.assignments.models import Assignment
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.reports.actions.periods import accept_many, send_many
from doanso.reports.models import Period, PeriodStep

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def _steps(scene, code):
    return [(step.state, step.by.username, step.words) for step in scene.period(code).steps.order_by("at", "pk")]


def test_a_branch_sends_and_the_ward_accepts(scene, business_day):
    business_day(date(2023, 11, 3))
    sent = scene.do("send", "binh", "p4-kp1")
    assert (sent.state, sent.sent_on, sent.late) == ("sent", date(2023, 11, 3), False)

    scene.do("accept", "an", "p4-kp1")
    again = scene.do("accept", "an", "p4-kp1")

    assert again.state == "accepted"
    assert _steps(scene, "p4-kp1") == [("sent", "binh", ""), ("accepted", "an", "")]
    assert list(
        AuditEvent.objects.filter(action__startswith="reports.").order_by("pk").values_list("action", "actor__username")
    ) == [("reports.send", "binh"), ("reports.accept", "an")]


@pytest.mark.parametrize(("code", "due"), [("p4-kp1", 3), ("p4", 6)])
def test_who_sends_after_the_date_is_late(scene, business_day, code, due):
    for branch in ("p4-kp1", "p4-kp2") if code == "p4" else ():
        scene.do("send", "an", branch)
        scene.do("accept", "an", branch)
    business_day(date(2023, 11, due + 1))
    assert scene.do("send", "an", code).late
    scene.do("give_back", "dung", code, words="Xem lại")
    business_day(date(2023, 11, due))
    assert not scene.do("send", "an", code).late


def test_what_is_sent_is_out_of_hand(scene):
    scene.do("send", "binh", "p4-kp1")
    indicator = scene.programme.indicators.get(code="portal-residents")
    for action, more in (
        ("send", {}),
        ("explain", {"reasons": {"fell:portal-residents": "Rút trùng"}}),
        ("estimate", {"indicator": indicator, "value": 3, "note": "Danh sách giấy"}),
        ("drop_estimate", {"indicator": indicator}),
    ):
        with pytest.raises(Refused, match="period_sent"):
            scene.do(action, "binh", "p4-kp1", **more)

    assert PeriodStep.objects.count() == 1


def test_a_month_is_sent_when_it_is_over(scene, business_day):
    business_day(date(2023, 10, 31))
    with pytest.raises(Refused, match="period_ahead"):
        scene.do("send", "binh", "p4-kp1")
    assert not Period.objects.exists()

    business_day(date(2023, 11, 1))
    assert scene.do("send", "binh", "p4-kp1").state == "sent"


def test_a_returned_month_comes_back_with_its_reason_and_a_date(scene):
    scene.do("send", "binh", "p4-kp1")
    with pytest.raises(Refused, match="words_missing"):
        scene.do("give_back", "an", "p4-kp1", words=" ")
    returned = scene.do("give_back", "an", "p4-kp1", words="Xem lại số người dân tuần cuối")

    assert (returned.state, _steps(scene, "p4-kp1")[-1]) == (
        "returned", ("returned", "an", "Xem lại số người dân tuần cuối"),
    )  # fmt: skip
    assignment = Assignment.objects.get(kind="reports.period-returned")
    assert (assignment.unit.code, assignment.due_on, assignment.owner, assignment.completed_at) == (
        "p4-kp1", date(2023, 11, 15), scene.user("binh"), None,
    )  # fmt: skip

    scene.do("send", "binh", "p4-kp1")
    assignment.refresh_from_db()
    assert (assignment.outcome, assignment.completed_by) == ("done", scene.user("binh"))


@pytest.mark.parametrize("action", ["accept", "give_back"])
def test_only_a_sent_month_is_decided(scene, action):
    more = {"words": "Xem lại"} if action == "give_back" else {}
    with pytest.raises(Refused, match="period_not_sent"):
        scene.do(action, "an", "p4-kp1", **more)
    scene.pass_on(wards=("p4",))
    scene.do("close", "dung", "p4")
    with pytest.raises(Refused, match="period_closed"):
        scene.do(action, "an", "p4-kp1", **more)


def test_a_closed_month_takes_nothing_any_more(scene):
    scene.pass_on(wards=("p4",))
    scene.do("close", "dung", "p4")
    indicator = scene.programme.indicators.get(code="portal-residents")
    for action, more in (("send", {}), ("estimate", {"indicator": indicator, "value": 3, "note": "Danh sách giấy"})):
        with pytest.raises(Refused, match="period_closed"):
            scene.do(action, "an", "p4", **more)


@pytest.mark.parametrize(
    ("name", "code"),
    [("chi", "p4-kp1"), ("dung", "p4"), ("giang", "p4"), ("hanh", "p4"), ("binh", "p4"), ("khoa", "p4-kp1"),
     ("lan", "p4"), ("minh", "p4")],
)  # fmt: skip
def test_who_does_not_send(scene, name, code):
    with pytest.raises(PermissionDenied):
        scene.do("send", name, code)


@pytest.mark.parametrize(("name", "code"), [("binh", "p4-kp1"), ("an", "p4"), ("chi", "p4-kp1"), ("hanh", "p4")])
def test_nobody_decides_about_the_own_month(scene, name, code):
    scene.do("send", "an", "p4-kp1")
    for action, more in (("accept", {}), ("give_back", {"words": "Xem lại"})):
        with pytest.raises(PermissionDenied):
            scene.do(action, name, code, **more)


@pytest.mark.parametrize("action", ["accept", "give_back"])
def test_the_root_is_decided_by_nobody(scene, action):
    with pytest.raises(Refused, match="period_root"):
        scene.do(action, "dung", "my-tho", **({"words": "Xem lại"} if action == "give_back" else {}))


def test_a_secretary_sends_for_branches_about_which_nothing_is_asked(scene):
    ids = [scene.unit(code).pk for code in ("p4-kp1", "p4-kp2", "p4")]
    arguments = {"programme": scene.programme, "month": scene.month()}
    sent = send_many(actor=scene.user("an"), **arguments, unit_ids=ids)

    # The ward itself waits for its branches.
    assert sorted(period.unit.code for period in sent) == ["p4-kp1", "p4-kp2"]
    assert (scene.state("p4-kp1"), scene.state("p4")) == ("sent", "draft")
    with pytest.raises(PermissionDenied):
        send_many(actor=scene.user("an"), **arguments, unit_ids=[scene.unit("p5-kp1").pk])


def test_many_are_accepted_at_once_and_nobody_accepts_the_own(scene, django_assert_max_num_queries):
    arguments = {"programme": scene.programme, "month": scene.month()}
    for code in ("p4-kp1", "p5-kp1"):
        scene.do("send", "an" if code.startswith("p4") else "chi", code)
    ids = [scene.unit(code).pk for code in ("p4-kp1", "p4-kp2", "p5-kp1")]
    with pytest.raises(PermissionDenied):
        accept_many(actor=scene.user("an"), **arguments, unit_ids=ids)
    with pytest.raises(PermissionDenied):
        accept_many(actor=scene.user("an"), **arguments, unit_ids=[scene.unit("p4").pk])

    with django_assert_max_num_queries(16):
        accepted = accept_many(actor=scene.user("dung"), **arguments, unit_ids=ids)

    assert sorted(period.unit.code for period in accepted) == ["p4-kp1", "p5-kp1"]
    assert scene.state("p4-kp2") == "draft"
