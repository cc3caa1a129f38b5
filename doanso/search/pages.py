"""The product's pages in the search, by their titles and by words with which people ask for them.

A page of the navigation has its title, rights and icon from there; `pages.toml` adds what a help desk says.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import Path

from django.urls import reverse

from doanso.access.policy import current_role_assignments
from doanso.access.roles import GRANTS, Scope
from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import vietnamese
from doanso.lib.navigation import places_of, title_of
from doanso.lib.schema import toml_tables
from doanso.lib.search_words import SearchWords

_FILE = Path(__file__).resolve().parent / "pages.toml"
_LONGEST = 400
_SCOPES = {
    "work": frozenset({Scope.SUBTREE, Scope.BELOW, Scope.HERE}),
    "own": frozenset({Scope.OWN}),
    "all": frozenset(Scope),
}
_FEWEST_BEGUN, _FEWEST_DESCRIBING = 3, 4
"""Letters of a word that may be the beginning of a page's word, and of a question that may only describe the page."""
# Words of a question that say nothing about the page. "dau" alone may be a seal ("dấu"), so it is left out only after "o".
_FILLERS = frozenset(
    (
        "ở đâu làm sao thế nào như cách muốn tôi mình em là gì để thì hướng dẫn xem cần phải được có thể đã cho vào của bị vừa "
        "xong thật"
    ).split()
)
_PLAIN_FILLERS = frozenset(map(vietnamese.fold, _FILLERS)) - {"dau", "minh", "da", "cho"}
_NAME_AND_NUMBER = 2
"""The number of words of a unit's short name, "phường 4": the number is what is asked for, not a page about wards."""
_SIMILAR = 0.8
"""How similar two words must be for one to be a slip of the other, as `difflib` measures it: one letter in four or five."""
_SHARE_OF_WORDS, _SHARE_OF_QUESTION, _QUESTION = 0.7, 0.35, 5
"""Share, by weight, of the words that a page must have to be offered where no page has them all, of a few words and of a whole
question; the number of words from which it is one.
"""


@dataclass(frozen=True, slots=True)
class SearchablePage:
    """A page with its words, for holders of any of the permissions in its scope; without any, for everybody signed in."""

    title: str
    about: str
    route: str
    permissions: frozenset[tuple[str, Scope]]
    icon: str
    keywords: str

    def is_open_to(self, roles: frozenset[str]) -> bool:
        """Return whether users with these roles may open the page."""
        return not self.permissions or any(
            GRANTS[role].get(name) is scope for role in roles for name, scope in self.permissions
        )


@lru_cache(maxsize=1)
def searchable_pages() -> tuple[SearchablePage, ...]:
    """Return all pages in the file's order; a page that says itself what the navigation knows is refused."""
    table = toml_tables.read_toml(_FILE)
    entries = []
    for page in table.tables("page", "page"):
        route = page.text("route", 60)
        places = places_of(route)
        title, icon, permissions = page.text("title", 60, required=not places), "", frozenset[tuple[str, Scope]]()
        if places:
            tab, first = places[0]
            title, icon = title or title_of(tab, first), first.icon or tab.icon
            if all(place.permissions for _tab, place in places):
                permissions = frozenset(
                    (name, Scope(place.scope)) for _tab, place in places for name in place.permissions
                )
        else:
            names, scopes = page.text("permission", 60, required=False), page.text("scope", 10, required=False)
            icon = page.text("icon", 40)
            permissions = frozenset((name, scope) for name in names.split() for scope in _SCOPES[scopes or "work"])
        about, keywords = page.text("about", 120), page.text("keywords", _LONGEST)
        page.finish()
        entries.append(SearchablePage(title, about, route, permissions, icon, keywords))
    table.finish()
    return tuple(entries)


def find_pages(actor: User, words: SearchWords) -> SearchGroup:
    """Return the pages that the reader may open; no statement."""
    questions = _forms(words)
    pages = _pages_open_to(actor)
    ranked = _ranked(pages, questions)
    is_question = len(questions[-1].text.split()) >= _QUESTION
    if not ranked or (is_question and min(rank for rank, *_page in ranked) == _DESCRIBED):
        # A long list of words has every word of many a question by chance.
        nearly = [
            (rank, place, page) for place, page in pages if (rank := _nearly_rank(page, questions[-1])) is not None
        ]
        ranked = nearly or ranked
    return _group(ranked)


def find_pages_despite_slips(actor: User, words: SearchWords) -> SearchGroup:
    """Return the pages that the reader may open once slips of typing and wrong accents are mended; no statement.

    For a search that found nothing at all: many a name of a person is similar to the words of some page.
    """
    return _group(_ranked(_pages_open_to(actor), filter(None, map(_corrected, _forms(words)))))


def _pages_open_to(actor: User) -> list[tuple[int, SearchablePage]]:
    roles = frozenset(role_assignment.role for role_assignment in current_role_assignments(actor))
    return [(place, page) for place, page in enumerate(searchable_pages()) if page.is_open_to(roles)]


def _forms(words: SearchWords) -> list[SearchWords]:
    """Return the question as typed and, where that differs, without the words that say nothing about a page."""
    return [words, *([meant] if (meant := _without_fillers(words)) else [])]


def _group(ranked: Iterable[tuple[int, int, SearchablePage]]) -> SearchGroup:
    entries = [
        SearchEntry(title=page.title, detail=page.about, url=reverse(page.route), icon=page.icon, rank=rank)
        for rank, _place, page in sorted(ranked, key=lambda each: each[:2])
    ]
    return SearchGroup(entries[:MOST_ENTRIES], len(entries))


def _ranked(
    pages: Iterable[tuple[int, SearchablePage]], forms: Iterable[SearchWords]
) -> list[tuple[int, int, SearchablePage]]:
    """Return the pages that answer one of these forms of a question, each with its best rank."""
    ranked, questions = [], list(forms)
    for place, page in pages:
        ranks = [rank for question in questions if (rank := _rank(page, question)) is not None]
        if ranks:
            ranked.append((min(ranks), place, page))
    return ranked


def _corrected(question: SearchWords) -> SearchWords | None:
    """Return the question without accents, each word that no page has replaced by the most similar one; None if nothing changes.

    One word alone, and a text most of whose words no page has, stay as they are: they may be a name.
    """
    weights = _weights(plain=True)
    unknown = [word for word in question.folded if word not in weights]
    if len(question.folded) < 2 or len(unknown) * 2 > len(question.folded):
        return None
    similar = {word: next(iter(get_close_matches(word, weights, 1, _SIMILAR)), word) for word in unknown}
    corrected = " ".join(similar.get(word, word) for word in question.folded)
    return SearchWords.parse(corrected) if corrected != question.text.lower() else None


def _without_fillers(words: SearchWords) -> SearchWords | None:
    """Return the question without the words that say nothing about the page; None if that leaves all or none of it."""
    typed = words.text.lower().split()
    meant = [
        word
        for before, word in zip(["", *typed], typed, strict=False)
        if word not in _FILLERS
        and not (word.isdigit() and len(typed) > _NAME_AND_NUMBER)
        and not (word.isascii() and (word in _PLAIN_FILLERS or (word == "dau" and before == "o")))
    ]
    return SearchWords.parse(" ".join(meant)) or None if len(meant) < len(typed) else None


_CALLED, _SPOKEN, _TITLED, _DESCRIBED, _NEARLY = 0, 1, 2, 9, 100_000
"""Ranks: the question is the title, stands in the page's words as it is, begins words of the title, is made of the page's
words, or has most of them, which is asked only where no page has a better rank.
"""


def _rank(page: SearchablePage, question: SearchWords) -> int | None:
    """Return how well a page answers, less is better.

    Describing words must be whole, but for the last of several, which may still be being typed; where the question has
    accents, they must agree: pages come before people, so a person's name should not find one by chance.
    """
    is_plain = question.text.isascii()
    key = vietnamese.fold if is_plain else vietnamese.name_key
    asked = key(question.text)
    # "1+2" is short and says much.
    describes = len(question.key) >= _FEWEST_DESCRIBING or any(map(str.isdigit, asked))
    if key(page.title) == asked:
        return _CALLED
    if describes and f" {asked} " in f" {key(page.keywords)} ":
        return _SPOKEN
    rank = question.rank(page.title)
    is_whole = rank in (vietnamese.EXACT, vietnamese.FOLDED)
    if rank is not None and (is_plain or rank < vietnamese.FOLDED) and (is_whole or len(question.key) >= _FEWEST_BEGUN):
        return _TITLED + rank
    words = key(f"{page.title} {page.keywords}").split()
    *whole, last = asked.split()
    if not describes or not all(word in words for word in whole):
        return None
    is_begun = whole and len(last) >= _FEWEST_BEGUN and any(word.startswith(last) for word in words)
    return _DESCRIBED if last in words or is_begun else None


def _words_of(page: SearchablePage, *, plain: bool) -> list[str]:
    """Return all words of a page, those of its description too, in the order in which they stand there."""
    key = vietnamese.fold if plain else vietnamese.name_key
    return key(f"{page.title} | {page.keywords} | {page.about}").split()


@lru_cache(maxsize=2)
def _weights(*, plain: bool) -> dict[str, float]:
    """Return the weight of each word: the fewer pages have it, the more it says."""
    pages_with = Counter(word for page in searchable_pages() for word in set(_words_of(page, plain=plain)))
    return {word: log((len(searchable_pages()) + 1) / count) for word, count in pages_with.items()}


def _nearly_rank(page: SearchablePage, question: SearchWords) -> int | None:
    """Return the rank of a page that has most of a question's words by their weight; two at least. Less is better.

    Words that stand side by side in the question and on the page count twice. A word of no page weighs as much as a rare one, so
    that a person's name finds no page; a question of five words and more may have more of them than a short one.
    """
    plain = question.text.isascii()
    asked = (vietnamese.fold if plain else vietnamese.name_key)(question.text).split()
    words, weights = _words_of(page, plain=plain), _weights(plain=plain)
    unknown = log(len(searchable_pages()) + 1)
    known = [word for word in asked if word in words]
    share = sum(weights[word] for word in known) / (sum(weights.get(word, unknown) for word in asked) or 1)
    if len(set(known)) < 2 or share < (_SHARE_OF_QUESTION if len(asked) >= _QUESTION else _SHARE_OF_WORDS):
        return None
    pairs = set(pairwise(words))
    together = sum(weights[first] + weights[second] for first, second in pairwise(asked) if (first, second) in pairs)
    return _NEARLY - round(100 * (sum(weights[word] for word in known) + together))


PROVIDER = SearchProvider("pages", SearchSection.PAGES, find_pages)
