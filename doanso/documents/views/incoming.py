"""The book of arrivals: entered, given to somebody, settled, sent back."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions import incoming as deeds
from doanso.documents.forms.drafts import WordsForm, add_refusal
from doanso.documents.forms.received import ArrivalsForm, AssignForm, TakeInForm
from doanso.documents.models import Arrival
from doanso.documents.queries import received as queries
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.letterheads import every_unit
from doanso.documents.queries.registers import offices
from doanso.documents.queries.verdicts import verdict_lines
from doanso.documents.rules.incoming import OPEN
from doanso.documents.secrecy import WARNING
from doanso.documents.views.drafts import secret_book
from doanso.documents.views.paging import document_pages
from doanso.files.answers import hand_out
from doanso.files.problems import Unavailable
from doanso.lib import clock
from doanso.lib.paging import page_number
from doanso.lib.problems import Refused
from doanso.signing import verdict_messages
from doanso.signing.verification import Verdict
from doanso.units import queries as units
from doanso.units.queries import NamedUnit


def _places(request: AuthenticatedRequest) -> list[NamedUnit]:
    return units.named(policy.KEEP_BOOK_AT.filter(request.user, offices()))


@login_required
@require_safe
def arrivals(request: AuthenticatedRequest) -> HttpResponse:
    """A unit's book of documents that came, newest first."""
    access.anywhere_or_404(request.user, policy.KEEP_BOOK)
    places = _places(request)
    place = next(
        (candidate for candidate in places if candidate.code == request.GET.get("unit")), places[0] if places else None
    )
    if place is None:
        raise Http404
    form = ArrivalsForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = queries.arrivals(
        request.user,
        place.unit,
        state=chosen.get("state", ""),
        words=chosen.get("words", ""),
        number=page_number(request),
    )
    context = {
        "place": place,
        "places": places,
        "form": form,
        "lines": page.lines,
        "narrowed": bool(chosen.get("state") or chosen.get("words")),
        "today": clock.today(),
        "pages": document_pages(request, page.number, len(page.lines), more=page.more),
    }
    return render(request, "documents/arrivals.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Enter a document that came from outside."""
    unit = get_or_404(request.user, policy.KEEP_BOOK_AT, every_unit(), see=policy.VIEW_AT, code=code)
    form = TakeInForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    is_twice = False
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            arrival = deeds.take_in(
                actor=request.user,
                unit=unit,
                told=form.told(),
                source=file,
                name=file.name if file is not None else "",
                twice=form.cleaned_data["twice"],
            )
        except Refused as refused:
            add_refusal(form, refused)
            is_twice = refused.problem.code == "arrival_twice"
        except Unavailable as error:
            form.add_error("file", error.problem.message)
        else:
            messages.success(
                request, _("Entered with number of arrival %(number)s.") % {"number": arrival.number.value}
            )
            return redirect("documents:arrival", arrival.pk)
    form.ask_twice(is_known=is_twice)
    context = {"form": form, "place": units.name(unit), "warning": WARNING, "secret_book": secret_book(request, unit)}
    return render(request, "documents/take_in.html", context, status=422 if form.is_bound else 200)


def _arrival(request: AuthenticatedRequest, arrival_id: UUID) -> Arrival:
    return get_or_404(request.user, policy.KEEP_BOOK, queries.every_arrival(), pk=arrival_id)


@login_required
@require_safe
def arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """A document that came, what its signatures said as it came, and who handles it."""
    return _arrival_page(request, _arrival(request, arrival_id))


def _arrival_page(
    request: AuthenticatedRequest,
    arrival: Arrival,
    *,
    assign: AssignForm | None = None,
    words: WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    verdict = Verdict.from_json(arrival.verdict) if arrival.verdict else None
    context = {
        "arrival": arrival,
        "place": units.name(arrival.unit),
        "kind": kind_names().get(arrival.kind, ""),
        "verdict": verdict_messages.tell(verdict) if verdict is not None else None,
        "lines": verdict_lines(verdict) if verdict is not None else [],
        "is_open": arrival.state in OPEN,
        "assign": assign or AssignForm(people=queries.handlers(arrival.unit)),
        "words": words or WordsForm(),
        "events": access_queries.history(request.user, arrival),
    }
    return render(request, "documents/arrival.html", context, status=status)


@login_required
@require_safe
def arrival_file(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponseBase:
    """The file as it came."""
    arrival = _arrival(request, arrival_id)
    if arrival.blob is None:
        raise Http404
    return hand_out(request, arrival.blob)


@login_required
@require_POST
def assign_arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Give a document that came to somebody."""
    arrival = _arrival(request, arrival_id)
    form = AssignForm(request.POST, people=queries.handlers(arrival.unit))
    if form.is_valid():
        try:
            deeds.assign_arrival(
                actor=request.user, arrival=arrival, user=form.chosen(), answer_by=form.cleaned_data["answer_by"]
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Given to %(who)s.") % {"who": form.chosen().display_name})
            return redirect("documents:arrival", arrival.pk)
    return _arrival_page(request, arrival, assign=form, status=422)


@login_required
@require_POST
def settle_arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Say what was done about it."""
    return _ended(request, arrival_id, deeds.settle_arrival, _("The document is settled."))


@login_required
@require_POST
def return_arrival(request: AuthenticatedRequest, arrival_id: UUID) -> HttpResponse:
    """Send it back to where it came from."""
    return _ended(request, arrival_id, deeds.return_arrival, _("The document is sent back."))


def _ended(request: AuthenticatedRequest, arrival_id: UUID, deed: Callable[..., Arrival], message: str) -> HttpResponse:
    arrival = _arrival(request, arrival_id)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            deed(actor=request.user, arrival=arrival, words=form.cleaned_data["words"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, message)
            return redirect(f"{reverse('documents:arrivals')}?unit={arrival.unit.code}")
    return _arrival_page(request, arrival, words=form, status=422)
