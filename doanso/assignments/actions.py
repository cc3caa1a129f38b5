"""Actions on assignments. Other apps call `assign`; people do the rest and complete each assignment with its outcome."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.assignments import policy, queries, rules
from doanso.assignments.models import Assignment, AssignmentOutcome
from doanso.assignments.ports import assignment_kind
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units.models import Unit


def assign(
    *,
    actor: User | None,
    unit: Unit,
    title_code: str,
    parameters: Mapping[str, Any],
    owner: User | None,
    due_on: date,
    source_kind: str,
    source_id: UUID,
) -> Assignment:
    """Assign a task with a due day to a unit; return the assignment that this source has made before, if there is one.

    The caller has checked a permission of its own, so none is checked by this action; `actor=None` is the server.
    """
    assignment_kind(title_code)
    source = {"kind": title_code, "source_kind": source_kind, "source_id": source_id}
    existing = Assignment.objects.filter(**source).first()
    if existing is not None:
        return existing
    try:
        with transaction.atomic():
            created = Assignment.objects.create(
                **source,
                unit=unit,
                parameters=dict(parameters),
                owner=owner,
                due_on=due_on,
                opened_at=clock.now(),
                opened_by=actor,
            )
            record(actor=actor, action="assignments.assign", obj=created, unit=unit.pk, changed=[title_code])
    except IntegrityError:
        # Another transaction has created it at the same moment.
        return Assignment.objects.get(**source)
    return created


def _locked(actor: User, assignment: Assignment) -> Assignment:
    locked_assignment = Assignment.objects.select_for_update(of=("self",)).select_related("unit").get(pk=assignment.pk)
    policy.HANDLE.require(actor, locked_assignment)
    return locked_assignment


def _refuse_completed(assignment: Assignment) -> None:
    if assignment.completed_at is not None:
        raise Refused(Problem("assignment_settled", _("This is settled already; there is nothing left to do.")))


@transaction.atomic
def take_over(*, actor: User, assignment: Assignment) -> Assignment:
    """Make the actor the owner."""
    return _change_owner(actor, assignment, actor, "assignments.take_over")


@transaction.atomic
def hand_over(*, actor: User, assignment: Assignment, owner: User) -> Assignment:
    """Make another user the owner, who must have the permission to handle the assignment."""
    return _change_owner(actor, assignment, owner, "assignments.hand_over")


def _change_owner(actor: User, assignment: Assignment, owner: User, action: str) -> Assignment:
    locked_assignment = _locked(actor, assignment)
    _refuse_completed(locked_assignment)
    if locked_assignment.owner_id == owner.pk:
        return locked_assignment
    if not policy.HANDLE.allows(owner, locked_assignment):
        message = _("This person has no role that reaches the unit. Choose another one.")
        raise Refused(Problem("assignment_owner", message, "owner"))
    locked_assignment.owner = owner
    locked_assignment.save(update_fields=["owner"])
    record(actor=actor, action=action, obj=locked_assignment, unit=locked_assignment.unit_id, changed=["owner"])
    return locked_assignment


@transaction.atomic
def postpone(*, actor: User, assignment: Assignment, until: date, reason: str) -> Assignment:
    """Move the due day once, with the reason."""
    locked_assignment = _locked(actor, assignment)
    _refuse_completed(locked_assignment)
    postponed = locked_assignment.first_due_on is not None
    refuse(rules.postpone_problem(locked_assignment.due_on, postponed, until, clock.today(), reason))
    locked_assignment.first_due_on, locked_assignment.due_on, locked_assignment.postpone_reason = (
        locked_assignment.due_on,
        until,
        reason.strip(),
    )
    locked_assignment.save(update_fields=["first_due_on", "due_on", "postpone_reason"])
    record(
        actor=actor,
        action="assignments.postpone",
        obj=locked_assignment,
        unit=locked_assignment.unit_id,
        changed=["due_on"],
    )
    return locked_assignment


@transaction.atomic
def report_done(*, actor: User, assignment: Assignment, words: str) -> Assignment:
    """Store the unit's report of what it did, to be checked from a unit above; a later report replaces an earlier one."""
    locked_assignment = _locked(actor, assignment)
    _refuse_completed(locked_assignment)
    if not words.strip():
        raise Refused(Problem("assignment_words", _("Say in a few words what was done."), "words"))
    refuse(rules.words_problem(words, "words"))
    locked_assignment.progress_note, locked_assignment.noted_at, locked_assignment.noted_by = (
        words.strip(),
        clock.now(),
        actor,
    )
    locked_assignment.save(update_fields=["progress_note", "noted_at", "noted_by"])
    record(
        actor=actor,
        action="assignments.tell",
        obj=locked_assignment,
        unit=locked_assignment.unit_id,
        changed=["progress_note"],
    )
    return locked_assignment


@transaction.atomic
def complete(*, actor: User, assignment: Assignment, outcome: str, note: str = "") -> Assignment:
    """Complete the assignment with its outcome. A second call does nothing."""
    locked_assignment = _locked(actor, assignment)
    if locked_assignment.completed_at is not None:
        return locked_assignment
    if not queries.may_complete(actor, locked_assignment):
        raise PermissionDenied(policy.HANDLE.name)
    if outcome not in AssignmentOutcome.values:
        raise Refused(Problem("assignment_outcome", _("Choose what came of it."), "outcome"))
    refuse(rules.words_problem(note, "note"))
    return _complete(actor, locked_assignment, outcome, note)


@transaction.atomic
def complete_by_server(*, assignment: Assignment, note: str) -> Assignment:
    """Complete an assignment whose occasion is past, as not needed; for the app that made it. A second call does nothing."""
    locked_assignment = Assignment.objects.select_for_update(of=("self",)).get(pk=assignment.pk)
    if locked_assignment.completed_at is not None:
        return locked_assignment
    return _complete(None, locked_assignment, AssignmentOutcome.NOT_NEEDED, note)


def _complete(actor: User | None, assignment: Assignment, outcome: str, note: str) -> Assignment:
    """Write the outcome of a locked assignment; without an actor the server completes it."""
    assignment.outcome, assignment.note = outcome, note.strip()
    assignment.completed_at, assignment.completed_by = clock.now(), actor
    assignment.save(update_fields=["outcome", "note", "completed_at", "completed_by"])
    record(
        actor=actor,
        action="assignments.settle",
        obj=assignment,
        unit=assignment.unit_id,
        changed=["outcome"],
        note="" if actor is not None else "worker",
    )
    return assignment
