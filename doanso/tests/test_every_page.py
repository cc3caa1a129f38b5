"""Every page of the URLconf, in a browser: no barrier for axe, none too wide, nothing that the page's policy forbids."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

import pytest
from django.test import Client
from django.urls import reverse

from doanso.accounts.models import User
from doanso.tests.conftest import Committee
from doanso.tests.page_addresses import address
from doanso.tests.page_variants import find_flaws, set_width
from doanso.tests.routes import WIDTHS, Route, routes, variants
from tools.selection import is_even

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# Other sides of a page that the bare address does not show.
SIDES: dict[str, list[str]] = {"imports:import": ["?show=question"]}


def pages(committee: Committee, asked: Iterable[Route]) -> list[tuple[Route, str, User]]:
    """Return the addresses of some routes that answer a GET with a page of their own, and who sees it.

    Asked are the administrator, then a member, then an inspector, then the secretary of a ward.
    """
    found: list[tuple[Route, str, User]] = []
    unexpected: dict[str, list[int]] = {}
    for route in asked:
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


# In two halves, for two processes.
@pytest.mark.begins_first
@pytest.mark.parametrize("half", [False, True])
def test_every_page_reads_well_in_light_and_dark(committee, open_as, axe, half):
    screens: dict[User, Any] = {}
    found: dict[str, list[str]] = {}
    for route, path, user in pages(committee, (route for route in routes() if is_even(route.name) is half)):
        if user not in screens:
            screens[user] = open_as(user)
        page = screens[user]
        set_width(page, WIDTHS[0])
        page.goto(urljoin(page.url, path))
        if flaws := find_flaws(page, axe, variants(route)):
            found[path] = flaws

    assert found == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_on_the_sign_in_page(open_as, axe, width, dark):
    page = open_as(None, reverse("account_login"), width=width, dark=dark)

    assert axe(page) == []
