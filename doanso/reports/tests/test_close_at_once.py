"""Officers who press at the same moment, each on a connection of their own."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import date, timedelta
from threading import Barrier, BrokenBarrierError, Event, Thread
from time import monotonic

import pytest
from django.db import connection

from doanso.adoption.actions import take_back_attestation
from doanso.adoption.models import Usage
from doanso.ledger import locking, rollup, snapshots
from doanso.ledger.models import Snapshot
from doanso.ledger.recount import recount
from doanso.lib import database
from doanso.lib.problems import Refused
from doanso.organisation.actions import move_unit
from doanso.reports.actions import periods
from doanso.reports.actions.reports import delete_orphaned_snapshots, freeze_report, start_report
from doanso.reports.models import Period, PeriodStep, Report
from doanso.reports.rules import reports as report_rules
from doanso.reports.rules import spans

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def _at_once(*actions):
    """Each action in a thread of its own, all of them let go together; what each answered or refused with."""
    gate = Barrier(len(actions))

    def run(action):
        gate.wait()
        try:
            return getattr(action(), "state", "done")
        except Refused as refused:
            return refused.problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_who_close_at_once_close_once(scene):
    scene.pass_on(wards=("p4",))
    outcomes = _at_once(lambda: scene.do("close", "dung", "p4"), lambda: scene.do("close", "giang", "p4"))

    assert outcomes == ["closed", "closed"]
    assert Snapshot.objects.filter(with_parent=None).count() == 1
    assert PeriodStep.objects.filter(period=scene.period("p4"), state="closed").count() == 1


def test_a_ward_and_the_city_closed_at_once_are_closed_once_each(scene):
    scene.pass_on()
    outcomes = _at_once(lambda: scene.do("close", "dung", "p4"), lambda: scene.do("close", "giang", "my-tho"))

    assert outcomes == ["closed", "closed"]
    assert Snapshot.objects.filter(closes=True).count() == 6
    assert not Period.objects.exclude(state="closed").exists()
    assert not Period.objects.filter(late=True).exists()
    assert list(recount()) == []


def test_a_month_sent_while_the_one_above_closes_is_sent_before_or_not_at_all(scene):
    scene.pass_on(wards=("p5",))
    scene.do("explain", "dung", "my-tho", reasons={"missing": "Không chờ Phường 4."})
    sent, closed = _at_once(lambda: scene.do("send", "binh", "p4-kp1"), lambda: scene.do("close", "dung", "my-tho"))

    assert sent in {"sent", "period_closed"}
    assert closed == "closed"
    branch = scene.period("p4-kp1")
    assert (branch.state, branch.late, branch.snapshot is not None) == ("closed", True, True)


def test_two_months_closed_at_once_by_two_officers_are_closed_once_each(scene, monkeypatch):
    scene.pass_on("2023-09")
    scene.pass_on("2023-10")
    settle, close_period = periods.complete_reminders, periods.ledger.close_period
    locked, later_is_closing = Barrier(2), Event()

    def settle_when_both_are_there(**arguments):
        # Whoever must wait for the other comes too late for it.
        with suppress(BrokenBarrierError):
            locked.wait(timeout=1)
        settle(**arguments)

    def later_month_first(*, last_day, **arguments):
        if last_day == scene.month("2023-09").last_day:
            later_is_closing.wait(timeout=1)
        made = close_period(last_day=last_day, **arguments)
        later_is_closing.set()
        return made

    monkeypatch.setattr(periods, "complete_reminders", settle_when_both_are_there)
    monkeypatch.setattr(periods.ledger, "close_period", later_month_first)
    outcomes = _at_once(
        lambda: scene.do("close", "dung", "my-tho", "2023-09"), lambda: scene.do("close", "giang", "my-tho", "2023-10")
    )

    assert outcomes == ["closed", "closed"]
    assert not Period.objects.exclude(state="closed").exists()
    assert list(recount()) == []


def test_a_month_is_closed_beside_a_unit_that_moves(scene, monkeypatch):
    """Who closes reads figures before the gate, with a queue so long that readers fold it; who moves holds the gate and
    then waits for the folder."""
    scene.pass_on()
    monkeypatch.setattr(rollup, "LONG", 0)
    barrier, lock, settle = Barrier(2), database.lock, periods.complete_reminders

    def meet():
        with suppress(BrokenBarrierError):
            barrier.wait(timeout=1)

    def lock_then_meet(keys, *, shared):
        lock(keys, shared=shared)
        if list(keys) == [locking.GATE] and not shared and moving.is_set():
            moving.clear()
            meet()

    def settle_then_meet(**arguments):
        settle(**arguments)
        meet()

    moving = Event()
    moving.set()
    monkeypatch.setattr(database, "lock", lock_then_meet)
    monkeypatch.setattr(periods, "complete_reminders", settle_then_meet)

    outcomes = _at_once(
        lambda: scene.do("close", "dung", "my-tho"),
        lambda: move_unit(actor=scene.user("giang"), unit=scene.unit("p4-kp2"), parent=scene.unit("p5")),
    )

    assert outcomes == ["closed", "done"]
    assert list(recount()) == []


def test_what_fell_while_the_last_questions_were_asked_is_asked_about(scene, monkeypatch):
    """Questions are asked before anybody is kept from counting; who counts until then makes another one."""
    if not database.locks_rows():
        # SQLite's one write lock keeps everybody out from the beginning.
        return
    scene.reach("p4", "Đức", "Thủy", on=date(2023, 9, 5))
    scene.pass_on("2023-09")
    scene.do("close", "dung", "my-tho", "2023-09")
    scene.pass_on()
    usage = Usage.objects.get(person_id=scene.members["Đức"].person_id)
    settle = periods.complete_reminders

    def settle_meanwhile(**arguments):
        settle(**arguments)
        _at_once(lambda: take_back_attestation(actor=scene.user("dung"), usage_id=usage.pk))

    monkeypatch.setattr(periods, "complete_reminders", settle_meanwhile)
    assert _at_once(lambda: scene.do("close", "dung", "my-tho")) == ["questions_open"]
    assert scene.state("my-tho") == "draft"
    assert Snapshot.objects.filter(with_parent=None).count() == 1


@pytest.mark.parametrize("long_ago", [False, True])
def test_whoever_freezes_a_report_that_is_being_sealed_keeps_nobody_from_counting(scene, monkeypatch, long_ago):
    """The first freezing is in the midst of its sealing, whose row it holds until everybody else is done."""
    if not database.locks_rows():
        # SQLite's one write lock keeps everybody out from the beginning.
        return
    scene.reach("p4", "Đức", on=date(2023, 11, 1))
    usage = Usage.objects.get(person_id=scene.members["Đức"].person_id)
    report, _new = start_report(
        actor=scene.user("dung"), programme=scene.programme, unit=scene.unit("my-tho"), span=spans.read("2023-W44")
    )
    sealing, others_are_done = Event(), Event()
    hash_of = snapshots.SnapshotHashes.of

    def stay(hashes, snapshot):
        if not sealing.is_set():
            sealing.set()
            others_are_done.wait(timeout=20)
        return hash_of(hashes, snapshot)

    monkeypatch.setattr(snapshots.SnapshotHashes, "of", stay)
    outcome = []
    first = Thread(
        target=lambda: outcome.extend(_at_once(lambda: freeze_report(actor=scene.user("dung"), report=report)))
    )
    first.start()
    try:
        assert sealing.wait(timeout=20)
        if long_ago:
            monkeypatch.setattr(report_rules, "FREEZING_LASTS", timedelta())
        with ThreadPoolExecutor(1) as pool:
            second = pool.submit(_at_once, lambda: freeze_report(actor=scene.user("giang"), report=report))
            counted = _at_once(lambda: take_back_attestation(actor=scene.user("dung"), usage_id=usage.pk))
            refused = second.result(timeout=10)
        assert not outcome
    finally:
        others_are_done.set()
        first.join()

    assert (counted, refused, outcome) == (
        (["done"], ["done"], ["report_frozen"]) if long_ago else (["done"], ["freezing_meanwhile"], ["done"])
    )
    report = Report.objects.get()
    assert (report.frozen_at is not None, report.freezing) == (True, None)
    # What the first was at work on nobody waited for; it goes the next day.
    assert delete_orphaned_snapshots() == (1 if long_ago else 0)
    assert Snapshot.objects.get() == report.snapshot
    assert list(recount()) == []


def test_a_closing_waits_for_words_about_a_skipped_month_before_it_keeps_others_from_counting(scene, monkeypatch):
    if not database.locks_rows():
        # SQLite's one write lock keeps everybody out from the beginning.
        return
    scene.reach("p4", "Đức", on=date(2023, 11, 1))
    usage = Usage.objects.get(person_id=scene.members["Đức"].person_id)
    scene.pass_on()
    writing, written, record = Event(), Event(), periods.record

    def stay(**arguments):
        writing.set()
        written.wait(timeout=20)
        record(**arguments)

    monkeypatch.setattr(periods, "record", stay)
    with ThreadPoolExecutor(3) as pool:
        reasons = {"missing": "Chưa bắt đầu."}
        explained = pool.submit(_at_once, lambda: scene.do("explain", "dung", "my-tho", "2023-09", reasons=reasons))
        try:
            assert writing.wait(timeout=20)
            closed = pool.submit(_at_once, lambda: scene.do("close", "giang", "my-tho"))
            _until_somebody_waits()
            counted = pool.submit(_at_once, lambda: take_back_attestation(actor=scene.user("dung"), usage_id=usage.pk))
            assert counted.result(timeout=10) == ["done"]
        finally:
            written.set()

    assert (explained.result(), closed.result()) == (["draft"], ["closed"])
    assert scene.state("my-tho", "2023-09") == "closed"
    assert list(recount()) == []


def _until_somebody_waits() -> None:
    """Return once a connection waits for a lock."""
    until = monotonic() + 10
    with connection.cursor() as cursor:
        while monotonic() < until:
            cursor.execute(
                "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE NOT granted AND datname = current_database()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("Nobody waits.")
