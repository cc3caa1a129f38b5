"""Closing a month: for good, once, with everything below, and who was not ready is marked late."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger import queries as ledger
from doanso.ledger.models import Snapshot
from doanso.lib.problems import Refused
from doanso.reports.models import Period, PeriodStep
from doanso.units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def test_a_ward_closes_once_accepted_with_its_branches(scene):
    scene.pass_on(wards=("p4",))
    closed = scene.do("close", "dung", "p4")

    assert (closed.state, closed.late, closed.snapshot.last_day) == ("closed", False, date(2023, 10, 31))
    branch = scene.period("p4-kp1")
    assert (branch.state, branch.late, branch.snapshot.with_parent_id) == ("closed", False, closed.snapshot_id)
    assert ledger.closed_until(scene.programme.book_id, [scene.unit("p4-kp2").pk]) == {
        scene.unit("p4-kp2").pk: date(2023, 10, 31)
    }
    assert scene.state("p5") == "draft"
    assert set(AuditEvent.objects.filter(action__startswith="reports.close").values_list("action", "unit_id")) >= {
        ("reports.close", scene.unit("p4").pk), ("reports.close", scene.unit("p4-kp1").pk),
    }  # fmt: skip


def test_the_first_closing_takes_the_months_before_along(scene):
    scene.pass_on(wards=("p4",))
    scene.do("close", "dung", "p4")

    periods = Period.objects.filter(unit=scene.unit("p4")).order_by("first_day")
    assert [(period.first_day.month, period.state, period.late) for period in periods] == [
        *((month, "closed", False) for month in range(1, 10)), (10, "closed", False),
    ]  # fmt: skip
    assert {period.snapshot.since for period in periods} == {date(2023, 1, 1)}


def test_a_month_that_was_skipped_is_closed_late_with_the_next(scene):
    scene.pass_on("2023-08")
    scene.do("close", "dung", "my-tho", "2023-08")
    scene.pass_on(wards=("p4",))
    closed = scene.do("close", "dung", "p4")

    assert (closed.snapshot.since, closed.snapshot.last_day) == (date(2023, 9, 1), date(2023, 10, 31))
    september, october = scene.period("p4", "2023-09"), scene.period("p4")
    assert (september.state, september.late, september.snapshot) == ("closed", True, closed.snapshot)
    assert (october.state, october.late) == ("closed", False)


def test_a_unit_has_no_month_before_it_was_founded_and_owes_none_before_its_first_closing(scene):
    Unit.objects.filter(code="p5-kp1").update(since=date(2023, 9, 5))
    scene.pass_on(wards=("p4",))
    scene.do("close", "dung", "p4")
    scene.pass_on(wards=("p5",))
    # Ward 4 has closed already; that makes the earlier months of the others no later.
    scene.do("close", "dung", "my-tho")

    months = Period.objects.filter(unit=scene.unit("p5-kp1")).order_by("first_day")
    assert [(period.first_day.month, period.late) for period in months] == [(9, False), (10, False)]
    assert not Period.objects.filter(late=True).exists()


def test_pressed_twice_it_closes_once(scene):
    scene.pass_on(wards=("p4",))
    first = scene.do("close", "dung", "p4")
    again = scene.do("close", "giang", "p4")

    assert (again.pk, again.snapshot_id, again.closed_at) == (first.pk, first.snapshot_id, first.closed_at)
    assert Snapshot.objects.filter(unit=scene.unit("p4")).count() == 1
    assert PeriodStep.objects.filter(period=first, state="closed").count() == 1


def test_the_root_waits_for_the_wards_or_says_why_it_does_not(scene):
    scene.pass_on(wards=("p4",))
    scene.do("send", "chi", "p5-kp1")
    with pytest.raises(Refused, match="questions_open"):
        scene.do("close", "dung", "my-tho")
    assert not Snapshot.objects.exists()

    scene.do("explain", "dung", "my-tho", reasons={"missing": "Phường 5 xin gửi sau, Thành Đoàn không chờ."})
    closed = scene.do("close", "dung", "my-tho")

    late = {period.unit.code: period.late for period in Period.objects.filter(first_day=date(2023, 10, 1))}
    assert late == {
        "my-tho": False, "p4": False, "p4-kp1": False, "p4-kp2": False, "p5": True, "p5-kp1": True,
    }  # fmt: skip
    assert {period.state for period in Period.objects.all()} == {"closed"}
    assert AuditEvent.objects.filter(action="reports.close_late", unit_id=scene.unit("p5").pk).exists()
    assert closed.snapshot.unit == scene.unit("my-tho")


def test_the_next_closing_goes_on_where_the_last_one_ended(scene, business_day):
    scene.pass_on("2023-09")
    scene.do("close", "dung", "my-tho", "2023-09")
    scene.pass_on()
    closed = scene.do("close", "dung", "my-tho")

    assert (closed.snapshot.since, closed.snapshot.last_day) == (date(2023, 10, 1), date(2023, 10, 31))
    assert not Period.objects.filter(first_day=date(2023, 10, 1), late=True).exists()


@pytest.mark.parametrize(
    ("state", "month", "code"),
    [
        ("draft", "2023-10", "period_not_accepted"),
        ("sent", "2023-10", "period_not_accepted"),
        ("accepted", "2023-11", "period_ahead"),
    ],
)
def test_only_an_accepted_month_that_is_over_closes(scene, state, month, code):
    chosen_month = scene.month(month)
    Period.objects.create(
        programme=scene.programme, unit=scene.unit("p4"), first_day=chosen_month.first_day, last_day=chosen_month.last_day,
        state=state,
    )  # fmt: skip
    with pytest.raises(Refused, match=code):
        scene.do("close", "dung", "p4", month)

    assert not Snapshot.objects.exists()
    assert scene.state("p4", month) == state


@pytest.mark.parametrize(
    ("name", "code"),
    [("an", "p4"), ("binh", "p4-kp1"), ("chi", "p4-kp1"), ("hanh", "p4"), ("khoa", "p4-kp1"), ("lan", "p4"),
     ("minh", "p4")],
)  # fmt: skip
def test_only_whoever_stands_above_closes(scene, name, code):
    scene.pass_on(wards=("p4",))
    with pytest.raises(PermissionDenied):
        scene.do("close", name, code)

    assert not Snapshot.objects.exists()


def test_a_ward_closes_a_branch(scene):
    scene.do("send", "binh", "p4-kp1")
    scene.do("accept", "an", "p4-kp1")
    closed = scene.do("close", "an", "p4-kp1")

    assert (closed.state, scene.state("p4"), scene.state("p4-kp2")) == ("closed", "draft", "draft")
    assert closed.snapshot.unit == scene.unit("p4-kp1")
