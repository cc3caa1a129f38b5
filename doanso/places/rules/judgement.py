"""Whether a value reaches its criterion, on plain numbers; a share is compared as two whole numbers and never rounded first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from doanso.places.formulas import Value
from doanso.places.models import Criterion, ThresholdKind

NEAR = 850
"""Tenths of a percent of the threshold from which a value that does not reach it is behind, and not at risk."""


@dataclass(frozen=True, slots=True)
class CriterionJudgement:
    """A criterion with its value and whether it is passed. `state` is one of the product's: met, behind, risk, none."""

    criterion: Criterion
    value: Value
    passed: bool
    state: str
    missing: int
    """How many more things must be counted for the first threshold: households, shops, points; 0 where it is reached."""
    second_missing: int = 0


def judge(criterion: Criterion, value: Value) -> CriterionJudgement:
    """Return whether a value reaches its criterion; an unknown one does not."""
    if value.numerator is None or (criterion.threshold_kind == ThresholdKind.SHARE and not value.denominator):
        return CriterionJudgement(criterion, value, passed=False, state="none", missing=0)
    first_needed = least_numerator(criterion.threshold_kind, criterion.threshold, value.denominator)
    missing = max(0, first_needed - value.numerator)
    second_missing = 0
    if criterion.second_threshold is not None:
        second_needed = least_numerator(criterion.threshold_kind, criterion.second_threshold, value.denominator)
        second_missing = max(0, second_needed - (value.second_numerator or 0))
    if not missing and not second_missing:
        return CriterionJudgement(criterion, value, passed=True, state="met", missing=0)
    near = value.numerator * 1000 >= first_needed * NEAR
    if criterion.second_threshold is not None:
        near = near and (value.second_numerator or 0) * 1000 >= second_needed * NEAR
    return CriterionJudgement(criterion, value, False, "behind" if near else "risk", missing, second_missing)


def least_numerator(threshold_kind: str, threshold: int, denominator: int | None) -> int:
    """Return the least numerator that reaches a threshold."""
    if threshold_kind != ThresholdKind.SHARE:
        return threshold
    return -(-threshold * (denominator or 0) // 1000)


def judge_all(criteria: Sequence[Criterion], values: Mapping[UUID, Value]) -> list[CriterionJudgement]:
    """Return a judgement per criterion, in their order."""
    return [judge(criterion, values.get(criterion.pk, Value())) for criterion in criteria]


def passed_count(judgements: Sequence[CriterionJudgement]) -> int:
    """Return how many criteria are passed; a failed one is never averaged away."""
    return sum(judgement.passed for judgement in judgements)
