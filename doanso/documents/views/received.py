"""Documents that came: from units here, by a link to somebody outside, and the book of arrivals."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.secret_links import secret_page
from doanso.documents import policy
from doanso.documents.actions import arrivals as deeds
from doanso.documents.actions import deliveries
from doanso.documents.draft_forms import WordsForm, add_refusal
from doanso.documents.models import Arrival, Delivery, DocumentState
from doanso.documents.queries import received as queries
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.letterheads import every_unit
from doanso.documents.queries.registers import offices
from doanso.documents.received_forms import AnswerForm, ArrivalsForm, AssignForm, TakeInForm
from doanso.documents.rules.arrivals import OPEN
from doanso.documents.secrecy import WARNING
from doanso.files.answers import hand_out
from doanso.files.problems import Unavailable
from doanso.lib import clock, formats
from doanso.lib.problems import Refused
from doanso.signing.verification import Verdict
from doanso.units import queries as units
from doanso.units.queries import NamedUnit


def _page_asked(request: HttpRequest) -> int:
    asked = request.GET.get("page", "")
    return max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1


def _pages(request: HttpRequest, number: int, count: int, *, more: bool) -> dict[str, str]:
    further = request.GET.copy()

    def to(where: int) -> str:
        further["page"] = str(where)
        return f"?{further.urlencode()}"

    summary = ngettext("%(count)s document on this page", "%(count)s documents on this page", count)
    return {
        "summary": summary % {"count": formats.number(count)},
        "previous": to(number - 1) if number > 1 else "",
        "next": to(number + 1) if more else "",
    }


# --- From units here --------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def received(request: HttpRequest) -> HttpResponse:
    """What came, newest first."""
    access.anywhere_or_404(request.user, policy.RECEIVE)
    state = request.GET.get("state", "")
    page = queries.received(request.user, state=state, number=_page_asked(request))
    context = {
        "lines": page.lines,
        "state": state if state in ("new", "open") else "",
        "today": clock.today(),
        "pages": _pages(request, page.number, len(page.lines), more=page.more),
    }
    return render(request, "documents/received.html", context)


def _delivery(request: HttpRequest, delivery_id: UUID) -> Delivery:
    return get_object_or_404(queries.deliveries(request.user), pk=delivery_id)


@login_required
@require_safe
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """A document that came; looking at it is opening it, and its sender sees that."""
    deliveries.open_delivery(actor=request.user, delivery=_delivery(request, delivery_id))
    return _delivery_page(request, _delivery(request, delivery_id))


def _delivery_page(
    request: HttpRequest,
    found: Delivery,
    *,
    assign: AssignForm | None = None,
    answer: AnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people = queries.handlers(found.unit) if found.unit is not None else []
    context = {
        "delivery": found,
        "document": found.document,
        "sender": units.name(found.document.unit),
        "kind": kind_names().get(found.document.kind, found.document.kind),
        "is_ended": found.document.state in (DocumentState.RECALLED, DocumentState.REPLACED),
        "assign": assign or (AssignForm(people=people) if people else None),
        "answer": answer or AnswerForm(),
        "attachments": list(found.document.attachments.order_by("added_at", "id")),
        "arrival": queries.arrival_of(found),
        "may_enter": found.unit is not None and policy.KEEP_BOOK.allows_at(request.user, found.unit),
        "events": access_queries.history(request.user, found),
    }
    return render(request, "documents/delivery.html", context, status=status)


@login_required
@require_safe
def delivery_file(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """The sealed file that came."""
    found = _delivery(request, delivery_id)
    if found.document.final is None:
        raise Http404
    deliveries.open_delivery(actor=request.user, delivery=found)
    return hand_out(request, found.document.final, name=f"{found.document.notation.replace('/', '-')}.pdf")


@login_required
@require_safe
def delivery_attachment(request: HttpRequest, delivery_id: UUID, attachment_id: UUID) -> HttpResponse:
    """A file that came with it."""
    found = _delivery(request, delivery_id)
    attachment = get_object_or_404(found.document.attachments.select_related("blob", "signed"), pk=attachment_id)
    return hand_out(request, attachment.signed or attachment.blob, name=attachment.name)


@login_required
@require_POST
def assign(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Give a document that came to somebody."""
    found = _delivery(request, delivery_id)
    if found.unit is None:
        raise Http404
    form = AssignForm(request.POST, people=queries.handlers(found.unit))
    if form.is_valid():
        try:
            deliveries.assign_delivery(
                actor=request.user, delivery=found, user=form.chosen(), answer_by=form.cleaned_data["answer_by"]
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Given to %(who)s.") % {"who": form.chosen().display_name})
            return redirect("documents:delivery", found.pk)
    return _delivery_page(request, found, assign=form, status=422)


@login_required
@require_POST
def answer(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Answer a document that came."""
    found = _delivery(request, delivery_id)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            deliveries.answer_delivery(actor=request.user, delivery=found, words=form.cleaned_data["words"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The answer is sent."))
            return redirect("documents:delivery", found.pk)
    return _delivery_page(request, found, answer=form, status=422)


@login_required
@require_POST
def see_end(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Take note that a document no longer holds."""
    deliveries.see_end(actor=request.user, delivery=_delivery(request, delivery_id))
    return redirect("documents:delivery", delivery_id)


@login_required
@require_POST
def take_in_delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Enter a document that came into the unit's book."""
    found = _delivery(request, delivery_id)
    if found.unit is None:
        raise Http404
    arrival = deeds.take_in_delivery(actor=request.user, delivery=found)
    messages.success(request, _("Entered with number of arrival %(number)s.") % {"number": arrival.number.value})
    return redirect("documents:arrival", arrival.pk)


# --- Outside ----------------------------------------------------------------------------------------------------------------


@secret_page
@require_safe
def outside(request: HttpRequest, link: str) -> HttpResponse:
    """A document for somebody outside: whoever has the link reads it, and its sender sees that it was opened."""
    found = _outside(link)
    deliveries.open_delivery(actor=None, delivery=found)
    context = {"delivery": found, "document": found.document, "sender": units.name(found.document.unit), "link": link}
    return render(request, "documents/outside.html", context)


@secret_page
@require_safe
def outside_file(request: HttpRequest, link: str) -> HttpResponse:
    """The file of a document for somebody outside; one that was recalled is not handed out any more."""
    found = _outside(link)
    if found.document.final is None or found.document.state != DocumentState.ISSUED:
        raise Http404
    deliveries.open_delivery(actor=None, delivery=found)
    return hand_out(request, found.document.final, name=f"{found.document.notation.replace('/', '-')}.pdf")


def _outside(link: str) -> Delivery:
    found = queries.delivery_of_link(link)
    if found is None:
        raise Http404
    return found


# --- The book of arrivals -----------------------------------------------------------------------------------------------------


def _places(request: HttpRequest) -> list[NamedUnit]:
    return units.named(policy.KEEP_BOOK_AT.filter(request.user, offices()))


@login_required
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """A unit's book of documents that came, newest first."""
    access.anywhere_or_404(request.user, policy.KEEP_BOOK)
    places = _places(request)
    place = next((one for one in places if one.code == request.GET.get("unit")), places[0] if places else None)
    if place is None:
        raise Http404
    form = ArrivalsForm(request.GET)
    chosen = form.cleaned_data if form.is_valid() else {}
    page = queries.arrivals(
        request.user,
        place.unit,
        state=chosen.get("state", ""),
        words=chosen.get("words", ""),
        number=_page_asked(request),
    )
    context = {
        "place": place,
        "places": places,
        "form": form,
        "lines": page.lines,
        "narrowed": bool(chosen.get("state") or chosen.get("words")),
        "today": clock.today(),
        "pages": _pages(request, page.number, len(page.lines), more=page.more),
    }
    return render(request, "documents/arrivals.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_in(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a document that came from outside."""
    unit = get_or_404(request.user, policy.KEEP_BOOK_AT, every_unit(), see=policy.VIEW_AT, code=code)
    form = TakeInForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
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
        except Unavailable as away:
            form.add_error("file", away.problem.message)
        else:
            messages.success(
                request, _("Entered with number of arrival %(number)s.") % {"number": arrival.number.value}
            )
            return redirect("documents:arrival", arrival.pk)
    context = {"form": form, "place": units.name(unit), "warning": WARNING}
    return render(request, "documents/take_in.html", context, status=422 if form.is_bound else 200)


def _arrival(request: HttpRequest, arrival_id: UUID) -> Arrival:
    return get_or_404(request.user, policy.KEEP_BOOK, queries.every_arrival(), pk=arrival_id)


@login_required
@require_safe
def arrival(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """A document that came, what its signatures said as it came, and who handles it."""
    return _arrival_page(request, _arrival(request, arrival_id))


def _arrival_page(
    request: HttpRequest,
    found: Arrival,
    *,
    assign: AssignForm | None = None,
    words: WordsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "arrival": found,
        "place": units.name(found.unit),
        "kind": kind_names().get(found.kind, ""),
        "verdict": Verdict.from_json(found.verdict) if found.verdict else None,
        "is_open": found.state in OPEN,
        "assign": assign or AssignForm(people=queries.handlers(found.unit)),
        "words": words or WordsForm(),
        "events": access_queries.history(request.user, found),
    }
    return render(request, "documents/arrival.html", context, status=status)


@login_required
@require_safe
def arrival_file(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """The file as it came."""
    found = _arrival(request, arrival_id)
    if found.blob is None:
        raise Http404
    return hand_out(request, found.blob)


@login_required
@require_POST
def assign_arrival(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """Give a document that came to somebody."""
    found = _arrival(request, arrival_id)
    form = AssignForm(request.POST, people=queries.handlers(found.unit))
    if form.is_valid():
        try:
            deeds.assign_arrival(
                actor=request.user, arrival=found, user=form.chosen(), answer_by=form.cleaned_data["answer_by"]
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Given to %(who)s.") % {"who": form.chosen().display_name})
            return redirect("documents:arrival", found.pk)
    return _arrival_page(request, found, assign=form, status=422)


@login_required
@require_POST
def settle_arrival(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """Say what was done about it."""
    return _ended(request, arrival_id, deeds.settle_arrival, _("The document is settled."))


@login_required
@require_POST
def return_arrival(request: HttpRequest, arrival_id: UUID) -> HttpResponse:
    """Send it back to where it came from."""
    return _ended(request, arrival_id, deeds.return_arrival, _("The document is sent back."))


def _ended(request: HttpRequest, arrival_id: UUID, deed: Callable[..., Arrival], said: str) -> HttpResponse:
    found = _arrival(request, arrival_id)
    form = WordsForm(request.POST)
    if form.is_valid():
        try:
            deed(actor=request.user, arrival=found, words=form.cleaned_data["words"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, said)
            return redirect(f"{reverse('documents:arrivals')}?unit={found.unit.code}")
    return _arrival_page(request, found, words=form, status=422)
