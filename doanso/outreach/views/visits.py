"""The list of visits, one visit with everything known of it, its pictures, putting it right and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.actions import opened
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.outreach import policy, visit_words
from doanso.outreach.actions.visits import take_back_visit
from doanso.outreach.actions.visits.amending import amend_visit
from doanso.outreach.forms.amending import AmendForm
from doanso.outreach.forms.visits import FilterForm, TakeBackForm
from doanso.outreach.models import Visit
from doanso.outreach.queries import amendments, visits
from doanso.sync import policy as sync_policy
from doanso.units import queries as units
from doanso.units.models import UnitKind


def _asked(request: AuthenticatedRequest) -> tuple[FilterForm, visits.Asked]:
    scope = [one for one in visits.units_at(request.user, policy.VIEW) if one.unit.kind != UnitKind.BRANCH]
    form = FilterForm(
        request.GET,
        units=scope,
        drives=visits.drives_to_see(request.user),
        neighbourhoods=visits.neighbourhoods_to_see(request.user),
    )
    form.is_valid()
    said = form.cleaned_data
    return form, visits.Asked(
        text=said.get("q", ""),
        unit=next((one.unit for one in scope if one.code == said.get("unit")), None),
        drive=UUID(said["drive"]) if said.get("drive") else None,
        neighbourhood=UUID(said["neighbourhood"]) if said.get("neighbourhood") else None,
        outcome=said.get("outcome", ""),
        pair=said.get("pair", ""),
        by=said.get("by"),
        since=said.get("since"),
        until=said.get("until"),
        taken_back=said.get("gone") == "yes",
    )


@login_required
@require_safe
def visit_list(request: AuthenticatedRequest) -> HttpResponse:
    """Visits the reader may see, newest first, with filters in the address."""
    access.anywhere_or_404(request.user, policy.VIEW)
    form, asked = _asked(request)
    number = page_number(request)
    page = visits.page(request.user, visits.listed(request.user, asked), number)
    said = ngettext("%(count)s visit on this page", "%(count)s visits on this page", len(page.lines))
    shown = access.personal(request.user)
    return render(
        request,
        "outreach/visits.html",
        {
            "form": form,
            "asked": asked,
            "narrowed": asked != visits.Asked(),
            "page": page,
            "pages": pages(request, number, more=page.more, summary=said % {"count": formats.number(len(page.lines))}),
            "leads": bool(policy.VIEW.roots(request.user)),
            "may_record": policy.RECORD.allows_anywhere(request.user),
            "by": visits.name_of(shown, asked.by, page.lines),
            "masked": any(not shown.shows(line.visit.unit_id) for line in page.lines),
            "search_limited": bool(asked.text) and not shown.everywhere,
        },
    )


# --- One visit ----------------------------------------------------------------------------------------------------------


def _found(request: AuthenticatedRequest, visit_id: UUID) -> Visit:
    return get_or_404(request.user, policy.VIEW, visits.whole(), pk=visit_id)


@login_required
@require_safe
def visit(request: AuthenticatedRequest, visit_id: UUID) -> HttpResponse:
    """One visit: what happened, who was there and how that is known, helps and receipts, what the phone sent, history."""
    one = _found(request, visit_id)
    shown = access.personal(request.user)
    [line] = visits.lines(request.user, [one])
    versions = amendments.versions(request.user, one)
    return render(
        request,
        "outreach/visit.html",
        {
            "visit": one,
            "line": line,
            "unit": units.name(one.unit, one.happened_on),
            "facts": visit_words.facts(one, shown) + [(_("Note"), it.note) for it in versions[:1] if it.note],
            "people": visit_words.people(one, shown),
            "pair": visit_words.pair_sentence(one),
            "helps": visits.helps_of(request.user, one),
            "photos": visits.photos_of(one),
            "records": visits.records_of(one),
            "versions": versions,
            "may_amend": one.taken_back_at is None and policy.AMEND.allows(request.user, one),
            "may_decide": sync_policy.DECIDE.allows_at(request.user, one.unit),
            "may_take_back": one.taken_back_at is None and policy.MANAGE.allows(request.user, one),
            "leads": bool(policy.VIEW.roots(request.user)),
            "masked": not shown.shows(one.unit_id),
            "events": access_queries.history(request.user, one),
        },
    )


# By its first bytes, whatever a phone says of it: a picture is never taken for a page.
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


@login_required
@never_cache
@require_safe
def photo(request: AuthenticatedRequest, visit_id: UUID, photo_id: UUID) -> HttpResponse:
    """A picture of the activity, for whoever may see the visit."""
    blob = visits.photo_of(_found(request, visit_id), photo_id)
    if blob is None:
        raise Http404
    with opened(blob) as plain:
        content = plain.read()
    kind = next((kind for begin, kind in _KINDS if content.startswith(begin)), "application/octet-stream")
    answer = HttpResponse(content, content_type=kind)
    answer["Content-Disposition"] = f'{"inline" if kind.startswith("image/") else "attachment"}; filename="hoat-dong"'
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: AuthenticatedRequest, visit_id: UUID) -> HttpResponse:
    """Ask once, with the reason, then take back a visit that never took place as it was told."""
    one = get_or_404(request.user, policy.MANAGE, visits.whole(), see=policy.VIEW, pk=visit_id)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            take_back_visit(actor=request.user, visit=one, reason=form.cleaned_data["reason"])
        except Refused as refused:
            field = refused.problem.field
            form.add_error(field if field in form.fields else None, refused.problem.message)
        else:
            messages.success(request, _("Taken back. The figures follow the visits that remain."))
            return redirect("outreach:visit", one.pk)
    [line] = visits.lines(request.user, [one])
    return render(
        request,
        "outreach/visit_take_back.html",
        {"visit": one, "line": line, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: AuthenticatedRequest, visit_id: UUID) -> HttpResponse:
    """Put right what is not so in a visit, with the reason; somebody else's change meanwhile is shown first."""
    one = get_or_404(request.user, policy.AMEND, visits.whole(), see=policy.VIEW, pk=visit_id)
    if one.taken_back_at is not None:
        messages.error(request, _("This visit was taken back. What was said of it stays as it is."))
        return redirect("outreach:visit", one.pk)
    standing, offer = amendments.standing(one), amendments.offer(one)
    posted = request.method == "POST"
    stale = posted and request.POST.get("version", standing.version) != standing.version
    form = AmendForm(request.POST if posted and not stale else None, visit=one, standing=standing, offer=offer)
    if form.is_bound and form.is_valid():
        told = form.cleaned_data
        try:
            amend_visit(actor=request.user, visit=one, said=form.said, reason=told["reason"], version=told["version"])
        except Refused as refused:
            field = refused.problem.field
            form.add_error(field if field in form.fields else None, refused.problem.message)
        else:
            messages.success(request, _("The visit was put right; the figures follow."))
            return redirect("outreach:visit", one.pk)
    [line] = visits.lines(request.user, [one])
    return render(
        request,
        "outreach/visit_amend.html",
        {"visit": one, "line": line, "form": form, "stale": stale},
        status=409 if stale else 422 if form.errors else 200,
    )
