"""Parts of a secretary's day: frequent actions, and this week's targets."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doanso.access.models import Role, RoleAssignment
from doanso.lib import formats
from doanso.targets.models import Programme
from doanso.targets.queries.week import WeekTarget

TILES = 6


@dataclass(frozen=True, slots=True)
class QuickAction:
    """A frequent action of secretaries, offered as a button."""

    label: str
    icon: str
    url: str


def quick_actions(role_assignment: RoleAssignment) -> list[QuickAction]:
    """Return the actions of users who record the day's work; the city's officers do not."""
    if role_assignment.role not in (Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY):
        return []
    return [
        QuickAction(_("Record a help"), "plus", reverse("support:record")),
        QuickAction(pgettext("menu", "Attest"), "checks", reverse("adoption:attest")),
    ]


def tiles(weeks: list[WeekTarget], programme: Programme, code: str) -> list[dict[str, Any]]:
    """Return this week's targets as the page shows them."""
    return [
        {
            "title": week.indicator.short_title,
            "done": week.counted,
            "asked": week.needed,
            "state": str(week.state),
            "words": _words(week),
            "url": reverse(
                "targets:indicator",
                kwargs={"programme": programme.code, "indicator": week.indicator.code, "unit": code},
            ),
        }
        for week in weeks[:TILES]
    ]


def _words(week: WeekTarget) -> str:
    if week.over:
        return _("Enough, %(over)s more") % {"over": formats.number(week.over)}
    if not week.left:
        return _("Enough")
    left = {"left": formats.number(week.left)}
    if week.state == "on":
        return _("On schedule, %(left)s to go") % left
    if week.state == "behind":
        return _("Slow, %(left)s to go") % left
    return _("At risk, %(left)s to go") % left


def week_words(monday: date, sunday: date) -> str:
    """Return the first and last day of the week as the page shows them."""
    return _("%(first)s to %(last)s") % {"first": formats.short_day(monday), "last": formats.short_day(sunday)}
