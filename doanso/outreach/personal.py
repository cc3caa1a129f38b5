"""Outreach's part of a person's copy and of an erasure: the slots of 1+2, and where an empty home stood. A visit holds no
resident's name."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.outreach.actions.doors import forget_homes
from doanso.outreach.actions.referrals import take_turns
from doanso.outreach.models import Slot, VisitAmendment, VisitHelp
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.sync.actions.photos import destroy_photos
from doanso.sync.actions.retention import forget


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Places the person handed over as a member, and those of others in which they stand."""
    for slot in Slot.objects.filter(person_id__in=person_ids).order_by("made_on", "pk"):
        text = _("%(kind)s, handed over on %(day)s")
        if slot.confirmed_on is not None:
            text = _("%(kind)s, handed over on %(day)s, confirmed on %(confirmed)s")
        values = {
            "kind": slot.get_kind_display(),
            "day": formats.day(slot.made_on),
            "confirmed": formats.day(slot.confirmed_on),
        }
        yield _("A place of 1+2"), text % values
    for slot in Slot.objects.filter(helped__in=person_ids).order_by("made_on", "pk"):
        values = {"kind": slot.get_kind_display(), "day": formats.day(slot.made_on)}
        yield _("Guided by a member for 1+2"), _("%(kind)s, invited on %(day)s") % values


def erase(person_ids: Collection[UUID]) -> None:
    """No link leads to these slots any more, and nobody stands in them by name; what was counted stays counted."""
    slots = Slot.objects.filter(Q(person_id__in=person_ids) | Q(helped__in=person_ids))
    if slots.exists():
        take_turns()
    _forget_visits(person_ids)
    slots.update(keys_sealed=b"", link_lookup=None, code_lookup="")
    Slot.objects.filter(helped__in=person_ids).update(helped=None)
    forget_homes(person_ids=person_ids)


def withdraw(person_ids: Collection[UUID], purposes: Collection[str]) -> None:
    """Whoever no longer agrees to be written down is in no picture of a visit either: they go, and the visit stays counted."""
    if RECORD_PURPOSE in purposes:
        destroy_photos(VisitHelp.objects.filter(help__person__in=person_ids).values_list("visit_id", flat=True))


def _forget_visits(person_ids: Collection[UUID]) -> None:
    """What phones sent of visits to them: the words and the pictures. The helps still say whose they are: they go after this."""
    visits = set(VisitHelp.objects.filter(help__person__in=person_ids).values_list("visit_id", flat=True))
    VisitAmendment.objects.filter(visit_id__in=visits).update(before_sealed=b"")
    forget(visits)
    destroy_photos(visits)
