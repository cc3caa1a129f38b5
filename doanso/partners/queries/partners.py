"""Reads of partners: the list, its export, and one partner with all that belongs to it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import QuerySet

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.lib import clock, vietnamese
from doanso.lib.paging import page_rows
from doanso.lib.search_words import words_condition
from doanso.partners import policy
from doanso.partners.kinds import kind_name
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking, UndertakingState
from doanso.partners.queries.agreements import AgreementRow, agreement_rows, expiring_agreements, in_effect
from doanso.partners.queries.choices import shared_partners
from doanso.partners.queries.undertakings import UndertakingRow, undertaking_rows
from doanso.partners.rules import AgreementStatus
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind
from doanso.units.queries import NamedUnit

PAGE_SIZE = 50
RUNNING, ENDED, EXPIRING, WITHOUT, ALL = "running", "ended", "expiring", "without", "all"
STATES = (RUNNING, EXPIRING, WITHOUT, ENDED, ALL)
_BEST = (
    AgreementStatus.EXPIRED,
    AgreementStatus.EXPIRING,
    AgreementStatus.IN_EFFECT,
    AgreementStatus.UPCOMING,
)
"""Which of a partner's agreements a list shows: the one that needs something first."""


@dataclass(frozen=True, slots=True)
class PartnerFilter:
    """How the list is narrowed; `state` is one of `STATES`."""

    text: str = ""
    kind: str = ""
    unit: Unit | None = None
    state: str = RUNNING


@dataclass(frozen=True, slots=True)
class PartnerRow:
    """One partner in the list: its unit, the agreement that matters now, and how much it still has to do."""

    partner: Partner
    kind_name: str
    unit: str
    agreement: AgreementRow | None
    agreements: int
    open_undertakings: int
    overdue: int


@dataclass(frozen=True, slots=True)
class PartnerDetails:
    """What the page of a partner shows of its own."""

    agreements: Sequence[AgreementRow]
    undertakings: Sequence[UndertakingRow]
    contacts: Sequence[PartnerContact]
    former_contacts: Sequence[PartnerContact] = field(default_factory=list)


def all_partners() -> QuerySet[Partner]:
    """Return all partners with their units, to be narrowed by a policy."""
    return Partner.objects.select_related("unit")


def units_to_see(actor: User) -> list[NamedUnit]:
    """Return the units whose partners the actor may see, in reading order; branches keep none. One statement."""
    return _offices(policy.VIEW_AT.roots(actor))


def units_to_manage(actor: User) -> list[NamedUnit]:
    """Return the units for which the actor keeps partners, in reading order; one statement."""
    return _offices(policy.MANAGE_AT.roots(actor))


def _offices(roots: Collection[UUID]) -> list[NamedUnit]:
    offices: dict[UUID, NamedUnit] = {}
    for tree in units.subtrees(sorted(roots)).values():
        offices.update({unit.id: unit for unit in tree if unit.kind != UnitKind.BRANCH and unit.id not in offices})
    return list(offices.values())


def matching_partners(actor: User, filters: PartnerFilter) -> QuerySet[Partner]:
    """Return the partners that the actor may see and that answer the filter, by name."""
    rows = policy.VIEW.filter(actor, Partner.objects.all())
    if filters.state == ENDED:
        rows = rows.filter(ended_on__isnull=False)
    elif filters.state != ALL:
        rows = rows.filter(ended_on=None)
    if filters.state == EXPIRING:
        rows = rows.filter(pk__in=expiring_agreements().values("partner"))
    elif filters.state == WITHOUT:
        rows = rows.exclude(pk__in=in_effect().values("partner"))
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.unit is not None:
        rows = rows.filter(unit__in=records_below([filters.unit.pk]))
    rows = rows.filter(words_condition(vietnamese.fold(filters.text).split()))
    return rows.order_by("folded", "pk")


def partner_page(actor: User, filters: PartnerFilter, number: int) -> tuple[list[PartnerRow], bool]:
    """Return a page of the list and whether more follow; four statements."""
    partners, more = page_rows(matching_partners(actor, filters), number, PAGE_SIZE)
    return partner_rows(partners), more


def partner_rows(partners: Sequence[Partner]) -> list[PartnerRow]:
    """Return the rows of these partners; three statements."""
    today = clock.today()
    names = units.named_units_by_id({partner.unit_id for partner in partners})
    ids = [partner.pk for partner in partners]
    by_partner: dict[UUID, list[AgreementRow]] = {}
    for row in agreement_rows(Agreement.objects.filter(partner__in=ids)):
        by_partner.setdefault(row.agreement.partner_id, []).append(row)
    left: dict[UUID, list[Undertaking]] = {}
    for undertaking in Undertaking.objects.filter(partner__in=ids, state=UndertakingState.OPEN):
        left.setdefault(undertaking.partner_id, []).append(undertaking)
    rows = []
    for partner in partners:
        agreements, undertakings = by_partner.get(partner.pk, []), left.get(partner.pk, [])
        rows.append(
            PartnerRow(
                partner,
                kind_name(partner.kind),
                names[partner.unit_id].short_name,
                _best(agreements),
                len(agreements),
                len(undertakings),
                sum(entry.due_on is not None and entry.due_on < today for entry in undertakings),
            )
        )
    return rows


def _best(agreements: Sequence[AgreementRow]) -> AgreementRow | None:
    candidates = [row for row in agreements if row.status in _BEST]
    return min(candidates, key=lambda row: (_BEST.index(row.status), row.agreement.valid_until is None), default=None)


def partners_above(actor: User) -> list[tuple[Partner, str, str]]:
    """Return the running partners of the units above the actor's own, with the names of kind and unit; two statements."""
    partners = list(shared_partners(actor).order_by("folded", "pk"))
    names = units.named_units_by_id({partner.unit_id for partner in partners})
    return [(partner, kind_name(partner.kind), names[partner.unit_id].name) for partner in partners]


def details_of(partner: Partner) -> PartnerDetails:
    """Return agreements, undertakings and contacts of a partner; three statements."""
    today = clock.today()
    contacts = list(partner.contacts.order_by("name", "pk"))
    present = [contact for contact in contacts if contact.until is None or contact.until > today]
    return PartnerDetails(
        agreements=agreement_rows(partner.agreements.order_by("-valid_from", "-pk")),
        undertakings=undertaking_rows(partner.undertakings.all()),
        contacts=present,
        former_contacts=[contact for contact in contacts if contact not in present],
    )


def contacts_of(partner: Partner) -> QuerySet[PartnerContact]:
    """Return the contacts of a partner."""
    return PartnerContact.objects.select_related("partner").filter(partner=partner)
