"""Whatever the order in which sightings arrive, and however they are split over phones, the same people came and are inside."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from doanso.events.models import Attendance, CheckIn
from doanso.events.rules import Presence, Sighting, presence_of
from doanso.events.tests.conftest import Gate, phone_at
from doanso.lib.access_codes import new_link

START = datetime(2023, 11, 12, 7, tzinfo=UTC)
sightings = st.builds(
    Sighting,
    seen_at=st.integers(0, 6).map(lambda minutes: START + timedelta(minutes=minutes)),
    id=st.integers(0, 40).map(lambda number: UUID(int=number)),
    is_in=st.booleans(),
    is_undone=st.booleans(),
)


@given(st.lists(sightings, max_size=12, unique_by=lambda sighting: sighting.id), st.randoms())
def test_presence_depends_on_no_order(seen: list[Sighting], pick: random.Random) -> None:
    shuffled = list(seen)
    pick.shuffle(shuffled)
    presence = presence_of(seen)
    assert presence_of(shuffled) == presence
    counted = [sighting for sighting in seen if not sighting.is_undone]
    assert presence == presence_of(counted)
    assert (presence == Presence()) == (not counted)
    if counted:
        assert presence.first_seen_at == min(sighting.seen_at for sighting in counted)
        assert presence.last_seen_at == max(sighting.seen_at for sighting in counted)


@pytest.mark.django_db
def test_any_split_over_phones_gives_the_same_attendance(gate: Gate) -> None:
    pick = random.Random(19)
    phones = [gate.phone, *(phone_at(gate.tree, gate.tree.an, "p4") for _phone in range(2))]
    known = [gate.ticket(f"Lê Thị {number}").gate_code for number in range(6)]
    holders: list[dict[str, Any]] = [{"ticket": code} for code in known]
    holders += [{"method": "walk-in", "walk_in": {"link": new_link()}} for _visitor in range(3)]
    holders += [{"method": "card", "member": str(member.pk)} for member in (gate.duc, gate.thuy)]
    # Each is a record with its later versions, which one phone sends in their order.
    chains = []
    for _sighting in range(40):
        holder = pick.choice(holders)
        seen = {"seen_at": f"2023-11-12T0{pick.randrange(7, 10)}:{pick.randrange(60):02}:00+07:00"}
        first = gate.record(**holder, **seen, direction=pick.choice(["in", "in", "out"]))
        chain = [first]
        if pick.random() < 0.3:
            chain.append(gate.record(**holder, **seen, undone=True, of=first["id"], base=first["hash"]))
        chains.append(chain)
    outcomes = []
    for _arrival in range(5):
        with transaction.atomic():
            waiting = [(phone, list(chain)) for chain in chains for phone in [pick.choice(phones)]]
            while waiting:
                phone, chain = pick.choice(waiting)
                batch = [chain.pop(0)]
                # A record that is sent twice is one.
                assert {state for state, _code in gate.send(*batch, phone=phone)} <= {"applied", "superseded"}
                if pick.random() < 0.2:
                    gate.send(*batch, phone=phone)
                waiting = [entry for entry in waiting if entry[1]]
            outcomes.append(outcome())
            transaction.set_rollback(True)
    assert outcomes == [outcomes[0]] * 5
    attended, stored = outcomes[0]
    assert len(attended) == len(holders)
    assert stored == 40


def outcome() -> tuple[set[tuple[Any, ...]], int]:
    """Who came and is inside, by name or code, with the number of sightings."""
    rows = Attendance.objects.select_related("registration")
    return {
        (
            row.registration.name or row.registration.gate_code,
            row.registration.state,
            row.first_seen_at,
            row.last_seen_at,
            row.is_inside,
        )
        for row in rows
    }, CheckIn.objects.count()
