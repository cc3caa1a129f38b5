"""The receipt is the one the phone has shown, with confirmations that came before it."""

from datetime import timedelta

from django.test import Client

from doanso.lib import clock
from doanso.outreach.tests.visiting import Visiting, applied, guest
from doanso.support.models import Receipt, ReceiptLink, SupportRecord
from doanso.support.receipt_keys import link_lookup


def test_the_receipt_is_the_one_the_phone_showed(visiting: Visiting) -> None:
    helped = guest()
    applied(visiting.send(visiting.body(people=[helped])))
    receipt = Receipt.objects.get()
    assert (str(receipt.pk), receipt.link_lookup) == (helped["receipt"]["id"], link_lookup(helped["receipt"]["link"]))
    assert receipt.shown_until is not None
    assert Client().get(f"/r/{helped['receipt']['link']}/").status_code == 200


def test_a_second_receipt_of_the_day_leads_to_the_first(visiting: Visiting) -> None:
    first, other = guest("Nguyễn Văn Bảy", "portal"), guest("Nguyễn Văn Bảy", "payment")
    applied(visiting.send(visiting.body(people=[first]), visiting.body(people=[other])))
    receipt = Receipt.objects.get()
    assert str(receipt.pk) == first["receipt"]["id"]
    assert ReceiptLink.objects.get().receipt == receipt
    assert Client().get(f"/r/{other['receipt']['link']}/").content.count(b"payment") >= 1


def test_a_word_given_at_the_door_waits_for_the_visit(visiting: Visiting) -> None:
    helped = guest()
    address = f"/r/{helped['receipt']['link']}/"
    assert Client().post(f"{address}confirm/").status_code == 200
    applied(visiting.send(visiting.body(people=[helped])))
    # The phone left the receipt's page long before that confirmation.
    assert SupportRecord.objects.get().grade == 3


def test_a_word_given_while_the_phone_showed_it_lifts_nothing(visiting: Visiting) -> None:
    helped = guest()
    Client().post(f"/r/{helped['receipt']['link']}/confirm/")
    later = (clock.now() + timedelta(minutes=5)).isoformat()
    applied(visiting.send(visiting.body(people=[helped], ended_at=later)))
    assert Receipt.objects.get().confirmations.count() == 1
    assert SupportRecord.objects.get().grade == (2 if Receipt.objects.get().shown_until else 3)
