"""Reads for a member's own pages: the person of a link, and the state of each service for one person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from doanso.accounts.models import User
from doanso.adoption import queries, rules
from doanso.adoption.models import (
    AdoptionStage,
    Declaration,
    DeclareLink,
    Difficulty,
    Obstacle,
    Service,
    Usage,
    UseAnswer,
)
from doanso.adoption.queries import declarations
from doanso.adoption.rules import self_report
from doanso.adoption.rules.self_report import DeclarationState, TimedAnswer
from doanso.lib import clock, encryption
from doanso.lib.database.prepared import PreparedQuery
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.units.models import Unit


def token_hash(token: str) -> str:
    """Return the keyed hash by which a link's secret is found."""
    return encryption.look_up(token, context="adoption.declare_link")


def link_of(token: str) -> DeclareLink | None:
    """Return the link of a secret, if it is still valid."""
    link = DeclareLink.objects.filter(token_hash=token_hash(token)).first()
    if link is None or not self_report.link_is_open(
        expires_at=link.expires_at, ended_at=link.ended_at, now=clock.now()
    ):
        return None
    return link


def link_exists(token: str) -> bool:
    """Return whether a link of this secret ever existed."""
    return DeclareLink.objects.filter(token_hash=token_hash(token)).exists()


_STAY_OF = PreparedQuery(
    lambda person_id: queries.active_members().filter(person_id=person_id).select_related("contact", "branch", "person")
)


def stay_of(person_id: UUID) -> Member | None:
    """Return the person's active membership with what their own pages show."""
    return _STAY_OF.first(person_id)


def own_stay(actor: User) -> Member | None:
    """Return the active membership of the signed-in user."""
    stays = queries.active_members().filter(person__user=actor)
    return stays.select_related("contact", "branch", "person").first()


def given_name(name: str) -> str:
    """Return the given name, which is the last word of a name."""
    return name.rsplit(maxsplit=1)[-1] if name.split() else name


@dataclass(frozen=True, slots=True)
class SelfReportedService:
    """A service as its person sees it: stage, own declaration, open question and difficulty."""

    service: Service
    stages: list[AdoptionStage]
    now: Usage | None
    waiting: Usage | None
    returned: Declaration | None
    # After how many days the open question was due, and the last answer.
    question: int | None
    answered: UseAnswer | None
    difficulty: Difficulty | None
    # Whether this link has declared the service already, and it was not returned.
    used: bool

    @property
    def level(self) -> int:
        """Return the person's level, as an officer has seen it."""
        return self.now.stage.level if self.now is not None else 0

    @property
    def current_stage(self) -> AdoptionStage:
        """Return the stage of today."""
        return self.now.stage if self.now is not None else self.stages[0]

    @property
    def choices(self) -> list[AdoptionStage]:
        """Return the stages that the person may declare today."""
        if self.waiting is not None or self.used:
            return []
        able = self_report.declarable_levels((stage.level for stage in self.stages), self.level)
        return [stage for stage in self.stages if stage.level in able]

    @property
    def asks(self) -> bool:
        """Return whether the person has something to do or to answer."""
        return bool(self.question) or any(stage.level for stage in self.choices)


def answers_of(person_id: UUID) -> list[UseAnswer]:
    """Return a person's answers, newest first."""
    return list(UseAnswer.objects.filter(person_id=person_id).order_by("-answered_on", "-recorded_at"))


def own_services(stay: Member, *, link: DeclareLink | None = None) -> list[SelfReportedService]:
    """Return every service that members declare themselves; a fixed number of statements."""
    today = clock.today()
    of_service: dict[str, list[Usage]] = {}
    usages = Usage.objects.filter(person_id=stay.person_id, happened_on__lte=today).select_related("stage", "seen_by")
    for usage in usages.order_by(*queries.IN_FORCE):
        of_service.setdefault(usage.service_id, []).append(usage)
    declared: dict[str, list[Declaration]] = {}
    declaration_rows = declarations.annotate_overtaken(Declaration.objects.filter(usage__person_id=stay.person_id))
    for row in declaration_rows.select_related("usage__stage").order_by("-usage__recorded_at", "-pk"):
        declared.setdefault(row.usage.service_id, []).append(row)
    answered: dict[str, list[UseAnswer]] = {}
    for answer in answers_of(stay.person_id):
        answered.setdefault(answer.service_id, []).append(answer)
    stuck = {
        row.service_id: row
        for row in Difficulty.objects.filter(person_id=stay.person_id, ended_on=None).select_related("obstacle")
    }
    result = []
    for service in queries.services():
        if not service.by_member:
            continue
        usages_seen = [
            usage
            for usage in of_service.get(service.pk, [])
            if usage.taken_back_at is None and usage.grade >= rules.SEEN_BY_OFFICER
        ]
        own = declared.get(service.pk, [])
        latest_state = declarations.state_of_declaration(own[0]) if own else None
        answers = answered.get(service.pk, [])
        result.append(
            SelfReportedService(
                service=service,
                stages=sorted(service.stages.all(), key=lambda stage: stage.level),
                now=usages_seen[0] if usages_seen else None,
                waiting=own[0].usage if latest_state is DeclarationState.WAITING else None,
                returned=own[0] if latest_state is DeclarationState.RETURNED else None,
                question=question_of(usages_seen, answers, today),
                answered=answers[0] if answers else None,
                difficulty=stuck.get(service.pk),
                used=link is not None and _used(own, link),
            )
        )
    return result


def _used(own: Sequence[Declaration], link: DeclareLink) -> bool:
    return any(
        declaration.link_id == link.pk
        and declarations.state_of_declaration(declaration) is not DeclarationState.RETURNED
        for declaration in own
    )


def question_of(usages: Sequence[Usage], answers: Sequence[UseAnswer], today: date) -> int | None:
    """Return the open question about a service, from its records and answers."""
    answered = [TimedAnswer(answer.asked_after, answer.answered_on) for answer in answers]
    return self_report.question(reached=self_report.reached_on(usages), answers=answered, today=today)


def open_question(person_id: UUID, service_id: str) -> int | None:
    """Return the question that is open today about one service of one person."""
    today = clock.today()
    usages = Usage.objects.filter(
        queries.SEEN, person_id=person_id, service_id=service_id, happened_on__lte=today
    ).select_related("stage")
    answers = UseAnswer.objects.filter(person_id=person_id, service_id=service_id)
    return question_of(list(usages), list(answers), today)


def obstacles() -> list[Obstacle]:
    """Return all obstacles, in the catalogue's order."""
    return list(queries.obstacles())


def stays_for_links(actor: User, unit: Unit, *, text: str = "", without: bool = False) -> QuerySet[Member]:
    """Return active members of a unit whom the actor may attest, annotated with `link_until`, the end of a valid link."""
    good = DeclareLink.objects.filter(person_id=OuterRef("person_id"), ended_at=None, expires_at__gt=clock.now())
    stays = members.filtered_rows(members.stays_below(queries.attestable_stays(actor), unit), text=text)
    stays = stays.annotate(link_until=Subquery(good.values("expires_at")[:1]))
    if without:
        stays = stays.filter(link_until=None)
    return members.ordered_stays(stays, "branch")
