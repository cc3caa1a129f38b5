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
class Owed:
    """The targets of a unit, of those above it and of those directly below, with every version that has begun."""

    root_id: UUID
    way: Sequence[UUID]
    """The unit, then the units above it, nearest first."""
    indicators: Sequence[Indicator]
    versions: Mapping[tuple[UUID, UUID], Sequence[Target]]
    below: Sequence[UUID]
    """Units directly below that were ever given something."""

    def own(self, indicator: Indicator, unit_id: UUID, on: date) -> Target | None:
        """The unit's own version of a day; none where it owes nothing of its own."""
        begun = self.versions.get((indicator.pk, unit_id), ())
        found = next((one for one in reversed(begun) if one.since is None or one.since <= on), None)
        return found if found is not None and found.value else None

    def of(self, indicator: Indicator, unit_id: UUID, on: date) -> Target | None:
        """What the unit owes: its own target, or for a share that of the nearest unit above which has one."""
        own = self.own(indicator, unit_id, on)
        if own is not None or indicator.kind not in SHARES:
            return own
        above = self.way[1:] if unit_id == self.way[0] else self.way
        return next((found for one in above if (found := self.own(indicator, one, on)) is not None), None)

    def begins(self) -> set[date]:
        """The days from which other versions of the unit's own or of what holds above it are owed."""
        return {
            one.since
            for (_indicator, unit_id), versions in self.versions.items()
            if unit_id in self.way
            for one in versions
            if one.since is not None
        }

    def given(self, indicator: Indicator, on: date) -> list[int | None]:
        """What the units directly below owe of their own."""
        found = [self.own(indicator, one, on) for one in self.below]
        return [one.value if one is not None else None for one in found]

    def whole(self, indicator: Indicator) -> Target:
        """What the programme's root owed first; every indicator is loaded with it."""
        return self.versions[indicator.pk, self.root_id][0]


def owed(programme: Programme, unit: Unit, on: date, known_by: datetime | None = None) -> Owed:
    """Everything owed in and around a unit on a day, in one statement: every indicator has a target at the root.

    With `known_by`, without what was given after that moment, whatever the day from which it holds.
    """
    standing = Q(until=None) | Q(until__gt=on)
    above = UnitPath.objects.filter(standing, unit=unit, since__lte=on)
    below = units.children_queryset(unit, on).values("pk")
    depth = above.filter(ancestor=OuterRef("unit_id")).values("depth")[:1]
    found = (
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
    for target in found:
        indicators.setdefault(target.indicator_id, target.indicator)
        versions[target.indicator_id, target.unit_id].append(target)
        if target.depth is not None:
            depths[target.unit_id] = target.depth
    # A unit that stands nowhere on that day still has the root above it.
    depths.setdefault(programme.root_id, max(depths.values()) + 1)
    way = sorted(depths, key=lambda one: depths[one])
    lower = {unit_id for _indicator, unit_id in versions} - set(way)
    return Owed(programme.root_id, way, list(indicators.values()), dict(versions), list(lower))
