"""What the views of this app have in common: objects through their policy, the tabs of an event, and the page with one form."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import pgettext

from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import policy
from doanso.events.kinds import kind_named
from doanso.events.models import Event, EventState
from doanso.events.queries import events as queries
from doanso.events.queries.booth_codes import stamps_are_over
from doanso.events.queries.booths import StampFigures, count_unanswered_stamps
from doanso.events.rules import EventStatus
from doanso.events.rules.booths import last_answer_day
from doanso.events.wording import PILLS, day_words, status_of, status_words, when_words
from doanso.lib import clock
from doanso.units import queries as units


def event_or_404(request: AuthenticatedRequest, event_id: UUID, permission: Permission = policy.VIEW) -> Event:
    """Return the event; 404 for who may not see it, 403 for who sees it and may not do this."""
    return get_or_404(request.user, permission, queries.all_events(), see=policy.VIEW, pk=event_id)


def head_of(request: AuthenticatedRequest, event: Event, here: str) -> dict[str, Any]:
    """Return the context of an event's page: its head, and the tabs with the current one."""
    status = status_of(event, clock.today())
    may_manage = policy.MANAGE.allows(request.user, event, found_by=policy.VIEW)
    is_over = status == EventStatus.OVER
    return {
        "event": event,
        "kind": kind_named(event.kind),
        "unit": units.named_unit(event.unit),
        "when": when_words(event),
        "former_day": day_words(event.day) if event.state == EventState.POSTPONED else "",
        "mark": PILLS[status],
        "label": status_words(event, *clock.business_day_and_time()),
        "tabs": [
            {"label": label, "url": reverse(f"events:{name}", args=[event.pk]), "current": name == here}
            for name, label in _tabs()
        ],
        "is_public": event.announced_on is not None,
        "may_manage": may_manage,
        "may_change": may_manage and event.state != EventState.CANCELLED,
        # The overview's main action on the day; other tabs have their own.
        "may_check_in_now": here == "event"
        and status == EventStatus.TODAY
        and policy.CHECK_IN.allows(request.user, event, found_by=policy.VIEW),
        "may_announce": may_manage and event.state == EventState.DRAFT,
        "may_move": may_manage
        and (event.state == EventState.POSTPONED or (event.state == EventState.OPEN and not is_over)),
        "may_repeat": may_manage and event.state != EventState.DRAFT,
        "may_cancel": may_manage and event.state != EventState.CANCELLED and not is_over,
    }


def _tabs() -> list[tuple[str, str]]:
    return [
        ("event", pgettext("event", "Overview")),
        ("participants", pgettext("event", "Registrations")),
        ("check-ins", pgettext("event", "Check-in")),
        ("booths", pgettext("event", "Booths and partners")),
        ("timetable", pgettext("event", "Timetable")),
        ("shifts", pgettext("event", "Shifts")),
        ("budget", pgettext("event", "Budget and things")),
        ("photos", pgettext("event", "Photos")),
        ("draw", pgettext("event", "Draw")),
        ("report", pgettext("event", "Report")),
    ]


def unanswered_context(event: Event, totals: Sequence[StampFigures] | None = None) -> dict[str, Any]:
    """Return how many stamps of an event wait for their visitors, and until when; nothing once nobody answers any more.

    One statement where the page has no sums of the booths.
    """
    if stamps_are_over(event):
        return {"unanswered": 0}
    unanswered = sum(total.unanswered for total in totals) if totals is not None else count_unanswered_stamps(event)
    return {"unanswered": unanswered, "answered_until": last_answer_day(event.day)}


def form_page(request: AuthenticatedRequest, form: Form, context: dict[str, Any]) -> HttpResponse:
    """Return the page with one form; 422 where something is to be put right."""
    return render(request, "events/form.html", {"form": form, **context}, status=422 if form.errors else 200)
