"""Very many short histories of facts, merges and closings, settled in memory by the ledger's own arithmetic."""

import random
from collections import defaultdict
from datetime import date, timedelta
from uuid import UUID

import pytest

from doanso.ledger import posting, rules
from doanso.ledger.closing import ClosedDays
from doanso.ledger.locking import OpenMeasure, PostedEntries
from doanso.ledger.models import MeasureKind
from doanso.ledger.rules import MeasureTerms, PlacementSpan, StatedFact, SubjectFacts, SuspensionSpan

FIRST, LAST = date(2023, 1, 1), date(2023, 3, 31)
ARRIVED = date(2023, 6, 1)
MONTH_ENDS = [*[date(2023, 1, 31)] * 6, *[date(2023, 2, 28)] * 3, LAST]
BOOK, CITY, WARD_4, WARD_5, *BRANCHES = (UUID(int=number) for number in range(1, 8))
ABOVE = {
    CITY: [CITY],
    WARD_4: [WARD_4, CITY],
    WARD_5: [WARD_5, CITY],
    BRANCHES[0]: [BRANCHES[0], WARD_4, CITY],
    BRANCHES[1]: [BRANCHES[1], WARD_4, CITY],
    BRANCHES[2]: [BRANCHES[2], WARD_5, CITY],
}
STATE, HELPED = ("usage", "vneid"), ("helps", "portal")
MEASURES = [
    MeasureTerms("members", MeasureKind.STATE, rules.ACTIVE, "", 0, 0, FIRST, LAST),
    MeasureTerms("vneid", MeasureKind.STATE, *STATE, 2, 1, FIRST, LAST),
    MeasureTerms("exempt", MeasureKind.STATE, rules.EXEMPT, "vneid", 0, 0, FIRST, LAST),
    MeasureTerms("residents", MeasureKind.HELPED, *HELPED, 0, 1, FIRST, LAST),
]
PEOPLE = [1, 2]


class OldTree:
    """Every unit has always stood below the city."""

    def under(self, root):
        return lambda unit, day: day


class History:
    """Facts of two people, changed action by action, and the entries that each action posts."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.facts = {person: SubjectFacts() for person in PEOPLE}
        self.groups = [(1,), (2,)]
        self.closed = {}
        self.entries = []
        self.seq = 0
        self.performed = []

    def play(self):
        often = self.random.sample([self.place, self.move, self.end, self.lose, self.state, self.help, self.suspend], 4)
        seldom = [self.regrade, self.merge]
        for _ in range(self.random.randint(6, 14)):
            action = self.random.choice([*often, *often, self.place, self.close, *seldom])
            self.performed.append((action.__name__, action()))
            self.settle()

    # --- Actions -------------------------------------------------------------------------------------------------------

    def _next(self):
        self.seq += 1
        return self.seq

    def _day(self):
        return date(2022, 12, 29) + timedelta(days=self.random.randrange(45))

    def _who(self):
        return self.random.choice([1, 1, 1, 2])

    def _source(self, kind):
        return kind, UUID(int=1000 + self._next())

    def place(self):
        person, unit, since = self._who(), self.random.choice(BRANCHES), self._day()
        self.facts[person].placements.append(
            PlacementSpan(self._next(), unit, since, None, ARRIVED, self._source("stay"))
        )
        return person, unit.int, since

    def _all_rows(self):
        """Return every stored row, each with the list that holds it."""
        return [
            (rows, row)
            for record in self.facts.values()
            for rows in (record.placements, record.suspensions, *record.facts.values())
            for row in rows
        ]

    def _some(self, *kinds):
        choices = [(rows, row) for rows, row in self._all_rows() if isinstance(row, kinds)]
        return self.random.choice(choices) if choices else (None, None)

    def end(self):
        rows, stay = self._some(PlacementSpan)
        if stay is not None:
            until = max(self._day(), stay.since)
            rows[rows.index(stay)] = stay._replace(until=until)
            return stay.source[1].int, until
        return None

    def move(self):
        ended = self.end()
        if ended is not None:
            source, since = ended
            [rows] = [rows for rows, row in self._all_rows() if row.source[1].int == source]
            unit = self.random.choice(BRANCHES)
            rows.append(PlacementSpan(self._next(), unit, since, None, ARRIVED, self._source("stay")))
            return source, unit.int, since
        return None

    def lose(self):
        rows, row = self._some(PlacementSpan, SuspensionSpan, StatedFact)
        if row is not None:
            rows.remove(row)
        return row and row.source[1].int

    def _state(self, topic, level, unit):
        person, on, grade = self._who(), self._day(), self.random.choice([0, 1, 1, 2])
        fact = StatedFact(self._next(), level, unit, on, ARRIVED, grade, self._source(topic[0]))
        self.facts[person].facts.setdefault(topic, []).append(fact)
        return person, unit and unit.int, on, level, grade

    def state(self):
        return self._state(STATE, self.random.choice([1, 2, 2]), None)

    def help(self):
        return self._state(HELPED, 0, self.random.choice(BRANCHES))

    def suspend(self):
        person, since, code = self._who(), self._day(), self.random.choice(["", "vneid"])
        until = self.random.choice([None, since + timedelta(days=self.random.randint(1, 40))])
        self.facts[person].suspensions.append(SuspensionSpan(self._next(), code, since, until, self._source("leave")))
        return person, since, until, code

    def regrade(self):
        rows, fact = self._some(StatedFact)
        if fact is not None:
            grade = self.random.randrange(3)
            rows[rows.index(fact)] = fact._replace(grade=grade)
            return fact.source[1].int, grade
        return None

    def merge(self):
        self.groups = [(1,), (2,)] if len(self.groups) == 1 else [(1, 2)]
        return self.groups

    def close(self):
        unit = self.random.choice([*BRANCHES, *BRANCHES, WARD_4, WARD_5, CITY])
        last_day = self.random.choice(MONTH_ENDS)
        self.closed[unit] = max(last_day, self.closed.get(unit, last_day))
        return unit.int, last_day

    # --- The ledger ---------------------------------------------------------------------------------------------------

    def closed_until(self, unit):
        return max(
            (self.closed[unit_above] for unit_above in ABOVE[unit] if unit_above in self.closed), default=date.min
        )

    def _changes(self):
        last = max(self.closed.values(), default=None)
        measures = [OpenMeasure(number, BOOK, CITY, last, terms) for number, terms in enumerate(MEASURES)]
        return posting.plan_postings(
            measures, self.groups, self.facts, PostedEntries.of_rows(self.entries, measures), OldTree()
        )

    def _to_book(self):
        days = ClosedDays({(BOOK, unit): self.closed_until(unit) for unit in ABOVE})
        return [
            row
            for together in posting.group_plans(self._changes())
            for row in posting.entries_on_open_days(together, days)
        ]

    def settle(self):
        for _book, measure, subject, unit, day, grade, kind, source, happened, arrived, moved, *rest in self._to_book():
            amount, takes_back, late_from = rest
            assert day > self.closed_until(unit)
            content = (amount, unit, day, grade, kind, source, happened, arrived, moved)
            self.entries.append((self._next(), takes_back, subject, measure, late_from, *content))

    # --- What holds ---------------------------------------------------------------------------------------------------

    def check(self):
        """At the end of every day: who counts, and where; from the first day that nobody has closed, as the facts say."""
        assert self._to_book() == []
        changes = self._changes()
        wanted = [
            (crossing.day, crossing.amount, subject, plan.measure.id, crossing.unit_id)
            for plan in changes
            for subject, crossing in plan.wanted
        ]
        read_posted = [(row[7], row[5], row[2], row[3], row[6]) for row in self.entries]
        no_day_left = any(plan.postings for plan in changes)
        last = max(self.closed.values(), default=FIRST)
        for day in sorted({entry[0] for entry in read_posted}):
            posted = self._sum(read_posted, day)
            self._nobody_twice(posted)
            if day > last and not no_day_left:
                assert posted == self._sum(wanted, day)

    def _sum(self, rows, on):
        sums = defaultdict(int)
        for day, amount, *key in rows:
            if day <= on:
                sums[tuple(key)] += amount
        return {key: number for key, number in sums.items() if number}

    def _nobody_twice(self, posted):
        assert set(posted.values()) <= {1}
        counted = [(subject, measure) for subject, measure, _unit in posted]
        assert len(counted) == len(set(counted))
        members, vneid, exempt, _residents = range(len(MEASURES))
        for subject, measure, unit in posted:
            # Whoever is in the numerator, or exempt from it, is in the denominator of the same unit, and never both.
            if measure in {vneid, exempt}:
                assert (subject, members, unit) in posted
            if measure == vneid:
                assert (subject, exempt, unit) not in posted


def play(seeds):
    for seed in seeds:
        history = History(seed)
        try:
            history.play()
            history.check()
        except AssertionError as wrong:
            raise AssertionError(f"History {seed}: {history.performed}") from wrong


def test_on_no_day_does_anybody_count_twice_or_without_the_whole():
    play(range(2000))


@pytest.mark.long
@pytest.mark.if_changed("ci")
@pytest.mark.sqlite_only
def test_on_no_day_does_anybody_count_twice_or_without_the_whole_for_long():
    play(range(60_000))
