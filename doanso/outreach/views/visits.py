"""The list of visits, one visit with its details and pictures, correcting it and taking it back."""

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
from doanso.files.actions import open_blob
from doanso.lib import formats
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.members import queries as members
from doanso.outreach import policy, visit_words
from doanso.outreach.actions.visits import take_back_visit
from doanso.outreach.actions.visits.amendments import amend_visit
from doanso.outreach.forms.amendments import AmendForm
from doanso.outreach.forms.visits import TakeBackForm, VisitFilterForm
from doanso.outreach.models import Visit
from doanso.outreach.queries import amendments, visits
from doanso.support import queries as support
from doanso.sync import queries as sync
from doanso.units import queries as units
from doanso.units.models import UnitKind


def _filter_query(request: AuthenticatedRequest) -> tuple[VisitFilterForm, visits.VisitQuery]:
    scope = [
        named for named in support.permitted_units(request.user, policy.VIEW) if named.unit.kind != UnitKind.BRANCH
    ]
    form = VisitFilterForm(
        request.GET,
        units=scope,
        drives=visits.drives_to_see(request.user),
        neighbourhoods=visits.neighbourhoods_to_see(request.user),
    )
    form.is_valid()
    cleaned = form.cleaned_data
    return form, visits.VisitQuery(
        text=cleaned.get("q", ""),
        unit=next((named.unit for named in scope if named.code == cleaned.get("unit")), None),
        drive=UUID(cleaned["drive"]) if cleaned.get("drive") else None,
        neighbourhood=UUID(cleaned["neighbourhood"]) if cleaned.get("neighbourhood") else None,
        outcome=cleaned.get("outcome", ""),
        pair=cleaned.get("pair", ""),
        by=cleaned.get("by"),
        member=cleaned.get("member"),
        since=cleaned.get("since"),
        until=cleaned.get("until"),
        taken_back=cleaned.get("gone") == "yes",
    )


@login_required
@require_safe
def visit_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show visits the reader may see, newest first, with filters in the address."""
    access.anywhere_or_404(request.user, policy.VIEW)
    form, query = _filter_query(request)
    number = page_number(request)
    page = visits.visit_page(request.user, visits.find_visits(request.user, query), number)
    message = ngettext("%(count)s visit on this page", "%(count)s visits on this page", len(page.lines))
    shown = access.personal(request.user)
    return render(
        request,
        "outreach/visits.html",
        {
            "form": form,
            "asked": query,
            "narrowed": query != visits.VisitQuery(),
            "page": page,
            "pages": pages(
                request, number, more=page.more, summary=message % {"count": formats.number(len(page.lines))}
            ),
            "leads": bool(policy.VIEW.roots(request.user)),
            "may_record": policy.RECORD.allows_anywhere(request.user),
            "member": members.name_of_stay(request.user, query.member),
            "by": visits.recorder_name(shown, query.by, page.lines),
            "masked": any(not shown.shows(line.visit.unit_id) for line in page.lines),
            "search_limited": bool(query.text) and not shown.everywhere,
        },
    )


# --- One visit ----------------------------------------------------------------------------------------------------------


def _visit_or_404(request: AuthenticatedRequest, visit_id: UUID) -> Visit:
    return get_or_404(request.user, policy.VIEW, visits.visits_with_details(), pk=visit_id)


@login_required
@require_safe
def visit(request: AuthenticatedRequest, visit_id: UUID) -> HttpResponse:
    """Show one visit: what happened, who was present with the evidence for it, support records and receipts, the phone's
    records, history.
    """
    visit = _visit_or_404(request, visit_id)
    shown = access.personal(request.user)
    [line] = visits.visit_rows(request.user, [visit])
    past_amendments = amendments.amendment_rows(request.user, visit)
    return render(
        request,
        "outreach/visit.html",
        {
            "visit": visit,
            "line": line,
            "unit": units.named_unit(visit.unit, visit.happened_on),
            "facts": visit_words.visit_facts(visit, shown)
            + [(_("Note"), amendment.note) for amendment in past_amendments[:1] if amendment.note],
            "people": visit_words.pair_rows(visit, shown),
            "pair": visit_words.pair_sentence(visit),
            "helps": visits.helps_of(request.user, visit),
            "photos": visits.photos_of(visit),
            "records": visits.records_of(visit),
            "amendments": past_amendments,
            "may_amend": visit.taken_back_at is None and policy.AMEND.allows(request.user, visit),
            # A version may have been sent for another unit, or for none that is known.
            "openable": sync.decidable_seqs(request.user, visit.pk),
            "may_take_back": visit.taken_back_at is None and policy.MANAGE.allows(request.user, visit),
            "leads": bool(policy.VIEW.roots(request.user)),
            "masked": not shown.shows(visit.unit_id),
            "events": access_queries.history(request.user, visit),
        },
    )


# The type follows from the first bytes, whatever a phone states: a picture is never served as a page.
_KINDS = ((b"\xff\xd8\xff", "image/jpeg"), (b"RIFF", "image/webp"))


@login_required
@never_cache
@require_safe
def photo(request: AuthenticatedRequest, visit_id: UUID, photo_id: UUID) -> HttpResponse:
    """Serve a picture of the activity, to readers of the visit."""
    blob = visits.photo_of(_visit_or_404(request, visit_id), photo_id)
    if blob is None:
        raise Http404
    with open_blob(blob) as plain:
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
    """Ask for the reason, then take back a visit that did not take place as reported."""
    visit = get_or_404(request.user, policy.MANAGE, visits.visits_with_details(), see=policy.VIEW, pk=visit_id)
    form = TakeBackForm(request.POST if request.method == "POST" else None)
    if submit(form, lambda: take_back_visit(actor=request.user, visit=visit, reason=form.cleaned_data["reason"])):
        messages.success(request, _("Taken back. The figures follow the visits that remain."))
        return redirect("outreach:visit", visit.pk)
    [line] = visits.visit_rows(request.user, [visit])
    return render(
        request,
        "outreach/visit_take_back.html",
        {"visit": visit, "line": line, "form": form},
        status=422 if form.errors else 200,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def amend(request: AuthenticatedRequest, visit_id: UUID) -> HttpResponse:
    """Correct a visit, with the reason; a concurrent change by somebody else is shown first."""
    visit = get_or_404(request.user, policy.AMEND, visits.visits_with_details(), see=policy.VIEW, pk=visit_id)
    if visit.taken_back_at is not None:
        messages.error(request, _("This visit was taken back. What was said of it stays as it is."))
        return redirect("outreach:visit", visit.pk)
    current, choices = amendments.amendable_visit(visit), amendments.amendment_choices(visit)
    posted = request.method == "POST"
    stale = posted and request.POST.get("version", current.version) != current.version
    form = AmendForm(request.POST if posted and not stale else None, visit=visit, current=current, choices=choices)
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            amend_visit(
                actor=request.user,
                visit=visit,
                content=form.content,
                reason=cleaned["reason"],
                version=cleaned["version"],
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The visit was put right; the figures follow."))
            return redirect("outreach:visit", visit.pk)
    [line] = visits.visit_rows(request.user, [visit])
    return render(
        request,
        "outreach/visit_amend.html",
        {"visit": visit, "line": line, "form": form, "stale": stale},
        status=409 if stale else 422 if form.errors else 200,
    )
