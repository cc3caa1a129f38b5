"""Bounds of archives of a unit's data; no database."""

from datetime import date, timedelta

DAY = timedelta(days=1)
MOST_A_DAY = 5
"""Archives of one unit that one person may request within a day."""
KEPT = timedelta(days=7)
STALLED_AFTER = timedelta(minutes=10)


def file_name(code: str, on: date) -> str:
    """Return the archive's name."""
    return f"du-lieu-{code}-{on.isoformat()}.zip"
