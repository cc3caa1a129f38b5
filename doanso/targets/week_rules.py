"""One week of a target on plain whole numbers: what it takes, and how the week stands."""

from datetime import date, timedelta

from doanso.targets.rules import State


def week_of(on: date) -> tuple[date, date]:
    """Monday and Sunday of the week that holds the day."""
    monday = on - timedelta(days=on.weekday())
    return monday, monday + timedelta(days=6)


def week_state(done: int, asked: int, on: date) -> State:
    """Where the week's number stands on a day: there, in step with the days gone by, behind, or far behind."""
    if done >= asked:
        return State.MET if asked == 0 else State.ON
    should = asked * (on.weekday() + 1)
    if done * 7 >= should:
        return State.ON
    return State.BEHIND if done * 14 >= should else State.RISK
