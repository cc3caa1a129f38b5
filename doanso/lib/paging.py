"""Pages of a list by its address: which one is asked for, and where the ones before and after it stand."""

from django.http import HttpRequest


def page_number(request: HttpRequest) -> int:
    """The page asked for, from 1; what is no number, or longer than any list, is the first."""
    text = request.GET.get("page", "")
    return max(int(text), 1) if text.isascii() and text.isdecimal() and len(text) < 6 else 1


def pages(request: HttpRequest, number: int, *, more: bool, summary: str) -> dict[str, str]:
    """What `parts/pagination.html` draws; everything else in the address stays as it is."""

    def address(to: int) -> str:
        query = request.GET.copy()
        query["page"] = str(to)
        return f"?{query.urlencode()}"

    return {
        "summary": summary,
        "previous": address(number - 1) if number > 1 else "",
        "next": address(number + 1) if more else "",
    }
