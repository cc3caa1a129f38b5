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
# Words of a question that say nothing about the page.
_FILLERS = frozenset(vietnamese.fold("ở đâu làm sao thế nào như cách muốn tôi là gì để thì hướng dẫn xem").split())


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
    meant = [word for word in words.text.split() if vietnamese.fold(word) not in _FILLERS]
    question = SearchWords.parse(" ".join(meant)) or words
    ranked = []
    for place, page in enumerate(searchable_pages()):
        rank = _rank(page, question) if page.is_open_to(roles) else None
        if rank is not None:
            ranked.append((rank, place, page))
    entries = [
        SearchEntry(title=page.title, detail=page.about, url=reverse(page.route), icon=page.icon, rank=rank)
        for rank, _place, page in sorted(ranked, key=lambda each: each[:2])
    ]
    return SearchGroup(entries[:MOST_ENTRIES], len(entries))


_CALLED, _SPOKEN, _TITLED, _DESCRIBED = 0, 1, 2, 9
"""Ranks: the question is the title, stands in the page's words as it is, begins words of the title, or is made of the page's
words."""


def _rank(page: SearchablePage, question: SearchWords) -> int | None:
    """Return how well a page answers, less is better.

    Describing words must be whole, but for the last of several, which may still be being typed; where the question has
    accents, they must agree: pages come before people, so a person's name should not find one by chance.
    """
    is_plain = question.text.isascii()
    key = vietnamese.fold if is_plain else vietnamese.name_key
    asked = key(question.text)
    describes = len(question.key) >= _FEWEST_DESCRIBING
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


PROVIDER = SearchProvider("pages", SearchSection.PAGES, find_pages)
