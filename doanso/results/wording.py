"""Results in words and pills."""

from doanso.lib import formats
from doanso.results.models import Outcome, ResultState
from doanso.targets.models import Indicator

PILLS: dict[str, str] = {
    ResultState.WAITING: "behind",
    ResultState.ATTESTED: "on",
    ResultState.RETURNED: "risk",
    ResultState.WITHDRAWN: "none",
    Outcome.CORRECTED: "none",
}
"""The mark of `state_pill` for each state."""


def quantity_words(indicator: Indicator, quantity: int) -> str:
    """Return a quantity with the indicator's unit of count: “250 cây”."""
    return f"{formats.number(quantity)} {indicator.unit_of_count}"
