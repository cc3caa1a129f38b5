"""Actions that keep the values of a day: baseline, mid-term, self-assessment, the city's assessment, re-checks."""

from datetime import date

from django.db import transaction
from django.db.models import Max

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.months import months_after
from doanso.lib.problems import refuse
from doanso.places import notices, policy, queries, rules
from doanso.places.actions.locking import lock_as_read, lock_place
from doanso.places.actions.state_changes import change_state
from doanso.places.actions.words import require_note, require_reason
from doanso.places.kinds import kind_named
from doanso.places.models import AssessedValue, Assessment, AssessmentStage, Place, PlaceState
from doanso.places.rules import CriterionJudgement


def keep_assessment(place: Place, actor: User, stage: str, on: date, note: str = "") -> Assessment:
    """Keep the values of all criteria as of a day, within the caller's transaction and lock of the place."""
    judgements = queries.judge_place(place, on)
    number = (place.assessments.aggregate(last=Max("number"))["last"] or 0) + 1
    frozen = [rules.frozen_value(each.criterion, each.value, passed=each.passed) for each in judgements]
    assessment = Assessment.objects.create(
        place=place,
        criteria_set=place.criteria_set,
        number=number,
        stage=stage,
        on=on,
        note=note.strip(),
        passed=rules.passed_count(judgements),
        criteria_count=len(judgements),
        hash_version=rules.HASH_VERSION,
        content_hash=rules.content_hash(place.pk, place.criteria_set_id, str(stage), on, frozen),
        made_by=actor,
        made_at=clock.business_now(),
    )
    AssessedValue.objects.bulk_create(
        AssessedValue(
            assessment=assessment,
            criterion=judgement.criterion,
            numerator=judgement.value.numerator,
            second_numerator=judgement.value.second_numerator,
            denominator=judgement.value.denominator,
            passed=judgement.passed,
            known_from=judgement.value.known_from,
            known_on=judgement.value.known_on,
            check_id=judgement.value.check_id,
        )
        for judgement in judgements
    )
    if on == clock.today():
        _write_progress(place, judgements)
    return assessment


def _write_progress(place: Place, judgements: list[CriterionJudgement]) -> None:
    place.passed, place.criteria_count = rules.passed_count(judgements), len(judgements)
    place.counted_at = clock.now()
    place.save(update_fields=["passed", "criteria_count", "counted_at"])


@transaction.atomic
def refresh_progress(place: Place) -> Place:
    """Count the criteria that a place reaches today, for the list of places; its page counts anew by itself.

    Called after a check or survey sheet is entered, and daily by `maintenance`.
    """
    fresh = lock_place(place)
    _write_progress(fresh, queries.judge_place(fresh, clock.today()))
    return fresh


@transaction.atomic
def keep_midterm(*, actor: User, place: Place, read: str, note: str = "") -> Assessment:
    """Keep today's values as a mid-term score; the state stays."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, rules.ACTIVE))
    require_note(note)
    assessment = keep_assessment(fresh, actor, AssessmentStage.MID, clock.today(), note)
    record(actor=actor, action="places.keep_midterm", obj=fresh, unit=fresh.unit_id)
    return assessment


@transaction.atomic
def assess_itself(*, actor: User, place: Place, read: str, note: str = "") -> Assessment:
    """Keep today's values as the unit's own assessment and send it to the committee above."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.IN_PROGRESS,)))
    require_note(note)
    change_state(fresh, actor, PlaceState.SELF_ASSESSED)
    assessment = keep_assessment(fresh, actor, AssessmentStage.SELF, clock.today(), note)
    record(actor=actor, action="places.assess_itself", obj=fresh, unit=fresh.unit_id, changed=["state"])
    notices.notify_sent(assessment)
    return assessment


@transaction.atomic
def return_assessment(*, actor: User, place: Place, read: str, reason: str) -> Place:
    """Take a self-assessment back with a reason, by its unit or by the committee above, which manages the place as well."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.SELF_ASSESSED,)))
    require_reason(reason)
    assessment = queries.assessment_in_force(fresh, AssessmentStage.SELF)
    assessment.taken_back_reason = reason.strip()
    assessment.taken_back_by, assessment.taken_back_at = actor, clock.business_now()
    assessment.save(update_fields=["taken_back_reason", "taken_back_by", "taken_back_at"])
    change_state(fresh, actor, PlaceState.IN_PROGRESS, reason=reason)
    record(actor=actor, action="places.return", obj=fresh, unit=fresh.unit_id, changed=["state"])
    notices.notify_returned(assessment)
    return fresh


@transaction.atomic
def assess(*, actor: User, place: Place, read: str, note: str = "") -> Assessment:
    """Keep today's values as the committee's assessment; never by whoever made the unit's own.

    One that nobody has decided on is assessed again in the same way: the newest assessment is the one that is decided on.
    """
    fresh = lock_as_read(place, read)
    policy.ASSESS.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.SELF_ASSESSED, PlaceState.ASSESSED)))
    sent = queries.assessment_in_force(fresh, AssessmentStage.SELF)
    refuse(rules.own_problem(actor.pk, {sent.made_by_id}))
    require_note(note)
    change_state(fresh, actor, PlaceState.ASSESSED)
    assessment = keep_assessment(fresh, actor, AssessmentStage.CITY, clock.today(), note)
    record(actor=actor, action="places.make_assessment", obj=fresh, unit=fresh.unit_id, changed=["state"])
    notices.notify_assessed(assessment, sent)
    return assessment


@transaction.atomic
def recheck(*, actor: User, place: Place, read: str, note: str = "") -> Assessment:
    """Keep today's values as a re-check of a recognised place, never by whoever made the unit's own assessment; the next one is
    due after the kind's months.

    A place that misses a criterion stays recognised until somebody withdraws the recognition; its page says so.
    """
    fresh = lock_as_read(place, read)
    policy.ASSESS.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.RECOGNISED,)))
    refuse(rules.own_problem(actor.pk, queries.self_assessors(fresh)))
    require_note(note)
    recognition = fresh.recognitions.get(withdrawn_on=None)
    assessment = keep_assessment(fresh, actor, AssessmentStage.RECHECK, clock.today(), note)
    recognition.recheck_due = months_after(clock.today(), kind_named(fresh.kind).recheck_months)
    recognition.save(update_fields=["recheck_due"])
    change_state(fresh, actor, PlaceState.RECOGNISED)
    record(actor=actor, action="places.recheck", obj=fresh, unit=fresh.unit_id)
    notices.clear_recheck(recognition)
    return assessment
