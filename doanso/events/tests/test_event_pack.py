"""The phones' part of events: what Lan's phone gets for the gate of ward 4's event."""

import json
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.events.card_keys import card_code, cards_key
from doanso.events.models import CheckIn, Registration, Shift
from doanso.events.queries.pack import events_part, last_quarter
from doanso.events.tests.conftest import APPLIED, SUNDAY, Gate, announced, festival_of
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.ports import PackRequest
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

CONTRACT = Path(__file__).parents[3] / "contract"


def part(gate: Gate, who: str = "lan", unit: str = "p4") -> Any:
    ward = gate.tree.units[unit]
    request = PackRequest(getattr(gate.tree, who), ward, gate.phone.device.pk, clock.today(), ward)
    return events_part(request)


def earlier() -> None:
    """Move all that was stored into the last full quarter of an hour."""
    moment = last_quarter(clock.now()) - timedelta(seconds=1)
    Registration.objects.update(made_at=moment)
    CheckIn.objects.update(made_at=moment)


def test_on_the_day_a_phone_has_tickets_members_and_counts(gate: Gate) -> None:
    came, _other = gate.ticket(), gate.ticket("Lê Văn Tám", 1988)
    gate.festival.shift(post="Cổng B", begins=time(8))
    gate.festival.shift(post="Cổng A, đón khách")
    assert gate.send(gate.record(ticket=came.gate_code)) == [APPLIED]
    earlier()
    content = part(gate)
    [event] = content["events"]
    key = cards_key(gate.phone.device.pk)
    assert content["cards_key"] == key
    assert event == {
        "id": str(gate.event.pk),
        "title": "Ngày hội Phường 4",
        "day": "2023-11-12",
        "begins": "07:00",
        "ends": "11:00",
        "place": "Quảng trường trung tâm",
        "gates": ["Cổng A, đón khách", "Cổng B"],
        "tickets": [
            {
                "code": came.gate_code,
                "number": 1,
                "name": "Lê Thị Mận",
                "state": "registered",
                "came_at": "2023-11-12T07:42:05+07:00",
            },
            {"code": _other.gate_code, "number": 2, "name": "Lê Văn Tám", "state": "registered", "came_at": None},
        ],
        "members": [
            {
                "id": str(gate.duc.pk),
                "name": "Nguyễn Hoàng Đức",
                "unit": "Khu phố 1",
                "card": card_code(bytes.fromhex(key), "820001"),
            },
            {"id": str(gate.thuy.pk), "name": "Trần Thị Thủy", "unit": "Khu phố 1", "card": ""},
        ],
        "inside": 1,
        "came": 1,
    }


def test_the_part_has_the_form_of_the_contract(gate: Gate) -> None:
    contract = json.loads((CONTRACT / "pack.json").read_text(encoding="utf-8"))["events"]
    gate.ticket()
    earlier()
    content = part(gate)
    assert list(content) == list(contract)
    for event in (*contract["events"], *content["events"]):
        assert list(event) == list(content["events"][0])
        for rows in ("tickets", "members"):
            assert all(list(row) == list(content["events"][0][rows][0]) for row in event[rows] or ())
    states = {row["state"] for row in contract["events"][0]["tickets"]}
    assert states == {"registered", "waiting", "cancelled", "blank"}


def test_a_coming_event_has_no_people_and_one_that_is_over_is_gone(gate: Gate, business_day: Any) -> None:
    gate.ticket()
    earlier()
    business_day(TODAY - timedelta(days=1))
    [event] = part(gate)["events"]
    assert [event[name] for name in ("tickets", "members", "inside", "came")] == [None] * 4
    business_day(TODAY - timedelta(days=8))
    assert part(gate) is None
    business_day(TODAY + timedelta(days=1))
    assert part(gate) is None


def test_what_is_newer_than_the_last_quarter_of_an_hour_is_left_out(gate: Gate) -> None:
    ticket = gate.ticket()
    assert part(gate)["events"][0]["tickets"] == []
    earlier()
    before = part(gate)
    gate.send(gate.record(ticket=ticket.gate_code))
    gate.ticket("Lê Văn Tám", 1988)
    assert part(gate) == before
    assert before["events"][0]["came"] == 0


def test_a_paper_ticket_is_blank_until_the_next_quarter(gate: Gate) -> None:
    ticket = gate.ticket()
    blank = {"state": "blank", "source": "paper", "name": "", "folded": "", "birth_year": None}
    Registration.objects.filter(pk=ticket.pk).update(**blank)
    earlier()
    before = part(gate)
    assert before["events"][0]["tickets"][0]["state"] == "blank"
    gate.send(gate.record(ticket=ticket.gate_code))
    assert part(gate) == before
    earlier()
    assert part(gate)["events"][0]["tickets"][0]["state"] == "registered"


def test_an_undone_check_in_is_gone_with_the_next_quarter(gate: Gate) -> None:
    ticket = gate.ticket()
    first = gate.record(ticket=ticket.gate_code)
    gate.send(first)
    earlier()
    gate.send(gate.record(ticket=ticket.gate_code, undone=True, of=first["id"], base=first["hash"]))
    assert part(gate)["events"][0]["came"] == 1
    CheckIn.objects.update(undone_at=last_quarter(clock.now()) - timedelta(seconds=1))
    assert part(gate)["events"][0]["came"] == 0


def test_of_the_citys_event_a_ward_has_the_tickets_when_it_fills_a_shift(gate: Gate) -> None:
    city = announced(festival_of(gate.tree, gate.tree.units["my-tho"], gate.tree.dung, day=TODAY))
    titles = [event["title"] for event in part(gate)["events"]]
    assert titles == ["Ngày hội Phường 4", "Ngày hội không tiền mặt Mỹ Tho"]
    event = part(gate)["events"][1]
    assert (event["tickets"], event["came"], len(event["members"])) == (None, None, 2)
    shift = city.shift("p4")
    assert part(gate)["events"][1]["tickets"] == []
    Shift.objects.filter(pk=shift.pk).update(removed_at=clock.now())
    assert part(gate)["events"][1]["tickets"] is None


def test_events_of_other_wards_and_those_not_announced_are_not_there(gate: Gate) -> None:
    announced(festival_of(gate.tree, gate.tree.units["p5"], gate.tree.chi, title="Ra quân Phường 5", day=TODAY))
    festival_of(gate.tree, gate.tree.units["p4"], gate.tree.an, title="Chưa công bố", day=TODAY)
    announced(festival_of(gate.tree, gate.tree.units["p4-kp1"], gate.tree.binh, title="Chi đoàn", day=SUNDAY))
    assert [event["title"] for event in part(gate)["events"]] == ["Ngày hội Phường 4", "Chi đoàn"]


def test_who_checks_nobody_in_gets_no_part(gate: Gate) -> None:
    assert part(gate, "khoa") is None
    assert part(gate, "hanh") is None


def test_the_statements_are_constant(gate: Gate) -> None:
    def statements() -> int:
        with CaptureQueriesContext(connection) as captured:
            part(gate)
        return len(captured)

    gate.ticket()
    few = statements()
    for number in range(8):
        gate.ticket(f"Lê Thị {number}")
        gate.festival.shift(post=f"Cổng {number}")
    gate.send(gate.record(method="card", member=str(gate.thuy.pk)))
    earlier()
    assert statements() == few <= 8
    assert cards_key(uuid7()) != cards_key(gate.phone.device.pk)
