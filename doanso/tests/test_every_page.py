"""Every page of the URLconf, in a browser: no barrier that axe can find, nothing that the page's policy forbids.

A route with arguments needs an example below; one without an example fails, so that no page is forgotten.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doanso.testing import Tree
from doanso.tests.routes import Route, routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What stands in a route's arguments, by argument name or, where the name alone says too little, by route and name.
EXAMPLES: dict[str, Callable[[Tree], Any]] = {
    "unit": lambda tree: tree.units["p4"].code,
    "code": lambda tree: tree.units["p4"].code,
}


def address(route: Route, tree: Tree) -> str:
    given = {}
    for name in route.arguments:
        example = EXAMPLES.get(f"{route.name}.{name}") or EXAMPLES.get(name)
        assert example is not None, f"{route.name} needs an example of '{name}' in doanso/tests/test_every_page.py"
        given[name] = example(tree)
    return reverse(route.name, kwargs=given)


def pages(tree: Tree) -> list[str]:
    """The addresses that answer a signed-in officer's GET with a page of their own."""
    client = Client()
    client.force_login(tree.giang)
    found = []
    for route in routes():
        path = address(route, tree)
        answer = client.get(path)
        assert answer.status_code < 500, path
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.append(path)
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_any_page(tree, open_as, axe, width, dark):
    page = open_as(tree.giang, width=width, dark=dark)
    origin = page.url.split("/", 3)[:3]
    barriers = {}
    for path in pages(tree):
        page.goto("/".join(origin) + path)
        if found := axe(page):
            barriers[path] = found
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} is wider than {width}"
        )

    assert barriers == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_sign_in_page(tree, open_as, axe, width, dark):
    page = open_as(None, reverse("account_login"), width=width, dark=dark)

    assert axe(page) == []
