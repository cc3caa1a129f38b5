"""Events in words and pills."""

from datetime import date, datetime, time

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext, pgettext_lazy

from doanso.events.models import DrawStep, Event
from doanso.events.rules import EventStatus, event_status
from doanso.events.rules.schedule import DayProgress, day_progress
from doanso.lib import clock, formats

PILLS = {
    EventStatus.DRAFT: "none",
    EventStatus.UPCOMING: "on",
    EventStatus.TODAY: "on",
    EventStatus.OVER: "none",
    EventStatus.POSTPONED: "behind",
    EventStatus.CANCELLED: "risk",
}
"""The mark of `state_pill` for each status."""
NAMES: dict[EventStatus, str | Promise] = {
    EventStatus.DRAFT: pgettext_lazy("event", "In preparation"),
    EventStatus.UPCOMING: pgettext_lazy("event", "Announced"),
    EventStatus.TODAY: pgettext_lazy("event", "Today"),
    EventStatus.OVER: pgettext_lazy("event", "Over"),
    EventStatus.POSTPONED: pgettext_lazy("event", "Postponed, no day yet"),
    EventStatus.CANCELLED: pgettext_lazy("event", "Cancelled"),
}


def status_of(event: Event, today: date) -> EventStatus:
    """Return how an event stands today."""
    return event_status(event.state, event.day, today)


def status_words(event: Event, today: date, at: time) -> str:
    """Return how an event stands in words; on its day by the time of the day: “đang diễn ra”."""
    status = status_of(event, today)
    if status != EventStatus.TODAY:
        return str(NAMES[status])
    return {
        DayProgress.AHEAD: pgettext("event", "Today, not begun yet"),
        DayProgress.RUNNING: pgettext("event", "Under way"),
        DayProgress.ENDED: pgettext("event", "Over"),
    }[day_progress(event.begins, event.ends, at)]


def hour(moment: time) -> str:
    """Return a time as 07:00."""
    return f"{moment:%H:%M}"


def hours_words(begins: time, ends: time) -> str:
    """Return a span of a day: “07:00 đến 11:00”."""
    return _("%(begins)s to %(ends)s") % {"begins": hour(begins), "ends": hour(ends)}


def day_words(day: date) -> str:
    """Return a day with its weekday: “Chủ nhật 12/11/2023”."""
    return f"{formats.weekday(day)} {formats.day(day)}"


def when_words(event: Event) -> str:
    """Return day and hours of an event; of a postponed one that there is no day yet."""
    if event.state == "postponed":
        return _("No new day yet")
    return f"{day_words(event.day)}, {hours_words(event.begins, event.ends)}"


def seen_words(moment: datetime, day: date) -> str:
    """Return when somebody was seen at an event of that day: “07:42”, of another day “07:42, 11/10/2023”."""
    return formats.time_of_day(moment) if clock.business_day(moment) == day else formats.moment(moment)


def days_left(day: date, today: date) -> str:
    """Return how far a day is ahead: “hôm nay”, “ngày mai”, “còn 12 ngày”; empty once it is over."""
    left = (day - today).days
    if left < 0:
        return ""
    if left == 0:
        return pgettext("event", "today")
    if left == 1:
        return _("tomorrow")
    return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": formats.number(left)}


DRAW_STEPS: dict[str, str | Promise] = {
    "prepared": pgettext_lazy("draw", "Prepare"),
    "committed": pgettext_lazy("draw", "Commit"),
    "frozen": pgettext_lazy("draw", "Freeze the list"),
    "drawn": pgettext_lazy("draw", "Draw"),
}
"""What is done to reach each state of a draw."""


def draw_step_words(state: str) -> str:
    """Return the step of a draw in words."""
    return str(DRAW_STEPS[state])


def draw_moment(step: DrawStep) -> str:
    """Return when a step of a draw was taken: “10:28, 12/11/2023”."""
    return f"{clock.local(step.made_at):%H:%M}, {formats.day(step.made_on)}"
