"""Attesting one person's use of a service, taking it back, and raising the grade of its evidence."""

from datetime import date
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.adoption import families, policy, queries, rules
from doanso.adoption.actions import difficulties
from doanso.adoption.models import AdoptionStage, Obstacle, Usage
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import queries as members
from doanso.members.models import MemberState
from doanso.people.models import Person

_OWN_PERSON = PreparedQuery(lambda key, user_id: Person.objects.filter(pk=key, user_id=user_id).values_list("pk"))


def is_own_record(actor: User, person_id: UUID) -> bool:
    """Return whether the record is the actor's own, whatever office they hold."""
    return bool(_OWN_PERSON(person_id, actor.pk))


@transaction.atomic
def attest(
    *, actor: User, member_id: UUID, stage: AdoptionStage, happened_on: date, obstacle: Obstacle | None = None
) -> Usage:
    """Record the stage on which an officer saw the member that day. Unlike a bulk, this may also step down."""
    member = members.lock_stay(member_id)
    policy.ATTEST.require(actor, member)
    if member.state != MemberState.ACTIVE or member.temporary:
        raise Refused(
            Problem("not_active", _("This membership has ended or is temporary; only active members are attested."))
        )
    today = clock.today()
    refuse(rules.own_record_problem(is_own_record(actor, member.person_id)))
    refuse(rules.day_problem(happened_on, today))
    last = (
        Usage.objects.filter(
            queries.SEEN, person_id=member.person_id, service_id=stage.service_id, happened_on__lte=happened_on
        )
        .order_by("-happened_on", "-recorded_at", "-pk")
        .first()
    )
    obstacle_id = obstacle.pk if obstacle is not None else None
    if last is not None and (last.stage_id, last.obstacle_id, last.happened_on) == (stage.pk, obstacle_id, happened_on):
        raise Refused(Problem("already_recorded", _("This is recorded already for that day."), "stage"))
    usage = Usage(
        person_id=member.person_id,
        service_id=stage.service_id,
        stage=stage,
        obstacle=obstacle,
        unit_id=member.branch_id,
        happened_on=happened_on,
        arrived_on=today,
        # Of one day the last record is in force, in lists as in the ledger.
        recorded_at=clock.now_after(last.recorded_at if last is not None and last.happened_on == happened_on else None),
        grade=rules.SEEN_BY_OFFICER,
        seen_by=actor,
    )
    usage.save(force_insert=True)
    record(actor=actor, action="adoption.attest", obj=usage, unit=member.branch_id)
    difficulties.update_by_usage(usage)
    ledger.count(families.fact_of(usage, stage.level))
    return usage


_LOCKED_USAGE = PreparedQuery(lambda key: Usage.objects.select_for_update().filter(pk=key))


def locked_usage(permission: Permission, actor: User, usage_id: UUID) -> Usage:
    """Lock a usage and return it as it is now, if the actor may do this in the person's current or last branch."""
    usage = _LOCKED_USAGE.get(usage_id)
    member = queries.newest_stay(usage.person_id)
    if member is None:
        raise PermissionDenied(permission.name)
    permission.require(actor, member)
    return usage


@transaction.atomic
def take_back_attestation(*, actor: User, usage_id: UUID) -> Usage:
    """Take back a record made by mistake: the earlier records determine the person's stage. A second call does nothing."""
    usage = locked_usage(policy.ATTEST, actor, usage_id)
    if usage.taken_back_at is not None:
        return usage
    usage.taken_back_at = clock.now()
    usage.save(update_fields=["taken_back_at"])
    record(actor=actor, action="adoption.take_back", obj=usage, unit=usage.unit_id, changed=["taken_back_at"])
    ledger.take_back(family=families.STATE_FAMILY, source_id=usage.pk)
    return usage


@transaction.atomic
def raise_grade(*, actor: User, usage_id: UUID, grade: int) -> Usage:
    """Raise the grade of a record by better evidence: a pair, the person's own confirmation, a call-back.

    Never by the officer who recorded it: one observer is one grade, however often they look. A call-back is for officers above
    the branch.
    """
    permission = policy.RECHECK if grade >= rules.CALLED_BACK else policy.ATTEST
    usage = locked_usage(permission, actor, usage_id)
    if usage.taken_back_at is not None:
        raise Refused(Problem("taken_back", _("This record was taken back. Record it anew."), "grade"))
    refuse(
        rules.grade_problem(usage.grade, grade)
        or rules.same_eyes_problem(actor.pk == usage.seen_by_id)
        or rules.own_record_problem(is_own_record(actor, usage.person_id))
    )
    usage.grade = grade
    usage.save(update_fields=["grade"])
    record(actor=actor, action="adoption.raise_grade", obj=usage, unit=usage.unit_id, changed=["grade"])
    ledger.set_grade(family=families.STATE_FAMILY, source_id=usage.pk, grade=grade)
    return usage
