"""Actions on a list of units: read a workbook, mend rows, import all good ones as one change, or discard it."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import IO, Any

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.organisation import policy, unit_sheets
from doanso.organisation.actions.changes import TURN, create_units
from doanso.organisation.models import Change, UnitList
from doanso.organisation.queries import unit_lists
from doanso.organisation.rules.unit_rows import FIELDS, UNKNOWN, UnitRowVerdict
from doanso.units.models import Unit, UnitKind


def start_list(*, actor: User, unit: Unit, source: bytes | IO[bytes], name: str) -> UnitList:
    """Read a workbook as a list of units below a unit; nothing is created yet. Columns of persons' data are not kept."""
    policy.CHANGE.require_at(actor, unit)
    if unit.kind == UnitKind.BRANCH or unit.until is not None:
        raise Refused(Problem("unit-below-branch", _("Nothing stands below this unit; choose a committee."), "unit"))
    sheet = unit_sheets.read(source)
    with transaction.atomic():
        unit_list = UnitList.objects.create(
            unit=unit,
            name=name[-200:],
            sheet=sheet.sheet,
            head=sheet.head,
            headings=[[place, letter, heading] for place, (letter, heading) in sheet.headings.items()],
            columns=sheet.columns,
            since=unit.since,
            cells=sheet.cells,
            started_by=actor,
            started_at=clock.now(),
        )
        record(actor=actor, action="organisation.read_list", obj=unit_list, unit=unit)
    return unit_list


@contextmanager
def _open_list(actor: User, unit_list: UnitList) -> Iterator[UnitList]:
    """Lock the list and yield it as it is now; refuse one that was imported or discarded."""
    with transaction.atomic():
        database.lock([TURN], shared=False)
        fresh = UnitList.objects.select_for_update(of=("self",)).select_related("unit").get(pk=unit_list.pk)
        policy.CHANGE.require(actor, fresh)
        if fresh.finished_at is not None:
            raise Refused(Problem("list-finished", _("This list was imported or discarded already.")))
        yield fresh


def map_columns(*, actor: User, unit_list: UnitList, columns: Mapping[str, int | None], since: date) -> UnitList:
    """Set which column holds which field, and the first day of units for which the list gives none."""
    with _open_list(actor, unit_list) as fresh:
        places = {place for place, _letter, _heading in fresh.headings}
        chosen = {name: place for name, place in columns.items() if place is not None and name in FIELDS}
        if "name" not in chosen:
            raise Refused(Problem("column-missing", _("Choose the column with the names of the units."), "name"))
        if not set(chosen.values()) <= places or len(set(chosen.values())) < len(chosen):
            raise Refused(Problem("column-twice", _("Choose a different column for each."), "name"))
        if since > clock.today():
            raise Refused(Problem("day-ahead", _("The day lies ahead; choose today or an earlier day."), "since"))
        _save(actor, fresh, columns=chosen, since=since)
    return fresh


def fix_rows(*, actor: User, unit_list: UnitList, fixes: Mapping[int, Mapping[str, str]]) -> UnitList:
    """Set values of rows, by Excel's number and field; other numbers and fields are ignored."""
    with _open_list(actor, unit_list) as fresh:
        _fix(actor, fresh, fixes)
    return fresh


def _save(actor: User, unit_list: UnitList, **values: Any) -> None:
    """Set, save and record the values that differ; a form that changes nothing leaves no entry."""
    changed = [name for name, value in values.items() if getattr(unit_list, name) != value]
    if changed:
        for name in changed:
            setattr(unit_list, name, values[name])
        unit_list.save(update_fields=changed)
        record(actor=actor, action="organisation.mend_list", obj=unit_list, unit=unit_list.unit_id, changed=changed)


def _fix(actor: User, unit_list: UnitList, fixes: Mapping[int, Mapping[str, str]]) -> None:
    rows = {row.number: row for row in unit_lists.rows_of(unit_list)}
    changed_rows = dict(unit_list.fixes)
    for number, values in fixes.items():
        if number in rows:
            changed = {
                name: value.strip()[: unit_sheets.LONGEST_CELL]
                for name, value in values.items()
                if name in FIELDS and value.strip() != getattr(rows[number], name)
            }
            if changed:
                changed_rows[str(number)] = changed_rows.get(str(number), {}) | changed
    _save(actor, unit_list, fixes=changed_rows)


def replace_parent(*, actor: User, unit_list: UnitList, written: str, is_top: bool = False) -> int:
    """Give all rows that name this unknown unit above the one that is suggested, or the list's own unit; return their number."""
    with _open_list(actor, unit_list) as fresh:
        known = unit_lists.known_units(fresh.unit)
        alike = [
            row
            for row in unit_lists.judged_list(fresh, known).rows
            if row.fault is not None and row.fault.code == UNKNOWN and row.row.parent == written
        ]
        fixes = {
            row.row.number: {"parent": fresh.unit.code if is_top else row.fault.suggestion}
            for row in alike
            if row.fault is not None and (is_top or row.fault.suggestion)
        }
        _fix(actor, fresh, fixes)
    return len(fixes)


def add_row(*, actor: User, unit_list: UnitList, name: str) -> UnitList:
    """Add a row for a committee that other rows name and the list does not have; it stands below the list's own unit."""
    with _open_list(actor, unit_list) as fresh:
        if "name" not in fresh.columns:
            raise Refused(Problem("column-missing", _("Choose the column with the names of the units."), "name"))
        number = max((row_number for row_number, _cells in fresh.cells), default=fresh.head) + 1
        place = fresh.columns["name"]
        cells = ["" if other != place else name[: unit_sheets.LONGEST_CELL] for other in range(place + 1)]
        _save(actor, fresh, cells=[*fresh.cells, [number, cells]])
    return fresh


def leave_out(*, actor: User, unit_list: UnitList, numbers: Collection[int], is_out: bool) -> UnitList:
    """Leave rows out of the import, or take them in again."""
    with _open_list(actor, unit_list) as fresh:
        present = set(fresh.left_out)
        _save(actor, fresh, left_out=sorted(present | set(numbers) if is_out else present - set(numbers)))
    return fresh


def apply_list(*, actor: User, unit_list: UnitList, expected: int) -> Change:
    """Create the units of all good rows as one change; `expected` is their number as shown.

    While rows with faults are left, the list stays open with them; then the units of the others exist.
    """
    with _open_list(actor, unit_list) as fresh:
        judged = unit_lists.judged_list(fresh, unit_lists.known_units(fresh.unit))
        if not judged.units:
            raise Refused(Problem("nothing-to-create", _("There is no new unit in this list.")))
        if judged.count(UnitRowVerdict.NEW) != expected:
            message = _(
                "The list or the tree has changed meanwhile: now %(count)s units can be imported. Look at it again."
            )
            raise Refused(Problem("list-changed", message % {"count": judged.count(UnitRowVerdict.NEW)}))
        change = create_units(actor=actor, units=judged.units)
        if not judged.count(UnitRowVerdict.FAULT):
            _finish(fresh, change)
    return change


def discard_list(*, actor: User, unit_list: UnitList) -> None:
    """Discard a list; what was read of the workbook is deleted."""
    with _open_list(actor, unit_list) as fresh:
        _finish(fresh, None)
        record(actor=actor, action="organisation.discard_list", obj=fresh, unit=fresh.unit_id)


def _finish(unit_list: UnitList, change: Change | None) -> None:
    unit_list.change, unit_list.finished_at = change, clock.now()
    unit_list.cells, unit_list.fixes, unit_list.headings, unit_list.left_out = [], {}, [], []
    unit_list.save(update_fields=["change", "finished_at", "cells", "fixes", "headings", "left_out"])
