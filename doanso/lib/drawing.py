"""Bars and charts as SVG with attributes only: they need no script, print well and pass the content policy.

Numbers may be of any unit, as long as all numbers of one drawing share it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

PLOT_WIDTH = 1000
PLOT_HEIGHT = 186
PLOT_TOP = 14
AXIS_Y = 222


def share_of(value: float | None, total: float) -> float | None:
    """Return the share of `value` in `total` in percent with one decimal, clamped to 0 and 100; None without a total."""
    if value is None or total <= 0:
        return None
    return round(min(max(value / total * 100, 0.0), 100.0), 1)


def bar(
    state: str,
    value: float | None,
    target: float | None,
    *,
    pace: float | None = None,
    forecast: float | None = None,
    sentence: str = "",
) -> SafeString:
    """Return a bar from zero to the target: the value, a pale part up to the forecast, a tick at today's pace."""
    total = target or 0
    done, pale, tick = share_of(value, total), share_of(forecast, total), share_of(pace, total)
    parts = [SafeString('<rect class="t" y="4" width="100%" height="6" rx="3"/>')]
    if pale is not None and pale > (done or 0):
        parts.append(format_html('<rect class="f" y="4" width="{}%" height="6" rx="3"/>', str(pale)))
    if done:
        parts.append(format_html('<rect class="v" y="4" width="{}%" height="6" rx="3"/>', str(done)))
    if tick is not None:
        parts.append(format_html('<rect class="p" x="{}%" width="2" height="14" rx="1"/>', str(tick)))
    inner = format_html_join("", "{}", ((part,) for part in parts))
    if not sentence:
        return format_html('<svg class="ds-bar" data-s="{}" aria-hidden="true">{}</svg>', state, inner)
    return format_html('<svg class="ds-bar" data-s="{}" role="img" aria-label="{}">{}</svg>', state, sentence, inner)


def stack(parts: Sequence[int], sentence: str) -> SafeString:
    """Return a stacked bar of parts, each in the shade of its position."""
    total = sum(parts)
    drawn, left = [], 0
    for place, part in enumerate(parts):
        if part:
            x, width = round(left * 100 / total, 2), round(part * 100 / total, 2)
            drawn.append(format_html('<rect class="g{}" x="{}%" width="{}%" height="8"/>', place, str(x), str(width)))
        left += part
    inner = format_html_join("", "{}", ((shape,) for shape in drawn))
    return format_html('<svg class="ds-grades" role="img" aria-label="{}">{}</svg>', sentence, inner)


def spark(state: str, values: Sequence[float], sentence: str) -> SafeString:
    """Return a sparkline for a row of a table; empty with fewer than two values."""
    if len(values) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    spread = (high - low) or 1
    step = 100 / (len(values) - 1)
    path = " ".join(
        f"{'L' if index else 'M'}{index * step:.1f} {22 - (value - low) / spread * 20:.1f}"
        for index, value in enumerate(values)
    )
    return format_html(
        '<svg class="ds-spark" data-s="{}" viewBox="0 0 100 24" preserveAspectRatio="none" role="img" '
        'aria-label="{}"><path d="{}"/></svg>',
        state, sentence, path,
    )  # fmt: skip


def nice_top(highest: float) -> float:
    """Return the least of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten that is not below `highest`."""
    if highest <= 0:
        return 1
    size = 10.0 ** (len(str(int(highest))) - 1)
    for factor in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10):
        if factor * size >= highest:
            return factor * size
    return 10 * size


@dataclass(frozen=True)
class Trend:
    """One measure over a period. `points` are (day, value) in order of days; optional parts are drawn when given."""

    points: Sequence[tuple[date, float]]
    since: date
    until: date
    target: float | None = None
    pace: bool = False
    forecast: float | None = None
    top: float | None = None

    @property
    def height(self) -> float:
        """Return the value at the upper edge of the plot."""
        if self.top is not None:
            return self.top
        return nice_top(max([value for _, value in self.points] + [self.target or 0, self.forecast or 0]))

    def x(self, day: date) -> float:
        """Return the horizontal position of a day, from 0 to 1."""
        return min(max((day - self.since).days / max((self.until - self.since).days, 1), 0.0), 1.0)

    def y(self, value: float) -> float:
        """Return the vertical position of a value, in units of the plot from its top."""
        return PLOT_HEIGHT * (1 - min(value / self.height, 1.0))

    def place(self, day: date, value: float) -> str:
        return f"{self.x(day) * PLOT_WIDTH:.1f} {self.y(value):.1f}"

    def ticks(self) -> list[date]:
        """Return the five days to label under the plot: both ends and the quarters between."""
        span = (self.until - self.since).days
        return [self.since + timedelta(days=span * part // 4) for part in range(5)]


def _lines(trend: Trend) -> SafeString:
    shapes: list[tuple[str, str]] = []
    if trend.target is not None:
        y = f"{trend.y(trend.target):.1f}"
        shapes.append(("goal", f"M0 {y} L{PLOT_WIDTH} {y}"))
        if trend.pace:
            shapes.append(("pace", f"M0 {PLOT_HEIGHT} L{trend.place(trend.until, trend.target)}"))
    if trend.points:
        line = "M" + " L".join(trend.place(day, value) for day, value in trend.points)
        first, last = trend.points[0][0], trend.points[-1]
        foot = f"L{trend.x(last[0]) * PLOT_WIDTH:.1f} {PLOT_HEIGHT} L{trend.x(first) * PLOT_WIDTH:.1f} {PLOT_HEIGHT} Z"
        shapes += [("area", f"{line} {foot}"), ("line", line)]
        if trend.forecast is not None:
            shapes.append(("fore", f"M{trend.place(*last)} L{trend.place(trend.until, trend.forecast)}"))
    return format_html_join("", '<path class="{}" d="{}"/>', shapes)


def trend(
    state: str, drawn: Trend, sentence: str, *, value_label: str, axis_labels: Sequence[str], day_labels: Sequence[str]
) -> SafeString:
    """Return the chart. `axis_labels` label zero, half and full height, `day_labels` the five ticks of the period.

    Texts are outside the stretched plot, so that they keep their size on a phone.
    """
    heights = (0.0, drawn.height / 2, drawn.height)
    grid = format_html_join(
        "",
        '<line class="grid" x1="0" x2="100%" y1="{0}" y2="{0}"/><text x="0" y="{1}">{2}</text>',
        (
            (f"{PLOT_TOP + drawn.y(value):.1f}", f"{PLOT_TOP + drawn.y(value) - 4:.1f}", label)
            for value, label in zip(heights, axis_labels, strict=True)
        ),
    )
    anchors = ("start", "middle", "middle", "middle", "end")
    days = format_html_join(
        "",
        '<text x="{}%" y="{}" text-anchor="{}">{}</text>',
        (
            (index * 25, AXIS_Y, anchor, label)
            for index, (anchor, label) in enumerate(zip(anchors, day_labels, strict=True))
        ),
    )
    now = SafeString("")
    if drawn.points:
        day, value = drawn.points[-1]
        across, down = drawn.x(day) * 100, PLOT_TOP + drawn.y(value)
        now = format_html(
            '<circle cx="{0}%" cy="{1}" r="5"/><text class="now" x="{0}%" dx="{2}" y="{3}" text-anchor="{4}">{5}</text>',
            f"{across:.1f}", f"{down:.1f}", -9 if across > 25 else 9, f"{max(down - 10, 14):.1f}",
            "end" if across > 25 else "start", value_label,
        )  # fmt: skip
    return format_html(
        '<svg class="ds-trend" data-s="{}" role="img" aria-label="{}">{}'
        '<svg x="0" y="{}" width="100%" height="{}" viewBox="0 0 {} {}" preserveAspectRatio="none">{}</svg>{}{}</svg>',
        state, sentence, grid, PLOT_TOP, PLOT_HEIGHT, PLOT_WIDTH, PLOT_HEIGHT, _lines(drawn), days, now,
    )  # fmt: skip
