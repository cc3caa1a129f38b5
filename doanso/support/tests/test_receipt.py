"""The receiver's statements on the receipt: confirm, dispute, remark, withdraw, ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client

from doanso.access.queries import history
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.people.models import Consent, Request
from doanso.support import rules
from doanso.support.actions import (
    Helper,
    confirm_receipt,
    decide_dispute,
    dispute_receipt,
    drop_device_keys,
    look_at_confirmation,
    remark_receipt,
    request_data,
    resolve_remark,
    take_back_help,
    withdraw_consents,
)
from doanso.support.models import Confirmation, DaySalt, Dispute, SupportRecord
from doanso.support.tests.conftest import record_input

pytestmark = pytest.mark.django_db
DEVICE = ["10.0.0.1", "A phone", "vi"]


def confirmed(support_record: SupportRecord, *, staff: bool = False, device: list[str] | None = None) -> Confirmation:
    return confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=staff, device=device or DEVICE)


def test_a_confirmation_makes_every_help_of_the_slip_grade_3(ward):
    support_record, _payment = ward.support_record(
        record_input(), record_input(service="payment", second=Helper("Võ Thị Năm", "official"))
    )
    confirmation = confirmed(support_record)

    assert set(SupportRecord.objects.values_list("grade", flat=True)) == {3}
    assert ward.grades().grades == (0, 0, 0, 1, 0)
    assert confirmed(support_record).pk == confirmation.pk


def test_history_says_that_a_resident_confirmed(ward, as_user):
    [support_record] = ward.support_record(record_input())
    confirmed(support_record)

    answer = as_user(ward.tree.an).get("/history/", {"action": "support.confirm"})
    assert [line.actor_name for line in answer.context["lines"]] == ["Người dân"]
    assert [row.actor_name for row in history(ward.tree.an, support_record.receipt)] == ["Người dân"]


def test_a_confirmation_in_a_browser_of_the_union_lifts_nothing_and_the_persons_own_still_does(ward):
    [support_record] = ward.support_record(record_input(second=Helper("Võ Thị Năm", "official")))
    confirmed(support_record, staff=True)
    support_record.refresh_from_db()
    assert support_record.grade == 2

    confirmed(support_record)
    support_record.refresh_from_db()
    assert support_record.grade == 3
    assert Confirmation.objects.count() == 2


def test_a_service_added_to_a_confirmed_slip_waits_for_a_word_of_its_own(ward):
    [support_record] = ward.support_record(record_input())
    confirmed(support_record)
    [added] = ward.support_record(record_input(service="vneid"))
    assert added.grade == 1

    confirmed(support_record)
    added.refresh_from_db()
    assert added.grade == 3


def test_a_disputed_help_counts_nowhere_until_an_officer_rejects_the_dispute(ward):
    [support_record] = ward.support_record(record_input())
    dispute = dispute_receipt(receipt_id=support_record.receipt_id, reason="nobody-came")
    assert dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me").pk == dispute.pk
    assert (ward.figure(), ward.figure("portal-times")) == (0, 0)
    with pytest.raises(Refused):
        confirmed(support_record)

    decide_dispute(
        actor=ward.tree.dung, dispute_id=dispute.pk, decision="rejected", explanation="Đã gọi hỏi, bác nhớ ra"
    )

    assert (ward.figure(), ward.figure("portal-times")) == (1, 1)


def test_an_upheld_dispute_keeps_the_help_out_and_the_next_in_line_holds(ward):
    [support_record] = ward.support_record(record_input())
    ward.support_record(record_input(), unit="p5")
    dispute = dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    assert (ward.figure(unit="p4"), ward.figure(unit="p5")) == (0, 1)

    decide_dispute(
        actor=ward.tree.dung, dispute_id=dispute.pk, decision="upheld", explanation="Không có ai đến nhà bác"
    )

    assert (ward.figure(unit="p4"), ward.figure(unit="p5")) == (0, 1)
    assert list(recount()) == []


@pytest.mark.parametrize(
    ("username", "changes", "code"),
    [
        ("an", {}, "same_eyes"),
        ("dung", {"explanation": "Sai"}, "explanation_missing"),
        ("dung", {"explanation": "Đã gọi số 0912345678 hỏi"}, "digits_in_name"),
        ("dung", {"decision": "maybe"}, "undecided"),
    ],
)
def test_a_decision_needs_other_eyes_and_a_reason(ward, username, changes, code):
    [support_record] = ward.support_record(record_input())
    dispute = dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    with pytest.raises(Refused) as refused:
        decide_dispute(
            actor=getattr(ward.tree, username),
            dispute_id=dispute.pk,
            **({"decision": "upheld", "explanation": "Đã gọi điện hỏi kỹ"} | changes),
        )

    assert refused.value.problem.code == code
    assert Dispute.objects.get().decided_at is None


def test_what_is_taken_back_leaves_nothing_to_confirm_or_dispute(ward):
    [support_record] = ward.support_record(record_input())
    take_back_help(actor=ward.tree.an, support_record_id=support_record.pk)

    for action in (
        lambda: confirmed(support_record),
        lambda: dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me"),
    ):
        with pytest.raises(Refused):
            action()


def test_a_remark_opens_a_request_to_correct_and_is_settled(ward):
    [support_record] = ward.support_record(record_input())
    remark = remark_receipt(receipt_id=support_record.receipt_id, parts=["day", "name", "tarot"])
    again = remark_receipt(receipt_id=support_record.receipt_id, parts=["birth"])

    assert (again.pk, again.words) == (remark.pk, ["Năm sinh ghi sai"])
    assert [request.kind for request in Request.objects.all()] == ["correct"]
    with pytest.raises(Refused):
        remark_receipt(receipt_id=support_record.receipt_id, parts=[])
    assert resolve_remark(actor=ward.tree.an, remark_id=remark.pk).settled_by == ward.tree.an


def test_withdrawing_ends_every_consent_and_keeps_the_count(ward):
    [support_record] = ward.support_record(record_input())
    withdraw_consents(receipt_id=support_record.receipt_id)

    assert not Consent.objects.filter(withdrawn_at=None).exists()
    assert Request.objects.get().kind == "withdraw"
    assert ward.figure() == 1


@pytest.mark.parametrize("kind", ["copy", "erase"])
def test_asking_opens_a_request(ward, kind):
    [support_record] = ward.support_record(record_input())
    request_data(receipt_id=support_record.receipt_id, kind=kind)

    assert (Request.objects.get().kind, Request.objects.get().unit_id) == (kind, support_record.unit_id)


# --- Flags --------------------------------------------------------------------------------------------------------------

NOON = datetime(2023, 12, 30, 5, 0, tzinfo=UTC)
"""Twelve o'clock in Vietnam."""
MIDNIGHT = datetime(2023, 12, 29, 17, 10, tzinfo=UTC)
"""Ten past midnight of 30 December in Vietnam."""
LAST_DAY = date(2023, 12, 31)


def around(
    moment: datetime, *, minutes: tuple[int, ...] = (), device: int = 0, deadlines: tuple[date, ...] = ()
) -> rules.ConfirmationContext:
    earlier = [moment - timedelta(minutes=minute) for minute in minutes]
    return rules.ConfirmationContext(moment, date(2023, 12, 30), earlier, device, deadlines)


@pytest.mark.parametrize(
    ("case", "flags"),
    [
        (around(NOON), []),
        (around(NOON, minutes=(1, 2, 3, 4, 5, 6)), []),
        (around(NOON, minutes=(1, 2, 3, 4, 5, 6, 10)), ["burst"]),
        (around(NOON, minutes=(1, 2, 3, 4, 5, 6, 11)), []),
        (around(NOON, device=1), []),
        (around(NOON, device=2), ["one-device"]),
        (around(NOON, deadlines=(LAST_DAY,)), []),
        (around(MIDNIGHT), []),
        (around(MIDNIGHT, deadlines=(LAST_DAY,)), ["midnight"]),
        (around(MIDNIGHT, deadlines=(date(2024, 1, 3),)), []),
        (around(MIDNIGHT, deadlines=(date(2023, 12, 29),)), []),
        (around(MIDNIGHT, minutes=(0,) * 7, device=5, deadlines=(LAST_DAY,)), ["burst", "one-device", "midnight"]),
    ],
)
def test_what_is_odd_about_a_confirmation(case, flags):
    assert rules.confirmation_flags(case) == flags


def test_three_people_confirmed_from_one_device_are_flagged_and_still_counted(ward):
    support_records = ward.support_record(
        record_input("Lê Văn Một"), record_input("Trần Thị Hai"), record_input("Võ Minh Ba")
    )
    flags = [confirmed(support_record).flags for support_record in support_records]

    assert flags == [[], [], ["one-device"]]
    assert ward.grades().grades == (0, 0, 0, 3, 0)
    looked = look_at_confirmation(actor=ward.tree.dung, confirmation_id=Confirmation.objects.latest("made_at").pk)
    assert looked.looked_by == ward.tree.dung


def test_devices_and_their_salts_go_after_seven_days(ward, business_day):
    [support_record] = ward.support_record(record_input())
    confirmation = confirmed(support_record)
    drop_device_keys()
    confirmation.refresh_from_db()
    assert confirmation.device != ""

    Confirmation.objects.update(made_at=confirmation.made_at - timedelta(days=8))
    DaySalt.objects.update(day=confirmation.made_on - timedelta(days=9))
    assert drop_device_keys() == 1
    assert (Confirmation.objects.get().device, DaySalt.objects.count()) == ("", 0)


# --- Pages --------------------------------------------------------------------------------------------------------------


def test_the_page_shows_the_given_name_alone_and_is_private(ward, link_of):
    [support_record] = ward.support_record(record_input(address="12 Lê Lợi"))
    answer = Client().get(f"/r/{link_of(support_record)}/")
    text = answer.content.decode()

    assert "ông/bà Bảy" in text
    for hidden in ("Nguyễn Văn", "1951", "Lê Lợi"):
        assert hidden not in text
    assert answer["Referrer-Policy"] == "no-referrer"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert not answer.cookies


def test_the_whole_journey_needs_no_script_and_no_cookie(ward, link_of):
    [support_record] = ward.support_record(record_input())
    link = link_of(support_record)
    browser = Client(enforce_csrf_checks=True)

    assert browser.post(f"/r/{link}/confirm/").status_code == 200
    assert browser.post(f"/r/{link}/wrong/", {"parts": "day"}).status_code == 200
    assert browser.post(f"/r/{link}/mine/", {"ask": "copy"}).status_code == 200
    assert browser.post(f"/r/{link}/dispute/", {"reason": "not-me"}).status_code == 200
    assert browser.post(f"/r/{link}/confirm/").status_code == 422
    support_record.refresh_from_db()
    assert (support_record.grade, support_record.refused_at is not None) == (3, True)
    assert "không được tính" in browser.get(f"/r/{link}/").content.decode()


def test_a_browser_that_was_ever_signed_in_lifts_nothing(ward, link_of, as_user):
    support_record, other = ward.support_record(record_input(), record_input("Lê Thị Sáu"))
    browser = Client()
    browser.post("/login/", {"login": "an", "password": "mat-khau-dai-de-thu"})
    assert "signed-in-here" in browser.cookies
    browser.post("/logout/")
    browser.post(f"/r/{link_of(support_record)}/confirm/")
    as_user(ward.tree.an).post(f"/r/{link_of(other)}/confirm/")

    assert set(SupportRecord.objects.values_list("grade", flat=True)) == {1}


def test_what_can_be_no_link_is_not_found(ward):
    ward.support_record(record_input())

    for path in ("AAAAAAAAAAAAAAAAAAAAA", "AAAAAAAAAAAAAAAAAAAAAB", "AAAAAAAAAAAAAAAAAAAAAAA"):
        assert Client().get(f"/r/{path}/").status_code == 404
