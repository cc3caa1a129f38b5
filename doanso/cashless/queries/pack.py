"""The phones' part of shops: what a helper needs at a shop without a network, and no account; see docs/sync.md."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from doanso.access.policy import records_below
from doanso.cashless import code_keys, policy
from doanso.cashless.models import CodeChange, Shop, ShopCode
from doanso.cashless.queries.codes import in_force, pending
from doanso.lib import clock
from doanso.outreach.ports import PackContent, PackRequest

MOST_SHOPS = 700


def shops_part(request: PackRequest) -> PackContent:
    """Return the ward's shops, those that were checked longest ago first; three statements.

    None where the user checks no shops there. A code that an announced change replaces is still the code, until its day.
    """
    if not policy.CHECK.allows_anywhere(request.user):
        return None
    open_shops = Shop.objects.filter(
        unit__in=records_below([request.ward.pk]),
        business__erased_at=None,
        business__gone_at=None,
        business__merged_into=None,
    )
    order = (F("checked_on").asc(nulls_first=True), "business__walk_key", "label", "pk")
    shops = list(open_shops.select_related("business").order_by(*order)[:MOST_SHOPS])
    now = clock.now()
    key = code_keys.codes_key(request.device_id)
    codes = _fingerprints([shop.pk for shop in shops], key, now)
    changing = _changing([shop.pk for shop in shops], now)
    return {
        "codes_key": key,
        "shops": [_shop(shop, codes.get(shop.pk, ""), shop.pk in changing) for shop in shops],
    }


def _fingerprints(shop_ids: list[UUID], key: str, now: datetime) -> dict[UUID, str]:
    codes = ShopCode.objects.filter(in_force(now), shop__in=shop_ids)
    return {code.shop_id: code_keys.phone_fingerprint(key, code) for code in codes}


def _changing(shop_ids: list[UUID], now: datetime) -> set[UUID]:
    announced = CodeChange.objects.filter(pending(now), shop__in=shop_ids)
    return set(announced.values_list("shop_id", flat=True))


def _shop(shop: Shop, code: str, changing: bool) -> dict[str, Any]:
    business = shop.business
    return {
        "business": str(business.pk),
        "name": business.name,
        "label": shop.label,
        "number": business.house_number,
        "street": business.street,
        "neighbourhood": str(business.neighbourhood_id) if business.neighbourhood_id else None,
        "state": shop.state,
        "checked_on": shop.checked_on.isoformat() if shop.checked_on else None,
        "code": code,
        "changing": changing,
    }
