"""OCSP requests about a certificate and those above it, sent by `egress`.

An address is taken only from a certificate that a trusted authority issued, so a signer cannot choose it. Without a valid answer
the signature is made nevertheless, and the session records it.
"""

import hashlib
import logging
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp
from cryptography.x509.oid import AuthorityInformationAccessOID
from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.signing import egress, reading
from doanso.signing.verification import answers

_CLOCKS_DIFFER = timedelta(minutes=5)
# Lifetime of a cached answer, so that a run of many files asks once.
_KEPT_SECONDS = 300
# A responder that does not answer is skipped for a while, so that not every signature waits for it.
_SILENT_SECONDS = 60
_MOST_ADDRESSES = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CertificateStatus:
    """The OCSP answers (DER) about a certificate and those above it, and whether any is missing."""

    answers: tuple[bytes, ...] = ()
    unanswered: bool = False


def ask_status(certificate: bytes | memoryview, trust_path: reading.TrustPath, now: datetime) -> CertificateStatus:
    """Request the status of a certificate under a trusted authority and of its intermediates; raise `Refused` if one
    was revoked.

    Must not run inside a transaction.
    """
    path = [reading.load(subject) for subject in (bytes(certificate), *trust_path.between, trust_path.root)]
    answer_ders: list[bytes] = []
    unanswered = False
    for subject, issuer in pairwise(path):
        addresses = _addresses(subject) if settings.SIGNING_OCSP["ask"] else []
        if not addresses:
            continue
        der = _answer(subject, issuer, addresses, _lists_of(issuer, trust_path), now)
        if der is None:
            unanswered = True
        else:
            answer_ders.append(der)
    return CertificateStatus(tuple(answer_ders), unanswered)


def _addresses(certificate: x509.Certificate) -> list[str]:
    """Return the addresses of responders in the certificate."""
    try:
        named = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return []
    return [
        description.access_location.value
        for description in named
        if description.access_method == AuthorityInformationAccessOID.OCSP
        and isinstance(description.access_location, x509.UniformResourceIdentifier)
    ][:_MOST_ADDRESSES]


def _lists_of(issuer: x509.Certificate, trust_path: reading.TrustPath) -> list[x509.CertificateRevocationList]:
    lists = [x509.load_der_x509_crl(entry) for entry in trust_path.revocation_lists]
    return [entry for entry in lists if reading.is_list_of(entry, issuer)]


def _answer(
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    addresses: Sequence[str],
    lists: Sequence[x509.CertificateRevocationList],
    now: datetime,
) -> bytes | None:
    name = hashlib.sha256(reading.as_der(certificate) + reading.as_der(issuer)).hexdigest()
    key = f"signing.answer.{name}"
    cached = cache.get(key)
    if cached is not None and (cached == b"" or _holds(cached, certificate, issuer, lists, now)):
        return cached or None
    for address in addresses:
        try:
            der = _ask(address, certificate, issuer)
        except (egress.Unreachable, ValueError) as error:
            log.warning("no answer about a certificate: %s", error)
            continue
        if _holds(der, certificate, issuer, lists, now):
            cache.set(key, der, _KEPT_SECONDS)
            return der
        log.warning("no usable answer about a certificate from %s", address)
    cache.set(key, b"", _SILENT_SECONDS)
    return None


def _ask(address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    nonce = secrets.token_bytes(16)
    # SHA-1 only identifies the certificate, as every responder supports; no security depends on it.
    question = (
        ocsp.OCSPRequestBuilder()
        .add_certificate(certificate, issuer, hashes.SHA1())  # noqa: S303
        .add_extension(x509.OCSPNonce(nonce), critical=False)
        .build()
    )
    der = egress.ask_responder(address, question.public_bytes(Encoding.DER))
    answer = answers.read(der)
    if answer is None:
        raise ValueError("no answer in it")
    try:
        answered_nonce = answer.extensions.get_extension_for_class(x509.OCSPNonce).value.nonce
    except x509.ExtensionNotFound:
        # Many responders send pre-produced answers, so freshness is judged by the answer's own times.
        return der
    except (x509.DuplicateExtension, UnsupportedAlgorithm) as error:
        raise ValueError("an answer that cannot be read") from error
    if answered_nonce != nonce:
        raise ValueError("the answer to another question")
    return der


def _holds(
    der: bytes,
    certificate: x509.Certificate,
    issuer: x509.Certificate,
    lists: Sequence[x509.CertificateRevocationList],
    now: datetime,
) -> bool:
    """Return whether a valid answer says that the certificate is good now; raise `Refused` where it says revoked."""
    answer = answers.read(der)
    statements = answers.answers_about([answer], certificate, issuer, lists) if answer is not None else []
    if any(statement.status == answers.REVOKED for statement in statements):
        message = _("This certificate was called back by its authority and cannot be used any more.")
        raise Refused(Problem("certificate_revoked", message, "file"))
    fresh = [
        statement for statement in statements if statement.since <= now + _CLOCKS_DIFFER and statement.until >= now
    ]
    return bool(fresh) and all(statement.status == answers.GOOD for statement in statements)
