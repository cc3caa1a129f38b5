"""The support records that a visit has reported, with their corrections, and the locks of confirmations that may cross the
visit.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import F

from doanso.lib import database
from doanso.outreach.models import Visit, VisitSupportRecord
from doanso.support.models import SupportRecord, SupportRecordSource


def lock_confirmations(visit_ids: Iterable[UUID]) -> None:
    """Wait for concurrent transactions that bring one of these visits, or its second's confirmation: the later one finds the
    other, also where neither has a row to lock yet.
    """
    database.lock([f"outreach.word:{visit_id}" for visit_id in visit_ids], shared=False)


class ReportedHelp(NamedTuple):
    """One support record as it was first recorded, and as it is now: itself, its correction by the office, or None."""

    first: SupportRecord
    current: SupportRecord | None

    @property
    def key(self) -> UUID:
        """Return the key under which it was first recorded."""
        return self.first.pk

    @property
    def erased(self) -> bool:
        """Return whether its receiver was erased: it stays as it was counted, without a name."""
        active_help = self.current
        return (
            active_help is not None
            and active_help.named
            and active_help.contact_id is None
            and active_help.business_id is None
        )


def lock_reported_helps(visit: Visit) -> list[ReportedHelp]:
    """Return the visit's own support records, locked. One that was recorded before the visit reported it, in the office or by a
    member, is not the visit's.
    """
    return lock_helps_of([visit.pk]).get(visit.pk, [])


def lock_helps_of(visit_ids: Collection[UUID]) -> dict[UUID, list[ReportedHelp]]:
    """Return the same for many visits, in as many statements as for one."""
    rows = SupportRecord.objects.filter(
        visit_help__visit__in=visit_ids, source=SupportRecordSource.VISIT
    ).select_related("contact")
    locked = rows.select_for_update(of=("self",)).order_by("pk").annotate(reported_in=F("visit_help__visit_id"))
    keys_by_visit: dict[UUID, list[UUID]] = {}
    step: dict[UUID, SupportRecord] = {}
    for support_record in locked:
        keys_by_visit.setdefault(support_record.reported_in, []).append(support_record.pk)
        step[support_record.pk] = support_record
    first = dict(step)
    root = {key: key for key in step}
    current: dict[UUID, SupportRecord] = {}
    while step:
        current |= {root[key]: row for key, row in step.items() if row.taken_back_at is None}
        taken_back = [key for key, row in step.items() if row.taken_back_at is not None]
        corrections = (
            SupportRecord.objects.filter(corrects__in=taken_back).select_for_update(of=("self",)).order_by("pk")
        )
        step = {row.pk: row for row in corrections} if taken_back else {}
        root |= {key: root[row.corrects_id] for key, row in step.items() if row.corrects_id is not None}
    return {
        visit_id: [ReportedHelp(first[key], current.get(key)) for key in keys]
        for visit_id, keys in keys_by_visit.items()
    }


def find_unshared_helps(visit: Visit, helps: Sequence[ReportedHelp]) -> tuple[list[SupportRecord], set[UUID]]:
    """Return the present support records that rest on this visit alone, and the keys of those that another visit reports too."""
    shared = find_shared(visit, [history.key for history in helps])
    return [history.current for history in helps if history.current is not None and history.key not in shared], shared


def find_shared(visit: Visit, keys: Collection[UUID]) -> set[UUID]:
    """Return those of these keys that another visit in effect reports too."""
    others = VisitSupportRecord.objects.filter(support_record__in=keys, visit__taken_back_at=None).exclude(visit=visit)
    return set(others.values_list("support_record_id", flat=True))
