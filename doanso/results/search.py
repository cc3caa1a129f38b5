"""Results in the global search, by the words of their sentence."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import formats
from doanso.lib.search_words import SearchWords, words_condition
from doanso.results import policy
from doanso.results.models import Result, ResultVersion
from doanso.results.wording import PILLS, quantity_words


def find_results(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return results whose sentence has all the words, newest first; one statement."""
    if not policy.VIEW.allows_anywhere(actor):
        return None
    results = policy.VIEW.filter(actor, Result.objects.filter(words_condition(words.folded)))
    versions = ResultVersion.objects.filter(is_latest=True, result__in=results.values("pk"))
    rows = list(versions.select_related("result__indicator").order_by("-happened_on", "-pk")[: MOST_ENTRIES + 1])
    entries = [_entry(row, words) for row in rows[:MOST_ENTRIES]]
    return SearchGroup(sorted(entries, key=lambda entry: entry.rank), len(entries), len(rows) <= MOST_ENTRIES)


def _entry(version: ResultVersion, words: SearchWords | None) -> SearchEntry:
    result = version.result
    quantity = quantity_words(result.indicator, version.quantity)
    return SearchEntry(
        title=version.text,
        detail=f"{result.indicator.short_title} · {quantity} · {formats.day(version.happened_on)}",
        url=reverse("results:result", args=[result.pk]),
        icon="clipboard-check",
        rank=(words.rank(version.text) if words is not None else None) or 0,
        mark=PILLS[result.state],
        label=result.get_state_display(),
    )


def recall_results(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened results."""
    results = policy.VIEW.filter(actor, Result.objects.filter(pk__in=[each["result_id"] for each in arguments]))
    versions = ResultVersion.objects.filter(is_latest=True, result__in=results.values("pk"))
    return [_entry(version, None) for version in versions.select_related("result__indicator")]


PROVIDER = SearchProvider("results", SearchSection.INDICATORS, find_results, {"results:result": recall_results})
