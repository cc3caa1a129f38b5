"""Queries for programmes and who sees them, for progress, and for targets, allocations and answers."""

from doanso.targets.queries.cascade import (
    GivenTarget,
    PendingTarget,
    awaiting_answer,
    awaiting_settlement,
    newest_in,
    newest_targets,
    pending_answers,
    pending_settlements,
    version_in_force,
    versions_of,
)
from doanso.targets.queries.figures import WEAK_FROM, IndicatorProgress, Overview, UnitProgress
from doanso.targets.queries.frozen import frozen_lists
from doanso.targets.queries.indicator_overviews import IndicatorOverview, indicator_overview
from doanso.targets.queries.overviews import overview, progress, progress_of_children, sum_check_of, trend
from doanso.targets.queries.phases import indicator_in_phase, overview_in_phase, phase, phase_words
from doanso.targets.queries.programmes import (
    IndicatorMeasures,
    all_programmes,
    day_of,
    indicator_of,
    indicator_titles,
    indicator_with_measures,
    parents_to_see,
    programme_by_code,
    programmes_at,
    require_programme,
    stands_in,
    unit_to_see,
)
from doanso.targets.queries.reminders import open_reminders
from doanso.targets.queries.sizes import divided, previously_given, sizes, stated_sizes, weights
from doanso.targets.queries.unit_positions import UnitPosition, unit_position

__all__ = [
    "WEAK_FROM",
    "GivenTarget",
    "IndicatorMeasures",
    "IndicatorOverview",
    "IndicatorProgress",
    "Overview",
    "PendingTarget",
    "UnitPosition",
    "UnitProgress",
    "Waiting",
    "all_programmes",
    "awaiting_answer",
    "awaiting_settlement",
    "day_of",
    "divided",
    "frozen_lists",
    "indicator_in_phase",
    "indicator_of",
    "indicator_overview",
    "indicator_titles",
    "indicator_with_measures",
    "newest_in",
    "newest_targets",
    "open_reminders",
    "overview",
    "overview_in_phase",
    "parents_to_see",
    "pending_answers",
    "pending_settlements",
    "phase",
    "phase_words",
    "previously_given",
    "programme_by_code",
    "programmes_at",
    "progress",
    "progress_of_children",
    "require_programme",
    "sizes",
    "stands_in",
    "stated_sizes",
    "sum_check_of",
    "trend",
    "unit_position",
    "unit_to_see",
    "version_in_force",
    "versions_of",
    "weights",
]
