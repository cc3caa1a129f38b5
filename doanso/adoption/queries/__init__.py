"""Reads of people's use of services."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Count, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from doanso.accounts.models import User
from doanso.adoption import families, policy, rules
from doanso.adoption.models import AdoptionStage, BulkDraw, Obstacle, Service, Usage
from doanso.ledger.models import Measure
from doanso.lib import clock
from doanso.lib.database import hot_reads, placeholders
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.dated_rows import in_effect
from doanso.members import queries as members
from doanso.members.models import Member, MemberState
from doanso.people.models import Person
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

MOST_ROOTS = 5
"""More units with the permission than anybody has; bounds the page in any case."""
IN_FORCE = ("-happened_on", "-recorded_at", "-pk")
"""The newest record up to a day decides the person's stage on it."""
SEEN = Q(taken_back_at=None, grade__gte=rules.SEEN_BY_OFFICER)
"""Condition of records that an officer has seen: a person's own declaration waits until then."""


def services() -> list[Service]:
    """Return the catalogue in its order, with its ladders."""
    return list(Service.objects.order_by("position", "code").prefetch_related("stages"))


def obstacles() -> QuerySet[Obstacle]:
    """Return obstacles in the catalogue's order."""
    return Obstacle.objects.order_by("position", "code")


def all_stages() -> QuerySet[AdoptionStage]:
    """Return all stages, by service and from the lowest up."""
    return AdoptionStage.objects.select_related("service").order_by("service__position", "level")


def stage_by_code(service: str, code: str) -> AdoptionStage | None:
    """Return one stage by the code of its service and its own code."""
    return all_stages().filter(service_id=service, code=code).first()


def active_members() -> QuerySet[Member]:
    """Return the active stays that count."""
    return Member.objects.filter(state=MemberState.ACTIVE, temporary=False)


def active_stays_of(person_ids: Collection[UUID]) -> list[tuple[UUID, UUID, UUID | None]]:
    """Return person, branch and account of the active stays of these persons that count."""
    people = list(person_ids)
    if not people:
        return []
    rows = hot_reads.read_joined(
        [("m", Member, ["person", "branch"]), ("p", Person, ["user"])],
        "FROM members_member m JOIN people_person p ON p.id = m.person_id"
        f" WHERE m.person_id IN ({placeholders(people)}) AND m.state = %s AND NOT m.temporary AND m.taken_back_at IS NULL",
        [*people, MemberState.ACTIVE.value],
    )
    return [(person, branch, user) for person, branch, user in rows]


def stays_with_details() -> QuerySet[Member]:
    """Return all stays with what a member's page shows of them."""
    return Member.objects.select_related("contact", "branch", "person")


def visible_stays(actor: User) -> QuerySet[Member]:
    """Return the stays whose use of services the actor may see."""
    return policy.VIEW.filter(actor, Member.objects.all())


def attestable_stays(actor: User) -> QuerySet[Member]:
    """Return the stays whose use of services the actor may attest."""
    return policy.ATTEST.filter(actor, active_members())


def level_by_person(service: str, person_ids: Collection[UUID], on: date) -> dict[UUID, int]:
    """Return the level of each of these persons on a service's ladder on a day; 0 where nothing is recorded."""
    reached: dict[UUID, int] = dict.fromkeys(person_ids, 0)
    if not reached:
        return reached
    in_force = hot_reads.read_joined(
        [("u", Usage, ["person"]), ("s", AdoptionStage, ["level"])],
        "FROM adoption_usage u JOIN adoption_adoptionstage s ON s.id = u.stage_id"
        f" WHERE u.person_id IN ({placeholders(reached)}) AND u.service_id = %s AND u.happened_on <= %s"
        " AND u.taken_back_at IS NULL AND u.grade >= %s ORDER BY u.happened_on, u.recorded_at, u.id",
        [*reached, service, on, rules.SEEN_BY_OFFICER],
    )
    reached.update((person, level) for person, level in in_force)
    return reached


def last_recorded_at(service: str, person_ids: Collection[UUID], on: date) -> datetime | None:
    """Return when the last record of these persons' use of a service on a day was made; None without one."""
    usages = Usage.objects.filter(person_id__in=person_ids, service_id=service, happened_on=on)
    moment: datetime | None = usages.aggregate(last=Max("recorded_at"))["last"]
    return moment


def annotate_level(queryset: QuerySet[Member], service: str) -> QuerySet[Member]:
    """Return the stays annotated with `level`, `seen_on` and `obstacle_name` of today for one service."""
    in_force = Usage.objects.filter(
        SEEN, person_id=OuterRef("person_id"), service_id=service, happened_on__lte=clock.today()
    ).order_by(*IN_FORCE)
    return queryset.annotate(
        level=Coalesce(Subquery(in_force.values("stage__level")[:1]), Value(0), output_field=IntegerField()),
        seen_on=Subquery(in_force.values("happened_on")[:1]),
        obstacle_name=Subquery(in_force.values("obstacle__name")[:1]),
    )


def attestable_units(actor: User) -> list[NamedUnit]:
    """Return the units in which the actor may attest, in tree order; a fixed number of statements."""
    named_units: list[NamedUnit] = []
    roots = Unit.objects.filter(pk__in=policy.ATTEST.roots(actor)).order_by("code")
    for root in roots[:MOST_ROOTS]:
        listed_ids = {named_unit.id for named_unit in named_units}
        named_units += [named_unit for named_unit in units.subtree(root) if named_unit.id not in listed_ids]
    return named_units


def widest_unit(actor: User) -> Unit | None:
    """Return the widest unit from which the actor sees members' use of services."""
    roots = Unit.objects.filter(pk__in=policy.VIEW.roots(actor))
    above = Count("paths_up", filter=in_effect(clock.today(), "paths_up__"))
    return roots.annotate(above=above).order_by("above", "code").first()


def last_draw(actor: User) -> BulkDraw | None:
    """Return the bulk that the actor drew last, with its stage and `members`, the number of people in it; one statement."""
    draws = BulkDraw.objects.filter(drawn_by=actor).select_related("stage__service")
    return draws.annotate(members=Count("people")).order_by("-drawn_at").first()


def usual_stage(draw: BulkDraw | None, catalogue: Sequence[Service]) -> AdoptionStage:
    """Return the stage of the actor's last bulk, else the first one of a programme or the catalogue."""
    stages = [stage for service in catalogue for stage in service.stages.all() if stage.level > 0]
    if draw is None:
        measured = set(Measure.objects.filter(family=families.STATE_FAMILY).values_list("topic", "level"))
        return next((stage for stage in stages if (stage.service_id, stage.level) in measured), stages[0])
    return next((stage for stage in stages if stage.pk == draw.stage_id), stages[0])


def attest_list(
    actor: User, *, unit: Unit, stage: AdoptionStage, text: str = "", below: bool = False, reached: bool = False
) -> QuerySet[Member]:
    """Return active members of a unit's subtree whom the actor may attest, with their level on the stage's ladder."""
    stays = annotate_level(
        members.filtered_rows(members.stays_below(attestable_stays(actor), unit), text=text, state="active"),
        stage.service_id,
    )
    if below:
        stays = stays.filter(level__lt=stage.level)  # type: ignore[misc]
    elif reached:
        stays = stays.filter(level__gte=stage.level)  # type: ignore[misc]
    return members.ordered_stays(stays, "name")


@dataclass(frozen=True, slots=True)
class AttestRow:
    """A member in the list of those to be attested."""

    member: Member
    name: str
    stage: str
    reached: bool
    ticked: bool


def attest_rows(
    actor: User, stays: Sequence[Member], stage: AdoptionStage, ticked: Collection[str] = ()
) -> list[AttestRow]:
    """Return the rows of a page, with names as the actor may read them and the stage's name."""
    called = members.names_for(actor, stays)
    by_level = {other_stage.level: other_stage.name for other_stage in stage.service.stages.all()}
    return [
        AttestRow(
            member=member,
            name=called[member.pk],
            stage=by_level[member.level],  # type: ignore[attr-defined]
            reached=member.level >= stage.level,  # type: ignore[attr-defined]
            ticked=str(member.person_id) in ticked,
        )
        for member in stays
    ]


@dataclass(frozen=True, slots=True)
class DrawnRow:
    """A person of a bulk as the page shows them; details only once they are opened.

    `declared` is the person's own declaration, if the bulk attests one.
    """

    person_id: UUID
    member: Member | None
    name: str
    branch: str
    sampled: bool
    opened: bool
    records: list[Usage]
    declared: Usage | None


def drawn_rows(actor: User, draw: BulkDraw) -> list[DrawnRow]:
    """Return the people of a bulk, the sample first; a fixed number of statements."""
    people = list(draw.people.select_related("usage").order_by("-sampled", "pk"))
    stays = {
        member.person_id: member
        for member in attestable_stays(actor)
        .filter(person_id__in=[drawn.person_id for drawn in people])
        .select_related("contact", "branch")
    }
    called = members.names_for(actor, stays.values())
    branches = units.named_units_by_id({member.branch_id for member in stays.values()})
    opened = [drawn.person_id for drawn in people if drawn.sampled and drawn.opened_at is not None]
    records: dict[UUID, list[Usage]] = {}
    opened_usages = Usage.objects.filter(person_id__in=opened, service_id=draw.stage.service_id, taken_back_at=None)
    for usage in opened_usages.select_related("stage", "obstacle", "seen_by").order_by(*IN_FORCE):
        records.setdefault(usage.person_id, []).append(usage)
    rows = []
    for drawn in people:
        member = stays.get(drawn.person_id)
        rows.append(
            DrawnRow(
                person_id=drawn.person_id,
                member=member,
                name=called[member.pk] if member is not None else "",
                branch=branches[member.branch_id].name if member is not None else "",
                sampled=drawn.sampled,
                opened=drawn.opened_at is not None,
                records=records.get(drawn.person_id, []),
                declared=drawn.usage,
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class LadderPosition:
    """A person on one service's ladder: the ladder, the record in force, and all records, newest first."""

    service: Service
    stages: list[AdoptionStage]
    now: Usage | None
    records: list[Usage]

    @property
    def level(self) -> int:
        """Return the person's level today."""
        return self.now.stage.level if self.now is not None else 0

    @property
    def current_stage(self) -> AdoptionStage:
        """Return the stage of today."""
        return self.now.stage if self.now is not None else self.stages[0]


def service_positions(stay: Member) -> list[LadderPosition]:
    """Return the person of a stay on every service of the catalogue; three statements.

    For a stay that has ended, only records before its end: a unit that a person has left learns nothing more.
    """
    records: dict[str, list[Usage]] = {}
    usages = Usage.objects.filter(person_id=stay.person_id).select_related(
        "stage", "obstacle", "seen_by", "declaration"
    )
    usages = usages.order_by(*IN_FORCE)
    if stay.until is not None:
        usages = usages.filter(happened_on__lt=stay.until)
    for usage in usages:
        records.setdefault(usage.service_id, []).append(usage)
    today = clock.today()
    return [
        LadderPosition(
            service=service,
            stages=sorted(service.stages.all(), key=lambda stage: stage.level),
            now=next(
                (
                    usage
                    for usage in records.get(service.pk, [])
                    if usage.taken_back_at is None
                    and usage.grade >= rules.SEEN_BY_OFFICER
                    and usage.happened_on <= today
                ),
                None,
            ),
            records=records.get(service.pk, []),
        )
        for service in services()
    ]


def own_draw(actor: User, draw_id: UUID) -> BulkDraw | None:
    """Return a bulk that the actor drew."""
    return BulkDraw.objects.filter(pk=draw_id, drawn_by=actor).select_related("stage__service", "unit").first()


def usage_of_person(person_id: UUID, usage_id: UUID) -> Usage | None:
    """Return one record of a person."""
    return Usage.objects.filter(person_id=person_id, pk=usage_id).first()


def own_stay(actor: User) -> Member | None:
    """Return the actor's own active membership, for signed-in members."""
    return active_members().filter(person__user=actor).first()


_LAST_STAY = PreparedQuery(
    lambda person_id: Member.objects.filter(person_id=person_id, temporary=False).order_by("-since", "-pk")[:1]
)


def newest_stay(person_id: UUID) -> Member | None:
    """Return the person's active stay, or else the last one."""
    return members.current_stay(person_id) or _LAST_STAY.first(person_id)


def newest_stays(actor: User, person_ids: Iterable[UUID]) -> Mapping[UUID, Member]:
    """Return for each of these persons the active or else the newest stay, where the actor may see their services.

    Only that one stay counts: a unit that a person has left no longer sees what they use.
    """
    newest: dict[UUID, UUID] = {}
    stays = (
        Member.objects.filter(person_id__in=set(person_ids), temporary=False)
        .order_by("since", "pk")
        .values_list("person_id", "pk", "state")
    )
    active_persons: set[UUID] = set()
    for person_id, pk, state in stays:
        if state == MemberState.ACTIVE:
            active_persons.add(person_id)
            newest[person_id] = pk
        elif person_id not in active_persons:
            newest[person_id] = pk
    shown = visible_stays(actor).filter(pk__in=newest.values()).select_related("contact", "branch")
    return {member.person_id: member for member in shown}
