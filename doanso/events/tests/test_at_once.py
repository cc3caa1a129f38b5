"""What happens at the same moment: twenty people register for twelve places, and four phones send whom they saw."""

from datetime import time
from uuid import uuid4

import pytest
from django.db import transaction

from doanso.events import actions
from doanso.events.actions import MaterialInput, RegistrationInput, ShiftInput
from doanso.events.models import Attendance, CheckIn, Event, EventPhoto, Registration
from doanso.events.tests.conftest import APPLIED, event_input, festival_of, phone_at
from doanso.events.tests.test_photos import TENTS, upload
from doanso.files.models import Blob
from doanso.lib.access_codes import new_link
from doanso.lib.problems import Refused
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.people.tests.test_at_once import at_once
from doanso.testing import TODAY

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


def test_one_person_who_registers_three_times_at_once_gets_one_ticket(tree):
    festival = festival_of(tree, tree.units["my-tho"], tree.dung)
    festival.step(actions.open_event)
    inputs = RegistrationInput("Lê Thị Mận", 1990, "0912345678")

    def join(number: int) -> str:
        event, network = festival.event.pk, f"203.0.113.{number}"
        try:
            actions.register(event_id=event, key=uuid4(), inputs=inputs, source="link", network=network)
        except Refused as refused:
            return refused.problem.code
        return "registered"

    answers = at_once(*[lambda number=number: join(number) for number in range(3)])
    assert sorted(answers) == ["registered", "registered_before", "registered_before"]
    assert Registration.objects.count() == 1


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


def one_after_the_other(first, second):
    """Run the second action while the first is not committed; return the first's result and the second's, or its refusal."""
    with transaction.atomic():
        made = first()
        other = waiting(second)
    other.join(PATIENCE)
    return made, other.answer


def test_one_form_sent_twice_at_once_sets_up_one_event(tree):
    key = uuid4()

    def send():
        return actions.create_event(actor=tree.an, unit=tree.units["p4"], inputs=event_input(), key=key)

    first, second = one_after_the_other(send, send)
    assert (first.pk, second.pk, Event.objects.count()) == (key, key, 1)


def test_a_form_of_another_event_at_once_is_refused_for_its_key_and_not_for_the_name(tree):
    key = uuid4()

    def send(actor):
        return lambda: actions.create_event(actor=actor, unit=tree.units["p4"], inputs=event_input(), key=key)

    first, second = one_after_the_other(send(tree.an), send(tree.dung))
    assert (first.pk, second, Event.objects.count()) == (key, "form_used", 1)


def test_one_form_of_photos_sent_twice_at_once_keeps_each_once(tree):
    draft = actions.create_event(actor=tree.an, unit=tree.units["p4"], inputs=event_input(day=TODAY))
    event, key = actions.open_event(actor=tree.an, event=draft, read=draft.version), uuid4()

    def send():
        photos = actions.add_photos(actor=tree.an, event=event, key=key, uploads=[upload()], inputs=TENTS)
        return [photo.pk for photo in photos]

    first, second = at_once(send, send)
    assert first == second == [EventPhoto.objects.get().pk]
    assert Blob.objects.filter(key__destroyed_at=None).count() == 2


@pytest.mark.parametrize("form", ["material", "shift", "participant", "paper tickets"])
def test_one_form_sent_to_two_events_at_once_is_kept_at_the_first_alone(tree, form):
    unit, actor, key = tree.units["p4"], tree.an, uuid4()
    events = [actions.create_event(actor=actor, unit=unit, inputs=event_input()) for _event in range(2)]
    for event in events:
        actions.open_event(actor=actor, event=event, read=event.version)
    shift = ShiftInput(unit.pk, "Cổng", time(8), time(9), 2)

    def send(event):
        common = {"actor": actor, "event": event, "key": key}
        return {
            "material": lambda: actions.add_part(inputs=MaterialInput("Bàn"), **common),
            "shift": lambda: actions.add_shift(inputs=shift, **common),
            "participant": lambda: actions.add_participant(inputs=RegistrationInput("Lê Thị Hai", 1990), **common),
            "paper tickets": lambda: actions.make_paper_tickets(count=3, **common),
        }[form]

    first, second = one_after_the_other(*(send(event) for event in events))
    assert (bool(first), second) == (True, "form_used")
