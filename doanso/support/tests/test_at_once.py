"""Two who record, confirm, dispute or decide the same at the same moment."""

import pytest

from doanso.people.models import Person
from doanso.people.tests.test_at_once import at_once
from doanso.support.actions import (
    confirm_receipt,
    correct_help,
    decide_dispute,
    dispute_receipt,
    take_back_help,
    try_code,
)
from doanso.support.actions.records import Helper
from doanso.support.models import Confirmation, Dispute, Help, Tries
from doanso.support.tests.conftest import shop, told
from doanso.tally.recount import recount

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_same_help_recorded_at_once_is_one(ward):
    deeds = [lambda: ward.help(told(), told("Lê Thị Sáu"), shop(phone="0912000222"))[0].pk for _time in range(3)]
    found = at_once(*deeds)

    assert len(set(found)) == 1
    assert (Help.objects.count(), Person.objects.count()) == (3, 2)
    assert (ward.figure(), ward.figure("payment-shops")) == (2, 1)
    assert list(recount()) == []


def test_two_wards_at_once_are_one_person_and_two_times(ward):
    at_once(lambda: ward.help(told()), lambda: ward.help(told(), unit="p5"))

    assert (ward.figure(), ward.figure("portal-times"), Person.objects.count()) == (1, 2, 1)
    assert list(recount()) == []


def test_confirming_disputing_correcting_and_taking_back_at_once_agree_with_the_ledger(ward):
    [one] = ward.help(told())
    ward.help(told(), unit="p5")
    at_once(
        lambda: confirm_receipt(receipt_id=one.receipt_id, staff_browser=False, device=["a"]),
        lambda: confirm_receipt(receipt_id=one.receipt_id, staff_browser=False, device=["b"]),
        lambda: dispute_receipt(receipt_id=one.receipt_id, reason="not-me"),
        lambda: take_back_help(actor=ward.tree.an, help_id=one.pk),
        lambda: correct_help(
            actor=ward.tree.dung, help_id=one.pk, service="vneid", happened_on=one.happened_on, helper=Helper("Lê Minh")
        ),
    )

    assert Confirmation.objects.count() <= 2
    assert Dispute.objects.count() <= 1
    assert list(recount()) == []


def test_a_dispute_decided_twice_at_once_is_decided_once(ward):
    [one] = ward.help(told())
    dispute = dispute_receipt(receipt_id=one.receipt_id, reason="not-me")
    why = "Đã gọi điện hỏi kỹ"
    found = at_once(
        lambda: (
            decide_dispute(actor=ward.tree.dung, dispute_id=dispute.pk, decision="upheld", explanation=why).decision
        ),
        lambda: (
            decide_dispute(actor=ward.tree.giang, dispute_id=dispute.pk, decision="rejected", explanation=why).decision
        ),
    )

    assert "already_decided" in found
    assert list(recount()) == []


def test_misses_at_once_are_all_counted():
    at_once(*[lambda: try_code(code="22222222", birth_year=1951, place="a") for _time in range(4)])

    assert set(Tries.objects.values_list("count", flat=True)) == {4}
