"""How many clicks away each role has the pages that it may open, in a whole demo.

A walk begins with the page on which a role lands after sign-in, and follows links breadth-first; of each route it opens one
page, that of the first object met. What other objects offer is known from the walk over every object, which opens their pages
anyway: `RouteLinks` holds to which routes the pages of a route led an account of a role.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from html import unescape
from http.client import FORBIDDEN, OK
from itertools import islice
from urllib.parse import urljoin, urlsplit
from uuid import UUID

from django.http import HttpResponseBase
from django.test import Client
from django.urls import Resolver404, resolve, reverse

from doanso.access.models import RoleAssignment
from doanso.access.roles import GRANTS
from doanso.access.search import SearchEntry, recall_by_route
from doanso.access.tests.test_access_table import ROWS, Row
from doanso.accounts.models import User
from doanso.home.tests.objects import Example, objects_of, sample
from doanso.home.tests.shown_days import ShownDays
from doanso.lib.search_words import SearchWords
from doanso.search.pages import searchable_pages
from doanso.search.queries import search_everything
from doanso.tests.routes import Route, routes
from doanso.units.models import UnitPath

MOST_CLICKS = 3
TRIED = 6
"""Objects of a route that a role tries until one opens, and those of a kind that it searches until one is shown."""
# Links to other pages, and forms that only ask; parsing each page whole would take longer than making it.
_LINK = re.compile(r'<a\s[^>]*?href="([^"#][^"]*)"')
_ASKING = re.compile(r'<form\s(?![^>]*method="post")[^>]*?action="([^"]+)"')
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


@lru_cache(maxsize=50_000)
def route_of(path: str) -> str:
    """Return the name of the route that answers a path; empty if none does."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def roles_of(user: User) -> frozenset[str]:
    """Return the user's roles."""
    return frozenset(user.role_assignments.values_list("role", flat=True))


@dataclass(frozen=True)
class PageAnswer:
    """What a role is answered: the page's own path, and where its links lead by path."""

    path: str
    links: dict[str, str]


def _is_page(answer: HttpResponseBase) -> bool:
    return (
        answer.status_code == OK
        and not answer.streaming
        and answer.headers.get("Content-Type", "").startswith("text/html")
        and b"<html" in answer.content  # type: ignore[attr-defined]
    )


def _links(text: str, path: str) -> dict[str, str]:
    """Return the addresses to which the page at a path leads, by their paths."""
    links: dict[str, str] = {}
    for each in (*_LINK.findall(text), *_ASKING.findall(text)):
        address = urljoin(path, unescape(each))
        links.setdefault(_own_path(address), address)
    return links


class RouteLinks:
    """To which routes the pages of a route led an account of a role, whichever object they were about."""

    def __init__(self) -> None:
        self._targets: dict[frozenset[str], dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
        self._roles: dict[UUID, frozenset[str]] = {}

    def note(self, user: User, route: str, path: str, answer: HttpResponseBase) -> None:
        """Add the links of what a user was answered; a file, a fragment and a refusal have none."""
        if _is_page(answer):
            if user.pk not in self._roles:
                self._roles[user.pk] = roles_of(user)
            targets = self._targets[self._roles[user.pk]][route]
            targets.update(map(route_of, _links(answer.content.decode(), path)))  # type: ignore[attr-defined]

    def distances(self, roles: frozenset[str], clicks: dict[str, int]) -> dict[str, int]:
        """Return the clicks to each route, given those of one walk, where the links noted for these roles are followed too."""
        distances = dict(clicks)
        for distance in range(MOST_CLICKS):
            for route in [route for route, known in distances.items() if known == distance]:
                for target in self._targets[roles][route] - {""}:
                    distances[target] = min(distances.get(target, MOST_CLICKS), distance + 1)
        return distances


@dataclass
class RoleWalk:
    """The walk of one user: the clicks to each route, links that refuse, and routes that the search alone leads to."""

    user: User
    objects: dict[str, list[Example]]
    days: ShownDays
    client: Client = field(default_factory=Client)
    clicks: dict[str, int] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    _pages: dict[str, PageAnswer | None] = field(default_factory=dict)

    @cached_property
    def roles(self) -> frozenset[str]:
        """The user's roles."""
        return roles_of(self.user)

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
            self.days.note(route_of(path), path, answer)
            if _is_page(answer):
                final, text = answer.request["PATH_INFO"], answer.content.decode()
                page = self._pages[final] = PageAnswer(final, _links(text, final))
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
        name = route_of(path)
        if not name:
            return False
        is_first = name not in self.clicks
        self.clicks.setdefault(name, clicks)
        return is_first

    def _searched(self) -> Iterator[str]:
        """Yield the pages and, of each kind of object, one that the search finds by its title."""
        yield from (reverse(page.route) for page in searchable_pages() if page.is_open_to(self.roles))
        for route in _pages():
            if (recall := recall_by_route(route.name)) is not None:
                entries = recall(self.user, [example.arguments for example in self.examples(route)])
                yield from islice((entry.url for entry in entries if self._finds(entry)), 1)

    def _finds(self, entry: SearchEntry) -> bool:
        """Return whether the search for an object's title shows it."""
        words = SearchWords.parse(entry.title)
        # A user's grants are kept with the object that was asked; a request begins with a new one.
        found = search_everything(User.objects.get(pk=self.user.pk), words) if words else []
        return any(shown.entry.url == entry.url for section in found for shown in section.entries)

    def unreached(self, asked: Collection[str]) -> dict[str, str]:
        """Return those of the asked routes that were not met, each with an address at which the user is shown a page.

        The walk over every object opens few pages of some roles, so the pages above in the address are asked once more.
        """
        missing = {}
        for route in _pages():
            if route.name in self.clicks or route.name not in asked:
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
            clicks = self.clicks.get(route_of(above), MOST_CLICKS)
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


def walk_as(user: User, objects: dict[str, list[Example]], days: ShownDays) -> RoleWalk:
    """Walk as a user from the first page, and note the days that pages show."""
    walk = RoleWalk(user, objects, days)
    walk.walk()
    return walk


def report_of(walk: RoleWalk, links: RouteLinks, asked: Collection[str]) -> RoleReport:
    """Tell how near each page is that the walk's user may open, by the links of the walk and those noted for the role; of the
    asked routes also which are not near."""
    refused = list(walk.refused)
    walk.clicks = links.distances(walk.roles, walk.clicks)
    missing = walk.unreached(asked)
    distances = Counter(walk.clicks.values())
    by_clicks = {clicks: distances[clicks] for clicks in range(MOST_CLICKS + 1)}
    return RoleReport(walk.user.username, by_clicks, missing, refused)
