"""The steps of a reorganisation on the tree's own tables. Permissions and figures are checked by `organisation`.

Each step writes every row it changed into a journal, with the values before and after, so that it can be undone exactly.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Neighbourhood, Unit, UnitLink, UnitName, UnitPath
from doanso.units.rules import DateSpan, PathRow, closure, natural_key

_TABLES: dict[str, type[models.Model]] = {
    model._meta.model_name: model for model in (Unit, UnitName, UnitLink, Neighbourhood) if model._meta.model_name
}


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row of one table before and after, as plain values for JSON; `before` is None for a new row."""

    table: str
    pk: str
    before: dict[str, str | None] | None
    after: dict[str, str | None]

    def as_json(self) -> dict[str, Any]:
        """Return a dict for a JSON column; `RowChange(**dict)` restores it."""
        return asdict(self)


@dataclass(slots=True)
class Journal:
    """The rows that the steps of one action have changed, in order."""

    steps: list[RowChange] = field(default_factory=list)

    def create[Row: models.Model](self, row: Row) -> Row:
        """Insert a row and note it."""
        row.save(force_insert=True)
        self.steps.append(RowChange(str(row._meta.model_name), str(row.pk), None, _values(row)))
        return row

    def create_many(self, rows: Sequence[models.Model]) -> None:
        """Insert rows of one table in one statement and note each."""
        if not rows:
            return
        type(rows[0])._default_manager.bulk_create(rows, batch_size=2000)
        table = str(rows[0]._meta.model_name)
        self.steps += [RowChange(table, str(row.pk), None, _values(row)) for row in rows]

    def change(self, row: models.Model, **new: Any) -> None:
        """Write these fields of a row and note both states."""
        before = _values(row)
        for name, value in new.items():
            setattr(row, name, value)
        row.save(update_fields=list(new))
        after = _values(row)
        self.steps.append(RowChange(str(row._meta.model_name), str(row.pk), before, after))


def _values(row: models.Model) -> dict[str, str | None]:
    values = {
        column.attname: getattr(row, column.attname) for column in row._meta.concrete_fields if not column.primary_key
    }
    return {name: None if value is None else str(value) for name, value in values.items()}


def _refuse(code: str, message: str, **words: object) -> Refused:
    return Refused(Problem(code, message % words))


def found_unit(
    *, journal: Journal, code: str, kind: str, name: str, short_name: str, parent: Unit, since: date
) -> Unit:
    """Create a unit below a parent from a day on."""
    if Unit.objects.filter(code=code).exists():
        raise _refuse("unit-code-taken", _("There is a unit with the code “%(unit)s” already."), unit=code)
    unit = journal.create(Unit(code=code, kind=kind, since=since))
    journal.create(UnitName(unit=unit, name=name, short_name=short_name, sort_key=natural_key(short_name), since=since))
    _require_in_effect(parent, since)
    journal.create(UnitLink(unit=unit, parent=parent, since=since))
    recompute_paths([unit.pk])
    return unit


def _require_in_effect(unit: Unit, on: date) -> None:
    if unit.since > on or unit.until is not None:
        day = on.strftime("%d/%m/%Y")
        raise _refuse("unit-not-in-effect", _("Unit %(unit)s does not stand on %(day)s."), unit=unit.code, day=day)


def relink(*, journal: Journal, units: Sequence[Unit], parent: Unit, since: date) -> None:
    """Move units with everything below them under another parent from a day on."""
    _require_in_effect(parent, since)
    ids = [unit.pk for unit in units]
    if UnitPath.objects.filter(not_over(since), ancestor_id__in=ids, unit=parent).exists():
        raise _refuse("unit-below-itself", _("A unit can't stand below itself; choose another parent."))
    links = {link.unit_id: link for link in UnitLink.objects.filter(unit_id__in=ids, until=None)}
    for unit in units:
        _require_in_effect(unit, since)
        link = links.get(unit.pk)
        if link is None:
            raise _refuse("unit-is-root", _("Unit %(unit)s has nothing above it and can't be moved."), unit=unit.code)
        if link.parent_id == parent.pk:
            raise _refuse("unit-there-already", _("Unit %(unit)s stands there already."), unit=unit.code)
        if link.since > since:
            day = link.since.strftime("%d/%m/%Y")
            words = _("Unit %(unit)s has stood where it stands since %(day)s; choose that day or a later one.")
            raise _refuse("unit-moved-later", words, unit=unit.code, day=day)
        if link.since == since:
            journal.change(link, parent_id=parent.pk)
        else:
            journal.change(link, until=since)
            journal.create(UnitLink(unit=unit, parent=parent, since=since))
    recompute_paths(ids)


def rename(*, journal: Journal, unit: Unit, name: str, short_name: str, since: date) -> None:
    """Rename a unit from a day on."""
    _require_in_effect(unit, since)
    present = UnitName.objects.get(unit=unit, until=None)
    if present.since > since:
        day = present.since.strftime("%d/%m/%Y")
        words = _("Unit %(unit)s has had its name since %(day)s; choose that day or a later one.")
        raise _refuse("unit-renamed-later", words, unit=unit.code, day=day)
    new = {"name": name, "short_name": short_name, "sort_key": natural_key(short_name)}
    if present.since == since:
        journal.change(present, **new)
    else:
        journal.change(present, until=since)
        journal.create(UnitName(unit=unit, since=since, **new))


def end_unit(*, journal: Journal, unit: Unit, on: date, successor: Unit | None) -> None:
    """End a unit on a day, from which nothing may be below it. Its records pass to the successor, else to the parent."""
    _require_in_effect(unit, on)
    if unit.since >= on:
        raise _refuse("unit-too-young", _("Unit %(unit)s did not stand before that day."), unit=unit.code)
    still = not_over(on)
    if UnitLink.objects.filter(still, parent=unit).exists():
        raise _refuse(
            "unit-has-children", _("Units still stand below %(unit)s; move or end them first."), unit=unit.code
        )
    link = UnitLink.objects.select_related("parent").filter(unit=unit, until=None).first()
    if link is None:
        raise _refuse("unit-is-root", _("Unit %(unit)s has nothing above it and can't end."), unit=unit.code)
    if link.since >= on:
        day = link.since.strftime("%d/%m/%Y")
        words = _("Unit %(unit)s has stood where it stands since %(day)s; choose a later day.")
        raise _refuse("unit-moved-later", words, unit=unit.code, day=day)
    if successor is not None:
        _require_in_effect(successor, on)
    keeper = successor or link.parent
    journal.change(link, until=on)
    journal.change(unit, until=on, successor_id=successor and successor.pk, keeper_id=keeper.pk)
    for kept_unit in Unit.objects.filter(keeper=unit):
        journal.change(kept_unit, keeper_id=keeper.pk)
    recompute_paths([unit.pk])


def hand_on_neighbourhoods(*, journal: Journal, unit: Unit, to: Unit, on: date, taken: Collection[str] = ()) -> None:
    """Move the unit's neighbourhoods to another unit from a day on; the old unit's name is appended to a name already in use."""
    existing_names = {area.name for area in Neighbourhood.objects.filter(unit=to, until=None)} | set(taken)
    place = (
        UnitName.objects.filter(unit=unit, since__lte=on)
        .order_by("-since")
        .values_list("short_name", flat=True)
        .first()
    )
    for old in Neighbourhood.objects.filter(not_over(on), unit=unit, since__lt=on).order_by("name"):
        name = old.name if old.name not in existing_names else f"{old.name} ({place})"[:120]
        new = journal.create(Neighbourhood(unit=to, name=name, since=on))
        journal.change(old, until=on, successor_id=new.pk)


def take_back(*, steps: Iterable[RowChange]) -> None:
    """Restore every row to its state before these changes, last one first; refuse if a row has been changed since.

    The closure of every unit concerned is recomputed.
    """
    touched: set[UUID] = set()
    removed_ids: set[UUID] = set()
    for (name, is_new), run in groupby(reversed(list(steps)), lambda step: (step.table, step.before is None)):
        table, changes = _TABLES[name], list(run)
        rows = {str(pk): row for pk, row in _rows_of(table, changes).items()}
        if any(step.pk not in rows for step in changes):
            raise _changed_since()
        touched |= {UUID(step.pk) if table is Unit else rows[step.pk].unit_id for step in changes}
        if is_new:
            # What one action created is removed together, in a number of statements that does not depend on theirs.
            if any(_values(rows[step.pk]) != step.after for step in changes):
                raise _changed_since()
            _remove(table, [UUID(step.pk) for step in changes])
            removed_ids |= {UUID(step.pk) for step in changes} if table is Unit else set()
            continue
        for step in changes:
            _restore(rows[step.pk], step)
    recompute_paths(touched - removed_ids)


def _rows_of(table: type[models.Model], changes: Sequence[RowChange]) -> dict[UUID, Any]:
    """Lock the rows of these changes, in key order, and return them by key."""
    rows = table._default_manager.select_for_update().filter(pk__in={step.pk for step in changes}).order_by("pk")
    return {row.pk: row for row in rows}


def _restore(row: models.Model, step: RowChange) -> None:
    """Write the values that a row had before a change, unless it has been changed since."""
    if _values(row) != step.after:
        raise _changed_since()
    fields = {column.attname: column for column in row._meta.concrete_fields}
    before = step.before or {}
    for name, text in before.items():
        setattr(row, name, fields[name].to_python(text))
    row.save(update_fields=list(before))


def _remove(table: type[models.Model], ids: Sequence[UUID]) -> None:
    if table is Unit:
        UnitPath.objects.filter(unit_id__in=ids).delete()
    try:
        table._default_manager.filter(pk__in=ids).delete()
    except models.ProtectedError as fault:
        words = _(
            "Records were written for what this made, so it can't be taken back any more. End a unit that is wrong."
        )
        raise Refused(Problem("in-use", words)) from fault


def _changed_since() -> Refused:
    return _refuse("changed-since", _("Something here has been changed since; take that back first."))


def recompute_paths(unit_ids: Collection[UUID]) -> None:
    """Recompute the closure of these units and of everything that was ever below them from links and units."""
    ids = {*unit_ids, *UnitPath.objects.filter(ancestor_id__in=unit_ids).values_list("unit_id", flat=True)}
    lives = {
        pk: DateSpan(since, until)
        for pk, since, until in Unit.objects.filter(pk__in=ids).values_list("id", "since", "until")
    }
    links: dict[UUID, list[tuple[UUID, DateSpan]]] = defaultdict(list)
    for unit, parent, since, until in UnitLink.objects.filter(unit_id__in=ids).values_list(
        "unit_id", "parent_id", "since", "until"
    ):
        links[unit].append((parent, DateSpan(since, until)))
    outside = {parent for linked in links.values() for parent, _span in linked} - ids
    above: dict[UUID, list[PathRow[UUID]]] = defaultdict(list)
    old: dict[tuple[UUID, UUID, int, DateSpan], int] = {}
    paths = UnitPath.objects.filter(unit_id__in=ids | outside)
    for pk, ancestor, unit, depth, since, until in paths.values_list(
        "id", "ancestor_id", "unit_id", "depth", "since", "until"
    ):
        row = PathRow(ancestor, unit, depth, DateSpan(since, until))
        if unit in outside:
            above[unit].append(row)
        else:
            old[ancestor, unit, depth, row.span] = pk
    new = {(row.ancestor, row.unit, row.depth, row.span) for row in closure(lives, links, above)}
    UnitPath.objects.filter(pk__in=[pk for key, pk in old.items() if key not in new]).delete()
    UnitPath.objects.bulk_create(
        UnitPath(ancestor_id=ancestor, unit_id=unit, depth=depth, since=span.since, until=span.until)
        for ancestor, unit, depth, span in new - old.keys()
    )
