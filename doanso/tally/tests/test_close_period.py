"""Closed days: nothing is booked on them any more, and their figures can be counted anew from their entries for ever."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.tally import actions, freezing, moving, ports, queries
from doanso.tally.actions import close_period, freeze, seal, seal_all
from doanso.tally.models import Entry, Frozen, FrozenEntries, FrozenFigure
from doanso.tally.recount import recount
from doanso.tally.tests.conftest import FIRST, LAST, MEASURES, make_owners
from doanso.testing import TODAY, grow_tree
from doanso.units.actions import Journal, found_unit, relink

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER = date(2023, 9, 30), date(2023, 10, 31)
NOVEMBER = date(2023, 11, 1)


def differences():
    return [str(one) for one in recount()]


def close(book, unit, last_day=OCTOBER):
    return seal(close_period(book_id=book.pk, unit=unit, last_day=last_day))


def standing(book, code, unit, on):
    return queries.figures(book=book, unit_ids=[unit.pk], on=on)[unit.pk, code].total


@pytest.fixture
def busy(tree, book, owners):
    """Ward 4: two members of branch 1, one with VNeID; a visit; a resident helped. Ward 5: the same resident helped later."""
    people = [uuid7() for _ in range(3)]
    branch = tree.units["p4-kp1"]
    stays = [owners.place(one, branch, date(2022, 9, 1)) for one in people[:2]]
    state = owners.state(people[0], date(2023, 10, 5))
    visit = owners.visit(people[2], branch, date(2023, 10, 10))
    helps = [
        owners.help(people[2], branch, date(2023, 10, 10)),
        owners.help(people[2], tree.units["p5-kp1"], date(2023, 10, 12)),
    ]
    return {"people": people, "stays": stays, "state": state, "visit": visit, "helps": helps}


# --- What closing does ------------------------------------------------------------------------------------------------


def test_it_closes_what_stood_below_and_marks_it(tree, book, busy):
    branch = close(book, tree.units["p4-kp2"])
    ward = close(book, tree.units["p4"])

    assert (branch.with_parent, branch.since, branch.last_day) == (None, FIRST, OCTOBER)
    assert {one.unit.code for one in Frozen.objects.filter(with_parent=ward)} == {"p4-kp1"}
    assert queries.closed_until(book.pk, [one.pk for one in tree.units.values()]) == {
        tree.units[code].pk: OCTOBER for code in ("p4", "p4-kp1", "p4-kp2")
    }
    city = close(book, tree.units["my-tho"])
    assert {one.unit.code for one in Frozen.objects.filter(with_parent=city)} == {"p5", "p5-kp1"}
    assert differences() == []


def test_its_figures_are_those_of_the_day(tree, book, busy):
    figures = queries.frozen_figures(close(book, tree.units["my-tho"]))

    assert {code: (pair.in_days.total, pair.whole.total) for code, pair in figures.items() if pair.whole.total} == {
        "members": (2, 2),
        "vneid-members": (1, 1),
        "visits": (1, 1),
        "residents": (1, 1),
        "resident-times": (2, 2),
    }


def test_the_next_closing_goes_on_where_the_last_one_ended(tree, book, busy):
    close(book, tree.units["p4"], SEPTEMBER)
    october = close(book, tree.units["p4"])

    assert october.since == date(2023, 10, 1)
    pair = queries.frozen_figures(october)["members"]
    assert (pair.in_days.total, pair.whole.total) == (0, 2)
    assert Frozen.objects.filter(unit=tree.units["p4-kp1"]).count() == 2


def test_done_again_it_closes_once(tree, book, busy):
    first = close(book, tree.units["p4"])

    assert close(book, tree.units["p4"]).pk == first.pk
    assert Frozen.objects.count() == 3


@pytest.mark.parametrize(
    ("last_day", "code"),
    [
        (TODAY, "period-ahead"),
        (LAST, "period-ahead"),
        (date(2022, 12, 31), "period-outside"),
        (SEPTEMBER, "period-closed"),
    ],
)
def test_what_is_refused_closes_nothing(tree, book, busy, last_day, code):
    close(book, tree.units["p4"])

    with pytest.raises(Refused) as refused:
        close_period(book_id=book.pk, unit=tree.units["p4"], last_day=last_day)

    assert refused.value.problem.code == code
    assert Frozen.objects.count() == 3


def test_killed_before_the_long_work_it_is_closed_and_sealed_later(tree, book, owners, busy):
    close_period(book_id=book.pk, unit=tree.units["my-tho"], last_day=OCTOBER)
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 20))
    owners.take_back("test.times", busy["visit"])

    assert standing(book, "visits", tree.units["p4"], OCTOBER) == 1
    assert seal_all() == 1
    assert seal_all() == 0
    assert not Frozen.objects.filter(sealed_at=None).exists()
    assert differences() == []


def test_as_many_statements_for_many_units_as_for_few(tree, book, busy):
    def statements(unit, last_day):
        with CaptureQueriesContext(connection) as caught:
            close_period(book_id=book.pk, unit=tree.units[unit], last_day=last_day)
        return len(caught)

    few = statements("p4-kp1", SEPTEMBER)
    for number in range(40):
        found_unit(
            journal=Journal(), code=f"p4-{number}", kind="branch", name="Mới", short_name="Mới", parent=tree.units["p4"],
            since=date(2023, 2, 1),
        )  # fmt: skip
    assert statements("my-tho", SEPTEMBER) <= few + 2


# --- What comes after it ----------------------------------------------------------------------------------------------


def test_what_belongs_to_closed_days_falls_on_the_first_open_one_and_says_so(tree, book, owners, busy):
    close(book, tree.units["p4"])
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 20))
    owners.visit(uuid7(), tree.units["p5-kp1"], date(2023, 10, 20))

    entry, other = Entry.objects.order_by("-seq")[:2][::-1]
    assert (entry.day, entry.late_from, entry.happened_on) == (NOVEMBER, date(2023, 10, 20), date(2023, 10, 20))
    assert (other.day, other.late_from) == (date(2023, 10, 20), None)
    assert queries.late_entries(book=book, unit_id=tree.units["p4"].pk, first=NOVEMBER, last=LAST) == {"visits": (1, 0)}
    assert differences() == []


def test_a_correction_leaves_the_closed_figure_and_falls_in_the_next_one(tree, book, owners, busy):
    close(book, tree.units["my-tho"])
    owners.take_back("test.times", busy["visit"])
    owners.regrade("test.helped", busy["helps"][0], 3)

    assert standing(book, "visits", tree.units["p4"], OCTOBER) == 1
    assert standing(book, "visits", tree.units["p4"], NOVEMBER) == 0
    before, after = (
        queries.figures(book=book, unit_ids=[tree.units["p4"].pk], on=on)[tree.units["p4"].pk, "residents"].grades
        for on in (OCTOBER, NOVEMBER)
    )
    assert (before, after) == ((0, 1, 0, 0, 0), (0, 0, 0, 1, 0))
    assert differences() == []


def test_who_moved_in_closed_days_counts_in_one_place_on_every_day(tree, book, owners, busy):
    close(book, tree.units["p4"])
    owners.move(busy["stays"][0], tree.units["p5-kp1"], date(2023, 10, 15))

    def shown(on):
        return tuple(standing(book, "members", tree.units[code], on) for code in ("p4", "p5", "my-tho"))

    assert [shown(on) for on in (date(2023, 10, 20), OCTOBER, NOVEMBER)] == [(2, 0, 2), (2, 0, 2), (1, 1, 2)]
    assert differences() == []
    # Ward 5, still open, loses them again in October: that waits too, or they would be missing before they came.
    [stay] = [one for one, raw in owners.stays.kept.items() if raw.unit_id == tree.units["p5-kp1"].pk]
    owners.move(stay, None, date(2023, 10, 20))
    assert [shown(on) for on in (date(2023, 10, 25), NOVEMBER)] == [(2, 0, 2), (1, 0, 1)]
    assert differences() == []


def test_the_next_claim_takes_over_when_the_closed_one_falls(tree, book, owners, busy):
    close(book, tree.units["p4"])
    owners.dispute(busy["helps"][0])

    def shown(on):
        return tuple(standing(book, "residents", tree.units[code], on) for code in ("p4", "p5", "my-tho"))

    assert [shown(on) for on in (OCTOBER, NOVEMBER)] == [(1, 0, 1), (0, 1, 1)]
    assert differences() == []


def test_with_no_open_day_left_nothing_changes(tree, owners, business_day, book, busy):
    business_day(date(2024, 1, 5))
    close(book, tree.units["my-tho"], LAST)
    before = Entry.objects.count()
    owners.take_back("test.times", busy["visit"])
    owners.move(busy["stays"][0], tree.units["p5-kp1"], date(2023, 12, 1))
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 12, 1))

    assert Entry.objects.count() == before
    assert standing(book, "visits", tree.units["my-tho"], LAST) == 1
    assert differences() == []


def test_a_unit_moves_only_on_open_days(tree, book, busy):
    close(book, tree.units["p5"])
    for on, allowed in ((date(2023, 10, 31), False), (NOVEMBER, True)):
        if allowed:
            with transaction.atomic(), moving.moved(unit_ids=[tree.units["p4-kp1"].pk], since=on):
                relink(journal=Journal(), units=[tree.units["p4-kp1"]], parent=tree.units["p5"], since=on)
            continue
        with (
            pytest.raises(Refused, match="đã chốt") as refused,
            transaction.atomic(),
            moving.moved(unit_ids=[tree.units["p4-kp1"].pk], since=on),
        ):
            relink(journal=Journal(), units=[tree.units["p4-kp1"]], parent=tree.units["p5"], since=on)
        assert refused.value.problem.code == "period-closed"
    assert differences() == []


def test_a_unit_founded_in_closed_days_counts_from_the_first_open_one(tree, book, owners, busy):
    close(book, tree.units["my-tho"])
    unit = found_unit(
        journal=Journal(), code="p4-kp9", kind="branch", name="Mới", short_name="Mới", parent=tree.units["p4"],
        since=date(2023, 10, 1),
    )  # fmt: skip
    owners.visit(uuid7(), unit, date(2023, 10, 20))

    assert Entry.objects.order_by("-seq").first().day == NOVEMBER
    assert differences() == []


def test_before_anything_is_closed_a_deed_asks_nothing_more(tree, book, owners, busy):
    def statements():
        with CaptureQueriesContext(connection) as caught:
            owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 11, 5))
        return len(caught)

    before = statements()
    close(book, tree.units["my-tho"])
    # A deed of an open day costs what it cost; only one of a closed day asks further.
    assert statements() == before


# --- Reports that close nothing ---------------------------------------------------------------------------------------


def test_kept_days_stay_as_they_were_and_close_nothing(tree, book, owners, busy):
    close(book, tree.units["p4-kp1"], SEPTEMBER)
    kept = freeze(book_id=book.pk, unit=tree.units["p4"], since=date(2023, 10, 9), last_day=date(2023, 10, 15))
    owners.take_back("test.times", busy["visit"])
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 10))
    owners.visit(uuid7(), tree.units["p4-kp1"], date(2023, 10, 11))

    pair = queries.frozen_figures(kept)["visits"]
    assert (pair.in_days.total, pair.whole.total) == (1, 1)
    assert standing(book, "visits", tree.units["p4"], date(2023, 10, 15)) == 2
    assert list(freezing.deviations(kept)) == []
    # Closed afterwards, the days are closed as they are by now, and what was kept before stays.
    close(book, tree.units["p4"])
    assert differences() == []


# --- What somebody changes behind the product's back -------------------------------------------------------------------


@pytest.mark.parametrize(
    "forge",
    [
        lambda: Entry.objects.filter(measure__code="visits").update(grade=2),
        lambda: Entry.objects.filter(measure__code="visits").delete(),
        lambda: Entry.objects.filter(measure__code="visits").update(source_id=uuid7()),
        lambda: FrozenFigure.objects.filter(measure__code="visits", whole=True).update(g1=7),
        lambda: FrozenEntries.objects.filter(measure__code="visits").delete(),
        lambda: Frozen.objects.filter(unit__code="my-tho").update(tree=[]),
        lambda: Frozen.objects.filter(unit__code="my-tho").update(hash="0" * 64),
    ],
)
def test_a_changed_row_is_found(tree, book, busy, forge):
    frozen = close(book, tree.units["my-tho"])
    assert list(freezing.deviations(frozen)) == []

    forge()
    frozen.refresh_from_db()

    assert list(freezing.deviations(frozen)) != []
    assert any(one.startswith("frozen: book nam-2023") for one in differences())


def test_an_entry_slipped_into_closed_days_is_found(tree, book, busy):
    frozen = close(book, tree.units["p4"])
    entry = Entry.objects.filter(measure__code="visits").get()
    entry.pk, entry._state.adding = None, True
    entry.save()

    # The branch's own closing names it.
    branch = Frozen.objects.get(unit=tree.units["p4-kp1"])
    assert [one.where for one in freezing.deviations(branch)] == [
        f"p4-kp1, 2023-01-01 to 2023-10-31, entry {entry.pk} in visits"
    ]
    assert frozen.sealed_at is not None


@pytest.mark.parametrize("seqs", [[], [1], [1, 2, 3, 200, 70_000, 2**40]])
def test_packed_numbers_come_back(seqs):
    assert freezing.unpack(freezing.pack(seqs)) == seqs


# --- Any history ------------------------------------------------------------------------------------------------------

days = st.integers(0, 330)
picks = st.integers(0, 60)
BRANCHES = ("p4-kp1", "p4-kp2", "p5-kp1")
MONTH_ENDS = [date(2023, month + 1, 1) - timedelta(days=1) for month in range(1, 12)]


def day(number):
    return date(2022, 12, 10) + timedelta(days=number)


class ClosedBook(RuleBasedStateMachine):
    """Whatever is counted, moved, merged, regraded, disputed and erased, in any order with closings and kept days: every
    frozen figure stays what it was and is counted anew from its entries; on no day does anybody count twice."""

    monkeypatch: pytest.MonkeyPatch
    business_day: object

    @initialize()
    def begin(self):
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self.tree, self.owners = grow_tree(), make_owners()
        self.monkeypatch.setattr(ports, "_families", {one.name: one for one in self.owners.all()})
        self.business_day(date(2024, 2, 1))
        self.book = actions.open_book(
            code="nam-2023", root=self.tree.units["my-tho"], first_day=FIRST, last_day=LAST, measures=MEASURES
        )
        self.people = [uuid7() for _ in range(4)]
        self.gone, self.figures = {}, {}

    def _try(self, deed):
        try:
            with transaction.atomic():
                deed()
        except (Refused, ValueError):
            pass

    def _of(self, owner, pick):
        ids = sorted(owner.kept)
        return ids[pick % len(ids)] if ids else None

    def _branch(self, pick):
        return self.tree.units[BRANCHES[pick % 3]]

    @rule(who=st.integers(0, 3), pick=picks, on=days)
    def place(self, who, pick, on):
        self.owners.place(self.people[who], self._branch(pick), day(on))

    @rule(pick=picks, to=picks, on=days)
    def move(self, pick, to, on):
        stay = self._of(self.owners.stays, pick)
        if stay is not None and self.owners.stays.kept[stay].until is None:
            on = max(day(on), self.owners.stays.kept[stay].since)
            self.owners.move(stay, self._branch(to) if to % 4 else None, on)

    @rule(who=st.integers(0, 3), on=days, level=st.integers(1, 3), grade=st.integers(0, 4))
    def state(self, who, on, level, grade):
        self.owners.state(self.people[who], day(on), level=level, grade=grade)

    @rule(who=st.integers(0, 3), pick=picks, on=days, grade=st.integers(0, 4))
    def visit(self, who, pick, on, grade):
        self.owners.visit(self.people[who], self._branch(pick), day(on), grade=grade)

    @rule(who=st.integers(0, 3), pick=picks, on=days, grade=st.integers(0, 4))
    def help(self, who, pick, on, grade):
        self.owners.help(self.people[who], self._branch(pick), day(on), grade=grade)

    @rule(who=st.integers(0, 3), on=days, length=st.integers(1, 60), code=st.sampled_from(["", "vneid-members"]))
    def suspend(self, who, on, length, code):
        self.owners.suspend(self.people[who], day(on), day(on + length), code=code)

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
        self._try(lambda: actions.merge_subjects(kind="person", gone=self.people[gone], kept=self.people[kept]))

    @rule(gone=st.integers(0, 3))
    def unmerge(self, gone):
        try:
            actions.unmerge_subject(kind="person", gone=self.people[gone])
        except actions.UnknownSource:
            pass

    @rule(who=st.integers(0, 3))
    def forget(self, who):
        if not any(raw.subject_ref == self.people[who] for raw in self.owners.stays.kept.values()):
            self.owners.forget(self.people[who])
            self.people[who] = uuid7()

    @rule(pick=picks, to=st.integers(0, 1), on=days)
    def relink(self, pick, to, on):
        unit, parent = self._branch(pick), self.tree.units[("p4", "p5")[to]]

        def deed():
            with moving.moved(unit_ids=[unit.pk], since=day(on)):
                relink(journal=Journal(), units=[unit], parent=parent, since=day(on))

        self._try(deed)

    @rule(pick=st.integers(0, 5), month=st.integers(0, 10), sealed=st.booleans())
    def close(self, pick, month, sealed):
        unit = list(self.tree.units.values())[pick]

        def deed():
            frozen = close_period(book_id=self.book.pk, unit=unit, last_day=MONTH_ENDS[month])
            if sealed:
                seal(frozen)

        self._try(deed)
        self._note()

    @rule(pick=st.integers(0, 5), on=days)
    def keep(self, pick, on):
        unit = list(self.tree.units.values())[pick]
        first = max(day(on), FIRST)
        freeze(book_id=self.book.pk, unit=unit, since=first, last_day=min(first + timedelta(days=6), LAST))
        self._note()

    @rule(page=st.integers(1, 9))
    def fold(self, page):
        actions.fold(page=page)

    def _note(self):
        for frozen in Frozen.objects.all():
            if frozen.pk not in self.figures:
                self.figures[frozen.pk] = queries.frozen_figures(frozen)

    def check(self):
        seal_all()
        assert differences() == []
        for frozen in Frozen.objects.all():
            assert queries.frozen_figures(frozen) == self.figures[frozen.pk]
            if frozen.closes:
                live = queries.figures(book=self.book, unit_ids=[frozen.unit_id], on=frozen.last_day)
                assert {code: live[frozen.unit_id, code] for code in self.figures[frozen.pk]} == {
                    code: pair.whole for code, pair in self.figures[frozen.pk].items()
                }
        self._nobody_twice()

    def _nobody_twice(self):
        kept = Entry.objects.filter(measure__kind__in=["state", "helped"]).exclude(sign=0)
        counts = {}
        for subject, measure, on, sign in kept.order_by("day").values_list("subject", "measure", "day", "sign"):
            by_day = counts.setdefault((subject, measure), {})
            by_day[on] = by_day.get(on, 0) + sign
        for by_day in counts.values():
            number = 0
            for on in sorted(by_day):
                number += by_day[on]
                assert number in {0, 1}

    def teardown(self):
        try:
            self.check()
        finally:
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)


def play(monkeypatch, business_day, *, examples, steps):
    ClosedBook.monkeypatch, ClosedBook.business_day = monkeypatch, staticmethod(business_day)
    run_state_machine_as_test(
        ClosedBook,
        settings=settings(
            max_examples=examples, stateful_step_count=steps, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )


def test_closed_figures_stay_whatever_comes_after(db, monkeypatch, business_day):
    play(monkeypatch, business_day, examples=12, steps=30)


@pytest.mark.long
def test_closed_figures_stay_whatever_comes_after_for_long(db, monkeypatch, business_day):
    play(monkeypatch, business_day, examples=170, steps=60)
