"""This app's part of an owner's erasure and copy: the account of their shop. A shop is its owner's by the register of shops."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.cashless import code_keys
from doanso.cashless.actions.alarm_photos import forget_photos
from doanso.cashless.actions.codes import forget_codes
from doanso.cashless.actions.locking import lock_shops
from doanso.cashless.models import AlarmPhoto, ScanResult, Shop, ShopCheck, ShopCode
from doanso.lib import formats
from doanso.sync.actions.retention import forget


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Return a line for each account that is kept, with its bank and last four digits, and for each photo of their shop."""
    codes = ShopCode.objects.filter(shop__business__owner__in=person_ids, erased_at=None)
    for code in codes.select_related("shop__business").order_by("since", "pk"):
        words = {
            "shop": code.shop.business.name,
            "account": code_keys.account_words(code.bank_bin, code.last_four, code.since),
            "day": formats.day(code.since),
        }
        yield _("Payment code of a shop"), _("%(shop)s: %(account)s, since %(day)s") % words
    photos = AlarmPhoto.objects.filter(alarm__shop__business__owner__in=person_ids, blob__erased_at=None)
    for photo in photos.select_related("alarm__shop__business").order_by("added_at", "pk"):
        words = {"shop": photo.alarm.shop.business.name, "day": formats.day(photo.added_on)}
        yield _("Photo of a displayed code"), _("%(shop)s, kept on %(day)s") % words


def erase(person_ids: Collection[UUID]) -> None:
    """Empty the accounts of their shops, and what phones read of them; the shops and their states stay.

    A foreign account that was seen there is not theirs and stays with its alarm; photos of the alarm show their shop and go.
    """
    owned = Shop.objects.filter(business__owner__in=person_ids).values_list("pk", flat=True)
    shops = lock_shops(list(owned))
    if not shops:
        return
    forget_codes(list(shops), None)
    forget_photos(list(shops))
    checks = ShopCheck.objects.filter(shop__in=list(shops)).exclude(scan=ScanResult.DIFFERENT)
    forget(record_id for record_id in checks.values_list("record_id", flat=True) if record_id is not None)
    checks.update(bank_bin="", last_four="", fingerprint="")
