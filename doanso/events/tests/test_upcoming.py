"""The card of the next events on the first page: own ones, those of the units above, and what the reader's unit owes."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from doanso.events import actions
from doanso.events.tests.conftest import SUNDAY, Festival, festival_of
from doanso.events.tests.test_shifts import member
from doanso.testing import TODAY, Tree


def rows(client: Any) -> list[tuple[str, bool, int, int]]:
    answer = client.get(reverse("events:ahead"))
    return [(row.event.title, row.is_readable, row.filled, row.wanted) for row in answer.context["rows"]]


def test_a_ward_reads_its_own_events_and_those_above(city: Festival, ward: Festival, as_user: Any) -> None:
    tree = city.tree
    shift = city.shift("p4", wanted=3)
    for festival in (city, ward):
        festival.step(actions.open_event)
    actions.add_volunteer(actor=tree.an, shift=shift, member_id=member(city, "p4-kp1", "Trần Gia Huy").pk)
    client = as_user(tree.an)
    assert rows(client) == [("Ngày hội không tiền mặt Mỹ Tho", False, 1, 3), ("Ra quân Phường 4", True, 0, 0)]
    text = client.get(reverse("events:ahead")).content.decode()
    assert "Cần trực: có 1 / 3 người" in text
    assert reverse("events:public-event", args=[city.event.slug]) in text
    assert reverse("events:event", args=[ward.event.pk]) in text
    assert f'<a href="{reverse("events:list")}">Xem tất cả</a>' in text
    # Ward 5 has nothing to do with the event of ward 4; its own list is empty, so it is led to the announced ones.
    assert rows(as_user(tree.chi)) == [("Ngày hội không tiền mặt Mỹ Tho", False, 0, 0)]
    text = as_user(tree.chi).get(reverse("events:ahead")).content.decode()
    assert f'<a href="{reverse("events:public-list")}">Xem tất cả</a>' in text
    assert f'href="{reverse("events:public-list")}"' in as_user(tree.chi).get(reverse("events:list")).content.decode()
    assert rows(as_user(tree.dung)) == [
        ("Ngày hội không tiền mặt Mỹ Tho", True, 1, 3),
        ("Ra quân Phường 4", True, 0, 0),
    ]


def test_drafts_and_what_is_over_or_far_ahead_do_not_stand_there(tree: Tree, as_user: Any, business_day: Any) -> None:
    client = as_user(tree.an)
    festival_of(tree, tree.units["p4"], tree.an, title="Chưa công bố")
    far = festival_of(tree, tree.units["p4"], tree.an, title="Còn xa", day=TODAY + timedelta(days=22))
    near = festival_of(tree, tree.units["p4"], tree.an, title="Sắp tới")
    for festival in (far, near):
        festival.step(actions.open_event)
    assert [title for title, *_rest in rows(client)] == ["Sắp tới"]
    business_day(SUNDAY + timedelta(days=1))
    assert [title for title, *_rest in rows(client)] == ["Còn xa"]


def test_the_card_is_empty_without_events(tree: Tree, as_user: Any) -> None:
    assert as_user(tree.an).get(reverse("events:ahead")).content.decode().strip() == ""


def test_the_first_page_asks_for_the_card(tree: Tree, as_user: Any) -> None:
    assert f'hx-get="{reverse("events:ahead")}"' in as_user(tree.an).get("/today/").content.decode()


def test_the_card_takes_the_same_statements_for_many(
    tree: Tree, as_user: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = as_user(tree.an)
    for number in range(3):
        festival = festival_of(tree, tree.units["p4"], tree.an, title=f"Sự kiện {number}")
        festival.step(actions.open_event)
        if number in (0, 2):
            festival.shift()
            with django_assert_num_queries(6):
                client.get(reverse("events:ahead"))
