"""Taking back what was recorded by mistake."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.adoption.actions import attest, take_back_attestation
from doanso.audit.models import AuditEvent

pytestmark = pytest.mark.django_db


@pytest.fixture
def usage(ward):
    return attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 5, 1))


def test_the_figure_is_as_if_it_had_never_been(ward, usage):
    assert ward.figure(on=date(2023, 6, 1)) == 1

    taken = take_back_attestation(actor=ward.tree.binh, usage_id=usage.pk)

    assert taken.taken_back_at is not None
    assert [ward.figure(on=date(2023, 6, 1)), ward.figure()] == [0, 0]
    assert AuditEvent.objects.get(action="adoption.take_back").changed == ["taken_back_at"]


def test_a_second_time_does_nothing(ward, usage):
    first = take_back_attestation(actor=ward.tree.an, usage_id=usage.pk)

    second = take_back_attestation(actor=ward.tree.an, usage_id=usage.pk)

    assert second.taken_back_at == first.taken_back_at
    assert AuditEvent.objects.filter(action="adoption.take_back").count() == 1


def test_another_ward_may_not(ward, usage):
    with pytest.raises(PermissionDenied):
        take_back_attestation(actor=ward.tree.chi, usage_id=usage.pk)

    assert ward.figure() == 1
