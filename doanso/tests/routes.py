"""Every route of the product, for tests that walk them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from tools.selection import is_spare, shows_every_variant
from tools.whole_run import app_of


@dataclass(frozen=True)
class Route:
    """One named route: `members:detail`, with the names of its arguments."""

    name: str
    arguments: tuple[str, ...]
    callback: Any

    @property
    def app(self) -> str:
        """The app of the route's view."""
        return app_of(self.callback.__module__)


def routes(resolver: Any = None, namespace: str = "") -> Iterator[Route]:
    """All routes of the URLconf, with their full names."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            arguments = tuple(sorted(pattern.pattern.regex.groupindex))
            yield Route(namespace + (pattern.name or str(pattern.pattern)), arguments, pattern.callback)


WIDTHS = (390, 1440)


def variants(route: Route) -> list[tuple[int, bool]]:
    """Return the widths and themes (dark or not) in which a route's pages are looked at: all four, or two if its app is as it
    was."""
    whole = shows_every_variant(route.app)
    return [
        (width, dark)
        for width in WIDTHS
        for dark in (False, True)
        if whole or not is_spare(route.name, width=width, dark=dark)
    ]
