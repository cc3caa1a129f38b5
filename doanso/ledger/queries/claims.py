"""How the claims of sources stand, and what stands beside a figure of people helped."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from doanso.ledger import locking, ports, rules
from doanso.ledger.groups import groups_of
from doanso.ledger.models import Book, Fact, Measure, MeasureKind
from doanso.ledger.queries.figures import run
from doanso.ledger.rules import ClaimState

_BEST = list(ClaimState)


def claims(*, family: str, source_ids: Collection[UUID]) -> dict[UUID, ClaimState]:
    """How the claims of these sources stand; of several books the one in which a claim stands best speaks.

    A fixed number of statements, however many are asked. Sources that were never counted, or taken back, are left out.
    """
    served = ports.family(family)
    if served is None:
        return {}
    # With the kind of the source they are found by the key; by family and source alone every fact would be read.
    rows = Fact.objects.filter(
        source_kind=served.source_kind, family=family, source_id__in=source_ids, taken_back=False
    )
    facts = list(rows.values_list("source_id", "id", "subject_id", "topic", "refused"))
    found = {source: ClaimState.REFUSED if refused else ClaimState.OUTSIDE for source, *_, refused in facts}
    topics = {(family, topic) for _source, _id, _subject, topic, _refused in facts}
    measures = [one for one in locking.open_measures() if one.terms.kind == MeasureKind.HELPED and one.topic in topics]
    if not measures:
        return found
    groups = groups_of({subject for _source, _id, subject, _topic, _refused in facts})
    everybody = [one for group in groups for one in group]
    known = locking.records(everybody, topics)
    tree = locking.tree_of(measures, known)
    booked = locking.booked(everybody, measures)
    asked = {fact_id for _source, fact_id, *_ in facts}
    for group in groups:
        record = locking.joined(known, group)
        for measure in measures:
            crossings = [one for subject in group for one in booked.of(subject, measure)]
            for fact in record.facts.get(measure.topic, ()):
                if fact.seq in asked:
                    state = rules.out_of_line(measure.terms, record, fact, tree.under(measure.root_id))
                    state = state or _in_line(fact, crossings)
                    found[fact.source[1]] = min(found[fact.source[1]], state, key=_BEST.index)
    return found


def _in_line(fact: rules.Stated, crossings: Collection[rules.Crossing]) -> ClaimState:
    holders = {(one.source_kind, one.source_id): one.unit_id for one in crossings if one.sign}
    if fact.source in holders:
        return ClaimState.COUNTED
    if not holders:
        # The book had no open day left when it was told.
        return ClaimState.OUTSIDE
    return ClaimState.AGAIN if fact.unit_id in holders.values() else ClaimState.ELSEWHERE


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside a figure of people helped and is not in it: claims whose evidence is too weak, and help for
    people whom another claim holds already."""

    waiting: int
    again: int


def beside(*, book: Book, code: str, unit_id: UUID, on: date) -> Beside:
    """How many claims of a unit with its subtree wait for evidence, and how many stand in line behind another."""
    measure = Measure.objects.get(book=book, code=code)
    paths = "p.since <= {row} AND (p.until IS NULL OR p.until > {row})"
    again = f"""
        SELECT COUNT(*) FROM units_unitpath p JOIN ledger_entry e ON e.unit_id = p.unit_id
        WHERE p.ancestor_id = %s AND {paths.format(row="e.day")} AND e.measure_id = %s AND e.day <= %s
            AND e.sign = 0 AND e.takes_back_id IS NULL
            AND NOT EXISTS (SELECT 1 FROM ledger_entry c WHERE c.takes_back_id = e.seq)
    """
    # A day after its arrival counts on the day of arrival.
    day = "CASE WHEN f.happened_on > f.arrived_on THEN f.arrived_on ELSE f.happened_on END"
    waiting = f"""
        SELECT COUNT(*) FROM units_unitpath p JOIN ledger_fact f ON f.unit_id = p.unit_id
        WHERE p.ancestor_id = %s AND {paths.format(row=day)} AND f.family = %s AND f.topic = %s AND f.level >= %s
            AND f.grade < %s AND NOT f.taken_back AND NOT f.refused AND {day} BETWEEN %s AND %s
    """
    [(in_line,)] = run(again, [unit_id, measure.pk, on])
    weak = [unit_id, measure.family, measure.topic, measure.level, measure.least_grade]
    [(too_weak,)] = run(waiting, [*weak, book.first_day, min(on, book.last_day)])
    return Beside(waiting=int(too_weak), again=int(in_line))
