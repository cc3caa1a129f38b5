"""Create the units of a file; changes of existing units are in `reshaping`."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib.problems import Problem, Refused
from doanso.units import files, queries
from doanso.units.models import Neighbourhood, Unit, UnitLink, UnitName, UnitPath
from doanso.units.rules import DateSpan, PathRow, UnitAttributes, difference_problems, natural_key, order_of, paths_of

if TYPE_CHECKING:
    from doanso.accounts.models import User


class UnitsRefused(Refused):
    """Raised when a unit file was refused as a whole; `problems` holds every fault, and the first is the refusal's own."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(problems[0])
        self.problems = problems


@dataclass(frozen=True, slots=True)
class LoadResult:
    """How many units and neighbourhoods a unit file created, and how many units existed."""

    created: int
    unchanged: int
    neighbourhoods: int


def load_units(*, actor: "User | None", content: bytes, note: str = "load-units") -> LoadResult:
    """Create the units and neighbourhoods of a file that do not exist yet; all of them or, with any fault, none.

    Loading the same file again changes nothing. No permission is checked: this is a command of the server. `actor`, if given, is
    recorded. Raises `UnitsRefused`.
    """
    with transaction.atomic():
        read = files.read(content)
        entries = _by_code(read)
        existing = _existing_units(entries)
        new = {code: _statement(entry) for code, entry in entries.items() if code not in existing}
        problems = list(read.problems)
        for code, entry in entries.items():
            if code in existing:
                problems += difference_problems(code, _statement(entry), existing[code])
        # Without its faulty entries the tree would show faults that it does not have.
        ordered, faults = ([], []) if problems else order_of(new, existing)
        if problems := problems + faults:
            raise UnitsRefused(problems)
        units = _create([entries[code] for code in ordered])
        hoods = _create_neighbourhoods(entries)
        record_many(AuditEventInput(actor, "units.load", unit, unit, note="" if actor else note) for unit in units)
        record_many(
            AuditEventInput(actor, "units.load", hood, hood.unit_id, note="" if actor else note) for hood in hoods
        )
        return LoadResult(created=len(units), unchanged=len(entries) - len(units), neighbourhoods=len(hoods))


def _by_code(read: files.UnitFile) -> dict[str, files.UnitEntry]:
    entries: dict[str, files.UnitEntry] = {}
    for entry in read.entries:
        if entry.code in entries:
            words = _("its code was used before, by %(first)s.") % {"first": entries[entry.code].where}
            read.wrong(entry.where, "units_file_twice", words)
        else:
            entries[entry.code] = entry
    return entries


def _statement(entry: files.UnitEntry) -> UnitAttributes:
    return UnitAttributes(entry.where, entry.kind, entry.name, entry.parent, DateSpan(entry.since, entry.until))


def _existing_units(entries: dict[str, files.UnitEntry]) -> dict[str, UnitAttributes]:
    """Return the file's units and their parents as they were created in the tree, which is the only state a file may repeat."""
    codes = set(entries) | {entry.parent for entry in entries.values() if entry.parent}
    existing: dict[str, UnitAttributes] = {}
    units = Unit.objects.filter(code__in=codes)
    first_names = {name.unit_id: name.name for name in UnitName.objects.filter(unit__in=units).order_by("-since")}
    parents = dict(UnitLink.objects.filter(unit__in=units).order_by("-since").values_list("unit_id", "parent__code"))
    for unit in units:
        span = DateSpan(unit.since, unit.until)
        existing[unit.code] = UnitAttributes(
            unit.code, unit.kind, first_names.get(unit.pk, ""), parents.get(unit.pk), span
        )
    return existing


def _create(entries: list[files.UnitEntry]) -> list[Unit]:
    units = [Unit(code=entry.code, kind=entry.kind, since=entry.since, until=entry.until) for entry in entries]
    Unit.objects.bulk_create(units, batch_size=2000)
    by_code = queries.units_by_code(entry.parent for entry in entries if entry.parent)
    by_code |= {unit.code: unit for unit in units}
    UnitName.objects.bulk_create(
        (
            UnitName(
                unit=unit,
                name=entry.name,
                short_name=entry.short_name,
                sort_key=natural_key(entry.short_name),
                since=entry.since,
                until=entry.until,
            )
            for unit, entry in zip(units, entries, strict=True)
        ),
        batch_size=2000,
    )
    links = {
        unit.code: UnitLink(unit=unit, parent=by_code[entry.parent], since=entry.since, until=entry.until)
        for unit, entry in zip(units, entries, strict=True)
        if entry.parent is not None
    }
    UnitLink.objects.bulk_create(links.values(), batch_size=2000)
    _create_paths(units, links)
    return units


def _create_paths(units: Iterable[Unit], links: dict[str, UnitLink]) -> None:
    """Create the closure rows of new units, each after its parent; existing parents have theirs already."""
    above: dict[Unit, list[PathRow[Unit]]] = {}
    old = {link.parent for link in links.values()} - set(units)
    for path in UnitPath.objects.filter(unit__in=old).select_related("ancestor", "unit"):
        row = PathRow(path.ancestor, path.unit, path.depth, DateSpan(path.since, path.until))
        above.setdefault(path.unit, []).append(row)
    for unit in units:
        link = links.get(unit.code)
        linked = [(link.parent, DateSpan(link.since, link.until))] if link else []
        above[unit] = paths_of(unit, DateSpan(unit.since, unit.until), linked, above)
    UnitPath.objects.bulk_create(
        (
            UnitPath(ancestor=row.ancestor, unit=row.unit, depth=row.depth, since=row.span.since, until=row.span.until)
            for unit in units
            for row in above[unit]
        ),
        batch_size=2000,
    )


def _create_neighbourhoods(entries: dict[str, files.UnitEntry]) -> list[Neighbourhood]:
    with_some = [entry for entry in entries.values() if entry.neighbourhoods]
    units = queries.units_by_code(entry.code for entry in with_some)
    existing = set(Neighbourhood.objects.filter(unit__in=units.values()).values_list("unit_id", "name"))
    hoods = [
        Neighbourhood(unit=units[entry.code], name=name, since=entry.since)
        for entry in with_some
        for name in entry.neighbourhoods
        if (units[entry.code].pk, name) not in existing
    ]
    Neighbourhood.objects.bulk_create(hoods, batch_size=2000)
    return hoods
