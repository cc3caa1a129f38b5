"""Reads of the list of places, and of the units at which they may be set up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Case, IntegerField, Max, OuterRef, QuerySet, Subquery, Value, When

from doanso.accounts.models import User
from doanso.lib import vietnamese
from doanso.lib.paging import page_rows
from doanso.lib.search_words import words_condition
from doanso.places import policy
from doanso.places.models import Assessment, AssessmentStage, Place, PlaceState, Recognition
from doanso.places.queries.places import all_places
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE_SIZE = 50
_ORDER = (
    *(PlaceState.SELF_ASSESSED, PlaceState.ASSESSED, PlaceState.IN_PROGRESS, PlaceState.SURVEYED),
    *(PlaceState.REFUSED, PlaceState.PREPARING, PlaceState.RECOGNISED, PlaceState.WITHDRAWN, PlaceState.STOPPED),
)
"""The order of the list: what waits for somebody first, what is over last."""


@dataclass(frozen=True, slots=True)
class PlaceFilter:
    """What the list is narrowed to; `recheck_by` leaves recognised places whose re-check is due by a day."""

    text: str = ""
    kind: str = ""
    state: str = ""
    unit: Unit | None = None
    recheck_by: date | None = None


def place_page(actor: User, filters: PlaceFilter, number: int) -> tuple[list[Place], bool]:
    """Return a page of the places that the actor may see, and whether more follow; one statement.

    Each has `recheck_due` of its recognition in force.
    """
    return page_rows(_in_order(actor, filters), number, PAGE_SIZE)


def _in_order(actor: User, filters: PlaceFilter) -> QuerySet[Place]:
    places = _narrowed(policy.VIEW.filter(actor, all_places()), filters)
    due = Recognition.objects.filter(place=OuterRef("pk"), withdrawn_on=None).values("recheck_due")[:1]
    order = Case(
        *(When(state=state, then=Value(rank)) for rank, state in enumerate(_ORDER)),
        output_field=IntegerField(),
        default=Value(99),
    )
    return places.annotate(recheck_due=Subquery(due), rank=order).order_by("rank", "kind", "folded", "pk")


@dataclass(frozen=True, slots=True)
class ListedPlace:
    """A place as the exported list shows it: its unit's name, when it was assessed last, and its recognition in force."""

    place: Place
    unit: str
    assessed_on: date | None
    recognised_on: date | None
    decision: str
    recheck_due: date | None


def listed_places(actor: User, filters: PlaceFilter) -> list[ListedPlace]:
    """Return all places that the filter leaves, in the list's order; six statements with those of the policy."""
    places = list(_in_order(actor, filters))
    names = units.named_units_by_id({place.unit_id for place in places})
    assessed = Assessment.objects.filter(
        place__in=places, stage__in=[AssessmentStage.CITY, AssessmentStage.RECHECK], taken_back_at=None
    )
    days = dict(assessed.order_by().values_list("place").annotate(day=Max("on")))
    recognitions = {row.place_id: row for row in Recognition.objects.filter(place__in=places, withdrawn_on=None)}
    rows = []
    for place in places:
        recognition = recognitions.get(place.pk)
        rows.append(
            ListedPlace(
                place,
                names[place.unit_id].name,
                days.get(place.pk),
                recognition.decided_on if recognition is not None else None,
                recognition.decision if recognition is not None else "",
                recognition.recheck_due if recognition is not None else None,
            )
        )
    return rows


def _narrowed(places: QuerySet[Place], filters: PlaceFilter) -> QuerySet[Place]:
    places = places.filter(words_condition(vietnamese.fold(filters.text).split()))
    if filters.kind:
        places = places.filter(kind=filters.kind)
    if filters.state:
        places = places.filter(state=filters.state)
    if filters.unit is not None:
        places = places.filter(unit__in=units.subtree_ids(filters.unit))
    if filters.recheck_by is not None:
        due = Recognition.objects.filter(withdrawn_on=None, recheck_due__lte=filters.recheck_by)
        places = places.filter(pk__in=due.values("place"))
    return places


def state_counts(actor: User) -> dict[str, dict[str, int]]:
    """Return how many places the actor may see, by kind and state; one statement."""
    counts: dict[str, dict[str, int]] = {}
    for kind, state in policy.VIEW.filter(actor, Place.objects.all()).order_by().values_list("kind", "state"):
        of_kind = counts.setdefault(kind, {})
        of_kind[state] = of_kind.get(state, 0) + 1
    return counts


def names_of_units(places: Sequence[Place], known: Sequence[NamedUnit]) -> dict[UUID, NamedUnit]:
    """Return the names of the places' units; ended ones are not among those the reader knows, and cost a statement."""
    names = {unit.id: unit for unit in known}
    missing = {place.unit_id for place in places} - names.keys()
    return names | units.named_units_by_id(missing) if missing else names
