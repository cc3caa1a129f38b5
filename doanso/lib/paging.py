"""Lists paged by number: the requested page, its rows, and the addresses of the pages before and after it.

Pages count from 1. Nothing is counted: a page is read with one row more than it shows.
"""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import HttpRequest, QueryDict

from doanso.lib import formats


def page_number(request: HttpRequest, query: QueryDict | None = None) -> int:
    """Return the page requested in the address, or in `query`; 1 for an invalid number or one longer than any list's."""
    text = (request.GET if query is None else query).get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def page_rows[Row: Model](queryset: QuerySet[Row, Any], number: int, size: int) -> tuple[list[Row], bool]:
    """Return the rows of a page and whether more follow, in one statement."""
    start = (number - 1) * size
    rows = list(queryset[start : start + size + 1])
    return rows[:size], len(rows) > size


def pages(
    request: HttpRequest,
    number: int,
    *,
    more: bool,
    summary: str,
    last: int | None = None,
    query: QueryDict | None = None,
) -> dict[str, Any]:
    """Return the context of `parts/pagination.html`.

    Everything else in the address stays as it is, or as in `query`. Where the number of the last page is known, those beside
    the present one are drawn too.
    """
    query_parameters = (request.GET if query is None else query).copy()

    def address(to: int) -> str:
        query_parameters["page"] = str(to)
        return f"?{query_parameters.urlencode()}"

    neighbours = range(max(1, number - 2), min(last, number + 2) + 1) if last is not None and last > 1 else ()
    return {
        "summary": summary,
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if more else "",
        "numbers": [
            {"label": formats.number(neighbour), "url": address(neighbour), "current": neighbour == number}
            for neighbour in neighbours
        ],
    }
