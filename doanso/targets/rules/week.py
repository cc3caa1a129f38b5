"""One week of a target on plain whole numbers: what it needs, and its state."""

from datetime import date, timedelta

from doanso.targets.rules import State


def week_of(on: date) -> tuple[date, date]:
    """Return Monday and Sunday of the week that holds the day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def week_state(counted: int, needed: int, on: date) -> State:
    """Return the state of the week on a day: reached, in step with the days gone by, behind, or far behind."""
    if counted >= needed:
        return State.MET if needed == 0 else State.ON
    should = needed * (on.weekday() + 1)
    if counted * 7 >= should:
        return State.ON
    return State.BEHIND if counted * 14 >= should else State.RISK
