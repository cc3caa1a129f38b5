from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Placement
from doanso.lib.problems import Refused
from doanso.members.actions import Admission, admit_member, assign_post, end_membership, end_post
from doanso.members.models import Member, Post
from doanso.people.actions import Particulars
from doanso.testing import TODAY


@pytest.mark.parametrize("state", ["grown-out", "struck-off", "died"])
def test_the_stay_and_the_posts_end(register, state):
    tree = register.tree
    assign_post(actor=tree.an, member=register.duc, unit=tree.units["p4"], kind="committee", since=TODAY)

    end_membership(actor=tree.an, member=register.duc, state=state, on=TODAY)

    member = Member.objects.get(pk=register.duc.pk)
    assert (member.state, member.until) == (state, TODAY)
    assert Post.objects.get().until == TODAY + timedelta(days=1)
    assert Placement.objects.get(source_id=member.pk).until == TODAY
    assert AuditEvent.objects.filter(action="members.end", object_id=member.pk).count() == 1


def test_a_guest_who_goes_keeps_the_offices_at_home(register):
    tree = register.tree
    home = assign_post(actor=tree.an, member=register.duc, unit=tree.units["p4-kp1"], kind="deputy", since=TODAY)
    guest = admit_member(
        actor=tree.chi,
        entry=Admission(
            branch=tree.units["p5-kp1"],
            particulars=Particulars(name="Nguyễn Hoàng Đức"),
            temporary=True,
            person=register.duc.person,
        ),
    )
    ward_post = assign_post(actor=tree.chi, member=guest, unit=tree.units["p5-kp1"], kind="committee", since=TODAY)
    with pytest.raises(PermissionDenied):
        end_post(actor=tree.chi, member=guest, post=home, until=TODAY)

    end_membership(actor=tree.chi, member=guest, state="grown-out", on=TODAY)

    assert Post.objects.get(pk=home.pk).until is None
    assert Post.objects.get(pk=ward_post.pk).until == TODAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "on", "code"),
    [
        ("transferred", TODAY, "not_an_ending"),
        ("active", TODAY, "not_an_ending"),
        ("died", TODAY + timedelta(days=1), "day_in_future"),
        ("died", date(2018, 1, 1), "day_before_stay"),
    ],
)
def test_only_endings_on_sensible_days(register, state, on, code):
    with pytest.raises(Refused) as refused:
        end_membership(actor=register.tree.an, member=register.duc, state=state, on=on)

    assert refused.value.problem.code == code


@pytest.mark.parametrize("username", ["binh", "chi", "hanh", "khoa"])
def test_others_may_not(register, username):
    with pytest.raises(PermissionDenied):
        end_membership(actor=register.tree.users[username], member=register.duc, state="died", on=TODAY)
