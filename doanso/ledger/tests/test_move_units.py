"""Units under another parent, ended ones, and all of that taken back: figures follow the tree of every day."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from doanso.ledger import actions, unit_moves
from doanso.ledger.models import Entry, MeasureKind, Total
from doanso.ledger.queries import children_figures, figures, figures_by_week, record_count
from doanso.ledger.recount import recount
from doanso.ledger.tests.conftest import FIRST, LAST, MEASURES
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.testing import taken_back
from doanso.units.actions import Journal, end_unit, found_unit, relink, take_back
from doanso.units.models import Unit, UnitLink, UnitPath
from tools.selection import examples

CODES = ["members", "vneid-members", "vneid-members-exempt", "visits"]
MOVED = date(2023, 6, 1)


def differences():
    return [str(difference) for difference in recount()]


def move(unit, parent, on):
    journal = Journal()
    with transaction.atomic(), unit_moves.moving_units(unit_ids=[unit.pk], since=on):
        relink(journal=journal, units=[unit], parent=parent, since=on)
    return journal.steps


def undo(unit, steps, on):
    with transaction.atomic(), unit_moves.moving_units(unit_ids=[unit.pk], since=on):
        take_back(steps=steps)


def totals():
    rows = Total.objects.order_by("unit__code", "measure__code", "day")
    return [
        row
        for row in rows.values_list("unit__code", "measure__code", "day", "g0", "g1", "g2", "g3", "g4")
        if any(row[3:])
    ]


@pytest.fixture
def busy(tree, book, owners):
    """Two members of ward 4, one using the service, with a visit before and one after the day of the move."""
    branch = tree.units["p4-kp1"]
    for number in range(2):
        person = uuid7()
        owners.place(person, branch, date(2022, 5, 1))
        if number:
            owners.state(person, date(2023, 3, 1))
    owners.visit(uuid7(), branch, date(2023, 5, 31))
    owners.visit(uuid7(), branch, MOVED)
    return branch


@pytest.mark.parametrize("folded", [False, True])
def test_a_state_follows_its_unit_and_times_stay_where_they_were_done(tree, busy, book, shown, folded):
    if folded:
        actions.fold()
    move(busy, tree.units["p5"], MOVED)
    assert shown(book, "members", MOVED - timedelta(days=1)) == {"p4-kp1": 2, "p4": 2, "my-tho": 2}
    assert shown(book, "members", MOVED) == {"p4-kp1": 2, "p5": 2, "my-tho": 2}
    assert shown(book, "vneid-members", MOVED) == {"p4-kp1": 1, "p5": 1, "my-tho": 1}
    assert shown(book, "visits") == {"p4-kp1": 2, "p4": 1, "p5": 1, "my-tho": 2}
    assert differences() == []


def test_a_move_taken_back_leaves_totals_as_they_were(tree, busy):
    actions.fold()
    before, paths = totals(), set(UnitPath.objects.values_list("ancestor", "unit", "depth", "since", "until"))
    steps = move(busy, tree.units["p5"], MOVED)
    undo(busy, steps, MOVED)
    assert totals() == before
    assert set(UnitPath.objects.values_list("ancestor", "unit", "depth", "since", "until")) == paths
    assert differences() == []


def test_what_arrives_late_counts_for_whoever_was_above_on_its_day(tree, busy, book, owners, shown):
    actions.fold()
    move(busy, tree.units["p5"], MOVED)
    owners.visit(uuid7(), busy, date(2023, 2, 1))
    owners.place(uuid7(), busy, date(2023, 4, 1))
    assert shown(book, "visits") == {"p4-kp1": 3, "p4": 2, "p5": 1, "my-tho": 3}
    assert shown(book, "members", date(2023, 4, 1)) == {"p4-kp1": 3, "p4": 3, "my-tho": 3}
    assert shown(book, "members", MOVED) == {"p4-kp1": 3, "p5": 3, "my-tho": 3}
    assert differences() == []


def test_who_comes_under_a_books_root_is_booked_there_from_that_day(tree, busy, owners, shown):
    ward5 = actions.open_book(code="p5-2023", root=tree.units["p5"], first_day=FIRST, last_day=LAST, measures=MEASURES)
    ward4 = actions.open_book(code="p4-2023", root=tree.units["p4"], first_day=FIRST, last_day=LAST, measures=MEASURES)
    actions.fold()
    before, read_posted = totals(), shown(ward4, "visits")
    steps = move(busy, tree.units["p5"], MOVED)
    assert shown(ward5, "members", MOVED - timedelta(days=1)) == {}
    assert shown(ward5, "members", MOVED)["p5"] == 2
    assert shown(ward5, "visits")["p5"] == 1
    assert shown(ward4, "members", MOVED).get("p4", 0) == 0
    assert shown(ward4, "visits")["p4"] == 1
    assert differences() == []
    undo(busy, steps, MOVED)
    assert shown(ward4, "visits") == read_posted
    assert differences() == []
    actions.fold()
    assert totals() == before


def test_a_book_that_ended_before_knows_nothing_of_a_move(tree, busy, book, shown):
    actions.fold()
    before = totals()
    after = LAST + timedelta(days=200)
    move(busy, tree.units["p5"], after)
    assert totals() == before
    assert shown(book, "members", after) == {"p4-kp1": 2, "p4": 2, "my-tho": 2}
    assert differences() == []


def test_a_unit_that_still_counts_does_not_end(tree, busy, book):
    with (
        pytest.raises(Refused, match="còn số liệu") as refused,
        transaction.atomic(),
        unit_moves.moving_units(unit_ids=[busy.pk], since=MOVED),
    ):
        end_unit(journal=Journal(), unit=busy, on=MOVED, successor=None)
    assert refused.value.problem.code == "unit-still-counts"
    Unit.objects.get(pk=busy.pk, until=None)


def test_an_emptied_unit_ends_with_its_figures_as_they_were(tree, book, owners, shown):
    branch = tree.units["p4-kp1"]
    stay = owners.place(uuid7(), branch, date(2022, 5, 1))
    owners.visit(uuid7(), branch, date(2023, 5, 31))
    actions.fold()
    owners.move(stay, tree.units["p4-kp2"], MOVED)
    journal = Journal()
    with transaction.atomic(), unit_moves.moving_units(unit_ids=[branch.pk], since=MOVED):
        end_unit(journal=journal, unit=branch, on=MOVED, successor=tree.units["p4-kp2"])
    assert shown(book, "members", MOVED - timedelta(days=1)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert shown(book, "members", MOVED) == {"p4-kp2": 1, "p4": 1, "my-tho": 1}
    assert shown(book, "visits") == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert differences() == []
    undo(branch, journal.steps, MOVED)
    assert differences() == []


def test_what_came_late_of_an_ended_unit_stays_once_its_end_is_taken_back(tree, book, owners, shown):
    branch = tree.units["p4-kp1"]
    journal = Journal()
    with transaction.atomic(), unit_moves.moving_units(unit_ids=[branch.pk], since=MOVED):
        end_unit(journal=journal, unit=branch, on=MOVED, successor=None)
    owners.place(uuid7(), branch, date(2023, 4, 1))
    actions.fold()
    assert shown(book, "members", MOVED - timedelta(days=1)) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert shown(book, "members", MOVED) == {}
    assert differences() == []
    undo(branch, journal.steps, MOVED)
    assert shown(book, "members", MOVED) == {"p4-kp1": 1, "p4": 1, "my-tho": 1}
    assert differences() == []


# --- Any tree, any order ----------------------------------------------------------------------------------------------

days = st.integers(0, 380)
picks = st.integers(0, 30)
words = st.one_of(
    st.tuples(st.just("place"), picks, days),
    st.tuples(st.just("leave"), picks, picks, days),
    st.tuples(st.just("state"), picks, days, st.integers(0, 4)),
    st.tuples(st.just("visit"), picks, days),
    st.tuples(st.just("help"), picks, picks, days),
    st.tuples(st.just("suspend"), picks, days, st.integers(1, 60)),
    st.tuples(st.just("relink"), picks, picks, days),
    st.tuples(st.just("relink"), picks, picks, days),
    st.tuples(st.just("found"), picks, days),
    st.tuples(st.just("end"), picks, days),
    st.tuples(st.just("undo")),
    st.tuples(st.just("fold"), st.integers(1, 9)),
)


@pytest.mark.parametrize("what", ["visit", "help"])
def test_nothing_is_counted_for_a_unit_from_its_end_on(book, owners, what):
    """The unit was chosen before the gate, and ended while its action waited there: no figure would contain what it counts."""
    unit = Unit.objects.get(code="p4-kp2")
    with unit_moves.moving_units(unit_ids=[unit.pk], since=MOVED):
        end_unit(journal=Journal(), unit=unit, on=MOVED, successor=None)
    with pytest.raises(Refused, match="unit-ended"), transaction.atomic():
        getattr(owners, what)(uuid7(), unit, MOVED)
    getattr(owners, what)(uuid7(), unit, MOVED - timedelta(days=1))
    assert differences() == []


def day(number):
    return date(2022, 12, 20) + timedelta(days=number)


class World:
    """Does what the words say, and says by itself what every figure is: day by day, up the links."""

    def __init__(self, tree, owners, books):
        self.owners, self.books = owners, books
        self.units = [unit for code, unit in tree.units.items() if code != "my-tho"]
        self.people = [uuid7() for _ in range(5)]
        self.stays, self.done = [], []

    def do(self, name, *steps):
        if name == "fold":
            # In no transaction but its own.
            self._fold(*steps)
            return
        try:
            with transaction.atomic():
                getattr(self, f"_{name}")(*steps)
        except Refused:
            pass

    def _unit(self, pick):
        return Unit.objects.get(pk=self.units[pick % len(self.units)].pk)

    def _place(self, pick, on):
        self.stays.append(self.owners.place(self.people[pick % 5], self._unit(pick), day(on)))

    def _leave(self, pick, to, on):
        if self.stays:
            stay = self.stays.pop(pick % len(self.stays))
            on = max(day(on), self.owners.stays.rows[stay].since)
            moved = self.owners.move(stay, self._unit(to) if to % 3 else None, on)
            self.stays += [moved] if moved else []

    def _state(self, pick, on, grade):
        self.owners.state(self.people[pick % 5], day(on), level=1 + pick % 2, grade=grade)

    def _visit(self, pick, on):
        self.owners.visit(self.people[pick % 5], self._unit(pick), day(on))

    def _help(self, pick, to, on):
        self.owners.help(self.people[pick % 5], self._unit(to), day(on))

    def _suspend(self, pick, on, length):
        self.owners.suspend(self.people[pick % 5], day(on), day(on + length), code="vneid-members" if pick % 2 else "")

    def _relink(self, pick, to, on):
        unit = self._unit(pick)
        self.done.append((unit, move(unit, self._unit(to), day(on)), day(on)))

    def _found(self, pick, on):
        journal = Journal()
        unit = found_unit(
            journal=journal,
            code=f"new-{len(self.units)}",
            kind="branch",
            name="Mới",
            short_name="Mới",
            parent=self._unit(pick),
            since=day(on),
        )
        self.units.append(unit)

    def _end(self, pick, on):
        unit = self._unit(pick)
        journal = Journal()
        with unit_moves.moving_units(unit_ids=[unit.pk], since=day(on)):
            end_unit(journal=journal, unit=unit, on=day(on), successor=None)
        self.done.append((unit, journal.steps, day(on)))

    def _undo(self):
        if self.done:
            unit, steps, on = self.done[-1]
            undo(unit, steps, on)
            self.done.pop()

    def _fold(self, page):
        actions.fold(page=page)

    def check(self):
        assert differences() == []
        days = [FIRST, MOVED, LAST, *(on + timedelta(days=step) for *_what, on in self.done for step in (-1, 0, 1))]
        units = dict(Unit.objects.values_list("code", "id"))
        links = list(UnitLink.objects.values_list("unit_id", "parent_id", "since", "until"))
        lives = {pk: span for pk, *span in Unit.objects.values_list("id", "since", "until")}
        for book in self.books:
            for on in days:
                expected = self._expected(book, on, links, lives)
                counts = figures(book=book, unit_ids=list(units.values()), on=on)
                assert {key: figure.total for key, figure in counts.items() if figure.total} == expected
                self._check_sums(book, on, units.values(), links, counts)
                weeks = {unit: figures_by_week(book=book, unit_id=unit, days=[FIRST, on]) for unit in units.values()}
                for (unit, code), number in expected.items():
                    assert weeks[unit][on][code].total == number
                    assert record_count(book=book, code=code, unit_id=unit, on=on) == number

    def _check_sums(self, book, on, units, links, counts):
        """Children add up to their parent, with what it did by itself: the ones that left too."""
        path_day = min(on, book.last_day)
        own = defaultdict(int)
        for unit, amount, code, kind in Entry.objects.filter(book=book, day__lte=on).values_list(
            "unit_id", "amount", "measure__code", "measure__kind"
        ):
            if (
                kind != MeasureKind.STATE
                or Unit.objects.filter(pk=unit, since__lte=path_day).exclude(until__lte=path_day).exists()
            ):
                own[unit, code] += amount
        for parent in units:
            listed = children_figures(book=book, unit_id=parent, on=on)
            assert {child for child, _code in listed} <= {child for child, above, *_days in links if above == parent}
            for code in {code for _unit, code in counts}:
                summed = sum(figure.total for (_child, measure), figure in listed.items() if measure == code)
                assert summed + own[parent, code] == counts[parent, code].total

    def _expected(self, book, on, links, lives):
        expected = defaultdict(int)
        path_day = min(on, book.last_day)
        for unit, entry_day, amount, code, kind in Entry.objects.filter(book=book, day__lte=on).values_list(
            "unit_id", "day", "amount", "measure__code", "measure__kind"
        ):
            for above in self._chain(unit, path_day if kind == MeasureKind.STATE else entry_day, links, lives):
                expected[above, code] += amount
        return {key: number for key, number in expected.items() if number}

    def _chain(self, unit, on, links, lives):
        since, until = lives[unit]
        if not (since <= on and (until is None or on < until)):
            return []
        above = [
            parent
            for child, parent, begun, ended in links
            if child == unit and begun <= on and (not ended or on < ended)
        ]
        return [unit, *(self._chain(above[0], on, links, lives) if above else [])]


def play(tree, owners, steps):
    for owner in owners.all():
        owner.rows.clear()
    with taken_back():
        world = World(
            tree,
            owners,
            [
                actions.open_book(code=code, root=tree.units[root], first_day=FIRST, last_day=LAST, measures=MEASURES)
                for code, root in (("nam-2023", "my-tho"), ("p4-2023", "p4"))
            ],
        )
        for step in steps:
            world.do(*step)
        world.check()


@settings(max_examples=examples(25), deadline=None, suppress_health_check=list(HealthCheck))
# Somebody is said to have come into a unit that had ended, and then its end is taken back.
@example(steps=[("end", 8, 0), ("place", 28, 0), ("undo",)])
# The same from a day on which the unit stood yet: what was led out with its end is there again.
@example(steps=[("place", 0, 0), ("end", 13, 13), ("place", 8, 0), ("undo",)])
@given(steps=st.lists(words, min_size=5, max_size=25))
def test_figures_are_those_of_the_entries_and_the_tree_of_their_day(tree, owners, steps):
    play(tree, owners, steps)


@pytest.mark.long
@pytest.mark.if_changed("ci")
@pytest.mark.sqlite_only
@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=st.lists(words, min_size=5, max_size=40))
def test_figures_are_those_of_the_entries_and_the_tree_of_their_day_for_long(tree, owners, steps):
    play(tree, owners, steps)
