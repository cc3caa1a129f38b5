"""The desk at the gate: who came and is inside, checking in and out, undoing, visitors without a ticket, tickets on paper."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy, tickets
from doanso.events.actions.desk import MOST_PAPER_TICKETS, DeskInput, DeskResult
from doanso.events.forms.gate import GateForm, PaperTicketsForm, PrintForm
from doanso.events.models import CheckInDirection, Event, EventState, RegistrationSource
from doanso.events.queries import attendance as queries
from doanso.events.queries.booth_codes import stamps_are_over, unanswered_count
from doanso.events.queries.gates import gates_of
from doanso.events.queries.registrations import counts_of, ticket_at_desk
from doanso.events.renderers.paper_tickets import ticket_sheets
from doanso.events.views.lookups import event_or_404, head_of
from doanso.events.wording import hour, when_words
from doanso.lib import clock, formats, qr
from doanso.lib.charts import bars
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7


def _page(event: Event, **query: Any) -> HttpResponse:
    """Return the way back to the desk, with what it shows."""
    address = reverse("events:check-ins", args=[event.pk])
    chosen = {name: value for name, value in query.items() if value}
    return redirect(f"{address}?{urlencode(chosen)}" if chosen else address)


@login_required
@require_safe
def check_ins(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show who came and is inside, by hour and gate, and what the desk found for a name."""
    event = event_or_404(request, event_id)
    may_check_in = policy.CHECK_IN.allows(request.user, event, found_by=policy.VIEW)
    is_open = event.state == EventState.OPEN and event.day <= clock.today()
    typed = request.GET.get("q", "").strip()[:60] if may_check_in and is_open else ""
    gates = gates_of([event.pk])[event.pk]
    figures, counts, paper = queries.gate_figures(event), counts_of(event), queries.paper_tickets(event)
    context = {
        **head_of(request, event, "check-ins"),
        "figures": figures,
        "hours": [(row, bars.bar("", row.people, row.most)) for row in figures.hours],
        "counts": counts,
        "absent": max(counts.registered - figures.came + figures.waiting, 0),
        "phone_units": queries.phone_units(event),
        "sightings": queries.last_sightings(request.user, event),
        "seen": _seen(request, event) if may_check_in else None,
        "may_check_in": may_check_in and is_open,
        # On the day the figures are fetched anew by themselves.
        "is_today": is_open and event.day == clock.today(),
        "is_over": event.day < clock.today(),
        "is_ahead": event.state != EventState.OPEN or event.day > clock.today(),
        "form": GateForm(
            event=event,
            gates=gates,
            gate=request.GET.get("gate", ""),
            typed=typed,
            at=request.GET.get("at", "")[:8],
            focused=event.day == clock.today(),
        ),
        "typed": typed,
        "found": [(row, uuid7()) for row in queries.find_tickets(event, typed)] if typed else [],
        "members": [(row, uuid7()) for row in queries.find_members(request.user, event, typed)] if typed else [],
        "paper": paper,
        "paper_form": PaperTicketsForm(initial={"count": 100, "key": uuid7()}),
        "print_form": PrintForm(initial={"first": paper.first, "last": paper.last}),
        "may_print": event.state != EventState.CANCELLED and event.day >= clock.today(),
    }
    return render(request, "events/check_ins.html", context)


def _seen(request: AuthenticatedRequest, event: Event) -> dict[str, Any] | None:
    """Return what the desk has just done: the ticket, and for a visitor without one the code to take a picture of."""
    try:
        key = UUID(request.GET.get("seen", ""))
    except ValueError:
        return None
    row = queries.sighting_of(request.user, event, key)
    if row is None:
        return None
    picture = ""
    if row.check_in.method == "walk-in" and row.registration.source == RegistrationSource.GATE and not row.name:
        address = reverse("events:ticket", args=[tickets.link_of(row.registration)])
        picture = qr.svg(request.build_absolute_uri(address), f"{event.title}, {row.registration.number}")
    return {
        "row": row,
        "picture": picture,
        "again": request.GET.get("again") == "1",
        "unanswered": 0 if stamps_are_over(event) else unanswered_count(row.registration),
    }


@login_required
@sensitive_post_parameters("typed")
@require_POST
def check_in(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Check in or out what was scanned, typed or chosen; a name that is no ticket yet is searched for."""
    event = event_or_404(request, event_id, policy.CHECK_IN)
    form = GateForm(request.POST, event=event, gates=gates_of([event.pk])[event.pk])
    if not form.is_valid():
        return _invalid(request, event, form)
    cleaned = form.cleaned_data
    at = request.POST.get("at", "")
    gate, ticket_id, member_id = cleaned["gate"], cleaned["registration"], cleaned["member"]
    if ticket_id is None and member_id is None:
        typed = cleaned["typed"].strip()
        ticket_id = ticket_at_desk(event, typed)
        if ticket_id is None:
            if _may_be_secret(typed):
                messages.error(request, _("No ticket of this event has this code."))
                return _page(event, gate=gate, at=at)
            return _page(event, gate=gate, at=at, q=typed)
    direction = cleaned["direction"] or CheckInDirection.IN.value
    inputs = DeskInput(cleaned["key"], direction, gate, ticket_id, member_id, cleaned.get("at"))
    return _answer(request, event, gate, inputs)


def _may_be_secret(typed: str) -> bool:
    """Return whether this may be the address on a ticket or another paper: such a one is in no address of a page."""
    return "://" in typed or bool(tickets.link_in(typed))


def _invalid(request: AuthenticatedRequest, event: Event, form: GateForm) -> HttpResponse:
    """Return the way back to the desk with what is wrong: a time that cannot be read, or a page that was out of date."""
    errors = [str(error) for error in form.errors.get("at", ())]
    messages.error(request, errors[0] if errors else _("This page was out of date. Try again."))
    typed = form.data.get("typed", "").strip()
    return _page(event, gate=form.data.get("gate", "")[:60], q="" if _may_be_secret(typed) else typed[:60])


@login_required
@require_POST
def walk_in(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Check a visitor in who has no ticket: the desk then shows one."""
    event = event_or_404(request, event_id, policy.CHECK_IN)
    form = GateForm(request.POST, event=event, gates=gates_of([event.pk])[event.pk])
    if not form.is_valid():
        return _invalid(request, event, form)
    gate = form.cleaned_data["gate"]
    return _answer(request, event, gate, DeskInput(form.cleaned_data["key"], gate=gate, at=form.cleaned_data.get("at")))


def _answer(request: AuthenticatedRequest, event: Event, gate: str, inputs: DeskInput) -> HttpResponse:
    at = hour(inputs.at) if inputs.at is not None else ""
    try:
        result: DeskResult = actions.check_in(actor=request.user, event=event, inputs=inputs)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _page(event, gate=gate, at=at)
    return _page(event, gate=gate, at=at, seen=result.check_in.pk, again="1" if result.came_before else "")


@login_required
@require_POST
def undo(request: AuthenticatedRequest, event_id: UUID, check_in_id: UUID) -> HttpResponse:
    """Undo a check-in."""
    event = event_or_404(request, event_id, policy.CHECK_IN)
    stored = get_object_or_404(queries.check_ins_of(event), pk=check_in_id)
    try:
        actions.undo_check_in(actor=request.user, event=event, check_in_id=check_in_id)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        message = _("The check-in of ticket %(number)s is undone.")
        messages.success(request, message % {"number": formats.number(stored.attendance.registration.number)})
    return _page(event, gate=stored.gate)


@login_required
@require_POST
def make_tickets(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Make tickets on paper."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = PaperTicketsForm(request.POST)
    if not form.is_valid():
        message = _("Enter a number of tickets from 1 to %(most)s.")
        messages.error(request, message % {"most": formats.number(MOST_PAPER_TICKETS)})
        return _page(event)
    try:
        numbers = actions.make_paper_tickets(
            actor=request.user, event=event, key=form.cleaned_data["key"], count=form.cleaned_data["count"]
        )
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _page(event)
    if numbers:
        message = ngettext(
            "%(count)s ticket on paper is made. Print it now.",
            "%(count)s tickets on paper are made. Print them now.",
            len(numbers),
        )
        messages.success(request, message % {"count": formats.number(len(numbers))})
    return _page(event)


@login_required
@require_POST
def print_tickets(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show sheets of tickets on paper that nobody used; each showing is in the history."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = PrintForm(request.POST)
    rows = []
    if form.is_valid():
        rows = queries.unused_links(event, form.cleaned_data["first"], form.cleaned_data["last"], MOST_PAPER_TICKETS)
    if not rows:
        messages.error(request, _("There is no unused ticket with these numbers."))
        return _page(event)
    actions.record_printing(actor=request.user, event=event)
    address = request.build_absolute_uri(reverse("events:ticket", args=["LINK"]))
    context = {
        "event": event,
        "sheets": ticket_sheets(event, rows, address),
        "count": len(rows),
        "first": rows[0][0],
        "last": rows[-1][0],
        "when": when_words(event),
    }
    return render(request, "events/paper_tickets.html", context)
