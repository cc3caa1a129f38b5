"""Post differences: what the facts of subjects book, less what is posted already, on open days.

Bookings that must agree on every day are placed together on an open one: those of one line of claims, and those of all states
that a subject has in one book, so that it is never in a share's numerator without being in its denominator.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.ledger import closing, rules
from doanso.ledger.closing import ClosedDays, Posting
from doanso.ledger.inputs import FactInput
from doanso.ledger.locking import (
    OpenMeasure,
    PostedCrossings,
    PostedEntries,
    UnitTree,
    merge_facts,
    read_facts,
    read_posted,
    read_tree,
)
from doanso.ledger.models import Entry, MeasureKind, Queue
from doanso.ledger.rules import ACTIVE, EXEMPT, Crossing, SubjectFacts, Topic
from doanso.ledger.subject_groups import SubjectGroup, subject_groups_of
from doanso.lib import database
from doanso.lib.problems import Problem, Refused
from doanso.units.models import Unit

_GRADES = 5
_ENTRY_COLUMNS = (
    "book",
    "measure",
    "subject",
    "unit",
    "day",
    "grade",
    "source_kind",
    "source_id",
    "happened_on",
    "arrived_on",
    "moved_day",
    "amount",
    "takes_back",
    "late_from",
)
_QUEUE_COLUMNS = ("book", "measure", "unit", "day", "g0", "g1", "g2", "g3", "g4")

TopicsBySubject = Mapping[int, Collection[Topic]]
"""What has changed of each subject."""

_NO_FACTS_GIVEN: Mapping[int, SubjectFacts] = {}

WantedBookings = list[tuple[int, Crossing]]
"""Crossings, each with the subject it is booked at, in the order in which they are to be written."""


def wanted_bookings(
    measure: OpenMeasure,
    group: SubjectGroup,
    facts_by_subject: Mapping[int, SubjectFacts],
    under_root: rules.UnderRoot,
    first_seq: rules.FirstSeq,
) -> WantedBookings:
    """Return what the facts of a group book in a measure; most measures are skipped without arithmetic.

    Merged subjects are in a state once, booked at the one that remains; what was done for them stays booked at the subject it was
    stated of, so that an undone merge finds it there.
    """
    terms = measure.terms
    if terms.kind == MeasureKind.TIMES:
        return [
            (subject_id, crossing)
            for subject_id in group
            if subject_id in facts_by_subject and measure.topic in facts_by_subject[subject_id].facts
            for crossing in rules.crossings(terms, facts_by_subject[subject_id], under_root, first_seq)
        ]
    merged = merge_facts(facts_by_subject, group)
    if terms.family == EXEMPT:
        if not merged.suspensions:
            return []
    elif terms.family != ACTIVE and measure.topic not in merged.facts:
        return []
    crossings = rules.crossings(terms, merged, under_root, first_seq)
    if len(group) == 1 or terms.kind == MeasureKind.STATE:
        return [(group[0], crossing) for crossing in crossings]
    owners = {
        fact.source: subject_id
        for subject_id in group
        if subject_id in facts_by_subject
        for fact in facts_by_subject[subject_id].facts.get(measure.topic, ())
    }
    return [(owners[crossing.source_kind, crossing.source_id], crossing) for crossing in crossings]


class PostingPlan(NamedTuple):
    """What a group of subjects has to book in a measure.

    `wanted` follows from the facts, `posted` is what is booked already by subject, `postings` lead from `posted` to `wanted`,
    `late` are the days on which entries of it were booked late before.
    """

    measure: OpenMeasure
    group: SubjectGroup
    wanted: WantedBookings
    posted: Mapping[int, PostedCrossings]
    postings: Sequence[Posting]
    late: Sequence[date]

    @property
    def is_state(self) -> bool:
        """Return whether it is a state, which is placed together with the other states of its book."""
        return self.measure.terms.kind == MeasureKind.STATE

    @property
    def reaches_back(self) -> bool:
        """Return whether it has something to book on a day that some unit of its book has closed."""
        return any(closing.may_be_closed(posting.day, self.measure.closed_until) for posting in self.postings)


def plan_postings(
    measures: Sequence[OpenMeasure],
    groups: Sequence[SubjectGroup],
    facts_by_subject: Mapping[int, SubjectFacts],
    entries: PostedEntries,
    tree: UnitTree,
    topics: TopicsBySubject | None = None,
) -> list[PostingPlan]:
    """Return what these groups have to book in these measures, group by group; no plan where nothing is stated or posted.

    With `topics`, a group is planned in the measures of its own changed topics only.
    """
    prepared = [(measure, tree.under(measure.root_id), entries.first_seqs(measure)) for measure in measures]
    by_topics: dict[tuple[Topic, ...], list[tuple[OpenMeasure, rules.UnderRoot, rules.FirstSeq]]] = {}
    plans = []
    for group in groups:
        concerned = prepared
        if topics is not None:
            changed = tuple(topic for subject_id in group for topic in topics.get(subject_id, ()))
            if changed not in by_topics:
                by_topics[changed] = [entry for entry in prepared if entry[0].topic in changed]
            concerned = by_topics[changed]
        for measure, under_root, first_seq in concerned:
            wanted = wanted_bookings(measure, group, facts_by_subject, under_root, first_seq)
            posted = {subject_id: entries.of(subject_id, measure) for subject_id in group}
            late = entries.late_days(group, measure)
            if late and measure.terms.kind != MeasureKind.STATE:
                wanted = _with_posted_units(wanted, posted)
            if wanted or late or any(posted.values()):
                plans.append(PostingPlan(measure, group, wanted, posted, _difference(measure, wanted, posted), late))
    return plans


def _with_posted_units(wanted: WantedBookings, posted: Mapping[int, PostedCrossings]) -> WantedBookings:
    """Return `wanted` with the units at which it is posted: what belongs to an ended unit is booked at another one."""
    units = {
        (subject_id, _without_unit(crossing)): crossing.unit_id
        for subject_id, crossings in posted.items()
        for crossing in crossings
    }
    return [
        (subject_id, crossing._replace(unit_id=units.get((subject_id, _without_unit(crossing)), crossing.unit_id)))
        for subject_id, crossing in wanted
    ]


def _without_unit(crossing: Crossing) -> Crossing:
    return crossing._replace(unit_id=UUID(int=0))


def _difference(measure: OpenMeasure, wanted: WantedBookings, posted: Mapping[int, PostedCrossings]) -> list[Posting]:
    """Return corrections of what is posted but not wanted, then what is wanted but not posted."""
    left = {
        (subject_id, crossing): list(seqs)
        for subject_id, crossings in posted.items()
        for crossing, seqs in crossings.items()
    }
    new = []
    for subject_id, crossing in wanted:
        seqs = left.get((subject_id, crossing))
        if seqs:
            seqs.pop(0)
        else:
            new.append(Posting(measure.id, subject_id, crossing, crossing.amount, None, crossing.day))
    corrections = [
        Posting(measure.id, subject_id, crossing, -crossing.amount, seq, day)
        for (subject_id, crossing), seqs in left.items()
        for seq, day in seqs
    ]
    return corrections + new


def topics_by_subject(stated: Iterable[tuple[int, str, str]]) -> dict[int, list[Topic]]:
    """Return the topics of each subject, of facts with their subject's id, family and topic."""
    topics: dict[int, list[Topic]] = {}
    for subject_id, family, topic in stated:
        subject_topics = topics.setdefault(subject_id, [])
        if (family, topic) not in subject_topics:
            subject_topics.append((family, topic))
    return topics


def post_differences(
    measures: Sequence[OpenMeasure],
    subject_ids: Collection[int],
    *,
    topics: TopicsBySubject | None = None,
    new_ids: Collection[int] = (),
    given_facts: Mapping[int, SubjectFacts] = _NO_FACTS_GIVEN,
    stated: Sequence[FactInput] = (),
) -> None:
    """Post what the facts of these subjects book, less what is posted already.

    `topics` names what has changed by subject, unless placements or suspensions changed; `new_ids` are subjects created in this
    transaction, and `given_facts` has all facts of some of them, which then need not be read. `stated` are the facts that were
    just stated; refused where the unit of one has ended by its day.
    """
    changed = None if topics is None else {topic for of_subject in topics.values() for topic in of_subject}
    touched = [measure for measure in measures if changed is None or measure.topic in changed]
    if not touched or not subject_ids:
        return
    old_groups = subject_groups_of([subject_id for subject_id in subject_ids if subject_id not in new_ids])
    groups = [*old_groups, *((subject_id,) for subject_id in sorted(subject_ids) if subject_id in new_ids)]
    unread_ids = [subject_id for group in groups for subject_id in group if subject_id not in given_facts]
    facts_by_subject = {**read_facts(unread_ids, changed), **given_facts}
    entries = read_posted([subject_id for group in old_groups for subject_id in group], touched)
    tree = read_tree(touched, facts_by_subject)
    _require_units(tree, stated)
    plans = plan_postings(touched, groups, facts_by_subject, entries, tree, topics)
    if topics is not None and any(plan.is_state and plan.reaches_back for plan in plans):
        # It is placed together with the subject's other states, which have not been read.
        post_differences(measures, subject_ids, new_ids=new_ids)
        return
    days = read_closed_days(plans)
    post_entries([row for together in group_plans(plans) for row in entries_on_open_days(together, days)])


def _require_units(tree: UnitTree, stated: Sequence[FactInput]) -> None:
    """Refuse a fact of a day from the end of its unit on, which no figure would contain.

    Its owner has chosen the unit before the gate was passed, and the unit may have ended while it waited there.
    """
    doubtful = {
        (fact.unit_id, day)
        for fact in stated
        if fact.unit_id is not None and tree.has_left(fact.unit_id, day := min(fact.happened_on, fact.arrived_on))
    }
    if not doubtful:
        return
    ends = dict(Unit.objects.filter(pk__in={unit_id for unit_id, _day in doubtful}).values_list("pk", "until"))
    if any((until := ends[unit_id]) is not None and until <= day for unit_id, day in doubtful):
        message = _(
            "The unit had ended by that day. Choose an earlier day, or open the page again to record it for its successor."
        )
        raise Refused(Problem("unit-ended", message, "unit"))


def group_plans(plans: Iterable[PostingPlan]) -> list[list[PostingPlan]]:
    """Return the plans grouped by what must agree on every day: a group's states in one book together, every other plan by
    itself."""
    together: dict[tuple[Any, ...], list[PostingPlan]] = {}
    for plan in plans:
        key = (plan.group, plan.measure.book_id) if plan.is_state else (plan.group, plan.measure.id)
        together.setdefault(key, []).append(plan)
    return list(together.values())


def read_closed_days(plans: Iterable[PostingPlan]) -> ClosedDays:
    """Return the closed days of the units of these plans; no statement while none of them could be closed."""
    return ClosedDays.of(
        (plan.measure.book_id, plan.measure.root_id, posting)
        for plan in plans
        if plan.reaches_back
        for posting in plan.postings
    )


def entries_on_open_days(together: Sequence[PostingPlan], days: ClosedDays) -> list[tuple[Any, ...]]:
    """Return the rows of entries of plans that are placed together, each on an open day; none where no day is left."""
    measure = together[0].measure
    postings = [posting for plan in together for posting in plan.postings]
    if measure.closed_until is None:
        return [(measure.book_id, *posting.row(posting.day, posting.crossing.unit_id)) for posting in postings]
    rows = closing.place_on_open_days(
        postings,
        independent=measure.terms.kind == MeasureKind.TIMES,
        late=[day for plan in together for day in plan.late],
        last_closed=lambda unit: days.until(measure.book_id, unit),
        # A state leaves the figures with its unit, so it is never booked at another one.
        bearer=lambda unit, day: unit if together[0].is_state else days.bearer(measure.root_id, unit, day),
        last_day=measure.terms.last_day,
    )
    return [(measure.book_id, *row) for row in rows]


def post_entries(entries: Sequence[tuple[Any, ...]]) -> None:
    """Write entries, and add their sums per book, measure, unit and day to the queue."""
    if not entries:
        return
    database.insert_rows(Entry, _ENTRY_COLUMNS, entries)
    sums: dict[tuple[Any, ...], list[int]] = {}
    for book, measure, _subject, unit, day, grade, *_source, amount, _takes_back, _late in entries:
        counts = sums.setdefault((book, measure, unit, day), [0] * _GRADES)
        counts[grade] += amount
    database.insert_rows(Queue, _QUEUE_COLUMNS, [(*key, *counts) for key, counts in sums.items() if any(counts)])
