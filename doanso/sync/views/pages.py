"""What the lists have in common."""

from typing import Any

from django.http import HttpRequest


def page_number(request: HttpRequest) -> int:
    """The page asked for, from 0; what is no number, or longer than any list, is the first."""
    text = request.GET.get("page", "")
    return max(int(text) - 1, 0) if text.isdecimal() and len(text) < 6 else 0


def pages(request: HttpRequest, number: int, *, more: bool, summary: str) -> dict[str, Any]:
    """Addresses of the pages before and after."""

    def address(to: int) -> str:
        there = request.GET.copy()
        there["page"] = str(to + 1)
        return f"?{there.urlencode()}"

    return {
        "summary": summary,
        "previous": address(number - 1) if number else "",
        "next": address(number + 1) if more else "",
    }
