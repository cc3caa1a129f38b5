"""Rows with `since` and `until`, half open: in effect from the first day on, no longer on the last."""

from datetime import date

from django.db.models import Q


def in_effect(on: date, prefix: str = "") -> Q:
    """Return the condition of rows in effect on a day: begun and not yet ended. `prefix` leads to a related row."""
    return Q(**{f"{prefix}since__lte": on}) & (Q(**{f"{prefix}until": None}) | Q(**{f"{prefix}until__gt": on}))
