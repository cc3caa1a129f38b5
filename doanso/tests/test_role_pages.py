"""Every page of the navigation as each role sees it, in a browser: no barrier, one main button, no text squeezed or cut off.

`test_every_page` walks every address, mostly as the administrator; what other roles are shown there differs.
"""

from urllib.parse import urljoin

import pytest
from django.urls import resolve, reverse

from doanso.access.models import Role, RoleAssignment
from doanso.home.menu import menu_of
from doanso.testing import TREE_BEGAN
from doanso.tests.routes import Route, themes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PEOPLE = {
    "dung": Role.CITY_OFFICER,
    "an": Role.UNIT_SECRETARY,
    "binh": Role.BRANCH_SECRETARY,
    "minh": Role.CLERK,
    "khoa": Role.MEMBER,
    "lan": Role.HELPER,
    "hanh": Role.INSPECTOR,
}
_MAIN_BUTTONS = """[...document.querySelectorAll("main [data-primary]")]
    .filter((button) => button.checkVisibility()).map((button) => button.innerText.trim())"""
_IDS = "document.body.innerText.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}/g) || []"
_SQUEEZED = """[...document.querySelectorAll("main table th, main table td")]
    .filter((cell) => cell.clientWidth && cell.clientWidth < 48 && cell.innerText.trim().length > 6)
    .map((cell) => cell.innerText.trim())"""
_IS_TOO_WIDE = "document.documentElement.scrollWidth > window.innerWidth"


def _addresses(role: Role) -> list[str]:
    menu = menu_of(frozenset({role}), role)
    sections = [*menu.sections, *([menu.own] if menu.own else [])]
    routes = [page.route for section in sections for tab in section.tabs for page in tab.pages]
    return [reverse(route) for route in dict.fromkeys(["home:start", *routes, "search:search"])]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_of_a_roles_navigation_reads_well_in_light_and_dark(committee, open_as, axe, name):
    role, user = PEOPLE[name], getattr(committee.tree, name)
    if role == Role.CLERK:
        RoleAssignment.objects.create(user=user, role=role, unit=committee.tree.units["p4"], since=TREE_BEGAN)
    page = open_as(user, width=390)
    # Colours change at once, so that none is measured half way.
    page.emulate_media(reduced_motion="reduce")
    found: dict[str, list[str]] = {}
    for path in _addresses(role):
        page.set_viewport_size({"width": 390, "height": 844})
        answer = page.goto(urljoin(page.url, path))
        assert answer.status == 200, path
        problems = []
        match = resolve(path)
        route = Route(match.view_name, (), match.func)
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            for dark in themes(route, width):
                theme = "dark" if dark else "light"
                page.evaluate("theme => { document.documentElement.dataset.bsTheme = theme }", theme)
                problems += [f"{width} {theme} {barrier}" for barrier in axe(page)]
            if page.evaluate(_IS_TOO_WIDE):
                problems.append(f"wider than {width}")
            problems += [f"squeezed at {width}: {text}" for text in page.evaluate(_SQUEEZED)]
        buttons = page.evaluate(_MAIN_BUTTONS)
        if len(buttons) > 1:
            problems.append(f"{len(buttons)} main buttons: {', '.join(buttons)}")
        problems += [f"raw id: {text}" for text in page.evaluate(_IDS)]
        if problems:
            found[path] = problems

    assert found == {}
