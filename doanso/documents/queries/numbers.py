"""Reads of a unit's numbers: the series of a document, and the highest number that counts for it."""

from datetime import date

from django.db.models import Max, Q

from doanso.documents.models import Numbering, NumberScope, Profile, RegisterKind, Series
from doanso.documents.rules import numbering as rules
from doanso.documents.rules.numbering import DatedScheme, NumberingScheme
from doanso.units.models import Unit


def _schemes(unit: Unit, profile: str, on: date) -> list[DatedScheme]:
    numberings = Numbering.objects.filter(unit=unit, profile=profile, since__lte=on).order_by("since")
    return [
        DatedScheme(
            numbering.since, NumberingScheme(numbering.scope == NumberScope.KIND, numbering.era), numbering.new_term
        )
        for numbering in numberings
    ]


def series_key(unit: Unit, profile: str, kind: str, dated: date) -> dict[str, str]:
    """Return the fields by which a series of outgoing documents is looked up."""
    scheme = rules.scheme_on(_schemes(unit, profile, dated), profile == Profile.DOAN, dated)
    return {"profile": profile, "kind": kind if scheme.per_kind else "", "era": rules.era_of(scheme, dated)}


def expected_value(unit: Unit, *, profile: str, kind: str, dated: date) -> int:
    """Return the number that an outgoing document would get now. Takes no lock: only for leaving room."""
    key = {"unit": unit, "direction": RegisterKind.OUT, **series_key(unit, profile, kind, dated)}
    series = Series.objects.filter(**key).first() or Series(**key)
    value, _last_dated = highest_in_other_series(unit, series, dated)
    return max(series.last_value, value) + 1


def numbers_begun_on(unit: Unit, profile: str, on: date) -> date:
    """Return the day on which the numbers that a unit gives on a day began."""
    return rules.begun_on(_schemes(unit, profile, on), profile == Profile.DOAN, on)


def highest_in_other_series(unit: Unit, series: Series, dated: date) -> tuple[int, date | None]:
    """Return the highest number and last day of the unit's other series whose numbers could be printed on a document of this
    series and day.
    """
    begun_on = numbers_begun_on(unit, series.profile, dated)
    other_series = Series.objects.filter(unit=unit, direction=series.direction, profile=series.profile)
    other_series = other_series.filter(Q(era=series.era) | Q(last_dated__gte=begun_on) | Q(begun_on__gte=begun_on))
    if series.kind:
        other_series = other_series.filter(kind__in=("", series.kind))
    value = 0
    last_dated: date | None = None
    for other in other_series.exclude(pk=series.pk):
        highest, last = _highest_before_restart(unit, other, dated)
        value, last_dated = max(value, highest), max(filter(None, (last_dated, last)), default=None)
    return value, last_dated


def _highest_before_restart(unit: Unit, series: Series, dated: date) -> tuple[int, date | None]:
    """Return the highest number and last day of a series before numbers began anew after a day: a document of December that is
    entered in January belongs to the numbers of its own year.
    """
    value, last_dated = series.last_value, series.last_dated
    last = max(filter(None, (last_dated, series.begun_on)), default=dated)
    while last > dated and (begun_on := numbers_begun_on(unit, series.profile, last)) > dated:
        maxima = series.numbers.filter(dated__lt=begun_on).aggregate(value=Max("value"), dated=Max("dated"))
        value, last_dated = maxima["value"] or 0, maxima["dated"]
        last = last_dated or dated
    return value, last_dated
