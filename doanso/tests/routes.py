"""Every route of the product, for tests that walk them all."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver


@dataclass(frozen=True)
class Route:
    """One named route: `members:detail`, with the names of its arguments."""

    name: str
    arguments: tuple[str, ...]
    callback: Any


def routes(resolver: Any = None, namespace: str = "") -> Iterator[Route]:
    """All routes of the URLconf, with their full names."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{namespace}{pattern.namespace}:" if pattern.namespace else namespace
            yield from routes(pattern, inner)
        elif isinstance(pattern, URLPattern):
            arguments = tuple(sorted(pattern.pattern.regex.groupindex))
            yield Route(namespace + (pattern.name or str(pattern.pattern)), arguments, pattern.callback)
