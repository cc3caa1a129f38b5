"""Read lists of units: the verdicts on their rows, the tree afterwards, and the tree as a workbook's rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.organisation import policy, unit_sheets
from doanso.organisation.models import UnitList
from doanso.organisation.rules.unit_rows import FIELDS, JudgedList, KnownUnit, UnitListRow, judge
from doanso.units import queries as trees
from doanso.units.models import Unit, UnitKind
from doanso.units.queries import NamedUnit

_OPEN_SHOWN = 5


def importable_lists(actor: User) -> QuerySet[UnitList]:
    """Return the lists that the actor may import."""
    return policy.CHANGE.filter(actor, UnitList.objects.select_related("unit", "started_by", "change"))


def open_lists(actor: User) -> list[UnitList]:
    """Return the latest lists that were neither imported nor discarded, without their cells."""
    waiting = importable_lists(actor).filter(finished_at=None).defer("cells", "fixes")
    return list(waiting.order_by("-started_at", "-pk")[:_OPEN_SHOWN])


def importable_list(actor: User, pk: UUID) -> UnitList | None:
    """Return one list if the actor may import it."""
    return importable_lists(actor).filter(pk=pk).first()


def rows_of(unit_list: UnitList) -> list[UnitListRow]:
    """Return the rows of a list as typed, with what was mended since."""
    rows = []
    for number, values in unit_sheets.values_of(unit_list.cells, unit_list.columns):
        fixed: dict[str, str] = unit_list.fixes.get(str(number), {})
        rows.append(UnitListRow(number, **({"name": ""} | values | fixed)))
    return rows


def known_units(top: Unit) -> list[KnownUnit]:
    """Return the tree below a unit and itself, each before its children."""
    tree = trees.subtree(top)
    parents = trees.parent_ids(unit.id for unit in tree)
    codes = {unit.id: unit.code for unit in tree}
    return [
        KnownUnit(
            unit.code,
            unit.kind,
            unit.name,
            unit.short_name,
            codes.get(parents.get(unit.id, unit.id), "") if unit.id != top.pk else "",
            unit.unit.since,
        )
        for unit in tree
    ]


def judged_list(unit_list: UnitList, known: Sequence[KnownUnit]) -> JudgedList:
    """Return the verdicts on the rows of a list, against the tree as it is now; no more statements for more rows."""
    return judge(
        rows_of(unit_list),
        known=known,
        top=unit_list.unit.code,
        above=[unit.name for unit in trees.ancestors(unit_list.unit)],
        taken=set(Unit.objects.values_list("code", flat=True)),
        since=unit_list.since,
        today=clock.today(),
        left_out=frozenset(unit_list.left_out),
    )


def sheet_rows(units: Iterable[NamedUnit]) -> Iterator[list[Any]]:
    """Yield the tree as rows of our own workbook, from which it can be imported again; the first unit is the root of it."""
    tree = list(units)
    parents = trees.parent_ids(unit.id for unit in tree)
    by_id = {unit.id: unit for unit in tree}
    twice = {name for name, count in Counter(unit.name for unit in tree).items() if count > 1}
    areas: dict[UUID, list[str]] = defaultdict(list)
    for area in trees.neighbourhoods_below(tree[0].unit):
        areas[area.unit_id].append(area.name)
    for unit in tree:
        parent = by_id.get(parents.get(unit.id, unit.id)) if unit.depth else None
        above = "" if parent is None else parent.code if parent.name in twice else parent.name
        values = {
            "name": unit.name,
            "kind": UnitKind(unit.kind).label,
            "parent": above,
            "code": unit.code,
            "short_name": unit.short_name,
            "since": unit.unit.since,
            "neighbourhoods": "; ".join(sorted(areas[unit.id], key=lambda name: (len(name), name))),
        }
        yield [values[name] for name in FIELDS]
