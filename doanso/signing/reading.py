"""Parsing and describing certificates, and building their path to a trusted authority."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from asn1crypto import core
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from cryptography.x509.oid import NameOID
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused

LARGEST = 64 << 10
MOST = 12
# Longest path from a certificate to a root, more than any Vietnamese authority needs.
DEEPEST = 6


@dataclass(frozen=True)
class TrustedAuthority:
    """A trusted authority for path building: its certificate, its revocation list, and whether it has legal force."""

    der: bytes
    is_anchor: bool
    legal_force: bool
    # Its newest revocation list.
    revocation_list: bytes | None = None


@dataclass(frozen=True)
class TrustPath:
    """The certificates between a signer's and a root, and whether signatures under that root have legal force."""

    between: tuple[bytes, ...]
    legal_force: bool
    root: bytes
    revocation_lists: tuple[bytes, ...] = ()


def read_certificates(content: bytes) -> list[x509.Certificate]:
    """Return the certificates of a .cer, .crt, .pem or .p7b file; raise `Refused` where it is none."""
    problem = Problem(
        "not_a_certificate", _("This file holds no certificate. Export the certificate as .cer or .p7b."), "file"
    )
    if not content or len(content) > LARGEST:
        raise Refused(problem)
    if b"PRIVATE KEY" in content:
        message = _("This file holds a private key, which must never leave its device. Export the certificate alone.")
        raise Refused(Problem("private_key", message, "file"))
    for load in _LOADERS:
        try:
            certificates = list(load(content))
        except (ValueError, TypeError, UnsupportedAlgorithm):
            continue
        if 0 < len(certificates) <= MOST:
            return certificates
    raise Refused(problem)


_LOADERS = (
    x509.load_pem_x509_certificates,
    lambda content: [x509.load_der_x509_certificate(content)],
    pkcs7.load_pem_pkcs7_certificates,
    pkcs7.load_der_pkcs7_certificates,
)


def load(der: bytes | memoryview) -> x509.Certificate:
    """Parse the DER of a certificate that was validated before."""
    return x509.load_der_x509_certificate(bytes(der))


def signer_among(certificates: Sequence[x509.Certificate]) -> x509.Certificate:
    """Return the certificate that issued none of the others."""
    issuers = {certificate.issuer for certificate in certificates}
    leaves = [certificate for certificate in certificates if certificate.subject not in issuers]
    if len(leaves) != 1:
        message = _("This file holds more than one signer's certificate. Export the one you sign with alone.")
        raise Refused(Problem("many_certificates", message, "file"))
    return leaves[0]


def common_name(certificate: x509.Certificate) -> str:
    """Return the common name of a certificate's subject."""
    return _first(certificate, NameOID.COMMON_NAME)


def organisation(certificate: x509.Certificate) -> str:
    """Return the organisation in a certificate's subject."""
    return _first(certificate, NameOID.ORGANIZATION_NAME)


def common_name_of(name: x509.Name) -> str:
    """Return the common name in a distinguished name, or its best substitute."""
    attributes = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(attributes[0].value) if attributes else name_line(name)


def _first(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    attributes = certificate.subject.get_attributes_for_oid(oid)
    return str(attributes[0].value) if attributes else ""


def name_line(name: x509.Name) -> str:
    """Return a name in one line, the most specific part first."""
    return name.rfc4514_string()[:300]


def fingerprint(certificate: x509.Certificate) -> str:
    """Return the SHA-256 of the certificate, in hexadecimal."""
    return certificate.fingerprint(hashes.SHA256()).hex()


def as_der(certificate: x509.Certificate) -> bytes:
    """Return the certificate as bytes."""
    return certificate.public_bytes(Encoding.DER)


def split_chain(chain: bytes | memoryview) -> tuple[bytes, ...]:
    """Split concatenated DER certificates."""
    rest, parts = bytes(chain), []
    while rest:
        size = core.Sequence.load(rest, strict=False)
        length = len(size.dump())
        parts.append(rest[:length])
        rest = rest[length:]
    return tuple(parts)


def require_usable_for_signing(certificate: x509.Certificate, moment: datetime) -> None:
    """Raise `Refused` for a certificate that cannot sign now: not valid, weak, an authority's, or for other uses."""
    if moment < certificate.not_valid_before_utc:
        raise Refused(Problem("certificate_early", _("This certificate is not valid yet."), "file"))
    if certificate.not_valid_after_utc <= moment:
        raise Refused(Problem("certificate_expired", _("This certificate has expired. Add the new one."), "file"))
    key = certificate.public_key()
    strong = (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048) or (
        isinstance(key, ec.EllipticCurvePublicKey) and key.curve.key_size >= 256
    )
    if not strong:
        raise Refused(
            Problem("certificate_weak", _("This certificate's key is too weak or of an unknown kind."), "file")
        )
    if _is_authority(certificate) or not _may_sign(certificate):
        message = _("This certificate is not made for signing documents. Choose the one for digital signatures.")
        raise Refused(Problem("certificate_use", message, "file"))


def _may_sign(certificate: x509.Certificate) -> bool:
    try:
        use = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return use.digital_signature or use.content_commitment


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def find_trust_path(
    certificate: x509.Certificate,
    others: Iterable[x509.Certificate],
    trusted: Iterable[TrustedAuthority],
    moment: datetime,
) -> TrustPath:
    """Return the checked path to a trusted root; raise `Refused` where there is none or a certificate was revoked."""
    known_authorities = [(x509.load_der_x509_certificate(candidate.der), candidate) for candidate in trusted]
    candidates = [(candidate, None) for candidate in others]
    step = certificate
    between: list[bytes] = []
    lists: list[bytes] = []
    for _depth in range(DEEPEST):
        next_step = _issuer(step, [*known_authorities, *candidates], moment)
        if next_step is None:
            break
        above, authority = next_step
        if authority is not None and authority.revocation_list is not None:
            lists.append(authority.revocation_list)
            if _is_called_back(step, above, authority.revocation_list):
                message = _("This certificate was called back by its authority and cannot be used any more.")
                raise Refused(Problem("certificate_revoked", message, "file"))
        if authority is not None and authority.is_anchor:
            return TrustPath(tuple(between), authority.legal_force, as_der(above), tuple(lists))
        between.append(as_der(above))
        step = above
    message = _("This certificate does not lead to an authority that is trusted here. Ask the city office to add it.")
    raise Refused(Problem("certificate_untrusted", message, "file"))


def _issuer(
    step: x509.Certificate,
    candidates: Iterable[tuple[x509.Certificate, TrustedAuthority | None]],
    moment: datetime,
) -> tuple[x509.Certificate, TrustedAuthority | None] | None:
    for above, authority in candidates:
        if above.subject != step.issuer or not _is_authority(above) or above == step:
            continue
        if not above.not_valid_before_utc <= moment < above.not_valid_after_utc:
            continue
        try:
            step.verify_directly_issued_by(above)
        except (InvalidSignature, ValueError, TypeError):
            continue
        return above, authority
    return None


def _is_called_back(step: x509.Certificate, above: x509.Certificate, der: bytes) -> bool:
    try:
        listed = x509.load_der_x509_crl(der)
        signed = is_list_of(listed, above)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return False
    return signed and listed.get_revoked_certificate_by_serial_number(step.serial_number) is not None


def is_list_of(listed: x509.CertificateRevocationList, authority: x509.Certificate) -> bool:
    """Return whether the authority itself signed the list."""
    key = authority.public_key()
    return isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey) and listed.is_signature_valid(key)
