"""Actions of the ledger. All run in the caller's transaction, after its policy check, and are idempotent by source."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.ledger import books, locking, ports, posting, rollup, rules, snapshots, unit_moves
from doanso.ledger.inputs import FactInput, MeasurePlan, SuspensionInput
from doanso.ledger.models import Book, Fact, Placement, Snapshot, Subject, Suspension
from doanso.ledger.rules import ACTIVE, EXEMPT, StatedFact, SubjectFacts
from doanso.ledger.subject_groups import subject_groups_of
from doanso.lib import clock, database
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit

_FACT_COLUMNS = (
    *("family", "topic", "level", "subject", "unit"),
    *("happened_on", "arrived_on", "grade", "amount", "source_kind", "source_id", "content_hash", "taken_back"),
)
_PLACEMENT_COLUMNS = (
    *("subject", "unit", "since", "until", "arrived_on"),
    *("source_kind", "source_id", "content_hash", "taken_back"),
)
_SUSPENSION_COLUMNS = ("subject", "measure_code", "since", "until", "source_kind", "source_id", "taken_back")


class SourceConflict(Refused):
    """Raised when a source that was counted before is counted again with other content."""

    def __init__(self, kind: str, source_id: UUID) -> None:
        message = _("Record %(source)s (%(kind)s) was counted before with other content; correct that record instead.")
        super().__init__(Problem("source-conflict", message % {"source": source_id, "kind": kind}))


class UnknownSource(LookupError):
    """Raised when an action names a source that was never counted: an error of the caller."""


# --- Books ------------------------------------------------------------------------------------------------------------


def open_book(*, code: str, root: Unit, first_day: date, last_day: date, measures: Sequence[MeasurePlan]) -> Book:
    """Open a book, or add measures to the book of that code; then fill it from the facts stated before. Idempotent.

    The book is opened in one short transaction that holds every gate exclusively; it is filled page by page afterwards.
    """
    book = books.begin_book(code=code, root=root, first_day=first_day, last_day=last_day, measures=measures)
    books.fill_book(book)
    return book


# --- Facts ------------------------------------------------------------------------------------------------------------


def count(fact: FactInput) -> None:
    """Count one fact; see `count_many`."""
    count_many([fact])


def count_many(inputs: Sequence[FactInput]) -> None:
    """Count facts of any families; the number of statements does not grow with the number of facts.

    A source that was counted before is skipped when its content is equal; SourceConflict when it is not.
    """
    if not inputs:
        return
    for fact in inputs:
        _require_sound(fact)
    with locking.counting_transaction() as measures:
        ids, new_ids = locking.lock_subjects({_subject(fact.family, fact.subject_ref) for fact in inputs})
        placements = [fact for fact in inputs if fact.family == ACTIVE]
        facts = [fact for fact in inputs if fact.family != ACTIVE]
        written = _write_placements(placements, ids) + _write_facts(facts, ids)
        touched = [(ids[_subject(fact.family, fact.subject_ref)], fact) for fact in written]
        posting.post_differences(
            measures,
            {subject_id for subject_id, _fact in touched},
            topics=None
            if placements
            else posting.topics_by_subject((pk, fact.family, fact.topic) for pk, fact in touched),
            new_ids=new_ids,
            given_facts={} if placements else _facts_of_new(new_ids, touched),
            stated=[fact for fact in written if fact.family != ACTIVE],
        )


def _subject(family: str, ref: UUID) -> tuple[str, UUID]:
    return ports.served_family(family).subject_kind, ref


def _require_sound(fact: FactInput) -> None:
    fact.require_amount_of(ports.served_family(fact.family).kind)
    if fact.family == EXEMPT:
        raise ValueError("A suspension is stated by `suspend_subject`.")
    if fact.family == ACTIVE and fact.unit_id is None:
        raise ValueError("A placement names its unit.")


_FACT, _PLACEMENT = "tally.fact", "tally.placement"


def _new_content(
    hashes: dict[Any, str], key: Any, tag: str, content: tuple[object, ...], source: tuple[str, UUID]
) -> str | None:
    """Return the hash of a new source's content and note it in `hashes`; None for a source that was counted before.

    SourceConflict when it was counted with other content.
    """
    if key not in hashes:
        hashes[key] = new_hash = rules.content_hash(tag, content)
        return new_hash
    if not rules.is_content(hashes[key], tag, content):
        raise SourceConflict(*source)
    return None


def _write_facts(inputs: Sequence[FactInput], ids: Mapping[tuple[str, UUID], int]) -> list[FactInput]:
    """Write the facts whose sources were not counted before, and return them."""
    if not inputs:
        return []
    kinds = {fact.family: ports.served_family(fact.family).source_kind for fact in inputs}
    source_kinds, source_ids = sorted(set(kinds.values())), list({fact.source_id for fact in inputs})
    where = (
        f"source_kind IN ({database.placeholders(source_kinds)}) AND source_id IN ({database.placeholders(source_ids)})"
    )
    columns = ("family", "topic", "source_id", "content_hash")
    rows = database.read_rows(Fact, columns, where, [*source_kinds, *source_ids])
    hashes: dict[Any, str] = {tuple(key): content_hash for *key, content_hash in rows}
    new_facts, new_rows = [], []
    for fact in inputs:
        source = (kinds[fact.family], fact.source_id)
        content_hash = _new_content(hashes, (fact.family, fact.topic, fact.source_id), _FACT, fact.content, source)
        if content_hash is not None:
            subject_id = ids[_subject(fact.family, fact.subject_ref)]
            new_facts.append(fact)
            new_rows.append(
                (
                    *(fact.family, fact.topic, fact.level, subject_id, fact.unit_id),
                    *(fact.happened_on, fact.arrived_on, fact.grade, fact.amount, *source, content_hash, False),
                )
            )
    database.insert_rows(Fact, _FACT_COLUMNS, new_rows)
    return new_facts


def _facts_of_new(new_ids: Collection[int], written: Sequence[tuple[int, FactInput]]) -> dict[int, SubjectFacts]:
    """Return all facts of subjects created in this transaction: those just written, in that order."""
    facts_by_subject = {subject_id: SubjectFacts() for subject_id in new_ids}
    for seq, (subject_id, fact) in enumerate(written):
        if subject_id in facts_by_subject:
            source = (ports.served_family(fact.family).source_kind, fact.source_id)
            stated = StatedFact(
                seq, fact.level, fact.unit_id, fact.happened_on, fact.arrived_on, fact.grade, source, fact.amount
            )
            facts_by_subject[subject_id].facts.setdefault((fact.family, fact.topic), []).append(stated)
    return facts_by_subject


def _write_placements(inputs: Sequence[FactInput], ids: Mapping[tuple[str, UUID], int]) -> list[FactInput]:
    """Write the placements whose sources were not counted before, and return them."""
    if not inputs:
        return []
    kind = ports.served_family(ACTIVE).source_kind
    rows = Placement.objects.filter(source_kind=kind, source_id__in={placement.source_id for placement in inputs})
    hashes = dict(rows.values_list("source_id", "content_hash"))
    new_placements, new_rows = [], []
    for placement in inputs:
        source_id, days = placement.source_id, (placement.happened_on, None, placement.arrived_on)
        content = (placement.subject_ref, placement.unit_id, placement.happened_on, placement.arrived_on)
        content_hash = _new_content(hashes, source_id, _PLACEMENT, content, (kind, source_id))
        if content_hash is not None:
            subject_id = ids[_subject(placement.family, placement.subject_ref)]
            new_placements.append(placement)
            new_rows.append((subject_id, placement.unit_id, *days, kind, source_id, content_hash, False))
    database.insert_rows(Placement, _PLACEMENT_COLUMNS, new_rows)
    return new_placements


def take_back(*, family: str, source_id: UUID) -> None:
    """Take back the fact, placement or suspension of that source, as if it had never been stated.

    Idempotent; an unknown source does nothing.
    """
    kind = ports.served_family(family).source_kind
    rows: QuerySet[Any] = {ACTIVE: Placement.objects.all(), EXEMPT: Suspension.objects.all()}.get(
        family, Fact.objects.filter(family=family)
    )
    rows = rows.filter(source_kind=kind, source_id=source_id)
    with locking.counting_transaction() as measures:
        subjects = set(rows.values_list("subject_id", flat=True))
        locking.lock_ids(subjects)
        if rows.filter(taken_back=False).update(taken_back=True):
            posting.post_differences(measures, subjects)


def set_grade(*, family: str, source_id: UUID, grade: int) -> None:
    """Set the evidence grade of one source's fact; see `set_grades`."""
    set_grades(family=family, source_ids=[source_id], grade=grade)


def set_grades(*, family: str, source_ids: Collection[UUID], grade: int) -> None:
    """Set the evidence grade of the facts of these sources, in as many statements as for one. UnknownSource if any is unknown."""
    _update_facts(family, source_ids, "grade", grade)


def set_refused(*, family: str, source_ids: Collection[UUID], refused: bool) -> None:
    """Mark the facts of these sources as in dispute, so that they count nowhere, or allow them again at their old place in the
    line.

    UnknownSource if any is unknown.
    """
    _update_facts(family, source_ids, "refused", refused)


def _update_facts(family: str, source_ids: Collection[UUID], field: str, value: int) -> None:
    """Set one field of the facts of these sources, and post what differs. UnknownSource if any is unknown."""
    kind = ports.served_family(family).source_kind
    with locking.counting_transaction() as measures:
        facts = Fact.objects.filter(source_kind=kind, source_id__in=source_ids, family=family)
        rows = list(facts.values_list("source_id", "subject_id", "topic"))
        missing = set(source_ids) - {source for source, _subject_id, _topic in rows}
        if missing:
            raise UnknownSource(f"{family} {min(missing)}")
        subjects = {subject_id for _source, subject_id, _topic in rows}
        locking.lock_ids(subjects)
        if facts.exclude(**{field: value}).update(**{field: value}):
            posting.post_differences(
                measures, subjects, topics=posting.topics_by_subject((pk, family, topic) for _source, pk, topic in rows)
            )


# --- Merged and forgotten subjects ------------------------------------------------------------------------------------


def merge_subjects(*, kind: str, merged_ref: UUID, kept_ref: UUID) -> None:
    """Merge a subject into another one: their lines are joined and their states become one. Idempotent.

    It holds the gate of the books exclusively, so it must be the transaction's first call of the ledger. Refused for two active
    members; ValueError for a subject that was merged into another one before.
    """
    with locking.exclusive_transaction() as measures:
        ids, _new = locking.lock_subjects({(kind, merged_ref), (kind, kept_ref)})
        gone_id, kept_id = ids[kind, merged_ref], ids[kind, kept_ref]
        into = dict(Subject.objects.filter(pk__in=[gone_id, kept_id]).values_list("pk", "merged_into"))
        if into[gone_id] == kept_id:
            return
        if merged_ref == kept_ref or into[gone_id] is not None or into[kept_id] is not None:
            raise ValueError(f"{kind} {merged_ref} and {kept_ref} are not two subjects of their own.")
        if _is_placed_today(gone_id) and _is_placed_today(kept_id):
            message = _("Both are active members; end one of the two memberships first.")
            raise Refused(Problem("both_members", message))
        Subject.objects.filter(pk=gone_id).update(merged_into=kept_id)
        posting.post_differences(measures, [kept_id])


def _is_placed_today(subject_id: int) -> bool:
    [group] = subject_groups_of([subject_id])
    return Placement.objects.filter(not_over(clock.today()), subject_id__in=group, taken_back=False).exists()


def unmerge_subject(*, kind: str, merged_ref: UUID) -> None:
    """Undo a merge: each claim returns to its former place. It must be the transaction's first call of the ledger."""
    with locking.exclusive_transaction() as measures:
        row = Subject.objects.filter(kind=kind, ref=merged_ref).values_list("pk", "merged_into").first()
        if row is None:
            raise UnknownSource(f"{kind} {merged_ref}")
        gone_id, kept_id = row
        if kept_id is None:
            return
        locking.lock_ids([gone_id])
        Subject.objects.filter(pk=gone_id).update(merged_into=None)
        posting.post_differences(measures, [gone_id, kept_id])


def forget_subjects(*, kind: str, refs: Collection[UUID]) -> None:
    """Erase the references of these subjects; what was counted stays counted. Unknown references are skipped.

    An action that waits for the lock of one of them still counts for that subject, which has no reference any more.
    """
    with locking.counting_transaction():
        ids = list(Subject.objects.filter(kind=kind, ref__in=refs).values_list("id", flat=True))
        locking.lock_ids(ids)
        Subject.objects.filter(id__in=ids).update(ref=None)


# --- Placements and suspensions ---------------------------------------------------------------------------------------


def move_subject(*, source_id: UUID, on: date | None, to: FactInput | None) -> None:
    """End the placement of that source on a day and begin the next one, or none when the subject leaves.

    Without a day the placement becomes open again, as before it was ended.
    """
    kind = ports.served_family(ACTIVE).source_kind
    if to is not None:
        _require_sound(to)
    with locking.counting_transaction() as measures:
        old = Placement.objects.filter(source_kind=kind, source_id=source_id)
        subject = old.values_list("subject__kind", "subject__ref", "subject_id").first()
        if subject is None:
            raise UnknownSource(f"{ACTIVE} {source_id}")
        subject_kind, subject_ref, subject_id = subject
        keys = {(subject_kind, subject_ref)} if subject_ref is not None else set()
        if to is not None:
            keys.add(_subject(to.family, to.subject_ref))
        ids, new_ids = locking.lock_subjects(keys)
        ended = old.exclude(until=on) if on is not None else old.exclude(until=None)
        changed = bool(ended.update(until=on))
        begun = _write_placements([to], ids) if to is not None else []
        if changed or begun:
            posting.post_differences(measures, {subject_id, *ids.values()}, new_ids=new_ids)


def suspend_subject(
    *, family: str, source_id: UUID, subject_ref: UUID, measure_code: str, since: date, until: date | None
) -> None:
    """Suspend a subject everywhere (empty code) or from one measure, from a day on."""
    suspend_many([SuspensionInput(family, source_id, subject_ref, measure_code, since, until)])


def suspend_many(inputs: Sequence[SuspensionInput]) -> None:
    """Suspend many subjects, in as many statements as for one. Idempotent by source; SourceConflict where its content differs."""
    if not inputs:
        return
    if any(suspension.family != EXEMPT for suspension in inputs):
        raise ValueError(f"Suspensions are of the family {EXEMPT}.")
    kind = ports.served_family(EXEMPT).source_kind
    with locking.counting_transaction() as measures:
        ids, new_ids = locking.lock_subjects({_subject(EXEMPT, suspension.subject_ref) for suspension in inputs})
        source_ids = {suspension.source_id for suspension in inputs}
        rows = Suspension.objects.filter(source_kind=kind, source_id__in=source_ids)
        contents = {
            source_id: tuple(content)
            for source_id, *content in rows.values_list("source_id", "subject_id", "measure_code", "since")
        }
        new_rows = []
        for suspension in inputs:
            source_id = suspension.source_id
            # `resume_subject` may have moved its end since, so the end is no part of the content.
            content = (ids[_subject(EXEMPT, suspension.subject_ref)], suspension.measure_code, suspension.since)
            if contents.get(source_id, content) != content:
                raise SourceConflict(kind, source_id)
            if source_id not in contents:
                contents[source_id] = content
                new_rows.append((*content, suspension.until, kind, source_id, False))
        database.insert_rows(Suspension, _SUSPENSION_COLUMNS, new_rows)
        posting.post_differences(measures, {row[0] for row in new_rows}, new_ids=new_ids)


def resume_subject(*, source_id: UUID, until: date | None) -> None:
    """End the suspension of that source on a day. An end that was set before may be moved either way, or removed (None)."""
    kind = ports.served_family(EXEMPT).source_kind
    with locking.counting_transaction() as measures:
        rows = Suspension.objects.filter(source_kind=kind, source_id=source_id)
        subjects = set(rows.values_list("subject_id", flat=True))
        if not subjects:
            raise UnknownSource(f"{EXEMPT} {source_id}")
        locking.lock_ids(subjects)
        if rows.update(until=until):
            posting.post_differences(measures, subjects)


# --- Closing and freezing ---------------------------------------------------------------------------------------------


def hold_books() -> None:
    """Block every counting action until the transaction ends, so that figures do not change.

    It must be the transaction's first call of the ledger, as shortly before its commit as possible.
    """
    database.lock([locking.GATE], shared=False)


def close_period(*, book_id: UUID, unit: Unit, last_day: date) -> Snapshot:
    """Close the unit's days up to `last_day`, and those that units below it left open. Idempotent.

    Nothing is booked on closed days: what belongs to them is booked on the first open day and marked. It holds the gate
    exclusively, so it must be the transaction's first call of the ledger; `complete_snapshot` does the long work after the
    commit. Refused before the day is over, outside the book's days, and where a later day is closed.
    """
    return snapshots.close(book_id=book_id, unit=unit, last_day=last_day)


def freeze(*, book_id: UUID, unit: Unit, since: date, last_day: date) -> Snapshot:
    """Take a snapshot of a unit's days for a report without closing them. It must be the transaction's first call of the ledger.

    The caller stores a reference to the snapshot in the same transaction, so that no unused one remains; `complete_snapshot` does
    the long work after the commit.
    """
    return snapshots.freeze(book_id=book_id, unit=unit, since=since, last_day=last_day)


def drop_snapshot(snapshot_id: UUID) -> bool:
    """Delete a snapshot that was taken for a report. Return False if it is already deleted or is being completed right now.

    ValueError for one that closes days; ProtectedError or, at the commit, IntegrityError where anything refers to it.
    """
    return snapshots.drop(snapshot_id)


def complete_snapshot(snapshot: Snapshot) -> Snapshot:
    """Store and hash the entries of a snapshot and of those closed with it, and refresh it from the database. Idempotent.

    Snapshot.DoesNotExist if the snapshot was dropped meanwhile; a snapshot that closes days is never dropped.
    """
    snapshots.complete_snapshot(snapshot)
    return snapshot


def complete_snapshots() -> int:
    """Complete snapshots that were left incomplete, as by a process that was killed, and return how many groups there were."""
    return snapshots.complete_snapshots()


# --- Folding ----------------------------------------------------------------------------------------------------------


def fold(*, page: int = rollup.PAGE) -> int:
    """Add a page of queue rows to the totals of the units above. Return how many; 0 when none wait or another process folds."""
    return rollup.fold(page)


# --- The tree ---------------------------------------------------------------------------------------------------------


def block_counting() -> None:
    """Block every counting action and fold until the transaction ends; called before any other ledger call."""
    unit_moves.block_counting()


def stand_apart(unit_ids: Collection[UUID]) -> bool:
    """Return whether none of these units was ever below another of them, so that they may be moved together."""
    return unit_moves.stand_apart(unit_ids)


def move_units(*, unit_ids: Sequence[UUID], since: date) -> AbstractContextManager[None]:
    """Return the context in which the tree of these units changes from a day on; their figures follow."""
    return unit_moves.moving_units(unit_ids=unit_ids, since=since)
