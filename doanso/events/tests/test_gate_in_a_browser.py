"""The desk at the gate in a browser: no barriers, the keyboard alone, and tickets on paper read back from the printed sheet."""

from typing import Any
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from doanso.events import actions, tickets
from doanso.events.models import Registration
from doanso.events.tests.conftest import Gate
from doanso.lib.tests.printed_codes import codes_by_page
from doanso.lib.uuid7 import uuid7

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def desk_of(gate: Gate) -> str:
    return reverse("events:check-ins", args=[gate.festival.event.pk])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing_at_the_desk(gate: Gate, open_as: Any, axe: Any, width: int, dark: bool) -> None:
    gate.ticket()
    page = open_as(gate.tree.an, desk_of(gate), width=width, dark=dark)
    assert axe(page) == []
    page.get_by_role("button", name="Khách không có vé").click()
    page.get_by_text("Mời khách chụp lại mã này").wait_for()
    assert axe(page) == []
    page.goto(urljoin(page.url, f"{desk_of(gate)}?q=thi"))
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_numbers_are_typed_one_after_the_other_with_the_keyboard_alone(gate: Gate, open_as: Any) -> None:
    for name in ("Lê Thị Mận", "Lê Văn Tám"):
        gate.ticket(name)
    page = open_as(gate.tree.an, desk_of(gate))
    for number, name in ((1, "Lê Thị Mận"), (2, "Lê Văn Tám")):
        page.keyboard.type(str(number))
        page.keyboard.press("Enter")
        page.locator("[data-check-in] b", has_text=name).wait_for()
    assert [(number, inside) for number, _at, inside in gate.came()] == [(1, True), (2, True)]


def test_every_printed_code_opens_its_ticket(gate: Gate, open_as: Any) -> None:
    actions.make_paper_tickets(actor=gate.tree.an, event=gate.event, key=uuid7(), count=12)
    page = open_as(gate.tree.an, desk_of(gate))
    page.get_by_role("button", name="In phiếu chưa dùng").click()
    page.get_by_role("heading", name="12 phiếu giấy").wait_for()
    sheets = codes_by_page(page.pdf(prefer_css_page_size=True, print_background=True))
    links = [tickets.link_of(ticket) for ticket in Registration.objects.order_by("number")]
    addresses = [urljoin(page.url, f"/t/{link}/") for link in links]
    for resolution in range(2):
        read = [sorted(sheet[resolution]) for sheet in sheets]
        assert read == [sorted(addresses[:10]), sorted(addresses[10:])]
