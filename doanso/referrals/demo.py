"""The demo of 1+2: some members of each ward bring a friend and a relative, and not all of them fill both slots.

In the ward whose secretary can sign in many members begin, so that every state is on its list; elsewhere a few do. The
member who can sign in has brought a friend, and has an invitation for a relative to hand over.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.dated_actions import DatedAction
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.referrals import actions, queries
from doanso.referrals.actions import GuidedPersonInput
from doanso.referrals.models import SlotKind
from doanso.support import queries as support
from doanso.units.models import Unit


class GuidedDemoPerson(Protocol):
    """An invented person; only read."""

    @property
    def name(self) -> str: ...

    @property
    def birth(self) -> date: ...

    @property
    def phone(self) -> str: ...


type PersonFactory = Callable[[int, int, date], GuidedDemoPerson]
"""Invents a person between two ages on a day, and never the same one twice."""

FIRST_DAY = date(2023, 8, 21)
"""The day on which the first member of each ward begins."""
BETWEEN_MEMBERS = timedelta(days=3)
UNTIL_RELATIVE = timedelta(days=9)
MEMBERS_PRINTED, MEMBERS_ELSEWHERE = 24, 3
"""How many members begin in the ward that is printed, and in every other."""
OWN_DAY = date(2023, 11, 4)
"""The day on which the member who can sign in brings a friend."""
BOTH, WRITTEN_DOWN, ONE, INVITED = "both", "written-down", "one", "invited"
OUTCOMES = (INVITED, BOTH, BOTH, ONE, BOTH, WRITTEN_DOWN)
"""How far the members of a ward come, one after the other."""


@dataclass(slots=True)
class WardReferrals:
    """One ward, and its members who have begun."""

    unit: Unit
    secretary: User
    invent: PersonFactory
    begun: list[Member] = field(default_factory=list)

    def invite_friend(self, outcome: str) -> None:
        """Let the next member hand a slot over to a friend, who accepts unless the member only invites."""
        begun_ids = [stay.pk for stay in self.begun]
        candidates = members.stays_below(queries.active_members(), self.unit).exclude(pk__in=begun_ids)
        stay = candidates.filter(person__user=None).order_by("pk").first()
        if stay is None:
            return
        self.begun.append(stay)
        slot = actions.open_slot(actor=self.secretary, member_id=stay.pk, kind=SlotKind.FRIEND)
        if outcome != INVITED:
            accept(slot.pk, guided_person(self.invent(17, 30, clock.today()), len(self.begun)))

    def invite_relative(self, index: int, outcome: str) -> None:
        """Let the member at `index` bring a relative, who accepts or is written down and has not confirmed yet."""
        stay = queries.membership_of(self.begun[index].person_id) if index < len(self.begun) else None
        if stay is None or outcome not in (BOTH, WRITTEN_DOWN):
            return
        slot = actions.open_slot(actor=self.secretary, member_id=stay.pk, kind=SlotKind.RELATIVE)
        guided = guided_person(self.invent(42, 75, clock.today()), index)
        if outcome == BOTH:
            accept(slot.pk, guided)
        else:
            actions.record_guided_person(actor=self.secretary, slot_id=slot.pk, guided=guided)


def guided_person(person: GuidedDemoPerson, index: int) -> GuidedPersonInput:
    """Return an invented person who was guided to one service or two, by `index`, and agrees to a call-back."""
    # The demo of support records the city's figures of these three services, so they are left to it.
    codes = [service.pk for service in support.recordable_services()]
    services = [code for code in codes if code not in {"portal", "payment", "register"}] or codes
    chosen = dict.fromkeys((services[index % len(services)], services[index // 2 % len(services)]))
    return GuidedPersonInput(person.name, person.birth.year, tuple(chosen), ("support", "recheck"), person.phone)


def accept(slot_id: UUID, guided: GuidedPersonInput) -> None:
    """Accept an invitation as the guided person, on a phone of their own."""
    device = [guided.name, guided.phone]
    actions.accept_invitation(slot_id=slot_id, guided=guided, staff_browser=False, device=device)


def year(
    homes: Sequence[tuple[Unit, User]],
    invent: PersonFactory,
    until: date,
    *,
    member: User | None = None,
    printed: str = "",
) -> list[DatedAction]:
    """Return the dated actions of 1+2 up to a day, in no particular order; `printed` is the code of the printed ward."""
    dated: list[DatedAction] = []
    for unit, secretary in homes:
        ward = WardReferrals(unit, secretary, invent)
        for index in range(MEMBERS_PRINTED if unit.code == printed else MEMBERS_ELSEWHERE):
            outcome, day = OUTCOMES[index % len(OUTCOMES)], FIRST_DAY + index * BETWEEN_MEMBERS
            dated.append((day, partial(ward.invite_friend, outcome)))
            dated.append((day + UNTIL_RELATIVE, partial(ward.invite_relative, index, outcome)))
    if member is not None:
        dated.append((OWN_DAY, partial(_bring_own, member, invent)))
    return [(day, action) for day, action in dated if day <= until]


def _bring_own(member: User, invent: PersonFactory) -> None:
    """Let the member who can sign in bring a friend, who confirms, and invite a relative."""
    stay = queries.own_membership(member)
    if stay is None:
        return
    friend = actions.open_slot(actor=member, member_id=stay.pk, kind=SlotKind.FRIEND)
    accept(friend.pk, guided_person(invent(17, 30, clock.today()), 1))
    actions.open_slot(actor=member, member_id=stay.pk, kind=SlotKind.RELATIVE)
