"""Create new units, many at once. Permissions are checked by the callers; a new unit affects no figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.lib import formats
from doanso.lib.problems import Problem, Refused
from doanso.units import queries
from doanso.units.actions.reshaping import Journal, recompute_paths
from doanso.units.models import Neighbourhood, Unit, UnitKind, UnitLink, UnitName
from doanso.units.rules import natural_key

if TYPE_CHECKING:
    from doanso.accounts.models import User


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUnit:
    """A unit to be created. `parent` is the code of a unit that exists, or that comes before it in the same list."""

    code: str
    kind: str
    name: str
    short_name: str
    parent: str
    since: date
    neighbourhoods: tuple[str, ...] = ()


def found_units(*, journal: Journal, new: Sequence[NewUnit]) -> list[Unit]:
    """Create units, each below its parent from its own first day on; all of them or, with any fault, none.

    The number of statements does not depend on the number of units.
    """
    codes = [entry.code for entry in new]
    taken = set(Unit.objects.filter(code__in=codes).values_list("code", flat=True))
    if doubled := sorted({code for code in codes if code in taken or codes.count(code) > 1}):
        raise _refused("unit-code-taken", _("There is a unit with the code “%(unit)s” already."), "code", doubled[0])
    known = queries.units_by_code(entry.parent for entry in new)
    units: list[Unit] = []
    for entry in new:
        parent = known.get(entry.parent)
        if parent is None:
            raise _refused(
                "unit-parent-unknown", _("There is no unit with the code “%(unit)s”."), "parent", entry.parent
            )
        if parent.kind == UnitKind.BRANCH:
            message = _("%(unit)s is a branch, and nothing stands below a branch; choose a committee.")
            raise _refused("unit-below-branch", message, "parent", parent.code)
        if parent.since > entry.since:
            message = _("The unit above has existed only since %(day)s; write that day or a later one.")
            raise Refused(Problem("unit-not-in-effect", message % {"day": formats.day(parent.since)}, "since"))
        if parent.until is not None:
            message = _("The unit above, %(unit)s, does not stand on %(day)s.")
            words = {"unit": parent.code, "day": formats.day(entry.since)}
            raise Refused(Problem("unit-not-in-effect", message % words, "parent"))
        unit = Unit(code=entry.code, kind=entry.kind, since=entry.since)
        known[entry.code] = unit
        units.append(unit)
    journal.create_many(units)
    pairs = list(zip(units, new, strict=True))
    journal.create_many([_name(unit, entry) for unit, entry in pairs])
    journal.create_many([UnitLink(unit=unit, parent=known[entry.parent], since=entry.since) for unit, entry in pairs])
    journal.create_many(
        [
            Neighbourhood(unit=unit, name=name, since=entry.since)
            for unit, entry in pairs
            for name in entry.neighbourhoods
        ]
    )
    recompute_paths([unit.pk for unit in units])
    return units


def found_root(
    *, actor: "User | None", code: str, kind: str, name: str, short_name: str, since: date, note: str = ""
) -> Unit:
    """Create a unit that nothing is above: the committee of a new installation. No permission is checked."""
    with transaction.atomic():
        if Unit.objects.filter(code=code).exists():
            raise _refused("unit-code-taken", _("There is a unit with the code “%(unit)s” already."), "code", code)
        if kind == UnitKind.BRANCH:
            raise Refused(Problem("root-is-branch", _("A branch leads nothing; choose a committee."), "kind"))
        unit = Unit.objects.create(code=code, kind=kind, since=since)
        entry = NewUnit(code=code, kind=kind, name=name, short_name=short_name, parent="", since=since)
        _name(unit, entry).save(force_insert=True)
        recompute_paths([unit.pk])
        record(actor=actor, action="units.load", obj=unit, unit=unit, note="" if actor else note)
        return unit


def _name(unit: Unit, entry: NewUnit) -> UnitName:
    return UnitName(
        unit=unit,
        name=entry.name,
        short_name=entry.short_name,
        sort_key=natural_key(entry.short_name),
        since=entry.since,
    )


def _refused(code: str, message: str, field: str, unit: str) -> Refused:
    return Refused(Problem(code, message % {"unit": unit}, field))
