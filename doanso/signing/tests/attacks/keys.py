"""The bytes are whole, and it is the key, the certificate, the clock or the envelope that is not what it should be."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache

from asn1crypto import cms, core, x509
from cryptography import x509 as certificates
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from doanso.lib import clock
from doanso.signing.testca.issuing import (
    IssuedCertificate,
    issue,
    issue_authority,
    name_of,
    new_key,
    revocation_list,
    validity_period,
)
from doanso.signing.tests.attacks.making import base, pki, signed, single, trusted
from doanso.signing.tests.attacks.registry import attack
from doanso.signing.tests.attacks.wrapped import parts
from doanso.signing.verification import Trust, VerdictState

_YEAR = validity_period(days=365, since_days=30)


def enveloped(data: bytes, edit: Callable[[cms.ContentInfo], None]) -> bytes:
    """A signed file whose envelope was edited where the signature does not reach."""
    _zero, first, second, _rest = parts(data)
    held = cms.ContentInfo.load(bytes.fromhex(data[first + 1 : second - 1].decode()))
    edit(held)
    written = held.dump(force=True).hex().encode()
    return data[:first] + b"<" + written.ljust(second - first - 2, b"0") + b">" + data[second:]


def _certificate(
    *, usage: tuple[str, ...] = ("digital_signature",), purposes: list[certificates.ObjectIdentifier] | None = None,
    by: IssuedCertificate | None = None, name: str = "Nguyễn Văn An", issuer_name: certificates.Name | None = None,
    ca: bool = False, key: rsa.RSAPrivateKey | None = None,
) -> IssuedCertificate:  # fmt: skip
    """A certificate with one thing wrong about it."""
    issuer = by or pki().intermediate
    own = key or new_key("ec")
    names = ("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement",
             "key_cert_sign", "crl_sign", "encipher_only", "decipher_only")  # fmt: skip
    builder = (
        certificates.CertificateBuilder()
        .subject_name(name_of(name))
        .issuer_name(issuer_name or issuer.certificate.subject)
        .public_key(own.public_key())
        .serial_number(certificates.random_serial_number())
        .not_valid_before(_YEAR.since)
        .not_valid_after(_YEAR.until)
        .add_extension(certificates.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(
            certificates.KeyUsage(**{usage_name: usage_name in usage for usage_name in names}), critical=True
        )
    )
    if purposes is not None:
        builder = builder.add_extension(certificates.ExtendedKeyUsage(purposes), critical=False)
    return IssuedCertificate(builder.sign(issuer.key, hashes.SHA256()), own, (issuer.certificate, *issuer.above))


@attack(VerdictState.UNKNOWN, "chain_unknown")
def signed_by_a_stranger() -> bytes:
    return signed(base(), pki().stranger)


@attack(VerdictState.UNKNOWN, "chain_unknown", trust=Trust)
def signed_where_nobody_is_trusted() -> bytes:
    return single()


@attack(VerdictState.TEST, trust=lambda: trusted(legal_force=False))
def signed_under_a_test_authority() -> bytes:
    return single()


@attack(VerdictState.UNKNOWN, "authority_ended", trust=lambda: trusted(ended_at=clock.now()))
def signed_under_an_ended_authority() -> bytes:
    return single()


@attack(VerdictState.BROKEN, "expired")
def certificate_expired() -> bytes:
    return signed(base(), pki().expired)


@attack(VerdictState.BROKEN, "expired", moment=lambda: clock.now() + timedelta(days=3000))
def certificate_expired_since() -> bytes:
    return single()


@attack(VerdictState.BROKEN, "not_yet_valid")
def certificate_not_yet_valid() -> bytes:
    held = validity_period(days=400, since_days=-30)
    return signed(base(), issue(name_of("Người Mai Sau"), by=pki().intermediate, held=held, key=new_key("ec")))


@attack(VerdictState.BROKEN, "revoked")
def certificate_revoked() -> bytes:
    return signed(base(), pki().revoked)


@cache
def _silent() -> IssuedCertificate:
    return issue(name_of("Không Nói Danh Sách"), by=pki().intermediate, held=_YEAR, key=new_key("ec"))


def _list_with_silent() -> Trust:
    plain = trusted()
    return Trust(plain.authorities, (pki().root_crl, revocation_list(pki().intermediate, [_silent().serial])))


@attack(VerdictState.BROKEN, "revoked", trust=_list_with_silent)
def certificate_revoked_that_names_no_list() -> bytes:
    return signed(base(), _silent())


def _old_list() -> Trust:
    plain = trusted()
    old = revocation_list(pki().intermediate, [_silent().serial], this_update=clock.now() - timedelta(days=90))
    return Trust(plain.authorities, (pki().root_crl, old))


@attack(VerdictState.BROKEN, "revoked", trust=_old_list)
def certificate_revoked_in_a_list_that_is_out_of_date() -> bytes:
    return signed(base(), _silent())


def _intermediate_recalled() -> Trust:
    plain = trusted()
    return Trust(plain.authorities, (revocation_list(pki().root, [pki().intermediate.serial]), pki().crl))


@attack(VerdictState.BROKEN, "revoked", trust=_intermediate_recalled)
def authority_revoked() -> bytes:
    return single()


@attack(VerdictState.BROKEN, "impostor")
def authority_of_the_same_name() -> bytes:
    false = issue_authority(pki().root.certificate.subject, by=None, held=_YEAR)
    middle = issue_authority(pki().intermediate.certificate.subject, by=false, held=_YEAR)
    return signed(base(), issue(name_of("Nguyễn Văn An"), by=middle, held=_YEAR, key=new_key("ec")))


@attack(VerdictState.BROKEN, "impostor")
def certificate_that_its_issuer_did_not_sign() -> bytes:
    false = IssuedCertificate(pki().intermediate.certificate, new_key(), pki().intermediate.above)
    return signed(base(), issue(name_of("Nguyễn Văn An"), by=false, held=_YEAR, key=new_key("ec")))


@attack(VerdictState.BROKEN, "chain_broken")
def certificate_issued_by_a_mere_signer() -> bytes:
    return signed(base(), issue(name_of("Trần Thị Bình"), by=pki().an, held=_YEAR, key=new_key("ec")))


@attack(VerdictState.BROKEN, "usage")
def certificate_for_encryption() -> bytes:
    return signed(base(), _certificate(usage=("key_encipherment",)))


@attack(VerdictState.BROKEN, "usage")
def certificate_of_a_web_server() -> bytes:
    return signed(base(), _certificate(purposes=[ExtendedKeyUsageOID.SERVER_AUTH]))


@attack(VerdictState.BROKEN, "usage")
def certificate_for_time_stamps() -> bytes:
    return signed(base(), pki().tsa)


@attack(VerdictState.BROKEN, "usage")
def authority_signs_by_itself() -> bytes:
    return signed(base(), pki().intermediate)


@attack(VerdictState.BROKEN, "weak")
def key_too_short() -> bytes:
    short = rsa.generate_private_key(public_exponent=65537, key_size=1024)
    return signed(base(), _certificate(key=short))


@attack(VerdictState.BROKEN, "weak")
def digest_sha1() -> bytes:
    return _digested("sha1")


@attack(VerdictState.BROKEN, "weak")
def digest_md5() -> bytes:
    return _digested("md5")


def _digested(algorithm: str) -> bytes:
    return signed(base(), pki().an, digest=algorithm)


@attack(VerdictState.BROKEN, "envelope")
def another_certificate_put_into_the_envelope() -> bytes:
    def edit(held: cms.ContentInfo) -> None:
        other = x509.Certificate.load(pki().binh.der)
        inside = held["content"]["certificates"]
        other_certificates = [choice for choice in inside if choice.chosen.dump() != pki().an.der]
        held["content"]["certificates"] = cms.CertificateSet(
            [*other_certificates, cms.CertificateChoices(name="certificate", value=other)]
        )

    return enveloped(single(), edit)


@attack(VerdictState.BROKEN, "envelope")
def two_signers_in_one_envelope() -> bytes:
    def edit(held: cms.ContentInfo) -> None:
        signer_info = held["content"]["signer_infos"][0]
        held["content"]["signer_infos"] = cms.SignerInfos([signer_info, signer_info.copy()])

    return enveloped(single(), edit)


@attack(VerdictState.BROKEN, "envelope")
def content_inside_the_envelope() -> bytes:
    def edit(held: cms.ContentInfo) -> None:
        held["content"]["encap_content_info"] = cms.ContentInfo(
            {"content_type": "data", "content": core.OctetString(b"900.000")}
        )

    return enveloped(single(), edit)


@attack(VerdictState.BROKEN, "envelope")
def attributes_left_out() -> bytes:
    def edit(held: cms.ContentInfo) -> None:
        info = held["content"]["signer_infos"][0]
        held["content"]["signer_infos"] = cms.SignerInfos(
            [{name: info[name] for name in ("version", "sid", "digest_algorithm", "signature_algorithm", "signature")}]
        )

    return enveloped(single(), edit)


@attack(VerdictState.BROKEN, "envelope")
def unknown_words_beside_the_signature() -> bytes:
    def edit(held: cms.ContentInfo) -> None:
        info = held["content"]["signer_infos"][0]
        info["unsigned_attrs"] = cms.CMSAttributes([{"type": "1.2.3.4", "values": [core.Integer(1)]}])

    return enveloped(single(), edit)


@attack(VerdictState.BROKEN, "signature")
def signature_value_changed() -> bytes:
    def edit(held: cms.ContentInfo) -> None:
        info = held["content"]["signer_infos"][0]
        value = bytearray(info["signature"].native)
        value[10] ^= 1
        info["signature"] = bytes(value)

    return enveloped(single(), edit)


@attack(VerdictState.BROKEN, "time_broken")
def time_stamp_of_another_signature() -> bytes:
    stamped = signed(base(), pki().an, tsa=pki().tsa)
    other = signed(base(), pki().binh, tsa=pki().tsa)

    def stamp_of(data: bytes) -> cms.CMSAttributes:
        _zero, first, second, _rest = parts(data)
        held = cms.ContentInfo.load(bytes.fromhex(data[first + 1 : second - 1].decode()))
        return held["content"]["signer_infos"][0]["unsigned_attrs"]

    def edit(held: cms.ContentInfo) -> None:
        held["content"]["signer_infos"][0]["unsigned_attrs"] = stamp_of(other)

    return enveloped(stamped, edit)


@attack(VerdictState.BROKEN, "time_broken")
def time_stamp_by_a_mere_signer() -> bytes:
    return signed(base(), pki().binh, tsa=pki().an)


@attack(VerdictState.BROKEN, "expired")
def expired_certificate_with_a_strangers_time_stamp() -> bytes:
    stranger = issue(name_of("TSA lạ"), by=pki().other_root, held=_YEAR, time_stamping=True)
    return signed(base(), pki().expired, tsa=stranger, stamped_at=clock.now() - timedelta(days=20))


@attack(VerdictState.BROKEN, "revoked", trust=_list_with_silent)
def revoked_certificate_with_a_strangers_time_stamp() -> bytes:
    stranger = issue(name_of("TSA lạ"), by=pki().other_root, held=_YEAR, time_stamping=True)
    return signed(base(), _silent(), tsa=stranger, stamped_at=clock.now() - timedelta(days=20))


@attack(VerdictState.BROKEN, "revoked", trust=_list_with_silent)
def revoked_certificate_with_a_later_time_stamp() -> bytes:
    return signed(base(), _silent(), tsa=pki().tsa)


@attack(VerdictState.BROKEN, "clock", moment=lambda: clock.now() - timedelta(days=3))
def signed_in_the_future() -> bytes:
    return single()
