"""Whatever is counted, moved, merged, regraded, disputed and erased, in any order with closings and kept days."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from doanso.ledger import actions, ports, queries, unit_moves
from doanso.ledger.actions import close_period, complete_snapshot, complete_snapshots, freeze
from doanso.ledger.models import Entry, Snapshot
from doanso.ledger.recount import recount
from doanso.ledger.tests.conftest import FIRST, LAST, MEASURES, make_owners
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.testing import grow_tree, taken_back
from doanso.units.actions import Journal, relink
from tools.selection import examples

days = st.integers(0, 330)
picks = st.integers(0, 60)
BRANCHES = ("p4-kp1", "p4-kp2", "p5-kp1")
MONTH_ENDS = [date(2023, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]


def day(number):
    return date(2022, 12, 10) + timedelta(days=number)


class ClosedBook(RuleBasedStateMachine):
    """Every frozen figure stays what it was and is counted anew from its entries; on no day does anybody count twice."""

    monkeypatch: pytest.MonkeyPatch
    business_day: object

    @initialize()
    def begin(self):
        self._history = taken_back()
        self._history.__enter__()
        self.tree, self.owners = grow_tree(), make_owners()
        self.monkeypatch.setattr(ports, "registered_families", {owner.name: owner for owner in self.owners.all()})
        self.business_day(date(2024, 2, 1))
        self.book = actions.open_book(
            code="nam-2023", root=self.tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=MEASURES
        )
        self.people = [uuid7() for _ in range(4)]
        self.gone, self.figures = {}, {}

    def _try(self, action):
        try:
            with transaction.atomic():
                action()
        except (Refused, ValueError):
            pass

    def _of(self, owner, pick):
        ids = sorted(owner.rows)
        return ids[pick % len(ids)] if ids else None

    def _branch(self, pick):
        return self.tree.units[BRANCHES[pick % 3]]

    @rule(person=st.integers(0, 3), pick=picks, on=days)
    def place(self, person, pick, on):
        self.owners.place(self.people[person], self._branch(pick), day(on))

    @rule(pick=picks, to=picks, on=days)
    def move(self, pick, to, on):
        stay = self._of(self.owners.stays, pick)
        if stay is not None and self.owners.stays.rows[stay].until is None:
            on = max(day(on), self.owners.stays.rows[stay].since)
            self.owners.move(stay, self._branch(to) if to % 4 else None, on)

    @rule(person=st.integers(0, 3), on=days, level=st.integers(1, 3), grade=st.integers(0, 4))
    def state(self, person, on, level, grade):
        self.owners.state(self.people[person], day(on), level=level, grade=grade)

    @rule(person=st.integers(0, 3), pick=picks, on=days, grade=st.integers(0, 4), amount=st.sampled_from([1, 7, 250]))
    def visit(self, person, pick, on, grade, amount):
        self.owners.visit(self.people[person], self._branch(pick), day(on), grade=grade, amount=amount)

    @rule(person=st.integers(0, 3), pick=picks, on=days, grade=st.integers(0, 4))
    def help(self, person, pick, on, grade):
        self.owners.help(self.people[person], self._branch(pick), day(on), grade=grade)

    @rule(person=st.integers(0, 3), on=days, length=st.integers(1, 60), code=st.sampled_from(["", "vneid-members"]))
    def suspend(self, person, on, length, code):
        self.owners.suspend(self.people[person], day(on), day(on + length), code=code)

    @rule(pick=picks, grade=st.integers(0, 4), family=st.sampled_from(["test.state", "test.times", "test.helped"]))
    def regrade(self, pick, grade, family):
        source = self._of(self.owners.owner(family), pick)
        if source is not None:
            self.owners.regrade(family, source, grade)

    @rule(pick=picks, family=st.sampled_from(["test.state", "test.times", "test.helped", "members.active"]))
    def take_back(self, pick, family):
        source = self._of(self.owners.owner(family), pick)
        if source is not None:
            self.owners.take_back(family, source)

    @rule(pick=picks, refused=st.booleans())
    def dispute(self, pick, refused):
        source = self._of(self.owners.helps, pick)
        if source is not None:
            self.owners.dispute(source, refused=refused)

    @rule(gone=st.integers(0, 3), kept=st.integers(0, 3))
    def merge(self, gone, kept):
        self._try(
            lambda: actions.merge_subjects(kind="person", merged_ref=self.people[gone], kept_ref=self.people[kept])
        )

    @rule(gone=st.integers(0, 3))
    def unmerge(self, gone):
        try:
            actions.unmerge_subject(kind="person", merged_ref=self.people[gone])
        except actions.UnknownSource:
            pass

    @rule(person=st.integers(0, 3))
    def forget(self, person):
        if not any(raw.subject_ref == self.people[person] for raw in self.owners.stays.rows.values()):
            self.owners.forget(self.people[person])
            self.people[person] = uuid7()

    @rule(pick=picks, to=st.integers(0, 1), on=days)
    def relink(self, pick, to, on):
        unit, parent = self._branch(pick), self.tree.units[("p4", "p5")[to]]

        def action():
            with unit_moves.moving_units(unit_ids=[unit.pk], since=day(on)):
                relink(journal=Journal(), units=[unit], parent=parent, since=day(on))

        self._try(action)

    @rule(pick=st.integers(0, 5), month=st.integers(0, 10), sealed=st.booleans())
    def close(self, pick, month, sealed):
        unit = list(self.tree.units.values())[pick]

        def action():
            snapshot = close_period(book_id=self.book.pk, unit=unit, last_day=MONTH_ENDS[month])
            if sealed:
                complete_snapshot(snapshot)

        self._try(action)
        self._note()

    @rule(pick=st.integers(0, 5), on=days)
    def keep(self, pick, on):
        unit = list(self.tree.units.values())[pick]
        first = max(day(on), FIRST)
        complete_snapshot(
            freeze(book_id=self.book.pk, unit=unit, since=first, last_day=min(first + timedelta(days=6), LAST))
        )
        self._note()

    @rule(page=st.integers(1, 9))
    def fold(self, page):
        actions.fold(page=page)

    def _note(self):
        for snapshot in Snapshot.objects.all():
            if snapshot.pk not in self.figures:
                self.figures[snapshot.pk] = queries.snapshot_figures(snapshot)

    def check(self):
        complete_snapshots()
        assert [str(difference) for difference in recount()] == []
        for snapshot in Snapshot.objects.all():
            assert queries.snapshot_figures(snapshot) == self.figures[snapshot.pk]
            if snapshot.closes:
                live = queries.figures(book=self.book, unit_ids=[snapshot.unit_id], on=snapshot.last_day)
                assert {code: live[snapshot.unit_id, code] for code in self.figures[snapshot.pk]} == {
                    code: pair.to_date for code, pair in self.figures[snapshot.pk].items()
                }
        self._nobody_twice()

    def _nobody_twice(self):
        entries = Entry.objects.filter(measure__kind__in=["state", "helped"]).exclude(amount=0)
        counts = {}
        for subject, measure, on, amount in entries.order_by("day").values_list("subject", "measure", "day", "amount"):
            by_day = counts.setdefault((subject, measure), {})
            by_day[on] = by_day.get(on, 0) + amount
        for by_day in counts.values():
            number = 0
            for on in sorted(by_day):
                number += by_day[on]
                assert number in {0, 1}

    def teardown(self):
        try:
            self.check()
        finally:
            self._history.__exit__(None, None, None)


def play(monkeypatch, business_day, *, examples, steps):
    ClosedBook.monkeypatch, ClosedBook.business_day = monkeypatch, staticmethod(business_day)
    run_state_machine_as_test(
        ClosedBook,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_closed_figures_stay_whatever_comes_after(db, monkeypatch, business_day):
    play(monkeypatch, business_day, examples=examples(12), steps=30)


@pytest.mark.long
@pytest.mark.if_changed("ci")
@pytest.mark.sqlite_only
def test_closed_figures_stay_whatever_comes_after_for_long(db, monkeypatch, business_day):
    play(monkeypatch, business_day, examples=170, steps=60)
