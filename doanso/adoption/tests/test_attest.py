"""Attesting one member."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.adoption.actions import attest
from doanso.adoption.models import Obstacle, Usage
from doanso.adoption.queries import IN_FORCE, stage_by_code
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.members.actions import end_membership, transfer_member
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_what_was_seen_is_kept_with_who_saw_it_and_counts(ward):
    member = ward.members[0]

    usage = attest(actor=ward.tree.binh, member_id=member.pk, stage=ward.active, happened_on=date(2023, 11, 1))

    assert (usage.grade, usage.seen_by, usage.unit_id) == (1, ward.tree.binh, member.branch_id)
    assert (usage.happened_on, usage.arrived_on) == (date(2023, 11, 1), TODAY)
    assert [ward.figure(on=date(2023, 10, 31)), ward.figure(on=date(2023, 11, 1)), ward.figure("my-tho")] == [0, 1, 1]
    event = AuditEvent.objects.get(action="adoption.attest")
    assert (event.object_id, event.actor, event.unit_id, event.changed) == (usage.pk, ward.tree.binh, usage.unit_id, [])


def test_a_lower_stage_does_not_count_and_a_step_down_leaves(ward):
    member = ward.members[0]
    attest(
        actor=ward.tree.an,
        member_id=member.pk,
        stage=stage_by_code("vneid", "level2-approved"),
        happened_on=date(2023, 10, 1),
    )
    assert ward.figure() == 0
    attest(
        actor=ward.tree.an, member_id=member.pk, stage=stage_by_code("vneid", "papers"), happened_on=date(2023, 10, 5)
    )
    assert ward.figure() == 1

    attest(
        actor=ward.tree.an,
        member_id=member.pk,
        stage=stage_by_code("vneid", "level2-approved"),
        happened_on=date(2023, 11, 5),
        obstacle=Obstacle.objects.get(code="device-changed"),
    )

    assert [ward.figure(on=date(2023, 11, 4)), ward.figure()] == [1, 0]


def test_a_correction_of_one_day_is_in_force_also_after_the_clock_was_set_back(ward, monkeypatch):
    member = ward.members[0]
    mistaken = attest(actor=ward.tree.an, member_id=member.pk, stage=ward.active, happened_on=TODAY)
    assert ward.figure() == 1
    monkeypatch.setattr(clock, "now", lambda: mistaken.recorded_at - timedelta(hours=1))
    lower = stage_by_code("vneid", "level2-approved")
    corrected = attest(actor=ward.tree.an, member_id=member.pk, stage=lower, happened_on=TODAY)

    assert ward.figure() == 0
    in_force = Usage.objects.filter(person=member.person_id).order_by(*IN_FORCE)
    assert list(in_force) == [corrected, mistaken]
    assert corrected.recorded_at == mistaken.recorded_at + timedelta(microseconds=1)


@pytest.mark.parametrize(("day", "code"), [(date(2023, 11, 13), "day_ahead"), (date(1998, 1, 1), "day_too_early")])
def test_a_day_on_which_nobody_can_have_seen_it_is_refused(ward, day, code):
    with pytest.raises(Refused) as refused:
        attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=day)

    assert (refused.value.problem.code, refused.value.problem.field) == (code, "happened_on")
    assert not Usage.objects.exists()


def test_the_same_thing_twice_is_refused(ward):
    say = {"actor": ward.tree.an, "member_id": ward.members[0].pk, "stage": ward.active, "happened_on": TODAY}
    attest(**say)

    with pytest.raises(Refused) as refused:
        attest(**say)

    assert refused.value.problem.code == "already_recorded"
    assert ward.figure() == 1


@pytest.mark.parametrize("name", ["chi", "hanh", "khoa", "lan", "minh"])
def test_who_may_not_attest_there_is_refused(ward, name):
    with pytest.raises(PermissionDenied):
        attest(actor=ward.tree.users[name], member_id=ward.members[0].pk, stage=ward.active, happened_on=TODAY)

    assert not Usage.objects.exists()


def test_a_membership_that_ended_is_not_attested(ward):
    member = ward.members[0]
    end_membership(actor=ward.tree.dung, member=member, state="struck-off", on=TODAY)

    with pytest.raises(Refused) as refused:
        attest(actor=ward.tree.dung, member_id=member.pk, stage=ward.active, happened_on=TODAY)

    assert refused.value.problem.code == "not_active"


def test_the_state_goes_with_the_member(ward):
    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 6, 1))

    transfer_member(actor=ward.tree.dung, member=ward.members[0], to=ward.tree.units["p5-kp1"], on=date(2023, 11, 10))

    assert [ward.figure("p4"), ward.figure("p5"), ward.figure("my-tho")] == [0, 1, 1]
    assert [ward.figure("p4", on=date(2023, 11, 9)), ward.figure("p5", on=date(2023, 11, 9))] == [1, 0]
