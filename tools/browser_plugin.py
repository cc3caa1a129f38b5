"""Journeys through a real browser: Debian's Chromium, our own server, nothing from outside.

Tests marked `browser` get `open_as`, which opens a page as a signed-in user, and `axe`, which looks for barriers.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest

CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None
)
FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # This machine's own address, and no other, so that a page that loads something foreign fails here.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
AXE = Path(__file__).parent / "vendor" / "axe-core" / "axe.min.js"


class OpenAs(Protocol):
    """Open `path` as `user` (None: a stranger) and return the page."""

    def __call__(self, user: Any, path: str = "/", *, width: int = 1440, dark: bool = False) -> Any: ...


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # Journeys last: once Playwright has begun, its event loop stays in this thread and nothing there can run another.
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
    """Debian's Chromium; root, as in a container, can have no sandbox."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {"executable_path": CHROMIUM, "args": [*FLAGS, *sandbox]}


@pytest.fixture
def broken_policies() -> Iterator[list[str]]:
    """What the pages of this test tried against their own policy, and what their scripts threw; fails when not empty."""
    complaints: list[str] = []
    yield complaints
    if complaints:
        pytest.fail("\n".join(complaints))


@pytest.fixture
def open_as(live_server: Any, browser: Any, broken_policies: list[str]) -> Iterator[OpenAs]:
    """A way to open pages of our own server."""
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
    """What axe-core finds on the page that is open: one line per rule, with the places."""
    source = AXE.read_text(encoding="utf-8")

    def look(page: Any) -> list[str]:
        page.evaluate(source)
        found = page.evaluate("axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)")
        return [
            f"{rule['id']} ({rule['impact']}): {', '.join(str(node['target'][0]) for node in rule['nodes'][:5])}"
            for rule in found
        ]

    return look
