"""Outreach's part of an erasure: what phones sent of visits, and where an empty home stood. A visit holds no resident's name,
so a person's copy has nothing of it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from doanso.outreach.actions.doors import forget_homes
from doanso.outreach.models import VisitAmendment, VisitHelp
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.sync.actions.photos import destroy_photos
from doanso.sync.actions.retention import forget


def copy(_person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Nothing: whoever was helped at a door finds it among the helps that support copies."""
    return ()


def erase(person_ids: Collection[UUID]) -> None:
    """What phones sent of visits to these persons, and the addresses of homes that are empty after them."""
    _forget_visits(person_ids)
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
