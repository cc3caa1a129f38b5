"""Photos of an alarm: what hung at the shop, as evidence for owner, bank and police."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.cashless import policy
from doanso.cashless.actions.locking import lock_shop
from doanso.cashless.models import AlarmPhoto, CodeAlarm
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.photos import PhotoUpload, stored_photos
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused

MOST_PHOTOS = 6
SIZE = (1600, 480_000)
"""The longest side in pixels and the most bytes: a bank's name on a sticker stays legible."""


def add_photo(*, actor: User, alarm: CodeAlarm, photo: PhotoUpload) -> AlarmPhoto:
    """Keep a photo of an alarm, redrawn to its pixels. Called outside a transaction, because the file is stored first."""
    policy.MANAGE.require(actor, alarm)
    with stored_photos(photo, SIZE) as [blob], transaction.atomic():
        return _add(actor, alarm, blob)


def _add(actor: User, alarm: CodeAlarm, blob: Blob) -> AlarmPhoto:
    lock_shop(alarm.shop_id)
    policy.MANAGE.require(actor, alarm)
    if AlarmPhoto.objects.filter(alarm=alarm, blob__erased_at=None).count() >= MOST_PHOTOS:
        message = _("An alarm keeps at most %(most)d photos. Erase one first.") % {"most": MOST_PHOTOS}
        raise Refused(Problem("photos_many", message, "photo"))
    photo = AlarmPhoto.objects.create(
        alarm=alarm, blob=blob, added_at=clock.now(), added_on=clock.today(), added_by=actor
    )
    record(actor=actor, action="cashless.add_photo", obj=alarm, unit=alarm.unit_id)
    return photo


@transaction.atomic
def erase_photo(*, actor: User, photo: AlarmPhoto) -> None:
    """Make a photo unreadable for good, for instance because it shows a face or a bank's screen. A repetition changes nothing."""
    alarm = photo.alarm
    policy.MANAGE.require(actor, alarm)
    lock_shop(alarm.shop_id)
    fresh = AlarmPhoto.objects.select_related("blob").get(pk=photo.pk)
    if fresh.blob.erased_at is None:
        files.destroy_key(blob=fresh.blob)
        record(actor=actor, action="cashless.erase_photo", obj=alarm, unit=alarm.unit_id)


def forget_photos(shop_ids: Collection[UUID]) -> None:
    """Make the photos of these locked shops' alarms unreadable for good."""
    photos = AlarmPhoto.objects.filter(alarm__shop__in=shop_ids, blob__erased_at=None).select_related("blob")
    files.destroy_keys(blobs=[photo.blob for photo in photos])
