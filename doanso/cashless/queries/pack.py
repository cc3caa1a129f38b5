"""The phones' part of shops: what a helper needs at a shop without a network, and no account; see docs/sync.md."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from doanso.access.policy import records_below
from doanso.cashless import code_keys, policy
from doanso.cashless.models import CodeChange, Shop, ShopCode
from doanso.cashless.queries.codes import in_force_condition, pending_condition
from doanso.cashless.queries.merges import remaining_shops, same_shops
from doanso.lib import clock
from doanso.outreach.ports import PackContent, PackRequest

MOST_SHOPS = 700


def shops_part(request: PackRequest) -> PackContent:
    """Return the ward's shops, those that were checked longest ago first; four statements, a few more where some were merged.

    None where the user checks no shops there. A code that an announced change replaces is still the code, until its day.
    """
    if not policy.CHECK.allows_anywhere(request.user):
        return None
    open_shops = remaining_shops().filter(
        unit__in=records_below([request.ward.pk]), business__erased_at=None, business__gone_at=None
    )
    order = (F("checked_on").asc(nulls_first=True), "business__walk_key", "label", "pk")
    shops = list(open_shops.select_related("business").order_by(*order)[:MOST_SHOPS])
    now = clock.now()
    key = code_keys.codes_key(request.device_id)
    groups = same_shops(shops)
    every = {key for group in groups.values() for key in group}
    codes = _fingerprints(every, key, now)
    changing = _changing(every, now)
    return {"codes_key": key, "shops": [_shop(shop, groups[shop.pk], codes, changing) for shop in shops]}


def _fingerprints(shop_ids: Collection[UUID], key: str, now: datetime) -> dict[UUID, str]:
    codes = ShopCode.objects.filter(in_force_condition(now), shop__in=shop_ids)
    return {code.shop_id: code_keys.phone_fingerprint(key, code) for code in codes}


def _changing(shop_ids: Collection[UUID], now: datetime) -> set[UUID]:
    announced = CodeChange.objects.filter(pending_condition(now), shop__in=shop_ids)
    return set(announced.values_list("shop_id", flat=True))


def _shop(shop: Shop, same: Collection[UUID], codes: Mapping[UUID, str], changing: Collection[UUID]) -> dict[str, Any]:
    business = shop.business
    registered = [codes[key] for key in sorted(same, key=lambda key: (key != shop.pk, key)) if key in codes]
    entry = {
        "business": str(business.pk),
        "name": business.name,
        "label": shop.label,
        "number": business.house_number,
        "street": business.street,
        "neighbourhood": str(business.neighbourhood_id) if business.neighbourhood_id else None,
        "state": shop.state,
        "checked_on": shop.checked_on.isoformat() if shop.checked_on else None,
        "code": registered[0] if registered else "",
        "changing": not set(same).isdisjoint(changing),
    }
    # Those of shops that were merged into this one; whoever merged them, both codes may hang there.
    return entry | ({"other_codes": registered[1:]} if registered[1:] else {})
