"""Ready texts for people without an account: the invitation to an event, and the reminder of the day before."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from doanso.events.models import Event
from doanso.events.wording import when_words
from doanso.lib.access_codes import spaced
from doanso.lib.ready_text import ReadyText


def invitation_text(event: Event, url: str) -> ReadyText:
    """Return the text that invites people to register."""
    lines = [
        event.title,
        _("%(when)s, at %(place)s.") % {"when": when_words(event), "place": event.place},
        _("Register: %(url)s (or type the code %(code)s).") % {"url": url, "code": spaced(event.code)},
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
