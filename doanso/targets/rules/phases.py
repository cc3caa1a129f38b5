"""Where a programme is in time: not begun, running, or ended. Outside its period a figure is neither early nor late."""

from datetime import date
from enum import StrEnum

from doanso.targets.rules import ProgressState


class ProgrammePhase(StrEnum):
    """Where a programme is on the business day."""

    PLANNED = "planned"
    RUNNING = "running"
    ENDED = "ended"


def phase_of(first_day: date, last_day: date, today: date, requested: date | None = None) -> ProgrammePhase:
    """Return the phase on the business day; a day requested inside the period is shown as it was, with its pace."""
    if requested is not None and first_day <= requested < last_day and requested <= today:
        return ProgrammePhase.RUNNING
    if today < first_day:
        return ProgrammePhase.PLANNED
    return ProgrammePhase.ENDED if today > last_day else ProgrammePhase.RUNNING


def state_in_phase(state: ProgressState, phase: ProgrammePhase, *, counted: bool) -> ProgressState:
    """Return the state to show: none before the programme begins, and afterwards whether the target was met.

    `counted` says whether the programme has counted anything; an empty ledger has missed nothing.
    """
    if phase is ProgrammePhase.RUNNING:
        return state
    if phase is ProgrammePhase.PLANNED or not counted:
        return ProgressState.NONE
    return state if state in (ProgressState.MET, ProgressState.NONE) else ProgressState.MISSED
