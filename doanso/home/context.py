"""What every signed-in page shows around its content. Nothing is read until a template asks for it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise, SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from doanso.access.policy import current_holdings
from doanso.access.roles import GRANTS, Scope
from doanso.accounts.models import User
from doanso.home import queries


@dataclass(frozen=True, slots=True)
class Room:
    """A place of the menu: for whom holds the verb over a unit's subtree (or over their own record only)."""

    verb: str
    route: str
    icon: str
    label: str | Promise
    scope: Scope = Scope.SUBTREE
    short: str | Promise = ""
    group: str | Promise = ""


ROOMS = (
    Room("targets.view", "home:start", "layout-dashboard", _("Overview")),
    Room("adoption.view", "adoption:own", "device-mobile", _("My services"), scope=Scope.OWN),
    Room("targets.view", "targets:list", "target", _("Targets")),
    Room("units.view", "access:units", "building-community", _("Units")),
    Room("members.view", "members:list", "users", _("Members")),
    Room("adoption.attest", "adoption:attest", "checks", pgettext_lazy("menu", "Attest"), group=_("Work")),
    Room("imports.run", "imports:list", "file-spreadsheet", _("Import lists"), short=_("Import"), group=_("Work")),
    Room("access.grant", "access:users", "key", _("Rights"), group=_("Administration")),
    Room("audit.view", "access:history", "history", _("History"), group=_("Administration")),
)


def _holds(user: User) -> Callable[[Room], bool]:
    granted = {(verb, scope) for holding in current_holdings(user) for verb, scope in GRANTS[holding.role].items()}
    return lambda room: (room.verb, room.scope) in granted


def _nav(request: HttpRequest) -> list[dict[str, Any]]:
    if not request.user.is_authenticated:
        return []
    rooms = [room for room in ROOMS if _holds(request.user)(room)]
    addresses = {room: reverse(room.route) for room in rooms}
    # The room one stands in is the one whose address is the longest beginning of the page's own.
    inside = [room for room in rooms if request.path.startswith(addresses[room])]
    current = max(inside, key=lambda room: len(addresses[room]), default=None)
    return [
        {
            "url": addresses[room],
            "icon": room.icon,
            "label": room.label,
            "short": room.short,
            "group": room.group,
            "current": room is current,
        }
        for room in rooms
    ]


def _shell(request: HttpRequest) -> dict[str, str]:
    if not request.user.is_authenticated:
        return {}
    place = queries.place_of(request.user)
    shown = {"user": request.user.display_name, "unit": "", "role": ""}
    if place is not None:
        shown |= {"unit": place.unit_name, "role": place.role_name}
    return shown


def shell(request: HttpRequest) -> dict[str, Any]:
    """Navigation and the user's place, for `base_work.html`."""
    if not hasattr(request, "user"):
        return {"nav": [], "shell": {}}
    return {"nav": SimpleLazyObject(lambda: _nav(request)), "shell": SimpleLazyObject(lambda: _shell(request))}
