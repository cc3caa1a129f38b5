"""What inspectors read of shops before they state a reason: a sign often is its owner's name, and a number a family."""

from collections.abc import Iterable

from doanso.access.policy import Personal
from doanso.cashless.models import CodeAlarm, Shop, ShopCheck


def mask_shop(shown: Personal, shop: Shop) -> Shop:
    """Set in memory what the reader may see of a shop: initials of its sign, and its street alone. Such a row is not saved."""
    if not shown.shows(shop.unit_id):
        shop.business.name = shown.name(shop.business.name, shop.unit_id)
        shop.label, shop.business.address = "", shop.business.street
    return shop


def mask_checks(shown: Personal, checks: Iterable[ShopCheck]) -> None:
    """Set in memory the names of the pairs as the reader may see them."""
    for check in checks:
        check.first_name = shown.name(check.first_name, check.unit_id)
        check.second_name = shown.name(check.second_name, check.unit_id)


def mask_alarm(shown: Personal, alarm: CodeAlarm) -> None:
    """Set in memory the shop and who saw its code as the reader may see them."""
    mask_shop(shown, alarm.shop)
    alarm.seen_by_words = shown.name(alarm.seen_by_words, alarm.unit_id)
