"""Actions on a unit's month: send, return, accept, close, and the unit's statements beside its figures.

Every action locks the rows of its periods first, in the order of units, so that a repeated request has no further effect. Before
them it takes the lock of the programme's closings shared. A closing takes that lock exclusively: it waits for actions under way
while counting continues, and no action is under way once it blocks counting.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.assignments.actions import assign
from doanso.assignments.queries import sole_handlers
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.ledger import actions as ledger
from doanso.ledger.models import Snapshot
from doanso.lib import clock, database
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.reports import policy
from doanso.reports.actions.reminders import complete_reminders
from doanso.reports.deadlines import deadlines
from doanso.reports.models import Estimate, Period, PeriodState, PeriodStep, Reason
from doanso.reports.queries import questions as question_queries
from doanso.reports.queries.questions import Question
from doanso.reports.rules import periods as rules
from doanso.reports.rules.periods import Month
from doanso.reports.sources import RETURNED, STEP
from doanso.targets.models import Indicator, Programme
from doanso.units import queries as units
from doanso.units.models import Unit


def _closings(programme: Programme) -> str:
    """Return the name of the lock on a programme's closings."""
    return f"reports.close:{programme.pk}"


_STARTED_UNITS = PreparedQuery(
    lambda programme_id, first_day, unit_ids: Period.objects.filter(
        programme_id=programme_id, first_day=first_day, unit_id__in=unit_ids
    ).values_list("unit_id", flat=True)
)
_LOCKED_PERIODS = PreparedQuery(
    lambda programme_id, first_day, unit_ids: (
        Period.objects.select_for_update(of=("self",))
        .filter(programme_id=programme_id, first_day=first_day, unit_id__in=unit_ids)
        .select_related("unit", "snapshot")
        # A tree has a row for each unit below, and is read by nobody here.
        .defer("snapshot__tree")
        .order_by("unit_id")
    )
)


def _locked(programme: Programme, month: Month, unit_ids: Collection[UUID]) -> dict[UUID, Period]:
    """Return the periods of these units, created where missing, locked until the transaction ends."""
    database.lock([_closings(programme)], shared=True)
    ordered = sorted(set(unit_ids))
    missing = set(ordered) - set(_STARTED_UNITS(programme.pk, month.first_day, ordered))
    if missing:
        Period.objects.bulk_create(
            [
                Period(programme=programme, unit_id=unit_id, first_day=month.first_day, last_day=month.last_day)
                for unit_id in ordered
                if unit_id in missing
            ],
            ignore_conflicts=True,
        )
    return {period.unit_id: period for period in _LOCKED_PERIODS(programme.pk, month.first_day, ordered)}


def _step(period: Period, actor: User | None, words: str = "") -> PeriodStep:
    return PeriodStep(
        period=period, state=period.state, words=words.strip(), by=actor, on=clock.today(), at=clock.now()
    )


# --- What a unit says beside its figures ------------------------------------------------------------------------------


@transaction.atomic
def explain(*, actor: User, programme: Programme, month: Month, unit: Unit, reasons: Mapping[str, str]) -> Period:
    """Store answers to questions about a month, by the code of each; an empty text deletes an answer.

    Unknown codes are ignored.
    """
    policy.WRITE.require_for(actor, unit)
    period = _locked(programme, month, [unit.pk])[unit.pk]
    refuse(rules.input_problem(period.state))
    existing_reasons = {reason.question: reason for reason in period.reasons.all()}
    askable = question_queries.codes_with_words(programme)
    changed = {
        code: words.strip()
        for code, words in reasons.items()
        if code in askable and words.strip() != _words(existing_reasons.get(code))
    }
    for code, words in changed.items():
        if not words:
            existing_reasons[code].delete()
            continue
        refuse(rules.words_problem(words, f"reason-{code}"))
        values = {"words": words, "given_by": actor, "given_at": clock.now()}
        Reason.objects.update_or_create(period=period, question=code, defaults=values)
    if changed:
        record(actor=actor, action="reports.explain", obj=period, unit=unit.pk, changed=sorted(changed))
    return period


def _words(reason: Reason | None) -> str:
    return reason.words if reason is not None else ""


@transaction.atomic
def estimate(
    *, actor: User, programme: Programme, month: Month, unit: Unit, indicator: Indicator, value: int | None, note: str
) -> Period:
    """State a number of an indicator beyond the records of the month, with its basis. It is included in no figure."""
    policy.WRITE.require_for(actor, unit)
    period = _locked(programme, month, [unit.pk])[unit.pk]
    refuse(rules.input_problem(period.state))
    refuse(rules.estimate_problem(value))
    refuse(rules.words_problem(note, "note", rules.LONGEST_NOTE))
    values = {"value": value, "note": note.strip(), "stated_by": actor, "stated_at": clock.now()}
    Estimate.objects.update_or_create(period=period, indicator=indicator, defaults=values)
    record(actor=actor, action="reports.estimate", obj=period, unit=unit.pk, changed=[indicator.code])
    return period


@transaction.atomic
def drop_estimate(*, actor: User, programme: Programme, month: Month, unit: Unit, indicator: Indicator) -> Period:
    """Delete an estimate. Idempotent."""
    policy.WRITE.require_for(actor, unit)
    period = _locked(programme, month, [unit.pk])[unit.pk]
    refuse(rules.input_problem(period.state))
    deleted_count, _by_model = period.estimates.filter(indicator=indicator).delete()
    if deleted_count:
        record(actor=actor, action="reports.drop_estimate", obj=period, unit=unit.pk, changed=[indicator.code])
    return period


# --- Sending ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def send(*, actor: User, programme: Programme, month: Month, unit: Unit) -> Period:
    """Send the month to the unit above. Every question about it must have been resolved or answered before."""
    if unit.pk == programme.root_id:
        message = _("Nobody stands above the root of the programme; it closes its month by itself.")
        raise Refused(Problem("period_root", message))
    policy.SEND.require_for(actor, unit)
    period = _locked(programme, month, [unit.pk])[unit.pk]
    refuse(rules.send_problem(period.state, month, clock.today()))
    _refuse_open(question_queries.all_questions(programme, month, unit))
    _send(programme, month, [period], actor)
    return period


def _refuse_open(questions: Sequence[Question]) -> None:
    if any(question.is_open for question in questions):
        message = _("Questions about this month are open. Answer each of them, then go on.")
        raise Refused(Problem("questions_open", message))


@transaction.atomic
def send_many(*, actor: User, programme: Programme, month: Month, unit_ids: Collection[UUID]) -> list[Period]:
    """Send the months of many units that have no open question; the others are left unchanged.

    Used by secretaries whose branches have no account of their own. The number of statements is constant while no unit has any
    below.
    """
    _require_at_all(actor, policy.SEND, unit_ids)
    periods = _locked(programme, month, [unit_id for unit_id in unit_ids if unit_id != programme.root_id])
    refuse(rules.over_problem(month, clock.today()))
    ready = [period for period in periods.values() if period.state in rules.TO_SEND]
    ids = [period.unit_id for period in ready]
    open_at = {
        unit_id
        for unit_id, unit_questions in question_queries.month_questions(programme, month, ids).items()
        if any(question.is_open for question in unit_questions)
    }
    above = question_queries.children_in(ids, month)
    open_at |= {
        period.unit_id for period in ready if period.unit_id in above and _differs(programme, month, period.unit)
    }
    sent = [period for period in ready if period.unit_id not in open_at]
    _send(programme, month, sent, actor)
    return sent


def _differs(programme: Programme, month: Month, unit: Unit) -> bool:
    return bool(question_queries.sum_questions(programme, month, unit))


def _require_at_all(actor: User, permission: Permission, unit_ids: Collection[UUID]) -> None:
    if set(unit_ids) - policy.held_at(actor, permission, unit_ids):
        raise PermissionDenied(permission.name)


def _send(programme: Programme, month: Month, periods: Sequence[Period], actor: User) -> None:
    than, today = deadlines(), clock.today()
    for period in periods:
        due_on = than.due_on(month, period.unit, is_root=False)
        period.state, period.sent_on, period.late = PeriodState.SENT, today, today > due_on
    _keep(periods, actor, "reports.send", ["state", "sent_on", "late"])
    complete_reminders(actor=actor, programme=programme, month=month, unit_ids=[period.unit_id for period in periods])


def _keep(periods: Sequence[Period], actor: User, action: str, fields: list[str], words: str = "") -> list[PeriodStep]:
    """Write the periods' new state with a step and audit events; as many statements for one as for all."""
    database.save_changed((period, fields) for period in periods)
    steps = PeriodStep.objects.bulk_create([_step(period, actor, words) for period in periods])
    record_many([AuditEventInput(actor, action, period, period.unit_id, fields) for period in periods])
    return steps


# --- Deciding ---------------------------------------------------------------------------------------------------------


def _require_decides(actor: User, programme: Programme, unit: Unit) -> None:
    policy.DECIDE.require_for(actor, unit)
    if unit.pk == programme.root_id:
        message = _("Nobody stands above the root of the programme; it closes its month by itself.")
        raise Refused(Problem("period_root", message))


@transaction.atomic
def give_back(*, actor: User, programme: Programme, month: Month, unit: Unit, words: str) -> Period:
    """Return a sent month to its unit with a reason; the unit is asked to send it again."""
    _require_decides(actor, programme, unit)
    period = _locked(programme, month, [unit.pk])[unit.pk]
    refuse(rules.decide_problem(period.state))
    refuse(rules.words_problem(words, "words"))
    period.state = PeriodState.RETURNED
    [step] = _keep([period], actor, "reports.return", ["state"], words)
    assign(
        actor=actor,
        unit=unit,
        title_code=RETURNED,
        parameters={"programme": programme.code, "month": month.code},
        owner=sole_handlers([unit.pk]).get(unit.pk),
        due_on=clock.today() + timedelta(days=deadlines().returned),
        source_kind=STEP,
        source_id=step.pk,
    )
    return period


@transaction.atomic
def accept(*, actor: User, programme: Programme, month: Month, unit: Unit) -> Period:
    """Accept a sent month as it is. Idempotent."""
    _require_decides(actor, programme, unit)
    period = _locked(programme, month, [unit.pk])[unit.pk]
    if period.state == PeriodState.ACCEPTED:
        return period
    refuse(rules.decide_problem(period.state))
    period.state = PeriodState.ACCEPTED
    _keep([period], actor, "reports.accept", ["state"])
    return period


@transaction.atomic
def accept_many(*, actor: User, programme: Programme, month: Month, unit_ids: Collection[UUID]) -> list[Period]:
    """Accept those of these months that were sent; the others are left unchanged. The number of statements is constant."""
    _require_at_all(actor, policy.DECIDE, unit_ids)
    periods = _locked(programme, month, unit_ids)
    sent = [period for period in periods.values() if rules.decide_problem(period.state) is None]
    for period in sent:
        period.state = PeriodState.ACCEPTED
    _keep(sent, actor, "reports.accept", ["state"])
    return sent


# --- Closing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def close(*, actor: User, programme: Programme, month: Month, unit: Unit) -> Period:
    """Close the month permanently, with every unit below that has not closed; a unit that was not accepted is marked late.

    It closes all days since the unit's last closing, so months that were skipped are closed with it. A second request finds the
    month closed. The preconditions are checked twice: first while others still count, and again once counting is blocked, since
    figures and the tree may have changed in between. The entries are completed later, by the first process that needs the
    snapshot.
    """
    policy.DECIDE.require_for(actor, unit)
    # A closing creates and marks skipped months too, behind the gate: no other action may be under way on one of them.
    database.lock([_closings(programme)], shared=False)
    below = set(units.subtree_ids(unit, month.last_day))
    periods = _locked(programme, month, below | {unit.pk})
    own = periods[unit.pk]
    if own.state == PeriodState.CLOSED:
        return own
    is_root = unit.pk == programme.root_id
    refuse(rules.close_problem(own.state, month, clock.today(), is_root=is_root))
    if is_root:
        _refuse_open(question_queries.all_questions(programme, month, unit))
    complete_reminders(actor=actor, programme=programme, month=month, unit_ids=below)
    ledger.hold_books()
    if set(units.subtree_ids(unit, month.last_day)) != below:
        message = _("Units below were moved just now. Look at the month again, then close it.")
        raise Refused(Problem("tree_changed", message))
    if is_root:
        _refuse_open(question_queries.all_questions(programme, month, unit))
    snapshot = ledger.close_period(book_id=programme.book_id, unit=unit, last_day=month.last_day)
    _close_rows(programme, month, unit, snapshot, below, actor)
    own.refresh_from_db()
    return own


def _close_rows(
    programme: Programme, month: Month, unit: Unit, snapshot: Snapshot, active_units: Collection[UUID], actor: User
) -> None:
    """Mark the months of the unit, and of every unit closed with it, as closed; skipped months are created for it."""
    snapshots = (
        Snapshot.objects.filter(Q(pk=snapshot.pk) | Q(with_parent=snapshot)).select_related("unit").order_by("unit_id")
    )
    sets = {snapshot.unit_id: snapshot for snapshot in snapshots}
    existing_periods = {
        (period.unit_id, period.first_day): period
        for period in Period.objects.filter(programme=programme, unit_id__in=sets, last_day__lte=month.last_day)
    }
    closing: list[Period] = []
    new: list[Period] = []
    late: set[UUID] = set()
    for closed_month in rules.months(programme):
        if closed_month.last_day > month.last_day:
            break
        for unit_id, of_unit in sets.items():
            period = existing_periods.get((unit_id, closed_month.first_day))
            if not _closes(of_unit, closed_month) or (period is not None and period.state == PeriodState.CLOSED):
                continue
            if period is None:
                period = Period(
                    id=uuid7(),
                    programme=programme,
                    unit_id=unit_id,
                    first_day=closed_month.first_day,
                    last_day=closed_month.last_day,
                )
                new.append(period)
            by_itself = unit_id == unit.pk and closed_month == month
            # Units that have ended since need not send the month, and the first closing of a unit includes the earlier ones.
            owed = unit_id in active_units and (closed_month == month or of_unit.since > programme.first_day)
            if owed and not by_itself and period.state != PeriodState.ACCEPTED:
                period.late = True
                late.add(period.pk)
            period.state, period.closed_at, period.snapshot = PeriodState.CLOSED, clock.now(), of_unit
            closing.append(period)
    Period.objects.bulk_create(new)
    new_ids = {period.pk for period in new}
    old = [period for period in closing if period.pk not in new_ids]
    database.save_changed((period, ["state", "late", "closed_at", "snapshot"]) for period in old)
    PeriodStep.objects.bulk_create([_step(period, actor) for period in closing])
    record_many(
        [
            AuditEventInput(
                actor, "reports.close_late" if period.pk in late else "reports.close", period, period.unit_id, ["state"]
            )
            for period in closing
        ]
    )


def _closes(of_unit: Snapshot, month: Month) -> bool:
    """Return whether a snapshot closes days of a month on which its unit existed."""
    unit = of_unit.unit
    unit_existed = unit.since <= month.last_day and (unit.until is None or unit.until > month.first_day)
    return unit_existed and of_unit.since <= month.last_day
