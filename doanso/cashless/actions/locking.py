"""The lock of every action on shops: their rows, in the order of keys."""

from collections.abc import Collection
from uuid import UUID

from doanso.cashless.models import Shop


def lock_shop(shop_id: UUID) -> Shop:
    """Lock a shop and return it as it is now, with its business; the caller holds the transaction."""
    return Shop.objects.select_for_update(of=("self",)).select_related("business").get(pk=shop_id)


def lock_shops(shop_ids: Collection[UUID]) -> dict[UUID, Shop]:
    """Lock these shops; return them as they are now, by key."""
    rows = Shop.objects.select_for_update(of=("self",)).select_related("business").filter(pk__in=shop_ids)
    return {shop.pk: shop for shop in rows.order_by("pk")}
