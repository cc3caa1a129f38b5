"""Judge the rows of a list of units: what each would become, and what must be mended first. Plain values only.

Rows may stand in any order. The unit above a row is named by a code or a name, of the list or of the tree; a branch without one
belongs to the committee above it in the list, any other unit to the unit for which the list is imported.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from functools import cached_property

from django.utils.translation import gettext as _

from doanso.lib import dates, formats, vietnamese
from doanso.lib.problems import Refused
from doanso.organisation import rules
from doanso.organisation.unit_words import NAMELESS, TOP_WORDS, expand_abbreviations, tidied_name
from doanso.units import proposals
from doanso.units.actions import NewUnit
from doanso.units.models import UnitKind

FIELDS = ("name", "kind", "parent", "code", "short_name", "since", "neighbourhoods")
"""What a row may say, in the order of our own workbooks."""


@dataclass(frozen=True, slots=True)
class UnitListRow:
    """A row of the list as it was typed; `number` is Excel's."""

    number: int
    name: str
    kind: str = ""
    parent: str = ""
    code: str = ""
    short_name: str = ""
    since: str = ""
    neighbourhoods: str = ""


@dataclass(frozen=True, slots=True)
class KnownUnit:
    """A unit of the tree. `parent` is the code of the unit above, empty for the one for which the list is imported."""

    code: str
    kind: str
    name: str
    short_name: str
    parent: str
    since: date


DEEPEST = 12
"""The most levels below the unit for which a list is imported."""
_MOST_OPEN = 100
UNKNOWN, WAITS = "unknown", "waits"
"""Codes of faults: the unit above is not found; the unit above must be mended first."""


class UnitRowVerdict(StrEnum):
    """What becomes of a row; a waiting one is good itself, and the unit above it must be mended first."""

    NEW = "new"
    EXISTING = "existing"
    FAULT = "fault"
    WAITING = "waiting"
    LEFT_OUT = "left-out"


@dataclass(frozen=True, slots=True)
class RowFault:
    """Why a row cannot be imported: the field to mend, what is wrong, and a value that would probably mend it, if any."""

    field: str
    message: str
    suggestion: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row with its verdict. The values are those of the unit that exists or would be created; empty where unknown."""

    row: UnitListRow
    verdict: UnitRowVerdict
    kind: str = ""
    name: str = ""
    short_name: str = ""
    code: str = ""
    parent: str = ""
    parent_name: str = ""
    since: date | None = None
    neighbourhoods: tuple[str, ...] = ()
    fault: RowFault | None = None

    @property
    def kind_label(self) -> str:
        """Label of the kind; what was typed where it is unknown."""
        return UnitKind(self.kind).label if self.kind else self.row.kind


@dataclass(frozen=True, slots=True)
class JudgedList:
    """The rows of a list in their order, and the units that would be created, each after its parent."""

    rows: list[JudgedRow]
    units: list[NewUnit]

    def count(self, verdict: UnitRowVerdict) -> int:
        """Return the number of rows with a verdict."""
        return sum(judged.verdict == verdict for judged in self.rows)


def judge(
    rows: Sequence[UnitListRow],
    *,
    known: Sequence[KnownUnit],
    top: str,
    above: Sequence[str],
    taken: set[str],
    since: date,
    today: date,
    left_out: frozenset[int] = frozenset(),
) -> JudgedList:
    """Return the verdicts on all rows.

    `known` is the tree below and with the unit `top` (a code), `above` the names above it, `taken` all codes in use, `since` the
    first day of units for which the list gives none.
    """
    judge_ = _Judge(rows, known, top, above, taken, since, today, left_out)
    return judge_.result()


def _keys(name: str, short_name: str = "") -> list[str]:
    """Return the keys by which a unit may be named, the surest first."""
    short = short_name or proposals.proposed_short_name(name)
    folded = vietnamese.fold(short)
    bare = re.sub(r"^(phuong|xa|thi tran|truong|khoi) (?=[a-z])", "", folded)
    keys = [vietnamese.name_key(name), vietnamese.name_key(short), vietnamese.fold(name), folded, bare]
    return list(dict.fromkeys(keys))


@dataclass(slots=True)
class _Node:
    """One unit that the tree would have: a known one, or the first row that states it."""

    known: KnownUnit | None = None
    row: int = -1
    parent: "_Node | None" = None
    fault: RowFault | None = None
    kind: str = ""
    name: str = ""
    short_name: str = ""
    code: str = ""
    since: date | None = None
    neighbourhoods: tuple[str, ...] = ()
    children: dict[str, "_Node"] = field(default_factory=dict)


class _Judge:
    """Resolves the rows to nodes, each after the node above it."""

    def __init__(
        self,
        rows: Sequence[UnitListRow],
        known: Sequence[KnownUnit],
        top: str,
        above: Sequence[str],
        taken: set[str],
        since: date,
        today: date,
        left_out: frozenset[int],
    ) -> None:
        self._rows = [_tidied(row) for row in rows]
        self._kinds = [proposals.proposed_kind(row.kind) or proposals.proposed_kind(row.name) for row in self._rows]
        self._above, self._taken, self._since, self._today = list(above), set(taken), since, today
        self._left_out = left_out
        self._known = {
            unit.code: _Node(
                unit, kind=unit.kind, name=unit.name, short_name=unit.short_name, code=unit.code, since=unit.since
            )
            for unit in known
        }
        self._top = self._known[top]
        for unit in known:
            if unit.parent in self._known:
                node = self._known[unit.code]
                node.parent = self._known[unit.parent]
                for key in _keys(unit.name, unit.short_name)[:2]:
                    node.parent.children.setdefault(key, node)
        self._by_code: dict[str, int] = {}
        self._rows_by_key: dict[str, list[int]] = defaultdict(list)
        self._known_by_key: dict[str, list[_Node]] = defaultdict(list)
        for index, row in enumerate(self._rows):
            if row.number in left_out or not row.name:
                continue
            if row.code:
                self._by_code.setdefault(row.code, index)
            for key in _keys(row.name, row.short_name):
                self._rows_by_key[key].append(index)
        for node in self._known.values():
            for key in _keys(node.name, node.short_name):
                self._known_by_key[key].append(node)
        self._nodes: dict[int, _Node] = {}
        self._open: list[int] = []

    def result(self) -> JudgedList:
        for index in range(len(self._rows)):
            if self._rows[index].number not in self._left_out:
                self._node(index)
        created = self._created()
        self._propose(created)
        judged = [self._judged(index) for index in range(len(self._rows))]
        units = [
            NewUnit(
                code=node.code,
                kind=node.kind,
                name=node.name,
                short_name=node.short_name,
                parent=node.parent.code if node.parent else "",
                since=node.since or self._since,
                neighbourhoods=node.neighbourhoods,
            )
            for node in created
        ]
        return JudgedList(judged, units)

    # --- Nodes --------------------------------------------------------------------------------------------------------

    def _node(self, index: int) -> _Node:
        """Return the node of a row; a row that is its own ancestor gets a fault."""
        if index in self._nodes:
            return self._nodes[index]
        if index in self._open:
            return self._circle(index)
        if len(self._open) > _MOST_OPEN:
            fault = RowFault("parent", _("It would stand more than %(levels)s levels deep.") % {"levels": DEEPEST})
            return self._nodes.setdefault(index, _Node(row=index, fault=fault, name=self._rows[index].name))
        self._open.append(index)
        node = self._new_node(index)
        self._open.pop()
        # A row of a circle was given its node meanwhile.
        return self._nodes.setdefault(index, node)

    def _circle(self, index: int) -> _Node:
        circle = self._open[self._open.index(index) :]
        names = ", ".join(str(self._rows[number].number) for number in sorted(circle))
        fault = RowFault(
            "parent", _("Rows %(rows)s are above each other; one of them must belong elsewhere.") % {"rows": names}
        )
        for number in circle:
            row = self._rows[number]
            self._nodes[number] = _Node(row=number, fault=fault, name=row.name, short_name=row.short_name)
        return self._nodes[index]

    def _new_node(self, index: int) -> _Node:
        row = self._rows[index]
        kind = self._kinds[index]
        node = _Node(row=index, kind=kind or "", name=row.name, short_name=row.short_name)
        if row.code and row.code in self._known:
            return self._known[row.code]
        if not row.parent and row.name and self._is_top(row.name):
            return self._top
        above = self._parent(index, row, kind)
        if index in self._nodes:
            return self._nodes[index]
        if isinstance(above, RowFault):
            node.fault = self._own_fault(row, kind) or above
            return node
        key = vietnamese.name_key(row.name)
        short_key = vietnamese.name_key(row.short_name or proposals.proposed_short_name(row.name))
        is_named = bool(row.name) and vietnamese.fold(row.name) not in NAMELESS
        same = above.children.get(key) or above.children.get(short_key)
        if same is not None and is_named:
            if same.known is not None:
                return same
            node.parent = above
            node.fault = RowFault("name", _("The same as row %(row)s.") % {"row": self._rows[same.row].number})
            return node
        node.parent = above
        node.fault = self._own_fault(row, kind) or self._place_fault(index, above)
        if is_named:
            above.children[key] = node
            above.children.setdefault(short_key, node)
        return node

    def _is_top(self, name: str) -> bool:
        """Return whether a name is that of the list's own unit, or the word by which a list means it."""
        return vietnamese.name_key(name) in _keys(self._top.name, self._top.short_name)[:2] or (
            vietnamese.fold(name) in TOP_WORDS.get(self._top.kind, ())
        )

    def _parent(self, index: int, row: UnitListRow, kind: str | None) -> "_Node | RowFault":
        if not row.parent:
            if kind != UnitKind.BRANCH:
                return self._top
            for before in range(index - 1, -1, -1):
                if self._kinds[before] != UnitKind.BRANCH and self._rows[before].number not in self._left_out:
                    return self._node(before)
            return self._top
        code = row.parent.lower()
        if code in self._known:
            return self._known[code]
        if code in self._by_code and self._by_code[code] != index:
            return self._node(self._by_code[code])
        for key in _keys(row.parent):
            found = self._named(key, index)
            if index in self._nodes:
                return self._nodes[index]
            if len(found) == 1:
                return found[0]
            if found:
                message = _("%(count)s units are called “%(name)s”; write the code of the one that is meant.")
                return RowFault("parent", message % {"count": len(found), "name": row.parent})
        if vietnamese.fold(row.parent) in TOP_WORDS.get(self._top.kind, ()):
            return self._top
        return self._unknown_parent(row)

    def _unknown_parent(self, row: UnitListRow) -> RowFault:
        if vietnamese.name_key(row.parent) == vietnamese.name_key(row.name):
            return RowFault("parent", _("The row names itself as the unit above; write the one above it."))
        message = _("“%(name)s” is not found") % {"name": row.parent}
        return RowFault("parent", message, self._suggestion(row.parent), UNKNOWN)

    def _named(self, key: str, index: int) -> list[_Node]:
        """Return the different units that a key may mean, committees rather than branches."""
        nodes = list(self._known_by_key.get(key, []))
        numbers = [number for number in self._rows_by_key.get(key, []) if number != index]
        committees = [number for number in numbers if self._kinds[number] != UnitKind.BRANCH]
        nodes += [self._node(number) for number in (committees if committees or nodes else numbers)]
        distinct: list[_Node] = []
        for node in nodes:
            twin = (
                node.parent.children.get(vietnamese.name_key(node.name)) if node.parent and node.known is None else None
            )
            node = twin or node
            if all(node is not other for other in distinct):
                distinct.append(node)
        return [node for node in distinct if node.kind != UnitKind.BRANCH] or distinct

    @cached_property
    def _committees(self) -> dict[str, str]:
        """Names of all committees of the tree and the list, by their folded short names."""
        nodes = [node for node in self._known.values() if node.kind != UnitKind.BRANCH]
        names = {vietnamese.fold(node.short_name): node.name for node in nodes}
        for row, kind in zip(self._rows, self._kinds, strict=True):
            if row.name and kind != UnitKind.BRANCH and row.number not in self._left_out:
                names.setdefault(vietnamese.fold(row.short_name or proposals.proposed_short_name(row.name)), row.name)
        return names

    def _suggestion(self, written: str) -> str:
        """Return the name of the one committee that was probably meant; empty without one."""
        names = self._committees
        wanted = re.sub(r"^(thanh doan|tinh doan|doan co so|doan) ", "", expand_abbreviations(written))
        if wanted in names:
            return names[wanted]
        close = difflib.get_close_matches(wanted, list(names), n=2, cutoff=0.82)
        # “Phuong 4” is nearly “phuong 5”: a different number is a different unit.
        digits = re.findall(r"\d+", wanted)
        alike = [name for name in close if re.findall(r"\d+", name) == digits]
        return names[alike[0]] if len(alike) == 1 else ""

    # --- Faults -------------------------------------------------------------------------------------------------------

    def _own_fault(self, row: UnitListRow, kind: str | None) -> RowFault | None:
        if not row.name:
            return RowFault("name", _("The unit has no name."))
        if vietnamese.fold(row.name) in NAMELESS:
            return RowFault("name", _("Which one? Write the whole name, for instance Đoàn xã Tân Hương."))
        if kind is None:
            return RowFault("kind", _("It is not clear what kind of unit this is."))
        short_name = row.short_name or proposals.proposed_short_name(row.name)
        problem = rules.new_unit_problem(
            code=row.code or "a", kind=kind, name=row.name, short_name=short_name, neighbourhoods=_areas(row)
        )
        if problem is not None:
            return RowFault(problem.field, problem.message)
        if row.since:
            try:
                since = dates.parse_day(row.since)
            except Refused as refused:
                return RowFault("since", refused.problem.message)
            if since > self._today:
                return RowFault("since", _("The day lies ahead; record the unit when the day has come."))
        return None

    def _place_fault(self, index: int, above: _Node) -> RowFault | None:
        row = self._rows[index]
        if above.fault is not None:
            message = _("The unit above, in row %(row)s, must be mended first.")
            return RowFault("parent", message % {"row": self._rows[above.row].number}, code=WAITS)
        depth, step = 1, above
        while step.parent is not None:
            depth, step = depth + 1, step.parent
        if depth > DEEPEST:
            return RowFault("parent", _("It would stand more than %(levels)s levels deep.") % {"levels": DEEPEST})
        if above.kind == UnitKind.BRANCH:
            return RowFault(
                "parent", _("“%(name)s” is a branch; nothing stands below a branch.") % {"name": above.name}
            )
        if row.since and above.since is not None and dates.parse_day(row.since) < above.since:
            message = _("The unit above has existed only since %(day)s.")
            return RowFault("since", message % {"day": formats.day(above.since)})
        if row.code and (row.code in self._taken or self._by_code.get(row.code) != index):
            return RowFault("code", _("This code is used by another unit."))
        return None

    # --- Values of new units --------------------------------------------------------------------------------------------

    def _created(self) -> list[_Node]:
        """Return the nodes to be created, each after its parent, in the order of the list."""
        ordered: list[_Node] = []
        placed: set[int] = set()

        def place(node: _Node) -> None:
            if node.known is not None or id(node) in placed:
                return
            placed.add(id(node))
            if node.parent is not None:
                place(node.parent)
            ordered.append(node)

        for index in range(len(self._rows)):
            node = self._nodes.get(index)
            if node is not None and node.known is None and node.fault is None:
                place(node)
        return ordered

    def _propose(self, created: Sequence[_Node]) -> None:
        taken = self._taken | {self._rows[node.row].code for node in created}
        for node in created:
            row, above = self._rows[node.row], node.parent or self._top
            node.since = dates.parse_day(row.since) if row.since else max(self._since, above.since or self._since)
            node.short_name = row.short_name or proposals.proposed_short_name(row.name)
            names, step = list(self._above), node.parent
            while step is not None:
                names.append(step.name)
                step = step.parent
            node.code = row.code or proposals.proposed_code(
                short_name=node.short_name,
                kind=node.kind,
                parent_code=above.code,
                above=names,
                on=node.since,
                taken=taken,
            )
            taken.add(node.code)
            node.neighbourhoods = _areas(row)
        counts: dict[str, int] = defaultdict(int)
        for node in [*self._known.values(), *created]:
            counts[vietnamese.name_key(node.name)] += 1
        for node in created:
            above = node.parent or self._top
            if counts[vietnamese.name_key(node.name)] > 1 and node.kind == UnitKind.BRANCH:
                node.name = f"{node.name}, {above.short_name}"[: rules.LONGEST["name"]]

    def _judged(self, index: int) -> JudgedRow:
        row = self._rows[index]
        if row.number in self._left_out:
            return JudgedRow(row, UnitRowVerdict.LEFT_OUT, name=row.name, parent_name=row.parent)
        node = self._nodes[index]
        parent_name = node.parent.name if node.parent else ""
        if node.known is not None:
            return JudgedRow(
                row, UnitRowVerdict.EXISTING, node.kind, node.name, node.short_name, node.code, parent_name=parent_name,
                parent=node.parent.code if node.parent else "", since=node.since,
            )  # fmt: skip
        if node.fault is not None:
            verdict = UnitRowVerdict.WAITING if node.fault.code == WAITS else UnitRowVerdict.FAULT
            return JudgedRow(row, verdict, node.kind, row.name, parent_name=row.parent or parent_name, fault=node.fault)
        above = node.parent or self._top
        return JudgedRow(
            row, UnitRowVerdict.NEW, node.kind, node.name, node.short_name, node.code, above.code, above.name, node.since,
            node.neighbourhoods,
        )  # fmt: skip


def _areas(row: UnitListRow) -> tuple[str, ...]:
    areas = [vietnamese.tidy_name(part) for part in re.split(r"[;,\n]", row.neighbourhoods)]
    return tuple(dict.fromkeys(area for area in areas if area))


def _tidied(row: UnitListRow) -> UnitListRow:
    code = re.sub(r"\.0$", "", row.code.strip()).lower()
    if re.fullmatch(r"[0-9 .]+", code):
        # The state's codes are digits alone; lists write 28 270 or 28.270, too.
        code = re.sub(r"[ .]", "", code)
    return replace(
        row,
        name=tidied_name(row.name, row.kind),
        parent=vietnamese.tidy_name(re.sub(r"\.0$", "", row.parent.strip())),
        short_name=vietnamese.tidy_name(row.short_name),
        code=code,
        kind=" ".join(row.kind.split()),
        since=" ".join(row.since.split()),
        neighbourhoods=" ".join(row.neighbourhoods.split()),
    )
