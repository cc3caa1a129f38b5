"""Queries for frozen lists: the members in a share's denominator, stored as of a day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.ledger import ports
from doanso.ledger.ports import SourceLine
from doanso.lib import formats
from doanso.targets.models import FrozenList, FrozenPerson, Indicator
from doanso.units import queries as units
from doanso.units.models import Unit

ROWS = 50


def frozen_lists(indicator: Indicator, unit: Unit) -> list[FrozenList]:
    """Return the frozen lists that a unit has of one share, newest day first."""
    return list(FrozenList.objects.filter(indicator=indicator, unit=unit).select_related("taken_by").order_by("-on"))


def frozen_list(indicator: Indicator, unit: Unit, pk: UUID) -> FrozenList | None:
    """Return one frozen list; None if there is none with this id."""
    return FrozenList.objects.filter(pk=pk, indicator=indicator, unit=unit).select_related("taken_by").first()


def exempt_by_reason(actor: User, frozen_list: FrozenList) -> list[tuple[str, int]]:
    """Return how many are exempt for each reason, most first. Typed reasons are shown only to actors who may read names there."""
    rows = frozen_list.people.filter(exempt=True).values_list("reason", "unit_id").annotate(number=Count("id"))
    shown = access.personal(actor)
    counts: dict[str, int] = {}
    for reason, unit_id, number in rows:
        shown_reason = reason if shown.shows(unit_id) else ""
        counts[shown_reason] = counts.get(shown_reason, 0) + number
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


@dataclass(frozen=True, slots=True)
class FrozenPage:
    """Some rows of a frozen list, as the reader may see them."""

    lines: Sequence[tuple[SourceLine | None, str, FrozenPerson]]
    next: int | None


def frozen_people(actor: User, frozen_list: FrozenList, *, exempt: bool, after: int) -> FrozenPage:
    """Return a page by key: each person as its owner lets this actor see it, with the branch of that day; erased ones without a
    line."""
    rows = list(frozen_list.people.filter(exempt=exempt, id__gt=after).order_by("id")[: ROWS + 1])
    shown = rows[:ROWS]
    by_kind: dict[str, list[UUID]] = {}
    for row in shown:
        if row.source is not None:
            by_kind.setdefault(row.source_kind, []).append(row.source)
    source_lines: dict[str, Mapping[UUID, SourceLine]] = {
        kind: ports.source_page(kind)(actor=actor, ids=ids) for kind, ids in by_kind.items()
    }
    branches = units.named_units_by_id({row.unit_id for row in shown}, frozen_list.on)
    lines = [
        (
            source_lines[row.source_kind].get(row.source) if row.source is not None else None,
            branches[row.unit_id].name if row.unit_id in branches else "",
            row,
        )
        for row in shown
    ]
    return FrozenPage(lines, shown[-1].pk if len(rows) > ROWS else None)


def frozen_lists_with(person_ids: Collection[UUID]) -> list[tuple[str, str]]:
    """Return the frozen lists that contain these persons, for a person's own copy of the data."""
    rows = FrozenPerson.objects.filter(person_id__in=person_ids).select_related("list__indicator").order_by("list__on")
    return [
        (
            _("Kept list of whom a share was asked"),
            _("%(title)s, %(day)s") % {"title": row.list.indicator.title, "day": formats.day(row.list.on)}
            + (f": {row.reason}" if row.reason else ""),
        )
        for row in rows
    ]
