"""Which page of a list is asked for, and where its neighbours stand."""

import pytest
from django.test import RequestFactory

from doanso.lib.paging import page_number, pages

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
    }
    assert pages(request, 1, more=False, summary="") == {"summary": "", "previous": "", "next": ""}
