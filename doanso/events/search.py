"""Events in the global search, by the words of their titles."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.events import policy
from doanso.events.kinds import kind_named
from doanso.events.models import Event
from doanso.events.queries.events import ALL, EventFilter, matching_events
from doanso.events.wording import when_words
from doanso.lib.search_words import SearchWords


def find_events(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return events whose titles have all the words, the latest first; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    rows = list(matching_events(actor, EventFilter(text=words.text, state=ALL))[: MOST_ENTRIES + 1])
    entries = sorted((_entry(row, words) for row in rows[:MOST_ENTRIES]), key=lambda entry: entry.rank)
    address = f"{reverse('events:list')}?{urlencode({'q': words.text, 'state': ALL})}"
    return SearchGroup(entries, len(entries), len(rows) <= MOST_ENTRIES, address)


def _entry(event: Event, words: SearchWords | None) -> SearchEntry:
    return SearchEntry(
        title=event.title,
        detail=f"{kind_named(event.kind).name} · {when_words(event)}",
        url=reverse("events:event", args=[event.pk]),
        icon="calendar-event",
        rank=(words.rank(event.title) if words is not None else None) or 0,
    )


def recall_events(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened events."""
    events = Event.objects.filter(pk__in=[each["event_id"] for each in arguments])
    return [_entry(event, None) for event in policy.VIEW.filter(actor, events)]


PROVIDER = SearchProvider("events", SearchSection.MOVEMENT, find_events, {"events:event": recall_events})
