"""Age below which the law requires a guardian."""

from datetime import date


def needs_guardian(*, birth_date: date | None, birth_year: int | None, on: date, below: int) -> bool:
    """Return whether a person is, or by the year alone may be, under that age on the day.

    False where neither date nor year is known.
    """
    if birth_date is not None:
        age = on.year - birth_date.year - ((on.month, on.day) < (birth_date.month, birth_date.day))
        return age < below
    # With the year alone the birthday may still be ahead.
    return birth_year is not None and on.year - birth_year - 1 < below
