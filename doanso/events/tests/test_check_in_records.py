"""Check-ins from Lan's phone at the gate of ward 4's event."""

import json
from datetime import time
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.events import actions, tickets
from doanso.events.card_keys import card_code
from doanso.events.models import Attendance, CheckIn, Event, Registration, Shift
from doanso.events.queries.attendance import confirmed_numbers
from doanso.events.records.check_ins import CheckInKind
from doanso.events.tests.conftest import APPLIED, Gate, announced, festival_of, phone_at
from doanso.lib.access_codes import new_link
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.members.models import Member
from doanso.sync.actions import take_version
from doanso.sync.models import Record
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

CONTRACT = Path(__file__).parents[3] / "contract"


# --- Who is meant -----------------------------------------------------------------------------------------------------


def test_a_ticket_is_checked_in(gate: Gate) -> None:
    ticket = gate.ticket()
    assert gate.send(gate.record(ticket=ticket.gate_code)) == [APPLIED]
    assert gate.came() == [(1, "07:42", True)]
    check_in = CheckIn.objects.get()
    assert (check_in.gate, check_in.method, check_in.direction, check_in.made_by) == (
        "Cổng A",
        "ticket",
        "in",
        gate.tree.lan,
    )
    event = AuditEvent.objects.filter(action="events.check_in").get()
    assert (event.actor, event.object_id, event.unit_id) == (gate.tree.lan, ticket.pk, gate.event.unit_id)


def test_two_sightings_by_two_phones_are_one_attendance(gate: Gate) -> None:
    ticket = gate.ticket()
    other = phone_at(gate.tree, gate.tree.an, "p4")
    late = gate.record(ticket=ticket.gate_code, seen_at="2023-11-12T07:50:00+07:00", gate="Cổng B")
    early = gate.record(ticket=ticket.gate_code, seen_at="2023-11-12T07:40:00+07:00")
    assert gate.send(late, phone=other) == [APPLIED]
    assert gate.send(early) == gate.send(early) == [APPLIED]
    assert gate.came() == [(1, "07:40", True)]
    assert (CheckIn.objects.count(), Attendance.objects.count()) == (2, 1)
    assert confirmed_numbers(gate.event) == [1]


def test_who_left_is_no_longer_inside_whatever_arrives_first(gate: Gate) -> None:
    ticket = gate.ticket()
    left = gate.record(ticket=ticket.gate_code, direction="out", seen_at="2023-11-12T09:00:00+07:00")
    assert gate.send(left) == [APPLIED]
    assert gate.send(gate.record(ticket=ticket.gate_code)) == [APPLIED]
    assert gate.came() == [(1, "07:42", False)]


def test_a_visitor_gets_a_ticket_with_the_link_that_the_phone_made(gate: Gate) -> None:
    gate.ticket()
    link = new_link()
    assert gate.send(gate.record(method="walk-in", walk_in={"link": link})) == [APPLIED]
    visitor = Registration.objects.get(number=2)
    assert (visitor.source, visitor.state, visitor.name, visitor.member) == ("gate", "registered", "", None)
    assert (tickets.link_of(visitor), visitor.gate_code) == (link, tickets.gate_code(link))
    assert gate.came() == [(2, "07:42", True)]
    assert gate.event.last_number == 2


def test_a_second_gate_may_see_the_visitor_before_the_first_one_has_sent(gate: Gate) -> None:
    link = new_link()
    other = phone_at(gate.tree, gate.tree.an, "p4")
    scanned = gate.record(walk_in={"link": link}, seen_at="2023-11-12T08:10:00+07:00", gate="Cổng B")
    assert gate.send(scanned, phone=other) == [APPLIED]
    assert gate.send(gate.record(method="walk-in", walk_in={"link": link})) == [APPLIED]
    assert gate.came() == [(1, "07:42", True)]
    assert Registration.objects.count() == 1


def test_a_ticket_may_be_sent_by_its_link(gate: Gate) -> None:
    ticket = gate.ticket()
    assert gate.send(gate.record(walk_in={"link": tickets.link_of(ticket)})) == [APPLIED]
    assert (gate.came(), Registration.objects.count()) == ([(1, "07:42", True)], 1)


def test_a_member_without_ticket_gets_one(gate: Gate) -> None:
    assert gate.send(gate.record(method="card", member=str(gate.duc.pk))) == [APPLIED]
    assert gate.send(gate.record(method="name", member=str(gate.duc.pk), direction="out")) == [APPLIED]
    ticket = Registration.objects.get()
    assert (ticket.member, ticket.name, ticket.birth_year, ticket.source) == (
        gate.duc,
        "Nguyễn Hoàng Đức",
        2001,
        "gate",
    )
    assert gate.came()[0][0] == 1


def test_a_member_is_the_holder_of_the_one_ticket_of_their_name_and_year(gate: Gate) -> None:
    ticket = gate.ticket("NGUYỄN Hoàng Đức", 2001)
    gate.ticket("Nguyễn Hoàng Đức", 1999)
    assert gate.send(gate.record(method="card", member=str(gate.duc.pk)), gate.record(ticket=ticket.gate_code)) == [
        APPLIED,
        APPLIED,
    ]
    ticket.refresh_from_db()
    assert ticket.member == gate.duc
    assert (gate.came(), Registration.objects.count()) == ([(1, "07:42", True)], 2)


def test_of_two_tickets_of_the_same_name_and_year_none_is_taken(gate: Gate) -> None:
    gate.ticket("Nguyễn Hoàng Đức", 2001)
    gate.ticket("Nguyễn Hoàng Đức", 2001)
    assert gate.send(gate.record(method="card", member=str(gate.duc.pk))) == [APPLIED]
    assert gate.came() == [(3, "07:42", True)]


def test_a_new_stay_of_the_same_person_has_the_same_ticket(gate: Gate) -> None:
    assert gate.send(gate.record(method="card", member=str(gate.duc.pk))) == [APPLIED]
    Member.objects.filter(pk=gate.duc.pk).update(state="transferred", until=TODAY)
    stay = Member.objects.create(
        person=gate.duc.person, contact=gate.duc.contact, branch=gate.tree.units["p4-kp2"], since=TODAY,
        arrived_on=TODAY, recorded_at=gate.duc.recorded_at,
    )  # fmt: skip
    assert gate.send(gate.record(method="card", member=str(stay.pk))) == [APPLIED]
    assert Registration.objects.count() == 1


def test_a_place_on_the_waiting_list_comes_in_and_stays_marked(gate: Gate) -> None:
    ticket = gate.ticket()
    Registration.objects.filter(pk=ticket.pk).update(state="waiting")
    assert gate.send(gate.record(ticket=ticket.gate_code)) == [APPLIED]
    ticket.refresh_from_db()
    assert (ticket.state, gate.came()) == ("waiting", [(1, "07:42", True)])


# --- Undoing ----------------------------------------------------------------------------------------------------------


def test_an_undone_check_in_counts_nowhere_and_stays_known(gate: Gate) -> None:
    ticket = gate.ticket()
    first = gate.record(ticket=ticket.gate_code)
    again = gate.record(ticket=ticket.gate_code, seen_at="2023-11-12T08:00:00+07:00")
    assert gate.send(first, again) == [APPLIED, APPLIED]
    assert gate.send(gate.record(ticket=ticket.gate_code, undone=True, of=first["id"], base=first["hash"])) == [APPLIED]
    assert gate.came() == [(1, "08:00", True)]
    later = gate.record(
        ticket=ticket.gate_code, seen_at="2023-11-12T08:00:00+07:00", undone=True, of=again["id"], base=again["hash"]
    )
    assert gate.send(later) == [APPLIED]
    assert gate.came() == []
    attendance = Attendance.objects.get()
    assert (attendance.last_seen_at, attendance.is_inside, CheckIn.objects.count()) == (None, False, 2)
    assert confirmed_numbers(gate.event) == []


def test_gate_and_direction_may_be_corrected(gate: Gate) -> None:
    ticket = gate.ticket()
    first = gate.record(ticket=ticket.gate_code)
    gate.send(first)
    later = gate.record(ticket=ticket.gate_code, direction="out", gate="Cổng B", of=first["id"], base=first["hash"])
    assert gate.send(later) == [APPLIED]
    check_in = CheckIn.objects.get()
    assert (check_in.gate, check_in.direction, gate.came()) == ("Cổng B", "out", [(1, "07:42", False)])


def test_a_later_version_is_about_the_same_ticket(gate: Gate) -> None:
    ticket, other = gate.ticket(), gate.ticket("Lê Văn Tám")
    first = gate.record(ticket=ticket.gate_code)
    gate.send(first)
    later = gate.record(ticket=other.gate_code, undone=True, of=first["id"], base=first["hash"])
    assert gate.send(later) == [("refused", "check_in_changed")]
    assert gate.came() == [(1, "07:42", True)]


def test_a_paper_ticket_is_used_by_its_first_check_in_and_blank_again_without(gate: Gate) -> None:
    ticket = gate.ticket()
    blank = {"state": "blank", "source": "paper", "name": "", "folded": "", "birth_year": None}
    Registration.objects.filter(pk=ticket.pk).update(**blank)
    first = gate.record(ticket=ticket.gate_code)
    assert gate.send(first) == [APPLIED]
    ticket.refresh_from_db()
    assert ticket.state == "registered"
    gate.send(gate.record(ticket=ticket.gate_code, undone=True, of=first["id"], base=first["hash"]))
    ticket.refresh_from_db()
    assert ticket.state == "blank"


# --- Refusals ---------------------------------------------------------------------------------------------------------


def test_unknown_cancelled_and_foreign_tickets_are_refused(gate: Gate) -> None:
    cancelled = gate.ticket()
    actions.cancel_registration(actor=gate.tree.an, registration=cancelled)
    city = announced(festival_of(gate.tree, gate.tree.units["my-tho"], gate.tree.dung, day=TODAY))
    foreign = actions.add_participant(
        actor=gate.tree.dung, event=city.fresh(), key=uuid7(), inputs=actions.RegistrationInput("Lê Văn Tám", 1980)
    )
    records = [
        gate.record(ticket="0" * 24),
        gate.record(ticket=cancelled.gate_code),
        gate.record(ticket=foreign.gate_code),
        gate.record(walk_in={"link": tickets.link_of(foreign)}),
        gate.record(method="card", member=str(gate.khang.pk)),
        gate.record(method="name", member=str(uuid7())),
    ]
    assert gate.send(*records) == [
        ("refused", "ticket_unknown"),
        ("refused", "ticket_cancelled"),
        ("refused", "ticket_elsewhere"),
        ("refused", "ticket_elsewhere"),
        ("refused", "member_unknown"),
        ("refused", "member_unknown"),
    ]
    assert not CheckIn.objects.exists()
    # The city's event is one above the ward, so its own ticket is checked in there.
    assert gate.send(gate.record(event=str(city.event.pk), ticket=foreign.gate_code)) == [APPLIED]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"state": "draft"}, "event_not_open"),
        ({"state": "postponed"}, "event_not_open"),
        ({"state": "cancelled"}, "event_not_open"),
        ({"day": "2023-11-13"}, "event_ahead"),
        ({"day": "2023-11-10"}, ""),
    ],
)
def test_people_are_checked_in_at_announced_events_from_their_day_on(gate: Gate, changes: dict, code: str) -> None:
    ticket = gate.ticket()
    Event.objects.filter(pk=gate.event.pk).update(**changes)
    assert gate.send(gate.record(ticket=ticket.gate_code)) == [("refused", code) if code else APPLIED]


def test_events_in_reach_are_those_of_the_ward_above_it_and_where_it_has_a_shift(gate: Gate) -> None:
    there = announced(festival_of(gate.tree, gate.tree.units["p5"], gate.tree.chi, title="Ra quân", day=TODAY))
    inputs = actions.RegistrationInput("Lê Văn Tám", 1980)
    ticket = actions.add_participant(actor=gate.tree.chi, event=there.fresh(), key=uuid7(), inputs=inputs)
    record = gate.record(event=str(there.event.pk), ticket=ticket.gate_code)
    assert gate.send(record) == [("refused", "event_unknown")]
    Shift.objects.create(event=there.event, unit=gate.phone.unit, post="Cổng", begins=time(7), ends=time(9), wanted=1)
    assert gate.send(gate.record(event=str(there.event.pk), ticket=ticket.gate_code)) == [APPLIED]
    # What was set aside before can be taken by an officer now.
    stored = Record.objects.get(record_id=record["id"])
    take_version(actor=gate.tree.an, seq=stored.pk, reason="Có ca trực")
    assert CheckIn.objects.filter(pk=record["id"]).exists()


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"ticket": "f" * 24, "member": str(uuid7())},
        {"ticket": "F" * 24},
        {"ticket": "f" * 23},
        {"walk_in": {"link": "qua-ngan"}},
        {"method": "walk-in", "ticket": "f" * 24},
        {"method": "card", "ticket": "f" * 24},
        {"method": "ticket", "member": str(uuid7())},
    ],
)
def test_a_record_is_about_one_holder(gate: Gate, more: dict) -> None:
    assert gate.send(gate.record(**more)) == [("refused", "check_in_holder")]


def test_who_holds_no_role_there_brings_nothing(gate: Gate) -> None:
    ticket = gate.ticket()
    other = phone_at(gate.tree, gate.tree.chi, "p4")
    assert gate.send(gate.record(ticket=ticket.gate_code), phone=other) == [("refused", "no_role")]


def test_a_used_ticket_is_not_cancelled(gate: Gate) -> None:
    ticket = gate.ticket()
    gate.send(gate.record(ticket=ticket.gate_code))
    with pytest.raises(Refused, match="đã điểm danh") as refused:
        actions.cancel_ticket(link=tickets.link_of(ticket))
    assert refused.value.problem.code == "ticket_used"


# --- Batches and contract ---------------------------------------------------------------------------------------------


def test_a_batch_takes_as_many_statements_as_one(gate: Gate) -> None:
    known = [gate.ticket(f"Lê Thị {number}") for number in range(12)]

    def statements(first: int, count: int, *members: Member) -> int:
        records = [gate.record(ticket=ticket.gate_code) for ticket in known[first : first + count]]
        records += [gate.record(method="walk-in", walk_in={"link": new_link()}) for _ in range(count)]
        records += [gate.record(method="card", member=str(member.pk)) for member in members]
        with CaptureQueriesContext(connection) as captured:
            assert set(gate.send(*records)) == {APPLIED}
        return len(captured)

    statements(0, 1)
    assert statements(1, 1, gate.thuy) == statements(2, 10, gate.duc)


def test_clocks_of_phones_are_data(gate: Gate) -> None:
    ticket = gate.ticket()
    answer = gate.phone.send(
        gate.record(ticket=ticket.gate_code, seen_at="2023-11-12T09:42:05+07:00"), sent_at="2099-01-01T00:00:00Z"
    )
    assert answer["acks"][0]["state"] == "applied"
    ahead = gate.record(ticket=ticket.gate_code, seen_at="2098-11-12T09:42:05+07:00")
    assert gate.send(ahead) == [APPLIED]
    arrived = CheckIn.objects.get(pk=ahead["id"])
    assert arrived.seen_at <= arrived.made_at


def test_codes_are_those_of_the_contract() -> None:
    contract = json.loads((CONTRACT / "event_codes.json").read_text(encoding="utf-8"))
    for ticket in contract["tickets"]:
        if ticket["link"]:
            assert f"/t/{ticket['link']}" in ticket["read"]
            assert tickets.gate_code(ticket["link"]) == ticket["code"]
    key = bytes.fromhex(contract["cards_key"])
    for card in contract["cards"]:
        assert card_code(key, card["read"]) == card["card"]


def test_an_officer_reads_a_record_in_words(gate: Gate) -> None:
    kind = CheckInKind()
    content = kind.read(gate.body(method="walk-in", walk_in={"link": new_link()}, undone=True), 1)
    assert kind.lines(content) == [
        ("Sự kiện", "Ngày hội Phường 4"),
        ("Lúc", "07:42, 12/11/2023"),
        ("Chiều", "Vào"),
        ("Nhận ra bằng", "Khách không có mã"),
        ("Cổng", "Cổng A"),
        ("Đã hoàn tác", "Có"),
    ]
