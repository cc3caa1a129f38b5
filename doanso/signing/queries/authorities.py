"""Queries of trusted authorities, for verification and for their pages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.signing.models import Authority, Certificate, RevocationList, SignerKind
from doanso.signing.verification import Trust, TrustedCertificate

PAGE = 50


def read_trust() -> Trust:
    """Return all authorities with their lists in three statements; ended ones are still valid for older signatures."""
    authorities = tuple(
        TrustedCertificate(
            bytes(authority.der),
            authority.name,
            authority.purpose,
            authority.is_anchor,
            authority.legal_force,
            authority.ended_at,
        )
        for authority in Authority.objects.order_by("added_at", "id")
    )
    lists = tuple(bytes(der) for der in RevocationList.objects.order_by("this_update").values_list("der", flat=True))
    kinds: dict[str, set[str]] = {kind: set() for kind in SignerKind.values}
    for fingerprint, kind in Certificate.objects.values_list("fingerprint", "kind"):
        kinds[kind].add(fingerprint)
    return Trust(
        authorities,
        lists,
        organisations=frozenset(kinds[SignerKind.ORGANISATION]),
        persons=frozenset(kinds[SignerKind.PERSON]),
    )


@dataclass(frozen=True, slots=True)
class AuthorityRow:
    """One authority in the list, with its state and the age of its revocation list."""

    authority: Authority
    state: str
    listed_at: datetime | None


def all_authorities() -> QuerySet[Authority]:
    """Return all authorities with the moment of their newest list, active ones first."""
    listed = Authority.objects.annotate(listed_at=Max("revocation_lists__this_update"))
    return listed.order_by("ended_at", "-is_anchor", "name", "id").defer("der")


def authority_page(number: int) -> tuple[list[AuthorityRow], bool]:
    """Return one page of authorities and whether more follow, in one statement."""
    rows, more = page_rows(all_authorities(), number, PAGE)
    now = clock.now()
    lines = [
        AuthorityRow(authority, state_of(authority, now), authority.listed_at)  # type: ignore[attr-defined]
        for authority in rows
    ]
    return lines, more


def state_of(authority: Authority, now: datetime) -> str:
    """Return the state code of an authority: "standing" (in effect, with legal force), "trial", "ended" or "expired"."""
    if authority.ended_at is not None:
        return "ended"
    if authority.not_after <= now:
        return "expired"
    return "standing" if authority.legal_force else "trial"


def authority_of(authority_id: UUID) -> Authority | None:
    """Return one authority, or None."""
    return Authority.objects.select_related("added_by").filter(pk=authority_id).first()


def newest_list(authority: Authority) -> RevocationList | None:
    """Return the newest revocation list of an authority, or None."""
    return authority.revocation_lists.order_by("-this_update").first()
