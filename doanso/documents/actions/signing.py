"""The person's signature, begun by the holder of the mandate alone; there is no stand-in for signing."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.actions.signing_files import make_base
from doanso.documents.models import Document, DocumentState, Mandate, Signature, StepState
from doanso.documents.queries.documents import draft_of, mandate_in_effect
from doanso.documents.rules import routing as rules
from doanso.documents.rules.placeholders import placeholder_problem
from doanso.documents.signature_fields import DOCUMENT, PERSON, read_fixed_values
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.signing import actions as signing
from doanso.signing import queries as signatures
from doanso.signing.actions import SignatureStart
from doanso.signing.models import Certificate, Session, SignerKind


def begin_signing(
    *, actor: User, document: Document, expected_version: int, certificate: Certificate, base: str, back: str = ""
) -> SignatureStart:
    """Prepare the signer's signature on version `expected_version`; `back` is the address to return to after signing.

    Called outside a transaction. Whether the signer may still sign is checked again when the signature is completed.
    """
    _require_turn(actor, document)
    refuse(rules.version_problem(expected_version, document.version))
    if certificate.kind != SignerKind.PERSON or certificate.user_id != actor.pk:
        message = _("Sign with a certificate of your own; the organisation's comes with the number.")
        raise Refused(Problem("certificate_not_own", message, "certificate"))
    refuse(placeholder_problem(draft_of(document).lines()))
    prepared = make_base(actor=actor, document=document, base=base)
    if prepared.base is None or prepared.version != expected_version:
        raise Refused(
            Problem("document_changed", _("Somebody saved another version meanwhile. Look at it, then do this again."))
        )
    refuse(rules.sign_year_problem(read_fixed_values(prepared.places).year, prepared.dated, clock.today()))
    open_session = signatures.open_session(owner_kind=DOCUMENT, owner_id=prepared.pk, field=PERSON)
    if open_session is not None and open_session.base_id != prepared.base_id and open_session.user_id == actor.pk:
        # A session of an older base, left by a call-back during completion, would sign nothing and block this one.
        signing.cancel_signature(actor=actor, session=open_session)
    return signing.begin_signature(
        actor=actor,
        owner_kind=DOCUMENT,
        owner_id=prepared.pk,
        title=prepared.summary,
        certificate=certificate,
        base=prepared.base,
        field=PERSON,
        back=back,
    )


def _require_turn(actor: User, document: Document) -> Mandate:
    """Return the mandate under which the actor signs the document today; refuse or deny it where there is none."""
    if document.state != DocumentState.SIGNING:
        raise Refused(Problem("document_not_to_sign", _("This document does not wait for a signature.")))
    today = clock.today()
    mandate = mandate_in_effect(document, today)
    # A person who has no role at the unit any more cannot sign for it, whatever the mandate says.
    if mandate is None or mandate.user_id != actor.pk or not policy.VIEW.allows_at(actor, document.unit):
        raise PermissionDenied("documents.sign")
    refuse(rules.mandate_problem(document.kind, mandate.kinds, mandate.since, mandate.until, today))
    return mandate


def signed_blob(session: Session) -> Blob:
    """Return the signed file of a completed session."""
    if session.signed is None:
        raise ValueError(f"Session {session.pk} is not done.")
    return session.signed


def keep_person_signature(session: Session) -> None:
    """Store the completed signature, pass the signer's step and hand the document to the clerk; inside the session's transaction.

    A document that was called back meanwhile is refused, and the session fails with it.
    """
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=session.owner_id)
    if fresh.state != DocumentState.SIGNING or fresh.base_id != session.base_id:
        raise Refused(
            Problem("document_called_back", _("The document was called back while you signed. Nothing was signed."))
        )
    fresh.mandate = _require_turn(session.user, fresh)
    refuse(rules.sign_year_problem(read_fixed_values(fresh.places).year, fresh.dated, clock.today()))
    now = clock.now()
    step = fresh.steps.select_for_update(of=("self",)).get(state=StepState.OPEN)
    step.state, step.decided_by, step.decided_at = StepState.PASSED, session.user, now
    step.save(update_fields=["state", "decided_by", "decided_at"])
    # A document signed again under its number continues to its seal.
    has_number = fresh.number_id is not None
    fresh.signed, fresh.changed_at = session.signed, now
    fresh.state = DocumentState.ISSUING if has_number else DocumentState.SIGNED
    fresh.save(update_fields=["mandate", "signed", "state", "changed_at"])
    Signature.objects.create(
        document=fresh,
        certificate=session.certificate,
        by=session.user,
        blob=signed_blob(session),
        made_at=now,
    )
    record(actor=session.user, action="documents.sign", obj=fresh, unit=fresh.unit_id, changed=["state"])
