"""Plans of changes of the tree: plain values from a page, a file or a caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doanso.organisation.models import ChangeKind
from doanso.units.actions import NewUnit
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePlan:
    """The first day of a change, and the decision it is based on, if any."""

    on: date
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreatePlan(TreePlan):
    """Create units, each from its own first day on; `on` is the first of them.

    `parents` are the existing units below which they are created; a unit of the list may also stand below one before it.
    """

    units: Sequence[NewUnit]
    parents: Sequence[Unit]
    kind = ChangeKind.CREATE


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan(TreePlan):
    """Move a unit with everything below it under another parent."""

    unit: Unit
    parent: Unit
    kind = ChangeKind.MOVE


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePlan(TreePlan):
    """Rename a unit."""

    unit: Unit
    name: str
    short_name: str
    kind = ChangeKind.RENAME


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan(TreePlan):
    """End units and continue them as one: an existing one (`into`), or a new one with a code. `name`, if given, is
    its new name.

    `role_assignments` are those at the ended units that are assigned again to their users at `into`; all of them with
    `all_roles`.
    """

    units: Sequence[Unit]
    into: Unit | None = None
    code: str = ""
    name: str = ""
    short_name: str = ""
    role_assignments: Sequence[UUID] = ()
    all_roles: bool = False
    kind = ChangeKind.MERGE


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlan(TreePlan):
    """Create a unit beside another one and move some of the units below that one there."""

    unit: Unit
    code: str
    name: str
    short_name: str
    children: Sequence[Unit]
    kind = ChangeKind.SPLIT


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPlan(TreePlan):
    """End a unit; a successor takes over what is left in it, and without one nothing may be left."""

    unit: Unit
    successor: Unit | None = None
    role_assignments: Sequence[UUID] = ()
    all_roles: bool = False
    kind = ChangeKind.END


AnyPlan = CreatePlan | MovePlan | RenamePlan | MergePlan | SplitPlan | EndPlan


def units_of(plan: AnyPlan) -> list[Unit]:
    """Return every existing unit a plan names, to be locked and checked."""
    match plan:
        case CreatePlan():
            return list(plan.parents)
        case MovePlan():
            return [plan.unit, plan.parent]
        case RenamePlan():
            return [plan.unit]
        case MergePlan():
            return [*plan.units, *([plan.into] if plan.into else [])]
        case SplitPlan():
            return [plan.unit, *plan.children]
        case EndPlan():
            return [plan.unit, *([plan.successor] if plan.successor else [])]


def ended_by(plan: AnyPlan) -> list[Unit]:
    """Return the units that a plan ends."""
    match plan:
        case MergePlan():
            return list(plan.units)
        case EndPlan():
            return [plan.unit]
        case _:
            return []
