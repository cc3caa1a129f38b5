"""Take back an end of membership that was recorded by mistake."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Placement
from doanso.lib.problems import Refused
from doanso.members.actions import (
    Admission,
    admit_member,
    assign_post,
    end_membership,
    end_post,
    take_back_ending,
    transfer_member,
)
from doanso.members.models import Member, Post
from doanso.people.actions import Particulars
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.models import Person
from doanso.testing import TODAY

DAY = date(2023, 10, 2)
DUC = Particulars(name="Nguyễn Hoàng Đức", birth_date=date(2001, 4, 12), citizen_id="082201001234")


def code_of(action) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.problem.code


@pytest.mark.parametrize("state", ["grown-out", "struck-off", "died"])
def test_the_stay_stands_again_as_before(register, state):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state=state, on=DAY)

    stay = take_back_ending(actor=tree.an, member=register.duc)

    member = Member.objects.get(pk=register.duc.pk)
    assert (stay, member.state, member.until, member.since) == (member, "active", None, register.duc.since)
    assert Placement.objects.get(source_id=member.pk).until is None
    event = AuditEvent.objects.get(action="members.take_back_ending")
    assert (event.object_id, event.unit_id, event.changed) == (member.pk, member.branch_id, ["state", "until"])


def test_offices_that_ended_with_the_stay_stand_again_and_no_others(register):
    tree, duc = register.tree, register.duc
    planned = assign_post(
        actor=tree.an, member=duc, unit=tree.units["p4"], kind="committee", since=DAY, until=date(2025, 1, 1)
    )
    open_one = assign_post(actor=tree.an, member=duc, unit=tree.units["p4-kp1"], kind="deputy", since=DAY)
    over = assign_post(actor=tree.an, member=duc, unit=tree.units["p4-kp1"], kind="secretary", since=DAY)
    end_post(actor=tree.an, member=duc, post=over, until=DAY + timedelta(days=5))
    end_membership(actor=tree.an, member=duc, state="struck-off", on=TODAY)

    take_back_ending(actor=tree.an, member=duc)

    assert [Post.objects.get(pk=post.pk).until for post in (planned, open_one, over)] == [
        date(2025, 1, 1),
        None,
        DAY + timedelta(days=5),
    ]


def test_an_end_may_be_recorded_and_taken_back_many_times(register):
    tree = register.tree
    post = assign_post(actor=tree.an, member=register.duc, unit=tree.units["p4"], kind="committee", since=DAY)
    for day in (DAY, TODAY):
        end_membership(actor=tree.an, member=register.duc, state="died", on=day)
        take_back_ending(actor=tree.an, member=register.duc)

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "not_ended"
    assert Post.objects.get(pk=post.pk).until is None


def test_a_guest_stays_a_guest(register):
    tree = register.tree
    entry = Admission(tree.units["p5-kp1"], DUC, temporary=True, person=register.duc.person)
    guest = admit_member(actor=tree.chi, entry=entry)
    end_membership(actor=tree.chi, member=guest, state="grown-out", on=TODAY)

    assert take_back_ending(actor=tree.chi, member=guest).state == "active"

    assert not Placement.objects.filter(source_id=guest.pk).exists()
    end_membership(actor=tree.chi, member=guest, state="grown-out", on=TODAY)
    again = admit_member(actor=tree.chi, entry=entry)
    assert code_of(lambda: take_back_ending(actor=tree.chi, member=guest)) == "active_again"
    end_membership(actor=tree.chi, member=again, state="grown-out", on=TODAY)
    assert code_of(lambda: take_back_ending(actor=tree.chi, member=guest)) == "admitted_later"


def test_whoever_is_a_member_again_stays_so(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=DAY)
    again = admit_member(actor=tree.chi, entry=Admission(tree.units["p5-kp1"], DUC))
    assert again.person_id == register.duc.person_id
    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "active_again"

    end_membership(actor=tree.chi, member=again, state="died", on=TODAY)

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "admitted_later"


def test_whoever_is_a_member_as_another_person_of_the_register_stays_so(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=DAY)
    Person.objects.filter(pk=register.duc.person_id).update(merged_into=register.khang.person)

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "active_again"


def test_nobody_stands_again_whose_name_was_erased(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=DAY)
    erase_everywhere(actor=None, locked=lock_to_erase([register.duc.person_id]), action="people.forget")

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "person_erased"


def test_a_card_that_is_now_anothers_stays_theirs(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=DAY)
    entry = Admission(tree.units["p4-kp1"], Particulars(name="Phan Văn Hòa"), card_number="820001")
    admit_member(actor=tree.an, entry=entry)

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "card_taken"
    assert Member.objects.get(pk=register.duc.pk).state == "struck-off"


def test_no_stay_stands_in_a_branch_that_has_ended(register):
    tree = register.tree
    end_membership(actor=tree.an, member=register.duc, state="struck-off", on=DAY)
    branch = tree.units["p4-kp1"]
    branch.until = TODAY
    branch.save(update_fields=["until"])

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "branch_not_there"


def test_a_transfer_is_no_end(register):
    tree = register.tree
    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "not_ended"

    transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)

    assert code_of(lambda: take_back_ending(actor=tree.an, member=register.duc)) == "not_ended"


@pytest.mark.parametrize("username", ["binh", "chi", "hanh", "khoa"])
def test_others_may_not(register, username):
    end_membership(actor=register.tree.an, member=register.duc, state="died", on=TODAY)

    with pytest.raises(PermissionDenied):
        take_back_ending(actor=register.tree.users[username], member=register.duc)
