"""An assignment is made once per source, taken over, handed over, postponed once, and closed with an outcome."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from doanso.assignments import actions, ports, queries
from doanso.assignments.models import Assignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.targets import policy as targets
from doanso.testing import TODAY
from doanso.units.models import Unit, UnitPath


def _verbs() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


def _refused(act, *args, **words) -> str:
    with pytest.raises(Refused) as refusal:
        act(*args, **words)
    return refusal.value.problem.code


def test_one_source_asks_once(give):
    source = uuid4()
    first = give(source_id=source)

    assert give(source_id=source) == first
    assert Assignment.objects.count() == 1
    assert give(kind="proof.above", source_id=source) != first
    assert _verbs() == ["assignments.assign"] * 2


def test_a_kind_has_one_handler_and_an_unknown_one_is_an_error(give):
    with pytest.raises(RuntimeError, match="twice"):
        ports.register_assignment_kind("proof.own", "x", sentence=str, url=str, permission=targets.VIEW)
    with pytest.raises(KeyError):
        give(kind="proof.nobody")


def test_who_may_takes_it_over_and_hands_it_over(tree, give):
    assignment = give()
    actions.take_over(actor=tree.an, assignment=assignment)
    assignment.refresh_from_db()
    assert assignment.owner == tree.an

    actions.hand_over(actor=tree.an, assignment=assignment, owner=tree.dung)
    assignment.refresh_from_db()
    assert assignment.owner == tree.dung
    assert _verbs()[1:] == ["assignments.take_over", "assignments.hand_over"]


@pytest.mark.parametrize("stranger", ["chi", "binh", "khoa", "hanh"])
def test_nobody_else_touches_it(tree, give, stranger):
    assignment = give()
    with pytest.raises(PermissionDenied):
        actions.take_over(actor=tree.users[stranger], assignment=assignment)
    assert (
        _refused(actions.hand_over, actor=tree.an, assignment=assignment, owner=tree.users[stranger])
        == "assignment_owner"
    )


def test_it_is_postponed_once_with_a_reason_and_by_a_month_at_most(tree, give):
    assignment = give()
    due = assignment.due_on

    def put_off(until: date, reason: str = "Chờ danh sách của khu phố") -> Assignment:
        return actions.postpone(actor=tree.an, assignment=assignment, until=until, reason=reason)

    assert _refused(put_off, due + timedelta(days=3), " ") == "assignment_reason"
    assert _refused(put_off, due) == "assignment_until"
    assert _refused(put_off, due + timedelta(days=32)) == "assignment_until"
    assert _refused(put_off, due + timedelta(days=3), "gọi 0913 456 789") == "assignment_number"
    put_off(due + timedelta(days=3))
    assignment.refresh_from_db()
    assert (assignment.first_due_on, assignment.due_on) == (due, due + timedelta(days=3))
    assert _refused(put_off, due + timedelta(days=9)) == "assignment_postponed"


def test_it_is_completed_once_with_what_came_of_it(tree, give):
    assignment = give()
    assert _refused(actions.complete, actor=tree.an, assignment=assignment, outcome="") == "assignment_outcome"
    actions.complete(actor=tree.an, assignment=assignment, outcome="done", note="Đã xem cùng chi đoàn")
    actions.complete(actor=tree.an, assignment=assignment, outcome="not-needed")
    assignment.refresh_from_db()

    assert (assignment.outcome, assignment.completed_by, assignment.note) == ("done", tree.an, "Đã xem cùng chi đoàn")
    assert _verbs().count("assignments.settle") == 1
    assert _refused(actions.take_over, actor=tree.dung, assignment=assignment) == "assignment_settled"


def test_where_somebody_above_has_the_last_look_the_unit_tells_and_the_officer_completes(tree, give):
    assignment = give(kind="proof.above")
    with pytest.raises(PermissionDenied):
        actions.complete(actor=tree.an, assignment=assignment, outcome="done")
    actions.report_done(actor=tree.an, assignment=assignment, words="Đã hẹn ba buổi hỗ trợ")
    actions.complete(actor=tree.dung, assignment=assignment, outcome="done")
    assignment.refresh_from_db()

    assert (assignment.progress_note, assignment.noted_by, assignment.completed_by) == (
        "Đã hẹn ba buổi hỗ trợ",
        tree.an,
        tree.dung,
    )


def test_the_root_has_nobody_above_and_completes_its_own(tree, give):
    assignment = give("my-tho", "proof.above")
    actions.complete(actor=tree.dung, assignment=assignment, outcome="not-needed")

    assert Assignment.objects.get().outcome == "not-needed"


def test_the_day_given_is_a_business_day(give):
    assert give().due_on == TODAY + timedelta(days=7)
    assert clock.today() == TODAY


def test_what_an_ended_unit_was_asked_is_seen_to_by_whoever_keeps_its_records(tree, give):
    assignment, ended = give("p4-kp2"), tree.units["p4-kp2"]
    Unit.objects.filter(pk=ended.pk).update(until=TODAY, keeper=tree.units["p4-kp1"])
    UnitPath.objects.filter(unit=ended).update(until=TODAY)
    actions.take_over(actor=tree.binh, assignment=assignment)
    assignment = queries.all_assignments().get()

    assert assignment.owner == tree.binh
    assert {role_assignment.user for role_assignment, _unit in queries.handlers_of_unit(assignment.unit)} >= {
        tree.binh,
        tree.an,
        tree.dung,
    }
