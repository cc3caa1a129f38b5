"""Authorities, certificates and signed files for the tests of signing; made once per run.

    root ── intermediate ┬ an (RSA), binh (P-256): persons          other_root ── stranger: nobody trusts it
                         ├ city, ward: organisations (RSA, P-256)
                         ├ expired, revoked: persons
                         └ tsa: time-stamps

`pki()` has them all; `trust()` writes the rows that make them trusted here; `signed_pdf()` is a paper that a person and
then an organisation have signed.
"""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

import typst
from asn1crypto import keys, x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from doanso.accounts.models import User
from doanso.files import actions as files
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.signing.models import (
    Authority,
    AuthorityPurpose,
    Certificate,
    RevocationList,
    Session,
    SignerKind,
    Way,
)
from doanso.signing.pdf import (
    Appearance,
    FieldKind,
    FieldPlacement,
    Font,
    LongTerm,
    SignerCertificate,
    add_form_fields,
    finish,
    organisation_place,
    prepare,
)
from doanso.signing.pdf.preparing import at_once
from doanso.signing.testca.issuing import (
    IssuedCertificate,
    issue,
    issue_authority,
    name_of,
    new_key,
    revocation_list,
    validity_period,
)
from doanso.units.models import Unit
from tools.fixture_replay import replayed

CRL = "http://crl.invalid/intermediate.crl"
CITY = "THÀNH ĐOÀN MỸ THO"
WARD = "ĐOÀN PHƯỜNG 4"


@dataclass(frozen=True)
class Pki:
    """Everybody who issues and signs, and what was called back (DER)."""

    root: IssuedCertificate
    intermediate: IssuedCertificate
    an: IssuedCertificate
    binh: IssuedCertificate
    city: IssuedCertificate
    ward: IssuedCertificate
    expired: IssuedCertificate
    revoked: IssuedCertificate
    tsa: IssuedCertificate
    other_root: IssuedCertificate
    stranger: IssuedCertificate
    crl: bytes
    root_crl: bytes


@cache
def pki() -> Pki:
    """The whole cast."""
    long, year = validity_period(days=3650, since_days=400), validity_period(days=365, since_days=30)
    root = issue_authority(name_of("Root thử nghiệm"), by=None, held=long)
    intermediate = issue_authority(name_of("CA thử nghiệm"), by=root, held=long)
    other = issue_authority(name_of("Root không ai tin"), by=None, held=long, key=new_key("ec"))

    def signer(
        common: str, kind: str, body: str = "", held=year, by: IssuedCertificate = intermediate
    ) -> IssuedCertificate:
        return issue(name_of(common, organisation=body), by=by, held=held, key=new_key(kind), crl=CRL)

    revoked = signer("Nguyễn Bị Thu Hồi", "ec")
    return Pki(
        root=root,
        intermediate=intermediate,
        an=signer("Nguyễn Văn An", "rsa", WARD),
        binh=signer("Trần Thị Bình", "ec", WARD),
        city=signer(CITY, "rsa"),
        ward=signer(WARD, "ec"),
        expired=signer("Lê Hết Hạn", "ec", held=validity_period(days=-2, since_days=300)),
        revoked=revoked,
        tsa=issue(name_of("TSA thử nghiệm"), by=intermediate, held=year, time_stamping=True),
        other_root=other,
        stranger=signer("Người Lạ", "ec", by=other),
        crl=revocation_list(intermediate, [revoked.serial]),
        root_crl=revocation_list(root, []),
    )


def _authority(issued: IssuedCertificate, purpose: str, *, is_anchor: bool, legal_force: bool) -> Authority:
    made = issued.certificate
    return Authority.objects.create(
        name=made.subject.rfc4514_string()[:200], purpose=purpose, is_anchor=is_anchor, legal_force=legal_force,
        der=made.public_bytes(Encoding.DER), fingerprint=fingerprint(issued), not_before=made.not_valid_before_utc,
        not_after=made.not_valid_after_utc, added_at=clock.now(),
    )  # fmt: skip


def fingerprint(issued: IssuedCertificate) -> str:
    """The certificate's SHA-256 in hex, as rows keep it."""
    return issued.certificate.fingerprint(hashes.SHA256()).hex()


@replayed
def trust(*, legal_force: bool = False, lists: bool = True) -> None:
    """Make the root trusted for signatures and for times, the intermediate known, with what they called back."""
    made = pki()
    for purpose in AuthorityPurpose.values:
        root = _authority(made.root, purpose, is_anchor=True, legal_force=legal_force)
        middle = _authority(made.intermediate, purpose, is_anchor=False, legal_force=legal_force)
        if lists:
            now = clock.now()
            for authority, der in ((root, made.root_crl), (middle, made.crl)):
                RevocationList.objects.create(authority=authority, der=der, this_update=now, loaded_at=now)


def signer_of(issued: IssuedCertificate) -> SignerCertificate:
    """A certificate with its chain, as the PDF layer takes it."""
    return SignerCertificate(issued.der, issued.chain)


def sign(issued: IssuedCertificate, data: bytes) -> bytes:
    """The raw signature of somebody's key."""
    if isinstance(issued.key, rsa.RSAPrivateKey):
        return issued.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return issued.key.sign(data, ec.ECDSA(hashes.SHA256()))


PERSON = FieldPlacement("person", FieldKind.PERSON, 0, x=330, y=600, w=180, h=60)
PLACES = (
    FieldPlacement("number", FieldKind.TEXT, 0, x=110, y=52, w=120, h=18),
    FieldPlacement("day", FieldKind.TEXT, 0, x=420, y=52, w=24, h=18, font=Font.ITALIC, align=1),
    FieldPlacement("month", FieldKind.TEXT, 0, x=480, y=52, w=24, h=18, font=Font.ITALIC, align=1),
    PERSON,
    organisation_place(PERSON),
)
FILLS = {"number": "12-KH/TĐTN", "day": "05", "month": "3"}
LOOK = Appearance(lines=("Ký số: thử nghiệm",))

_PAPER = """#set page("a4", margin: 2cm)
#set text(font: "Tinos", lang: "vi", size: 14pt)
Số:
#v(4cm)
= KẾ HOẠCH
WORDS
"""


WORDS = "Đẩy mạnh chuyển đổi số."


def base_pdf(words: str = WORDS) -> bytes:
    """A paper as the product sets it (PDF/A-2b), without any field; the same bytes for the same words."""
    return _set(words)


@cache
def _set(words: str) -> bytes:
    return typst.compile(
        _PAPER.replace("WORDS", words).encode(),
        font_paths=[str(settings.DOCUMENT_FONTS)],
        ignore_system_fonts=True,
        pdf_standards="a-2b",
    )


def opened_pdf(words: str = WORDS) -> bytes:
    """The paper with its empty places."""
    return _opened(words)


@cache
def _opened(words: str) -> bytes:
    return add_form_fields(base_pdf(words), PLACES)


@cache
def person_signed_pdf(signer_name: str = "an") -> bytes:
    """The paper after the person has signed."""
    issued = getattr(pki(), signer_name)
    prepared = prepare(opened_pdf(), signer_of(issued), "person", LOOK)
    return finish(prepared, sign(issued, prepared.to_sign))


@cache
def signed_pdf(
    person: str = "an", organisation: str = "city", *, stamped: bool = False, long_term: bool = True
) -> bytes:
    """The paper after both have signed: numbered, dated, locked. `stamped`: with a time-stamp of our own authority."""
    issued = getattr(pki(), organisation)
    later = None
    if long_term:
        authority = pki()
        later = LongTerm(
            (authority.intermediate.der, getattr(authority, person).der), (authority.crl, authority.root_crl)
        )
    prepared = prepare(
        person_signed_pdf(person),
        signer_of(issued),
        "organisation",
        LOOK,
        FILLS,
        room_for_timestamp=stamped,
        long_term=later,
    )
    signature = sign(issued, prepared.to_sign)
    return finish(prepared, signature, local_stamp(signature) if stamped else None)


def local_stamp(signature: bytes) -> bytes:
    """A token of our own authority over a signature."""
    return at_once(local_tsa().async_timestamp(hashlib.sha256(signature).digest(), "sha256")).dump()


def local_tsa(**options) -> DummyTimeStamper:
    """Our time-stamping authority, in this process."""
    made = pki()
    registry = SimpleCertificateStore()
    registry.register(x509.Certificate.load(made.intermediate.der))
    key = keys.PrivateKeyInfo.load(made.tsa.key_der)
    return DummyTimeStamper(x509.Certificate.load(made.tsa.der), key, certs_to_embed=registry, **options)


def certificate_row(
    issued: IssuedCertificate, *, unit: Unit, user: User | None, added_by: User, **more: object
) -> Certificate:
    """The row of a certificate in use: of a person, or of a unit when there is none."""
    made = issued.certificate
    values: dict[str, object] = {
        "kind": SignerKind.PERSON if user is not None else SignerKind.ORGANISATION,
        "user": user,
        "unit": unit,
        "way": Way.AGENT,
        "der": issued.der,
        "chain": b"".join(issued.chain),
        "fingerprint": fingerprint(issued),
        "subject": made.subject.rfc4514_string(),
        "issuer": made.issuer.rfc4514_string(),
        "serial": f"{made.serial_number:x}",
        "not_before": made.not_valid_before_utc,
        "not_after": made.not_valid_after_utc,
        "added_by": added_by,
        "added_at": clock.now(),
    }
    return Certificate.objects.create(**(values | more))


def session_row(certificate: Certificate, *, user: User, **more: object) -> Session:
    """A signature under way, to be made outside and brought as a file."""
    now = clock.now()
    values: dict[str, object] = {
        "owner_kind": "test.paper",
        "owner_id": uuid7(),
        "title": "Kế hoạch chuyển đổi số",
        "certificate": certificate,
        "user": user,
        "field": "person",
        "base": files.store(source=opened_pdf(), name="ke-hoach.pdf", limit=8 << 20),
        "plan": {"fills": {}, "appendix": "", "legal_force": False, "back": ""},
        "made_at": now,
        "expires_at": now + timedelta(minutes=15),
    }
    return Session.objects.create(**(values | more))
