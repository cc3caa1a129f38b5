"""Planning of what is written for matched entries. Pure: reads and writes nothing."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from doanso.lib import clock, database
from doanso.lib.uuid7 import uuid7
from doanso.people import actions as people
from doanso.people.actions import Particulars, PersonConsent
from doanso.support import receipt_keys, rules
from doanso.support.actions.early_confirmations import ReceiptKey
from doanso.support.actions.record_matching import RecordMatch, RecordReceiver, RecordResult, receipt_taken
from doanso.support.models import SupportRecord
from doanso.support.record_inputs import ConsentInput, Helper, SupportRecordInput


def is_same_human(helper: Helper, second: Helper) -> bool:
    """Return whether two helpers are one human: one member, or one name without anything that distinguishes the two."""
    if helper.member_id is not None and second.member_id is not None:
        return helper.member_id == second.member_id
    return not second.apart and rules.same_helper(helper.name, second.name)


def helper_columns(helper: Helper, second: Helper | None) -> dict[str, Any]:
    """Return the columns of a support record's helpers, and the resulting grade."""
    kind = helper.kind if helper.name else ""
    second = second if second is not None and second.name else Helper("", "")
    return {
        "helper_id": helper.member_id,
        "helper_name": helper.name,
        "helper_kind": kind,
        "second_helper_id": second.member_id,
        "second_helper_name": second.name,
        "second_helper_kind": second.kind,
        "grade": rules.SEEN if is_same_human(helper, second) else rules.grade(kind, second.kind),
    }


def plan_records(match: RecordMatch) -> "RecordPlan":
    """Return for each entry its existing record or the planned rows; pure."""
    plan = RecordPlan(match, clock.today(), clock.now())
    results = dict(match.results)
    for index, receiver in match.receivers.items():
        results[index] = plan.take(match.entries[index], receiver, match.hashes[index])
    plan.results = [results[index] for index in range(len(match.entries))]
    return plan


class RecordPlan:
    """Rows to be written for a batch of entries; `take` is called for each in the order of reporting."""

    def __init__(self, match: RecordMatch, today: date, now: datetime) -> None:
        self.actor, self.today, self.now = match.actor, today, now
        self.actor_id, self.unit_id = match.actor.pk if match.actor is not None else None, match.unit.pk
        self.active_records = match.active_records
        self.known_slips = match.known_receipts
        self.receipt_by_day = {
            (who, day): receipt for (who, day, _service), (_key, receipt) in match.active_records.items()
        }
        self.results: list[RecordResult] = []
        self.helps: list[SupportRecord] = []
        self.receipts: list[tuple[Any, ...]] = []
        self.links: list[tuple[str, UUID]] = []
        # Receipts that phones have shown before they sent them: somebody may have confirmed one already.
        self.shown: dict[str, ReceiptKey] = {}
        self.consents: dict[tuple[UUID, ConsentInput], PersonConsent] = {}

    def take(self, inputs: SupportRecordInput, who: RecordReceiver, content: str) -> RecordResult:
        """Return the existing record of an entry, or plan a new one."""
        receiver = who.contact_id or who.business_id
        if receiver is not None and (
            existing := self.active_records.get((receiver, inputs.happened_on, inputs.service))
        ):
            if existing[1] is not None:
                self._link(inputs, existing[1])
            return RecordResult(existing[0], existing[1], True, who.is_new, who.known_elsewhere, who.doubtful)
        receipt_id = self._slip(inputs, receiver)
        support_record = database.new_object(
            SupportRecord,
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
        self.helps.append(support_record)
        if receiver is not None:
            self.active_records[receiver, inputs.happened_on, inputs.service] = (support_record.id, receipt_id)
        if who.person_id is not None and inputs.consent is not None:
            self._consent(who.person_id, inputs.consent, inputs.person if who.is_new else None)
        return RecordResult(support_record.id, receipt_id, False, who.is_new, who.known_elsewhere, who.doubtful)

    def _slip(self, inputs: SupportRecordInput, receiver: UUID | None) -> UUID | None:
        """Return the receipt of that receiver's day: one for all services, and none for an unnamed receiver."""
        if receiver is None:
            return None
        existing_id = self.receipt_by_day.get((receiver, inputs.happened_on))
        if existing_id is not None:
            self._link(inputs, existing_id)
            return existing_id
        year = people.birth_year_of(inputs.person) if inputs.person is not None else inputs.receipt_birth_year
        if inputs.slip is None:
            receipt_id, shown_until = uuid7(), None
            keys = receipt_keys.new_keys(receipt_id, year)
        else:
            receipt_id, shown_until = inputs.slip.receipt_id, inputs.slip.shown_until
            keys = receipt_keys.accept_phone_keys(inputs.slip.link, inputs.slip.code, year)
            self.shown[keys[1]] = ReceiptKey(receipt_id, keys[1], shown_until, self.unit_id)
        if receipt_id not in self.known_slips:
            self.receipts.append((receipt_id, self.unit_id, *keys, self.now, shown_until))
        elif self.known_slips[receipt_id] - {receiver}:
            # Its holder would confirm support that another person received.
            raise receipt_taken()
        self.receipt_by_day[receiver, inputs.happened_on] = receipt_id
        return receipt_id

    def _link(self, inputs: SupportRecordInput, receipt_id: UUID) -> None:
        """Let the phone's link lead to the receipt that the receiver has of that day."""
        if inputs.slip is None or inputs.slip.receipt_id == receipt_id:
            return
        link = receipt_keys.accept_phone_keys(inputs.slip.link, inputs.slip.code, None)[1]
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
