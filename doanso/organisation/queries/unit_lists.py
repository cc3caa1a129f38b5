"""Read lists of units: the verdicts on their rows, the tree afterwards, and the tree as a workbook's rows."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.organisation import policy, unit_sheets
from doanso.organisation.models import UnitList
from doanso.organisation.rules.unit_rows import FIELDS, UNKNOWN, JudgedList, KnownUnit, UnitListRow, judge
from doanso.units import proposals
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


def list_to_see(actor: User, pk: UUID) -> UnitList | None:
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


@dataclass(slots=True)
class TreeNode:
    """A unit of the tree after the import; `branches` counts those below it, `new` whether it or one below it is new."""

    name: str
    kind: str
    is_new: bool
    children: "list[TreeNode]" = field(default_factory=list)
    branches: int = 0
    new: int = 0


def tree_after(judged: JudgedList, known: Sequence[KnownUnit]) -> TreeNode:
    """Return the tree as it would be after the import, from the unit for which the list is imported."""
    nodes: dict[str, TreeNode] = {}
    order: list[tuple[str, str]] = []
    for unit in known:
        nodes[unit.code] = TreeNode(unit.name, unit.kind, is_new=False)
        order.append((unit.code, unit.parent))
    for new in judged.units:
        nodes[new.code] = TreeNode(new.name, new.kind, is_new=True)
        order.append((new.code, new.parent))
    for code, parent in order:
        if parent in nodes:
            nodes[parent].children.append(nodes[code])
    for code, parent in reversed(order):
        node = nodes[code]
        node.new += node.is_new
        if parent in nodes:
            nodes[parent].new += node.new
            nodes[parent].branches += node.branches + (node.kind == UnitKind.BRANCH)
    return nodes[order[0][0]]


@dataclass(frozen=True, slots=True)
class AlikeFaults:
    """Rows that name the same unknown unit above: a value that mends them all, or else a committee that could be added."""

    written: str
    suggestion: str
    rows: int

    @property
    def may_be_added(self) -> bool:
        """Whether the name is that of a committee, which only lacks a row of its own."""
        kind = proposals.proposed_kind(self.written)
        return not self.suggestion and kind is not None and kind != UnitKind.BRANCH


def alike_faults(judged: JudgedList) -> list[AlikeFaults]:
    """Return the unknown units above that rows name, the most frequent first."""
    named = [
        (row.row.parent, row.fault.suggestion)
        for row in judged.rows
        if row.fault is not None and row.fault.field == "parent" and row.fault.code == UNKNOWN
    ]
    return [AlikeFaults(written, suggestion, rows) for (written, suggestion), rows in Counter(named).most_common()]


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


def faulty_rows(judged: JudgedList) -> Iterator[list[str]]:
    """Yield the rows that cannot be imported yet as they were typed, each with what is wrong."""
    for row in judged.rows:
        if row.fault is not None:
            yield [*(getattr(row.row, name) for name in FIELDS), row.fault.message]
