"""Actions that decide on an assessed place: recognise, refuse, withdraw, and write the decision as an official document."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.models import Document, DocumentState
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.months import months_after
from doanso.lib.problems import Problem, Refused, refuse
from doanso.places import notices, policy, queries, rules
from doanso.places.actions.locking import lock_as_read, lock_place
from doanso.places.actions.state_changes import change_state
from doanso.places.actions.words import require_reason
from doanso.places.families import RECOGNISED_FAMILY, fact_of
from doanso.places.kinds import kind_named
from doanso.places.models import AssessmentStage, Place, PlaceState, Recognition
from doanso.places.renderers.decision import draft_decision


@dataclass(frozen=True, slots=True)
class RecognitionInput:
    """The decision: its day, and the number of a paper decision that exists already."""

    decided_on: date
    decision: str = ""


@transaction.atomic
def recognise(*, actor: User, place: Place, read: str, inputs: RecognitionInput) -> Recognition:
    """Recognise an assessed place that reached every criterion; it counts in the ledger from the decision's day on."""
    fresh = lock_as_read(place, read)
    policy.ASSESS.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.ASSESSED,)))
    refuse(rules.own_problem(actor.pk, queries.self_assessors(fresh)))
    assessment = queries.assessment_in_force(fresh, AssessmentStage.CITY)
    refuse(rules.recognition_problem(assessment.passed, assessment.criteria_count))
    refuse(rules.day_problem(inputs.decided_on, not_before=assessment.on, today=clock.today(), field="decided_on"))
    refuse(rules.outdated_problem(assessment.on, inputs.decided_on))
    if len(inputs.decision.strip()) > 60:
        raise Refused(Problem("place_decision_long", _("Shorten the number to 60 characters."), "decision"))
    recognition = Recognition.objects.create(
        place=fresh,
        assessment=assessment,
        unit=queries.unit_of_day(fresh, inputs.decided_on),
        decided_on=inputs.decided_on,
        arrived_on=clock.today(),
        decision=inputs.decision.strip(),
        recheck_due=months_after(inputs.decided_on, kind_named(fresh.kind).recheck_months),
        decided_by=actor,
        decided_at=clock.now(),
    )
    change_state(fresh, actor, PlaceState.RECOGNISED)
    record(actor=actor, action="places.recognise", obj=fresh, unit=fresh.unit_id, changed=["state"])
    notices.notify_recognised(recognition)
    ledger.count(fact_of(recognition, fresh))
    return recognition


@transaction.atomic
def refuse_recognition(*, actor: User, place: Place, read: str, reason: str) -> Place:
    """Refuse an assessed place with a reason; its unit works on and sends it again."""
    fresh = lock_as_read(place, read)
    policy.ASSESS.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.ASSESSED,)))
    refuse(rules.own_problem(actor.pk, queries.self_assessors(fresh)))
    require_reason(reason)
    change_state(fresh, actor, PlaceState.REFUSED, reason=reason)
    record(actor=actor, action="places.refuse", obj=fresh, unit=fresh.unit_id, changed=["state"])
    notices.notify_refused(queries.assessment_in_force(fresh, AssessmentStage.CITY))
    return fresh


@transaction.atomic
def withdraw_recognition(*, actor: User, place: Place, read: str, reason: str) -> Place:
    """Withdraw a recognition with a reason: the ledger takes it back, and its unit may work on the place again."""
    fresh = lock_as_read(place, read)
    policy.ASSESS.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.RECOGNISED,)))
    require_reason(reason)
    recognition = fresh.recognitions.get(withdrawn_on=None)
    recognition.withdrawn_on, recognition.withdrawn_reason = clock.today(), reason.strip()
    recognition.withdrawn_by, recognition.withdrawn_at = actor, clock.now()
    recognition.save(update_fields=["withdrawn_on", "withdrawn_reason", "withdrawn_by", "withdrawn_at"])
    change_state(fresh, actor, PlaceState.WITHDRAWN, reason=reason)
    record(actor=actor, action="places.withdraw", obj=fresh, unit=fresh.unit_id, changed=["state"])
    notices.notify_withdrawn(recognition)
    ledger.take_back(family=RECOGNISED_FAMILY, source_id=recognition.pk)
    return fresh


def make_decision(*, actor: User, recognition: Recognition) -> Document:
    """Return the document of a recognition, drafting the decision with its table of criteria if there is none.

    The draft belongs to the root's office, whose clerk, signer and seal take it from there; it is edited like any other document.
    """
    place = recognition.place
    policy.ASSESS.require(actor, place)
    with transaction.atomic():
        lock_place(place)
        fresh = Recognition.objects.select_related("document", "assessment", "place__unit").get(pk=recognition.pk)
        if fresh.document is not None and fresh.document.state != DocumentState.DISCARDED:
            return fresh.document
        if fresh.withdrawn_on is not None:
            message = _("This recognition was withdrawn, so there is no decision to write.")
            raise Refused(Problem("place_withdrawn", message))
        fresh.document = draft_decision(actor=actor, recognition=fresh)
        fresh.save(update_fields=["document"])
        record(actor=actor, action="places.write_decision", obj=place, unit=place.unit_id)
        return fresh.document
