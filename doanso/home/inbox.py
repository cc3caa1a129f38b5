"""The inbox of a user: the kinds of work that wait, with their numbers, and the user's own assignments.

The rows of the first page and the counts beside sections and tabs come from the same declarations and one statement.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.models import DateField, F, Q, QuerySet, Value
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from doanso.access.inbox import InboxKind, InboxOwner, inbox_kinds
from doanso.access.policy import current_role_assignments
from doanso.accounts.models import User
from doanso.assignments import queries as assignments
from doanso.assignments.models import Assignment
from doanso.home import queries
from doanso.home.menu import Menu
from doanso.lib import clock, formats
from doanso.lib.database import hot_reads
from doanso.lib.database.hot_reads import RowsSummary
from doanso.lib.navigation import NavigationSection
from doanso.targets.inbox import current_programme

MOST = 99
"""The limit of counts; beyond it pages show that there are more."""
ASSIGNMENTS = 8
SOON = 3
"""Days before its due day from which a row is marked."""


@dataclass(frozen=True, slots=True)
class InboxRow:
    """One row of the inbox: what waits, since when or until when, and the one thing to do. `state` marks urgency."""

    title: str
    detail: str
    icon: str
    url: str
    button: str | Promise
    due: str
    state: str
    # None for a row without a due day.
    due_on: date | None
    count: int = 1


@dataclass(frozen=True, slots=True)
class Inbox:
    """All rows of the inbox, those that are due first before the others."""

    decisions: list[InboxRow]
    assignments: list[InboxRow]
    more_assignments: bool

    @property
    def summary(self) -> str:
        """The number of rows, and how many of them are overdue or due by tomorrow, in words; empty without rows."""
        rows = [*self.decisions, *self.assignments]
        if not rows:
            return ""
        today = clock.today()
        days = [(row.due_on - today).days for row in rows if row.due_on is not None]
        late, near = sum(left < 0 for left in days), sum(0 <= left <= 1 for left in days)
        parts = [
            ngettext("%(count)s is overdue", "%(count)s are overdue", late) % {"count": late} if late else "",
            ngettext("%(count)s is due by tomorrow", "%(count)s are due by tomorrow", near) % {"count": near}
            if near
            else "",
        ]
        waiting = ngettext("%(count)s thing waits", "%(count)s things wait", len(rows)) % {"count": len(rows)}
        urgent = ", ".join(part for part in parts if part)
        return f"{waiting}: {urgent}." if urgent else f"{waiting}."


def owner_of(user: User) -> InboxOwner | None:
    """Return the owner of the user's inbox; None without a role."""
    role_assignment = queries.main_role_assignment(user)
    return InboxOwner(user, role_assignment) if role_assignment is not None else None


def inbox_of(owner: InboxOwner) -> Inbox:
    """Return the rows of the inbox; three statements beside that of the programme."""
    summaries = _summaries(owner)
    decisions = [_decision(owner, kind, summary) for kind, summary in summaries]
    decisions.sort(key=lambda row: row.due_on or date.max)
    own = list(_own_assignments(owner.actor).order_by("due_on", "id")[: ASSIGNMENTS + 1])
    rows = [_assignment(row) for row in assignments.assignment_rows(owner.actor, own[:ASSIGNMENTS])]
    return Inbox(decisions, rows, more_assignments=len(own) > ASSIGNMENTS)


def waiting_counts(owner: InboxOwner, menu: Menu) -> dict[str, str]:
    """Return how much waits, by the code of each section, tab and page in the menu; without zeros.

    A tab and a page have the number of records, a section the sum of its tabs, and the first section the number of rows in
    the inbox. One statement beside that of the programme.
    """
    *kinds, own = _all_summaries(owner)
    counted = [(kind, summary.count) for kind, summary in kinds if kind is not None and summary.count]
    counts: Counter[str] = Counter()
    places = {
        page.route: (section.head.section, tab.tab.code)
        for section in (*menu.sections, *([menu.own] if menu.own else ()))
        for tab in section.tabs
        for page in tab.pages
    }
    for kind, count in counted:
        if kind.page in places:
            for code in dict.fromkeys((*places[kind.page], kind.page)):
                counts[code] += count
    counts[NavigationSection.TODAY] = len(counted) + own[1].count
    return {code: _shown(count) for code, count in counts.items() if count}


def _own_assignments(actor: User) -> QuerySet[Assignment]:
    """Return the open assignments that are the actor's, or that nobody has taken over yet."""
    return assignments.open_assignments(actor).filter(Q(owner=actor) | Q(owner=None))


@dataclass(frozen=True, slots=True)
class _Signature:
    """All that the statements of an inbox depend on; the owner itself is left out of the comparison."""

    user_id: Any
    roles: tuple[tuple[Any, ...], ...]
    main: Any
    day: date
    programme: Any
    owner: InboxOwner = field(compare=False)


@lru_cache(maxsize=512)
def _compiled(signature: _Signature) -> Sequence[tuple[InboxKind | None, str, tuple[Any, ...]]]:
    """Return the compiled rows of each kind that the owner can have; last, without a kind, those of own assignments.

    Building fifteen statements with the ORM costs ten times as much as running them.
    """
    owner = signature.owner
    parts: list[tuple[InboxKind | None, str, tuple[Any, ...]]] = []
    candidates = [(kind, kind.rows(owner), kind.due, kind.since) for kind in inbox_kinds()]
    for kind, rows, due, since in [*candidates, (None, _own_assignments(owner.actor), "due_on", "")]:
        if rows is None:
            continue
        first = due or since
        nothing = Value(None, output_field=DateField())
        columns = rows.order_by(*([first] if first else [])).annotate(
            inbox_due=F(due) if due else nothing, inbox_since=F(since) if since else nothing
        )
        try:
            sql, parameters = hot_reads.compiled(columns.values_list("inbox_due", "inbox_since")[: MOST + 1])
        except EmptyResultSet:
            if kind is None:
                sql, parameters = "SELECT NULL AS inbox_due, NULL AS inbox_since WHERE 1 = 0", []
            else:
                continue
        parts.append((kind, sql, tuple(parameters)))
    return parts


def _all_summaries(owner: InboxOwner) -> list[tuple[InboxKind | None, RowsSummary]]:
    programme = current_programme(owner)
    roles = sorted((held.role, str(held.unit_id)) for held in current_role_assignments(owner.actor))
    main = (owner.role_assignment.role, owner.role_assignment.unit_id)
    signature = _Signature(
        owner.actor.pk, tuple(roles), main, clock.today(), programme.pk if programme is not None else None, owner
    )
    parts = _compiled(signature)
    summaries = hot_reads.read_summaries([(sql, parameters) for _kind, sql, parameters in parts])
    return [(kind, summary) for (kind, _sql, _parameters), summary in zip(parts, summaries, strict=True)]


def _summaries(owner: InboxOwner) -> list[tuple[InboxKind, RowsSummary]]:
    """Return the kinds of which something waits."""
    return [(kind, summary) for kind, summary in _all_summaries(owner) if kind is not None and summary.count]


def _decision(owner: InboxOwner, kind: InboxKind, summary: RowsSummary) -> InboxRow:
    due, state = _due(summary.due, late="risk")
    return InboxRow(
        title=f"{_shown(summary.count)} {kind.label % summary.count}",
        detail=_detail(owner, kind, summary.since) if summary.since is not None else "",
        icon=kind.icon,
        url=kind.address(owner, summary.since),
        button=kind.button,
        due=due,
        state=state,
        due_on=summary.due,
        count=summary.count,
    )


def _assignment(row: assignments.AssignmentRow) -> InboxRow:
    # Lateness of an assignment is a number of days, never a reproach.
    due, state = _due(row.assignment.due_on, late="behind")
    return InboxRow(
        title=row.sentence,
        detail=row.unit,
        icon="calendar-event",
        url=reverse("assignments:assignment", args=[row.assignment.pk]),
        button=pgettext("inbox", "Open it"),
        due=due,
        state=state,
        due_on=row.assignment.due_on,
    )


def _due(day: date | None, *, late: str) -> tuple[str, str]:
    """Return a due day in words, and its state; both empty without one."""
    if day is None:
        return "", ""
    left = (day - clock.today()).days
    if left < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -left) % {"days": formats.number(-left)}, late
    if left == 0:
        return _("Due today"), "behind"
    if left == 1:
        return _("Due tomorrow"), "behind"
    return _("Due %(day)s") % {"day": formats.short_day(day)}, "behind" if left <= SOON else ""


def _detail(owner: InboxOwner, kind: InboxKind, day: date) -> str:
    if kind.detail is not None:
        return kind.detail(owner, day)
    days = (clock.today() - day).days
    if days <= 0:
        return _("The oldest came today")
    if days <= 60:
        return ngettext("The oldest waits %(days)s day", "The oldest waits %(days)s days", days) % {"days": days}
    return _("The oldest waits since %(day)s") % {"day": formats.day(day)}


def _shown(count: int) -> str:
    return formats.number(count) if count <= MOST else f"{MOST}+"
