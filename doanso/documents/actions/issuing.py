"""Issuing: a signed document gets number and day, the organisation's seal, and goes out; each step exactly once.

The number is drawn when the clerk asks and belongs to the document from then on, so a worker that dies between number, seal and
issue neither loses it nor uses it twice; the next run continues where the last one stopped. One transaction issues a document
with its deliveries, its public page and its figures.
"""

import logging
from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import families, policy
from doanso.documents.actions.deliveries import Receiver, add_receivers
from doanso.documents.actions.numbers import draw_number, lock_series, name_document
from doanso.documents.actions.signing import keep_person_signature, signed_blob
from doanso.documents.actions.signing_files import LIMIT
from doanso.documents.drafts import notation_symbol
from doanso.documents.models import (
    Attachment,
    Document,
    DocumentState,
    Issuing,
    IssuingState,
    RegisterKind,
    Signature,
)
from doanso.documents.ports import facts_on_issue
from doanso.documents.queries.documents import draft_of
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.queries.sealing import UnsealedFile, unsealed_files
from doanso.documents.rules import issuing as rules
from doanso.documents.signature_fields import APPENDIX_PLACE, ORGANISATION, PERSON, count_digits, read_fixed_values
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.problems import Unavailable
from doanso.files.reading import Kind
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.task_references import TaskReference
from doanso.signing import actions as signing
from doanso.signing import pdf
from doanso.signing import queries as signatures
from doanso.signing.actions import SignatureStart, public
from doanso.signing.models import Certificate, Session, Way

logger = logging.getLogger(__name__)

ADVANCE_TASK = TaskReference("doanso.documents.tasks.advance")


def ask_issue(
    *,
    actor: User,
    document: Document,
    certificate: Certificate,
    receivers: Sequence[Receiver],
    is_public: bool = False,
) -> Issuing:
    """Give a signed document its number and day, and start sealing and sending it. Repeating changes nothing.

    Called outside a transaction: whether the signed file can be sealed is read before a number is drawn for it.
    """
    policy.ISSUE.require(actor, document)
    if document.state == DocumentState.SIGNED and document.signed is not None:
        require_sealable(document.signed)
    with transaction.atomic():
        return _draw_number(actor, document, certificate, receivers, is_public)


def require_sealable(signed: Blob) -> None:
    """Refuse a file in which the organisation could not sign, so that no number is drawn for it."""
    if signed.size > signing.LARGEST:
        message = _("This file is larger than %(limit)d MB and cannot be signed here.")
        raise Refused(Problem("too_large_to_sign", message % {"limit": signing.LARGEST >> 20}))
    with files.open_blob(signed) as plain:
        pdf.require_open(plain.read(), ORGANISATION)


def _draw_number(
    actor: User, document: Document, certificate: Certificate, receivers: Sequence[Receiver], is_public: bool
) -> Issuing:
    fresh = Document.objects.select_for_update(of=("self",)).select_related("unit").get(pk=document.pk)
    policy.ISSUE.require(actor, fresh)
    existing = Issuing.objects.filter(document=fresh).first()
    if existing is not None:
        return existing
    refuse(rules.issue_problem(fresh.state, len(receivers)))
    _require_seal(actor, fresh, certificate)
    today = clock.today()
    printed = read_fixed_values(fresh.places)
    refuse(rules.year_problem(fresh.state, printed.year, today))
    series = lock_series(fresh.unit, RegisterKind.OUT, profile=fresh.profile, kind=fresh.kind, dated=today)
    number = draw_number(actor=actor, series=series, dated=today)
    # Checked before the number belongs to the document, because the seal could only fail afterwards.
    refuse(rules.room_problem(number.value, count_digits(fresh.places)))
    fresh.state = DocumentState.ISSUING
    name_document(
        fresh, number, printed.symbol or notation_symbol(draft_of(fresh), letterhead_values(fresh.unit, today))
    )
    _save(fresh, "number", "dated", "state", "notation", "era")
    now = clock.now()
    issuing = Issuing.objects.create(
        document=fresh, certificate=certificate, is_public=is_public, asked_by=actor, asked_at=now, stepped_at=now
    )
    add_receivers(document=fresh, receivers=receivers)
    record(actor=actor, action="documents.draw_number", obj=fresh, unit=fresh.unit_id, changed=["number", "dated"])
    ADVANCE_TASK.enqueue_on_commit(fresh.pk)
    return issuing


def _require_seal(actor: User, document: Document, certificate: Certificate) -> None:
    if certificate not in signatures.organisation_certificates(actor, document.unit):
        message = _("Choose a certificate of this unit with which you may seal.")
        raise Refused(Problem("certificate_elsewhere", message, "certificate"))
    if certificate.lacks_due_trial:
        message = _(
            "No trial signature was made with this certificate yet. Make it first, on the certificate's page, so that no number "
            "is drawn for a seal that cannot be taken in."
        )
        raise Refused(Problem("certificate_untried", message, "certificate"))


def advance(document_id: UUID) -> None:
    """Take the next step of issuing: seal the document and its attachments, then issue it. Idempotent.

    A refusal is shown on the document's page and waits for a person. An unavailable store is shown and retried without limit;
    other failures are retried a limited number of times.
    """
    under_way = Issuing.objects.filter(pk=document_id, state__in=rules.UNDER_WAY)
    if not under_way.update(stepped_at=clock.now(), attempts=F("attempts") + 1):
        return
    issuing = Issuing.objects.select_related("document__unit", "document__signed", "certificate", "asked_by").get(
        pk=document_id
    )
    try:
        if issuing.certificate.way == Way.TOKEN:
            if issuing.state == IssuingState.NUMBERED:
                _seal_on_server(issuing, UnsealedFile(issuing.document))
            _seal_attachments(issuing)
        elif unsealed_files(issuing):
            # The clerk's machine signs: the page starts it, and each completed signature enqueues this task again.
            _refund_attempt(under_way)
            return
        _issue(document_id)
    except Refused as refused:
        if refused.problem.code == "session_open":
            # Another worker is issuing it; `resume_stalled` takes it up after the time limit.
            _refund_attempt(under_way)
        else:
            _record_problem(under_way, refused.problem)
    except PermissionDenied:
        message = _("Whoever asked for it may not seal for this unit any more. Somebody who may goes on with it.")
        _record_problem(under_way, Problem("issue_asker_gone", message))
    except Unavailable as error:
        _refund_attempt(under_way)
        under_way.update(problem=error.problem.message[:300])


def _refund_attempt(under_way: QuerySet[Issuing]) -> None:
    """Take back the attempt, because nothing was tried."""
    under_way.filter(attempts__gt=0).update(attempts=F("attempts") - 1)


def _record_problem(under_way: QuerySet[Issuing], problem: Problem) -> None:
    """Record the problem for which the document waits for a person; retrying would not change it."""
    under_way.update(problem=problem.message[:300], attempts=rules.MOST_ATTEMPTS)


def _field_texts(document: Document) -> dict[str, str]:
    """Return the texts that the organisation's signature writes into the file's open fields."""
    if document.number is None or document.dated is None:
        raise ValueError(f"Document {document.pk} has no number yet.")
    written = rules.number_texts(document.number.value, document.dated)
    return {name: words for name, words in written.items() if name in document.places}


def begin_seal(*, actor: User, document: Document, back: str = "") -> SignatureStart:
    """Prepare the organisation's signatures on the document and on each unsealed attachment, to be signed in one run.

    Not inside a transaction. A run that the same clerk began and did not finish is returned again and continues.
    """
    issuing = Issuing.objects.select_related("document__number", "document__signed", "certificate").get(pk=document.pk)
    policy.ISSUE.require(actor, document)
    waiting = unsealed_files(issuing)
    run = waiting[: rules.in_one_run([target.size for target in waiting])]
    if not run:
        raise Refused(Problem("document_sealed", _("This document bears its seal already.")))
    open_session = _resume_run(actor, issuing, run)
    if open_session is not None:
        return SignatureStart(open_session, "")
    begun = _begin(actor, issuing, run[-1], back=back)
    try:
        for target in run[:-1]:
            _begin(actor, issuing, target, back=back, leader=begun.session)
    except (Refused, Unavailable):
        # A partial run would block the next attempt, so the whole run is cancelled.
        signing.cancel_signature(actor=actor, session=begun.session)
        raise
    return begun


def _resume_run(actor: User, issuing: Issuing, run: Sequence[UnsealedFile]) -> Session | None:
    """Return the session at which the clerk continues a run over exactly these files; cancel the clerk's other sessions of them.

    Such other sessions broke off while they began, or used the certificate chosen before and were skipped when it changed,
    because they were being completed. Files signed by upload come in any order, so the leader of a run may be done while others
    are open: the clerk still brings those.
    """
    sessions = [
        signatures.open_session(owner_kind=session.kind, owner_id=session.id, field=ORGANISATION) for session in run
    ]
    own = [session for session in sessions if session is not None and session.user_id == actor.pk]
    is_whole = len(own) == len(run) and all(session.certificate_id == issuing.certificate_id for session in own)
    is_one = len({session.leader_id or session.pk for session in own}) == 1
    if is_whole and is_one and (own[-1].leader_id is None or issuing.certificate.way == Way.UPLOAD):
        return own[-1]
    for session in own:
        signing.cancel_signature(actor=actor, session=session)
    return None


def _begin(
    actor: User, issuing: Issuing, target: UnsealedFile, *, back: str = "", leader: Session | None = None
) -> SignatureStart:
    """Begin the seal of one file. Number and day are written with the document's own seal; an attachment's seal shows number
    and time at the top right.
    """
    document, attachment = issuing.document, target.attachment
    opened = _open_seal_field(attachment) if attachment is not None else None
    base = opened or document.signed
    if base is None:
        raise ValueError(f"Document {document.pk} is not signed.")
    with files.destroy_on_error(opened):
        return signing.begin_signature(
            actor=actor,
            owner_kind=target.kind,
            owner_id=target.id,
            title=f"{document.notation}: {document.summary}" if attachment is None else attachment.name,
            certificate=issuing.certificate,
            base=base,
            field=ORGANISATION,
            fills=_field_texts(document) if attachment is None else None,
            appendix="" if attachment is None else document.notation,
            back=back,
            leader=leader,
        )


def _seal_on_server(issuing: Issuing, target: UnsealedFile) -> None:
    policy.ISSUE.require(issuing.asked_by, issuing.document)
    session = _resume_session(issuing, target.kind, target.id)
    if session is None:
        session = _begin(issuing.asked_by, issuing, target).session
    signing.sign_on_server(actor=issuing.asked_by, session=session)


def _resume_session(issuing: Issuing, owner_kind: str, owner_id: UUID) -> Session | None:
    """Return the session that an earlier worker began and did not finish; cancel it if the certificate was changed since.

    A session of another clerk is left to expire; beginning anew is refused until then.
    """
    session = signatures.open_session(owner_kind=owner_kind, owner_id=owner_id, field=ORGANISATION)
    if session is None or session.user_id != issuing.asked_by_id:
        return None
    if session.certificate_id == issuing.certificate_id:
        return session
    signing.cancel_signature(actor=issuing.asked_by, session=session)
    return None


def keep_signature(session: Session) -> None:
    """Handle a completed signature of a document, the person's or the organisation's; inside the session's transaction."""
    if session.field == PERSON:
        keep_person_signature(session)
        _resume_issuing(session.owner_id)
    else:
        keep_seal(session)


def _resume_issuing(document_id: UUID) -> None:
    """Resume the issuing of a document that was signed again under its number."""
    waiting = Issuing.objects.filter(pk=document_id, state=IssuingState.STUCK)
    if waiting.update(state=IssuingState.NUMBERED, problem="", attempts=0, stepped_at=clock.now()):
        ADVANCE_TASK.enqueue_on_commit(document_id)


def _require_chosen(issuing: Issuing, session: Session) -> None:
    if session.certificate_id != issuing.certificate_id:
        message = _("Another certificate was chosen for the seal meanwhile. Begin it anew.")
        raise Refused(Problem("seal_other_certificate", message))


def keep_seal(session: Session) -> None:
    """Store the file that the organisation has signed; inside the session's transaction."""
    fresh = Document.objects.select_for_update(of=("self",)).get(pk=session.owner_id)
    issuing = Issuing.objects.select_for_update(of=("self",)).get(pk=fresh.pk)
    if issuing.state != IssuingState.NUMBERED or fresh.signed_id != session.base_id:
        raise Refused(Problem("document_sealed", _("This document bears its seal already.")))
    _require_chosen(issuing, session)
    now = clock.now()
    fresh.final = session.signed
    _save(fresh, "final")
    issuing.state, issuing.problem = IssuingState.SEALED, ""
    issuing.save(update_fields=["state", "problem"])
    Signature.objects.create(
        document=fresh, certificate=session.certificate, by=session.user, blob=signed_blob(session), made_at=now
    )
    record(actor=session.user, action="documents.seal", obj=fresh, unit=fresh.unit_id)
    ADVANCE_TASK.enqueue_on_commit(fresh.pk)


def _seal_attachments(issuing: Issuing) -> None:
    """Seal each attachment separately, at the top right of its first page."""
    for target in unsealed_files(issuing):
        if target.attachment is not None:
            _seal_on_server(issuing, target)


def _open_seal_field(attachment: Attachment) -> Blob:
    """Return the attachment's file with the organisation's signature field at the top right of its first page."""
    with files.open_blob(attachment.blob) as plain:
        content = pdf.add_form_fields(plain.read(), [APPENDIX_PLACE])
    return files.store(source=content, name=attachment.name, limit=LIMIT, kind=Kind.PDF)


def keep_attachment_seal(session: Session) -> None:
    """Store an attachment's signed file; inside the session's transaction."""
    document_id = Attachment.objects.values_list("document_id", flat=True).get(pk=session.owner_id)
    # Lock the document first, as everywhere, to avoid a deadlock with its own seal.
    Document.objects.select_for_update(of=("self",)).get(pk=document_id)
    issuing = Issuing.objects.select_for_update(of=("self",)).get(pk=document_id)
    fresh = Attachment.objects.select_for_update(of=("self",)).select_related("document").get(pk=session.owner_id)
    if fresh.signed_id is not None or issuing.state not in rules.UNDER_WAY:
        raise Refused(Problem("document_sealed", _("This document bears its seal already.")))
    _require_chosen(issuing, session)
    fresh.signed = session.signed
    fresh.save(update_fields=["signed"])
    Signature.objects.create(
        document=fresh.document,
        attachment=fresh,
        certificate=session.certificate,
        by=session.user,
        blob=signed_blob(session),
        made_at=clock.now(),
    )
    if session.certificate.way != Way.TOKEN:
        ADVANCE_TASK.enqueue_on_commit(fresh.document_id)


@transaction.atomic
def _issue(document_id: UUID) -> None:
    """Issue the document: its public page, deliveries and figures in one transaction, once."""
    fresh = (
        Document.objects.select_for_update(of=("self",)).select_related("unit", "public", "final").get(pk=document_id)
    )
    issuing = Issuing.objects.select_for_update(of=("self",)).select_related("asked_by").get(pk=document_id)
    # Issue only after all attachments are sealed.
    if issuing.state != IssuingState.SEALED or fresh.attachments.filter(signed=None).exists():
        return
    now, today = clock.now(), clock.today()
    fresh.state, fresh.issued_at, fresh.issued_on, fresh.issued_by = DocumentState.ISSUED, now, today, issuing.asked_by
    _save(fresh, "state", "issued_at", "issued_on", "issued_by")
    fresh.deliveries.filter(sent_at=None).update(sent_at=clock.business_now())
    if fresh.public is not None and fresh.final is not None:
        public.publish_file(
            actor=issuing.asked_by,
            public_file=fresh.public,
            blob=fresh.final,
            issuer=letterhead_values(fresh.unit, fresh.dated or today).issuer,
            number=fresh.notation,
            title=fresh.summary,
            dated=fresh.dated,
            signer=fresh.mandate.user.display_name if fresh.mandate is not None else "",
            is_open=issuing.is_public,
        )
    issuing.state, issuing.problem = IssuingState.ISSUED, ""
    issuing.save(update_fields=["state", "problem"])
    record(actor=issuing.asked_by, action="documents.issue", obj=fresh, unit=fresh.unit_id, changed=["state"])
    # What listens to an issue locks its own rows, which come before those of files.
    facts = [*families.facts_of(fresh), *facts_on_issue(actor=issuing.asked_by, document=fresh)]
    if fresh.final is not None:
        # A signed original is immutable, and its text is searchable.
        files.keep_for_good(blob=fresh.final)
        files.ask_text(blob=fresh.final)
    # Counted in one call, because the ledger's locks are the last ones.
    ledger.count_many(facts)


def resume_stalled() -> int:
    """Enqueue issuings that no worker seems to work on; return how many.

    Refused ones have no attempts left; ones that wait for the store have. One that failed repeatedly waits for a person.
    """
    now = clock.now()
    stalled = Issuing.objects.filter(
        Q(problem="") | Q(attempts__lt=rules.MOST_ATTEMPTS),
        state__in=rules.UNDER_WAY,
        stepped_at__lt=now - rules.STALLED_AFTER,
    )
    unsigned_attachments = Attachment.objects.filter(document=OuterRef("pk"), signed=None)
    # A worker cannot sign on the clerk's machine.
    needs_clerk = Q(certificate__in=Certificate.objects.exclude(way=Way.TOKEN))
    woken_count = 0
    for issuing in stalled.exclude(needs_clerk & (Q(state=IssuingState.NUMBERED) | Exists(unsigned_attachments))):
        if issuing.attempts >= rules.MOST_ATTEMPTS:
            logger.warning("issuing %s given up", issuing.pk)
            message = _("Sealing did not succeed. Try again; if it fails again, tell the administrator.")
            stalled.filter(pk=issuing.pk).update(problem=message[:300])
            continue
        with transaction.atomic():
            # Marked as taken, so that the next run does not enqueue it again before it has begun.
            if stalled.filter(pk=issuing.pk, stepped_at=issuing.stepped_at).update(stepped_at=now):
                ADVANCE_TASK.enqueue_on_commit(issuing.pk)
                woken_count += 1
    return woken_count


@transaction.atomic
def try_again(*, actor: User, document: Document) -> Issuing:
    """Resume issuing after a refusal or failure; number and day stay. The person who resumes it seals."""
    issuing = Issuing.objects.select_for_update(of=("self",)).get(pk=document.pk)
    policy.ISSUE.require(actor, document)
    if issuing.state in rules.UNDER_WAY:
        issuing.problem, issuing.attempts, issuing.asked_by = "", 0, actor
        issuing.save(update_fields=["problem", "attempts", "asked_by"])
        record(actor=actor, action="documents.seal", obj=document, unit=document.unit_id)
        ADVANCE_TASK.enqueue_on_commit(document.pk)
    return issuing


@transaction.atomic
def choose_certificate(*, actor: User, document: Document, certificate: Certificate) -> Issuing:
    """Choose another certificate of the unit to seal with, where the first one cannot be used any more."""
    fresh = Document.objects.select_related("unit").get(pk=document.pk)
    issuing = Issuing.objects.select_for_update(of=("self",)).get(pk=document.pk)
    policy.ISSUE.require(actor, fresh)
    refuse(rules.reseal_problem(issuing.state))
    _require_seal(actor, fresh, certificate)
    owners = [(target.kind, target.id) for target in unsealed_files(issuing)]
    signing.withdraw_signatures(actor=actor, owners=owners, field=ORGANISATION)
    issuing.certificate, issuing.problem, issuing.attempts, issuing.asked_by = certificate, "", 0, actor
    issuing.save(update_fields=["certificate", "problem", "attempts", "asked_by"])
    record(actor=actor, action="documents.choose_certificate", obj=fresh, unit=fresh.unit_id, changed=["certificate"])
    ADVANCE_TASK.enqueue_on_commit(document.pk)
    return issuing


def _save(document: Document, *fields: str) -> None:
    document.changed_at = clock.now()
    document.save(update_fields=[*fields, "changed_at"])
