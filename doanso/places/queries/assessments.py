"""Reads of assessments and recognitions, and the proof that a kept one is as it was."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery

from doanso.accounts.models import User
from doanso.places import policy, rules
from doanso.places.formulas import read_values
from doanso.places.models import AssessedValue, Assessment, AssessmentStage, Place, PlaceGap, PlaceState, Recognition
from doanso.places.page_reads import read_once
from doanso.places.queries.criteria import criteria_of
from doanso.places.rules import CriterionJudgement


def judge_place(place: Place, on: date) -> list[CriterionJudgement]:
    """Return the judgement of each criterion of a place as of a day, in order."""
    criteria = criteria_of(place.criteria_set)
    return rules.judge_all(criteria, read_values(place, criteria, on))


def judgements_of(place: Place, on: date) -> list[CriterionJudgement]:
    """Return what `judge_place` returns, read once for a page."""
    return read_once(place, ("judgements", on), lambda: judge_place(place, on))


def assessments_of(place: Place) -> list[Assessment]:
    """Return all assessments of a place, newest first, with who made them; one statement."""
    return list(place.assessments.select_related("made_by", "taken_back_by", "criteria_set").order_by("-number"))


def latest_assessment(place: Place, stage: str) -> Assessment | None:
    """Return the newest assessment of a stage that was not taken back."""
    return place.assessments.filter(stage=stage, taken_back_at=None).order_by("-number").first()


def assessment_in_force(place: Place, stage: str) -> Assessment:
    """Return the newest assessment of a stage that was not taken back, which the place's state says must exist."""
    return place.assessments.filter(stage=stage, taken_back_at=None).select_related("place__unit").latest("number")


def self_assessors(place: Place) -> set[UUID]:
    """Return who made the unit's own assessment that waits or was assessed; the same rule for many is `_assessable`."""
    latest = latest_assessment(place, AssessmentStage.SELF)
    return {latest.made_by_id} if latest is not None else set()


def values_of(assessments: Sequence[Assessment]) -> dict[UUID, dict[int, AssessedValue]]:
    """Return the kept values by assessment and number of the criterion; one statement."""
    found: dict[UUID, dict[int, AssessedValue]] = {assessment.pk: {} for assessment in assessments}
    rows = AssessedValue.objects.filter(assessment__in=list(assessments)).select_related("criterion")
    for value in rows:
        found[value.assessment_id][value.criterion.number] = value
    return found


def is_intact(assessment: Assessment, values: dict[int, AssessedValue]) -> bool:
    """Return whether the stored values give the hash that was written when the assessment was made."""
    frozen = [
        rules.frozen_value(value.criterion, value, passed=value.passed) for _number, value in sorted(values.items())
    ]
    counted = rules.content_hash(
        assessment.place_id, assessment.criteria_set_id, assessment.stage, assessment.on, frozen
    )
    return counted == assessment.content_hash


def recognition_in_force(place: Place) -> Recognition | None:
    """Return the recognition that was not withdrawn."""
    return place.recognitions.filter(withdrawn_on=None).select_related("assessment", "document", "decided_by").first()


def recognitions_of(place: Place) -> list[Recognition]:
    """Return all recognitions of a place, newest first."""
    rows = place.recognitions.select_related("assessment", "document", "decided_by", "withdrawn_by")
    return list(rows.order_by("-decided_at"))


def _assessable(actor: User, state: str) -> QuerySet[Place]:
    """Return the places in a state that the actor may assess, without those of which they made the unit's own assessment."""
    own = Assessment.objects.filter(place=OuterRef("pk"), stage=AssessmentStage.SELF, taken_back_at=None)
    sender = Subquery(own.order_by("-number").values("made_by")[:1])
    return policy.ASSESS.filter(actor, Place.objects.filter(state=state).alias(sender=sender).exclude(sender=actor.pk))


def to_assess(actor: User) -> QuerySet[Place]:
    """Return the places that wait to be assessed by the actor."""
    return _assessable(actor, PlaceState.SELF_ASSESSED)


def to_decide(actor: User) -> QuerySet[Place]:
    """Return the assessed places that wait for the actor's decision."""
    return _assessable(actor, PlaceState.ASSESSED)


def recheck_due(actor: User, on: date) -> QuerySet[Place]:
    """Return the recognised places whose re-check by the actor is due on a day or was before."""
    due = Recognition.objects.filter(withdrawn_on=None, recheck_due__lte=on).values("place")
    return _assessable(actor, PlaceState.RECOGNISED).filter(pk__in=due)


def open_gaps(place: Place) -> dict[UUID, PlaceGap]:
    """Return the open assignments of a place by the criterion they are about; one statement."""
    rows = place.gaps.filter(assignment__completed_at=None).select_related("assignment__unit")
    return {gap.criterion_id: gap for gap in rows}
