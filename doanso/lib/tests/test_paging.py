"""Which page of a list is asked for, and where its neighbours stand."""

from typing import Any

import pytest
from django.http import QueryDict
from django.test import RequestFactory

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.paging import page_number, page_rows, pages

ASK = RequestFactory()


@pytest.mark.parametrize(
    ("asked", "number"),
    [("", 1), ("1", 1), ("7", 7), ("0", 1), ("-1", 1), ("x", 1), ("99999", 99999), ("100000", 1), ("٣", 1)],
)
def test_what_is_no_page_is_the_first(asked: str, number: int) -> None:
    assert page_number(ASK.get("/", {"page": asked})) == number
    assert page_number(ASK.get("/")) == 1


def test_the_neighbours_keep_what_the_list_is_narrowed_to() -> None:
    request = ASK.get("/", {"unit": "p4", "page": "2"})
    assert pages(request, 2, more=True, summary="3 tổ") == {
        "summary": "3 tổ",
        "previous": "?unit=p4&page=1",
        "next": "?unit=p4&page=3",
        "numbers": [],
    }
    assert pages(request, 1, more=False, summary="") == {"summary": "", "previous": "", "next": "", "numbers": []}
    parameters = QueryDict("unit=p5&state=all")
    assert pages(request, 1, more=True, summary="", query=parameters)["next"] == "?unit=p5&state=all&page=2"
    assert page_number(request, QueryDict("page=3")) == 3
    assert parameters.urlencode() == "unit=p5&state=all"


@pytest.mark.parametrize(
    ("number", "last", "shown", "current"),
    [(1, 1, "", ""), (1, 2, "1 2", "1"), (4, 9, "2 3 4 5 6", "4"), (9, 9, "7 8 9", "9")],
)
def test_where_the_last_page_is_known_those_beside_are_drawn(number: int, last: int, shown: str, current: str) -> None:
    numbers = pages(ASK.get("/"), number, more=number < last, summary="", last=last)["numbers"]
    assert " ".join(one["label"] for one in numbers) == shown
    assert [one["url"] for one in numbers] == [f"?page={label}" for label in shown.split()]
    assert [one["label"] for one in numbers if one["current"]] == current.split()


@pytest.mark.django_db
def test_a_page_is_read_with_one_row_more_in_one_statement(django_assert_num_queries: Any) -> None:
    User.objects.bulk_create(User(username=f"u{index}", created_at=clock.now()) for index in range(5))
    matching_users = User.objects.filter(username__startswith="u").order_by("username")
    for number, names, more in ((1, "u0 u1", True), (2, "u2 u3", True), (3, "u4", False), (4, "", False)):
        with django_assert_num_queries(1):
            rows = page_rows(matching_users, number, 2)
        assert (" ".join(one.username for one in rows[0]), rows[1]) == (names, more)
    assert len(page_rows(matching_users, 1, 5)[0]) == 5
    assert page_rows(matching_users, 1, 5)[1] is False
