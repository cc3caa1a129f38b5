"""Reads of public pages: what everybody may see of places, their criteria and their points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from uuid import UUID

from django.db.models import Q, QuerySet

from doanso.lib import clock
from doanso.places.formulas import Value
from doanso.places.kinds import PlaceKind, kinds
from doanso.places.models import (
    AssessedValue,
    Criterion,
    Place,
    PlaceState,
    PointKind,
    PublicPoint,
    PublicText,
    Recognition,
)
from doanso.places.queries.assessments import judge_place
from doanso.places.rules.points import HIDDEN, is_public
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

MOST_PLACES = 500


def public_places() -> QuerySet[Place]:
    """Return the places that have a public page (`rules.points.is_public`)."""
    shown = Q(is_shown=True) & ~Q(state__in=HIDDEN)
    return Place.objects.filter(Q(state=PlaceState.RECOGNISED) | shown).select_related("unit", "criteria_set")


def public_place(slug: str) -> Place | None:
    """Return the place with that public address, None where it has no public page."""
    return public_places().filter(slug=slug).first()


@dataclass(frozen=True, slots=True)
class PublicPlaceRow:
    """A place in the public list: its number there and on the map, its unit, and its last count of criteria."""

    number: int
    place: Place
    kind: PlaceKind
    unit: NamedUnit
    area: str
    """Code of the unit of the map in whose area the place is; empty where it is in none."""

    @property
    def is_recognised(self) -> bool:
        return self.place.state == PlaceState.RECOGNISED


@dataclass(frozen=True, slots=True)
class PublicList:
    """All public places of the committee `root`, recognised ones first, and the units below it that a map shows."""

    root: NamedUnit | None
    rows: Sequence[PublicPlaceRow]
    areas: Sequence[NamedUnit]


def public_list() -> PublicList:
    """Return the public places with their units, in a constant number of statements."""
    roots = units.roots()
    root = roots[0] if roots else None
    areas = units.children(root.unit) if root is not None else []
    by_code = {kind.code: kind for kind in kinds()}
    places = [place for place in public_places().order_by("name", "pk")[:MOST_PLACES] if place.kind in by_code]
    order = {code: index for index, code in enumerate(by_code)}
    places.sort(key=lambda place: (place.state != PlaceState.RECOGNISED, order[place.kind]))
    names = units.named_units_by_id({place.unit_id for place in places})
    codes = _area_codes({place.unit_id for place in places}, areas)
    rows = [
        PublicPlaceRow(number, place, by_code[place.kind], names[place.unit_id], codes.get(place.unit_id, ""))
        for number, place in enumerate(places, 1)
    ]
    return PublicList(root, rows, areas)


def _area_codes(unit_ids: set[UUID], areas: Sequence[NamedUnit]) -> dict[UUID, str]:
    """Return for each unit the code of the area that it is, or that it lies in at most three levels below."""
    codes = {area.id: area.code for area in areas}
    above = {unit_id: unit_id for unit_id in unit_ids}
    for _level in range(3):
        below = {unit_id for unit_id in above.values() if unit_id not in codes}
        if not below:
            break
        parents = units.parent_ids(below)
        above = {unit_id: parents.get(at, at) for unit_id, at in above.items()}
    return {unit_id: codes[at] for unit_id, at in above.items() if at in codes}


# --- Criteria and values --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PublicScore:
    """A criterion with its value on the public page."""

    criterion: Criterion
    value: Value
    passed: bool


@dataclass(frozen=True, slots=True)
class PublicScores:
    """All criteria of a place in their groups, as of a day; of a recognised one those of its recognition."""

    on: date
    groups: Sequence[tuple[str, Sequence[PublicScore]]]
    passed: int
    count: int
    recognised_on: date | None = None
    decision: str = ""


def scores_of(place: Place) -> PublicScores:
    """Return the values by which a place was recognised, as they were kept; of another place those of today."""
    recognition = None
    if place.state == PlaceState.RECOGNISED:
        found = Recognition.objects.filter(place=place, withdrawn_on=None).select_related("assessment")
        recognition = found.first()
    if recognition is not None:
        kept = AssessedValue.objects.filter(assessment=recognition.assessment).select_related("criterion")
        scores = [
            PublicScore(value.criterion, _value(value), value.passed) for value in kept.order_by("criterion__number")
        ]
        return _grouped(scores, recognition.assessment.on, recognition)
    today = clock.today()
    scores = [PublicScore(each.criterion, each.value, each.passed) for each in judge_place(place, today)]
    return _grouped(scores, today, None)


def _value(kept: AssessedValue) -> Value:
    return Value(
        kept.numerator,
        kept.denominator,
        kept.known_from,
        second_numerator=kept.second_numerator,
        known_on=kept.known_on,
        check_id=kept.check_id,
    )


def _grouped(scores: Sequence[PublicScore], on: date, recognition: Recognition | None) -> PublicScores:
    groups = [(group, list(rows)) for group, rows in groupby(scores, key=lambda score: score.criterion.group)]
    return PublicScores(
        on=on,
        groups=groups,
        passed=sum(score.passed for score in scores),
        count=len(scores),
        recognised_on=recognition.decided_on if recognition is not None else None,
        decision=recognition.decision if recognition is not None else "",
    )


# --- Points ---------------------------------------------------------------------------------------------------------------------


def public_text(place: Place) -> PublicText | None:
    """Return the words of a place's public page."""
    return PublicText.objects.filter(place=place).first()


def public_point(place: Place, number: int) -> PublicPoint | None:
    """Return the point of that number in the list of a place; a board has no page of its own."""
    points = PublicPoint.objects.filter(place=place, number=number, removed_on=None).exclude(kind=PointKind.BOARD)
    return points.select_related("photo", "photo__key", "photo_small", "photo_small__key").first()


def point_by_code(code: str) -> PublicPoint | None:
    """Return the point whose plate carries that code, also one that was removed since."""
    return PublicPoint.objects.filter(code=code.upper()).select_related("place").first()


def is_point_public(point: PublicPoint) -> bool:
    """Return whether the place of a point has a public page."""
    return is_public(point.place.state, is_shown=point.place.is_shown)
