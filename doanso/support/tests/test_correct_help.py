"""Correcting a help and taking it back: the figures follow, and the receipt stays."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.lib.problems import Refused
from doanso.support.actions import (
    Helper,
    confirm_receipt,
    correct_help,
    dispute_receipt,
    print_receipt,
    take_back_help,
)
from doanso.support.models import Help
from doanso.support.queries import claims
from doanso.support.tests.conftest import told
from doanso.tally.recount import recount
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
HUY = Helper("Trần Gia Huy")
NAM = Helper("Võ Thị Năm", "official")


def correct(ward, help, **said):  # noqa: A002
    asked = {"service": help.service_id, "happened_on": help.happened_on, "helper": HUY} | said
    return correct_help(actor=ward.tree.an, help_id=help.pk, **asked)


def test_another_service_is_another_help_on_the_same_receipt(ward):
    [one] = ward.help(told())
    new = correct(ward, one, service="payment")

    one.refresh_from_db()
    assert (one.taken_back_at is not None, new.corrects_id, new.receipt_id) == (True, one.pk, one.receipt_id)
    assert (ward.figure(), ward.figure("payment-residents")) == (0, 1)
    assert list(recount()) == []


def test_another_day_is_another_help(ward):
    [one] = ward.help(told())
    new = correct(ward, one, happened_on=TODAY - timedelta(days=2))

    assert (Help.objects.filter(taken_back_at=None).get(), ward.figure("portal-times")) == (new, 1)


def test_other_helpers_alone_keep_the_place_in_line(ward):
    [one] = ward.help(told())
    ward.help(told(), unit="p5")
    same = correct(ward, one, second=NAM)

    assert (same.pk, same.grade, same.second_helper_name) == (one.pk, 2, "Võ Thị Năm")
    assert ward.grades(unit="p4").grades == (0, 0, 1, 0, 0)
    assert list(recount()) == []


def test_what_the_person_confirmed_keeps_its_grade_under_other_helpers(ward):
    [one] = ward.help(told())
    confirm_receipt(receipt_id=one.receipt_id, staff_browser=False, device=["a"])

    assert correct(ward, one, second=NAM).grade == 3


def test_taken_back_the_next_in_line_holds_and_again_does_nothing(ward):
    [one] = ward.help(told())
    [other] = ward.help(told(), unit="p5")
    assert claims([one, other]) == {one.pk: "counted", other.pk: "elsewhere"}

    take_back_help(actor=ward.tree.an, help_id=one.pk)
    taken_back = take_back_help(actor=ward.tree.an, help_id=one.pk)

    assert claims([taken_back, other]) == {one.pk: "taken-back", other.pk: "counted"}
    assert (ward.figure(unit="p4"), ward.figure(unit="p5")) == (0, 1)
    assert list(recount()) == []


def test_a_help_taken_back_may_be_recorded_anew(ward):
    [one] = ward.help(told())
    take_back_help(actor=ward.tree.an, help_id=one.pk)
    [again] = ward.help(told())

    assert again.pk != one.pk
    assert ward.figure() == 1


@pytest.mark.parametrize(
    ("before", "said", "code"),
    [
        (lambda ward, one: take_back_help(actor=ward.tree.an, help_id=one.pk), {}, "taken_back"),
        (lambda ward, one: dispute_receipt(receipt_id=one.receipt_id, reason="not-me"), {}, "disputed"),
        (lambda ward, one: ward.help(told(service="payment")), {"service": "payment"}, "already_recorded"),
        (lambda ward, one: None, {"service": "tarot"}, "service_unknown"),
        (lambda ward, one: None, {"happened_on": TODAY + timedelta(days=1)}, "day_ahead"),
        (lambda ward, one: None, {"helper": Helper("Huy 0912345678")}, "digits_in_name"),
        (lambda ward, one: None, {"second": Helper("=A1", "official")}, "name_formula"),
        (lambda ward, one: None, {"second": Helper("TRẦN GIA HUY", "official")}, "same_helper"),
        (lambda ward, one: Help.objects.update(person=None, contact=None), {}, "erased"),
    ],
)
def test_what_cannot_be_corrected(ward, before, said, code):
    [one] = ward.help(told())
    before(ward, one)
    with pytest.raises(Refused) as refused:
        correct(ward, one, **said)

    assert refused.value.problem.code == code


def test_another_ward_corrects_takes_back_and_prints_nothing(ward):
    [one] = ward.help(told())
    for deed in (
        lambda: correct_help(actor=ward.tree.chi, help_id=one.pk, service="vneid", happened_on=TODAY, helper=HUY),
        lambda: take_back_help(actor=ward.tree.chi, help_id=one.pk),
        lambda: print_receipt(actor=ward.tree.chi, receipt_id=one.receipt_id),
    ):
        with pytest.raises(PermissionDenied):
            deed()
