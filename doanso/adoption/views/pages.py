"""Shared parts of the officers' lists: permission and paging."""

from typing import Any

from django.db.models import Model, QuerySet
from django.http import QueryDict

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption import policy
from doanso.lib.paging import page_number, page_rows, pages

ROWS = 100


def require_attester(request: AuthenticatedRequest) -> None:
    """Refuse the list to users who may attest nowhere."""
    access.over_others_or_404(request.user, policy.ATTEST, see=policy.VIEW)


def paged[Row: Model](
    request: AuthenticatedRequest, queryset: QuerySet[Row, Any], params: QueryDict, filters: QueryDict
) -> tuple[list[Row], dict[str, Any]]:
    """Return the rows of the page requested in `params`, and its pagination with the filter `filters`, without a summary."""
    number = page_number(request, params)
    rows, more = page_rows(queryset, number, ROWS)
    return rows, pages(request, number, more=more, summary="", query=filters)
