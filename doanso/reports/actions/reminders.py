"""Reminders of months that are due, as assignments: one per unit and month, completed when the month is sent."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q

from doanso.access.models import RoleAssignment
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.assignments.actions import assign, complete
from doanso.assignments.models import Assignment, AssignmentOutcome
from doanso.assignments.queries import sole_handlers
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.lib.problems import refuse
from doanso.reports import policy
from doanso.reports.deadlines import deadlines
from doanso.reports.models import Period, PeriodStep
from doanso.reports.rules import periods as rules
from doanso.reports.rules.periods import Month
from doanso.reports.sources import DUE, PERIOD, RETURNED, due_source
from doanso.targets.models import Programme
from doanso.targets.queries import all_programmes
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

_LONGEST_AGO = timedelta(days=62)
"""No reminders for a programme that has been over for longer than this."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One unit that has not sent a month yet, and the day by which it is due."""

    programme: Programme
    month: Month
    unit: NamedUnit
    due_on: date

    @property
    def source_id(self) -> UUID:
        """Return the id of a reminder: the same for the same unit and month, however often it is computed."""
        return due_source(self.programme, self.month, self.unit.id)


def _with_sender(programme: Programme, unit_ids: Collection[UUID], on: date) -> set[UUID]:
    """Return the units at which a user has the role that sends their month.

    For the others the unit above sends, and its board shows which are missing.
    """
    sends = [role for role, verbs in GRANTS.items() if verbs.get(policy.SEND.name) is Scope.SUBTREE]
    closes = [role for role, verbs in GRANTS.items() if verbs.get(policy.DECIDE.name) is Scope.SUBTREE]
    held = RoleAssignment.objects.filter(in_effect(on), user__is_active=True)
    of_units = Q(role__in=sends, unit_id__in=list(unit_ids)) & ~Q(unit=programme.root_id)
    return set(held.filter(of_units | Q(role__in=closes, unit=programme.root_id)).values_list("unit_id", flat=True))


def find_reminders(on: date) -> list[Reminder]:
    """Return the units that would be reminded on a day, in every programme that runs or has just ended; nothing is written."""
    than = deadlines()
    reminders: list[Reminder] = []
    for programme in all_programmes().filter(first_day__lte=on, last_day__gte=on - _LONGEST_AGO):
        month = rules.month_to_close(programme, on)
        if month.last_day >= on:
            continue
        unit_tree = units.subtree(programme.root, month.last_day)
        ids = [unit.id for unit in unit_tree]
        sent = set(
            Period.objects.filter(programme=programme, first_day=month.first_day, unit_id__in=ids)
            .exclude(state__in=rules.TO_SEND)
            .values_list("unit_id", flat=True)
        )
        units_with_sender = _with_sender(programme, ids, on)
        for unit in unit_tree:
            due_on = than.due_on(month, unit.unit, is_root=unit.id == programme.root_id)
            if (
                unit.id in units_with_sender
                and unit.id not in sent
                and on >= due_on - timedelta(days=than.remind_before)
            ):
                reminders.append(Reminder(programme, month, unit, due_on))
    return reminders


def remind(*, dry_run: bool = False) -> list[Reminder]:
    """Remind the units whose month is due, except those reminded before. Each reminder is a transaction of its own."""
    due_reminders = find_reminders(clock.today())
    keys = [reminder.source_id for reminder in due_reminders]
    existing_ids = set(Assignment.objects.filter(kind=DUE, source_id__in=keys).values_list("source_id", flat=True))
    new = [reminder for reminder in due_reminders if reminder.source_id not in existing_ids]
    if dry_run or not new:
        return new
    _assign(new, actor=None)
    return new


def remind_units(*, actor: User, programme: Programme, month: Month, unit_ids: Collection[UUID]) -> int:
    """Remind these units of their month now, before the worker does; return how many are reminded by it.

    Left out are units that have sent it, that were reminded before, and those without an account that sends it: for these the
    unit above sends. The actor decides about all of the units.
    """
    if set(unit_ids) - policy.held_at(actor, policy.DECIDE, unit_ids):
        raise PermissionDenied(policy.DECIDE.name)
    refuse(rules.over_problem(month, clock.today()))
    than = deadlines()
    ids = _with_sender(programme, unit_ids, clock.today()) & set(unit_ids)
    sent = Period.objects.filter(programme=programme, first_day=month.first_day, unit_id__in=ids)
    ids -= set(sent.exclude(state__in=rules.TO_SEND).values_list("unit_id", flat=True))
    sources = {due_source(programme, month, unit_id): unit_id for unit_id in ids}
    before = Assignment.objects.filter(kind=DUE, source_id__in=list(sources)).values_list("source_id", flat=True)
    ids -= {sources[source_id] for source_id in before}
    named = units.named_units_by_id(ids, month.last_day)
    _assign(
        [
            Reminder(programme, month, unit, than.due_on(month, unit.unit, is_root=unit.id == programme.root_id))
            for unit in named.values()
        ],
        actor=actor,
    )
    return len(named)


def _assign(reminders: Collection[Reminder], *, actor: User | None) -> None:
    owners = sole_handlers({reminder.unit.id for reminder in reminders})
    for reminder in reminders:
        is_root = reminder.unit.id == reminder.programme.root_id
        assign(
            actor=actor,
            unit=reminder.unit.unit,
            title_code=DUE,
            parameters={"programme": reminder.programme.code, "month": reminder.month.code, "root": is_root},
            owner=owners.get(reminder.unit.id),
            due_on=reminder.due_on,
            source_kind=PERIOD,
            source_id=reminder.source_id,
        )


def complete_reminders(*, actor: User, programme: Programme, month: Month, unit_ids: Collection[UUID]) -> None:
    """Complete the reminders of these units' month: it was sent, or closed with the unit above."""
    ids = list(unit_ids)
    steps = PeriodStep.objects.filter(
        period__programme=programme, period__first_day=month.first_day, period__unit__in=ids
    )
    due = Q(kind=DUE, source_id__in=[due_source(programme, month, unit_id) for unit_id in ids])
    returned = Q(kind=RETURNED, source_id__in=list(steps.values_list("pk", flat=True)))
    for assignment in Assignment.objects.filter(due | returned, completed_at=None):
        complete(actor=actor, assignment=assignment, outcome=AssignmentOutcome.DONE)
