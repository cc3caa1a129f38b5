"""Values of a unit on a day: its indicators, and the units below with theirs. No database access."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from doanso.lib import formats
from doanso.targets import rules
from doanso.targets.models import IndicatorKind, Programme
from doanso.targets.rules import ProgressState, SumCheck
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

SHARES = (IndicatorKind.SHARE, IndicatorKind.RULE)
WEAK_FROM = 50
"""The part of a figure below its required grade, in tenths of a per cent, above which pages point it out."""


# Not a frozen dataclass: an overview of a city creates hundreds, and a frozen one takes three times as long to create.
@dataclass(slots=True)
class IndicatorProgress:
    """One indicator of one unit on one day.

    `numerator` is the code of the counted measure, "" while no app counts it. `value` and `denominator` are whole numbers of
    things counted, None while no app counts them; `exempt` is None too where the denominator is not members. `target` is per cent
    for shares and rules, a number of things for the rest, None where nothing was allocated to the unit; `basis` and `why` are
    then those of the whole programme's target. `percent`, and for shares `pace` and `forecast` too, are tenths of a per cent, as
    displayed.
    """

    code: str
    title: str
    short_title: str
    kind: str
    group: str
    unit_of_count: str
    unit_id: UUID
    numerator: str
    value: int | None
    denominator: int | None
    exempt: int | None
    denominator_text: str
    target: int | None
    basis: str
    why: str
    percent: int | None
    pace: int | None
    forecast: int | None
    needed: int | None
    needed_per_week: int | None
    state: ProgressState
    owed_since: date | None = None
    """The day on which it was added to the running programme, from which its pace runs; None for the programme's first day."""
    own: bool = False
    """Whether the target was given to this unit itself; otherwise it is inherited from above."""
    met_on: date | None = None
    """The day since which the target is met without a break."""
    sum_check: SumCheck | None = None
    grades: tuple[int, ...] = ()
    required_grade: int = 0
    """The grade of evidence that the figure needs; a lower one counts, and is pointed out."""
    weeks: tuple[tuple[date, int], ...] = ()
    trend: tuple[tuple[date, int], ...] = ()
    """The figure as displayed at the end of each week since the programme began, and on the day itself."""

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share of a denominator."""
        return self.kind in SHARES

    @property
    def figure(self) -> int | None:
        """The figure as displayed: tenths of a per cent for shares and rules, the count for the rest."""
        return self.percent if self.is_share else self.value

    @property
    def goal(self) -> int | None:
        """The target in the figure's unit."""
        return self.target * 10 if self.is_share and self.target is not None else self.target

    @property
    def missing(self) -> int | None:
        """How many things counted are still missing."""
        return None if self.needed is None or self.value is None else max(self.needed - self.value, 0)

    @property
    def weak_share(self) -> int:
        """The part of the figure below its required grade, in tenths of a per cent, rounded down."""
        total = sum(self.grades)
        return sum(self.grades[: self.required_grade]) * 1000 // total if total > 0 else 0

    def row(self, *, url: str = "", note: str = "", until: date | None = None) -> dict[str, Any]:
        """Return the context of the template `parts/target.html`."""
        return {
            "title": self.short_title,
            "kind": self.kind,
            "state": self.state,
            "value": self.figure,
            "target": self.goal,
            "pace": self.pace,
            "forecast": None if self.state == ProgressState.MET else self.forecast,
            "note": note,
            "met_on": self.met_on,
            "url": url,
            "until": until,
        }


def _most_members(indicators: list[IndicatorProgress]) -> int | None:
    """Return the greatest number of members in a denominator, exempt ones included; other denominators are ignored."""
    shares = [progress for progress in indicators if progress.denominator and progress.exempt is not None]
    return max(((progress.denominator or 0) + (progress.exempt or 0) for progress in shares), default=None)


def predecessor_names(predecessors: Iterable[NamedUnit]) -> str:
    """Return the names of ended units, each with its last day; "" when there are none."""
    return ", ".join(
        f"{predecessor.short_name} ({formats.day(predecessor.unit.until - timedelta(days=1))})"
        for predecessor in predecessors
        if predecessor.unit.until
    )


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """A unit below, with all its indicators in the programme's order."""

    unit: NamedUnit
    indicators: list[IndicatorProgress]
    on_pace_before: int | None = None
    """How many indicators were on pace a week earlier; None where this was not read."""

    def by_code(self, code: str) -> IndicatorProgress:
        """Return one of its indicators."""
        return next(progress for progress in self.indicators if progress.code == code)

    def count_in(self, *states: str) -> int:
        """Return how many of its indicators are in one of these states."""
        return sum(progress.state in states for progress in self.indicators)

    @property
    def size(self) -> int | None:
        """Members of the unit, if the programme counts them."""
        return _most_members(self.indicators)


@dataclass(frozen=True, slots=True)
class Overview:
    """A unit on a day: its indicators; the units directly below with theirs, including those that left since the programme began;
    and the ended units whose figures are included in the unit's own."""

    programme: Programme
    unit: Unit
    on: date
    indicators: list[IndicatorProgress]
    children: list[UnitProgress] = field(default_factory=list)
    predecessors: list[NamedUnit] = field(default_factory=list)

    def by_code(self, code: str) -> IndicatorProgress:
        """Return one of the unit's indicators."""
        return next(progress for progress in self.indicators if progress.code == code)

    @property
    def elapsed(self) -> int:
        """The elapsed part of the programme's time, in tenths of a per cent."""
        return rules.tenths_down(rules.elapsed_part(self.programme.first_day, self.programme.last_day, self.on) * 100)

    @property
    def days_left(self) -> int:
        """Days of the programme after this one."""
        return max((self.programme.last_day - self.on).days, 0)

    @property
    def carried_on(self) -> str:
        """The ended units whose figures are included in the unit's own, each with its last day; empty if there are none."""
        return predecessor_names(self.predecessors)

    def states(self) -> dict[ProgressState, int]:
        """Return the number of indicators in each state, the worst first."""
        return {state: sum(progress.state == state for progress in self.indicators) for state in rules.WORST_FIRST}

    def members_counted(self) -> int | None:
        """Return the members of the unit, if the programme counts them."""
        return _most_members(self.indicators)
