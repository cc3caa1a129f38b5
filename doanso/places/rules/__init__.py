"""Decisions on places, on plain values."""

from doanso.places.rules.criteria import criterion_problem
from doanso.places.rules.frozen import HASH_VERSION, FrozenValue, content_hash, frozen_value
from doanso.places.rules.judgement import CriterionJudgement, judge, judge_all, least_numerator, passed_count
from doanso.places.rules.life import (
    ACTIVE,
    RESUMABLE,
    day_problem,
    is_outdated,
    name_problem,
    note_problem,
    outdated_problem,
    own_problem,
    reason_problem,
    recognition_problem,
    stale_problem,
    state_problem,
)

__all__ = [
    "ACTIVE",
    "HASH_VERSION",
    "RESUMABLE",
    "CriterionJudgement",
    "FrozenValue",
    "content_hash",
    "criterion_problem",
    "day_problem",
    "frozen_value",
    "is_outdated",
    "judge",
    "judge_all",
    "least_numerator",
    "name_problem",
    "note_problem",
    "outdated_problem",
    "own_problem",
    "passed_count",
    "reason_problem",
    "recognition_problem",
    "stale_problem",
    "state_problem",
]
