"""Reads of support, for pages, wrapping apps and officers. Lists start from `visible_records`, which applies the policy."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractHour, TruncDate

from doanso.access import policy as access
from doanso.access.policy import Permission, records_below
from doanso.accounts.models import User
from doanso.adoption.models import Service
from doanso.ledger import queries as ledger
from doanso.ledger.models import Book
from doanso.lib import clock
from doanso.lib.access_codes import AccessCodes
from doanso.lib.database import hot_reads
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.members.models import Member, MemberState
from doanso.people import queries as people
from doanso.support import families, policy, receipt_keys, rules
from doanso.support.models import (
    Confirmation,
    Decision,
    Dispute,
    Receipt,
    ReceiptLink,
    Remark,
    SupportRecord,
    SupportRecordSource,
)
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

PAGE = 50
STATES = (
    *("standing", "unconfirmed", "confirmed", "by-receipt", "called-back"),
    *("disputed", "untrue", "remarked", "flagged", "taken-back", "all"),
)


def all_records() -> QuerySet[SupportRecord]:
    """Return all support records with the relations that a row of the list shows, to be narrowed by a policy."""
    return SupportRecord.objects.select_related("contact", "business", "service")


def records_with_details() -> QuerySet[SupportRecord]:
    """Return all support records with the relations that their own page shows, to be narrowed by a policy."""
    corrections = SupportRecord.objects.filter(corrects=OuterRef("pk")).values("pk")[:1]
    return all_records().select_related("unit", "receipt").annotate(corrected_by_id=Subquery(corrections))


def corrected_by_id(support_record: SupportRecord) -> UUID | None:
    """Return the correction of a record that `records_with_details` has read, None without one."""
    corrected_by: UUID | None = support_record.__dict__["corrected_by_id"]
    return corrected_by


def visible_records(actor: User) -> QuerySet[SupportRecord]:
    """Return the support records the actor may see."""
    return policy.VIEW.filter(actor, all_records())


def receiver_names(actor: User, support_records: Iterable[SupportRecord]) -> dict[UUID, str]:
    """Return the receivers' names, as the actor may read them, by record; "" for erased persons and for those never named."""
    shown = access.personal(actor)
    return {record.pk: _receiver_name(shown, _row_values(record)) for record in support_records}


def records_of_subtree(support_records: QuerySet[SupportRecord], unit: Unit) -> QuerySet[SupportRecord]:
    """Return the support records of the unit's present subtree, and of ended units whose records it keeps."""
    return support_records.filter(unit_id__in=records_below([unit.pk]))


def given_by(support_records: QuerySet[SupportRecord], member_id: UUID) -> QuerySet[SupportRecord]:
    """Return those in which the person of this stay helped, first or second, during any of their stays."""
    person = Member.objects.filter(pk=member_id).values("person_id")[:1]
    stays = Member.objects.filter(person_id=Subquery(person)).values("pk")
    return support_records.filter(Q(helper_id__in=stays) | Q(second_helper_id__in=stays))


@dataclass(frozen=True, slots=True)
class SupportRecordFilter:
    """Filters of the list, as in its address."""

    text: str = ""
    unit: Unit | None = None
    service: str = ""
    receiver: str = ""
    state: str = "standing"
    helper: UUID | None = None
    """A stay of the person who helped, first or second."""
    since: date | None = None
    until: date | None = None


def filtered_records(actor: User, filters: SupportRecordFilter) -> QuerySet[SupportRecord]:
    """Return the support records that the filters choose, newest first."""
    support_records = visible_records(actor)
    if filters.text:
        shown = access.personal(actor)
        # A hit on a name that is shown as initials would disclose it.
        support_records = support_records if shown.everywhere else support_records.filter(unit_id__in=shown.unmasked)
        support_records = _search(support_records, filters.text, filters.receiver)
    if filters.unit is not None:
        support_records = records_of_subtree(support_records, filters.unit)
    if filters.service:
        support_records = support_records.filter(service_id=filters.service)
    if filters.receiver:
        support_records = support_records.filter(to_business=filters.receiver == "shops")
    if filters.helper is not None:
        support_records = given_by(support_records, filters.helper)
    if filters.since is not None:
        support_records = support_records.filter(happened_on__gte=filters.since)
    if filters.until is not None:
        support_records = support_records.filter(happened_on__lte=filters.until)
    return _in_state(support_records, filters.state).order_by("-happened_on", "-pk")


def _search(support_records: QuerySet[SupportRecord], text: str, receiver: str) -> QuerySet[SupportRecord]:
    """Search by name without diacritics, or by a whole phone number: among people, shops, or both without a receiver."""
    matches = Q()
    if receiver != "shops":
        matches |= people.contact_matches(text, contact="contact__")
    if receiver != "people":
        matches |= people.business_matches(text, business="business__")
    return support_records.filter(matches)


def _in_state(support_records: QuerySet[SupportRecord], state: str) -> QuerySet[SupportRecord]:
    if state == "all":
        return support_records
    if state == "taken-back":
        return support_records.filter(taken_back_at__isnull=False)
    support_records = support_records.filter(taken_back_at=None)
    if state == "disputed":
        return support_records.filter(Exists(_open_disputes()))
    if state == "untrue":
        return support_records.filter(~Exists(_open_disputes()), refused_at__isnull=False)
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
        return support_records.filter(Exists(flagged_confirmations().filter(receipt=OuterRef("receipt"))))
    return support_records


def _open_disputes() -> QuerySet[Dispute]:
    # An earlier dispute that was upheld keeps its records out; a later one of the same receipt is about the others.
    return Dispute.objects.filter(decided_at=None, receipt=OuterRef("receipt"), opened_at__lte=OuterRef("refused_at"))


def flagged_confirmations() -> QuerySet[Confirmation]:
    """Return flagged confirmations that no officer has looked at."""
    return Confirmation.objects.filter(looked_at=None).exclude(flags=[])


class _RowValues(NamedTuple):
    """The values of a support record that a row of the list needs, without model objects: a page costs a third that way."""

    pk: UUID
    unit_id: UUID
    service_name: str
    happened_on: date
    to_business: bool
    named: bool
    grade: int
    taken_back_at: datetime | None
    refused_at: datetime | None
    contact_name: str | None
    business_name: str | None


_ROW_COLUMNS = (
    *("pk", "unit_id", "service__short_name", "happened_on", "to_business", "named", "grade"),
    *("taken_back_at", "refused_at", "contact__name", "business__name"),
)


def _row_values(support_record: SupportRecord) -> _RowValues:
    contact, business = support_record.contact, support_record.business
    return _RowValues(
        pk=support_record.pk,
        unit_id=support_record.unit_id,
        service_name=support_record.service.short_name,
        happened_on=support_record.happened_on,
        to_business=support_record.to_business,
        named=support_record.named,
        grade=support_record.grade,
        taken_back_at=support_record.taken_back_at,
        refused_at=support_record.refused_at,
        contact_name=contact.name if contact is not None else None,
        business_name=business.name if business is not None else None,
    )


def _receiver_name(shown: access.Personal, values: _RowValues) -> str:
    # A shop's sign often is its owner's name, so it is masked like a person's.
    name = values.contact_name if values.contact_name is not None else values.business_name
    return shown.name(name, values.unit_id) if name is not None else ""


@dataclass(frozen=True, slots=True)
class SupportRecordRow:
    """One row of the list, as the actor may read it; `open` where names are not masked."""

    id: UUID
    name: str
    named: bool
    to_business: bool
    service_name: str
    happened_on: date
    unit: str
    grade: int
    claim: str
    open: bool


@dataclass(frozen=True, slots=True)
class SupportRecordPage:
    """A page of the list, by number; nothing is counted."""

    rows: list[SupportRecordRow]
    number: int
    more: bool


def record_page(
    actor: User, support_records: QuerySet[SupportRecord], number: int, *, known_units: Iterable[NamedUnit] = ()
) -> SupportRecordPage:
    """Return a page in a fixed number of statements, however long the list is; `known_units` save those for names."""
    selected: QuerySet[Any, Any] = support_records.values_list(*_ROW_COLUMNS)
    values, more = page_rows(selected, number, PAGE)
    return SupportRecordPage(_rows(actor, [_RowValues(*row) for row in values], known_units), number, more)


def record_rows(
    actor: User, support_records: Iterable[SupportRecord], *, known_units: Iterable[NamedUnit] = ()
) -> list[SupportRecordRow]:
    """Return rows of these support records, with names, units and claims."""
    return _rows(actor, [_row_values(support_record) for support_record in support_records], known_units)


def _rows(
    actor: User, values_of_rows: Sequence[_RowValues], known_units: Iterable[NamedUnit] = ()
) -> list[SupportRecordRow]:
    shown = access.personal(actor)
    unit_names = {unit.id: unit.short_name for unit in known_units}
    missing = {values.unit_id for values in values_of_rows if values.unit_id not in unit_names}
    if missing:
        unit_names |= {unit.id: unit.short_name for unit in units.named_units_by_id(missing).values()}
    states = _claims(values_of_rows)
    return [
        SupportRecordRow(
            id=values.pk,
            name=_receiver_name(shown, values),
            named=values.named,
            to_business=values.to_business,
            service_name=values.service_name,
            happened_on=values.happened_on,
            unit=unit_names[values.unit_id],
            grade=values.grade,
            claim=states[values.pk],
            open=shown.shows(values.unit_id),
        )
        for values in values_of_rows
    ]


def claim_states(support_records: Iterable[SupportRecord]) -> dict[UUID, str]:
    """Return how each record's claim stands in the figures.

    "taken-back", "unnamed", "refused" (disputed, undecided) and "untrue" (the dispute was upheld) are states of support.
    """
    return _claims([_row_values(support_record) for support_record in support_records])


def _claims(values_of_rows: Iterable[_RowValues]) -> dict[UUID, str]:
    states: dict[UUID, str] = {}
    ids_by_family: dict[str, list[UUID]] = {}
    for values in values_of_rows:
        if values.taken_back_at is not None:
            states[values.pk] = "taken-back"
        elif values.refused_at is not None:
            states[values.pk] = "untrue"
        elif not values.named:
            states[values.pk] = "unnamed"
        else:
            ids_by_family.setdefault(families.family_of_receivers(to_business=values.to_business), []).append(values.pk)
    counted = ledger.claims(ids_by_family)
    if untrue := [pk for pk, claim in states.items() if claim == "untrue"]:
        disputed = SupportRecord.objects.filter(Exists(_open_disputes()), pk__in=untrue)
        states |= dict.fromkeys(disputed.values_list("pk", flat=True), "refused")
    return states | {pk: str(counted.get(pk, "outside")) for ids in ids_by_family.values() for pk in ids}


def permitted_units(actor: User, permission: Permission) -> list[NamedUnit]:
    """Return the units at which the actor holds the permission, in tree order by the roots' codes."""
    trees = [tree for tree in units.subtrees(permission.roots(actor)).values() if tree]
    units_by_id: dict[UUID, NamedUnit] = {}
    for tree in sorted(trees, key=lambda tree: tree[0].code):
        for unit in tree:
            units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


_SERVICES = PreparedQuery(lambda: Service.objects.filter(by_member=True).order_by("position", "code"))


def recordable_services() -> list[Service]:
    """Return the services with which people can be helped, in the catalogue's order, without the Union's own registers."""
    return _SERVICES()


MOST_HELPERS = 400


def offered_helpers(unit: Unit) -> list[tuple[UUID, str]]:
    """Return members of the unit's subtree who may have helped, by name, for the form to offer."""
    paths = UnitPath.objects.filter(in_effect(clock.today()), ancestor=unit)
    active_members = Member.objects.filter(
        state=MemberState.ACTIVE, temporary=False, branch_id__in=paths.values("unit_id")
    ).order_by("contact__sort_key")
    return list(active_members.values_list("pk", "contact__name")[:MOST_HELPERS])


def waiting_decisions(actor: User) -> dict[str, QuerySet[Any]]:
    """Return the disputes, remarks and flagged confirmations that wait for this officer."""
    return {
        "disputed": policy.DECIDE.filter(actor, Dispute.objects.filter(decided_at=None)),
        "remarked": policy.RECORD.filter(actor, Remark.objects.filter(settled_at=None)),
        "flagged": policy.DECIDE.filter(actor, flagged_confirmations()),
    }


def waiting_counts(actor: User) -> dict[str, int]:
    """Return the number of each that waits, counted up to a hundred, in one statement."""
    rows = waiting_decisions(actor)
    return dict(zip(rows, hot_reads.count_rows(list(rows.values()), 100), strict=True))


# --- Receipts -----------------------------------------------------------------------------------------------------------


def receipt_by_lookup(lookup: str) -> Receipt | None:
    """Return the receipt of a link's hash, its first link or a further one."""
    receipt = Receipt.objects.filter(link_lookup=lookup).select_related("unit").first()
    if receipt is None:
        link = ReceiptLink.objects.filter(link_lookup=lookup).select_related("receipt__unit").first()
        receipt = link.receipt if link is not None else None
    return receipt


def keys_of(receipt_id: UUID) -> AccessCodes | None:
    """Return the keys of a receipt, for an app that hands it over under its own policy; None once they were erased."""
    return receipt_keys.keys_of(Receipt.objects.get(pk=receipt_id))


def all_receipts() -> QuerySet[Receipt]:
    """Return all receipts, to be narrowed by a policy."""
    return Receipt.objects.select_related("unit")


def records_of_receipt(receipt: Receipt) -> list[SupportRecord]:
    """Return the receipt's active records, in order."""
    return list(all_records().filter(receipt=receipt, taken_back_at=None).order_by("happened_on", "pk"))


@dataclass(frozen=True, slots=True)
class ReceiptStatements:
    """The helped person's statements through a receipt so far, newest first."""

    confirmations: list[Confirmation]
    disputes: list[Dispute]
    remarks: list[Remark]

    @property
    def open_dispute(self) -> Dispute | None:
        """Return the dispute that waits for an officer."""
        return next((dispute for dispute in self.disputes if dispute.decided_at is None), None)


def receipt_statements(receipt_id: UUID) -> ReceiptStatements:
    """Return everything stated through a receipt; three statements."""
    return ReceiptStatements(
        list(Confirmation.objects.filter(receipt_id=receipt_id).select_related("looked_by").order_by("-made_at")),
        list(Dispute.objects.filter(receipt_id=receipt_id).select_related("decided_by").order_by("-opened_at")),
        list(Remark.objects.filter(receipt_id=receipt_id).order_by("-made_at")),
    )


def all_disputes() -> QuerySet[Dispute]:
    """Return all disputes, to be narrowed by a policy."""
    return Dispute.objects.select_related("receipt")


def all_confirmations() -> QuerySet[Confirmation]:
    """Return all confirmations, to be narrowed by a policy."""
    return Confirmation.objects.all()


def all_remarks() -> QuerySet[Remark]:
    """Return all remarks, to be narrowed by a policy."""
    return Remark.objects.all()


def book_ends(first: date, last: date) -> list[date]:
    """Return the last days of books between two days (both inclusive)."""
    return list(Book.objects.filter(last_day__range=(first, last)).values_list("last_day", flat=True))


def hours_of_records(unit_ids: Collection[UUID], first: date, last: date) -> dict[tuple[UUID, int], int]:
    """Return the number of records by unit and hour of the day, on days of arrival, without lists.

    Records made while the business day was set by hand are left out, because their hour says nothing.
    """
    rows = (
        SupportRecord.objects.filter(unit_id__in=list(unit_ids), happened_on__gte=first - timedelta(days=31))
        .filter(arrived_on__range=(first, last), taken_back_at=None, arrived_on=TruncDate("recorded_at"))
        .exclude(source=SupportRecordSource.IMPORT)
        .annotate(hour=ExtractHour("recorded_at"))
        .values_list("unit_id", "hour")
        .annotate(count=Count("id"))
        .order_by()
    )
    return {(unit_id, hour): count for unit_id, hour, count in rows}


def visible_of_receipt(actor: User, receipt_id: UUID) -> list[SupportRecord]:
    """Return all records of a receipt that the actor may see, including those taken back."""
    return list(visible_records(actor).filter(receipt_id=receipt_id).order_by("happened_on", "pk"))


def count_times(unit_ids: Collection[UUID], until: date, known_by: datetime) -> dict[tuple[UUID, str, bool], int]:
    """Return how many times units with their subtrees gave support up to a day (inclusive), by service and kind of receiver;
    one statement.

    As known at a moment, so that the same question always has the same answer: with records taken back since, without those
    disputed then or found untrue.
    """
    doubted = Dispute.objects.filter(
        Q(decided_at=None) | Q(decided_at__gt=known_by) | Q(decision=Decision.UPHELD),
        receipt=OuterRef("receipt"),
        opened_at__lte=known_by,
    )
    rows = (
        SupportRecord.objects.filter(
            in_effect(F("happened_on"), "unit__paths_up__"),
            Q(taken_back_at=None) | Q(taken_back_at__gt=known_by),
            ~Exists(doubted),
            unit__paths_up__ancestor__in=list(unit_ids),
            happened_on__lte=until,
            recorded_at__lte=known_by,
        )
        .values_list("unit__paths_up__ancestor_id", "service_id", "to_business")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return {(unit, service, shops): count for unit, service, shops, count in rows}
