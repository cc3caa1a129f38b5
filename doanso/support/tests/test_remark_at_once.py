"""A remark that is closed while its author adds to it."""

import pytest
from django.db import transaction

from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.support.actions import remark_receipt, resolve_remark
from doanso.support.models import Remark
from doanso.support.tests.conftest import record_input

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_an_officer_has_settled_is_not_opened_again(ward):
    [support_record] = ward.support_record(record_input())
    remark = remark_receipt(receipt_id=support_record.receipt_id, parts=["day"])

    with transaction.atomic():
        resolve_remark(actor=ward.tree.an, remark_id=remark.pk)
        other = waiting(lambda: remark_receipt(receipt_id=support_record.receipt_id, parts=["birth"]).pk)
    other.join(PATIENCE)

    remark.refresh_from_db()
    assert (remark.settled_by, remark.parts) == (ward.tree.an, ["day"])
    assert list(Remark.objects.filter(settled_at=None).values_list("pk", "parts")) == [(other.answer, ["birth"])]
