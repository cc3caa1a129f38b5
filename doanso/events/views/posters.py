"""The poster of an event, for walls and notice boards."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import rules
from doanso.events.kinds import kind_named
from doanso.events.models import EventState
from doanso.events.queries.public import partner_names
from doanso.events.views.lookups import event_or_404
from doanso.events.wording import when_words
from doanso.lib import clock, qr
from doanso.lib.access_codes import format_code
from doanso.units import queries as units

_LONG_TITLE, _LONGER_TITLE = 36, 80
"""Characters beyond which a title is set smaller."""


@login_required
@require_safe
def poster(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the poster by which people register; only of an event that is announced and on."""
    event = event_or_404(request, event_id)
    if event.state != EventState.OPEN:
        messages.error(request, _("A poster is printed once the event is announced."))
        return redirect("events:event", event.pk)
    if (over := rules.registration_closed_problem(event.state, event.day, clock.today())) is not None:
        messages.error(request, _("%(reason)s A poster would invite nobody any more.") % {"reason": over.message})
        return redirect("events:event", event.pk)
    address = request.build_absolute_uri(reverse("events:public-event", args=[event.slug]))
    length = len(event.title)
    context = {
        "event": event,
        "kind": kind_named(event.kind),
        "unit": units.named_unit(event.unit),
        "when": when_words(event),
        "minimum_year": event.day.year - event.minimum_age if event.minimum_age else None,
        "size": "s" if length > _LONGER_TITLE else "m" if length > _LONG_TITLE else "l",
        "picture": qr.svg(address, event.title),
        "code": format_code(event.code),
        "list_address": request.build_absolute_uri(reverse("events:public-list")).partition("://")[2],
        "partners": partner_names(event),
    }
    return render(request, "events/poster.html", context)
