"""States of a slot of 1+2, who may fill it, and when it can be replaced: decisions on plain values, without the database."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

CONFIRMED_GRADE, CALLED_BACK_GRADE = 3, 4
"""The grades of a support record that the helped person confirmed: on the receipt, and to an officer who called back."""
TRIES_PER_CODE = 5
TRIES_PER_ADDRESS = 60
"""Failed tries within an hour, as for receipts."""


class SlotState(StrEnum):
    """The state of one of a member's two slots."""

    NONE = "none"
    OPEN = "open"
    RECORDED = "recorded"
    DONE = "done"
    EXPIRED = "expired"
    DISPUTED = "disputed"
    FALLEN = "fallen"


@dataclass(frozen=True, slots=True)
class HelpEvidence:
    """The evidence for the support record of a slot. `in_dispute`: an officer has yet to decide."""

    grade: int
    refused: bool
    taken_back: bool
    in_dispute: bool = False

    @property
    def is_confirmed(self) -> bool:
        """Return whether the helped person has confirmed it, on the receipt or in a call-back, and nobody has refused it
        since.
        """
        return self.grade >= CONFIRMED_GRADE and not self.refused and not self.taken_back


def slot_state(
    *,
    support_record: HelpEvidence | None,
    expires_on: date,
    today: date,
    doubled: bool = False,
) -> SlotState:
    """Return the state today of a slot that was handed over; a confirmed one does not expire.

    `doubled`: the helped person is the member, or fills the other slot.
    """
    if support_record is None:
        return SlotState.EXPIRED if today >= expires_on else SlotState.OPEN
    if doubled:
        return SlotState.FALLEN
    if support_record.is_confirmed:
        return SlotState.DONE
    if support_record.taken_back or (support_record.refused and not support_record.in_dispute):
        return SlotState.FALLEN
    if support_record.refused:
        return SlotState.DISPUTED
    return SlotState.EXPIRED if today >= expires_on else SlotState.RECORDED


REPLACEABLE_STATES = frozenset({SlotState.OPEN, SlotState.EXPIRED, SlotState.FALLEN})
"""In these states a slot can be handed over again; one that waits for the person or for an officer is left alone."""


def replacement_problem(state: SlotState) -> Problem | None:
    """Return why a slot cannot be handed over again, or None."""
    if state is SlotState.NONE or state in REPLACEABLE_STATES:
        return None
    messages = {
        SlotState.RECORDED: _("Somebody stands in this place already. It is enough that they confirm their receipt."),
        SlotState.DONE: _("This place is done and confirmed."),
        SlotState.DISPUTED: _("The person says that this is not right. Wait until an officer has looked into it."),
    }
    return Problem("slot_taken", messages[state])


def invitation_problem(state: SlotState) -> Problem | None:
    """Return why nobody can fill a slot in this state, or None."""
    return None if state is SlotState.OPEN else closed_problem()


def closed_problem() -> Problem:
    """Return the one problem of an invitation that is used, replaced or expired."""
    return Problem("slot_closed", _("This invitation has been used, or it is over. Ask for a new one."))


@dataclass(frozen=True, slots=True)
class NameAndYear:
    """A folded name and a year of birth, by which two people are compared before anything is written."""

    folded: str
    birth_year: int | None

    def may_equal(self, other: "NameAndYear") -> bool:
        """Return whether both may be one person: the same name, and no two different years."""
        years = {self.birth_year, other.birth_year} - {None}
        return bool(self.folded) and self.folded == other.folded and len(years) < 2


def identity_problem(*, identity: NameAndYear, member: NameAndYear, other: NameAndYear | None) -> Problem | None:
    """Return why somebody with this name and year cannot fill a slot, or None; `other` is the person of the other slot."""
    if identity.may_equal(member):
        return _own_name_problem()
    if other is not None and identity.may_equal(other):
        return _same_person_problem()
    return None


def person_problem(*, is_member: bool, is_other: bool) -> Problem | None:
    """Return why this person cannot fill a slot, or None, once the person is known."""
    if is_member:
        return _own_name_problem()
    return _same_person_problem() if is_other else None


def _own_name_problem() -> Problem:
    message = _("This is the member's own name and year of birth. 1+2 is about somebody else: a friend and a relative.")
    return Problem("oneself", message, "name")


def _same_person_problem() -> Problem:
    message = _("This person stands in the member's other place already. 1+2 is about two different people.")
    return Problem("same_twice", message, "name")


def duplicate_flags(member_id: UUID, helped_ids: Sequence[UUID | None]) -> list[bool]:
    """Return for each of a member's slots whether its person is the member or fills an earlier slot.

    The ids are those of today, after merges; None for a slot without a person.
    """
    known_ids = {member_id}
    flags = []
    for person_id in helped_ids:
        flags.append(person_id in known_ids)
        if person_id is not None:
            known_ids.add(person_id)
    return flags


def services_problem(service_count: int) -> Problem | None:
    """Return a problem where no service was chosen."""
    if service_count:
        return None
    return Problem("no_service", _("Choose what it was about: tick at least one service."), "services")


def consent_problem(agreed: bool) -> Problem | None:
    """Return a problem where the person has not consented to being recorded."""
    if agreed:
        return None
    message = _("Without this nothing is written down, and nothing counts. Tick it, or leave the page.")
    return Problem("no_consent", message, "purposes")


class ReferralProgress(StrEnum):
    """The progress of a member with 1+2, for the officers of the unit."""

    NONE = "none"
    WAITING = "waiting"
    EXPIRED = "expired"
    ONE = "one"
    DONE = "done"


def referral_progress(friend: SlotState, relative: SlotState) -> ReferralProgress:
    """Return the progress: both done, one of two, something under way, everything over, or nothing begun.

    `queries.with_progress` computes the same in SQL.
    """
    pair = (friend, relative)
    done_count = pair.count(SlotState.DONE)
    if done_count:
        return ReferralProgress.DONE if done_count == len(pair) else ReferralProgress.ONE
    if any(state in (SlotState.OPEN, SlotState.RECORDED) for state in pair):
        return ReferralProgress.WAITING
    return ReferralProgress.NONE if pair == (SlotState.NONE, SlotState.NONE) else ReferralProgress.EXPIRED
