from copy import deepcopy
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Placement
from doanso.lib import encryption
from doanso.lib.problems import Refused
from doanso.members.actions import Admission, admit_many, admit_member, end_membership
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.people.models import Contact, Person
from doanso.people.queries import decrypt_field
from doanso.testing import TODAY, TREE_BEGAN


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
        **{"joined_on": date(2021, 5, 19), "card_number": "A1"} | more,
    )


def test_a_stay_begins_on_the_day_of_joining(tree):
    member = admit_member(actor=tree.an, entry=entry(tree))

    member.refresh_from_db()
    assert (member.since, member.until, member.state, member.arrived_on) == (date(2021, 5, 19), None, "active", TODAY)
    contact = Contact.objects.get()
    assert (contact.unit.code, contact.name, contact.folded, contact.birth_year) == (
        "p4",
        "Phan Văn Hòa",
        "phan van hoa",
        2002,
    )
    assert contact.person_id == member.person_id
    assert encryption.decrypt(contact.phone_encrypted, context="people.contact.phone") == "0987654321"
    assert b"0987654321" not in bytes(contact.phone_encrypted)
    event = AuditEvent.objects.get(action="members.admit")
    assert (event.object_id, event.unit_id, event.actor) == (member.pk, tree.units["p4-kp1"].pk, tree.an)
    placement = Placement.objects.get()
    assert (placement.source_id, placement.unit_id, placement.since) == (member.pk, member.branch_id, member.since)


def test_no_stay_begins_before_its_branch(tree):
    member = admit_member(actor=tree.an, entry=entry(tree, joined_on=date(2019, 5, 19)))

    assert (member.since, member.joined_on) == (TREE_BEGAN, date(2019, 5, 19))


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
        ({"facts": {"birth_date": date(2020, 1, 1)}}, "too_young"),
        ({"facts": {"birth_date": date(1920, 1, 1)}}, "too_old"),
        ({"facts": {"name": "Bảy 123"}}, "name_digits"),
        ({"facts": {"name": "<b>Bảy</b>"}}, "name_brackets"),
        ({"facts": {"name": "Trần Văn \u202eyảB"}}, "name_hidden_letters"),
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


def test_the_same_once_more_asks_whether_it_is_somebody_else(tree):
    unnumbered = {"card_number": "", "facts": {"citizen_id": "", "phone": ""}}
    first = admit_member(actor=tree.an, entry=entry(tree, **deepcopy(unnumbered)))

    with pytest.raises(Refused) as refused:
        admit_member(actor=tree.an, entry=entry(tree, **deepcopy(unnumbered)))
    assert (refused.value.problem.code, refused.value.problem.field) == ("perhaps_double", "another")

    second = admit_member(actor=tree.an, entry=entry(tree, another=True, **deepcopy(unnumbered)))
    assert second.person_id != first.person_id
    admit_member(actor=tree.an, entry=entry(tree, branch="p4-kp2", **deepcopy(unnumbered)))
    assert Member.objects.count() == 3


@pytest.mark.parametrize("facts", [{}, {"citizen_id": ""}])
def test_who_comes_back_is_the_same_person_from_today_on(tree, facts):
    first = admit_member(actor=tree.an, entry=entry(tree))
    end_membership(actor=tree.an, member=first, state="struck-off", on=date(2023, 6, 1))

    with pytest.raises(Refused) as refused:
        admit_member(actor=tree.an, entry=entry(tree, branch="p4-kp2", since=date(2023, 5, 31), facts=dict(facts)))
    assert refused.value.problem.code == "since_before_leaving"

    back = admit_member(actor=tree.an, entry=entry(tree, branch="p4-kp2", facts={"phone": "0911111111", **facts}))

    assert (back.person_id, back.contact_id, back.since) == (first.person_id, first.contact_id, TODAY)
    contact = Contact.objects.get()
    assert decrypt_field(contact, "phone") == "0911111111"
    assert decrypt_field(contact, "citizen_id") == "082202005555"


def test_who_comes_back_elsewhere_gets_a_contact_there(tree):
    first = admit_member(actor=tree.an, entry=entry(tree))
    end_membership(actor=tree.an, member=first, state="struck-off", on=date(2023, 6, 1))

    [back] = admit_many(actor=tree.chi, entries=[entry(tree, branch="p5-kp1")])

    assert (back.person_id, back.since) == (first.person_id, TODAY)
    assert Contact.objects.filter(person=first.person_id).count() == 2


def test_many_at_once_make_no_second_membership_of_a_number(tree):
    admit_member(actor=tree.an, entry=entry(tree))

    with pytest.raises(Refused) as refused:
        admit_many(actor=tree.chi, entries=[entry(tree, branch="p5-kp1", card_number="")])
    assert refused.value.problem.code == "already_active"

    [guest] = admit_many(actor=tree.chi, entries=[entry(tree, branch="p5-kp1", card_number="", temporary=True)])
    assert guest.since == TODAY
    assert Person.objects.count() == 1


@pytest.mark.parametrize("username", ["chi", "hanh", "khoa", "lan", "minh"])
def test_others_may_not(tree, username):
    with pytest.raises(PermissionDenied):
        admit_member(actor=tree.users[username], entry=entry(tree))

    assert Member.objects.count() == 0


def test_many_take_as_many_statements_as_few(tree, django_assert_max_num_queries):
    few = [entry(tree, card_number=f"F{n}", facts={"citizen_id": ""}) for n in range(2)]
    many = [entry(tree, card_number=f"M{n}", facts={"citizen_id": ""}) for n in range(60)]

    admit_many(actor=tree.an, entries=few)
    with django_assert_max_num_queries(30):
        members = admit_many(actor=tree.an, entries=many)

    assert len(members) == 60
    assert AuditEvent.objects.filter(action="members.admit").count() == 62
