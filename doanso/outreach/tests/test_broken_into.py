"""Attempts with bad intent, and bad luck of phones."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Event
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client

from doanso.access.models import RoleAssignment
from doanso.adoption.tests.services import make_services
from doanso.ledger.recount import recount
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.conftest import Register
from doanso.outreach.actions.doors import hand_over_area
from doanso.outreach.actions.visits import recording, take_back_visit
from doanso.outreach.models import Team, Teammate, Visit, VisitSupportRecord
from doanso.outreach.tests.conftest import Outing, mate
from doanso.outreach.tests.visiting import SIGNED, Visiting, applied, guest, key
from doanso.people.actions import DoorInput, Particulars, erase_person, match_or_create_households, open_request
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.models import Business, Contact
from doanso.referrals.tests.scene import confirm, make_scene
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, correct_help, record_helps
from doanso.support.models import HelperKind, SupportRecord
from doanso.sync.actions import deliver_backup, register_device
from doanso.sync.tests.conftest import Phone
from doanso.sync.tests.phones import backup_file
from doanso.testing import TODAY, Tree

ALONE: dict[str, Any] = {"teammate": None, "name": "", "kind": "official", "how": "none", "proof": ""}


def _binh_confirms(visiting: Visiting, tree: Tree, visit_id: str) -> dict[str, Any]:
    """Send the confirmation of Bình, who has a sign-in and was present as the neighbourhood's official."""
    binh = visiting.outing.team.teammates.filter(user=tree.binh).first() or mate(
        visiting.outing.team, "Bình", HelperKind.OFFICIAL, "neighbourhood", user=tree.binh
    )
    RoleAssignment.objects.get_or_create(user=tree.binh, role="helper", unit=visiting.outing.ward, since=TODAY)
    registration = register_device(actor=tree.binh, device_id=uuid7(), name="Máy của Bình")
    phone = Phone(registration.device, registration.token, visiting.outing.ward, Client())
    body = {"visit": visit_id, "teammate": str(binh.pk), "how": "sign-in"}
    [ack] = phone.send(phone.record(kind="outreach.confirmation", body=body))["acks"]
    return ack


def _alone(visiting: Visiting, **more: Any) -> dict[str, Any]:
    body = visiting.body(**more)
    body["pair"]["second"] = dict(ALONE)
    return body


def test_the_second_ones_own_word_outlasts_a_change_by_the_first(visiting: Visiting, tree: Tree) -> None:
    bay = guest()
    first = visiting.record(_alone(visiting, people=[bay]))
    visiting.deliver(first)
    applied([_binh_confirms(visiting, tree, first["id"])])
    assert Visit.objects.get().paired
    support_record = SupportRecord.objects.get()
    changed = _alone(visiting, people=[bay, guest("Trần Thị Sáu", year=1960)], in_area=False)
    applied(visiting.deliver(visiting.record(changed, of=first["id"], base=first["hash"])))
    visit = Visit.objects.get()
    assert (visit.in_area, visit.paired, visit.second_how, visit.second_name) == (False, True, "sign-in", "Bình")
    support_record.refresh_from_db()
    assert (support_record.taken_back_at, support_record.grade) == (None, 2)
    assert set(SupportRecord.objects.filter(taken_back_at=None).values_list("grade", flat=True)) == {2}


def test_a_word_that_came_before_its_visit_outlasts_a_change_too(visiting: Visiting, tree: Tree) -> None:
    bay = guest()
    first = visiting.record(_alone(visiting, people=[bay]))
    applied([_binh_confirms(visiting, tree, first["id"])])
    visiting.deliver(first)
    support_record = SupportRecord.objects.get()
    assert (Visit.objects.get().paired, support_record.grade) == (True, 2)
    changed = _alone(visiting, people=[bay], in_area=False)
    applied(visiting.deliver(visiting.record(changed, of=first["id"], base=first["hash"])))
    assert Visit.objects.get().paired
    support_record.refresh_from_db()
    assert (support_record.taken_back_at, support_record.grade) == (None, 2)


def test_what_is_reported_as_before_keeps_its_place_through_any_number_of_changes(visiting: Visiting) -> None:
    bay = guest()
    first = visiting.record(visiting.body(people=[bay]))
    visiting.deliver(first)
    bay["helps"][0]["after"] = "registered"
    bay["person"]["phone"] = "0909000111"
    second = visiting.record(visiting.body(people=[bay]), of=first["id"], base=first["hash"])
    applied(visiting.deliver(second))
    support_record = SupportRecord.objects.get(taken_back_at=None)
    assert support_record.receipt_id is not None
    SupportRecord.objects.filter(pk=support_record.pk).update(grade=3)
    third = visiting.record(visiting.body(people=[bay], in_area=False), of=first["id"], base=second["hash"])
    applied(visiting.deliver(third))
    assert list(SupportRecord.objects.filter(taken_back_at=None).values_list("pk", "grade")) == [(support_record.pk, 3)]


def _at_the_office(tree: Tree, outing: Outing) -> UUID:
    inputs = SupportRecordInput(
        "portal",
        TODAY,
        person=Particulars("Nguyễn Văn Bảy", birth_year=1951, household_id=outing.household.pk, address="2 Lê Lợi"),
        helper=Helper("An"),
        consent=ConsentInput(("support",), "paper", "2023-09"),
    )
    [recorded] = record_helps(actor=tree.an, unit=outing.ward, entries=[inputs])
    return recorded.support_record_id


def test_a_visit_taken_back_leaves_what_the_office_has_recorded_itself(visiting: Visiting, tree: Tree) -> None:
    office = _at_the_office(tree, visiting.outing)
    applied(visiting.send(visiting.body()))
    assert SupportRecord.objects.count() == 1
    take_back_visit(actor=tree.an, visit=Visit.objects.get(), reason="Ghi nhầm nhà")
    assert SupportRecord.objects.get(pk=office).taken_back_at is None
    assert visiting.outing.figure("portal-residents") == 1


def test_a_visit_taken_back_takes_its_corrected_helps_with_it(visiting: Visiting, tree: Tree) -> None:
    applied(visiting.send(visiting.body()))
    support_record = SupportRecord.objects.get()
    correct_help(
        actor=tree.an,
        support_record_id=support_record.pk,
        service="payment",
        happened_on=TODAY,
        helper=Helper("Bùi Thị Lan"),
    )
    assert visiting.outing.figure("payment-residents") == 1
    take_back_visit(actor=tree.an, visit=Visit.objects.get(), reason="Không có thật")
    assert (visiting.outing.figure("payment-residents"), visiting.outing.figure("portal-residents")) == (0, 0)
    assert list(recount()) == []


def test_a_change_by_the_phone_does_not_undo_what_the_office_has_corrected(visiting: Visiting, tree: Tree) -> None:
    bay = guest()
    first = visiting.record(visiting.body(people=[bay]))
    visiting.deliver(first)
    support_record = SupportRecord.objects.get()
    correct_help(
        actor=tree.an,
        support_record_id=support_record.pk,
        service="payment",
        happened_on=TODAY,
        helper=Helper("Bùi Thị Lan"),
    )
    changed = visiting.record(visiting.body(people=[bay], in_area=False), of=first["id"], base=first["hash"])
    applied(visiting.deliver(changed))
    assert list(SupportRecord.objects.filter(taken_back_at=None).values_list("service_id", flat=True)) == ["payment"]


def test_a_slip_is_nobody_elses(visiting: Visiting) -> None:
    bay = guest()
    applied(visiting.send(visiting.body(people=[bay])))
    ghost = guest("Trần Thị Sáu", year=1960, receipt=bay["receipt"])
    [ack] = visiting.send(visiting.body(1, people=[ghost]))
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "receipt_taken")
    assert SupportRecord.objects.count() == 1


def test_one_member_who_is_two_teammates_is_no_pair(visiting: Visiting, register: Register) -> None:
    mates = visiting.outing.mates
    Teammate.objects.filter(pk__in=[mates["lan"].pk, mates["ut"].pk]).update(member=register.duc)
    applied(visiting.send(visiting.body()))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_problem) == (False, "same_person")


def test_a_teammate_known_by_the_name_of_the_first_alone_is_no_pair(visiting: Visiting) -> None:
    mates = visiting.outing.mates
    first = Teammate.objects.get(pk=mates["lan"].pk)
    Teammate.objects.filter(pk=mates["hoa"].pk).update(name=first.name.upper(), user=None, member=None)
    applied(visiting.send(visiting.with_second(teammate=str(mates["hoa"].pk), **SIGNED)))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_problem) == (False, "same_person")
    assert SupportRecord.objects.get().grade == 1


def test_a_member_who_helped_themselves_is_refused_and_a_namesake_is_not(
    visiting: Visiting, register: Register
) -> None:
    duc = register.duc.contact
    Teammate.objects.filter(pk=visiting.outing.mates["lan"].pk).update(member=register.duc)
    own, other = guest(duc.name.upper(), year=duc.birth_year), guest(duc.name, year=1951)
    acks = visiting.send(visiting.body(people=[own]), visiting.body(1, people=[other]))
    assert [ack["state"] for ack in acks] == ["refused", "applied"]
    assert (acks[0]["problem"]["code"], acks[0]["problem"]["field"]) == ("helped_self", "people")
    assert SupportRecord.objects.count() == 1


def test_an_officer_who_hands_in_a_backup_was_not_there(visiting: Visiting, tree: Tree) -> None:
    mate(visiting.outing.team, "Võ Thị An", HelperKind.OFFICIAL, "neighbourhood", user=tree.an)
    record = visiting.record(_alone(visiting))
    deliver_backup(
        actor=tree.an, file=backup_file(visiting.phone.device.pk, [(record["id"], record["hash"], record["payload"])])
    )
    visit = Visit.objects.get()
    assert (visit.recorded_by, visit.first) == (tree.an, visiting.outing.mates["lan"])
    assert SupportRecord.objects.get().helper_name == "Bùi Thị Lan"
    body = {"visit": record["id"], "teammate": str(visiting.outing.mates["lan"].pk), "how": "sign-in"}
    [ack] = visiting.phone.send(visiting.phone.record(kind="outreach.confirmation", body=body))["acks"]
    assert ack["problem"]["code"] == "same_person"


def test_a_rung_put_right_is_kept(visiting: Visiting) -> None:
    bay = guest()
    first = visiting.record(visiting.body(people=[bay]))
    visiting.deliver(first)
    bay["helps"][0]["after"] = "registered"
    applied(visiting.deliver(visiting.record(visiting.body(people=[bay]), of=first["id"], base=first["hash"])))
    visit_help = VisitSupportRecord.objects.get()
    assert (visit_help.after and visit_help.after.code, visit_help.support_record.taken_back_at) == ("registered", None)


def test_an_own_name_drawn_is_no_second(visiting: Visiting) -> None:
    applied(visiting.send(visiting.with_second(name="bùi  thị LAN", **SIGNED)))
    visit = Visit.objects.get()
    assert (visit.paired, visit.second_problem) == (False, "same_person")


def test_two_of_a_like_name_are_a_pair(visiting: Visiting, tree: Tree) -> None:
    mates = visiting.outing.mates
    # Of one name, but of an account each.
    Teammate.objects.filter(pk=mates["hoa"].pk).update(name="Bùi Thị Lan", user=tree.binh)
    applied(visiting.send(visiting.with_second(teammate=str(mates["hoa"].pk), **SIGNED)))
    applied(visiting.send(visiting.with_second(name="Bùi Thị Lân", **SIGNED)))
    assert list(Visit.objects.values_list("paired", "second_problem")) == [(True, "")] * 2
    assert list(SupportRecord.objects.values_list("grade", flat=True)) == [2] * SupportRecord.objects.count()


def test_whoever_was_born_in_the_year_of_a_helper_of_a_like_name_was_helped(
    visiting: Visiting, register: Register
) -> None:
    Contact.objects.filter(pk=register.duc.contact_id).update(name="Nguyễn Văn Hùng", folded="nguyen van hung")
    Teammate.objects.filter(pk=visiting.outing.mates["lan"].pk).update(member=register.duc)
    year = register.duc.contact.birth_year
    applied(visiting.send(visiting.body(people=[guest("Nguyễn Văn Hưng", year=year)])))


def test_nobody_of_another_ward_confirms(visiting: Visiting, tree: Tree) -> None:
    ward = tree.units["p5"]
    team = Team.objects.create(unit=ward, name="Tổ phường 5", since=date(2023, 3, 1))
    other = mate(team, "Bình", HelperKind.OFFICIAL, "neighbourhood", user=tree.binh)
    RoleAssignment.objects.create(user=tree.binh, role="helper", unit=ward, since=TODAY)
    registration = register_device(actor=tree.binh, device_id=uuid7(), name="Máy của Bình")
    phone = Phone(registration.device, registration.token, ward, Client())
    first = visiting.record(_alone(visiting))
    late = visiting.record(_alone(visiting, people=[guest("Trần Thị Sáu", year=1960)]))
    visiting.deliver(first)
    for record in (first, late):
        body = {"visit": record["id"], "teammate": str(other.pk), "how": "sign-in"}
        phone.send(phone.record(kind="outreach.confirmation", body=body))
    visiting.deliver(late)
    assert not Visit.objects.filter(paired=True).exists()


def test_whoever_left_the_team_before_the_visit_does_not_confirm_it(visiting: Visiting, tree: Tree) -> None:
    gone = mate(visiting.outing.team, "Bình", HelperKind.OFFICIAL, "neighbourhood", user=tree.binh)
    gone.until = TODAY - timedelta(days=3)
    gone.save()
    first = visiting.record(_alone(visiting))
    visiting.deliver(first)
    ack = _binh_confirms(visiting, tree, first["id"])
    assert not Visit.objects.get().paired, ack


def test_a_home_of_another_ward_is_not_taken_by_calling_it_new(visiting: Visiting, tree: Tree) -> None:
    [theirs] = match_or_create_households(unit_id=tree.units["p5"].pk, inputs=[DoorInput("8", "Hùng Vương")])
    place = {"id": str(theirs.household_id), "new": True, "number": "8", "street": "Lê Lợi", "neighbourhood": None}
    [ack] = visiting.send(visiting.body(door=None, household=place))
    assert not Visit.objects.filter(household=theirs.household_id).exists()
    assert ack["state"] == "refused"


def test_a_clock_far_ahead_does_not_hold_a_door_for_good(visiting: Visiting) -> None:
    ahead = visiting.body(outcome="not-home", people=[], happened_on="2099-01-01")
    first = visiting.record(ahead)
    visiting.deliver(first)
    visiting.deliver(visiting.record(ahead | {"in_area": False}, of=first["id"], base=first["hash"]))
    door = visiting.outing.doors[0]
    door.refresh_from_db()
    assert door.visited_on == TODAY


def test_an_erased_contact_is_not_written_to(visiting: Visiting, tree: Tree) -> None:
    applied(visiting.send(visiting.body()))
    contact = Contact.objects.get(name="Nguyễn Văn Bảy")
    erase_everywhere(actor=None, locked=lock_to_erase([contact.person_id]), action="people.forget")
    again = guest("Nguyễn Văn Bảy", "payment", person={"contact": str(contact.pk)})
    visiting.send(visiting.body(1, people=[again]))
    assert not SupportRecord.objects.filter(contact=contact, service="payment").exists()


def test_absurd_days_break_no_page(visiting: Visiting, tree: Tree, as_user: Any) -> None:
    bodies = [
        visiting.body(0, outcome="follow-up", people=[], happened_on="0001-01-01", follow_up_on="0001-01-02"),
        visiting.body(1, outcome="follow-up", people=[], happened_on="0001-01-01", follow_up_on="9999-12-31"),
        visiting.body(2, outcome="not-home", people=[], happened_on="9999-12-31"),
    ]
    visiting.send(*bodies)
    client = as_user(tree.an)
    for path in ("/outreach/visits/", "/outreach/", "/outreach/follow-ups/", "/outreach/plan/"):
        answer = client.get(path)
        assert answer.status_code == 200, path


def test_a_mistyped_year_closes_no_door_and_breaks_no_handing_over(visiting: Visiting, tree: Tree) -> None:
    body = visiting.body(outcome="follow-up", people=[], follow_up_on="9999-12-31")
    [ack] = visiting.send(body)
    assert (ack["state"], ack["problem"]["code"]) == ("refused", "follow_up_day")
    # All of it by a clock that is far ahead.
    applied(visiting.send(body | {"happened_on": "9999-12-30"}))
    RoleAssignment.objects.create(user=tree.binh, role="helper", unit=visiting.outing.ward, since=TODAY)
    handed_over = hand_over_area(actor=tree.an, unit=visiting.outing.ward, giver=tree.lan, taker=tree.binh)
    assert handed_over.follow_ups == 1


def test_a_shop_found_at_the_door_stays_that_shop_when_the_visit_is_put_right(visiting: Visiting) -> None:
    shop = {"id": key(), "new": True, "name": "Tạp hóa Năm", "number": "9", "street": "Lê Lợi", "neighbourhood": None}
    helped = guest("", "payment") | {"person": None, "consent": None, "business": True}
    common = {"door": None, "household": None, "people": [helped]}
    first = visiting.record(visiting.body(**common, business=shop))
    applied(visiting.deliver(first))
    renamed = visiting.body(**common, business=shop | {"name": "Tạp hóa Sáu"})
    applied(visiting.deliver(visiting.record(renamed, of=first["id"], base=first["hash"])))
    assert [business.name for business in Business.objects.all()] == ["Tạp hóa Sáu"]
    assert visiting.outing.figure("payment-shops") == 1


def test_a_place_that_wraps_a_record_of_the_branch_follows_its_confirmation(tree: Tree) -> None:
    make_services()
    one_two = make_scene(tree)
    slot = one_two.open("friend")
    inputs = SupportRecordInput(
        "portal",
        TODAY,
        person=Particulars("Nguyễn Minh Khang", birth_year=2001, phone="0987654321"),
        helper=Helper("Trần Thị Bình"),
        consent=ConsentInput(("support",), "paper", "2023-09"),
    )
    record_helps(actor=tree.binh, unit=one_two.khoa.branch, entries=[inputs])
    accepted = one_two.accept(slot, phone="0987654321")
    assert (SupportRecord.objects.count(), accepted.confirmed) == (1, False)
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)
    confirm(accepted)
    slot.refresh_from_db()
    assert (slot.confirmed_on, one_two.figure()) == (TODAY, 1)


def test_a_change_by_the_phone_writes_down_nobody_who_was_erased(visiting: Visiting, tree: Tree) -> None:
    bay, sau = guest(), guest("Trần Thị Sáu", year=1960)
    first = visiting.record(visiting.body(people=[bay, sau]))
    applied(visiting.deliver(first))
    person = Contact.objects.get(name="Nguyễn Văn Bảy").person_id
    request = open_request(actor=None, person_id=person, unit_id=visiting.outing.ward.pk, kind="erase", channel="paper")
    erase_person(actor=tree.an, request=request)
    changed = visiting.body(people=[bay, sau], in_area=False)
    applied(visiting.deliver(visiting.record(changed, of=first["id"], base=first["hash"])))
    assert not Contact.objects.filter(name="Nguyễn Văn Bảy").exists()
    assert SupportRecord.objects.filter(taken_back_at=None).count() == 2
    assert visiting.outing.figure("portal-residents") == 2
    assert list(recount()) == []


@pytest.mark.django_db(transaction=True)
def test_a_word_that_crosses_its_visit_is_not_lost(visiting: Visiting, tree: Tree, monkeypatch: Any) -> None:
    first = visiting.record(_alone(visiting))
    begun, write = Event(), recording.write_new_visits

    def slowly(*arguments: Any) -> Any:
        begun.set()
        # The confirmation comes when the visit has looked for it, and is not committed yet.
        Event().wait(1.5)
        return write(*arguments)

    monkeypatch.setattr(recording, "write_new_visits", slowly)

    def bring() -> Any:
        try:
            return visiting.deliver(first)
        finally:
            connection.close()

    def confirms() -> Any:
        try:
            begun.wait(10)
            return _binh_confirms(visiting, tree, first["id"])
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        futures = [pool.submit(bring), pool.submit(confirms)]
        assert [future.result() is not None for future in futures] == [True, True]
    assert Visit.objects.get().paired
