"""How many members, households or shops units have: what a target is divided by."""

from collections.abc import Collection, Mapping
from datetime import date
from uuid import UUID

from doanso.tally.queries import figures
from doanso.targets.models import Programme, Split, UnitSize
from doanso.targets.programme_file import MEMBERS
from doanso.units.models import Unit


def told_sizes(unit: Unit, kind: str) -> dict[UUID | None, int]:
    """The newest number of each of a unit's neighbourhoods, under None that of the whole unit."""
    told = UnitSize.objects.filter(unit=unit, kind=kind).order_by("since", "told_at", "pk")
    return {one.neighbourhood_id: one.number for one in told}


def weights(programme: Programme, split: str, unit_ids: Collection[UUID], on: date) -> Mapping[UUID, int]:
    """The number by which each unit is measured on a day, in at most two statements; none where nobody told one."""
    if split == Split.MEMBERS:
        counts = figures(book=programme.book, unit_ids=unit_ids, on=on)
        return {one: counts[one, MEMBERS].total for one in unit_ids}
    if split in (Split.HOUSEHOLDS, Split.SHOPS):
        return _sizes(split, unit_ids, on)
    return dict.fromkeys(unit_ids, 1) if split == Split.EQUAL else {}


def _sizes(kind: str, unit_ids: Collection[UUID], on: date) -> dict[UUID, int]:
    newest: dict[tuple[UUID, UUID | None], int] = {}
    told = UnitSize.objects.filter(unit_id__in=unit_ids, kind=kind, since__lte=on).order_by("since", "told_at", "pk")
    for one in told:
        newest[one.unit_id, one.neighbourhood_id] = one.number
    found: dict[UUID, int] = {}
    for (unit_id, area), number in newest.items():
        if area is not None:
            found[unit_id] = found.get(unit_id, 0) + number
    for (unit_id, area), number in newest.items():
        if area is None:
            found.setdefault(unit_id, number)
    return found
