"""What the frame of a page shows, for tests."""

from typing import Any

from doanso.home.context import PageFrame


def frame_of(answer: Any) -> PageFrame:
    """Return the frame around a page."""
    frame: PageFrame = answer.context["frame"]
    return frame


def sections_of(answer: Any) -> dict[str, list[str]]:
    """Return the labels of the tabs by the label of their section, as the page's menu has them."""
    return {
        str(section.head.label): [str(tab.label) for tab in section.tabs] for section in frame_of(answer).menu.sections
    }


def own_of(answer: Any) -> list[str]:
    """Return the labels of the user's own pages."""
    own = frame_of(answer).menu.own
    return [str(tab.label) for tab in own.tabs] if own else []


def bar_of(answer: Any) -> list[str]:
    """Return the labels of the places in the bar of a phone."""
    return [str(place.label) for place in frame_of(answer).menu.bar]


def routes_of(answer: Any) -> list[str]:
    """Return the routes of all pages in the menu."""
    menu = frame_of(answer).menu
    sections = [*menu.sections, *([menu.own] if menu.own else [])]
    return [page.route for section in sections for tab in section.tabs for page in tab.pages]


def place_of(answer: Any) -> tuple[str, str] | None:
    """Return the labels of section and tab to which the page belongs."""
    place = frame_of(answer).position
    return (str(place.section.head.label), str(place.tab.label)) if place else None
