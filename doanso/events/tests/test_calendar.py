"""The calendar file of an event, read by an independent reader: day and hours, what changed, and texts of any length."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from doanso.events import actions
from doanso.events.models import Event
from doanso.events.renderers.calendar import event_calendar
from doanso.events.tests.conftest import SUNDAY, Festival, event_input
from doanso.events.tests.test_registrations import join


@pytest.fixture
def festival(city: Festival) -> Festival:
    inputs = event_input("Ngày hội; quà, “chợ quê”", summary="Mang thẻ\nĐến sớm", contact="Văn phòng: 0273 3871234")
    city.step(actions.change_event, inputs=inputs)
    city.step(actions.open_event)
    return city


def entry(festival: Festival) -> Any:
    """Return the one event of the file that everybody gets."""
    answer = Client().get(reverse("events:calendar", args=[festival.fresh().slug]))
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert calendar.errors == []
    [event] = calendar.walk("VEVENT")
    assert event.errors == []
    return event


def test_a_phone_keeps_day_place_and_page(festival: Festival) -> None:
    event, slug = entry(festival), festival.event.slug
    assert event["UID"] == f"{festival.event.pk}@doan-so"
    assert event["SUMMARY"] == "Ngày hội; quà, “chợ quê”"
    assert event["LOCATION"] == "Quảng trường trung tâm"
    assert event["DESCRIPTION"] == f"Mang thẻ\nĐến sớm\nVăn phòng: 0273 3871234\nhttp://testserver/e/{slug}/"
    assert event["URL"] == f"http://testserver/e/{slug}/"
    # 07:00 in Vietnam is midnight in UTC.
    begins = datetime(SUNDAY.year, SUNDAY.month, SUNDAY.day, tzinfo=UTC)
    assert (event.start, event.end) == (begins, begins + timedelta(hours=4))
    assert event["STATUS"] == "CONFIRMED"
    [alarm] = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(days=-1)


def test_a_later_file_replaces_the_entry(festival: Festival) -> None:
    first = entry(festival)
    festival.step(actions.move_event, hours=festival.hours(SUNDAY + timedelta(days=7)), reason="Mưa bão")
    moved = entry(festival)
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved.start == first.start + timedelta(days=7)
    festival.step(actions.postpone_event, reason="Mưa bão")
    postponed = entry(festival)
    # There is no day to keep: the entry of the former day is taken out.
    assert postponed["STATUS"] == "CANCELLED"
    assert postponed["SEQUENCE"] > moved["SEQUENCE"]
    assert postponed.walk("VALARM") == []


def test_what_is_not_announced_has_no_file(city: Festival) -> None:
    assert Client().get(reverse("events:calendar", args=[city.event.slug])).status_code == 404


def test_page_and_ticket_lead_to_the_file(festival: Festival) -> None:
    address = reverse("events:calendar", args=[festival.event.slug])
    _ticket, link = join(festival)
    for page in (reverse("events:public-event", args=[festival.event.slug]), reverse("events:ticket", args=[link])):
        assert address in Client().get(page).content.decode()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=300))
def test_texts_come_back_as_they_were_written(title: str) -> None:
    now = datetime(2023, 11, 12, tzinfo=UTC)
    event = Event(
        title=title, place="Sân", day=SUNDAY, begins=now.time(), ends=now.replace(hour=4).time(), state="open",
        changed_at=now,
    )  # fmt: skip
    content = event_calendar(event, "http://testserver/e/x/")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    [read] = icalendar.Calendar.from_ical(content).walk("VEVENT")
    assert read["SUMMARY"] == title
