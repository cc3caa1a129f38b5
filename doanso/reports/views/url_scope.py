"""The programme, the month and the unit named by an address, as far as the actor may see them."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import Http404
from django.urls import reverse

from doanso.accounts.requests import AuthenticatedRequest
from doanso.reports.queries import periods as queries
from doanso.reports.rules.periods import Month
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class MonthAddress:
    """The programme, the month and the unit named by an address."""

    programme: Programme
    month: Month
    unit: Unit

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


def unit_of(request: AuthenticatedRequest, programme: Programme, month: Month, code: str) -> Unit:
    """Return the unit if the actor may see its months and it was in the programme when the month ended."""
    unit = queries.unit_to_see(request.user, code)
    if unit is None or not targets.stands_in(programme, unit, month.last_day):
        raise Http404
    return unit


def month_address(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> MonthAddress:
    """Return the programme, the month and the unit named by an address."""
    chosen_programme = programme_of(programme)
    chosen_month = month_of(chosen_programme, month)
    return MonthAddress(chosen_programme, chosen_month, unit_of(request, chosen_programme, chosen_month, unit))


def board_url(programme: Programme, month: Month, unit: str) -> str:
    """Return the address of the board of a unit."""
    return reverse("reports:board", args=[programme.code]) + f"?{urlencode({'month': month.code, 'unit': unit})}"


def crumbs(request: AuthenticatedRequest, place: MonthAddress) -> list[tuple[str, str]]:
    """Return the boards of the units above, from the programme's root down, as far as the actor may see them."""
    above = targets.parents_to_see(request.user, place.unit, place.month.last_day)
    begin = next((index for index, unit in enumerate(above) if unit.id == place.programme.root_id), 0)
    return [(unit.short_name, board_url(place.programme, place.month, unit.code)) for unit in above[begin:]]
