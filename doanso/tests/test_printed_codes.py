"""Pages that are printed with a code: what Chromium puts on paper is read by an independent reader."""

from typing import Any
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from doanso.lib.tests.printed_codes import codes_by_page
from doanso.referrals.actions import open_slot
from doanso.tests.conftest import Committee
from doanso.tests.page_addresses import address
from doanso.tests.routes import routes

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PAGES = {
    "support:receipt-sheet": ["/r/"],
    "outreach:card": ["/c/"],
    "outreach:team-cards": ["/c/"],
    "outreach:print-doors": ["/drives/"],
    "referrals:member": ["/g/"],
    "places:plates": ["/q/"],
}
"""Route → how the address behind each of its codes begins."""
DRAWN = "svg[role=img][viewBox^='-4 -4 ']"


def printed(page: Any) -> list[list[str]]:
    """The paths in the codes of the page as printed, at each resolution."""
    pages = codes_by_page(page.pdf(prefer_css_page_size=True, print_background=False))
    base = urljoin(page.url, "/").rstrip("/")
    assert all(one.startswith(base) for sheet in pages for read in sheet for one in read)
    return [[one.removeprefix(base) for sheet in pages for one in sheet[at]] for at in range(2)]


def test_code_of_every_printed_page_is_read(committee: Committee, open_as: Any) -> None:
    known = {route.name: route for route in routes()}
    open_slot(actor=committee.tree.an, member_id=committee.members["Đức"].pk, kind="friend")
    page = open_as(committee.tree.an)

    found = {}
    for name in PAGES:
        page.goto(urljoin(page.url, address(known[name], committee)))
        found[name] = (page.locator(DRAWN).count(), printed(page))

    for name, starts in PAGES.items():
        drawn, by_resolution = found[name]
        assert (name, drawn) == (name, len(starts))
        for read in by_resolution:
            assert len(read) == len(starts), (name, found[name])
            assert all(one.startswith(start) for one, start in zip(read, starts, strict=True)), found[name]


def test_codes_of_the_sheet_with_members_links_are_read(committee: Committee, open_as: Any) -> None:
    page = open_as(committee.tree.an, reverse("adoption:make-links"))
    boxes = page.locator("input[name=members]")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    page.locator("button[name=make]").click()
    page.locator(DRAWN).first.wait_for()

    low, high = printed(page)

    assert page.locator(DRAWN).count() == len(set(high)) > 2
    assert low == high
    assert all(one.startswith("/d/") for one in high)


def test_codes_of_the_sheet_with_invitations_are_read(committee: Committee, open_as: Any) -> None:
    page = open_as(committee.tree.giang, reverse("access:invite") + "?role=branch-secretary")
    boxes = page.locator("input[name=units]")
    for place in range(boxes.count()):
        boxes.nth(place).check()
    page.locator("form[method=post] button[data-primary]").click()
    page.locator(DRAWN).first.wait_for()
    # The message to copy names the same link as the code beside it.
    messages = [area.input_value() for area in page.locator("textarea").all()]

    low, high = printed(page)

    assert page.locator(DRAWN).count() == len(messages) == len(set(high)) > 2
    assert low == high
    assert all(one.startswith("/i/") and one in message for one, message in zip(high, messages, strict=True))
