"""One week of a target on plain whole numbers: its need and its state."""

from datetime import date, timedelta

from doanso.targets.rules import ProgressState


def week_of(on: date) -> tuple[date, date]:
    """Return Monday and Sunday of the week that contains the day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def week_state(counted: int, needed: int, on: date) -> ProgressState:
    """Return the state of the week on a day: reached, in step with the days elapsed, behind, or far behind."""
    if counted >= needed:
        return ProgressState.MET if needed == 0 else ProgressState.ON
    should = needed * (on.weekday() + 1)
    if counted * 7 >= should:
        return ProgressState.ON
    return ProgressState.BEHIND if counted * 14 >= should else ProgressState.RISK
