"""The page of a unit's letterhead."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.forms.letterheads import LetterheadForm, letterhead_initial
from doanso.documents.queries import letterheads
from doanso.lib import clock
from doanso.lib.form_pages import submit
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def letterhead(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show and set what is printed at the head and the foot of a unit's documents."""
    unit = get_or_404(request.user, policy.SET_LETTERHEAD_AT, letterheads.all_units(), see=policy.VIEW_AT, code=code)
    current = letterheads.letterhead_of(unit)
    in_effect = letterheads.letterhead_values(unit, clock.today())
    form = LetterheadForm(request.POST if request.method == "POST" else None, initial=letterhead_initial(in_effect))
    if submit(form, lambda: set_letterhead(actor=request.user, unit=unit, letterhead=form.values())):
        messages.success(request, _("The letterhead is kept; documents that are being written have it from now on."))
        return redirect("documents:letterhead", unit.code)
    context = {"unit": units.named_unit(unit), "form": form, "is_set": current is not None}
    return render(request, "documents/letterhead.html", context, status=422 if form.is_bound else 200)
