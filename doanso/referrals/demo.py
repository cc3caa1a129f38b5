"""The demo's part of 1+2: some members of each ward bring a friend and a relative, and not all of them get to the end.

The ward whose secretary can sign in began in earnest, so that every state is on its list; elsewhere a few have begun. The
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
from doanso.lib.dated_deeds import Dated
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.referrals import actions, queries
from doanso.referrals.actions import Guided
from doanso.referrals.models import SlotKind
from doanso.support import queries as support
from doanso.units.models import Unit


class Someone(Protocol):
    """An invented person; only read."""

    @property
    def name(self) -> str: ...

    @property
    def birth(self) -> date: ...

    @property
    def phone(self) -> str: ...


Invent = Callable[[int, int, date], Someone]
"""Invents somebody between two ages on a day, and never the same one twice."""

FIRST_DAY = date(2023, 8, 21)
"""When members were first asked to bring two people."""
BETWEEN = timedelta(days=3)
"""So many days lie between the beginnings of two members of a ward."""
UNTIL_RELATIVE = timedelta(days=9)
EAGER, FEW = 24, 3
"""How many members begin in the ward that is printed, and in every other."""
OWN_DAY = date(2023, 11, 4)
"""When the member who can sign in brings a friend."""
BOTH, WRITTEN_DOWN, ONE, INVITED = "both", "written-down", "one", "invited"
ENDS = (INVITED, BOTH, BOTH, ONE, BOTH, WRITTEN_DOWN)
"""How far members come, one after the other."""


@dataclass(slots=True)
class Teller:
    """One ward's members and whom they bring."""

    unit: Unit
    secretary: User
    invent: Invent
    begun: list[Member] = field(default_factory=list)

    def begin(self, end: str) -> None:
        """The next member hands a place over to a friend, who takes it unless the member only invites."""
        taken = [begun_stay.pk for begun_stay in self.begun]
        candidates = members.below(queries.active_members(), self.unit).exclude(pk__in=taken).filter(person__user=None)
        stay = candidates.order_by("pk").first()
        if stay is None:
            return
        self.begun.append(stay)
        slot = actions.open_slot(actor=self.secretary, member_id=stay.pk, kind=SlotKind.FRIEND)
        if end != INVITED:
            accept(slot.pk, guided(self.invent(17, 30, clock.today()), len(self.begun)))

    def advance(self, nth: int, end: str) -> None:
        """The same member's relative: by the own hand, or written down and not confirmed yet."""
        stay = queries.stay_of(self.begun[nth].person_id) if nth < len(self.begun) else None
        if stay is None or end not in (BOTH, WRITTEN_DOWN):
            return
        slot = actions.open_slot(actor=self.secretary, member_id=stay.pk, kind=SlotKind.RELATIVE)
        who = guided(self.invent(42, 75, clock.today()), nth)
        if end == BOTH:
            accept(slot.pk, who)
        else:
            actions.bring(actor=self.secretary, slot_id=slot.pk, guided=who)


def guided(someone: Someone, nth: int) -> Guided:
    """An invented person who was guided with one service or two, and may be called."""
    # The demo of support tells whom the city helps with what it counts, so that its story stays as it is written.
    codes = [item.pk for item in support.services()]
    services = [item for item in codes if item not in {"portal", "payment", "register"}] or codes
    chosen = dict.fromkeys((services[nth % len(services)], services[nth // 2 % len(services)]))
    return Guided(someone.name, someone.birth.year, tuple(chosen), ("support", "recheck"), someone.phone)


def accept(slot_id: UUID, who: Guided) -> None:
    """The person says so on a phone of their own."""
    actions.accept(slot_id=slot_id, guided=who, staff_browser=False, device=[who.name, who.phone])


def year(
    homes: Sequence[tuple[Unit, User]], invent: Invent, until: date, *, member: User | None = None, printed: str = ""
) -> list[Dated]:
    """Every deed of 1+2 up to a day, in no order of its own."""
    deeds: list[Dated] = []
    for unit, secretary in homes:
        teller = Teller(unit, secretary, invent)
        for nth in range(EAGER if unit.code == printed else FEW):
            end, day = ENDS[nth % len(ENDS)], FIRST_DAY + nth * BETWEEN
            deeds.append((day, partial(teller.begin, end)))
            deeds.append((day + UNTIL_RELATIVE, partial(teller.advance, nth, end)))
    if member is not None:
        deeds.append((OWN_DAY, partial(_bring_own, member, invent)))
    return [(day, deed) for day, deed in deeds if day <= until]


def _bring_own(member: User, invent: Invent) -> None:
    """The member who can sign in: a friend who has confirmed, and an invitation for a relative."""
    stay = queries.own_stay(member)
    if stay is None:
        return
    friend = actions.open_slot(actor=member, member_id=stay.pk, kind=SlotKind.FRIEND)
    accept(friend.pk, guided(invent(17, 30, clock.today()), 1))
    actions.open_slot(actor=member, member_id=stay.pk, kind=SlotKind.RELATIVE)
