"""What somebody means to do to the tree, before it is done: plain values from a page, a file or a caller."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doanso.organisation.models import ChangeKind
from doanso.units.models import Unit


@dataclass(frozen=True, slots=True, kw_only=True)
class TreePlan:
    """Every plan has its first day and may name the decision it rests on."""

    on: date
    decision: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePlan(TreePlan):
    """A unit with everything below it under another parent."""

    unit: Unit
    parent: Unit
    kind = ChangeKind.MOVE


@dataclass(frozen=True, slots=True, kw_only=True)
class RenamePlan(TreePlan):
    """A unit by another name."""

    unit: Unit
    name: str
    short_name: str
    kind = ChangeKind.RENAME


@dataclass(frozen=True, slots=True, kw_only=True)
class MergePlan(TreePlan):
    """Units that end and go on as one: an existing one (`into`), or a new one with a code. A name given is its new name.

    `holdings` are the roles at the ended units that their holders are given anew there; all of them with `all_roles`.
    """

    units: Sequence[Unit]
    into: Unit | None = None
    code: str = ""
    name: str = ""
    short_name: str = ""
    holdings: Sequence[UUID] = ()
    all_roles: bool = False
    kind = ChangeKind.MERGE


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitPlan(TreePlan):
    """A new unit beside another one takes some of what stands below it."""

    unit: Unit
    code: str
    name: str
    short_name: str
    children: Sequence[Unit]
    kind = ChangeKind.SPLIT


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPlan(TreePlan):
    """A unit is no more; a successor takes what is left in it, and without one nothing may be left."""

    unit: Unit
    successor: Unit | None = None
    holdings: Sequence[UUID] = ()
    all_roles: bool = False
    kind = ChangeKind.END


AnyPlan = MovePlan | RenamePlan | MergePlan | SplitPlan | EndPlan


def units_of(plan: AnyPlan) -> list[Unit]:
    """Every existing unit a plan names, to be locked and looked at."""
    match plan:
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
    """The units that a plan ends."""
    match plan:
        case MergePlan():
            return list(plan.units)
        case EndPlan():
            return [plan.unit]
        case _:
            return []
