"""Make support records, one or a thousand in the same number of statements: match, plan, write, post."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.ledger import actions as ledger
from doanso.ledger.inputs import FactInput
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.members import queries as members
from doanso.people import actions as people
from doanso.support import families, policy, receipt_keys, rules
from doanso.support.actions.early_confirmations import ReceiptKey, apply_early_confirmations
from doanso.support.actions.record_matching import RecordResult, match_records
from doanso.support.actions.record_planning import RecordPlan, is_same_human, plan_records
from doanso.support.models import Receipt, ReceiptLink, SupportRecordSource
from doanso.support.record_inputs import ReceiptInput, SupportRecordInput
from doanso.units import queries as units
from doanso.units.models import Unit

RECORD_PURPOSE = "support"
"""The purpose of consent without which nobody is recorded by name."""
_RECEIPT_COLUMNS = ("id", "unit", "keys_encrypted", "link_lookup", "code_lookup", "made_at", "shown_until")
_LINK_COLUMNS = ("link_lookup", "receipt")


def help_problem(inputs: SupportRecordInput, today: date) -> Problem | None:
    """Return why this can't be recorded, before anything is written; importers ask it row by row."""
    if inputs.person is not None and inputs.business is not None:
        return Problem("two_receivers", _("A shop is not its owner: record the two as two helps."), "person")
    problem = rules.day_problem(inputs.happened_on, today)
    if problem is None and inputs.person is not None:
        purposes = inputs.consent.purposes if inputs.consent is not None else ()
        problem = rules.consent_problem(named=True, purposes=purposes, needed=RECORD_PURPOSE)
    if inputs.source == SupportRecordSource.BOOTH and not inputs.helper.name:
        # Erased since the stand was opened.
        message = _("Nobody is named who helps at this stand any more. End it and open another one.")
        problem = problem or Problem("helper_missing", message)
    problem = problem or _one_person_problem(inputs)
    names = [("helper", inputs.helper.name), ("second", inputs.second.name if inputs.second else "")]
    if inputs.person is not None:
        names.append(("name", inputs.person.name))
    if inputs.business is not None:
        names.append(("business_name", inputs.business.name))
    if inputs.consent is not None:
        names.append(("guardian_name", inputs.consent.guardian_name))
    for field, name in names:
        problem = problem or rules.name_problem(name, field)
    return problem


def _one_person_problem(inputs: SupportRecordInput) -> Problem | None:
    """Return why two people of this record are one human: its pair, or helper and receiver.

    Visits and referrals know their people by more than names, and check this themselves.
    """
    if inputs.source not in {SupportRecordSource.OFFICE, SupportRecordSource.IMPORT, SupportRecordSource.BOOTH}:
        return None
    second = inputs.second.name if inputs.second is not None else ""
    if inputs.second is not None and is_same_human(inputs.helper, inputs.second):
        return rules.same_helper_problem()
    if inputs.person is None or inputs.namesakes:
        return None
    return rules.helped_self_problem(inputs.person.name, inputs.helper.name, second)


@transaction.atomic
def record_helps(*, actor: User, unit: Unit, entries: Sequence[SupportRecordInput]) -> list[RecordResult]:
    """Record support that the unit gave; each record is counted, has a receipt, and is in the history. In the order of the
    entries.

    An entry with a known key, or with the receiver, service and day of an existing record of the unit, is that record, and
    nothing is written. The same key with other content is refused, and all entries are refused when one of them is invalid.
    """
    policy.RECORD.require_at(actor, unit)
    if len(entries) > rules.MOST_AT_ONCE:
        message = _("More than a thousand helps at once; send them in several lots.")
        raise Refused(Problem("too_many", message))
    return add_helps(actor=actor, unit=unit, entries=entries)


class WrittenRecords(NamedTuple):
    """Support records that were written, and what is still to be posted of them (`post_support_records`).

    `results` are in the order of the entries; `counted` are the ledger's entries of new records, `shown_receipts` the receipts
    that a phone had shown before.
    """

    results: list[RecordResult]
    consent_events: list[AuditEventInput]
    record_events: list[AuditEventInput]
    counted: list[FactInput]
    shown_receipts: list[ReceiptKey]


@transaction.atomic(savepoint=False)
def add_helps(
    *,
    actor: User | None,
    unit: Unit,
    entries: Sequence[SupportRecordInput],
    home: UUID | None = None,
    locked: bool = False,
) -> list[RecordResult]:
    """Do the same as `record_helps` after the caller's own policy check: check, write and post. Without an actor the helped
    person reported it.

    What is recorded of an ended unit's days after its end is its successor's.

    `home` is the unit that keeps the contacts, where the caller knows it. `locked`: the caller holds the locks of all names of
    the entries (`people.lock_people_and_shops`).
    """
    today = clock.today()
    for entry in entries:
        if problem := help_problem(entry, today):
            raise Refused(problem)
    unit = units.unit_of_days(unit, {entry.happened_on for entry in entries})
    home = home or members.home_units([unit.pk])[unit.pk]
    written = write_support_records(actor=actor, unit=unit, home=home, entries=entries, locked=locked)
    post_support_records(written)
    return written.results


def write_support_records(
    *,
    actor: User | None,
    unit: Unit,
    home: UUID,
    entries: Sequence[SupportRecordInput],
    known_services: Collection[str] = (),
    locked: bool = False,
) -> WrittenRecords:
    """Match receivers and write receipts, records and consents, in the caller's transaction; nothing is counted yet.

    The caller has asked `help_problem` of each entry, and calls `post_support_records` once its own rows are written.
    `home` is the unit that keeps the contacts; `known_services` are codes that the caller has found in the list of services.
    """
    plan = plan_records(
        match_records(actor, unit, home, entries, known_services=known_services, locked=locked),
    )
    return _write_records(plan)


def post_support_records(
    written: WrittenRecords, *, events: Sequence[AuditEventInput] = (), counted: Sequence[FactInput] = ()
) -> None:
    """Post written records to history and ledger, then apply the confirmations that came before their receipts.

    `events` and `counted` are those of the caller's own rows: one action calls the ledger once.
    """
    record_many([*written.consent_events, *events, *written.record_events])
    ledger.count_many([*written.counted, *counted])
    if written.shown_receipts:
        apply_early_confirmations(written.shown_receipts)


def _write_records(plan: RecordPlan) -> WrittenRecords:
    """Write receipts, records and consents, each table in one statement."""
    database.insert_rows(Receipt, _RECEIPT_COLUMNS, plan.receipts)
    database.insert_rows(ReceiptLink, _LINK_COLUMNS, plan.links, keep_known=True)
    database.insert_objects(plan.helps)
    consent_events = people.store_consents(actor=plan.actor, entries=list(plan.consents.values()))
    return WrittenRecords(
        plan.results,
        consent_events,
        [AuditEventInput(plan.actor, "support.record", support_record, plan.unit_id) for support_record in plan.helps],
        [families.fact_of(support_record) for support_record in plan.helps],
        list(plan.shown.values()),
    )


def redirect_receipts(*, unit: Unit, shown: Sequence[tuple[ReceiptInput, UUID]]) -> None:
    """Let receipts that phones have shown lead to existing ones of the unit; links are pairs of (receipt shown, existing
    receipt's key).
    """
    receipts_by_lookup = {
        receipt_keys.link_lookup(receipt.link): (receipt, receipt_id) for receipt, receipt_id in shown
    }
    taken = (
        set(Receipt.objects.filter(link_lookup__in=receipts_by_lookup).values_list("link_lookup", flat=True))
        if receipts_by_lookup
        else set()
    )
    keys = [
        ReceiptKey(
            receipt_id,
            receipt_keys.accept_phone_keys(receipt.link, receipt.code, None)[1],
            receipt.shown_until,
            unit.pk,
        )
        for lookup, (receipt, receipt_id) in receipts_by_lookup.items()
        if lookup not in taken
    ]
    if keys:
        database.insert_rows(
            ReceiptLink,
            _LINK_COLUMNS,
            [(receipt_key.link_lookup, receipt_key.id) for receipt_key in keys],
            keep_known=True,
        )
        apply_early_confirmations(keys)
