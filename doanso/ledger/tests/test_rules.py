"""The arithmetic of pieces against the same rules read day by day."""

from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.ledger import rules
from doanso.ledger.models import MeasureKind
from doanso.ledger.rules import MeasureTerms, PlacementSpan, StatedFact, SubjectFacts, SuspensionSpan

ZERO = date(2023, 1, 1)
FIRST, LAST = ZERO + timedelta(days=10), ZERO + timedelta(days=30)
EVERY_DAY = [ZERO + timedelta(days=number) for number in range(-2, 45)]
UNITS = [UUID(int=number) for number in range(3)]
STATE = MeasureTerms("vneid", MeasureKind.STATE, "state", "vneid", 2, 1, FIRST, LAST)
TIMES = MeasureTerms("visits", MeasureKind.TIMES, "state", "vneid", 2, 1, FIRST, LAST)
ACTIVE = MeasureTerms("members", MeasureKind.STATE, rules.ACTIVE, "", 0, 0, FIRST, LAST)
EXEMPT = MeasureTerms("vneid-exempt", MeasureKind.STATE, rules.EXEMPT, "vneid", 0, 0, FIRST, LAST)

days = st.integers(0, 40).map(lambda number: ZERO + timedelta(days=number))
lengths = st.one_of(st.none(), st.integers(0, 25))


def until(since, length):
    return None if length is None else since + timedelta(days=length)


@st.composite
def all_facts(draw):
    """One subject's dated facts, overlapping as they like."""
    record = SubjectFacts()
    for seq in range(draw(st.integers(0, 3))):
        since = draw(days)
        record.placements.append(
            PlacementSpan(
                seq,
                draw(st.sampled_from(UNITS)),
                since,
                until(since, draw(lengths)),
                draw(days),
                ("stay", UUID(int=seq)),
            )
        )
    for seq in range(draw(st.integers(0, 4))):
        since = draw(days)
        code = draw(st.sampled_from(["", "vneid", "other"]))
        record.suspensions.append(
            SuspensionSpan(seq, code, since, until(since, draw(lengths)), ("leave", UUID(int=100 + seq)))
        )
    facts = [
        StatedFact(
            seq,
            draw(st.integers(0, 3)),
            draw(st.sampled_from([None, *UNITS])),
            draw(days),
            draw(days),
            draw(st.integers(0, 4)),
            ("usage", UUID(int=200 + seq)),
        )
        for seq in range(draw(st.integers(0, 5)))
    ]
    if facts:
        record.facts["state", "vneid"] = facts
    return record


def covers(since, end, day):
    return since <= day and (end is None or day < end)


def place_on(record, day):
    """Where the subject stands on a day: the placement begun last, its beginning never after its arrival."""
    posted = [
        (min(placement.since, placement.arrived_on), placement.seq, placement)
        for placement in record.placements
        if covers(min(placement.since, placement.arrived_on), placement.until, day)
    ]
    return max(posted)[2] if posted else None


def suspended_on(record, day, codes):
    return any(
        suspension.code in codes and covers(suspension.since, suspension.until, day)
        for suspension in record.suspensions
    )


def state_on(record, day):
    """The grade in force on a day, None when not in the state."""
    best = None
    dated = sorted(
        (min(fact.happened_on, fact.arrived_on), fact.seq, fact) for fact in record.facts.get(("state", "vneid"), [])
    )
    for fact_day, _seq, fact in dated:
        if fact_day > day or fact.grade < 1:
            continue
        best = max(best or 0, fact.grade) if fact.level >= 2 else None
    return best


def expected(terms, record, day):
    """(unit, grade) in which the subject is counted on a day, read straight from the rules."""
    place = place_on(record, day)
    if place is None or not FIRST <= day <= LAST:
        return None
    if terms is EXEMPT:
        counted = suspended_on(record, day, {"vneid"}) and not suspended_on(record, day, {""})
        return (place.unit_id, 1) if counted else None
    if suspended_on(record, day, {"", terms.code}):
        return None
    grade = 1 if terms is ACTIVE else state_on(record, day)
    return None if grade is None else (place.unit_id, grade)


def never(_source):
    """No claim has stood in a line yet."""


def always(_unit, day):
    return day


@pytest.mark.parametrize("terms", [STATE, ACTIVE, EXEMPT], ids=["state", "active", "exempt"])
@given(record=all_facts())
def test_pieces_are_what_each_day_by_itself_says(terms, record):
    pieces = rules.pieces(terms, record)
    for day in [candidate for candidate in EVERY_DAY if candidate <= LAST]:
        covering = [piece for piece in pieces if covers(piece.span.since, piece.span.until, day)]
        assert [(piece.unit_id, piece.span.grade) for piece in covering] == (
            [expected(terms, record, day)] if expected(terms, record, day) else []
        )


@pytest.mark.parametrize("terms", [STATE, ACTIVE, EXEMPT], ids=["state", "active", "exempt"])
@given(record=all_facts())
def test_crossings_up_to_a_day_are_the_figure_of_that_day(terms, record):
    crossings = rules.crossings(terms, record, always, never)
    for day in [candidate for candidate in EVERY_DAY if candidate <= LAST]:
        sums = {}
        for crossing in crossings:
            if crossing.day <= day:
                sums[crossing.unit_id, crossing.grade] = (
                    sums.get((crossing.unit_id, crossing.grade), 0) + crossing.amount
                )
        posted = {key: number for key, number in sums.items() if number}
        wanted = expected(terms, record, day)
        assert posted == ({wanted: 1} if wanted else {})


@pytest.mark.parametrize("terms", [STATE, TIMES, ACTIVE, EXEMPT], ids=["state", "times", "active", "exempt"])
@given(record=all_facts())
def test_nothing_is_booked_outside_the_books_days_nor_twice(terms, record):
    crossings = rules.crossings(terms, record, always, never)
    assert all(FIRST <= crossing.day <= LAST for crossing in crossings)
    assert len(set(crossings)) == len(crossings)


@given(record=all_facts())
def test_only_seq_orders_facts_not_the_order_they_are_read_in(record):
    turned = SubjectFacts(
        record.placements[::-1], record.suspensions[::-1], {key: facts[::-1] for key, facts in record.facts.items()}
    )
    for terms in (STATE, TIMES, ACTIVE, EXEMPT):
        assert sorted(rules.crossings(terms, turned, always, never)) == sorted(
            rules.crossings(terms, record, always, never)
        )


@given(record=all_facts())
def test_a_time_counts_once_on_its_day(record):
    wanted = [
        (fact.unit_id, min(fact.happened_on, fact.arrived_on), fact.grade)
        for fact in record.facts.get(("state", "vneid"), [])
        if fact.unit_id is not None
        and fact.grade >= 1
        and fact.level >= 2
        and FIRST <= min(fact.happened_on, fact.arrived_on) <= LAST
    ]
    booked = [
        (crossing.unit_id, crossing.day, crossing.grade) for crossing in rules.crossings(TIMES, record, always, never)
    ]
    assert sorted(booked) == sorted(wanted)


@pytest.mark.parametrize(
    ("happened", "arrived", "day", "moved"),
    [
        (date(2023, 5, 1), date(2023, 5, 3), date(2023, 5, 1), ""),
        (date(2023, 5, 3), date(2023, 5, 3), date(2023, 5, 3), ""),
        (date(2023, 5, 4), date(2023, 5, 3), date(2023, 5, 3), "clock"),
    ],
)
def test_the_day_something_counts(happened, arrived, day, moved):
    assert rules.open_day(happened_on=happened, arrived_on=arrived) == (day, moved)
