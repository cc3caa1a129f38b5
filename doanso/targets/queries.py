"""How far units are: one reading gives a unit, its children and its weeks in a handful of statements."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.tally.queries import Figure, by_week, figures
from doanso.targets import policy, rules
from doanso.targets.models import Indicator, IndicatorKind, Programme, Target
from doanso.targets.rules import State
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

_SHARES = (IndicatorKind.SHARE, IndicatorKind.RULE)


@dataclass(frozen=True, slots=True)
class IndicatorProgress:
    """One indicator of one unit on one day.

    `value` and `denominator` are whole numbers of things counted, None while no app counts them. `target` is what is
    owed: per cent for shares and rules, things for the rest, None where nothing was allocated to the unit; `basis` and
    `why` are then those of the whole programme's target. `percent`,
    and for shares `pace` and `forecast` too, are tenths of a per cent, as the pages write them.
    """

    code: str
    title: str
    short_title: str
    kind: str
    group: str
    unit_of_count: str
    unit_id: UUID
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
    state: State
    grades: tuple[int, ...] = ()
    weeks: tuple[tuple[date, int], ...] = ()

    @property
    def is_share(self) -> bool:
        """Whether the figure is a share of a denominator."""
        return self.kind in _SHARES

    @property
    def figure(self) -> int | None:
        """The figure as pages draw it: tenths of a per cent for shares and rules, the count for the rest."""
        return self.percent if self.is_share else self.value

    @property
    def goal(self) -> int | None:
        """The target in the figure's unit."""
        return self.target * 10 if self.is_share and self.target is not None else self.target

    @property
    def missing(self) -> int | None:
        """How many are still missing, in things counted."""
        return None if self.needed is None or self.value is None else max(self.needed - self.value, 0)

    def row(self, *, url: str = "", note: str = "", until: date | None = None) -> dict[str, Any]:
        """What `parts/target.html` draws."""
        return {
            "title": self.short_title,
            "kind": self.kind,
            "state": self.state,
            "value": self.figure,
            "target": self.goal,
            "pace": self.pace,
            "forecast": None if self.state == State.MET else self.forecast,
            "note": note,
            "url": url,
            "until": until,
        }


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """A unit below, with all its indicators in the programme's order."""

    unit: NamedUnit
    indicators: list[IndicatorProgress]

    def by_code(self, code: str) -> IndicatorProgress:
        """One of its indicators."""
        return next(one for one in self.indicators if one.code == code)

    @property
    def size(self) -> int | None:
        """Members who stand in it, where the programme counts them."""
        return max((one.denominator + (one.exempt or 0) for one in self.indicators if one.denominator), default=None)


@dataclass(frozen=True, slots=True)
class Overview:
    """A unit on a day: its indicators, the units directly below with theirs."""

    programme: Programme
    unit: Unit
    on: date
    indicators: list[IndicatorProgress]
    children: list[UnitProgress] = field(default_factory=list)

    def by_code(self, code: str) -> IndicatorProgress:
        """One of the unit's indicators."""
        return next(one for one in self.indicators if one.code == code)

    @property
    def elapsed(self) -> int:
        """How much of the programme's time is over, in tenths of a per cent."""
        return rules.tenths_down(rules.elapsed(self.programme.first_day, self.programme.last_day, self.on) * 100)

    @property
    def days_left(self) -> int:
        """Days of the programme after this one."""
        return max((self.programme.last_day - self.on).days, 0)

    def states(self) -> dict[State, int]:
        """How many indicators stand how, worst first."""
        return {state: sum(one.state == state for one in self.indicators) for state in rules.WORST_FIRST}

    def members_counted(self) -> int | None:
        """Members in the unit, where the programme counts them."""
        return max((one.denominator + (one.exempt or 0) for one in self.indicators if one.denominator), default=None)


def programmes() -> QuerySet[Programme]:
    """Programmes with their root and book."""
    return Programme.objects.select_related("root", "book").order_by("-first_day", "code")


def programme_by_code(code: str) -> Programme | None:
    """The programme of a code with its root and book."""
    return programmes().filter(code=code).first()


def unit_to_see(actor: User, code: str) -> Unit | None:
    """The unit whose figures the actor may see."""
    if "\0" in code:
        return None
    return policy.VIEW.filter(actor, Unit.objects.all()).filter(code=code).first()


def parents_to_see(actor: User, unit: Unit, on: date) -> list[NamedUnit]:
    """The way from the root down to the unit, as far as the actor may see it."""
    above = units.ancestors(unit, on)
    seen = policy.VIEW.filter(actor, Unit.objects.filter(pk__in=[one.id for one in above]))
    allowed = set(seen.values_list("pk", flat=True))
    return [one for one in above if one.id in allowed]


def indicator_of(programme: Programme, code: str) -> Indicator | None:
    """One indicator of a programme."""
    return programme.indicators.filter(code=code).first()


def programme_or_refuse(code: str) -> Programme:
    """The programme of a code, for commands; the refusal says what to load."""
    programme = programme_by_code(code)
    if programme is None:
        raise Refused(
            Problem(
                "programme_unknown",
                _("No programme has the code “%(code)s”. Load it with load-programme.") % {"code": code},
                "programme",
            )
        )
    return programme


def programmes_at(unit: Unit, on: date | None = None) -> list[Programme]:
    """The programmes in which the unit has figures on a day, those whose period holds the day first, then the newest."""
    day = on or clock.today()
    above = UnitPath.objects.filter(Q(until=None) | Q(until__gt=day), unit=unit, since__lte=day).values("ancestor_id")
    found = list(programmes().filter(root__in=above))
    return sorted(found, key=lambda one: not one.first_day <= day <= one.last_day)


def stands_in(programme: Programme, unit: Unit, on: date) -> bool:
    """Whether the unit stands below the programme's root on a day."""
    return unit.pk == programme.root_id or units.is_below(unit, programme.root, on)


def day_of(programme: Programme, on: date | None) -> date:
    """The day that a programme's figures are read: today or the day asked for, within the programme."""
    return min(max(on or clock.today(), programme.first_day), programme.last_day)


def overview(programme: Programme, unit: Unit, on: date, *, children: bool = True, weeks: bool = True) -> Overview:
    """The unit's indicators on a day with weeks and forecast, and those of the units directly below without them.

    A share asked of the root holds for every unit below; a count has no target where it was not allocated.
    Six statements: targets with indicators, children and their names, the queue's length, figures, weeks.
    """
    below = units.children(unit, on) if children else []
    targets = _targets(programme, [unit.pk, *(child.id for child in below)])
    indicators = targets.indicators
    counts = figures(book=programme.book, unit_ids=[unit.pk, *(child.id for child in below)], on=on)
    series: Mapping[date, Mapping[str, Figure]] = {}
    ends = rules.full_week_ends(programme.first_day, programme.last_day, on) if weeks else []
    if ends:
        series = by_week(book=programme.book, unit_id=unit.pk, days=ends)
    reader = _Reader(programme, on, targets, counts)
    return Overview(
        programme=programme,
        unit=unit,
        on=on,
        indicators=[reader.progress(one, unit.pk, series) for one in indicators],
        children=[
            UnitProgress(unit=child, indicators=[reader.progress(one, child.id, {}) for one in indicators])
            for child in below
        ],
    )


def trend(programme: Programme, unit: Unit, on: date, code: str) -> list[tuple[date, int]]:
    """One indicator of a unit at the end of each week since the programme began, and on the day itself."""
    days = rules.week_ends(programme.first_day, on)
    targets = _targets(programme, [unit.pk])
    indicator = next(one for one in targets.indicators if one.code == code)
    series = by_week(book=programme.book, unit_id=unit.pk, days=days)
    points = _Reader(programme, on, targets, {}).weeks(indicator, series)
    return [(day, _shown(at, indicator.kind in _SHARES)) for day, at in points]


def progress(programme: Programme, unit: Unit, on: date) -> list[IndicatorProgress]:
    """The unit's indicators on a day."""
    return overview(programme, unit, on, children=False).indicators


def progress_of_children(programme: Programme, unit: Unit, on: date) -> list[UnitProgress]:
    """The indicators of the units directly below, in reading order."""
    return overview(programme, unit, on, weeks=False).children


@dataclass(frozen=True, slots=True)
class _Targets:
    root_id: UUID
    indicators: list[Indicator]
    latest: Mapping[tuple[UUID, UUID], Target]

    def whole(self, indicator: Indicator) -> Target:
        """What the programme's root owes; every indicator is loaded with it."""
        return self.latest[indicator.pk, self.root_id]

    def of(self, indicator: Indicator, unit_id: UUID) -> Target | None:
        """What the unit owes: its own target, or for a share the root's."""
        own = self.latest.get((indicator.pk, unit_id))
        if own is not None or indicator.kind not in _SHARES:
            return own
        return self.latest.get((indicator.pk, self.root_id))


def _targets(programme: Programme, unit_ids: Iterable[UUID]) -> _Targets:
    """The latest targets of these units and the root, with their indicators: every indicator has a target at the root."""
    latest: dict[tuple[UUID, UUID], Target] = {}
    indicators: dict[UUID, Indicator] = {}
    found = (
        Target.objects.filter(indicator__programme=programme, unit_id__in={programme.root_id, *unit_ids})
        .select_related("indicator")
        .order_by("indicator__position", "version")
    )
    for target in found:
        indicators.setdefault(target.indicator_id, target.indicator)
        latest[target.indicator_id, target.unit_id] = target
    return _Targets(programme.root_id, list(indicators.values()), latest)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the ledger's figures of one day into progress."""

    programme: Programme
    on: date
    targets: _Targets
    counts: Mapping[tuple[UUID, str], Figure]

    def progress(
        self, indicator: Indicator, unit_id: UUID, series: Mapping[date, Mapping[str, Figure]]
    ) -> IndicatorProgress:
        """One indicator of one unit."""
        target = self.targets.of(indicator, unit_id)
        plan = target or self.targets.whole(indicator)
        owed = target.value if target is not None else None
        figure = self.counts.get((unit_id, indicator.numerator)) if indicator.numerator else None
        value = None if not indicator.numerator else figure.total if figure is not None else 0
        whole, exempt = self._denominator(indicator, lambda code: self._total(unit_id, code))
        is_share = indicator.kind in _SHARES
        exact = self._exact(indicator, value, whole)
        passed = rules.elapsed(self.programme.first_day, self.programme.last_day, self.on)
        weeks = self.weeks(indicator, series)
        needed = None
        if owed is not None and value is not None and (whole is not None or not is_share):
            needed = rules.needed_for(owed, whole or 0) if is_share else owed
        grows = indicator.kind in (IndicatorKind.SHARE, IndicatorKind.COUNT)
        return IndicatorProgress(
            code=indicator.code,
            title=indicator.title,
            short_title=indicator.short_title,
            kind=indicator.kind,
            group=indicator.group,
            unit_of_count=indicator.unit_of_count,
            unit_id=unit_id,
            value=value,
            denominator=whole,
            exempt=exempt,
            denominator_text=indicator.denominator_text,
            target=owed,
            basis=plan.basis,
            why=plan.why,
            percent=self._percent(value, whole if is_share else owed),
            pace=_shown(rules.pace(owed, passed), is_share) if grows and owed is not None else None,
            forecast=self._forecast(exact, weeks, is_share) if grows else None,
            needed=needed,
            needed_per_week=rules.needed_per_week(value, needed, self.on, self.programme.last_day)
            if needed is not None and value is not None and exact is not None
            else None,
            state=self._state(indicator, exact, owed, passed),
            grades=figure.grades if figure is not None else (),
            weeks=tuple((day, _shown(at, is_share)) for day, at in weeks),
        )

    def _total(self, unit_id: UUID, code: str) -> int:
        found = self.counts.get((unit_id, code))
        return found.total if found is not None else 0

    @staticmethod
    def _denominator(indicator: Indicator, total: Any) -> tuple[int | None, int | None]:
        if not indicator.denominator:
            return None, None
        exempt = total(indicator.exempt) if indicator.exempt else 0
        return total(indicator.denominator) - exempt, exempt

    @staticmethod
    def _exact(indicator: Indicator, value: int | None, whole: int | None) -> Fraction | None:
        if value is None:
            return None
        if indicator.kind not in _SHARES:
            return Fraction(value)
        return rules.share(value, whole) if whole is not None else None

    @staticmethod
    def _percent(part: int | None, whole: int | None) -> int | None:
        return None if part is None or whole is None else rules.percent_tenths(part, whole)

    def weeks(
        self, indicator: Indicator, series: Mapping[date, Mapping[str, Figure]]
    ) -> Sequence[tuple[date, Fraction]]:
        """The exact figure on each of these days; empty while no app counts it."""
        if not indicator.numerator:
            return []
        found = []
        for day, at in sorted(series.items()):

            def total(code: str, at: Mapping[str, Figure] = at) -> int:
                return at[code].total if code in at else 0

            whole, _exempt = self._denominator(indicator, total)
            exact = self._exact(indicator, total(indicator.numerator), whole)
            if exact is not None:
                found.append((day, exact))
        return found

    def _forecast(self, exact: Fraction | None, weeks: Sequence[tuple[date, Fraction]], is_share: bool) -> int | None:
        if exact is None:
            return None
        foretold = rules.forecast(exact, [at for _day, at in weeks], self.on, self.programme.last_day)
        if foretold is None:
            return None
        return _shown(min(foretold, Fraction(100)) if is_share else foretold, is_share)

    def _state(self, indicator: Indicator, exact: Fraction | None, owed: int | None, passed: Fraction) -> State:
        if indicator.kind == IndicatorKind.RULE:
            return rules.state_of_rule(exact, owed, passed)
        if indicator.kind == IndicatorKind.MILESTONE:
            due = [date.fromisoformat(day) for day in indicator.parameters.get("due", [])]
            value = None if exact is None else int(exact)
            return rules.state_of_milestone(value, owed, due, self.on, self.programme.last_day)
        return rules.state_by_pace(exact, owed, passed)


def _shown(exact: Fraction, is_share: bool) -> int:
    """Tenths of a per cent for shares, whole things for counts, both rounded down."""
    return rules.tenths_down(exact) if is_share else int(exact)


def indicator_titles(codes: Collection[str]) -> dict[str, str]:
    """What indicators of these codes are called, in the newest programme that has each."""
    rows = Indicator.objects.filter(code__in=codes).order_by("programme__first_day", "programme__code")
    return dict(rows.values_list("code", "title"))
