"""The days that reports cover: their kinds, names and predecessors. Plain values only."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem, Refused
from doanso.reports.models import ReportKind

_ROMAN = ("I", "II", "III", "IV")
_WRITTEN = re.compile(
    r"(?P<year>\d{4})"
    r"(?:-(?:W(?P<week>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])|(?P<month>\d{2})))?"
    r"|(?P<first>\d{4}-\d{2}-\d{2})\.\.(?P<last>\d{4}-\d{2}-\d{2})"
)


@dataclass(frozen=True, slots=True)
class ReportSpan:
    """Days of a report, both inside."""

    kind: ReportKind
    first_day: date
    last_day: date

    @property
    def code(self) -> str:
        """The span's code in commands and addresses: 2023-10, 2023-W41, 2023-Q3, 2023-H1, 2023, or two days."""
        year = self.first_day.year
        if self.kind == ReportKind.WEEK:
            week = self.first_day.isocalendar()
            return f"{week.year}-W{week.week:02}"
        if self.kind == ReportKind.MONTH:
            return f"{year}-{self.first_day.month:02}"
        if self.kind == ReportKind.QUARTER:
            return f"{year}-Q{_part(self.first_day, 3)}"
        if self.kind == ReportKind.HALF_YEAR:
            return f"{year}-H{_part(self.first_day, 6)}"
        if self.kind == ReportKind.YEAR:
            return str(year)
        return f"{self.first_day.isoformat()}..{self.last_day.isoformat()}"

    @property
    def title(self) -> str:
        """The span's name at the beginning of a line."""
        year = self.first_day.year
        if self.kind == ReportKind.WEEK:
            week = self.first_day.isocalendar()
            days = {"week": week.week, "year": week.year}
            return _("Week %(week)s of %(year)s (%(first)s to %(last)s)") % {
                **days,
                "first": formats.short_day(self.first_day),
                "last": formats.day(self.last_day),
            }
        if self.kind == ReportKind.MONTH:
            return _("Month %(month)s of %(year)s") % {"month": self.first_day.month, "year": year}
        if self.kind == ReportKind.QUARTER:
            return _("Quarter %(quarter)s of %(year)s") % {
                "quarter": _ROMAN[_part(self.first_day, 3) - 1],
                "year": year,
            }
        if self.kind == ReportKind.HALF_YEAR:
            half = _("First 6 months of %(year)s") if self.first_day.month == 1 else _("Last 6 months of %(year)s")
            return half % {"year": year}
        if self.kind == ReportKind.YEAR:
            return _("Year %(year)s") % {"year": year}
        return _("From %(first)s to %(last)s") % {
            "first": formats.day(self.first_day),
            "last": formats.day(self.last_day),
        }

    def before(self) -> "ReportSpan":
        """Return the previous span: the week, month, quarter, half-year or year; for other days the same number of days."""
        eve = self.first_day - timedelta(days=1)
        if self.kind != ReportKind.AD_HOC:
            return span_of(self.kind, eve)
        return ReportSpan(self.kind, self.first_day - (self.last_day - self.first_day) - timedelta(days=1), eve)

    def within(self, first_day: date, last_day: date) -> tuple[date, date] | None:
        """Return the days of the span that are in a programme; None if there are none."""
        first, last = max(self.first_day, first_day), min(self.last_day, last_day)
        return (first, last) if first <= last else None


def _part(day: date, months: int) -> int:
    """Return the part of its year, of this many months, that contains a day; from 1."""
    return (day.month - 1) // months + 1


def span_of(kind: str, day: date) -> ReportSpan:
    """Return the week, month, quarter, half-year or year that contains a day; for other days the day alone."""
    kind = ReportKind(kind)
    if kind == ReportKind.WEEK:
        monday = day - timedelta(days=day.weekday())
        return ReportSpan(kind, monday, monday + timedelta(days=6))
    months = {ReportKind.MONTH: 1, ReportKind.QUARTER: 3, ReportKind.HALF_YEAR: 6, ReportKind.YEAR: 12}.get(kind)
    if months is None:
        return ReportSpan(kind, day, day)
    first = date(day.year, (_part(day, months) - 1) * months + 1, 1)
    following = first.month + months
    after = date(first.year + (following > 12), (following - 1) % 12 + 1, 1)
    return ReportSpan(kind, first, after - timedelta(days=1))


def ad_hoc(first_day: date, last_day: date) -> ReportSpan:
    """Return a span of freely chosen days."""
    if last_day < first_day:
        message = _("The last day lies before the first. Look at the two days again.")
        raise Refused(Problem("period_backwards", message, "last_day"))
    return ReportSpan(ReportKind.AD_HOC, first_day, last_day)


def read(text: str) -> ReportSpan:
    """Return the span of a code from a command or an address."""
    match = _WRITTEN.fullmatch(text.strip())
    span = _read(match) if match is not None else None
    if span is None:
        message = _(
            "“%(text)s” is no period. Write 2023-10 (month), 2023-W41 (week), 2023-Q3 (quarter), 2023-H1 (half-year), "
            "2023 (year) or 2023-10-01..2023-10-15."
        )
        raise Refused(Problem("period_unreadable", message % {"text": text[:40]}, "period"))
    return span


def _read(match: re.Match[str]) -> ReportSpan | None:
    parts = match.groupdict()
    try:
        if parts["first"]:
            return ad_hoc(date.fromisoformat(parts["first"]), date.fromisoformat(parts["last"]))
        year = int(parts["year"])
        if parts["week"]:
            return span_of(ReportKind.WEEK, date.fromisocalendar(year, int(parts["week"]), 1))
        if parts["month"]:
            return span_of(ReportKind.MONTH, date(year, int(parts["month"]), 1))
        if parts["quarter"]:
            return span_of(ReportKind.QUARTER, date(year, int(parts["quarter"]) * 3, 1))
        if parts["half"]:
            return span_of(ReportKind.HALF_YEAR, date(year, int(parts["half"]) * 6, 1))
        return span_of(ReportKind.YEAR, date(year, 1, 1))
    except (ValueError, OverflowError):
        return None


def months_of(first_day: date, last_day: date) -> list[date]:
    """Return the first days of the months that end within these days."""
    first_days = []
    month = span_of(ReportKind.MONTH, first_day)
    while month.last_day <= last_day:
        first_days.append(month.first_day)
        month = span_of(ReportKind.MONTH, month.last_day + timedelta(days=1))
    return first_days


def longer_spans(first_day: date, last_day: date, today: date) -> list[ReportSpan]:
    """Return the quarters, half-years and years of a programme that have begun: those that are over first, the newest before."""
    spans: list[ReportSpan] = []
    for kind in (ReportKind.QUARTER, ReportKind.HALF_YEAR, ReportKind.YEAR):
        span = span_of(kind, first_day)
        while span.first_day <= min(last_day, today):
            spans.append(span)
            span = span_of(kind, span.last_day + timedelta(days=1))
    return sorted(
        spans, key=lambda span: (span.last_day < today, span.last_day, -span.first_day.toordinal()), reverse=True
    )
