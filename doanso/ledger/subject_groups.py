"""Groups of merged subjects: a merged row is in one group with the subject it was merged into.

Merging holds the gate of the books exclusively, so behind a shared gate a group does not change until the action ends.
"""

from collections import defaultdict
from collections.abc import Collection

from doanso.ledger.models import Subject
from doanso.lib import database

SubjectGroup = tuple[int, ...]
"""The ids of merged subjects, the one that remained first."""


def subject_groups_of(subject_ids: Collection[int]) -> list[SubjectGroup]:
    """Return the complete groups of these subjects; one statement if none of them was merged."""
    links: dict[int, int | None] = {}
    waiting, read = set(subject_ids), set[int]()
    while waiting:
        ids = list(waiting)
        placeholders = database.placeholders(ids)
        rows = database.read_rows(
            Subject,
            ("id", "merged_into"),
            f"id IN ({placeholders}) OR merged_into_id IN ({placeholders})",
            [*ids, *ids],
        )
        links.update(rows)
        read |= waiting
        waiting = {subject_id for row in rows for subject_id in row if subject_id is not None} - read
    members: dict[int, list[int]] = defaultdict(list)
    for subject_id in sorted(links):
        members[_root(subject_id, links)].append(subject_id)
    return [(root, *(subject_id for subject_id in members[root] if subject_id != root)) for root in sorted(members)]


def _root(subject_id: int, links: dict[int, int | None]) -> int:
    while (above := links[subject_id]) is not None:
        subject_id = above
    return subject_id
