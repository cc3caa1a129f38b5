"""Issuing of keys and certificates for tests; they are trusted only where they are added."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

from doanso.lib import clock

NO_LEGAL_FORCE = "KHÔNG CÓ GIÁ TRỊ PHÁP LÝ"
"""Part of the subject of every certificate of the test authority."""

Key = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey


@dataclass(frozen=True)
class IssuedCertificate:
    """A certificate with its key, and the certificates above it from the nearest to the root."""

    certificate: x509.Certificate
    key: Key
    above: tuple[x509.Certificate, ...] = ()

    @property
    def der(self) -> bytes:
        """The certificate as bytes."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        """The certificate as text."""
        return self.certificate.public_bytes(Encoding.PEM)

    @property
    def key_der(self) -> bytes:
        """The private key, unencrypted (PKCS#8)."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates between it and the root as bytes, without the root."""
        return tuple(certificate.public_bytes(Encoding.DER) for certificate in self.above[:-1])

    @property
    def serial(self) -> int:
        """The certificate's number at its authority."""
        return self.certificate.serial_number

    def sign(self, data: bytes) -> bytes:
        """Return the key's signature over the SHA-256 of the data (ECDSA as DER)."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))

    def p12(self, name: str, password: str) -> bytes:
        """Return key and certificates in one PKCS#12 file under a password."""
        return pkcs12.serialize_key_and_certificates(
            name.encode(), self.key, self.certificate, self.above, BestAvailableEncryption(password.encode())
        )


def new_key(kind: str = "rsa") -> Key:
    """Generate a key: RSA of 2048 bits, or on the curve P-256."""
    if kind == "ec":
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def name_of(common: str, *, organisation: str = "", number: str = "") -> x509.Name:
    """Return a subject in the form of Vietnamese authorities: name, organisation, number, and the remark of no legal force."""
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    parts.append(x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, NO_LEGAL_FORCE))
    if number:
        parts.append(x509.NameAttribute(NameOID.USER_ID, number))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common))
    return x509.Name(parts)


@dataclass(frozen=True)
class ValidityPeriod:
    """The validity period of a certificate."""

    since: datetime
    until: datetime


def validity_period(*, days: int, since_days: int = 1) -> ValidityPeriod:
    """Return a period that began `since_days` ago and ends in `days`, which may be negative."""
    now = clock.now().replace(microsecond=0)
    return ValidityPeriod(now - timedelta(days=since_days), now + timedelta(days=days))


def _usage(*, signs_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_certificates,
        content_commitment=not signs_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs_certificates,
        crl_sign=signs_certificates,
        encipher_only=False,
        decipher_only=False,
    )


def issue_authority(
    subject: x509.Name, *, by: IssuedCertificate | None, held: ValidityPeriod, key: Key | None = None
) -> IssuedCertificate:
    """Issue a root (`by` is None) or an intermediate authority."""
    key = key or new_key()
    builder = _begin_certificate(subject, key.public_key(), by, held)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=1 if by is None else 0), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=True), critical=True)
    certificate = builder.sign(key if by is None else by.key, hashes.SHA256())
    return IssuedCertificate(certificate, key, () if by is None else (by.certificate, *by.above))


def issue(
    subject: x509.Name,
    *,
    by: IssuedCertificate,
    held: ValidityPeriod,
    key: Key | None = None,
    time_stamping: bool = False,
    crl: str = "",
    ocsp: str = "",
) -> IssuedCertificate:
    """Issue a certificate for signing or time-stamping, with its key.

    `crl` and `ocsp` are the addresses of revocation data in it.
    """
    key = key or new_key()
    builder = certify(subject, key.public_key(), by=by, held=held, time_stamping=time_stamping, crl=crl, ocsp=ocsp)
    return IssuedCertificate(builder, key, (by.certificate, *by.above))


def certify(
    subject: x509.Name,
    public: PublicKey,
    *,
    by: IssuedCertificate,
    held: ValidityPeriod,
    time_stamping: bool = False,
    crl: str = "",
    ocsp: str = "",
) -> x509.Certificate:
    """Issue a certificate for a public key whose private key stays on a token."""
    builder = _begin_certificate(subject, public, by, held)
    builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    builder = builder.add_extension(_usage(signs_certificates=False), critical=True)
    if time_stamping:
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING]), critical=True)
    else:
        use = [ExtendedKeyUsageOID.EMAIL_PROTECTION, x509.ObjectIdentifier("1.3.6.1.4.1.311.10.3.12")]
        builder = builder.add_extension(x509.ExtendedKeyUsage(use), critical=False)
    if crl:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if ocsp:
        responder = x509.AccessDescription(AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp))
        builder = builder.add_extension(x509.AuthorityInformationAccess([responder]), critical=False)
    return builder.sign(by.key, hashes.SHA256())


def _begin_certificate(
    subject: x509.Name, public: PublicKey, by: IssuedCertificate | None, held: ValidityPeriod
) -> x509.CertificateBuilder:
    above = public if by is None else by.key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if by is None else by.certificate.subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(held.since)
        .not_valid_after(held.until)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(above), critical=False)
    )


def revocation_list(
    by: IssuedCertificate,
    revoked: Iterable[int],
    *,
    this_update: datetime | None = None,
    days: int = 7,
    number: int = 1,
) -> bytes:
    """Return an authority's revocation list (DER), valid for `days`."""
    this_update = this_update or clock.now().replace(microsecond=0) - timedelta(hours=1)
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(by.certificate.subject)
        .last_update(this_update)
        .next_update(this_update + timedelta(days=days))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.public_key()), critical=False)
        .add_extension(x509.CRLNumber(number), critical=False)
    )
    for serial in revoked:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(this_update)
        entry = entry.add_extension(x509.CRLReason(x509.ReasonFlags.key_compromise), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    return builder.sign(by.key, hashes.SHA256()).public_bytes(Encoding.DER)
