"""Derive bookings from facts: pure arithmetic of days, the same for an action, a book opened late and a recount.

Spans of days are half open: `since` is inside, `until` is not.
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

from doanso.ledger.models import MeasureKind
from doanso.lib.canonical import canonical

# The families of placements and of suspensions; the app that keeps them registers under these names.
ACTIVE = "members.active"
EXEMPT = "members.exempt"
# The grade of placements and suspensions: one officer has seen them.
OFFICER_GRADE = 1
CLOCK = "clock"

Topic = tuple[str, str]
Source = tuple[str, UUID]
UnderRoot = Callable[[UUID, date], date | None]
"""Returns the first day, from the given one on, on which the unit is under the book's root; None if there is none."""
FirstSeq = Callable[[Source], int | None]
"""Returns the `seq` at which a claim was first booked in a measure's line; None if it never was."""


class StatedFact(NamedTuple):
    """A fact of a subject; `unit_id` is where a time took place, `amount` what it adds."""

    seq: int
    level: int
    unit_id: UUID | None
    happened_on: date
    arrived_on: date
    grade: int
    source: Source
    amount: int = 1


class PlacementSpan(NamedTuple):
    """The unit to which a subject belongs over a span of days."""

    seq: int
    unit_id: UUID
    since: date
    until: date | None
    arrived_on: date
    source: Source


class SuspensionSpan(NamedTuple):
    """Days on which a subject does not count, everywhere or (with a code) in one measure."""

    seq: int
    code: str
    since: date
    until: date | None
    source: Source


class MeasureTerms(NamedTuple):
    """What a measure of a book counts, and the book's days (both inside)."""

    code: str
    kind: str
    family: str
    topic: str
    level: int
    least_grade: int
    first_day: date
    last_day: date


@dataclass(slots=True)
class SubjectFacts:
    """All facts in force of one subject."""

    placements: list[PlacementSpan] = field(default_factory=list)
    suspensions: list[SuspensionSpan] = field(default_factory=list)
    facts: dict[Topic, list[StatedFact]] = field(default_factory=dict)


class StateSpan(NamedTuple):
    """A span of days of a state, with its grade and the record it rests on."""

    since: date
    until: date | None
    grade: int
    source: Source
    happened_on: date
    arrived_on: date
    moved_day: str


class StatePiece(NamedTuple):
    """A span in which a subject is in a measure, at one unit, with one grade, from one source."""

    unit_id: UUID
    span: StateSpan


class Crossing(NamedTuple):
    """The content of an entry of a subject in a measure: amount, unit, day, grade and source."""

    amount: int
    unit_id: UUID
    day: date
    grade: int
    source_kind: str
    source_id: UUID
    happened_on: date
    arrived_on: date
    moved_day: str


def content_hash(tag: str, content: Sequence[object]) -> str:
    """Return the hash (scheme 2) of a source's content when first counted; it distinguishes a repetition from a conflict."""
    return hashlib.sha256(canonical(tag, 2, *content).encode()).hexdigest()


def is_content(stored_hash: str, tag: str, content: Sequence[object]) -> bool:
    """Return whether a stored hash, of any scheme, is that of the content. Scheme 1 had neither tag nor version."""
    old_hash = hashlib.sha256("|".join(map(str, content)).encode()).hexdigest()
    return stored_hash in (content_hash(tag, content), old_hash)


def open_day(*, happened_on: date, arrived_on: date) -> tuple[date, str]:
    """Return the day on which something counts, and why it is not the day on which it happened (a clock that ran ahead).

    Days of entries, states and placements are moved only by this function.
    """
    if happened_on > arrived_on:
        return arrived_on, CLOCK
    return happened_on, ""


def crossings(
    terms: MeasureTerms, subject_facts: SubjectFacts, under_root: UnderRoot, first_seq: FirstSeq
) -> list[Crossing]:
    """Return every crossing that a subject's facts make in a measure; claims in the order of their line."""
    if terms.kind == MeasureKind.TIMES:
        return [_crossing_of_fact(dated.fact.amount, dated) for dated in _dated(terms, subject_facts, under_root)]
    if terms.kind == MeasureKind.HELPED:
        line = _line(terms, subject_facts, under_root, first_seq)
        return [_crossing_of_fact(int(place == 0), dated) for place, dated in enumerate(line)]
    booked_crossings = []
    for unit_id, piece in pieces(terms, subject_facts):
        # A member may have joined before the branch was founded: the membership counts from the branch's first day on.
        since = under_root(unit_id, piece.since)
        span = piece if since == piece.since else None if since is None else _within(piece, since, None)
        if span is None or span.since > terms.last_day:
            continue
        booked_crossings.append(_crossing(1, unit_id, span.since, span, span.moved_day))
        # Past the book's last day nothing is written.
        if span.until is not None and span.until <= terms.last_day:
            booked_crossings.append(_crossing(-1, unit_id, span.until, span, ""))
    return booked_crossings


def _crossing(amount: int, unit_id: UUID, day: date, span: StateSpan, moved_day: str) -> Crossing:
    kind, source_id = span.source
    return Crossing(amount, unit_id, day, span.grade, kind, source_id, span.happened_on, span.arrived_on, moved_day)


class ClaimState(StrEnum):
    """The state of a claim, the best first.

    It holds; its own unit, or another one, had helped before; its evidence grade is too low; it is in dispute; an active member
    is not a resident; it falls in no book.
    """

    COUNTED = "counted"
    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    WAITING = "waiting"
    REFUSED = "refused"
    MEMBER = "member"
    OUTSIDE = "outside"


class _DatedFact(NamedTuple):
    """A fact that falls in a measure, with its unit and the day on which it counts."""

    fact: StatedFact
    unit_id: UUID
    day: date
    moved_day: str


def _crossing_of_fact(amount: int, dated: _DatedFact) -> Crossing:
    fact, unit_id, day, moved = dated
    kind, source_id = fact.source
    return Crossing(amount, unit_id, day, fact.grade, kind, source_id, fact.happened_on, fact.arrived_on, moved)


def _dated(terms: MeasureTerms, subject_facts: SubjectFacts, under_root: UnderRoot) -> list[_DatedFact]:
    """Return the facts that fall in a measure: of sufficient grade, in the book's days, below its root on their day."""
    facts = (
        fact for fact in subject_facts.facts.get((terms.family, terms.topic), ()) if fact.grade >= terms.least_grade
    )
    return [dated for dated in (_in_measure(terms, fact, under_root) for fact in facts) if dated is not None]


def _in_measure(terms: MeasureTerms, fact: StatedFact, under_root: UnderRoot) -> _DatedFact | None:
    """Return a fact with the day on which it counts if it falls in the measure, whatever its grade; else None."""
    if fact.unit_id is None or fact.level < terms.level:
        return None
    day, moved = open_day(happened_on=fact.happened_on, arrived_on=fact.arrived_on)
    if terms.first_day <= day <= terms.last_day and under_root(fact.unit_id, day) == day:
        return _DatedFact(fact, fact.unit_id, day, moved)
    return None


def _line(
    terms: MeasureTerms, subject_facts: SubjectFacts, under_root: UnderRoot, first_seq: FirstSeq
) -> list[_DatedFact]:
    """Return the claims of a subject in the order of their line: by the `seq` at which each was first booked, new ones last.

    The first one holds. An active member is not a resident: what was done for one on such a day makes no claim.
    """
    claims = []
    for dated in _dated(terms, subject_facts, under_root):
        if _is_member(subject_facts, dated.day):
            continue
        seq = first_seq(dated.fact.source)
        claims.append((seq is None, seq or 0, dated.fact.seq, dated))
    return [dated for *_key, dated in sorted(claims, key=lambda claim: claim[:3])]


def _is_member(subject_facts: SubjectFacts, on: date) -> bool:
    return any(
        since <= on and (until is None or on < until) for _, since, until, _ in _places(subject_facts.placements)
    )


def claim_exclusion(
    terms: MeasureTerms, subject_facts: SubjectFacts, fact: StatedFact, under_root: UnderRoot
) -> ClaimState | None:
    """Return why a claim that is not refused has no place in a measure's line; None when it has one."""
    dated = _in_measure(terms, fact, under_root)
    if dated is None:
        return ClaimState.OUTSIDE
    if _is_member(subject_facts, dated.day):
        return ClaimState.MEMBER
    return ClaimState.WAITING if fact.grade < terms.least_grade else None


def pieces(terms: MeasureTerms, subject_facts: SubjectFacts) -> list[StatePiece]:
    """Return the pieces of a state measure, cut to the book's days, in order of days."""
    if not subject_facts.placements:
        return []
    if terms.family == EXEMPT:
        spans: list[StateSpan] | None = _exempt_spans(subject_facts.suspensions, terms.topic)
        away = _suspended_days(subject_facts.suspensions, {""})
    else:
        # None: the placement itself is the state.
        spans = None if terms.family == ACTIVE else _state_spans(terms, subject_facts)
        # Exemption does not apply to the denominator itself: the numerator would keep counting.
        codes = {""} if terms.family == ACTIVE else {"", terms.code}
        away = _suspended_days(subject_facts.suspensions, codes) if subject_facts.suspensions else []
    if spans is not None and not spans:
        return []
    placed_pieces: list[StatePiece] = []
    for place, since, until, moved in _places(subject_facts.placements):
        if spans is None:
            own = StateSpan(since, until, OFFICER_GRADE, place.source, place.since, place.arrived_on, moved)
            placed_pieces.extend(StatePiece(place.unit_id, span) for span in _without(own, away))
            continue
        for span in spans:
            shared = _within(span, since, until)
            if shared is not None:
                placed_pieces.extend(StatePiece(place.unit_id, remaining) for remaining in _without(shared, away))
    return _in_book(terms, placed_pieces)


def _in_book(terms: MeasureTerms, placed_pieces: list[StatePiece]) -> list[StatePiece]:
    """Cut pieces to the book: a state entered earlier counts from the first day, and none begins after the last one."""
    inside = []
    for unit_id, span in placed_pieces:
        since = max(span.since, terms.first_day)
        if since > terms.last_day or (span.until is not None and span.until <= since):
            continue
        inside.append(StatePiece(unit_id, span if since == span.since else span._replace(since=since, moved_day="")))
    return inside


def _state_spans(terms: MeasureTerms, subject_facts: SubjectFacts) -> list[StateSpan]:
    """Return when the subject is in the state: the latest fact decides, the best one of the run so far gives the grade."""
    facts = subject_facts.facts.get((terms.family, terms.topic))
    if not facts:
        return []
    dated = sorted(
        (open_day(happened_on=fact.happened_on, arrived_on=fact.arrived_on)[0], fact.seq, fact)
        for fact in facts
        if fact.grade >= terms.least_grade
    )
    spans: list[StateSpan] = []
    begun: StateSpan | None = None
    for day, _seq, fact in dated:
        inside = fact.level >= terms.level
        if begun is not None and (not inside or fact.grade > begun.grade):
            if begun.since < day:
                spans.append(begun._replace(until=day))
            begun = None if not inside else _begin(day, fact)
        elif begun is None and inside:
            begun = _begin(day, fact)
    if begun is not None:
        spans.append(begun)
    return spans


def _begin(day: date, fact: StatedFact) -> StateSpan:
    moved = "" if day == fact.happened_on else CLOCK
    return StateSpan(day, None, fact.grade, fact.source, fact.happened_on, fact.arrived_on, moved)


def _places(placements: Sequence[PlacementSpan]) -> list[tuple[PlacementSpan, date, date | None, str]]:
    """Return where the subject is placed, without overlap: of two placements on a day the one begun later holds."""
    dated = []
    for place in placements:
        since, moved = open_day(happened_on=place.since, arrived_on=place.arrived_on)
        if place.until is None or place.until > since:
            dated.append((place, since, place.until, moved))
    if len(dated) < 2:
        return dated
    ordered: list[tuple[PlacementSpan, date, date | None, str]] = []
    for begin, end in _steps((since, until) for _place, since, until, _moved in dated):
        in_force = [placed for placed in dated if placed[1] <= begin and (placed[2] is None or placed[2] > begin)]
        if not in_force:
            continue
        place, since, _until, moved = max(in_force, key=lambda placed: (placed[1], placed[0].seq))
        if ordered and ordered[-1][0] is place and ordered[-1][2] == begin:
            ordered[-1] = (place, ordered[-1][1], end, ordered[-1][3])
        else:
            ordered.append((place, begin, end, moved if begin == since else ""))
    return ordered


def _exempt_spans(suspensions: Sequence[SuspensionSpan], code: str) -> list[StateSpan]:
    """Return the days exempt from one measure, each based on the exemption that began first."""
    own = [suspension for suspension in suspensions if suspension.code == code and code]
    spans: list[StateSpan] = []
    for begin, end in _steps((exemption.since, exemption.until) for exemption in own):
        in_force = [
            exemption
            for exemption in own
            if exemption.since <= begin and (exemption.until is None or exemption.until > begin)
        ]
        if not in_force:
            continue
        first = min(in_force, key=lambda exemption: (exemption.since, exemption.seq))
        if spans and spans[-1].source == first.source and spans[-1].until == begin:
            spans[-1] = spans[-1]._replace(until=end)
        else:
            spans.append(StateSpan(begin, end, OFFICER_GRADE, first.source, first.since, first.since, ""))
    return spans


def _steps(spans: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """Return the spans between consecutive changes, in order; the last one may be open."""
    marks: set[date] = set()
    is_open = False
    for since, until in spans:
        marks.add(since)
        if until is None:
            is_open = True
        else:
            marks.add(until)
    ends: list[date | None] = [*sorted(marks)]
    steps = [(since, until) for since, until in pairwise(ends) if since is not None]
    last = ends[-1] if ends else None
    return [*steps, (last, None)] if is_open and last is not None else steps


def _suspended_days(suspensions: Sequence[SuspensionSpan], codes: set[str]) -> list[tuple[date, date | None]]:
    """Return the union of the suspensions with these codes."""
    merged: list[tuple[date, date | None]] = []
    for since, until in sorted(
        ((suspension.since, suspension.until) for suspension in suspensions if suspension.code in codes),
        key=lambda span: span[0],
    ):
        if until is not None and until <= since:
            continue
        if merged and (merged[-1][1] is None or merged[-1][1] >= since):
            begun, ended = merged[-1]
            merged[-1] = (begun, None if ended is None or until is None else max(ended, until))
        else:
            merged.append((since, until))
    return merged


def _within(span: StateSpan, since: date, until: date | None) -> StateSpan | None:
    """Return the part of a span inside other days; None where there is none."""
    begin = max(span.since, since)
    ends = [day for day in (span.until, until) if day is not None]
    end = min(ends) if ends else None
    if end is not None and end <= begin:
        return None
    return span._replace(since=begin, until=end, moved_day=span.moved_day if begin == span.since else "")


def _without(span: StateSpan, away: Sequence[tuple[date, date | None]]) -> list[StateSpan]:
    """Return the parts of a span outside the days `away`."""
    left: list[StateSpan] = []
    begin = span.since
    for since, until in away:
        if until is not None and until <= begin:
            continue
        if span.until is not None and since >= span.until:
            break
        if since > begin:
            left.append(_part(span, begin, since))
        if until is None:
            return left
        begin = until
    if span.until is None or begin < span.until:
        left.append(_part(span, begin, span.until))
    return left


def _part(span: StateSpan, since: date, until: date | None) -> StateSpan:
    return span._replace(since=since, until=until, moved_day=span.moved_day if since == span.since else "")
