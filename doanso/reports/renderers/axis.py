"""The scale of a chart: the range of its axis and the positions of its marks, in whole numbers."""

from typing import Any

from doanso.lib import formats
from doanso.reports.content import LineChart

MOST_MARKS = 5
PERCENT = "%"


def step_for(spread: int) -> int:
    """Return the least step of 1, 2 or 5 times a power of ten with which at most `MOST_MARKS` cover the spread."""
    size = 1
    while True:
        for factor in (1, 2, 5):
            if factor * size * MOST_MARKS >= spread:
                return factor * size
        size *= 10


def axis(chart: LineChart) -> dict[str, Any]:
    """Return a chart's points with the marks of its vertical axis; shares are tenths of a per cent and labelled as such."""
    is_share = chart.unit_of_count == PERCENT
    write, unit = (formats.goal, 10) if is_share else (formats.number, 1)
    levels = [0, *(value for _label, value in chart.points), *([] if chart.target is None else [chart.target])]
    low, high = min(levels) // unit, max(1, -(-max(levels) // unit))
    step = step_for(high - low)
    marks = [mark * step * unit for mark in range(low // step, -(-high // step) + 1)]
    return {
        "title": chart.title,
        "unit": chart.unit_of_count,
        "points": [{"label": label, "value": value, "text": write(value)} for label, value in chart.points],
        "marks": [{"value": mark, "text": write(mark)} for mark in marks],
        "target": chart.target,
        "target_text": "" if chart.target is None else write(chart.target),
    }
