"""Correcting and taking back a record: the figures follow, and the receipt stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.support.actions import (
    Helper,
    confirm_receipt,
    correct_help,
    dispute_receipt,
    print_receipt,
    take_back_help,
)
from doanso.support.models import SupportRecord
from doanso.support.queries import claim_states
from doanso.support.tests.conftest import record_input
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
HUY = Helper("Trần Gia Huy")
NAM = Helper("Võ Thị Năm", "official")


def correct(ward, support_record, **changes):
    arguments = {
        "service": support_record.service_id,
        "happened_on": support_record.happened_on,
        "helper": HUY,
    } | changes
    return correct_help(actor=ward.tree.an, support_record_id=support_record.pk, **arguments)


def test_another_service_is_another_help_on_the_same_receipt(ward):
    [support_record] = ward.support_record(record_input())
    new = correct(ward, support_record, service="payment")

    support_record.refresh_from_db()
    assert (support_record.taken_back_at is not None, new.corrects_id, new.receipt_id) == (
        True,
        support_record.pk,
        support_record.receipt_id,
    )
    assert (ward.figure(), ward.figure("payment-residents")) == (0, 1)


def test_another_day_is_another_help(ward):
    [support_record] = ward.support_record(record_input())
    new = correct(ward, support_record, happened_on=TODAY - timedelta(days=2))

    assert (SupportRecord.objects.filter(taken_back_at=None).get(), ward.figure("portal-times")) == (new, 1)


def test_other_helpers_alone_keep_the_place_in_line(ward):
    [support_record] = ward.support_record(record_input())
    ward.support_record(record_input(), unit="p5")
    same = correct(ward, support_record, second=NAM)

    assert (same.pk, same.grade, same.second_helper_name) == (support_record.pk, 2, "Võ Thị Năm")
    assert ward.grades(unit="p4").grades == (0, 0, 1, 0, 0)


def test_what_the_person_confirmed_keeps_its_grade_under_other_helpers(ward):
    [support_record] = ward.support_record(record_input())
    confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["a"])

    assert correct(ward, support_record, second=NAM).grade == 3


def test_taken_back_the_next_in_line_holds_and_again_does_nothing(ward):
    [support_record] = ward.support_record(record_input())
    [other] = ward.support_record(record_input(), unit="p5")
    assert claim_states([support_record, other]) == {support_record.pk: "counted", other.pk: "elsewhere"}

    take_back_help(actor=ward.tree.an, support_record_id=support_record.pk)
    taken_back = take_back_help(actor=ward.tree.an, support_record_id=support_record.pk)

    assert claim_states([taken_back, other]) == {support_record.pk: "taken-back", other.pk: "counted"}
    assert (ward.figure(unit="p4"), ward.figure(unit="p5")) == (0, 1)
    assert list(recount()) == []


def test_a_help_taken_back_may_be_recorded_anew(ward):
    [support_record] = ward.support_record(record_input())
    take_back_help(actor=ward.tree.an, support_record_id=support_record.pk)
    [again] = ward.support_record(record_input())

    assert again.pk != support_record.pk
    assert ward.figure() == 1


@pytest.mark.parametrize(
    ("before", "changes", "code"),
    [
        (
            lambda ward, support_record: take_back_help(actor=ward.tree.an, support_record_id=support_record.pk),
            {},
            "taken_back",
        ),
        (
            lambda ward, support_record: dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me"),
            {},
            "disputed",
        ),
        (
            lambda ward, support_record: ward.support_record(record_input(service="payment")),
            {"service": "payment"},
            "already_recorded",
        ),
        (lambda ward, support_record: None, {"service": "tarot"}, "service_unknown"),
        (lambda ward, support_record: None, {"happened_on": TODAY + timedelta(days=1)}, "day_ahead"),
        (lambda ward, support_record: None, {"helper": Helper("Huy 0912345678")}, "digits_in_name"),
        (lambda ward, support_record: None, {"second": Helper("=A1", "official")}, "name_formula"),
        (lambda ward, support_record: None, {"second": Helper("TRẦN GIA HUY", "official")}, "same_helper"),
        (lambda ward, support_record: SupportRecord.objects.update(person=None, contact=None), {}, "erased"),
    ],
)
def test_what_cannot_be_corrected(ward, before, changes, code):
    [support_record] = ward.support_record(record_input())
    before(ward, support_record)
    with pytest.raises(Refused) as refused:
        correct(ward, support_record, **changes)

    assert refused.value.problem.code == code


def test_another_ward_corrects_takes_back_and_prints_nothing(ward):
    [support_record] = ward.support_record(record_input())
    for action in (
        lambda: correct_help(
            actor=ward.tree.chi, support_record_id=support_record.pk, service="vneid", happened_on=TODAY, helper=HUY
        ),
        lambda: take_back_help(actor=ward.tree.chi, support_record_id=support_record.pk),
        lambda: print_receipt(actor=ward.tree.chi, receipt_id=support_record.receipt_id),
    ):
        with pytest.raises(PermissionDenied):
            action()
