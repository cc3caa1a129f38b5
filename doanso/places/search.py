"""Streets and markets in the global search, by the words of their name."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from doanso.access.search import MOST_ENTRIES, DetailUnit, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib.search_words import SearchWords, words_condition
from doanso.places import policy
from doanso.places.kinds import kind_named
from doanso.places.models import Place
from doanso.places.wording import PILLS


def find_places(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return places whose name has all the words; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    found = policy.VIEW.filter(actor, Place.objects.filter(words_condition(words.folded))).order_by("name", "pk")
    rows = list(found[: MOST_ENTRIES + 1])
    entries = _entries(rows[:MOST_ENTRIES], words)
    return SearchGroup(sorted(entries, key=lambda entry: entry.rank), len(entries), len(rows) <= MOST_ENTRIES)


def _entries(places: Sequence[Place], words: SearchWords | None) -> list[SearchEntry]:
    return [
        SearchEntry(
            title=place.name,
            detail=kind_named(place.kind).name,
            url=reverse("places:place", args=[place.pk]),
            icon=kind_named(place.kind).icon,
            rank=(words.rank(place.name) if words is not None else None) or 0,
            mark=PILLS[place.state],
            label=place.get_state_display(),
            unit=DetailUnit(place.unit_id, is_whole=True),
        )
        for place in places
    ]


def recall_places(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened places."""
    ids = [each["place_id"] for each in arguments]
    return _entries(list(policy.VIEW.filter(actor, Place.objects.filter(pk__in=ids))), None)


PROVIDER = SearchProvider("places", SearchSection.MOVEMENT, find_places, {"places:place": recall_places})
