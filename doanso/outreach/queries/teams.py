"""Reads of teams, their people and their cards. Lists start from `visible`, which holds the policy."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from doanso.accounts.models import User
from doanso.outreach import policy
from doanso.outreach.models import Card, Team, Teammate
from doanso.units.models import Unit

# Nobody recorded a team, so nobody sees one as their own: a helper reads of the own team on the phone.
SEE = replace(policy.VIEW, own_of="")


def _standing(on: date, at: str = "") -> Q:
    return Q(**{f"{at}since__lte": on}) & (Q(**{f"{at}until": None}) | Q(**{f"{at}until__gt": on}))


def every() -> QuerySet[Team]:
    """All teams with what a line shows, to be narrowed by a policy."""
    return Team.objects.select_related("unit", "neighbourhood")


def visible(actor: User) -> QuerySet[Team]:
    """The teams the actor may see."""
    return SEE.filter(actor, every())


def standing_mates(on: date) -> QuerySet[Teammate]:
    """Whose term in a team that stands holds the day; heads first, then by name."""
    mates = Teammate.objects.filter(_standing(on), _standing(on, "team__"))
    return mates.order_by("-is_head", "sort_key", "pk")


def _phone_hashes(mates: Iterable[Teammate], on: date) -> dict[UUID, str]:
    cards = Card.objects.filter(_standing(on), teammate__in=[mate.pk for mate in mates], revoked_at=None)
    return dict(cards.values_list("teammate_id", "phone_hash"))


def for_pack(user: User, unit: Unit, today: date) -> list[dict[str, Any]]:
    """The unit's teams of the day as the phone's pack has them, by name; three statements however many there are."""
    there = Prefetch("teammates", queryset=standing_mates(today), to_attr="there")
    teams: list[Any] = list(
        Team.objects.filter(_standing(today), unit=unit).order_by("name", "pk").prefetch_related(there)
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
