"""An event as a calendar file (RFC 5545), by which a visitor's phone keeps the day."""

from datetime import UTC, datetime, time

from django.utils.translation import gettext as _

from doanso.events.models import Event, EventState
from doanso.lib.clock import VIETNAM

CONTENT_TYPE = "text/calendar; charset=utf-8"
_LONGEST_LINE = 75
"""Octets of a line, without its end."""


def event_calendar(event: Event, url: str) -> bytes:
    """Return the calendar file of an announced event; `url` is its public page.

    A later file has the same UID and a larger SEQUENCE, so a calendar replaces the earlier entry. Of a postponed event there is
    no day to keep: its file takes the entry out, as that of a cancelled one does.
    """
    is_on = event.state == EventState.OPEN
    place = f"{event.place}, {event.address}" if event.address else event.place
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Doan So//Events//VI",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{event.pk}@doan-so",
        f"DTSTAMP:{_utc(event.changed_at)}",
        f"SEQUENCE:{event.version}",
        f"DTSTART:{_utc(_moment(event, event.begins))}",
        f"DTEND:{_utc(_moment(event, event.ends))}",
        f"SUMMARY:{_text(event.title)}",
        f"LOCATION:{_text(place)}",
        f"DESCRIPTION:{_text(_description(event, url))}",
        f"URL:{url}",
        f"STATUS:{'CONFIRMED' if is_on else 'CANCELLED'}",
        *(_alarm(event) if is_on else ()),
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return b"".join(_folded(line) for line in lines)


def _alarm(event: Event) -> list[str]:
    """Return the lines of a reminder on the day before, at the hour at which the event begins."""
    message = _("Tomorrow: %(title)s")
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        "TRIGGER:-P1D",
        f"DESCRIPTION:{_text(message % {'title': event.title})}",
        "END:VALARM",
    ]


def _description(event: Event, url: str) -> str:
    return "\n".join(part for part in (event.summary, event.contact, url) if part)


def _moment(event: Event, at: time) -> datetime:
    return datetime.combine(event.day, at, VIETNAM)


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Return a text as the format writes it: its own signs escaped, line ends as \\n."""
    for sign in ("\\", ";", ","):
        value = value.replace(sign, f"\\{sign}")
    return "\\n".join(value.splitlines())


def _folded(line: str) -> bytes:
    """Return a line with its end, broken where it is longer than 75 octets, never inside a letter."""
    parts, part = [], ""
    for letter in line:
        if len((part + letter).encode()) > _LONGEST_LINE:
            parts.append(part)
            # The blank that marks a continued line counts too.
            part = " "
        part += letter
    return "\r\n".join([*parts, part, ""]).encode()
