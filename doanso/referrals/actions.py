"""1+2: handing a place over, writing down who was guided, and what follows from the helped person's word."""

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
from doanso.support.actions import ConsentInput, Helper, Recorded, SupportRecordInput
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.support.models import Help, HelpSource

RESIDENT = "người được giúp"
"""How history names whoever holds an invitation."""


@dataclass(frozen=True, slots=True)
class Guided:
    """Who was guided with what, and to what they agreed."""

    name: str
    birth_year: int | None
    services: tuple[str, ...]
    purposes: tuple[str, ...]
    phone: str = ""
    guardian_name: str = ""


@dataclass(frozen=True, slots=True)
class Accepted:
    """What came of an invitation: the receipt, and whether the person's word stands already."""

    slot: ReferralSlot
    receipt_id: UUID
    confirmed: bool


def _refuse_if(problem: Problem | None) -> None:
    refuse(problem)


def take_turns() -> None:
    """Deeds on places take turns, before they lock a subject of the ledger: two friends may confirm each other in the same
    moment, each as whom the other guided and as who guided the other."""
    database.lock(["referrals.slots"], shared=False)


def _lock_name(guided: Guided) -> None:
    people.lock_people_and_shops([(guided.name, guided.birth_year)], [])


@transaction.atomic
def open_slot(*, actor: User, member_id: UUID, kind: str) -> ReferralSlot:
    """Hand one of a member's two places over, with a new link and code; one handed over before leads nowhere from now on."""
    take_turns()
    stay = members.locked(member_id)
    policy.REFER_MEMBERS.require(actor, stay)
    if stay.state != MemberState.ACTIVE or stay.temporary:
        message = _("Only an active member guides a friend and a relative for 1+2, in the branch where they count.")
        raise Refused(Problem("not_active", message))
    before = next((candidate for candidate in _locked([stay.person_id]) if candidate.kind == kind), None)
    if before is not None:
        _refuse_if(rules.replace_problem(queries.stands([before])[before.pk]))
        before.replaced_at = clock.now()
        before.save(update_fields=["replaced_at"])
        _settle_referrals([stay.person_id])
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
    record(actor=actor, verb="outreach.open_slot", obj=slot, unit=slot.unit_id)
    return slot


def try_invitation_code(*, code: str, birth_year: int, place: str) -> ReferralSlot | None:
    """The slot of a typed code and the member's year of birth; limited as receipts are, whether such a code exists or not."""
    lookup = slot_keys.code_lookup(code, birth_year)
    slot = ReferralSlot.objects.filter(code_lookup=lookup, replaced_at=None).order_by("-pk").first()
    limits = {
        support.try_key("invitation", code): rules.TRIES_OF_A_CODE,
        support.try_key("place", place): rules.TRIES_OF_A_PLACE,
    }
    if support.take_try(limits, missed=slot is None):
        message = _("Too many tries. Wait an hour, or open the link that the member has sent.")
        raise Refused(Problem("too_many_tries", message, "code"))
    return slot


@transaction.atomic
def bring(*, actor: User, slot_id: UUID, guided: Guided) -> Accepted:
    """The member, or whoever helps them along, writes down whom they guided; the person's receipt then confirms it."""
    _lock_name(guided)
    take_turns()
    slot = ReferralSlot.objects.select_related("person").get(pk=slot_id)
    # Whoever helps the member along today: a place goes with its member into another branch.
    stay = queries.stay_of(slot.person_id)
    if stay is None:
        raise Refused(rules.closed())
    policy.REFER_MEMBERS.require(actor, stay)
    recorded = _record(actor, slot, guided, Channel.VOICE)
    return _put(actor, slot, recorded)


@transaction.atomic
def accept(*, slot_id: UUID, guided: Guided, staff_browser: bool, device: Sequence[str]) -> Accepted:
    """The helped person says on their own phone with what they were helped: it is recorded, and confirmed by the same word.

    In a browser of the Union's people it is recorded only. What else stands on the same day's receipt they have not seen
    here, so that is left to the receipt's own page.
    """
    _lock_name(guided)
    take_turns()
    slot = ReferralSlot.objects.select_related("person").get(pk=slot_id)
    recorded = _record(None, slot, guided, Channel.SCREEN)
    receipt_id = _receipt(recorded)
    # Receipts before slots, as whoever confirms one takes them.
    if not any(result.known for result in recorded) and not _others_on(receipt_id, recorded):
        support.confirm_receipt(receipt_id=receipt_id, staff_browser=staff_browser, device=device)
    return _put(None, slot, recorded)


def _receipt(recorded: Sequence[Recorded]) -> UUID:
    receipt_id = recorded[0].receipt_id
    if receipt_id is None:
        raise _erased()
    return receipt_id


def _erased() -> Refused:
    return Refused(Problem("erased", _("This help was recorded before and its receipt is gone. Ask the branch.")))


def _others_on(receipt_id: UUID, recorded: Sequence[Recorded]) -> bool:
    help_ids = [result.help_id for result in recorded]
    return Help.objects.filter(receipt_id=receipt_id, taken_back_at=None).exclude(pk__in=help_ids).exists()


def _record(actor: User | None, slot: ReferralSlot, guided: Guided, channel: str) -> list[Recorded]:
    """The helps, at the branch in which the member stands today."""
    stay = queries.stay_of(slot.person_id)
    if stay is None or slot.replaced_at is not None:
        raise Refused(rules.closed())
    _refuse_if(rules.use_problem(queries.stands([slot])[slot.pk]))
    _refuse_if(rules.services_problem(len(guided.services)))
    _refuse_if(rules.consent_problem(RECORD_PURPOSE in guided.purposes))
    name = vietnamese.tidy_name(guided.name)
    identity = NameAndYear(vietnamese.fold(name), guided.birth_year)
    _refuse_if(rules.told_problem(identity=identity, member=_told(stay.contact), other=_told_in_other(slot)))
    today = clock.today()
    _refuse_if(
        people.guardian_problem(
            birth_date=None, birth_year=guided.birth_year, on=today, guardian_name=guided.guardian_name
        )
    )
    person = Particulars(name=name, birth_year=guided.birth_year, phone=guided.phone)
    consent = ConsentInput(guided.purposes, channel, persons.consent_text(today).version, guided.guardian_name.strip())
    entries = [
        SupportRecordInput(
            service=service,
            happened_on=today,
            person=person,
            helper=Helper(stay.contact.name, member_id=stay.pk),
            consent=consent,
            source=HelpSource.REFERRAL,
        )
        for service in dict.fromkeys(guided.services)
    ]
    return support.add_helps(actor=actor, unit=stay.branch, entries=entries, locked=True)


def _told(contact: Contact) -> NameAndYear:
    return NameAndYear(contact.folded, queries.birth_year(contact))


def _told_in_other(slot: ReferralSlot) -> NameAndYear | None:
    other = ReferralSlot.objects.filter(person_id=slot.person_id, replaced_at=None).exclude(pk=slot.pk)
    filled_slot = other.filter(help__taken_back_at=None).select_related("help__contact").first()
    contact = filled_slot.help.contact if filled_slot is not None and filled_slot.help is not None else None
    return _told(contact) if contact is not None else None


def _put(actor: User | None, slot: ReferralSlot, recorded: Sequence[Recorded]) -> Accepted:
    """Let the slot wrap the first of the helps, if the person may stand there."""
    receipt_id = _receipt(recorded)
    first = Help.objects.get(pk=recorded[0].help_id)
    if first.person_id is None:
        raise _erased()
    who = persons.same_person(persons.canonical([first.person_id])[first.person_id])
    locked = {locked_slot.pk: locked_slot for locked_slot in _locked([slot.person_id])}
    fresh = locked.pop(slot.pk, None)
    if fresh is None:
        raise Refused(rules.closed())
    _refuse_if(rules.use_problem(queries.stands([fresh])[fresh.pk]))
    is_other = any(locked_slot.helped_id in who for locked_slot in locked.values())
    _refuse_if(rules.person_problem(is_member=slot.person_id in who, is_other=is_other))
    fresh.helped_id, fresh.help, fresh.recorded_at = first.person_id, first, clock.now()
    fresh.save(update_fields=["helped", "help", "recorded_at"])
    verb, note = ("outreach.bring", "") if actor is not None else ("outreach.accept", RESIDENT)
    record(actor=actor, verb=verb, obj=fresh, unit=fresh.unit_id, note=note)
    settle_slots([first.pk])
    fresh.refresh_from_db()
    return Accepted(fresh, receipt_id, fresh.confirmed_at is not None)


# --- What follows from the evidence -------------------------------------------------------------------------------------


def lock_slots(help_ids: Collection[UUID]) -> None:
    """The evidence of these helps is about to change: what hangs on them is locked, before the ledger locks any subject."""
    if ReferralSlot.objects.filter(help__in=help_ids).exists():
        take_turns()


@contextmanager
def on_identity_change(person_ids: Collection[UUID]) -> Iterator[None]:
    """Two persons become one, or two again (`people.ports`): whether a member has brought two follows."""
    take_turns()
    group = persons.same_persons(person_ids)
    slots = ReferralSlot.objects.filter(Q(person_id__in=group) | Q(helped_id__in=group), replaced_at=None)
    members = set(slots.values_list("person_id", flat=True))
    _locked(members)
    yield
    if members:
        _settle_referrals(members)


def settle_slots(help_ids: Collection[UUID]) -> None:
    """The evidence of these helps is another: their slots follow, and so does whether their members have done 1+2.

    Called by support within the deed that changed them (`support.ports`).
    """
    of = set(ReferralSlot.objects.filter(help__in=help_ids).values_list("person_id", flat=True))
    if not of:
        return
    # All slots of these members at once: both words may come in the same moment, and each must see the other.
    for slot in _locked(of):
        if slot.help_id in help_ids:
            _follow(slot)
    _settle_referrals(of)


def _locked(person_ids: Collection[UUID]) -> list[ReferralSlot]:
    slots = ReferralSlot.objects.select_for_update(of=("self",)).filter(person_id__in=person_ids, replaced_at=None)
    return list(slots.select_related("help").order_by("pk"))


def _follow(slot: ReferralSlot) -> None:
    """Go from a help that was taken back to the one that stands for it, and keep when the person's word came."""
    help = slot.help  # noqa: A001
    if help is not None and help.taken_back_at is not None:
        slot.help = help = _instead_of(help) or help  # noqa: A001
    holds = help is not None and help.grade >= rules.CONFIRMED and help.taken_back_at is None
    if holds and slot.confirmed_at is None:
        slot.confirmed_at, slot.confirmed_on = clock.now(), clock.today()
    elif not holds:
        slot.confirmed_at = slot.confirmed_on = None
    slot.save(update_fields=["help", "confirmed_at", "confirmed_on"])


def _instead_of(gone: Help) -> Help | None:
    """What corrects a help, or another service with which the same person was helped at the same time."""
    active_helps = Help.objects.filter(taken_back_at=None)
    corrected = active_helps.filter(corrects=gone).first()
    if corrected is not None or gone.receipt_id is None:
        return corrected
    beside = active_helps.filter(source=HelpSource.REFERRAL, receipt_id=gone.receipt_id, helper_id=gone.helper_id)
    return beside.order_by("pk").first()


def _settle_referrals(person_ids: Collection[UUID]) -> None:
    """Members who have two confirmed places have done 1+2 from the day of the later word, and no others."""
    pairs: dict[UUID, dict[str, ReferralSlot]] = {item: {} for item in sorted(person_ids)}
    slots = _locked(person_ids)
    _mark_doubles(slots)
    for slot in slots:
        if slot.confirmed_at is not None and not slot.doubled:
            pairs[slot.person_id][slot.kind] = slot
    rows = Referral.objects.select_for_update().filter(person_id__in=person_ids, taken_back_at=None)
    existing = {item.person_id: item for item in rows}
    for person_id, pair in pairs.items():
        _settle_referral(person_id, pair.get(SlotKind.FRIEND), pair.get(SlotKind.RELATIVE), existing.get(person_id))


def _mark_doubles(slots: Sequence[ReferralSlot]) -> None:
    """Places of whoever turned out to be the member, or to stand in the other place already, count no more; and again, when that
    was a mistake."""
    named = {item.person_id for item in slots} | {item.helped_id for item in slots if item.helped_id is not None}
    today = persons.canonical(named)
    of_members: dict[UUID, list[ReferralSlot]] = {}
    # Whoever confirmed first stays.
    for slot in sorted(slots, key=lambda item: (item.confirmed_at is None, item.confirmed_at or item.made_at, item.pk)):
        of_members.setdefault(slot.person_id, []).append(slot)
    for member_id, member_slots in of_members.items():
        helped = [today[item.helped_id] if item.helped_id is not None else None for item in member_slots]
        for slot, doubled in zip(member_slots, rules.doubles(today[member_id], helped), strict=True):
            if slot.doubled != doubled:
                slot.doubled = doubled
                slot.save(update_fields=["doubled"])


def _settle_referral(
    person_id: UUID, friend: ReferralSlot | None, relative: ReferralSlot | None, before: Referral | None
) -> None:
    pair = (friend.pk, relative.pk) if friend is not None and relative is not None else None
    if before is not None and (before.friend_id, before.relative_id) != pair:
        before.taken_back_at = clock.now()
        before.save(update_fields=["taken_back_at"])
        ledger.take_back(family=families.REFERRED_FAMILY, source_id=before.pk)
        before = None
    if friend is None or relative is None:
        return
    grade = min(slot.help.grade for slot in (friend, relative) if slot.help is not None)
    if before is None:
        before = _new_referral(person_id, friend, relative, grade)
    elif before.grade != grade:
        before.grade = grade
        before.save(update_fields=["grade"])
        ledger.set_grade(family=families.REFERRED_FAMILY, source_id=before.pk, grade=grade)
    before.friend, before.relative = friend, relative
    refused = families.is_refused(before)
    ledger.set_refused(family=families.REFERRED_FAMILY, source_ids=[before.pk], refused=refused)


def _new_referral(person_id: UUID, friend: ReferralSlot, relative: ReferralSlot, grade: int) -> Referral:
    words = [slot.confirmed_on for slot in (friend, relative) if slot.confirmed_on is not None]
    referral = Referral.objects.create(
        person_id=person_id,
        unit_id=max((friend, relative), key=lambda slot: slot.made_at).unit_id,
        friend=friend,
        relative=relative,
        happened_on=max(words),
        arrived_on=clock.today(),
        recorded_at=clock.now(),
        grade=grade,
    )
    ledger.count(families.counted(referral))
    return referral
