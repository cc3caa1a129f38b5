"""Reads of 1+2: how a member's two places stand, and which members of a unit need help with them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, QuerySet, Value, When

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.access_codes import Keys, is_link
from doanso.members import queries as members
from doanso.members.models import Member, MemberState
from doanso.people import queries as people
from doanso.people.models import Contact
from doanso.referrals import policy, rules, slot_keys
from doanso.referrals.models import ReferralSlot, SlotKind
from doanso.referrals.rules import HelpFacts, Need, Stand
from doanso.support import queries as support
from doanso.support.models import Dispute, Help, HelpSource


def birth_year(contact: Contact) -> int | None:
    """The year of birth, however it was told."""
    return contact.birth_date.year if contact.birth_date is not None else contact.birth_year


def active_members() -> QuerySet[Member]:
    """The stays that count, with what these pages show of them."""
    stays = Member.objects.filter(state=MemberState.ACTIVE, temporary=False)
    return stays.select_related("contact", "branch", "person")


def stay_of(person_id: UUID) -> Member | None:
    """Where a member stands today."""
    return active_members().filter(person_id=person_id).first()


def own_stay(actor: User) -> Member | None:
    """The standing membership of whoever is signed in."""
    return active_members().filter(person__user=actor).first()


def slots() -> QuerySet[ReferralSlot]:
    """The slots that were not replaced, with the helps they wrap."""
    return ReferralSlot.objects.filter(replaced_at=None).select_related("help__contact")


def by_link(link: str) -> ReferralSlot | None:
    """The slot of a link, if it can still be used."""
    if not is_link(link):
        return None
    slot = slots().filter(link_lookup=slot_keys.link_lookup(link)).first()
    if slot is None or rules.use_problem(stands([slot])[slot.pk]) is not None or stay_of(slot.person_id) is None:
        return None
    return slot


def stands(slots: Sequence[ReferralSlot]) -> dict[UUID, Stand]:
    """How each of these slots stands today; one more statement where any help is refused."""
    refused = [slot.help for slot in slots if slot.help is not None and slot.help.refused_at is not None]
    open_disputes: set[UUID] = set()
    if refused:
        waiting = Dispute.objects.filter(receipt__helps__in=refused, decided_at=None)
        open_disputes = set(waiting.values_list("receipt_id", flat=True))
    today = clock.today()
    return {
        slot.pk: rules.stand(
            help=_facts(slot.help, open_disputes), expires_on=slot.expires_on, today=today, doubled=slot.doubled
        )
        for slot in slots
    }


def _facts(help: Help | None, open_disputes: set[UUID]) -> HelpFacts | None:  # noqa: A002
    if help is None:
        return None
    return HelpFacts(
        grade=help.grade,
        refused=help.refused_at is not None,
        taken_back=help.taken_back_at is not None,
        in_dispute=help.receipt_id in open_disputes,
    )


@dataclass(frozen=True, slots=True)
class Place:
    """One of a member's two places as a page shows it; `called` is the helped person, empty where nobody is named."""

    kind: SlotKind
    stand: Stand
    slot: ReferralSlot | None = None
    called: str = ""
    services: tuple[str, ...] = ()
    # The same person stands in another member's place too; both see that.
    shared: bool = False

    @property
    def is_done(self) -> bool:
        """Whether the person has confirmed it."""
        return self.stand is Stand.DONE

    @property
    def called_back(self) -> bool:
        """Whether an officer has asked the person since."""
        help = self.slot.help if self.slot is not None else None  # noqa: A001
        return help is not None and help.grade >= rules.CALLED_BACK

    @property
    def may_open(self) -> bool:
        """Whether a link can be made, or made anew."""
        return self.stand is Stand.NONE or self.stand in rules.REPLACEABLE

    @property
    def keys(self) -> Keys | None:
        """What to hand over, while nobody has used it."""
        return slot_keys.keys_of(self.slot) if self.slot is not None and self.stand is Stand.OPEN else None

    @property
    def receipt_link(self) -> str:
        """What the helped person opens to confirm, while that is waited for; read when it is shown."""
        help = self.slot.help if self.slot is not None else None  # noqa: A001
        if self.stand is not Stand.RECORDED or help is None or help.receipt_id is None:
            return ""
        keys = support.keys_of(help.receipt_id)
        return keys.link if keys is not None else ""


def places(person_id: UUID) -> list[Place]:
    """A member's friend and relative, in this order."""
    return places_of([person_id])[person_id]


def places_of(person_ids: Iterable[UUID]) -> dict[UUID, list[Place]]:
    """The same of many, in as many statements."""
    ids = list(person_ids)
    own_slots = list(slots().filter(person_id__in=ids))
    now = stands(own_slots)
    receipts = {
        item.help.receipt_id for item in own_slots if item.help is not None and item.help.receipt_id is not None
    }
    helped_with: dict[tuple[UUID | None, UUID | None], list[str]] = {}
    if receipts:
        helps = Help.objects.filter(receipt_id__in=receipts, source=HelpSource.REFERRAL, taken_back_at=None)
        for item in helps.select_related("service").order_by("service__position", "pk"):
            helped_with.setdefault((item.receipt_id, item.helper_id), []).append(item.service.short_name)
    shared = _shared(own_slots)
    by_place = {(item.person_id, item.kind): item for item in own_slots}
    return {
        person_id: [
            _place(SlotKind(kind), by_place.get((person_id, kind)), now, helped_with, shared) for kind in SlotKind
        ]
        for person_id in ids
    }


def _shared(slots: Sequence[ReferralSlot]) -> set[UUID]:
    """Those of the slots whose person stands in another member's slot too, whoever was merged with whom since."""
    helped = {slot.helped_id for slot in slots if slot.helped_id is not None}
    if not helped:
        return set()
    rows = people.same_persons(people.canonical(helped).values())
    others = ReferralSlot.objects.filter(helped__in=rows, replaced_at=None).values_list("helped_id", "person_id")
    pairs = [(who, member) for who, member in others if who is not None]
    today_is = people.canonical({who for who, _member in pairs})
    members_of: dict[UUID, set[UUID]] = {}
    for who, member in pairs:
        members_of.setdefault(today_is[who], set()).add(member)
    return {slot.pk for slot in slots if slot.helped_id is not None and len(members_of[today_is[slot.helped_id]]) > 1}


def _place(
    kind: SlotKind,
    slot: ReferralSlot | None,
    now: dict[UUID, Stand],
    helped_with: dict[Any, list[str]],
    shared: set[UUID],
) -> Place:
    if slot is None:
        return Place(kind, Stand.NONE)
    help = slot.help  # noqa: A001
    if help is None:
        return Place(kind, now[slot.pk], slot)
    contact = help.contact
    called = " ".join(contact.name.split()[-2:]) if contact is not None else ""
    services = tuple(helped_with.get((help.receipt_id, help.helper_id), ())) if help.receipt_id else ()
    return Place(kind, now[slot.pk], slot, called, services, slot.pk in shared)


# --- Whoever helps members along ----------------------------------------------------------------------------------------


def in_care(actor: User) -> QuerySet[Member]:
    """The active members whom the actor helps along with 1+2."""
    return policy.REFER_MEMBERS.filter(actor, active_members())


def with_need(stays: QuerySet[Member]) -> QuerySet[Any]:
    """Each member with how far they have come (`rules.need`), worked out by the database."""
    own_slots = ReferralSlot.objects.filter(person_id=OuterRef("person_id"), replaced_at=None)
    done_slots = own_slots.filter(
        confirmed_at__isnull=False,
        doubled=False,
        help__grade__gte=rules.CONFIRMED,
        help__refused_at=None,
        help__taken_back_at=None,
    )
    open_now = own_slots.filter(Q(help=None) | Q(help__refused_at=None, help__taken_back_at=None))
    friend = Exists(done_slots.filter(kind=SlotKind.FRIEND))
    relative = Exists(done_slots.filter(kind=SlotKind.RELATIVE))
    return stays.annotate(friend_done=friend, relative_done=relative).annotate(
        need=Case(
            When(friend_done=True, relative_done=True, then=Value(Need.DONE)),
            When(Q(friend_done=True) | Q(relative_done=True), then=Value(Need.ONE)),
            When(Exists(open_now.filter(expires_on__gt=clock.today())), then=Value(Need.WAITING)),
            When(Exists(own_slots), then=Value(Need.EXPIRED)),
            default=Value(Need.NONE),
            output_field=CharField(),
        )
    )


def needing(stays: QuerySet[Any], need: str) -> QuerySet[Any]:
    """Those of them who have come so far and no further."""
    return stays.filter(need=need)


def counts(stays: QuerySet[Any]) -> dict[str, int]:
    """How many members have come how far; one statement."""
    rows = stays.order_by().values_list("need").annotate(count=Count("pk"))
    return {Need(need): count for need, count in rows}


@dataclass(frozen=True, slots=True)
class Line:
    """One member of the list, with both places."""

    listed: members.ListedMember
    need: Need
    places: list[Place]


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list."""

    lines: list[Line]
    members: members.MemberPage


def page(actor: User, stays: QuerySet[Any], number: int) -> Page:
    """A page of members with their places, in a fixed number of statements however long it is."""
    read = members.page(actor, members.ordered(stays, "branch"), number)
    of = places_of([line.person_id for line in read.lines])
    lines = []
    for line in read.lines:
        pair = of[line.person_id]
        lines.append(Line(line, rules.need(pair[0].stand, pair[1].stand), pair))
    return Page(lines, read)
