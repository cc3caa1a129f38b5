"""Papers of ward 5, which was merged into ward 4: its successor's office opens, enters, assigns and ends them."""

from datetime import timedelta

import pytest

from doanso.documents.actions.deliveries import Receiver, answer_delivery, assign_delivery, open_delivery
from doanso.documents.actions.drafts import discard_document, start_document
from doanso.documents.models import Delivery
from doanso.documents.policy import received_deliveries
from doanso.documents.tests.conftest import issued_to, plan
from doanso.incoming.actions import IncomingInput, assign_arrival, complete_arrival, take_in, take_in_delivery
from doanso.organisation.actions import merge_units
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_the_successors_office_goes_on_with_what_lies_on_the_desk(office, as_user):
    tree = office.tree
    ward5 = tree.units["p5"]
    issued_to(office, Receiver(unit=ward5))
    inputs = IncomingInput(issuer="UBND Phường 5", summary="Về việc phối hợp tuyên truyền", notation="12/UBND")
    arrival = take_in(actor=tree.chi, unit=ward5, inputs=inputs)
    draft = start_document(actor=tree.chi, unit=ward5, draft=plan("Kế hoạch dang dở của Phường 5"))
    merge_units(actor=tree.giang, units=[ward5], into=tree.units["p4"], on=TODAY)

    [delivery] = received_deliveries(office.mai)
    assert delivery == Delivery.objects.get()
    client = as_user(office.mai)
    assert client.get(f"/documents/received/{delivery.pk}/").status_code == 200
    assert client.get(f"/documents/arrivals/{arrival.pk}/").status_code == 200
    assert as_user(tree.chi).get(f"/documents/received/{delivery.pk}/").status_code == 404
    open_delivery(actor=office.mai, delivery=delivery)
    # It is entered in the successor's own book.
    assert take_in_delivery(actor=office.mai, delivery=delivery).unit.code == "p4"
    assign_delivery(actor=office.mai, delivery=delivery, user=office.phuc, answer_by=TODAY + timedelta(days=3))
    answer_delivery(actor=office.phuc, delivery=delivery, words="Phường 4 tiếp nhận.")

    assign_arrival(actor=office.mai, arrival=arrival, user=office.phuc, answer_by=None)
    assert complete_arrival(actor=office.phuc, arrival=arrival, words="Đã phối hợp.").state == "settled"

    assert client.get(f"/documents/{draft.pk}/").status_code == 200
    discard_document(actor=office.mai, document=draft, reason="Phường 5 đã hợp nhất")
