"""A confirmation and its receipt that arrive concurrently: the confirmation is never lost."""

from datetime import timedelta

import pytest

from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.people.tests.test_at_once import at_once
from doanso.support.actions import Helper, add_helps, confirm_early
from doanso.support.models import Confirmation, EarlyConfirmation, SupportRecord
from doanso.support.record_inputs import ReceiptInput
from doanso.support.tests.conftest import record_input
from doanso.support.tests.test_phone_receipts import other_link

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_word_that_crosses_its_receipt_confirms_it(ward):
    for nth in range(6):
        link, shown_until = other_link(nth), clock.now() - timedelta(minutes=5)
        entry = record_input(
            f"Nguyễn Văn {chr(65 + nth)}",
            second=Helper("Võ Thị Năm", "official"),
            receipt=ReceiptInput(uuid7(), link, "7KQ2M4XD", shown_until),
        )
        at_once(
            lambda entry=entry: add_helps(actor=ward.tree.an, unit=ward.tree.units["p4"], entries=[entry]),
            lambda link=link: confirm_early(link=link, staff_browser=False, device=["a"], network="10.0.0.1"),
        )

    assert set(SupportRecord.objects.values_list("grade", flat=True)) == {3}
    assert (Confirmation.objects.count(), EarlyConfirmation.objects.count()) == (6, 0)
    assert list(recount()) == []
