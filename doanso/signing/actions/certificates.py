"""Actions on certificates for signing: previewing and adding them, setting their image, ending their use."""

import secrets
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.vietnamese import fold
from doanso.signing import images, policy, reading, token
from doanso.signing.models import Certificate, SignerKind, Way
from doanso.signing.pdf import checking
from doanso.signing.queries.certificates import trusted_authorities
from doanso.units.models import Unit
from doanso.units.queries import all_names

# Prefix of the random challenge: no signed attributes begin with it, and nothing else is signed with it.
_PROOF = b"doanso: is this key here? "


@dataclass(frozen=True, slots=True)
class CertificatePreview:
    """The contents of a certificate file, and whether its subject is the person or unit it is meant for."""

    certificate: x509.Certificate
    trust_path: reading.TrustPath
    name: str
    body: str
    fits: bool


def look_at(
    *, content: bytes, kind: str, user: User | None, unit: Unit, now: datetime | None = None
) -> CertificatePreview:
    """Read a certificate file; raise `Refused` when it cannot sign or leads to no trusted authority."""
    now = now or clock.now()
    certificates = reading.read_certificates(content)
    own = reading.signer_among(certificates)
    reading.require_usable_for_signing(own, now)
    trust_path = reading.find_trust_path(
        own, [candidate for candidate in certificates if candidate is not own], trusted_authorities(now), now
    )
    name, body = reading.common_name(own), reading.organisation(own)
    expected = (
        {fold(user.display_name)} if user is not None else {fold(candidate.name) for candidate in all_names(unit)}
    )
    subject_names = {fold(name)} if kind == SignerKind.PERSON else {fold(name), fold(body)}
    return CertificatePreview(own, trust_path, name, body, bool(expected & subject_names))


def add_certificate(
    *,
    actor: User,
    kind: str,
    unit: Unit,
    way: str,
    content: bytes,
    is_theirs: bool = False,
    token_label: str = "",
    key_label: str = "",
) -> Certificate:
    """Put a certificate into use: the actor's own, or a unit's by the keeper of its certificates.

    If its subject differs from the person's or unit's name, `is_theirs` confirms that the actor has checked that it belongs to
    them; it signs nothing before a second person has confirmed the same (`confirm_certificate`).
    """
    user = actor if kind == SignerKind.PERSON else None
    _require_keeper(actor, kind, unit)
    _require_way(kind, way, token_label, key_label)
    now = clock.now()
    preview = look_at(content=content, kind=kind, user=user, unit=unit, now=now)
    _require_subject(preview, kind, unit, is_theirs=is_theirs)
    own = preview.certificate
    if way == Way.TOKEN:
        _require_key(reading.as_der(own), token_label, key_label)
    try:
        with transaction.atomic():
            certificate = Certificate.objects.create(
                kind=kind,
                user=user,
                unit=unit,
                way=way,
                der=reading.as_der(own),
                chain=b"".join(preview.trust_path.between),
                fingerprint=reading.fingerprint(own),
                subject=reading.name_line(own.subject),
                issuer=reading.name_line(own.issuer),
                serial=f"{own.serial_number:x}"[:80],
                not_before=own.not_valid_before_utc,
                not_after=own.not_valid_after_utc,
                token_label=token_label if way == Way.TOKEN else "",
                key_label=key_label if way == Way.TOKEN else "",
                added_by=actor,
                added_at=now,
                name_differs=not preview.fits,
                trial_due=way == Way.UPLOAD,
            )
            record(actor=actor, action="signing.add_certificate", obj=certificate, unit=unit)
    except IntegrityError as twice:
        message = _("This certificate is in use already.")
        raise Refused(Problem("certificate_twice", message, "file")) from twice
    return certificate


def _require_way(kind: str, way: str, token_label: str, key_label: str) -> None:
    """Refuse a person's key on the server, and a key there without its names."""
    if kind == SignerKind.PERSON and way == Way.TOKEN:
        message = _("A person's key is never on the server. Choose one of the other ways.")
        raise Refused(Problem("person_on_server", message, "way"))
    if way == Way.TOKEN and not (token_label and key_label):
        raise Refused(Problem("token_labels", _("Say on which device the key is, and its name there."), "token_label"))


def _require_subject(preview: CertificatePreview, kind: str, unit: Unit, *, is_theirs: bool) -> None:
    """Refuse a unit's certificate as a person's, and one that names somebody else, unless the actor says it is the right one."""
    if kind == SignerKind.PERSON and fold(preview.name) in {fold(unit_name.name) for unit_name in all_names(unit)}:
        # A certificate for a person cannot be confirmed as a unit's.
        message = _("This certificate is that of “%(name)s” and not a person's. Choose “%(kind)s”.")
        values = {"name": preview.name, "kind": SignerKind.ORGANISATION.label}
        raise Refused(Problem("certificate_of_unit", message % values, "kind"))
    if not preview.fits and not is_theirs:
        message = _("The certificate names “%(name)s”. Confirm below that it is the right one.")
        raise Refused(Problem("subject_differs", message % {"name": preview.name}, "is_theirs"))


def _require_key(certificate: bytes, token_label: str, key_label: str) -> None:
    """Check that the named key on the server's token belongs to this certificate, before the key's name is stored.

    A token that does not answer now does not prevent storing it.
    """
    proof = _PROOF + secrets.token_bytes(32)
    try:
        signature = token.sign(token_label=token_label, key_label=key_label, data=proof)
    except Refused as refused:
        if refused.problem.code == token.UNAVAILABLE:
            return
        raise
    if not checking.is_signature_of(certificate, proof, signature):
        message = _("The key “%(name)s” on the device belongs to another certificate. Look at the name of the key.")
        raise Refused(Problem("token_key_other", message % {"name": key_label}, "key_label"))


def _require_keeper(actor: User, kind: str, unit: Unit) -> None:
    if kind == SignerKind.PERSON:
        if not policy.KEEP.allows_anywhere(actor):
            raise PermissionDenied(policy.KEEP.name)
    else:
        policy.KEEP.require_at(actor, unit)


@transaction.atomic
def confirm_certificate(*, actor: User, certificate: Certificate) -> Certificate:
    """Confirm, as an administrator who did not put it into use, that a certificate of another name is its holder's.

    Idempotent.
    """
    policy.TRUST.require(actor, certificate)
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if actor.pk in (locked.user_id, locked.added_by_id):
        message = _("You put it into use yourself. Another administrator confirms that it is the right one.")
        raise Refused(Problem("certificate_own_word", message))
    if locked.ended_at is not None:
        raise Refused(Problem("certificate_ended", _("This certificate is out of use.")))
    if locked.awaits_confirmation:
        locked.confirmed_by, locked.confirmed_at = actor, clock.now()
        locked.save(update_fields=["confirmed_by", "confirmed_at"])
        record(actor=actor, action="signing.confirm_certificate", obj=locked, unit=locked.unit_id)
    return locked


def set_image(*, actor: User, certificate: Certificate, content: bytes, width_mm: int) -> Certificate:
    """Set the image drawn where the certificate signs. Must not run inside a transaction."""
    policy.KEEP.require(actor, certificate)
    _require_own_hand(actor, certificate)
    blob = files.store(
        source=images.reencode_image(content, width_mm=width_mm), name="image.png", limit=images.LARGEST * 2
    )
    with files.keep_with_transaction(blob):
        locked = Certificate.objects.select_for_update(of=("self",)).select_related("image").get(pk=certificate.pk)
        before, locked.image = locked.image, blob
        locked.save(update_fields=["image"])
        record(actor=actor, action="signing.set_image", obj=locked, unit=locked.unit_id)
        if before is not None:
            files.destroy_key(blob=before)
    return locked


def _require_own_hand(actor: User, certificate: Certificate) -> None:
    # A person sets the image of their own signature only.
    if certificate.kind == SignerKind.PERSON and certificate.user_id != actor.pk:
        raise PermissionDenied(policy.KEEP.name)


@transaction.atomic
def end_certificate(*, actor: User, certificate: Certificate, reason: str) -> Certificate:
    """End the use of a certificate, with a reason; its signatures stay valid. Idempotent."""
    policy.KEEP.require(actor, certificate)
    reason = " ".join(reason.split())
    if not reason:
        raise Refused(Problem("reason_missing", _("Say why this certificate goes out of use."), "reason"))
    locked = Certificate.objects.select_for_update(of=("self",)).get(pk=certificate.pk)
    if locked.ended_at is None:
        locked.ended_at, locked.end_reason = clock.now(), reason[:300]
        locked.save(update_fields=["ended_at", "end_reason"])
        record(actor=actor, action="signing.end_certificate", obj=locked, unit=locked.unit_id)
    return locked
