"""Reading the ledger."""

from doanso.ledger.closing import closed_until
from doanso.ledger.queries.claims import Beside, beside, claims
from doanso.ledger.queries.drilldown import Drilldown, erased_count, standing, standing_count
from doanso.ledger.queries.figures import (
    Figure,
    Figures,
    by_day,
    by_week,
    children_figures,
    figures,
    fold_if_long,
    recorded_by_day,
    waiting,
    weeks_and_days,
)
from doanso.ledger.queries.frozen import (
    FrozenFigures,
    FrozenPair,
    closed_by_itself,
    closing_of,
    frozen_figures,
    late_entries,
)
from doanso.ledger.rules import ClaimState

__all__ = [
    "Beside",
    "ClaimState",
    "Drilldown",
    "Figure",
    "Figures",
    "FrozenFigures",
    "FrozenPair",
    "beside",
    "by_day",
    "by_week",
    "children_figures",
    "claims",
    "closed_by_itself",
    "closed_until",
    "closing_of",
    "erased_count",
    "figures",
    "fold_if_long",
    "frozen_figures",
    "late_entries",
    "recorded_by_day",
    "standing",
    "standing_count",
    "waiting",
    "weeks_and_days",
]
