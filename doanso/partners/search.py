"""Partners in the global search, by the words of their names."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse

from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib.search_words import SearchWords, words_condition
from doanso.partners import policy
from doanso.partners.kinds import kind_name
from doanso.partners.models import Partner
from doanso.partners.queries.partners import ALL
from doanso.partners.wording import kind_icon


def find_partners(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return partners whose names have all the words, running ones first; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    partners = policy.VIEW.filter(actor, Partner.objects.filter(words_condition(words.folded)))
    rows = list(partners.order_by(F("ended_on").desc(nulls_first=True), "folded", "pk")[: MOST_ENTRIES + 1])
    entries = sorted((_entry(row, words) for row in rows[:MOST_ENTRIES]), key=lambda entry: entry.rank)
    address = f"{reverse('partners:list')}?{urlencode({'q': words.text, 'state': ALL})}"
    return SearchGroup(entries, len(entries), len(rows) <= MOST_ENTRIES, address)


def _entry(partner: Partner, words: SearchWords | None) -> SearchEntry:
    return SearchEntry(
        title=partner.name,
        detail=f"{kind_name(partner.kind)} · {partner.short_name}",
        url=reverse("partners:partner", args=[partner.pk]),
        icon=kind_icon(partner.kind),
        rank=(words.rank(partner.name) if words is not None else None) or 0,
    )


def recall_partners(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened partners."""
    partners = Partner.objects.filter(pk__in=[each["partner_id"] for each in arguments])
    return [_entry(partner, None) for partner in policy.VIEW.filter(actor, partners)]


PROVIDER = SearchProvider("partners", SearchSection.MOVEMENT, find_partners, {"partners:partner": recall_partners})
