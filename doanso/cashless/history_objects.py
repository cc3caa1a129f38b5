"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import linked, register_object_kind
from doanso.cashless import policy
from doanso.cashless.models import CodeAlarm, CodeChange, Shop, ShopCheck


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("cashless.shop", _("Shop"), _shops)
    register_object_kind("cashless.shopcheck", _("Check of a shop"), _checks)
    register_object_kind("cashless.codechange", _("Change of a payment code"), _changes)
    register_object_kind("cashless.codealarm", _("Alarm about a payment code"), _alarms)


_shops = linked(
    policy.VIEW,
    lambda: Shop.objects.select_related("business"),
    title=lambda shop: shop.business.name,
    url=lambda shop: reverse("cashless:shop", args=[shop.business_id]),
)
_checks = linked(
    policy.VIEW,
    lambda: ShopCheck.objects.select_related("shop__business"),
    title=lambda check: check.shop.business.name,
    url=lambda check: reverse("cashless:shop", args=[check.shop.business_id]),
)
_changes = linked(
    policy.VIEW,
    lambda: CodeChange.objects.select_related("shop__business"),
    title=lambda change: change.shop.business.name,
    url=lambda change: reverse("cashless:shop", args=[change.shop.business_id]),
)
_alarms = linked(
    policy.VIEW,
    lambda: CodeAlarm.objects.select_related("shop__business"),
    title=lambda alarm: alarm.shop.business.name,
    url=lambda alarm: reverse("cashless:alarm", args=[alarm.pk]),
)
