"""Whom this installation trusts, for verification."""

from doanso.signing.models import Authority, Certificate, RevocationList, SignerKind
from doanso.signing.verification import Trust, Trusted


def trust() -> Trust:
    """All authorities, also ended ones for what is older than their end, and all their lists; in three statements."""
    authorities = tuple(
        Trusted(bytes(one.der), one.name, one.purpose, one.is_anchor, one.legal_force, one.ended_at)
        for one in Authority.objects.order_by("added_at", "id")
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
