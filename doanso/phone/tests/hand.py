"""A phone in somebody's hand: the doorstep app in Chromium with a profile that outlives its process."""

import os
import signal
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from doanso.phone.tests.gate import Gate
from doanso.testing import PASSWORD
from tools.browser_plugin import CHROMIUM, FLAGS

PIN = "480917"
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
OUTBOX = """() => new Promise((done) => { const asked = indexedDB.open("door"); asked.onsuccess = () => {
  const rows = asked.result.transaction("outbox").objectStore("outbox").count();
  rows.onsuccess = () => { asked.result.close(); done(rows.result); }; }; })"""


class Phone:
    """A phone in somebody's hand: a browser profile, the road to the server, and what a thumb does.

    Its camera sees `film`, a file of raw video (Y4M), or there is none.
    """

    def __init__(
        self, playwright: Any, folder: Path, gate: Gate, axe: Callable[[Any], list[str]], *, film: Path | None = None
    ) -> None:
        self._playwright = playwright
        self._folder = folder
        self.gate = gate
        self._axe = axe
        self._film = film
        self.complaints: list[str] = []
        self.context: Any = None
        self.page: Any = None
        self.taps = 0

    def start(self, *, online: bool = True) -> None:
        """Switch the browser on and open the app, with or without network."""
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        camera = [*CAMERA, f"--use-file-for-fake-video-capture={self._film}"] if self._film else []
        self.context = self._playwright.chromium.launch_persistent_context(
            str(self._folder),
            executable_path=CHROMIUM,
            args=[*FLAGS, *sandbox, *camera],
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

    def tap(self, selector: str) -> None:
        """One tap; counted."""
        self.taps += 1
        self.page.locator(selector).first.click()

    def next_door(self) -> None:
        """From the start, the button at the thumb."""
        self.page.locator("#pair").wait_for()
        self.main()

    def main(self) -> None:
        """The button at the thumb."""
        self.tap("#main-action")

    def sees(self, text: str) -> None:
        """The words stand on the screen."""
        self.page.get_by_text(text).first.wait_for()

    def at(self, step: int) -> None:
        """The visit is at this step, and nothing on the screen stands in anybody's way."""
        self.sees(f"Bước {step} trong 5")
        assert self.barriers() == []

    def barriers(self) -> list[str]:
        """What stands in somebody's way on this screen, by day and by night, and what is wider than a small phone."""
        problems = []
        for theme in ("dark", "light"):
            self.page.evaluate("(theme) => { document.documentElement.dataset.bsTheme = theme; }", theme)
            problems += [f"{theme}: {barrier}" for barrier in self._axe(self.page)]
        self.page.set_viewport_size({"width": 320, "height": 640})
        if self.page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            problems.append("wider than 320 pixels")
        self.page.set_viewport_size({"width": 390, "height": 844})
        return problems

    def bar_says(self, text: str) -> None:
        """The bar comes to say this."""
        self.page.locator("[data-sync-status]", has_text=text).wait_for(timeout=60_000)

    def until(self, true: Callable[[], bool]) -> None:
        """Wait until this is true."""
        for _turn in range(200):
            if true():
                return
            self.page.wait_for_timeout(100)
        pytest.fail("it never came true")

    def outbox(self) -> int:
        """How many records lie on the phone."""
        return int(self.page.evaluate(OUTBOX))

    def service(self, before: str = "Bậc 0", after: str = "Bậc 2") -> None:
        """The portal, from one rung to another."""
        self.tap("label:has-text('Dịch vụ portal')")
        for label, stage in (("Trước khi giúp", before), ("Sau khi giúp", after)):
            self.page.get_by_label(label).select_option(label=stage)

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
        box = self.page.locator("[data-signature-pad]").bounding_box()
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
        assert self.barriers() == []
        self.main()
        self.page.fill("[name=login]", "lan")
        self.page.fill("[name=password]", PASSWORD)
        self.page.press("[name=password]", "Enter")
        self.sees("Chào Bùi Thị Lan")
        assert self.barriers() == []
        self.page.fill("#pin", PIN)
        self.page.fill("#pin-again", PIN)
        self.page.fill("#password", PASSWORD)
        self.main()
        self.page.locator("#pair").wait_for()

    def unlock(self) -> None:
        """Six digits open it."""
        self.page.fill("#pin", PIN)
        self.page.locator("#pair").wait_for()

    def go_with(self, name: str) -> None:
        """Choose who walks along today."""
        self.tap("#pair")
        assert self.barriers() == []
        self.tap(f"label:has-text('{name}')")
        self.main()
        self.page.locator("#pair", has_text=name).wait_for()

    def ready(self) -> None:
        """The worker has everything: from here on the app opens without network."""
        self.page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        script = "caches.keys().then((names) => names.some((name) => name.startsWith('door-')))"
        self.until(lambda: self.page.evaluate(script))
