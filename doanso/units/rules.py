"""Decisions about a tree on plain values: sort keys, spans, paths, and what a unit file may say."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from doanso.lib import vietnamese

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
