"""Two clocks. `today` is the business day and may be set in a demo and in tests; `now` is real time and may not.

Terms of roles and posts, exemptions and the ledger go by `today`. Sign-in, throttles, expiry of codes, tokens and
sessions, audit and acknowledgements go by `now`.
"""

from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")


class _ProcessDay:
    """The business day of this process alone, and since when; None where it follows its data folder."""

    day: date | None = None
    since: datetime | None = None


def now() -> datetime:
    """Return real time, aware, in UTC."""
    return datetime.now(UTC)


def now_after(moment: datetime | None) -> datetime:
    """Return real time, but later than a recorded moment: of two records the newer is in force, even if the clock was set back."""
    current = now()
    return current if moment is None or moment < current else moment + timedelta(microseconds=1)


def today() -> date:
    """Return the business day in Vietnam.

    Where `settings.BUSINESS_DAY_FILE` is set (demo and tests only) and the file exists, it is the day in it: web, worker and
    commands of one data folder read the same file, so that they agree. A process may have a day of its own (`live_on`).
    """
    if _ProcessDay.day is not None:
        return _ProcessDay.day
    path = settings.BUSINESS_DAY_FILE
    if path is not None:
        try:
            return date.fromisoformat(path.read_text(encoding="ascii").strip())
        except FileNotFoundError:
            pass
    return datetime.now(VIETNAM).date()


def set_today(day: date) -> None:
    """Set the business day for every process of this data folder; raise `RuntimeError` outside demo and tests.

    The file is replaced atomically: a concurrent reader sees the old day or the new one.
    """
    path = _require_file()
    draft = path.with_name(f"{path.name}.draft")
    draft.write_text(day.isoformat(), encoding="ascii")
    draft.replace(path)


def live_on(day: date | None) -> None:
    """Set the business day of this process alone, None to follow the data folder again.

    Raise `RuntimeError` outside demo and tests. Used to make records of many days beside a server whose own day must not change.
    """
    _require_file()
    _ProcessDay.day, _ProcessDay.since = day, now()


def history_moment() -> datetime:
    """Return the moment at which history says that something was done: now.

    A process that makes records of another day (`live_on`) writes that day from eight o'clock on, an hour for each six seconds,
    so that the history of a demo is not all of the minute in which it was built.
    """
    day, since = _ProcessDay.day, _ProcessDay.since
    if day is None or since is None:
        return now()
    begins = datetime.combine(day, time(8), VIETNAM).astimezone(UTC)
    return begins + min((now() - since) * 600, timedelta(hours=9))


def _require_file() -> Path:
    path: Path | None = settings.BUSINESS_DAY_FILE
    if path is None:
        raise RuntimeError("The business day can be set only in a demo or a test.")
    return path


def business_day(moment: datetime) -> date:
    """Return the business day to show for a moment of real time: as far from `today` as its real day is from the real today.

    That is the moment's own day, except where the business day is set, so that a page uses one calendar.
    """
    return today() + (local(moment).date() - local(now()).date())


def local(moment: datetime) -> datetime:
    """Return the same moment in Vietnam's time zone."""
    return moment.astimezone(VIETNAM)
