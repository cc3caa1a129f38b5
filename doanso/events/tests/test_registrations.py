"""Tickets without an account: places, the waiting list, cancelling, and what is kept of holders."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.events import actions, rules, tickets
from doanso.events.actions import RegistrationInput
from doanso.events.models import Registration
from doanso.events.tests.conftest import SUNDAY, Festival, event_input
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.notices.models import Notice


def join(festival: Festival, name: str = "Lê Thị Mận", birth_year: int = 1990, **changes):
    inputs = RegistrationInput(name, birth_year, **{k: v for k, v in changes.items() if k not in ("key", "network")})
    return actions.register(
        event_id=festival.event.pk, key=changes.get("key", uuid4()), inputs=inputs, source="link",
        network=changes.get("network", "203.0.113.7"),
    )  # fmt: skip


def states(festival: Festival) -> list[tuple[int, str]]:
    return list(festival.event.registrations.order_by("number").values_list("number", "state"))


@pytest.fixture
def small(city: Festival) -> Festival:
    """The city's festival with two places, announced."""
    city.step(actions.change_event, inputs=event_input(capacity=2))
    city.step(actions.open_event)
    return city


def test_a_ticket_has_a_number_and_a_link_of_its_own(small: Festival):
    key = uuid4()
    (first, link), (again, same) = (join(small, key=key, phone="0912345678") for _time in range(2))
    assert (first.pk, first.number, first.state, link) == (again.pk, 1, "registered", same)
    assert tickets.phone_of(first) == "0912345678"
    assert b"0912345678" not in bytes(first.phone_encrypted)
    assert tickets.link_lookup(link) == first.link_lookup
    with pytest.raises(Refused, match="form_used"):
        join(small, "Người khác", key=key)
    assert AuditEvent.objects.filter(action="events.register").count() == 1


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("  phạm thị\u200b   hoa ", "Phạm Thị Hoa"), ("LÊ VĂN TÁM", "Lê Văn Tám"), ("Trần McKay", "Trần McKay")],
)
def test_a_name_is_kept_as_it_stands_on_a_certificate(small: Festival, typed: str, kept: str):
    ticket, _link = join(small, typed)
    assert ticket.name == kept


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("Lê Thị \u202eMận", "name_hidden_letters"),
        ("<b>Mận</b>", "name_brackets"),
        ("Nhận quà tại https://example.org", "name_link"),
        ("=HYPERLINK(A1)", "name_formula"),
    ],
)
def test_what_is_no_name_stands_on_no_ticket_and_no_certificate(small: Festival, typed: str, code: str):
    with pytest.raises(Refused, match=code):
        join(small, typed)


def test_the_waiting_list_moves_up_in_order(small: Festival):
    links = [join(small, f"Người {name}")[1] for name in "ABCD"]
    assert states(small) == [(1, "registered"), (2, "registered"), (3, "waiting"), (4, "waiting")]
    for _time in range(2):
        actions.cancel_ticket(link=links[0])
    assert states(small) == [(1, "cancelled"), (2, "registered"), (3, "registered"), (4, "waiting")]
    moved = Registration.objects.get(number=3)
    assert moved.moved_up_at is not None
    assert [(row.source_id, row.unit) for row in Notice.objects.filter(kind="events.moved-up")] == [
        (moved.pk, small.event.unit)
    ]
    small.step(actions.change_event, inputs=event_input(capacity=5))
    assert states(small)[-1] == (4, "registered")


def test_fewer_places_than_tickets_are_refused(small: Festival):
    join(small), join(small, "Trần Văn Tư")
    with pytest.raises(Refused, match="event_overbooked"):
        small.step(actions.change_event, inputs=event_input(capacity=1))


def test_a_cancelled_ticket_keeps_nothing_of_its_holder(small: Festival):
    registration, link = join(small, phone="0912345678")
    actions.cancel_ticket(link=link)
    registration.refresh_from_db()
    assert (registration.name, registration.folded, registration.birth_year, bytes(registration.phone_encrypted)) == (
        "", "", None, b"",
    )  # fmt: skip
    assert registration.erased_at is not None


def test_a_guardian_agrees_for_the_young(small: Festival):
    for changes in ({}, {"guardian_name": "Lê Văn Ba"}):
        with pytest.raises(Refused, match="guardian_needed"):
            join(small, "Lê Bé Năm", 2012, **changes)
    young, _link = join(small, "Lê Bé Năm", 2012, guardian_name="Lê Văn Ba", guardian_agreed=True)
    grown, _link = join(small, guardian_name="Lê Văn Ba", guardian_agreed=True)
    assert (young.guardian_name, grown.guardian_name) == ("Lê Văn Ba", "")


def test_nobody_registers_for_what_is_not_announced_postponed_cancelled_or_over(city: Festival, business_day):
    with pytest.raises(Refused, match="registration_closed"):
        join(city)
    city.step(actions.open_event)
    city.step(actions.postpone_event, reason="bão")
    with pytest.raises(Refused, match="registration_closed"):
        join(city)
    city.step(actions.move_event, hours=city.hours(date(2023, 11, 26)), reason="tạnh")
    join(city)
    business_day(date(2023, 11, 27))
    with pytest.raises(Refused, match="registration_closed"):
        join(city)
    assert Registration.objects.count() == 1


@pytest.mark.parametrize("day", [SUNDAY, date(2026, 12, 3)])
def test_who_registers_alone_does_so_until_the_hours_of_the_business_day_are_over(
    city: Festival, business_day, monkeypatch, day: date
):
    city.step(actions.change_event, inputs=event_input(day=SUNDAY, ends=time(22)))
    city.step(actions.open_event)
    business_day(SUNDAY)
    page = reverse("events:public-event", args=[city.fresh().slug])

    def comes(hour: int, minute: int) -> None:
        """Let it be this time of a real day, which in a demo is years after the business day."""
        monkeypatch.setattr(clock, "now", lambda: datetime.combine(day, time(hour, minute), clock.VIETNAM))

    comes(21, 0)
    ticket, _link = join(city)
    assert (ticket.made_on, ticket.made_at) == (SUNDAY, clock.now())
    assert "Sự kiện đã diễn ra." not in Client().get(page).content.decode()
    comes(22, 30)
    with pytest.raises(Refused, match="registration_closed"):
        join(city, "Trần Văn Tư")
    assert "Sự kiện đã diễn ra." in Client().get(page).content.decode()
    # The office enters the paper list of the day, and the day before is not over at any time of day.
    inputs = RegistrationInput("Lê Văn Tám", 1990)
    assert actions.add_participant(actor=city.by, event=city.fresh(), key=uuid4(), inputs=inputs).number == 2
    business_day(SUNDAY - timedelta(days=1))
    assert join(city, "Trần Văn Tư")[0].number == 3


def test_one_network_cannot_take_all_places(small: Festival, monkeypatch):
    monkeypatch.setattr(rules, "REGISTRATIONS_OF_A_PLACE", 2)
    join(small), join(small, "Trần Văn Tư")
    with pytest.raises(Refused, match="too_many_tries"):
        join(small, "Trần Văn Năm")
    join(small, "Trần Văn Năm", network="198.51.100.4")


def test_the_office_registers_and_cancels(small: Festival):
    ticket = actions.add_participant(
        actor=small.by, event=small.event, key=uuid7(), inputs=RegistrationInput("Trần Văn Tư", 1950)
    )
    assert (ticket.source, ticket.made_by) == ("officer", small.by)
    for action, options in (
        (actions.add_participant, {"event": small.event, "key": uuid7(), "inputs": RegistrationInput("X", 1950)}),
        (actions.cancel_registration, {"registration": ticket}),
    ):
        with pytest.raises(PermissionDenied):
            action(actor=small.tree.an, **options)
    assert actions.cancel_registration(actor=small.by, registration=ticket).state == "cancelled"


def test_holders_are_forgotten_half_a_year_later(small: Festival, business_day):
    registration, _link = join(small, phone="0912345678")
    business_day(SUNDAY + timedelta(days=180))
    assert actions.forget_registrations() == 0
    business_day(SUNDAY + timedelta(days=181))
    assert (actions.forget_registrations(), actions.forget_registrations()) == (1, 0)
    registration.refresh_from_db()
    assert (registration.name, registration.state, registration.erased_at is not None) == ("", "registered", True)


def test_each_kind_of_notice_reaches_whom_it_concerns(city: Festival, business_day):
    def receivers(kind: str) -> list[str]:
        rows = Notice.objects.filter(kind=f"events.{kind}").select_related("unit")
        return sorted(row.unit.code for row in rows if row.unit is not None)

    city.shift("p4-kp1")
    city.step(actions.open_event)
    join(city)
    assert receivers("announced") == ["p4", "p5"]
    city.step(actions.move_event, hours=city.hours(place="Nhà thi đấu"), reason="mưa")
    assert receivers("changed") == ["p4", "p4-kp1", "p5"]
    assert actions.remind_of_events() == 0
    business_day(SUNDAY - timedelta(days=1))
    assert [actions.remind_of_events() for _time in range(2)] == [1, 1]
    assert receivers("reminder") == ["my-tho"]
    city.step(actions.cancel_event, reason="bão")
    assert (receivers("reminder"), len(receivers("changed"))) == ([], 6)


def test_an_event_moved_on_its_eve_is_reminded_of_again(city: Festival, business_day):
    def reminded_days() -> list[str]:
        return [notice.parameters["day"] for notice in Notice.objects.filter(kind="events.reminder")]

    city.step(actions.open_event)
    business_day(SUNDAY - timedelta(days=1))
    actions.remind_of_events()
    city.step(actions.move_event, hours=city.hours(place="Nhà thi đấu"), reason="mưa")
    assert reminded_days() == [SUNDAY.isoformat()]
    later = SUNDAY + timedelta(days=7)
    city.step(actions.move_event, hours=city.hours(day=later), reason="bão")
    assert reminded_days() == []
    business_day(later - timedelta(days=1))
    actions.remind_of_events()
    assert reminded_days() == [later.isoformat()]


def test_who_is_too_young_for_an_event_gets_no_ticket(city: Festival):
    # The festival is in 2023: who reaches 16 in that year may come, because only the year of birth is asked.
    city.step(actions.change_event, inputs=event_input(minimum_age=16))
    city.step(actions.open_event)
    with pytest.raises(Refused) as refusal:
        join(city, birth_year=2008, guardian_name="Trần Thị Hoa", guardian_agreed=True)
    assert (refusal.value.problem.code, refusal.value.problem.field) == ("too_young", "birth_year")
    assert "từ 16 tuổi, sinh năm 2007 trở về trước" in refusal.value.problem.message
    ticket, _link = join(city, birth_year=2007, guardian_name="Trần Thị Hoa", guardian_agreed=True)
    assert ticket.number == 1
    # A higher age asks nothing of who has a ticket already.
    city.step(actions.change_event, inputs=event_input(minimum_age=18))
    assert states(city) == [(1, "registered")]


@pytest.mark.parametrize("age", [0, 100])
def test_a_lowest_age_is_an_age(city: Festival, age: int):
    with pytest.raises(Refused) as refusal:
        city.step(actions.change_event, inputs=event_input(minimum_age=age))
    assert refusal.value.problem.field == "minimum_age"


def test_one_person_has_one_ticket_under_one_phone(small: Festival):
    ticket, link = join(small, "Lê Thị Hoà", phone="0912345678")
    for name in ("Lê Thị Hoà", " LÊ  THỊ HÒA ", "le thi hoa"):
        with pytest.raises(Refused, match="registered_before") as refused:
            join(small, name, phone="0912345678", network="198.51.100.9")
        # Whoever guesses learns neither link nor number.
        assert link not in refused.value.problem.message
        assert str(ticket.number) not in refused.value.problem.message
    inputs = RegistrationInput("Lê Thị Hoà", 1990, "0912345678")
    with pytest.raises(Refused, match="registered_before") as refused:
        actions.add_participant(actor=small.tree.giang, event=small.event, key=uuid4(), inputs=inputs)
    assert "vé số 1," in refused.value.problem.message
    assert states(small) == [(1, "registered")]


def test_others_with_the_phone_or_the_name_get_tickets_and_so_does_who_cancelled(small: Festival):
    _ticket, link = join(small, "Lê Thị Hoà", phone="0912345678")
    join(small, "Lê Thị Hoa", phone="0912345678")
    join(small, "Lê Thị Hoà", 1991, phone="0912345678")
    join(small, "Lê Thị Hoà", phone="0912345679")
    join(small, "Lê Thị Hoà")
    join(small, "Lê Thị Hoà")
    actions.cancel_ticket(link=link)
    join(small, "Lê Thị Hoà", phone="0912345678")
    assert [number for number, _state in states(small)] == [1, 2, 3, 4, 5, 6, 7]
