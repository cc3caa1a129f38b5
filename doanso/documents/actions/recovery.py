"""Recovery of a document that cannot be numbered or sealed: return it to its author, have it signed again, or give it up with its
number.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.actions.routing import make_draft_again, next_round_of
from doanso.documents.models import (
    Document,
    DocumentState,
    Issuing,
    IssuingState,
    Number,
    NumberState,
    RoutingStep,
    Series,
    StepState,
)
from doanso.documents.queries.documents import mandate_in_effect
from doanso.documents.queries.sealing import unsealed_files
from doanso.documents.rules import issuing as rules
from doanso.documents.rules import routing
from doanso.documents.secrecy import refuse_secret
from doanso.documents.signature_fields import DOCUMENT, ORGANISATION, PERSON
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.signing.actions import withdraw_signatures


@transaction.atomic
def sign_again(*, actor: User, document: Document, reason: str) -> Document:
    """Have a signed document signed again from the file that was prepared for its signer, before it is sealed.

    Number, day, receivers and the seals of attachments stay. A document with a number continues to its seal by itself after it is
    signed. Locks the document, then its issuing.
    """
    fresh, issuing = _lock_document(document)
    policy.ISSUE.require(actor, fresh)
    refuse(rules.sign_again_problem(fresh.state, issuing.state if issuing is not None else ""))
    _require_reason(reason)
    today = clock.today()
    mandate = mandate_in_effect(fresh, today)
    if mandate is None or fresh.base_id is None:
        raise Refused(Problem("sign_again_nobody", _("Nobody is named who signs this document. Give it up instead.")))
    refuse(routing.mandate_problem(fresh.kind, mandate.kinds, mandate.since, mandate.until, today))
    if not mandate.user.is_active or not policy.VIEW.allows_at(mandate.user, fresh.unit):
        message = _("Whoever signed it may not sign for this unit any more. Give the document up and write it anew.")
        raise Refused(Problem("sign_again_gone", message))
    if issuing is not None:
        _withdraw_seals(actor, issuing)
        issuing.state, issuing.problem, issuing.attempts = IssuingState.STUCK, reason.strip()[:300], 0
        issuing.save(update_fields=["state", "problem", "attempts"])
    RoutingStep.objects.create(
        document=fresh,
        round=next_round_of(fresh),
        place=1,
        user=mandate.user,
        is_signer=True,
        state=StepState.OPEN,
        version=fresh.version,
        opened_at=clock.now(),
    )
    fresh.signatures.filter(attachment=None).delete()
    fresh.state, fresh.signed, fresh.changed_at = DocumentState.SIGNING, None, clock.now()
    fresh.save(update_fields=["state", "signed", "changed_at"])
    record(actor=actor, action="documents.sign_again", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def return_signed(*, actor: User, document: Document, reason: str) -> Document:
    """Make a signed document without a number a draft of its author again, because its file can only be replaced.

    Its signature counts no longer; whoever agreed is asked again. The reason is shown among its steps.
    """
    fresh, _issuing = _lock_document(document)
    policy.ISSUE.require(actor, fresh)
    refuse(rules.return_signed_problem(fresh.state, fresh.source_kind))
    _require_reason(reason)
    next_round, now = next_round_of(fresh), clock.now()
    RoutingStep.objects.create(
        document=fresh,
        round=next_round,
        place=1,
        user=actor,
        state=StepState.RETURNED,
        version=fresh.version,
        opened_at=now,
        decided_by=actor,
        decided_at=now,
        words=reason.strip(),
    )
    fresh.signatures.filter(attachment=None).delete()
    make_draft_again(fresh, next_round, actor)
    record(actor=actor, action="documents.return_signed", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def discard_numbered(*, actor: User, document: Document, reason: str) -> Document:
    """Discard a document that has a number and was not issued.

    The number is void in the register, with the reason, and is given to no other document. Locks the document, its issuing, then
    the series and the number.
    """
    fresh, issuing = _lock_document(document)
    policy.ISSUE.require(actor, fresh)
    refuse(rules.discard_numbered_problem(fresh.state, has_number=fresh.number_id is not None))
    _require_reason(reason)
    words = reason.strip()
    if issuing is not None:
        issuing.state, issuing.problem = IssuingState.STUCK, words[:300]
        issuing.save(update_fields=["state", "problem"])
    fresh.steps.filter(state__in=(StepState.OPEN, StepState.WAITING)).update(state=StepState.DROPPED)
    # The lock order of numbers: the series first.
    Series.objects.select_for_update(of=("self",)).get(numbers__document=fresh)
    number = Number.objects.select_for_update(of=("self",)).get(document=fresh)
    number.state, number.reason = NumberState.VOID, f"{fresh.notation}: {words}"[:200]
    number.save(update_fields=["state", "reason"])
    # After the numbers, because what was prepared for the signatures is destroyed with them.
    if issuing is not None:
        _withdraw_seals(actor, issuing)
    withdraw_signatures(actor=actor, owners=[(DOCUMENT, fresh.pk)], field=PERSON)
    fresh.number, fresh.dated, fresh.notation, fresh.era = None, None, "", None
    fresh.state, fresh.ended_reason, fresh.changed_at = DocumentState.DISCARDED, words[:300], clock.now()
    fresh.save(update_fields=["number", "dated", "notation", "era", "state", "ended_reason", "changed_at"])
    record(actor=actor, action="documents.void_number", obj=number, unit=fresh.unit_id, changed=["state", "reason"])
    record(actor=actor, action="documents.give_up", obj=fresh, unit=fresh.unit_id, changed=["state", "number"])
    return fresh


def _lock_document(document: Document) -> tuple[Document, Issuing | None]:
    rows = Document.objects.select_for_update(of=("self",)).select_related("unit", "mandate__user")
    fresh = rows.get(pk=document.pk)
    return fresh, Issuing.objects.select_for_update(of=("self",)).filter(document=fresh).first()


def _withdraw_seals(actor: User, issuing: Issuing) -> None:
    """Cancel all open sealing sessions of the document and its attachments, whether or not their turn has come."""
    waiting = {(target.kind, target.id) for target in unsealed_files(issuing)} | {(DOCUMENT, issuing.pk)}
    withdraw_signatures(actor=actor, owners=waiting, field=ORGANISATION)


def _require_reason(reason: str) -> None:
    refuse(routing.words_problem(reason, needed=True))
    refuse_secret([reason], field="reason")
