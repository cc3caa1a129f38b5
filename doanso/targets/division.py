"""The table on which a target is divided: numbers by a rule or as typed, and their sum."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext as _

from doanso.lib.number_field import parse_number
from doanso.targets import queries, rules
from doanso.targets.actions import Part
from doanso.targets.models import Indicator, Split
from doanso.targets.queries import GivenTarget, IndicatorProgress
from doanso.targets.queries.figures import SHARES
from doanso.targets.rules import SumCheck
from doanso.units.queries import NamedUnit


@dataclass(slots=True)
class DivisionLine:
    """One unit below: its current target, its weight, and its new part."""

    unit: NamedUnit
    now: GivenTarget | None
    weight: int | None
    value: int | None = None
    typed: str = ""
    error: str = ""

    @property
    def name(self) -> str:
        """The name of the input."""
        return f"value-{self.unit.code}"

    @property
    def shown(self) -> str:
        """The text of the input: what was typed, or the number."""
        return self.typed or ("" if self.value is None else str(self.value))

    @property
    def now_value(self) -> int | None:
        """The unit's current target."""
        return self.now.target.value or None if self.now is not None else None


@dataclass(slots=True)
class Division:
    """All units below, in reading order."""

    indicator: Indicator
    owed: int
    split: str
    lines: list[DivisionLine]
    sizes: Mapping[UUID, int] = field(default_factory=dict)
    """For shares, the denominator of each unit."""

    @property
    def is_share(self) -> bool:
        """Whether values are per cent, where an empty value inherits the target of the unit above."""
        return self.indicator.kind in SHARES

    @property
    def shown_values(self) -> str:
        """The displayed values, to detect whether they are unchanged when the form comes back."""
        return ",".join("" if line.value is None else str(line.value) for line in self.lines)

    @property
    def unmeasured(self) -> list[DivisionLine]:
        """The units whose weight is unknown."""
        return [line for line in self.lines if line.weight is None] if self.split != Split.HAND else []

    @property
    def is_valid(self) -> bool:
        """Whether every typed value is a number."""
        return not any(line.error for line in self.lines)

    @property
    def check(self) -> SumCheck | None:
        """The sum of the values against the unit's target."""
        if self.is_share:
            shares = [(line.value or self.owed, self.sizes.get(line.unit.id, 0)) for line in self.lines]
            return rules.share_check(self.owed, shares)
        return rules.sum_check(self.owed, [line.value for line in self.lines])

    def divide(self) -> None:
        """Fill the values by the rule; with `hand` they stay the units' current targets."""
        parts = None
        if not self.is_share and self.split != Split.HAND:
            parts = rules.divide_by_weights(self.owed, [line.weight or 0 for line in self.lines])
        for place, line in enumerate(self.lines):
            line.value = parts[place] if parts is not None else line.now_value

    def read(self, sent: QueryDict) -> None:
        """Read the typed values from the request."""
        most = rules.LARGEST_PERCENT if self.is_share else rules.LARGEST_TARGET
        for line in self.lines:
            line.typed = sent.get(line.name, "").strip()[:20]
            line.value = parse_number(line.typed) if line.typed else None
            if line.typed and (line.value is None or line.value > most):
                line.error = _("Enter a whole number, for example 1250.")

    def is_by_rule(self) -> bool:
        """Return whether the values are exactly what the rule computes from the weights."""
        if self.split == Split.HAND or self.is_share:
            return True
        parts = rules.divide_by_weights(self.owed, [line.weight or 0 for line in self.lines])
        return parts == [line.value or 0 for line in self.lines]

    def parts(self) -> list[Part]:
        """Return the parts to give; an empty value gives the unit no target of its own."""
        return [Part(line.unit.id, line.value or 0, line.weight) for line in self.lines]


def divide_among_children(
    indicator: Indicator,
    own_progress: IndicatorProgress,
    below: Sequence[queries.UnitProgress],
    split: str,
    on: date,
    previous: Mapping[UUID, int],
) -> Division:
    """Return the division table of a unit with the progress `own_progress`; three statements.

    `previous` are the targets that the programme before had given to the units below.
    """
    ids = [child.unit.id for child in below]
    now = queries.newest_targets(indicator, ids)
    weights = previous if split == Split.PREVIOUS else queries.division_weights(indicator.programme, split, ids, on)
    return Division(
        indicator=indicator,
        owed=own_progress.target or 0,
        split=split,
        lines=[DivisionLine(child.unit, now.get(child.unit.id), weights.get(child.unit.id)) for child in below],
        sizes={child.unit.id: child.by_code(indicator.code).denominator or 0 for child in below},
    )
