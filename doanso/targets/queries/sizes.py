"""Numbers of members, households or shops of units, by which a target is divided."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from uuid import UUID

from doanso.ledger.queries import figures
from doanso.targets import rules
from doanso.targets.models import MEMBERS, Indicator, Programme, ProgrammeDraft, Split, Target, UnitSize
from doanso.units.models import Unit

type Area = tuple[UUID, UUID | None, str]
"""A unit, one of its neighbourhoods or None for the whole unit, and what is counted there."""


def stated_sizes(unit_ids: Collection[UUID], on: date | None = None) -> dict[Area, int]:
    """Return the newest number of each area of these units, as stated by a day; one statement."""
    sizes = UnitSize.objects.filter(unit_id__in=unit_ids).order_by("since", "stated_at", "pk")
    if on is not None:
        sizes = sizes.filter(since__lte=on)
    return {(size.unit_id, size.neighbourhood_id, size.kind): size.number for size in sizes}


def size_by_unit(numbers_by_area: Mapping[Area, int], kind: str) -> dict[UUID, int]:
    """Return each unit's number: the sum of its neighbourhoods, or else the number of the whole unit."""
    totals: dict[UUID, int] = {}
    for (unit_id, area, area_kind), number in numbers_by_area.items():
        if area_kind == kind and area is not None:
            totals[unit_id] = totals.get(unit_id, 0) + number
    for (unit_id, area, area_kind), number in numbers_by_area.items():
        if area_kind == kind and area is None:
            totals.setdefault(unit_id, number)
    return totals


def division_weights(programme: Programme, split: str, unit_ids: Collection[UUID], on: date) -> Mapping[UUID, int]:
    """Return the weight of each unit on a day, in at most two statements; units without a number are absent."""
    if split == Split.MEMBERS:
        counts = figures(book=programme.book, unit_ids=unit_ids, on=on)
        return {unit_id: counts[unit_id, MEMBERS].total for unit_id in unit_ids}
    if split in (Split.HOUSEHOLDS, Split.SHOPS):
        return size_by_unit(stated_sizes(unit_ids, on), split)
    return dict.fromkeys(unit_ids, 1) if split == Split.EQUAL else {}


def previously_given(indicator: Indicator, unit: Unit, unit_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what the unit last gave to these units in the programme whose division the indicator's programme carries over.

    The indicator of the same code and kind is meant. One statement; empty where nothing is carried over or was given.
    """
    carried_from = ProgrammeDraft.objects.filter(programme=indicator.programme, carries_division=True)
    targets = Target.objects.filter(
        indicator__programme__in=carried_from.values("copied_from"),
        indicator__code=indicator.code,
        indicator__kind=indicator.kind,
        allocation__unit=unit,
        unit_id__in=list(unit_ids),
    ).order_by("version")
    values = dict(targets.values_list("unit_id", "value"))
    return values if any(values.values()) else {}


def divide_target(owed: int, measures: Sequence[int]) -> list[int]:
    """Return a target in parts that sum to it exactly; all zero if there is nothing to divide by."""
    return rules.divide_by_weights(owed, measures) or [0] * len(measures)
