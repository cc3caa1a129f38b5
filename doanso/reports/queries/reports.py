"""Queries for reports. Lists start from `visible_reports`, which applies the policy."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.ledger.models import Snapshot
from doanso.lib.paging import page_rows
from doanso.reports import policy
from doanso.reports.models import Layout, Passage, Rendering, Report, ReportKind
from doanso.reports.rules import spans
from doanso.reports.rules.spans import ReportSpan
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE = 50


def all_reports() -> QuerySet[Report]:
    """Return all reports with what a page shows of them, to be filtered by a policy."""
    return Report.objects.select_related("programme__root", "programme__book", "unit", "made_by")


def visible_reports(actor: User, programme: Programme) -> QuerySet[Report]:
    """Return the programme's reports that the actor may see."""
    return policy.VIEW.filter(actor, all_reports()).filter(programme=programme)


@dataclass(frozen=True, slots=True)
class ReportRow:
    """One report of the archive."""

    report: Report
    unit: str
    title: str


@dataclass(frozen=True, slots=True)
class ReportPage:
    """A page of the archive, newest days first, without a total count."""

    lines: list[ReportRow]
    number: int
    more: bool


def report_page(
    actor: User, programme: Programme, *, unit: Unit | None = None, kind: str = "", number: int = 1
) -> ReportPage:
    """Return the reports that match the filter, in a constant number of statements."""
    reports = visible_reports(actor, programme).defer("content")
    if unit is not None:
        reports = reports.filter(unit=unit)
    if kind:
        reports = reports.filter(kind=kind)
    rows, more = page_rows(reports.order_by("-last_day", "-first_day", "-pk"), number, PAGE)
    called = units.named_units_by_id({report.unit_id for report in rows})
    lines = [ReportRow(report, called[report.unit_id].short_name, title_of(report)) for report in rows]
    return ReportPage(lines, number, more)


def span_of(report: Report) -> ReportSpan:
    """Return the days that a report covers."""
    return ReportSpan(ReportKind(report.kind), report.first_day, report.last_day)


def span_named(code: str) -> ReportSpan:
    """Return the days that a code such as 2023-10 names; the refusal explains the format."""
    return spans.read(code)


def title_of(report: Report) -> str:
    """Return the name of the report's days."""
    return span_of(report).title


def units_to_write(actor: User, programme: Programme, *, permission: Permission = policy.WRITE) -> list[NamedUnit]:
    """Return the units of the programme for which the actor holds a permission (to write by default), in tree order."""
    writable: dict[UUID, NamedUnit] = {}
    roots = permission.roots(actor)
    for unit in units.subtree(programme.root):
        if unit.id in roots:
            writable |= {below.id: below for below in units.subtree(unit.unit) if below.id not in writable}
    # A permission at a unit above the programme's root covers the whole programme.
    if not writable and roots & {unit.id for unit in units.ancestors(programme.root)}:
        writable = {unit.id: unit for unit in units.subtree(programme.root)}
    return list(writable.values())


def units_to_see(actor: User, programme: Programme) -> list[NamedUnit]:
    """Return the units of the archive's filter: those the actor sees that have a report."""
    ids = visible_reports(actor, programme).order_by().values_list("unit_id", flat=True).distinct()
    return units.named_units(Unit.objects.filter(pk__in=ids))


def groups_of(programme: Programme) -> set[str]:
    """Return the groups of a programme's indicators."""
    return set(programme.indicators.order_by().values_list("group", flat=True).distinct())


def passages_of(report: Report) -> Mapping[str, Passage]:
    """Return the passages by heading."""
    return {passage.section: passage for passage in Passage.objects.filter(report=report).select_related("written_by")}


def previous_passages(report: Report) -> Mapping[str, str]:
    """Return the texts of the unit's previous report of the same kind, by heading; two statements."""
    before = (
        Report.objects.filter(
            programme=report.programme_id, unit=report.unit_id, kind=report.kind, last_day__lt=report.first_day
        )
        .order_by("-last_day", "-made_at")
        .values_list("pk", flat=True)
        .first()
    )
    if before is None:
        return {}
    return dict(Passage.objects.filter(report_id=before).exclude(text="").values_list("section", "text"))


def renderings_of(report: Report) -> Mapping[tuple[str, UUID | None], Rendering]:
    """Return the newest file by format and layout."""
    renderings = Rendering.objects.filter(report=report).select_related("blob").order_by("asked_at")
    return {(rendering.format, rendering.layout_id): rendering for rendering in renderings}


def rendering_of(report: Report, rendering_id: UUID) -> Rendering | None:
    """Return one file of a report, with its bytes."""
    return Rendering.objects.filter(report=report, pk=rendering_id).select_related("blob__key").first()


def layouts_for(report: Report) -> list[Layout]:
    """Return the Excel layouts that the unit, or one above it, has for the programme."""
    ancestors = units.ancestors(report.unit, report.last_day)
    kept_by = [report.unit_id, *(ancestor.id for ancestor in ancestors)]
    return list(
        Layout.objects.filter(programme=report.programme_id, unit__in=kept_by, ended_at=None)
        .select_related("blob")
        .order_by("name", "added_at")
    )


def newest_frozen(programme: Programme, unit: Unit, span: ReportSpan, closing: Snapshot | None) -> Report | None:
    """Return the report of these days that was frozen last; once they are closed, only one with the closed figures."""
    reports = all_reports().filter(
        programme=programme, unit=unit, kind=span.kind, first_day=span.first_day, last_day=span.last_day
    )
    reports = reports.exclude(frozen_at=None) if closing is None else reports.filter(snapshot=closing)
    return reports.order_by("-frozen_at").first()
