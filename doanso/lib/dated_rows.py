"""Rows with `since` and `until`, half open: in effect from the first day on, no longer on the last."""

from datetime import date

from django.db.models import F, Q


def in_effect(on: date | F, prefix: str = "") -> Q:
    """Return the condition of rows in effect on a day: begun and not yet over. `prefix` leads to a related row.

    Of a relation to many, ask all that one row must meet in the same `filter`; a second call asks it of another row.
    """
    return Q(**{f"{prefix}since__lte": on}) & not_over(on, prefix)


def not_over(on: date | F, prefix: str = "") -> Q:
    """Return the condition of rows in effect on a day or later."""
    return Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": on})
