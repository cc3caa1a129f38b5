"""Pagination of lists of documents."""

from django.utils.translation import ngettext

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.paging import pages


def document_pages(request: AuthenticatedRequest, number: int, count: int, *, more: bool) -> dict[str, str]:
    """Return the context of `parts/pagination.html` for a page with `count` documents."""
    summary = ngettext("%(count)s document on this page", "%(count)s documents on this page", count)
    return pages(request, number, more=more, summary=summary % {"count": formats.number(count)})
