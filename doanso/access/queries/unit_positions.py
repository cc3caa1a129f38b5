"""The position of a unit in the tree, with its names over time and what an actor may see and do there, read in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, QuerySet

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.database import hot_reads
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class _PathSpan:
    """A span of days on which a unit was below an ancestor (or is it): from `since`, before `until`."""

    ancestor: Unit
    depth: int
    since: date
    until: date | None
    is_visible: bool

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or self.until > on)


@dataclass(frozen=True, slots=True)
class NameSpan:
    """A name of a unit from `since`, before `until`."""

    name: str
    short_name: str
    sort_key: str
    since: date
    until: date | None


class ParentSpan(NamedTuple):
    """A unit that was directly above from `since`, before `until`, with its name on the last of these days."""

    parent: NamedUnit
    since: date
    until: date | None


@dataclass(frozen=True, slots=True)
class UnitPosition:
    """A unit that an actor may see by some permission, and the units above it on every day of its existence.

    `continues` says whether it carries on the work of units that have ended.
    """

    actor: User
    unit: Unit
    paths: Sequence[_PathSpan]
    names: dict[UUID, list[NameSpan]]
    continues: bool

    def _chain(self, on: date) -> list[_PathSpan]:
        """Return the unit, then the units above it on a day, nearest first."""
        return sorted((path for path in self.paths if path.holds(on)), key=lambda path: path.depth)

    def _named(self, unit: Unit, on: date, depth: int) -> NamedUnit:
        spans = self.names.get(unit.pk, [])
        begun = [span for span in spans if span.since <= on]
        span = begun[-1] if begun else spans[0] if spans else None
        if span is None:
            return NamedUnit(unit, unit.code, unit.code, unit.code, depth)
        return NamedUnit(unit, span.name, span.short_name, span.sort_key, depth)

    def is_below(self, root_id: UUID, on: date) -> bool:
        """Return whether the unit is below the other, or the other itself, on a day."""
        return self.unit.pk == root_id or any(path.ancestor.pk == root_id for path in self._chain(on))

    def ids_above(self, on: date) -> list[UUID]:
        """Return the ids of the units above this one on a day, nearest first."""
        return [path.ancestor.pk for path in self._chain(on) if path.depth]

    def name(self, on: date) -> NamedUnit:
        """Return the unit with its name of a day."""
        return self._named(self.unit, on, 0)

    def name_above(self, unit: Unit, on: date) -> NamedUnit | None:
        """Return a unit above this one with its name of a day; None if it was never above."""
        return self._named(unit, on, 0) if any(path.ancestor.pk == unit.pk for path in self.paths) else None

    def all_names(self) -> list[NameSpan]:
        """Return every name of the unit, newest first."""
        return self.names.get(self.unit.pk, [])[::-1]

    def all_parents(self) -> list[ParentSpan]:
        """Return the units that were directly above, newest first."""
        today = clock.today()
        return [
            ParentSpan(
                self._named(path.ancestor, path.until - timedelta(days=1) if path.until is not None else today, 1),
                path.since,
                path.until,
            )
            for path in sorted(self.paths, key=lambda path: path.since, reverse=True)
            if path.depth == 1
        ]

    def visible_ancestors(self, on: date) -> list[NamedUnit]:
        """Return the path from the root down to the unit, without the unit itself, as far as the actor may see it."""
        above = [path for path in self._chain(on) if path.depth and path.is_visible]
        return [self._named(path.ancestor, on, path.depth) for path in reversed(above)]

    def allows(self, permission: Permission, unit: Unit) -> bool:
        """Return the same as `Permission.allows_at` for the unit or one above it; no statement for units above it today."""
        chain = self._chain(clock.today())
        ids = [path.ancestor.pk for path in chain]
        if unit.pk not in ids:
            return permission.allows_at(self.actor, unit)
        upwards = ids[ids.index(unit.pk) :]
        return (
            unit.pk in permission.unit_only_roots(self.actor)
            or not permission.roots(self.actor).isdisjoint(upwards)
            or not permission.roots_above(self.actor).isdisjoint(upwards[1:])
        )

    def allows_for(self, permission: Permission, unit: Unit) -> bool:
        """Return the same as `Permission.allows_for` for the unit or one above it."""
        return self.allows(permission, unit) or (
            unit.keeper is not None and permission.allows_at(self.actor, unit.keeper)
        )


def unit_position(actor: User, code: str, permission: Permission) -> UnitPosition | None:
    """Return the unit of a code with everything above it; None if the actor lacks the permission, one on units, to see it.

    One statement: a row for each unit that was ever above, with its names.
    """
    if "\0" in code:
        return None
    units: dict[UUID, Unit] = {}
    paths: dict[tuple[UUID, date], _PathSpan] = {}
    names: dict[UUID, dict[date, NameSpan]] = {}
    continuing: set[UUID] = set()
    for (pk, unit_code, kind, since, until, successor_id, keeper_id, depth, path_since, path_until, is_visible,
         name, short_name, sort_key, named_since, named_until, predecessor) in _rows_above(actor, code, permission):  # fmt: skip
        unit = units.get(pk)
        if unit is None:
            unit = units[pk] = Unit(
                pk=pk,
                code=unit_code,
                kind=kind,
                since=since,
                until=until,
                successor_id=successor_id,
                keeper_id=keeper_id,
            )
        if predecessor is not None:
            continuing.add(pk)
        paths.setdefault((pk, path_since), _PathSpan(unit, depth, path_since, path_until, bool(is_visible)))
        if named_since is not None:
            names.setdefault(pk, {}).setdefault(
                named_since, NameSpan(name, short_name, sort_key, named_since, named_until)
            )
    own = next((path for path in paths.values() if path.depth == 0), None)
    if own is None or not own.is_visible:
        return None
    return UnitPosition(
        actor,
        own.ancestor,
        list(paths.values()),
        {pk: list(spans.values()) for pk, spans in names.items()},
        own.ancestor.pk in continuing,
    )


def _rows_above(actor: User, code: str, permission: Permission) -> QuerySet[Unit, tuple[Any, ...]]:
    """Return a row for each path from the unit of a code up to a unit, per name that this one ever had, oldest name first."""
    return (
        Unit.objects.filter(paths_down__unit__code=code)
        .annotate(
            is_visible=ExpressionWrapper(permission.condition(actor), output_field=BooleanField()),
            predecessor=hot_reads.subquery(
                "SELECT MIN(e.code) FROM units_unit e WHERE e.successor_id = units_unit.id", []
            ),
        )
        .order_by("names__since")
        .values_list(
            "pk",
            "code",
            "kind",
            "since",
            "until",
            "successor_id",
            "keeper_id",
            "paths_down__depth",
            "paths_down__since",
            "paths_down__until",
            "is_visible",
            "names__name",
            "names__short_name",
            "names__sort_key",
            "names__since",
            "names__until",
            "predecessor",
        )
    )
