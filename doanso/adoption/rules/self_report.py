"""Rules of self-reports: links, declarations, answers; no database, no request."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from doanso.adoption.models import Usage
from doanso.adoption.rules import SEEN_BY_OFFICER
from doanso.lib import formats
from doanso.lib.problems import Problem

LINK_LIVES = timedelta(days=14)
LINK_BYTES = 16
"""Bytes of a link's secret: 128 bits can't be guessed."""
MOST_LINKS = 200
"""As many links as one sheet of a browser still prints well."""
TRY_SPAN = timedelta(minutes=10)
MOST_UNKNOWN = 30
"""Unknown links that one address may ask for in a span; whole branches share an address, so known ones never count."""
MOST_SENT = 20
"""How often one link may send something in a span."""
ASKED_AFTER = (30, 90)
"""Days after reaching a service at which a person is asked whether they still use it."""
LONGEST_REASON = 300


def new_token() -> str:
    """Return a new secret of a link, as in its address."""
    return secrets.token_urlsafe(LINK_BYTES)


def link_is_open(*, expires_at: datetime, ended_at: datetime | None, now: datetime) -> bool:
    """Return whether a link is still valid."""
    return ended_at is None and now < expires_at


def tries_counted_since(now: datetime) -> datetime:
    """Return the beginning of the span in which tries are counted together."""
    seconds = int(TRY_SPAN.total_seconds())
    return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, tz=now.tzinfo)


def links_problem(chosen: int) -> Problem | None:
    """Return why links can't be made for this number of members at once."""
    if chosen == 0:
        return Problem("nobody_chosen", _("Nobody is chosen. Tick the members who shall get a link."), "members")
    if chosen > MOST_LINKS:
        return Problem(
            "too_many",
            _("%(chosen)s links are too many for one sheet. Choose at most %(most)s members.")
            % {"chosen": formats.number(chosen), "most": formats.number(MOST_LINKS)},
            "members",
        )
    return None


class DeclarationState(StrEnum):
    """The state of a declaration."""

    WAITING = "waiting"
    ATTESTED = "attested"
    RETURNED = "returned"
    OVERTAKEN = "overtaken"
    TAKEN_BACK = "taken-back"


def state_of(*, returned: bool, taken_back: bool, grade: int, overtaken: bool) -> DeclarationState:
    """Return the state of a declaration; it is overtaken if an officer recorded something newer."""
    if returned:
        return DeclarationState.RETURNED
    if taken_back:
        return DeclarationState.TAKEN_BACK
    if grade >= SEEN_BY_OFFICER:
        return DeclarationState.ATTESTED
    return DeclarationState.OVERTAKEN if overtaken else DeclarationState.WAITING


def declarable_levels(levels: Iterable[int], current: int) -> list[int]:
    """Return the levels that a person on this level may declare: those above, and 0 ("no longer usable")."""
    return [level for level in levels if level > current or (level == 0 and current > 0)]


def declare_problem(*, by_member: bool, level: int, current: int, waiting: bool) -> Problem | None:
    """Return why a level can't be declared, or None."""
    if not by_member:
        return Problem("not_by_member", _("Your branch keeps this one for you; there is nothing to declare."), "stage")
    if waiting:
        return Problem(
            "waiting_already", _("You have told your branch already; it waits for somebody to look."), "stage"
        )
    if level not in declarable_levels([level], current):
        return Problem(
            "reached_already", _("Your branch has attested this already. Choose a step that is new."), "stage"
        )
    return None


def reason_problem(reason: str) -> Problem | None:
    """Return why a declaration can't be returned without a reason."""
    if not reason:
        return Problem(
            "reason_missing",
            _("Say why, so that the member knows what to do. For example: The app was not on the phone yet."),
            "reason",
        )
    if len(reason) > LONGEST_REASON:
        return Problem(
            "reason_too_long",
            _("The reason has %(length)s characters; at most %(most)s fit.")
            % {"length": len(reason), "most": LONGEST_REASON},
            "reason",
        )
    return None


@dataclass(frozen=True, slots=True)
class TimedAnswer:
    """An answer to the question asked this many days after a service was reached."""

    asked_after: int
    on: date


def question(*, reached: date | None, answers: Sequence[TimedAnswer], today: date) -> int | None:
    """Return the question that is open today about a service reached on that day: 30 or 90 days after it, or None.

    An answer closes its own question and the earlier one; answers from before the service was reached (anew) close nothing.
    """
    if reached is None:
        return None
    passed = [after for after in ASKED_AFTER if reached + timedelta(days=after) <= today]
    if not passed:
        return None
    closed = max((answer.asked_after for answer in answers if answer.on >= reached), default=0)
    return passed[-1] if closed < passed[-1] else None


def reached_on(records: Sequence[Usage]) -> date | None:
    """Return since when the person has the service at all: the first record of the present run."""
    reached: date | None = None
    for usage in sorted(records, key=lambda record: (record.happened_on, record.recorded_at, record.pk)):
        if usage.stage.level == 0:
            reached = None
        elif reached is None:
            reached = usage.happened_on
    return reached
