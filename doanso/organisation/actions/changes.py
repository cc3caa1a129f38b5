"""Actions on the unit tree, one at a time.

Each locks the rows of units and members that it will write, as every action does before it posts, and then holds the gate of the
ledger exclusively until its commit.
"""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access import actions as access
from doanso.access.models import RoleAssignment
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.ledger import actions as ledger
from doanso.lib import clock, database, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.organisation import execution, files, plans, policy, queries, rules
from doanso.organisation.execution import PlanRun
from doanso.organisation.models import Change
from doanso.organisation.plans import AnyPlan, CreatePlan, EndPlan, MergePlan, MovePlan, RenamePlan, SplitPlan
from doanso.units import queries as trees
from doanso.units.actions import NewUnit
from doanso.units.models import Unit

TURN = "organisation.change"
"""The lock taken first by each change: behind the gate a change writes more units than it names, and another change that waits
for the gate may have locked them."""


def create_unit(
    *,
    actor: User | None,
    parent: Unit,
    kind: str,
    code: str,
    name: str,
    short_name: str,
    since: date | None = None,
    neighbourhoods: Sequence[str] = (),
    decision: str = "",
) -> Change:
    """Create a unit below another one from a day on (today by default)."""
    new = NewUnit(
        code=code.strip(),
        kind=kind,
        name=" ".join(name.split()),
        short_name=" ".join(short_name.split()),
        parent=parent.code,
        since=since or clock.today(),
        neighbourhoods=tuple(neighbourhoods),
    )
    return create_units(actor=actor, units=[new], decision=decision)


def create_units(*, actor: User | None, units: Sequence[NewUnit], decision: str = "") -> Change:
    """Create units as one change, each after its parent in the list; with any fault none of them is created."""
    if not units:
        raise Refused(Problem("nothing-to-create", _("There is no new unit here."), "units"))
    new_codes = {entry.code for entry in units}
    above = trees.units_by_code(entry.parent for entry in units if entry.parent not in new_codes)
    if not above:
        raise Refused(Problem("unit-parent-unknown", _("Choose the unit above."), "parent"))
    plan = CreatePlan(
        on=min(entry.since for entry in units), decision=decision, units=units, parents=list(above.values())
    )
    return carry_out(actor=actor, plan=plan)


def move_unit(*, actor: User | None, unit: Unit, parent: Unit, on: date | None = None, decision: str = "") -> Change:
    """Move a unit with everything below it under another parent from a day on (today by default)."""
    return carry_out(actor=actor, plan=MovePlan(on=on or clock.today(), decision=decision, unit=unit, parent=parent))


def rename_unit(
    *, actor: User | None, unit: Unit, name: str, short_name: str, on: date | None = None, decision: str = ""
) -> Change:
    """Rename a unit from a day on."""
    day = on or clock.today()
    return carry_out(
        actor=actor, plan=RenamePlan(on=day, decision=decision, unit=unit, name=name, short_name=short_name)
    )


def merge_units(
    *,
    actor: User | None,
    units: Sequence[Unit],
    into: Unit | None = None,
    code: str = "",
    name: str = "",
    short_name: str = "",
    role_assignments: Sequence[UUID] = (),
    on: date | None = None,
    decision: str = "",
) -> Change:
    """End units whose work an existing unit (`into`) or a new one continues; the units below them move there."""
    plan = MergePlan(
        on=on or clock.today(),
        decision=decision,
        units=units,
        into=into,
        code=code,
        name=name,
        short_name=short_name,
        role_assignments=role_assignments,
    )
    return carry_out(actor=actor, plan=plan)


def split_unit(
    *,
    actor: User | None,
    unit: Unit,
    code: str,
    name: str,
    short_name: str,
    children: Sequence[Unit],
    on: date | None = None,
    decision: str = "",
) -> Change:
    """Create a unit beside this one and move some of the units below it there."""
    day = on or clock.today()
    new = {"code": code, "name": name, "short_name": short_name}
    return carry_out(actor=actor, plan=SplitPlan(on=day, decision=decision, unit=unit, children=children, **new))


def end_unit(
    *,
    actor: User | None,
    unit: Unit,
    successor: Unit | None = None,
    role_assignments: Sequence[UUID] = (),
    on: date | None = None,
    decision: str = "",
) -> Change:
    """End a unit from a day on; a successor takes over what is left in it, and without one nothing may be left."""
    day = on or clock.today()
    return carry_out(
        actor=actor,
        plan=EndPlan(on=day, decision=decision, unit=unit, successor=successor, role_assignments=role_assignments),
    )


def carry_out(*, actor: User | None, plan: AnyPlan, is_preview: bool = False) -> Change:
    """Carry out a plan; `actor=None` is a command of the server. A preview rolls back, so the preview permission is enough for
    it."""
    with transaction.atomic():
        database.lock([TURN], shared=False)
        named = _locked(plans.units_of(plan), plans.ended_by(plan))
        ledger.block_counting()
        root = trees.root_of(next(iter(named.values())), plan.on)
        if actor is not None:
            permission = policy.PREVIEW if is_preview else policy.CHANGE
            for unit in named.values():
                permission.require_at(actor, unit)
        refuse(_day_problem(plan, named.values()))
        run = PlanRun(actor, plan.on)
        description, touched = _execute(run, plan)
        change = Change.objects.create(
            kind=plan.kind,
            unit=root,
            on=plan.on,
            decision=" ".join(plan.decision.split()),
            said=description | {"kept_back": run.kept_back},
            journal=run.journal,
            actor=actor,
            recorded_on=clock.today(),
            recorded_at=clock.now(),
        )
        action, note = f"organisation.{plan.kind.value}", "" if actor else "reorganise"
        record_many(
            [AuditEventInput(actor, policy.CHANGE.name, change, root, note=note)]
            + [AuditEventInput(actor, action, unit, unit, note=note) for unit in touched]
        )
        return change


def _day_problem(plan: AnyPlan, named: Collection[Unit]) -> Problem | None:
    if isinstance(plan, CreatePlan):
        # Whether the unit above exists on the day is checked unit by unit.
        return rules.day_problem(on=max(entry.since for entry in plan.units), today=clock.today(), since={})
    return rules.day_problem(on=plan.on, today=clock.today(), since={unit.code: unit.since for unit in named})


def _locked(named: Collection[Unit], ended: Collection[Unit]) -> dict[UUID, Unit]:
    """Lock and return the units, and lock the members and roles of those that end, in key order."""
    # Rows that refer to a unit may be written meanwhile: that locks only its key, which never changes.
    rows = Unit.objects.select_for_update(no_key=True).filter(pk__in={unit.pk for unit in named}).order_by("pk")
    units_by_id = {unit.pk: unit for unit in rows}
    access.lock_roles(RoleAssignment.objects.filter(unit__in=list(ended)))
    execution.lock_members(ended)
    return units_by_id


def _words(unit: Unit, on: date) -> dict[str, str]:
    called = trees.named_unit(unit, on)
    return {"code": unit.code, "name": called.short_name}


def _execute(run: PlanRun, plan: AnyPlan) -> tuple[dict[str, Any], list[Unit]]:
    """Execute the plan's steps; return the description for the list of changes and the units in whose history it is recorded."""
    match plan:
        case CreatePlan():
            return _create(run, plan)
        case MovePlan():
            old = trees.parent(plan.unit, plan.on)
            description = {"unit": _words(plan.unit, plan.on), "to": _words(plan.parent, plan.on)}
            description["from"] = _words(old, plan.on) if old else {}
            run.relink([plan.unit], plan.parent)
            return description, [plan.unit]
        case RenamePlan():
            description = {"unit": _words(plan.unit, plan.on), "to": {"name": _named(plan)[1]}}
            run.rename(plan.unit, *_named(plan))
            return description, [plan.unit]
        case MergePlan():
            return _merge(run, plan)
        case SplitPlan():
            return _split(run, plan)
        case EndPlan():
            description = {"unit": _words(plan.unit, plan.on)}
            if plan.successor is not None:
                description["to"] = _words(plan.successor, plan.on)
                refuse(
                    rules.merge_problem(
                        codes=[plan.unit.code],
                        into=plan.successor.code,
                        kinds=[plan.unit.kind, plan.successor.kind],
                    )
                )
                run.merge([plan.unit], plan.successor, _chosen(plan, [plan.unit]))
            else:
                run.end(plan.unit, None, ())
            return description, [plan.unit, *([plan.successor] if plan.successor else [])]


def _create(run: PlanRun, plan: CreatePlan) -> tuple[dict[str, Any], list[Unit]]:
    existing = {(parent, vietnamese.name_key(name)) for parent, name in trees.names_below(plan.parents)}
    written: set[tuple[str, str]] = set()
    for entry in plan.units:
        refuse(
            rules.new_unit_problem(
                code=entry.code,
                kind=entry.kind,
                name=entry.name,
                short_name=entry.short_name,
                neighbourhoods=entry.neighbourhoods,
            )
        )
        key = (entry.parent, vietnamese.name_key(entry.name))
        if key in existing or key in written:
            message = (
                _("“%(name)s” is there already, below the same unit.")
                if key in existing
                else _("“%(name)s” is written twice; write it once.")
            )
            raise Refused(Problem("unit-name-taken", message % {"name": entry.name}, "name"))
        written.add(key)
    created = run.create_units(plan.units)
    names = [{"code": unit.code, "name": entry.short_name} for unit, entry in zip(created, plan.units, strict=True)]
    [above, *others] = plan.parents
    top = above if not others else trees.root_of(above, plan.on)
    return {"units": names, "to": _words(top, plan.on)}, created


def _named(plan: RenamePlan | MergePlan | SplitPlan) -> tuple[str, str]:
    name, short_name = " ".join(plan.name.split()), " ".join(plan.short_name.split())
    if not name or not short_name:
        raise Refused(Problem("name-missing", _("Write the unit's full and its short name."), "name"))
    refuse(name_problem(name) or name_problem(short_name, "short_name"))
    return name, short_name


def _chosen(plan: MergePlan | EndPlan, ended: Sequence[Unit]) -> list[Any]:
    ended_roles = execution.role_assignments_at(ended)
    return ended_roles if plan.all_roles else [role for role in ended_roles if role.pk in set(plan.role_assignments)]


def _merge(run: PlanRun, plan: MergePlan) -> tuple[dict[str, Any], list[Unit]]:
    kinds = [unit.kind for unit in plan.units] + ([plan.into.kind] if plan.into else [])
    codes = [unit.code for unit in plan.units]
    refuse(rules.merge_problem(codes=codes, into=plan.into.code if plan.into else None, kinds=kinds))
    description: dict[str, Any] = {"units": [_words(unit, plan.on) for unit in plan.units]}
    into = plan.into
    if into is None:
        above = {unit.pk: trees.parent(unit, plan.on) for unit in plan.units}
        parents = set(above.values())
        parent = parents.pop()
        if parents or parent is None:
            message = _("The units stand under different parents; put them under one first.")
            raise Refused(Problem("different-parents", message, "units"))
        name, short_name = _named(plan)
        into = run.create_unit(
            code=plan.code.strip(), kind=plan.units[0].kind, name=name, short_name=short_name, parent=parent
        )
        description["new"] = True
    else:
        description["into"] = _words(into, plan.on)
        if plan.name or plan.short_name:
            run.rename(into, *_named(plan))
    run.merge(plan.units, into, _chosen(plan, plan.units))
    return description | {"to": _words(into, plan.on)}, [*plan.units, into]


def _split(run: PlanRun, plan: SplitPlan) -> tuple[dict[str, Any], list[Unit]]:
    parent = trees.parent(plan.unit, plan.on)
    below = {child.id for child in trees.children(plan.unit, plan.on)}
    if parent is None or not plan.children or not {child.pk for child in plan.children} <= below:
        message = _("Choose what the new unit takes from among the units directly below %(unit)s.")
        raise Refused(Problem("not-below", message % {"unit": plan.unit.code}, "children"))
    name, short_name = _named(plan)
    new = run.create_unit(code=plan.code.strip(), kind=plan.unit.kind, name=name, short_name=short_name, parent=parent)
    run.relink(plan.children, new)
    description = {
        "unit": _words(plan.unit, plan.on),
        "to": _words(new, plan.on),
        "units": [_words(child, plan.on) for child in plan.children],
    }
    return description, [plan.unit, new]


def undo(*, actor: User, change: Change) -> Change:
    """Undo a change on the day it was recorded: restore the tree, the members, the roles and every figure."""
    with transaction.atomic():
        database.lock([TURN], shared=False)
        change = Change.objects.select_for_update().get(pk=change.pk)
        execution.lock_names_of_arrivals(change.journal)
        roles = [op["holding"] for op in change.journal if op["op"] == execution.ROLE]
        access.lock_roles(RoleAssignment.objects.filter(pk__in=roles))
        execution.lock_arrivals(change.journal)
        ledger.block_counting()
        policy.CHANGE.require(actor, change)
        refuse(
            rules.undo_problem(undone=change.undone_at is not None, recorded_on=change.recorded_on, today=clock.today())
        )
        execution.take_back(actor=actor, journal=change.journal, on=change.on)
        change.undone_at, change.undone_by = clock.now(), actor
        change.save(update_fields=["undone_at", "undone_by"])
        touched = trees.units_by_code(queries.codes_of(change)).values()
        record_many(
            [AuditEventInput(actor, "organisation.undo", change, change.unit_id)]
            + [AuditEventInput(actor, "organisation.undo", unit, unit) for unit in touched]
        )
        return change


def reorganise(*, actor: User | None, content: bytes) -> list[Change]:
    """Carry out every action of a file in its order; all of them or, with any fault, none."""
    changes: list[Change] = []
    entries = files.read(content)
    with transaction.atomic():
        database.lock([TURN], shared=False)
        named = trees.units_by_code(files.codes_of(entries)).values()
        _locked(named, named)
        ledger.block_counting()
        for number, entry in enumerate(entries, 1):
            try:
                changes.append(carry_out(actor=actor, plan=files.plan_of(entry)))
            except Refused as refused:
                message = _("Deed %(number)s: %(message)s") % {"number": number, "message": refused.problem.message}
                raise Refused(Problem(refused.problem.code, message)) from refused
    return changes
