"""Ready texts for people without an account: invitation and reminders of an event, a booth's code, totals that are missing."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from doanso.events.models import Event, Shift
from doanso.events.rules.booths import last_answer_day
from doanso.events.wording import day_words, hour, hours_words, when_words
from doanso.lib import formats
from doanso.lib.access_codes import format_code
from doanso.lib.ready_text import ReadyText


def invitation_text(event: Event, url: str) -> ReadyText:
    """Return the text that invites people to register."""
    lines = [
        event.title,
        _("%(when)s, at %(place)s.") % {"when": when_words(event), "place": event.place},
        _("Register: %(url)s (or type the code %(code)s).") % {"url": url, "code": format_code(event.code)},
    ]
    return ReadyText(_("Invitation to copy"), "\n".join(lines), url, key="invitation-text")


def reminder_text(event: Event, url: str) -> ReadyText:
    """Return the text that reminds those who registered."""
    message = _(
        "Reminder: %(title)s, %(when)s, at %(place)s. Bring your ticket. If you cannot come, cancel it on its page."
    )
    words = {"title": event.title, "when": when_words(event), "place": event.place}
    return ReadyText(_("Reminder to copy"), f"{message % words}\n{url}", key="reminder-text")


def draw_result_text(event: Event, url: str, winners: Sequence[tuple[str, str]]) -> ReadyText:
    """Return the text that makes the result of a draw known: prizes with ticket numbers, and where anybody checks them."""
    lines = [
        _("Draw of %(title)s: the tickets that won.") % {"title": event.title},
        *(f"{prize}: {number}" for prize, number in winners),
        _("Look up your ticket and check the draw: %(url)s") % {"url": url},
    ]
    return ReadyText(_("Result to copy"), "\n".join(lines), url, key="draw-text")


def booth_text(shift: Shift, code: str, url: str, typed_at: str) -> ReadyText:
    """Return the text that brings the staff of a booth its code."""
    booth = shift.booth.name if shift.booth is not None else shift.post
    lines = [
        _("%(title)s, %(booth)s: the booth's page, until %(ends)s.")
        % {"title": shift.event.title, "booth": booth, "ends": hour(shift.ends)},
        url,
        _("Or type the code %(code)s at %(url)s.") % {"code": code, "url": typed_at},
        _("Scan a visitor's ticket and press what was done; at the end report the totals there."),
    ]
    return ReadyText(_("Message for the booth"), "\n".join(lines), key="booth-text")


def missing_totals_text(event: Event, booths: Sequence[str], typed_at: str) -> ReadyText:
    """Return the text that asks booths for the totals that they have not reported."""
    message = _(
        "%(title)s: please report the totals of today, %(booths)s. Open the booth's page, or type its code at %(url)s."
    )
    words = {"title": event.title, "booths": "; ".join(booths), "url": typed_at}
    return ReadyText(_("Reminder for the booths"), message % words, key="missing-totals")


def unanswered_text(event: Event, numbers: Sequence[int]) -> ReadyText:
    """Return the text, to be read out or sent, that asks holders of tickets to answer what booths have recorded."""
    message = _(
        "%(title)s: tickets %(numbers)s, please open your ticket (its link, or the code on the slip) and answer “Right” or"
        " “No” to what the booth has recorded, until %(day)s. Without an answer it does not count."
    )
    words = {
        "title": event.title,
        "numbers": ", ".join(str(number) for number in numbers),
        "day": formats.day(last_answer_day(event.day)),
    }
    return ReadyText(_("Text to read out or to send"), message % words, key="unanswered-text")


def duty_text(shift: Shift, url: str) -> ReadyText:
    """Return the text that reminds people who are on duty in a shift."""
    event = shift.event
    lines = [
        _("On duty: %(post)s, %(title)s.") % {"post": shift.post, "title": event.title},
        _("%(day)s, %(hours)s, at %(place)s.")
        % {"day": day_words(event.day), "hours": hours_words(shift.begins, shift.ends), "place": event.place},
        _("Who cannot come says so today, so that somebody else is found."),
    ]
    return ReadyText(_("Reminder for those on duty"), "\n".join([*lines, url]), key="duty-text")
