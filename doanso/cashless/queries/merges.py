"""Shops whose businesses were merged: each keeps its rows, and together they are one shop."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doanso.cashless.models import Shop
from doanso.people.models import Business
from doanso.people.queries import canonical_businesses


def remaining_shops() -> QuerySet[Shop]:
    """Return the followed shops, of those that are one by a merge the one that remained; it alone where it is followed."""
    into = Shop.objects.filter(business=OuterRef("business__merged_into"))
    further = Shop.objects.filter(business=OuterRef("business__merged_into__merged_into"))
    return Shop.objects.filter(Q(business__merged_into=None) | (~Exists(into) & ~Exists(further)))


def merged_into(business_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return those who were merged into these businesses, each with the one that remained."""
    merged: dict[UUID, UUID] = {}
    waiting = {business_id: business_id for business_id in business_ids}
    while waiting:
        rows = Business.objects.filter(merged_into__in=list(waiting)).values_list("pk", "merged_into_id")
        waiting = {pk: waiting[into] for pk, into in rows if into is not None and pk not in merged}
        merged |= waiting
    return merged


def same_shops(shops: Iterable[Shop]) -> Mapping[UUID, Collection[UUID]]:
    """Return, by the key of each of these shops, the keys of all followed shops that are one with it, itself included.

    One statement where none was merged, else a few, as many for one shop as for a hundred.
    """
    own = {shop.pk: shop.business_id for shop in shops}
    alone = {key: {key} for key in own}
    concerned = Q(pk__in=own.values(), merged_into__isnull=False) | Q(merged_into__in=own.values())
    if not own or not Business.objects.filter(concerned).exists():
        return alone
    present = canonical_businesses(own.values())
    remaining = set(present.values())
    owner = {key: key for key in remaining} | merged_into(remaining)
    groups: dict[UUID, set[UUID]] = defaultdict(set)
    for key, business_id in Shop.objects.filter(business__in=list(owner)).values_list("pk", "business_id"):
        groups[owner[business_id]].add(key)
    return {key: alone[key] | groups[present[business_id]] for key, business_id in own.items()}
