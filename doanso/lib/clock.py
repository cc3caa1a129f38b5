"""Two clocks. `today` is the business day and may be set in a demo and in tests; `now` is real time and may not.

`business_now` is that day at the real time of day, and `business_moment` what a page shows of a stored moment.

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
    """Return real time, but later than a recorded moment: of two records the newer is in force, whatever the clock says."""
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
    if day is None or day != _ProcessDay.day:
        _ProcessDay.day, _ProcessDay.since = day, now()


def business_now() -> datetime:
    """Return the business day at the real time of day, aware, in UTC; real time where the business day is not set.

    For moments of work that pages show beside business days. Where the day is set by hand it goes back at midnight, so a moment
    that decides an order, a term or an expiry is `now`.
    """
    if _ProcessDay.day is not None:
        return history_moment()
    return business_moment(now()).astimezone(UTC)


def business_day_and_time() -> tuple[date, time]:
    """Return the business day and the real time of day in Vietnam, by which the hours of a day begin and are over."""
    return today(), local(now()).time()


def business_moment(moment: datetime) -> datetime:
    """Return a moment as pages show it, in Vietnam's time zone and on the calendar of the business day.

    Where the business day is set, a moment of real time is as far from it as from the real today, at its own time of day. A
    moment nearer to the business day than to the real one is on that calendar already.
    """
    shown = local(moment)
    if not _is_set():
        return shown
    business, real = today(), local(now()).date()
    if abs((shown.date() - business).days) <= abs((shown.date() - real).days):
        return shown
    return shown + (business - real)


def business_day(moment: datetime) -> date:
    """Return the day of a moment as pages show it (`business_moment`)."""
    return business_moment(moment).date()


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


def _is_set() -> bool:
    """Return whether the business day of this process may differ from the real one."""
    return settings.BUSINESS_DAY_FILE is not None


def local(moment: datetime) -> datetime:
    """Return the same moment in Vietnam's time zone."""
    return moment.astimezone(VIETNAM)
