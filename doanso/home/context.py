"""The frame that signed-in pages show around their content. Nothing is read until a template needs it."""

from functools import cached_property, lru_cache
from typing import Any, NamedTuple

from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from doanso.access.policy import current_role_assignments
from doanso.home import queries
from doanso.home.growth import growth
from doanso.home.menu import Menu, MenuItem, menu_of
from doanso.lib.slotted_templates import SlottedText, slot
from doanso.lib.templatetags.ds import avatar
from doanso.signing import policy as signing


def _nav(menu: Menu, current: tuple[bool, ...]) -> list[dict[str, Any]]:
    return [_nav_entry(menu, item, is_current) for item, is_current in zip(menu.items, current, strict=True)]


def _nav_entry(menu: Menu, item: MenuItem, is_current: bool) -> dict[str, Any]:
    return {
        "url": reverse(item.route),
        "icon": item.icon,
        "label": item.label,
        "short": item.short,
        "group": item.group,
        "at_hand": item.route in menu.tabs,
        "current": is_current,
    }


class FrameText(NamedTuple):
    """The parts of the frame, with slots for the values of user and request."""

    side: SlottedText
    top: SlottedText
    foot: SlottedText


@lru_cache(maxsize=1024)
def _frame_text(
    menu: Menu, current: tuple[bool, ...], certificates: str, theme: str, signed_in: bool, language: str | None
) -> FrameText:
    """Render the frame's parts for all users with this menu and current item."""
    names = ("unit", "brand", "user", "avatar", "role")
    context = {
        "nav": _nav(menu, current),
        "shell": {name: slot(name) for name in names} | {"certificates": certificates},
        "csrf_token": slot("csrf_token"),
        # Parts that light pages also include read these from the request.
        "request": {
            "user": {"is_authenticated": signed_in},
            "COOKIES": {"theme": theme},
            "get_full_path": slot("path"),
        },
    }
    return FrameText(
        SlottedText.of_template("parts/side.html", context),
        SlottedText.of_template("parts/top.html", context),
        SlottedText.of_template("parts/foot.html", context),
    )


class PageFrame:
    """The frame around the content of one page: `base_work.html` writes its `side`, `top` and `foot`."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def _menu(self) -> Menu:
        user = self._request.user
        if not user.is_authenticated:
            return menu_of(frozenset(), "")
        main = queries.main_holding(user)
        roles = frozenset(role_assignment.role for role_assignment in current_role_assignments(user))
        return menu_of(roles, main.role if main is not None else "")

    @cached_property
    def _current(self) -> tuple[bool, ...]:
        return self._menu.current(self._request.path)

    @cached_property
    def nav(self) -> list[dict[str, Any]]:
        """The items of the menu, as templates write them."""
        return _nav(self._menu, self._current)

    @cached_property
    def shell(self) -> dict[str, str]:
        """The user's name, unit and role, and the address of the certificates if they may see any; empty without a user."""
        user = self._request.user
        if not user.is_authenticated:
            return {}
        shown = {"user": user.display_name, "unit": "", "role": "", "certificates": ""}
        place = queries.place_of(user)
        if place is not None:
            shown |= {"unit": place.unit_name, "role": place.role_name}
        if signing.VIEW.allows_anywhere(user):
            shown["certificates"] = reverse("signing:certificates")
        return shown

    @cached_property
    def _text(self) -> FrameText:
        theme = "dark" if self._request.COOKIES.get("theme") == "dark" else "light"
        signed_in = self._request.user.is_authenticated
        certificates = self.shell.get("certificates", "")
        return _frame_text(self._menu, self._current, certificates, theme, signed_in, get_language())

    @cached_property
    def _values(self) -> dict[str, str]:
        user, unit = self.shell.get("user", ""), self.shell.get("unit", "")
        return {
            "unit": unit,
            "brand": unit or "Đoàn Số",
            "user": user,
            "avatar": avatar(user),
            "role": self.shell.get("role", ""),
            "csrf_token": get_token(self._request),
            "path": self._request.get_full_path(),
        }

    @property
    def side(self) -> SafeString:
        """The column at the left of a desktop screen: the unit, the menu, the account."""
        return self._text.side.fill(self._values)

    @property
    def top(self) -> SafeString:
        """The bar at the top of a phone's screen: the unit and the account."""
        return self._text.top.fill(self._values)

    @property
    def foot(self) -> SafeString:
        """The bar at the foot of a phone's screen, and the messages about the network."""
        return self._text.foot.fill(self._values)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Return the frame, its parts as data, and a demo's progress, for `base_work.html`."""
    if not hasattr(request, "user"):
        return {"nav": [], "shell": {}}
    frame = PageFrame(request)
    return {
        "frame": frame,
        "nav": SimpleLazyObject(lambda: frame.nav),
        "shell": SimpleLazyObject(lambda: frame.shell),
        "growth": SimpleLazyObject(growth),
    }
