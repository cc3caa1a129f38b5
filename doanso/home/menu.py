"""The menu of signed-in pages: its items, and the items of each set of roles."""

import re
from collections.abc import Set
from dataclasses import dataclass
from functools import lru_cache

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from doanso.access.models import Role
from doanso.access.roles import GRANTS, Scope


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One entry of the menu, shown to users with the permission in the scope.

    `inside` is a pattern of the paths that belong to it.
    """

    permission: str
    route: str
    inside: str
    icon: str
    label: str | Promise
    scope: Scope = Scope.SUBTREE
    short: str | Promise = ""
    group: str | Promise = ""


_WORK = pgettext_lazy("menu", "Work")
_DOORS = pgettext_lazy("menu", "At the door")
_ADMINISTRATION = pgettext_lazy("menu", "Administration")
_OVERVIEW = r"^/$|^/programmes/[^/]+/$|/dashboard/$"
_SERVICES = r"^/(declare-links|adoption)/|^/units/[^/]+/(services|difficulties|still-using)/$"
_UNITS = r"^/units/(?!.*/(dashboard|services|difficulties|still-using|letterhead)/$|.*/(register|arrivals|documents)/)"
_DOCUMENTS = r"^/documents/|^/signing/(?!authorities/)|/letterhead/$|^/units/[^/]+/(register|arrivals|documents)/"
ITEMS = (
    MenuItem("assignments.view", "home:today", r"^/today/$", "home", pgettext_lazy("menu", "Today")),
    MenuItem("targets.view", "home:overview", _OVERVIEW, "layout-dashboard", pgettext_lazy("menu", "Overview")),
    MenuItem(
        "outreach.refer",
        "referrals:me",
        r"^/me/|^/my-services/|^/referrals/",
        "device-mobile",
        pgettext_lazy("menu", "My record"),
        Scope.OWN,
    ),
    MenuItem("targets.view", "home:indicators", r"/indicators/|/cascade/", "target", pgettext_lazy("menu", "Targets")),
    MenuItem(
        "reports.view",
        "reports:periods",
        r"/periods/",
        "lock",
        pgettext_lazy("menu", "Months to close"),
        short=pgettext_lazy("menu", "Months"),
    ),
    MenuItem(
        "reports.view",
        "reports:home",
        r"/reports/|/layouts/",
        "report-analytics",
        pgettext_lazy("menu", "Reports"),
    ),
    MenuItem(
        "documents.receive",
        "documents:desk",
        _DOCUMENTS,
        "file-text",
        pgettext_lazy("menu", "Documents"),
        Scope.HERE,
    ),
    # An inspector, who only reads what others issued, begins at their registers.
    MenuItem("access.unmask", "documents:register", _DOCUMENTS, "file-text", pgettext_lazy("menu", "Documents")),
    MenuItem(
        "documents.receive",
        "documents:received",
        _DOCUMENTS,
        "mail",
        pgettext_lazy("menu", "Documents for me"),
        Scope.OWN,
    ),
    MenuItem("units.view", "access:units", _UNITS, "building-community", pgettext_lazy("menu", "Units")),
    MenuItem("members.view", "members:list", r"^/members/", "users", pgettext_lazy("menu", "Members")),
    MenuItem(
        "support.view",
        "support:list",
        r"^/support/",
        "heart-handshake",
        pgettext_lazy("menu", "Help given"),
        short=pgettext_lazy("menu", "Help"),
    ),
    MenuItem(
        "adoption.view", "adoption:overview", _SERVICES, "device-mobile", pgettext_lazy("menu", "Use of services")
    ),
    MenuItem(
        "outreach.view",
        "outreach:today",
        r"^/outreach/",
        "home-heart",
        pgettext_lazy("menu", "From door to door"),
        short=pgettext_lazy("menu", "Doors"),
        group=_DOORS,
    ),
    MenuItem(
        "outreach.view",
        "outreach:visits",
        r"^/outreach/",
        "home-heart",
        pgettext_lazy("menu", "My visits"),
        Scope.OWN,
    ),
    MenuItem(
        "outreach.manage",
        "outreach:drives",
        r"^/(drives|doors)/",
        "walk",
        pgettext_lazy("menu", "Drives"),
        group=_DOORS,
    ),
    MenuItem(
        "outreach.manage",
        "outreach:teams",
        r"^/teams/",
        "users-group",
        pgettext_lazy("menu", "Digital teams"),
        group=_DOORS,
    ),
    MenuItem(
        "adoption.attest",
        "adoption:declarations",
        r"^/declarations/",
        "clipboard-check",
        pgettext_lazy("menu", "Declared by members"),
        group=_WORK,
    ),
    MenuItem(
        "people.view", "people:people", r"^/people/", "user-circle", pgettext_lazy("menu", "Directory"), group=_WORK
    ),
    MenuItem(
        "people.view_requests",
        "people:requests",
        r"^/requests/",
        "shield-lock",
        pgettext_lazy("menu", "Data requests"),
        group=_WORK,
    ),
    MenuItem(
        "people.settle_duplicates",
        "people:pairs",
        r"^/duplicates/",
        "users-group",
        pgettext_lazy("menu", "Perhaps the same"),
        group=_WORK,
    ),
    MenuItem(
        "adoption.attest", "adoption:attest", r"^/attest/", "checks", pgettext_lazy("menu", "Attest"), group=_WORK
    ),
    MenuItem(
        "assignments.view",
        "assignments:list",
        r"^/assignments/",
        "calendar-event",
        pgettext_lazy("menu", "Assignments"),
        group=_WORK,
    ),
    MenuItem(
        "sync.decide",
        "sync:list",
        r"^/sync/",
        "cloud-up",
        pgettext_lazy("menu", "Records from phones"),
        short=pgettext_lazy("menu", "From phones"),
        group=_WORK,
    ),
    MenuItem(
        "sync.manage_devices",
        "sync:devices",
        r"^/sync/devices/",
        "device-mobile",
        pgettext_lazy("menu", "My phones"),
        Scope.OWN,
        group=_WORK,
    ),
    MenuItem(
        "outreach.refer", "referrals:list", r"^/referrals/", "user-plus", pgettext_lazy("menu", "1+2"), group=_WORK
    ),
    MenuItem(
        "imports.run",
        "imports:list",
        r"^/imports/",
        "file-spreadsheet",
        pgettext_lazy("menu", "Import lists"),
        short=pgettext_lazy("menu", "Import"),
        group=_WORK,
    ),
    MenuItem(
        "access.grant",
        "access:users",
        r"^/(users|roles)/",
        "key",
        pgettext_lazy("menu", "Rights"),
        group=_ADMINISTRATION,
    ),
    MenuItem(
        "organisation.preview",
        "organisation:list",
        r"^/organisation/",
        "sitemap",
        pgettext_lazy("menu", "Organisation"),
        group=_ADMINISTRATION,
    ),
    MenuItem(
        "audit.view",
        "access:history",
        r"^/history/",
        "history",
        pgettext_lazy("menu", "History"),
        group=_ADMINISTRATION,
    ),
    MenuItem(
        "signing.trust",
        "signing:authorities",
        r"^/signing/authorities/",
        "shield-check",
        pgettext_lazy("menu", "Certification authorities"),
        short=pgettext_lazy("menu", "Authorities"),
        group=_ADMINISTRATION,
    ),
)


TABS = 4
"""How many items the bar at the foot of a phone's screen holds beside its own menu."""
FIRST_TABS = (
    "home:today",
    "home:overview",
    "outreach:today",
    "members:list",
    "support:list",
    "referrals:me",
    "home:indicators",
)
"""Routes that are placed in that bar first; the others follow in the menu's order."""
FIRST_TABS_OF = {Role.CLERK: ("documents:desk", "home:today")}
"""Routes placed before these for a role that begins its day elsewhere."""


_PATTERNS = {item: re.compile(item.inside) for item in ITEMS}


@dataclass(frozen=True, slots=True)
class Menu:
    """The items that a set of roles is shown, in order, and the routes of those in the bar on a phone."""

    items: tuple[MenuItem, ...]
    tabs: frozenset[str]

    def current(self, path: str) -> tuple[bool, ...]:
        """Return for each item whether a page at this path belongs to it."""
        return tuple(_PATTERNS[item].search(path) is not None for item in self.items)


@lru_cache(maxsize=256)
def menu_of(roles: Set[str], main_role: str) -> Menu:
    """Return the menu of a user with these roles, which depends on the table of roles alone; `main_role` is the widest."""
    granted = {grant for role in roles for grant in GRANTS[role].items()}
    items = tuple(item for item in ITEMS if (item.permission, item.scope) in granted)
    first = (*(FIRST_TABS_OF.get(Role(main_role), ()) if main_role else ()), *FIRST_TABS)
    ranked = sorted(items, key=lambda item: first.index(item.route) if item.route in first else len(first))
    # A single item beyond the bar needs no menu of its own.
    tabs = items if len(items) == TABS + 1 else ranked[:TABS]
    return Menu(items, frozenset(item.route for item in tabs))
