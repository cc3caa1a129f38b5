"""The programme, the month and the unit that an address names, as far as the actor may see them."""

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
class Place:
    """The programme, the month and the unit of an address."""

    programme: Programme
    month: Month
    unit: Unit

    @property
    def is_root(self) -> bool:
        """Whether nobody in the programme stands above the unit."""
        return self.unit.pk == self.programme.root_id

    def url(self, name: str, *more: str) -> str:
        """A page about this month."""
        return reverse(f"reports:{name}", args=[self.programme.code, self.month.code, self.unit.code, *more])

    def asked(self) -> dict[str, Any]:
        """As deeds take it."""
        return {"programme": self.programme, "month": self.month, "unit": self.unit}


def programme_of(code: str) -> Programme:
    """The programme of that code."""
    found = targets.programme_by_code(code)
    if found is None:
        raise Http404
    return found


def month_of(programme: Programme, code: str) -> Month:
    """The month of that code, within the programme."""
    found = queries.month_of(programme, code)
    if found is None:
        raise Http404
    return found


def unit_of(request: AuthenticatedRequest, programme: Programme, month: Month, code: str) -> Unit:
    """The unit, where the actor may see its months and it stood in the programme when the month ended."""
    found = queries.unit_to_see(request.user, code)
    if found is None or not targets.stands_in(programme, found, month.last_day):
        raise Http404
    return found


def place_of(request: AuthenticatedRequest, programme: str, month: str, unit: str) -> Place:
    """All three at once."""
    found = programme_of(programme)
    asked = month_of(found, month)
    return Place(found, asked, unit_of(request, found, asked, unit))


def board_url(programme: Programme, month: Month, unit: str) -> str:
    """The board of a unit."""
    return reverse("reports:board", args=[programme.code]) + f"?{urlencode({'month': month.code, 'unit': unit})}"


def crumbs(request: AuthenticatedRequest, place: Place) -> list[tuple[str, str]]:
    """The boards of the units above, from the programme's root down, as far as the actor may see them."""
    above = targets.parents_to_see(request.user, place.unit, place.month.last_day)
    begin = next((at for at, one in enumerate(above) if one.id == place.programme.root_id), 0)
    return [(one.short_name, board_url(place.programme, place.month, one.code)) for one in above[begin:]]
