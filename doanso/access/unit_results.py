"""Units in the global search, by the names they have or had; ended ones are marked."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import EmptyResultSet
from django.urls import reverse
from django.utils.translation import pgettext

from doanso.access import policy
from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.database import as_date, hot_reads
from doanso.lib.search_words import SearchWords
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind, UnitName


def find_units(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the units that the reader may see, by any of their names or by their code; three statements.

    All names are read, because a committee has hundreds of units; they are compared here.
    """
    if not policy.VIEW_UNIT.allows_anywhere(actor):
        return None
    try:
        visible, parameters = hot_reads.compiled(policy.VIEW_UNIT.filter(actor, Unit.objects.all()).values("pk"))
    except EmptyResultSet:
        return None
    columns = (("u", Unit, ("id", "code", "kind", "until")), ("n", UnitName, ("name", "sort_key")))
    source = f"FROM units_unit u JOIN units_unitname n ON n.unit_id = u.id WHERE u.id IN ({visible})"
    best: dict[Any, tuple[Any, ...]] = {}
    for unit_id, code, kind, until, name, sort_key in hot_reads.read_joined(columns, source, parameters):
        rank = 0 if words.text.lower() == code else words.rank(name)
        if rank is None:
            continue
        # A ward before its branches, whose names hold the ward's.
        key = (rank, _has_ended(until), kind == UnitKind.BRANCH, sort_key, code)
        if unit_id not in best or key < best[unit_id]:
            best[unit_id] = key
    ordered = sorted(best, key=best.__getitem__)
    entries = _entries(ordered[:MOST_ENTRIES], {unit_id: key[0] for unit_id, key in best.items()})
    # The list has no ended units, and none by former names.
    address = f"{reverse('access:units')}?{urlencode({'q': words.text})}"
    return SearchGroup(entries, len(best), list_url=address)


def _has_ended(until: Any) -> bool:
    return until is not None and as_date(until) <= clock.today()


def _entries(unit_ids: Sequence[Any], ranks: Mapping[Any, int]) -> list[SearchEntry]:
    named = units.named_units_by_id(unit_ids)
    parents = units.parent_ids(unit_ids)
    parent_names = units.named_units_by_id(parents.values())
    entries = []
    for unit_id in unit_ids:
        unit = named[unit_id]
        parent = parent_names[parents[unit_id]].short_name if unit_id in parents else ""
        ended = unit.unit.until is not None and unit.unit.until <= clock.today()
        entries.append(
            SearchEntry(
                title=unit.name,
                detail=" · ".join(part for part in (UnitKind(unit.kind).label, parent) if part),
                url=reverse("access:unit", args=[unit.code]),
                icon="building-community",
                rank=ranks.get(unit_id, 0),
                mark="none" if ended else "",
                label=pgettext("search", "Ended %(month)s") % {"month": f"{unit.unit.until:%m/%Y}"} if ended else "",
            )
        )
    return entries


def recall_units(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened units."""
    opened = Unit.objects.filter(code__in=[each["code"] for each in arguments])
    return _entries(list(policy.VIEW_UNIT.filter(actor, opened).values_list("pk", flat=True)), {})


PROVIDER = SearchProvider("access", SearchSection.UNITS, find_units, {"access:unit": recall_units})
