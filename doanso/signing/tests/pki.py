"""Authorities, certificates and signed files for the tests of signing; made once per run.

    root ── intermediate ┬ an (RSA), binh (P-256): persons          other_root ── stranger: nobody trusts it
                         ├ city, ward: organisations (RSA, P-256)
                         ├ expired, revoked: persons
                         └ tsa: time-stamps

`pki()` has them all; `trust()` writes the rows that make them trusted here.
"""

from dataclasses import dataclass
from functools import cache

from cryptography.hazmat.primitives.serialization import Encoding

from doanso.lib import clock
from doanso.signing.models import Authority, AuthorityPurpose, RevocationList
from doanso.signing.testca.issuing import Issued, issue, issue_authority, name_of, new_key, revocation_list, span

CRL = "http://crl.invalid/intermediate.crl"
CITY = "THÀNH ĐOÀN MỸ THO"
WARD = "ĐOÀN PHƯỜNG 4"


@dataclass(frozen=True)
class Pki:
    """Everybody who issues and signs, and what was called back (DER)."""

    root: Issued
    intermediate: Issued
    an: Issued
    binh: Issued
    city: Issued
    ward: Issued
    expired: Issued
    revoked: Issued
    tsa: Issued
    other_root: Issued
    stranger: Issued
    crl: bytes
    root_crl: bytes


@cache
def pki() -> Pki:
    """The whole cast."""
    long, year = span(days=3650, since_days=400), span(days=365, since_days=30)
    root = issue_authority(name_of("Root thử nghiệm"), by=None, held=long)
    intermediate = issue_authority(name_of("CA thử nghiệm"), by=root, held=long)
    other = issue_authority(name_of("Root không ai tin"), by=None, held=long, key=new_key("ec"))

    def signer(common: str, kind: str, body: str = "", held=year, by: Issued = intermediate) -> Issued:
        return issue(name_of(common, organisation=body), by=by, held=held, key=new_key(kind), crl=CRL)

    revoked = signer("Nguyễn Bị Thu Hồi", "ec")
    return Pki(
        root=root,
        intermediate=intermediate,
        an=signer("Nguyễn Văn An", "rsa", WARD),
        binh=signer("Trần Thị Bình", "ec", WARD),
        city=signer(CITY, "rsa"),
        ward=signer(WARD, "ec"),
        expired=signer("Lê Hết Hạn", "ec", held=span(days=-2, since_days=300)),
        revoked=revoked,
        tsa=issue(name_of("TSA thử nghiệm"), by=intermediate, held=year, time_stamping=True),
        other_root=other,
        stranger=signer("Người Lạ", "ec", by=other),
        crl=revocation_list(intermediate, [revoked.serial]),
        root_crl=revocation_list(root, []),
    )


def _authority(issued: Issued, purpose: str, *, is_anchor: bool, legal_force: bool) -> Authority:
    made = issued.certificate
    return Authority.objects.create(
        name=made.subject.rfc4514_string()[:200], purpose=purpose, is_anchor=is_anchor, legal_force=legal_force,
        der=made.public_bytes(Encoding.DER), fingerprint=fingerprint(issued), not_before=made.not_valid_before_utc,
        not_after=made.not_valid_after_utc, added_at=clock.now(),
    )  # fmt: skip


def fingerprint(issued: Issued) -> str:
    """The certificate's SHA-256 in hex, as rows keep it."""
    from cryptography.hazmat.primitives import hashes

    return issued.certificate.fingerprint(hashes.SHA256()).hex()


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
