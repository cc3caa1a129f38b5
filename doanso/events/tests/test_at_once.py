"""What happens at the same moment: twenty people register for twelve places, and four phones send whom they saw."""

from uuid import uuid4

import pytest

from doanso.events import actions
from doanso.events.actions import RegistrationInput
from doanso.events.models import Attendance, CheckIn, Registration
from doanso.events.tests.conftest import APPLIED, event_input, festival_of, phone_at
from doanso.lib.access_codes import new_link
from doanso.people.tests.test_at_once import at_once

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_twenty_at_once_get_twelve_places_and_no_number_twice(tree):
    festival = festival_of(tree, tree.units["my-tho"], tree.dung, capacity=12)
    festival.step(actions.open_event)

    def join(number: int) -> str:
        inputs = RegistrationInput(f"Người {number}", 1990)
        event, network = festival.event.pk, f"203.0.113.{number}"
        return actions.register(event_id=event, key=uuid4(), inputs=inputs, source="link", network=network)[1]

    links = at_once(*[lambda number=number: join(number) for number in range(20)])
    states = list(Registration.objects.order_by("number").values_list("number", "state"))
    assert states == [(number, "registered" if number <= 12 else "waiting") for number in range(1, 21)]

    at_once(
        *[lambda link=link: actions.cancel_ticket(link=link).state for link in links[:4]],
        *[lambda number=number: join(number) for number in range(20, 24)],
        lambda: festival.step(actions.change_event, inputs=event_input(capacity=14)).capacity,
    )
    assert Registration.objects.filter(state="cancelled").count() == 4
    assert Registration.objects.filter(state="registered").count() == 14
    assert Registration.objects.filter(state="waiting").count() == 6
    assert sorted(Registration.objects.values_list("number", flat=True)) == list(range(1, 25))


def test_phones_at_once_lose_and_double_nobody(gate):
    """Four phones send the same ticket, a visitor, a member, and a ticket of their own, at the same moment."""
    shared, link = gate.ticket().gate_code, new_link()
    own = [gate.ticket(f"Lê Thị {word}").gate_code for word in ("Hai", "Ba", "Tư", "Năm")]
    phones = [gate.phone, *(phone_at(gate.tree, gate.tree.an, "p4") for _phone in range(3))]

    def send(number: int) -> list[tuple[str, str]]:
        seen_at = f"2023-11-12T07:4{number}:00+07:00"
        records = [
            gate.record(ticket=shared, seen_at=seen_at),
            gate.record(ticket=own[number], seen_at=seen_at),
            gate.record(method="walk-in", walk_in={"link": link}, seen_at=seen_at),
            gate.record(method="card", member=str(gate.duc.pk), seen_at=seen_at),
            gate.record(method="walk-in", walk_in={"link": new_link()}, seen_at=seen_at),
        ]
        return gate.send(*records, phone=phones[number])

    answers = at_once(*[lambda number=number: send(number) for number in range(4)])
    assert answers == [[APPLIED] * 5] * 4
    assert (Attendance.objects.count(), CheckIn.objects.count()) == (1 + 4 + 1 + 1 + 4, 20)
    assert sorted(Registration.objects.values_list("number", flat=True)) == list(range(1, 12))
    first = {
        str(row.registration.number): row.first_seen_at for row in Attendance.objects.select_related("registration")
    }
    assert f"{first['1']:%H:%M}" == "00:40"
