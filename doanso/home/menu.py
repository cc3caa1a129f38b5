"""The menu of each set of roles, composed of the tabs and pages that apps have registered."""

from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from django.urls import reverse

from doanso.access.models import Role
from doanso.access.roles import GRANTS
from doanso.lib.navigation import (
    SECTION_HEADS,
    Label,
    NavigationSection,
    SectionHead,
    Tab,
    TabPage,
    pages_of,
    tabs_in_order,
)

BAR_PLACES = 4
"""How many places the bar at the foot of a phone's screen holds beside the sheet of all tabs."""
BAR = {
    Role.CITY_ADMINISTRATOR: ("today", "programme", "people", "movement"),
    Role.CITY_OFFICER: ("today", "programme", "people", "movement"),
    Role.UNIT_SECRETARY: ("today", "support:record", "people", "programme"),
    Role.BRANCH_SECRETARY: ("today", "support:record", "people.members", "movement.doors"),
    Role.CLERK: ("today", "office.documents", "documents:received", "incoming:arrivals"),
    Role.INSPECTOR: ("today", "programme", "people.attest", "organisation.history"),
}
"""The places of the bar by main role: codes of sections and tabs, and routes of pages. What is missing is filled up in order."""
LEFT_OUT = {Role.CLERK: {NavigationSection.PROGRAMME}, Role.BRANCH_SECRETARY: {NavigationSection.ORGANISATION}}
"""Sections that are left out of a role's menu, though its permissions reach them, because its work is elsewhere."""

MAIN_ROLE_ONLY = {"own.home": Role.HELPER}
"""Tabs for users of one main role alone: the start page leads the others to a page that has a tab of its own."""


@dataclass(frozen=True, slots=True, eq=False)
class MenuTab:
    """A tab with those of its pages that the user may open."""

    tab: Tab
    pages: tuple[TabPage, ...]

    @property
    def label(self) -> Label:
        """The tab's label, or that of its only page where the page names it."""
        return self.pages[0].alone or self.tab.label if len(self.pages) == 1 else self.tab.label

    @property
    def route(self) -> str:
        """The route that the tab opens."""
        return self.pages[0].route

    @property
    def listed(self) -> tuple[TabPage, ...]:
        """The pages to choose from; empty if there is only one."""
        listed = tuple(page for page in self.pages if page.listed)
        return listed if len(listed) > 1 else ()


@dataclass(frozen=True, slots=True, eq=False)
class MenuSection:
    """A section with those of its tabs of which the user may open a page."""

    head: SectionHead
    tabs: tuple[MenuTab, ...]


@dataclass(frozen=True, slots=True)
class BarPlace:
    """A place in the bar at the foot of a phone's screen; `code` is that of the section, tab or page it stands for."""

    code: str
    label: Label
    icon: str
    route: str


class MenuPosition(NamedTuple):
    """Where a page belongs in a menu."""

    section: MenuSection
    tab: MenuTab
    page: TabPage

    def is_index(self, path: str) -> bool:
        """Return whether the tabs are shown at this path: on the page itself, and where its pattern of indexes matches."""
        pattern = self.page.index_pattern
        return path == _address(self.page.route) or (pattern is not None and pattern.search(path) is not None)


@dataclass(frozen=True, slots=True, eq=False)
class Menu:
    """The sections that a set of roles is shown, the user's own pages, and the bar on a phone."""

    sections: tuple[MenuSection, ...]
    own: MenuSection | None
    bar: tuple[BarPlace, ...]

    def position(self, path: str) -> MenuPosition | None:
        """Return where a page at this path belongs; None for a page outside the menu."""
        return _position(self, path)

    def find_position(self, path: str) -> MenuPosition | None:
        """Return the same as `position`, which keeps the last answers."""
        for section in (*self.sections, *([self.own] if self.own else ())):
            for tab in section.tabs:
                for page in tab.pages:
                    if page.inside_pattern.search(path):
                        return MenuPosition(section, tab, page)
        return None


@lru_cache(maxsize=256)
def menu_of(roles: Set[str], main_role: str, *, signed_in: bool = True) -> Menu:
    """Return the menu of a user with these roles, which depends on the table of roles alone; `main_role` is the widest."""
    if not signed_in:
        return Menu((), None, ())
    granted = {(permission, str(scope)) for role in roles for permission, scope in GRANTS[role].items()}
    left_out = set.intersection(*(set(LEFT_OUT.get(Role(role), ())) for role in roles)) if roles else set()
    tabs = [
        MenuTab(tab, _permitted(pages_of(tab.code), granted))
        for tab in tabs_in_order()
        if MAIN_ROLE_ONLY.get(tab.code, main_role) == main_role
    ]
    sections = [
        MenuSection(head, tuple(tab for tab in tabs if tab.tab.section is head.section and tab.pages))
        for head in SECTION_HEADS
        if head.section not in left_out
    ]
    shown = tuple(section for section in sections if section.tabs and section.head.section is not NavigationSection.OWN)
    own = next(
        (section for section in sections if section.tabs and section.head.section is NavigationSection.OWN), None
    )
    return Menu(shown, own, _bar(shown, own, BAR.get(Role(main_role), ()) if main_role else ()))


def _permitted(pages: Iterable[TabPage], granted: Set[tuple[str, str]]) -> tuple[TabPage, ...]:
    # A page with several scopes is registered once for each.
    permitted: dict[str, TabPage] = {}
    for page in pages:
        if not page.permissions or any((permission, page.scope) in granted for permission in page.permissions):
            permitted.setdefault(page.route, page)
    return tuple(permitted.values())


def _bar(sections: tuple[MenuSection, ...], own: MenuSection | None, first: tuple[str, ...]) -> tuple[BarPlace, ...]:
    if not sections:
        return tuple(_tab_place(tab) for tab in own.tabs)[: BAR_PLACES + 1] if own else ()
    places: dict[str, BarPlace] = {}
    for section in sections:
        head = section.head
        places[head.section] = BarPlace(head.section, head.short or head.label, head.icon, section.tabs[0].route)
    for tab in (tab for section in sections for tab in section.tabs):
        places.setdefault(tab.tab.code, _tab_place(tab))
        for page in tab.pages:
            places.setdefault(
                page.route, BarPlace(page.route, page.short or page.label, page.icon or tab.tab.icon, page.route)
            )
    chosen = [code for code in first if code in places]
    chosen += [section.head.section for section in sections if section.head.section not in chosen]
    return tuple(places[code] for code in chosen[:BAR_PLACES])


def _tab_place(tab: MenuTab) -> BarPlace:
    short = tab.pages[0].short if tab.tab.section is NavigationSection.OWN else ""
    return BarPlace(tab.tab.code, short or tab.tab.short or tab.label, tab.tab.icon, tab.route)


@lru_cache(maxsize=4096)
def _position(menu: Menu, path: str) -> MenuPosition | None:
    return menu.find_position(path)


@lru_cache(maxsize=256)
def _address(route: str) -> str:
    return reverse(route)
