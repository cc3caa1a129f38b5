"""One month of a unit with everything that leads from its figures to the issued report, and the list of months beside it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from doanso.accounts.models import User
from doanso.assignments.models import Assignment
from doanso.documents.models import Document
from doanso.documents.queries.documents import document_made_of
from doanso.ledger import queries as ledger
from doanso.lib import clock
from doanso.reports.models import Period, PeriodState, Report, ReportKind
from doanso.reports.queries import periods as queries
from doanso.reports.queries import reports as report_queries
from doanso.reports.queries.periods import BoardRow
from doanso.reports.queries.questions import MonthQuestionKind, Question
from doanso.reports.rules.periods import Month
from doanso.reports.sources import DUE, REPORT, due_source
from doanso.targets.models import Programme
from doanso.units.models import Unit

MOST_OTHERS = 5


@dataclass(frozen=True, slots=True)
class MonthCorrections:
    """What was recorded or taken back after a unit's month was closed although it belongs to it; counted in a later month."""

    more: int = 0
    less: int = 0


@dataclass(frozen=True, slots=True)
class MonthRow:
    """One month in the list of months of a unit, with its report, if the actor may see one.

    Without a report, `outdated` is one that was frozen before the month was closed: its figures may differ from the closed ones.
    """

    month: Month
    period: Period | None
    report: Report | None
    outdated: Report | None = None

    @property
    def state(self) -> PeriodState:
        """The state of the unit's month."""
        return queries.state_of(self.period)

    @property
    def is_over(self) -> bool:
        """Whether the month's last day is past."""
        return self.month.last_day < clock.today()


@dataclass(frozen=True, slots=True)
class MonthOverview:
    """A month of a unit: units below, reminders, own state, report, document, and the other months and reports."""

    programme: Programme
    month: Month
    unit: Unit
    rows: list[BoardRow]
    own_questions: list[Question]
    period: Period | None
    reminded: dict[UUID, date]
    closed_on: Mapping[UUID, date]
    corrections: dict[UUID, MonthCorrections]
    months: list[MonthRow]
    other_reports: list[Report]
    document: Document | None

    @property
    def is_root(self) -> bool:
        """Whether the unit is the programme's root."""
        return self.unit.pk == self.programme.root_id

    @property
    def state(self) -> PeriodState:
        """The state of the unit's own month."""
        return queries.state_of(self.period)

    @property
    def report(self) -> Report | None:
        """The newest report of the month."""
        return next((row.report for row in self.months if row.month == self.month), None)

    @property
    def outdated_report(self) -> Report | None:
        """The newest report of the month, if it was frozen before the closing."""
        return next((row.outdated for row in self.months if row.month == self.month), None)


def month_overview(actor: User, programme: Programme, month: Month, unit: Unit) -> MonthOverview:
    """Return the month of a unit, in a number of statements that does not grow with units, months or reports."""
    # Questions and corrections both go through the indicators.
    prefetch_related_objects([programme], "indicators")
    board = queries.month_board(programme, month, unit)
    rows, own = board.rows, board.own_periods
    reports = _reports_of(actor, programme, unit)
    of_month = defaultdict[date, list[Report]](list)
    for report in reports:
        if report.kind == ReportKind.MONTH:
            of_month[report.first_day].append(report)
    # A report's month begins on the first; the programme's first month may begin later.
    months = [
        _month_row(begun, own.get(begun.first_day), of_month[begun.first_day.replace(day=1)])
        for begun in queries.months_begun(programme)
    ]
    newest = next((row.report for row in months if row.month == month), None)
    closed = [row.unit.id for row in rows if row.state == PeriodState.CLOSED]
    period = own.get(month.first_day)
    if queries.state_of(period) == PeriodState.CLOSED:
        closed.append(unit.pk)
    return MonthOverview(
        programme=programme,
        month=month,
        unit=unit,
        rows=rows,
        own_questions=[question for question in board.own_questions if question.kind != MonthQuestionKind.MISSING],
        period=period,
        reminded=_reminded(programme, month, [row.unit.id for row in rows]),
        closed_on=board.closed_on,
        corrections=corrections_of(programme, month, closed),
        months=months,
        other_reports=[other for other in reports if other.kind != ReportKind.MONTH],
        document=document_made_of(REPORT, newest.pk) if newest is not None and newest.frozen_at is not None else None,
    )


def _month_row(month: Month, period: Period | None, reports: Sequence[Report]) -> MonthRow:
    """Return a month with the newest of its reports that was not frozen before the closing."""
    report = next((report for report in reports if not _is_outdated(report, period)), None)
    return MonthRow(month, period, report, reports[0] if reports and report is None else None)


def _is_outdated(report: Report, period: Period | None) -> bool:
    """Return whether the month was closed after the report was frozen.

    A report of a closed month refers to the closing's snapshot, or to a later one where months were closed together.
    """
    if report.snapshot is None or period is None or period.closed_at is None:
        return False
    return report.snapshot_id != period.snapshot_id and report.snapshot.made_at < period.closed_at


def _reports_of(actor: User, programme: Programme, unit: Unit) -> list[Report]:
    """Return the unit's reports that the actor may see, newest days first, a draft before what was frozen.

    Every report of a month, and the newest of the others; one statement.
    """
    reports = report_queries.visible_reports(actor, programme).filter(unit=unit).order_by("-last_day", "-made_at")
    others = reports.exclude(kind=ReportKind.MONTH).values("pk")[:MOST_OTHERS]
    shown = reports.filter(Q(kind=ReportKind.MONTH) | Q(pk__in=others))
    return list(shown.select_related("snapshot").defer("content", "snapshot__tree"))


def _reminded(programme: Programme, month: Month, unit_ids: Collection[UUID]) -> dict[UUID, date]:
    """Return by unit the day on which it was reminded of the month."""
    sources = {due_source(programme, month, unit_id): unit_id for unit_id in unit_ids}
    assigned = Assignment.objects.filter(kind=DUE, source_id__in=list(sources)).values_list("source_id", "opened_at")
    return {sources[source_id]: clock.business_day(opened_at) for source_id, opened_at in assigned}


def corrections_of(programme: Programme, month: Month, unit_ids: Collection[UUID]) -> dict[UUID, MonthCorrections]:
    """Return by unit what changed after its month was closed, of the figures that the programme's indicators show."""
    if not unit_ids:
        return {}
    shown = {indicator.numerator for indicator in programme.indicators.all()}
    late = ledger.later_corrections(book=programme.book, unit_ids=unit_ids, first=month.first_day, last=month.last_day)
    return {
        unit_id: MonthCorrections(
            more=sum(more for code, (more, _less) in by_code.items() if code in shown),
            less=sum(less for code, (_more, less) in by_code.items() if code in shown),
        )
        for unit_id, by_code in late.items()
    }
