"""A secretary's day on one page: this week's targets, what waits for a decision, assignments with their dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from doanso.access.models import Holding, Role
from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.adoption import policy as adoption
from doanso.adoption import queries as uses
from doanso.adoption.queries import declarations, difficulties
from doanso.assignments import queries as assignments
from doanso.imports import policy as imports
from doanso.imports import queries as lists
from doanso.imports.models import ImportState
from doanso.lib import clock, formats
from doanso.outreach import policy as outreach
from doanso.outreach.queries import follow_ups as arranged
from doanso.people import policy as people
from doanso.people import queries as persons
from doanso.people.models import DuplicateState, RequestState
from doanso.reports.queries.periods import waiting_for
from doanso.support import queries as support
from doanso.sync import queries as phones
from doanso.targets import policy as targets
from doanso.targets.models import Programme
from doanso.targets.queries import waits_for_answer, waits_for_settling
from doanso.targets.queries.week import WeekTarget

MOST = 99
"""Nobody decides more than that in a day; beyond it is only said that there are more."""
TILES = 6
ASSIGNMENTS = 6


@dataclass(frozen=True, slots=True)
class Decision:
    """So many of one kind wait for the reader's word."""

    count: int
    label: str
    icon: str
    url: str

    @property
    def shown(self) -> str:
        """The number, or that there are more."""
        return formats.number(self.count) if self.count <= MOST else f"{MOST}+"


@dataclass(frozen=True, slots=True)
class QuickAction:
    """What a secretary does most, one touch away."""

    label: str
    icon: str
    url: str


def deeds(holding: Holding) -> list[QuickAction]:
    """For whoever writes down the day's work; the city's officers look on from above."""
    if holding.role not in (Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY):
        return []
    return [
        QuickAction(_("Record a help"), "plus", reverse("support:record")),
        QuickAction(pgettext("menu", "Attest"), "checks", reverse("adoption:attest")),
    ]


def _up_to(found: QuerySet[Any]) -> int:
    return len(found.order_by().values_list("pk")[: MOST + 1])


def _seen[M: Model](actor: User, verb: Permission, found: QuerySet[M]) -> int:
    """How many of them the actor may decide; whoever decides none is not asked for."""
    return _up_to(verb.filter(actor, found)) if verb.roots(actor) else 0


def decisions(actor: User, holding: Holding, programme: Programme | None) -> list[Decision]:
    """What waits for the actor, in the order of what keeps people waiting; kinds with nothing are left out."""
    found = [
        *_of_people(actor),
        *_of_members(actor, holding),
        *_of_doors(actor, holding),
        *_of_lists(actor),
        *_of_targets(actor, holding, programme),
        *_of_months(actor, holding, programme),
    ]
    return [one for one in found if one.count]


def _of_people(actor: User) -> Iterator[Decision]:
    waiting_states = [RequestState.OPEN, RequestState.TAKEN]
    count = _seen(actor, people.HANDLE_REQUESTS, persons.requests().filter(state__in=waiting_states))
    label = ngettext("request about personal data", "requests about personal data", count)
    yield Decision(count, label, "shield-lock", reverse("people:requests"))
    waiting = support.waiting_counts(actor)
    helps = reverse("support:list")
    count = waiting["disputed"]
    label = ngettext("help that somebody disputes", "helps that somebody disputes", count)
    yield Decision(count, label, "message-circle", f"{helps}?state=disputed")
    count = waiting["remarked"]
    label = ngettext("slip to correct", "slips to correct", count)
    yield Decision(count, label, "pencil", f"{helps}?state=remarked")
    count = waiting["flagged"]
    label = ngettext("confirmation to have a look at", "confirmations to have a look at", count)
    yield Decision(count, label, "flag", f"{helps}?state=flagged")
    count = _seen(actor, people.SETTLE, persons.duplicates().filter(state=DuplicateState.OPEN))
    label = ngettext("pair that may be one person", "pairs that may be one person", count)
    yield Decision(count, label, "users-group", reverse("people:pairs"))


def _of_members(actor: User, holding: Holding) -> Iterator[Decision]:
    if not adoption.ATTEST.roots(actor):
        return
    count = _up_to(declarations.of_unit(uses.attestable(actor)))
    label = ngettext("declaration of a member to attest", "declarations of members to attest", count)
    yield Decision(count, label, "clipboard-check", reverse("adoption:declarations"))
    count = _up_to(difficulties.open_among(uses.attestable(actor), asks_help=True))
    label = ngettext("member who asks for help", "members who ask for help", count)
    address = reverse("adoption:difficulties", kwargs={"code": holding.unit.code})
    yield Decision(count, label, "help-circle", f"{address}?help=on")


def _of_doors(actor: User, holding: Holding) -> Iterator[Decision]:
    count = _up_to(phones.waiting(actor))
    label = ngettext("record of a phone to look at", "records of phones to look at", count)
    yield Decision(count, label, "cloud-up", reverse("sync:list"))
    if holding.unit_id in outreach.MANAGE.roots(actor):
        count = _up_to(arranged.follow_ups(actor, holding.unit, clock.today()))
        label = ngettext("home that asked for a visit by today", "homes that asked for a visit by today", count)
        yield Decision(count, label, "home-heart", f"{reverse('outreach:follow-ups')}?unit={holding.unit.code}")


def _of_lists(actor: User) -> Iterator[Decision]:
    count = _seen(actor, imports.RUN, lists.every().filter(state=ImportState.COMPARED))
    label = ngettext("list to answer for and to write", "lists to answer for and to write", count)
    yield Decision(count, label, "file-spreadsheet", reverse("imports:list"))


def _of_targets(actor: User, holding: Holding, programme: Programme | None) -> Iterator[Decision]:
    if programme is None:
        return
    address = f"{reverse('targets:cascade', kwargs={'programme': programme.code})}?unit={holding.unit.code}"
    if holding.unit_id in targets.ANSWER.roots(actor):
        count = len(waits_for_answer(programme, holding.unit))
        label = ngettext("target given to you to answer", "targets given to you to answer", count)
        yield Decision(count, label, "target-arrow", address)
    if holding.unit_id in targets.ALLOCATE.roots(actor):
        count = len(waits_for_settling(programme, holding.unit))
        label = ngettext("target for which another number is asked", "targets for which another number is asked", count)
        yield Decision(count, label, "target", address)


def _of_months(actor: User, holding: Holding, programme: Programme | None) -> Iterator[Decision]:
    if programme is None:
        return
    count, month = waiting_for(actor, programme, holding.unit)
    label = ngettext("unit below sent its month", "units below sent their month", count)
    address = f"{reverse('reports:board', args=[programme.code])}?month={month.code}&unit={holding.unit.code}"
    yield Decision(count, label, "lock", address)


def tiles(weeks: list[WeekTarget], programme: Programme, code: str) -> list[dict[str, Any]]:
    """This week's targets as the page draws them."""
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


@dataclass(frozen=True, slots=True)
class Tasks:
    """The assignments that are due first."""

    lines: list[assignments.Line]
    more: bool


def tasks(actor: User) -> Tasks:
    """A few assignments of the actor's units, two statements."""
    found = list(assignments.open_for(actor)[: ASSIGNMENTS + 1])
    return Tasks(assignments.lines(actor, found[:ASSIGNMENTS]), more=len(found) > ASSIGNMENTS)


def week_words(monday: date, sunday: date) -> str:
    """The days of the week on the page."""
    return _("%(first)s to %(last)s") % {"first": formats.short_day(monday), "last": formats.short_day(sunday)}
