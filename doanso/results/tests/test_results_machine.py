"""Results reported, corrected, attested, sent back and withdrawn in any order with closings, moves and merges of units.

The committee's figure is always the sum of the attested quantities, each counted once; closed figures stay what they were,
and the recount is silent.
"""

from contextlib import suppress
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from doanso.ledger import actions as ledger
from doanso.ledger import queries as figures
from doanso.ledger.models import Fact, Snapshot
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.organisation.actions import merge_units, move_unit, undo
from doanso.results import actions, queries
from doanso.results.actions import ResultInput
from doanso.results.models import Result, ResultState, ResultVersion
from doanso.results.tests.conftest import make_reporting
from doanso.testing import TODAY, grow_tree, taken_back
from doanso.units.models import Unit
from tools.selection import examples

picks = st.integers(0, 60)
days = st.integers(0, 330)
quantities = st.sampled_from([1, 7, 250, 19999])
UNITS = ("p4-kp1", "p4-kp2", "p5-kp1", "p4", "my-tho")
MONTH_ENDS = [date(2023, month + 1, 1) - timedelta(days=1) for month in range(1, 11)]


class Results(RuleBasedStateMachine):
    """The city's officers act for all units, three of them, so that nobody has to attest what they wrote."""

    business_day: object

    @initialize()
    def begin(self):
        self._history = taken_back()
        self._history.__enter__()
        self.business_day(TODAY)
        self.reporting = make_reporting(grow_tree())
        self.book = self.reporting.programme.book
        self.officers = [self.reporting.tree.dung, self.reporting.tree.giang, self.reporting.hoa]
        self.changes, self.closed = [], {}
        # Each history begins with something to act on: a confirmed result of every unit, and one that waits.
        for place, code in enumerate(UNITS):
            on = date(2023, 3 + place, 15)
            self.reporting.attest(self.reporting.report(code, 10 + place, on=on), self.reporting.hoa)
            self.reporting.report(code, 100 + place, on=on)

    def _try(self, action):
        # SQLite's write lock makes each action a turn; what an action refuses it has not written.
        with suppress(Refused, PermissionDenied, ValueError):
            return action()
        return None

    def _officer(self, pick):
        return self.officers[pick % 3]

    def _unit(self, pick):
        return Unit.objects.get(code=UNITS[pick % len(UNITS)])

    def _result(self, pick):
        results = list(queries.all_results().order_by("pk"))
        return results[pick % len(results)] if results else None

    @rule(who=picks, unit=picks, on=days, quantity=quantities, attested=st.booleans())
    def report(self, who, unit, on, quantity, attested):
        inputs = ResultInput(date(2022, 12, 20) + timedelta(days=on), quantity, "Trồng cây")
        result = self._try(
            lambda: actions.report_result(
                actor=self._officer(who),
                indicator=self.reporting.indicators["trees"],
                unit=self._unit(unit),
                inputs=inputs,
                confirmed=True,
            )
        )
        if result is not None and attested:
            self._try(lambda: self.reporting.attest(result, self._officer(who + 1)))

    @rule(who=picks, pick=picks, on=days, quantity=quantities)
    def correct(self, who, pick, on, quantity):
        result = self._result(pick)
        if result is not None:
            inputs = ResultInput(date(2022, 12, 20) + timedelta(days=on), quantity, "Trồng cây dọc kênh")
            self._try(
                lambda: actions.correct_result(
                    actor=self._officer(who),
                    result=result,
                    read=queries.state_token(result),
                    inputs=inputs,
                    why="Đếm lại",
                    confirmed=True,
                )
            )

    def _decide(self, action, who, pick, **words):
        result = self._result(pick)
        if result is not None:
            read = queries.state_token(result)
            self._try(lambda: action(actor=self._officer(who), result=result, read=read, **words))

    @rule(who=picks, pick=picks)
    def attest(self, who, pick):
        self._decide(actions.attest_result, who, pick)

    @rule(who=picks)
    def attest_all(self, who):
        waiting = queries.results_to_attest(self._officer(who))
        chosen = [(result.pk, queries.state_token(result)) for result in waiting]
        self._try(lambda: actions.attest_results(actor=self._officer(who), chosen=chosen))

    @rule(who=picks, pick=picks)
    def send_back(self, who, pick):
        self._decide(actions.return_result, who, pick, reason="Thiếu biên bản")

    @rule(who=picks, pick=picks)
    def withdraw(self, who, pick):
        self._decide(actions.withdraw_result, who, pick, reason="Ghi nhầm")

    @rule(pick=picks, month=st.integers(0, 9))
    def close(self, pick, month):
        unit = self._unit(pick)

        def action():
            ledger.complete_snapshot(ledger.close_period(book_id=self.book.pk, unit=unit, last_day=MONTH_ENDS[month]))

        self._try(action)
        for snapshot in Snapshot.objects.all():
            self.closed.setdefault(snapshot.pk, figures.snapshot_figures(snapshot))

    @rule(pick=st.integers(0, 2), to=st.booleans())
    def move(self, pick, to):
        parent = Unit.objects.get(code="p5" if to else "p4")
        self._change(lambda: move_unit(actor=self.reporting.tree.giang, unit=self._unit(pick), parent=parent))

    @rule(pick=st.integers(0, 2), into=st.integers(0, 2))
    def merge(self, pick, into):
        giang = self.reporting.tree.giang
        self._change(lambda: merge_units(actor=giang, units=[self._unit(pick)], into=self._unit(into)))

    def _change(self, action):
        change = self._try(action)
        if change is not None:
            self.changes.append(change)

    @rule()
    def undo(self):
        if self.changes:
            change = self.changes.pop()
            self._try(lambda: undo(actor=self.reporting.tree.giang, change=change))

    @rule(page=st.integers(1, 9))
    def fold(self, page):
        ledger.fold(page=page)

    def check(self):
        assert [str(difference) for difference in recount()] == []
        attested = ResultVersion.objects.filter(is_latest=True, result__state=ResultState.ATTESTED)
        assert self.reporting.shown().get("my-tho", 0) == sum(attested.values_list("quantity", flat=True))
        assert set(Fact.objects.filter(taken_back=False).values_list("source_id", "grade", "amount")) == {
            (version.pk, int(version.result.state == ResultState.ATTESTED), version.quantity)
            for version in ResultVersion.objects.filter(is_latest=True).select_related("result")
            if version.result.state in (ResultState.WAITING, ResultState.ATTESTED)
        }
        for snapshot in Snapshot.objects.all():
            assert figures.snapshot_figures(snapshot) == self.closed[snapshot.pk]
            if snapshot.closes:
                live = figures.figures(book=self.book, unit_ids=[snapshot.unit_id], on=snapshot.last_day)
                assert live[snapshot.unit_id, "trees"] == self.closed[snapshot.pk]["trees"].to_date
        for result in Result.objects.all():
            numbers = list(result.versions.order_by("number").values_list("number", "is_latest"))
            last = result.version
            assert numbers == [(number, number == last) for number in range(1, last + 1)]

    def teardown(self):
        try:
            self.check()
        finally:
            self._history.__exit__(None, None, None)


def play(business_day, *, examples, steps):
    Results.business_day = staticmethod(business_day)
    run_state_machine_as_test(
        Results,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


@pytest.mark.engines
def test_the_figure_is_the_sum_of_what_is_attested_whatever_happens(db, business_day):
    play(business_day, examples=examples(8), steps=35)


@pytest.mark.long
@pytest.mark.if_changed("ci")
@pytest.mark.sqlite_only
def test_the_figure_is_the_sum_of_what_is_attested_for_long(db, business_day):
    play(business_day, examples=60, steps=50)
