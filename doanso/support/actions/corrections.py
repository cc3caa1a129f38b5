"""Correcting a help, taking it back, and opening its slip to print it again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.access_codes import AccessCodes
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.support import families, policy, ports, rules, slips
from doanso.support.actions.grades import raise_grades
from doanso.support.actions.records import helper_columns, one_and_the_same, require_services
from doanso.support.models import Help, Receipt
from doanso.support.record_inputs import Helper


def _locked(actor: User, help_id: UUID) -> Help:
    """The help, read fresh and locked, if the actor may record for its unit; what wraps it is locked before it."""
    ports.lock_wrappers_of(Help.objects.filter(pk=help_id))
    help = Help.objects.select_for_update(of=("self",)).get(pk=help_id)  # noqa: A001
    policy.RECORD.require(actor, help)
    return help


@transaction.atomic
def take_back_help(*, actor: User, help_id: UUID) -> Help:
    """It was recorded by mistake: it counts nowhere, and whoever stands next in line does. A second call does nothing."""
    help = _locked(actor, help_id)  # noqa: A001
    if help.taken_back_at is None:
        ports.lock_wrappers([help])
        _take_back(actor, help, "support.take_back")
        ports.tell_wrappers([help])
    return help


def take_back_helps(*, actor: User, helps: Sequence[Help]) -> list[Help]:
    """For whoever wraps helps, after its own policy: those that stand count nowhere any more. The caller has locked them."""
    active_records = [support_record for support_record in helps if support_record.taken_back_at is None]
    ports.lock_wrappers(active_records)
    for support_record in active_records:
        _take_back(actor, support_record, "support.take_back")
    if active_records:
        ports.tell_wrappers(active_records)
    return active_records


def _take_back(actor: User, help: Help, verb: str) -> None:  # noqa: A002
    help.taken_back_at = clock.now()
    help.save(update_fields=["taken_back_at"])
    record(actor=actor, verb=verb, obj=help, unit=help.unit_id, changed=["taken_back_at"])
    ledger.take_back(family=families.family_of(help), source_id=help.pk)


@transaction.atomic
def correct_help(
    *, actor: User, help_id: UUID, service: str, happened_on: date, helper: Helper, second: Helper | None = None
) -> Help:
    """Correct what was done, when and by whom. Another service or day is another help: the old one is taken back.

    Other helpers alone leave it where it stands in line; its grade follows them, unless better evidence is there already.
    """
    help = _locked(actor, help_id)  # noqa: A001
    for problem in (
        _standing_problem(help),
        rules.day_problem(happened_on, clock.today()),
        rules.name_problem(helper.name, "helper"),
        rules.name_problem(second.name if second else "", "second"),
        rules.same_helper_problem() if second is not None and one_and_the_same(helper, second) else None,
    ):
        refuse(problem)
    if (service, happened_on) == (help.service_id, help.happened_on):
        return _change_helpers(actor, help, helper, second)
    require_services({service})
    _require_unrecorded(help, service, happened_on)
    ports.lock_wrappers([help])
    _take_back(actor, help, "support.correct")
    new = Help(**{field.attname: getattr(help, field.attname) for field in Help._meta.concrete_fields})
    new.id, new.corrects_id, new.content_hash = uuid7(), help.pk, ""
    new.service_id, new.happened_on, new.arrived_on = service, happened_on, clock.today()
    new.recorded_at, new.recorded_by_id, new.taken_back_at = clock.now(), actor.pk, None
    for name, value in helper_columns(helper, second).items():
        setattr(new, name, value)
    new.save(force_insert=True)
    record(actor=actor, verb="support.record", obj=new, unit=new.unit_id)
    ledger.count(families.counted(new))
    # Once both are written, so that a wrapper can go from the one to the other.
    ports.tell_wrappers([help])
    return new


def _standing_problem(help: Help) -> Problem | None:  # noqa: A002
    if help.taken_back_at is not None:
        return Problem("taken_back", _("This help was taken back. Record it anew."))
    if help.refused_at is not None:
        return Problem("disputed", _("The helped person disputes this help; an officer decides first."))
    if families.subject_of(help) is None:
        return Problem("erased", _("The helped person had their data erased; this help stays as it was counted."))
    return None


def _require_unrecorded(help: Help, service: str, happened_on: date) -> None:  # noqa: A002
    if not help.named:
        return
    same = Help.objects.filter(unit_id=help.unit_id, service_id=service, happened_on=happened_on, taken_back_at=None)
    same = same.filter(contact_id=help.contact_id) if help.contact_id else same.filter(business=help.business)
    if same.exists():
        message = _("This help is recorded for that day already; take this record back instead.")
        raise Refused(Problem("already_recorded", message))


def change_helpers(*, actor: User, help: Help, helper: Helper, second: Helper | None) -> Help:  # noqa: A002
    """For whoever wraps helps, after its own policy: who helped is told anew, and nothing else changes. The caller has locked
    the help, which stands and is not disputed."""
    return _change_helpers(actor, help, helper, second)


def _change_helpers(actor: User, help: Help, helper: Helper, second: Helper | None) -> Help:  # noqa: A002
    columns = helper_columns(helper, second)
    grade = columns.pop("grade")
    changed = [name for name, value in columns.items() if getattr(help, name) != value]
    if not changed:
        return help
    for name in changed:
        setattr(help, name, columns[name])
    regraded = help.grade <= rules.PAIR and grade != help.grade
    if regraded:
        help.grade = grade
    help.save(update_fields=[name.removesuffix("_id") for name in changed] + ["grade"] * regraded)
    record(actor=actor, verb="support.correct", obj=help, unit=help.unit_id, changed=changed)
    if regraded:
        ports.lock_wrappers([help])
        ledger.set_grade(family=families.family_of(help), source_id=help.pk, grade=grade)
        ports.tell_wrappers([help])
    return help


@transaction.atomic
def print_receipt(*, actor: User, receipt_id: UUID) -> AccessCodes | None:
    """The keys of a slip, to print it again, which history tells; None once they were erased."""
    receipt = Receipt.objects.get(pk=receipt_id)
    policy.RECORD.require(actor, receipt)
    keys = slips.keys_of(receipt)
    if keys is not None:
        record(actor=actor, verb="support.print_receipt", obj=receipt, unit=receipt.unit_id)
    return keys


def add_second_helper(*, helps: Sequence[Help], second: Helper) -> None:
    """Somebody else says that they were there too. The caller holds the transaction, has locked the helps and asked its
    policy."""
    alone = [
        support_record
        for support_record in helps
        if support_record.taken_back_at is None and not support_record.second_helper_name
    ]
    columns = {"second_helper": second.member_id, "second_helper_name": second.name, "second_helper_kind": second.kind}
    Help.objects.filter(pk__in=[support_record.pk for support_record in alone]).update(**columns)
    raise_grades(
        helps=[
            support_record
            for support_record in alone
            if rules.grade(support_record.helper_kind, second.kind) == rules.PAIR
        ],
        grade=rules.PAIR,
    )
