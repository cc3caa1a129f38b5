from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import Event
from doanso.lib import sealing
from doanso.lib.problems import Refused
from doanso.members.actions import Admission, admit_many, admit_member
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.people.models import Contact, Person
from doanso.tally.models import Placement
from doanso.testing import TODAY


def entry(tree, branch="p4-kp1", **more) -> Admission:
    facts = {
        "name": "Phan Văn Hòa",
        "birth_date": date(2002, 5, 5),
        "phone": "0987654321",
        "citizen_id": "082202005555",
    }
    return Admission(
        branch=tree.units[branch],
        particulars=Particulars(**(facts | more.pop("facts", {}))),
        **{"joined_on": date(2019, 5, 19), "card_number": "A1"} | more,
    )


def test_a_stay_begins_on_the_day_of_joining(tree):
    member = admit_member(actor=tree.an, entry=entry(tree))

    member.refresh_from_db()
    assert (member.since, member.until, member.state, member.arrived_on) == (date(2019, 5, 19), None, "active", TODAY)
    contact = Contact.objects.get()
    assert (contact.unit.code, contact.name, contact.folded, contact.birth_year) == (
        "p4",
        "Phan Văn Hòa",
        "phan van hoa",
        2002,
    )
    assert contact.person_id == member.person_id
    assert sealing.unseal(contact.phone_sealed, context="people.contact.phone") == "0987654321"
    assert b"0987654321" not in bytes(contact.phone_sealed)
    event = Event.objects.get(verb="members.admit")
    assert (event.object_id, event.unit_id, event.actor) == (member.pk, tree.units["p4-kp1"].pk, tree.an)
    placement = Placement.objects.get()
    assert (placement.source_id, placement.unit_id, placement.since) == (member.pk, member.branch_id, member.since)


def test_without_a_day_of_joining_it_begins_today(tree):
    member = admit_member(actor=tree.binh, entry=entry(tree, joined_on=None))

    assert member.since == TODAY


def test_a_temporary_stay_is_placed_nowhere(tree):
    member = admit_member(actor=tree.an, entry=entry(tree, temporary=True))

    assert Member.objects.get().temporary is True
    assert not Placement.objects.filter(source_id=member.pk).exists()


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"since": date(2023, 11, 13)}, "since_in_future"),
        ({"joined_on": date(2024, 1, 1), "since": date(2023, 1, 1)}, "joined_in_future"),
        ({"joined_on": date(2010, 1, 1)}, "joined_too_young"),
        ({"branch": "p4"}, "not_a_branch"),
    ],
)
def test_days_and_branch_must_make_sense(tree, more, code):
    with pytest.raises(Refused) as refused:
        admit_member(actor=tree.an, entry=entry(tree, **more))

    assert refused.value.problem.code == code
    assert Person.objects.count() == 0


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"card_number": "A1", "facts": {"citizen_id": ""}}, "card_taken"),
        ({"card_number": "A2"}, "already_active"),
    ],
)
def test_one_card_and_one_active_membership(tree, more, code):
    admit_member(actor=tree.an, entry=entry(tree))

    with pytest.raises(Refused) as refused:
        admit_member(actor=tree.chi, entry=entry(tree, branch="p5-kp1", **more))

    assert refused.value.problem.code == code
    assert Member.objects.count() == 1


@pytest.mark.parametrize("who", ["chi", "hanh", "khoa", "lan", "minh"])
def test_others_may_not(tree, who):
    with pytest.raises(PermissionDenied):
        admit_member(actor=tree.users[who], entry=entry(tree))

    assert Member.objects.count() == 0


def test_many_take_as_many_statements_as_few(tree, django_assert_max_num_queries):
    few = [entry(tree, card_number=f"F{n}", facts={"citizen_id": ""}) for n in range(2)]
    many = [entry(tree, card_number=f"M{n}", facts={"citizen_id": ""}) for n in range(60)]

    admit_many(actor=tree.an, entries=few)
    with django_assert_max_num_queries(30):
        members = admit_many(actor=tree.an, entries=many)

    assert len(members) == 60
    assert Event.objects.filter(verb="members.admit").count() == 62
