"""Queries for the state of the claims of sources."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple
from uuid import UUID

from doanso.ledger import locking, ports, rules
from doanso.ledger.models import MeasureKind
from doanso.ledger.rules import ClaimState
from doanso.ledger.subject_groups import subject_groups_of
from doanso.lib import database

_BEST_FIRST = list(ClaimState)


class _ClaimFact(NamedTuple):
    """A fact of a source in the query, with what its subject's line needs."""

    family: str
    topic: str
    subject_id: int
    refused: bool
    # Whether the subject was merged, so that its group has to be read.
    merged: bool
    fact: rules.StatedFact


def claims(source_ids: Mapping[str, Collection[UUID]]) -> dict[UUID, ClaimState]:
    """Return the state of the claims of these sources, listed by family; over several books the best state is returned.

    Five statements, however many sources and families, and one more where a subject was merged. Sources that were never counted,
    or taken back, are left out.
    """
    claim_facts = _claim_facts(source_ids)
    states = {
        claim.fact.source[1]: ClaimState.REFUSED if claim.refused else ClaimState.OUTSIDE for claim in claim_facts
    }
    claims_of_subject: dict[int, list[_ClaimFact]] = defaultdict(list)
    for claim in claim_facts:
        if not claim.refused:
            claims_of_subject[claim.subject_id].append(claim)
    topics = {(claim.family, claim.topic) for claims in claims_of_subject.values() for claim in claims}
    measures = [
        measure
        for measure in locking.open_measures()
        if measure.terms.kind == MeasureKind.HELPED and measure.topic in topics
    ]
    if not measures:
        return states
    merged = any(claim.merged for claim in claim_facts)
    groups = subject_groups_of(claims_of_subject) if merged else [(subject_id,) for subject_id in claims_of_subject]
    subject_ids = [subject_id for group in groups for subject_id in group]
    facts_by_subject: dict[int, rules.SubjectFacts] = defaultdict(rules.SubjectFacts)
    locking.read_placements(subject_ids, facts_by_subject)
    unit_ids = {claim.fact.unit_id for claim in claim_facts if claim.fact.unit_id is not None}
    tree = locking.UnitTree({measure.root_id for measure in measures}, unit_ids)
    entries = locking.read_posted(subject_ids, measures)
    for group in groups:
        merged_facts = locking.merge_facts(facts_by_subject, group)
        claims_of_group = [claim for subject_id in group for claim in claims_of_subject.get(subject_id, ())]
        for measure in measures:
            crossings = [crossing for subject_id in group for crossing in entries.of(subject_id, measure)]
            for claim in claims_of_group:
                if (claim.family, claim.topic) == measure.topic:
                    state = rules.claim_exclusion(measure.terms, merged_facts, claim.fact, tree.under(measure.root_id))
                    state = state or _state_in_line(claim.fact, crossings)
                    source_id = claim.fact.source[1]
                    states[source_id] = min(states[source_id], state, key=_BEST_FIRST.index)
    return states


def _claim_facts(source_ids: Mapping[str, Collection[UUID]]) -> list[_ClaimFact]:
    """Return the facts of these sources that were not taken back; one statement.

    They are found by the kind of their source, which begins the key; by family and source alone every fact would be read.
    """
    kinds = {
        served.source_kind: None
        for family, ids in source_ids.items()
        if ids and (served := ports.family(family)) is not None
    }
    if not kinds:
        return []
    all_ids = [source_id for ids in source_ids.values() for source_id in ids]
    sql = f"""
        SELECT f.family, f.topic, f.subject_id, f.refused,
            EXISTS (SELECT 1 FROM ledger_subject s WHERE s.id = f.subject_id AND s.merged_into_id IS NOT NULL)
            OR EXISTS (SELECT 1 FROM ledger_subject s WHERE s.merged_into_id = f.subject_id),
            f.id, f.level, f.unit_id, f.happened_on, f.arrived_on, f.grade, f.source_kind, f.source_id
        FROM ledger_fact f
        WHERE f.source_kind IN ({database.placeholders(kinds)}) AND f.source_id IN ({database.placeholders(all_ids)})
            AND f.family IN ({database.placeholders(source_ids)}) AND NOT f.taken_back
    """
    return [_claim_fact(*row) for row in database.fetch_all(sql, [*kinds, *all_ids, *source_ids])]


def _claim_fact(family: str, topic: str, subject_id: int, refused: bool, merged: bool, *fact: Any) -> _ClaimFact:
    seq, level, unit_id, happened_on, arrived_on, grade, source_kind, source_id = fact
    stated = rules.StatedFact(
        seq=seq,
        level=level,
        unit_id=None if unit_id is None else database.as_uuid(unit_id),
        happened_on=database.as_date(happened_on),
        arrived_on=database.as_date(arrived_on),
        grade=grade,
        source=(source_kind, database.as_uuid(source_id)),
    )
    return _ClaimFact(family, topic, subject_id, bool(refused), bool(merged), stated)


def _state_in_line(fact: rules.StatedFact, crossings: Collection[rules.Crossing]) -> ClaimState:
    holders = {
        (crossing.source_kind, crossing.source_id): crossing.unit_id for crossing in crossings if crossing.amount
    }
    if fact.source in holders:
        return ClaimState.COUNTED
    if not holders:
        # The book had no open day left when the fact was stated.
        return ClaimState.OUTSIDE
    return ClaimState.AGAIN if fact.unit_id in holders.values() else ClaimState.ELSEWHERE
