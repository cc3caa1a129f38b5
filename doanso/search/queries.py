"""Put the results of all apps together: one list of sections for the palette and for the page."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import Resolver404, resolve
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from doanso.access.search import SearchEntry, SearchGroup, SearchSection, recall_by_route, search_providers
from doanso.accounts.models import User
from doanso.lib.search_words import SearchWords
from doanso.search.pages import find_pages_despite_slips
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

SHOWN = 4
"""Results of a section that are shown."""
RECENT = 5
MOST_RECALLED = 20
"""Opened objects that a browser may ask about: some of them may be out of reach by now."""
_TITLES: dict[SearchSection, str | Promise] = {
    SearchSection.PAGES: pgettext_lazy("search", "Pages"),
    SearchSection.MEMBERS: pgettext_lazy("search", "Members"),
    SearchSection.RESIDENTS: pgettext_lazy("search", "Residents"),
    SearchSection.UNITS: pgettext_lazy("search", "Units"),
    SearchSection.DOCUMENTS: pgettext_lazy("search", "Documents"),
    SearchSection.INDICATORS: pgettext_lazy("search", "Targets"),
    SearchSection.MOVEMENT: pgettext_lazy("search", "Campaigns"),
}


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One result with its title in pieces, each with whether the search hit it, and its line of details."""

    entry: SearchEntry
    pieces: Sequence[tuple[str, bool]]
    line: str


@dataclass(frozen=True, slots=True)
class FoundSection:
    """One heading with its results; `count` is a lower bound unless `complete`."""

    code: str
    title: str
    entries: Sequence[ShownEntry]
    count: int = 0
    complete: bool = True
    list_url: str = ""

    @property
    def has_more(self) -> bool:
        """Whether there are results that are not shown, and a list with them."""
        return bool(self.list_url) and (self.count > len(self.entries) or not self.complete)


def search_everything(actor: User, words: SearchWords) -> list[FoundSection]:
    """Return what the reader may see of everything that answers the words; sections without results are left out."""
    groups: dict[SearchSection, list[SearchGroup]] = {}
    for provider in search_providers():
        group = provider.find(actor, words)
        if group is not None and group.entries:
            groups.setdefault(provider.section, []).append(group)
    if not groups and (similar := find_pages_despite_slips(actor, words)).entries:
        groups[SearchSection.PAGES] = [similar]
    members = {entry.person_id for group in groups.get(SearchSection.MEMBERS, ()) for entry in group.entries}
    shown: list[tuple[SearchSection, list[SearchEntry], int]] = []
    for section, found in groups.items():
        hidden: set[UUID | None] = members - {None} if section is SearchSection.RESIDENTS else set()
        entries = [entry for group in found for entry in group.entries if entry.person_id not in hidden]
        left_out = sum(len(group.entries) for group in found) - len(entries)
        if entries:
            shown.append((section, entries[:SHOWN], left_out))
    names = _unit_names(entry for _section, entries, _left_out in shown for entry in entries)
    return [
        FoundSection(
            code=section.value,
            title=str(_TITLES[section]),
            entries=[ShownEntry(entry, words.pieces(entry.title), entry.line(names)) for entry in entries],
            count=sum(group.count for group in groups[section]) - left_out,
            complete=all(group.complete for group in groups[section]),
            list_url=next((group.list_url for group in groups[section] if group.list_url), ""),
        )
        for section, entries, left_out in shown
    ]


def _unit_names(entries: Iterable[SearchEntry]) -> Mapping[UUID, NamedUnit]:
    """Return the units that stand in the lines of these results; one statement, none where no unit does."""
    return units.named_units_by_id(entry.unit.id for entry in entries if entry.unit is not None)


def entries_without_words(entries: Sequence[SearchEntry]) -> list[ShownEntry]:
    """Return entries as they are shown where no words were searched for."""
    names = _unit_names(entries)
    return [ShownEntry(entry, [(entry.title, False)], entry.line(names)) for entry in entries]


def recall_objects(actor: User, paths: Sequence[str]) -> list[ShownEntry]:
    """Return those objects behind these addresses, newest first, that the reader may still open; five at most."""
    entries = recall_entries(actor, paths)
    opened = [entries[path] for path in dict.fromkeys(paths) if path in entries]
    return entries_without_words(opened[:RECENT])


def recall_entries(actor: User, paths: Sequence[str]) -> dict[str, SearchEntry]:
    """Return by address those objects that the reader may still open; a fixed number of statements for each kind."""
    arguments: dict[str, list[dict[str, Any]]] = {}
    for path in paths[:MOST_RECALLED]:
        try:
            match = resolve(path)
        except Resolver404:
            continue
        if recall_by_route(match.view_name) is not None:
            arguments.setdefault(match.view_name, []).append(match.kwargs)
    entries: dict[str, SearchEntry] = {}
    for route, objects in arguments.items():
        function = recall_by_route(route)
        if function is not None:
            entries |= {entry.url: entry for entry in function(actor, objects)}
    return entries
