"""The content of a report from ledger, targets and units' statements: computed while it is a draft, stored once frozen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.documents.queries import letterheads
from doanso.ledger import queries as ledger
from doanso.ledger.models import Measure, MeasureKind, Snapshot
from doanso.ledger.queries import SnapshotPair
from doanso.lib import clock, formats
from doanso.lib.templatetags.ds import state_name
from doanso.reports import numbers_table, wording
from doanso.reports.content import LaggingFigure, LineChart, ReportContent, ReportLine, UnitRow, from_json
from doanso.reports.models import Report, ReportKind
from doanso.reports.numbers_table import UnitNumbers, Where
from doanso.reports.queries import unit_statements
from doanso.reports.queries.unit_statements import UnitStatements
from doanso.reports.rules.spans import ReportSpan
from doanso.reports.sections import passages
from doanso.support import labels
from doanso.support import queries as support
from doanso.support.queries import recheck_rounds as rechecks
from doanso.support.queries.recheck_rounds import ErrorRates
from doanso.targets import queries as targets
from doanso.targets.models import Indicator, IndicatorKind, Programme
from doanso.targets.queries import IndicatorProgress, Overview
from doanso.units import queries as units
from doanso.units.models import Unit

CHARTS, COUNTS_FIRST = 4, 3
"""How many indicators are drawn, and how many of them at most are counts, which come before shares; in the programme's order."""
PERCENT = "%"
_NEEDS_HELP = ("risk", "behind")

type Times = Mapping[tuple[UUID, str, bool], int]


def assemble(report: Report) -> ReportContent:
    """Return the content of a report: the stored one if it is frozen, or else the current figures and text.

    A report that was never saved has no text; commands use one to read figures alone.
    """
    if report.content is not None:
        return from_json(report.content)
    return _Assembly.of(report).content()


@dataclass(frozen=True, slots=True)
class _Assembly:
    """All data read for one report."""

    report: Report
    span: ReportSpan
    first_day: date
    last_day: date
    # The last day of the figures: the span's, or today while it runs.
    on: date
    snapshot: Snapshot | None
    in_days: Mapping[str, SnapshotPair] | None
    now: Overview
    then: Overview | None
    # The figures as of the end of the previous period, by indicator; None where there was none.
    earlier: Mapping[str, int | None] | None
    indicators: Sequence[Indicator]
    measures: Mapping[str, Measure]
    unit_statements: UnitStatements
    times: Times
    times_then: Times
    rates: ErrorRates
    erased: Mapping[str, int]

    @classmethod
    def of(cls, report: Report) -> "_Assembly":
        """Read the data, in a number of statements that does not grow with units or days."""
        programme, unit = report.programme, report.unit
        span = ReportSpan(ReportKind(report.kind), report.first_day, report.last_day)
        first, last = span.within(programme.first_day, programme.last_day) or (span.first_day, span.last_day)
        on = targets.day_of(programme, min(last, clock.today()), unit)
        eve = first - timedelta(days=1)
        begun = eve >= programme.first_day
        snapshot = report.snapshot or ledger.snapshot_of_closing(programme.book_id, unit.pk, last)
        known_by = snapshot.made_at if snapshot is not None else clock.now()
        measures = {measure.code: measure for measure in programme.book.measures.all()}
        snapshot_figures = ledger.snapshot_figures(snapshot) if snapshot is not None else None
        own = {code: snapshot_figures[code].to_date for code in measures} if snapshot_figures is not None else None
        indicators = list(programme.indicators.all())
        now = targets.overview(programme, unit, on, own=own, known_by=known_by, indicators=indicators)
        # Late bookings on these days belong to them; those known when the earlier days were closed do not.
        closed_before = ledger.snapshot_of_closing(programme.book_id, unit.pk, eve) if begun else None
        known_then = closed_before.made_at if closed_before is not None else known_by
        then = None
        if begun:
            then = targets.overview(programme, unit, eve, weeks=False, known_by=known_by, indicators=indicators)
        unit_ids = [unit.pk, *(child.unit.id for child in now.children)]
        return cls(
            report=report,
            span=span,
            first_day=first,
            last_day=last,
            on=on,
            snapshot=snapshot,
            # A closing may also cover the days of a month that was skipped.
            in_days=snapshot_figures if snapshot is not None and snapshot.since == first else None,
            now=now,
            then=then,
            earlier=_earlier(programme, unit, span, indicators),
            indicators=indicators,
            measures=measures,
            unit_statements=unit_statements.statements_of(programme, unit, unit_ids[1:], first, last),
            times=support.count_times(unit_ids, on, known_by),
            times_then=support.count_times(unit_ids, eve, known_then) if begun else {},
            rates=rechecks.error_rates([unit.pk], on=on),
            erased={
                indicator.code: ledger.erased_count(
                    book=programme.book, measure=measures[indicator.numerator], unit_id=unit.pk, on=on
                )
                for indicator in indicators
                if indicator.numerator and measures[indicator.numerator].kind == MeasureKind.HELPED
            },
        )

    # --- The whole ----------------------------------------------------------------------------------------------------

    def content(self) -> ReportContent:
        """Return the content, in the form of the report."""
        report, programme = self.report, self.report.programme
        lines = tuple(self._line(indicator, progress) for indicator, progress in self._pairs(self.now))
        rows = [self._row(place, number) for place, number in enumerate(self.now.children, start=1)]
        sums = numbers_table.cells(self._numbers(self.report.unit.pk, self.now.indicators, self.now.members_counted()))
        dated = report.frozen_on or clock.today()
        named = units.named_unit(report.unit, self.on)
        saved = not report._state.adding
        words = dict(report.passages.values_list("section", "text")) if saved else {}
        return ReportContent(
            form=report.form,
            programme=programme.title,
            programme_code=programme.code,
            unit=named.name,
            unit_code=named.code,
            kind=report.kind,
            first_day=self.first_day,
            last_day=self.last_day,
            head=wording.head(
                letterheads.letterhead_values(report.unit, self.on),
                form=report.form,
                summary=wording.summary(programme.title, self.span),
                dated=dated,
            ),
            lines=lines,
            passages=passages({indicator.group for indicator in self.indicators}, words, wording.opening(self.on)),
            changes=wording.changes(lines),
            behind=self._behind(),
            late_units=tuple(
                child.unit.short_name for child in self.now.children if child.unit.id in self.unit_statements.late
            ),
            charts=self._charts(),
            columns=numbers_table.columns(),
            units=tuple(rows),
            sums=sums,
            notes=self._notes(lines, [*(row.cells for row in rows), sums]),
            # While text is being written it is a draft, even if its figures are closed.
            frozen_hash=self.snapshot.hash if self.snapshot is not None and (not saved or report.snapshot_id) else "",
            path=reverse("reports:report", args=[programme.code, report.pk]) if saved else "",
        )

    # --- Lines --------------------------------------------------------------------------------------------------------

    def _pairs(self, overview: Overview) -> list[tuple[Indicator, IndicatorProgress]]:
        by_code = {indicator.code: indicator for indicator in self.indicators}
        return [(by_code[progress.code], progress) for progress in overview.indicators]

    def _line(self, indicator: Indicator, progress: IndicatorProgress) -> ReportLine:
        before = self.then.by_code(progress.code).value if self.then is not None else 0
        in_period = progress.value - (before or 0) if progress.value is not None else None
        if self.in_days is not None and indicator.numerator:
            in_period = self.in_days[indicator.numerator].in_days.total
        previous = None
        if self.earlier is not None and progress.value is not None:
            previous = (before or 0) - (self.earlier.get(progress.code) or 0)
        times_in_period, times_total = self._line_times(indicator)
        return ReportLine(
            code=progress.code,
            title=progress.title,
            kind=progress.kind,
            group=progress.group,
            unit_of_count=progress.unit_of_count,
            target=progress.target,
            in_period=in_period,
            total=progress.value,
            denominator=progress.denominator,
            exempt=progress.exempt,
            percent=progress.percent,
            previous=previous,
            pace=progress.pace,
            forecast=progress.forecast,
            state=str(progress.state),
            state_text=state_name(progress.state),
            times_in_period=times_in_period,
            times_total=times_total,
            grades=progress.grades,
            error_rate=self._error_rate(indicator),
            erased=self.erased.get(progress.code, 0),
            estimate=self.unit_statements.estimates.get(indicator.pk),
            path=self._records(progress.code) if indicator.numerator else "",
        )

    def _line_times(self, indicator: Indicator) -> tuple[int | None, int | None]:
        """Return the times behind a number of people or shops helped: in the period, and in all."""
        measure = self.measures.get(indicator.numerator)
        if measure is None or measure.kind != MeasureKind.HELPED:
            return None, None
        key = self.report.unit.pk, measure.topic, measure.family == "support.businesses"
        total = self.times.get(key, 0)
        return total - self.times_then.get(key, 0), total

    def _error_rate(self, indicator: Indicator) -> str:
        measure = self.measures.get(indicator.numerator)
        if measure is None or measure.kind != MeasureKind.HELPED:
            return ""
        rate = self.rates.of(
            self.report.unit.pk, service=measure.topic, to_business=measure.family == "support.businesses"
        )
        return labels.error_rate_words(rate) if rate.n else ""

    def _records(self, code: str) -> str:
        """Return the address of the records behind a figure; for a frozen report those of its snapshot."""
        if self.report.snapshot_id is not None:
            return reverse("reports:figure", args=[self.report.programme.code, self.report.pk, code])
        return self._address("targets:indicator", code, self.report.unit.code)

    def _address(self, name: str, *words: str) -> str:
        return f"{reverse(name, args=[self.report.programme.code, *words])}?on={self.on.isoformat()}"

    # --- Units --------------------------------------------------------------------------------------------------------

    def _behind(self) -> tuple[LaggingFigure, ...]:
        """Return the units that lag behind, the furthest first, each with its stated reason."""
        rows = [
            (_NEEDS_HELP.index(str(progress.state)), place, child.unit, progress)
            for place, child in enumerate(self.now.children)
            for progress in child.indicators
            if progress.state in _NEEDS_HELP
        ]
        rows.sort(key=lambda row: row[:2])
        return tuple(
            LaggingFigure(
                unit=unit.short_name,
                indicator=progress.short_title,
                figure=wording.figure(progress),
                target=wording.goal(progress),
                reason=self.unit_statements.reason(unit.id, progress.code),
            )
            for _rank, _place, unit, progress in rows
        )

    def _row(self, number: int, child: targets.UnitProgress) -> UnitRow:
        return UnitRow(
            number=number,
            unit=child.unit.short_name,
            cells=numbers_table.cells(self._numbers(child.unit.id, child.indicators, child.size)),
            note=_("sent late") if child.unit.id in self.unit_statements.late else "",
            path=f"{self._address('targets:indicators')}&unit={child.unit.code}",
        )

    def _numbers(self, unit_id: UUID, indicators: Sequence[IndicatorProgress], size: int | None) -> UnitNumbers:
        return UnitNumbers(
            now=self._by_where(indicators),
            before=self._by_where(self._indicators_then(unit_id)),
            members_all=self.unit_statements.members.get(unit_id, 0),
            members=size,
            times=sum(count for (unit, _service, shops), count in self.times.items() if unit == unit_id and not shops),
        )

    def _indicators_then(self, unit_id: UUID) -> Sequence[IndicatorProgress]:
        if self.then is None:
            return []
        if unit_id == self.report.unit.pk:
            return self.then.indicators
        return next((child.indicators for child in self.then.children if child.unit.id == unit_id), [])

    def _by_where(self, indicators: Sequence[IndicatorProgress]) -> dict[Where, IndicatorProgress]:
        by_code = {indicator.code: numbers_table.where_of(indicator) for indicator in self.indicators}
        shown: dict[Where, IndicatorProgress] = {}
        for progress in indicators:
            shown.setdefault(by_code[progress.code], progress)
            shown.setdefault((by_code[progress.code][0], ""), progress)
        return shown

    # --- Charts and notes ---------------------------------------------------------------------------------------------

    def _charts(self) -> tuple[LineChart, ...]:
        drawn = [
            progress for progress in self.now.indicators if progress.figure is not None and progress.target is not None
        ]
        counts = [progress for progress in drawn if progress.kind == IndicatorKind.COUNT][:COUNTS_FIRST]
        shares = [progress for progress in drawn if progress.kind == IndicatorKind.SHARE]
        chosen = [*counts, *shares][:CHARTS]
        points = targets.trends(
            self.report.programme,
            self.report.unit,
            self.on,
            {progress.code for progress in chosen},
            indicators=self.indicators,
        )
        return tuple(
            LineChart(
                title=progress.title,
                # Shares are drawn in tenths of a per cent.
                unit_of_count=PERCENT if progress.is_share else progress.unit_of_count,
                points=tuple((formats.short_day(day), value) for day, value in points[progress.code]),
                target=progress.goal,
            )
            for progress in chosen
        )

    def _notes(self, lines: Sequence[ReportLine], rows: Collection[Sequence[str]]) -> tuple[str, ...]:
        erased = sum(line.erased for line in lines)
        carried_on = self.now.carried_on
        notes = [
            ""
            if self.snapshot is not None
            else _("Figures of %(day)s, not frozen yet; they may still change.") % {"day": formats.day(self.on)},
            _("People are counted once each; times are counted as often as somebody was helped."),
            _("The figures include those of units that ended: %(units)s.") % {"units": carried_on}
            if carried_on
            else "",
            _("%(count)s people had their data erased: the numbers stay, their names are gone.")
            % {"count": formats.number(erased)}
            if erased
            else "",
            _("Estimates are what units claim without records; they are in no figure.")
            if any(line.estimate for line in lines)
            else "",
            *wording.given_below(self.now.indicators),
            numbers_table.empty_note(list(rows)),
        ]
        return tuple(text for text in notes if text)


def _earlier(
    programme: Programme, unit: Unit, span: ReportSpan, indicators: Sequence[Indicator]
) -> Mapping[str, int | None] | None:
    """Return the figures of the day before the previous period; None where the programme had no such period."""
    before = span.before().within(programme.first_day, programme.last_day)
    if before is None:
        return None
    eve = before[0] - timedelta(days=1)
    if eve < programme.first_day:
        return {}
    overview = targets.overview(programme, unit, eve, children=False, weeks=False, indicators=indicators)
    return {progress.code: progress.value for progress in overview.indicators}
