"""Take back a transfer that was recorded by mistake."""

import time
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Placement
from doanso.lib.problems import Refused
from doanso.members import queries
from doanso.members.actions import (
    Admission,
    admit_member,
    assign_post,
    change_member,
    end_membership,
    exempt,
    set_absence,
    take_back_absence,
    take_back_exemption,
    take_back_post,
    take_back_transfer,
    transfer_member,
)
from doanso.members.models import Member, Post
from doanso.members.queries.details import stays_of_person
from doanso.people.actions import NewContact, Particulars, add_contacts, particulars_of
from doanso.people.models import Contact
from doanso.people.queries import lookup_hash
from doanso.testing import TODAY, TREE_BEGAN

DAY = date(2023, 10, 2)
DUC = Particulars(name="Nguyễn Hoàng Đức", birth_date=date(2001, 4, 12), citizen_id="082201001234")


@pytest.fixture
def moved(register) -> Member:
    """Đức, a committee member at home, sent to ward 5 by mistake."""
    tree = register.tree
    assign_post(actor=tree.an, member=register.duc, unit=tree.units["p4-kp1"], kind="committee", since=TREE_BEGAN)
    return transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=DAY)


def code_of(action) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.problem.code


def test_the_old_stay_stands_and_the_new_one_never_was(register, moved):
    tree = register.tree

    stay = take_back_transfer(actor=tree.dung, member=moved)

    assert (stay.pk, stay.state, stay.until) == (register.duc.pk, "active", None)
    assert list(Member.objects.filter(person=register.duc.person)) == [stay]
    assert Member.kept.get(pk=moved.pk).taken_back_at is not None
    assert stays_of_person(stay.pk) == [stay]
    assert not queries.visible_members(tree.chi).filter(person=register.duc.person).exists()
    assert Post.objects.get().until is None
    placements = Placement.objects.filter(source_id__in=[stay.pk, moved.pk]).order_by("since")
    assert [(placement.unit.code, placement.until, placement.taken_back) for placement in placements] == [
        ("p4-kp1", None, False),
        ("p5-kp1", None, True),
    ]
    events = AuditEvent.objects.filter(action__startswith="members.take_back").order_by("id")
    assert [(event.action, event.object_id, event.changed) for event in events] == [
        ("members.take_back_arrival", moved.pk, ["taken_back_at"]),
        ("members.take_back_transfer", stay.pk, ["state", "until"]),
    ]


def test_a_transfer_recorded_after_the_clock_was_set_back_is_taken_back_too(register, monkeypatch):
    """The later stay then has the smaller key, and rows are locked in the order of their keys."""
    tree, now = register.tree, time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now - 10 * 86_400 * 1_000_000_000)
    moved = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=DAY)
    assert moved.pk < register.duc.pk

    stay = take_back_transfer(actor=tree.dung, member=moved)

    assert (stay.pk, stay.state, stay.until) == (register.duc.pk, "active", None)
    assert Member.kept.get(pk=moved.pk).taken_back_at is not None


def test_later_actions_know_nothing_of_it(register, moved):
    tree = register.tree
    stay = take_back_transfer(actor=tree.dung, member=moved)

    again = transfer_member(actor=tree.dung, member=stay, to=tree.units["p5-kp1"], on=TODAY)
    assert (again.previous_id, again.since) == (stay.pk, TODAY)
    assert code_of(lambda: change_member(**change(tree.chi, moved))) == "stay_taken_back"
    take_back_transfer(actor=tree.dung, member=again)
    end_membership(actor=tree.an, member=stay, state="struck-off", on=DAY)

    back = admit_member(actor=tree.an, entry=Admission(tree.units["p4-kp2"], DUC, card_number="820001", since=DAY))

    assert (back.person_id, back.since) == (stay.person_id, DAY)


def change(actor, member, card="820001"):
    return {
        "actor": actor,
        "member": member,
        "particulars": DUC,
        "joined_on": date(2018, 3, 26),
        "card_number": card,
    }


def test_what_was_corrected_about_the_person_since_stays(register, moved):
    change_member(**change(register.tree.chi, moved, card="820009"))

    stay = take_back_transfer(actor=register.tree.dung, member=moved)

    assert stay.card_number == "820009"
    assert AuditEvent.objects.get(action="members.take_back_transfer").changed == ["state", "until", "card_number"]


def test_the_wrong_unit_keeps_no_contact_and_what_it_corrected_goes_home(register, moved):
    tree = register.tree
    particulars = DUC._replace(phone="0987654321")
    change_member(**change(tree.chi, moved) | {"particulars": particulars})

    stay = take_back_transfer(actor=tree.dung, member=moved)

    [contact] = Contact.objects.filter(person=stay.person)
    assert (contact.pk, contact.unit.code) == (stay.contact_id, "p4")
    assert contact.phone_lookup == lookup_hash("phone", "0987654321")
    assert Member.kept.get(pk=moved.pk).contact_id == contact.pk


def test_a_contact_that_the_unit_had_before_stays(register):
    tree = register.tree
    moved = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=DAY)
    home = transfer_member(actor=tree.dung, member=moved, to=tree.units["p4-kp1"], on=DAY)
    again = transfer_member(actor=tree.dung, member=home, to=tree.units["p5-kp1"], on=TODAY)

    take_back_transfer(actor=tree.dung, member=again)

    assert Contact.objects.filter(person=home.person).count() == 2


def test_only_the_latest_of_several(register, moved):
    tree = register.tree
    third = transfer_member(actor=tree.dung, member=moved, to=tree.units["p4-kp2"], on=TODAY)

    assert code_of(lambda: take_back_transfer(actor=tree.dung, member=moved)) == "stay_ended"

    assert take_back_transfer(actor=tree.dung, member=third).pk == moved.pk
    assert take_back_transfer(actor=tree.dung, member=moved).pk == register.duc.pk
    assert code_of(lambda: take_back_transfer(actor=tree.dung, member=moved)) == "stay_taken_back"
    assert code_of(lambda: take_back_transfer(actor=tree.dung, member=register.duc)) == "not_transferred"


def test_what_the_new_branch_recorded_is_looked_at_first(register, moved):
    tree = register.tree
    absence = set_absence(actor=tree.chi, member=moved, reason="work", since=DAY)
    exemption = exempt(
        actor=tree.chi, member=moved, indicator="payment-members", reason="Ốm", review_on=date(2024, 3, 1)
    )
    post = assign_post(actor=tree.chi, member=moved, unit=tree.units["p5-kp1"], kind="deputy", since=TODAY)

    for action, row in (
        (take_back_absence, {"absence": absence}),
        (take_back_exemption, {"exemption": exemption}),
        (take_back_post, {"post": post}),
    ):
        assert code_of(lambda: take_back_transfer(actor=tree.dung, member=moved)) == "written_since"
        action(actor=tree.chi, member=moved, **row)

    assert take_back_transfer(actor=tree.dung, member=moved).pk == register.duc.pk


def test_leave_from_before_the_transfer_goes_back_too(register):
    tree = register.tree
    set_absence(actor=tree.an, member=register.duc, reason="work", since=DAY)
    moved = transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)

    assert take_back_transfer(actor=tree.an, member=moved).pk == register.duc.pk


def test_a_guest_goes_back_as_a_guest(register):
    tree = register.tree
    entry = Admission(tree.units["p5-kp1"], DUC, temporary=True, person=register.duc.person)
    guest = admit_member(actor=tree.dung, entry=entry)
    moved = transfer_member(actor=tree.dung, member=guest, to=tree.units["p4-kp2"], on=TODAY)
    set_absence(actor=tree.an, member=register.duc, reason="work", since=DAY)

    stay = take_back_transfer(actor=tree.dung, member=moved)

    assert (stay.pk, stay.state, stay.temporary) == (guest.pk, "active", True)
    assert not Placement.objects.filter(source_id__in=[guest.pk, moved.pk]).exists()


def test_nobody_goes_back_to_a_branch_that_has_ended(register, moved):
    branch = register.tree.units["p4-kp1"]
    branch.until = TODAY
    branch.save(update_fields=["until"])

    assert code_of(lambda: take_back_transfer(actor=register.tree.dung, member=moved)) == "branch_not_there"
    assert Member.objects.get(pk=moved.pk).state == "active"


@pytest.mark.parametrize("username", ["an", "chi", "binh", "hanh", "khoa"])
def test_both_branches_must_be_in_reach(register, moved, username):
    with pytest.raises(PermissionDenied):
        take_back_transfer(actor=register.tree.users[username], member=moved)

    assert Member.objects.get(pk=moved.pk).state == "active"


def test_what_the_wrong_ward_knew_by_itself_does_not_go_back(register):
    """Ward 5 had helped Thủy at home, and corrects her birth before the transfer is taken back."""
    tree = register.tree
    own = Particulars("Trần Thị Thủy", "female", birth_year=2003, phone="0987654321", address="7 Lý Thường Kiệt")
    [key] = add_contacts([NewContact(tree.units["p5"].pk, own, register.thuy.person_id)])
    away = transfer_member(actor=tree.dung, member=register.thuy, to=tree.units["p5-kp1"], on=DAY)
    particulars = own._replace(birth_year=2004)
    change_member(actor=tree.chi, member=away, particulars=particulars, joined_on=None, card_number="")

    stay = take_back_transfer(actor=tree.dung, member=away)

    assert particulars_of(Contact.objects.get(pk=stay.contact_id)) == Particulars(
        "Trần Thị Thủy", "female", birth_year=2004
    )
    assert particulars_of(Contact.objects.get(pk=key.id)) == particulars
