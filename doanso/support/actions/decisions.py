"""Officers' decisions on disputes, flagged confirmations and remarks."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.support import policy, ports, rules
from doanso.support.actions.residents import set_refused
from doanso.support.models import Confirmation, Decision, Dispute, Receipt, Remark, SupportRecord


@transaction.atomic
def decide_dispute(*, actor: User, dispute_id: UUID, decision: str, explanation: str) -> Dispute:
    """Decide a dispute: upheld, its records stay out of every figure; rejected, they count in their old place.

    Never by an officer who recorded one of them; a dispute from a re-check only by an officer who may re-check that unit. The
    same decision again does nothing; another one is refused.
    """
    # Lock order of all statements: rows that wrap the records, then the receipt.
    ports.lock_wrappers_of(SupportRecord.objects.filter(receipt__disputes=dispute_id, taken_back_at=None))
    Receipt.objects.select_for_update(of=("self",), no_key=True).get(disputes=dispute_id)
    dispute = Dispute.objects.select_for_update().get(pk=dispute_id)
    policy.DECIDE.require(actor, dispute)
    if dispute.decided_at is not None:
        if dispute.decision == decision:
            return dispute
        raise Refused(Problem("already_decided", _("This dispute is decided already.")))
    support_records = list(
        SupportRecord.objects.select_for_update().filter(receipt_id=dispute.receipt_id, taken_back_at=None)
    )
    is_above = dispute.recheck is None or policy.RECHECK.allows(actor, dispute.recheck.round)
    for problem in (
        None if is_above else _found_from_above(),
        rules.same_eyes_problem(any(support_record.recorded_by_id == actor.pk for support_record in support_records)),
        None if decision in Decision.values else _undecided(),
        rules.explanation_problem(explanation),
    ):
        refuse(problem)
    dispute.decision, dispute.explanation = decision, explanation.strip()
    dispute.decided_at, dispute.decided_by = clock.now(), actor
    dispute.save(update_fields=["decision", "explanation", "decided_at", "decided_by"])
    record(actor=actor, action="support.decide", obj=dispute, unit=dispute.unit_id, changed=["decision"])
    # Records refused before this dispute began were found untrue by an earlier one, and stay out.
    refused = [
        support_record
        for support_record in support_records
        if support_record.refused_at is not None and support_record.refused_at >= dispute.opened_at
    ]
    if decision == Decision.REJECTED and refused:
        SupportRecord.objects.filter(pk__in=[support_record.pk for support_record in refused]).update(refused_at=None)
        set_refused(refused, refused=False)
    return dispute


def _found_from_above() -> Problem:
    message = _("This came to light in a re-check of your unit. An officer above it decides.")
    return Problem("found_from_above", message)


def _undecided() -> Problem:
    return Problem("undecided", _("Choose what you found."), "decision")


@transaction.atomic
def look_at_confirmation(*, actor: User, confirmation_id: UUID) -> Confirmation:
    """Mark a flagged confirmation as checked; nothing else changes."""
    confirmation = Confirmation.objects.select_for_update().get(pk=confirmation_id)
    policy.DECIDE.require(actor, confirmation)
    if confirmation.looked_at is None:
        confirmation.looked_at, confirmation.looked_by = clock.now(), actor
        confirmation.save(update_fields=["looked_at", "looked_by"])
        record(actor=actor, action="support.look_at", obj=confirmation, unit=confirmation.unit_id)
    return confirmation


@transaction.atomic
def resolve_remark(*, actor: User, remark_id: UUID) -> Remark:
    """Resolve a remark: the receiver's point was corrected, or nothing was wrong."""
    remark = Remark.objects.select_for_update().get(pk=remark_id)
    policy.RECORD.require(actor, remark)
    if remark.settled_at is None:
        remark.settled_at, remark.settled_by = clock.now(), actor
        remark.save(update_fields=["settled_at", "settled_by"])
        record(actor=actor, action="support.settle_remark", obj=remark, unit=remark.unit_id)
    return remark
