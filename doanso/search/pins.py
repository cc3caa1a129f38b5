"""Pages that a user pinned: tabs and objects, shown with the titles that the user may read today."""

from functools import lru_cache

from django.urls import Resolver404, resolve

from doanso.access.policy import current_role_assignments
from doanso.access.roles import GRANTS
from doanso.access.search import SearchEntry, recall_by_route
from doanso.accounts.models import User
from doanso.lib.navigation import Tab, TabPage, pages_of, tabs_in_order, title_of
from doanso.search.queries import recall_entries


def is_pinnable(path: str) -> bool:
    """Return whether this address is a tab's page or the page of an object that can be shown again."""
    try:
        route = resolve(path).view_name
    except Resolver404:
        return False
    return recall_by_route(route) is not None or bool(_tab_pages(path))


@lru_cache(maxsize=512)
def _tab_pages(path: str) -> tuple[tuple[Tab, TabPage], ...]:
    """Return the tab's pages that this address shows, one for each scope; empty where it shows none."""
    try:
        route = resolve(path).view_name
    except Resolver404:
        return ()
    found = []
    for tab in tabs_in_order():
        for page in pages_of(tab.code):
            pattern = page.index_pattern
            if page.route == route or (pattern is not None and pattern.search(path)):
                found.append((tab, page))
    return tuple(found)


def pinned_pages(actor: User) -> list[SearchEntry]:
    """Return the user's pins that they may open today, in their order; a statement for each kind of object among them."""
    paths = [path for path in actor.pins if isinstance(path, str)]
    objects = recall_entries(actor, paths) if paths else {}
    granted = {
        (permission, str(scope))
        for role_assignment in current_role_assignments(actor)
        for permission, scope in GRANTS[role_assignment.role].items()
    }
    entries = []
    for path in paths:
        if path in objects:
            entries.append(objects[path])
            continue
        for tab, page in _tab_pages(path):
            if not page.permissions or any((permission, page.scope) in granted for permission in page.permissions):
                entries.append(SearchEntry(title_of(tab, page), "", path, icon=page.icon or tab.icon))
                break
    return entries
