"""Reads of criteria sets: the one in force for a kind and unit, drafts, and the versions a committee has published."""

from collections.abc import Sequence

from django.db.models import F, FilteredRelation, Q, QuerySet

from doanso.lib import clock
from doanso.lib.dated_rows import in_effect
from doanso.places.kinds import PlaceKind
from doanso.places.models import CriteriaSet, Criterion, Place
from doanso.places.queries.places import keeping_unit
from doanso.units.models import Unit


def set_in_force(kind: PlaceKind, unit: Unit) -> CriteriaSet | None:
    """Return the newest published set of the unit's own committee or of the nearest above, else the shipped one; one statement.

    None while no place of the kind has needed the shipped set yet (`actions.criteria.criteria_for` writes it then).
    """
    above = in_effect(clock.today(), "owner__paths_down__") & Q(owner__paths_down__unit=unit)
    path = FilteredRelation("owner__paths_down", condition=above)
    published = CriteriaSet.objects.filter(kind=kind.code, published_at__isnull=False).annotate(path=path)
    published = published.filter(Q(path__isnull=False) | Q(owner=unit) | Q(owner=None)).annotate(depth=F("path__depth"))

    def rank(found: CriteriaSet) -> tuple[bool, int, int]:
        return (found.owner_id is None, getattr(found, "depth", None) or 0, -found.version)

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
