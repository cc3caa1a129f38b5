"""Recording helps, one or a thousand in the same number of statements; correcting one and taking it back."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.audit.actions import AuditEventInput, record_many
from doanso.ledger import actions as ledger
from doanso.ledger.inputs import FactInput
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.lib.uuid7 import uuid7
from doanso.members import queries as members
from doanso.people import actions as people
from doanso.people.actions import Particulars, PersonConsent
from doanso.people.models import Contact
from doanso.support import families, policy, rules, slips
from doanso.support.actions.early_confirmations import ReceiptKey, settle_early
from doanso.support.content import content_hash, is_content
from doanso.support.models import Help, HelpSource, Receipt, ReceiptLink
from doanso.support.record_inputs import ConsentInput, Helper, ReceiptInput, SupportRecordInput
from doanso.units.models import Unit

RECORD_PURPOSE = "support"
"""The purpose without which nobody is written down by name."""


class Recorded(NamedTuple):
    """What became of one told help. `known`: it was recorded before, and nothing was done."""

    help_id: UUID
    receipt_id: UUID | None
    known: bool
    is_new: bool = False
    known_elsewhere: bool = False
    doubtful: bool = False


def help_problem(inputs: SupportRecordInput, today: date) -> Problem | None:
    """Why this can't be recorded, asked before anything is written; importers ask it row by row."""
    if inputs.person is not None and inputs.business is not None:
        return Problem("two_receivers", _("A shop is not its owner: record the two as two helps."), "person")
    problem = rules.day_problem(inputs.happened_on, today)
    if problem is None and inputs.person is not None:
        purposes = inputs.consent.purposes if inputs.consent is not None else ()
        problem = rules.consent_problem(named=True, purposes=purposes, needed=RECORD_PURPOSE)
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


def one_and_the_same(helper: Helper, second: Helper) -> bool:
    """Return whether two helpers are one human: one member, or one name where nothing tells the two apart."""
    if helper.member_id is not None and second.member_id is not None:
        return helper.member_id == second.member_id
    return not second.apart and rules.same_helper(helper.name, second.name)


def _one_person_problem(inputs: SupportRecordInput) -> Problem | None:
    """Return why two of this help are one human: its pair, or who helped and who was helped.

    Visits and referrals know their people by more than their names, and judge them themselves.
    """
    if inputs.source not in {HelpSource.OFFICE, HelpSource.IMPORT}:
        return None
    second = inputs.second.name if inputs.second is not None else ""
    if inputs.second is not None and one_and_the_same(inputs.helper, inputs.second):
        return rules.same_helper_problem()
    if inputs.person is None or inputs.namesakes:
        return None
    return rules.helped_self_problem(inputs.person.name, inputs.helper.name, second)


def helper_columns(helper: Helper, second: Helper | None) -> dict[str, Any]:
    """What a help says of its helpers, and the grade that follows from them."""
    kind = helper.kind if helper.name else ""
    second = second if second is not None and second.name else Helper("", "")
    return {
        "helper_id": helper.member_id,
        "helper_name": helper.name,
        "helper_kind": kind,
        "second_helper_id": second.member_id,
        "second_helper_name": second.name,
        "second_helper_kind": second.kind,
        "grade": rules.SEEN if one_and_the_same(helper, second) else rules.grade(kind, second.kind),
    }


class _Receiver(NamedTuple):
    """Whom a help was given: the unit's contact of a person, or a shop."""

    contact_id: UUID | None
    person_id: UUID | None
    business_id: UUID | None
    is_new: bool = False
    known_elsewhere: bool = False
    doubtful: bool = False


_Standing = dict[tuple[UUID, date, str], tuple[UUID, UUID | None]]


@transaction.atomic
def record_helps(*, actor: User, unit: Unit, entries: Sequence[SupportRecordInput]) -> list[Recorded]:
    """Record helps that the unit gave; each is counted, has a slip, and is in the history. In the order of the entries.

    Told again with the same key, or the same receiver, service and day by the same unit, it is the same help, and nothing
    is done. The same key with other content is refused, and so is the whole lot when one of it is not right.
    """
    policy.RECORD.require_at(actor, unit)
    if len(entries) > rules.MOST_AT_ONCE:
        message = _("More than a thousand helps at once; send them in several lots.")
        raise Refused(Problem("too_many", message))
    return add_helps(actor=actor, unit=unit, entries=entries)


class WrittenRecords(NamedTuple):
    """Support records that were written, and what is still to be posted of them (`post_support_records`).

    `results` are in the order of the entries; `counted` are the ledger's entries of new records, `shown_receipts` the
    receipts that a phone had shown before.
    """

    results: list[Recorded]
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
) -> list[Recorded]:
    """`record_helps` after the caller's own policy: check, write and post. Without an actor the helped person reported it.

    `home` is the unit that keeps the contacts, where the caller knows it. `locked`: the caller holds the locks of all names
    of the entries (`people.lock_people_and_shops`).
    """
    today = clock.today()
    for entry in entries:
        if problem := help_problem(entry, today):
            raise Refused(problem)
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
    plan = _plan_records(
        _match_records(actor, unit, home, entries, known_services=known_services, locked=locked),
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
        settle_early(written.shown_receipts)


class _RecordMatch(NamedTuple):
    """Entries with all that is known of them: those recorded before, receivers, their records and receipts of these days."""

    actor: User | None
    unit: Unit
    entries: Sequence[SupportRecordInput]
    hashes: Sequence[str]
    # By the entry's index: results of those whose key was recorded before; receivers of all others.
    results: dict[int, Recorded]
    receivers: dict[int, _Receiver]
    active_records: _Standing
    known_receipts: dict[UUID, set[UUID]]


def _match_records(
    actor: User | None,
    unit: Unit,
    home: UUID,
    entries: Sequence[SupportRecordInput],
    *,
    known_services: Collection[str],
    locked: bool,
) -> _RecordMatch:
    hashes = [content_hash(unit.pk, entry) for entry in entries]
    results = _known_by_key(unit.pk, entries, hashes)
    fresh = [index for index in range(len(entries)) if index not in results]
    require_services({entries[index].service for index in fresh} - set(known_services))
    receivers = _meet(home, entries, fresh, locked=locked)
    days = {entries[index].happened_on for index in fresh}
    active_records = _standing(unit, [receivers[index] for index in fresh], days)
    return _RecordMatch(actor, unit, entries, hashes, results, receivers, active_records, _known_slips(unit, entries))


def _plan_records(match: _RecordMatch) -> "_RecordPlan":
    """Decide of each entry whether its record exists or what is written for it; pure."""
    plan = _RecordPlan(match, clock.today(), clock.now())
    results = dict(match.results)
    for index, receiver in match.receivers.items():
        results[index] = plan.take(match.entries[index], receiver, match.hashes[index])
    plan.results = [results[index] for index in range(len(match.entries))]
    return plan


def _write_records(plan: "_RecordPlan") -> WrittenRecords:
    """Write receipts, records and consents, each table in one statement."""
    database.insert_rows(Receipt, _RECEIPT_COLUMNS, plan.receipts)
    database.insert_rows(ReceiptLink, _LINK_COLUMNS, plan.links, keep_known=True)
    database.insert_objects(plan.helps)
    consent_events = people.keep_consents(actor=plan.actor, entries=list(plan.consents.values()))
    return WrittenRecords(
        plan.results,
        consent_events,
        [AuditEventInput(plan.actor, "support.record", support_record, plan.unit_id) for support_record in plan.helps],
        [families.counted(support_record) for support_record in plan.helps],
        list(plan.shown.values()),
    )


def _known_slips(unit: Unit, entries: Sequence[SupportRecordInput]) -> dict[UUID, set[UUID]]:
    """Slips that the phones' visits have shown before, with whose they are: a visit that was put right keeps its own.
    Another unit's is refused."""
    shown = {reported.slip.receipt_id: reported.slip.link for reported in entries if reported.slip is not None}
    reported = {key: slips.link_lookup(link) for key, link in shown.items()}
    if not reported:
        return {}
    ids, links = [*reported], [*reported.values()]
    where = f"id IN ({database.marks(ids)}) OR link_lookup IN ({database.marks(links)})"
    rows = database.read_rows(Receipt, ("id", "unit", "link_lookup"), where, [*ids, *links])
    for key, unit_id, link in rows:
        if unit_id != unit.pk or reported.get(key) != link:
            raise _receipt_taken()
    holders: dict[UUID, set[UUID]] = {row[0]: set() for row in rows}
    if holders:
        # A word that waits for such a slip lifts these too, after the ledger was told; their rows come before it.
        active_records = Help.objects.filter(receipt__in=list(holders), taken_back_at=None)
        list(active_records.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
        where = f"receipt_id IN ({database.marks(holders)}) AND taken_back_at IS NULL"
        for key, contact, business in database.read_rows(Help, ("receipt", "contact", "business"), where, [*holders]):
            holders[key].add(contact or business)
    return holders


def link_slips(*, unit: Unit, shown: Sequence[tuple[ReceiptInput, UUID]]) -> None:
    """Let what phones have shown lead to receipts that there were already: (slip, receipt) of the unit's own helps."""
    slips_by_lookup = {slips.link_lookup(slip.link): (slip, receipt_id) for slip, receipt_id in shown}
    taken = (
        set(Receipt.objects.filter(link_lookup__in=slips_by_lookup).values_list("link_lookup", flat=True))
        if slips_by_lookup
        else set()
    )
    keys = [
        ReceiptKey(receipt_id, slips.told_keys(slip.link, slip.code, None)[1], slip.shown_until, unit.pk)
        for lookup, (slip, receipt_id) in slips_by_lookup.items()
        if lookup not in taken
    ]
    if keys:
        database.insert_rows(
            ReceiptLink,
            _LINK_COLUMNS,
            [(receipt_key.link_lookup, receipt_key.id) for receipt_key in keys],
            keep_known=True,
        )
        settle_early(keys)


def _receipt_taken() -> Refused:
    message = _("This receipt belongs to another help. Show the person a new one.")
    return Refused(Problem("receipt_taken", message, "receipt"))


def _known_by_key(unit_id: UUID, entries: Sequence[SupportRecordInput], hashes: Sequence[str]) -> dict[int, Recorded]:
    """Entries whose own key was recorded before; one that says something else now is refused."""
    keys = [entry.source_id for entry in entries if entry.source_id is not None]
    if not keys:
        return {}
    rows = database.read_rows(Help, ("id", "receipt", "content_hash"), f"id IN ({database.marks(keys)})", keys)
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
        answers[index] = Recorded(key, receipt_id, known=True)
    return answers


def require_services(codes: set[str]) -> None:
    """Refuse a service that is not on the list."""
    if not codes:
        return
    known_codes = set(Service.objects.filter(pk__in=codes).values_list("pk", flat=True))
    if missing := sorted(codes - known_codes):
        message = _("There is no service “%(code)s”; choose one of the list.")
        raise Refused(Problem("service_unknown", message % {"code": missing[0]}, "service"))


def _meet(
    home: UUID, entries: Sequence[SupportRecordInput], fresh: Sequence[int], *, locked: bool
) -> dict[int, _Receiver]:
    """Find or make everybody who is told of; what a branch writes down belongs to the unit that keeps the contacts.

    Helps that are told of one and the same object are one person's, or one shop's, whatever is known of them.
    """
    receivers = _told_receivers(home, [entries[index] for index in fresh])
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
            receivers[key] = _Receiver(
                met.contact_id, met.person_id, None, met.is_new, met.known_elsewhere, met.doubtful
            )
    if shops:
        shops_met = people.match_or_create_businesses(unit_id=home, inputs=list(shops.values()), locked=True)
        for key, shop in zip(shops, shops_met, strict=True):
            receivers[key] = _Receiver(None, None, shop.business_id, shop.is_new, shop.known_elsewhere, shop.doubtful)
    nobody = _Receiver(None, None, None)
    return {index: receivers.get(id(entries[index].person or entries[index].business), nobody) for index in fresh}


def _told_receivers(home: UUID, entries: Sequence[SupportRecordInput]) -> dict[int, _Receiver]:
    """Those of whom somebody said which of the unit's contacts, or which shop, is meant."""
    entries_with_receiver = [entry for entry in entries if entry.receiver_id is not None]
    receivers: dict[int, _Receiver] = {}
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
                receivers[id(entry.person)] = _Receiver(entry.receiver_id, person_ids[entry.receiver_id], None)
    for entry in entries_with_receiver:
        if entry.business is not None:
            receivers[id(entry.business)] = _Receiver(None, None, entry.receiver_id)
    return receivers


def _standing(unit: Unit, receivers: Sequence[_Receiver], days: set[date]) -> _Standing:
    """Helps that the unit gave these receivers on these days.

    Meeting them has locked their names until the transaction ends, so no two deeds record the same one.
    """
    active_records: _Standing = {}
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
            Help,
            (column, "happened_on", "service", "id", "receipt"),
            f"{column}_id IN ({database.marks(keys)}) AND happened_on BETWEEN %s AND %s AND unit_id = %s"
            " AND taken_back_at IS NULL",
            [*keys, min(days), max(days), unit.pk],
        )
        for receiver, day, service, key, receipt in rows:
            active_records[receiver, day, service] = (key, receipt)
    return active_records


_RECEIPT_COLUMNS = ("id", "unit", "keys_sealed", "link_lookup", "code_lookup", "made_at", "shown_until")
_LINK_COLUMNS = ("link_lookup", "receipt")


class _RecordPlan:
    """Rows to be written for a batch of entries; `take` is called for each in the order of reporting."""

    def __init__(self, match: _RecordMatch, today: date, now: datetime) -> None:
        self.actor, self.today, self.now = match.actor, today, now
        self.actor_id, self.unit_id = match.actor.pk if match.actor is not None else None, match.unit.pk
        self.active_records = match.active_records
        self.known_slips = match.known_receipts
        self.slips = {(who, day): receipt for (who, day, _service), (_key, receipt) in match.active_records.items()}
        self.results: list[Recorded] = []
        self.helps: list[Help] = []
        self.receipts: list[tuple[Any, ...]] = []
        self.links: list[tuple[str, UUID]] = []
        # Receipts that phones have shown before they sent them: somebody may have confirmed one already.
        self.shown: dict[str, ReceiptKey] = {}
        self.consents: dict[tuple[UUID, ConsentInput], PersonConsent] = {}

    def take(self, inputs: SupportRecordInput, who: _Receiver, content: str) -> Recorded:
        """One told help: the one that is known, or a new one."""
        receiver = who.contact_id or who.business_id
        if receiver is not None and (
            existing := self.active_records.get((receiver, inputs.happened_on, inputs.service))
        ):
            if existing[1] is not None:
                self._link(inputs, existing[1])
            return Recorded(existing[0], existing[1], True, who.is_new, who.known_elsewhere, who.doubtful)
        receipt_id = self._slip(inputs, receiver)
        help = database.new_object(  # noqa: A001
            Help,
            id=inputs.source_id or uuid7(),
            unit_id=self.unit_id,
            named=inputs.named,
            person_id=who.person_id,
            business_id=who.business_id,
            contact_id=who.contact_id,
            to_business=inputs.to_business or inputs.business is not None,
            service_id=inputs.service,
            happened_on=inputs.happened_on,
            arrived_on=self.today,
            recorded_at=self.now,
            source=inputs.source,
            **helper_columns(inputs.helper, inputs.second),
            recorded_by_id=self.actor_id,
            receipt_id=receipt_id,
            content_hash=content,
        )
        self.helps.append(help)
        if receiver is not None:
            self.active_records[receiver, inputs.happened_on, inputs.service] = (help.id, receipt_id)
        if who.person_id is not None and inputs.consent is not None:
            self._consent(who.person_id, inputs.consent, inputs.person if who.is_new else None)
        return Recorded(help.id, receipt_id, False, who.is_new, who.known_elsewhere, who.doubtful)

    def _slip(self, inputs: SupportRecordInput, receiver: UUID | None) -> UUID | None:
        """The slip of that receiver's day; one for all services, and none for whoever is not named."""
        if receiver is None:
            return None
        existing_id = self.slips.get((receiver, inputs.happened_on))
        if existing_id is not None:
            self._link(inputs, existing_id)
            return existing_id
        year = people.birth_year_of(inputs.person) if inputs.person is not None else inputs.slip_year
        if inputs.slip is None:
            receipt_id, shown_until = uuid7(), None
            keys = slips.new_keys(receipt_id, year)
        else:
            receipt_id, shown_until = inputs.slip.receipt_id, inputs.slip.shown_until
            keys = slips.told_keys(inputs.slip.link, inputs.slip.code, year)
            self.shown[keys[1]] = ReceiptKey(receipt_id, keys[1], shown_until, self.unit_id)
        if receipt_id not in self.known_slips:
            self.receipts.append((receipt_id, self.unit_id, *keys, self.now, shown_until))
        elif self.known_slips[receipt_id] - {receiver}:
            # Whoever holds it would confirm with one word what was done for somebody else.
            raise _receipt_taken()
        self.slips[receiver, inputs.happened_on] = receipt_id
        return receipt_id

    def _link(self, inputs: SupportRecordInput, receipt_id: UUID) -> None:
        """The phone's link leads to the slip that the receiver has of that day."""
        if inputs.slip is None or inputs.slip.receipt_id == receipt_id:
            return
        link = slips.told_keys(inputs.slip.link, inputs.slip.code, None)[1]
        if link not in self.shown:
            self.links.append((link, receipt_id))
            self.shown[link] = ReceiptKey(receipt_id, link, inputs.slip.shown_until, self.unit_id)

    def _consent(self, person_id: UUID, consent: ConsentInput, newcomer: Particulars | None) -> None:
        self.consents.setdefault(
            (person_id, consent),
            PersonConsent(
                person_id=person_id,
                unit_id=self.unit_id,
                purposes=consent.purposes,
                channel=consent.channel,
                text_version=consent.text_version,
                taken_on=self.today,
                guardian_name=consent.guardian_name,
                newcomer=newcomer,
            ),
        )
