"""What the authorities say of a certificate at this moment (OCSP), asked through the one door to the outside.

An address is taken only from a certificate that an authority of this installation issued: who signs cannot send us anywhere.
Where nobody gives a right answer the signature stands with what there is, and the session says so.
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
# Of one certificate, so that a run of many files asks once; then its authority is asked anew.
_KEPT_SECONDS = 300
# Who does not answer is left alone for a while, so that each signature need not wait for it.
_SILENT_SECONDS = 60
_MOST_ADDRESSES = 2

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """The answers (DER) by which a certificate and those above it stand, and whether somebody who should answer did not."""

    answers: tuple[bytes, ...] = ()
    unanswered: bool = False


def standing_of(certificate: bytes | memoryview, trust_path: reading.Way, now: datetime) -> Standing:
    """Ask about a certificate that leads to a trusted authority, and about those between; refused where one was called back.

    Not inside a transaction.
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
    return Standing(tuple(answer_ders), unanswered)


def _addresses(certificate: x509.Certificate) -> list[str]:
    """The responders that the certificate's issuer wrote into it."""
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


def _lists_of(issuer: x509.Certificate, trust_path: reading.Way) -> list[x509.CertificateRevocationList]:
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
            der = _asked(address, certificate, issuer)
        except (egress.Unreachable, ValueError) as error:
            log.warning("no answer about a certificate: %s", error)
            continue
        if _holds(der, certificate, issuer, lists, now):
            cache.set(key, der, _KEPT_SECONDS)
            return der
        log.warning("no usable answer about a certificate from %s", address)
    cache.set(key, b"", _SILENT_SECONDS)
    return None


def _asked(address: str, certificate: x509.Certificate, issuer: x509.Certificate) -> bytes:
    nonce = secrets.token_bytes(16)
    # SHA-1 names the certificate, as every responder knows; nothing is proven by it.
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
        # Many answer everybody with one answer that was made before; its own times say whether it is new enough.
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
    """Whether a right answer says that the certificate stands now; refused where it says that it was called back."""
    answer = answers.read(der)
    statements = answers.said_of([answer], certificate, issuer, lists) if answer is not None else []
    if any(statement.status == answers.REVOKED for statement in statements):
        message = _("This certificate was called back by its authority and cannot be used any more.")
        raise Refused(Problem("certificate_revoked", message, "file"))
    fresh = [
        statement for statement in statements if statement.since <= now + _CLOCKS_DIFFER and statement.until >= now
    ]
    return bool(fresh) and all(statement.status == answers.GOOD for statement in statements)
