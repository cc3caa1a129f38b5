"""Browser tests with Debian's Chromium against our own server, without any outside connection.

Tests marked `browser` use `open_as`, which opens a page as a signed-in user, and `axe`, which reports accessibility problems.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

# The shell without a window comes first: it costs 0.6 of the CPU time of the whole browser.
_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next((path for name in _NAMES if (path := shutil.which(name))), None)
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Only this machine's address resolves, so that a page that loads something foreign fails.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
# One process for pages and one thread for painting, because pages are looked at one after the other. A phone's worker did not
# hear of the network again when it shared a process with its page.
FLAGS_OF_PAGES = [*FLAGS, "--renderer-process-limit=1", "--num-raster-threads=1"]
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"


class OpenAs(Protocol):
    """Open `path` as `user` (None: signed out) and return the page."""

    def __call__(self, user: Any, path: str = "/", *, width: int = 1440, dark: bool = False) -> Any: ...


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Browser tests last: once Playwright has started, its event loop stays in this thread and no other can run.
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason="no Chromium on this machine"))


def pytest_collection_finish(session: pytest.Session) -> None:
    # Playwright's sync API keeps an event loop in this thread, which Django takes for async code.
    if any(item.get_closest_marker("browser") for item in session.items):
        os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def browser_type_launch_args() -> dict[str, Any]:
    """Use Debian's Chromium, without a sandbox as root (in a container)."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": CHROMIUM, "args": [*FLAGS_OF_PAGES, *sandbox]}


@pytest.fixture
def broken_policies() -> Iterator[list[str]]:
    """Yield violations of the content policy and script errors of this test's pages; the test fails when there are any."""
    complaints: list[str] = []
    yield complaints
    if complaints:
        pytest.fail("\n".join(complaints))


@pytest.fixture
def open_as(live_server: Any, browser: Any, broken_policies: list[str]) -> Iterator[OpenAs]:
    """Yield a function that opens pages of our own server."""
    from django.conf import settings
    from django.test import Client

    contexts: list[Any] = []

    def hear(message: Any) -> None:
        if message.type == "error" and "Content Security Policy" in message.text:
            broken_policies.append(f"{message.location.get('url', '')}: {message.text}")

    def opened(user: Any, path: str = "/", *, width: int = 1440, dark: bool = False) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light", locale="vi-VN"
        )
        contexts.append(context)
        context.add_cookies([{"name": "theme", "value": "dark" if dark else "light", "url": live_server.url}])
        if user is not None:
            client = Client()
            client.force_login(user)
            name = settings.SESSION_COOKIE_NAME
            context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": live_server.url}])
        page = context.new_page()
        page.on("console", hear)
        page.on("pageerror", lambda error: broken_policies.append(f"{page.url}: {error}"))
        page.goto(live_server.url + path)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe() -> Callable[[Any], list[str]]:
    """Return a function that returns axe-core's findings on a page, one line per rule with its places."""
    source = AXE.read_text(encoding="utf-8")

    def look(page: Any) -> list[str]:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(source)
        violations = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        return [
            f"{rule['id']} ({rule['impact']}): {', '.join(str(node['target'][0]) for node in rule['nodes'][:5])}"
            for rule in violations
        ]

    return look
