"""Reads of 1+2: the state of a member's two slots, and which members of a unit need help with them."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.access_codes import AccessCodes, is_link
from doanso.lib.database.prepared import PreparedQuery
from doanso.members import queries as members
from doanso.members.models import Member, MemberState
from doanso.people import queries as people
from doanso.people.models import Contact
from doanso.referrals import policy, rules, slot_keys
from doanso.referrals.models import ReferralSlot, SlotKind
from doanso.referrals.rules import HelpEvidence, ReferralProgress, SlotState
from doanso.support import queries as support
from doanso.support.models import Dispute, SupportRecord, SupportRecordSource


def birth_year(contact: Contact) -> int | None:
    """Return the year of birth, from the full date where that is known."""
    return contact.birth_date.year if contact.birth_date is not None else contact.birth_year


def active_members() -> QuerySet[Member]:
    """Return the active, permanent memberships, with contact, branch and person."""
    stays = Member.objects.filter(state=MemberState.ACTIVE, temporary=False)
    return stays.select_related("contact", "branch", "person")


_MEMBERSHIP = PreparedQuery(lambda person_id: active_members().filter(person_id=person_id))


def membership_of(person_id: UUID) -> Member | None:
    """Return the active membership of a person."""
    return _MEMBERSHIP.first(person_id)


def own_membership(actor: User) -> Member | None:
    """Return the active membership of a signed-in user."""
    return active_members().filter(person__user=actor).first()


def current_slots() -> QuerySet[ReferralSlot]:
    """Return the slots that were not replaced, with their support records."""
    return ReferralSlot.objects.filter(replaced_at=None).select_related("support_record__contact")


def slot_by_link(link: str) -> ReferralSlot | None:
    """Return the slot of a link, if it can still be used."""
    if not is_link(link):
        return None
    slot = current_slots().filter(link_lookup=slot_keys.link_lookup(link)).first()
    if slot is None or rules.invitation_problem(slot_states([slot])[slot.pk]) is not None:
        return None
    return slot if membership_of(slot.person_id) is not None else None


def slot_states(slots: Sequence[ReferralSlot]) -> dict[UUID, SlotState]:
    """Return the state of each of these slots today; one more statement where a support record is refused."""
    refused = [
        slot.support_record
        for slot in slots
        if slot.support_record is not None and slot.support_record.refused_at is not None
    ]
    open_disputes: set[UUID] = set()
    if refused:
        undecided = Dispute.objects.filter(receipt__helps__in=refused, decided_at=None)
        open_disputes = set(undecided.values_list("receipt_id", flat=True))
    today = clock.today()
    return {
        slot.pk: rules.slot_state(
            support_record=_help_evidence(slot.support_record, open_disputes),
            expires_on=slot.expires_on,
            today=today,
            doubled=slot.doubled,
        )
        for slot in slots
    }


def _help_evidence(support_record: SupportRecord | None, open_disputes: Collection[UUID]) -> HelpEvidence | None:
    if support_record is None:
        return None
    return HelpEvidence(
        grade=support_record.grade,
        refused=support_record.refused_at is not None,
        taken_back=support_record.taken_back_at is not None,
        in_dispute=support_record.receipt_id in open_disputes,
    )


@dataclass(frozen=True, slots=True)
class SlotSummary:
    """One of a member's two slots as a page shows it.

    `slot` is None where the member has not handed it over; `helped_name` is empty where nobody is named. `is_shared`: the same
    person fills another member's slot too, and both see that.
    """

    kind: SlotKind
    state: SlotState
    slot: ReferralSlot | None = None
    helped_name: str = ""
    service_names: tuple[str, ...] = ()
    is_shared: bool = False

    @property
    def is_done(self) -> bool:
        """Return whether the person has confirmed it."""
        return self.state is SlotState.DONE

    @property
    def is_called_back(self) -> bool:
        """Return whether the person has confirmed it to an officer who called back."""
        support_record = self.slot.support_record if self.slot is not None else None
        return support_record is not None and support_record.grade >= rules.CALLED_BACK_GRADE

    @property
    def can_open(self) -> bool:
        """Return whether a link can be made, or made anew."""
        return self.state is SlotState.NONE or self.state in rules.REPLACEABLE_STATES

    @property
    def keys(self) -> AccessCodes | None:
        """Return the link and the code to hand over, while nobody has used them."""
        return slot_keys.keys_of(self.slot) if self.slot is not None and self.state is SlotState.OPEN else None

    @property
    def receipt_link(self) -> str:
        """Return the link by which the helped person confirms, while that is awaited; one statement."""
        support_record = self.slot.support_record if self.slot is not None else None
        if self.state is not SlotState.RECORDED or support_record is None or support_record.receipt_id is None:
            return ""
        keys = support.keys_of(support_record.receipt_id)
        return keys.link if keys is not None else ""


def slot_summaries(person_id: UUID) -> list[SlotSummary]:
    """Return a member's friend and relative, in this order."""
    return slot_summaries_of([person_id])[person_id]


def slot_summaries_of(person_ids: Iterable[UUID]) -> dict[UUID, list[SlotSummary]]:
    """Return friend and relative of many members, in as many statements as for one."""
    ids = list(person_ids)
    own_slots = list(current_slots().filter(person_id__in=ids))
    states = slot_states(own_slots)
    service_names = _service_names(own_slots)
    shared_ids = _shared_slot_ids(own_slots)
    slots = {(slot.person_id, slot.kind): slot for slot in own_slots}
    return {
        person_id: [
            _slot_summary(SlotKind(kind), slots.get((person_id, kind)), states, service_names, shared_ids)
            for kind in SlotKind
        ]
        for person_id in ids
    }


type _ServiceNames = dict[tuple[UUID, UUID | None], list[str]]
"""Short names of services by receipt and helper."""


def _service_names(slots: Sequence[ReferralSlot]) -> _ServiceNames:
    receipt_ids = {
        slot.support_record.receipt_id
        for slot in slots
        if slot.support_record is not None and slot.support_record.receipt_id is not None
    }
    names: _ServiceNames = {}
    if receipt_ids:
        helps = SupportRecord.objects.filter(
            receipt_id__in=receipt_ids, source=SupportRecordSource.REFERRAL, taken_back_at=None
        )
        for support_record in helps.select_related("service").order_by("service__position", "pk"):
            if support_record.receipt_id is not None:
                key = (support_record.receipt_id, support_record.helper_id)
                names.setdefault(key, []).append(support_record.service.short_name)
    return names


def _shared_slot_ids(slots: Sequence[ReferralSlot]) -> set[UUID]:
    """Return those of the slots whose person fills another member's slot too, also under a row merged since."""
    helped_ids = {slot.helped_id for slot in slots if slot.helped_id is not None}
    if not helped_ids:
        return set()
    same_persons = people.same_persons(people.canonical(helped_ids).values())
    slots_of_same = ReferralSlot.objects.filter(helped__in=same_persons, replaced_at=None)
    pairs = [
        (helped_id, member_id)
        for helped_id, member_id in slots_of_same.values_list("helped_id", "person_id")
        if helped_id is not None
    ]
    canonical_ids = people.canonical({helped_id for helped_id, _member_id in pairs})
    members_of: dict[UUID, set[UUID]] = {}
    for helped_id, member_id in pairs:
        members_of.setdefault(canonical_ids[helped_id], set()).add(member_id)
    return {
        slot.pk for slot in slots if slot.helped_id is not None and len(members_of[canonical_ids[slot.helped_id]]) > 1
    }


def _slot_summary(
    kind: SlotKind,
    slot: ReferralSlot | None,
    states: Mapping[UUID, SlotState],
    service_names: _ServiceNames,
    shared_ids: Collection[UUID],
) -> SlotSummary:
    if slot is None:
        return SlotSummary(kind, SlotState.NONE)
    support_record = slot.support_record
    if support_record is None:
        return SlotSummary(kind, states[slot.pk], slot)
    contact = support_record.contact
    receipt_id = support_record.receipt_id
    return SlotSummary(
        kind,
        states[slot.pk],
        slot,
        helped_name=" ".join(contact.name.split()[-2:]) if contact is not None else "",
        service_names=tuple(service_names.get((receipt_id, support_record.helper_id), ())) if receipt_id else (),
        is_shared=slot.pk in shared_ids,
    )


# --- For officers who help members along --------------------------------------------------------------------------------


def members_to_assist(actor: User) -> QuerySet[Member]:
    """Return the active members whom the actor may help with 1+2."""
    return policy.REFER_MEMBERS.filter(actor, active_members())


def with_progress(stays: QuerySet[Member]) -> QuerySet[Any]:
    """Annotate each member with `progress`, the same as `rules.referral_progress`, computed in SQL."""
    own_slots = ReferralSlot.objects.filter(person_id=OuterRef("person_id"), replaced_at=None)
    done_slots = own_slots.filter(
        confirmed_at__isnull=False,
        doubled=False,
        support_record__grade__gte=rules.CONFIRMED_GRADE,
        support_record__refused_at=None,
        support_record__taken_back_at=None,
    )
    pending_slots = own_slots.filter(
        Q(support_record=None) | Q(support_record__refused_at=None, support_record__taken_back_at=None)
    )
    friend = Exists(done_slots.filter(kind=SlotKind.FRIEND))
    relative = Exists(done_slots.filter(kind=SlotKind.RELATIVE))
    return stays.annotate(friend_done=friend, relative_done=relative).annotate(
        progress=Case(
            When(friend_done=True, relative_done=True, then=Value(ReferralProgress.DONE)),
            When(Q(friend_done=True) | Q(relative_done=True), then=Value(ReferralProgress.ONE)),
            When(Exists(pending_slots.filter(expires_on__gt=clock.today())), then=Value(ReferralProgress.WAITING)),
            When(Exists(own_slots), then=Value(ReferralProgress.EXPIRED)),
            default=Value(ReferralProgress.NONE),
            output_field=CharField(),
        )
    )


def filter_by_progress(stays: QuerySet[Any], progress: str) -> QuerySet[Any]:
    """Return the members of `with_progress` with exactly this progress."""
    return stays.filter(progress=progress)


def count_by_progress(stays: QuerySet[Any]) -> dict[ReferralProgress, int]:
    """Return the number of members of `with_progress` by progress; one statement."""
    rows = stays.order_by().values_list("progress").annotate(count=Count("pk"))
    return {ReferralProgress(progress): count for progress, count in rows}


@dataclass(frozen=True, slots=True)
class ReferralRow:
    """One member of the list, with both slots."""

    listed: members.ListedMember
    progress: ReferralProgress
    slots: list[SlotSummary]


@dataclass(frozen=True, slots=True)
class ReferralPage:
    """A page of the list of members."""

    rows: list[ReferralRow]
    members: members.MemberPage


def referral_page(actor: User, stays: QuerySet[Any], number: int) -> ReferralPage:
    """Return a page of members with their slots, in a fixed number of statements."""
    member_page = members.member_page(actor, members.ordered_stays(stays, "branch"), number)
    summaries = slot_summaries_of([line.person_id for line in member_page.lines])
    rows = []
    for line in member_page.lines:
        friend, relative = summaries[line.person_id]
        rows.append(ReferralRow(line, rules.referral_progress(friend.state, relative.state), [friend, relative]))
    return ReferralPage(rows, member_page)
