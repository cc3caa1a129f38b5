"""The person's signature: begun by whoever holds the authority to sign, and by nobody in their place."""

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.actions.signing_files import make_base
from doanso.documents.models import Document, DocumentState, Signature, StepState
from doanso.documents.rules import routing as rules
from doanso.documents.signature_fields import DOCUMENT, PERSON, printed_in
from doanso.files.models import Blob
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.signing import actions as signing
from doanso.signing import queries as signatures
from doanso.signing.actions import SignatureStart
from doanso.signing.models import Certificate, Session, SignerKind


def begin_signing(
    *, actor: User, document: Document, read: int, certificate: Certificate, base: str, back: str = ""
) -> SignatureStart:
    """Prepare the signer's signature on the version that was read; see `signing` for how it goes on, and `back` for where to.

    Called outside a transaction. What the signer agreed to is decided when the signature comes back.
    """
    _require_turn(actor, document)
    refuse(rules.version_problem(read, document.version))
    if certificate.kind != SignerKind.PERSON or certificate.user_id != actor.pk:
        message = _("Sign with a certificate of your own; the organisation's comes with the number.")
        raise Refused(Problem("certificate_not_own", message, "certificate"))
    prepared = make_base(actor=actor, document=document, base=base)
    if prepared.base is None or prepared.version != read:
        raise Refused(
            Problem("document_changed", _("Somebody saved another version meanwhile. Look at it, then do this again."))
        )
    refuse(rules.sign_year_problem(printed_in(prepared.places).year, clock.today()))
    open_session = signatures.open_session(owner_kind=DOCUMENT, owner_id=prepared.pk, field=PERSON)
    if open_session is not None and open_session.base_id != prepared.base_id and open_session.user_id == actor.pk:
        # Called back just as it was being completed, which failed: it would sign nothing and keep its signer waiting.
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


def _require_turn(actor: User, document: Document) -> None:
    if document.state != DocumentState.SIGNING:
        raise Refused(Problem("document_not_to_sign", _("This document does not wait for a signature.")))
    mandate = document.mandate
    # Whoever left the unit signs nothing for it, whatever the paper says.
    if mandate is None or mandate.user_id != actor.pk or not policy.VIEW.allows_at(actor, document.unit):
        raise PermissionDenied("documents.sign")
    refuse(rules.mandate_problem(document.kind, mandate.kinds, mandate.since, mandate.until, clock.today()))


def signed_blob(session: Session) -> Blob:
    """The signed file of a session that is done."""
    if session.signed is None:
        raise ValueError(f"Session {session.pk} is not done.")
    return session.signed


def keep_person_signature(session: Session) -> None:
    """The signature is made: the step has passed and it is the clerk's turn. Inside the transaction of the session.

    A document that was called back meanwhile takes no signature any more: the session fails with it.
    """
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=session.owner_id)
    if fresh.state != DocumentState.SIGNING or fresh.base_id != session.base_id:
        raise Refused(
            Problem("document_called_back", _("The document was called back while you signed. Nothing was signed."))
        )
    _require_turn(session.user, fresh)
    refuse(rules.sign_year_problem(printed_in(fresh.places).year, clock.today()))
    now = clock.now()
    step = fresh.steps.select_for_update(of=("self",)).get(state=StepState.OPEN)
    step.state, step.decided_by, step.decided_at = StepState.PASSED, session.user, now
    step.save(update_fields=["state", "decided_by", "decided_at"])
    # Signed once more under its number, it goes on to its seal by itself.
    has_number = fresh.number_id is not None
    fresh.signed, fresh.changed_at = session.signed, now
    fresh.state = DocumentState.ISSUING if has_number else DocumentState.SIGNED
    fresh.save(update_fields=["signed", "state", "changed_at"])
    Signature.objects.create(
        document=fresh,
        certificate=session.certificate,
        by=session.user,
        blob=signed_blob(session),
        made_at=now,
    )
    record(actor=session.user, verb="documents.sign", obj=fresh, unit=fresh.unit_id, changed=["state"])
