"""Shops in the global search, by their names."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

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
    """Return followed shops whose name has all the words; one statement. A helper finds the form of a check."""
    if not policy.VIEW.allows_anywhere(actor):
        return _find_shops_to_check(actor, words)
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


def _find_shops_to_check(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the shops that a helper may check, who sees no list and no page of theirs; one statement."""
    if not policy.CHECK.allows_anywhere(actor):
        return None
    shops = policy.CHECK.filter(actor, queries.open_shops().filter(words_condition(words.folded, "business__folded")))
    rows = list(shops.order_by("business__folded", "pk")[: MOST_ENTRIES + 1])
    entries = sorted((_check_entry(shop, words) for shop in rows[:MOST_ENTRIES]), key=lambda entry: entry.rank)
    return SearchGroup(entries, len(entries), len(rows) <= MOST_ENTRIES)


def _check_entry(shop: Shop, words: SearchWords | None) -> SearchEntry:
    return SearchEntry(
        title=shop.business.name,
        detail=_("Write down a check"),
        url=reverse("cashless:check", args=[shop.business_id]),
        icon="clipboard-check",
        rank=(words.rank(shop.business.name) if words is not None else None) or 0,
    )


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


def recall_checks(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of forms that a helper opened; who sees shops is shown the shop's page instead."""
    if policy.VIEW.allows_anywhere(actor):
        return []
    ids = [each["business_id"] for each in arguments]
    return [
        _check_entry(shop, None) for shop in policy.CHECK.filter(actor, queries.open_shops().filter(business__in=ids))
    ]


PROVIDER = SearchProvider(
    "cashless",
    SearchSection.MOVEMENT,
    find_shops,
    {"cashless:shop": recall_shops, "cashless:check": recall_checks},
)
