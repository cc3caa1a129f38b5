"""Every page of the URLconf, in a browser: no barrier that axe can find, nothing that the page's policy forbids."""

from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse

from doanso.accounts.models import User
from doanso.tests.conftest import Committee
from doanso.tests.page_addresses import address
from doanso.tests.routes import Route, routes, themes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Other sides of a page that the bare address does not show.
SIDES: dict[str, list[str]] = {"imports:import": ["?show=question"]}


def pages(committee: Committee) -> list[tuple[Route, str, User]]:
    """Return every address that answers a GET with a page of its own, its route, and who sees it.

    Asked are the administrator, then a member, then an inspector, then the secretary of a ward.
    """
    found: list[tuple[Route, str, User]] = []
    unexpected: dict[str, list[int]] = {}
    for route in routes():
        if route.name.startswith("api:"):
            continue
        path = address(route, committee)
        if path.startswith("/api/"):
            # For phones: a token and no page.
            continue
        statuses = []
        # The tree is given to whoever a page may be for, one after the other.
        for user in (committee.tree.giang, committee.tree.khoa, committee.tree.hanh, committee.tree.an):
            client = Client(raise_request_exception=False)
            client.force_login(user)
            answer = client.get(path)
            statuses.append(answer.status_code)
            if answer.status_code == 200:
                # A fragment that a script puts into a page, or a file, is no page.
                if not answer.streaming and b"<html" in answer.content:
                    found.extend((route, path + side, user) for side in ["", *SIDES.get(route.name, [])])
                break
        # Redirects and forms that are only sent are no pages.
        if not {200, 302, 405} & set(statuses) or max(statuses) >= 500:
            unexpected[path] = statuses
    assert unexpected == {}
    return found


@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_any_page(committee, open_as, axe, width):
    screens: dict[tuple[User, bool], Any] = {}
    barriers: dict[tuple[str, bool], list[str]] = {}
    for route, path, user in pages(committee):
        for dark in themes(route, width):
            if (user, dark) not in screens:
                screens[user, dark] = open_as(user, width=width, dark=dark)
            page = screens[user, dark]
            page.goto(urljoin(page.url, path))
            if found := axe(page):
                barriers[path, dark] = found
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
                f"{path} is wider than {width}"
            )

    assert barriers == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_sign_in_page(open_as, axe, width, dark):
    page = open_as(None, reverse("account_login"), width=width, dark=dark)

    assert axe(page) == []
