"""Steps are whole or not at all; the worker after a crash continues where the last one ended."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.test import TestCase

from doanso.access.models import RoleAssignment
from doanso.files.actions import destroy_key
from doanso.imports import actions, comparison, queries, rules, tasks
from doanso.imports.actions import finish_applying, lifecycle, start_import
from doanso.imports.application import Application
from doanso.imports.models import Import, ImportRow, ImportState
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused
from doanso.members.models import Member
from doanso.members.register_list.kind import MembersSession
from doanso.members.tests.workbooks import content, row

FIVE = [row(n, f"Phan Văn {chr(64 + n)}", "2001", cccd=f"08220100000{n}") for n in range(1, 6)]


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(rules, "STEP", 2)


@pytest.fixture
def job(tree) -> Import:
    return start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=content(*FIVE), name="ds.xlsx", wake=False
    )


class Crash(Exception):
    pass


def failing(monkeypatch, owner, name, after: int):
    """Let a function work this many times, then crash."""
    original = getattr(owner, name)
    calls = []

    def maybe(*args, **more):
        calls.append(1)
        if len(calls) > after:
            raise Crash
        return original(*args, **more)

    monkeypatch.setattr(owner, name, maybe)
    return lambda: monkeypatch.setattr(owner, name, original)


def test_a_comparison_goes_on_after_a_crash(job, monkeypatch):
    mend = failing(monkeypatch, MembersSession, "compare", after=1)
    with pytest.raises(Crash):
        comparison.compare_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.compared_count, ImportRow.objects.count()) == (ImportState.COMPARING, 2, 2)

    mend()
    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.row_count, job.created_count) == (ImportState.COMPARED, 5, 5)
    assert list(job.rows.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5]
    assert Member.objects.count() == 0


def test_duplicates_across_a_crash_are_reported(tree, monkeypatch):
    doubled = [*FIVE[:2], row(3, "Người Khác", "2001", cccd="082201000001")]
    job = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=content(*doubled), name="ds.xlsx", wake=False
    )
    mend = failing(monkeypatch, MembersSession, "compare", after=1)
    with pytest.raises(Crash):
        comparison.compare_import(job.pk)
    mend()

    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert [entry["code"] for entry in queries.row_counts(job)["rejected"]] == ["double_citizen_id"]


def confirmed(tree, job) -> Import:
    comparison.compare_import(job.pk)
    return actions.apply_import(actor=tree.an, job=job, wake=False)


@pytest.mark.parametrize("where", [(MembersSession, "apply"), (database, "insert_rows")])
def test_an_application_finishes_after_a_crash_and_writes_no_row_twice(tree, job, monkeypatch, where):
    confirmed(tree, job)
    mend = failing(monkeypatch, *where, after=1)
    with pytest.raises(Crash):
        finish_applying(job.pk)
    job.refresh_from_db()
    written = Member.objects.count()
    assert (job.state, written) == (ImportState.APPLYING, job.applied_count)
    assert written in {0, 2}

    mend()
    finish_applying(job.pk)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.state, job.applied_count, Member.objects.count()) == (ImportState.APPLIED, 5, 5)


def test_two_workers_at_one_comparison_write_each_row_once(job, monkeypatch):
    compare = MembersSession.compare

    def overtaken(session, lines):
        monkeypatch.setattr(MembersSession, "compare", compare)
        comparison.compare_import(job.pk)
        return compare(session, lines)

    monkeypatch.setattr(MembersSession, "compare", overtaken)

    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.row_count, job.created_count, job.rows.count()) == (ImportState.COMPARED, 5, 5, 5)


def test_what_changed_between_comparison_and_application_is_judged_anew(tree, job):
    other = start_import(
        actor=tree.an, kind="members", unit=tree.units["p4"], source=content(FIVE[0]), name="ds.xlsx", wake=False
    )
    comparison.compare_import(job.pk)
    confirmed(tree, other)
    finish_applying(other.pk)

    actions.apply_import(actor=tree.an, job=job, wake=False)
    finish_applying(job.pk)

    job.refresh_from_db()
    assert (job.created_count, job.unchanged_count, job.applied_count, Member.objects.count()) == (4, 1, 4, 5)


def test_a_silent_import_is_waked_once(job, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    Import.objects.update(stepped_at=clock.now() - lifecycle.STALLED_AFTER - timedelta(seconds=1))

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert actions.resume_stalled() == 1
    job.refresh_from_db()
    assert job.state == ImportState.COMPARED
    assert actions.resume_stalled() == 0


def test_who_lost_the_role_writes_no_more(tree, job):
    confirmed(tree, job)
    RoleAssignment.objects.filter(user=tree.an).delete()

    tasks.apply_list.call(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.problem_code, Member.objects.count()) == (ImportState.COMPARED, "no_longer_allowed", 0)


@pytest.mark.parametrize("error", [IntegrityError("UNIQUE"), Refused(Problem("card_taken", "x" * 400))])
def test_what_the_register_refuses_stops_no_import_for_ever(tree, job, monkeypatch, error):
    confirmed(tree, job)
    original, calls = MembersSession.apply, []

    def refusing(*args):
        original(*args)
        calls.append(1)
        if len(calls) > 1:
            raise error

    monkeypatch.setattr(MembersSession, "apply", refusing)

    tasks.apply_list.call(str(job.pk))

    job.refresh_from_db()
    assert (job.state, job.applied_count, Member.objects.count()) == (ImportState.COMPARED, 2, 2)
    assert job.problem_code == (error.problem.code if isinstance(error, Refused) else "contradiction")

    job = actions.cancel_import(actor=tree.an, job=job)
    assert (job.state, job.applied_count) == (ImportState.CANCELLED, 2)


def test_an_application_that_stopped_can_be_ended(tree, job):
    confirmed(tree, job)
    with pytest.raises(Refused):
        actions.cancel_import(actor=tree.an, job=job)
    Import.objects.update(stepped_at=clock.now() - lifecycle.STOPPED_AFTER - timedelta(seconds=1))

    actions.cancel_import(actor=tree.an, job=job)

    finish_applying(job.pk)
    job.refresh_from_db()
    assert (job.state, Member.objects.count()) == (ImportState.CANCELLED, 0)


def test_a_long_application_takes_turns(tree, job, settings, monkeypatch):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
    monkeypatch.setattr(tasks, "SLICE", -1.0)
    confirmed(tree, job)

    tasks.apply_list.enqueue(str(job.pk))

    job.refresh_from_db()
    assert (job.state, Member.objects.count()) == (ImportState.APPLIED, 5)


@pytest.mark.parametrize(
    ("state", "good", "aside", "skip", "code"),
    [
        ("compared", 3, 0, False, None),
        ("compared", 3, 1, True, None),
        ("compared", 3, 1, False, "rows_rejected"),
        ("compared", 0, 0, False, "nothing_to_apply"),
        ("applied", 3, 0, False, "not_compared"),
        ("applying", 3, 0, False, "not_compared"),
    ],
)
def test_what_may_be_applied(state, good, aside, skip, code):
    problem = rules.apply_problem(state=state, good=good, set_aside=aside, skip_rejected=skip)

    assert (problem and problem.code) == code


def test_nothing_of_a_list_can_be_read_without_its_key(tree, job):
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    stored = b"".join(bytes(row.encrypted) for row in job.rows.all())
    assert b"Phan" not in stored

    destroy_key(blob=job.file)

    with pytest.raises(Refused):
        queries.row_counts(Import.objects.get(pk=job.pk))


def test_names_go_ninety_days_after_an_import_was_resolved(tree, job):
    confirmed(tree, job)
    finish_applying(job.pk)
    assert actions.forget_resolved() == 0
    Import.objects.update(stepped_at=clock.now() - lifecycle.KEPT_FOR - timedelta(days=1))

    assert actions.forget_resolved() == 1
    assert actions.forget_resolved() == 0

    job = Import.objects.select_related("file__key").get(pk=job.pk)
    assert (job.state, job.applied_count, job.rows.count()) == (ImportState.APPLIED, 5, 0)
    assert bytes(job.file.key.encrypted_key) == b""


def after_others(monkeypatch, others, then=None):
    """A worker that opens the file only after others have gone on; what it finds then."""
    original = comparison.open_blob

    @contextmanager
    def late(file):
        monkeypatch.setattr(comparison, "open_blob", original)
        others()
        if then is not None:
            raise then
        with original(file) as plain:
            yield plain

    monkeypatch.setattr(comparison, "open_blob", late)


DAMAGED = Refused(Problem("damaged", "x"))


@pytest.mark.parametrize("then", [DAMAGED, None])
def test_a_late_worker_changes_nothing_of_an_applied_import(tree, job, monkeypatch, then):
    def others():
        confirmed(tree, job)
        finish_applying(job.pk)

    after_others(monkeypatch, others, then)
    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.problem_code, job.row_count, job.created_count) == (ImportState.APPLIED, "", 5, 5)
    assert (job.rows.filter(applied=True).count(), Member.objects.count()) == (5, 5)


def test_a_late_worker_refuses_no_comparison_that_another_goes_on_with(job, monkeypatch):
    def others():
        mend = failing(monkeypatch, MembersSession, "compare", after=1)
        with pytest.raises(Crash):
            comparison.compare_import(job.pk)
        mend()

    after_others(monkeypatch, others, DAMAGED)
    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.compared_count, job.rows.count()) == (ImportState.COMPARING, 2, 2)


def test_a_late_worker_of_an_earlier_reading_writes_nothing_into_the_next(tree, job, monkeypatch):
    def others():
        comparison.compare_import(job.pk)
        actions.forget_column_mapping(actor=tree.an, job=job, key="none", wake=False)

    after_others(monkeypatch, others)
    comparison.compare_import(job.pk)

    job.refresh_from_db()
    assert (job.state, job.reading, job.compared_count, job.rows.count()) == (ImportState.READING, 1, 0, 0)
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    assert (job.state, job.rows.count()) == (ImportState.COMPARED, 5)


def test_a_refused_step_ends_no_application_that_somebody_else_confirmed(tree, job, monkeypatch):
    """What An's worker may no longer write, Dũng has confirmed by then."""
    confirmed(tree, job)

    def refusing(*args):
        raise PermissionDenied

    monkeypatch.setattr(MembersSession, "apply", refusing)
    application = Application(job.pk)
    with pytest.raises(PermissionDenied), transaction.atomic():
        application.step()
    Import.objects.filter(pk=job.pk).update(started_by=tree.dung)

    assert not application.give_up(Problem("no_longer_allowed", "x"))
    job.refresh_from_db()
    assert (job.state, job.problem_code) == (ImportState.APPLYING, "")


def test_names_stay_of_a_list_that_is_confirmed_after_all(tree, job, monkeypatch):
    """Ninety days are over, and somebody confirms it while the worker is about to throw it away."""
    comparison.compare_import(job.pk)
    Import.objects.update(stepped_at=clock.now() - lifecycle.KEPT_FOR - timedelta(days=1))
    original = Import.objects.none().values_list

    def confirmed_meanwhile(queryset, *names, **more):
        keys = original.__func__(queryset, *names, **more)
        if names == ("pk",):
            keys = list(keys)
            actions.apply_import(actor=tree.an, job=job, wake=False)
        return keys

    monkeypatch.setattr(type(Import.objects.none()), "values_list", confirmed_meanwhile)

    assert actions.forget_resolved() == 0
    monkeypatch.undo()
    finish_applying(job.pk)
    assert Member.objects.count() == 5
