"""A unit's settings for documents: signers, stand-ins, numbering."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from doanso.accounts.models import User
from doanso.documents import policy
from doanso.documents.models import Mandate, Numbering, Series, StandIn
from doanso.documents.queries.documents import kind_names
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True)
class SeriesRow:
    """A series with the name of its kind."""

    series: Series
    kind: str


@dataclass(frozen=True, slots=True)
class DocumentSettings:
    """All settings of a unit."""

    mandates: list[Mandate]
    stand_ins: list[StandIn]
    numberings: list[Numbering]
    series: list[SeriesRow]


def document_settings(unit: Unit, on: date) -> DocumentSettings:
    """Return the settings in effect on a day or later, in a fixed number of statements."""
    names = kind_names()
    mandates = Mandate.objects.filter(unit=unit).filter(Q(until=None) | Q(until__gte=on)).select_related("user")
    stand_ins = StandIn.objects.filter(unit=unit, until__gte=on).select_related("user", "deputy")
    series = Series.objects.filter(unit=unit).order_by("-era", "direction", "kind")
    return DocumentSettings(
        mandates=list(mandates.order_by("since", "id")),
        stand_ins=list(stand_ins.order_by("since", "id")),
        numberings=list(Numbering.objects.filter(unit=unit).order_by("profile", "-since")),
        series=[SeriesRow(entry, names.get(entry.kind, "")) for entry in series],
    )


def people_of(unit: Unit) -> list[User]:
    """Return the users who work on a unit's documents: everybody with a role at the unit itself who views them."""
    return list(policy.people_at(policy.VIEW, unit))
