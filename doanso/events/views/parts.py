"""The tabs of an event's lines, and the forms by which lines are added, changed and removed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy
from doanso.events.forms.parts import (
    BoothForm,
    BudgetForm,
    EventPartnerForm,
    MaterialForm,
    PartChoices,
    PartForm,
    TimetableForm,
)
from doanso.events.invitations import missing_totals_text
from doanso.events.models import Event
from doanso.events.queries.booths import sum_comparisons
from doanso.events.queries.parts import add_booth_figures, part_rows, partner_and_booth_rows, service_choices
from doanso.events.views.lookups import event_or_404, form_page, head_of, unanswered_context
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners.queries import partner_choices, partners_with_agreement


@dataclass(frozen=True, slots=True)
class _Sort:
    """A sort of lines: its form, its tab, and its words."""

    form: type[PartForm]
    page: str
    add: Promise
    change: Promise


_SORTS = {
    "timetable": _Sort(
        TimetableForm, "timetable", gettext_lazy("Add a line of the timetable"), gettext_lazy("Change the line")
    ),
    "partners": _Sort(
        EventPartnerForm, "booths", gettext_lazy("Add a partner"), gettext_lazy("Change the partner's part")
    ),
    "booths": _Sort(BoothForm, "booths", gettext_lazy("Add a booth"), gettext_lazy("Change the booth")),
    "budget": _Sort(BudgetForm, "budget", gettext_lazy("Add a line of the budget"), gettext_lazy("Change the line")),
    "materials": _Sort(
        MaterialForm, "budget", gettext_lazy("Add something to prepare"), gettext_lazy("Change the line")
    ),
}


def _sort_or_404(sort: str) -> _Sort:
    if sort not in _SORTS:
        raise Http404
    return _SORTS[sort]


@login_required
@require_safe
def booths(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show partners and booths with their goals."""
    event = event_or_404(request, event_id)
    head = head_of(request, event, "booths")
    partners, rows = partner_and_booth_rows(request.user, event, head["unit"].short_name)
    booths = add_booth_figures(event, rows)
    missing = [row for row in booths if row.figures is not None and row.figures.is_missing]
    names = [f"{row.booth.number}. {row.booth.name}" for row in missing]
    typed_at = request.build_absolute_uri(reverse("events:enter-booth-code"))
    totals = sum_comparisons([row.figures for row in booths if row.figures is not None])
    context = {
        **head,
        **unanswered_context(event, totals),
        "partners": partners,
        "agreed": partners_with_agreement([row.part.partner_id for row in partners], event.day) if partners else (),
        "booths": booths,
        "has_figures": any(row.figures is not None for row in booths),
        "sums": totals,
        "missing": missing,
        "reminder": missing_totals_text(event, names, typed_at) if missing else None,
    }
    return render(request, "events/booths.html", context)


@login_required
@require_safe
def timetable(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the timetable."""
    event = event_or_404(request, event_id)
    lines = event.timetable.order_by("at", "pk")
    return render(request, "events/timetable.html", {**head_of(request, event, "timetable"), "timetable": lines})


@login_required
@require_safe
def budget(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the budget as text, and what is to be prepared."""
    event = event_or_404(request, event_id)
    context = {
        **head_of(request, event, "budget"),
        "budget": event.budget.order_by("pk"),
        "materials": event.materials.order_by("is_ready", "pk"),
    }
    return render(request, "events/budget.html", context)


def _choices(request: AuthenticatedRequest, event: Event, sort: str, part: Any = None) -> PartChoices:
    """Return what the form of this sort offers; a partner that is named already stays offered."""
    if sort == "partners":
        offered = [(str(choice.id), choice.label) for choice in partner_choices(request.user)]
        if part is not None and str(part.partner_id) not in dict(offered):
            offered.append((str(part.partner_id), part.partner.name))
        return PartChoices(partners=offered)
    if sort == "booths":
        parts, _booths = partner_and_booth_rows(request.user, event)
        return PartChoices(
            event_partners=[(str(row.part.pk), row.partner.short_name) for row in parts], services=service_choices()
        )
    return PartChoices()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, event_id: UUID, sort: str) -> HttpResponse:
    """Add a line."""
    words = _sort_or_404(sort)
    event = event_or_404(request, event_id, policy.MANAGE)
    initial: dict[str, Any] = {"key": uuid7()}
    if sort == "booths":
        initial["number"] = max((booth.number for booth in event.booths.all()), default=0) + 1
    form = words.form(posted(request), initial=initial)
    form.offer(_choices(request, event, sort))
    if submit(
        form,
        lambda: actions.add_part(actor=request.user, event=event, inputs=form.inputs(), key=form.cleaned_data["key"]),
    ):
        messages.success(request, _("Added."))
        return redirect(f"events:{words.page}", event.pk)
    context = {
        "title": words.add,
        "event": event,
        "submit": words.add,
        "icon": "plus",
        "back": reverse(f"events:{words.page}", args=[event.pk]),
        "new": True,
        "elsewhere": reverse("partners:list") if sort == "partners" else "",
    }
    return form_page(request, form, context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, event_id: UUID, sort: str, part_id: UUID) -> HttpResponse:
    """Change a line, or remove it."""
    words = _sort_or_404(sort)
    event = event_or_404(request, event_id, policy.MANAGE)
    part = get_object_or_404(part_rows(event, sort), pk=part_id)
    form = words.form(posted(request), initial=words.form.initial_of(part))
    form.offer(_choices(request, event, sort, part))
    if submit(form, lambda: actions.change_part(actor=request.user, part=part, inputs=form.inputs())):
        messages.success(request, _("The changes are kept."))
        return redirect(f"events:{words.page}", event.pk)
    context = {
        "title": words.change,
        "event": event,
        "submit": _("Keep the changes"),
        "icon": "check",
        "back": reverse(f"events:{words.page}", args=[event.pk]),
        "remove_url": reverse("events:remove-part", args=[event.pk, sort, part.pk]),
    }
    return form_page(request, form, context)


@login_required
@require_POST
def remove(request: AuthenticatedRequest, event_id: UUID, sort: str, part_id: UUID) -> HttpResponse:
    """Remove a line."""
    words = _sort_or_404(sort)
    event = event_or_404(request, event_id, policy.MANAGE)
    part = part_rows(event, sort).filter(pk=part_id).first()
    if part is not None:
        try:
            actions.remove_part(actor=request.user, part=part)
        except Refused as refused:
            messages.error(request, refused.problem.message)
        else:
            messages.success(request, _("Removed."))
    return redirect(f"events:{words.page}", event.pk)
