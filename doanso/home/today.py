"""A secretary's day on one page: this week's targets, what waits for a decision, assignments with their dates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Model, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy, pgettext

from doanso.access.models import Role, RoleAssignment
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
from doanso.lib.database import as_date, hot_reads
from doanso.outreach import policy as outreach
from doanso.outreach.queries import follow_ups as arranged
from doanso.people import policy as people
from doanso.people import queries as persons
from doanso.people.models import DuplicateState, RequestState
from doanso.reports.models import Period
from doanso.reports.queries.periods import awaiting_decision, month_beginning
from doanso.support import queries as support
from doanso.sync import queries as phones
from doanso.targets import policy as targets
from doanso.targets.models import Programme
from doanso.targets.queries import awaiting_answer, awaiting_settlement
from doanso.targets.queries.week import WeekTarget

MOST = 99
"""The limit of counts; beyond it the page shows that there are more."""
TILES = 6
ASSIGNMENTS = 6


@dataclass(frozen=True, slots=True)
class WaitingKind:
    """One kind of pending decision: rows, label by number, icon and address of the page."""

    rows: QuerySet[Any]
    label: Any
    icon: str
    url: str


@dataclass(frozen=True, slots=True)
class WaitingDecisions:
    """The number of pending decisions of one kind."""

    count: int
    label: str
    icon: str
    url: str

    @property
    def shown(self) -> str:
        """The number as displayed, or a text saying that there are more."""
        return formats.number(self.count) if self.count <= MOST else f"{MOST}+"


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


def decisions(actor: User, role_assignment: RoleAssignment, programme: Programme | None) -> list[WaitingDecisions]:
    """Return the decisions pending for the actor, those that keep people waiting first; kinds with nothing are left out.

    All are counted in one statement, which also reads the oldest pending month.
    """
    kinds = [
        *_of_people(actor),
        *_of_members(actor, role_assignment),
        *_of_doors(actor, role_assignment),
        *_of_lists(actor),
        *_of_targets(actor, role_assignment, programme),
    ]
    months = (
        awaiting_decision(actor, programme, role_assignment.unit) if programme is not None else Period.objects.none()
    )
    *counts, month_count, oldest = hot_reads.read_scalars(
        [
            *(("COUNT(*)", kind.rows.order_by().values_list("pk")[: MOST + 1]) for kind in kinds),
            ("COUNT(*)", months.values_list("pk")[: MOST + 1]),
            ("MIN(first_day)", months.values_list("first_day")),
        ]
    )
    if programme is not None and month_count:
        kinds.append(_of_months(role_assignment, programme, as_date(oldest), months))
        counts.append(month_count)
    waiting = zip(kinds, counts, strict=True)
    return [WaitingDecisions(count, str(kind.label % count), kind.icon, kind.url) for kind, count in waiting if count]


def _decidable[M: Model](actor: User, permission: Permission, rows: QuerySet[M]) -> QuerySet[M]:
    """Return those rows that the actor may decide for others; no statement and no rows if there are no such units."""
    return permission.filter(actor, rows) if permission.roots(actor) else rows.none()


def _of_people(actor: User) -> Iterator[WaitingKind]:
    open_requests = persons.requests().filter(state__in=[RequestState.OPEN, RequestState.TAKEN])
    yield WaitingKind(
        _decidable(actor, people.HANDLE_REQUESTS, open_requests),
        ngettext_lazy("request about personal data", "requests about personal data"),
        "shield-lock",
        reverse("people:requests"),
    )
    waiting = support.waiting(actor)
    helps = reverse("support:list")
    yield WaitingKind(
        waiting["disputed"],
        ngettext_lazy("help that somebody disputes", "helps that somebody disputes"),
        "message-circle",
        f"{helps}?state=disputed",
    )
    yield WaitingKind(
        waiting["remarked"], ngettext_lazy("slip to correct", "slips to correct"), "pencil", f"{helps}?state=remarked"
    )
    yield WaitingKind(
        waiting["flagged"],
        ngettext_lazy("confirmation to have a look at", "confirmations to have a look at"),
        "flag",
        f"{helps}?state=flagged",
    )
    yield WaitingKind(
        _decidable(actor, people.SETTLE, persons.duplicates().filter(state=DuplicateState.OPEN)),
        ngettext_lazy("pair that may be one person", "pairs that may be one person"),
        "users-group",
        reverse("people:pairs"),
    )


def _of_members(actor: User, role_assignment: RoleAssignment) -> Iterator[WaitingKind]:
    if not adoption.ATTEST.roots(actor):
        return
    attestable = uses.attestable_stays(actor)
    yield WaitingKind(
        declarations.of_unit(attestable),
        ngettext_lazy("declaration of a member to attest", "declarations of members to attest"),
        "clipboard-check",
        reverse("adoption:declarations"),
    )
    yield WaitingKind(
        difficulties.open_among(attestable, asks_help=True),
        ngettext_lazy("member who asks for help", "members who ask for help"),
        "help-circle",
        f"{reverse('adoption:difficulties', kwargs={'code': role_assignment.unit.code})}?help=on",
    )


def _of_doors(actor: User, role_assignment: RoleAssignment) -> Iterator[WaitingKind]:
    yield WaitingKind(
        phones.waiting(actor),
        ngettext_lazy("record of a phone to look at", "records of phones to look at"),
        "cloud-up",
        reverse("sync:list"),
    )
    if role_assignment.unit_id in outreach.MANAGE.roots(actor):
        yield WaitingKind(
            arranged.follow_ups(actor, role_assignment.unit, clock.today()),
            ngettext_lazy("home that asked for a visit by today", "homes that asked for a visit by today"),
            "home-heart",
            f"{reverse('outreach:follow-ups')}?unit={role_assignment.unit.code}",
        )


def _of_lists(actor: User) -> Iterator[WaitingKind]:
    yield WaitingKind(
        _decidable(actor, imports.RUN, lists.all_imports().filter(state=ImportState.COMPARED)),
        ngettext_lazy("list to answer for and to write", "lists to answer for and to write"),
        "file-spreadsheet",
        reverse("imports:list"),
    )


def _of_targets(actor: User, role_assignment: RoleAssignment, programme: Programme | None) -> Iterator[WaitingKind]:
    if programme is None:
        return
    address = f"{reverse('targets:cascade', kwargs={'programme': programme.code})}?unit={role_assignment.unit.code}"
    if role_assignment.unit_id in targets.ANSWER.roots(actor):
        yield WaitingKind(
            awaiting_answer(programme, role_assignment.unit),
            ngettext_lazy("target given to you to answer", "targets given to you to answer"),
            "target-arrow",
            address,
        )
    if role_assignment.unit_id in targets.ALLOCATE.roots(actor):
        yield WaitingKind(
            awaiting_settlement(programme, role_assignment.unit),
            ngettext_lazy("target for which another number is asked", "targets for which another number is asked"),
            "target",
            address,
        )


def _of_months(
    role_assignment: RoleAssignment, programme: Programme, oldest: date, months: QuerySet[Period]
) -> WaitingKind:
    month = month_beginning(programme, oldest)
    address = f"{reverse('reports:board', args=[programme.code])}?month={month.code}&unit={role_assignment.unit.code}"
    label = ngettext_lazy("unit below sent its month", "units below sent their month")
    return WaitingKind(months, label, "lock", address)


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


@dataclass(frozen=True, slots=True)
class TaskList:
    """The assignments that are due first, and whether more are open."""

    lines: list[assignments.AssignmentRow]
    more: bool


def tasks(actor: User) -> TaskList:
    """Return the first assignments of the actor's units, in two statements."""
    open_assignments = list(assignments.open_assignments(actor)[: ASSIGNMENTS + 1])
    return TaskList(assignments.rows(actor, open_assignments[:ASSIGNMENTS]), more=len(open_assignments) > ASSIGNMENTS)


def week_words(monday: date, sunday: date) -> str:
    """Return the first and last day of the week as the page shows them."""
    return _("%(first)s to %(last)s") % {"first": formats.short_day(monday), "last": formats.short_day(sunday)}
