"""The 1,200 visitors of the demo's festival: tickets on paper made the day before, and gates that see people come and go."""

import base64
import random
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.utils import timezone

from doanso.accounts.models import User
from doanso.events import actions
from doanso.events.actions.check_ins import SightingInput, write_check_ins
from doanso.events.models import Event
from doanso.events.queries.volunteers import offered_members
from doanso.members.models import Member
from doanso.units.models import Unit

VISITORS = 1_200
PAPER_TICKETS = (500, 200)
_USED_PAPER, _ABSENT, _MEMBERS_OF_A_WARD = 640, 4, 8
_GATES = ("Cổng A, đón khách", "Cổng B", "Bãi xe")
_PAGE = 200


def make_paper_tickets(event: Event, officer: User) -> None:
    """Make the tickets on paper."""
    for count in PAPER_TICKETS:
        actions.make_paper_tickets(actor=officer, event=event, key=uuid5(event.pk, f"paper {count}"), count=count)


def check_in_visitors(event: Event, wards: Sequence[tuple[Unit, User]]) -> None:
    """Check the visitors in, and two of three out again, in batches as phones send them."""
    pick = random.Random(1010)  # noqa: S311 -- made-up people
    helpers = [secretary for _unit, secretary in wards]
    inputs = [
        sighting
        for number, holder in enumerate(_holders(event, wards))
        for sighting in _visit(event, number, holder, helpers[number % len(helpers)], pick)
    ]
    # Within a batch a phone knows whom it has seen; a visitor's ticket is made by the first of their sightings.
    inputs.sort(key=lambda sighting: sighting.seen_at)
    for start in range(0, len(inputs), _PAGE):
        with transaction.atomic():
            fresh = Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
            write_check_ins({fresh.pk: fresh}, inputs[start : start + _PAGE], Member.objects.all())


def _holders(event: Event, wards: Sequence[tuple[Unit, User]]) -> Iterator[dict[str, Any]]:
    """Yield who comes: those who registered but a few, members, people with a ticket on paper, and visitors without any."""
    tickets = event.registrations.order_by("number").values_list("gate_code", flat=True)
    registered = list(tickets.filter(source__in=["link", "code"], state="registered"))
    members = [
        member_id
        for unit, secretary in wards
        for member_id in offered_members(secretary, unit)
        .order_by("pk")
        .values_list("pk", flat=True)[:_MEMBERS_OF_A_WARD]
    ]
    paper = list(tickets.filter(source="paper")[:_USED_PAPER])
    known: list[dict[str, Any]] = [{"method": "ticket", "code": code} for code in registered[:-_ABSENT]]
    known += [{"method": "card", "member_id": member_id} for member_id in members]
    known += [{"method": "ticket", "code": code} for code in paper]
    yield from known
    for number in range(VISITORS - len(known)):
        yield {"method": "walk-in", "link": _link(event.pk, number)}


def _link(event_id: UUID, number: int) -> str:
    """Return the link of a visitor's ticket, the same in every demo."""
    return base64.urlsafe_b64encode(uuid5(event_id, f"visitor {number}").bytes).rstrip(b"=").decode()


def _visit(
    event: Event, number: int, holder: dict[str, Any], helper: User, pick: random.Random
) -> Iterator[SightingInput]:
    """Yield when somebody came, and for two of three when they left."""
    gate = _GATES[pick.randrange(len(_GATES))]
    came = _moment(event.day, pick.triangular(0, 200, 45))
    common: dict[str, Any] = {"event_id": event.pk, "gate": gate, "made_by": helper}
    yield SightingInput(id=uuid5(event.pk, f"in {number}"), seen_at=came, direction="in", **common, **holder)
    if number % 3:
        left = came + timedelta(minutes=pick.randint(20, 90))
        yield SightingInput(id=uuid5(event.pk, f"out {number}"), seen_at=left, direction="out", **common, **holder)


def _moment(day: date, minutes: float) -> datetime:
    return datetime.combine(day, time(6, 50), timezone.get_current_timezone()) + timedelta(minutes=minutes)
