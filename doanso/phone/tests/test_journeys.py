"""Afternoons with the doorstep app in Chromium with a profile that outlives its process: our server, the real road to it,
which closes and loses answers, and a browser that is killed."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from doanso.outreach.actions import cards
from doanso.outreach.card_keys import Keys
from doanso.outreach.models import Visit
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.outreach.tests.walking import lay_street
from doanso.phone.tests.gate import Gate
from doanso.support.models import Help, Receipt
from doanso.sync.models import Record
from doanso.testing import PASSWORD
from tools.browser_plugin import CHROMIUM, FLAGS

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]

PIN = "480917"
SYNC = b"POST /api/v1/sync "
OUTBOX = """() => new Promise((done) => { const asked = indexedDB.open("door"); asked.onsuccess = () => {
  const rows = asked.result.transaction("outbox").objectStore("outbox").count();
  rows.onsuccess = () => { asked.result.close(); done(rows.result); }; }; })"""


class Phone:
    """A phone in somebody's hand: a browser profile, the road to the server, and what a thumb does."""

    def __init__(self, playwright: Any, folder: Path, gate: Gate, axe: Callable[[Any], list[str]]) -> None:
        self._playwright = playwright
        self._folder = folder
        self.gate = gate
        self._axe = axe
        self.complaints: list[str] = []
        self.context: Any = None
        self.page: Any = None
        self.taps = 0

    def start(self, *, online: bool = True) -> None:
        """Switch the browser on and open the app, with or without network."""
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._folder),
            executable_path=CHROMIUM,
            args=[*FLAGS, *sandbox],
            viewport={"width": 390, "height": 844},
            locale="vi-VN",
            has_touch=True,
        )
        self.page = self.context.pages[0]
        self._listen(self.page)
        self.network(online)
        self.page.goto(self.gate.url + "/door/")

    def _listen(self, page: Any) -> None:
        def hear(message: Any) -> None:
            if message.type == "error" and "ERR_" not in message.text:
                self.complaints.append(f"{message.text} {message.location.get('url', '')}")

        page.on("console", hear)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def network(self, on: bool) -> None:
        """Signal comes or goes, for the page and for its worker alike."""
        if on:
            self.gate.open = True
        else:
            self.gate.close()
        self.context.set_offline(not on)

    def kill(self) -> None:
        """The battery is empty: every process of this profile ends at once."""
        mark = f"--user-data-dir={self._folder}".encode()
        for entry in Path("/proc").iterdir():
            if entry.name.isdigit():
                with suppress(OSError):
                    if mark in (entry / "cmdline").read_bytes():
                        os.kill(int(entry.name), signal.SIGKILL)
        with suppress(Exception):
            self.context.close()

    def tap(self, what: str) -> None:
        """One tap; counted."""
        self.taps += 1
        self.page.locator(what).first.click()

    def main(self) -> None:
        """The button at the thumb."""
        self.tap("#main-action")

    def sees(self, text: str) -> None:
        """The words stand on the screen."""
        self.page.get_by_text(text).first.wait_for()

    def at(self, step: int) -> None:
        """The visit is at this step, and nothing on the screen stands in anybody's way."""
        self.sees(f"Bước {step} trong 5")
        assert self._axe(self.page) == []

    def bar(self) -> str:
        """What the sync bar says."""
        return str(self.page.locator(".ds-sync").inner_text()).replace("\n", " ")

    def bar_says(self, text: str) -> None:
        """The bar comes to say this."""
        self.page.locator(".ds-sync", has_text=text).wait_for(timeout=60_000)

    def outbox(self) -> int:
        """How many records lie on the phone."""
        return int(self.page.evaluate(OUTBOX))

    def service(self, before: str = "Bậc 0", after: str = "Bậc 2") -> None:
        """The portal, from one rung to another."""
        self.tap("label:has-text('Dịch vụ portal')")
        for label, rung in (("Trước khi giúp", before), ("Sau khi giúp", after)):
            self.page.get_by_label(label).select_option(label=rung)

    def agree(self) -> None:
        """Whoever opens the door agrees to be written down."""
        self.tap("label:has-text('Đồng ý ghi tên')")
        self.tap("#purposes label:has-text('cần có để ghi tên')")
        self.main()

    def names(self, name: str, year: str) -> None:
        """Typed by hand."""
        self.page.fill("#name", name)
        self.page.fill("#year", year)

    def sign(self) -> None:
        """The second signs with a finger."""
        self.tap("#by-sign")
        box = self.page.locator(".door-pad").bounding_box()
        mouse = self.page.mouse
        mouse.move(box["x"] + 20, box["y"] + 60)
        mouse.down()
        for i in range(10):
            mouse.move(box["x"] + 20 + i * 20, box["y"] + 40 + i % 2 * 30)
        mouse.up()
        self.tap("#signed")
        self.sees("đã ký")

    def take_into_service(self) -> None:
        """Sign in, choose six digits, and the phone is ready."""
        self.sees("Bạn đăng nhập trước")
        assert self._axe(self.page) == []
        self.main()
        self.page.fill("[name=login]", "lan")
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.sees("Chào Bùi Thị Lan")
        assert self._axe(self.page) == []
        self.page.fill("#pin", PIN)
        self.page.fill("#pin-again", PIN)
        self.main()
        self.page.locator("#pair").wait_for()

    def unlock(self) -> None:
        """Six digits open it."""
        self.page.fill("#pin", PIN)
        self.page.locator("#pair").wait_for()

    def go_with(self, name: str) -> None:
        """Choose who walks along today."""
        self.tap("#pair")
        assert self._axe(self.page) == []
        self.tap(f"label:has-text('{name}')")
        self.main()
        self.page.locator("#pair", has_text=name).wait_for()

    def ready(self) -> None:
        """The worker has everything: from here on the app opens without network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        self.page.wait_for_function("caches.keys().then((names) => names.some((name) => name.startsWith('door-')))")


def card_of(outing: Outing, name: str) -> Keys:  # noqa: F811
    """A helper card for a year."""
    mate = outing.mates[name].pk
    cards.issue_card(actor=outing.tree.an, teammate_id=mate, until=date(2024, 11, 12))
    return cards.reprint(actor=outing.tree.an, teammate_id=mate)[1]


@pytest.fixture
def phone(live_server, playwright, tmp_path: Path, axe) -> Iterator[Phone]:
    """A phone that was never used, on an open road."""
    gate = Gate(live_server.url)
    one = Phone(playwright, tmp_path / "profile", gate, axe)
    yield one
    with suppress(Exception):
        one.context.close()
    gate.stop()
    assert one.complaints == []


def test_an_afternoon_of_five_doors(phone: Phone, outing: Outing, browser: Any, live_server: Any, axe: Any) -> None:  # noqa: F811
    lay_street(outing, "Lê Lợi", ["9", "11"])
    code = card_of(outing, "ut").code
    phone.start()
    phone.take_into_service()
    phone.go_with("Trần Văn Út")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 5 nhà")
    phone.ready()
    phone.network(False)
    phone.bar_says("Không có mạng.")

    # The first door: helped, by name; the official says the six digits of their card.
    phone.main()
    phone.at(1)
    phone.main()
    phone.at(2)
    phone.agree()
    phone.at(3)
    phone.main()
    phone.sees("Nhập họ tên, ví dụ Nguyễn Văn Bảy.")
    phone.names("Nguyễn Văn Bảy", "1951")
    phone.main()
    phone.at(4)
    phone.service()
    phone.main()
    phone.at(5)
    phone.sees("Mời bác Bảy quét mã")
    link = phone.page.locator(".door-qr svg").get_attribute("aria-label")
    assert link
    phone.tap("#by-code")
    phone.page.fill("#code", code)
    phone.sees("đã nhập mã")
    phone.main()
    phone.bar_says("1 lượt giữ trên máy, tự gửi sau.")

    # The second: no. Nothing of anybody is kept.
    phone.main()
    phone.main()
    phone.tap("label:has-text('Không đồng ý')")
    phone.main()
    phone.at(5)
    phone.sees("Không có tên ai được giữ.")
    phone.sign()
    phone.main()

    # The third: nobody at home.
    phone.main()
    phone.tap("#not-home")
    phone.at(5)
    phone.sign()
    phone.main()

    # The fourth: help, but no name.
    phone.main()
    phone.main()
    phone.tap("label:has-text('Giúp thôi, đừng ghi tên')")
    phone.main()
    phone.at(4)
    phone.service()
    phone.main()
    phone.at(5)
    assert phone.page.locator(".door-qr").count() == 0
    phone.sign()
    phone.main()
    phone.bar_says("4 lượt giữ trên máy")

    # The fifth: the receipt is on the screen when the battery is empty.
    phone.main()
    phone.main()
    phone.agree()
    phone.names("Trần Thị Sáu", "1955")
    phone.main()
    phone.service()
    phone.main()
    phone.at(5)
    phone.kill()
    phone.start(online=False)
    phone.sees("Mở khóa")
    phone.unlock()
    phone.sees("đã được lưu lại khi mở máy")
    phone.bar_says("5 lượt giữ trên máy")
    assert phone.outbox() == 5

    # Signal again; the first answer is lost on the way.
    phone.gate.lose = SYNC
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    assert phone.gate.lost == 1
    assert phone.outbox() == 0
    assert Record.objects.filter(kind="outreach.visit").count() == 5
    assert set(Record.objects.values_list("state", flat=True)) == {"applied"}
    assert sorted(Visit.objects.values_list("outcome", flat=True)) == ["helped", "helped", "helped", "not-home", "refused"]
    assert Help.objects.filter(named=True).count() == 2
    assert outing.figure("portal-residents") == 2
    phone.tap("a[href='#/sent']")
    phone.page.locator(".door-sent .ds-pill[data-s=on]").nth(4).wait_for()
    assert axe(phone.page) == []


