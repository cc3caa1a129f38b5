"""Pages of a list of documents: which one is asked for, and where the ones beside it are."""

from django.http import HttpRequest
from django.utils.translation import ngettext

from doanso.lib import formats


def page_asked(request: HttpRequest) -> int:
    """The number of the page; the first where nothing sensible is asked."""
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def pages(request: HttpRequest, number: int, count: int, *, more: bool) -> dict[str, str]:
    """What `parts/pagination.html` shows."""
    further = request.GET.copy()

    def to(where: int) -> str:
        further["page"] = str(where)
        return f"?{further.urlencode()}"

    summary = ngettext("%(count)s document on this page", "%(count)s documents on this page", count)
    return {
        "summary": summary % {"count": formats.number(count)},
        "previous": to(number - 1) if number > 1 else "",
        "next": to(number + 1) if more else "",
    }
