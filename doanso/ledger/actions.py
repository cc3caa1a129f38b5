"""Deeds of the ledger. All run in the caller's transaction, after its policy, and are idempotent by source."""

from collections.abc import Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.ledger import locking, ports, posting, rollup, rules, snapshots, unit_moves
from doanso.ledger.groups import groups_of
from doanso.ledger.inputs import Counted, MeasurePlan, Suspending
from doanso.ledger.models import Book, Fact, Frozen, Measure, Placement, Subject, Suspension
from doanso.ledger.rules import ACTIVE, EXEMPT, Record, Stated
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit

_FACT_COLUMNS = (
    *("family", "topic", "level", "subject", "unit"),
    *("happened_on", "arrived_on", "grade", "source_kind", "source_id", "content_hash", "taken_back"),
)
_PLACEMENT_COLUMNS = (
    *("subject", "unit", "since", "until", "arrived_on"),
    *("source_kind", "source_id", "content_hash", "taken_back"),
)
_SUSPENSION_COLUMNS = ("subject", "measure_code", "since", "until", "source_kind", "source_id", "taken_back")


class SourceConflict(Refused):
    """A source that was counted before now says something else."""

    def __init__(self, kind: str, source_id: UUID) -> None:
        message = _("Record %(source)s (%(kind)s) was counted before with other content; correct that record instead.")
        super().__init__(Problem("source-conflict", message % {"source": source_id, "kind": kind}))


class UnknownSource(LookupError):
    """A deed names a source that was never counted: an error of the caller."""


# --- Books ------------------------------------------------------------------------------------------------------------


def open_book(*, code: str, root: Unit, first_day: date, last_day: date, measures: Sequence[MeasurePlan]) -> Book:
    """Open a book, or add measures to the book of that code; then fill it from the facts already known.

    The switch is one short transaction holding every gate alone; filling goes on in pages after it. Idempotent.
    """
    with transaction.atomic():
        database.lock([locking.GATE], shared=False)
        book, _made = Book.objects.get_or_create(
            code=code, defaults={"root": root, "first_day": first_day, "last_day": last_day}
        )
        database.lock([locking.book_gate(book.pk)], shared=False)
        if (book.root_id, book.first_day, book.last_day) != (root.pk, first_day, last_day):
            message = _("Book %(code)s is open with another unit or other days; open one under another code.")
            raise Refused(Problem("book-differs", message % {"code": code}))
        _add_measures(book, measures)
    posting.fill(book)
    return book


def _add_measures(book: Book, plans: Sequence[MeasurePlan]) -> None:
    known = {one.code: one for one in Measure.objects.filter(book=book)}
    new = []
    for plan in plans:
        family = _family(plan.family)
        kind = plan.kind or family.kind
        asked = (kind, family.name, plan.topic, plan.level, plan.least_grade)
        there = known.get(plan.code)
        if there is None:
            measure = Measure(
                book=book,
                code=plan.code,
                kind=kind,
                family=family.name,
                topic=plan.topic,
                level=plan.level,
                least_grade=plan.least_grade,
            )
            known[plan.code] = measure
            new.append(measure)
        elif (there.kind, there.family, there.topic, there.level, there.least_grade) != asked:
            message = _("Measure %(code)s counts something else in this book already; choose another code.")
            raise Refused(Problem("measure-differs", message % {"code": plan.code}))
    Measure.objects.bulk_create(new)


# --- Facts ------------------------------------------------------------------------------------------------------------


def count(counted: Counted) -> None:
    """Count one fact; see `count_many`."""
    count_many([counted])


def count_many(counted: Sequence[Counted]) -> None:
    """Count facts of any families. A known source with equal content does nothing; other content: SourceConflict.

    Many at once take the same number of statements as one.
    """
    if not counted:
        return
    for one in counted:
        _require_sound(one)
    with locking.deed() as measures:
        ids, new = locking.lock_subjects({_subject(one.family, one.subject_ref) for one in counted})
        placed = [one for one in counted if one.family == ACTIVE]
        stated = [one for one in counted if one.family != ACTIVE]
        changed = _write_placements(placed, ids) + _write_facts(stated, ids)
        touched = [(ids[_subject(one.family, one.subject_ref)], one) for one in changed]
        posting.settle(
            measures,
            {subject_id for subject_id, _one in touched},
            topics=None if placed else {(one.family, one.topic) for one in stated},
            bare=new,
            known={} if placed else _all_of(new, touched),
        )


def _family(name: str) -> ports.FactFamily:
    family = ports.family(name)
    if family is None:
        raise LookupError(f"No app serves the measure family {name!r}.")
    return family


def _subject(family: str, ref: UUID) -> tuple[str, UUID]:
    return _family(family).subject_kind, ref


def _require_sound(one: Counted) -> None:
    _family(one.family)
    if one.family == EXEMPT:
        raise ValueError("A suspension is stated by `suspend_subject`.")
    if one.family == ACTIVE and one.unit_id is None:
        raise ValueError("A placement names its unit.")


_FACT, _PLACEMENT = "tally.fact", "tally.placement"


def _new_content(
    known: dict[Any, str], key: Any, tag: str, said: tuple[object, ...], source: tuple[str, UUID]
) -> str | None:
    """The hash of what a source says that is met for the first time, and None for one that is known; one that now says
    something else is refused."""
    if key not in known:
        known[key] = content = rules.content_hash(tag, said)
        return content
    if not rules.is_content(known[key], tag, said):
        raise SourceConflict(*source)
    return None


def _write_facts(counted: Sequence[Counted], ids: Mapping[tuple[str, UUID], int]) -> list[Counted]:
    """Keep the facts that are not known yet; those."""
    if not counted:
        return []
    kinds = {one.family: _family(one.family).source_kind for one in counted}
    sorts, sources = sorted(set(kinds.values())), list({one.source_id for one in counted})
    where = f"source_kind IN ({database.marks(sorts)}) AND source_id IN ({database.marks(sources)})"
    rows = database.read_rows(Fact, ("family", "topic", "source_id", "content_hash"), where, [*sorts, *sources])
    known: dict[Any, str] = {tuple(key): content for *key, content in rows}
    new, written = [], []
    for one in counted:
        source = (kinds[one.family], one.source_id)
        said = (one.subject_ref, one.level, one.unit_id, one.happened_on, one.arrived_on, one.grade)
        content = _new_content(known, (one.family, one.topic, one.source_id), _FACT, said, source)
        if content is not None:
            subject_id = ids[_subject(one.family, one.subject_ref)]
            new.append(one)
            written.append(
                (
                    *(one.family, one.topic, one.level, subject_id, one.unit_id),
                    *(one.happened_on, one.arrived_on, one.grade, *source, content, False),
                )
            )
    database.insert_rows(Fact, _FACT_COLUMNS, written)
    return new


def _all_of(new: Collection[int], facts: Sequence[tuple[int, Counted]]) -> dict[int, Record]:
    """All that is known of subjects made a moment ago: what was just kept of them, in the order in which it was kept."""
    found = {subject_id: Record() for subject_id in new}
    for place, (subject_id, one) in enumerate(facts):
        if subject_id in found:
            source = (_family(one.family).source_kind, one.source_id)
            fact = Stated(place, one.level, one.unit_id, one.happened_on, one.arrived_on, one.grade, source)
            found[subject_id].facts.setdefault((one.family, one.topic), []).append(fact)
    return found


def _write_placements(counted: Sequence[Counted], ids: Mapping[tuple[str, UUID], int]) -> list[Counted]:
    """Keep the placements that are not known yet; those."""
    if not counted:
        return []
    kind = _family(ACTIVE).source_kind
    rows = Placement.objects.filter(source_kind=kind, source_id__in={one.source_id for one in counted})
    known = dict(rows.values_list("source_id", "content_hash"))
    new, written = [], []
    for one in counted:
        said = (one.subject_ref, one.unit_id, one.happened_on, one.arrived_on)
        content = _new_content(known, one.source_id, _PLACEMENT, said, (kind, one.source_id))
        if content is not None:
            subject_id = ids[_subject(one.family, one.subject_ref)]
            new.append(one)
            written.append(
                (subject_id, one.unit_id, one.happened_on, None, one.arrived_on, kind, one.source_id, content, False)
            )
    database.insert_rows(Placement, _PLACEMENT_COLUMNS, written)
    return new


def take_back(*, family: str, source_id: UUID) -> None:
    """The fact, placement or suspension of that source never was; a second call does nothing, an unknown one neither."""
    kind = _family(family).source_kind
    mine: QuerySet[Any] = {ACTIVE: Placement.objects.all(), EXEMPT: Suspension.objects.all()}.get(
        family, Fact.objects.filter(family=family)
    )
    mine = mine.filter(source_kind=kind, source_id=source_id)
    with locking.deed() as measures:
        subjects = set(mine.values_list("subject_id", flat=True))
        locking.lock_ids(subjects)
        if mine.filter(taken_back=False).update(taken_back=True):
            posting.settle(measures, subjects)


def set_grade(*, family: str, source_id: UUID, grade: int) -> None:
    """The fact of that source now has this evidence grade."""
    set_grades(family=family, source_ids=[source_id], grade=grade)


def set_grades(*, family: str, source_ids: Collection[UUID], grade: int) -> None:
    """The facts of these sources now have this evidence grade; as many statements as for one."""
    kind = _family(family).source_kind
    with locking.deed() as measures:
        facts = Fact.objects.filter(source_kind=kind, source_id__in=source_ids, family=family)
        there = list(facts.values_list("source_id", "subject_id", "topic"))
        missing = set(source_ids) - {source for source, _subject_id, _topic in there}
        if missing:
            raise UnknownSource(f"{family} {min(missing)}")
        subjects = {subject_id for _source, subject_id, _topic in there}
        locking.lock_ids(subjects)
        if facts.exclude(grade=grade).update(grade=grade):
            posting.settle(measures, subjects, topics={(family, topic) for _source, _subject_id, topic in there})


def set_refused(*, family: str, source_ids: Collection[UUID], refused: bool) -> None:
    """The facts of these sources are in dispute and stand nowhere, or are allowed again, in their old place in the line."""
    kind = _family(family).source_kind
    with locking.deed() as measures:
        facts = Fact.objects.filter(source_kind=kind, source_id__in=source_ids, family=family)
        there = list(facts.values_list("source_id", "subject_id", "topic"))
        missing = set(source_ids) - {source for source, _subject_id, _topic in there}
        if missing:
            raise UnknownSource(f"{family} {min(missing)}")
        subjects = {subject_id for _source, subject_id, _topic in there}
        locking.lock_ids(subjects)
        if facts.exclude(refused=refused).update(refused=refused):
            posting.settle(measures, subjects, topics={(family, topic) for _source, _subject_id, topic in there})


# --- Subjects that are one, and those that are forgotten --------------------------------------------------------------


def merge_subjects(*, kind: str, gone: UUID, kept: UUID) -> None:
    """Two subjects are one from now on: their lines join, their states are one. Done again it changes nothing.

    It holds the gate of the books alone, so it must be the transaction's first deed of the ledger. Refused for two
    active members; a subject merged elsewhere before is the caller's error.
    """
    with locking.alone() as measures:
        ids, _new = locking.lock_subjects({(kind, gone), (kind, kept)})
        gone_id, kept_id = ids[kind, gone], ids[kind, kept]
        into = dict(Subject.objects.filter(pk__in=[gone_id, kept_id]).values_list("pk", "merged_into"))
        if into[gone_id] == kept_id:
            return
        if gone == kept or into[gone_id] is not None or into[kept_id] is not None:
            raise ValueError(f"{kind} {gone} and {kept} are not two subjects of their own.")
        if _placed_today([gone_id]) and _placed_today([kept_id]):
            message = _("Both are active members; end one of the two memberships first.")
            raise Refused(Problem("both_members", message))
        Subject.objects.filter(pk=gone_id).update(merged_into=kept_id)
        posting.settle(measures, [kept_id])


def _placed_today(subject_ids: Collection[int]) -> bool:
    everybody = [one for group in groups_of(subject_ids) for one in group]
    return (
        Placement.objects.filter(subject_id__in=everybody, taken_back=False)
        .filter(Q(until=None) | Q(until__gt=clock.today()))
        .exists()
    )


def unmerge_subject(*, kind: str, gone: UUID) -> None:
    """That subject stands for itself again, each claim in the place it had; the transaction's first deed of the ledger."""
    with locking.alone() as measures:
        row = Subject.objects.filter(kind=kind, ref=gone).values_list("pk", "merged_into").first()
        if row is None:
            raise UnknownSource(f"{kind} {gone}")
        gone_id, kept_id = row
        if kept_id is None:
            return
        locking.lock_ids([gone_id])
        Subject.objects.filter(pk=gone_id).update(merged_into=None)
        posting.settle(measures, [gone_id, kept_id])


def forget_subjects(*, kind: str, refs: Collection[UUID]) -> None:
    """Nobody can say any more who these subjects were; what was counted stays counted. Unknown ones are passed over.

    A deed that waits for one of them meanwhile still counts for the same human being, whom nobody can name any more.
    """
    with locking.deed():
        ids = list(Subject.objects.filter(kind=kind, ref__in=refs).values_list("id", flat=True))
        locking.lock_ids(ids)
        Subject.objects.filter(id__in=ids).update(ref=None)


# --- Placements and suspensions ---------------------------------------------------------------------------------------


def move_subject(*, source_id: UUID, on: date | None, to: Counted | None) -> None:
    """End the placement of that source on a day and begin the next one, or none when the subject leaves.

    Without a day the placement stands again, as before it was ended.
    """
    kind = _family(ACTIVE).source_kind
    if to is not None:
        _require_sound(to)
    with locking.deed() as measures:
        old = Placement.objects.filter(source_kind=kind, source_id=source_id)
        here = old.values_list("subject__kind", "subject__ref", "subject_id").first()
        if here is None:
            raise UnknownSource(f"{ACTIVE} {source_id}")
        keys = {(here[0], here[1])} if here[1] is not None else set()
        if to is not None:
            keys.add(_subject(to.family, to.subject_ref))
        ids, new = locking.lock_subjects(keys)
        ended = old.exclude(until=on) if on is not None else old.exclude(until=None)
        changed = bool(ended.update(until=on))
        begun = _write_placements([to], ids) if to is not None else []
        if changed or begun:
            posting.settle(measures, {here[2], *ids.values()}, bare=new)


def suspend_subject(
    *, family: str, source_id: UUID, subject_ref: UUID, measure_code: str, since: date, until: date | None
) -> None:
    """Suspend a subject everywhere (empty code) or from one measure, from a day on."""
    suspend_many([Suspending(family, source_id, subject_ref, measure_code, since, until)])


def suspend_many(suspending: Sequence[Suspending]) -> None:
    """Suspend many subjects; as many statements as for one. A known source does nothing, or is a SourceConflict."""
    if not suspending:
        return
    if any(one.family != EXEMPT for one in suspending):
        raise ValueError(f"Suspensions are of the family {EXEMPT}.")
    kind = _family(EXEMPT).source_kind
    with locking.deed() as measures:
        ids, new = locking.lock_subjects({_subject(one.family, one.subject_ref) for one in suspending})
        rows = Suspension.objects.filter(source_kind=kind, source_id__in={one.source_id for one in suspending})
        known = {
            source: tuple(said)
            for source, *said in rows.values_list("source_id", "subject_id", "measure_code", "since")
        }
        written = []
        for one in suspending:
            subject_id = ids[_subject(one.family, one.subject_ref)]
            # Its end may have been moved since by `resume_subject`, so it is no part of what the source said.
            said = (subject_id, one.measure_code, one.since)
            if known.get(one.source_id, said) != said:
                raise SourceConflict(kind, one.source_id)
            if one.source_id not in known:
                known[one.source_id] = said
                written.append((*said, one.until, kind, one.source_id, False))
        database.insert_rows(Suspension, _SUSPENSION_COLUMNS, written)
        posting.settle(measures, {row[0] for row in written}, bare=new)


def resume_subject(*, source_id: UUID, until: date | None) -> None:
    """End the suspension of that source on a day; an earlier end may be made later or earlier again, or left open."""
    kind = _family(EXEMPT).source_kind
    with locking.deed() as measures:
        mine = Suspension.objects.filter(source_kind=kind, source_id=source_id)
        subjects = set(mine.values_list("subject_id", flat=True))
        if not subjects:
            raise UnknownSource(f"{EXEMPT} {source_id}")
        locking.lock_ids(subjects)
        if mine.update(until=until):
            posting.settle(measures, subjects)


# --- Closing and freezing ---------------------------------------------------------------------------------------------


def hold_books() -> None:
    """Keep every counting deed out until the transaction ends: what figures say is what they will be. The transaction's
    first call of the ledger, as short before its commit as can be."""
    database.lock([locking.GATE], shared=False)


def close_period(*, book_id: UUID, unit: Unit, last_day: date) -> Frozen:
    """Close the unit's days up to that one, and those that units below it left open; done again it changes nothing.

    Nothing is ever booked on closed days: what belongs to them falls on the first open one, marked. It holds the gate
    alone, so it must be the transaction's first deed of the ledger; `seal` does the long work, after the commit. Refused
    while the day is not over, outside the book's days, and where a later day is closed.
    """
    return snapshots.close(book_id=book_id, unit=unit, last_day=last_day)


def freeze(*, book_id: UUID, unit: Unit, since: date, last_day: date) -> Frozen:
    """Keep a unit's days as they stand for a report; it closes nothing. The transaction's first deed of the ledger.

    Whoever keeps the set names it in the same transaction, so that none is ever left over; `seal` does the long work after
    its commit.
    """
    return snapshots.freeze(book_id=book_id, unit=unit, since=since, last_day=last_day)


def drop_frozen(frozen_id: UUID) -> bool:
    """Remove a set that was kept for a report and is not wanted any more; False where it is gone already or just being sealed,
    for which nobody waits. ValueError for one that closes days; ProtectedError or, at the commit, IntegrityError where
    anything names it."""
    return snapshots.drop(frozen_id)


def seal(frozen: Frozen) -> Frozen:
    """Write down and hash what a set and those closed with it hold, and read it again. Done again it does nothing.

    Frozen.DoesNotExist where the set was dropped meanwhile, which none that closes days ever is.
    """
    snapshots.seal(frozen)
    return frozen


def seal_all() -> int:
    """Seal what was left half way, as by a process that was killed; how many closings that were."""
    return snapshots.seal_all()


# --- Folding ----------------------------------------------------------------------------------------------------------


def fold(*, page: int = rollup.PAGE) -> int:
    """Add a page of queue rows to the totals of the units above; how many, 0 when none wait or another folds."""
    return rollup.fold(page)


# --- The tree ---------------------------------------------------------------------------------------------------------


def hold_tree() -> None:
    """Keep every counting deed and folder out until the transaction ends; the first ledger call of whoever moves units."""
    unit_moves.hold()


def stand_apart(unit_ids: Collection[UUID]) -> bool:
    """Whether none of these units ever stood below another of them, so that they may be moved together."""
    return unit_moves.stand_apart(unit_ids)


def move_units(*, unit_ids: Sequence[UUID], since: date) -> AbstractContextManager[None]:
    """Inside of this the tree of these units changes from a day on; their figures follow."""
    return unit_moves.moved(unit_ids=unit_ids, since=since)
