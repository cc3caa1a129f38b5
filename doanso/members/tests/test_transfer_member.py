from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.ledger.models import Placement
from doanso.lib.problems import Refused
from doanso.members.actions import assign_post, transfer_member
from doanso.members.models import Member
from doanso.people.actions import NewContact, Particulars, add_contacts, change_contact, particulars_of
from doanso.people.models import Contact
from doanso.people.queries import traits_of
from doanso.testing import TODAY, TREE_BEGAN
from doanso.units.models import Neighbourhood

DAY = date(2023, 10, 2)


def test_one_stay_ends_and_the_next_begins(register):
    tree = register.tree
    post = assign_post(
        actor=tree.an, member=register.duc, unit=tree.units["p4-kp1"], kind="secretary", since=date(2022, 1, 1)
    )

    arrived = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=DAY)

    old = Member.objects.get(pk=register.duc.pk)
    assert (old.state, old.until) == ("transferred", DAY)
    assert (arrived.state, arrived.since, arrived.until, arrived.previous_id) == ("active", DAY, None, old.pk)
    assert (arrived.person_id, arrived.card_number, arrived.joined_on) == (old.person_id, "820001", old.joined_on)
    contacts = Contact.objects.filter(person=old.person).order_by("created_at")
    assert [contact.unit.code for contact in contacts] == ["p4", "p5"]
    assert [contact.phone_lookup for contact in contacts] == [register.duc.contact.phone_lookup] * 2
    placements = Placement.objects.filter(source_id__in=[old.pk, arrived.pk]).order_by("since")
    assert [(placement.unit.code, placement.since, placement.until) for placement in placements] == [
        ("p4-kp1", TREE_BEGAN, DAY),
        ("p5-kp1", DAY, None),
    ]
    post.refresh_from_db()
    assert post.until == DAY
    events = AuditEvent.objects.filter(action__in=["members.transfer", "members.arrive"]).order_by("id")
    assert [(event.action, event.object_id) for event in events] == [
        ("members.transfer", old.pk),
        ("members.arrive", arrived.pk),
    ]


def test_within_the_ward_its_secretary_may_and_the_contact_stays(register):
    tree = register.tree

    arrived = transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)

    assert arrived.contact_id == register.duc.contact_id


def test_one_who_comes_back_has_one_contact_per_unit(register):
    tree = register.tree
    away = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=DAY)

    transfer_member(actor=tree.dung, member=away, to=tree.units["p4-kp2"], on=DAY + timedelta(days=9))

    assert Contact.objects.filter(person=register.duc.person).count() == 2
    assert Member.objects.filter(person=register.duc.person).count() == 3


OWN = Particulars(
    "Trần Thị Thủy",
    "female",
    date(2003, 5, 6),
    2003,
    "0987654321",
    "082303005555",
    "thuy@example.vn",
    "7 Lý Thường Kiệt",
)


@pytest.mark.parametrize(
    ("stated", "missing", "filled"),
    [
        ({}, (), {}),
        ({"birth_year": 2004}, (), {}),
        ({"birth_date": date(2003, 6, 5), "phone": "0912000111"}, (), {}),
        ({"address": "1 Ấp Bắc"}, (), {}),
        # What it had not written down is filled, and no day of another year.
        ({"phone": "0912000111", "address": "1 Ấp Bắc"}, ("phone",), {"phone": "0912000111"}),
        ({"birth_date": date(2003, 6, 5)}, ("birth_date",), {"birth_date": date(2003, 6, 5)}),
        ({"birth_date": date(2004, 6, 5)}, ("birth_date",), {}),
        (
            {"birth_date": date(2004, 6, 5)},
            ("birth_date", "birth_year"),
            {"birth_date": date(2004, 6, 5), "birth_year": 2004},
        ),
    ],
)
def test_what_the_receiving_ward_had_stays_whatever_the_other_one_knows(register, stated, missing, filled):
    """The ward of before knows a name and a year, and what stands beside; the ward she comes to knew her as a resident."""
    tree = register.tree
    particulars = Particulars("Trần Thị Thủy", "female", birth_year=2003)._replace(**stated)
    change_contact(contact=register.thuy.contact, particulars=particulars)
    area = Neighbourhood.objects.create(name="Khu phố 9", unit=tree.units["p5"], since=TREE_BEGAN)
    empty = Particulars("")._asdict()
    own = OWN._replace(neighbourhood_id=area.pk, **{name: empty[name] for name in missing})
    add_contacts([NewContact(tree.units["p5"].pk, own, register.thuy.person_id)])

    arrived = transfer_member(actor=tree.dung, member=register.thuy, to=tree.units["p5-kp1"], on=DAY)

    contact = Contact.objects.get(pk=arrived.contact_id)
    assert particulars_of(contact) == own._replace(**filled)
    traits = traits_of(particulars_of(contact), contact.unit_id)
    assert (contact.folded, contact.phone_lookup, contact.tail_lookup) == (traits.folded, traits.phone, traits.tail)
    assert particulars_of(Contact.objects.get(pk=register.thuy.contact_id)) == particulars._replace(
        birth_year=particulars.birth_date.year if particulars.birth_date else particulars.birth_year
    )


@pytest.mark.parametrize(
    ("username", "to"), [("an", "p5-kp1"), ("chi", "p5-kp1"), ("binh", "p4-kp2"), ("hanh", "p4-kp2")]
)
def test_both_branches_must_be_in_reach(register, username, to):
    tree = register.tree

    with pytest.raises(PermissionDenied):
        transfer_member(actor=tree.users[username], member=register.duc, to=tree.units[to], on=DAY)

    assert Member.objects.get(pk=register.duc.pk).state == "active"


@pytest.mark.parametrize(
    ("to", "on", "code"),
    [
        ("p4-kp1", DAY, "same_branch"),
        ("p4", DAY, "not_a_branch"),
        ("p4-kp2", TODAY + timedelta(days=1), "day_in_future"),
        ("p4-kp2", date(2019, 12, 31), "day_before_stay"),
    ],
)
def test_a_move_that_makes_no_sense_is_refused(register, to, on, code):
    tree = register.tree

    with pytest.raises(Refused) as refused:
        transfer_member(actor=tree.dung, member=register.duc, to=tree.units[to], on=on)

    assert refused.value.problem.code == code


def test_an_ended_stay_moves_no_more(register):
    tree = register.tree
    transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)

    with pytest.raises(Refused) as refused:
        transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)

    assert refused.value.problem.code == "stay_ended"
