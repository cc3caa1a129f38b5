"""History as a workbook: one row per event, with the number under which it is chained."""

from collections.abc import Iterable, Iterator
from itertools import batched
from typing import IO, Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doanso.access import policy
from doanso.access.history import HistoryFilter, first_roles, matching_events, object_links
from doanso.access.ports import action_heading, changed_words, object_kinds
from doanso.access.queries import actor_name
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.audit.models import AuditEvent
from doanso.lib.spreadsheet import Column, table_file
from doanso.units import queries as units
from doanso.units.models import Unit

MOST_ROWS = 50_000
"""Rows of one file, the newest first; a reader who needs older ones narrows the days."""
_BATCH = 500


def export_history(actor: User, wanted: HistoryFilter) -> IO[bytes]:
    """Return an .xlsx of the events that the actor may read, and record in history that it was made."""
    # The export is recorded after the newest event is fixed, so that a file never holds its own making.
    newest = matching_events(actor, wanted).values_list("pk", flat=True).first() or 0
    for root in Unit.objects.filter(pk__in=policy.VIEW_HISTORY.roots(actor)):
        record(actor=actor, action="audit.export", obj=root, unit=root)
    events = matching_events(actor, wanted).filter(pk__lte=newest)[: MOST_ROWS + 1]
    return table_file(
        columns=_columns(), rows=_rows(actor, events.iterator(_BATCH)), sheet_name=pgettext("history export", "History")
    )


def _columns() -> list[Column]:
    return [
        Column(pgettext("history export", "Number"), 10),
        Column(pgettext("history export", "Time of the action"), 18),
        Column(pgettext("history export", "Who did it"), 28),
        Column(pgettext("history export", "Role today"), 34),
        Column(pgettext("history export", "What was done"), 40),
        Column(pgettext("history export", "Kind of object"), 24),
        Column(pgettext("history export", "Which object"), 36),
        Column(pgettext("history export", "Changed fields"), 30),
        Column(pgettext("history export", "Unit concerned"), 30),
    ]


def _rows(actor: User, events: Iterable[AuditEvent]) -> Iterator[list[Any]]:
    kinds, called = object_kinds(), dict[UUID, str]()
    for start, page in enumerate(batched(events, _BATCH)):
        links = object_links(actor, page)
        roles = first_roles({event.actor_id for event in page if event.actor_id})
        missing = {event.unit_id for event in page if event.unit_id} - set(called)
        called |= {unit_id: named.name for unit_id, named in units.named_units_by_id(missing).items()}
        for place, event in enumerate(page, start * _BATCH):
            if place == MOST_ROWS:
                yield [None, None, _("There is more: choose fewer days for the rest.")]
                return
            kind, link = kinds.get(event.object_kind), links.get((event.object_kind, event.object_id))
            yield [
                event.pk,
                event.at,
                actor_name(event),
                roles.get(event.actor_id, "") if event.actor_id else "",
                action_heading(event.action),
                str(kind.label) if kind is not None else _("Something else"),
                link.title if link is not None else "",
                changed_words(event.action, event.changed),
                called.get(event.unit_id, "") if event.unit_id else "",
            ]
