"""How many clicks away each role has the pages that it may open, in a whole demo.

A walk begins with the page on which a role lands after sign-in, and follows links breadth-first; of each route it opens one
page, that of the first object met. A page that this leaves out, because another object offers it, is looked for from the pages
about its own object, as they were met or as the search finds them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property
from html import unescape
from http.client import FORBIDDEN, OK
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve, reverse
from django.utils.html import strip_tags

from doanso.access.models import RoleAssignment
from doanso.access.roles import GRANTS
from doanso.access.search import recall_by_route
from doanso.access.tests.test_access_table import ROWS, Row
from doanso.accounts.models import User
from doanso.home.tests.objects import Example, objects_of, sample
from doanso.lib.search_words import SearchWords
from doanso.search.pages import searchable_pages
from doanso.search.queries import search_everything
from doanso.tests.routes import Route, routes
from doanso.units.models import UnitPath

MOST_CLICKS = 3
TRIED = 6
"""Objects of a route of which a role is asked for one that it may open."""
# Links, forms that only ask, and the heading; parsing each page whole would take longer than making it.
_LINK = re.compile(r'<a\s[^>]*?href="([^"]+)"')
_ASKING = re.compile(r'<form\s(?![^>]*method="post")[^>]*?action="([^"]+)"')
_HEADING = re.compile(r"<h1[^>]*>(.*?)</h1>", re.DOTALL)
_CONVERTERS = {"uuid": "[0-9a-f-]{36}", "int": r"\d+", "slug": r"[-\w]+", "path": ".+", "str": "[^/]+"}


@cache
def _table() -> list[tuple[re.Pattern[str], Row]]:
    """Return the rows of docs/access.md about reading, plain addresses first."""
    rows = sorted((row for row in ROWS if row.method == "GET"), key=lambda row: row.address.count("<"))
    return [
        (re.compile("".join(_CONVERTERS[word[1:-1].split(":")[0]] if ":" in word else re.escape(word)
                            for word in re.split(r"(<[^>]+>)", row.address)) + "$"), row)
        for row in rows
        if not row.by_token
    ]  # fmt: skip


def row_of(path: str) -> Row | None:
    """Return what docs/access.md says of reading an address; None of one that only phones and programs ask for."""
    return next((row for pattern, row in _table() if pattern.match(path)), None)


@dataclass(frozen=True)
class PageAnswer:
    """What a role is answered: the page's own path, where its links lead by path, and its heading."""

    path: str
    links: dict[str, str]
    heading: str


def _is_page(answer: HttpResponseBase) -> bool:
    return (
        answer.status_code == OK
        and not answer.streaming
        and answer.headers.get("Content-Type", "").startswith("text/html")
        and b"<html" in answer.content  # type: ignore[attr-defined]
    )


@dataclass
class RoleWalk:
    """The walk of one user: the clicks to each route, links that refuse, and routes that the search alone leads to."""

    user: User
    objects: dict[str, list[Example]]
    client: Client = field(default_factory=Client)
    clicks: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _pages: dict[str, PageAnswer | None] = field(default_factory=dict)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The user's roles."""
        return frozenset(self.user.role_assignments.values_list("role", flat=True))

    @cached_property
    def units(self) -> set[UUID]:
        """The units of the user's roles with all below them."""
        held = RoleAssignment.objects.filter(user=self.user).values("unit_id")
        return set(UnitPath.objects.filter(ancestor__in=held).values_list("unit_id", flat=True))

    def examples(self, route: Route, most: int = TRIED) -> list[Example]:
        """Return some objects of a route, those of the user's own units if there are any."""
        if route.name not in self.objects:
            self.objects[route.name] = objects_of(route) if route.arguments else [Example({}, None, ())]
        every = self.objects[route.name]
        return sample([each for each in every if each.unit_id is None or each.unit_id in self.units] or every, most)

    def open(self, path: str) -> PageAnswer | None:
        """Return a page, redirects followed; None for a file, a fragment and a refusal."""
        if path not in self._pages:
            answer = self.client.get(path, follow=True)
            if answer.status_code >= FORBIDDEN:
                self.refused.append(f"{path}: {answer.status_code}")
            page = None
            if _is_page(answer):
                final, text = answer.request["PATH_INFO"], answer.content.decode()
                links: dict[str, str] = {}
                for each in (*_LINK.findall(text), *_ASKING.findall(text)):
                    address = urljoin(final, unescape(each))
                    links.setdefault(_own_path(address), address)
                heading = _HEADING.search(text)
                words = unescape(strip_tags(heading[1])).split() if heading else []
                page = self._pages[final] = PageAnswer(final, links, " ".join(words))
            answer.close()
            self._pages[path] = page
        return self._pages[path]

    def walk(self) -> None:
        """Follow links from the first page and from what the search finds; choosing a result is a click like any other."""
        self.client.force_login(self.user)
        first = self.client.get("/", follow=True).request["PATH_INFO"]
        self._arrive(first, 0)
        level = self._follow([first], 1)
        level += [path for path in self._searched() if self._arrive(path, 1)]
        for clicks in range(2, MOST_CLICKS + 1):
            level = self._follow(level, clicks)

    def opens(self, path: str) -> bool:
        """Return whether the user is shown a page; a refusal is none of the walk's."""
        known = len(self.refused)
        page = self.open(path)
        del self.refused[known:]
        return page is not None and page.path == path

    def _follow(self, addresses: list[str], clicks: int) -> list[str]:
        """Open pages and note where their links lead; return those that lead to a new route."""
        pages = [page for address in addresses if (page := self.open(address)) is not None]
        return [page.links[path] for page in pages for path in sorted(page.links) if self._arrive(path, clicks)]

    def _arrive(self, path: str, clicks: int) -> bool:
        """Note that a path was reached; return whether it is the first of its route."""
        try:
            name = resolve(path).view_name
        except Resolver404:
            return False
        is_first = name not in self.clicks
        self.clicks.setdefault(name, clicks)
        return is_first

    def _searched(self) -> Iterator[str]:
        """Yield the pages and, of each kind of object, one that the search finds by its title."""
        yield from (reverse(page.route) for page in searchable_pages() if page.is_open_to(self.roles))
        for route in _pages():
            if recall_by_route(route.name) is not None:
                paths = [reverse(route.name, kwargs=example.arguments) for example in self.examples(route, 2)]
                yield from [path for path in paths if self.opens(path) and self.finds(path)][:1]

    def finds(self, path: str) -> bool:
        """Return whether the search for a page's own title shows it."""
        page = self.open(path)
        words = SearchWords.parse(page.heading) if page is not None else None
        found = search_everything(User.objects.get(pk=self.user.pk), words) if words else []
        return any(shown.entry.url == path for section in found for shown in section.entries)

    def unreached(self) -> dict[str, str]:
        """Return the routes that were not met, each with an address at which the user is shown a page.

        A page that the page above it in its own address leads to was only left out because another object was opened.
        """
        missing = {}
        for route in sorted(_pages(), key=lambda each: len(each.arguments)):
            if route.name in self.clicks:
                continue
            for example in self.examples(route):
                path = reverse(route.name, kwargs=example.arguments)
                row = row_of(path)
                if row is None or not _may(self.roles, row):
                    break
                if self.opens(path):
                    missing[route.name] = path
                    self._arrive_from_above(path)
                    if route.name in self.clicks:
                        del missing[route.name]
                        break
        return missing

    def _arrive_from_above(self, path: str) -> None:
        above = path
        while (above := above.rstrip("/").rpartition("/")[0] + "/") != "/":
            try:
                clicks = self.clicks.get(resolve(above).view_name, MOST_CLICKS)
            except Resolver404:
                continue
            page = self.open(above) if clicks < MOST_CLICKS else None
            if page is not None and path in page.links:
                self._arrive(path, clicks + 1)
                return


@cache
def _pages() -> tuple[Route, ...]:
    """Return the routes that may be pages: those that docs/access.md lists with GET."""
    return tuple(route for route in routes() if not route.name.startswith("api:"))


def _own_path(address: str) -> str:
    """Return the path of an address of ours; empty for one elsewhere."""
    parts = urlsplit(address)
    return parts.path if parts.scheme in ("", "http") and parts.netloc in ("", "testserver") else ""


def _may(roles: frozenset[str], row: Row) -> bool:
    return row.needs == "signed-in" or any(row.permission in GRANTS[role] for role in roles)


@dataclass
class RoleReport:
    """What came of one role's walk: how many pages are how far, those that nothing leads to, and links that refuse."""

    role: str
    by_clicks: dict[int, int]
    missing: dict[str, str]
    refused: list[str]

    def __str__(self) -> str:
        return f"| {self.role} | {sum(self.by_clicks.values())} | {' | '.join(map(str, self.by_clicks.values()))} |"


def walk_as(user: User, role: str, objects: dict[str, list[Example]]) -> RoleReport:
    """Walk as a user, and tell how near each page is that the role may open."""
    walk = RoleWalk(user, objects)
    walk.walk()
    refused = list(walk.refused)
    missing = walk.unreached()
    distances = Counter(walk.clicks.values())
    return RoleReport(role, {clicks: distances[clicks] for clicks in range(MOST_CLICKS + 1)}, missing, refused)
