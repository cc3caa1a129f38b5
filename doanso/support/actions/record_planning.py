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
from doanso.support.actions.record_matching import RecordMatch, RecordReceiver, RecordResult, receipt_taken_refusal
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
        "grade": rules.SEEN if is_same_human(helper, second) else rules.grade_of_helpers(kind, second.kind),
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
        self.known_receipts = match.known_receipts
        self.receipt_by_day = {
            (receiver_id, day): receipt
            for (receiver_id, day, _service), (_key, receipt) in match.active_records.items()
        }
        self.results: list[RecordResult] = []
        self.helps: list[SupportRecord] = []
        self.receipts: list[tuple[Any, ...]] = []
        self.links: list[tuple[str, UUID]] = []
        # Receipts that phones have shown before they sent them: somebody may have confirmed one already.
        self.shown: dict[str, ReceiptKey] = {}
        self.consents: dict[tuple[UUID, ConsentInput], PersonConsent] = {}

    def take(self, inputs: SupportRecordInput, receiver: RecordReceiver, content: str) -> RecordResult:
        """Return the existing record of an entry, or plan a new one."""
        receiver_id = receiver.contact_id or receiver.business_id
        if receiver_id is not None and (
            existing := self.active_records.get((receiver_id, inputs.happened_on, inputs.service))
        ):
            if existing[1] is not None:
                self._link(inputs, existing[1])
            return RecordResult(
                existing[0], existing[1], True, receiver.is_new, receiver.known_elsewhere, receiver.doubtful
            )
        receipt_id = self._receipt_id_of(inputs, receiver_id)
        support_record = database.new_object(
            SupportRecord,
            id=inputs.source_id or uuid7(),
            unit_id=self.unit_id,
            named=inputs.named,
            person_id=receiver.person_id,
            business_id=receiver.business_id,
            contact_id=receiver.contact_id,
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
        if receiver_id is not None:
            self.active_records[receiver_id, inputs.happened_on, inputs.service] = (support_record.id, receipt_id)
        if receiver.person_id is not None and inputs.consent is not None:
            self._consent(receiver.person_id, inputs.consent, inputs.person if receiver.is_new else None)
        return RecordResult(
            support_record.id, receipt_id, False, receiver.is_new, receiver.known_elsewhere, receiver.doubtful
        )

    def _receipt_id_of(self, inputs: SupportRecordInput, receiver_id: UUID | None) -> UUID | None:
        """Return the receipt of that receiver's day: one for all services, and none for an unnamed receiver."""
        if receiver_id is None:
            return None
        existing_id = self.receipt_by_day.get((receiver_id, inputs.happened_on))
        if existing_id is not None:
            self._link(inputs, existing_id)
            return existing_id
        year = people.birth_year_of(inputs.person) if inputs.person is not None else inputs.receipt_birth_year
        if inputs.receipt is None:
            receipt_id, shown_until = uuid7(), None
            keys = receipt_keys.new_keys(receipt_id, year)
        else:
            receipt_id, shown_until = inputs.receipt.receipt_id, inputs.receipt.shown_until
            keys = receipt_keys.accept_phone_keys(inputs.receipt.link, inputs.receipt.code, year)
            self.shown[keys[1]] = ReceiptKey(receipt_id, keys[1], shown_until, self.unit_id)
        if receipt_id not in self.known_receipts:
            self.receipts.append((receipt_id, self.unit_id, *keys, self.now, shown_until))
        elif self.known_receipts[receipt_id] - {receiver_id}:
            # Its holder would confirm support that another person received.
            raise receipt_taken_refusal()
        self.receipt_by_day[receiver_id, inputs.happened_on] = receipt_id
        return receipt_id

    def _link(self, inputs: SupportRecordInput, receipt_id: UUID) -> None:
        """Let the phone's link lead to the receipt that the receiver has of that day."""
        if inputs.receipt is None or inputs.receipt.receipt_id == receipt_id:
            return
        link = receipt_keys.accept_phone_keys(inputs.receipt.link, inputs.receipt.code, None)[1]
        if link not in self.shown:
            self.links.append((link, receipt_id))
            self.shown[link] = ReceiptKey(receipt_id, link, inputs.receipt.shown_until, self.unit_id)

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
