"""This app's part of an owner's erasure and copy: the account of their shop. A shop is its owner's by the register of shops.

And of an erasure of whoever checked shops: their names.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.cashless import code_keys
from doanso.cashless.actions.alarm_photos import forget_photos
from doanso.cashless.actions.checks import LATER_VERSION, NAME_SEPARATOR
from doanso.cashless.actions.codes import forget_codes
from doanso.cashless.actions.locking import lock_shops
from doanso.cashless.models import AlarmPhoto, CodeAlarm, CodeChange, ScanResult, Shop, ShopCheck, ShopCode
from doanso.lib import formats
from doanso.outreach.queries.teams import teammates_of
from doanso.sync.actions.retention import forget_records


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


def lock_owned(person_ids: Collection[UUID]) -> dict[UUID, Shop]:
    """Lock the shops of these persons, before any app erases (`people.ports`); return them by key."""
    owned = Shop.objects.filter(business__owner__in=person_ids).values_list("pk", flat=True)
    return lock_shops(list(owned))


def erase(person_ids: Collection[UUID]) -> None:
    """Empty the accounts of their shops, and what phones read of them; the shops and their states stay.

    A foreign account that was seen there is not theirs and stays with its alarm; photos of the alarm show their shop and go, and
    so do words that were typed about it. Of whom checked shops no name is left.
    """
    _forget_checkers(person_ids)
    shops = lock_owned(person_ids)
    if not shops:
        return
    forget_codes(list(shops), None)
    forget_photos(list(shops))
    checks = ShopCheck.objects.filter(shop__in=list(shops)).exclude(scan=ScanResult.DIFFERENT)
    forget_records(record_id for record_id in checks.values_list("record_id", flat=True) if record_id is not None)
    checks.update(bank_bin="", last_four="", fingerprint="")
    _forget_words(list(shops))


def _forget_words(shop_ids: Collection[UUID]) -> None:
    """Empty what was typed about these shops, which may name their owner."""
    for model, columns in (
        (CodeChange, ("why", "ended_reason")),
        (CodeAlarm, ("words",)),
        (ShopCheck, ("reason", "taken_back_reason")),
    ):
        for column in columns:
            rows = model.objects.filter(shop__in=shop_ids).exclude(**{f"{column}__in": ["", LATER_VERSION]})
            rows.update(**{column: formats.NONE})


def _forget_checkers(person_ids: Collection[UUID]) -> None:
    """Remove the names of these persons from checks of shops, from what phones sent of them, and from alarms that followed."""
    mates = list(teammates_of(person_ids).values_list("pk", flat=True))
    alone = Q(first=None, made_by__person__in=list(person_ids))
    for position, of_them in (("first_name", Q(first__in=mates) | alone), ("second_name", Q(second__in=mates))):
        checks = ShopCheck.objects.filter(of_them).exclude(**{position: ""})
        written = list(checks.exclude(alarm=None).values_list("alarm", position))
        alarms = CodeAlarm.objects.in_bulk([alarm_id for alarm_id, _name in written])
        for alarm_id, name in written:
            names = alarms[alarm_id].seen_by_words.split(NAME_SEPARATOR)
            alarms[alarm_id].seen_by_words = NAME_SEPARATOR.join(formats.NONE if one == name else one for one in names)
        CodeAlarm.objects.bulk_update(alarms.values(), ["seen_by_words"])
        forget_records(record_id for record_id in checks.values_list("record_id", flat=True) if record_id is not None)
        checks.update(**{position: formats.NONE})
