"""Match entries before they are recorded: entries known by key, receivers, their records, and receipts shown before."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.lib import database
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.problems import Problem, Refused
from doanso.people import actions as people
from doanso.people.models import Contact
from doanso.support import receipt_keys
from doanso.support.content import content_hash, is_content
from doanso.support.models import Receipt, SupportRecord
from doanso.support.record_inputs import SupportRecordInput
from doanso.units.models import Unit


class RecordResult(NamedTuple):
    """The record of one entry. `is_known`: it was recorded before, and nothing was written."""

    support_record_id: UUID
    receipt_id: UUID | None
    is_known: bool
    is_new: bool = False
    known_elsewhere: bool = False
    doubtful: bool = False


class RecordReceiver(NamedTuple):
    """The receiver of a support record: the unit's contact of a person, or a shop."""

    contact_id: UUID | None
    person_id: UUID | None
    business_id: UUID | None
    is_new: bool = False
    known_elsewhere: bool = False
    doubtful: bool = False


ActiveRecords = dict[tuple[UUID, date, str], tuple[UUID, UUID | None]]


class RecordMatch(NamedTuple):
    """Entries with the known data about them: those recorded before, receivers, their records and receipts of these days."""

    actor: User | None
    unit: Unit
    entries: Sequence[SupportRecordInput]
    hashes: Sequence[str]
    # By the entry's index: results of those whose key was recorded before; receivers of all others.
    results: dict[int, RecordResult]
    receivers: dict[int, RecordReceiver]
    active_records: ActiveRecords
    known_receipts: dict[UUID, set[UUID]]


def match_records(
    actor: User | None,
    unit: Unit,
    home: UUID,
    entries: Sequence[SupportRecordInput],
    *,
    known_services: Collection[str],
    locked: bool,
) -> RecordMatch:
    hashes = [content_hash(unit.pk, entry) for entry in entries]
    results = _known_by_key(unit.pk, entries, hashes)
    fresh = [index for index in range(len(entries)) if index not in results]
    require_services({entries[index].service for index in fresh} - set(known_services))
    receivers = _match_receivers(home, entries, fresh, locked=locked)
    days = {entries[index].happened_on for index in fresh}
    active_records = _active_records(unit, [receivers[index] for index in fresh], days)
    return RecordMatch(actor, unit, entries, hashes, results, receivers, active_records, _known_receipts(unit, entries))


def _known_receipts(unit: Unit, entries: Sequence[SupportRecordInput]) -> dict[UUID, set[UUID]]:
    """Return receipts that phones have shown before, with their receivers: a corrected visit keeps its own. One of
    another unit is refused."""
    shown = {reported.receipt.receipt_id: reported.receipt.link for reported in entries if reported.receipt is not None}
    reported = {key: receipt_keys.link_lookup(link) for key, link in shown.items()}
    if not reported:
        return {}
    ids, links = [*reported], [*reported.values()]
    where = f"id IN ({database.placeholders(ids)}) OR link_lookup IN ({database.placeholders(links)})"
    rows = database.read_rows(Receipt, ("id", "unit", "link_lookup"), where, [*ids, *links])
    for key, unit_id, link in rows:
        if unit_id != unit.pk or reported.get(key) != link:
            raise receipt_taken_refusal()
    holders: dict[UUID, set[UUID]] = {row[0]: set() for row in rows}
    if holders:
        # A confirmation that waits for such a receipt raises these too, after the ledger was called; their rows come before it.
        active_records = SupportRecord.objects.filter(receipt__in=list(holders), taken_back_at=None)
        list(active_records.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        where = f"receipt_id IN ({database.placeholders(holders)}) AND taken_back_at IS NULL"
        for key, contact, business in database.read_rows(
            SupportRecord, ("receipt", "contact", "business"), where, [*holders]
        ):
            holders[key].add(contact or business)
    return holders


def receipt_taken_refusal() -> Refused:
    message = _("This receipt belongs to another help. Show the person a new one.")
    return Refused(Problem("receipt_taken", message, "receipt"))


def _known_by_key(
    unit_id: UUID, entries: Sequence[SupportRecordInput], hashes: Sequence[str]
) -> dict[int, RecordResult]:
    """Return entries whose own key was recorded before; one with other content is refused."""
    keys = [entry.source_id for entry in entries if entry.source_id is not None]
    if not keys:
        return {}
    rows = database.read_rows(
        SupportRecord, ("id", "receipt", "content_hash"), f"id IN ({database.placeholders(keys)})", keys
    )
    known_rows = {row[0]: row for row in rows}
    answers = {}
    for index, entry in enumerate(entries):
        if entry.source_id is None or entry.source_id not in known_rows:
            continue
        key, receipt_id, content = known_rows[entry.source_id]
        # Of an erased person nothing is left to compare with.
        if content not in ("", hashes[index]) and not is_content(content, unit_id, entry):
            message = _("Record %(key)s was told before with other content; correct that help instead.")
            raise Refused(Problem("source_conflict", message % {"key": key}))
        answers[index] = RecordResult(key, receipt_id, is_known=True)
    return answers


_KNOWN_CODES = PreparedQuery(lambda codes: Service.objects.filter(pk__in=codes).values_list("pk", flat=True))


def require_services(codes: set[str]) -> None:
    """Refuse a service that is not on the list."""
    if not codes:
        return
    known_codes = set(_KNOWN_CODES(sorted(codes)))
    if missing := sorted(codes - known_codes):
        message = _("There is no service “%(code)s”; choose one of the list.")
        raise Refused(Problem("service_unknown", message % {"code": missing[0]}, "service"))


def _match_receivers(
    home: UUID, entries: Sequence[SupportRecordInput], fresh: Sequence[int], *, locked: bool
) -> dict[int, RecordReceiver]:
    """Match or create the receivers; those of a branch belong to the unit that keeps the contacts.

    Entries that name the same object have the same person or shop as receiver, whatever its data.
    """
    receivers = _chosen_receivers(home, [entries[index] for index in fresh])
    persons = {
        id(person): person
        for index in fresh
        if (person := entries[index].person) is not None and id(person) not in receivers
    }
    shops = {
        id(firm): firm for index in fresh if (firm := entries[index].business) is not None and id(firm) not in receivers
    }
    if not locked and (persons or shops):
        names = [(person.name, people.birth_year_of(person)) for person in persons.values()]
        people.lock_people_and_shops(names, [firm.name for firm in shops.values()])
    if persons:
        people_met = people.match_or_create_people(unit_id=home, inputs=list(persons.values()), locked=True)
        for key, met in zip(persons, people_met, strict=True):
            receivers[key] = RecordReceiver(
                met.contact_id, met.person_id, None, met.is_new, met.known_elsewhere, met.doubtful
            )
    if shops:
        shops_met = people.match_or_create_businesses(unit_id=home, inputs=list(shops.values()), locked=True)
        for key, shop in zip(shops, shops_met, strict=True):
            receivers[key] = RecordReceiver(
                None, None, shop.business_id, shop.is_new, shop.known_elsewhere, shop.doubtful
            )
    nobody = RecordReceiver(None, None, None)
    return {index: receivers.get(id(entries[index].person or entries[index].business), nobody) for index in fresh}


def _chosen_receivers(home: UUID, entries: Sequence[SupportRecordInput]) -> dict[int, RecordReceiver]:
    """Return the receivers that a user has chosen among the unit's contacts or shops."""
    entries_with_receiver = [entry for entry in entries if entry.receiver_id is not None]
    receivers: dict[int, RecordReceiver] = {}
    contacts = {
        entry.receiver_id
        for entry in entries_with_receiver
        if entry.person is not None and entry.receiver_id is not None
    }
    if contacts:
        person_ids = dict(
            Contact.objects.filter(pk__in=contacts, unit_id=home, erased_at=None).values_list("pk", "person_id")
        )
        for entry in entries_with_receiver:
            if entry.person is not None and entry.receiver_id in person_ids:
                receivers[id(entry.person)] = RecordReceiver(entry.receiver_id, person_ids[entry.receiver_id], None)
    for entry in entries_with_receiver:
        if entry.business is not None:
            receivers[id(entry.business)] = RecordReceiver(None, None, entry.receiver_id)
    return receivers


def _active_records(unit: Unit, receivers: Sequence[RecordReceiver], days: set[date]) -> ActiveRecords:
    """Return records of the unit for these receivers on these days.

    Matching has locked their names until the transaction ends, so no two actions record the same one.
    """
    active_records: ActiveRecords = {}
    for column, ids in (
        ("contact", {recipient.contact_id for recipient in receivers if recipient.contact_id and not recipient.is_new}),
        (
            "business",
            {recipient.business_id for recipient in receivers if recipient.business_id and not recipient.is_new},
        ),
    ):
        if not ids:
            continue
        keys = sorted(ids)
        rows = database.read_rows(
            SupportRecord,
            (column, "happened_on", "service", "id", "receipt"),
            f"{column}_id IN ({database.placeholders(keys)}) AND happened_on BETWEEN %s AND %s AND unit_id = %s"
            " AND taken_back_at IS NULL",
            [*keys, min(days), max(days), unit.pk],
        )
        for receiver, day, service, key, receipt in rows:
            active_records[receiver, day, service] = (key, receipt)
    return active_records
