"""The public page of a draw and its files: without account or cookie, and without names."""

from functools import cache
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from doanso.events.models import Draw, DrawState, Event
from doanso.events.queries import draws as queries
from doanso.events.queries.public import public_event
from doanso.events.wording import draw_moment
from doanso.lib import formats
from doanso.lib.number_field import parse_number
from doanso.units import queries as units

_PROGRAM = Path(__file__).resolve().parent.parent / "static" / "events" / "check_draw.txt"


def _draw_or_404(slug: str) -> tuple[Event, Draw]:
    event = public_event(slug)
    draw = queries.public_draw(event) if event is not None else None
    if event is None or draw is None:
        raise Http404
    draw.event = event
    return event, draw


def _head(event: Event) -> dict[str, Any]:
    roots = units.roots()
    return {
        "event": event,
        "unit": units.named_unit(event.unit),
        "committee": roots[0] if roots else None,
        "day": formats.day(event.day),
    }


@require_safe
def draw(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a draw: its steps, the tickets that won, whether mine did, and how anybody checks it.

    While the only draws of the event were withdrawn, it shows those.
    """
    event = public_event(slug)
    if event is None:
        raise Http404
    draw = queries.public_draw(event)
    withdrawn = queries.withdrawn_draws(event)
    if draw is None:
        if not withdrawn:
            raise Http404
        return render(request, "events/public_withdrawn.html", {**_head(event), "withdrawn": withdrawn})
    draw.event = event
    details = queries.details_of(draw)
    typed = request.GET.get("ticket", "").strip()[:12]
    number = parse_number(typed) if typed else None
    context = {
        **_head(event),
        "draw": draw,
        "details": details,
        "moments": {state: draw_moment(step) for state, step in details.steps.items()},
        "due": f"{draw.number_time:%H:%M}, {formats.day(draw.number_day)}",
        "is_frozen": draw.state != DrawState.COMMITTED,
        "is_drawn": draw.state == DrawState.DRAWN,
        "is_reproduced": draw.state == DrawState.DRAWN and queries.is_reproduced(details),
        "typed": typed,
        "width": queries.number_width(draw),
        "outcome": queries.outcome_of(draw, number) if number is not None else None,
        "withdrawn": withdrawn,
        "program": _program(),
    }
    return render(request, "events/public_draw.html", context)


@cache
def _program() -> str:
    """Return the lines of `docs/draw.md` that check a published file."""
    return _PROGRAM.read_text(encoding="utf-8")


@require_safe
def published(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the published file of a draw."""
    event, draw = _draw_or_404(slug)
    answer = HttpResponse(queries.published_text(event, draw), content_type="application/json")
    # Whoever checks a draw elsewhere may read the file from there.
    answer["Access-Control-Allow-Origin"] = "*"
    return answer


@require_safe
def ticket_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Answer the frozen list as the text whose hash is published."""
    _event, draw = _draw_or_404(slug)
    if not draw.list_text:
        raise Http404
    return HttpResponse(draw.list_text, content_type="text/plain; charset=us-ascii")
