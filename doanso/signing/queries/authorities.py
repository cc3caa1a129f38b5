"""Whom this installation trusts: for verification, and for the pages on which that is decided."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, QuerySet

from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.signing.models import Authority, Certificate, RevocationList, SignerKind
from doanso.signing.verification import Trust, Trusted

PAGE = 50


def trust() -> Trust:
    """All authorities, also ended ones for what is older than their end, and all their lists; in three statements."""
    authorities = tuple(
        Trusted(
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
class Line:
    """One authority as a list shows it: how it stands, and how new what it called back is."""

    authority: Authority
    state: str
    listed_at: datetime | None


def everyone() -> QuerySet[Authority]:
    """All authorities with the moment of their newest list, those that stand first."""
    listed = Authority.objects.annotate(listed_at=Max("revocation_lists__this_update"))
    return listed.order_by("ended_at", "-is_anchor", "name", "id").defer("der")


def page(number: int) -> tuple[list[Line], bool]:
    """One page of them, and whether there are more; in one statement."""
    rows, more = page_rows(everyone(), number, PAGE)
    now = clock.now()
    lines = [
        Line(authority, state_of(authority, now), authority.listed_at)  # type: ignore[attr-defined]
        for authority in rows
    ]
    return lines, more


def state_of(authority: Authority, now: datetime) -> str:
    """Whether it is trusted now: standing, trial, ended or expired."""
    if authority.ended_at is not None:
        return "ended"
    if authority.not_after <= now:
        return "expired"
    return "standing" if authority.legal_force else "trial"


def authority_of(authority_id: UUID) -> Authority | None:
    """One authority."""
    return Authority.objects.select_related("added_by").filter(pk=authority_id).first()


def newest_list(authority: Authority) -> RevocationList | None:
    """Its list that holds."""
    return authority.revocation_lists.order_by("-this_update").first()
