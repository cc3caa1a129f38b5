"""Rules on what an officer may correct in a visit: plain values only."""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.lib.problems import Problem
from doanso.lib.spelling import may_be_same_person
from doanso.outreach.rules import visits

SHOP, NOBODY = "shop", "nobody"
"""Receivers of a support record besides persons, who are named by their contact's key."""
PROVEN = (visits.SIGN_IN, visits.CARD, visits.CODE)
"""How the second shows by themselves that they were present: nobody can do so for another."""
CONFIRMED, CALLED_BACK = 3, 4
"""Grades of a support record that its receiver has confirmed: through the receipt, and to an officer who called back."""


@dataclass(frozen=True, slots=True)
class PlaceContent:
    """The door: a home's or a shop's street and number."""

    number: str
    street: str
    neighbourhood_id: UUID | None


@dataclass(frozen=True, slots=True)
class SecondContent:
    """The second of the pair: a teammate by key, or somebody by name and kind; empty for nobody."""

    teammate_id: UUID | None = None
    name: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class PersonContent:
    """A helped person, with name and number as reported."""

    contact_id: UUID
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class HelpContent:
    """One support record; `key` is None for a new one."""

    key: UUID | None
    receiver: str
    service: str
    kind: str
    before: str
    after: str
    obstacle: str


@dataclass(frozen=True, slots=True)
class VisitContent:
    """Everything an officer may correct, before or after the correction."""

    happened_on: date
    began: time
    ended: time
    outcome: str
    follow_up_on: date | None
    place: PlaceContent
    second: SecondContent
    people: tuple[PersonContent, ...]
    helps: tuple[HelpContent, ...]
    note: str


FIELDS = tuple(column.name for column in fields(VisitContent))


def changed_fields(before: VisitContent, after: VisitContent) -> list[str]:
    """Return the names of fields that differ."""
    return [name for name in FIELDS if getattr(before, name) != getattr(after, name)]


def as_data(details: VisitContent) -> dict[str, Any]:
    """Return plain JSON values, as a former version is stored."""
    data: dict[str, Any] = json.loads(json.dumps(asdict(details), default=str, ensure_ascii=False))
    return data


def content_version(details: VisitContent, evidence: Sequence[object]) -> str:
    """Return the hash by which a form knows whether content or evidence changed while it was open."""
    text = json.dumps([as_data(details), evidence], default=str, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


# --- When -----------------------------------------------------------------------------------------------------------


def moved_moments(
    began_at: datetime, ended_at: datetime, before: VisitContent, after: VisitContent
) -> tuple[datetime, datetime]:
    """Return begin and end: moved by as many days as the visit, at the entered hours; an unchanged hour keeps its seconds. Past
    midnight is the next day.

    Both are in Vietnam's time. A phone's own day may differ from the visit's, and keeps its distance from it.
    """
    days = after.happened_on - before.happened_on
    began = began_at + days
    if after.began != before.began:
        began = datetime.combine(began.date(), after.began, began.tzinfo)
    if (after.began, after.ended) == (before.began, before.ended):
        return began, ended_at + days
    seconds = timedelta(seconds=ended_at.second) if after.ended == before.ended else timedelta()
    ended = datetime.combine(began.date(), after.ended, began.tzinfo) + seconds
    return began, ended if ended >= began else ended + timedelta(days=1)


def time_problem(before: VisitContent, after: VisitContent, *, arrived_on: date) -> Problem | None:
    """Return why it can't have been at that time."""
    if after.happened_on != before.happened_on and after.happened_on > arrived_on:
        message = _("The phone sent this visit before that day. Give the day on which the pair stood at the door.")
        return Problem("day_ahead", message, "happened_on")
    if (after.began, after.ended) == (before.began, before.ended):
        return None
    whole_day = timedelta(days=1)
    span = (datetime.combine(date.min, after.ended) - datetime.combine(date.min, after.began)) % whole_day
    if span > visits.LONGEST_VISIT:
        message = _("A visit does not last longer than twelve hours. Look at both times again.")
        return Problem("too_long_there", message, "ended")
    return None


# --- Who ------------------------------------------------------------------------------------------------------------


def people_problem(before: VisitContent, after: VisitContent, *, members: Collection[UUID]) -> Problem | None:
    """Return why a name or number can't be corrected by this form. `members` are contacts that the register of members keeps."""
    people_before = {person.contact_id: person for person in before.people}
    if {person.contact_id for person in after.people} != set(people_before):
        return Problem("person_unknown", _("Somebody of this visit was changed just now; look again."), "people")
    for person in after.people:
        if person == people_before[person.contact_id]:
            continue
        if person.contact_id in members:
            message = _("%(name)s is a member; name and number are put right in the register of members.")
            return Problem("is_member", message % {"name": people_before[person.contact_id].name}, "people")
        if not may_be_same_person(person.name, people_before[person.contact_id].name):
            message = _(
                "“%(new)s” is somebody else than “%(old)s”, who agreed to be written down. Take this help away, and record "
                "the other person's with their own consent."
            )
            return Problem(
                "another_person", message % {"new": person.name, "old": people_before[person.contact_id].name}, "people"
            )
    return None


def second_problem(
    before: VisitContent, after: VisitContent, *, how: str, first: visits.PairMember, same_as_first: bool
) -> Problem | None:
    """Return why the second of the pair can't be somebody else."""
    if before.second == after.second:
        return None
    if how in PROVEN:
        message = _("The second of this visit confirmed it themselves, so nobody else is written in their place.")
        return Problem("second_confirmed", message, "second")
    # Two teammates may bear one name; `same_as_first` knows whether they are one human.
    of_no_team = after.second.teammate_id is None and bool(after.second.name)
    if same_as_first or (of_no_team and vietnamese.may_be_one_name(after.second.name, first.name)):
        return Problem("same_person", _("The second of a pair is somebody else than the first."), "second")
    return None


def keeps_signature(before: SecondContent, after: SecondContent) -> bool:
    """Return whether a signature is still that of the second: the same person, spelt differently."""
    if before.teammate_id is not None or after.teammate_id is not None:
        return before.teammate_id == after.teammate_id
    return bool(before.name and after.name) and may_be_same_person(before.name, after.name)


# --- What was helped with -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReportedHelpEvidence:
    """The state of a support record's present version."""

    grade: int
    disputed: bool
    erased: bool

    @property
    def confirmed(self) -> bool:
        """Return whether its receiver has confirmed it."""
        return self.grade >= CONFIRMED

    @property
    def called_back(self) -> bool:
        """Return whether an officer has asked its receiver."""
        return self.grade >= CALLED_BACK


def helps_problem(
    before: VisitContent, after: VisitContent, evidence: Mapping[UUID, ReportedHelpEvidence]
) -> Problem | None:
    """Return why support records can't be added, removed or corrected in this way."""
    kept_helps = {entry.key: entry for entry in after.helps if entry.key is not None}
    known_keys = {entry.key for entry in before.helps}
    if set(kept_helps) - known_keys:
        return Problem("help_unknown", _("A help of this visit was changed just now; look again."), "helps")
    # Persons of the visit, and the shop, also if it was not helped yet.
    receivers = {NOBODY, SHOP, *(str(entry.contact_id) for entry in before.people)}
    if any(entry.receiver not in receivers for entry in after.helps):
        return Problem("receiver_unknown", _("Choose somebody of this visit who agreed to be written down."), "helps")
    for current in before.helps:
        assert current.key is not None  # noqa: S101 -- what stands has a key
        problem = _help_problem(
            current, kept_helps.get(current.key), evidence[current.key], moved=before.happened_on != after.happened_on
        )
        if problem is not None:
            return problem
    receiver_services = [(entry.receiver, entry.service) for entry in after.helps if entry.receiver != NOBODY]
    if len(receiver_services) != len(set(receiver_services)):
        message = _("The same service stands twice for the same person. Leave one of the two.")
        return Problem("told_twice", message, "helps")
    return None


def _help_problem(
    before: HelpContent, after: HelpContent | None, proof: ReportedHelpEvidence, *, moved: bool
) -> Problem | None:
    touched = after is None or after.service != before.service or after.receiver != before.receiver
    if proof.erased:
        message = _("The helped person had their data erased; this help stays as it was counted.")
        return Problem("erased", message, "helps") if touched else None
    if proof.disputed and (touched or moved):
        message = _("The helped person disputes a help of this visit; an officer decides about that first.")
        return Problem("disputed", message, "helps")
    if after is None and proof.called_back:
        message = _(
            "An officer called back and the helped person said that it is so, so this help can't be taken away here. If it is "
            "not true, they dispute it on their receipt."
        )
        return Problem("confirmed", message, "helps")
    if after is None and proof.confirmed:
        message = _(
            "The helped person has confirmed this help by their receipt, so it can't be taken away here. If it is not true, "
            "they dispute it there."
        )
        return Problem("confirmed", message, "helps")
    if after is not None and after.receiver != before.receiver:
        message = _("A help given to somebody else is another help: take this one away and add that one.")
        return Problem("receiver_changed", message, "helps")
    return None


def place_problem(before: VisitContent, after: VisitContent, *, has_place: bool) -> Problem | None:
    """Return why the visit can't have been at another door. `has_place` is False where its place is no longer in the register."""
    if before.place == after.place:
        return None
    if not has_place:
        message = _("This visit's home or shop is no longer in the register, so its door stays as it is.")
        return Problem("place_gone", message, "number")
    if not after.place.number.strip() or not after.place.street.strip():
        return Problem("place_missing", _("Give the house number and the street."), "number")
    return None


def reason_problem(reason: str) -> Problem | None:
    """Require a reason."""
    if reason.strip():
        return None
    return Problem("reason_missing", _("Say in a few words why this visit is put right."), "reason")
