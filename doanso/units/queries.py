"""Read the unit tree as of any day. Every function takes a fixed number of statements, whatever the size of its result.

`on` is a business day, today by default. On a day before a unit's first name or after its last one, the nearest name is used.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from doanso.lib import clock, database
from doanso.lib.database import as_date, hot_reads
from doanso.lib.dated_rows import in_effect
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Neighbourhood, Unit, UnitKind, UnitLink, UnitName, UnitPath
from doanso.units.rules import natural_key


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit with its name on a day; `depth` counts from the requested unit."""

    unit: Unit
    name: str
    short_name: str
    sort_key: str
    depth: int = 0

    @property
    def id(self) -> UUID:
        return self.unit.pk

    @property
    def code(self) -> str:
        return self.unit.code

    @property
    def kind(self) -> str:
        return self.unit.kind

    def __str__(self) -> str:
        return self.name


def unit_by_code(code: str) -> Unit | None:
    """Return the unit of a code, also an ended one."""
    return Unit.objects.filter(code=code).first()


def units_by_code(codes: Iterable[str]) -> dict[str, Unit]:
    """Return the units of these codes by code; unknown codes are left out."""
    return {unit.code: unit for unit in Unit.objects.filter(code__in=set(codes))}


UNIT_COLUMNS = ("id", "code", "kind", "since", "until", "successor", "keeper")
"""The columns of a unit for `lib.database.hot_reads`, in the order expected by `unit_of_row`."""
_UNIT_FIELDS = ("id", "code", "kind", "since", "until", "successor_id", "keeper_id")
_NAME = ("name", "short_name", "sort_key", "since")


def unit_of_row(row: Sequence[Any]) -> Unit:
    """Return the unit of a row with the columns `UNIT_COLUMNS`."""
    pk, code, kind, since, until, successor, keeper = row
    days = (as_date(since), None if until is None else as_date(until))
    return Unit.from_db("default", _UNIT_FIELDS, [pk, code, kind, *days, successor, keeper])


def _nearest_names(unit_ids: Iterable[UUID], on: date) -> dict[UUID, tuple[str, str, str]]:
    """Return name, short name and sort key of each unit on a day."""
    ids = list(unit_ids)
    if not ids:
        return {}
    names_by_unit: dict[UUID, tuple[str, str, str]] = {}
    where = f"unit_id IN ({database.placeholders(ids)}) ORDER BY since"
    for unit_id, name, short_name, sort_key, since in database.read_rows(UnitName, ("unit", *_NAME), where, ids):
        if unit_id not in names_by_unit or as_date(since) <= on:
            names_by_unit[unit_id] = (name, short_name, sort_key)
    return names_by_unit


def _read_named(source: str, parameters: Sequence[Any], on: date) -> list[NamedUnit]:
    """Return the units of a joined statement in reading order: units as `u`, their names as `n`, ordered by the names' days."""
    units_by_id: dict[UUID, NamedUnit] = {}
    for row in hot_reads.read_joined((("u", Unit, UNIT_COLUMNS), ("n", UnitName, _NAME)), source, parameters):
        *of_unit, name, short_name, sort_key, since = row
        earlier = units_by_id.get(of_unit[0])
        if earlier is None or (since is not None and as_date(since) <= on):
            unit = unit_of_row(of_unit) if earlier is None else earlier.unit
            units_by_id[unit.pk] = NamedUnit(unit, name or unit.code, short_name or unit.code, sort_key or unit.code)
    return sorted(units_by_id.values(), key=lambda unit: (unit.sort_key, unit.code))


def named_units(
    units: Iterable[Unit], on: date | None = None, *, depths: dict[UUID, int] | None = None
) -> list[NamedUnit]:
    """Return the units with their names of the day, in reading order (Phường 2 before Phường 10)."""
    units = list(units)
    names_by_unit = _nearest_names((unit.pk for unit in units), on or clock.today())
    unordered = (
        NamedUnit(unit, *names_by_unit.get(unit.pk, (unit.code,) * 3), depth=(depths or {}).get(unit.pk, 0))
        for unit in units
    )
    return sorted(unordered, key=lambda unit: (unit.sort_key, unit.code))


def named_units_by_id(unit_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, NamedUnit]:
    """Return many units with their names on a day by id, in one statement."""
    ids = list(set(unit_ids))
    if not ids:
        return {}
    source = f"""
        FROM units_unit u LEFT JOIN units_unitname n ON n.unit_id = u.id
        WHERE u.id IN ({database.placeholders(ids)}) ORDER BY n.since
    """
    return {unit.id: unit for unit in _read_named(source, ids, on or clock.today())}


def named_unit(unit: Unit, on: date | None = None) -> NamedUnit:
    """Return one unit with its name on a day; `str` of it is the name."""
    return named_units([unit], on)[0]


def all_names(unit: Unit) -> list[UnitName]:
    """Return all names of the unit, newest first."""
    return list(unit.names.order_by("-since"))


def children_queryset(unit: Unit, on: date | None = None) -> QuerySet[Unit]:
    """Return the units directly below on a day, to be filtered by a policy."""
    day = on or clock.today()
    return Unit.objects.filter(links__in=UnitLink.objects.filter(in_effect(day), parent=unit))


def children(unit: Unit, on: date | None = None) -> list[NamedUnit]:
    """Return the units directly below on a day in reading order, in one statement, because every dashboard needs it."""
    day = on or clock.today()
    source = """
        FROM units_unitlink l JOIN units_unit u ON u.id = l.unit_id LEFT JOIN units_unitname n ON n.unit_id = u.id
        WHERE l.parent_id = %s AND l.since <= %s AND (l.until IS NULL OR l.until > %s) ORDER BY n.since
    """
    return _read_named(source, [unit.pk, day, day], day)


def names_below(parents: Iterable[Unit]) -> list[tuple[str, str]]:
    """Return the code of the unit above and the name of each unit directly below these ones, as the tree is left today."""
    rows = UnitName.objects.filter(until=None, unit__links__until=None, unit__links__parent__in=list(parents))
    return list(rows.values_list("unit__links__parent__code", "name"))


def parent(unit: Unit, on: date | None = None) -> Unit | None:
    """Return the unit directly above on a day."""
    link = UnitLink.objects.filter(in_effect(on or clock.today()), unit=unit).select_related("parent").first()
    return link.parent if link else None


def parent_ids(unit_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, UUID]:
    """Return for many units the id of the unit directly above on a day."""
    links = UnitLink.objects.filter(in_effect(on or clock.today()), unit_id__in=set(unit_ids))
    return dict(links.values_list("unit_id", "parent_id"))


def ancestors(unit: Unit, on: date | None = None) -> list[NamedUnit]:
    """Return the path from the root down to the unit, without the unit itself."""
    paths = UnitPath.objects.filter(in_effect(on or clock.today()), unit=unit, depth__gt=0).select_related("ancestor")
    above = {path.ancestor: path.depth for path in paths}
    ancestors_named = named_units(above, on, depths={unit_above.pk: depth for unit_above, depth in above.items()})
    return sorted(ancestors_named, key=lambda unit_above: -unit_above.depth)


def named_path(units: QuerySet[Unit], on: date) -> list[NamedUnit]:
    """Return the path from the root down to the one unit of this queryset, itself included, with the names of a day.

    Empty where the queryset has no unit, or its unit does not exist on that day. One statement.
    """
    try:
        unit_ids, parameters = hot_reads.compiled(units.order_by().values("pk"))
    except EmptyResultSet:
        return []
    source = f"""
        FROM units_unitpath p JOIN units_unit u ON u.id = p.ancestor_id
        JOIN units_unitname n ON n.unit_id = u.id AND n.since <= %s AND (n.until IS NULL OR n.until > %s)
        WHERE p.unit_id IN ({unit_ids}) AND p.since <= %s AND (p.until IS NULL OR p.until > %s) ORDER BY p.depth DESC
    """
    columns = (("u", Unit, UNIT_COLUMNS), ("n", UnitName, _NAME[:3]), ("p", UnitPath, ("depth",)))
    rows = hot_reads.read_joined(columns, source, [on, on, *parameters, on, on])
    return [NamedUnit(unit_of_row(row[:7]), *row[7:]) for row in rows]


def units_above(unit: Unit, on: date) -> Combinable:
    """Return a subquery, for `__in`, of the ids of the unit and all units above it on a day."""
    sql = (
        "SELECT p.ancestor_id FROM units_unitpath p"
        " WHERE p.unit_id = %s AND p.since <= %s AND (p.until IS NULL OR p.until > %s)"
    )
    return hot_reads.subquery(sql, [unit.pk, on, on])


def units_below_on(unit: Unit, on: date) -> Combinable:
    """Return a subquery, for `__in`, of the ids of the unit and everything below it on a day."""
    sql = (
        "SELECT p.unit_id FROM units_unitpath p"
        " WHERE p.ancestor_id = %s AND p.since <= %s AND (p.until IS NULL OR p.until > %s)"
    )
    return hot_reads.subquery(sql, [unit.pk, on, on])


def subtree(unit: Unit, on: date | None = None) -> list[NamedUnit]:
    """Return the unit and everything below it on a day in tree order, each unit before its children; one statement."""
    return subtrees([unit.pk], on)[unit.pk]


def subtrees(root_ids: Iterable[UUID], on: date | None = None) -> dict[UUID, list[NamedUnit]]:
    """Return the subtree of each of these units on a day, empty where the unit did not exist; one statement for all."""
    day = on or clock.today()
    trees: dict[UUID, dict[UUID, NamedUnit]] = {root_id: {} for root_id in root_ids}
    if not trees:
        return {}
    # SQL of our own: lists and forms read it to offer units, and the ORM takes longer to build it than the engine to run it.
    source = f"""
        FROM units_unitpath p JOIN units_unit u ON u.id = p.unit_id
        LEFT JOIN units_unitlink l ON l.unit_id = u.id AND l.since <= %s AND (l.until IS NULL OR l.until > %s)
        LEFT JOIN units_unitname n ON n.unit_id = u.id
        WHERE p.ancestor_id IN ({database.placeholders(trees)}) AND p.since <= %s AND (p.until IS NULL OR p.until > %s)
        ORDER BY n.since
    """
    columns = (
        ("p", UnitPath, ("ancestor", "depth")),
        ("l", UnitLink, ("parent",)),
        ("n", UnitName, _NAME),
        ("u", Unit, UNIT_COLUMNS),
    )
    parents: dict[UUID, UUID] = {}
    units: dict[UUID, Unit] = {}
    for row in hot_reads.read_joined(columns, source, [day, day, *trees, day, day]):
        root_id, depth, parent_id, name, short_name, sort_key, named_since, unit_id = row[:8]
        tree = trees[root_id]
        if unit_id in tree and as_date(named_since) > day:
            # A name of a later day is used only if there is none of this day.
            continue
        unit = units.get(unit_id)
        if unit is None:
            unit = units[unit_id] = unit_of_row(row[7:])
        tree[unit_id] = NamedUnit(unit, name or unit.code, short_name or unit.code, sort_key or unit.code, depth)
        parents[unit_id] = parent_id
    return {root_id: _in_reading_order(list(tree.values()), parents) for root_id, tree in trees.items()}


def _in_reading_order(tree: list[NamedUnit], parents: Mapping[UUID, UUID]) -> list[NamedUnit]:
    """Return the units of a tree depth first, siblings by their sort keys; the root has depth 0."""
    children_of: dict[UUID | None, list[NamedUnit]] = {}
    for unit in sorted(tree, key=lambda unit: (unit.sort_key, unit.code)):
        children_of.setdefault(parents[unit.id] if unit.depth else None, []).append(unit)
    ordered: list[NamedUnit] = []
    waiting = children_of.get(None, [])
    while waiting:
        unit = waiting.pop()
        ordered.append(unit)
        waiting.extend(reversed(children_of.get(unit.id, [])))
    return ordered


def subtree_ids(unit: Unit, on: date | None = None) -> set[UUID]:
    """Return the ids of the unit and everything below it on a day."""
    paths = UnitPath.objects.filter(in_effect(on or clock.today()), ancestor=unit)
    return set(paths.values_list("unit_id", flat=True))


def subtree_ids_today(root_ids: Iterable[UUID]) -> dict[UUID, set[UUID]]:
    """Return for each of these units the ids of the units of its present subtree, itself included; one statement for all."""
    below: dict[UUID, set[UUID]] = {root_id: set() for root_id in root_ids}
    paths = UnitPath.objects.filter(in_effect(clock.today()), ancestor_id__in=below)
    for root_id, unit_id in paths.values_list("ancestor_id", "unit_id"):
        below[root_id].add(unit_id)
    return below


def is_below(unit: Unit, ancestor: Unit, on: date | None = None) -> bool:
    """Return whether the unit is below the other, or the other itself, on a day."""
    return UnitPath.objects.filter(in_effect(on or clock.today()), unit=unit, ancestor=ancestor).exists()


def branches(unit: Unit, on: date | None = None) -> list[NamedUnit]:
    """Return the branches below the unit in reading order; a branch itself if the unit is one."""
    day = on or clock.today()
    below = UnitPath.objects.filter(in_effect(day), ancestor=unit).values("unit_id")
    return named_units(Unit.objects.filter(pk__in=below, kind=UnitKind.BRANCH), on)


def root_of(unit: Unit, on: date | None = None) -> Unit:
    """Return the root above the unit on a day; the unit itself when nothing is above it."""
    paths = UnitPath.objects.filter(in_effect(on or clock.today()), unit=unit).select_related("ancestor")
    top = paths.order_by("-depth").first()
    return top.ancestor if top else unit


def ended_children(unit: Unit, first: date, on: date) -> list[tuple[NamedUnit, date]]:
    """Return the units that were directly below since `first` and no longer are, with the day each left.

    A parent still lists them, because they did part of its work.
    """
    links = UnitLink.objects.filter(parent=unit, until__gt=first, until__lte=on).exclude(
        unit__in=UnitLink.objects.filter(in_effect(on), parent=unit).values("unit_id")
    )
    left: dict[UUID, date] = {}
    for child, until in links.values_list("unit_id", "until"):
        if until is not None:
            left[child] = max(until, left.get(child, until))
    return [(child, left[child.id]) for child in named_units(Unit.objects.filter(pk__in=left), on)]


def changes_below(unit: Unit, first: date, on: date) -> QuerySet[UnitLink]:
    """Return the links by which anything came directly below the unit or left it after `first`.

    Links of ended units whose work it continues are included, if they ended since.
    """
    own = Q(parent=unit) & (Q(since__gt=first, since__lte=on) | Q(until__gt=first, until__lte=on))
    carried_on = Q(unit__successor=unit, unit__until__gt=first, unit__until__lte=on)
    return UnitLink.objects.filter(own | carried_on)


def changes_below_sql(unit: Unit, first: date, on: date) -> tuple[str, list[Any]]:
    """Return `changes_below` as SQL and parameters, for an EXISTS in a statement that nearly every page reads."""
    sql = """
        SELECT 1 FROM units_unitlink c JOIN units_unit e ON e.id = c.unit_id
        WHERE (c.parent_id = %s AND (c.since > %s AND c.since <= %s OR c.until > %s AND c.until <= %s))
        OR (e.successor_id = %s AND e.until > %s AND e.until <= %s)
    """
    return sql, [unit.pk, first, on, first, on, unit.pk, first, on]


def predecessors(unit: Unit, on: date | None = None) -> list[NamedUnit]:
    """Return the ended units whose work this one continues on a day, also through its predecessors; latest end first."""
    day = on or clock.today()
    ended_by_id: dict[UUID, Unit] = {}
    layer = {unit.pk}
    while layer:
        ended = Unit.objects.filter(successor__in=layer, until__lte=day).exclude(pk__in=ended_by_id)
        new = {ended_unit.pk: ended_unit for ended_unit in ended}
        ended_by_id |= new
        layer = set(new)
    return sorted(
        named_units(ended_by_id.values(), day),
        key=lambda ended_unit: (ended_unit.unit.until or day, ended_unit.sort_key),
        reverse=True,
    )


def successor_on(unit: Unit, on: date) -> Unit:
    """Return the unit, or where it had ended by a day the one that went on with its work then.

    A result of that day is credited to it: a day on which a unit was no more reaches no figure.
    """
    while unit.until is not None and unit.until <= on and (following := unit.successor or unit.keeper) is not None:
        unit = following
    return unit


def unit_of_days(unit: Unit, days: Iterable[date]) -> Unit:
    """Return the unit for which records of a unit on these days are written: itself, or from its end on its successor.

    Refused for days on both sides of the end: records of each side are written by themselves.
    """
    if unit.until is None:
        return unit
    found = {successor_on(unit, day) for day in days} or {keeping_unit(unit)}
    if len(found) > 1:
        message = _("Unit %(unit)s ended between these days; record each side of its end by itself.")
        raise Refused(Problem("unit-ended-between", message % {"unit": unit.code}))
    return found.pop()


def keeping_unit(unit: Unit) -> Unit:
    """Return the unit, or where it has ended the one that keeps its records."""
    while unit.until is not None and unit.keeper is not None:
        unit = unit.keeper
    return unit


def roots(on: date | None = None) -> list[NamedUnit]:
    """Return the units with nothing above them on a day."""
    day = on or clock.today()
    below = UnitLink.objects.filter(in_effect(day)).values("unit_id")
    return named_units(Unit.objects.filter(in_effect(day)).exclude(pk__in=below), on)


def neighbourhoods(unit: Unit, on: date | None = None) -> list[Neighbourhood]:
    """Return the unit's neighbourhoods (khu phố, ấp, khóm) on a day, by number and name."""
    areas = Neighbourhood.objects.filter(in_effect(on or clock.today()), unit=unit)
    return sorted(areas, key=lambda area: natural_key(area.name))


def neighbourhoods_below(unit: Unit, on: date | None = None) -> list[Neighbourhood]:
    """Return the neighbourhoods of the unit and of all units below it on a day, unordered, in one statement."""
    day = on or clock.today()
    below = UnitPath.objects.filter(in_effect(day), ancestor=unit).values("unit_id")
    return list(Neighbourhood.objects.filter(in_effect(day), unit__in=below))
