"""Four processes on their own connections count, claim, take back, transfer, suspend, regrade, dispute, merge, forget,
move branches, close and fold at once."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from doanso.ledger import actions, ports
from doanso.ledger.models import (
    Book,
    Entry,
    Fact,
    Placement,
    Queue,
    Snapshot,
    SnapshotEntries,
    SnapshotFigure,
    Subject,
    Suspension,
    Total,
)
from doanso.ledger.recount import recount
from doanso.ledger.tests.conftest import FIRST, LAST, MEASURES
from doanso.ledger.tests.crowd import CREATE, DROP, PEOPLE, Crowd, shelves
from doanso.testing import grow_tree

PROCESSES = 4
people = st.integers(0, len(PEOPLE) - 1)
some_people = st.lists(people, min_size=1, max_size=3, unique=True)
branches = st.integers(0, 2)
days = st.integers(0, 50)
picks = st.integers(0, 40)
grades = st.integers(0, 4)
families = st.sampled_from(["test.state", "test.times", "test.helped"])
words = st.one_of(
    st.tuples(st.just("place"), people, branches, days),
    st.tuples(st.just("state"), some_people, days, st.integers(1, 3), grades),
    st.tuples(st.just("visit"), some_people, branches, days, grades),
    st.tuples(st.just("move"), picks, st.one_of(st.none(), branches), days),
    st.tuples(
        st.just("suspend"),
        people,
        days,
        st.one_of(st.none(), st.integers(0, 20)),
        st.sampled_from(["", "vneid-members"]),
    ),
    st.tuples(st.just("resume"), picks, days),
    st.tuples(st.just("back"), st.one_of(families, st.sampled_from(["members.active", "members.exempt"])), picks),
    st.tuples(st.just("regrade"), families, picks, grades),
    st.tuples(st.just("help"), some_people, branches, days, grades),
    st.tuples(st.just("help"), some_people, branches, days, grades),
    st.tuples(st.just("dispute"), picks, st.booleans()),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("unmerge"), people),
    st.tuples(st.just("forget"), people),
    st.tuples(st.just("relink"), branches, st.integers(0, 1), days),
    st.tuples(st.just("close"), st.integers(0, 11), st.integers(13, 45)),
    st.tuples(st.just("fold"), st.integers(1, 9)),
    st.tuples(st.just("look")),
)
record_actions = st.builds(
    lambda said, fails: {"words": said, "fails": fails}, words, st.sampled_from([False, False, False, True])
)


@pytest.fixture
def crowd(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Crowd]:
    """The small tree with two books and four processes."""
    tree = grow_tree()
    monkeypatch.setattr(ports, "registered_families", shelves())
    for code, root in (("nam-2023", "my-tho"), ("p4-2023", "p4")):
        actions.open_book(code=code, root=tree.units[root], first_day=FIRST, last_day=LAST, measures=MEASURES)
    with connection.cursor() as cursor:
        cursor.execute(CREATE)
    workers = Crowd(PROCESSES)
    try:
        yield workers
    finally:
        workers.end()
        with connection.cursor() as cursor:
            cursor.execute(DROP)


def empty() -> None:
    """An untouched ledger with open books."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM crowd_record")
    Book.objects.update(closed_until=None)
    SnapshotEntries.objects.all().delete()
    SnapshotFigure.objects.all().delete()
    Snapshot.objects.exclude(with_parent=None).delete()
    Snapshot.objects.all().delete()
    Entry.objects.exclude(takes_back=None).delete()
    Subject.objects.update(merged_into=None)
    for table in (Entry, Queue, Total, Fact, Placement, Suspension, Subject):
        table.objects.all().delete()


def play(crowd: Crowd, *, examples: int, steps: int, length: int) -> None:
    class Ledger(RuleBasedStateMachine):
        """After every round of actions at once, recount finds nothing."""

        @rule(schedules=st.tuples(*[st.lists(record_actions, min_size=1, max_size=length)] * PROCESSES))
        def round(self, schedules: Any) -> None:
            crowd.do(list(schedules))
            assert [str(difference) for difference in recount()] == []

        @rule()
        def fold(self) -> None:
            while actions.fold(page=7):
                pass
            assert [str(difference) for difference in recount()] == []

        def teardown(self) -> None:
            empty()

    run_state_machine_as_test(
        Ledger,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            # What several processes do at once is not the same twice, so there is nothing to shrink or to replay.
            phases=[Phase.generate],
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.long
def test_readers_beside_folders_always_see_the_whole(crowd: Crowd) -> None:
    visits = [{"words": ["visit", [0, 1, 2, 3], number % 3, 13 + number, 1]} for number in range(30)]
    crowd.do([visits, [], [], []])
    fold = {"words": ["fold", 1]}
    see = {"words": ["see", "visits", 120 * 41]}
    crowd.do([[fold] * 20, [fold] * 20, [see] * 20, [see] * 20])
    assert Total.objects.exists()
    assert list(recount()) == []


@pytest.mark.long
@pytest.mark.if_changed("ci")
def test_four_processes_and_no_difference(crowd: Crowd) -> None:
    play(crowd, examples=60, steps=12, length=15)
