"""Record members who are stuck with a service and need help. At most one difficulty of a person is open per service."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption import policy, queries
from doanso.adoption.models import DeclareLink, Difficulty, Obstacle, Service, Usage
from doanso.audit.actions import record
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.members.models import Member


def open_difficulty(
    *,
    stay: Member,
    service: Service,
    obstacle: Obstacle,
    asks_help: bool,
    reported_by: User | None,
    link: DeclareLink | None,
) -> Difficulty:
    """Open the person's difficulty with a service, or change the open one. The caller holds the stay's lock."""
    values = {
        "obstacle": obstacle,
        "asks_help": asks_help,
        "unit_id": stay.branch_id,
        "reported_on": clock.today(),
        "recorded_at": clock.now(),
        "reported_by": reported_by,
        "link": link,
    }
    difficulty, _made = Difficulty.objects.update_or_create(
        person_id=stay.person_id, service=service, ended_on=None, defaults=values
    )
    return difficulty


def update_by_usage(usage: Usage) -> None:
    """Open or end the difficulty according to what an officer has seen."""
    if usage.obstacle_id is None:
        end_difficulty(usage.service_id, [usage.person_id])
        return
    values = {
        "obstacle_id": usage.obstacle_id,
        "unit_id": usage.unit_id,
        "reported_on": usage.happened_on,
        "recorded_at": usage.recorded_at,
        "reported_by_id": usage.seen_by_id,
        "link": None,
    }
    Difficulty.objects.update_or_create(
        person_id=usage.person_id, service_id=usage.service_id, ended_on=None, defaults=values
    )


def end_difficulty(service_id: str, person_ids: Collection[UUID]) -> None:
    """End the open difficulties of persons who were seen on a stage without an obstacle."""
    people = list(person_ids)
    if not people:
        return
    # Read first: of a bulk nearly nobody has one, and building the statement that changes them costs most.
    where = f"ended_on IS NULL AND service_id = %s AND person_id IN ({database.placeholders(people)})"
    open_ones = database.read_rows(Difficulty, ("id",), where, [service_id, *people])
    if open_ones:
        still = Difficulty.objects.filter(pk__in=[pk for (pk,) in open_ones], ended_on=None)
        still.update(ended_on=clock.today())


@transaction.atomic
def mark_helped(*, actor: User, difficulty_id: UUID) -> Difficulty:
    """Record that the officer has helped, or knows who has. A second call does nothing."""
    difficulty = Difficulty.objects.select_for_update().get(pk=difficulty_id)
    stay = queries.newest_stay(difficulty.person_id)
    if stay is None:
        raise Refused(Problem("not_active", _("This person is no longer a member here.")))
    policy.ATTEST.require(actor, stay)
    if difficulty.ended_on is not None:
        return difficulty
    difficulty.ended_on, difficulty.helped_by = clock.today(), actor
    difficulty.save(update_fields=["ended_on", "helped_by"])
    record(
        actor=actor,
        action="adoption.mark_helped",
        obj=difficulty,
        unit=stay.branch_id,
        changed=["ended_on", "helped_by"],
    )
    return difficulty
