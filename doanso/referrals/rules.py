"""Who may stand in a member's two slots of 1+2, how a slot stands, and when it can be replaced: plain values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

CONFIRMED, CALLED_BACK = 3, 4
"""The grades of a help that the helped person has confirmed: through the receipt, and to an officer who called back."""
TRIES_OF_A_CODE = 5
TRIES_OF_A_PLACE = 60
"""Misses within an hour, as of receipts."""


class Stand(StrEnum):
    """How one of a member's two slots stands."""

    NONE = "none"
    OPEN = "open"
    RECORDED = "recorded"
    DONE = "done"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    FALLEN = "fallen"


@dataclass(frozen=True, slots=True)
class HelpFacts:
    """What is known of the help that a slot wraps. `in_dispute`: an officer has yet to decide."""

    grade: int
    refused: bool
    taken_back: bool
    in_dispute: bool = False

    @property
    def holds(self) -> bool:
        """Whether the helped person has confirmed it, by the receipt or in a call-back."""
        return self.grade >= CONFIRMED and not self.refused and not self.taken_back


def stand(*, help: HelpFacts | None, expires_on: date, today: date, doubled: bool = False) -> Stand:  # noqa: A002
    """How a slot that was handed over stands today; once confirmed it is over by no date, unless its person is no second one."""
    if help is None:
        return Stand.EXPIRED if today >= expires_on else Stand.OPEN
    if doubled:
        return Stand.FALLEN
    if help.holds:
        return Stand.DONE
    if help.taken_back or (help.refused and not help.in_dispute):
        return Stand.FALLEN
    if help.refused:
        return Stand.DISPUTED
    return Stand.EXPIRED if today >= expires_on else Stand.RECORDED


REPLACEABLE = frozenset({Stand.OPEN, Stand.EXPIRED, Stand.FALLEN})
"""A link can be made anew until somebody has used it; what waits for a person's or an officer's word is left alone."""


def replace_problem(now: Stand) -> Problem | None:
    """Why a slot can't be handed over anew."""
    if now is Stand.NONE or now in REPLACEABLE:
        return None
    words = {
        Stand.RECORDED: _("Somebody stands in this place already. It is enough that they confirm their receipt."),
        Stand.DONE: _("This place is done and confirmed."),
        Stand.DISPUTED: _("The person says that this is not right. Wait until an officer has looked into it."),
    }
    return Problem("slot_taken", words[now])


def use_problem(now: Stand) -> Problem | None:
    """Why nobody can be put into a slot any more."""
    return None if now is Stand.OPEN else closed()


def closed() -> Problem:
    """What is said of an invitation that leads nowhere any more."""
    return Problem("slot_closed", _("This invitation has been used, or it is over. Ask for a new one."))


@dataclass(frozen=True, slots=True)
class NameAndYear:
    """Somebody as far as a name and a year of birth tell them apart."""

    folded: str
    birth_year: int | None

    def may_be(self, other: "NameAndYear") -> bool:
        """Whether both may be one: the same name, and no two years that differ."""
        years = {self.birth_year, other.birth_year} - {None}
        return bool(self.folded) and self.folded == other.folded and len(years) < 2


def told_problem(*, identity: NameAndYear, member: NameAndYear, other: NameAndYear | None) -> Problem | None:
    """Why this person can't stand in a slot, as far as names and years say, asked before anything is written."""
    if identity.may_be(member):
        return _oneself()
    if other is not None and identity.may_be(other):
        return _same_twice()
    return None


def person_problem(*, is_member: bool, is_other: bool) -> Problem | None:
    """The same of the person it turned out to be."""
    if is_member:
        return _oneself()
    return _same_twice() if is_other else None


def _oneself() -> Problem:
    message = _("This is the member's own name and year of birth. 1+2 is about somebody else: a friend and a relative.")
    return Problem("oneself", message, "name")


def _same_twice() -> Problem:
    message = _("This person stands in the member's other place already. 1+2 is about two different people.")
    return Problem("same_twice", message, "name")


def doubles(member: UUID, helped: Sequence[UUID | None]) -> list[bool]:
    """Which of a member's places name somebody who is the member, or stands in an earlier one; persons as they are today."""
    seen = {member}
    answers = []
    for person_id in helped:
        answers.append(person_id in seen)
        if person_id is not None:
            seen.add(person_id)
    return answers


def services_problem(chosen: int) -> Problem | None:
    """At least one service was shown."""
    if chosen:
        return None
    return Problem("no_service", _("Choose what it was about: tick at least one service."), "services")


def consent_problem(agreed: bool) -> Problem | None:
    """Nobody stands in a slot who has not agreed to be written down."""
    if agreed:
        return None
    message = _("Without this nothing is written down, and nothing counts. Tick it, or leave the page.")
    return Problem("no_consent", message, "purposes")


class Need(StrEnum):
    """How far a member has come, for whoever helps them along."""

    NONE = "none"
    WAITING = "waiting"
    EXPIRED = "expired"
    ONE = "one"
    DONE = "done"


def need(friend: Stand, relative: Stand) -> Need:
    """Both done, one of two, something under way, everything over, or nothing begun; the list's filter says the same."""
    pair = (friend, relative)
    done_count = pair.count(Stand.DONE)
    if done_count:
        return Need.DONE if done_count == len(pair) else Need.ONE
    if any(stand in (Stand.OPEN, Stand.RECORDED) for stand in pair):
        return Need.WAITING
    return Need.NONE if pair == (Stand.NONE, Stand.NONE) else Need.EXPIRED
