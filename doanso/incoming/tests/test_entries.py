"""Entries of the book: numbered, signatures verified, assigned, settled, returned."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.numbers import note_secret
from doanso.documents.actions.recalls import recall_document
from doanso.documents.models import Document, Number
from doanso.documents.tests.conftest import TODAY, Office
from doanso.incoming.actions import (
    IncomingInput,
    assign_arrival,
    complete_arrival,
    return_arrival,
    take_in,
    take_in_delivery,
)
from doanso.incoming.models import Arrival, ArrivalState
from doanso.signing.tests.pki import base_pdf

pytestmark = pytest.mark.django_db
INPUTS = IncomingInput(issuer="UBND Phường 4", summary="V/v phối hợp tuyến phố số", notation="45/UBND-VX", dated=TODAY)


def taken(office: Office, inputs: IncomingInput = INPUTS, **more) -> Arrival:
    return take_in(actor=office.mai, unit=office.unit, inputs=inputs, **more)


def test_arrivals_are_numbered_year_by_year_whatever_their_kind(office: Office):
    numbers = [
        taken(office, IncomingInput(issuer="UBND Phường 4", summary=f"Việc {index}")).number.value for index in range(3)
    ]
    assert numbers == [1, 2, 3]


def test_numbers_of_arrival_bear_no_day_before_the_last_one(office, business_day, refused):
    inputs = IncomingInput(issuer="Công an phường", summary="Mời họp")
    take_in(actor=office.mai, unit=office.unit, inputs=inputs)
    business_day(TODAY - timedelta(days=1))

    assert refused(take_in, actor=office.mai, unit=office.unit, inputs=inputs, twice=True) == "number_back_dated"
    assert refused(note_secret, actor=office.mai, unit=office.unit, dated=TODAY) == "number_ahead"
    assert Number.objects.count() == 1


def test_its_signatures_are_looked_at_as_it_comes(office: Office, issued: Document):
    signed = office.bytes_of(issued)
    intact = taken(office, source=signed, name="ke-hoach.pdf")
    assert intact.verdict["state"] == "test_only"
    broken = bytearray(signed)
    broken[len(broken) // 3] ^= 1
    changed = taken(
        office, IncomingInput(issuer="Thành Đoàn", summary="Bị sửa"), source=bytes(broken), name="bi-sua.pdf"
    )
    assert changed.verdict["state"] in {"broken", "changed", "unreadable"}
    plain = taken(
        office, IncomingInput(issuer="Hội Phụ nữ", summary="Không ký"), source=base_pdf(), name="khong-ky.pdf"
    )
    assert plain.verdict["state"] == "unsigned"


def test_the_same_document_twice_is_warned_of(office: Office, refused):
    taken(office)
    arguments = {"actor": office.mai, "unit": office.unit}
    assert refused(take_in, **arguments, inputs=INPUTS) == "arrival_twice"
    assert take_in(**arguments, inputs=INPUTS, twice=True).number.value == 2
    other = IncomingInput(issuer="UBND Phường 5", summary="Việc khác", notation="45/UBND-VX")
    assert take_in(**arguments, inputs=other).number.value == 3


def test_the_number_of_another_year_is_another_document(office: Office, business_day, refused):
    taken(office)
    business_day(date(2024, 1, 15))
    arguments = {"actor": office.mai, "unit": office.unit}
    assert take_in(**arguments, inputs=replace(INPUTS, dated=date(2024, 1, 12))).number.value == 1
    for dated in (TODAY, date(2024, 1, 3), None):
        assert refused(take_in, **arguments, inputs=replace(INPUTS, dated=dated)) == "arrival_twice"


@pytest.mark.parametrize(
    ("inputs", "code"),
    [
        (IncomingInput(issuer=" ", summary="x"), "arrival_issuer"),
        (IncomingInput(issuer="x", summary=" "), "arrival_summary"),
        (IncomingInput(issuer="x", summary="x", dated=TODAY + timedelta(days=1)), "arrival_ahead"),
        (IncomingInput(issuer="x", summary="x", answer_by=TODAY - timedelta(days=1)), "answer_day"),
    ],
)
def test_what_makes_no_sense_is_refused(office: Office, refused, inputs, code):
    assert refused(take_in, actor=office.mai, unit=office.unit, inputs=inputs) == code
    assert not Arrival.objects.exists()


def test_what_was_sent_here_is_entered_once_with_what_it_says(office: Office):
    document = office.issued(None, Receiver(unit=office.tree.units["p5"]))
    delivery = document.deliveries.get()
    first = take_in_delivery(actor=office.tree.chi, delivery=delivery)
    again = take_in_delivery(actor=office.tree.chi, delivery=delivery)
    assert (first.pk, first.notation, first.issuer, first.blob) == (
        again.pk,
        document.notation,
        "BCH ĐOÀN PHƯỜNG 4",
        document.final,
    )


def test_what_was_recalled_is_entered_as_settled_and_nobody_handles_it(office: Office, refused):
    to = Receiver(unit=office.tree.units["p5"], answer_by=TODAY + timedelta(days=7))
    document = office.issued(None, to)
    delivery = document.deliveries.get()
    recall_document(actor=office.mai, document=document, reason="Sai căn cứ")
    entered = take_in_delivery(actor=office.tree.chi, delivery=delivery)

    assert (entered.state, entered.words, entered.answer_by, entered.number.value) == (
        ArrivalState.SETTLED,
        "Đã thu hồi: Sai căn cứ",
        None,
        1,
    )
    assert take_in_delivery(actor=office.tree.chi, delivery=delivery) == entered
    arguments = {"actor": office.tree.chi, "arrival": entered}
    assert refused(assign_arrival, **arguments, user=office.tree.chi, answer_by=None) == "arrival_ended"


def test_it_is_given_to_somebody_and_settled_once(office: Office, refused):
    arrival = taken(office)
    arguments = {"actor": office.mai, "arrival": arrival}
    assert refused(assign_arrival, **arguments, user=office.tree.chi, answer_by=None) == "assign_stranger"
    assert assign_arrival(**arguments, user=office.phuc, answer_by=TODAY).state == ArrivalState.ASSIGNED
    assert refused(complete_arrival, actor=office.phuc, arrival=arrival, words="") == "words_needed"
    settled = complete_arrival(actor=office.phuc, arrival=arrival, words="Đã họp với Ủy ban")
    assert (settled.state, settled.settled_by) == (ArrivalState.SETTLED, office.phuc)
    assert refused(return_arrival, **arguments, words="Muộn rồi") == "arrival_ended"


def test_a_stranger_does_nothing_with_it(office: Office):
    arrival = taken(office)
    for other in (office.tree.chi, office.tree.dung, office.tree.binh, office.tree.hanh):
        with pytest.raises(PermissionDenied):
            complete_arrival(actor=other, arrival=arrival, words="Xong")
        with pytest.raises(PermissionDenied):
            take_in(actor=other, unit=office.unit, inputs=INPUTS)
