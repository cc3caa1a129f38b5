"""Pages of registers in a browser: no barriers at both widths, and a sheet typed with the keyboard alone."""

from typing import Any
from urllib.parse import urljoin

import pytest
from django.urls import reverse

from doanso.lib.tests.printed_codes import codes_by_page
from doanso.places.actions.stalls import StallInput, TraderInput
from doanso.places.models import AddressCheck, Stall
from doanso.places.tests.listing import Listing, home, make_listing, shop
from doanso.testing import TODAY, Tree

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def listing(tree: Tree) -> Listing:
    listing = make_listing(tree)
    first = listing.segment(listing.street, 1).pk
    listing.add(home("12", segment_id=first), home("14"), shop("16", "Tạp hóa Bảy"))
    listing.put(
        StallInput("A1", listing.segment(listing.market, 1).pk, "Cá đồng", TraderInput("Lê Thị Ba", "Cá Ba")),
        StallInput("A2"),
    )
    listing.ask("12", TODAY, vneid=True, channel=False)
    return listing


def addresses(listing: Listing) -> list[str]:
    street, market = listing.street.pk, listing.market.pk
    stall = Stall.objects.get(number="A1").pk
    return [
        *(reverse(f"places:{name}", args=[street]) for name in ("place", "addresses", "add-addresses", "new-address")),
        *(reverse(f"places:{name}", args=[street]) for name in ("sheets", "print-sheets", "checks")),
        reverse("places:address", args=[street, listing.address("16").pk]),
        reverse("places:new-check", args=[street, listing.criterion(listing.street, 1).pk]),
        *(reverse(f"places:{name}", args=[market]) for name in ("place", "stalls", "new-stall", "sheets")),
        *(reverse(f"places:{name}", args=[market, stall]) for name in ("stall", "change-trader", "close-stall")),
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [390, 1440])
def test_axe_finds_nothing(listing: Listing, open_as: Any, axe: Any, width: int, dark: bool) -> None:
    page = open_as(listing.tree.an, width=width, dark=dark)
    for path in addresses(listing):
        page.goto(urljoin(page.url, path))
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{path} is too wide"


def test_the_code_of_every_printed_sheet_opens_its_entry_form(listing: Listing, open_as: Any) -> None:
    screen = open_as(listing.tree.an, reverse("places:print-sheets", args=[listing.street.pk]))
    pages = codes_by_page(screen.pdf(prefer_css_page_size=True, print_background=True))
    form = urljoin(screen.url, reverse("places:sheets", args=[listing.street.pk]))
    first = listing.segment(listing.street, 1).pk
    for resolution in range(2):
        assert [page[resolution] for page in pages] == [[f"{form}?segment={first}"], [f"{form}?segment="]]


def test_a_sheet_is_typed_by_keyboard(listing: Listing, open_as: Any) -> None:
    page = open_as(listing.tree.an, reverse("places:sheets", args=[listing.street.pk]), width=1440, dark=False)
    page.locator(f'select[name="{listing.address("14").pk}.channel"]').focus()
    for key in ("c", "Tab", "k", "Tab", "c"):
        page.keyboard.press(key)
    page.get_by_role("button", name="Lưu câu trả lời").click()
    page.get_by_text("Đã lưu 1 dòng phiếu").wait_for()
    check = AddressCheck.objects.get(address__number="14")
    assert (check.checked_on, check.answers) == (TODAY, {"channel": True, "vneid": False, "portal": True})
