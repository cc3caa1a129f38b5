"""Who reads notices, and marks them as seen."""

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.notices import actions, policy
from doanso.notices.models import Notice
from doanso.notices.tests.example import ALARM, EXAMPLE, example_notice
from doanso.organisation.actions import end_unit
from doanso.testing import TREE_BEGAN

pytestmark = pytest.mark.django_db


def _addressed(user):
    return set(Notice.objects.filter(policy.addressed_condition(user)).values_list("pk", flat=True))


def _readable(user):
    return set(Notice.objects.filter(policy.readable_notices(user)).values_list("pk", flat=True))


def test_a_notice_to_a_unit_is_for_its_own_officers_and_readable_from_above(tree):
    notice = example_notice(tree.units["p4"]).pk
    names = ("an", "binh", "chi", "dung", "giang", "hanh", "khoa", "lan", "minh")
    assert {name for name in names if notice in _addressed(getattr(tree, name))} == {"an"}
    assert {name for name in names if notice in _readable(getattr(tree, name))} == {"an", "dung", "giang"}


def test_a_notice_to_a_user_is_for_that_user_alone(tree):
    notice = actions.notify(EXAMPLE, unit=tree.units["p4"], user=tree.khoa, source_id=uuid7()).pk
    assert _addressed(tree.khoa) == _readable(tree.khoa) == {notice}
    assert _readable(tree.an) == _readable(tree.dung) == set()


def test_notices_of_an_ended_unit_go_to_the_unit_that_keeps_its_records(tree):
    notice = example_notice(tree.units["p4-kp2"]).pk
    assert notice not in _addressed(tree.binh)
    end_unit(actor=tree.giang, unit=tree.units["p4-kp2"], successor=tree.units["p4-kp1"])
    assert notice in _addressed(tree.binh)


def test_the_first_of_the_office_who_reads_it_is_kept(tree):
    RoleAssignment.objects.create(user=tree.minh, role=Role.UNIT_SECRETARY, unit=tree.units["p4"], since=TREE_BEGAN)
    notice = example_notice(tree.units["p4"])
    assert actions.mark_seen(actor=tree.minh, notice_ids=[notice.pk]) == 1
    assert actions.mark_seen(actor=tree.an, notice_ids=[notice.pk]) == 0
    notice.refresh_from_db()
    assert notice.seen_by == tree.minh
    assert notice.seen_at is not None


def test_nobody_marks_notices_to_others(tree):
    notice = example_notice(tree.units["p4"])
    for user in (tree.dung, tree.chi, tree.hanh):
        assert actions.mark_seen(actor=user, notice_ids=[notice.pk]) == 0
    notice.refresh_from_db()
    assert notice.seen_at is None
    with pytest.raises(Refused) as refused:
        actions.mark_seen(actor=tree.an, notice_ids=[uuid7() for _number in range(201)])
    assert refused.value.problem.code == "notices_many"


def test_all_at_once_leaves_alarms_and_notices_to_others(tree):
    p4 = tree.units["p4"]
    for number in range(3):
        example_notice(p4, number=number)
    alarm = example_notice(p4, kind=ALARM)
    other = example_notice(tree.units["p5"])
    assert actions.mark_all_seen(actor=tree.an) == 3
    assert set(Notice.objects.filter(seen_at=None)) == {alarm, other}
