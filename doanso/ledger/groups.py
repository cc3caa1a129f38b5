"""Subjects that are one by now: a merged row stands in one group with the one that remained.

Merging holds the gate of the books alone, so behind a shared gate a group is what it is until the deed ends.
"""

from collections import defaultdict
from collections.abc import Collection

from doanso.ledger.models import Subject
from doanso.lib import database

Group = tuple[int, ...]
"""The ids of subjects that are one, the one that remained first."""


def groups_of(subject_ids: Collection[int]) -> list[Group]:
    """The whole groups in which these subjects stand; one statement where nobody was merged."""
    links: dict[int, int | None] = {}
    waiting, asked = set(subject_ids), set[int]()
    while waiting:
        ids = list(waiting)
        marks = database.marks(ids)
        rows = database.read_rows(
            Subject, ("id", "merged_into"), f"id IN ({marks}) OR merged_into_id IN ({marks})", [*ids, *ids]
        )
        links.update(rows)
        asked |= waiting
        waiting = {one for row in rows for one in row if one is not None} - asked
    members: dict[int, list[int]] = defaultdict(list)
    for subject_id in sorted(links):
        members[_root(subject_id, links)].append(subject_id)
    return [(root, *(one for one in members[root] if one != root)) for root in sorted(members)]


def _root(subject_id: int, links: dict[int, int | None]) -> int:
    while (above := links[subject_id]) is not None:
        subject_id = above
    return subject_id
