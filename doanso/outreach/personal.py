"""Outreach's part of a person's copy and erasure: terms in teams, pairs of visits, phones' texts of visits, and the addresses of
empty homes. A visit holds no resident's name, so a resident's copy contains nothing of it.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from doanso.lib import formats
from doanso.outreach.actions.doors import forget_homes
from doanso.outreach.actions.teams import forget_persons
from doanso.outreach.models import Visit, VisitAmendment, VisitSupportRecord
from doanso.outreach.queries.teams import personal_data_rows
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.sync.actions.photos import destroy_photos
from doanso.sync.actions.retention import forget_records


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Return the terms in teams as (title, text). Support records made at a door are copied by `support`."""
    return personal_data_rows(person_ids)


def erase(person_ids: Collection[UUID]) -> None:
    """Erase these persons from teams and pairs, phones' texts of visits to them, and the addresses of homes that are empty after
    them.
    """
    forget_persons(person_ids)
    _forget_visits(person_ids)
    forget_homes(person_ids=person_ids)


def withdraw(person_ids: Collection[UUID], purposes: Collection[str]) -> None:
    """Delete pictures of visits to persons who withdrew their consent; the visits stay counted."""
    if RECORD_PURPOSE in purposes:
        destroy_photos(
            VisitSupportRecord.objects.filter(support_record__person__in=person_ids).values_list("visit_id", flat=True)
        )


def _forget_visits(person_ids: Collection[UUID]) -> None:
    """Erase texts and pictures that phones sent of visits to them, and words typed about these visits, while the support records
    still refer to them.
    """
    visits = set(
        VisitSupportRecord.objects.filter(support_record__person__in=person_ids).values_list("visit_id", flat=True)
    )
    VisitAmendment.objects.filter(visit_id__in=visits).update(before_encrypted=b"", reason=formats.NONE, note="")
    taken_back = Visit.objects.filter(pk__in=visits).exclude(taken_back_reason="")
    taken_back.update(taken_back_reason=formats.NONE)
    forget_records(visits)
    destroy_photos(visits)
