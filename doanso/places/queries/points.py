"""Reads of public points, their plates, scans and corrections."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from doanso.lib import clock, vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.places.kinds import kind_named
from doanso.places.models import (
    Address,
    AddressKind,
    InformationCorrection,
    Place,
    PlateCheck,
    PointKind,
    PublicPoint,
    ScanMonth,
)
from doanso.places.rules import plans
from doanso.places.rules.points import BOARD_VALID, CHECK_EVERY

SCAN_MONTHS = 12


def all_points() -> QuerySet[PublicPoint]:
    """Return all points with their places, to be narrowed by a policy."""
    return PublicPoint.objects.select_related("place", "place__unit")


def listed_points(place: Place) -> list[PublicPoint]:
    """Return the points that the list of a place has today, by number."""
    return list(PublicPoint.objects.filter(place=place, removed_on=None).order_by("number"))


def removed_points(place: Place) -> list[PublicPoint]:
    """Return the points that were removed from the list of a place, the latest first."""
    return list(PublicPoint.objects.filter(place=place).exclude(removed_on=None).order_by("-removed_on", "number"))


def all_checks() -> QuerySet[PlateCheck]:
    """Return all checks of plates with their point and photo."""
    return PlateCheck.objects.select_related("point", "photo")


def plate_checks(point: PublicPoint) -> list[PlateCheck]:
    """Return the checks of a point's plate, the newest first."""
    checks = PlateCheck.objects.filter(point=point).select_related("made_by", "photo", "photo__key")
    return list(checks.order_by("-checked_on", "-id")[:50])


def scans_of(point: PublicPoint) -> list[tuple[date, int]]:
    """Return the scans of the last twelve months, the first month first; months without a scan have 0."""
    months = _months(clock.today())
    counts = dict(ScanMonth.objects.filter(point=point, month__gte=months[0]).values_list("month", "count"))
    return [(month, counts.get(month, 0)) for month in months]


def scans_this_month(points: Sequence[PublicPoint]) -> dict[UUID, int]:
    """Return how often the codes of these points were scanned in the current month; points without a scan are missing."""
    month = _months(clock.today())[-1]
    return dict(ScanMonth.objects.filter(point__in=points, month=month).values_list("point_id", "count"))


def _months(today: date) -> list[date]:
    count = today.year * 12 + today.month - 1
    return [date(index // 12, index % 12 + 1, 1) for index in range(count - SCAN_MONTHS + 1, count + 1)]


def plates_due(on: date) -> Q:
    """Return the condition of points whose plate nobody has looked at for too long, or that was last seen broken."""
    put_up = Q(removed_on=None, put_up_on__isnull=False)
    return put_up & (Q(checked_on__lt=on - CHECK_EVERY) | Q(works=False))


def plan_of(place: Place, points: Sequence[PublicPoint]) -> tuple[plans.Plan, dict[int, plans.Position]]:
    """Return the plan of a place, its own drawing or the usual one, and where each of these points is on it."""
    plan = plans.read_plan(place.outline)
    if plan.is_empty:
        plan = replace(default_plan(place), pins=plan.pins)
    numbers = [point.number for point in points if not point.is_board]
    return plan, plans.pins_on(plan, numbers)


def default_plan(place: Place) -> plans.Plan:
    """Return the plan of a place that nobody drew: a straight street, or a market hall with its sections."""
    names = list(place.segments.order_by("number").values_list("name", flat=True))
    if kind_named(place.kind).is_market:
        return plans.usual_market(names)
    return plans.usual_street(place.name, len(names))


# --- Values of criteria ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PointCounts:
    """Points of a place as of a day: boards planned and working, other points in the lists and digitised.

    `points` has those of the house list too that nobody has written a page of, which are `unwritten`. `board_day` and `point_day`
    are the newest days on which a counted plate was looked at; `broken` and `due` count plates that did not work when they were
    scanned last, and those that nobody has scanned for too long.
    """

    boards: int = 0
    boards_working: int = 0
    board_day: date | None = None
    points: int = 0
    points_digitised: int = 0
    unwritten: int = 0
    point_day: date | None = None
    broken: int = 0
    due: int = 0


def point_counts(place: Place, on: date) -> PointCounts:
    """Return the counts as of the end of a day, in two statements.

    A board works when the newest check up to that day, at most a quarter old, says so. Another point is digitised when its plate
    worked then and its page says something: hours or a text. One of the house list without a page of its name counts as not
    digitised.
    """
    checks = PlateCheck.objects.filter(point=OuterRef("pk"), checked_on__lte=on).order_by("-checked_on", "-id")
    rows = (
        PublicPoint.objects.filter(place=place, since__lte=on)
        .filter(Q(removed_on=None) | Q(removed_on__gt=on))
        .annotate(
            last_works=Subquery(checks.values("works")[:1]), last_checked_on=Subquery(checks.values("checked_on")[:1])
        )
        .values_list("name", "kind", "text", "opening_hours", "last_works", "last_checked_on")
    )
    boards = points = working = digitised = broken = due = 0
    board_days, point_days = [], []
    written = set()
    for name, kind, text, hours, works, checked_on in rows:
        written.add(vietnamese.fold(name))
        broken += works is False
        due += bool(works) and checked_on < on - CHECK_EVERY
        if kind == PointKind.BOARD:
            boards += 1
            if works and checked_on >= on - BOARD_VALID:
                working += 1
                board_days.append(checked_on)
        else:
            points += 1
            if works and (text or hours):
                digitised += 1
                point_days.append(checked_on)
    labels = Address.objects.filter(in_effect(on), place=place, kind=AddressKind.POINT).values_list("label", flat=True)
    unwritten = sum(vietnamese.fold(label) not in written for label in labels)
    return PointCounts(
        boards=boards,
        boards_working=working,
        board_day=max(board_days, default=None),
        points=points + unwritten,
        unwritten=unwritten,
        points_digitised=digitised,
        point_day=max(point_days, default=None),
        broken=broken,
        due=due,
    )


# --- Corrections ----------------------------------------------------------------------------------------------------------------


def all_corrections() -> QuerySet[InformationCorrection]:
    """Return all corrections with place, unit and point, to be narrowed by a policy."""
    return InformationCorrection.objects.select_related("place", "place__unit", "point", "settled_by")


def correction_by_link(lookup: str) -> InformationCorrection | None:
    """Return the correction that a secret link belongs to."""
    return all_corrections().filter(link_lookup=lookup).first()


def open_correction_count(place: Place) -> int:
    """Return how many corrections of a place wait for an answer."""
    counted = InformationCorrection.objects.filter(place=place, settled_at=None)
    return int(counted.aggregate(count=Count("pk"))["count"])
