"""Pages of one event: setting it up, its overview, and its changes of state."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.queries import units_with_permission
from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy
from doanso.events.forms.events import CancelForm, EventForm, MoveForm, RepeatForm
from doanso.events.kinds import kinds
from doanso.events.models import Event, EventState, StampKind, TimetableLine
from doanso.events.queries import events as queries
from doanso.events.queries.booths import StampFigures, sum_comparisons
from doanso.events.queries.parts import ShiftRow, add_booth_figures, partner_and_booth_rows, shift_rows
from doanso.events.queries.registrations import RegistrationCounts, counts_of
from doanso.events.queries.repeats import RepeatedParts, related_years, repeated_parts
from doanso.events.rules.schedule import current_position
from doanso.events.views.lookups import event_or_404, form_page, head_of, unanswered_context
from doanso.events.wording import day_words, hours_words
from doanso.lib import clock, qr
from doanso.lib.access_codes import format_code
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest) -> HttpResponse:
    """Set up an event; the kind is chosen first, by a link, and fills in the hours."""
    access.over_others_or_404(request.user, policy.MANAGE_AT, see=policy.VIEW_AT)
    offered = units_with_permission(request.user, policy.MANAGE_AT)
    kind = next((kind for kind in kinds() if kind.code == request.GET.get("kind")), kinds()[0])
    hours = kind.hours
    initial: dict[str, Any] = {"key": uuid7(), "kind": kind.code, "unit": offered[0].code if offered else ""}
    if hours is not None:
        initial |= {"begins": hours[0], "ends": hours[1]}
    form = EventForm(posted(request), units=offered, initial=initial)

    def create() -> Event:
        unit = next(unit.unit for unit in offered if unit.code == form.cleaned_data["unit"])
        return actions.create_event(actor=request.user, unit=unit, inputs=form.inputs(), key=form.cleaned_data["key"])

    if event := submit(form, create):
        messages.success(request, _("The event is set up. Enter partners, booths and shifts, then announce it."))
        return redirect("events:event", event.pk)
    context = {
        "title": _("Set up an event"),
        "kinds": kinds(),
        "chosen": form.data.get("kind") if form.is_bound else kind.code,
        "submit": _("Set up the event"),
        "icon": "check",
        "back": reverse("events:list"),
        "new": True,
    }
    return form_page(request, form, context)


@login_required
@require_safe
def overview(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show an event: what is ready, what is missing, what happens when, and how it was moved."""
    event = event_or_404(request, event_id)
    head = head_of(request, event, "event")
    partners, rows = partner_and_booth_rows(request.user, event, head["unit"].short_name)
    booths = add_booth_figures(event, rows)
    shifts = shift_rows(request.user, event.shifts.filter(removed_at=None))
    timetable = list(event.timetable.order_by("at", "pk"))
    totals = sum_comparisons([row.figures for row in booths if row.figures])
    context = {
        **head,
        **unanswered_context(event, totals),
        "partners": partners,
        "booths": booths,
        "shifts": shifts,
        "missing": sum(row.missing for row in shifts),
        "stats": _stats(event, queries.figures_of(event), counts_of(event), totals),
        "code": format_code(event.code),
        "picture": _picture(request, event),
        "related": related_years(request.user, event),
        "timetable": timetable,
        "now_line": _now_line(event, timetable),
        "changes": [
            {
                "change": change,
                "day": day_words(change.day),
                "hours": hours_words(change.begins, change.ends),
            }
            for change in queries.changes_of(event)
        ],
        "events": _history(request.user, event, shifts[:50]),
    }
    return render(request, "events/event.html", context)


def _history(actor: User, event: Event, shifts: Sequence[ShiftRow]) -> access_queries.ObjectHistory:
    """Return the event's history with that of its shifts, naming whom each change of duty was about."""
    people = [person for row in shifts for person in (*row.volunteers, *row.former)]
    return access_queries.joint_history(
        actor,
        [event, *(row.shift for row in shifts), *(person.volunteer for person in people)],
        titles={person.volunteer.pk: person.name for person in people},
    )


def _picture(request: AuthenticatedRequest, event: Event) -> str:
    """Return the QR code by which people register; nothing before it is announced and once its day is over."""
    if event.state != EventState.OPEN or event.day < clock.today():
        return ""
    address = request.build_absolute_uri(reverse("events:public-event", args=[event.slug]))
    return qr.svg(address, event.title)


def _stats(
    event: Event, figures: queries.EventFigures, counts: RegistrationCounts, totals: Sequence[StampFigures]
) -> list[dict[str, Any]]:
    """Return the four large figures: what is prepared before the day; from the day on who came and what booths did."""
    booths = _stat("booths", event, _("booths"), figures.booths)
    on_duty = _stat("shifts", event, _("people on duty"), figures.volunteers, figures.wanted or None)
    if not figures.has_begun:
        return [
            _stat("participants", event, _("people with a ticket"), counts.registered, event.capacity),
            booths,
            on_duty,
            _stat("budget", event, _("things ready"), figures.materials_ready, figures.materials or None),
        ]
    by_kind = {total.kind: total for total in totals}
    accounts, payments = by_kind.get(StampKind.ACCOUNT), by_kind.get(StampKind.PAYMENT)
    confirmed = sum(total.confirmed for total in totals)
    return [
        _stat("check-ins", event, _("people checked in"), figures.came, counts.registered or None),
        _booth_stat(event, accounts, pgettext("event", "accounts opened"), _("accounts opened, as partners report"))
        if accounts
        else booths,
        _booth_stat(event, payments, pgettext("event", "first payments"), _("first payments, as partners report"))
        if payments
        else on_duty,
        _stat("booths", event, _("records of help that visitors confirmed"), confirmed)
        if totals
        else _stat("photos", event, _("photos kept"), figures.photos),
    ]


def _booth_stat(event: Event, total: StampFigures, stamped: str, reported: str) -> dict[str, Any]:
    """Return what partners report of a kind, or, as long as nobody has, what booths have stamped."""
    if total.reported is None:
        return _stat("booths", event, stamped, total.stamped)
    return _stat("booths", event, reported, total.reported)


def _stat(page: str, event: Event, label: str, value: int, whole: int | None = None) -> dict[str, Any]:
    return {"value": value, "whole": whole, "label": label, "url": reverse(f"events:{page}", args=[event.pk])}


def _now_line(event: Event, timetable: Sequence[TimetableLine]) -> UUID | None:
    """Return the line of the timetable that is on, on the day of the event."""
    today, at = clock.business_day_and_time()
    if event.state != EventState.OPEN or event.day != today:
        return None
    position = current_position([line.at for line in timetable], event.ends, at)
    return timetable[position].pk if position is not None else None


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Change what is written down of an event."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = EventForm(posted(request), event=event)
    if submit(
        form,
        lambda: actions.change_event(
            actor=request.user, event=event, read=form.cleaned_data["read"] or 0, inputs=form.inputs()
        ),
    ):
        messages.success(request, _("The changes are kept."))
        return redirect("events:event", event.pk)
    hint = ""
    if event.state != "draft":
        hint = _("The event is announced: day, hours and place change by “Move or postpone”, with a reason for people.")
    context = {
        "title": _("Change the event"),
        "event": event,
        "hint": hint,
        "submit": _("Keep the changes"),
        "icon": "check",
        "back": reverse("events:event", args=[event.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def repeat(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Make an event again for a later year: show what is copied and what is not; on POST set it up as a draft."""
    event = event_or_404(request, event_id, policy.MANAGE)
    copied = repeated_parts(request.user, event)
    form = RepeatForm(posted(request), source=event, copied=copied, initial={"key": uuid7()})
    if new_event := submit(
        form,
        lambda: actions.repeat_event(
            actor=request.user,
            event=event,
            inputs=form.inputs(),
            parts=form.chosen_parts(),
            key=form.cleaned_data["key"],
        ),
    ):
        messages.success(
            request, _("The event is set up as a draft. Look at its shifts and partners, then announce it.")
        )
        return redirect("events:event", new_event.pk)
    context = {
        "title": _("Make it again for next year"),
        "event": event,
        "hint": _(
            "Never copied: tickets and check-ins, people on duty, photos, the draw, codes, certificates, figures and "
            "the report."
        ),
        "left_out": _left_out(copied),
        "submit": _("Set up the event"),
        "icon": "check",
        "back": reverse("events:event", args=[event.pk]),
        "new": True,
    }
    return form_page(request, form, context)


def _left_out(copied: RepeatedParts) -> list[str]:
    """Return what cannot be copied, in sentences."""
    sentences = []
    if copied.ended_partners:
        words = _("%(count)s partners have ended, or are not yours to name: they and their booths are left out.")
        sentences.append(words % {"count": copied.ended_partners})
    if copied.gone_shifts:
        words = _("%(count)s shifts are left out: their units are not below this one any more.")
        sentences.append(words % {"count": copied.gone_shifts})
    return sentences


@login_required
@require_POST
def announce(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Announce an event."""
    event = event_or_404(request, event_id, policy.MANAGE)
    read = request.POST.get("read", "")[:9]
    try:
        actions.open_event(actor=request.user, event=event, read=int(read) if read.isdecimal() else event.version)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(
            request,
            _("The event is announced: it has a public page, the units below are invited, and shifts are tasks."),
        )
    return redirect("events:event", event.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Move or postpone an announced event."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = MoveForm(posted(request), event=event)

    def move_or_postpone() -> str:
        cleaned = form.cleaned_data
        common = {"actor": request.user, "event": event, "read": cleaned["read"], "reason": cleaned["reason"]}
        if cleaned["way"] == MoveForm.POSTPONE:
            actions.postpone_event(**common)
            return _("The event is postponed. Set its new day as soon as it is known.")
        actions.move_event(**common, hours=form.hours())
        return _("The event is moved. Units with shifts on another day have new tasks.")

    if message := submit(form, move_or_postpone):
        messages.success(request, message)
        return redirect("events:event", event.pk)
    context = {
        "title": _("Set the new day") if event.state == "postponed" else _("Move or postpone the event"),
        "event": event,
        "submit": _("Keep it so"),
        "icon": "calendar-event",
        "back": reverse("events:event", args=[event.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Cancel an event for good."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = CancelForm(posted(request), initial={"read": event.version})
    if submit(
        form,
        lambda: actions.cancel_event(
            actor=request.user, event=event, read=form.cleaned_data["read"], reason=form.cleaned_data["reason"]
        ),
    ):
        messages.success(request, _("The event is cancelled. What was written down stays."))
        return redirect("events:event", event.pk)
    context = {
        "title": _("Cancel the event"),
        "hint": _("A cancelled event does not come back. If only the day is unknown, postpone it instead."),
        "event": event,
        "submit": _("Cancel the event"),
        "icon": "ban",
        "danger": True,
        "back": reverse("events:event", args=[event.pk]),
    }
    return form_page(request, form, context)
