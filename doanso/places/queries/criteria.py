"""Reads of criteria sets: the one in force for a kind and unit, drafts, and the versions a committee has published."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from doanso.places.kinds import PlaceKind
from doanso.places.models import CriteriaSet, Criterion, Place
from doanso.places.queries.places import keeping_unit
from doanso.units import queries as units
from doanso.units.models import Unit


def set_in_force(kind: PlaceKind, unit: Unit) -> CriteriaSet | None:
    """Return the newest published set of the unit's own committee or of the nearest one above, else the shipped one.

    None while no place of the kind has needed the shipped set yet (`actions.criteria.criteria_for` writes it then).
    """
    nearest_first = [unit.pk, *(named.id for named in reversed(units.ancestors(unit)) if named.id != unit.pk)]
    nearness = {unit_id: number for number, unit_id in enumerate(nearest_first)}
    published = CriteriaSet.objects.filter(kind=kind.code, published_at__isnull=False).filter(
        Q(owner__in=nearest_first) | Q(owner=None)
    )

    def rank(found: CriteriaSet) -> tuple[int, int]:
        return (len(nearness) if found.owner_id is None else nearness[found.owner_id], -found.version)

    return min(published, key=rank, default=None)


def all_sets() -> QuerySet[CriteriaSet]:
    """Return all sets with their committee and who published them, to be narrowed by a policy."""
    return CriteriaSet.objects.select_related("owner", "published_by")


def criteria_of(criteria_set: CriteriaSet) -> list[Criterion]:
    """Return the criteria of a set, in order."""
    return list(criteria_set.criteria.order_by("number"))


def draft_of(kind: PlaceKind, owner: Unit) -> CriteriaSet | None:
    """Return the committee's draft of a kind."""
    return CriteriaSet.objects.filter(kind=kind.code, owner=owner, published_at=None).first()


def newer_set(place: Place, kind: PlaceKind) -> CriteriaSet | None:
    """Return the set in force if it is another one than the place's."""
    found = set_in_force(kind, keeping_unit(place))
    return found if found is not None and found.pk != place.criteria_set_id else None


def next_version(kind: PlaceKind, owner: Unit | None) -> int:
    """Return the number of an owner's next version: the shipped set is version 1, the committee's own go on from there."""
    numbers: Sequence[int] = list(
        CriteriaSet.objects.filter(Q(owner=owner) | Q(owner=None), kind=kind.code).values_list("version", flat=True)
    )
    return max([*numbers, 0 if owner is None else 1]) + 1
