"""Actions of 1+2: hand a slot over, record who was guided, and update slots and referrals when the evidence changes."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger import actions as ledger
from doanso.lib import clock, database, vietnamese
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import queries as members
from doanso.members.models import MemberState
from doanso.people import actions as people
from doanso.people import queries as persons
from doanso.people.actions import Particulars
from doanso.people.models import Channel, Contact
from doanso.referrals import families, policy, queries, rules, slot_keys
from doanso.referrals.models import Referral, ReferralSlot, SlotKind
from doanso.referrals.rules import NameAndYear
from doanso.support import actions as support
from doanso.support.actions import ConsentInput, Helper, RecordResult, SupportRecordInput
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.support.models import SupportRecord, SupportRecordSource

RESIDENT = "người được giúp"
"""The name in history of a person who accepts an invitation without an account."""


@dataclass(frozen=True, slots=True)
class GuidedPersonInput:
    """A guided person, the services they were guided to, and the purposes they agree to."""

    name: str
    birth_year: int | None
    services: tuple[str, ...]
    purposes: tuple[str, ...]
    phone: str = ""
    guardian_name: str = ""


@dataclass(frozen=True, slots=True)
class FilledSlotResult:
    """A slot that was filled, the receipt of its support records, and whether the person has confirmed it already."""

    slot: ReferralSlot
    receipt_id: UUID
    confirmed: bool


def lock_referrals() -> None:
    """Lock all of 1+2, before any subject of the ledger is locked.

    One lock for all members, because two friends may confirm each other at the same moment, each as the other's guided person.
    """
    database.lock(["referrals.slots"], shared=False)


def _lock_name(guided: GuidedPersonInput) -> None:
    people.lock_people_and_shops([(guided.name, guided.birth_year)], [])


# --- Handing a slot over ------------------------------------------------------------------------------------------------


@transaction.atomic
def open_slot(*, actor: User, member_id: UUID, kind: str) -> ReferralSlot:
    """Hand over one of a member's two slots, with a new link and code; the link handed over before no longer works.

    Refused for anybody but an active, permanent member, and while a person fills the slot.
    """
    lock_referrals()
    stay = members.lock_stay(member_id)
    policy.REFER_MEMBERS.require(actor, stay)
    if stay.state != MemberState.ACTIVE or stay.temporary:
        message = _("Only an active member guides a friend and a relative for 1+2, in the branch where they count.")
        raise Refused(Problem("not_active", message))
    slots = _lock_current_slots([stay.person_id])
    before = next((candidate for candidate in slots if candidate.kind == kind), None)
    if before is not None:
        refuse(rules.replacement_problem(queries.slot_states([before])[before.pk]))
        before.replaced_at = clock.now()
        before.save(update_fields=["replaced_at"])
        _update_referrals([stay.person_id])
    today = clock.today()
    slot = ReferralSlot(
        member=stay,
        person_id=stay.person_id,
        unit_id=stay.branch_id,
        kind=SlotKind(kind),
        made_at=clock.now(),
        made_on=today,
        expires_on=today + timedelta(days=settings.REFERRAL_DAYS),
    )
    slot_keys.put_new_keys(slot, queries.birth_year(stay.contact))
    slot.save(force_insert=True)
    record(actor=actor, action="outreach.open_slot", obj=slot, unit=slot.unit_id)
    return slot


def try_invitation_code(*, code: str, birth_year: int, network: str) -> ReferralSlot | None:
    """Return the slot of a typed code and the member's year of birth.

    Failed tries are limited as for receipts, by code and by `network` (of the request), whether or not the code exists.
    """
    lookup = slot_keys.code_lookup(code, birth_year)
    slot = ReferralSlot.objects.filter(code_lookup=lookup, replaced_at=None).order_by("-pk").first()
    limits = {
        support.try_key("invitation", code): rules.TRIES_PER_CODE,
        support.try_key("place", network): rules.TRIES_PER_ADDRESS,
    }
    if support.take_try(limits, missed=slot is None):
        message = _("Too many tries. Wait an hour, or open the link that the member has sent.")
        raise Refused(Problem("too_many_tries", message, "code"))
    return slot


# --- Filling a slot -----------------------------------------------------------------------------------------------------


_SLOT = PreparedQuery(lambda key: ReferralSlot.objects.select_related("person").filter(pk=key))


@transaction.atomic
def record_guided_person(*, actor: User, slot_id: UUID, guided: GuidedPersonInput) -> FilledSlotResult:
    """Fill a slot by the statement of the member or of an officer; the person's receipt then confirms it."""
    _lock_name(guided)
    lock_referrals()
    slot = _SLOT.get(slot_id)
    # The permission is checked at the member's present branch: a slot goes with its member into another branch.
    stay = queries.membership_of(slot.person_id)
    if stay is None:
        raise Refused(rules.closed_problem())
    policy.REFER_MEMBERS.require(actor, stay)
    recorded = _record_helps(actor, slot, guided, Channel.VOICE)
    return _fill_slot(actor, slot, recorded)


@transaction.atomic
def accept_invitation(
    *, slot_id: UUID, guided: GuidedPersonInput, staff_browser: bool, device: Sequence[str]
) -> FilledSlotResult:
    """Fill a slot by the statement of the helped person, on their own phone: the support records are made and confirmed at
    once.

    In a browser of the Union's people they are recorded only. If the same day's receipt holds other support records, which the
    person has not seen on this page, confirming is left to the receipt's own page.
    """
    _lock_name(guided)
    lock_referrals()
    slot = _SLOT.get(slot_id)
    recorded = _record_helps(None, slot, guided, Channel.SCREEN)
    receipt_id = _receipt_id(recorded)
    # Receipts are locked before slots, as `confirm_receipt` does when it is called from a receipt's page.
    if not any(result.is_known for result in recorded) and not _has_other_helps(receipt_id, recorded):
        support.confirm_receipt(receipt_id=receipt_id, staff_browser=staff_browser, device=device)
    return _fill_slot(None, slot, recorded)


def _receipt_id(recorded: Sequence[RecordResult]) -> UUID:
    receipt_id = recorded[0].receipt_id
    if receipt_id is None:
        raise _erased_problem()
    return receipt_id


def _erased_problem() -> Refused:
    return Refused(Problem("erased", _("This help was recorded before and its receipt is gone. Ask the branch.")))


_ACTIVE_RECORD_IDS = PreparedQuery(
    lambda receipt_id: SupportRecord.objects.filter(receipt_id=receipt_id, taken_back_at=None).values_list(
        "pk", flat=True
    )
)


def _has_other_helps(receipt_id: UUID, recorded: Sequence[RecordResult]) -> bool:
    support_record_ids = [result.support_record_id for result in recorded]
    return bool(set(_ACTIVE_RECORD_IDS(receipt_id)) - set(support_record_ids))


def _record_helps(
    actor: User | None, slot: ReferralSlot, guided: GuidedPersonInput, channel: str
) -> list[RecordResult]:
    """Make a support record per service at the member's branch of today; refuse a person who may not fill the slot."""
    stay = queries.membership_of(slot.person_id)
    if stay is None or slot.replaced_at is not None:
        raise Refused(rules.closed_problem())
    refuse(rules.invitation_problem(queries.slot_states([slot])[slot.pk]))
    refuse(rules.services_problem(len(guided.services)))
    refuse(rules.consent_problem(RECORD_PURPOSE in guided.purposes))
    name = vietnamese.tidy_name(guided.name)
    refuse(
        rules.identity_problem(
            identity=NameAndYear(vietnamese.fold(name), guided.birth_year),
            member=_identity_of(stay.contact),
            other=_identity_in_other_slot(slot),
        )
    )
    today = clock.today()
    refuse(
        people.guardian_problem(
            birth_date=None, birth_year=guided.birth_year, on=today, guardian_name=guided.guardian_name
        )
    )
    person = Particulars(name=name, birth_year=guided.birth_year, phone=guided.phone)
    consent = ConsentInput(guided.purposes, channel, persons.consent_text(today).version, guided.guardian_name.strip())
    inputs = [
        SupportRecordInput(
            service=service,
            happened_on=today,
            person=person,
            helper=Helper(stay.contact.name, member_id=stay.pk),
            consent=consent,
            source=SupportRecordSource.REFERRAL,
        )
        for service in dict.fromkeys(guided.services)
    ]
    return support.add_helps(actor=actor, unit=stay.branch, entries=inputs, locked=True)


def _identity_of(contact: Contact) -> NameAndYear:
    return NameAndYear(contact.folded, queries.birth_year(contact))


_OTHER_SLOT = PreparedQuery(
    lambda person_id, key: (
        ReferralSlot.objects.filter(person_id=person_id, replaced_at=None, support_record__taken_back_at=None)
        .exclude(pk=key)
        .select_related("support_record__contact")
        .order_by("pk")[:1]
    )
)


def _identity_in_other_slot(slot: ReferralSlot) -> NameAndYear | None:
    filled_slot = _OTHER_SLOT.first(slot.person_id, slot.pk)
    contact = (
        filled_slot.support_record.contact
        if filled_slot is not None and filled_slot.support_record is not None
        else None
    )
    return _identity_of(contact) if contact is not None else None


_SUPPORT_RECORD = PreparedQuery(lambda key: SupportRecord.objects.filter(pk=key))


def _fill_slot(actor: User | None, slot: ReferralSlot, recorded: Sequence[RecordResult]) -> FilledSlotResult:
    """Link the slot to the first of the support records, if the person may fill it. Locks the member's slots."""
    receipt_id = _receipt_id(recorded)
    first_help = _SUPPORT_RECORD.get(recorded[0].support_record_id)
    if first_help.person_id is None:
        raise _erased_problem()
    same_persons = persons.same_person(persons.canonical([first_help.person_id])[first_help.person_id])
    other_slots = {locked_slot.pk: locked_slot for locked_slot in _lock_current_slots([slot.person_id])}
    locked = other_slots.pop(slot.pk, None)
    if locked is None:
        raise Refused(rules.closed_problem())
    refuse(rules.invitation_problem(queries.slot_states([locked])[locked.pk]))
    is_other = any(other.helped_id in same_persons for other in other_slots.values())
    refuse(rules.person_problem(is_member=slot.person_id in same_persons, is_other=is_other))
    locked.helped_id, locked.support_record, locked.recorded_at = first_help.person_id, first_help, clock.now()
    locked.save(update_fields=["helped", "support_record", "recorded_at"])
    action, note = ("outreach.bring", "") if actor is not None else ("outreach.accept", RESIDENT)
    record(actor=actor, action=action, obj=locked, unit=locked.unit_id, note=note)
    update_slots([first_help.pk])
    locked.refresh_from_db()
    return FilledSlotResult(locked, receipt_id, locked.confirmed_at is not None)


# --- When the evidence changes ------------------------------------------------------------------------------------------


_MEMBERS_OF_RECORDS = PreparedQuery(
    lambda support_record_ids: ReferralSlot.objects.filter(support_record_id__in=support_record_ids).values_list(
        "person_id", flat=True
    )
)


def lock_slots(support_record_ids: Collection[UUID]) -> None:
    """Take `lock_referrals` where a slot wraps one of these support records, whose evidence is about to change
    (`support.ports`).
    """
    if _MEMBERS_OF_RECORDS(list(support_record_ids)):
        lock_referrals()


def update_slots(support_record_ids: Collection[UUID]) -> None:
    """Update the slots that wrap these support records, and the referrals of their members, after the evidence has changed.

    `support` calls it within the action that changed the records (`support.ports`).
    """
    member_ids = set(_MEMBERS_OF_RECORDS(list(support_record_ids)))
    if not member_ids:
        return
    # All slots of these members at once: both confirmations may come at the same moment, and each must see the other.
    slots = _lock_current_slots(member_ids)
    for slot in slots:
        if slot.support_record_id in support_record_ids:
            _update_evidence(slot)
    _update_referrals(member_ids, slots)


@contextmanager
def on_identity_change(person_ids: Collection[UUID]) -> Iterator[None]:
    """Update the referrals that depend on the identity of these persons, around a merge or its undoing (`people.ports`)."""
    lock_referrals()
    same_persons = persons.same_persons(person_ids)
    slots = ReferralSlot.objects.filter(Q(person_id__in=same_persons) | Q(helped_id__in=same_persons), replaced_at=None)
    member_ids = set(slots.values_list("person_id", flat=True))
    _lock_current_slots(member_ids)
    yield
    if member_ids:
        _update_referrals(member_ids)


_CURRENT_SLOTS = PreparedQuery(
    lambda person_ids: (
        ReferralSlot.objects.select_for_update(of=("self",))
        .filter(person_id__in=person_ids, replaced_at=None)
        .select_related("support_record")
        .order_by("pk")
    )
)


def _lock_current_slots(person_ids: Collection[UUID]) -> list[ReferralSlot]:
    return _CURRENT_SLOTS(list(person_ids))


def _update_evidence(slot: ReferralSlot) -> None:
    """Link the slot to the record that replaces one taken back, and store when the person first confirmed it."""
    support_record = slot.support_record
    if support_record is not None and support_record.taken_back_at is not None:
        slot.support_record = support_record = _find_replacement(support_record) or support_record
    is_confirmed = (
        support_record is not None
        and support_record.grade >= rules.CONFIRMED_GRADE
        and support_record.taken_back_at is None
    )
    if is_confirmed and slot.confirmed_at is None:
        slot.confirmed_at, slot.confirmed_on = clock.now(), clock.today()
    elif not is_confirmed:
        slot.confirmed_at = slot.confirmed_on = None
    slot.save(update_fields=["support_record", "confirmed_at", "confirmed_on"])


def _find_replacement(taken_back: SupportRecord) -> SupportRecord | None:
    """Return the correction of a record, or else one of another service with which the same person was helped at the same
    time.
    """
    active_helps = SupportRecord.objects.filter(taken_back_at=None)
    correction = active_helps.filter(corrects=taken_back).first()
    if correction is not None or taken_back.receipt_id is None:
        return correction
    same_occasion = active_helps.filter(
        source=SupportRecordSource.REFERRAL, receipt_id=taken_back.receipt_id, helper_id=taken_back.helper_id
    )
    return same_occasion.order_by("pk").first()


def _update_referrals(member_ids: Collection[UUID], locked_slots: Sequence[ReferralSlot] | None = None) -> None:
    """Give a referral to members with two confirmed slots, from the day of the later confirmation, and to no others.

    `member_ids` are persons. Locks their referrals, and their slots unless the caller has locked them.
    """
    pairs: dict[UUID, dict[str, ReferralSlot]] = {member_id: {} for member_id in sorted(member_ids)}
    slots = _lock_current_slots(member_ids) if locked_slots is None else locked_slots
    _mark_duplicates(slots)
    for slot in slots:
        if slot.confirmed_at is not None and not slot.doubled:
            pairs[slot.person_id][slot.kind] = slot
    referrals = Referral.objects.select_for_update().filter(person_id__in=member_ids, taken_back_at=None)
    by_member = {referral.person_id: referral for referral in referrals}
    for member_id, pair in pairs.items():
        _update_referral(member_id, pair.get(SlotKind.FRIEND), pair.get(SlotKind.RELATIVE), by_member.get(member_id))


def _mark_duplicates(slots: Sequence[ReferralSlot]) -> None:
    """Set `doubled` of slots whose person is the member or fills the other slot, and clear it where that is no longer so."""
    person_ids = {slot.person_id for slot in slots} | {slot.helped_id for slot in slots if slot.helped_id is not None}
    canonical_ids = persons.canonical(person_ids)
    by_member: dict[UUID, list[ReferralSlot]] = {}
    # The slot that was confirmed first counts.
    for slot in sorted(slots, key=lambda slot: (slot.confirmed_at is None, slot.confirmed_at or slot.made_at, slot.pk)):
        by_member.setdefault(slot.person_id, []).append(slot)
    for member_id, member_slots in by_member.items():
        helped_ids = [canonical_ids[slot.helped_id] if slot.helped_id is not None else None for slot in member_slots]
        flags = rules.duplicate_flags(canonical_ids[member_id], helped_ids)
        for slot, doubled in zip(member_slots, flags, strict=True):
            if slot.doubled != doubled:
                slot.doubled = doubled
                slot.save(update_fields=["doubled"])


def _update_referral(
    member_id: UUID, friend: ReferralSlot | None, relative: ReferralSlot | None, current: Referral | None
) -> None:
    """Post the difference between a member's current referral and their confirmed slots."""
    pair = (friend.pk, relative.pk) if friend is not None and relative is not None else None
    if current is not None and (current.friend_id, current.relative_id) != pair:
        current.taken_back_at = clock.now()
        current.save(update_fields=["taken_back_at"])
        ledger.take_back(family=families.REFERRED_FAMILY, source_id=current.pk)
        current = None
    if friend is None or relative is None:
        return
    grade = min(slot.support_record.grade for slot in (friend, relative) if slot.support_record is not None)
    if current is None:
        current = _new_referral(member_id, friend, relative, grade)
    elif current.grade != grade:
        current.grade = grade
        current.save(update_fields=["grade"])
        ledger.set_grade(family=families.REFERRED_FAMILY, source_id=current.pk, grade=grade)
    current.friend, current.relative = friend, relative
    refused = families.is_refused(current)
    ledger.set_refused(family=families.REFERRED_FAMILY, source_ids=[current.pk], refused=refused)


def _new_referral(member_id: UUID, friend: ReferralSlot, relative: ReferralSlot, grade: int) -> Referral:
    confirmed_days = [slot.confirmed_on for slot in (friend, relative) if slot.confirmed_on is not None]
    referral = Referral.objects.create(
        person_id=member_id,
        unit_id=max((friend, relative), key=lambda slot: slot.made_at).unit_id,
        friend=friend,
        relative=relative,
        happened_on=max(confirmed_days),
        arrived_on=clock.today(),
        recorded_at=clock.now(),
        grade=grade,
    )
    ledger.count(families.counted_referral(referral))
    return referral
