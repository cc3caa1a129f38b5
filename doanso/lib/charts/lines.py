"""Line charts of one indicator over a period: the large one with axes, and the small one of a set of multiples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import escape
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.charts import percent, picture, words

PLOT_WIDTH = 1000
PLOT_HEIGHT = 216
PLOT_TOP = 14
DAYS_Y = PLOT_TOP + PLOT_HEIGHT + 20
SMALL_TOP, SMALL_HEIGHT = 4, 40
_LEAST_GAP = 0.09
"""The least distance between two labelled days, as a part of the period."""


def nice_top(highest: float) -> float:
    """Return the least of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not below `highest`."""
    if highest <= 0:
        return 1
    size = 10.0 ** (len(str(int(highest))) - 1)
    for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if factor * size >= highest:
            return factor * size
    return 10 * size


@dataclass(frozen=True, slots=True)
class Trend:
    """One indicator over a period. `points` are (day, value) in order of days; optional parts are drawn when given.

    `kind` decides how figures are written; `until` is the last day; `pace` draws a straight line up to the target, which begins
    on `pace_since`, or else on the first day.
    """

    title: str
    kind: str
    state: str
    points: Sequence[tuple[date, int]]
    since: date
    until: date
    target: int | None = None
    pace: bool = False
    forecast: int | None = None
    pace_since: date | None = None

    @property
    def top(self) -> float:
        """Return the value at the upper edge of the plot: 100% for shares, a round number above all values for counts."""
        highest = max([value for _day, value in self.points] + [self.target or 0, self.forecast or 0])
        return 1000 if self.kind in words.SHARES and highest <= 1000 else nice_top(highest)

    def x(self, day: date) -> float:
        """Return the horizontal position of a day, from 0 to 1."""
        return min(max((day - self.since).days / max((self.until - self.since).days, 1), 0.0), 1.0)

    def levels(self) -> list[int]:
        """Return the values of the lines across the plot, from zero to its upper edge; whole numbers at equal distances."""
        top = int(self.top)
        parts = next(parts for parts in (4, 3, 2, 1) if top % parts == 0)
        return [top * part // parts for part in range(parts + 1)]

    def days(self) -> list[date]:
        """Return the days to label under the plot: both ends, and first days of months evenly between them."""
        months = [
            date(year, month, 1)
            for year in range(self.since.year, self.until.year + 1)
            for month in range(1, 13)
            if self.since < date(year, month, 1) < self.until
        ]
        step = len(months) // 4 + 1
        between = [
            month for month in months if (month.month - 1) % step == 0 and _LEAST_GAP < self.x(month) < 1 - _LEAST_GAP
        ]
        return [self.since, *between, self.until]

    def sentence(self) -> str:
        """Return in words what the chart shows."""
        if not self.points:
            return _("%(title)s: no figures yet") % {"title": self.title}
        (first_day, first), (last_day, last) = self.points[0], self.points[-1]
        text = _("%(title)s: from %(first)s on %(first_day)s to %(last)s on %(last_day)s") % {
            "title": self.title,
            "first": words.figure(first, self.kind),
            "first_day": formats.day(first_day),
            "last": words.figure(last, self.kind),
            "last_day": formats.day(last_day),
        }
        if self.target is not None:
            text += ". " + _("The target is %(target)s") % {"target": words.goal(self.target, self.kind)}
        if self.forecast is not None:
            forecast = {"day": formats.day(self.until), "value": words.figure(self.forecast, self.kind)}
            text += ". " + _("Forecast for %(day)s: %(value)s") % forecast
        return text


@dataclass(frozen=True, slots=True)
class Plot:
    """Places days and values of a trend in a plot of 1000 units' width, which the page stretches to any width."""

    trend: Trend
    height: int
    top: float

    def y(self, value: float) -> float:
        """Return the vertical position of a value from the plot's upper edge; values outside stay at its edges."""
        return self.height * (1 - min(max(value / self.top, 0.0), 1.0))

    def place(self, day: date, value: float) -> str:
        """Return "x y" of a value on a day."""
        return f"{self.trend.x(day) * PLOT_WIDTH:.0f} {self.y(value):.1f}"

    def paths(self, *, area: bool) -> str:
        """Return target, even pace, area, line and forecast, in the order in which they cover each other."""
        trend = self.trend
        shapes: list[tuple[str, str]] = []
        if trend.target is not None:
            y = f"{self.y(trend.target):.1f}"
            shapes.append(("tg", f"M0 {y}H{PLOT_WIDTH}"))
            if trend.pace:
                start = trend.x(trend.pace_since or trend.since) * PLOT_WIDTH
                shapes.append(("pc", f"M{start:.0f} {self.height}L{self.place(trend.until, trend.target)}"))
        if trend.points:
            line = "M" + "L".join(self.place(day, value) for day, value in trend.points)
            first, last = trend.points[0][0], trend.points[-1]
            if area:
                foot = f"L{trend.x(last[0]) * PLOT_WIDTH:.0f} {self.height}L{trend.x(first) * PLOT_WIDTH:.0f} {self.height}Z"
                shapes.append(("ar", f"{line}{foot}"))
            shapes.append(("ln", line))
            if trend.forecast is not None:
                shapes.append(("fc", f"M{self.place(*last)}L{self.place(trend.until, trend.forecast)}"))
        return "".join(f'<path class="{css}" d="{path}"/>' for css, path in shapes)

    def stretched(self, y: int, *, area: bool) -> str:
        """Return the lines in an inner SVG that is as wide as the outer one."""
        return (
            f'<svg y="{y}" width="100%" height="{self.height}" viewBox="0 0 {PLOT_WIDTH} {self.height}" '
            f'preserveAspectRatio="none">{self.paths(area=area)}</svg>'
        )


def line_chart(trend: Trend) -> SafeString:
    """Return the large chart: grid, target, even pace, area, line, forecast, and the last day with its value.

    Texts are outside the stretched plot, so that they keep their size on a phone; those of the axis and of the forecast are
    outside the SVG's box, for which the page leaves a margin.
    """
    plot = Plot(trend, PLOT_HEIGHT, trend.top)
    parts = []
    for level in trend.levels():
        y = PLOT_TOP + plot.y(level)
        label = words.goal(level, trend.kind)
        parts.append(
            f'<line class="gr" x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="ax" x="-6" y="{y + 4:.1f}" text-anchor="end">{label}</text>'
        )
    parts.append(plot.stretched(PLOT_TOP, area=True))
    days = trend.days()
    for index, day in enumerate(days):
        anchor = "start" if index == 0 else "end" if index == len(days) - 1 else "middle"
        at = percent(trend.x(day) * 100)
        parts.append(f'<text class="ax" x="{at}" y="{DAYS_Y}" text-anchor="{anchor}">{formats.short_day(day)}</text>')
    if trend.target is not None:
        label = escape(_("Target %(value)s") % {"value": words.goal(trend.target, trend.kind)})
        y = PLOT_TOP + plot.y(trend.target)
        # Above the line, or below it where there is no room above.
        parts.append(f'<text class="tl" x="4" y="{y - 6 if y > PLOT_TOP + 12 else y + 16:.1f}">{label}</text>')
    if trend.points:
        parts.append(_last_point(trend, plot))
    return picture("ds-chart", trend.sentence(), "".join(parts), state=trend.state)


def _last_point(trend: Trend, plot: Plot) -> str:
    """Return the upright line of the last day, its dot and value, and the forecast's value beside the plot."""
    day, value = trend.points[-1]
    across, down = trend.x(day) * 100, PLOT_TOP + plot.y(value)
    at = percent(across)
    shift, anchor = (-10, "end") if across > 25 else (10, "start")
    label = words.figure(value, trend.kind)
    parts = [
        f'<line class="now" x1="{at}" x2="{at}" y1="{PLOT_TOP}" y2="{PLOT_TOP + PLOT_HEIGHT}"/>',
        f'<circle class="dot" cx="{at}" cy="{down:.1f}" r="4.5"/>',
        f'<text class="vl" x="{at}" dx="{shift}" y="{max(down - 12, 14):.1f}" text-anchor="{anchor}">{label}</text>',
    ]
    if trend.forecast is not None:
        y = PLOT_TOP + plot.y(trend.forecast) + 4
        parts.append(f'<text class="fl" x="100%" dx="6" y="{y:.1f}">{words.goal(trend.forecast, trend.kind)}</text>')
    return "".join(parts)


def small_chart(trend: Trend) -> SafeString:
    """Return one of a set of small multiples: target, even pace, line, forecast and the last value, without axes or words.

    Its upper edge is the highest of what it draws, so that each uses its whole height.
    """
    highest = max([value for _day, value in trend.points] + [trend.target or 0, trend.forecast or 0]) or 1
    plot = Plot(trend, SMALL_HEIGHT, highest)
    inner = plot.stretched(SMALL_TOP, area=False)
    if trend.points:
        day, value = trend.points[-1]
        inner += (
            f'<circle class="dot" cx="{percent(trend.x(day) * 100)}" cy="{SMALL_TOP + plot.y(value):.1f}" r="3.2"/>'
        )
    value_words = words.figure(trend.points[-1][1], trend.kind) if trend.points else formats.NONE
    sentence = f"{trend.title}: {value_words}"
    if trend.target is not None:
        sentence += f" / {words.goal(trend.target, trend.kind)}"
    return picture("ds-spark", f"{sentence}, {words.STATES[trend.state]}", inner, state=trend.state)
