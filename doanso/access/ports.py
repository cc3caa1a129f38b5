"""Registries for the apps above: their actions with the sentence that the audit log shows for each, the kinds of
objects in it, probes of waiting work, and the parts that they contribute to the page of a unit.

An action is named by an audit event and, under the same name, allowed by a permission. A role that names an unknown action, and
an action or a probe registered twice, are errors at start.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib.database import hot_reads
from doanso.lib.panels import PanelRegistry

if TYPE_CHECKING:
    from doanso.access.policy import Permission
    from doanso.access.queries.unit_positions import UnitPosition
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

    For an action that no app registers any more it says only that something was done.
    """
    registered = _actions.get(name)
    words = changed_words(name, changed)
    sentence = (
        str(registered.sentence) if registered is not None else _("did something that this version has no words for")
    )
    return f"{sentence}: {words}" if words else sentence


def action_heading(name: str) -> str:
    """Return the words of an action as they stand alone in a column ("Ghi lượt giúp"): without the mark of the past tense."""
    words = action_sentence(name).removeprefix("đã ")
    return words[:1].upper() + words[1:]


def changed_words(name: str, changed: Sequence[str]) -> str:
    """Return the words of an action's changed fields ("họ tên, năm sinh"); fields without words are left out."""
    registered = _actions.get(name)
    fields = registered.fields if registered is not None else {}
    return ", ".join(str(fields[field_name]) for field_name in changed if field_name in fields)


def action_names() -> set[str]:
    """Return the names of all registered actions."""
    return set(_actions)


@dataclass(frozen=True, slots=True)
class ObjectLink:
    """An object as history names it, with its page."""

    title: str
    url: str


type ResolveObjects = Callable[[User, Collection[UUID]], Mapping[UUID, ObjectLink]]


@dataclass(frozen=True, slots=True)
class ObjectKind:
    """A kind of objects in history ("Đoàn viên"), and how those are found that an actor may open."""

    name: str
    label: str | Promise
    resolve: ResolveObjects | None = None


_object_kinds: dict[str, ObjectKind] = {}


def register_object_kind(name: str, label: str | Promise, resolve: ResolveObjects | None = None) -> None:
    """Register a kind of objects, by the label of its model; called once in the owner's `AppConfig.ready`.

    `resolve` gets the actor and ids, and returns those that the actor may open, through the owner's policy and in a number of
    statements that does not grow with the ids. Without it objects of the kind are named by the label alone.
    """
    if name in _object_kinds:
        raise RuntimeError(f"Object kind {name!r} is registered twice.")
    _object_kinds[name] = ObjectKind(name, label, resolve)


def object_kinds() -> Mapping[str, ObjectKind]:
    """Return the registered kinds by name."""
    return _object_kinds


def linked[M: Model](
    permission: "Permission", objects: Callable[[], QuerySet[M]], *, title: Callable[[M], str], url: Callable[[M], str]
) -> ResolveObjects:
    """Return a `resolve` for objects that a permission filters, in one statement."""

    def resolve(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
        found = permission.filter(actor, objects().filter(pk__in=list(ids)))
        return {obj.pk: ObjectLink(title(obj), url(obj)) for obj in found}

    return resolve


type CountUpTo = Callable[[int], int]

_probes: dict[str, tuple[str | Promise, CountUpTo]] = {}


def register_probe(name: str, label: str | Promise, count: CountUpTo) -> None:
    """Register a count shown to administrators as waiting work; called once in the owner's `AppConfig.ready`.

    `count` gets the limit up to which it counts and must stop there, because it is called while something may be wrong.
    """
    if name in _probes:
        raise RuntimeError(f"Probe {name!r} is registered twice.")
    _probes[name] = (label, count)


def count_pending(limit: int) -> list[tuple[str, int]]:
    """Return how many items of each kind wait, counted up to the limit."""
    return [(str(label), count(limit)) for label, count in _probes.values()]


@dataclass(slots=True)
class UnitPage:
    """The unit on the page, with its name, its position in the tree, and by unit directly below the name of its secretary.

    `parts` keeps what one app reads once for several of its panels, `known` names that were read for one of them. A panel that
    shows the units below puts them into `children`; the page itself lists them where no panel does.
    """

    position: "UnitPosition"
    named: "NamedUnit"
    secretaries: Mapping[UUID, str] = field(default_factory=dict)
    parts: dict[str, object] = field(default_factory=dict)
    known: "dict[UUID, NamedUnit]" = field(default_factory=dict)
    children: "Sequence[NamedUnit] | None" = None

    @property
    def unit(self) -> "Unit":
        """The unit."""
        return self.position.unit

    def allows(self, permission: "Permission") -> bool:
        """Return whether the reader has the permission at the unit; no statement for a unit that has not ended."""
        return self.position.allows(permission, self.unit)


@dataclass(frozen=True, slots=True)
class WaitingRows:
    """Records that wait in a unit and below it, as a line of its page: `url` leads to the list of them."""

    icon: str
    label: str
    rows: QuerySet[Any, Any]
    url: str


type FindWaiting = Callable[[User, UnitPage], WaitingRows | None]


unit_panels: PanelRegistry[User, UnitPage] = PanelRegistry()
"""Cards of a unit's page."""
unit_list_panels: PanelRegistry[User, "Sequence[NamedUnit]"] = PanelRegistry()
"""Buttons and notes of the list of units; the subject is the tree that the reader sees."""
MOST_COUNTED = 1000
"""A line of what waits says no larger number; the list it leads to has pages."""
_waiting: dict[str, tuple[int, FindWaiting]] = {}


def register_waiting(name: str, order: int, find: FindWaiting) -> None:
    """Register records that may wait in a unit; called once in the owner's `AppConfig.ready`. Lower orders stand higher.

    `find` executes no statement; it returns None for readers who decide nothing there.
    """
    if name in _waiting:
        raise RuntimeError(f"What waits in a unit as {name!r} is registered twice.")
    _waiting[name] = (order, find)


def waiting_at(actor: User, page: UnitPage) -> list[tuple[WaitingRows, int]]:
    """Return what waits in the unit for this reader, each with its number up to `MOST_COUNTED`; one statement for all."""
    ordered = sorted(_waiting.values(), key=lambda entry: entry[0])
    waiting = [rows for _order, find in ordered if (rows := find(actor, page)) is not None]
    counts = hot_reads.count_rows([each.rows for each in waiting], MOST_COUNTED)
    return [(each, count) for each, count in zip(waiting, counts, strict=True) if count]
