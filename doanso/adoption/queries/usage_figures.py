"""Reads of members to be asked again, of regular use, and the figures of a unit's page. Regular use is never part of the
ladder.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce, ExtractHour, TruncDate

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.adoption import queries
from doanso.adoption.models import AdoptionStage, Difficulty, Service, Usage, UseAnswer, UseAnswerKind
from doanso.adoption.queries import declarations
from doanso.adoption.rules.self_report import ASKED_AFTER
from doanso.lib import clock
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.people import queries as people


def _after(outer: str = "") -> Q:
    """Return later usages of the same person and service."""
    day, moment, key = OuterRef(f"{outer}happened_on"), OuterRef(f"{outer}recorded_at"), OuterRef(f"{outer}pk")
    return (
        Q(happened_on__gt=day)
        | Q(happened_on=day, recorded_at__gt=moment)
        | Q(happened_on=day, recorded_at=moment, pk__gt=key)
    )


def _attested_usages(stays: QuerySet[Member]) -> QuerySet[Usage]:
    return Usage.objects.filter(queries.SEEN, person_id__in=stays.values("person_id"), happened_on__lte=clock.today())


def due_questions(stays: QuerySet[Member], *, service: str = "") -> QuerySet[Any, Any]:
    """Return persons and services with an open question: `person_id`, `service_id`, `reached`, `closed`; longest ago first.

    Computed from the days of the records in one statement, so that no nightly job is needed.
    """
    today = clock.today()
    fallen = Exists(
        Usage.objects.filter(
            queries.SEEN,
            _after(),
            person_id=OuterRef("person_id"),
            service_id=OuterRef("service_id"),
            stage__level=0,
            happened_on__lte=today,
        )
    )
    # An answer counts for the run when it was given on or after the day of the run's first record.
    since = Q(person__use_answers__service_id=F("service_id"), person__use_answers__answered_on__gte=F("happened_on"))
    run = _attested_usages(stays).filter(stage__level__gt=0, service__by_member=True)
    if service:
        run = run.filter(service_id=service)
    first, second = (today - timedelta(days=after) for after in ASKED_AFTER)
    rows: QuerySet[Any, Any] = (
        run.exclude(fallen)
        .values("person_id", "service_id")
        .annotate(
            reached=Min("happened_on"),
            closed=Coalesce(Max("person__use_answers__asked_after", filter=since), 0),
        )
        .filter(Q(reached__lte=second, closed__lt=ASKED_AFTER[1]) | Q(reached__lte=first, closed__lt=ASKED_AFTER[0]))
    )
    return rows.order_by("reached", "person_id", "service_id")


@dataclass(frozen=True, slots=True)
class DueRow:
    """A member to be asked about a service."""

    member: Member
    name: str
    branch: str
    phone: str
    service: Service
    reached: date
    asked_after: int


def due_rows(actor: User, stays: QuerySet[Member], entries: Sequence[dict[str, Any]]) -> list[DueRow]:
    """Return a page of those to be asked, with names as the actor may read them; a fixed number of statements."""
    catalogue = {service.pk: service for service in queries.services()}
    people = people_on_page(actor, stays, {row["person_id"] for row in entries})
    today = clock.today()
    rows = []
    for row in entries:
        shown = people.get(row["person_id"])
        if shown is None:
            continue
        passed = [after for after in ASKED_AFTER if row["reached"] + timedelta(days=after) <= today]
        rows.append(
            DueRow(
                shown.member,
                shown.name,
                shown.branch,
                shown.phone,
                catalogue[row["service_id"]],
                row["reached"],
                passed[-1],
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class ShownPerson:
    """A member as the actor may read them: name or initials, branch, and the phone where numbers are shown."""

    member: Member
    name: str
    branch: str
    phone: str


def people_on_page(actor: User, stays: QuerySet[Member], person_ids: set[UUID]) -> dict[UUID, ShownPerson]:
    """Return the members of a page of a list, by person."""
    rows = members.filtered_rows(stays.filter(person_id__in=person_ids)).select_related("contact", "branch", "person")
    listed = list(rows)
    called = members.names_for(actor, listed)
    shown = access.personal(actor)
    may_open = set(
        members.visible_members(actor).filter(pk__in=[member.pk for member in listed]).values_list("pk", flat=True)
    )
    return {
        member.person_id: ShownPerson(
            member,
            called[member.pk],
            member.branch_name,  # type: ignore[attr-defined]
            people.decrypt_field(member.contact, "phone")
            if member.pk in may_open and shown.shows(member.branch_id)
            else "",
        )
        for member in listed
    }


@dataclass(slots=True)
class ServiceFigures:
    """One service's figures among the members of a unit, as of today."""

    service: Service
    members: int
    by_level: dict[int, int] = field(default_factory=dict)
    waiting: int = 0
    answered: int = 0
    regular: int = 0
    to_ask: int = 0
    stuck: int = 0
    ask_help: int = 0

    @property
    def have(self) -> int:
        """Return how many are on any stage above the lowest, as seen by officers."""
        return sum(count for level, count in self.by_level.items() if level > 0)

    @property
    def stages(self) -> list[tuple[AdoptionStage, int]]:
        """Return each stage above the lowest with how many have reached it; a higher stage includes the lower ones."""
        ladder = [stage for stage in self.service.stages.all() if stage.level > 0]
        return [
            (stage, sum(count for level, count in self.by_level.items() if level >= stage.level))
            for stage in sorted(ladder, key=lambda stage: stage.level)
        ]


def service_figures(stays: QuerySet[Member]) -> list[ServiceFigures]:
    """Return the figures of every service of the catalogue among these members; a fixed number of statements."""
    total = stays.count()
    by_service = {service.pk: ServiceFigures(service, total) for service in queries.services()}
    persons = stays.values("person_id")
    newer = Usage.objects.filter(
        queries.SEEN,
        _after(),
        person_id=OuterRef("person_id"),
        service_id=OuterRef("service_id"),
        happened_on__lte=clock.today(),
    )
    in_force = (
        _attested_usages(stays)
        .exclude(Exists(newer))
        .values_list("service_id", "stage__level")
        .annotate(count=Count("pk"))
    )
    for code, level, count in in_force.order_by():
        by_service[code].by_level[level] = count
    waiting_rows = (
        declarations.waiting_declarations().filter(usage__person_id__in=persons).values_list("usage__service_id")
    )
    for code, count in waiting_rows.annotate(count=Count("pk")).order_by():
        by_service[code].waiting = count
    later = UseAnswer.objects.filter(
        Q(answered_on__gt=OuterRef("answered_on"))
        | Q(answered_on=OuterRef("answered_on"), recorded_at__gt=OuterRef("recorded_at")),
        person_id=OuterRef("person_id"),
        service_id=OuterRef("service_id"),
    )
    newest = UseAnswer.objects.filter(person_id__in=persons).exclude(Exists(later)).values_list("service_id", "answer")
    for code, answer, count in newest.annotate(count=Count("pk")).order_by():
        by_service[code].answered += count
        if answer == UseAnswerKind.REGULAR:
            by_service[code].regular += count
    for row in due_questions(stays).order_by():
        by_service[row["service_id"]].to_ask += 1
    stuck = Difficulty.objects.filter(person_id__in=persons, ended_on=None).values_list("service_id")
    counted = stuck.annotate(count=Count("pk"), ask_help=Count("pk", filter=Q(asks_help=True)))
    for code, count, ask_help in counted.order_by():
        by_service[code].stuck, by_service[code].ask_help = count, ask_help
    return list(by_service.values())


def hours_of_records(unit_ids: Collection[UUID], first: date, last: date) -> dict[tuple[UUID, int], int]:
    """Return how many usages officers recorded by unit and hour of the day, on days of arrival.

    Where the business day is set by hand, the hour of real time means nothing, and the record is left out.
    """
    rows = (
        Usage.objects.filter(unit_id__in=list(unit_ids), arrived_on__range=(first, last), taken_back_at=None)
        .filter(seen_by__isnull=False, arrived_on=TruncDate("recorded_at"))
        .annotate(hour=ExtractHour("recorded_at"))
        .values_list("unit_id", "hour")
        .annotate(count=Count("id"))
        .order_by()
    )
    return {(unit_id, hour): count for unit_id, hour, count in rows}
