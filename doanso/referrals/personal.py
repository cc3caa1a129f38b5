"""Data of 1+2 in a person's copy and erasure: the slots the person handed over, and those they fill."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.referrals.actions import lock_referrals
from doanso.referrals.models import ReferralSlot


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Yield (title, text) of the slots the person handed over as a member, then of those of others that they fill."""
    for slot in ReferralSlot.objects.filter(person_id__in=person_ids).order_by("made_on", "pk"):
        text = _("%(kind)s, handed over on %(day)s")
        if slot.confirmed_on is not None:
            text = _("%(kind)s, handed over on %(day)s, confirmed on %(confirmed)s")
        values = {
            "kind": slot.get_kind_display(),
            "day": formats.day(slot.made_on),
            "confirmed": formats.day(slot.confirmed_on),
        }
        yield _("A place of 1+2"), text % values
    for slot in ReferralSlot.objects.filter(helped__in=person_ids).order_by("made_on", "pk"):
        values = {"kind": slot.get_kind_display(), "day": formats.day(slot.made_on)}
        yield _("Guided by a member for 1+2"), _("%(kind)s, invited on %(day)s") % values


def lock(person_ids: Collection[UUID]) -> None:
    """Take `lock_referrals` where these persons have a slot or fill one, before any app erases (`people.ports`)."""
    if ReferralSlot.objects.filter(Q(person_id__in=person_ids) | Q(helped__in=person_ids)).exists():
        lock_referrals()


def erase(person_ids: Collection[UUID]) -> None:
    """Empty the keys of these persons' slots and of those they fill, and the persons in them; what was counted stays counted."""
    slots = ReferralSlot.objects.filter(Q(person_id__in=person_ids) | Q(helped__in=person_ids))
    slots.update(keys_encrypted=b"", link_lookup=None, code_lookup="")
    ReferralSlot.objects.filter(helped__in=person_ids).update(helped=None)
