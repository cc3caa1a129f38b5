"""One form of the book of incoming documents sent to two units at the same moment."""

import pytest
from django.db import transaction

from doanso.documents.models import Number
from doanso.documents.tests.conftest import TODAY, Office
from doanso.incoming.actions import IncomingInput, take_in
from doanso.incoming.models import Arrival
from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_it_is_entered_in_the_first_book_alone_and_draws_no_number_in_the_second(office: Office):
    key = uuid7()
    inputs = IncomingInput(issuer="UBND Phường 4", summary="V/v phối hợp", notation="45/UBND-VX", dated=TODAY)

    def send(actor, unit):
        return lambda: take_in(actor=actor, unit=unit, inputs=inputs, key=key)

    with transaction.atomic():
        send(office.tree.dung, office.tree.units["my-tho"])()
        other = waiting(send(office.mai, office.unit))
    other.join(PATIENCE)

    assert other.answer == "form_used"
    assert (Arrival.objects.get().unit.code, Number.objects.count()) == ("my-tho", 1)
    assert list(recount()) == []
