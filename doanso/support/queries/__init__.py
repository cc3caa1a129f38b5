"""Reads of helps, their slips, and what waits for an officer. Lists start from `visible`, which holds the policy."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import ExtractHour, TruncDate

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import Permission, records_below
from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.ledger import queries as ledger
from doanso.ledger.models import Book
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.members.models import Member, MemberState
from doanso.people import queries as people
from doanso.support import families, policy, rules, slips
from doanso.support.models import Confirmation, Decision, Dispute, Help, HelpSource, Receipt, ReceiptLink, Remark
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

PAGE = 50
STATES = (
    *("standing", "unconfirmed", "confirmed", "by-receipt", "called-back"),
    *("disputed", "remarked", "flagged", "taken-back", "all"),
)


def every() -> QuerySet[Help]:
    """All helps with what a line of the list shows, to be narrowed by a policy."""
    return Help.objects.select_related("contact", "business", "service")


def visible(actor: User) -> QuerySet[Help]:
    """The helps the actor may see."""
    return policy.VIEW.filter(actor, every())


def names(actor: User, helps: Iterable[Help]) -> dict[UUID, str]:
    """Who was helped, as the actor may read it; an erased person and one who was never named have none ("")."""
    shown = access.personal(actor)
    return {support_record.pk: _name(shown, support_record) for support_record in helps}


def _name(shown: access.Personal, help: Help) -> str:  # noqa: A002
    if help.contact is not None:
        return shown.name(help.contact.name, help.unit_id)
    if help.business is not None:
        # A shop's sign often is its owner's name.
        return shown.name(help.business.name, help.unit_id)
    return ""


def _standing(on: date) -> Q:
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def below(support_records: QuerySet[Help], unit: Unit) -> QuerySet[Help]:
    """The helps given by the unit's subtree of today, and by ended units whose records it keeps."""
    return support_records.filter(unit_id__in=records_below([unit.pk]))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the list's address asks for."""

    text: str = ""
    unit: Unit | None = None
    service: str = ""
    receiver: str = ""
    state: str = "standing"
    since: date | None = None
    until: date | None = None


def listed(actor: User, query: Asked) -> QuerySet[Help]:
    """The helps that answer, newest first."""
    support_records = visible(actor)
    if query.text:
        shown = access.personal(actor)
        # A hit on a name that is shown as initials would tell it.
        support_records = support_records if shown.everywhere else support_records.filter(unit_id__in=shown.unmasked)
        support_records = _search(support_records, query.text, query.receiver)
    if query.unit is not None:
        support_records = below(support_records, query.unit)
    if query.service:
        support_records = support_records.filter(service_id=query.service)
    if query.receiver:
        support_records = support_records.filter(to_business=query.receiver == "shops")
    if query.since is not None:
        support_records = support_records.filter(happened_on__gte=query.since)
    if query.until is not None:
        support_records = support_records.filter(happened_on__lte=query.until)
    return _in_state(support_records, query.state).order_by("-happened_on", "-pk")


def _search(support_records: QuerySet[Help], text: str, receiver: str) -> QuerySet[Help]:
    """By name without diacritics, or a whole phone number: among people, shops, or both where neither is asked for."""
    matches = Q()
    if receiver != "shops":
        matches |= people.contact_matches(text, contact="contact__")
    if receiver != "people":
        matches |= people.business_matches(text, business="business__")
    return support_records.filter(matches)


def _in_state(support_records: QuerySet[Help], state: str) -> QuerySet[Help]:
    if state == "all":
        return support_records
    if state == "taken-back":
        return support_records.filter(taken_back_at__isnull=False)
    support_records = support_records.filter(taken_back_at=None)
    if state == "disputed":
        return support_records.filter(refused_at__isnull=False)
    if state == "confirmed":
        return support_records.filter(grade__gte=rules.CONFIRMED)
    if state == "by-receipt":
        return support_records.filter(grade=rules.CONFIRMED)
    if state == "called-back":
        return support_records.filter(grade=rules.CALLED_BACK)
    if state == "unconfirmed":
        return support_records.filter(grade__lt=rules.CONFIRMED, named=True, refused_at=None)
    if state == "remarked":
        return support_records.filter(Exists(Remark.objects.filter(receipt=OuterRef("receipt"), settled_at=None)))
    if state == "flagged":
        return support_records.filter(Exists(flagged().filter(receipt=OuterRef("receipt"))))
    return support_records


def flagged() -> QuerySet[Confirmation]:
    """Confirmations with something odd about them that nobody has looked at."""
    return Confirmation.objects.filter(looked_at=None).exclude(flags=[])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list, as the actor may read it."""

    help: Help
    name: str
    unit: str
    claim: str
    open: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, walked by number; nothing is counted."""

    lines: list[Line]
    number: int
    more: bool


def page(actor: User, support_records: QuerySet[Help], number: int) -> Page:
    """A page in a fixed number of statements, however long the list is."""
    rows, more = page_rows(support_records, number, PAGE)
    return Page(lines(actor, rows), number, more)


def lines(actor: User, helps: Sequence[Help]) -> list[Line]:
    """Helps with names, units and where each claim stands."""
    shown = access.personal(actor)
    called = units.names({support_record.unit_id for support_record in helps})
    states = claims(helps)
    return [
        Line(
            support_record,
            _name(shown, support_record),
            called[support_record.unit_id].short_name,
            states[support_record.pk],
            shown.shows(support_record.unit_id),
        )
        for support_record in helps
    ]


def claims(helps: Iterable[Help]) -> dict[UUID, str]:
    """Where each help's claim stands in the figures; "taken-back", "unnamed" and "refused" are our own to know."""
    claim_states: dict[UUID, str] = {}
    ids_by_family: dict[str, list[UUID]] = {}
    for support_record in helps:
        if support_record.taken_back_at is not None:
            claim_states[support_record.pk] = "taken-back"
        elif support_record.refused_at is not None:
            claim_states[support_record.pk] = "refused"
        elif not support_record.named:
            claim_states[support_record.pk] = "unnamed"
        else:
            ids_by_family.setdefault(families.family_of(support_record), []).append(support_record.pk)
    for family, ids in ids_by_family.items():
        states = ledger.claims(family=family, source_ids=ids)
        claim_states.update((key, str(states.get(key, "outside"))) for key in ids)
    return claim_states


def scope(actor: User, permission: Permission) -> list[NamedUnit]:
    """Return the units at which the actor holds the permission, tree by tree in the order of the roots' codes."""
    trees = [tree for tree in units.subtrees(permission.roots(actor)).values() if tree]
    units_by_id: dict[UUID, NamedUnit] = {}
    for tree in sorted(trees, key=lambda tree: tree[0].code):
        for unit in tree:
            units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


def units_to_see(actor: User) -> list[NamedUnit]:
    """The units of the list's filter."""
    return access_queries.units_to_see(actor)


def services() -> list[Service]:
    """What somebody can be helped with, in the catalogue's order: what people do themselves, not the Union's registers."""
    return list(Service.objects.filter(by_member=True).order_by("position", "code"))


MOST_HELPERS = 400


def helpers(unit: Unit) -> list[tuple[UUID, str]]:
    """Members of the unit's subtree who may have helped, by name; what the form offers while one types."""
    paths = UnitPath.objects.filter(_standing(clock.today()), ancestor=unit)
    active_members = Member.objects.filter(
        state=MemberState.ACTIVE, temporary=False, branch_id__in=paths.values("unit_id")
    ).order_by("contact__sort_key")
    return list(active_members.values_list("pk", "contact__name")[:MOST_HELPERS])


def waiting_counts(actor: User) -> dict[str, int]:
    """How many disputes, remarks and flagged confirmations wait for an officer, up to a hundred each."""
    waiting: tuple[tuple[str, Permission, QuerySet[Any]], ...] = (
        ("disputed", policy.DECIDE, Dispute.objects.filter(decided_at=None)),
        ("remarked", policy.RECORD, Remark.objects.filter(settled_at=None)),
        ("flagged", policy.DECIDE, flagged()),
    )
    return {name: verb.filter(actor, rows).values("pk")[:100].count() for name, verb, rows in waiting}


# --- Slips --------------------------------------------------------------------------------------------------------------


def receipt_by_lookup(lookup: str) -> Receipt | None:
    """The slip of a link's hash, be it the slip's first link or a further one."""
    receipt = Receipt.objects.filter(link_lookup=lookup).select_related("unit").first()
    if receipt is None:
        link = ReceiptLink.objects.filter(link_lookup=lookup).select_related("receipt__unit").first()
        receipt = link.receipt if link is not None else None
    return receipt


def keys_of(receipt_id: UUID) -> slips.Keys | None:
    """The keys of a slip, for a wrapper that hands it over under its own policy; None once they were erased."""
    return slips.keys_of(Receipt.objects.get(pk=receipt_id))


def receipts() -> QuerySet[Receipt]:
    """All slips, to be narrowed by a policy."""
    return Receipt.objects.select_related("unit")


def on_slip(receipt: Receipt) -> list[Help]:
    """The slip's standing helps, in order."""
    return list(every().filter(receipt=receipt, taken_back_at=None).order_by("happened_on", "pk"))


@dataclass(frozen=True, slots=True)
class Said:
    """What the helped person has said so far, newest first."""

    confirmations: list[Confirmation]
    disputes: list[Dispute]
    remarks: list[Remark]

    @property
    def open_dispute(self) -> Dispute | None:
        """The one that waits for an officer."""
        return next((dispute for dispute in self.disputes if dispute.decided_at is None), None)


def said(receipt_id: UUID) -> Said:
    """Everything said through a slip; three statements."""
    return Said(
        list(Confirmation.objects.filter(receipt_id=receipt_id).select_related("looked_by").order_by("-made_at")),
        list(Dispute.objects.filter(receipt_id=receipt_id).select_related("decided_by").order_by("-opened_at")),
        list(Remark.objects.filter(receipt_id=receipt_id).order_by("-made_at")),
    )


def disputes() -> QuerySet[Dispute]:
    """All disputes, to be narrowed by a policy."""
    return Dispute.objects.select_related("receipt")


def confirmations() -> QuerySet[Confirmation]:
    """All confirmations, to be narrowed by a policy."""
    return Confirmation.objects.all()


def remarks() -> QuerySet[Remark]:
    """All remarks, to be narrowed by a policy."""
    return Remark.objects.all()


def deadlines(first: date, last: date) -> list[date]:
    """Last days of books between two days (both inside)."""
    return list(Book.objects.filter(last_day__range=(first, last)).values_list("last_day", flat=True))


def hours_of_records(unit_ids: Collection[UUID], first: date, last: date) -> dict[tuple[UUID, int], int]:
    """How many helps each unit wrote down in which hour of the day, on days of arrival; lists are left out.

    Where the business day is set by hand, the hour of real time says nothing, and the record is left out as well.
    """
    rows = (
        Help.objects.filter(unit_id__in=list(unit_ids), happened_on__gte=first - timedelta(days=31))
        .filter(arrived_on__range=(first, last), taken_back_at=None, arrived_on=TruncDate("recorded_at"))
        .exclude(source=HelpSource.IMPORT)
        .annotate(hour=ExtractHour("recorded_at"))
        .values_list("unit_id", "hour")
        .annotate(count=Count("id"))
        .order_by()
    )
    return {(unit_id, hour): count for unit_id, hour, count in rows}


def corrected(help: Help) -> Mapping[str, Help | None]:  # noqa: A002
    """What a help corrects, and what corrects it."""
    return {
        "before": Help.objects.filter(pk=help.corrects_id).first() if help.corrects_id else None,
        "after": Help.objects.filter(corrects=help).first(),
    }


def of_receipt(actor: User, receipt_id: UUID) -> list[Help]:
    """All helps of a slip that the actor may see, those taken back too."""
    return list(visible(actor).filter(receipt_id=receipt_id).order_by("happened_on", "pk"))


def times(unit_ids: Collection[UUID], until: date, known_by: datetime) -> dict[tuple[UUID, str, bool], int]:
    """How many times these units with their subtrees helped up to a day (inside), by service and whether shops are meant;
    one statement.

    As was known at a moment, so that the same question is answered the same for ever: with what was taken back since, and
    without what was in dispute then or was found never to have happened.
    """
    doubted = Dispute.objects.filter(
        Q(decided_at=None) | Q(decided_at__gt=known_by) | Q(decision=Decision.UPHELD),
        receipt=OuterRef("receipt"),
        opened_at__lte=known_by,
    )
    rows = (
        Help.objects.filter(
            Q(unit__paths_up__until=None) | Q(unit__paths_up__until__gt=F("happened_on")),
            Q(taken_back_at=None) | Q(taken_back_at__gt=known_by),
            ~Exists(doubted),
            unit__paths_up__ancestor__in=list(unit_ids),
            unit__paths_up__since__lte=F("happened_on"),
            happened_on__lte=until,
            recorded_at__lte=known_by,
        )
        .values_list("unit__paths_up__ancestor_id", "service_id", "to_business")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(unit, service, shops): count for unit, service, shops, count in rows}
