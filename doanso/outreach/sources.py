"""How a visit looks behind a figure that is opened."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.lib import formats
from doanso.outreach.models import Outcome
from doanso.outreach.queries import visits
from doanso.tally.ports import SourceLine


def visit_lines(*, actor: User, ids: Iterable[UUID]) -> Mapping[UUID, SourceLine]:
    """At which door, when and with what outcome, under the policy of the visit's own page."""
    wanted = list(ids)
    # Counted under its own key at first, and under another one since a later version said something else.
    known = visits.visible(actor).filter(Q(counted_as__in=wanted) | Q(pk__in=wanted))
    found = {key: one for one in known for key in (one.pk, one.counted_as)}
    shown = access.personal(actor)
    lines = {}
    for key in wanted:
        visit = found.get(key)
        if visit is None:
            lines[key] = SourceLine(title=_("A visit you may not open"), detail="", url="")
            continue
        said = {"outcome": Outcome(visit.outcome).label, "day": formats.day(visit.happened_on)}
        lines[key] = SourceLine(
            title=visits.place(shown, visit),
            detail=_("%(outcome)s, on %(day)s") % said,
            url=reverse("outreach:visit", args=[visit.pk]),
        )
    return lines
