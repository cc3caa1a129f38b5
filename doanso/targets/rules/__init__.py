"""Arithmetic of progress and of dividing targets on whole numbers; no database, no request.

A share is two whole numbers. Displayed values are rounded **down** to tenths, so that 100% and "đạt" appear only when they are
true; floating point is not used.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum, StrEnum
from fractions import Fraction
from typing import NamedTuple

LAST_WEEKS = 8
"""A forecast uses this many full weeks."""
FEWEST_WEEKS = 3
"""With fewer full weeks there is no forecast."""
LARGEST_TARGET = 100_000_000
LARGEST_PERCENT = 100


class ProgressState(StrEnum):
    """The state of a figure against its target; shapes and words are defined by the design."""

    MET = "met"
    ON = "on"
    BEHIND = "behind"
    RISK = "risk"
    NONE = "none"
    MISSED = "missed"
    """Only of a programme that is over, on pages; see `phases`."""


WORST_FIRST = (
    ProgressState.RISK,
    ProgressState.BEHIND,
    ProgressState.MISSED,
    ProgressState.ON,
    ProgressState.MET,
    ProgressState.NONE,
)
"""The order in which units that need help are listed."""

_HUNDRED = Fraction(100)
_ON_PACE = Fraction(98, 100)
_BEHIND_PACE = Fraction(85, 100)
_RULE_ON = Fraction(995, 10)
_RULE_BEHIND = Fraction(90)


def tenths_down(value: Fraction) -> int:
    """Return the value in tenths, rounded down: 99,99 is 999 tenths."""
    return value.numerator * 10 // value.denominator


def share(part: int, denominator: int) -> Fraction | None:
    """Return per cent of the whole, exact and at most 100; None if the whole is zero."""
    if denominator <= 0:
        return None
    return _HUNDRED if part >= denominator else Fraction(part * 100, denominator)


def percent_tenths(part: int, denominator: int) -> int | None:
    """Return the share as displayed, in tenths of a per cent; 1000 only if part and whole are equal."""
    return min(part, denominator) * 1000 // denominator if denominator > 0 else None


def elapsed_part(first_day: date, last_day: date, on: date) -> Fraction:
    """Return the part of the period that has passed by the end of the day `on`."""
    days = (last_day - first_day).days + 1
    passed = (on - first_day).days + 1
    return Fraction(min(max(passed, 0), days), days)


class PaceRule(IntEnum):
    """The day from which the pace of an indicator runs; a closed figure keeps the rule that held on its day (decision 0075)."""

    PROGRAMME = 1
    """From the programme's first day, whenever the indicator was added."""
    OWED = 2
    """From the day from which the indicator is owed; work on it is expected from the next day on."""


def pace_rule(on: date, owed_pace_since: date | None) -> PaceRule:
    """Return the rule for figures of a day; `owed_pace_since` is the first day of `PaceRule.OWED`, None if it always held."""
    return PaceRule.OWED if owed_pace_since is None or on >= owed_pace_since else PaceRule.PROGRAMME


def elapsed_of_indicator(first_day: date, last_day: date, on: date, owed_since: date | None) -> Fraction:
    """Return the part of an indicator's time that has passed: that of the programme, or from the day after `owed_since` on.

    On the day on which an indicator is added to a running programme nothing is expected of anybody yet.
    """
    if owed_since is None or owed_since <= first_day:
        return elapsed_part(first_day, last_day, on)
    if owed_since >= last_day:
        return Fraction(1)
    return elapsed_part(owed_since + timedelta(days=1), last_day, on)


def pace(target: int, passed: Fraction) -> Fraction:
    """Return the value that a figure would have today if the work were spread evenly."""
    return target * passed


class PaceBounds(NamedTuple):
    """The values from which a figure is on pace, and from which it is behind but not at risk, on one day."""

    on: Fraction
    behind: Fraction


def pace_bounds(target: int, passed: Fraction) -> PaceBounds:
    """Return the bounds of a target; they are the same for every unit with this target on the day."""
    should = pace(target, passed)
    return PaceBounds(should * _ON_PACE, should * _BEHIND_PACE)


def state_by_pace(value: Fraction | None, target: int | None, bounds: PaceBounds | None) -> ProgressState:
    """Return the state of a share or count, which grow over the period. The value is in the target's unit."""
    if value is None or target is None or bounds is None:
        return ProgressState.NONE
    numerator, denominator = value.numerator, value.denominator
    # Compared as whole numbers: an overview needs hundreds of states, and comparing fractions takes ten times as long.
    if numerator >= target * denominator:
        return ProgressState.MET
    if numerator * bounds.on.denominator >= bounds.on.numerator * denominator:
        return ProgressState.ON
    is_behind = numerator * bounds.behind.denominator >= bounds.behind.numerator * denominator
    return ProgressState.BEHIND if is_behind else ProgressState.RISK


def state_of_rule(value: Fraction | None, target: int | None, passed: Fraction) -> ProgressState:
    """Return the state of a permanent rule (100% signed, paperless): kept or not on each day, met only when the
    period is over."""
    if value is None or target is None:
        return ProgressState.NONE
    if value >= target and passed == 1:
        return ProgressState.MET
    if value >= min(_RULE_ON, Fraction(target)):
        return ProgressState.ON
    return ProgressState.BEHIND if value >= _RULE_BEHIND * target / 100 else ProgressState.RISK


def state_of_milestone(
    value: int | None, target: int | None, due: Sequence[date], on: date, last_day: date
) -> ProgressState:
    """Return the state of a milestone (a festival, two markets): on time while the next one has a day in the period that is not
    past."""
    if value is None or target is None:
        return ProgressState.NONE
    if value >= target:
        return ProgressState.MET
    following = due[value] if value < len(due) else None
    if following is None or following < on or following > last_day:
        return ProgressState.BEHIND
    return ProgressState.ON


def needed_for(target_percent: int, denominator: int) -> int:
    """Return the least part that reaches the share."""
    return -(-target_percent * denominator // 100)


def needed_per_week(value: int, needed: int, on: date, last_day: date) -> int | None:
    """Return how many per week from now reach the target on the last day, rounded up; None once the period is over.

    In the last days it is never more than the missing number.
    """
    missing = max(needed - value, 0)
    days_left = (last_day - on).days
    if missing == 0:
        return 0
    if days_left <= 0:
        return None
    return min(missing, -(-missing * 7 // days_left))


def full_week_ends(first_day: date, last_day: date, on: date) -> list[date]:
    """Return the Sundays that bound the last full weeks, oldest first; n weeks have n + 1 bounds.

    A full week begins after the first day: the first day includes what existed before the programme began.
    """
    end = min(on, last_day)
    sunday = end - timedelta(days=(end.weekday() + 1) % 7)
    bounds = [sunday - timedelta(weeks=back) for back in range(LAST_WEEKS, -1, -1)]
    inside = [bound for bound in bounds if bound >= first_day]
    return inside if len(inside) > 1 else []


def week_ends(first_day: date, on: date) -> list[date]:
    """Return the first day, each Sunday since, and the day itself: the points of a trend."""
    sunday = first_day + timedelta(days=6 - first_day.weekday())
    weeks = [sunday + timedelta(weeks=number) for number in range(max((on - sunday).days, -1) // 7 + 1)]
    return sorted({first_day, *weeks, on})


def forecast(now: Fraction, bounds: Sequence[Fraction], on: date, last_day: date) -> Fraction | None:
    """Return the value on the last day if the mean gain of the last full weeks continues; None if there were too few.

    `bounds` are the values at the ends of weeks, as `full_week_ends` lists them. For a falling figure the forecast falls too, but
    not below zero.
    """
    weeks = len(bounds) - 1
    if weeks < FEWEST_WEEKS:
        return None
    gain = (bounds[-1] - bounds[0]) / weeks
    weeks_left = Fraction(max((last_day - on).days, 0), 7)
    return max(now + gain * weeks_left, Fraction(0))


def meets_target(value: int, owed: int | None, denominator: int | None = None) -> bool:
    """Return whether a count, or a part of a whole in per cent, reaches the target."""
    if owed is None:
        return False
    return value >= owed if denominator is None else denominator > 0 and value * 100 >= owed * denominator


def met_since(days: Iterable[tuple[date, bool]]) -> date | None:
    """Return the day since which the target is met without a break; None when it is not met on the last day."""
    since = None
    for day, met in days:
        if not met:
            since = None
        elif since is None:
            since = day
    return since


def divide_by_weights(total: int, weights: Sequence[int]) -> list[int] | None:
    """Return the total divided in proportion to the weights, so that the parts sum to it exactly; None if all weights
    are zero.

    Each part is rounded down, then raised by one in the order of the remainders; equal ones in the given order. No part differs
    from the exact one by more than one, and a heavier unit never gets less than a lighter one.
    """
    total_weight = sum(weights)
    if total_weight <= 0:
        return None
    parts = [total * weight // total_weight for weight in weights]
    left = total - sum(parts)
    # Of equal remainders the heavier goes first, so that a heavier unit never gets less than a lighter one.
    order = sorted(
        range(len(weights)), key=lambda place: (-(total * weights[place] % total_weight), -weights[place], place)
    )
    for place in order[:left]:
        parts[place] += 1
    return parts


class SumState(StrEnum):
    """The state of the sum given below against the target."""

    EQUAL = "equal"
    SHORT = "short"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class SumCheck:
    """Sum given below against the target: whole things, or for shares tenths of a per cent."""

    state: SumState
    given: int
    owed: int
    units: int
    is_share: bool = False

    @property
    def difference(self) -> int:
        """The amount by which the sum is short or over."""
        return abs(self.given - self.owed)


def _sum_state(reached: int | Fraction, owed: int) -> SumState:
    if reached == owed:
        return SumState.EQUAL
    return SumState.SHORT if reached < owed else SumState.OVER


def sum_check(owed: int, child_values: Sequence[int | None]) -> SumCheck:
    """Return the check of the parts that were given; a unit without a part counts as zero."""
    values = [value for value in child_values if value]
    return SumCheck(_sum_state(sum(values), owed), sum(values), owed, len(values))


def share_check(owed: int, below: Sequence[tuple[int, int]]) -> SumCheck | None:
    """Return the check of the overall share if each unit below reached its own per cent of its own denominator.

    Exact, so equal means equal; the displayed value is rounded down to tenths. None if the denominators are all zero.
    """
    total_size = sum(size for _percent, size in below)
    if not total_size:
        return None
    reached = Fraction(sum(percent * size for percent, size in below), total_size)
    return SumCheck(_sum_state(reached, owed), tenths_down(reached), owed * 10, len(below), is_share=True)


class AnswerState(StrEnum):
    """The state of the negotiation about a target that was given."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    COUNTERED = "countered"
    SETTLED = "settled"


def answer_state(kind: str, *, settled: bool) -> AnswerState:
    """Return the state from the kind of the newest answer ("" without one) and whether the giving unit has decided on it."""
    if settled:
        return AnswerState.SETTLED
    return AnswerState(kind) if kind else AnswerState.PROPOSED
