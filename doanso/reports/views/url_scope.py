"""The programme, the month and the unit named by an address, as far as the actor may see them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from doanso.access.queries.unit_positions import UnitPosition, unit_position
from doanso.accounts.requests import AuthenticatedRequest
from doanso.reports import policy
from doanso.reports.queries import periods as queries
from doanso.reports.rules.periods import Month
from doanso.targets import queries as targets
from doanso.targets.models import Indicator, Programme
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class MonthAddress:
    """The programme, the month and the unit named by an address; `indicators` are the programme's where they were read."""

    programme: Programme
    month: Month
    unit: Unit
    indicators: Sequence[Indicator] = field(default=(), compare=False)

    @property
    def is_root(self) -> bool:
        """Whether the unit is the programme's root."""
        return self.unit.pk == self.programme.root_id

    def url(self, name: str, *more: str) -> str:
        """Return the address of a page about this month."""
        return reverse(f"reports:{name}", args=[self.programme.code, self.month.code, self.unit.code, *more])

    def action_arguments(self) -> dict[str, Any]:
        """Return programme, month and unit as keyword arguments of actions."""
        return {"programme": self.programme, "month": self.month, "unit": self.unit}


def programme_of(code: str) -> Programme:
    """Return the programme of that code, or 404."""
    programme = targets.programme_by_code(code)
    if programme is None:
        raise Http404
    return programme


def month_of(programme: Programme, code: str) -> Month:
    """Return the month of that code, within the programme."""
    month = queries.month_of(programme, code)
    if month is None:
        raise Http404
    return month


def position_of(request: AuthenticatedRequest, programme: Programme, month: Month, code: str) -> UnitPosition:
    """Return the unit with those above it if the actor may see its months and it was in the programme when the month ended."""
    position = unit_position(request.user, code, policy.VIEW_AT)
    if position is None or not position.is_below(programme.root_id, month.last_day):
        raise Http404
    return position


def month_address(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> MonthAddress:
    """Return the programme, the month and the unit named by an address."""
    return month_and_position(request, programme, month, unit)[0]


def month_and_position(
    request: AuthenticatedRequest, programme: str, month: str, unit: str
) -> tuple[MonthAddress, UnitPosition]:
    """Return the same as `month_address`, with the units above the unit."""
    found = targets.programme_and_indicators(programme)
    if found is None:
        raise Http404
    chosen_programme, indicators = found
    chosen_month = month_of(chosen_programme, month)
    position = position_of(request, chosen_programme, chosen_month, unit)
    return MonthAddress(chosen_programme, chosen_month, position.unit, indicators), position


def board_url(programme: Programme, month: Month, unit: str) -> str:
    """Return the address of the board of a unit."""
    return reverse("reports:board", args=[programme.code]) + f"?{urlencode({'month': month.code, 'unit': unit})}"


def crumbs(position: UnitPosition, place: MonthAddress) -> list[tuple[str, str]]:
    """Return the boards of the units above, from the programme's root down, as far as the actor may see them."""
    above = position.visible_ancestors(place.month.last_day)
    begin = next((index for index, unit in enumerate(above) if unit.id == place.programme.root_id), 0)
    return [(unit.short_name, board_url(place.programme, place.month, unit.code)) for unit in above[begin:]]
