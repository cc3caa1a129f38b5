"""The frame that signed-in pages show around their content. Nothing is read until a template needs it."""

from functools import cached_property, lru_cache
from typing import Any, NamedTuple
from zlib import crc32

from django.conf import settings
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from doanso.access.policy import current_role_assignments
from doanso.access.search import recall_by_route
from doanso.accounts.actions import MOST_PINS
from doanso.home import queries
from doanso.home.growth import demo_growth
from doanso.home.menu import BarPlace, Menu, MenuPosition, MenuTab, menu_of
from doanso.lib.navigation import NavigationSection
from doanso.lib.slotted_templates import SlottedText, slot
from doanso.lib.templatetags.ds import avatar, icon
from doanso.signing import policy as signing


def _tab_entry(tab: MenuTab, position: MenuPosition | None) -> dict[str, Any]:
    return {
        "code": tab.tab.code,
        "url": reverse(tab.route),
        "icon": tab.tab.icon,
        "label": tab.label,
        "short": tab.tab.short or tab.label,
        "current": position is not None and position.tab is tab,
    }


def _first_level(menu: Menu, position: MenuPosition | None) -> list[dict[str, Any]]:
    """Return the entries of the sidebar: the sections, or for users without any their own pages."""
    if not menu.sections:
        return [_tab_entry(tab, position) for tab in menu.own.tabs] if menu.own else []
    return [
        {
            "code": section.head.section,
            "url": reverse(section.tabs[0].route),
            "icon": section.head.icon,
            "label": section.head.label,
            "current": position is not None and position.section is section,
            "due": section.head.section is NavigationSection.TODAY,
        }
        for section in menu.sections
    ]


def _bar(menu: Menu, position: MenuPosition | None) -> list[dict[str, Any]]:
    # The narrowest place that the page belongs to is marked: its page, else its tab, else its section.
    codes = [position.page.route, position.tab.tab.code, str(position.section.head.section)] if position else []
    here = next((code for code in codes if any(entry.code == code for entry in menu.bar)), "")
    return [_bar_entry(entry, here) for entry in menu.bar]


def _bar_entry(entry: BarPlace, here: str) -> dict[str, Any]:
    return {
        "code": entry.code,
        "url": reverse(entry.route),
        "icon": entry.icon,
        "label": entry.label,
        "current": entry.code == here,
        "due": entry.code == NavigationSection.TODAY,
    }


def _sheet(menu: Menu, position: MenuPosition | None) -> list[dict[str, Any]]:
    """Return the groups of the phone's sheet; empty where the bar holds everything."""
    if not menu.sections:
        return []
    sections = [section for section in menu.sections if section.head.section is not NavigationSection.TODAY]
    return [
        {"label": section.head.label, "tabs": [_tab_entry(tab, position) for tab in section.tabs]}
        for section in (*sections, *([menu.own] if menu.own else ()))
    ]


def _account_links(menu: Menu) -> list[dict[str, Any]]:
    """Return the user's own pages for the account's menu: without sections, those that found no place in the bar."""
    if menu.own is None:
        return []
    if not menu.sections:
        in_bar = {place.code for place in menu.bar}
        return [_tab_entry(tab, None) for tab in menu.own.tabs if tab.tab.code not in in_bar]
    routes = {page.route for section in menu.sections for tab in section.tabs for page in tab.pages}
    return [_tab_entry(tab, None) for tab in menu.own.tabs if tab.route not in routes]


def _head(position: MenuPosition | None, index: bool) -> dict[str, Any]:
    """Return what is shown around the heading: the way to an object page, or the tabs of the section and the help text."""
    if position is None:
        return {}
    section, tab, page = position
    listed = index and page.listed
    first = page is tab.pages[0]
    above = [] if section.head.section in (NavigationSection.TODAY, NavigationSection.OWN) else [section.head.label]
    return {
        "section": section.head.label,
        "section_url": reverse(section.tabs[0].route) if above else "",
        "parent": tab.label if first or not page.listed else page.label,
        "parent_url": reverse(page.route if page.listed else tab.route),
        "listed": listed,
        "eyebrow": section.head.label if above else "",
        "tabs": [_tab_entry(each, position) for each in section.tabs]
        if listed and above and len(section.tabs) > 1
        else [],
        "pages": [
            {"code": each.route, "url": reverse(each.route), "label": each.label, "current": each is page}
            for each in tab.listed
        ]
        if listed
        else [],
        "help": page.help if index else "",
    }


class FrameText(NamedTuple):
    """The parts of the frame, with slots for the values of user and request."""

    side: SlottedText
    top: SlottedText
    above: SlottedText
    tabs: SlottedText
    help: SlottedText
    foot: SlottedText


@lru_cache(maxsize=2048)
def _frame_text(
    menu: Menu,
    position: MenuPosition | None,
    index: bool,
    certificates: str,
    theme: str,
    signed_in: bool,
    language: str | None,
) -> FrameText:
    """Render the frame's parts for all users with this menu at this place."""
    names = ("unit", "brand", "user", "avatar", "role", "reader", "pins", "sheet_pins")
    context = {
        "nav": _first_level(menu, position),
        "bar": _bar(menu, position),
        "sheet": _sheet(menu, position),
        "own": _account_links(menu),
        "head": _head(position, index),
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
        *(
            SlottedText.of_template(f"parts/{name}.html", context)
            for name in ("side", "top", "above", "tabs", "help", "foot")
        )
    )


class PageFrame:
    """The frame around the content of one page, whose parts `base_work.html` writes."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request

    @cached_property
    def menu(self) -> Menu:
        """The menu of the user's roles."""
        user = self._request.user
        if not user.is_authenticated:
            return menu_of(frozenset(), "", signed_in=False)
        main = queries.main_role_assignment(user)
        roles = frozenset(role_assignment.role for role_assignment in current_role_assignments(user))
        return menu_of(roles, main.role if main is not None else "")

    @cached_property
    def position(self) -> MenuPosition | None:
        """Where the page belongs in the menu."""
        return self.menu.position(self._request.path)

    @cached_property
    def shell(self) -> dict[str, str]:
        """The user's name, unit and role, and the address of the certificates if they may see any; empty without a user."""
        user = self._request.user
        if not user.is_authenticated:
            return {}
        shown = {"user": user.display_name, "unit": "", "role": "", "certificates": ""}
        place = queries.main_place(user)
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
        index = self.position is not None and self.position.is_index(self._request.path)
        return _frame_text(self.menu, self.position, index, certificates, theme, signed_in, get_language())

    @cached_property
    def _values(self) -> dict[str, str]:
        user, unit = self.shell.get("user", ""), self.shell.get("unit", "")
        return {
            "unit": unit,
            "brand": unit or "Đoàn Số",
            "user": user,
            "reader": str(self._request.user.pk or ""),
            "avatar": avatar(user),
            "role": self.shell.get("role", ""),
            "csrf_token": get_token(self._request),
            "path": self._request.get_full_path(),
            "pins": self._pins("load"),
            "sheet_pins": self._pins("toggle from:closest details once"),
        }

    def _pins(self, trigger: str) -> SafeString:
        """Return the place of the pinned pages, asked for by this trigger, and the button that pins or unpins this page."""
        user, path = self._request.user, self._request.path
        if not user.is_authenticated:
            return SafeString("")
        match = self._request.resolver_match
        is_tab = self.position is not None and self.position.is_index(path)
        pinnable = is_tab or (match is not None and recall_by_route(match.view_name) is not None)
        shown, button = SafeString(""), SafeString("")
        if user.pins:
            # Another list of pins is another address, so that the browser does not show an older one.
            address = f"{reverse('search:pins')}?v={crc32(repr(user.pins).encode()):x}"
            shown = format_html('<div class="ds-pins" hx-get="{}" hx-trigger="{}"></div>', address, trigger)
        if pinnable and (path in user.pins or len(user.pins) < MOST_PINS):
            is_pinned = path in user.pins
            button = format_html(
                '<form class="ds-pins" method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
                '<input type="hidden" name="path" value="{}"><button class="ds-pin" name="{}">{}{}</button></form>',
                reverse("search:pins"),
                get_token(self._request),
                path,
                "unpin" if is_pinned else "pin",
                icon("bookmark"),
                _("Unpin this page") if is_pinned else _("Pin this page"),
            )
        return shown + button

    @property
    def side(self) -> SafeString:
        """The column at the left of a desktop screen: the unit, the sections, the account."""
        return self._text.side.fill(self._values)

    @property
    def top(self) -> SafeString:
        """The bar at the top of a phone's screen: the unit and the account."""
        return self._text.top.fill(self._values)

    @property
    def above(self) -> SafeString:
        """What is above the heading: the section, or the way to an object page."""
        return self._text.above.fill(self._values)

    @property
    def tabs(self) -> SafeString:
        """The tabs of the section, and the pages of the tab; empty on the page of one object."""
        return self._text.tabs.fill(self._values)

    @property
    def help(self) -> SafeString:
        """What the page is for."""
        return self._text.help.fill(self._values)

    @property
    def foot(self) -> SafeString:
        """The bar at the foot of a phone's screen with its sheet, and the messages about the network."""
        return self._text.foot.fill(self._values)


def page_frame(request: HttpRequest) -> dict[str, Any]:
    """Return the frame, the user's name, unit and role, and a demo's progress, for `base_work.html`."""
    if not hasattr(request, "user"):
        return {"shell": {}, "trial": settings.TRIAL}
    frame = PageFrame(request)
    return {
        "frame": frame,
        "shell": SimpleLazyObject(lambda: frame.shell),
        "growth": SimpleLazyObject(demo_growth),
        "trial": settings.TRIAL,
    }
