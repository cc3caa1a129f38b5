"""Concurrent recording, confirming, disputing and deciding of the same record."""

from datetime import date
from threading import Barrier

import pytest

from doanso.ledger.recount import recount
from doanso.members.actions import reversal, take_back_transfer, transfer_member
from doanso.people.actions import Particulars
from doanso.people.models import Contact, Person
from doanso.people.tests.test_at_once import at_once, then_both
from doanso.support.actions import (
    confirm_receipt,
    correct_help,
    decide_dispute,
    dispute_receipt,
    records,
    take_back_help,
    try_code,
)
from doanso.support.models import Confirmation, Dispute, SupportRecord, Tries
from doanso.support.record_inputs import Helper
from doanso.support.tests.conftest import record_input, shop

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_help_recorded_at_once_is_one(ward):
    actions = [
        lambda: ward.support_record(record_input(), record_input("Lê Thị Sáu"), shop(phone="0912000222"))[0].pk
        for _time in range(3)
    ]
    outcomes = at_once(*actions)

    assert len(set(outcomes)) == 1
    assert (SupportRecord.objects.count(), Person.objects.count()) == (3, 2)
    assert (ward.figure(), ward.figure("payment-shops")) == (2, 1)
    assert list(recount()) == []


def test_two_wards_at_once_are_one_person_and_two_times(ward):
    at_once(lambda: ward.support_record(record_input()), lambda: ward.support_record(record_input(), unit="p5"))

    assert (ward.figure(), ward.figure("portal-times"), Person.objects.count()) == (1, 2, 1)
    assert list(recount()) == []


def test_confirming_disputing_correcting_and_taking_back_at_once_agree_with_the_ledger(ward):
    [support_record] = ward.support_record(record_input())
    ward.support_record(record_input(), unit="p5")
    at_once(
        lambda: confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["a"]),
        lambda: confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["b"]),
        lambda: dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me"),
        lambda: take_back_help(actor=ward.tree.an, support_record_id=support_record.pk),
        lambda: correct_help(
            actor=ward.tree.dung,
            support_record_id=support_record.pk,
            service="vneid",
            happened_on=support_record.happened_on,
            helper=Helper("Lê Minh"),
        ),
    )

    assert Confirmation.objects.count() <= 2
    assert Dispute.objects.count() <= 1
    assert list(recount()) == []


def test_a_dispute_decided_twice_at_once_is_decided_once(ward):
    [support_record] = ward.support_record(record_input())
    dispute = dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    why = "Đã gọi điện hỏi kỹ"
    outcomes = at_once(
        lambda: (
            decide_dispute(actor=ward.tree.dung, dispute_id=dispute.pk, decision="upheld", explanation=why).decision
        ),
        lambda: (
            decide_dispute(actor=ward.tree.giang, dispute_id=dispute.pk, decision="rejected", explanation=why).decision
        ),
    )

    assert "already_decided" in outcomes
    assert list(recount()) == []


def test_misses_at_once_are_all_counted():
    at_once(*[lambda: try_code(code="22222222", birth_year=1951, network="a") for _time in range(4)])

    assert set(Tries.objects.values_list("count", flat=True)) == {4}


def test_a_transfer_is_taken_back_while_the_wrong_ward_helps_the_member(ward, register, monkeypatch):
    """Taking back deletes the contact that the transfer made, to which the record being made refers."""
    tree = ward.tree
    stay = transfer_member(actor=tree.giang, member=register.duc, to=tree.units["p5-kp1"], on=date(2023, 10, 2))
    duc = Particulars("Nguyễn Hoàng Đức", "male", birth_date=date(2001, 4, 12), phone="0912345678")
    inputs = record_input()._replace(person=duc)
    barrier = Barrier(2)
    monkeypatch.setattr(records.ledger, "count_many", then_both(barrier, records.ledger.count_many))
    monkeypatch.setattr(reversal, "record_many", then_both(barrier, reversal.record_many))
    outcomes = at_once(
        lambda: take_back_transfer(actor=tree.giang, member=stay).pk,
        lambda: len(ward.support_record(inputs, unit="p5")),
    )

    assert outcomes == [register.duc.pk, 1]
    help_made = SupportRecord.objects.select_related("contact").get()
    assert Contact.objects.filter(pk=help_made.contact_id, unit=tree.units["p5"]).exists()
    assert list(recount()) == []
