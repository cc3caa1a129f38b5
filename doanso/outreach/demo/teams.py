"""Demo teams: in every ward and commune one to three, of a neighbourhood each, with youths and people of other
bodies.

A team is made on the day of its decision with its teammates; later in the year one leaves and one joins, a card is
lost, another team is trained.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from typing import Protocol

from doanso.accounts.models import User
from doanso.lib.dated_actions import DatedAction
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.outreach.actions import cards, sign_ins, teams
from doanso.outreach.actions.teams import TeamInput, TeammateInput
from doanso.outreach.models import Body, Team, Teammate
from doanso.support import queries as support
from doanso.support.models import HelperKind
from doanso.units import queries as names
from doanso.units.models import Neighbourhood, Unit


class InventedYouth(Protocol):
    """An invented person; only read."""

    @property
    def name(self) -> str: ...

    @property
    def woman(self) -> bool: ...


Invent = Callable[[int, int, date], InventedYouth]
"""Invents a person between two ages on a day, and never the same one twice."""

SEED = 793
FIRST_DAYS = (date(2023, 1, 10), date(2023, 3, 14), date(2023, 6, 6))
"""The days on which a unit's first, second and third team are decided."""
LAST_DAY = date(2024, 1, 1)
"""The first day after all terms and cards of the year."""
CHANGES = timedelta(weeks=22)
"""After this time one teammate leaves and one joins."""
LOST = timedelta(weeks=9)
"""After this time a card is lost in one team of four."""
_TRAINING = ("Lớp kỹ năng số cộng đồng", "Tập huấn dịch vụ công trực tuyến", "Bồi dưỡng tổ công nghệ số cộng đồng")
_OTHERS = (Body.VETERANS, Body.POLICE, Body.FRONT, Body.FARMERS, Body.SCHOOL, Body.HEALTH, Body.TELCO)


@dataclass(slots=True)
class TeamStory:
    """The year of one team."""

    unit: Unit
    secretary: User
    neighbourhood: Neighbourhood
    number: int
    invent: Invent
    pick: Random
    helper: User | None = None
    team: Team | None = None
    official: Teammate | None = None

    def create_team(self, day: date) -> None:
        """Make the team as it is decided, with its teammates, and a card for each without a sign-in."""
        inputs = TeamInput(
            name=f"Tổ công nghệ số cộng đồng {self.neighbourhood.name}",
            since=day,
            neighbourhood=self.neighbourhood,
            decision_number=f"{self.pick.randrange(11, 240)}/QĐ-UBND",
            decided_on=day - timedelta(days=4),
            decided_by=f"UBND {names.named_unit(self.unit).short_name}",
            services=tuple(service.pk for service in support.recordable_services() if self.pick.random() < 0.8),
        )
        self.team = teams.make_team(actor=self.secretary, unit=self.unit, inputs=inputs)
        head = self._add(
            TeammateInput(HelperKind.OFFICIAL, Body.NEIGHBOURHOOD, day, name=self._somebody(42, 66, day), is_head=True)
        )
        self.official = self._add(self._of_women(day))
        bodies = self.pick.sample(_OTHERS, 1 + self.pick.randrange(2))
        others = [
            self._add(TeammateInput(HelperKind.OFFICIAL, body, day, name=self._somebody(28, 60, day)))
            for body in bodies
        ]
        youths = [self._youth(member, day) for member in self._members()]
        if self.helper is not None:
            helper_input = TeammateInput(HelperKind.YOUTH, Body.YOUTH_UNION, day, name=self.helper.display_name)
            mate = self._add(helper_input)
            sign_ins.give_sign_in(actor=self.secretary, teammate_id=mate.pk, account=self.helper)
        for mate in (head, self.official, *others, *youths[1:]):
            self._card(mate)

    def _somebody(self, youngest: int, oldest: int, day: date) -> str:
        return self.invent(youngest, oldest, day).name

    def _of_women(self, day: date) -> TeammateInput:
        """Return a teammate of the women's union: a woman."""
        someone = self.invent(28, 58, day)
        while not someone.woman:
            someone = self.invent(28, 58, day)
        return TeammateInput(HelperKind.OFFICIAL, Body.WOMEN, day, name=someone.name)

    def _members(self) -> list[Member]:
        """Return two or three members of the branch of the same neighbourhood, or of any branch with members."""
        branch = next(
            (
                named_branch
                for named_branch in names.branches(self.unit)
                if named_branch.short_name == self.neighbourhood.name
            ),
            None,
        )
        branch_members = members.stays_below(members.all_stays(), branch.unit if branch is not None else self.unit)
        return list(branch_members.filter(state="active").order_by("pk")[: 2 + self.number % 2])

    def _youth(self, member: Member, day: date) -> Teammate:
        return self._add(TeammateInput(HelperKind.YOUTH, Body.YOUTH_UNION, day, member=member))

    def _add(self, inputs: TeammateInput) -> Teammate:
        if self.pick.random() < 0.6:
            inputs = replace(inputs, training=self.pick.choice(_TRAINING), trained_on=inputs.since - timedelta(days=20))
        assert self.team is not None  # noqa: S101 -- a team is found before anybody is in it
        return teams.add_teammate(actor=self.secretary, team_id=self.team.pk, inputs=inputs)

    def _card(self, mate: Teammate) -> None:
        cards.issue_card(actor=self.secretary, teammate_id=mate.pk, until=LAST_DAY)

    def change(self, day: date) -> None:
        """Replace the teammate of the women's union."""
        if self.official is None:
            return
        teams.end_term(actor=self.secretary, teammate_id=self.official.pk, on=day)
        self.official = self._add(self._of_women(day))
        self._card(self.official)

    def lose(self) -> None:
        """Lose a card: a new one is issued, and the old one becomes invalid."""
        if self.official is not None:
            self._card(self.official)


def year(
    units: Sequence[tuple[Unit, User]],
    invent: Invent,
    last: date,
    *,
    printed: str = "",
    helper: User | None = None,
) -> list[DatedAction]:
    """Yield the teams of a year up to a day; `helper` has a sign-in and is in the first team of the printed unit."""
    schedule: list[DatedAction] = []
    for place, (unit, secretary) in enumerate(units):
        areas = names.neighbourhoods(unit)
        for number, neighbourhood in enumerate(areas[: 1 + (place + 1) % 3 if unit.code != printed else 2]):
            teller = TeamStory(
                unit,
                secretary,
                neighbourhood,
                number,
                invent,
                Random(f"{SEED} {unit.code} {number}"),
                helper if unit.code == printed and number == 0 else None,
            )
            schedule += _team_schedule(teller, FIRST_DAYS[number] + timedelta(days=place % 9), place)
    return [entry for entry in schedule if entry[0] <= last]


def _team_schedule(teller: TeamStory, day: date, place: int) -> list[DatedAction]:
    schedule: list[DatedAction] = [(day, partial(teller.create_team, day))]
    if (place + teller.number) % 3 == 0:
        schedule.append((day + CHANGES, partial(teller.change, day + CHANGES)))
    if (place + teller.number) % 4 == 1:
        schedule.append((day + LOST, teller.lose))
    return schedule
