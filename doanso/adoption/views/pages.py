"""What the officers' lists of this app share: who may open them, and their pages."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, QueryDict

from doanso.access import policy as access
from doanso.adoption import policy

ROWS = 100


def require_attester(request: HttpRequest) -> None:
    """Lists of what is to be attested are for whoever attests somewhere."""
    access.over_others_or_404(request.user, policy.ATTEST, see=policy.VIEW)


def page_number(text: str) -> int:
    """The page asked for; what is no number, or longer than any list, is the first."""
    return max(int(text), 1) if text.isdecimal() and len(text) < 6 else 1


def paged(found: QuerySet[Any, Any], asked: QueryDict, kept: QueryDict) -> tuple[list[Any], dict[str, Any]]:
    """The rows of the page asked for, and the addresses of those before and after it; `kept` is the filter."""
    number = page_number(asked.get("page", ""))
    start = (number - 1) * ROWS
    window = list(found[start : start + ROWS + 1])
    query = kept.copy()
    query.pop("page", None)

    def page(to: int) -> str:
        there = query.copy()
        there["page"] = str(to)
        return f"?{there.urlencode()}"

    return window[:ROWS], {
        "previous": page(number - 1) if number > 1 else "",
        "next": page(number + 1) if len(window) > ROWS else "",
    }
