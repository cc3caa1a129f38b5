"""How a unit handles documents: who signs, who stands in, how its numbers run."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Mandate, Numbering, Series, StandIn
from doanso.documents.queries.documents import kind_names
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class SeriesLine:
    """A running number, for which kinds and how far it is."""

    series: Series
    kind: str


@dataclass(frozen=True, slots=True)
class Handling:
    """Everything that is set for a unit."""

    mandates: list[Mandate]
    stand_ins: list[StandIn]
    numberings: list[Numbering]
    series: list[SeriesLine]


def handling_of(unit: Unit, on: date) -> Handling:
    """What holds for a unit on a day or will hold later, in a fixed number of statements."""
    names = kind_names()
    mandates = Mandate.objects.filter(unit=unit).filter(Q(until=None) | Q(until__gte=on)).select_related("user")
    stand_ins = StandIn.objects.filter(unit=unit, until__gte=on).select_related("user", "deputy")
    series = Series.objects.filter(unit=unit).order_by("-era", "direction", "kind")
    return Handling(
        mandates=list(mandates.order_by("since", "id")),
        stand_ins=list(stand_ins.order_by("since", "id")),
        numberings=list(Numbering.objects.filter(unit=unit).order_by("profile", "-since")),
        series=[SeriesLine(entry, names.get(entry.kind, "")) for entry in series],
    )


def people_of(unit: Unit) -> list[User]:
    """Who works on a unit's documents: everybody with a role at the unit itself who sees them."""
    return list(policy.people_at(policy.VIEW, unit))
