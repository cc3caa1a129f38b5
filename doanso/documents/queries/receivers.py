"""Possible receivers of a document, grouped as offices think of them: above, below, beside."""

from django.utils.translation import gettext as _

from doanso.documents.rules.receivers import DIRECT, FURTHER, ReceiverGroup
from doanso.units import queries as units
from doanso.units.models import Unit


def receiver_groups(unit: Unit) -> list[ReceiverGroup]:
    """Return all units of the tree but this one in non-empty groups, in a fixed number of statements."""
    everybody = [entry for entry in units.subtree(units.root_of(unit)) if entry.id != unit.pk]
    below = units.subtree_ids(unit)
    above = {entry.id for entry in units.ancestors(unit)}
    parents = units.parent_ids(entry.id for entry in everybody)
    groups = {
        DIRECT: ReceiverGroup(DIRECT, _("Directly below"), []),
        "above": ReceiverGroup("above", _("Above"), []),
        FURTHER: ReceiverGroup(FURTHER, _("Further below"), []),
        "offices": ReceiverGroup("offices", _("Other units"), []),
        "branches": ReceiverGroup("branches", _("Branches of other units"), []),
    }
    for entry in everybody:
        if entry.id in above:
            key = "above"
        elif entry.id in below:
            key = DIRECT if parents.get(entry.id) == unit.pk else FURTHER
        else:
            key = "branches" if entry.kind == "branch" else "offices"
        groups[key].units.append(entry)
    return [entry for entry in groups.values() if entry.units]
