"""OCSP answers about certificates, accepted only from the issuer or its delegated responder.

The same rules hold for answers embedded in a file and for fetched ones.
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
"""Lifetime of an answer without nextUpdate, as many responders send, or with one in minutes."""
_STRONG = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_WORDS = {
    ocsp.OCSPCertStatus.GOOD: GOOD,
    ocsp.OCSPCertStatus.REVOKED: REVOKED,
    ocsp.OCSPCertStatus.UNKNOWN: UNKNOWN,
}
# Hash of the CertID; it only identifies the certificate, so SHA-1 suffices.
_NAMES = (hashes.SHA1, hashes.SHA256)


@dataclass(frozen=True, slots=True)
class CertificateAnswer:
    """A statement about one certificate: its status, the time of the status, and until when it is valid."""

    status: str
    since: datetime
    until: datetime
    revoked_at: datetime | None = None


def read(der: bytes) -> Answer | None:
    """Parse an OCSP answer; return None where it is unreadable or unsuccessful."""
    try:
        answer = ocsp.load_der_ocsp_response(der)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return answer if answer.response_status is ocsp.OCSPResponseStatus.SUCCESSFUL else None


def answers_about(
    answers: Iterable[Answer],
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: Sequence[x509.CertificateRevocationList] = (),
) -> list[CertificateAnswer]:
    """Return the statements about a certificate by its issuer or the issuer's delegated responder."""
    statements: list[CertificateAnswer] = []
    for answer in answers:
        try:
            if _may_answer_for(answer, issuer, lists):
                statements += [
                    _certificate_answer(single) for single in answer.responses if _is_about(single, certificate, issuer)
                ]
        except (ValueError, TypeError, UnsupportedAlgorithm, x509.DuplicateExtension):
            # A malformed answer is ignored.
            continue
    return statements


def _certificate_answer(single: ocsp.OCSPSingleResponse) -> CertificateAnswer:
    since = single.this_update_utc
    least = since + HOLDS_AT_LEAST
    return CertificateAnswer(
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


def _may_answer_for(answer: Answer, issuer: x509.Certificate, lists: Sequence[x509.CertificateRevocationList]) -> bool:
    """Return whether the issuer or its delegated responder signed the answer."""
    if _is_signed_by(answer, issuer):
        return True
    return any(
        _is_delegated_responder(certificate, issuer, answer.produced_at_utc, lists)
        and _is_signed_by(answer, certificate)
        for certificate in answer.certificates
    )


def _is_delegated_responder(
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
    # The caller passes only lists that the issuer signed.
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
