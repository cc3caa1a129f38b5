"""Indicators in the global search: those of the programmes in which the reader's units have figures, the present one first."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from doanso.access import policy as access
from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.search_words import SearchWords
from doanso.targets import policy
from doanso.targets.models import Indicator
from doanso.units import queries as units
from doanso.units.models import Unit


def _readers_units(actor: User) -> list[Unit]:
    """Return the units at which the reader sees figures, as far as roles name them; no statement."""
    roots = policy.VIEW.roots(actor)
    held = access.current_role_assignments(actor)
    return [role_assignment.unit for role_assignment in held if role_assignment.unit_id in roots]


def _address(indicator: Indicator, unit: Unit) -> str:
    arguments = [indicator.programme.code, indicator.code]
    if unit.pk != indicator.programme.root_id:
        arguments.append(unit.code)
    return reverse("targets:indicator", args=arguments)


def find_indicators(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the indicators of the programmes of the reader's unit; one statement."""
    readers_units = _readers_units(actor)
    if not readers_units:
        return None
    unit, today = readers_units[0], clock.today()
    rows = Indicator.objects.filter(programme__root__in=units.units_above(unit, today)).select_related("programme")
    found = []
    for indicator in rows.order_by("-programme__first_day", "programme__code", "position"):
        rank = words.rank(f"{indicator.title} {indicator.short_title}")
        if rank is not None:
            running = indicator.programme.runs_on(today)
            found.append((not running, rank, indicator))
    found.sort(key=lambda each: each[:2])
    entries = [_entry(indicator, unit, rank) for _past, rank, indicator in found]
    return SearchGroup(entries[:MOST_ENTRIES], len(entries))


def _entry(indicator: Indicator, unit: Unit, rank: int = 0) -> SearchEntry:
    return SearchEntry(
        title=indicator.title,
        detail=f"{indicator.programme.title} · {indicator.get_group_display()}",
        url=_address(indicator, unit),
        icon="target",
        rank=rank,
    )


def recall_indicators(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened indicators at the units where they were opened; two statements."""
    rows = Indicator.objects.filter(code__in={each["indicator"] for each in arguments}).select_related(
        "programme__root"
    )
    indicators = {(row.programme.code, row.code): row for row in rows}
    codes = {each["unit"] for each in arguments if "unit" in each}
    roots: set[UUID] = {row.programme.root_id for row in rows}
    asked = Unit.objects.filter(code__in=codes) | Unit.objects.filter(pk__in=roots)
    visible = {unit.code: unit for unit in policy.VIEW.filter(actor, asked)}
    entries = []
    for each in arguments:
        indicator = indicators.get((each["programme"], each["indicator"]))
        unit = visible.get(each.get("unit") or (indicator.programme.root.code if indicator is not None else ""))
        if indicator is not None and unit is not None:
            entries.append(_entry(indicator, unit))
    return entries


PROVIDER = SearchProvider(
    "targets", SearchSection.INDICATORS, find_indicators, {"targets:indicator": recall_indicators}
)
