"""What the verdicts on a list of units amount to: the tree afterwards, faults that one value mends, rows to be given back."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from doanso.organisation.rules.unit_rows import FIELDS, UNKNOWN, JudgedList, KnownUnit
from doanso.units import proposals
from doanso.units.models import UnitKind


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


def faulty_rows(judged: JudgedList) -> Iterator[list[str]]:
    """Yield the rows that cannot be imported yet as they were typed, each with what is wrong."""
    for row in judged.rows:
        if row.fault is not None:
            yield [*(getattr(row.row, name) for name in FIELDS), row.fault.message]
