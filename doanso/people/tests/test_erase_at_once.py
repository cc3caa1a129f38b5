"""Write down a person who is being erased at the same moment: before it, or never.

On PostgreSQL the second transaction really waits; on SQLite the one write lock covers all of it.
"""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from doanso.ledger.models import Subject
from doanso.ledger.recount import recount
from doanso.members.actions import Admission, admit_member, end_membership, take_back_ending
from doanso.members.models import Member, MemberState
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.people.actions import (
    Particulars,
    change_contact,
    erase_person,
    link_sign_in,
    match_or_create_people,
    open_request,
    particulars_of,
)
from doanso.people.models import Contact, Person, Request
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db(transaction=True)

MAI = Particulars("Nguyễn Thị Mai", "female", birth_year=1958, phone="0903111222")
DUC = Particulars("Nguyễn Hoàng Đức", "male", date(2001, 4, 12), 2001, "0912345678", "082201001234")


def readable():
    """Return what can still be read of an erased person."""
    contacts = Contact.objects.filter(person__erased_at__isnull=False)
    return [particulars_of(contact) for contact in contacts if particulars_of(contact) != Particulars("")]


def erasing(tree, person_id):
    request = open_request(
        actor=tree.dung, person_id=person_id, unit_id=tree.units["my-tho"].pk, kind="erase", channel="paper"
    )
    return lambda: erase_person(actor=tree.dung, request=request).state


def meeting(tree, code, particulars):
    def meet():
        with transaction.atomic():
            return match_or_create_people(unit_id=tree.units[code].pk, inputs=[particulars])[0]

    return meet


@pytest.mark.parametrize(
    ("code", "person_inputs"),
    [("p5", MAI), ("p4", MAI._replace(birth_date=date(1958, 5, 6), address="12 Lê Lợi"))],
    ids=["another ward's list", "the ward's own list, with more of her"],
)
def test_an_erasure_waits_for_a_list_that_names_the_person(tree, meet, code, person_inputs):
    person_id = meet("p4", MAI).person_id
    erase = erasing(tree, person_id)

    with transaction.atomic():
        met = meeting(tree, code, person_inputs)()
        other = waiting(erase)
    other.join(PATIENCE)

    assert (met.person_id, other.answer) == (person_id, "settled")
    assert readable() == []
    assert Contact.objects.filter(person=person_id).exclude(erased_at=None).count() == 1 + (code == "p5")


@pytest.mark.parametrize("code", ["p4", "p5"])
def test_a_list_waits_for_an_erasure_and_meets_somebody_new(tree, meet, code):
    person_id = meet("p4", MAI).person_id
    erase = erasing(tree, person_id)

    with transaction.atomic():
        erase()
        other = waiting(meeting(tree, code, MAI))
    other.join(PATIENCE)

    assert other.answer.is_new
    assert readable() == []
    assert [contact.person_id for contact in Contact.objects.exclude(name="")] == [other.answer.person_id]


def test_a_correction_waits_for_an_erasure_and_is_refused(tree, meet):
    met = meet("p4", MAI)
    contact = Contact.objects.get(pk=met.contact_id)
    erase = erasing(tree, met.person_id)

    with transaction.atomic():
        erase()
        other = waiting(lambda: change_contact(contact=contact, particulars=MAI._replace(address="12 Lê Lợi")))
    other.join(PATIENCE)

    assert other.answer == "person_erased"
    assert readable() == []


@pytest.fixture
def former(tree):
    """Đức was a member of ward 4, and asks to be erased."""
    entry = Admission(branch=tree.units["p4-kp1"], particulars=DUC)
    member = admit_member(actor=tree.an, entry=entry)
    end_membership(actor=tree.an, member=member, state="grown-out", on=TODAY)
    return Member.objects.get(pk=member.pk)


@pytest.mark.parametrize("again", ["admitted anew elsewhere", "admitted anew", "the end is taken back"])
def test_nobody_becomes_a_member_again_while_being_erased(tree, former, again):
    branch = tree.units["p5-kp1" if again.endswith("elsewhere") else "p4-kp1"]
    planned_actions = {"the end is taken back": lambda: take_back_ending(actor=tree.dung, member=former)}
    admit = lambda: admit_member(actor=tree.dung, entry=Admission(branch=branch, particulars=DUC))  # noqa: E731
    erase = erasing(tree, former.person_id)

    with transaction.atomic():
        erase()
        other = waiting(planned_actions.get(again, admit))
    other.join(PATIENCE)

    # Who comes when all is over is somebody new; who has found the person before is refused.
    active = Member.objects.filter(state=MemberState.ACTIVE)
    assert other.answer == "person_erased" or [other.answer] == list(active.exclude(person=former.person_id))
    assert readable() == []
    assert not active.filter(person=former.person_id).exists()
    assert list(recount()) == []


def test_an_account_is_not_given_to_somebody_who_is_being_erased(tree, meet):
    person_id = meet("p4", MAI).person_id
    erase = erasing(tree, person_id)

    with transaction.atomic():
        erase()
        other = waiting(lambda: link_sign_in(person=Person.objects.get(pk=person_id), user=tree.hanh))
    other.join(PATIENCE)

    assert other.answer == "person_erased"
    assert Person.objects.get(pk=person_id).user is None


@pytest.mark.parametrize(
    "left",
    [
        lambda contact: Contact.objects.filter(pk=contact.pk).update(phone_lookup="x"),
        lambda contact: Contact.objects.filter(pk=contact.pk).update(name="Nguyễn Thị Mai"),
        lambda contact: Contact.objects.filter(pk=contact.pk).update(birth_year=1958),
    ],
    ids=["phone", "name", "birth"],
)
def test_the_database_itself_holds_that_nothing_readable_stays(tree, meet, left):
    met = meet("p4", MAI)
    erasing(tree, met.person_id)()

    with pytest.raises(IntegrityError), transaction.atomic():
        left(Contact.objects.get(pk=met.contact_id))
    with pytest.raises(IntegrityError), transaction.atomic():
        Person.objects.filter(pk=met.person_id).update(user=tree.hanh)
    assert (Request.objects.get().state, Subject.objects.filter(ref=met.person_id).count()) == ("settled", 0)
