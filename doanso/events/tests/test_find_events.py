"""Events in the inbox, in the search, and the participants' page with many tickets."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doanso.events import actions, inbox
from doanso.events.search import find_events, recall_events
from doanso.events.tests.conftest import SUNDAY, Festival
from doanso.events.tests.test_registrations import join
from doanso.events.tests.test_shifts import member
from doanso.home.inbox import owner_of
from doanso.lib.search_words import SearchWords


def waiting(user: Any) -> dict[str, int]:
    owner = owner_of(user)
    rows = {kind.code: kind.rows(owner) for kind in inbox.KINDS}
    return {code.removeprefix("events."): found.count() for code, found in rows.items() if found is not None}


def test_what_waits_in_the_inbox(city: Festival, business_day: Any) -> None:
    assert waiting(city.by) == {
        "to-announce": 1,
        "without-day": 0,
        "short-shifts": 0,
        "without-report": 0,
        "draw-number": 0,
        "photo-requests": 0,
    }
    shift = city.shift(wanted=1)
    city.step(actions.open_event)
    assert waiting(city.tree.an) == {
        "to-announce": 0,
        "without-day": 0,
        "short-shifts": 1,
        "without-report": 0,
        "draw-number": 0,
        "photo-requests": 0,
    }
    actions.add_volunteer(actor=city.tree.an, shift=shift, member_id=member(city, "p4-kp1", "Trần Gia Huy").pk)
    assert waiting(city.tree.an)["short-shifts"] == 0
    city.step(actions.postpone_event, reason="bão")
    assert waiting(city.by) == {
        "to-announce": 0,
        "without-day": 1,
        "short-shifts": 0,
        "without-report": 0,
        "draw-number": 0,
        "photo-requests": 0,
    }
    assert waiting(city.tree.hanh) == {}
    business_day(SUNDAY + timedelta(days=30))
    assert waiting(city.by)["without-day"] == 1


def test_the_list_leads_to_events_that_were_held(city: Festival, as_user: Any, business_day: Any) -> None:
    city.step(actions.open_event)
    business_day(SUNDAY + timedelta(days=1))
    page = reverse("events:list")
    text = as_user(city.by).get(page).content.decode()
    assert city.event.title not in text
    assert '<a href="?state=over">Xem sự kiện đã diễn ra</a>' in text
    held = as_user(city.by).get(page, {"state": "over"}).content.decode()
    assert city.event.title in held
    assert "Xem sự kiện đã diễn ra" not in held


def test_an_event_is_found_by_whom_may_see_it(city: Festival) -> None:
    words = SearchWords.parse("hoi khong tien mat")
    found = find_events(city.by, words)
    assert found is not None
    assert [entry.title for entry in found.entries] == [city.event.title]
    assert find_events(city.tree.khoa, words) is None
    arguments = [{"event_id": city.event.pk}]
    assert [len(recall_events(user, arguments)) for user in (city.by, city.tree.an)] == [1, 0]


def test_the_participants_page_takes_the_same_statements_for_many(
    city: Festival, as_user: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    city.step(actions.open_event)
    client, page = as_user(city.by), reverse("events:participants", args=[city.event.pk])
    for count in (1, 6):
        for number in range(count):
            join(city, f"Người {count} {number}", phone="0912345678")
        client.get(page)
        with django_assert_num_queries(7):
            client.get(page)
