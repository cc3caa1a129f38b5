"""Public pages of events and tickets: without account or cookie. A ticket's page is open to who has its link."""

import contextlib
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.events import actions
from doanso.events.forms.registrations import RegistrationForm
from doanso.events.kinds import kind_named
from doanso.events.models import Event, EventState, RegistrationSource, RegistrationState
from doanso.events.queries import attendance as attendance_queries
from doanso.events.queries import draws as draw_queries
from doanso.events.queries import public as queries
from doanso.events.queries import registrations as registration_queries
from doanso.events.queries.booth_codes import stamps_are_over, stamps_of_ticket
from doanso.events.queries.photos import public_photos
from doanso.events.renderers.calendar import CONTENT_TYPE, event_calendar
from doanso.events.wording import day_words, hours_words, seen_words, when_words
from doanso.lib import clock, qr
from doanso.lib.access_codes import format_code
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused
from doanso.people import queries as people
from doanso.units import queries as units


def _event_or_404(slug: str) -> Event:
    event = queries.public_event(slug)
    if event is None:
        raise Http404
    return event


def _head(event: Event) -> dict[str, Any]:
    roots = units.roots()
    return {
        "event": event,
        "kind": kind_named(event.kind),
        "unit": units.named_unit(event.unit),
        "committee": roots[0] if roots else None,
        "when": when_words(event),
        "minimum_year": event.day.year - event.minimum_age if event.minimum_age else None,
    }


@require_safe
def event_list(request: HttpRequest) -> HttpResponse:
    """Show the next events, and lead from a typed code to its event."""
    typed = request.GET.get("code", "")[:20]
    event = queries.event_by_code(typed) if typed else None
    if event is not None:
        return redirect(f"{reverse('events:public-event', args=[event.slug])}?via=code")
    roots = units.roots()
    context = {
        "committee": roots[0] if roots else None,
        "rows": queries.upcoming_events(),
        "held": queries.recent_events(),
        "typed": typed,
    }
    return render(request, "events/public_list.html", context, status=404 if typed else 200)


@require_safe
def event(request: HttpRequest, slug: str) -> HttpResponse:
    """Show an event: when and where, what happens, whether there are places left, and what became of it."""
    event = _event_or_404(slug)
    details = queries.details_of(event)
    change = details.change
    context = {
        **_head(event),
        "details": details,
        "is_over": event.state == EventState.OPEN and event.day < clock.today(),
        "photos": public_photos(event),
        "counts": registration_queries.counts_of(event),
        "former": {"day": day_words(change.day), "hours": hours_words(change.begins, change.ends)} if change else None,
        "code": format_code(event.code),
        "draw": draw_queries.public_draw(event),
        "via": "?via=code" if request.GET.get("via") == "code" else "",
    }
    return render(request, "events/public_event.html", context)


@secret_page
@sensitive_post_parameters("name", "birth_year", "phone", "guardian_name")
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, slug: str) -> HttpResponse:
    """Register for an event; the answer is the ticket's own page."""
    event = _event_or_404(slug)
    details = queries.details_of(event)
    form = RegistrationForm(posted(request), initial={"key": uuid4()})
    registered = submit(
        form,
        lambda: actions.register(
            event_id=event.pk,
            key=form.cleaned_data["key"],
            inputs=form.inputs(),
            source=RegistrationSource.CODE if request.GET.get("via") == "code" else RegistrationSource.LINK,
            network=network_of_request(request),
        ),
    )
    if registered is not None:
        _registration, link = registered
        return redirect("events:ticket", link)
    context = {
        **_head(event),
        "form": form,
        "closed": details.closed,
        "counts": registration_queries.counts_of(event),
        "age": people.guardian_age(),
    }
    return render(request, "events/join.html", context, status=422 if form.is_bound else 200)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Hand out the event as a calendar file."""
    event = _event_or_404(slug)
    url = request.build_absolute_uri(reverse("events:public-event", args=[slug]))
    answer = HttpResponse(event_calendar(event, url), content_type=CONTENT_TYPE)
    answer["Content-Disposition"] = f'inline; filename="{slug}.ics"'
    answer["Cache-Control"] = "no-cache"
    return answer


@secret_page
@require_safe
def ticket(request: HttpRequest, link: str) -> HttpResponse:
    """Show a ticket: its number and code, and what holds now."""
    registration = registration_queries.ticket_by_link(link)
    if registration is None:
        raise Http404
    event = registration.event
    address = request.build_absolute_uri(reverse("events:ticket", args=[link]))
    change = event.changes.order_by("-made_at", "-pk").first()
    is_waiting = registration.state == RegistrationState.WAITING
    is_over = event.state == EventState.OPEN and event.day < clock.today()
    draw = draw_queries.public_draw(event)
    came_at = attendance_queries.came_at(registration)
    context = {
        **_head(event),
        "ticket": registration,
        "draw": draw,
        "draw_outcome": draw_queries.outcome_of(draw, registration.number) if draw is not None else None,
        "link": link,
        "picture": qr.svg(address, f"{event.title}, {registration.number}"),
        "change": change,
        "former": {"day": day_words(change.day), "hours": hours_words(change.begins, change.ends)} if change else None,
        "is_waiting": is_waiting,
        "before": registration_queries.waiting_before(registration) if is_waiting else 0,
        "is_over": is_over,
        "is_today": event.state == EventState.OPEN and event.day == clock.today(),
        "stamps": [] if stamps_are_over(event) else stamps_of_ticket(registration),
        "came_at": came_at,
        "came_words": seen_words(came_at, event.day) if came_at is not None else "",
        "may_cancel": registration.state != RegistrationState.CANCELLED and not is_over and came_at is None,
        "has_certificate": is_over and came_at is not None and registration.name != "",
    }
    return render(request, "events/ticket.html", context)


@secret_page
@require_POST
def cancel(request: HttpRequest, link: str) -> HttpResponse:
    """Cancel a ticket by its holder."""
    if registration_queries.ticket_by_link(link) is None:
        raise Http404
    # Only an event that is over refuses, and the ticket's page says that.
    with contextlib.suppress(Refused):
        actions.cancel_ticket(link=link)
    return redirect("events:ticket", link)
