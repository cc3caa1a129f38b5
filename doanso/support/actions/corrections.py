"""Correct a support record, take it back, and decrypt its receipt's keys to print them again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.access_codes import AccessCodes
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.support import families, policy, ports, receipt_keys, rules
from doanso.support.actions.grades import raise_grades
from doanso.support.actions.record_matching import require_services
from doanso.support.actions.record_planning import helper_columns, is_same_human
from doanso.support.models import Receipt, SupportRecord
from doanso.support.record_inputs import Helper


def _locked(actor: User, support_record_id: UUID) -> SupportRecord:
    """Return the record, read fresh and locked, if the actor may record for its unit; rows that wrap it are locked before."""
    ports.lock_wrappers_of(SupportRecord.objects.filter(pk=support_record_id))
    support_record = SupportRecord.objects.select_for_update(of=("self",)).get(pk=support_record_id)
    policy.RECORD.require(actor, support_record)
    return support_record


@transaction.atomic
def take_back_help(*, actor: User, support_record_id: UUID) -> SupportRecord:
    """Take back a record made by mistake: it counts nowhere, and the next claim in line counts. A second call does nothing."""
    support_record = _locked(actor, support_record_id)
    if support_record.taken_back_at is None:
        ports.lock_wrappers([support_record])
        _take_back(actor, support_record, "support.take_back")
        ports.notify_wrappers([support_record])
    return support_record


def take_back_helps(*, actor: User, support_records: Sequence[SupportRecord]) -> list[SupportRecord]:
    """Take back records for an app that wraps them, after its own policy check. The caller has locked them."""
    active_records = [support_record for support_record in support_records if support_record.taken_back_at is None]
    ports.lock_wrappers(active_records)
    for support_record in active_records:
        _take_back(actor, support_record, "support.take_back")
    if active_records:
        ports.notify_wrappers(active_records)
    return active_records


def _take_back(actor: User, support_record: SupportRecord, action: str) -> None:
    support_record.taken_back_at = clock.now()
    support_record.save(update_fields=["taken_back_at"])
    record(actor=actor, action=action, obj=support_record, unit=support_record.unit_id, changed=["taken_back_at"])
    ledger.take_back(family=families.family_of(support_record), source_id=support_record.pk)


@transaction.atomic
def correct_help(
    *,
    actor: User,
    support_record_id: UUID,
    service: str,
    happened_on: date,
    helper: Helper,
    second: Helper | None = None,
) -> SupportRecord:
    """Correct service, day or helpers. Another service or day takes the record back and makes a new one.

    Other helpers alone keep its place in line; its grade follows them, unless it has better evidence already.
    """
    support_record = _locked(actor, support_record_id)
    for problem in (
        _correction_problem(support_record),
        rules.day_problem(happened_on, clock.today()),
        rules.name_problem(helper.name, "helper"),
        rules.name_problem(second.name if second else "", "second"),
        rules.same_helper_problem() if second is not None and is_same_human(helper, second) else None,
    ):
        refuse(problem)
    if (service, happened_on) == (support_record.service_id, support_record.happened_on):
        return change_helpers(actor=actor, support_record=support_record, helper=helper, second=second)
    require_services({service})
    _require_unrecorded(support_record, service, happened_on)
    ports.lock_wrappers([support_record])
    _take_back(actor, support_record, "support.correct")
    correction = SupportRecord(
        **{field.attname: getattr(support_record, field.attname) for field in SupportRecord._meta.concrete_fields}
    )
    correction.id, correction.corrects_id, correction.content_hash = uuid7(), support_record.pk, ""
    correction.service_id, correction.happened_on, correction.arrived_on = service, happened_on, clock.today()
    correction.recorded_at, correction.recorded_by_id, correction.taken_back_at = clock.now(), actor.pk, None
    for name, value in helper_columns(helper, second).items():
        setattr(correction, name, value)
    correction.save(force_insert=True)
    record(actor=actor, action="support.record", obj=correction, unit=correction.unit_id)
    ledger.count(families.fact_of(correction))
    # After both are written, so that a wrapper can follow the reference.
    ports.notify_wrappers([support_record])
    return correction


def _correction_problem(support_record: SupportRecord) -> Problem | None:
    if support_record.taken_back_at is not None:
        return Problem("taken_back", _("This help was taken back. Record it anew."))
    if support_record.refused_at is not None:
        return Problem("disputed", _("The helped person disputes this help; an officer decides first."))
    if families.subject_of(support_record) is None:
        return Problem("erased", _("The helped person had their data erased; this help stays as it was counted."))
    return None


def _require_unrecorded(support_record: SupportRecord, service: str, happened_on: date) -> None:
    if not support_record.named:
        return
    same = SupportRecord.objects.filter(
        unit_id=support_record.unit_id, service_id=service, happened_on=happened_on, taken_back_at=None
    )
    same = (
        same.filter(contact_id=support_record.contact_id)
        if support_record.contact_id
        else same.filter(business=support_record.business)
    )
    if same.exists():
        message = _("This help is recorded for that day already; take this record back instead.")
        raise Refused(Problem("already_recorded", message))


def change_helpers(
    *, actor: User, support_record: SupportRecord, helper: Helper, second: Helper | None
) -> SupportRecord:
    """Change the helpers for an app that wraps records, after its own policy check. The caller has locked the record,
    which is neither taken back nor disputed.
    """
    columns = helper_columns(helper, second)
    grade = columns.pop("grade")
    changed = [name for name, value in columns.items() if getattr(support_record, name) != value]
    if not changed:
        return support_record
    for name in changed:
        setattr(support_record, name, columns[name])
    regraded = support_record.grade <= rules.PAIR and grade != support_record.grade
    if regraded:
        support_record.grade = grade
    support_record.save(update_fields=[name.removesuffix("_id") for name in changed] + ["grade"] * regraded)
    record(actor=actor, action="support.correct", obj=support_record, unit=support_record.unit_id, changed=changed)
    if regraded:
        ports.lock_wrappers([support_record])
        ledger.set_grade(family=families.family_of(support_record), source_id=support_record.pk, grade=grade)
        ports.notify_wrappers([support_record])
    return support_record


@transaction.atomic
def print_receipt(*, actor: User, receipt_id: UUID) -> AccessCodes | None:
    """Return the keys of a receipt, to print it again, and write an audit event; None once they were erased."""
    receipt = Receipt.objects.get(pk=receipt_id)
    policy.RECORD.require(actor, receipt)
    keys = receipt_keys.keys_of(receipt)
    if keys is not None:
        record(actor=actor, action="support.print_receipt", obj=receipt, unit=receipt.unit_id)
    return keys


def add_second_helper(*, support_records: Sequence[SupportRecord], second: Helper) -> None:
    """Add a second helper, who states to have been present too. The caller holds the transaction, has locked the records and
    checked its policy.
    """
    alone = [
        support_record
        for support_record in support_records
        if support_record.taken_back_at is None and not support_record.second_helper_name
    ]
    columns = {"second_helper": second.member_id, "second_helper_name": second.name, "second_helper_kind": second.kind}
    SupportRecord.objects.filter(pk__in=[support_record.pk for support_record in alone]).update(**columns)
    raise_grades(
        support_records=[
            support_record
            for support_record in alone
            if rules.grade_of_helpers(support_record.helper_kind, second.kind) == rules.PAIR
        ],
        grade=rules.PAIR,
    )


def forget_first_helpers(support_records: QuerySet[SupportRecord]) -> None:
    """Empty the first helper's name where it stands as a name alone, for an app whose source of these records names somebody who
    is erased.
    """
    SupportRecord.objects.filter(pk__in=support_records.values("pk"), helper=None).update(
        helper_name="", content_hash=""
    )
