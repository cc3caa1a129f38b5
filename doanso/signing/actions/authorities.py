"""Actions on trusted authorities: adding them, loading their revocation lists, ending the trust."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.signing import policy
from doanso.signing.models import Authority, AuthorityPurpose, RevocationList

LARGEST_CERTIFICATE = 64 << 10
LARGEST_LIST = 20 << 20
_CLOCKS_DIFFER = timedelta(days=1)
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_Key = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


@dataclass(frozen=True, slots=True)
class AuthorityPreview:
    """The contents of an authority's certificate, shown before it is trusted."""

    der: bytes
    name: str
    issuer: str
    fingerprint: str
    not_before: datetime
    not_after: datetime
    is_anchor: bool
    key: str


def _refuse(code: str, message: str, field: str = "file") -> Refused:
    return Refused(Problem(code, message, field))


def preview_authority(content: bytes) -> AuthorityPreview:
    """Read one authority certificate (PEM or DER); raise `Refused` with the reason when it cannot be one."""
    if len(content) > LARGEST_CERTIFICATE:
        raise _refuse("authority_too_large", _("This is no certificate: the file is too large."))
    try:
        if b"-----BEGIN CERTIFICATE-----" in content:
            certificates = x509.load_pem_x509_certificates(content)
            if len(certificates) != 1:
                raise _refuse("authority_several", _("The file holds several certificates. Add them one by one."))
            authority = certificates[0]
        else:
            authority = x509.load_der_x509_certificate(content)
        key = authority.public_key()
        usage = authority.extensions.get_extension_for_class(x509.KeyUsage).value
        is_authority = (
            authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca and usage.key_cert_sign
        )
        subject, issuer = _name(authority.subject), _name(authority.issuer)
    except (ValueError, UnsupportedAlgorithm, x509.ExtensionNotFound):
        raise _refuse(
            "authority_unreadable", _("This is no authority's certificate. Choose its .cer, .crt or .pem file.")
        ) from None
    if not is_authority:
        raise _refuse(
            "authority_signer", _("This certificate may not issue others: it is a signer's, not an authority's.")
        )
    if not isinstance(key, _Key) or (isinstance(key, rsa.RSAPublicKey) and key.key_size < 2048):
        raise _refuse("authority_weak", _("The key of this certificate is too weak to be trusted."))
    is_anchor = authority.subject == authority.issuer
    if is_anchor:
        try:
            authority.verify_directly_issued_by(authority)
        except Exception:  # noqa: BLE001 (whatever is wrong with it, it did not sign itself)
            raise _refuse(
                "authority_false", _("This certificate says that it signed itself, and it did not.")
            ) from None
    size = f"RSA {key.key_size}" if isinstance(key, rsa.RSAPublicKey) else "EC"
    return AuthorityPreview(
        authority.public_bytes(Encoding.DER), subject, issuer, authority.fingerprint(hashes.SHA256()).hex(),
        authority.not_valid_before_utc, authority.not_valid_after_utc, is_anchor, size,
    )  # fmt: skip


def _name(name: x509.Name) -> str:
    common = name.get_attributes_for_oid(x509.NameOID.COMMON_NAME)
    return str(common[0].value if common else name.rfc4514_string())[:200]


def _require(actor: User | None) -> None:
    """Check the permission to manage trust; a command on the server's own machine has no actor."""
    if actor is not None and not policy.TRUST.allows_anywhere(actor):
        raise PermissionDenied(policy.TRUST.name)


@transaction.atomic
def add_authority(*, actor: User | None, content: bytes, purpose: str, legal_force: bool) -> Authority:
    """Add a root as trusted, or an intermediate certificate below a trusted root."""
    _require(actor)
    preview = preview_authority(content)
    if purpose not in AuthorityPurpose.values:
        raise _refuse("authority_purpose", _("Say what the authority is trusted for."), "purpose")
    now = clock.now()
    if preview.not_after <= now:
        raise _refuse(
            "authority_expired", _("This certificate has run out. Ask the authority for the one that holds now.")
        )
    active = Authority.objects.select_for_update().filter(purpose=purpose, ended_at=None)
    if any(authority.fingerprint == preview.fingerprint for authority in active):
        raise _refuse("authority_there", _("This authority is trusted already."))
    if not preview.is_anchor:
        _require_issuer(preview, list(active), legal_force)
    new_authority = Authority.objects.create(
        name=preview.name, purpose=purpose, is_anchor=preview.is_anchor, legal_force=legal_force, der=preview.der,
        fingerprint=preview.fingerprint, not_before=preview.not_before, not_after=preview.not_after, added_by=actor, added_at=now,
    )  # fmt: skip
    record(actor=actor, action="signing.add_authority", obj=new_authority, note=preview.fingerprint[:16])
    return new_authority


def _require_issuer(preview: AuthorityPreview, active: list[Authority], legal_force: bool) -> None:
    authority = x509.load_der_x509_certificate(preview.der)
    for candidate in active:
        try:
            authority.verify_directly_issued_by(x509.load_der_x509_certificate(bytes(candidate.der)))
        except Exception:  # noqa: BLE001, S112 (then it is another's)
            continue
        if legal_force and not candidate.legal_force:
            raise _refuse("authority_force", _("What stands under a test authority has no legal force."), "legal_force")
        return
    message = _("It was issued by %(issuer)s, which is not trusted here. Add that one first.") % {
        "issuer": preview.issuer
    }
    raise _refuse("authority_issuer", message)


@transaction.atomic
def load_list(*, actor: User | None, authority: Authority, content: bytes) -> RevocationList:
    """Load an authority's revocation list (CRL), which must be its own, complete, and newer than the stored one."""
    _require(actor)
    locked_authority = Authority.objects.select_for_update().get(pk=authority.pk)
    if locked_authority.ended_at is not None:
        raise _refuse("authority_ended", _("This authority is not trusted any more; its lists are not needed."))
    loaded_list = _read_list(content)
    key = x509.load_der_x509_certificate(bytes(locked_authority.der)).public_key()
    issued = loaded_list.issuer == x509.load_der_x509_certificate(bytes(locked_authority.der)).subject
    if not issued or not isinstance(key, _Key) or not loaded_list.is_signature_valid(key):
        raise _refuse("list_of_another", _("This list was not issued by this authority. Nothing was changed."))
    if not isinstance(loaded_list.signature_hash_algorithm, _STRONG) and not isinstance(key, ed25519.Ed25519PublicKey):
        raise _refuse("list_weak", _("This list is signed by means that can be forged today."))
    if any(extension.oid == x509.oid.ExtensionOID.DELTA_CRL_INDICATOR for extension in loaded_list.extensions):
        raise _refuse("list_partial", _("This is only an addition to a list. Load the whole list."))
    now = clock.now()
    if loaded_list.last_update_utc > now + _CLOCKS_DIFFER:
        raise _refuse("list_future", _("This list is dated in the future. Look at the server's clock."))
    newest = locked_authority.revocation_lists.order_by("-this_update").first()
    if newest is not None and loaded_list.last_update_utc <= newest.this_update:
        raise _refuse("list_older", _("The list there is as new or newer. Nothing was changed."))
    new_list = RevocationList.objects.create(
        authority=locked_authority, der=loaded_list.public_bytes(Encoding.DER), this_update=loaded_list.last_update_utc,
        next_update=loaded_list.next_update_utc, loaded_at=now,
    )  # fmt: skip
    locked_authority.revocation_lists.exclude(pk=new_list.pk).delete()
    record(actor=actor, action="signing.load_list", obj=locked_authority, note=new_list.this_update.isoformat())
    return new_list


def _read_list(content: bytes) -> x509.CertificateRevocationList:
    if len(content) > LARGEST_LIST:
        raise _refuse("list_too_large", _("The list is larger than 20 MB."))
    try:
        if b"-----BEGIN X509 CRL-----" in content:
            return x509.load_pem_x509_crl(content)
        return x509.load_der_x509_crl(content)
    except (ValueError, UnsupportedAlgorithm):
        raise _refuse(
            "list_unreadable", _("This is no list of certificates called back. Choose the authority's .crl file.")
        ) from None


@transaction.atomic
def end_authority(*, actor: User | None, authority: Authority) -> Authority:
    """End the trust from now on; signatures proven to be older stay valid. Idempotent."""
    _require(actor)
    locked_authority = Authority.objects.select_for_update().get(pk=authority.pk)
    if locked_authority.ended_at is None:
        locked_authority.ended_at = clock.now()
        locked_authority.save(update_fields=["ended_at"])
        record(actor=actor, action="signing.end_authority", obj=locked_authority)
    return locked_authority
