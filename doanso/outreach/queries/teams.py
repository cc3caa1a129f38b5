"""Reads of teams, teammates and cards. Lists start from `visible_teams`, which applies the policy."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.lib import clock, formats
from doanso.lib.dated_rows import in_effect, not_over
from doanso.lib.paging import page_rows
from doanso.members import policy as members_policy
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.outreach import policy
from doanso.outreach.models import Card, Team, Teammate
from doanso.outreach.rules import teams as rules
from doanso.support.models import HelperKind
from doanso.units import queries as units
from doanso.units.models import GRASSROOTS_KINDS, Unit, UnitKind
from doanso.units.queries import NamedUnit

# A team has no recorder: a helper's own team is the one they are in, with all its teammates.
SEE = replace(policy.VIEW, own_of="teammates__user_id")
SEE_MATE = replace(policy.VIEW, own_of="team__teammates__user_id")


def all_teams() -> QuerySet[Team]:
    """Return all teams with what a row shows, to be narrowed by a policy."""
    return Team.objects.select_related("unit", "neighbourhood")


def visible_teams(actor: User) -> QuerySet[Team]:
    """Return the teams the actor may see."""
    return SEE.filter(actor, all_teams()).distinct()


def all_teammates() -> QuerySet[Teammate]:
    """Return all teammates with their team, to be narrowed by a policy."""
    return Teammate.objects.select_related("team__unit", "member__person", "user")


def active_teammates(on: date) -> QuerySet[Teammate]:
    """Return teammates whose term in an active team includes the day; heads first, then by name."""
    mates = Teammate.objects.filter(in_effect(on), in_effect(on, "team__"))
    return mates.order_by("-is_head", "sort_key", "pk")


def _phone_hashes(mates: Iterable[Teammate], on: date) -> dict[UUID, str]:
    cards = Card.objects.filter(in_effect(on), teammate__in=[mate.pk for mate in mates], revoked_at=None)
    return dict(cards.values_list("teammate_id", "phone_hash"))


def teams_for_pack(user: User, unit: Unit, today: date) -> list[dict[str, Any]]:
    """Return the unit's teams of the day for the pack, by name; three statements however many there are."""
    mates_today = Prefetch("teammates", queryset=active_teammates(today), to_attr="there")
    teams: list[Any] = list(
        Team.objects.filter(in_effect(today), unit=unit).order_by("name", "pk").prefetch_related(mates_today)
    )
    hashes = _phone_hashes((mate for team in teams for mate in team.there), today)
    return [
        {
            "id": str(team.pk),
            "name": team.name,
            "neighbourhood": str(team.neighbourhood_id) if team.neighbourhood_id else None,
            "teammates": [
                {
                    "id": str(mate.pk),
                    "name": mate.name,
                    "kind": mate.kind,
                    "body": mate.get_body_display(),
                    "me": mate.user_id == user.pk,
                    "card": hashes.get(mate.pk, ""),
                }
                for mate in team.there
            ],
        }
        for team in teams
    ]


# --- For the unit's pages -----------------------------------------------------------------------------------------------

PAGE = 50


@dataclass(frozen=True, slots=True)
class TeamRow:
    """A row of the list; names as the reader may read them."""

    team: Team
    unit: str
    head: str
    youths: int
    officials: int
    cards: int
    over: bool


@dataclass(frozen=True, slots=True)
class TeamPage:
    """A page of the list; pages go by number, without a count."""

    lines: list[TeamRow]
    number: int
    more: bool


def find_teams(actor: User, *, unit: Unit | None = None, ended: bool = False) -> QuerySet[Team]:
    """Return the teams the actor may see, by unit and name: active ones, or those that have ended."""
    today = clock.today()
    matches = visible_teams(actor)
    matches = matches.filter(until__lte=today) if ended else matches.filter(not_over(today))
    if unit is not None:
        matches = matches.filter(unit__in=access.records_below([unit.pk]))
    return matches.order_by("unit__code", "name", "pk")


def team_page(actor: User, matches: QuerySet[Team], number: int) -> TeamPage:
    """Return a page in a fixed number of statements, however long the list is."""
    teams, more = page_rows(matches, number, PAGE)
    today, shown = clock.today(), access.personal(actor)
    called = units.named_units_by_id({listed_team.unit_id for listed_team in teams})
    mates: dict[UUID, list[Teammate]] = {listed_team.pk: [] for listed_team in teams}
    for mate in active_teammates(today).filter(team__in=teams):
        mates[mate.team_id].append(mate)
    carded = _phone_hashes([mate for group in mates.values() for mate in group], today)
    lines = []
    for team in teams:
        team_mates = mates[team.pk]
        head = next((mate for mate in team_mates if mate.is_head), None)
        lines.append(
            TeamRow(
                team=team,
                unit=called[team.unit_id].short_name,
                head=shown.name(head.name, head.unit_id) if head is not None else "",
                youths=sum(mate.kind == HelperKind.YOUTH for mate in team_mates),
                officials=sum(mate.kind == HelperKind.OFFICIAL for mate in team_mates),
                cards=sum(mate.pk in carded for mate in team_mates),
                over=team.until is not None and team.until <= today,
            )
        )
    return TeamPage(lines, number, more)


NOW, LATER, FORMER = "now", "later", "former"


@dataclass(frozen=True, slots=True)
class TeammateRow:
    """A teammate as the reader may read them: `state` is now, later or former; `card` is the valid one."""

    mate: Teammate
    name: str
    open: bool
    state: str
    card: Card | None

    @property
    def card_last_day(self) -> date | None:
        """Return the last day on which the card is valid: its own, or that of the term or the team."""
        if self.card is None:
            return None
        return last_day(rules.earliest_end(self.card.until, self.mate.until, self.mate.team.until))


def teammate_rows(actor: User, teammates: Iterable[Teammate]) -> list[TeammateRow]:
    """Return these teammates with their cards; two statements however many they are."""
    today, shown = clock.today(), access.personal(actor)
    team_members = list(teammates)
    good = Card.objects.filter(teammate__in=[mate.pk for mate in team_members], revoked_at=None, until__gt=today)
    cards = {card.teammate_id: card for card in good}
    return [
        TeammateRow(
            mate,
            shown.name(mate.name, mate.unit_id),
            shown.shows(mate.unit_id),
            term_state(mate, today),
            cards.get(mate.pk),
        )
        for mate in team_members
    ]


def term_state(mate: Teammate, today: date) -> str:
    """Return whether a term, in a loaded team, is running, in the future, or over."""
    if any(end is not None and end <= today for end in (mate.until, mate.team.until)):
        return FORMER
    return LATER if mate.since > today else NOW


def all_teammate_rows(actor: User, team: Team) -> list[TeammateRow]:
    """Return all present, future and former teammates: present ones first, heads first, then by name."""
    everybody = all_teammates().filter(team=team).order_by("-is_head", "sort_key", "pk")
    order = (NOW, LATER, FORMER)
    return sorted(teammate_rows(actor, everybody), key=lambda line: order.index(line.state))


def count_missing_cards(people: Iterable[TeammateRow]) -> int:
    """Return how many of them have, or will have, no means to confirm a visit."""
    return sum(line.state != FORMER and line.card is None and line.mate.user_id is None for line in people)


def services_of(team: Team) -> list[Service]:
    """Return the services of the team, in the catalogue's order."""
    return list(team.services.order_by("position", "code"))


def last_day(until: date | None) -> date | None:
    """Return the last day of a term that ends before `until`, as people say it."""
    return until - timedelta(days=1) if until is not None else None


def units_to_see(actor: User) -> list[NamedUnit]:
    """Return the units by which the actor may filter teams: branches have none."""
    return [named for named in access_queries.units_to_see(actor) if named.unit.kind != UnitKind.BRANCH]


def units_to_manage(actor: User) -> list[NamedUnit]:
    """Return the wards, communes, schools and offices at which the actor may make teams, in tree order."""
    manageable: dict[UUID, NamedUnit] = {}
    for root in Unit.objects.filter(pk__in=policy.MANAGE.roots(actor)).order_by("code"):
        for named in units.subtree(root):
            if named.unit.kind in GRASSROOTS_KINDS:
                manageable.setdefault(named.id, named)
    return list(manageable.values())


FOUND_AT_ONCE = 12


def members_named(actor: User, unit: Unit, text: str) -> list[tuple[Member, str]]:
    """Return active members of the unit's register whose name, or whole phone number, matches, with their branches."""
    if not text.strip():
        return []
    own = members.stays_below(members_policy.VIEW.filter(actor, members.all_stays()), unit)
    matches = members.ordered_stays(members.filtered_rows(own, text=text, state="active"), "name")[:FOUND_AT_ONCE]
    rows: Sequence[Any] = list(matches)
    return [(row, row.branch_name) for row in rows]


def member_of(actor: User, unit: Unit, member_id: UUID) -> Member | None:
    """Return an active member of the unit's register whom the actor may see."""
    own = members.stays_below(members_policy.VIEW.filter(actor, members.all_stays()), unit)
    return own.filter(pk=member_id, state="active").first()


def teammates_of(person_ids: Collection[UUID]) -> QuerySet[Teammate]:
    """Return the terms of these persons in teams, as members or by their accounts."""
    ids = list(person_ids)
    return Teammate.objects.filter(Q(member__person__in=ids) | Q(user__person__in=ids))


def personal_data_rows(person_ids: Collection[UUID]) -> list[tuple[str, str]]:
    """Return what is stored about these persons as teammates, as (title, text)."""
    mates = all_teammates().filter(pk__in=teammates_of(person_ids).values("pk"))
    return [
        (
            _("In a community digital team"),
            _("%(team)s, %(name)s, from %(since)s to %(last)s, training: %(training)s")
            % {
                "team": mate.team.name,
                "name": mate.name,
                "since": formats.day(mate.since),
                "last": formats.day(last_day(mate.until)),
                "training": mate.training or formats.NONE,
            },
        )
        for mate in mates.order_by("since", "pk")
    ]
