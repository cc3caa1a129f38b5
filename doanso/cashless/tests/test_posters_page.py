"""From a shop's page to paper in a browser: what is printed is the registered code."""

from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import expect

from doanso.cashless.tests.conftest import Market
from doanso.lib.tests.printed_codes import codes_by_page
from doanso.lib.vietqr import decode

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("dark", [False, True])
def test_the_printed_code_pays_the_registered_account(registered: Market, open_as: Any, axe: Any, dark: bool) -> None:
    page = open_as(registered.tree.an, f"/shops/{registered.businesses['hai'].pk}/", width=390, dark=dark)
    page.locator("form[action='/shops/posters/'] button").click()
    page.locator("[data-poster]").wait_for()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(page.locator("[data-print]")).to_be_visible()

    page.locator("button[name=layout][value='a6-a4']").click()
    page.locator("[role=region][data-layout='a6-a4']").wait_for()
    [[low, high]] = codes_by_page(page.pdf(prefer_css_page_size=True, print_background=False))

    assert low == high
    [text] = high
    code = decode(text)
    assert (code.bank_bin, code.account, code.to, code.amount) == ("970436", "0123456789", "account", None)
    assert code.merchant_name == "Pho Hai"
    assert "•••• 6789" in page.locator("[data-poster]").inner_text()
    assert urljoin(page.url, "/shops/posters/") == page.url
