"""Give targets to the units below, and record their answers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, formats
from doanso.lib.problems import Problem, Refused
from doanso.targets import policy, rules
from doanso.targets.models import (
    Allocation,
    Answer,
    AnswerKind,
    Indicator,
    Settlement,
    SettlementOutcome,
    Split,
    Target,
)
from doanso.targets.queries.cascade import GivenTarget, newest_targets
from doanso.targets.queries.figures import SHARES
from doanso.targets.queries.targets_in_force import TargetVersion, targets_in_force
from doanso.targets.rules import AnswerState
from doanso.units import queries as units
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class AllocationDecision:
    """The decision on paper behind a target: its number, its date, and the day from which the target holds."""

    number: str
    day: date
    since: date


@dataclass(frozen=True, slots=True)
class Part:
    """The part of one unit below; `weight` is the number of members, households or shops by which it was computed."""

    unit_id: UUID
    value: int
    weight: int | None = None


def _refuse(code: str, message: str, field: str = "") -> Refused:
    return Refused(Problem(code, message, field))


def _locked(indicator: Indicator) -> Indicator:
    """Lock the indicator's row, which serialises all actions on its targets."""
    return Indicator.objects.select_for_update(of=("self",)).select_related("programme").get(pk=indicator.pk)


def _check_decision(indicator: Indicator, decision: AllocationDecision) -> None:
    programme = indicator.programme
    if not decision.number.strip():
        raise _refuse("decision_missing", _("Enter the number of the decision, for example 12-QĐ/TĐ."), "number")
    if decision.day > clock.today():
        raise _refuse("decision_ahead", _("A decision's day cannot lie ahead. Enter the day it was signed."), "day")
    if not programme.runs_on(decision.since):
        raise _refuse(
            "since_outside",
            _("The target must hold from a day of the programme, %(first)s to %(last)s.")
            % {"first": formats.day(programme.first_day), "last": formats.day(programme.last_day)},
            "since",
        )


def _check_values(indicator: Indicator, parts: Sequence[Part], below: Mapping[UUID, str]) -> None:
    most = rules.LARGEST_PERCENT if indicator.kind in SHARES else rules.LARGEST_TARGET
    for part in parts:
        if part.unit_id not in below:
            raise _refuse("unit_not_below", _("Targets are given only to units that stand directly below on that day."))
        if not 0 <= part.value <= most:
            raise _refuse(
                "value_out_of_range",
                _("%(unit)s: enter a whole number from 0 to %(most)s.")
                % {"unit": below[part.unit_id], "most": formats.number(most)},
                str(part.unit_id),
            )


@transaction.atomic
def allocate(
    *,
    actor: User,
    indicator: Indicator,
    unit: Unit,
    split: str,
    parts: Sequence[Part],
    decision: AllocationDecision,
    counted_on: date,
    adjusted: bool = False,
) -> Allocation:
    """Give targets to units directly below.

    Parts that add up to less or more than the unit's own target are allowed; the pages show it to both sides. Only a unit whose
    number changes gets a new version, so that a unit which accepted an unchanged one need not do it again.
    """
    indicator = _locked(indicator)
    policy.ALLOCATE.require_at(actor, unit)
    _check_decision(indicator, decision)
    below = {child.id: child.short_name for child in units.children(unit, decision.since)}
    _check_values(indicator, parts, below)
    in_force = targets_in_force(indicator.programme, unit, decision.since)
    own_target = in_force.of(indicator, unit.pk, decision.since)
    if own_target is None:
        raise _refuse("nothing_owed", _("This unit was not given this target itself, so it cannot give it on."))
    latest = newest_targets(indicator, below)
    changed = [part for part in parts if _differs(latest.get(part.unit_id), part, decision)]
    if not changed:
        raise _refuse("nothing_changes", _("All units have these numbers already; nothing was written."))
    allocation = Allocation.objects.create(
        indicator=indicator,
        unit=unit,
        split=split,
        adjusted=adjusted,
        counted_on=counted_on,
        owed=own_target.value,
        decision_number=decision.number.strip(),
        decided_on=decision.day,
        since=decision.since,
        made_by=actor,
        made_at=clock.now(),
    )
    new_targets = [_version(allocation, part, latest.get(part.unit_id), own_target) for part in changed]
    Target.objects.bulk_create(new_targets)
    record(actor=actor, action="targets.allocate", obj=allocation, unit=unit)
    record_many(
        [AuditEventInput(actor=actor, action="targets.give", obj=target, unit=target.unit_id) for target in new_targets]
    )
    return allocation


def _differs(latest: GivenTarget | None, part: Part, decision: AllocationDecision) -> bool:
    if latest is None:
        return part.value > 0
    since = latest.target.since
    return latest.target.value != part.value or (since is not None and since > decision.since)


def _version(allocation: Allocation, part: Part, latest: GivenTarget | None, above: TargetVersion | Target) -> Target:
    return Target(
        indicator=allocation.indicator,
        unit_id=part.unit_id,
        value=part.value,
        basis=above.basis,
        why=above.why,
        version=latest.target.version + 1 if latest is not None else 1,
        since=allocation.since,
        allocation=allocation,
        weight=part.weight,
    )


def _given(indicator: Indicator, unit: Unit) -> GivenTarget:
    version = newest_targets(indicator, [unit.pk]).get(unit.pk)
    if version is None or version.target.allocation is None or not version.target.value:
        raise _refuse("not_given", _("No unit above has given this target; there is nothing to answer."))
    return version


@transaction.atomic
def answer(
    *, actor: User, indicator: Indicator, unit: Unit, kind: str, value: int | None = None, reason: str = ""
) -> Answer:
    """Accept the newest version of the unit's target, or counter it with a value and a reason.

    Until the giving unit has decided a counter, the unit may answer again. The actor who gives a target may not answer for it.
    """
    indicator = _locked(indicator)
    policy.ANSWER.require_at(actor, unit)
    version = _given(indicator, unit)
    assert version.target.allocation is not None  # noqa: S101 - `_given` has seen to it
    if policy.ALLOCATE.allows_at(actor, version.target.allocation.unit):
        raise _refuse("own_gift", _("Who gives a target does not answer for the unit that gets it."))
    if version.state == AnswerState.SETTLED:
        raise _refuse("answer_settled", _("The unit above has settled this; a new number needs a new decision."))
    if kind == AnswerKind.COUNTERED:
        _check_counter(indicator, version.target, value, reason)
    else:
        value, reason = None, ""
    answer = Answer.objects.create(
        target=version.target,
        kind=kind,
        value=value,
        reason=reason.strip(),
        answered_by=actor,
        answered_at=clock.now_after(version.answer.answered_at if version.answer is not None else None),
    )
    record(actor=actor, action=f"targets.{_ANSWERED[kind]}", obj=version.target, unit=unit)
    return answer


_ANSWERED = {AnswerKind.ACCEPTED.value: "accept", AnswerKind.COUNTERED.value: "counter"}


def _check_counter(indicator: Indicator, target: Target, value: int | None, reason: str) -> None:
    most = rules.LARGEST_PERCENT if indicator.kind in SHARES else rules.LARGEST_TARGET
    if value is None or not 0 < value <= most:
        raise _refuse(
            "value_out_of_range",
            _("Enter the number the unit can reach, a whole number from 1 to %(most)s.")
            % {"most": formats.number(most)},
            "value",
        )
    if value == target.value:
        raise _refuse("counter_same", _("This is the number that was given; accept it, or enter another."), "value")
    if not reason.strip():
        raise _refuse("reason_missing", _("Say why, so that the unit above can decide."), "reason")


@transaction.atomic
def decide_counter_proposal(
    *,
    actor: User,
    indicator: Indicator,
    unit: Unit,
    outcome: str,
    words: str = "",
    decision: AllocationDecision | None = None,
) -> Settlement:
    """Decide the counter of a unit below: take its number as a new version, or keep the old one with a reason.

    A kept target remains in force, and the counter with its reason stays readable beside it.
    """
    indicator = _locked(indicator)
    version = _given(indicator, unit)
    assert version.target.allocation is not None  # noqa: S101 - `_given` has seen to it
    giver = version.target.allocation.unit
    policy.ALLOCATE.require_at(actor, giver)
    if version.state != AnswerState.COUNTERED or version.answer is None or version.answer.value is None:
        raise _refuse("nothing_to_settle", _("The unit has not asked for another number, or it is settled already."))
    new_target = None
    if outcome == SettlementOutcome.TAKEN:
        if decision is None:
            raise _refuse("decision_missing", _("Enter the number of the decision, for example 12-QĐ/TĐ."), "number")
        _check_decision(indicator, decision)
        allocation = Allocation.objects.create(
            indicator=indicator,
            unit=giver,
            split=Split.HAND,
            counted_on=decision.since,
            owed=version.target.allocation.owed,
            decision_number=decision.number.strip(),
            decided_on=decision.day,
            since=decision.since,
            made_by=actor,
            made_at=clock.now(),
        )
        new_target = _version(allocation, Part(unit.pk, version.answer.value), version, version.target)
        new_target.save(force_insert=True)
    elif not words.strip():
        raise _refuse("reason_missing", _("Say why the number stays, so that the unit can read it."), "words")
    settlement = Settlement.objects.create(
        answer=version.answer,
        outcome=outcome,
        words=words.strip(),
        target=new_target,
        settled_by=actor,
        settled_at=clock.now(),
    )
    record(actor=actor, action=f"targets.{outcome}", obj=new_target or version.target, unit=unit)
    return settlement
