"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Callable, Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.policy import personal
from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.cashless import policy
from doanso.cashless.models import CodeAlarm, CodeChange, Shop, ShopCheck


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("cashless.shop", _("Followed shop"), _shops)
    register_object_kind("cashless.shopcheck", _("Check of a shop"), _checks)
    register_object_kind("cashless.codechange", _("Change of a payment code"), _changes)
    register_object_kind("cashless.codealarm", _("Alarm about a payment code"), _alarms)


def _of_shops(
    rows: Callable[[], QuerySet[Any]], shop_of: Callable[[Any], Shop], url: Callable[[Any], str]
) -> Callable[[User, Collection[UUID]], dict[UUID, ObjectLink]]:
    """Return links that are named after the shop, as the reader may see its name."""

    def links(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
        shown = personal(actor)
        found = [(row, shop_of(row)) for row in policy.VIEW.filter(actor, rows().filter(pk__in=list(ids)))]
        return {row.pk: ObjectLink(shown.name(shop.business.name, shop.unit_id), url(row)) for row, shop in found}

    return links


def _shop_url(shop: Shop) -> str:
    return reverse("cashless:shop", args=[shop.business_id])


_shops = _of_shops(lambda: Shop.objects.select_related("business"), lambda shop: shop, _shop_url)
_checks = _of_shops(
    lambda: ShopCheck.objects.select_related("shop__business"),
    lambda check: check.shop,
    lambda check: _shop_url(check.shop),
)
_changes = _of_shops(
    lambda: CodeChange.objects.select_related("shop__business"),
    lambda change: change.shop,
    lambda change: _shop_url(change.shop),
)
_alarms = _of_shops(
    lambda: CodeAlarm.objects.select_related("shop__business"),
    lambda alarm: alarm.shop,
    lambda alarm: reverse("cashless:alarm", args=[alarm.pk]),
)
