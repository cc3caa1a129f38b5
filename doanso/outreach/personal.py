"""Outreach's part of an erasure: phones' texts of visits, and the addresses of empty homes. A visit holds no resident's name,
so a person's copy contains nothing of it.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from doanso.outreach.actions.doors import forget_homes
from doanso.outreach.models import VisitAmendment, VisitSupportRecord
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.sync.actions.photos import destroy_photos
from doanso.sync.actions.retention import forget


def copy(_person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Return nothing: support records made at a door are copied by `support`."""
    return ()


def erase(person_ids: Collection[UUID]) -> None:
    """Erase phones' texts of visits to these persons, and the addresses of homes that are empty after them."""
    _forget_visits(person_ids)
    forget_homes(person_ids=person_ids)


def withdraw(person_ids: Collection[UUID], purposes: Collection[str]) -> None:
    """Delete pictures of visits to persons who withdrew their consent; the visits stay counted."""
    if RECORD_PURPOSE in purposes:
        destroy_photos(
            VisitSupportRecord.objects.filter(support_record__person__in=person_ids).values_list("visit_id", flat=True)
        )


def _forget_visits(person_ids: Collection[UUID]) -> None:
    """Erase texts and pictures that phones sent of visits to them, while the support records still refer to them."""
    visits = set(
        VisitSupportRecord.objects.filter(support_record__person__in=person_ids).values_list("visit_id", flat=True)
    )
    VisitAmendment.objects.filter(visit_id__in=visits).update(before_encrypted=b"")
    forget(visits)
    destroy_photos(visits)
