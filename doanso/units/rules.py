"""Rules of the unit tree on plain values: sort keys, date spans, paths, and the valid contents of a unit file."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.lib.problems import Problem

_NUMBER = re.compile(r"\d+")
SORT_KEY_LENGTH = 200


def natural_key(name: str) -> str:
    """Return a sort key: letters in the order of Vietnamese lists, numbers by their value, so that Phường 2 precedes Phường 10.

    Words count from the left, unlike those of a person's name.
    """
    padded = _NUMBER.sub(lambda digits: digits[0].zfill(6), vietnamese.tidy_name(name))
    # A person's key puts the last word first; one word at a time there is no last word to move. The empty fields at its end
    # carry no information, and "0" sorts before every letter and digit of a key.
    return "0".join(vietnamese.sort_key(word).rstrip("0") for word in padded.split())[:SORT_KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class DateSpan:
    """Days from `since` on, up to but without `until`."""

    since: date
    until: date | None = None

    def overlap(self, other: "DateSpan") -> "DateSpan | None":
        """Return the days in both spans; None without any."""
        since = max(self.since, other.since)
        ends = [end for end in (self.until, other.until) if end is not None]
        until = min(ends) if ends else None
        return None if until is not None and until <= since else DateSpan(since, until)

    def covers(self, other: "DateSpan") -> bool:
        """Return whether every day of the other span is in this one."""
        return self.since <= other.since and (
            self.until is None or (other.until is not None and other.until <= self.until)
        )


@dataclass(frozen=True, slots=True)
class PathRow[Key]:
    """One row of the closure: the unit was `depth` levels below the ancestor in the span."""

    ancestor: Key
    unit: Key
    depth: int
    span: DateSpan


def paths_of[Key](
    unit: Key, lives: DateSpan, links: Iterable[tuple[Key, DateSpan]], above: Mapping[Key, Iterable[PathRow[Key]]]
) -> list[PathRow[Key]]:
    """Return the closure rows of one unit from its own days, its links and its parents' rows, which must be complete."""
    rows = [PathRow(unit, unit, 0, lives)]
    for parent, linked in links:
        while_both = linked.overlap(lives)
        if while_both is None:
            continue
        for row in above[parent]:
            shared = row.span.overlap(while_both)
            if shared is not None:
                rows.append(PathRow(row.ancestor, unit, row.depth + 1, shared))
    return rows


def closure[Key](
    lives: Mapping[Key, DateSpan],
    links: Mapping[Key, Iterable[tuple[Key, DateSpan]]],
    outside: Mapping[Key, Iterable[PathRow[Key]]],
) -> list[PathRow[Key]]:
    """Return the closure rows of many units, whose links lead to each other or to parents `outside` with complete rows.

    Works level by level, because two units may have been above each other at different times. Adjacent rows are joined.
    """
    level = {unit: [PathRow(unit, unit, 0, span)] for unit, span in lives.items()}
    path_rows = [row for rows in level.values() for row in rows]
    deepest = max((row.depth for rows in outside.values() for row in rows), default=0)
    depth = 0
    while depth <= deepest or any(level.values()):
        above = {parent: [row for row in rows if row.depth == depth] for parent, rows in outside.items()} | level
        depth += 1
        level = {
            unit: [
                PathRow(row.ancestor, unit, depth, shared)
                for parent, linked in links.get(unit, ())
                for row in above.get(parent, ())
                if (shared := row.span.overlap(linked)) is not None
                and (shared := shared.overlap(lives[unit])) is not None
            ]
            for unit in lives
        }
        path_rows += [row for rows in level.values() for row in rows]
    return joined(path_rows)


def joined[Key](rows: Iterable[PathRow[Key]]) -> list[PathRow[Key]]:
    """Join rows of the same pair and depth whose spans touch: a unit that changes its parent stays below the city throughout."""
    joined_rows: list[PathRow[Key]] = []
    by_pair: dict[tuple[Key, Key, int], list[PathRow[Key]]] = {}
    for row in rows:
        by_pair.setdefault((row.ancestor, row.unit, row.depth), []).append(row)
    for pair in by_pair.values():
        pair.sort(key=lambda row: row.span.since)
        run = pair[0]
        for row in pair[1:]:
            if run.span.until == row.span.since:
                run = PathRow(run.ancestor, run.unit, run.depth, DateSpan(run.span.since, row.span.until))
            else:
                joined_rows.append(run)
                run = row
        joined_rows.append(run)
    return joined_rows


@dataclass(frozen=True, slots=True)
class UnitAttributes:
    """What a file or the tree states about one unit."""

    where: str
    kind: str
    name: str
    parent: str | None
    span: DateSpan


def difference_problems(code: str, stated: UnitAttributes, existing: UnitAttributes) -> list[Problem]:
    """Return a problem for each way in which a file differs from a unit that exists; files only create units."""
    problems = []
    if stated.parent != existing.parent:
        words = _("%(where)s: the unit stands under “%(known)s”; a file cannot move it under “%(stated)s”.")
        values = {"where": stated.where, "known": existing.parent or "–", "stated": stated.parent or "–"}
        problems.append(Problem("units_parent_changed", words % values, code))
    if stated.kind != existing.kind:
        words = _("%(where)s: the unit's kind is “%(known)s”; a file cannot change it to “%(stated)s”.")
        values = {"where": stated.where, "known": existing.kind, "stated": stated.kind}
        problems.append(Problem("units_kind_changed", words % values, code))
    if stated.name != existing.name:
        words = _("%(where)s: the unit is called “%(known)s”; a file cannot rename it to “%(stated)s”.")
        values = {"where": stated.where, "known": existing.name, "stated": stated.name}
        problems.append(Problem("units_name_changed", words % values, code))
    if stated.span != existing.span:
        problems.append(
            Problem("units_days_changed", _("%(where)s: the unit's days differ.") % {"where": stated.where}, code)
        )
    return problems


def order_of(
    new: Mapping[str, UnitAttributes], existing: Mapping[str, UnitAttributes]
) -> tuple[list[str], list[Problem]]:
    """Return the new units with each after its parent, and the problems of the resulting tree."""
    ordered: list[str] = []
    placed = set(existing)
    problems: list[Problem] = []
    waiting = dict(new)
    for code, unit in new.items():
        above = None if unit.parent is None else new.get(unit.parent) or existing.get(unit.parent)
        if unit.parent is not None and above is None:
            words = _("%(where)s: its parent “%(parent)s” is neither in the file nor in the tree.")
            problems.append(Problem("units_parent_unknown", words % {"where": unit.where, "parent": unit.parent}, code))
        elif above is not None and not above.span.covers(unit.span):
            words = _("%(where)s: its parent “%(parent)s” does not exist on all of its days.")
            problems.append(Problem("units_parent_days", words % {"where": unit.where, "parent": unit.parent}, code))
    if problems:
        return [], problems
    while waiting:
        ready = [code for code, unit in waiting.items() if unit.parent is None or unit.parent in placed]
        if not ready:
            code, unit = next(iter(waiting.items()))
            words = _("%(where)s: the parents go round in a circle.")
            return [], [Problem("units_circle", words % {"where": unit.where}, code)]
        ordered += ready
        placed.update(ready)
        for code in ready:
            del waiting[code]
    return ordered, []
