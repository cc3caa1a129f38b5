"""Source lines of visits, shown when a figure is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.outreach import visit_words
from doanso.outreach.models import VisitOutcome
from doanso.outreach.queries import visits


def visit_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """Return door, day and outcome, under the policy of the visit's own page."""
    keys = list(ids)
    # A visit counts under its own key at first, and under another one once a later version changed what was counted.
    visible_visits = visits.visible_visits(actor).filter(Q(counted_as__in=keys) | Q(pk__in=keys))
    by_key = {key: row for row in visible_visits for key in (row.pk, row.counted_as)}
    shown = access.personal(actor)
    lines = {}
    for key in keys:
        visit = by_key.get(key)
        if visit is None:
            lines[key] = SourceLine(title=_("A visit you may not open"), detail="", url="")
            continue
        values = {"outcome": VisitOutcome(visit.outcome).label, "day": formats.day(visit.happened_on)}
        lines[key] = SourceLine(
            title=visit_words.door_words(shown, visit),
            detail=_("%(outcome)s, on %(day)s") % values,
            url=reverse("outreach:visit", args=[visit.pk]),
        )
    return lines
