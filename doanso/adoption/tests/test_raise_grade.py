"""Raising the grade of evidence."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.adoption.actions import attest, raise_grade, take_back_attestation
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def usage(ward):
    return attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 5, 1))


def test_the_figure_with_a_higher_least_grade_follows(ward, usage):
    assert [ward.figure(), ward.figure(measure="called-back")] == [1, 0]

    raise_grade(actor=ward.tree.dung, usage_id=usage.pk, grade=4)

    assert [ward.figure(), ward.figure(measure="called-back")] == [1, 1]


@pytest.mark.parametrize("grade", [2, 4])
def test_nobody_confirms_what_they_have_seen_themselves(ward, usage, grade):
    with pytest.raises(Refused) as refused:
        raise_grade(actor=ward.tree.an, usage_id=usage.pk, grade=grade)

    assert refused.value.problem.code == "same_eyes"


def test_a_branch_secretary_calls_nobody_back(ward, usage):
    raise_grade(actor=ward.tree.binh, usage_id=usage.pk, grade=2)

    with pytest.raises(PermissionDenied):
        raise_grade(actor=ward.tree.binh, usage_id=usage.pk, grade=4)


@pytest.mark.parametrize("grade", [0, 1, 5])
def test_it_only_rises_up_to_the_highest(ward, usage, grade):
    with pytest.raises(Refused) as refused:
        raise_grade(actor=ward.tree.an, usage_id=usage.pk, grade=grade)

    assert refused.value.problem.code == "grade_not_higher"


def test_what_was_taken_back_has_no_grade_to_raise(ward, usage):
    take_back_attestation(actor=ward.tree.an, usage_id=usage.pk)

    with pytest.raises(Refused) as refused:
        raise_grade(actor=ward.tree.an, usage_id=usage.pk, grade=4)

    assert refused.value.problem.code == "taken_back"


def test_another_ward_may_not(ward, usage):
    with pytest.raises(PermissionDenied):
        raise_grade(actor=ward.tree.chi, usage_id=usage.pk, grade=4)
