"""Parts of an object's page that apps above the page's own app contribute.

The app of the page keeps one `PanelRegistry` in its `ports`; each app above registers a function in its `AppConfig.ready`. The
function decides by its own policy what the reader may see, and returns None where that is nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

type PanelPlace = Literal["actions", "head", "main", "side"]
"""`actions` are buttons beside the title, `head` spans the page under it, `main` is the wide column, `side` the narrow one."""


@dataclass(frozen=True, slots=True)
class Panel:
    """One part of a page: its template, which reads the variable `panel`, and that variable."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)


type PanelBuilder[Actor, Subject] = Callable[[Actor, Subject], Panel | None]


@dataclass(frozen=True, slots=True)
class _Entry[Actor, Subject]:
    order: int
    name: str
    place: PanelPlace
    build: PanelBuilder[Actor, Subject]


class PanelRegistry[Actor, Subject]:
    """The panels of one kind of page, in a fixed order."""

    def __init__(self) -> None:
        self._entries: list[_Entry[Actor, Subject]] = []

    def register(self, name: str, place: PanelPlace, order: int, build: PanelBuilder[Actor, Subject]) -> None:
        """Register a panel; called once per panel at start-up. Lower orders stand higher."""
        if any(entry.name == name for entry in self._entries):
            raise RuntimeError(f"Panel {name!r} is registered twice.")
        self._entries.append(_Entry(order, name, place, build))
        self._entries.sort(key=lambda entry: (entry.order, entry.name))

    def panels(self, actor: Actor, subject: Subject) -> dict[str, list[Panel]]:
        """Return the panels that this reader sees, by place; errors of a builder propagate."""
        shown: dict[str, list[Panel]] = {"actions": [], "head": [], "main": [], "side": []}
        for entry in self._entries:
            panel = entry.build(actor, subject)
            if panel is not None:
                shown[entry.place].append(panel)
        return shown
