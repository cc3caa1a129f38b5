"""Possible receivers of a document, grouped as offices think of them: above, below, beside."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
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
    """Return all units of the tree but this one in non-empty groups, in a fixed number of statements."""
    everybody = [entry for entry in units.subtree(units.root_of(unit)) if entry.id != unit.pk]
    below = units.subtree_ids(unit)
    above = {entry.id for entry in units.ancestors(unit)}
    parents = units.parent_ids(entry.id for entry in everybody)
    groups = {
        "direct": ReceiverGroup("direct", _("Directly below"), []),
        "above": ReceiverGroup("above", _("Above"), []),
        "further": ReceiverGroup("further", _("Further below"), []),
        "offices": ReceiverGroup("offices", _("Other units"), []),
        "branches": ReceiverGroup("branches", _("Branches of other units"), []),
    }
    for entry in everybody:
        if entry.id in above:
            key = "above"
        elif entry.id in below:
            key = "direct" if parents.get(entry.id) == unit.pk else "further"
        else:
            key = "branches" if entry.kind == "branch" else "offices"
        groups[key].units.append(entry)
    return [entry for entry in groups.values() if entry.units]


_PURPOSE = re.compile(r"\s*\([^()]*\)$")
"""What a line of recipients adds to a name in brackets: "(b/c)", "(để thực hiện)"."""


def units_written_as(lines: Iterable[str], groups: Iterable[ReceiverGroup]) -> list[NamedUnit]:
    """Return the units whose full name is exactly a line, in the lines' order; a name that several units have means none."""
    by_name: defaultdict[str, list[NamedUnit]] = defaultdict(list)
    for group in groups:
        for unit in group.units:
            by_name[vietnamese.name_key(unit.name)].append(unit)
    written: dict[str, NamedUnit] = {}
    for line in lines:
        name = _PURPOSE.sub("", line.strip().lstrip("-").rstrip(";.,").strip())
        matches = by_name.get(vietnamese.name_key(name), [])
        if len(matches) == 1:
            written.setdefault(matches[0].code, matches[0])
    return list(written.values())
