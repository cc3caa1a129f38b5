"""The context of a unit in a programme: units below it, units that left it, and the ended units whose work it continues.

If the tree did not change around the unit since the programme began, these are just its children.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger.queries import Figure, Figures, children_figures
from doanso.lib import formats
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class UnitContext:
    """The units listed below a unit, those whose work it continues, and the contributions of the units below to its figure.

    `parts` is None where each contribution is simply the unit's own figure.
    """

    below: list[NamedUnit]
    predecessors: list[NamedUnit] = field(default_factory=list)
    parts: Mapping[tuple[UUID, str], Figure] | None = None

    @property
    def also(self) -> list[UUID]:
        """The units whose figures are included in the unit's own."""
        return [predecessor.id for predecessor in self.predecessors]

    def joined(self, unit: Unit, counts: Figures) -> Figures:
        """Return the figures of the unit including those it continues, and of each unit below its contribution."""
        combined = self.with_parts(counts)
        predecessor_ids = set(self.also)
        for (unit_id, code), figure in counts.items():
            if unit_id in predecessor_ids:
                combined[unit.pk, code] = _added(combined[unit.pk, code], figure)
        return combined

    def with_parts(self, counts: Figures) -> Figures:
        """Return the figures with those of the units below replaced by their contributions."""
        combined = Figures(counts)
        if self.parts is None:
            return combined
        child_ids = {child.id for child in self.below}
        for unit_id, code in counts:
            if unit_id in child_ids:
                combined[unit_id, code] = self.parts.get((unit_id, code), Figure())
        return combined


def unit_context(programme: Programme, unit: Unit, on: date, *, children: bool, changed: bool) -> UnitContext:
    """Return the units that make up a unit's figures in a programme on a day; a unit that left is listed with its last day.

    `changed` says whether the tree changed around the unit since the programme began (`TargetsInForce.tree_changed`); if it did
    not, the children take one statement, and there is nothing else to read.
    """
    below = units.children(unit, on) if children else []
    if not changed:
        return UnitContext(below)
    before = [
        named for named in units.predecessors(unit, on) if named.unit.until and named.unit.until > programme.first_day
    ]
    if not children:
        return UnitContext([], before)
    parts: dict[tuple[UUID, str], Figure] = {}
    left: dict[UUID, tuple[NamedUnit, date]] = {}
    for parent in [unit, *(named.unit for named in before)]:
        for key, figure in children_figures(book=programme.book, unit_id=parent.pk, on=on).items():
            parts[key] = _added(parts.get(key, Figure()), figure)
        for named, day in units.ended_children(parent, programme.first_day, on):
            left[named.id] = (named, max(day, left[named.id][1]) if named.id in left else day)
    current_ids = {named.id for named in below}
    former_children = [_with_last_day(named, day) for named, day in left.values() if named.id not in current_ids]
    return UnitContext(
        [*below, *sorted(former_children, key=lambda named: (named.sort_key, named.code))], before, parts
    )


def _with_last_day(unit: NamedUnit, left: date) -> NamedUnit:
    words = _("%(unit)s (until %(day)s)") % {"unit": unit.short_name, "day": formats.day(left - timedelta(days=1))}
    return replace(unit, short_name=words)


def _added(figure: Figure, other: Figure) -> Figure:
    g0, g1, g2, g3, g4 = (a + b for a, b in zip(figure.grades, other.grades, strict=True))
    return Figure((g0, g1, g2, g3, g4))
