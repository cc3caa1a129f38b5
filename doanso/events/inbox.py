"""What waits in the inbox: events to announce, postponed ones without a day, shifts that are not full, draws that wait for their
number, missing reports, and photos that somebody asks to be taken down.
"""

from datetime import date

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.events import policy
from doanso.events.queries import closing, draws, photos
from doanso.events.queries import events as queries
from doanso.lib import clock


def _own_units(owner: InboxOwner, event: str = "") -> Q | None:
    """Return the condition of the units at which the user keeps events: those below are their own officers' work.

    `event` is the path to the event with its last underscores; none for rows of events.
    """
    units = sorted(policy.MANAGE.roots(owner.actor))
    return Q(**{f"{event}unit__in": units}) | Q(**{f"{event}unit__keeper__in": units}) if units else None


def _to_announce(owner: InboxOwner) -> InboxRows:
    own = _own_units(owner)
    return queries.unannounced_events_due(clock.today()).filter(own) if own is not None else None


def _without_day(owner: InboxOwner) -> InboxRows:
    own = _own_units(owner)
    return queries.postponed_events().filter(own) if own is not None else None


def _short_shifts(owner: InboxOwner) -> InboxRows:
    own = _own_units(owner)
    return queries.short_shifts(clock.today()).filter(own) if own is not None else None


def _draw_numbers(owner: InboxOwner) -> InboxRows:
    own = _own_units(owner)
    return draws.draws_to_enter(*clock.business_day_and_time()).filter(own) if own is not None else None


def _without_report(owner: InboxOwner) -> InboxRows:
    own = _own_units(owner)
    return closing.events_without_report().filter(own) if own is not None else None


def _photo_requests(owner: InboxOwner) -> InboxRows:
    own = _own_units(owner, "photo__event__")
    return photos.first_waiting_requests().filter(own) if own is not None else None


def _photo_page(owner: InboxOwner, _since: date | None) -> str:
    """Return the photos of the event whose request waits longest."""
    rows = _photo_requests(owner)
    event = rows.order_by("made_at").values_list("photo__event", flat=True).first() if rows is not None else None
    return reverse("events:photos", args=[event]) if event is not None else reverse("events:list")


def _list(_owner: InboxOwner, _since: date | None) -> str:
    return reverse("events:list")


def _draw_page(owner: InboxOwner, _since: date | None) -> str:
    """Return the page of the only draw that waits, else the list of events."""
    rows = _draw_numbers(owner)
    events = list(rows.values_list("event", flat=True)[:2]) if rows is not None else []
    return reverse("events:draw", args=events) if len(events) == 1 else reverse("events:list")


def _postponed_list(_owner: InboxOwner, _since: date | None) -> str:
    return f"{reverse('events:list')}?state={queries.POSTPONED}"


def _over_list(_owner: InboxOwner, _since: date | None) -> str:
    return f"{reverse('events:list')}?state={queries.OVER}"


def _shift_list(_owner: InboxOwner, _since: date | None) -> str:
    return reverse("events:duty")


KINDS = (
    InboxKind(
        "events.to-announce",
        order=72,
        page="events:list",
        rows=_to_announce,
        label=ngettext_lazy("event to be announced", "events to be announced"),
        button=pgettext_lazy("inbox", "See which"),
        icon="calendar-event",
        address=_list,
        due="day",
    ),
    InboxKind(
        "events.without-day",
        order=73,
        page="events:list",
        rows=_without_day,
        label=ngettext_lazy("postponed event without a day", "postponed events without a day"),
        button=pgettext_lazy("inbox", "Set a day"),
        icon="calendar",
        address=_postponed_list,
    ),
    InboxKind(
        "events.short-shifts",
        order=74,
        page="events:duty",
        rows=_short_shifts,
        label=ngettext_lazy("shift that lacks people", "shifts that lack people"),
        button=pgettext_lazy("inbox", "Fill them"),
        icon="users",
        address=_shift_list,
        due="event__day",
    ),
    InboxKind(
        "events.draw-number",
        order=75,
        page="events:list",
        rows=_draw_numbers,
        label=ngettext_lazy("draw that waits for its public number", "draws that wait for their public number"),
        button=pgettext_lazy("inbox", "Enter it"),
        icon="trophy",
        address=_draw_page,
        due="number_day",
    ),
    InboxKind(
        "events.without-report",
        order=76,
        page="events:list",
        rows=_without_report,
        label=ngettext_lazy("event that was held without a report", "events that were held without a report"),
        button=pgettext_lazy("inbox", "Write it"),
        icon="file-text",
        address=_over_list,
        due="day",
    ),
    InboxKind(
        "events.photo-requests",
        order=71,
        page="events:list",
        rows=_photo_requests,
        label=ngettext_lazy("photo that somebody asks to be taken down", "photos that somebody asks to be taken down"),
        button=pgettext_lazy("inbox", "Answer"),
        icon="photo",
        address=_photo_page,
        due="made_on",
    ),
)
