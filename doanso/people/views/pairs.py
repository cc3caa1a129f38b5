"""The queue of pairs that may be one, side by side, for officers above both units."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import anywhere_or_404, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.people import actions, desk, forms, policy, queries
from doanso.people.models import Duplicate, DuplicateState
from doanso.people.rules.similarity import REASON_WORDS
from doanso.people.views.pages import do


@login_required
@require_safe
def pairs(request: AuthenticatedRequest) -> HttpResponse:
    """List the queue, the likeliest pair first."""
    anywhere_or_404(request.user, policy.SETTLE)
    state = request.GET.get("state", DuplicateState.OPEN)
    if state not in DuplicateState.values:
        state = DuplicateState.OPEN
    number = page_number(request)
    lines, more = desk.pair_page(request.user, state=state, page=number)
    summary = ngettext("%(count)s pair on this page", "%(count)s pairs on this page", len(lines))
    return render(
        request,
        "people/pairs.html",
        {
            "lines": lines,
            "state": state,
            "states": DuplicateState.choices,
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def alike(request: AuthenticatedRequest, contact_id: UUID) -> HttpResponse:
    """Show which persons may be the same as one; one of them becomes a pair to be decided."""
    contact = get_or_404(request.user, policy.SETTLE, queries.all_contacts(), see=policy.VIEW, pk=contact_id)
    if request.method == "POST":
        form = forms.AlikeForm(request.POST)
        if not form.is_valid():
            raise Http404
        try:
            pair = actions.record_doubt(actor=request.user, contact=contact, other_id=form.cleaned_data["other"])
        except Refused as refusal:
            messages.error(request, refusal.problem.message)
            return redirect("people:alike", contact.pk)
        return redirect("people:pair", pair.pk)
    return render(request, "people/alike.html", {"contact": contact, "lines": desk.similar_persons(contact)})


def _pair(request: AuthenticatedRequest, pair_id: UUID) -> Duplicate:
    return get_or_404(request.user, policy.SETTLE, queries.all_duplicates(), pk=pair_id)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def pair(request: AuthenticatedRequest, pair_id: UUID) -> HttpResponse:
    """Show both side by side, and decide on them."""
    duplicate = _pair(request, pair_id)
    if request.method == "POST":
        decision = request.POST.get("decision", "")
        outcomes = {
            "same": _("The two are one now. It can be taken back on this page."),
            "different": _("The two are different people; nobody is asked about them again."),
            "later": _("The pair stays in the queue."),
        }
        back = reverse("people:pair", args=[duplicate.pk]) if decision == "same" else reverse("people:pairs")
        return do(
            request,
            lambda: actions.resolve_duplicate(actor=request.user, duplicate=duplicate, decision=decision),
            outcomes.get(decision, ""),
            back,
        )
    sides = desk.pair_sides(duplicate)
    return render(
        request,
        "people/pair.html",
        {
            "pair": duplicate,
            "sides": sides,
            "differs": desk.differing_labels(sides),
            "reasons": [REASON_WORDS[code] for code in duplicate.reasons if code in REASON_WORDS],
            "is_shop": duplicate.one_business_id is not None,
            "waiting": duplicate.state in {DuplicateState.OPEN, DuplicateState.LATER},
            "merge": desk.merge_of(duplicate),
        },
    )


@login_required
@require_POST
def undo(request: AuthenticatedRequest, pair_id: UUID) -> HttpResponse:
    """Undo the merge of this pair."""
    duplicate = _pair(request, pair_id)
    merge = desk.merge_of(duplicate)
    if merge is None:
        raise Http404
    return do(
        request,
        lambda: actions.undo_merge(actor=request.user, merge=merge),
        _("The merge is taken back; the pair waits again."),
        reverse("people:pair", args=[duplicate.pk]),
    )
