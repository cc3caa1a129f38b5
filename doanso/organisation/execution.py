"""Execute a plan step by step, and journal each step so that it can be undone in the opposite order."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.access import actions as access
from doanso.access.models import RoleAssignment
from doanso.accounts.models import User
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.dated_rows import in_effect, not_over
from doanso.lib.problems import Problem, Refused
from doanso.members import actions as members
from doanso.members.actions.posts import end_early, reinstate_post
from doanso.members.models import Member, MemberState, Post, PostEnd
from doanso.organisation import rules
from doanso.people import actions as people
from doanso.units import actions as units
from doanso.units import queries as trees
from doanso.units.models import Unit, UnitKind

TREE, ROWS, TRANSFER, POST, ROLE = "tree", "rows", "transfer", "post", "role"


@dataclass(slots=True)
class PlanRun:
    """One change in progress: its journal so far, and the roles that could not be passed on."""

    actor: User | None
    on: date
    journal: list[dict[str, Any]] = field(default_factory=list)
    kept_back: list[dict[str, str]] = field(default_factory=list)

    def tree(self, moved: Sequence[Unit], step: Callable[[units.Journal], object]) -> None:
        """Execute a step that changes the position of these units, and move their figures with them."""
        journal = units.Journal()
        ids = [unit.pk for unit in moved]
        with ledger.move_units(unit_ids=ids, since=self.on):
            step(journal)
        self.journal.append({"op": TREE, "units": [str(pk) for pk in ids], "steps": _plain(journal)})

    def rows[Answer](self, step: Callable[[units.Journal], Answer]) -> Answer:
        """Execute a step that affects no figure: a name, a new unit, a neighbourhood."""
        journal = units.Journal()
        answer = step(journal)
        self.journal.append({"op": ROWS, "steps": _plain(journal)})
        return answer

    # --- Steps ----------------------------------------------------------------------------------------------------

    def relink(self, moved: Sequence[Unit], parent: Unit) -> None:
        """Move units under another parent; all at once unless one of them was ever below another."""
        if not moved:
            return
        lots = [list(moved)] if ledger.stand_apart([unit.pk for unit in moved]) else [[unit] for unit in moved]
        for lot in lots:
            self.tree(lot, partial(_relink, lot, parent, self.on))

    def rename(self, unit: Unit, name: str, short_name: str) -> None:
        """Rename a unit from the day on."""
        self.rows(
            lambda journal: units.rename(journal=journal, unit=unit, name=name, short_name=short_name, since=self.on)
        )

    def create_unit(self, *, code: str, kind: str, name: str, short_name: str, parent: Unit) -> Unit:
        """Create a unit from the day on."""
        return self.rows(
            lambda journal: units.found_unit(
                journal=journal,
                code=code,
                kind=kind,
                name=name,
                short_name=short_name,
                parent=parent,
                since=self.on,
            )
        )

    def create_units(self, new: Sequence[units.NewUnit]) -> list[Unit]:
        """Create many units at once, each from its own first day on."""
        return self.rows(lambda journal: units.found_units(journal=journal, new=new))

    def end(self, unit: Unit, successor: Unit | None, role_assignments: Iterable[RoleAssignment]) -> None:
        """End everything that ends with a unit, and the unit last: its members, offices, roles and neighbourhoods."""
        self._hand_members_on(unit, successor)
        for post in Post.objects.filter(not_over(self.on), unit=unit, since__lt=self.on).order_by("pk"):
            end_early(post, self.on)
            end = PostEnd.objects.filter(post=post).latest("pk")
            self.journal.append({"op": POST, "end": str(end.pk)})
        self.tree([unit], lambda journal: units.end_unit(journal=journal, unit=unit, on=self.on, successor=successor))
        if successor is not None:
            for role_assignment in role_assignments:
                self._pass_on(role_assignment, successor)

    def hand_areas_on(self, merged: Sequence[Unit], to: Unit) -> None:
        """Move the neighbourhoods of ended units to the successor, each under a distinct name."""
        named = [hood.name for unit in merged for hood in trees.neighbourhoods(unit, self.on)]
        twice = {name for name in named if named.count(name) > 1}
        for unit in merged:
            self.rows(partial(_hand_areas_on, unit, to, self.on, twice))

    def _hand_members_on(self, unit: Unit, successor: Unit | None) -> None:
        stays = Member.objects.filter(branch=unit, state=MemberState.ACTIVE, taken_back_at=None).order_by("pk")
        if not stays.exists():
            return
        code = unit.code
        if successor is None:
            message = _("Members still belong to %(unit)s; choose a branch that takes them.")
            raise Refused(Problem("members-left", message % {"unit": code}, "successor"))
        if self.actor is None:
            message = _("Members of %(unit)s must be transferred; say who does it (--as).")
            raise Refused(Problem("who-transfers", message % {"unit": code}))
        if successor.kind != unit.kind:
            message = _("Members of %(unit)s need a unit of the same sort that takes them.")
            raise Refused(Problem("members-left", message % {"unit": code}, "successor"))
        for stay in stays:
            arrived = members.transfer_member(actor=self.actor, member=stay, to=successor, on=self.on)
            self.journal.append({"op": TRANSFER, "member": str(arrived.pk)})

    def _pass_on(self, role_assignment: RoleAssignment, successor: Unit) -> None:
        """Assign the same role at the successor from today on; an existing assignment there stays unchanged."""
        had = RoleAssignment.objects.filter(
            user=role_assignment.user, role=role_assignment.role, unit=successor
        ).exists()
        try:
            granted = access.grant_role(
                actor=self.actor,
                user=role_assignment.user,
                role=role_assignment.role,
                unit=successor,
                note="organisation",
            )
        except Refused as refused:
            if refused.problem.code != "role_held":
                # Not by name: a person who is erased later must not remain in the list of changes.
                self.kept_back.append({"user": str(role_assignment.user_id), "message": refused.problem.message})
            return
        self.journal.append({"op": ROLE, "holding": str(granted.pk), "new": not had})

    # --- Whole actions ------------------------------------------------------------------------------------------------

    def merge(self, merged: Sequence[Unit], into: Unit, role_assignments: Sequence[RoleAssignment]) -> None:
        """End units and move the units below them to `into`, under distinct names."""
        below = {unit.pk: [child.unit for child in trees.children(unit, self.on)] for unit in merged}
        moved = [child for unit in merged for child in below[unit.pk]]
        if moved and into.kind == UnitKind.BRANCH:
            message = _("A branch holds members, and units stand below %(unit)s. Choose a committee that follows.")
            raise Refused(Problem("mixed-sorts", message % {"unit": merged[0].code}, "into"))
        names = trees.named_units_by_id((child.pk for child in moved), self.on)
        places = trees.named_units_by_id((unit.pk for unit in merged), self.on)
        existing_names = [child.short_name for child in trees.children(into, self.on)]
        renamed = [
            (names[child.pk].short_name, places[unit.pk].short_name) for unit in merged for child in below[unit.pk]
        ]
        self.relink(moved, into)
        for number, short_name in rules.distinct_names(renamed, existing_names).items():
            self.rename(moved[number], names[moved[number].pk].name, short_name)
        self.hand_areas_on(merged, into)
        for unit in merged:
            self.end(unit, into, [child for child in role_assignments if child.unit_id == unit.pk])


def lock_members(ended: Iterable[Unit]) -> None:
    """Lock the members of units that end, their records and their offices, in key order."""
    stays = Member.objects.filter(branch__in=list(ended), state=MemberState.ACTIVE, taken_back_at=None)
    persons = [person for _stay, person in stays.select_for_update().order_by("pk").values_list("pk", "person_id")]
    people.lock_contacts_of(persons)
    offices = Post.objects.filter(Q(person__in=persons) | Q(unit__in=list(ended)))
    list(offices.select_for_update().order_by("pk").values_list("pk"))


def _arrived(journal: Sequence[dict[str, Any]]) -> set[UUID]:
    return {UUID(op["member"]) for op in journal if op["op"] == TRANSFER}


def lock_names_of_arrivals(journal: Sequence[dict[str, Any]]) -> None:
    """Lock the names of the members whom a change transferred; before roles and memberships."""
    new = Member.objects.filter(pk__in=_arrived(journal))
    people.lock_people_and_shops(list(new.values_list("contact__name", "contact__birth_year")), [])


def lock_arrivals(journal: Sequence[dict[str, Any]]) -> None:
    """Lock the memberships that a change ended and began, in key order."""
    arrived = _arrived(journal)
    before = Member.objects.filter(pk__in=arrived).values_list("previous_id", flat=True)
    stays = Member.objects.filter(pk__in=arrived | {pk for pk in before if pk is not None})
    list(stays.select_for_update().order_by("pk").values_list("pk"))


def _relink(lot: Sequence[Unit], parent: Unit, on: date, journal: units.Journal) -> None:
    units.relink(journal=journal, units=lot, parent=parent, since=on)


def _hand_areas_on(unit: Unit, to: Unit, on: date, taken: set[str], journal: units.Journal) -> None:
    units.hand_on_neighbourhoods(journal=journal, unit=unit, to=to, on=on, taken=taken)


def _plain(journal: units.Journal) -> list[dict[str, Any]]:
    return [step.as_json() for step in journal.steps]


def take_back(*, actor: User, journal: Sequence[dict[str, Any]], on: date) -> None:
    """Undo every step of a journal, last one first."""
    for op in reversed(journal):
        match op["op"]:
            case "transfer":
                members.take_back_transfer(actor=actor, member=Member.objects.get(pk=op["member"]))
            case "post":
                reinstate_post(PostEnd.objects.select_related("post").get(pk=op["end"]))
            case "role":
                take = access.take_back_role if op["new"] else access.end_role
                take(actor=actor, role_assignment=RoleAssignment.objects.get(pk=op["holding"]))
            case what:
                ids = [UUID(pk) for pk in op["units"]] if what == TREE else []
                with ledger.move_units(unit_ids=ids, since=on) if ids else nullcontext():
                    units.take_back(steps=[units.RowChange(**step) for step in op["steps"]])


def role_assignments_at(ended: Iterable[Unit]) -> list[RoleAssignment]:
    """Return the role assignments in effect today at units that end."""
    assignments = RoleAssignment.objects.filter(in_effect(clock.today()), unit__in=list(ended), user__is_active=True)
    return list(assignments.select_related("user", "unit").order_by("unit__code", "role", "pk"))
