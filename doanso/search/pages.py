"""The product's pages in the search, by their titles and by words with which people ask for them."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.urls import reverse

from doanso.access.policy import current_role_assignments
from doanso.access.roles import GRANTS, Scope
from doanso.access.search import MOST_ENTRIES, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib import vietnamese
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
"""Letters of a question that may be the beginning of a title's word, or only describe the page."""
# Words of a question that say nothing about the page. "dau" alone may be a seal ("dấu"), so it is left out only after "o".
_FILLERS = frozenset(
    "ở đâu làm sao thế nào như cách muốn tôi mình là gì để thì hướng dẫn xem cần phải được có thể đã cho vào".split()
)
_PLAIN_FILLERS = frozenset(map(vietnamese.fold, _FILLERS)) - {"dau", "minh", "da", "cho"}
_SHARE_OF_WORDS = 0.75
"""Share of a question's words that a page must have to be offered where no page has them all."""


@dataclass(frozen=True, slots=True)
class SearchablePage:
    """A page with its words, for holders of any of the permissions in one of the scopes."""

    title: str
    about: str
    route: str
    permissions: tuple[str, ...]
    scopes: frozenset[Scope]
    icon: str
    keywords: str

    def is_open_to(self, roles: frozenset[str]) -> bool:
        """Return whether users with these roles may open the page."""
        return not self.permissions or any(
            GRANTS[role].get(permission) in self.scopes for role in roles for permission in self.permissions
        )


@lru_cache(maxsize=1)
def searchable_pages() -> tuple[SearchablePage, ...]:
    """Return all pages in the file's order."""
    table = toml_tables.read_toml(_FILE)
    entries = []
    for page in table.tables("page", "page"):
        entries.append(
            SearchablePage(
                title=page.text("title", 60),
                about=page.text("about", 120),
                route=page.text("route", 60),
                permissions=tuple(page.text("permission", 60, required=False).split()),
                scopes=_SCOPES[page.text("scope", 10, required=False) or "work"],
                icon=page.text("icon", 40),
                keywords=page.text("keywords", _LONGEST),
            )
        )
        page.finish()
    table.finish()
    return tuple(entries)


def find_pages(actor: User, words: SearchWords) -> SearchGroup:
    """Return the pages that the reader may open; no statement."""
    roles = frozenset(role_assignment.role for role_assignment in current_role_assignments(actor))
    questions = [words, *([meant] if (meant := _without_fillers(words)) else [])]
    pages = [(place, page) for place, page in enumerate(searchable_pages()) if page.is_open_to(roles)]
    ranked = []
    for place, page in pages:
        ranks = [rank for question in questions if (rank := _rank(page, question)) is not None]
        if ranks:
            ranked.append((min(ranks), place, page))
    if not ranked:
        ranked = [
            (rank, place, page) for place, page in pages if (rank := _nearly_rank(page, questions[-1])) is not None
        ]
    entries = [
        SearchEntry(title=page.title, detail=page.about, url=reverse(page.route), icon=page.icon, rank=rank)
        for rank, _place, page in sorted(ranked, key=lambda each: each[:2])
    ]
    return SearchGroup(entries[:MOST_ENTRIES], len(entries))


def _without_fillers(words: SearchWords) -> SearchWords | None:
    """Return the question without the words that say nothing about the page; None if that leaves all or none of it."""
    typed = words.text.lower().split()
    meant = [
        word
        for before, word in zip(["", *typed], typed, strict=False)
        if word not in _FILLERS
        and not (word.isascii() and (word in _PLAIN_FILLERS or (word == "dau" and before == "o")))
    ]
    return SearchWords.parse(" ".join(meant)) or None if len(meant) < len(typed) else None


_CALLED, _SPOKEN, _TITLED, _DESCRIBED, _NEARLY = 0, 1, 2, 9, 10
"""Ranks: the question is the title, stands in the page's words as it is, begins words of the title, is made of the page's
words, or has most of them."""


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
    return _DESCRIBED if last in words or (whole and any(word.startswith(last) for word in words)) else None


def _nearly_rank(page: SearchablePage, question: SearchWords) -> int | None:
    """Return the rank of a page that has at least three quarters of the question's words, and two or more of them."""
    key = vietnamese.fold if question.text.isascii() else vietnamese.name_key
    words = set(key(f"{page.title} {page.keywords}").split())
    asked = key(question.text).split()
    missing = sum(word not in words for word in asked)
    return _NEARLY + missing if len(asked) - missing >= max(2, _SHARE_OF_WORDS * len(asked)) else None


PROVIDER = SearchProvider("pages", SearchSection.PAGES, find_pages)
