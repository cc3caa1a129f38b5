"""Anomaly checks ask each thing once, of the unit, in words that blame nobody; and no figure changes."""

from datetime import datetime, timedelta

import pytest
from django.utils.timezone import get_default_timezone

from doanso.assignments.models import Assignment
from doanso.assignments.ports import assignment_kind
from doanso.ledger import actions as ledger
from doanso.ledger.models import Fact, Total
from doanso.lib import clock, encryption
from doanso.outreach.actions import anomaly_checks
from doanso.outreach.families.visits import facts_of
from doanso.outreach.models import Door, HelpKind, VisitSupportRecord
from doanso.outreach.queries.anomaly_checks import SIGNATURE_CONTEXT, visits_between
from doanso.outreach.rules.anomaly_checks import RULES
from doanso.outreach.tests.visit_factory import visit
from doanso.support.actions import record_helps
from doanso.support.tests.conftest import record_input
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

NINE = datetime(2023, 11, 12, 9, 0, tzinfo=get_default_timezone())


def day(outing, count, *, every=timedelta(minutes=10), lasts=timedelta(minutes=4), began=NINE, **more):
    """Create visits of one phone, one after the other."""
    return [visit(outing, began_at=began + n * every, ended_at=began + n * every + lasts, **more) for n in range(count)]


@pytest.fixture(autouse=True)
def begun_today(outing):
    """The drive has only just begun, so that it is no reason itself."""
    still(outing, 0)


def still(outing, days: int):
    outing.drive.since = TODAY - timedelta(days=days)
    outing.drive.save()


def asked() -> list[tuple[str, str]]:
    return [
        (assignment.kind, assignment_kind(assignment.kind).sentence(assignment))
        for assignment in Assignment.objects.order_by("kind")
    ]


def test_an_honest_day_asks_nothing(outing):
    still(outing, 6)
    day(outing, 12)

    assert anomaly_checks.assign_reasons() == []
    assert asked() == []


def test_a_drive_that_stands_still_is_asked_about_once_for_each_silence(outing, business_day):
    still(outing, 10)
    anomaly_checks.assign_reasons()
    assert anomaly_checks.assign_reasons() == []
    item = Assignment.objects.get()
    assert asked() == [("outreach.stall", "“Đợt tháng 11”: 10 ngày chưa có lượt nào. Đợt này có cần thêm người không?")]
    assert (item.unit, item.owner, item.due_on) == (outing.ward, outing.tree.an, TODAY + timedelta(days=5))
    assert assignment_kind(item.kind).url(item) == f"/outreach/plan/?unit=p4&drive={outing.drive.pk}"

    # Once settled, it is not asked again about the same silence, but about the next.
    Assignment.objects.update(completed_at=clock.now(), outcome="done", completed_by=outing.tree.an)
    assert anomaly_checks.assign_reasons() == []
    Door.objects.filter(pk=outing.doors[0].pk).update(visited_on=TODAY)
    business_day(TODAY + timedelta(days=7))
    assert [item.rule for item in anomaly_checks.assign_reasons()] == ["stall"]


def test_a_drive_that_is_done_or_over_is_left_alone(outing):
    still(outing, 10)
    Door.objects.update(outcome="helped")
    assert anomaly_checks.assign_reasons() == []
    Door.objects.update(outcome="")
    outing.drive.ended_at = clock.now()
    outing.drive.save()
    assert anomaly_checks.assign_reasons() == []


def invented_visits(outing, kind: str):
    """Create a day of one phone that matches one of the rules."""
    if kind == "burst":
        day(outing, 12, every=timedelta(minutes=2), lasts=timedelta(seconds=50))
    elif kind == "quick":
        day(outing, 4, lasts=timedelta(seconds=20))
    elif kind == "night":
        day(outing, 3, began=NINE.replace(hour=22))
    elif kind == "twice":
        ut = {"second": outing.mates["ut"], "second_name": "Trần Văn Út", "second_kind": "official"}
        day(outing, 3, every=timedelta(hours=1), recorded_by=outing.tree.an, first=None, **ut)
        away = {"household": outing.doors[1].household, "began": NINE + timedelta(minutes=1)}
        day(outing, 3, every=timedelta(hours=1), **ut, **away)
    elif kind == "signature":
        for item in day(outing, 3):
            item.signature_encrypted = encryption.encrypt("M12 30L14 33", context=SIGNATURE_CONTEXT)
            item.save()
    else:
        entries = [
            record_input(name, phone="0912345678") for name in ("Lê Thị Một", "Lê Thị Hai", "Lê Thị Ba", "Lê Thị Tư")
        ]
        helped = [
            item.support_record_id for item in record_helps(actor=outing.tree.an, unit=outing.ward, entries=entries)
        ]
        homes = [door.household for door in outing.doors] + [None]
        for n, (key, home) in enumerate(zip(helped, homes, strict=True)):
            began = NINE + timedelta(minutes=15 * n)
            door = outing.doors[2] if home is None else None
            item = visit(outing, household=home, door=door, began_at=began, ended_at=began + timedelta(minutes=5))
            VisitSupportRecord.objects.create(support_record_id=key, visit=item, kind=HelpKind.GUIDE)


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("burst", "12/11/2023: một máy có 12 lượt giúp trong 30 phút. Có phải đi xong mới ghi không?"),
        ("quick", "12/11/2023: 4 lượt liền nhau chưa đến 40 giây. Việc ghi trên máy có gì vướng không?"),
        ("night", "12/11/2023: 3 lượt từ 22 giờ đến 5 giờ. Đồng hồ máy có đúng không, có ai làm quá sức không?"),
        ("twice", "12/11/2023: 3 lượt có một người ở hai nhà cùng lúc. Nhờ hỏi lại ai đi nhà nào."),
        ("signature", "12/11/2023: 3 chữ ký giống hệt nhau. Nhờ hỏi lại ai đã ký."),
        ("phone", "12/11/2023: một số điện thoại ghi cho người của 4 nhà. Nhờ hỏi lại số của từng nhà."),
    ],
)
def test_what_looks_odd_is_asked_once_and_leads_to_those_visits(outing, as_user, kind, sentence):
    invented_visits(outing, kind)
    anomaly_checks.assign_reasons()
    assert anomaly_checks.assign_reasons() == []

    assert asked() == [(f"outreach.{kind}", sentence)]
    assignment = Assignment.objects.get()
    assert str(outing.tree.lan.pk) == assignment.parameters["by"]
    # Ids and numbers only: nobody's name is stored.
    assert set(assignment.parameters) == {"by", "day", "count"}
    answer = as_user(outing.tree.an).get(assignment_kind(assignment.kind).url(assignment))
    assert len(answer.context["page"].lines) == len(visits_between(TODAY, TODAY)) - (3 if kind == "twice" else 0)
    # The unit answers what it found; it is settled one level above.
    assert assignment_kind(assignment.kind).from_above


def test_while_it_is_being_asked_the_next_day_of_the_same_phone_asks_no_more(outing, business_day):
    invented_visits(outing, "quick")
    anomaly_checks.assign_reasons()
    tomorrow = TODAY + timedelta(days=1)
    business_day(tomorrow)
    day(
        outing,
        4,
        lasts=timedelta(seconds=20),
        began=NINE + timedelta(days=1),
        happened_on=tomorrow,
        arrived_on=tomorrow,
    )
    assert anomaly_checks.assign_reasons() == []

    Assignment.objects.update(completed_at=clock.now(), outcome="done", completed_by=outing.tree.an)
    assert [reason.parameters["day"] for reason in anomaly_checks.assign_reasons()] == [tomorrow.isoformat()]


def test_what_was_taken_back_is_looked_at_no_more_and_what_cannot_be_opened_is_like_nothing(outing):
    for visits in day(outing, 4, lasts=timedelta(seconds=20)):
        visits.taken_back_at = clock.now()
        visits.save()
    for visits in day(outing, 4):
        visits.signature_encrypted = b"no seal"
        visits.save()

    assert anomaly_checks.assign_reasons() == []


def test_a_flag_changes_no_figure(outing):
    ledger.count_many(
        [fact for assignment in day(outing, 4, lasts=timedelta(seconds=20)) for fact in facts_of(assignment)]
    )
    before = (list(Fact.objects.order_by("pk").values()), list(Total.objects.order_by("pk").values()))

    assert len(anomaly_checks.assign_reasons()) == 1
    assert (list(Fact.objects.order_by("pk").values()), list(Total.objects.order_by("pk").values())) == before


def test_once_an_hour(outing, monkeypatch):
    times = []
    monkeypatch.setattr(anomaly_checks, "assign_reasons", lambda: times.append(1))
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=400))
    anomaly_checks.run_hourly()
    anomaly_checks.run_hourly()
    assert len(times) == 1
    monkeypatch.setattr(clock, "now", lambda: NINE + timedelta(days=400, hours=1))
    anomaly_checks.run_hourly()
    assert len(times) == 2


def test_every_rule_has_a_kind():
    assert {f"outreach.{rule}" for rule in RULES} == {assignment_kind(f"outreach.{rule}").code for rule in RULES}
