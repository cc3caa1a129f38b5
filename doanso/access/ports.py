"""Registries for the apps above: their actions with the sentence that the audit log shows for each, probes of waiting work, and
the parts that they contribute to the page of a unit.

An action is named by an audit event and, under the same name, allowed by a permission. A role that names an unknown action, and
an action or a probe registered twice, are errors at start.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.functional import Promise

from doanso.accounts.models import User
from doanso.lib.panels import PanelRegistry

if TYPE_CHECKING:
    from doanso.units.models import Unit
    from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class ActionSentence:
    """The past-tense sentence of an action in history ("đã thêm đoàn viên"), without names, and words for its fields."""

    name: str
    sentence: str | Promise
    fields: Mapping[str, str | Promise] = field(default_factory=dict)


_actions: dict[str, ActionSentence] = {}


def register_action(name: str, sentence: str | Promise, *, fields: Mapping[str, str | Promise] | None = None) -> None:
    """Register an action; called once in the owner's `AppConfig.ready`.

    `fields` gives the words for changed fields that the audit log may name ("họ tên"); others are not named.
    """
    if name in _actions:
        raise RuntimeError(f"Action {name!r} is registered twice.")
    _actions[name] = ActionSentence(name, sentence, fields or {})


def action_sentence(name: str, changed: Sequence[str] = ()) -> str:
    """Return the text shown in the audit log: the action's sentence, then the fields it has words for.

    For an action that no app registers any more it is the bare name.
    """
    registered = _actions.get(name)
    if registered is None:
        return name
    words = [str(registered.fields[field_name]) for field_name in changed if field_name in registered.fields]
    return f"{registered.sentence}: {', '.join(words)}" if words else str(registered.sentence)


def action_names() -> set[str]:
    """Return the names of all registered actions."""
    return set(_actions)


type CountUpTo = Callable[[int], int]

_probes: dict[str, tuple[str | Promise, CountUpTo]] = {}


def register_probe(name: str, label: str | Promise, count: CountUpTo) -> None:
    """Register a count shown to administrators as waiting work; called once in the owner's `AppConfig.ready`.

    `count` gets the limit up to which it counts and must stop there, because it is called while something may be wrong.
    """
    if name in _probes:
        raise RuntimeError(f"Probe {name!r} is registered twice.")
    _probes[name] = (label, count)


def probe(limit: int) -> list[tuple[str, int]]:
    """Return how many items of each kind wait, counted up to the limit."""
    return [(str(label), count(limit)) for label, count in _probes.values()]


@dataclass(slots=True)
class UnitPage:
    """The unit on the page, with its name and the units directly below it.

    `parts` keeps what one app reads once for several of its panels. A panel that shows the units below sets `lists_children`.
    """

    unit: "Unit"
    named: "NamedUnit"
    children: "list[NamedUnit]"
    parts: dict[str, object] = field(default_factory=dict)
    lists_children: bool = False


unit_panels: PanelRegistry[User, UnitPage] = PanelRegistry()
"""Cards of a unit's page."""
waiting_panels: PanelRegistry[User, UnitPage] = PanelRegistry()
"""Lines of what waits in the unit and below it, as `parts/figure_line.html` draws them; None where nothing waits."""
