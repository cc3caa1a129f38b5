"""Every page of the URLconf, in a browser: no barrier that axe can find, nothing that the page's policy forbids.

A route with arguments needs an example below; one without an example fails, so that no page is forgotten.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doanso.access.models import Holding
from doanso.tests.conftest import Committee
from doanso.tests.routes import Route, routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

# What stands in a route's arguments, by argument name or, where the name alone says too little, by route and name.
EXAMPLES: dict[str, Callable[[Committee], Any]] = {
    "unit": lambda committee: "p4",
    "code": lambda committee: "p4",
    "home:programme.code": lambda committee: committee.programme.code,
    "programme": lambda committee: committee.programme.code,
    "indicator": lambda committee: "vneid2-members",
    "member": lambda committee: committee.members["Đức"].pk,
    "member_id": lambda committee: committee.members["Đức"].pk,
    "absence_id": lambda committee: committee.absence.pk,
    "exemption_id": lambda committee: committee.exemption.pk,
    "post_id": lambda committee: committee.post.pk,
    "usage": lambda committee: committee.usage.pk,
    "draw": lambda committee: committee.draw.pk,
    "person": lambda committee: committee.draw.people.filter(sampled=True).first().person_id,
    "pk": lambda committee: committee.tree.an.pk,
    "access:object_history.kind": lambda committee: "members.member",
    "access:object_history.pk": lambda committee: committee.members["Đức"].pk,
    "access:end_role.pk": lambda committee: Holding.objects.get(user=committee.tree.an).pk,
    "access:revoke_token.pk": lambda committee: committee.token.pk,
}


def address(route: Route, committee: Committee) -> str:
    given = {}
    for name in route.arguments:
        example = EXAMPLES.get(f"{route.name}.{name}") or EXAMPLES.get(name)
        assert example is not None, f"{route.name} needs an example of '{name}' in doanso/tests/test_every_page.py"
        given[name] = example(committee)
    return reverse(route.name, kwargs=given)


def pages(committee: Committee) -> list[str]:
    """The addresses that answer an administrator's GET with a page of their own."""
    client = Client(raise_request_exception=False)
    client.force_login(committee.tree.giang)
    found, unexpected = [], {}
    for route in routes():
        path = address(route, committee)
        answer = client.get(path)
        if answer.status_code not in {200, 302, 405}:
            unexpected[path] = answer.status_code
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            found.append(path)
    assert unexpected == {}
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_any_page(committee, open_as, axe, width, dark):
    page = open_as(committee.tree.giang, width=width, dark=dark)
    origin = page.url.split("/", 3)[:3]
    barriers: dict[str, list[str]] = {}
    for path in pages(committee):
        page.goto("/".join(origin) + path)
        if found := axe(page):
            barriers[path] = found
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), (
            f"{path} is wider than {width}"
        )

    assert barriers == {}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_on_the_sign_in_page(open_as, axe, width, dark):
    page = open_as(None, reverse("account_login"), width=width, dark=dark)

    assert axe(page) == []
