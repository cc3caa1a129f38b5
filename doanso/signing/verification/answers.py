"""What an authority answered when it was asked about one certificate (OCSP); believed only where the authority says it.

Used for answers that lie in a file, and for those that were just fetched: one rule for both.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.x509 import ocsp
from cryptography.x509.oid import ExtendedKeyUsageOID

Answer = ocsp.OCSPResponse
GOOD, REVOKED, UNKNOWN = "good", "revoked", "unknown"
HOLDS_AT_LEAST = timedelta(hours=1)
"""An answer that says nothing about when a newer one comes, as many responders do, or comes in minutes."""
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_WORDS = {
    ocsp.OCSPCertStatus.GOOD: GOOD,
    ocsp.OCSPCertStatus.REVOKED: REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: UNKNOWN,
}
# How a certificate is named in question and answer; it only names, so SHA-1 does.
_NAMES = (hashes.SHA1, hashes.SHA256)


@dataclass(frozen=True, slots=True)
class Said:
    """What was said of one certificate: how it stands, since when that was known, and until when it may be relied on."""

    status: str
    since: datetime
    until: datetime
    revoked_at: datetime | None = None


def read(der: bytes) -> Answer | None:
    """An answer; none where it cannot be read or says that nothing was answered."""
    try:
        answer = ocsp.load_der_ocsp_response(der)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return answer if answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else None


def said_of(
    answers: Iterable[Answer],
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: Sequence[x509.CertificateRevocationList] = (),
) -> list[Said]:
    """All that the certificate's own issuer, or whom it made its speaker, says of it in these answers."""
    statements: list[Said] = []
    for answer in answers:
        try:
            if _speaks_for(answer, issuer, lists):
                statements += [_said(single) for single in answer.responses if _is_about(single, certificate, issuer)]
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension):
            # Whatever it is, it is not an answer that can be relied on.
            continue
    return statements


def _said(single: ocsp.OCSPSingleResponse) -> Said:
    since = single.this_update_utc
    least = since + HOLDS_AT_LEAST
    return Said(
        _WORDS[single.certificate_status],
        since,
        max(least, single.next_update_utc) if single.next_update_utc is not None else least,
        single.revocation_time_utc,
    )


def _is_about(single: ocsp.OCSPSingleResponse, certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    if not isinstance(single.hash_algorithm, _NAMES):
        return False
    request = ocsp.OCSPRequestBuilder().add_certificate(certificate, issuer, single.hash_algorithm).build()
    return (single.serial_number, single.issuer_name_hash, single.issuer_key_hash) == (
        request.serial_number,
        request.issuer_name_hash,
        request.issuer_key_hash,
    )


def _speaks_for(answer: Answer, issuer: x509.Certificate, lists: Sequence[x509.CertificateRevocationList]) -> bool:
    """Whether the issuer itself signed the answer, or somebody whose certificate it made for just that."""
    if _is_signed_by(answer, issuer):
        return True
    return any(
        _is_speaker(certificate, issuer, answer.produced_at_utc, lists) and _is_signed_by(answer, certificate)
        for certificate in answer.certificates
    )


def _is_speaker(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    produced_at: datetime,
    lists: Sequence[x509.CertificateRevocationList],
) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except (InvalidSignature, ValueError, TypeError, x509.ExtensionNotFound):
        return False
    if ExtendedKeyUsageOID.OCSP_SIGNING not in purposes:
        return False
    if not certificate.not_valid_before_utc <= produced_at <= certificate.not_valid_after_utc:
        return False
    if not isinstance(certificate.signature_hash_algorithm, _STRONG) and not isinstance(
        issuer.public_key(), ed25519.Ed25519PublicKey
    ):
        return False
    # Lists are those that the issuer signed; whoever asks has seen to it.
    return not any(
        revocation_list.get_revoked_certificate_by_serial_number(certificate.serial_number) for revocation_list in lists
    )


def _is_signed_by(answer: Answer, by: x509.Certificate) -> bool:
    key, algorithm = by.public_key(), answer.signature_hash_algorithm
    try:
        if isinstance(key, ed25519.Ed25519PublicKey):
            key.verify(answer.signature, answer.tbs_response_bytes)
        elif not isinstance(algorithm, _STRONG):
            return False
        elif isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048:
            key.verify(answer.signature, answer.tbs_response_bytes, padding.PKCS1v15(), algorithm)
        elif isinstance(key, ec.EllipticCurvePublicKey) and key.key_size >= 256:
            key.verify(answer.signature, answer.tbs_response_bytes, ec.ECDSA(algorithm))
        else:
            return False
    except InvalidSignature:
        return False
    return True
