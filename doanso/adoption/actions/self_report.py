"""Members' self-reports, signed in or by a personal link without an account. All of them have grade 0.

Each action takes either the `actor`, about their own record, or the `token` of a link.
"""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption import families, policy, queries, rules
from doanso.adoption.actions import difficulties
from doanso.adoption.actions.attestation import attest
from doanso.adoption.models import (
    AdoptionStage,
    Declaration,
    DeclarationOutcome,
    DeclareLink,
    Difficulty,
    Obstacle,
    Service,
    Usage,
    UseAnswer,
    UseAnswerKind,
)
from doanso.adoption.queries import declarations
from doanso.adoption.queries import self_report as own
from doanso.adoption.rules import self_report
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import queries as members
from doanso.members.models import Member, MemberState

BY_LINK = "link"
"""The note in history where nobody was signed in."""


@dataclass(frozen=True, slots=True)
class _StaySpeaker:
    """The stay that a report is about, and the account or link by which it came."""

    stay: Member
    reported_by: User | None
    link: DeclareLink | None

    @property
    def note(self) -> str:
        return BY_LINK if self.link is not None else ""


def _voice(actor: User | None, token: str) -> _StaySpeaker:
    """Return the stay of the account or link, locked and read fresh, so that a person's reports follow one another."""
    link = None
    if actor is not None:
        own_stay = own.own_stay(actor)
        if own_stay is None:
            raise PermissionDenied(policy.VIEW.name)
    else:
        link = DeclareLink.objects.select_for_update().filter(token_hash=own.token_hash(token)).first()
        open_still = link is not None and self_report.link_is_open(
            expires_at=link.expires_at, ended_at=link.ended_at, now=clock.now()
        )
        own_stay = own.stay_of(link.person_id) if link is not None and open_still else None
        if own_stay is None:
            raise Refused(Problem("link_closed", _("This link leads nowhere any more. Ask your branch for a new one.")))
    stay = members.lock_stay(own_stay.pk)
    if stay.state != MemberState.ACTIVE:
        raise Refused(Problem("not_active", _("This membership has ended; ask your branch.")))
    return _StaySpeaker(stay, actor, link)


@transaction.atomic
def declare(*, actor: User | None, stage: AdoptionStage, token: str = "") -> Usage:
    """Declare the person's stage of today. It waits at grade 0 until an officer has looked."""
    return _declare(_voice(actor, token), stage)


def _declare(voice: _StaySpeaker, stage: AdoptionStage) -> Usage:
    person_id, today = voice.stay.person_id, clock.today()
    refuse(
        self_report.declare_problem(
            by_member=stage.service.by_member,
            level=stage.level,
            current=queries.level_by_person(stage.service_id, [person_id], today)[person_id],
            waiting=bool(declarations.waiting_services_of(person_id, [stage.service_id])),
        )
    )
    if voice.link is not None:
        before = voice.link.declarations.filter(usage__service_id=stage.service_id)
        if before.exclude(outcome=DeclarationOutcome.RETURNED).exists():
            raise Refused(
                Problem(
                    "link_used", _("With this link you have told of this service already. Ask your branch."), "stage"
                )
            )
    usage = Usage(
        person_id=person_id,
        service_id=stage.service_id,
        stage=stage,
        unit_id=voice.stay.branch_id,
        happened_on=today,
        arrived_on=today,
        recorded_at=clock.now_after(queries.last_recorded_at(stage.service_id, [person_id], today)),
        grade=rules.SELF_DECLARED,
    )
    usage.save(force_insert=True)
    Declaration.objects.create(usage=usage, link=voice.link, declared_by=voice.reported_by)
    record(actor=voice.reported_by, action="adoption.declare", obj=usage, unit=usage.unit_id, note=voice.note)
    ledger.count(families.fact_of(usage, stage.level))
    return usage


@transaction.atomic
def answer_use(*, actor: User | None, service: Service, answer: str, token: str = "") -> UseAnswer:
    """Record the answer to "còn dùng không?". The answer "no longer" declares level 0 with it."""
    voice = _voice(actor, token)
    use_answer = _answered(voice.stay, service, answer, voice.reported_by, voice.link, voice.note)
    if use_answer.answer == UseAnswerKind.LOST and not declarations.waiting_services_of(
        voice.stay.person_id, [service.pk]
    ):
        _declare(voice, _lowest(service))
    return use_answer


@transaction.atomic
def answer_use_for(*, actor: User, member_id: UUID, service: Service, answer: str) -> UseAnswer:
    """Record the answer that an officer got from the member; "no longer" then counts as seen by the officer."""
    stay = members.lock_stay(member_id)
    policy.ATTEST.require(actor, stay)
    use_answer = _answered(stay, service, answer, actor, None, "")
    if use_answer.answer == UseAnswerKind.LOST:
        attest(actor=actor, member_id=member_id, stage=_lowest(service), happened_on=clock.today())
    return use_answer


def _lowest(service: Service) -> AdoptionStage:
    return service.stages.select_related("service").get(level=0)


def _answered(
    stay: Member, service: Service, answer: str, reported_by: User | None, link: DeclareLink | None, note: str
) -> UseAnswer:
    if answer not in UseAnswerKind.values:
        raise Refused(Problem("answer_missing", _("Choose one of the answers."), "answer"))
    asked_after = own.open_question(stay.person_id, service.pk) if service.by_member else None
    if asked_after is None:
        raise Refused(Problem("not_asked", _("This was answered already; nothing is asked about it today."), "answer"))
    today: date = clock.today()
    use_answer = UseAnswer.objects.create(
        person_id=stay.person_id,
        service=service,
        unit_id=stay.branch_id,
        asked_after=asked_after,
        answer=answer,
        answered_on=today,
        recorded_at=clock.now(),
        reported_by=reported_by,
        link=link,
    )
    record(actor=reported_by, action="adoption.answer_use", obj=use_answer, unit=stay.branch_id, note=note)
    return use_answer


@transaction.atomic
def report_difficulty(
    *, actor: User | None, service: Service, obstacle: Obstacle, asks_help: bool, token: str = ""
) -> Difficulty:
    """Record the obstacle on which the person is stuck with a service; an open difficulty is changed."""
    voice = _voice(actor, token)
    if not service.by_member:
        refuse(self_report.declare_problem(by_member=False, level=0, current=0, waiting=False))
    difficulty = difficulties.open_difficulty(
        stay=voice.stay,
        service=service,
        obstacle=obstacle,
        asks_help=asks_help,
        reported_by=voice.reported_by,
        link=voice.link,
    )
    record(
        actor=voice.reported_by,
        action="adoption.tell_difficulty",
        obj=difficulty,
        unit=voice.stay.branch_id,
        note=voice.note,
    )
    return difficulty
