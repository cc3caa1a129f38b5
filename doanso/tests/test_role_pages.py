"""Every page of the navigation as each role sees it, in a browser: no barrier, one main button, no text squeezed or cut off.

`test_every_page` walks every address, mostly as the administrator; what other roles are shown there differs.
"""

from urllib.parse import urljoin

import pytest
from django.urls import resolve, reverse

from doanso.access.models import Role, RoleAssignment
from doanso.home.menu import menu_of
from doanso.testing import TREE_BEGAN
from doanso.tests.page_variants import find_flaws, set_width
from doanso.tests.routes import WIDTHS, Route, variants
from tools.selection import is_even

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


def _addresses(role: Role) -> list[str]:
    menu = menu_of(frozenset({role}), role)
    sections = [*menu.sections, *([menu.own] if menu.own else [])]
    routes = [page.route for section in sections for tab in section.tabs for page in tab.pages]
    return [reverse(route) for route in dict.fromkeys(["home:start", *routes, "search:search"])]


def _variants(role: Role, route: Route) -> list[tuple[int, bool]]:
    """Return in which widths and themes a role looks at a page; where its app is as it was each role in one of the two."""
    every = variants(route)
    return every if len(every) > 2 else [every[is_even(f"{role} {route.name}")]]


@pytest.mark.parametrize("name", PEOPLE)
def test_every_page_of_a_roles_navigation_reads_well_in_light_and_dark(committee, open_as, axe, name):
    role, user = PEOPLE[name], getattr(committee.tree, name)
    if role == Role.CLERK:
        RoleAssignment.objects.create(user=user, role=role, unit=committee.tree.units["p4"], since=TREE_BEGAN)
    page = open_as(user, width=WIDTHS[0])
    found: dict[str, list[str]] = {}
    for path in _addresses(role):
        set_width(page, WIDTHS[0])
        answer = page.goto(urljoin(page.url, path))
        assert answer.status == 200, path
        match = resolve(path)
        flaws = find_flaws(page, axe, _variants(role, Route(match.view_name, (), match.func)), squeezed=True)
        buttons = page.evaluate(_MAIN_BUTTONS)
        if len(buttons) > 1:
            flaws.append(f"{len(buttons)} main buttons: {', '.join(buttons)}")
        flaws += [f"raw id: {text}" for text in page.evaluate(_IDS)]
        if flaws:
            found[path] = flaws

    assert found == {}
