"""Units in the global search, by the names they have or had; ended ones are marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.urls import reverse
from django.utils.translation import pgettext

from doanso.access import policy
from doanso.access.search import MOST_ENTRIES, DetailUnit, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.database import as_date, hot_reads
from doanso.lib.search_words import SearchWords
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName


@dataclass(slots=True)
class _FoundUnit:
    """A unit with its name of today and its parent; `key` orders what a search found, best first."""

    code: str
    kind: str
    until: date | None
    parent_id: UUID | None
    name: str
    key: tuple[Any, ...] | None = None


def _named_units(ids: str, parameters: Sequence[Any], words: SearchWords | None) -> dict[UUID, _FoundUnit]:
    """Return the units whose ids this subquery selects; with words, their best name's place in the order."""
    today = clock.today()
    columns = (
        ("u", Unit, ("id", "code", "kind", "until")),
        ("l", UnitLink, ("parent",)),
        ("n", UnitName, ("name", "sort_key", "since")),
    )
    source = f"""
        FROM units_unit u JOIN units_unitname n ON n.unit_id = u.id
        LEFT JOIN units_unitlink l ON l.unit_id = u.id AND l.since <= %s AND (l.until IS NULL OR l.until > %s)
        WHERE u.id IN ({ids}) ORDER BY n.since
    """
    found: dict[UUID, _FoundUnit] = {}
    for unit_id, code, kind, until, parent_id, name, sort_key, since in hot_reads.read_joined(
        columns, source, [today, today, *parameters]
    ):
        unit = found.get(unit_id)
        if unit is None:
            unit = found[unit_id] = _FoundUnit(
                code, kind, as_date(until) if until is not None else None, parent_id, name
            )
        elif as_date(since) <= today:
            unit.name = name
        rank = None if words is None else 0 if words.text.lower() == code else words.rank(name)
        if rank is not None:
            # A ward before its branches, whose names hold the ward's.
            key = (rank, unit.until is not None and unit.until <= today, kind == UnitKind.BRANCH, sort_key, code)
            unit.key = key if unit.key is None else min(unit.key, key)
    return found


def find_units(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the units that the reader may see, by any of their names or by their code; one statement.

    All names are read, because a committee has hundreds of units; they are compared here.
    """
    if not policy.VIEW_UNIT.allows_anywhere(actor):
        return None
    try:
        visible, parameters = hot_reads.compiled(policy.VIEW_UNIT.filter(actor, Unit.objects.all()).values("pk"))
    except EmptyResultSet:
        return None
    keyed = [(unit.key, unit) for unit in _named_units(visible, parameters, words).values() if unit.key is not None]
    keyed.sort(key=lambda pair: pair[0])
    # The list has no ended units, and none by former names.
    address = f"{reverse('access:units')}?{urlencode({'q': words.text})}"
    return SearchGroup([_entry(unit) for _key, unit in keyed[:MOST_ENTRIES]], len(keyed), list_url=address)


def _entry(unit: _FoundUnit) -> SearchEntry:
    ended = unit.until is not None and unit.until <= clock.today()
    return SearchEntry(
        title=unit.name,
        detail=str(UnitKind(unit.kind).label),
        url=reverse("access:unit", args=[unit.code]),
        icon="building-community",
        rank=unit.key[0] if unit.key is not None else 0,
        mark="none" if ended else "",
        label=pgettext("search", "Ended %(month)s") % {"month": f"{unit.until:%m/%Y}"} if ended else "",
        unit=DetailUnit(unit.parent_id) if unit.parent_id is not None else None,
    )


def recall_units(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened units."""
    opened = Unit.objects.filter(code__in=[each["code"] for each in arguments])
    try:
        ids, parameters = hot_reads.compiled(policy.VIEW_UNIT.filter(actor, opened).values("pk"))
    except EmptyResultSet:
        return []
    return [_entry(unit) for unit in _named_units(ids, parameters, None).values()]


PROVIDER = SearchProvider("access", SearchSection.UNITS, find_units, {"access:unit": recall_units})
