"""Source lines of events that were held, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.models import Event, EventClosing
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.units import queries as units


def closing_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return a line per closing with its event, day and report; without them if the actor may not see the event."""
    rows = list(EventClosing.objects.filter(pk__in=list(ids)).select_related("event", "document"))
    events = Event.objects.filter(pk__in={row.event_id for row in rows})
    readable = set(policy.VIEW.filter(actor, events).values_list("pk", flat=True))
    names = units.named_units_by_id({row.unit_id for row in rows if row.unit_id is not None})
    lines = {}
    for row in rows:
        if row.event_id not in readable or row.unit_id is None:
            lines[row.pk] = SourceLine(title=_("An event you may not open"), detail="", url="")
            continue
        words = {"unit": names[row.unit_id].name, "day": formats.day(row.event.day)}
        detail = _("%(unit)s, held on %(day)s") % words
        if row.document is not None and row.document.notation:
            detail += " · " + _("report %(number)s") % {"number": row.document.notation}
        if row.taken_back_on is not None:
            detail += " · " + _("withdrawn on %(day)s") % {"day": formats.day(row.taken_back_on)}
        lines[row.pk] = SourceLine(
            title=row.event.title, detail=detail, url=reverse("events:report", args=[row.event_id])
        )
    return lines
