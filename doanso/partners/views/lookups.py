"""What the views of this app have in common: objects through their policy, and the page with one form."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import form_pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.partners import policy
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking
from doanso.partners.queries.agreements import all_agreements
from doanso.partners.queries.partners import all_partners, contacts_of
from doanso.partners.queries.undertakings import all_undertakings

STALE = "partner_stale"


def partner_or_404(request: AuthenticatedRequest, partner_id: UUID, permission: Permission = policy.VIEW) -> Partner:
    """Return the partner; 404 for who may not see it, 403 for who sees it and may not do this."""
    return get_or_404(request.user, permission, all_partners(), see=policy.VIEW, pk=partner_id)


def agreement_or_404(
    request: AuthenticatedRequest, partner_id: UUID, agreement_id: UUID, permission: Permission = policy.VIEW
) -> Agreement:
    """Return the agreement of this partner, as `partner_or_404`."""
    rows = all_agreements().filter(partner=partner_id)
    return get_or_404(request.user, permission, rows, see=policy.VIEW, pk=agreement_id)


def undertaking_or_404(request: AuthenticatedRequest, partner_id: UUID, undertaking_id: UUID) -> Undertaking:
    """Return the undertaking of this partner, to be changed."""
    rows = all_undertakings().filter(partner=partner_id)
    return get_or_404(request.user, policy.MANAGE, rows, see=policy.VIEW, pk=undertaking_id)


def contact_or_404(request: AuthenticatedRequest, partner_id: UUID, contact_id: UUID) -> PartnerContact:
    """Return the contact of this partner, to be changed."""
    partner = partner_or_404(request, partner_id, policy.MANAGE)
    return get_object_or_404(contacts_of(partner), pk=contact_id)


def show_refusal(request: AuthenticatedRequest, form: Form, refused: Refused) -> None:
    """Put the reason on the form; what another user has changed meanwhile is shown above the page too."""
    add_refusal(form, refused, {"document_id": "document", "incoming_id": "document"})
    if refused.problem.code == STALE:
        messages.error(request, refused.problem.message)


def submit[T](request: AuthenticatedRequest, form: Form, action: Callable[[], T]) -> T | None:
    """Run the action with a valid form, as `form_pages.submit`; a refusal is shown by `show_refusal`."""
    return form_pages.submit(form, action, show=lambda form, refused: show_refusal(request, form, refused))


def form_page(request: AuthenticatedRequest, form: Form, context: dict[str, Any]) -> HttpResponse:
    """Return the page with one form; 422 where something is to be put right."""
    return render(request, "partners/form.html", {"form": form, **context}, status=422 if form.errors else 200)
