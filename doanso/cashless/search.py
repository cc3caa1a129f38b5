"""Shops in the global search, by their names."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from doanso.access.policy import personal
from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.cashless import policy
from doanso.cashless.masking import mask_shop
from doanso.cashless.models import Shop
from doanso.cashless.queries import shops as queries
from doanso.cashless.wording import PILLS
from doanso.lib.search_words import SearchWords, words_condition


def find_shops(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return followed shops whose name has all the words; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    shops = policy.VIEW.filter(actor, queries.all_shops().filter(words_condition(words.folded, "business__folded")))
    shown = personal(actor)
    if not shown.everywhere:
        # A hit on a name that is shown as initials would disclose it.
        shops = shops.filter(unit__in=shown.unmasked)
    rows = list(shops.order_by("business__folded", "pk")[: MOST_ENTRIES + 1])
    entries = [_entry(shop, words) for shop in rows[:MOST_ENTRIES]]
    url = f"{reverse('cashless:shops')}?q={words.text}"
    ranked = sorted(entries, key=lambda entry: entry.rank)
    return SearchGroup(ranked, len(entries), len(rows) <= MOST_ENTRIES, url)


def _entry(shop: Shop, words: SearchWords | None) -> SearchEntry:
    return SearchEntry(
        title=shop.business.name,
        detail=shop.label or shop.business.address,
        url=reverse("cashless:shop", args=[shop.business_id]),
        icon="building-store",
        rank=(words.rank(shop.business.name) if words is not None else None) or 0,
        mark=PILLS[shop.state],
        label=shop.get_state_display(),
    )


def recall_shops(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened shops."""
    ids = [each["business_id"] for each in arguments]
    shops = policy.VIEW.filter(actor, queries.all_shops().filter(business__in=ids))
    shown = personal(actor)
    return [_entry(mask_shop(shown, shop), None) for shop in shops]


PROVIDER = SearchProvider("cashless", SearchSection.MOVEMENT, find_shops, {"cashless:shop": recall_shops})
