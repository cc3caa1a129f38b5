"""What units owe on a day: the version of that day, their own or, for a share, that of the nearest unit above."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import OuterRef, Q, Subquery

from doanso.targets.models import Indicator, Programme, Target
from doanso.targets.queries.figures import SHARES
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath


@dataclass(frozen=True, slots=True)
class TargetInForce:
    """The targets of a unit, of those above it and of those directly below, with every version that has begun."""

    root_id: UUID
    path: Sequence[UUID]
    """The unit, then the units above it, nearest first."""
    indicators: Sequence[Indicator]
    versions: Mapping[tuple[UUID, UUID], Sequence[Target]]
    below: Sequence[UUID]
    """Units directly below that were ever given something."""

    def own(self, indicator: Indicator, unit_id: UUID, on: date) -> Target | None:
        """The unit's own version of a day; none where it owes nothing of its own."""
        begun = self.versions.get((indicator.pk, unit_id), ())
        current = next((version for version in reversed(begun) if version.since is None or version.since <= on), None)
        return current if current is not None and current.value else None

    def of(self, indicator: Indicator, unit_id: UUID, on: date) -> Target | None:
        """What the unit owes: its own target, or for a share that of the nearest unit above which has one."""
        own = self.own(indicator, unit_id, on)
        if own is not None or indicator.kind not in SHARES:
            return own
        above = self.path[1:] if unit_id == self.path[0] else self.path
        return next(
            (target for ancestor_id in above if (target := self.own(indicator, ancestor_id, on)) is not None), None
        )

    def begins(self) -> set[date]:
        """The days from which other versions of the unit's own or of what holds above it are owed."""
        return {
            version.since
            for (_indicator, unit_id), versions in self.versions.items()
            if unit_id in self.path
            for version in versions
            if version.since is not None
        }

    def given(self, indicator: Indicator, on: date) -> list[int | None]:
        """What the units directly below owe of their own."""
        targets = [self.own(indicator, item, on) for item in self.below]
        return [item.value if item is not None else None for item in targets]

    def whole(self, indicator: Indicator) -> Target:
        """What the programme's root owed first; every indicator is loaded with it."""
        return self.versions[indicator.pk, self.root_id][0]


def owed(programme: Programme, unit: Unit, on: date, known_by: datetime | None = None) -> TargetInForce:
    """Everything owed in and around a unit on a day, in one statement: every indicator has a target at the root.

    With `known_by`, without what was given after that moment, whatever the day from which it holds.
    """
    in_effect = Q(until=None) | Q(until__gt=on)
    above = UnitPath.objects.filter(in_effect, unit=unit, since__lte=on)
    below = units.children_queryset(unit, on).values("pk")
    depth = above.filter(ancestor=OuterRef("unit_id")).values("depth")[:1]
    targets = (
        Target.objects.filter(
            Q(since=None) | Q(since__lte=on),
            Q(unit_id__in=above.values("ancestor_id")) | Q(unit_id__in=below) | Q(unit=programme.root_id),
            *([Q(allocation=None) | Q(allocation__made_at__lte=known_by)] if known_by is not None else ()),
            indicator__programme=programme,
        )
        .select_related("indicator")
        .annotate(depth=Subquery(depth))
        .order_by("indicator__position", "version")
    )
    versions: dict[tuple[UUID, UUID], list[Target]] = defaultdict(list)
    indicators: dict[UUID, Indicator] = {}
    depths: dict[UUID, int] = {unit.pk: 0}
    for target in targets:
        indicators.setdefault(target.indicator_id, target.indicator)
        versions[target.indicator_id, target.unit_id].append(target)
        if target.depth is not None:
            depths[target.unit_id] = target.depth
    # A unit that stands nowhere on that day still has the root above it.
    depths.setdefault(programme.root_id, max(depths.values()) + 1)
    path = sorted(depths, key=lambda pk: depths[pk])
    lower = {unit_id for _indicator, unit_id in versions} - set(path)
    return TargetInForce(programme.root_id, path, list(indicators.values()), dict(versions), list(lower))
