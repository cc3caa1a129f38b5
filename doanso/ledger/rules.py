"""What follows from facts: pure arithmetic of days, the same for a deed, a late book and recount.

Days in a book are half open like all spans: a piece is in from `since` and out on `until`.
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

# The ledger's own view of placements and of suspensions; the app that keeps them registers under these names.
ACTIVE = "members.active"
EXEMPT = "members.exempt"
# The grade of being placed or suspended: an officer has seen it.
SEEN = 1
CLOCK = "clock"

Topic = tuple[str, str]
Source = tuple[str, UUID]
UnderRoot = Callable[[UUID, date], date | None]
"""The first day from that day on which the unit stands under the book's root; None when it no longer does."""
Reached = Callable[[Source], int | None]
"""The `seq` at which a claim first stood in a measure's line; None when it never did."""


class Stated(NamedTuple):
    """A fact of a subject; `unit_id` is where a time was done."""

    seq: int
    level: int
    unit_id: UUID | None
    happened_on: date
    arrived_on: date
    grade: int
    source: Source


class Placed(NamedTuple):
    """Where a subject stands in a span of days."""

    seq: int
    unit_id: UUID
    since: date
    until: date | None
    arrived_on: date
    source: Source


class Suspended(NamedTuple):
    """Days in which a subject does not count, everywhere or (with a code) in one measure."""

    seq: int
    code: str
    since: date
    until: date | None
    source: Source


class Terms(NamedTuple):
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
class Record:
    """All standing facts of one subject."""

    placements: list[Placed] = field(default_factory=list)
    suspensions: list[Suspended] = field(default_factory=list)
    facts: dict[Topic, list[Stated]] = field(default_factory=dict)


class Span(NamedTuple):
    """A span of days with the grade and the record it rests on."""

    since: date
    until: date | None
    grade: int
    source: Source
    happened_on: date
    arrived_on: date
    moved_day: str


class Piece(NamedTuple):
    """A span in which a subject is in a measure, at one unit, with one grade, from one source."""

    unit_id: UUID
    span: Span


class Crossing(NamedTuple):
    """What an entry says of its subject and measure."""

    sign: int
    unit_id: UUID
    day: date
    grade: int
    source_kind: str
    source_id: UUID
    happened_on: date
    arrived_on: date
    moved_day: str


def content_hash(tag: str, said: Sequence[object]) -> str:
    """What a source said when it was first counted, to know a repetition from a contradiction: the hash to keep, scheme 2."""
    return hashlib.sha256(canonical(tag, 2, *said).encode()).hexdigest()


def is_content(kept: str, tag: str, said: Sequence[object]) -> bool:
    """Whether a kept hash, of whatever scheme, is one of what is said. Scheme 1 had neither tag nor version."""
    return kept == content_hash(tag, said) or kept == hashlib.sha256("|".join(map(str, said)).encode()).hexdigest()


def open_day(*, happened_on: date, arrived_on: date) -> tuple[date, str]:
    """The day on which something counts, and why it is not the day it happened (a clock that ran ahead).

    The one place that moves days: entries, states and placements all ask it.
    """
    if happened_on > arrived_on:
        return arrived_on, CLOCK
    return happened_on, ""


def crossings(terms: Terms, record: Record, under_root: UnderRoot, reached: Reached) -> list[Crossing]:
    """Every booking that a subject's facts make in a measure; claims in the order of their line."""
    if terms.kind == MeasureKind.TIMES:
        return [_done(1, one) for one in _dated(terms, record, under_root)]
    if terms.kind == MeasureKind.HELPED:
        return [_done(int(place == 0), one) for place, one in enumerate(_line(terms, record, under_root, reached))]
    found = []
    for unit_id, piece in pieces(terms, record):
        # A member may have joined before the branch was founded: the stay counts from the day there is a branch.
        since = under_root(unit_id, piece.since)
        span = piece if since == piece.since else None if since is None else _within(piece, since, None)
        if span is None or span.since > terms.last_day:
            continue
        found.append(_crossing(1, unit_id, span.since, span, span.moved_day))
        # Past the book's last day nothing is written.
        if span.until is not None and span.until <= terms.last_day:
            found.append(_crossing(-1, unit_id, span.until, span, ""))
    return found


def _crossing(sign: int, unit_id: UUID, day: date, span: Span, moved_day: str) -> Crossing:
    kind, source_id = span.source
    return Crossing(sign, unit_id, day, span.grade, kind, source_id, span.happened_on, span.arrived_on, moved_day)


class ClaimState(StrEnum):
    """How a claim stands, the best first: it holds; its unit or another one had helped before; its evidence is too weak;
    it is in dispute; an active member is no resident; it falls in no book."""

    COUNTED = "counted"
    AGAIN = "again"
    ELSEWHERE = "elsewhere"
    WAITING = "waiting"
    REFUSED = "refused"
    MEMBER = "member"
    OUTSIDE = "outside"


class _Dated(NamedTuple):
    """Something done that falls in a measure, with its unit and the day on which it counts."""

    fact: Stated
    unit_id: UUID
    day: date
    moved_day: str


def _done(sign: int, one: _Dated) -> Crossing:
    fact, unit_id, day, moved = one
    kind, source_id = fact.source
    return Crossing(sign, unit_id, day, fact.grade, kind, source_id, fact.happened_on, fact.arrived_on, moved)


def _dated(terms: Terms, record: Record, under_root: UnderRoot) -> list[_Dated]:
    """What was done and falls in a measure: good enough, in the book's days, below its root on its day."""
    facts = (one for one in record.facts.get((terms.family, terms.topic), ()) if one.grade >= terms.least_grade)
    return [one for one in (_in_measure(terms, fact, under_root) for fact in facts) if one is not None]


def _in_measure(terms: Terms, fact: Stated, under_root: UnderRoot) -> _Dated | None:
    """What was done with the day on which it counts, when it falls in the measure, however weak its evidence."""
    if fact.unit_id is None or fact.level < terms.level:
        return None
    day, moved = open_day(happened_on=fact.happened_on, arrived_on=fact.arrived_on)
    if terms.first_day <= day <= terms.last_day and under_root(fact.unit_id, day) == day:
        return _Dated(fact, fact.unit_id, day, moved)
    return None


def _line(terms: Terms, record: Record, under_root: UnderRoot, reached: Reached) -> list[_Dated]:
    """The claims of a subject as they stand in line: by the `seq` at which each first stood there, new ones behind.

    The first holds. An active member is no resident: what was done for one on such a day claims nothing.
    """
    waiting = []
    for one in _dated(terms, record, under_root):
        if _is_member(record, one.day):
            continue
        seq = reached(one.fact.source)
        waiting.append((seq is None, seq or 0, one.fact.seq, one))
    return [one for *_key, one in sorted(waiting, key=lambda claim: claim[:3])]


def _is_member(record: Record, on: date) -> bool:
    return any(since <= on and (until is None or on < until) for _, since, until, _ in _places(record.placements))


def out_of_line(terms: Terms, record: Record, fact: Stated, under_root: UnderRoot) -> ClaimState | None:
    """Why a claim that is not refused has no place in a measure's line; None when it has one."""
    one = _in_measure(terms, fact, under_root)
    if one is None:
        return ClaimState.OUTSIDE
    if _is_member(record, one.day):
        return ClaimState.MEMBER
    return ClaimState.WAITING if fact.grade < terms.least_grade else None


def pieces(terms: Terms, record: Record) -> list[Piece]:
    """The pieces of a state measure, cut to the book's days, in order of days."""
    if not record.placements:
        return []
    if terms.family == EXEMPT:
        spans: list[Span] | None = _exempt_spans(record.suspensions, terms.topic)
        away = _suspended_days(record.suspensions, {""})
    else:
        # None: the state is being placed itself.
        spans = None if terms.family == ACTIVE else _state_spans(terms, record)
        # From the denominator itself nobody is exempt: that would leave the numerator behind.
        codes = {""} if terms.family == ACTIVE else {"", terms.code}
        away = _suspended_days(record.suspensions, codes) if record.suspensions else []
    if spans is not None and not spans:
        return []
    found: list[Piece] = []
    for place, since, until, moved in _places(record.placements):
        if spans is None:
            own = Span(since, until, SEEN, place.source, place.since, place.arrived_on, moved)
            found.extend(Piece(place.unit_id, span) for span in _without(own, away))
            continue
        for span in spans:
            shared = _within(span, since, until)
            if shared is not None:
                found.extend(Piece(place.unit_id, left) for left in _without(shared, away))
    return _in_book(terms, found)


def _in_book(terms: Terms, found: list[Piece]) -> list[Piece]:
    """A state entered earlier stands from the first day; none begins after the last one."""
    cut = []
    for unit_id, span in found:
        since = max(span.since, terms.first_day)
        if since > terms.last_day or (span.until is not None and span.until <= since):
            continue
        cut.append(Piece(unit_id, span if since == span.since else span._replace(since=since, moved_day="")))
    return cut


def _state_spans(terms: Terms, record: Record) -> list[Span]:
    """When the subject is in the state: the latest fact decides, the best one of the run so far gives the grade."""
    facts = record.facts.get((terms.family, terms.topic))
    if not facts:
        return []
    dated = sorted(
        (open_day(happened_on=fact.happened_on, arrived_on=fact.arrived_on)[0], fact.seq, fact)
        for fact in facts
        if fact.grade >= terms.least_grade
    )
    spans: list[Span] = []
    begun: Span | None = None
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


def _begin(day: date, fact: Stated) -> Span:
    moved = "" if day == fact.happened_on else CLOCK
    return Span(day, None, fact.grade, fact.source, fact.happened_on, fact.arrived_on, moved)


def _places(placements: Sequence[Placed]) -> list[tuple[Placed, date, date | None, str]]:
    """Where the subject stands, without overlap: on a day that two placements claim, the one begun later holds."""
    dated = []
    for place in placements:
        since, moved = open_day(happened_on=place.since, arrived_on=place.arrived_on)
        if place.until is None or place.until > since:
            dated.append((place, since, place.until, moved))
    if len(dated) < 2:
        return dated
    found: list[tuple[Placed, date, date | None, str]] = []
    for begin, end in _steps((since, until) for _place, since, until, _moved in dated):
        standing = [one for one in dated if one[1] <= begin and (one[2] is None or one[2] > begin)]
        if not standing:
            continue
        place, since, _until, moved = max(standing, key=lambda one: (one[1], one[0].seq))
        if found and found[-1][0] is place and found[-1][2] == begin:
            found[-1] = (place, found[-1][1], end, found[-1][3])
        else:
            found.append((place, begin, end, moved if begin == since else ""))
    return found


def _exempt_spans(suspensions: Sequence[Suspended], code: str) -> list[Span]:
    """Days out of one measure, each resting on the exemption that began first."""
    own = [one for one in suspensions if one.code == code and code]
    found: list[Span] = []
    for begin, end in _steps((one.since, one.until) for one in own):
        standing = [one for one in own if one.since <= begin and (one.until is None or one.until > begin)]
        if not standing:
            continue
        first = min(standing, key=lambda one: (one.since, one.seq))
        if found and found[-1].source == first.source and found[-1].until == begin:
            found[-1] = found[-1]._replace(until=end)
        else:
            found.append(Span(begin, end, SEEN, first.source, first.since, first.since, ""))
    return found


def _steps(spans: Iterable[tuple[date, date | None]]) -> list[tuple[date, date | None]]:
    """The days between two changes, in order; the last step may be open."""
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


def _suspended_days(suspensions: Sequence[Suspended], codes: set[str]) -> list[tuple[date, date | None]]:
    """The union of the suspensions with these codes."""
    found: list[tuple[date, date | None]] = []
    for since, until in sorted(
        ((one.since, one.until) for one in suspensions if one.code in codes), key=lambda span: span[0]
    ):
        if until is not None and until <= since:
            continue
        if found and (found[-1][1] is None or found[-1][1] >= since):
            begun, ended = found[-1]
            found[-1] = (begun, None if ended is None or until is None else max(ended, until))
        else:
            found.append((since, until))
    return found


def _within(span: Span, since: date, until: date | None) -> Span | None:
    """The part of a span inside other days."""
    begin = max(span.since, since)
    ends = [day for day in (span.until, until) if day is not None]
    end = min(ends) if ends else None
    if end is not None and end <= begin:
        return None
    return span._replace(since=begin, until=end, moved_day=span.moved_day if begin == span.since else "")


def _without(span: Span, away: Sequence[tuple[date, date | None]]) -> list[Span]:
    """A span less other days."""
    left: list[Span] = []
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


def _part(span: Span, since: date, until: date | None) -> Span:
    return span._replace(since=since, until=until, moved_day=span.moved_day if since == span.since else "")
