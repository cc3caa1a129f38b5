"""Validation of a signer's certificate path up to a trusted authority at the relevant moment."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

from asn1crypto import crl, ocsp
from asn1crypto import x509 as asn1
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from pyhanko.pdf_utils.decode_limits import DecodePurpose
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation.dss import DocumentSecurityStore
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from doanso.signing.verification import answers
from doanso.signing.verification.answers import Answer
from doanso.signing.verification.lexer import Fault
from doanso.signing.verification.trust import Trust, TrustedCertificate

SIGNING, TIME = "signing", "time"
USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, key_usage_forbidden={"key_cert_sign", "crl_sign"}
)
_PURPOSES = frozenset(
    {"email_protection", "client_auth", "any_extended_key_usage", "microsoft_smart_card_logon", "1.3.6.1.5.5.7.3.36",
     "1.3.6.1.4.1.311.10.3.12", "microsoft_document_signing", "adobe_authentic_documents_trust"}
)  # fmt: skip
MOST_PIECES = 200


@dataclass(slots=True)
class ValidationMaterial:
    """The material of one verification: the installation's trust, and validation data inside the file."""

    trust: Trust
    authorities: list[tuple[TrustedCertificate, asn1.Certificate]] = field(default_factory=list)
    certificates: list[asn1.Certificate] = field(default_factory=list)
    lists: list[crl.CertificateList] = field(default_factory=list)
    read_lists: list[x509.CertificateRevocationList] = field(default_factory=list)
    read_answers: list[Answer] = field(default_factory=list)

    def context(self, purpose: str, moment: datetime) -> ValidationContext:
        """Return the library's validation context, without OCSP answers: an old answer would make it reject a valid path."""
        of_purpose = [(trusted, certificate) for trusted, certificate in self.authorities if trusted.purpose == purpose]
        return ValidationContext(
            trust_roots=[certificate for trusted, certificate in of_purpose if trusted.is_anchor],
            other_certs=[
                *(certificate for trusted, certificate in of_purpose if not trusted.is_anchor),
                *self.certificates,
            ],
            crls=self.lists,
            moment=moment,
            allow_fetching=False,
            revocation_mode="soft-fail",
            # Today's revocation data of an authority also counts for an earlier day.
            retroactive_revinfo=True,
        )

    def authorities_of(self, path: Iterable[asn1.Certificate], purpose: str) -> list[TrustedCertificate]:
        """Return the certificates of a path that were added by hand."""
        prints = {certificate.dump() for certificate in path}
        return [trusted for trusted, _made in self.authorities if trusted.purpose == purpose and trusted.der in prints]


def gather_material(trust: Trust, reader: PdfFileReader) -> ValidationMaterial:
    """Collect the authorities and the validation data inside the file."""
    held = ValidationMaterial(trust)
    held.authorities = [
        (authority, asn1.Certificate.load(authority.der, strict=True)) for authority in trust.authorities
    ]
    held.lists = [crl.CertificateList.load(der, strict=True) for der in trust.revocation_lists]
    try:
        store = DocumentSecurityStore.read_dss(reader)
    except NoDSSFoundError:
        store = None
    if store is not None:
        if len(store.certs) + len(store.crls) + len(store.ocsps) > MOST_PIECES:
            raise Fault("too_large")
        held.certificates = list(store.load_certs())
        held.lists += [
            crl.CertificateList.load(stream.get_object().read_data(DecodePurpose.CRL), strict=True)
            for stream in store.crls
        ]
        answer_ders = [stream.get_object().read_data(DecodePurpose.OCSP_RESPONSE) for stream in store.ocsps]
        strict = [ocsp.OCSPResponse.load(der, strict=True).dump() for der in answer_ders]
        held.read_answers = [read for der in strict if (read := answers.read(der)) is not None]
    held.read_lists = [x509.load_der_x509_crl(revocation_list.dump()) for revocation_list in held.lists]
    return held


@dataclass(frozen=True, slots=True)
class RevocationFindings:
    """The revocation status of a path: when one of its certificates was revoked, and whether the status is known."""

    revoked_at: datetime | None = None
    is_covered: bool = False


def find_revocation(held: ValidationMaterial, path: list[asn1.Certificate], moment: datetime) -> RevocationFindings:
    """Return the revocation findings of a path, from all lists and answers of each certificate's own issuer, however old.

    The library only checks certificates that name a list; here a revocation counts without that. A certificate that is revoked in
    any of them is revoked, whatever another says; only fresh data proves that none is revoked.
    """
    certificates = [x509.load_der_x509_certificate(certificate.dump()) for certificate in path]
    covered, revoked = bool(path), None
    for issuer, certificate in pairwise(certificates):
        own = [each for each in held.read_lists if each.issuer == certificate.issuer and _signed(each, issuer)]
        entries = [
            entry for each in own if (entry := each.get_revoked_certificate_by_serial_number(certificate.serial_number))
        ]
        for entry in entries:
            revoked = min(revoked or entry.revocation_date_utc, entry.revocation_date_utc)
        statements = answers.answers_about(held.read_answers, certificate, issuer, own)
        for statement in statements:
            if statement.status == answers.REVOKED:
                when = statement.revoked_at or statement.since
                revoked = min(revoked or when, when)
        covered = covered and (
            any(
                each.last_update_utc >= moment or (each.next_update_utc is not None and each.next_update_utc >= moment)
                for each in own
            )
            or any(
                statement.status == answers.GOOD and max(statement.since, statement.until) >= moment
                for statement in statements
            )
        )
    return RevocationFindings(revoked, covered and len(certificates) > 1)


def _signed(revocation_list: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    key = issuer.public_key()
    if not isinstance(key, rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey):
        return False
    return revocation_list.is_signature_valid(key)


def require_fit(certificate: asn1.Certificate) -> None:
    """Raise `Fault` for a certificate that is not meant for signing documents, or whose key is too weak."""
    if certificate.ca:
        raise Fault("usage", "ca")
    usage = certificate.key_usage_value
    if usage is None or not set(usage.native) & set(USAGE.key_usage or ()):
        raise Fault("usage")
    purposes = certificate.extended_key_usage_value
    if purposes is not None and not set(purposes.native) & _PURPOSES:
        raise Fault("usage", ", ".join(purposes.native))
    require_strong(certificate)


def require_strong(certificate: asn1.Certificate) -> None:
    """Raise `Fault` for a weak key, and for a certificate whose own signature is weak."""
    key = x509.load_der_x509_certificate(certificate.dump()).public_key()
    strong = (
        (isinstance(key, rsa.RSAPublicKey) and key.key_size >= 2048 and key.public_numbers().e >= 3)
        or (isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in ("secp256r1", "secp384r1", "secp521r1"))
        or isinstance(key, ed25519.Ed25519PublicKey)
    )
    if not strong:
        raise Fault("weak", "key")
    if certificate["signature_algorithm"]["algorithm"].native in (
        "sha1_rsa",
        "md5_rsa",
        "md2_rsa",
        "sha1_ecdsa",
        "sha1_dsa",
    ):
        raise Fault("weak", "certificate")


def is_impostor(held: ValidationMaterial, signer: asn1.Certificate, others: Iterable[asn1.Certificate]) -> bool:
    """Return whether untrusted certificates bear the name of a trusted authority."""
    names = {authority.subject.hashable: authority.public_key.sha256 for _trusted, authority in held.authorities}
    for certificate in (signer, *others):
        for name, key in ((certificate.subject, certificate.public_key.sha256), (certificate.issuer, None)):
            if name.hashable in names and names[name.hashable] != key:
                return True
    return False


def require_whole(held: ValidationMaterial, inside: list[asn1.Certificate], is_known: bool) -> None:
    """Raise `Fault` for an envelope with a certificate that its issuer, also in the envelope, did not sign.

    A certificate without its issuer is accepted only where the signer's own path is untrusted as well.
    """
    available = [*inside, *held.certificates, *(certificate for _trusted, certificate in held.authorities)]
    by_name: dict[str, list[asn1.Certificate]] = {}
    for certificate in available:
        by_name.setdefault(certificate.subject.hashable, []).append(certificate)
    for certificate in inside:
        issuers = by_name.get(certificate.issuer.hashable, [])
        if (issuers or is_known) and not any(_issued(certificate, issuer) for issuer in issuers):
            raise Fault("impostor", certificate.issuer.human_friendly[:120])


def _issued(certificate: asn1.Certificate, issuer: asn1.Certificate) -> bool:
    child, parent = (x509.load_der_x509_certificate(candidate.dump()) for candidate in (certificate, issuer))
    try:
        child.verify_directly_issued_by(parent)
    except Exception:  # noqa: BLE001 (whatever is wrong with it, it did not issue that)
        return False
    return True


def subject_of(certificate: asn1.Certificate) -> dict[str, str]:
    """Return name, organisation and office of a certificate's subject and, if the subject tells it, the kind of signer."""
    subject: dict[str, Any] = certificate.subject.native

    def first_of(*names: str) -> str:
        for name in names:
            held = subject.get(name)
            held = held[0] if isinstance(held, list) and held else held
            if held:
                return str(held)[:200]
        return ""

    number = first_of("user_id", "serial_number", "organization_identifier").upper()
    kind = ""
    if number.startswith(("MST", "MNS", "VATVN", "NTRVN")):
        kind = "organisation"
    elif number.startswith(("CCCD", "CMND", "HC", "PNOVN", "IDCVN")) or first_of("surname", "given_name"):
        kind = "person"
    return {
        "signer": first_of("common_name", "organization_name") or certificate.subject.human_friendly[:200],
        "organisation": first_of("organization_name"),
        "office": first_of("title") or first_of("organizational_unit_name"),
        "kind": kind,
        "issuer": str(certificate.issuer.native.get("common_name") or certificate.issuer.human_friendly)[:200],
    }
