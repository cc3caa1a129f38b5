"""What every signed-in page shows around its content. Nothing is read until a template asks for it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import pgettext_lazy

from doanso.access.models import Role
from doanso.access.policy import current_holdings
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.home import queries
from doanso.home.growth import growth
from doanso.signing import policy as signing


@dataclass(frozen=True, slots=True)
class Room:
    """A place of the menu: for whom holds the verb over a unit's subtree (or over their own record only).

    `inside` is a pattern of the addresses that belong to it.
    """

    verb: str
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
ROOMS = (
    Room("assignments.view", "home:today", r"^/today/$", "home", pgettext_lazy("menu", "Today")),
    Room("targets.view", "home:overview", _OVERVIEW, "layout-dashboard", pgettext_lazy("menu", "Overview")),
    Room(
        "outreach.refer",
        "referrals:me",
        r"^/me/|^/my-services/|^/referrals/",
        "device-mobile",
        pgettext_lazy("menu", "My record"),
        Scope.OWN,
    ),
    Room("targets.view", "home:indicators", r"/indicators/|/cascade/", "target", pgettext_lazy("menu", "Targets")),
    Room(
        "reports.view",
        "reports:periods",
        r"/periods/",
        "lock",
        pgettext_lazy("menu", "Months to close"),
        short=pgettext_lazy("menu", "Months"),
    ),
    Room(
        "reports.view",
        "reports:home",
        r"/reports/|/layouts/",
        "report-analytics",
        pgettext_lazy("menu", "Reports"),
    ),
    Room(
        "documents.receive",
        "documents:desk",
        _DOCUMENTS,
        "file-text",
        pgettext_lazy("menu", "Documents"),
        Scope.HERE,
    ),
    # Who only reads what others issued begins at their registers.
    Room("access.unmask", "documents:register", _DOCUMENTS, "file-text", pgettext_lazy("menu", "Documents")),
    Room(
        "documents.receive",
        "documents:received",
        _DOCUMENTS,
        "mail",
        pgettext_lazy("menu", "Documents for me"),
        Scope.OWN,
    ),
    Room("units.view", "access:units", _UNITS, "building-community", pgettext_lazy("menu", "Units")),
    Room("members.view", "members:list", r"^/members/", "users", pgettext_lazy("menu", "Members")),
    Room(
        "support.view",
        "support:list",
        r"^/support/",
        "heart-handshake",
        pgettext_lazy("menu", "Help given"),
        short=pgettext_lazy("menu", "Help"),
    ),
    Room("adoption.view", "adoption:overview", _SERVICES, "device-mobile", pgettext_lazy("menu", "Use of services")),
    Room(
        "outreach.view",
        "outreach:today",
        r"^/outreach/",
        "home-heart",
        pgettext_lazy("menu", "From door to door"),
        short=pgettext_lazy("menu", "Doors"),
        group=_DOORS,
    ),
    Room(
        "outreach.view",
        "outreach:visits",
        r"^/outreach/",
        "home-heart",
        pgettext_lazy("menu", "My visits"),
        Scope.OWN,
    ),
    Room(
        "outreach.manage",
        "outreach:drives",
        r"^/(drives|doors)/",
        "walk",
        pgettext_lazy("menu", "Drives"),
        group=_DOORS,
    ),
    Room(
        "outreach.manage",
        "outreach:teams",
        r"^/teams/",
        "users-group",
        pgettext_lazy("menu", "Digital teams"),
        group=_DOORS,
    ),
    Room(
        "adoption.attest",
        "adoption:declarations",
        r"^/declarations/",
        "clipboard-check",
        pgettext_lazy("menu", "Declared by members"),
        group=_WORK,
    ),
    Room("people.view", "people:people", r"^/people/", "user-circle", pgettext_lazy("menu", "Directory"), group=_WORK),
    Room(
        "people.view_requests",
        "people:requests",
        r"^/requests/",
        "shield-lock",
        pgettext_lazy("menu", "Data requests"),
        group=_WORK,
    ),
    Room(
        "people.settle_duplicates",
        "people:pairs",
        r"^/duplicates/",
        "users-group",
        pgettext_lazy("menu", "Perhaps the same"),
        group=_WORK,
    ),
    Room("adoption.attest", "adoption:attest", r"^/attest/", "checks", pgettext_lazy("menu", "Attest"), group=_WORK),
    Room(
        "assignments.view",
        "assignments:list",
        r"^/assignments/",
        "calendar-event",
        pgettext_lazy("menu", "Assignments"),
        group=_WORK,
    ),
    Room(
        "sync.decide",
        "sync:list",
        r"^/sync/",
        "cloud-up",
        pgettext_lazy("menu", "Records from phones"),
        short=pgettext_lazy("menu", "From phones"),
        group=_WORK,
    ),
    Room(
        "sync.manage_devices",
        "sync:devices",
        r"^/sync/devices/",
        "device-mobile",
        pgettext_lazy("menu", "My phones"),
        Scope.OWN,
        group=_WORK,
    ),
    Room("outreach.refer", "referrals:list", r"^/referrals/", "user-plus", pgettext_lazy("menu", "1+2"), group=_WORK),
    Room(
        "imports.run",
        "imports:list",
        r"^/imports/",
        "file-spreadsheet",
        pgettext_lazy("menu", "Import lists"),
        short=pgettext_lazy("menu", "Import"),
        group=_WORK,
    ),
    Room(
        "access.grant",
        "access:users",
        r"^/(users|roles)/",
        "key",
        pgettext_lazy("menu", "Rights"),
        group=_ADMINISTRATION,
    ),
    Room(
        "organisation.preview",
        "organisation:list",
        r"^/organisation/",
        "sitemap",
        pgettext_lazy("menu", "Organisation"),
        group=_ADMINISTRATION,
    ),
    Room(
        "audit.view",
        "access:history",
        r"^/history/",
        "history",
        pgettext_lazy("menu", "History"),
        group=_ADMINISTRATION,
    ),
    Room(
        "signing.trust",
        "signing:authorities",
        r"^/signing/authorities/",
        "shield-check",
        pgettext_lazy("menu", "Certification authorities"),
        short=pgettext_lazy("menu", "Authorities"),
        group=_ADMINISTRATION,
    ),
)


ON_A_PHONE = 4
"""As many rooms as the thumb's bar holds beside the menu."""
THUMB = (
    "home:today",
    "home:overview",
    "outreach:today",
    "members:list",
    "support:list",
    "referrals:me",
    "home:indicators",
)
"""Routes that come to the thumb's bar first; the others follow in the menu's order."""
THUMB_OF = {Role.CLERK: ("documents:desk", "home:today")}
"""What comes before them for somebody whose day begins elsewhere."""


def _holds(user: User) -> Callable[[Room], bool]:
    granted = {(verb, scope) for holding in current_holdings(user) for verb, scope in GRANTS[holding.role].items()}
    return lambda room: (room.verb, room.scope) in granted


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    if not request.user.is_authenticated:
        return []
    rooms = list(filter(_holds(request.user), ROOMS))
    holding = queries.main_holding(request.user)
    first = (*(THUMB_OF.get(Role(holding.role), ()) if holding is not None else ()), *THUMB)
    ranked = sorted(rooms, key=lambda room: first.index(room.route) if room.route in first else len(first))
    at_hand = {room.route for room in (rooms if len(rooms) == ON_A_PHONE + 1 else ranked[:ON_A_PHONE])}
    return [
        {
            "url": reverse(room.route),
            "icon": room.icon,
            "label": room.label,
            "short": room.short,
            "group": room.group,
            "at_hand": room.route in at_hand,
            "current": re.search(room.inside, request.path) is not None,
        }
        for room in rooms
    ]


def _shell(request: HttpRequest) -> dict[str, str]:
    if not request.user.is_authenticated:
        return {}
    place = queries.place_of(request.user, getattr(request, "way_to_unit", ()))
    shown = {"user": request.user.display_name, "unit": "", "role": "", "certificates": ""}
    if place is not None:
        shown |= {"unit": place.unit_name, "role": place.role_name}
    if signing.VIEW.allows_anywhere(request.user):
        shown["certificates"] = reverse("signing:certificates")
    return shown


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation, the user's place, and how far a demo has grown, for `base_work.html`."""
    if not hasattr(request, "user"):
        return {"nav": [], "shell": {}}
    return {
        "nav": SimpleLazyObject(lambda: _nav(request)),
        "shell": SimpleLazyObject(lambda: _shell(request)),
        "growth": SimpleLazyObject(growth),
    }
