"""What the charts of an indicator's course are drawn from, the same on the dashboard and on the indicator's page."""

from collections.abc import Sequence
from datetime import date

from doanso.lib.charts.lines import Trend
from doanso.targets.models import Programme
from doanso.targets.queries import IndicatorProgress


def indicator_trend(
    progress: IndicatorProgress, programme: Programme, points: Sequence[tuple[date, int]], *, forecast: int | None
) -> Trend:
    """Return an indicator over the programme's period; `points` are its figures as displayed, in order of days."""
    return Trend(
        title=progress.short_title,
        kind=progress.kind,
        state=str(progress.state),
        points=points,
        since=programme.first_day,
        until=programme.last_day,
        target=progress.goal,
        pace=progress.pace is not None,
        pace_since=progress.owed_since,
        forecast=forecast,
    )
