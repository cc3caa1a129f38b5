"""Text of twice the size on a phone: its subject is the look, so it writes markup with classes of the style sheets."""

import pytest
from playwright.sync_api import expect

from doanso.home.tests.test_frame_in_a_browser import create_request

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_text_of_twice_the_size_stays_on_a_phones_screen(tree, open_as):
    create_request(tree.units["p4"])
    page = open_as(tree.an, "/today/", width=390)
    expect(page.locator("[data-tasks]").first).to_be_visible()

    page.evaluate("""() => {
        document.documentElement.style.fontSize = "200%";
        document.querySelector("main").insertAdjacentHTML("beforeend", `
            <ul class="ds-todo"><li><i></i><span class="grow"><span class="due ds-only-s">Chờ lâu nhất 53 ngày</span>
              </span></li></ul>
            <div class="ds-weeks"><a><svg class="ds-ring" width="40" height="40"></svg><span class="grow"><b>Cửa hàng</b></span>
              <span class="v"><b>1.234</b> / 5.678</span></a></div>
            <div class="ds-multi"><a><span class="v"><b>123,4%</b><span>/ 100%</span></span></a></div>
            <div class="ds-ucards"><span class="ds-pill">Dân mở tài khoản thanh toán 0,0</span></div>`);
    }""")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") == 0
