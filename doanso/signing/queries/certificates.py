"""Queries of certificates and the authorities above them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, QuerySet, Subquery

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.signing import policy, reading
from doanso.signing.models import Authority, AuthorityPurpose, Certificate, RevocationList, SignerKind
from doanso.signing.reading import TrustedAuthority
from doanso.units.models import Unit

WARN_BEFORE = timedelta(days=30)
PAGE = 50


def trusted_authorities(moment: datetime) -> list[TrustedAuthority]:
    """Return the authorities that are trusted now, each with its newest revocation list."""
    newest = RevocationList.objects.filter(authority=OuterRef("pk")).order_by("-this_update").values("der")[:1]
    active = Authority.objects.filter(
        purpose=AuthorityPurpose.SIGNING, ended_at=None, not_before__lte=moment, not_after__gt=moment
    ).annotate(listed=Subquery(newest))
    return [
        TrustedAuthority(
            bytes(authority.der),
            authority.is_anchor,
            authority.legal_force,
            bytes(authority.listed) if authority.listed is not None else None,
        )
        for authority in active
    ]


def _valid_certificates() -> QuerySet[Certificate]:
    now = clock.now()
    valid = Certificate.objects.filter(ended_at=None, not_before__lte=now, not_after__gt=now)
    return valid.exclude(name_differs=True, confirmed_at=None)


def certificates_of(user: User) -> list[Certificate]:
    """Return a person's certificates in use, those that expire last first."""
    return list(_valid_certificates().filter(kind=SignerKind.PERSON, user=user).order_by("-not_after", "id"))


def organisation_certificates(user: User, unit: Unit) -> list[Certificate]:
    """Return the certificates with which the user may sign in the unit's name; the role must be assigned at the unit itself."""
    if not policy.SEAL.allows_at(user, unit):
        return []
    return list(_valid_certificates().filter(kind=SignerKind.ORGANISATION, unit=unit).order_by("-not_after", "id"))


def all_certificates() -> QuerySet[Certificate]:
    """Return all certificates with the related users and units; the caller filters by policy."""
    return Certificate.objects.select_related("user", "unit", "added_by", "image")


def visible_certificates(user: User) -> QuerySet[Certificate]:
    """Return the certificates that the user may see."""
    return policy.VIEW.filter(user, all_certificates())


@dataclass(frozen=True, slots=True)
class CertificateRow:
    """A certificate in the list, with its state."""

    certificate: Certificate
    state: str
    unit: str
    holder: str
    """The name in the certificate itself."""


def state_of(certificate: Certificate, now: datetime) -> str:
    """Return the state code of a certificate: ended, expired, unconfirmed, early, soon (fewer than 30 days left), untried
    or good.
    """
    if certificate.ended_at is not None:
        return "ended"
    if certificate.not_after <= now:
        return "expired"
    if certificate.awaits_confirmation:
        return "unconfirmed"
    if certificate.not_before > now:
        return "early"
    if certificate.not_after - now < WARN_BEFORE:
        return "soon"
    return "untried" if certificate.lacks_trial else "good"


def holder_name(certificate: Certificate) -> str:
    """Return the name in the certificate: the person's or the organisation's."""
    own = reading.load(certificate.der)
    return reading.common_name(own) or reading.organisation(own)


def page_of_certificates(user: User, number: int) -> tuple[list[CertificateRow], bool]:
    """Return one page of visible certificates, those in use first, then by expiry, and whether more follow."""
    from doanso.units import queries as units

    ordered = visible_certificates(user).order_by(F("ended_at").asc(nulls_first=True), "not_after", "id")
    rows, more = page_rows(ordered, number, PAGE)
    names = units.named_units_by_id({certificate.unit_id for certificate in rows})
    now = clock.now()
    lines = [
        CertificateRow(
            certificate,
            state_of(certificate, now),
            names[certificate.unit_id].name if certificate.unit_id in names else "",
            holder_name(certificate),
        )
        for certificate in rows
    ]
    return lines, more
