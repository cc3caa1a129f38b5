"""Words and figures that charts and tags share: the five states of a target, and a figure by its kind."""

from decimal import Decimal
from functools import lru_cache

from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy, pgettext_lazy

from doanso.lib import formats

# One word for each state of a target, the same on every page; the last one is of programmes that are over.
STATES = {
    "met": gettext_lazy("Target met"),
    "on": gettext_lazy("On pace"),
    "behind": pgettext_lazy("state of a target", "Behind"),
    "risk": gettext_lazy("At risk"),
    "none": gettext_lazy("No figures yet"),
    "missed": gettext_lazy("Target not met"),
}
SHARES = {"share", "rule"}


def state_names() -> dict[str, str]:
    """Return the word for each state, escaped, in the current language."""
    return _state_names(get_language())


@lru_cache(maxsize=4)
def _state_names(_language: str | None) -> dict[str, str]:
    return {state: escape(str(name)) for state, name in STATES.items()}


def figure(value: int | Decimal | None, kind: str) -> str:
    """Format a figure of an indicator: tenths of a percent for shares and rules, a plain number for the rest."""
    return formats.percent(value) if kind in SHARES and not isinstance(value, Decimal) else formats.number(value)


def goal(value: int | Decimal | None, kind: str) -> str:
    """Format a target like `figure`, but without a zero decimal."""
    return formats.goal(value) if kind in SHARES and not isinstance(value, Decimal) else formats.number(value)
