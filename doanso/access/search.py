"""The port of the global search: each app registers how its objects are found and how opened ones are shown again.

Every function applies its own app's policy, reads in a fixed number of statements whatever it finds, and discloses nothing
that the object's list or page would not show the reader.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from uuid import UUID

from doanso.accounts.models import User
from doanso.lib.search_words import SearchWords
from doanso.units.queries import NamedUnit

MOST_ENTRIES = 20
"""Entries that a group hands over at most; the page shows the first few."""


class SearchSection(StrEnum):
    """The headings of results, in their order on the screen."""

    PAGES = "pages"
    MEMBERS = "members"
    RESIDENTS = "residents"
    UNITS = "units"
    DOCUMENTS = "documents"
    INDICATORS = "indicators"
    MOVEMENT = "movement"


@dataclass(frozen=True, slots=True)
class DetailUnit:
    """A unit whose name stands in the line of a result, last or first of its parts, short or whole."""

    id: UUID
    is_first: bool = False
    is_whole: bool = False


@dataclass(frozen=True, slots=True)
class SearchEntry:
    """One result: what it is called, a line that tells it from others of that name, and its page.

    The line is `detail` with the name of `unit`, which is read once for the results of all apps.
    `rank` is that of `vietnamese.rank`, `mark` and `label` those of `state_pill`. An entry without an icon is a person, shown
    by initials. `person_id` distinguishes a resident from a member who was found too.
    """

    title: str
    detail: str
    url: str
    icon: str = ""
    rank: int = 0
    mark: str = ""
    label: str = ""
    person_id: UUID | None = None
    unit: DetailUnit | None = None

    def line(self, names: Mapping[UUID, NamedUnit]) -> str:
        """Return the whole line, with the unit's name from these."""
        named = names.get(self.unit.id) if self.unit is not None else None
        if self.unit is None or named is None:
            return self.detail
        called = named.name if self.unit.is_whole else named.short_name
        parts = [called, self.detail] if self.unit.is_first else [self.detail, called]
        return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class SearchGroup:
    """What one app found, best first; `count` includes what is not among the entries and is a lower bound unless `complete`.

    `list_url` is the list filtered by the same words; empty where there is none.
    """

    entries: Sequence[SearchEntry]
    count: int
    complete: bool = True
    list_url: str = ""


type FindEntries = Callable[[User, SearchWords], SearchGroup | None]
type RecallEntries = Callable[[User, Sequence[Mapping[str, Any]]], Sequence[SearchEntry]]
"""The entries of those objects, named by the arguments of their route, that the reader may still open; in any order."""


@dataclass(frozen=True, slots=True)
class SearchProvider:
    """One app's part of the search. `recalls` holds a function for each route of an object."""

    name: str
    section: SearchSection
    find: FindEntries
    recalls: Mapping[str, RecallEntries] = field(default_factory=dict)


_providers: dict[str, SearchProvider] = {}


def register_search(provider: SearchProvider) -> None:
    """Register a part of the search; called in the owner's `AppConfig.ready`."""
    if provider.name in _providers:
        raise RuntimeError(f"The search of {provider.name!r} is registered twice.")
    known_routes = {route for other in _providers.values() for route in other.recalls}
    if twice := known_routes & provider.recalls.keys():
        raise RuntimeError(f"Objects of {min(twice)!r} are registered twice.")
    _providers[provider.name] = provider


def search_providers() -> list[SearchProvider]:
    """Return all parts in the order of their sections, then of their names."""
    sections = list(SearchSection)
    return sorted(_providers.values(), key=lambda provider: (sections.index(provider.section), provider.name))


def recall_by_route(route: str) -> RecallEntries | None:
    """Return the function that shows opened objects of a route again; None for routes of no object."""
    return next((provider.recalls[route] for provider in _providers.values() if route in provider.recalls), None)
