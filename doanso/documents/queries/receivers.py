"""To whom a document may go, in the order in which offices think of them: above, below, beside."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class ReceiverGroup:
    """Units that are mostly chosen together."""

    code: str
    head: str
    units: list[NamedUnit]


def receiver_groups(unit: Unit) -> list[ReceiverGroup]:
    """Everybody of the tree but the unit itself, in groups; groups of nobody are left out. A fixed number of statements."""
    everybody = [one for one in units.subtree(units.root_of(unit)) if one.id != unit.pk]
    below = units.subtree_ids(unit)
    above = {one.id for one in units.ancestors(unit)}
    parents = units.parent_ids(one.id for one in everybody)
    groups = {
        "direct": ReceiverGroup("direct", _("Directly below"), []),
        "above": ReceiverGroup("above", _("Above"), []),
        "further": ReceiverGroup("further", _("Further below"), []),
        "offices": ReceiverGroup("offices", _("Other units"), []),
        "branches": ReceiverGroup("branches", _("Branches of other units"), []),
    }
    for one in everybody:
        if one.id in above:
            key = "above"
        elif one.id in below:
            key = "direct" if parents.get(one.id) == unit.pk else "further"
        else:
            key = "branches" if one.kind == "branch" else "offices"
        groups[key].units.append(one)
    return [one for one in groups.values() if one.units]
