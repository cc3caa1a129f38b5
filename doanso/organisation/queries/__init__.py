"""Read changes: the list with its sentences, and the units that each one concerned."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.lib import clock, formats
from doanso.lib.paging import page_rows
from doanso.organisation import policy, rules
from doanso.organisation.models import Change, ChangeKind
from doanso.units import queries as trees
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE = 50
RECENT = 8


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change with its sentence, and whether it can still be undone today."""

    change: Change
    title: str
    undoable: bool

    @property
    def kind(self) -> str:
        """Label of the kind of change."""
        return ChangeKind(self.change.kind).label


def changes(actor: User) -> QuerySet[Change]:
    """Return the changes that the actor may preview."""
    return policy.PREVIEW.filter(actor, Change.objects.select_related("actor", "undone_by"))


def change_page(actor: User, number: int) -> tuple[list[ChangeRow], bool]:
    """Return a page of changes, latest first, and whether more follow."""
    page_changes, more = page_rows(changes(actor).order_by("-recorded_at", "-pk"), number, PAGE)
    return [change_row(change) for change in page_changes], more


def change_to_see(actor: User, pk: UUID) -> Change | None:
    """Return one change if the actor may see it."""
    return changes(actor).filter(pk=pk).first()


def change_row(change: Change) -> ChangeRow:
    """Return a change as a row of the list."""
    problem = rules.undo_problem(
        undone=change.undone_at is not None, recorded_on=change.recorded_on, today=clock.today()
    )
    return ChangeRow(change, change_title(change), problem is None)


def change_title(change: Change) -> str:
    """Return the sentence of a change, in the names of its day."""
    description = change.said
    to = description.get("to", {}).get("name", "")
    unit = description.get("unit", {}).get("name", "")
    match change.kind:
        case ChangeKind.CREATE:
            new = description["units"]
            if len(new) == 1:
                return _("%(unit)s is new, below %(to)s") % {"unit": new[0]["name"], "to": to}
            return _("%(count)s new units below %(to)s") % {"count": len(new), "to": to}
        case ChangeKind.MOVE:
            above = description.get("from", {}).get("name", "–")
            return _("%(unit)s moves from %(above)s to %(to)s") % {"unit": unit, "above": above, "to": to}
        case ChangeKind.RENAME:
            return _("%(unit)s is now called %(to)s") % {"unit": unit, "to": to}
        case ChangeKind.MERGE:
            merged = _names(
                [description["into"], *description["units"]] if "into" in description else description["units"]
            )
            return _("%(units)s become %(to)s") % {"units": merged, "to": to}
        case ChangeKind.SPLIT:
            parts = {"to": to, "unit": unit, "units": _names(description["units"])}
            return _("%(to)s splits off from %(unit)s with %(units)s") % parts
        case _:
            if to:
                return _("%(unit)s ends; %(to)s carries its work on") % {"unit": unit, "to": to}
            return _("%(unit)s ends") % {"unit": unit}


def _names(words: Iterable[dict[str, Any]]) -> str:
    return ", ".join(str(unit_words["name"]) for unit_words in words)


def roles_kept_back(change: Change) -> list[str]:
    """Return for each role that could not be passed on its holder and the reason."""
    refusals: list[dict[str, str]] = change.said["kept_back"]
    users = User.objects.in_bulk([refusal["user"] for refusal in refusals]) if refusals else {}
    return [
        f"{users[UUID(refusal['user'])].display_name or formats.NONE}: {refusal['message']}" for refusal in refusals
    ]


def codes_of(change: Change) -> set[str]:
    """Return the codes of the units a change concerned."""
    description = change.said
    single = [description[key] for key in ("unit", "to", "into", "from") if key in description]
    return {unit_words["code"] for unit_words in [*single, *description.get("units", [])] if "code" in unit_words}


def units_named(change: Change) -> list[NamedUnit]:
    """Return the units a change concerned by their names of today, including ended ones."""
    return trees.named_units(trees.units_by_code(codes_of(change)).values())


def units_to_extend(actor: User) -> list[NamedUnit]:
    """Return the units below which the actor may create others, and their branches, each before its children."""
    roots = policy.CHANGE.roots(actor)
    return [unit for root in trees.named_units_by_id(roots).values() for unit in trees.subtree(root.unit)]


def taken_codes() -> set[str]:
    """Return the codes of all units, also of ended ones."""
    return set(Unit.objects.values_list("code", flat=True))


def undoable_creations(actor: User) -> list[ChangeRow]:
    """Return the latest changes of today that created units and can still be undone."""
    today = changes(actor).filter(kind=ChangeKind.CREATE, recorded_on=clock.today(), undone_at=None)
    return [change_row(change) for change in today.order_by("-recorded_at", "-pk")[:RECENT]]


def units_to_change(actor: User) -> list[NamedUnit]:
    """Return the units whose changes the actor may preview, each before its children."""
    roots = policy.PREVIEW.roots(actor)
    return [unit for root in trees.named_units_by_id(roots).values() for unit in trees.subtree(root.unit)]
