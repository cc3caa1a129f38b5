"""Twenty people who register at the same moment for twelve places, and places that become free meanwhile."""

from uuid import uuid4

import pytest

from doanso.events import actions
from doanso.events.actions import RegistrationInput
from doanso.events.models import Registration
from doanso.events.tests.conftest import event_input, festival_of
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
