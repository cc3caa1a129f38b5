"""Actions on one signature from its start to the signed file. The key stays on a token or on the signer's own machine."""

import hashlib
import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.problems import Damaged
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.signing import pdf, policy, ports, responders, token
from doanso.signing.actions.preparing import (
    finish_file,
    prepare_signature,
    read_stored_file,
    require_verified,
    trust_path_of,
)
from doanso.signing.models import Certificate, Session, SessionState, SignerKind, Way
from doanso.signing.pdf import checking, stamping
from doanso.signing.queries.sessions import secret_lookup
from doanso.signing.reading import common_name, load

LARGEST = 32 << 20
OPEN_FOR = timedelta(minutes=15)
# A signer who downloads the file, signs it in another program and uploads it needs longer.
OPEN_FOR_UPLOAD = timedelta(hours=24)
# How many of the actor's other sessions an upload is compared with, to name the one it belongs to.
MOST_COMPARED = 20


@dataclass(frozen=True, slots=True)
class SignatureStart:
    """A started signature and the secret for the signer's own machine, which is returned only here."""

    session: Session
    secret: str


def begin_signature(
    *,
    actor: User,
    owner_kind: str,
    owner_id: UUID,
    title: str,
    certificate: Certificate,
    base: Blob,
    field: str,
    fills: Mapping[str, str] | None = None,
    appendix: str = "",
    back: str = "",
    leader: Session | None = None,
) -> SignatureStart:
    """Start a signature on a file. Must not run inside a transaction, since the prepared file is stored first.

    The caller has checked who may sign the object; the owner of the certificate is checked here. `fills` are texts that are
    filled in with the signature. `appendix` is the number and symbol of the document of which the file is a separate appendix.
    `back` is the path of the page to which the signer returns. `leader` is the leading session of the run to which this one
    belongs: it needs no secret of its own.
    """
    ports.owner_of(owner_kind)
    now = clock.now()
    own = Certificate.objects.select_related("user", "unit", "image").get(pk=certificate.pk)
    _require_own(actor, own)
    _require_confirmed(own)
    _require_role(own, field)
    trust_path = trust_path_of(own, now)
    _refuse_second(actor, owner_kind, owner_id, field, now)
    certificate_status = responders.ask_status(own.der, trust_path, now)
    if base.size > LARGEST:
        message = _("This file is larger than %(limit)d MB and cannot be signed here.")
        raise Refused(Problem("too_large_to_sign", message % {"limit": LARGEST >> 20}))
    content = read_stored_file(base)
    plan: dict[str, object] = {
        "fills": dict(fills or {}),
        "appendix": appendix,
        "legal_force": trust_path.legal_force,
        "unanswered": certificate_status.unanswered,
        "back": back if back.startswith("/") and not back.startswith("//") else "",
    }
    to_sign, digest, file = b"", "", None
    if own.way == Way.UPLOAD:
        file = pdf.fill(content, fills) if fills else None
    else:
        prepared = prepare_signature(
            own, trust_path, certificate_status, content, field, fills or {}, appendix, now, (owner_kind, owner_id)
        )
        to_sign, digest, file = prepared.to_sign, prepared.digest.hex(), prepared.file
        plan |= {"start": prepared.start, "end": prepared.end, "stamps": stamping.is_set()}
    prepared_blob = files.store(source=file, name=base.name, limit=2 * LARGEST) if file is not None else None
    secret = secrets.token_urlsafe(24) if own.way == Way.AGENT and leader is None else ""
    try:
        with files.keep_with_transaction(prepared_blob):
            _close_expired(owner_kind, owner_id, field, now)
            session = Session.objects.create(
                owner_kind=owner_kind,
                owner_id=owner_id,
                title=title[:300],
                certificate=own,
                user=actor,
                field=field,
                leader=leader,
                secret_lookup=secret_lookup(secret) if secret else None,
                base=base,
                prepared=prepared_blob,
                digest=digest,
                to_sign=to_sign,
                plan=plan,
                made_at=now,
                expires_at=now + (OPEN_FOR_UPLOAD if own.way == Way.UPLOAD else OPEN_FOR),
            )
            record(actor=actor, action="signing.begin", obj=session, unit=own.unit_id)
    except IntegrityError as twice:
        raise _open_already() from twice
    return SignatureStart(session, secret)


def _open_already() -> Refused:
    message = _("Somebody is signing here already. Wait until that is done, or until it is given up.")
    return Refused(Problem("session_open", message))


def _refuse_second(actor: User, owner_kind: str, owner_id: UUID, field: str, now: datetime) -> None:
    open_session = Session.objects.filter(
        owner_kind=owner_kind, owner_id=owner_id, field=field, state=SessionState.OPEN, expires_at__gt=now
    ).first()
    if open_session is not None and open_session.user_id == actor.pk:
        message = _("You began to sign here and did not end it. Go on with that signature, or give it up.")
        raise Refused(Problem("session_open", message))
    if open_session is not None:
        raise _open_already()


def _close_expired(owner_kind: str, owner_id: UUID, field: str, now: datetime) -> None:
    rows = Session.objects.select_for_update(of=("self",)).select_related("prepared")
    for late in rows.filter(
        owner_kind=owner_kind, owner_id=owner_id, field=field, state=SessionState.OPEN, expires_at__lte=now
    ):
        late.state, late.ended_at, late.secret_lookup = SessionState.CANCELLED, now, None
        late.save(update_fields=["state", "ended_at", "secret_lookup"])
        files.destroy_keys(blobs=[late.prepared])


def _require_own(actor: User, certificate: Certificate) -> None:
    if not policy.may_sign_with(actor, certificate):
        raise PermissionDenied("signing.sign" if certificate.kind == SignerKind.PERSON else policy.SEAL.name)


def _require_confirmed(certificate: Certificate) -> None:
    if certificate.awaits_confirmation:
        message = _(
            "The certificate names “%(name)s”. An administrator who did not put it into use confirms first that it is the "
            "right one."
        )
        name = common_name(load(certificate.der))
        raise Refused(Problem("certificate_unconfirmed", message % {"name": name}, "certificate"))


def _require_role(certificate: Certificate, field: str) -> None:
    """Check that the certificate's kind is that of the field: a person's or an organisation's."""
    if field in SignerKind.values and certificate.kind != field:
        message = _("This place is for the organisation's seal. Choose a certificate of the organisation.")
        if field == SignerKind.PERSON:
            message = _("This place is for a person's signature. Choose a certificate of your own.")
        raise Refused(Problem("certificate_role", message, "certificate"))


def _require_open(session: Session, now: datetime) -> None:
    if session.state == SessionState.CANCELLED:
        raise Refused(Problem("session_cancelled", _("This signature was given up. Begin it anew.")))
    if session.expires_at <= now:
        raise Refused(Problem("session_expired", _("The time for this signature is over. Begin it anew.")))


def renew_secret(*, actor: User, session: Session) -> str:
    """Issue a new secret for the signer's own machine; the old one becomes invalid."""
    with transaction.atomic():
        rows = Session.objects.select_for_update(of=("self",)).select_related("certificate")
        locked = rows.get(pk=session.leader_id or session.pk)
        if locked.user_id != actor.pk:
            raise PermissionDenied("signing.sign")
        _require_open(locked, clock.now())
        if locked.state != SessionState.OPEN or locked.certificate.way != Way.AGENT:
            raise Refused(Problem("session_done", _("There is nothing to sign here any more.")))
        secret = secrets.token_urlsafe(24)
        locked.secret_lookup = secret_lookup(secret)
        locked.save(update_fields=["secret_lookup"])
    return secret


def complete_signature(*, session: Session, signature: bytes) -> Session:
    """Put the key's signature into the file, verify and store it, and notify the owner. Idempotent.

    Must not run inside a transaction: a time-stamp is requested and the file is stored before its rows.
    """
    fresh = Session.objects.select_related("certificate", "prepared").get(pk=session.pk)
    if fresh.state == SessionState.DONE:
        return fresh
    now = clock.now()
    _require_open(fresh, now)
    if fresh.prepared is None or not fresh.to_sign:
        raise Refused(Problem("session_upload", _("This signature is made outside and brought as a file.")))
    # The leader's signature invalidates the secret, which the others still need.
    if fresh.followers.filter(state=SessionState.OPEN, expires_at__gt=now).exists():
        raise Refused(Problem("session_not_last", _("The other files of this run are signed first.")))
    # The certificate may have been revoked or ended since the file was prepared.
    trust_path = trust_path_of(fresh.certificate, now)
    der, to_sign = bytes(fresh.certificate.der), bytes(fresh.to_sign)
    if not checking.is_signature_of(der, to_sign, signature):
        message = _("This is not the signature of the chosen certificate's key. Sign once more.")
        raise Refused(Problem("signature_wrong", message))
    try:
        content = read_stored_file(fresh.prepared)
    except (Refused, Damaged):
        # Completed or cancelled at the same moment: the prepared file no longer exists, though its row was still read.
        settled = Session.objects.select_related("certificate").get(pk=fresh.pk)
        if settled.state == SessionState.DONE:
            return settled
        _require_open(settled, now)
        raise
    prepared = pdf.Prepared(
        file=content,
        to_sign=to_sign,
        digest=bytes.fromhex(fresh.digest),
        start=fresh.plan["start"],
        end=fresh.plan["end"],
        certificate=pdf.SignerCertificate(der, trust_path.between),
    )
    file, stamped = finish_file(prepared, signature, stamps=fresh.plan["stamps"])
    checking.require_whole(file, der)
    return _keep(fresh, file, {"stamped": stamped})


def _keep(session: Session, file: bytes, plan_changes: Mapping[str, object]) -> Session:
    require_verified(file, session.field, str(plan_changes.get("field", session.field)))
    blob = files.store(source=file, name=session.base.name, limit=2 * LARGEST)
    with files.keep_with_transaction(blob):
        rows = Session.objects.select_for_update(of=("self",)).select_related("certificate__unit", "prepared", "user")
        locked = rows.get(pk=session.pk)
        if locked.state == SessionState.DONE:
            files.destroy_key(blob=blob)
            return locked
        now = clock.now()
        _require_open(locked, now)
        # The signer's role or account may have ended since the signature was begun.
        _require_own(locked.user, locked.certificate)
        locked.plan |= plan_changes
        locked.state, locked.signed, locked.ended_at, locked.secret_lookup = SessionState.DONE, blob, now, None
        locked.save(update_fields=["plan", "state", "signed", "ended_at", "secret_lookup"])
        record(actor=locked.user, action="signing.sign", obj=locked, unit=locked.certificate.unit_id)
        ports.owner_of(locked.owner_kind)(locked)
        # No second copy of a signed file remains. Last, because the owner's rows rank before files.
        files.destroy_keys(blobs=[locked.prepared])
    return locked


def sign_on_server(*, actor: User, session: Session) -> Session:
    """Sign with the organisation's key on the server's own token."""
    fresh = Session.objects.select_related("certificate").get(pk=session.pk)
    if fresh.user_id != actor.pk:
        raise PermissionDenied("signing.sign")
    _require_own(actor, fresh.certificate)
    if fresh.state == SessionState.DONE:
        return fresh
    _require_open(fresh, clock.now())
    if fresh.certificate.way != Way.TOKEN:
        raise Refused(Problem("session_other_way", _("This certificate's key is not on the server.")))
    signature = token.sign(
        token_label=fresh.certificate.token_label, key_label=fresh.certificate.key_label, data=bytes(fresh.to_sign)
    )
    return complete_signature(session=fresh, signature=signature)


def accept_upload(*, actor: User, session: Session, content: bytes) -> Session:
    """Accept a file that was signed elsewhere: exactly the downloaded bytes followed by one new signature.

    The file that completed the session may be brought again; another one is refused, since it is not kept.
    """
    fresh = Session.objects.select_related("certificate", "prepared", "base", "signed").get(pk=session.pk)
    if fresh.user_id != actor.pk:
        raise PermissionDenied("signing.sign")
    if fresh.state == SessionState.DONE:
        return _require_same(fresh, content)
    now = clock.now()
    _require_open(fresh, now)
    if fresh.certificate.way != Way.UPLOAD:
        raise Refused(Problem("session_other_way", _("This signature is not brought as a file.")))
    if len(content) > 2 * LARGEST:
        message = _("The file is larger than %(limit)d MB.")
        raise Refused(Problem("file_too_large", message % {"limit": 2 * LARGEST >> 20}, "file"))
    # Up to a day may have passed since it was started.
    certificate_status = responders.ask_status(fresh.certificate.der, trust_path_of(fresh.certificate, now), now)
    downloaded = read_stored_file(fresh.prepared or fresh.base)
    _require_not_of_another(fresh, downloaded, content)
    own_place = fresh.certificate.kind == SignerKind.PERSON
    field = checking.require_only_signed(
        downloaded, content, bytes(fresh.certificate.der), fresh.field, own_place=own_place
    )
    kept = _keep(fresh, content, {"field": field, "unanswered": certificate_status.unanswered})
    return _require_same(kept, content)


def _require_same(session: Session, content: bytes) -> Session:
    """Return a completed session; raise `Refused` if another file completed it."""
    if session.signed is None or session.signed.sha256 != hashlib.sha256(content).hexdigest():
        message = _(
            "This signature is finished already, with a file that was brought before. The file that you bring now was not "
            "taken in."
        )
        raise Refused(Problem("session_done_otherwise", message, "file"))
    return session


def _require_not_of_another(session: Session, downloaded: bytes, content: bytes) -> None:
    """Refuse the file of another session of the same person, naming that session's file."""
    if content.startswith(downloaded):
        return
    others = Session.objects.filter(
        user=session.user_id, state=SessionState.OPEN, certificate__way=Way.UPLOAD, expires_at__gt=clock.now()
    ).exclude(pk=session.pk)
    for other in others.select_related("prepared", "base").order_by("-made_at")[:MOST_COMPARED]:
        if content.startswith(read_stored_file(other.prepared or other.base)):
            message = _(
                "This is the file of another signature, of “%(title)s”. Bring the one that was downloaded here."
            )
            raise Refused(Problem("upload_other_session", message % {"title": other.title}, "file"))


@transaction.atomic
def cancel_signature(*, actor: User, session: Session) -> Session:
    """Cancel a session and its whole run, so that others can start. Completed signatures are kept."""
    leader = session.leader_id or session.pk
    rows = Session.objects.select_for_update(of=("self",)).select_related("certificate", "prepared")
    run = {run_session.pk: run_session for run_session in rows.filter(Q(pk=leader) | Q(leader=leader)).order_by("id")}
    if any(run_session.user_id != actor.pk for run_session in run.values()):
        raise PermissionDenied("signing.sign")
    _give_up([run_session for run_session in run.values() if run_session.state == SessionState.OPEN], actor)
    return run[session.pk]


@transaction.atomic
def withdraw_signatures(*, actor: User, owners: Collection[tuple[str, UUID]], field: str) -> None:
    """Cancel every open session of a field on these objects, each given by its kind and id.

    The owner of the objects has checked its own permission and locked them. A session that is being completed at the same moment
    is skipped: the owner refuses it.
    """
    by_kind: dict[str, list[UUID]] = {}
    for owner_kind, owner_id in owners:
        by_kind.setdefault(owner_kind, []).append(owner_id)
    is_theirs = Q(pk__in=[])
    for owner_kind, ids in by_kind.items():
        is_theirs |= Q(owner_kind=owner_kind, owner_id__in=ids)
    waiting = Session.objects.filter(is_theirs, field=field, state=SessionState.OPEN).order_by("pk")
    locked = waiting.select_for_update(of=("self",), skip_locked=True).select_related("certificate", "prepared")
    _give_up(list(locked), actor)


def _give_up(sessions: Sequence[Session], actor: User) -> None:
    """Cancel locked sessions, and destroy what was prepared for them in one call: files are locked in the order of their ids."""
    for session in sessions:
        session.state, session.ended_at, session.secret_lookup = SessionState.CANCELLED, clock.now(), None
        session.save(update_fields=["state", "ended_at", "secret_lookup"])
        record(actor=actor, action="signing.cancel", obj=session, unit=session.certificate.unit_id)
    files.destroy_keys(blobs=[session.prepared for session in sessions])
