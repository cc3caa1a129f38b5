"""Queries for programmes, and who sees a unit's figures in them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import F, FilteredRelation, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.access.queries import unit_positions
from doanso.access.queries.unit_positions import UnitPosition
from doanso.accounts.models import User
from doanso.ledger.models import Measure
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.targets import policy
from doanso.targets.models import Indicator, Programme
from doanso.units import queries as units
from doanso.units.models import Unit


def all_programmes() -> QuerySet[Programme]:
    """Return programmes with their root and book."""
    return Programme.objects.select_related("root", "book").order_by("-first_day", "code")


def programme_by_code(code: str) -> Programme | None:
    """Return the programme of a code with its root and book."""
    return all_programmes().filter(code=code).first()


def programme_and_indicators(code: str) -> tuple[Programme, list[Indicator]] | None:
    """Return the programme of a code with its root and book, and its indicators in their order; one statement."""
    rows = Indicator.objects.filter(programme__code=code).select_related("programme__root", "programme__book")
    indicators = list(rows.order_by("position"))
    programme = indicators[0].programme if indicators else programme_by_code(code)
    return None if programme is None else (programme, indicators)


def unit_to_see(actor: User, code: str) -> Unit | None:
    """Return the unit whose figures the actor may see."""
    if "\0" in code:
        return None
    return policy.VIEW.filter(actor, Unit.objects.all()).filter(code=code).first()


def unit_position(actor: User, code: str) -> UnitPosition | None:
    """Return the unit of a code with everything above it; None if the actor may not see its figures. One statement."""
    return unit_positions.unit_position(actor, code, policy.VIEW)


def indicator_of(programme: Programme, code: str) -> Indicator | None:
    """Return one indicator of a programme."""
    return programme.indicators.filter(code=code).first()


@dataclass(frozen=True, slots=True)
class IndicatorMeasures:
    """An indicator with its programme, root and book, and the measures of its sides by their codes.

    A side that no app counts has no measure.
    """

    indicator: Indicator
    by_code: Mapping[str, Measure]

    @property
    def programme(self) -> Programme:
        """The indicator's programme."""
        return self.indicator.programme


def indicator_with_measures(programme_code: str, code: str) -> IndicatorMeasures | None:
    """Return an indicator of a programme with its measures; one statement."""
    measures = "programme__book__measures"
    sides = {
        f"{side}_measure": FilteredRelation(measures, condition=Q(**{f"{measures}__code": F(side)}))
        for side in ("numerator", "denominator", "exempt")
    }
    rows = Indicator.objects.annotate(**sides).select_related("programme__root", "programme__book", *sides)
    indicator = rows.filter(programme__code=programme_code, code=code).first()
    if indicator is None:
        return None
    measures_of_sides = [getattr(indicator, side, None) for side in sides]
    return IndicatorMeasures(indicator, {measure.code: measure for measure in measures_of_sides if measure is not None})


def require_programme(code: str) -> Programme:
    """Return the programme of a code, for commands; raise `Refused`, saying what to load, if there is none."""
    programme = programme_by_code(code)
    if programme is None:
        raise Refused(
            Problem(
                "programme_unknown",
                _("No programme has the code “%(code)s”. Load it with load-programme.") % {"code": code},
                "programme",
            )
        )
    return programme


def programmes_at(unit: Unit, on: date | None = None) -> list[Programme]:
    """Return the programmes in which the unit has figures on a day, those whose period holds the day first, then the newest."""
    day = on or clock.today()
    unit_programmes = list(all_programmes().filter(root__in=units.units_above(unit, day)))
    return sorted(unit_programmes, key=lambda programme: not programme.runs_on(day))


def is_below_root(programme: Programme, unit: Unit, on: date) -> bool:
    """Return whether the unit is below the programme's root on a day."""
    return unit.pk == programme.root_id or units.is_below(unit, programme.root, on)


def day_of(programme: Programme, on: date | None, unit: Unit | None = None) -> date:
    """Return the day for which a programme's figures are read: today or the requested day, within the programme.

    For an ended unit it is at most the unit's last day.
    """
    day = min(max(on or clock.today(), programme.first_day), programme.last_day)
    return day if unit is None or unit.until is None else min(day, unit.until - timedelta(days=1))


def indicator_titles(codes: Collection[str]) -> dict[str, str]:
    """Return the titles of indicators by code, each from the newest programme that has it."""
    rows = Indicator.objects.filter(code__in=codes).order_by("programme__first_day", "programme__code")
    return dict(rows.values_list("code", "title"))
