"""Navigation of signed-in pages: seven sections in a fixed order, their tabs, and the pages of each tab.

Each app declares its tabs and pages in its `navigation.py` and registers them in `AppConfig.ready`. `home.menu` composes the
menu of each set of roles. A new feature becomes a tab of one of the seven sections, never an eighth section.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

type Label = str | Promise


class NavigationSection(StrEnum):
    """The places of the product, in the order in which they are shown."""

    TODAY = "today"
    PROGRAMME = "programme"
    PEOPLE = "people"
    MOVEMENT = "movement"
    OFFICE = "office"
    PUBLIC = "public"
    ORGANISATION = "organisation"
    # A user's own record and account. Shown as places of the first level to users without any of the seven above.
    OWN = "own"


@dataclass(frozen=True, slots=True)
class SectionHead:
    """How a section is shown. `short` is its label in the bar of a phone, where the label is too long."""

    section: NavigationSection
    label: Label
    icon: str
    short: Label = ""


SECTION_HEADS = (
    SectionHead(NavigationSection.TODAY, pgettext_lazy("navigation", "Today"), "inbox"),
    SectionHead(
        NavigationSection.PROGRAMME,
        pgettext_lazy("navigation", "Programme"),
        "target-arrow",
        pgettext_lazy("navigation", "Targets"),
    ),
    SectionHead(NavigationSection.PEOPLE, pgettext_lazy("navigation", "People"), "users"),
    SectionHead(NavigationSection.MOVEMENT, pgettext_lazy("navigation", "Campaigns"), "flag"),
    SectionHead(NavigationSection.OFFICE, pgettext_lazy("navigation", "Office"), "file-text"),
    SectionHead(NavigationSection.PUBLIC, pgettext_lazy("navigation", "Public pages"), "world"),
    SectionHead(NavigationSection.ORGANISATION, pgettext_lazy("navigation", "Organisation"), "hierarchy-2"),
    SectionHead(NavigationSection.OWN, pgettext_lazy("navigation", "My own"), "user-circle"),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab of a section; pages of several apps may belong to it. `order` places it among the tabs of its section."""

    code: str
    section: NavigationSection
    order: int
    label: Label
    icon: str
    short: Label = ""


@dataclass(frozen=True, eq=False)
class TabPage:
    """A page of a tab, for users whose role grants one of these permissions in this scope.

    Without permissions it is for every user. `inside` is a pattern of the paths that belong to it, itself included; a path
    must belong to one page only. The tabs are shown on the page itself, and, where its route redirects or takes arguments, on
    the paths that match `index`. `help` says in one or two sentences what the page is for. `alone` names the tab for users who
    may open no other page of it. `listed` is false for a page that belongs to the tab but is reached from its others.
    """

    tab: str
    order: int
    route: str
    permissions: tuple[str, ...]
    inside: str
    label: Label
    help: Label
    scope: str = "subtree"
    index: str = ""
    icon: str = ""
    short: Label = ""
    alone: Label = ""
    listed: bool = True

    @cached_property
    def inside_pattern(self) -> re.Pattern[str]:
        """The compiled pattern of the paths that belong to the page."""
        return re.compile(self.inside)

    @cached_property
    def index_pattern(self) -> re.Pattern[str] | None:
        """The compiled pattern of further paths on which the tabs are shown."""
        return re.compile(self.index) if self.index else None


_tabs: dict[str, Tab] = {}
_pages: dict[str, TabPage] = {}


def register_navigation(tabs: Iterable[Tab] = (), pages: Iterable[TabPage] = ()) -> None:
    """Register an app's tabs and pages; called once in its `AppConfig.ready`."""
    for tab in tabs:
        if tab.code in _tabs:
            raise RuntimeError(f"Tab {tab.code!r} is registered twice.")
        _tabs[tab.code] = tab
    for page in pages:
        key = f"{page.route} {page.scope}"
        if key in _pages:
            raise RuntimeError(f"The page {key!r} is registered twice.")
        _pages[key] = page


def tabs_in_order() -> list[Tab]:
    """Return all tabs, by section and order."""
    places = list(NavigationSection)
    return sorted(_tabs.values(), key=lambda tab: (places.index(tab.section), tab.order))


def pages_of(tab_code: str) -> list[TabPage]:
    """Return the pages of a tab, in order."""
    return sorted((page for page in _pages.values() if page.tab == tab_code), key=lambda page: page.order)


def places_of(route: str) -> list[tuple[Tab, TabPage]]:
    """Return the pages of a route with their tabs, in order: one for each scope in which it is registered; often none."""
    return [(tab, page) for tab in tabs_in_order() for page in pages_of(tab.code) if page.route == route]


def title_of(tab: Tab, page: TabPage) -> str:
    """Return what a page is called outside its tab: the first page of a tab is called like the tab."""
    return str(tab.label if page is pages_of(tab.code)[0] else page.label)


def problems() -> list[str]:
    """Return a sentence for each page without a tab, and for each two tabs or pages that have one place."""
    found = [
        f"The page {page.route!r} names no tab: {page.tab!r}." for page in _pages.values() if page.tab not in _tabs
    ]
    places = [(tab.section, tab.order) for tab in _tabs.values()]
    found += [
        f"Two tabs have the place {place}." for place in sorted({place for place in places if places.count(place) > 1})
    ]
    # A page with several scopes is registered once for each.
    orders = [(tab, order) for tab, order, _route in {(page.tab, page.order, page.route) for page in _pages.values()}]
    found += [
        f"Two pages have the place {place}." for place in sorted({place for place in orders if orders.count(place) > 1})
    ]
    return found
