"""Documents that came from outside, in the global search; those from units of the system are found as deliveries."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.incoming import policy
from doanso.incoming.models import Arrival
from doanso.lib import formats
from doanso.lib.search_words import SearchWords, words_condition


def find_arrivals(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return entries of the books that the reader keeps, by words of summary and issuer or by the number; one statement."""
    if not policy.KEEP_BOOK.allows_anywhere(actor):
        return None
    arrivals = policy.KEEP_BOOK.filter(actor, Arrival.objects.filter(delivery=None))
    matching = arrivals.filter(words_condition(words.folded) | Q(notation__icontains=words.text)).order_by(
        "-arrived_on", "-pk"
    )
    rows = list(matching[: MOST_ENTRIES + 1])
    entries = sorted((_entry(row, words) for row in rows[:MOST_ENTRIES]), key=lambda entry: entry.rank)
    return SearchGroup(entries, len(entries), len(rows) <= MOST_ENTRIES)


def _entry(arrival: Arrival, words: SearchWords | None) -> SearchEntry:
    arrived = formats.day(arrival.arrived_on)
    details = (arrival.notation, arrival.issuer, arrived, arrival.get_state_display())
    return SearchEntry(
        title=arrival.summary,
        detail=" · ".join(part for part in details if part),
        url=reverse("incoming:arrival", args=[arrival.pk]),
        icon="mail-opened",
        rank=(words.rank(arrival.summary) if words is not None else None) or 0,
    )


def recall_arrivals(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened documents that came."""
    arrivals = Arrival.objects.filter(pk__in=[each["arrival_id"] for each in arguments])
    return [_entry(arrival, None) for arrival in policy.KEEP_BOOK.filter(actor, arrivals)]


PROVIDER = SearchProvider("incoming", SearchSection.DOCUMENTS, find_arrivals, {"incoming:arrival": recall_arrivals})
