"""The worker reminds receivers of answers from two days before the day on, once a day, and the desk shows it."""

from datetime import timedelta

import pytest

from doanso.audit.models import AuditEvent
from doanso.documents.actions.deliveries import (
    Receiver,
    answer_delivery,
    open_delivery,
    remind,
    remind_of_answers,
)
from doanso.documents.actions.recalls import recall_document
from doanso.documents.models import Delivery
from doanso.documents.tests.conftest import TODAY, Office, issued_to

pytestmark = pytest.mark.django_db

ASKED = TODAY + timedelta(days=7)


@pytest.fixture
def branch(office: Office) -> Delivery:
    """Return a delivery to a branch with an answer due in a week, beside one for reading and one outside."""
    document = issued_to(
        office,
        Receiver(unit=office.tree.units["p4-kp1"], answer_by=ASKED),
        Receiver(user=office.tree.khoa),
        Receiver(outside="Công an phường 4", answer_by=ASKED),
    )
    delivery: Delivery = document.deliveries.get(unit=office.tree.units["p4-kp1"])
    return delivery


def reminders() -> list[int]:
    return sorted(Delivery.objects.values_list("reminders", flat=True))


def test_from_two_days_before_once_a_day_by_the_system(branch: Delivery, business_day):
    business_day(ASKED - timedelta(days=3))
    assert remind_of_answers() == 0
    for count, day in enumerate((-2, -1, 0, 1, 5), 1):
        business_day(ASKED + timedelta(days=day))
        assert (remind_of_answers(), remind_of_answers()) == (1, 0)
        branch.refresh_from_db()
        assert (branch.reminders, branch.reminded_on) == (count, ASKED + timedelta(days=day))
    assert reminders() == [0, 0, 5]
    events = AuditEvent.objects.filter(action="documents.remind")
    assert set(events.values_list("actor", "actor_note", "object_id", "unit_id")) == {
        (None, "remind-of-answers", branch.pk, branch.unit_id)
    }
    assert events.count() == 5


def test_opened_is_not_answered_and_answered_is_left_alone(office: Office, branch: Delivery, business_day):
    business_day(ASKED)
    open_delivery(actor=office.tree.binh, delivery=branch)
    assert remind_of_answers() == 1
    answer_delivery(actor=office.tree.binh, delivery=branch, words="Đã triển khai")
    business_day(ASKED + timedelta(days=1))
    assert remind_of_answers() == 0


def test_by_hand_and_by_itself_are_one_reminder_a_day(office: Office, branch: Delivery, business_day):
    business_day(ASKED)
    assert remind(actor=office.mai, document=branch.document) == 3
    assert remind_of_answers() == 0
    business_day(ASKED + timedelta(days=1))
    assert remind_of_answers() == 1
    assert remind(actor=office.mai, document=branch.document) == 2


def test_nobody_is_reminded_of_what_holds_no_longer_or_a_month_after(office: Office, branch: Delivery, business_day):
    business_day(ASKED + timedelta(days=31))
    assert remind_of_answers() == 0
    business_day(ASKED + timedelta(days=30))
    assert remind_of_answers() == 1
    recall_document(actor=office.mai, document=branch.document, reason="Sai")
    business_day(ASKED)
    assert remind_of_answers() == 0


def test_nothing_is_reminded_of_before_it_is_issued(office: Office, business_day):
    office.numbered(None, Receiver(unit=office.tree.units["p4-kp1"], answer_by=TODAY))
    assert remind_of_answers() == 0


def test_a_second_look_on_the_same_day_reminds_nobody(branch: Delivery, business_day):
    business_day(ASKED)
    for _time in range(2):
        remind_of_answers()
    assert reminders() == [0, 0, 1]
    business_day(ASKED + timedelta(days=1))
    remind_of_answers()
    assert reminders() == [0, 0, 2]


def test_the_desk_shows_what_is_to_be_answered(office: Office, branch: Delivery, business_day, as_user):
    binh = as_user(office.tree.binh)
    assert "Đến hạn trả lời" not in binh.get("/documents/").content.decode()
    business_day(ASKED + timedelta(days=1))
    remind_of_answers()
    text = binh.get("/documents/").content.decode()
    assert "Đến hạn trả lời" in text
    assert f"/documents/received/{branch.pk}/" in text
    assert "đã nhắc 1 lần, lần cuối ngày 20/11/2023" in text
    assert "Trả lời trước 19/11/2023" in text
    assert "Không có gì chờ bạn." not in text
    assert "Đến hạn trả lời" not in as_user(office.tree.khoa).get("/documents/").content.decode()
