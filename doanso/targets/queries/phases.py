"""Figures of a programme that has not begun or is over, as pages show them: without pace, forecast and lateness."""

from dataclasses import replace
from datetime import date

from doanso.lib import clock
from doanso.targets.models import Programme
from doanso.targets.queries.figures import IndicatorProgress, Overview, UnitProgress
from doanso.targets.queries.indicator_overviews import IndicatorOverview
from doanso.targets.rules.phases import ProgrammePhase as ProgrammePhase  # noqa: PLC0414 -- what other apps name
from doanso.targets.rules.phases import phase_of, state_in_phase


def phase_today(programme: Programme, requested: date | None = None) -> ProgrammePhase:
    """Return the programme's phase today; a requested day inside the period is shown as it was."""
    return phase_of(programme.first_day, programme.last_day, clock.today(), requested)


def _progress_in_phase(progress: IndicatorProgress, phase: ProgrammePhase, *, counted: bool) -> IndicatorProgress:
    state = state_in_phase(progress.state, phase, counted=counted)
    return replace(progress, state=state, pace=None, forecast=None, needed_per_week=None)


def overview_in_phase(overview: Overview, phase: ProgrammePhase) -> Overview:
    """Return the overview as pages show it in a phase of its programme."""
    if phase is ProgrammePhase.RUNNING:
        return overview
    counted = any(progress.value for progress in overview.indicators)
    return replace(
        overview,
        indicators=[_progress_in_phase(progress, phase, counted=counted) for progress in overview.indicators],
        children=[
            UnitProgress(
                child.unit, [_progress_in_phase(progress, phase, counted=counted) for progress in child.indicators]
            )
            for child in overview.children
        ],
    )


def indicator_in_phase(overview: IndicatorOverview, phase: ProgrammePhase) -> IndicatorOverview:
    """Return one indicator's overview as its page shows it in a phase of its programme."""
    if phase is ProgrammePhase.RUNNING:
        return overview
    counted = bool(overview.progress.value)
    return replace(
        overview,
        progress=_progress_in_phase(overview.progress, phase, counted=counted),
        children=[(unit, _progress_in_phase(progress, phase, counted=counted)) for unit, progress in overview.children],
    )
