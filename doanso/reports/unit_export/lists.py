"""The lists of a unit's data, each as its reader may see it on the pages: names and numbers are masked where those mask them.

Every list is read in pages by key, so that memory stays bounded and no cursor stays open.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.adoption import queries as adoption
from doanso.adoption.models import Usage
from doanso.assignments import queries as assignments
from doanso.documents import policy as documents_policy
from doanso.documents.queries import registers
from doanso.lib import citizen_id, clock, formats, phone
from doanso.lib.spreadsheet import Column
from doanso.members import policy as members_policy
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.outreach.queries import visits
from doanso.people import queries as people
from doanso.referrals import queries as referrals
from doanso.results import queries as results
from doanso.support import labels as support_labels
from doanso.support import queries as support
from doanso.targets import policy as targets_policy
from doanso.targets import queries as targets
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

PAGE = 1_000
type Rows = Iterator[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class ExportList:
    """One list of the archive: its name in file names, its title, what a row is, its columns, and its rows for a reader."""

    name: str
    title: str
    about: str
    columns: Sequence[Column]
    rows: Callable[[User, NamedUnit], Rows]


def _paged[Row: Model](queryset: QuerySet[Row, Row]) -> Iterator[list[Row]]:
    """Yield all rows by key in pages."""
    after = None
    while True:
        rows = list((queryset if after is None else queryset.filter(pk__gt=after)).order_by("pk")[:PAGE])
        if rows:
            yield rows
        if len(rows) < PAGE:
            return
        after = rows[-1].pk


def _stays(actor: User, unit: NamedUnit) -> QuerySet[Member]:
    """Return all stays of the unit and below that the reader may export, former ones too."""
    return members.stays_below(members_policy.EXPORT.filter(actor, Member.objects.all()), unit.unit)


def _member_rows(actor: User, unit: NamedUnit) -> Rows:
    shown = members.personal_access(actor)
    for page in _paged(_stays(actor, unit).select_related("contact")):
        names = units.named_units_by_id({stay.branch_id for stay in page})
        posts = members.current_posts(page)
        for stay in page:
            contact, is_open = stay.contact, shown.shows_stay(stay)
            telephone = people.decrypt_field(contact, "phone")
            yield (
                shown.name(stay),
                contact.get_gender_display(),
                (contact.birth_date if is_open else None) or contact.birth_year,
                citizen_id.mask_citizen_id(people.decrypt_field(contact, "citizen_id")),
                telephone if is_open else phone.mask_phone(telephone),
                people.decrypt_field(contact, "email") if is_open else "",
                contact.address if is_open else "",
                names[stay.branch_id].name if stay.branch_id in names else "",
                stay.card_number if is_open else "",
                stay.joined_on,
                stay.since,
                stay.until,
                posts.get((stay.person_id, stay.branch_id), ""),
                _("Temporary stay") if stay.temporary else stay.get_state_display(),
            )


def _usage_rows(actor: User, unit: NamedUnit) -> Rows:
    stays = members.stays_below(adoption.visible_stays(actor).filter(until=None), unit.unit)
    seen: set[UUID] = set()
    for page in _paged(stays.select_related("contact")):
        called = members.names_for(actor, page)
        branches = units.named_units_by_id({stay.branch_id for stay in page})
        of_person = {stay.person_id: stay for stay in page if stay.person_id not in seen}
        seen.update(of_person)
        usages = (
            Usage.objects.filter(person_id__in=of_person, taken_back_at=None)
            .select_related("service", "stage", "seen_by", "obstacle")
            .order_by("person_id", "service_id", "happened_on", "pk")
        )
        for usage in usages:
            stay = of_person[usage.person_id]
            yield (
                called[stay.pk],
                branches[stay.branch_id].name if stay.branch_id in branches else "",
                usage.service.name,
                usage.stage.name,
                usage.happened_on,
                usage.grade,
                usage.seen_by.display_name if usage.seen_by is not None else _("Told by the member"),
                usage.obstacle.name if usage.obstacle is not None else "",
            )


def _support_rows(actor: User, unit: NamedUnit) -> Rows:
    records = support.records_of_subtree(support.visible_records(actor), unit.unit).select_related(
        "person", "business", "contact", "service"
    )
    for page in _paged(records):
        rows = support.record_rows(actor, page)
        for record, row in zip(page, rows, strict=True):
            yield (
                row.happened_on,
                row.unit,
                row.name or support_labels.missing_name(named=row.named),
                _("Shop") if row.to_business else _("Resident"),
                row.service_name,
                record.helper_name if row.open else formats.initials(record.helper_name),
                record.second_helper_name if row.open else formats.initials(record.second_helper_name),
                row.grade,
                row.claim,
                _("Taken back") if record.taken_back_at is not None else "",
            )


def _visit_rows(actor: User, unit: NamedUnit) -> Rows:
    for page in _paged(visits.find_visits(actor, visits.VisitQuery(unit=unit.unit))):
        for line in visits.visit_rows(actor, page):
            yield (
                line.visit.happened_on,
                line.unit,
                line.place,
                line.visitors,
                line.outcome,
                line.pair,
                line.visit.follow_up_on,
            )


def _referral_rows(actor: User, unit: NamedUnit) -> Rows:
    stays = members.stays_below(referrals.members_to_assist(actor), unit.unit)
    shown = members.personal_access(actor)
    for page in _paged(stays.select_related("contact")):
        branches = units.named_units_by_id({stay.branch_id for stay in page})
        slots = referrals.slot_summaries_of([stay.person_id for stay in page])
        for stay in page:
            for summary in slots[stay.person_id]:
                yield (
                    shown.name(stay),
                    branches[stay.branch_id].name if stay.branch_id in branches else "",
                    str(summary.kind.label),
                    summary.helped_name if shown.shows_stay(stay) else formats.initials(summary.helped_name),
                    ", ".join(summary.service_names),
                    _("Confirmed by the person") if summary.is_done else _("Not confirmed"),
                )


def _assignment_rows(actor: User, unit: NamedUnit) -> Rows:
    for state in ("", "settled"):
        found = assignments.filtered_assignments(actor, assignments.AssignmentFilter(unit=unit, state=state))
        for page in _paged(found):
            for row in assignments.assignment_rows(actor, page):
                assignment = row.assignment
                yield (
                    row.unit,
                    row.kind,
                    row.sentence,
                    assignment.owner.display_name if assignment.owner is not None else "",
                    assignment.due_on,
                    clock.business_day(assignment.completed_at) if assignment.completed_at else None,
                    assignment.get_outcome_display() if assignment.completed_at else "",
                )


def _target_rows(actor: User, unit: NamedUnit) -> Rows:
    if not targets_policy.VIEW.allows_at(actor, unit.unit):
        return
    for programme in targets.programmes_at(unit.unit, clock.today()):
        on = targets.day_of(programme, None, unit.unit)
        overview = targets.overview(programme, unit.unit, on)
        places = [
            (unit.name, overview.indicators),
            *((child.unit.name, child.indicators) for child in overview.children),
        ]
        for name, indicators in places:
            for progress in indicators:
                yield (
                    programme.title,
                    on,
                    name,
                    progress.title,
                    progress.unit_of_count,
                    progress.target,
                    progress.value,
                    progress.denominator,
                    None if progress.percent is None else progress.percent / 10,
                    progress.missing,
                )


def _register_rows(actor: User, unit: NamedUnit) -> Rows:
    below = registers.units_with_office().filter(pk__in=records_below([unit.id]))
    offices = documents_policy.VIEW_AT.filter(actor, below).order_by("code")
    for office, named in ((office, units.named_unit(office)) for office in offices):
        for row in registers.register_rows(office, registers.RegisterFilter()):
            yield (named.name, *row)


def _result_rows(actor: User, unit: NamedUnit) -> Rows:
    for page in _paged(results.latest_versions_below(actor, unit.unit)):
        names = units.named_units_by_id({version.result.unit_id for version in page})
        for version in page:
            result = version.result
            yield (
                version.happened_on,
                names[result.unit_id].name if result.unit_id in names else "",
                result.indicator.title,
                version.quantity,
                result.indicator.unit_of_count,
                version.text,
                result.get_state_display(),
                version.made_by.display_name,
                version.attested_by.display_name if version.attested_by is not None else "",
                version.reason,
            )


def lists() -> list[ExportList]:
    """Return the lists of the archive in their order."""
    return [
        ExportList(
            "doan-vien",
            _("Members"),
            _("One row for each stay of a member in a branch, former ones too."),
            _columns(
                (_("Full name"), 28),
                (_("Gender"), 9),
                (_("Birth date"), 13),
                (_("Personal number"), 18),
                (_("Phone"), 14),
                (_("E-mail"), 26),
                (_("Address"), 36),
                (_("Branch"), 34),
                (_("Card number"), 16),
                (_("Joined the Union"), 14),
                (_("In the branch since"), 14),
                (_("Until"), 14),
                (_("Office"), 18),
                (_("State"), 20),
            ),
            _member_rows,
        ),
        ExportList(
            "tien-ich-so",
            _("Use of services"),
            _("One row for each record of a present member's use of a digital service, with who saw it."),
            _columns(
                (_("Member"), 28),
                (_("Branch"), 34),
                (_("Service"), 30),
                (_("Stage"), 34),
                (_("Seen on"), 13),
                (_("Evidence grade"), 12),
                (_("Seen by"), 26),
                (_("In the way"), 28),
            ),
            _usage_rows,
        ),
        ExportList(
            "luot-giup",
            _("Support records"),
            _("One row for each help given to a resident or a shop, also those taken back."),
            _columns(
                (_("Day"), 13),
                (_("Unit"), 24),
                (_("Who was helped"), 28),
                (_("Resident or shop"), 16),
                (_("Service"), 24),
                (_("Helper"), 26),
                (_("Second helper"), 26),
                (_("Evidence grade"), 12),
                (_("In the figures"), 34),
                (_("Taken back"), 14),
            ),
            _support_rows,
        ),
        ExportList(
            "luot-den-nha",
            _("Visits"),
            _("One row for each visit of a pair at a door."),
            _columns(
                (_("Day"), 13),
                (_("Unit"), 24),
                (_("Where"), 34),
                (_("Who went"), 40),
                (_("Outcome"), 24),
                (_("Pair of the visit"), 20),
                (_("To come again on"), 16),
            ),
            _visit_rows,
        ),
        ExportList(
            "lan-toa",
            _("Guiding 1+2"),
            _("Two rows for each present member: the friend and the relative."),
            _columns(
                (_("Member"), 28),
                (_("Branch"), 34),
                (_("Friend or relative"), 18),
                (_("Who was guided"), 24),
                (_("Services"), 30),
                (_("State"), 26),
            ),
            _referral_rows,
        ),
        ExportList(
            "viec-duoc-giao",
            _("Assignments"),
            _("One row for each assignment, open ones first."),
            _columns(
                (_("Unit"), 24),
                (_("About"), 26),
                (_("What is to be done"), 60),
                (_("Who sees to it"), 26),
                (_("Due on"), 13),
                (_("Settled on"), 13),
                (_("Outcome"), 20),
            ),
            _assignment_rows,
        ),
        ExportList(
            "chi-tieu",
            _("Targets with figures"),
            _("One row for each target of the unit and of the units directly below, with its figure on the day named."),
            _columns(
                (_("Programme"), 34),
                (_("Figures of"), 13),
                (_("Unit"), 30),
                (_("Target"), 44),
                (_("Counted in"), 14),
                (_("Goal"), 10),
                (_("Reached so far"), 10),
                (_("Out of"), 10),
                (_("Per cent"), 10),
                (_("Missing"), 10),
            ),
            _target_rows,
        ),
        ExportList(
            "so-van-ban",
            _("Register of documents"),
            _("One row for each number of the register of outgoing documents; of secret ones number and day alone."),
            [Column(_("Unit"), 30), *registers.register_columns()],
            _register_rows,
        ),
        ExportList(
            "ket-qua",
            _("Results that units reported"),
            _("One row for each result in its newest wording, also those that wait or were withdrawn."),
            _columns(
                (_("Day"), 13),
                (_("Unit"), 24),
                (_("Target"), 44),
                (_("Quantity"), 12),
                (_("Unit of count"), 16),
                (_("What was done"), 60),
                (_("State"), 18),
                (_("Reported by"), 26),
                (_("Confirmed by"), 26),
                (_("Reason of a return or withdrawal"), 40),
            ),
            _result_rows,
        ),
    ]


def _columns(*columns: tuple[str, float]) -> list[Column]:
    return [Column(title, width) for title, width in columns]
