"""Two clocks. `today` is the business day and may be set in a demo and in tests; `now` is real time and may not.

Terms of roles and posts, exemptions and the ledger go by `today`. Sign-in, throttles, expiry of codes, tokens and
sessions, audit and acknowledgements go by `now`.
"""

from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class _Own:
    """The business day on which this process lives apart from the others of its data folder, if it does."""

    day: date | None = None


def now() -> datetime:
    """Real time, aware, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """The business day in Vietnam.

    Where `settings.BUSINESS_DAY_FILE` is set (demo and tests only) and the file exists, the day in it: web, worker and
    commands of one data folder all read the same file, so that they agree; but for a process that lives on a day of its
    own (`live_on`).
    """
    if _Own.day is not None:
        return _Own.day
    path = settings.BUSINESS_DAY_FILE
    if path is not None:
        try:
            return date.fromisoformat(path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            pass
    return datetime.now(VIETNAM).date()


def set_today(day: date) -> None:
    """Set the business day for every process of this data folder; refused outside demo and tests.

    Who reads at the same moment finds the old day or the new one.
    """
    path = _require_file()
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(day.isoformat(), encoding="ascii")
    draft.replace(path)


def live_on(day: date | None) -> None:
    """Set the business day of this process alone, None to share the others' again; refused outside demo and tests.

    For whoever makes records of many days beside a server that must not see its clock run.
    """
    _require_file()
    _Own.day = day


def _require_file() -> Path:
    path: Path | None = settings.BUSINESS_DAY_FILE
    if path is None:
        raise RuntimeError("The business day can be set only in a demo or a test.")
    return path


def business_day(moment: datetime) -> date:
    """The business day to show for a moment of real time: as far from today as the moment's day is from the real one.

    The moment's own day, except where the business day is set: there a page speaks of one calendar.
    """
    return today() + (local(moment).date() - local(now()).date())


def local(moment: datetime) -> datetime:
    """The same moment on Vietnam's clock."""
    return moment.astimezone(VIETNAM)
