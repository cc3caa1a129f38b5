"""Raising grades of evidence, on the record and in the ledger together."""

from collections.abc import Sequence

from doanso.ledger import actions as ledger
from doanso.support import families, ports
from doanso.support.models import SupportRecord


def raise_grades(*, support_records: Sequence[SupportRecord], grade: int) -> list[SupportRecord]:
    """Raise lower grades to this one; return the records raised. The caller holds the transaction, has locked the
    records and checked its policy.
    """
    risen = [
        support_record
        for support_record in support_records
        if support_record.taken_back_at is None and support_record.grade < grade
    ]
    if not risen:
        return []
    ports.lock_wrappers(risen)
    SupportRecord.objects.filter(pk__in=[support_record.pk for support_record in risen]).update(grade=grade)
    for support_record in risen:
        support_record.grade = grade
    for family in sorted({families.family_of(support_record) for support_record in risen}):
        ids = [support_record.pk for support_record in risen if families.family_of(support_record) == family]
        ledger.set_grades(family=family, source_ids=ids, grade=grade)
    ports.notify_wrappers(risen)
    return risen
