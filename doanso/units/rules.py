"""Decisions about a tree on plain values: sort keys, spans, paths, and what a unit file may say."""

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
    """A key whose plain order reads names out as people do: letters as in Vietnamese lists, numbers by their value.

    Every word counts from the left, unlike a person's name; digits are padded, so that Phường 2 comes before Phường 10.
    """
    padded = _NUMBER.sub(lambda digits: digits[0].zfill(6), vietnamese.tidy_name(name))
    # A person's key puts the last word first; one word at a time there is no last word to move. The empty fields at its
    # end say nothing, and "0" sorts before every letter and digit of a key.
    return "0".join(vietnamese.sort_key(word).rstrip("0") for word in padded.split())[:SORT_KEY_LENGTH]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `since` on, up to but without `until`."""

    since: date
    until: date | None = None

    def overlap(self, other: "Span") -> "Span | None":
        """The days in both."""
        since = max(self.since, other.since)
        ends = [end for end in (self.until, other.until) if end is not None]
        until = min(ends) if ends else None
        return None if until is not None and until <= since else Span(since, until)

    def covers(self, other: "Span") -> bool:
        """Whether the other's every day is in this one."""
        return self.since <= other.since and (
            self.until is None or (other.until is not None and other.until <= self.until)
        )


@dataclass(frozen=True, slots=True)
class PathRow[Key]:
    """One row of the closure: the unit stood `depth` levels below the ancestor in the span."""

    ancestor: Key
    unit: Key
    depth: int
    span: Span


def paths_of[Key](
    unit: Key, lives: Span, links: Iterable[tuple[Key, Span]], above: Mapping[Key, Iterable[PathRow[Key]]]
) -> list[PathRow[Key]]:
    """The closure's rows of one unit, from its own days, its links and its parents' rows (which must be complete)."""
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
    lives: Mapping[Key, Span],
    links: Mapping[Key, Iterable[tuple[Key, Span]]],
    outside: Mapping[Key, Iterable[PathRow[Key]]],
) -> list[PathRow[Key]]:
    """The closure's rows of many units, whose links may lead to each other or to parents `outside` with complete rows.

    Level by level, so that two units may have stood above each other at different times. Rows that touch are one.
    """
    level = {unit: [PathRow(unit, unit, 0, span)] for unit, span in lives.items()}
    found = [row for rows in level.values() for row in rows]
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
        found += [row for rows in level.values() for row in rows]
    return joined(found)


def joined[Key](rows: Iterable[PathRow[Key]]) -> list[PathRow[Key]]:
    """Rows of the same pair and depth whose spans touch, as one: who changes the parent stays below the city throughout."""
    found: list[PathRow[Key]] = []
    by_pair: dict[tuple[Key, Key, int], list[PathRow[Key]]] = {}
    for row in rows:
        by_pair.setdefault((row.ancestor, row.unit, row.depth), []).append(row)
    for pair in by_pair.values():
        pair.sort(key=lambda row: row.span.since)
        run = pair[0]
        for row in pair[1:]:
            if run.span.until == row.span.since:
                run = PathRow(run.ancestor, run.unit, run.depth, Span(run.span.since, row.span.until))
            else:
                found.append(run)
                run = row
        found.append(run)
    return found


@dataclass(frozen=True, slots=True)
class Stated:
    """What a file, or the tree, says of one unit."""

    where: str
    kind: str
    name: str
    parent: str | None
    span: Span


def changes_refused(code: str, stated: Stated, known: Stated) -> list[Problem]:
    """A file only creates: whatever it says otherwise of a unit that exists is named, not done."""
    found = []
    if stated.parent != known.parent:
        words = _("%(where)s: the unit stands under “%(known)s”; a file cannot move it under “%(stated)s”.")
        said = {"where": stated.where, "known": known.parent or "–", "stated": stated.parent or "–"}
        found.append(Problem("units_parent_changed", words % said, code))
    if stated.kind != known.kind:
        words = _("%(where)s: the unit's kind is “%(known)s”; a file cannot change it to “%(stated)s”.")
        said = {"where": stated.where, "known": known.kind, "stated": stated.kind}
        found.append(Problem("units_kind_changed", words % said, code))
    if stated.name != known.name:
        words = _("%(where)s: the unit is called “%(known)s”; a file cannot rename it to “%(stated)s”.")
        said = {"where": stated.where, "known": known.name, "stated": stated.name}
        found.append(Problem("units_name_changed", words % said, code))
    if stated.span != known.span:
        found.append(
            Problem("units_days_changed", _("%(where)s: the unit's days differ.") % {"where": stated.where}, code)
        )
    return found


def order_of(new: Mapping[str, Stated], known: Mapping[str, Stated]) -> tuple[list[str], list[Problem]]:
    """The new units with each after its parent, and what is wrong with the tree they would make."""
    ordered: list[str] = []
    placed = set(known)
    problems: list[Problem] = []
    waiting = dict(new)
    for code, unit in new.items():
        above = None if unit.parent is None else new.get(unit.parent) or known.get(unit.parent)
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
