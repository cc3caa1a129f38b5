"""The programme and the report named by an address, as far as the actor may see or write them."""

from uuid import UUID

from django.http import Http404

from doanso.access import policy as access
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.reports import policy
from doanso.reports.models import Report
from doanso.reports.queries import reports as queries
from doanso.targets import queries as targets
from doanso.targets.models import Programme


def programme_to_see(request: AuthenticatedRequest, code: str) -> Programme:
    """Return the programme, if the actor may see reports anywhere in it."""
    access.anywhere_or_404(request.user, policy.VIEW)
    programme = targets.programme_by_code(code)
    if programme is None:
        raise Http404
    return programme


def report_to_see(request: AuthenticatedRequest, programme: str, report_id: UUID) -> Report:
    """Return the report if the actor may see it, or 404."""
    return get_or_404(request.user, policy.VIEW, queries.all_reports(), pk=report_id, programme__code=programme)


def report_to_write(request: AuthenticatedRequest, programme: str, report_id: UUID) -> Report:
    """Return the report if the actor may write in it; 403 if the actor only sees it."""
    return get_or_404(
        request.user, policy.WRITE, queries.all_reports(), see=policy.VIEW, pk=report_id, programme__code=programme
    )


def is_fragment_request(request: AuthenticatedRequest) -> bool:
    """Return whether only a fragment of the page is requested."""
    return bool(request.headers.get("HX-Request"))
