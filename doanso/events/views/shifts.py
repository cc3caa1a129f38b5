"""Shifts of an event, and who is on duty: kept by the event's unit, filled by the unit of the shift."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy
from doanso.events.forms.parts import ShiftForm
from doanso.events.invitations import duty_text
from doanso.events.models import Event, EventState, Shift
from doanso.events.queries import events as queries
from doanso.events.queries.parts import booth_choices, shift_rows
from doanso.events.queries.volunteers import search_volunteers
from doanso.events.views.lookups import event_or_404, form_page, head_of
from doanso.events.wording import day_words, hours_words
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.units import queries as units


def _shift_or_404(request: AuthenticatedRequest, shift_id: UUID, permission: Permission = policy.VIEW) -> Shift:
    return get_or_404(request.user, permission, queries.all_shifts(), see=policy.VIEW, pk=shift_id)


@login_required
@require_safe
def shift_list(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the shifts of an event with who is on duty."""
    event = event_or_404(request, event_id)
    rows = shift_rows(request.user, event.shifts.filter(removed_at=None))
    return render(request, "events/shifts.html", {**head_of(request, event, "shifts"), "rows": rows})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Add a shift."""
    event = event_or_404(request, event_id, policy.MANAGE)
    initial = {"key": uuid7(), "unit": event.unit.code, "begins": event.begins, "ends": event.ends}
    form = ShiftForm(posted(request), units=units.subtree(event.unit), booths=booth_choices(event), initial=initial)
    if submit(
        form,
        lambda: actions.add_shift(actor=request.user, event=event, inputs=form.inputs(), key=form.cleaned_data["key"]),
    ):
        messages.success(request, _("The shift is added."))
        return redirect("events:shifts", event.pk)
    context = {
        "title": _("Add a shift"),
        "hint": _("Once the event is announced, the shift is a task of the unit that fills it."),
        "event": event,
        "submit": _("Add the shift"),
        "icon": "plus",
        "back": reverse("events:shifts", args=[event.pk]),
        "new": True,
    }
    return form_page(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, event_id: UUID, shift_id: UUID) -> HttpResponse:
    """Change a shift, or remove it."""
    event = event_or_404(request, event_id, policy.MANAGE)
    shift = get_object_or_404(queries.all_shifts().filter(event=event, removed_at=None), pk=shift_id)
    form = ShiftForm(posted(request), units=units.subtree(event.unit), booths=booth_choices(event), shift=shift)
    if submit(form, lambda: actions.change_shift(actor=request.user, shift=shift, inputs=form.inputs())):
        messages.success(request, _("The changes are kept."))
        return redirect("events:shifts", event.pk)
    context = {
        "title": _("Change the shift"),
        "hint": _("With another unit or other hours it becomes a new task; people of the former unit are taken out."),
        "event": event,
        "submit": _("Keep the changes"),
        "icon": "check",
        "back": reverse("events:shifts", args=[event.pk]),
        "remove_url": reverse("events:remove-shift", args=[event.pk, shift.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_POST
def remove(request: AuthenticatedRequest, event_id: UUID, shift_id: UUID) -> HttpResponse:
    """Remove a shift."""
    event = event_or_404(request, event_id, policy.MANAGE)
    shift = get_object_or_404(queries.all_shifts().filter(event=event), pk=shift_id)
    try:
        actions.remove_shift(actor=request.user, shift=shift)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The shift is removed."))
    return redirect("events:shifts", event.pk)


@login_required
@require_safe
def shift(request: AuthenticatedRequest, shift_id: UUID) -> HttpResponse:
    """Show a shift to the unit that fills it: who is on duty, and a search for others."""
    shift = _shift_or_404(request, shift_id)
    event = shift.event
    [row] = shift_rows(request.user, queries.all_shifts().filter(pk=shift.pk))
    may_fill = (
        policy.MANAGE.allows(request.user, shift, found_by=policy.VIEW)
        and shift.removed_at is None
        and event.state != EventState.CANCELLED
    )
    text = request.GET.get("q", "")[:60]
    context = {
        "shift": shift,
        "event": event,
        "row": row,
        "unit": units.named_unit(event.unit),
        "when": f"{day_words(event.day)}, {hours_words(shift.begins, shift.ends)}",
        "hours": hours_words(shift.begins, shift.ends),
        "may_open_event": policy.VIEW.allows(request.user, event),
        "may_fill": may_fill,
        "may_hand_out": may_fill and shift.booth_id is not None and event.state == EventState.OPEN,
        "may_add": may_fill and row.is_short,
        "reminder": duty_text(shift, _public_address(request, event)) if may_fill and row.volunteers else None,
        "q": text,
        "offered": search_volunteers(request.user, shift, text) if may_fill and row.is_short else [],
    }
    return render(request, "events/shift.html", context)


def _public_address(request: AuthenticatedRequest, event: Event) -> str:
    """Return the address of an event's public page; empty before it is announced."""
    if event.announced_on is None:
        return ""
    return request.build_absolute_uri(reverse("events:public-event", args=[event.slug]))


@login_required
@require_POST
def add(request: AuthenticatedRequest, shift_id: UUID) -> HttpResponse:
    """Put somebody on duty."""
    shift = _shift_or_404(request, shift_id, policy.MANAGE)
    try:
        actions.add_volunteer(
            actor=request.user,
            shift=shift,
            member_id=_key(request.POST.get("member", "")),
            teammate_id=_key(request.POST.get("teammate", "")),
        )
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("events:shift", shift.pk)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@login_required
@require_POST
def take_out(request: AuthenticatedRequest, shift_id: UUID, volunteer_id: UUID) -> HttpResponse:
    """Take somebody off duty."""
    shift = _shift_or_404(request, shift_id, policy.MANAGE)
    volunteer = get_object_or_404(shift.volunteers.select_related("shift"), pk=volunteer_id)
    try:
        actions.remove_volunteer(actor=request.user, volunteer=volunteer)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("events:shift", shift.pk)
