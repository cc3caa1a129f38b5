"""Targets of units on a day: the version of that day, their own or, for a share, that of the nearest unit above."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Exists, F, FilteredRelation, Q, QuerySet

from doanso.lib import database
from doanso.lib.database import hot_reads
from doanso.lib.dated_rows import in_effect
from doanso.targets.models import Answer, Basis, Indicator, Programme, Target
from doanso.targets.queries.cascade import GivenTarget
from doanso.targets.queries.figures import SHARES
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath


class TargetVersion(NamedTuple):
    """One version of a unit's target, as `models.Target` stores it."""

    unit_id: UUID
    value: int
    basis: str
    why: str
    since: date | None


@dataclass(frozen=True)
class TargetsInForce:
    """The targets of a unit, of those above it and of those directly below, with every version that has begun.

    `path` is the unit, then the units above it, nearest first; `below` are units directly below that ever had a target.
    `tree_changed` says whether the tree changed around the unit since the programme began.
    """

    root_id: UUID
    path: Sequence[UUID]
    indicators: Sequence[Indicator]
    versions: Mapping[tuple[UUID, UUID], Sequence[TargetVersion]]
    below: Sequence[UUID]
    tree_changed: bool

    def own(self, indicator: Indicator, unit_id: UUID, on: date) -> TargetVersion | None:
        """Return the unit's own version of a day; None if it has no target of its own."""
        return self.own_by_id(indicator.pk, unit_id, on)

    def own_by_id(self, indicator_id: UUID, unit_id: UUID, on: date) -> TargetVersion | None:
        """Return the same as `own`, for an indicator by its id."""
        begun = self.versions.get((indicator_id, unit_id), ())
        current = next((version for version in reversed(begun) if version.since is None or version.since <= on), None)
        return current if current is not None and current.value else None

    def of(self, indicator: Indicator, unit_id: UUID, on: date) -> TargetVersion | None:
        """Return the unit's target: its own or, for a share, that of the nearest unit above which has one."""
        own = self.own(indicator, unit_id, on)
        if own is not None or indicator.kind not in SHARES:
            return own
        above = self.path[1:] if unit_id == self.path[0] else self.path
        return next(
            (target for ancestor_id in above if (target := self.own(indicator, ancestor_id, on)) is not None), None
        )

    @cached_property
    def begins(self) -> frozenset[date]:
        """The days from which another version of the unit's own target, or of one that holds from above, is in force."""
        return frozenset(
            version.since
            for (_indicator, unit_id), versions in self.versions.items()
            if unit_id in self.path
            for version in versions
            if version.since is not None
        )

    def targets_below(self, indicator: Indicator, on: date) -> list[int | None]:
        """Return the own targets of the units directly below."""
        targets = [self.own(indicator, unit_id, on) for unit_id in self.below]
        return [target.value if target is not None else None for target in targets]

    def owed_since(self, indicator: Indicator) -> date | None:
        """Return the day on which the indicator was added to the running programme; None if it is as old as the programme."""
        begun = self.versions.get((indicator.pk, self.root_id))
        return begun[0].since if begun else None

    def programme_target(self, indicator: Indicator) -> TargetVersion:
        """Return the first target of the programme's root; one of 0 on days before an indicator was added to the programme."""
        begun = self.versions.get((indicator.pk, self.root_id))
        return begun[0] if begun else TargetVersion(self.root_id, 0, Basis.STATED, "", None)


def targets_in_force(
    programme: Programme,
    unit: Unit,
    on: date,
    known_by: datetime | None = None,
    *,
    indicators: Sequence[Indicator] | None = None,
) -> TargetsInForce:
    """Return the targets in and around a unit on a day, in two statements.

    One reads the indicators, unless they are given, the other the targets. `known_by` leaves out targets given
    after that moment, whatever the day from which they hold.
    """
    changed_sql, changed_parameters = units.changes_below_sql(unit, programme.first_day, on)
    known = "AND (a.id IS NULL OR a.made_at <= %s)" if known_by is not None else ""
    known_parameters = [database.moment_parameter(known_by)] if known_by is not None else []
    # SQL of our own: every page with figures reads it, and the ORM takes longer to build it than the engine to run it.
    source = f"""
        , EXISTS ({changed_sql})
        FROM targets_target t JOIN targets_indicator i ON i.id = t.indicator_id
        LEFT JOIN targets_allocation a ON a.id = t.allocation_id
        LEFT JOIN units_unitpath p ON p.ancestor_id = t.unit_id AND p.unit_id = %s
            AND p.since <= %s AND (p.until IS NULL OR p.until > %s)
        LEFT JOIN units_unitlink l ON l.unit_id = t.unit_id AND l.parent_id = %s
            AND l.since <= %s AND (l.until IS NULL OR l.until > %s)
        WHERE i.programme_id = %s AND (t.since IS NULL OR t.since <= %s) {known}
            AND (p.id IS NOT NULL OR l.id IS NOT NULL OR t.unit_id = %s)
        ORDER BY t.version
    """
    parameters = [
        *changed_parameters, unit.pk, on, on, unit.pk, on, on, programme.pk, on, *known_parameters, programme.root_id,
    ]  # fmt: skip
    columns = (
        ("t", Target, ("indicator", "unit", "value", "basis", "why", "since")),
        ("p", UnitPath, ("depth",)),
    )
    rows = hot_reads.read_joined(columns, source, parameters)
    versions: dict[tuple[UUID, UUID], list[TargetVersion]] = defaultdict(list)
    depths: dict[UUID, int] = {unit.pk: 0}
    changed = False
    for indicator_id, unit_id, value, basis, why, since, depth, tree_changed in rows:
        begins = database.as_date(since) if since is not None else None
        versions[indicator_id, unit_id].append(TargetVersion(unit_id, value, basis, why, begins))
        if depth is not None:
            depths[unit_id] = depth
        changed = bool(tree_changed)
    # A unit that is not in the tree on that day still has the root above it.
    depths.setdefault(programme.root_id, max(depths.values()) + 1)
    path = sorted(depths, key=lambda unit_id: depths[unit_id])
    lower = {unit_id for _indicator, unit_id in versions} - set(path)
    if indicators is None:
        indicators = list(Indicator.objects.filter(programme=programme).order_by("position"))
    return TargetsInForce(programme.root_id, path, indicators, dict(versions), list(lower), changed)


@dataclass(frozen=True, slots=True)
class IndicatorTargets:
    """The targets of one indicator in and around a unit on a day.

    `own` is every version of the unit's own target, newest first, including those that begin later; `givers` has for each unit
    above, which may have given it, the targets in force around that unit.
    """

    in_force: TargetsInForce
    own: Sequence[GivenTarget]
    givers: Mapping[UUID, TargetsInForce]


def targets_of_indicator(
    programme: Programme, indicator: Indicator, unit: Unit, above: Sequence[UUID], on: date
) -> IndicatorTargets:
    """Return the targets of one indicator of the unit, of those above it, of those below each of these and of those below the
    unit, with the decisions and answers on the unit's own; one statement.

    `above` are the units above it on that day, nearest first.
    """
    path = [unit.pk, *above]
    if programme.root_id not in path:
        # A unit that is not in the tree on that day still has the root above it.
        path.append(programme.root_id)
    targets: dict[UUID, Target] = {}
    answers: dict[UUID, list[Answer]] = defaultdict(list)
    parents: dict[UUID, set[UUID]] = defaultdict(set)
    changed = False
    for row in _rows_of_indicator(programme, indicator, unit, path, above, on):
        target = targets.setdefault(row.pk, row)
        answer = getattr(row, "own_answer", None)
        if answer is not None:
            answers[target.pk].append(answer)
        if row.parent is not None:
            parents[row.parent].add(row.unit_id)
        changed = row.tree_changed
    versions: dict[tuple[UUID, UUID], list[TargetVersion]] = defaultdict(list)
    for target in targets.values():
        if target.since is None or target.since <= on:
            version = TargetVersion(target.unit_id, target.value, target.basis, target.why, target.since)
            versions[indicator.pk, target.unit_id].append(version)

    def around(place: int) -> TargetsInForce:
        upwards = path[place:]
        lower = parents[upwards[0]] - set(upwards)
        return TargetsInForce(programme.root_id, upwards, [indicator], dict(versions), list(lower), changed)

    return IndicatorTargets(
        in_force=around(0),
        own=[
            _own_version(target, indicator, answers[target.pk])
            for target in sorted(targets.values(), key=lambda target: -target.version)
            if target.unit_id == unit.pk
        ],
        givers={unit_id: around(place) for place, unit_id in enumerate(path) if place},
    )


def _rows_of_indicator(
    programme: Programme, indicator: Indicator, unit: Unit, path: Sequence[UUID], above: Sequence[UUID], on: date
) -> QuerySet[Any]:
    """Return the targets as `targets_of_indicator` takes them, a row per answer and per parent of their unit, oldest first."""
    is_own = Q(unit=unit.pk)
    return (
        Target.objects.annotate(
            link=FilteredRelation("unit__links", condition=in_effect(on, "unit__links__")),
            own_allocation=FilteredRelation("allocation", condition=is_own),
            own_answer=FilteredRelation("answers", condition=is_own),
        )
        .filter(
            Q(since=None) | Q(since__lte=on) | is_own,
            Q(unit_id__in=path) | Q(link__parent__in=[unit.pk, *above]),
            indicator=indicator,
        )
        .annotate(
            parent=F("link__parent_id"),
            tree_changed=Exists(units.changes_below(unit, programme.first_day, on)),
        )
        .select_related("own_allocation__unit", "own_answer__settlement", "settled_by")  # type: ignore[misc]
        .order_by("version")
    )


def _own_version(target: Any, indicator: Indicator, answers: Sequence[Answer]) -> GivenTarget:
    target.indicator = indicator
    if target.allocation_id is not None:
        target.allocation = target.own_allocation
    ordered = sorted(answers, key=lambda answer: (answer.answered_at, answer.pk))
    return GivenTarget(target, ordered, agreed=hasattr(target, "settled_by"))
