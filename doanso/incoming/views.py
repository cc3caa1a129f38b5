"""Pages of the book of incoming documents: the list, one entry, and the actions on it."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy as documents
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.letterheads import all_units
from doanso.documents.queries.received import delivery_handlers
from doanso.documents.queries.registers import units_with_office
from doanso.documents.queries.verdicts import verdict_lines
from doanso.documents.secrecy import WARNING
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out
from doanso.incoming import actions, policy, queries
from doanso.incoming.forms import ArrivalFilterForm, AssignForm, OutcomeForm, TakeInForm
from doanso.incoming.models import Arrival
from doanso.incoming.rules import OPEN
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.uuid7 import uuid7
from doanso.signing import verdict_messages
from doanso.signing.verification import Verdict
from doanso.units import queries as units


@login_required
@require_safe
def arrivals(request: AuthenticatedRequest) -> HttpResponse:
    """Show a unit's book, newest first; without `unit` that of the reader's first unit."""
    access.anywhere_or_404(request.user, policy.KEEP_BOOK)
    book_units = units.named_units(policy.KEEP_BOOK_AT.filter(request.user, units_with_office()))
    if not book_units:
        raise Http404
    unit = next((named for named in book_units if named.code == request.GET.get("unit")), book_units[0])
    form = ArrivalFilterForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = queries.arrivals(
        request.user,
        unit.unit,
        state=chosen.get("state", ""),
        words=chosen.get("words", ""),
        number=page_number(request),
    )
    count = len(page.lines)
    summary = ngettext("%(count)s document on this page", "%(count)s documents on this page", count)
    context = {
        "place": unit,
        "places": book_units,
        "form": form,
        "lines": page.lines,
        "narrowed": bool(chosen.get("state") or chosen.get("words")),
        "today": clock.today(),
        "pages": pages(request, page.number, more=page.more, summary=summary % {"count": formats.number(count)}),
    }
    return render(request, "incoming/arrivals.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Enter a document from outside."""
    unit = get_or_404(request.user, policy.KEEP_BOOK_AT, all_units(), see=documents.VIEW_AT, code=code)
    form = TakeInForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"key": uuid7()},
    )
    is_duplicate = False
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            arrival = actions.take_in(
                actor=request.user,
                unit=unit,
                inputs=form.inputs(),
                source=file,
                name=file.name if file is not None else "",
                twice=form.cleaned_data["twice"],
                key=form.cleaned_data["key"],
            )
        except Refused as refused:
            add_refusal(form, refused)
            is_duplicate = refused.problem.code == "arrival_twice"
        except Unavailable as error:
            form.add_error("file", error.problem.message)
        else:
            return _redirect_to_entered(request, arrival)
    form.offer_duplicate(is_duplicate=is_duplicate)
    may_note_secret = documents.ISSUE.allows_at(request.user, unit)
    context = {
        "form": form,
        "place": units.named_unit(unit),
        "warning": WARNING,
        "secret_book": reverse("documents:secret", args=[unit.code]) if may_note_secret else "",
    }
    return render(request, "incoming/take_in.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def take_in_delivery(request: AuthenticatedRequest, delivery_id: UUID) -> HttpResponse:
    """Enter a document that a unit of the system sent."""
    delivery = get_object_or_404(documents.received_deliveries(request.user).select_related("unit"), pk=delivery_id)
    if delivery.unit is None:
        raise Http404
    return _redirect_to_entered(request, actions.take_in_delivery(actor=request.user, delivery=delivery))


def _redirect_to_entered(request: AuthenticatedRequest, arrival: Arrival) -> HttpResponse:
    messages.success(request, _("Entered with number of arrival %(number)s.") % {"number": arrival.number.value})
    return redirect("incoming:arrival", arrival.pk)


def _arrival(request: AuthenticatedRequest, arrival_id: UUID) -> Arrival:
    return get_or_404(request.user, policy.KEEP_BOOK, queries.all_arrivals(), pk=arrival_id)


@login_required
@require_safe
def arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Show an entry, the verdict on its signatures at entry, and who handles it."""
    return _arrival_page(request, _arrival(request, arrival_id))


def _arrival_page(
    request: AuthenticatedRequest,
    arrival: Arrival,
    *,
    assign: AssignForm | None = None,
    outcome: OutcomeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    verdict = Verdict.from_json(arrival.verdict) if arrival.verdict else None
    context = {
        "arrival": arrival,
        "place": units.named_unit(arrival.unit),
        "kind": kind_names().get(arrival.kind, ""),
        "verdict": verdict_messages.describe_verdict(verdict) if verdict is not None else None,
        "lines": verdict_lines(verdict) if verdict is not None else [],
        "is_open": arrival.state in OPEN,
        "assign": assign or AssignForm(people=delivery_handlers(arrival.unit)),
        "outcome": outcome or OutcomeForm(),
        "events": access_queries.history(request.user, arrival),
    }
    return render(request, "incoming/arrival.html", context, status=status)


@login_required
@require_safe
def arrival_file(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponseBase:
    """Download the file as it came."""
    arrival = _arrival(request, arrival_id)
    if arrival.blob is None:
        raise Http404
    return hand_out(request, arrival.blob)


@login_required
@require_POST
def assign_arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Assign an entry to a person."""
    arrival = _arrival(request, arrival_id)
    form = AssignForm(request.POST, people=delivery_handlers(arrival.unit))
    if submit(
        form,
        lambda: actions.assign_arrival(
            actor=request.user, arrival=arrival, user=form.chosen(), answer_by=form.cleaned_data["answer_by"]
        ),
    ):
        messages.success(request, _("Given to %(who)s.") % {"who": form.chosen().display_name})
        return redirect("incoming:arrival", arrival.pk)
    return _arrival_page(request, arrival, assign=form, status=422)


@login_required
@require_POST
def complete_arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Resolve an entry."""
    return _end(request, arrival_id, actions.complete_arrival, _("The document is settled."))


@login_required
@require_POST
def return_arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Return a document to its sender."""
    return _end(request, arrival_id, actions.return_arrival, _("The document is sent back."))


def _end(request: AuthenticatedRequest, arrival_id: UUID, action: Callable[..., Arrival], message: str) -> HttpResponse:
    arrival = _arrival(request, arrival_id)
    form = OutcomeForm(request.POST)
    if submit(form, lambda: action(actor=request.user, arrival=arrival, words=form.cleaned_data["words"])):
        messages.success(request, message)
        return redirect(f"{reverse('incoming:arrivals')}?unit={arrival.unit.code}")
    return _arrival_page(request, arrival, outcome=form, status=422)
