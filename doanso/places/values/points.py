"""Values from public points: boards that work, and points that are digitised."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from doanso.places.formulas import Formula, Value, register_formula
from doanso.places.models import Criterion, KnownFrom, Place
from doanso.places.page_reads import read_once
from doanso.places.queries.points import PointCounts, point_counts

BOARDS_WORKING, POINTS_DIGITISED = "boards.working", "points.digitised"


def _boards(counts: PointCounts) -> Value:
    if not counts.boards:
        return Value()
    return Value(counts.boards_working, counts.boards, KnownFrom.RECORDS, known_on=counts.board_day)


def _points(counts: PointCounts) -> Value:
    if not counts.points:
        return Value()
    return Value(counts.points_digitised, counts.points, KnownFrom.RECORDS, known_on=counts.point_day)


_VALUES: dict[str, Callable[[PointCounts], Value]] = {BOARDS_WORKING: _boards, POINTS_DIGITISED: _points}


def read_points(place: Place, criteria: Sequence[Criterion], on: date) -> Mapping[UUID, Value]:
    """Return the values of these criteria as of a day; two statements for both formulas."""
    counts = read_once(place, ("points", on), lambda: point_counts(place, on))
    return {criterion.pk: _VALUES[criterion.formula](counts) for criterion in criteria}


def register() -> None:
    """Register the formulas; called once at start-up."""
    register_formula(
        Formula(
            BOARDS_WORKING,
            _("Boards whose code opens the page"),
            read_points,
            numerator=_("boards that worked when they were scanned last, at most a quarter ago"),
            denominator=_("boards in the list of points"),
            next_step=_("Print the plate, put it up, scan it and enter the check; twice a quarter."),
            url_name="places:points",
        )
    )
    register_formula(
        Formula(
            POINTS_DIGITISED,
            _("Public points that are digitised"),
            read_points,
            numerator=_("points whose plate worked and whose page has hours or a text"),
            denominator=_("public points of the lists, without boards"),
            next_step=_("Write the page of each point with hours or a text, put up its plate and enter the check."),
            url_name="places:points",
        )
    )
