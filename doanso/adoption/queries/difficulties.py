"""Reads of members' difficulties with services, so that someone can help."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from doanso.accounts.models import User
from doanso.adoption import queries
from doanso.adoption.models import Difficulty
from doanso.adoption.queries.usage_figures import ShownPerson, people_on_page
from doanso.members.models import Member


def open_difficulties(
    stays: QuerySet[Member], *, service: str = "", obstacle: str = "", asks_help: bool = False
) -> QuerySet[Difficulty]:
    """Return the open difficulties of these members: requests for help first, then the oldest."""
    difficulties = Difficulty.objects.filter(person_id__in=stays.values("person_id"), ended_on=None)
    if service:
        difficulties = difficulties.filter(service_id=service)
    if obstacle:
        difficulties = difficulties.filter(obstacle_id=obstacle)
    if asks_help:
        difficulties = difficulties.filter(asks_help=True)
    return difficulties.select_related("service", "obstacle", "reported_by").order_by("-asks_help", "reported_on", "pk")


@dataclass(frozen=True, slots=True)
class DifficultyGroup:
    """The number of members stuck on one obstacle with one service."""

    service: str
    service_name: str
    obstacle: str
    obstacle_name: str
    count: int
    ask_help: int


def difficulty_groups(stays: QuerySet[Member]) -> list[DifficultyGroup]:
    """Return obstacles by service, the most frequent first; one statement."""
    rows = (
        open_difficulties(stays)
        .order_by()
        .values("service_id", "service__short_name", "obstacle_id", "obstacle__name")
        .annotate(count=Count("pk"), ask_help=Count("pk", filter=Q(asks_help=True)))
        .order_by("-count", "obstacle_id", "service_id")
    )
    return [
        DifficultyGroup(
            row["service_id"], row["service__short_name"], row["obstacle_id"], row["obstacle__name"],
            row["count"], row["ask_help"],
        )
        for row in rows
    ]  # fmt: skip


@dataclass(frozen=True, slots=True)
class StuckRow:
    """A member who is stuck, as the actor may read it."""

    difficulty: Difficulty
    person: ShownPerson
    by_self: bool


def stuck_rows(actor: User, stays: QuerySet[Member], difficulties: Sequence[Difficulty]) -> list[StuckRow]:
    """Return a page of difficulties; a fixed number of statements."""
    shown = people_on_page(actor, stays, {difficulty.person_id for difficulty in difficulties})
    return [
        StuckRow(
            difficulty,
            shown[difficulty.person_id],
            by_self=difficulty.reported_by_id is None
            or difficulty.reported_by_id == shown[difficulty.person_id].member.person.user_id,
        )
        for difficulty in difficulties
        if difficulty.person_id in shown
    ]


def stay_of(actor: User, difficulty_id: UUID) -> Member | None:
    """Return the member who is stuck, if the actor may see their services."""
    person = Difficulty.objects.filter(pk=difficulty_id).values("person_id")
    stays = queries.visible_stays(actor).filter(pk__in=queries.active_members().values("pk"), person_id__in=person)
    return stays.select_related("contact", "branch").first()
