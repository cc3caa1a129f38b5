"""The promise at booths: what a holder confirms is counted, and each person and each shop once."""

import pytest
from django.db import transaction

from doanso.events import actions, personal
from doanso.events.actions import AnswerInput, ShiftInput
from doanso.events.models import BoothStamp, Registration
from doanso.events.tests.booths.conftest import Fair, record_of
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.notices.models import Notice
from doanso.people.actions import merge_persons
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.models import Consent, Duplicate, Person
from doanso.support.actions import dispute_receipt, take_back_help
from doanso.support.models import Confirmation, SupportRecord, Tries
from doanso.support.tests.conftest import record_input, shop
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

SHOP = {"shop_name": "Tạp hóa Mận", "house_number": "12", "street": "Lê Lợi"}


def test_a_stamp_counts_nowhere_until_its_holder_confirms_it(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    assert (SupportRecord.objects.count(), Person.objects.filter(helps__isnull=False).count()) == (0, 0)
    assert (fair.figure(), fair.figure("payment-shops")) == (0, 0)
    fair.confirm(link, stamp)
    record = record_of(stamp)
    assert (fair.figure(), fair.figure(unit="p4"), fair.figure(unit="p5")) == (1, 1, 0)
    assert (record.pk, record.unit.code, record.service_id, record.happened_on) == (stamp.pk, "p4", "payment", TODAY)
    assert (record.source, record.grade, record.helper_name) == ("booth", 3, "Võ Thị Gian Nhất")
    assert record.contact is not None
    assert (record.contact.name, record.contact.birth_year, record.contact.unit.code) == ("Lê Thị Mận", 1990, "p4")
    consent = Consent.objects.get(person=record.person)
    assert (consent.purpose, consent.channel) == ("support", "screen")
    assert list(recount()) == []


def test_confirming_twice_changes_nothing(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    for _time in range(2):
        fair.confirm(link, stamp)
    assert (SupportRecord.objects.count(), Confirmation.objects.count(), fair.figure()) == (1, 1, 1)


def test_two_stamps_of_one_ticket_are_one_person(fair: Fair):
    """Name and year alone match nobody, so without the ticket the second booth would count a second person."""
    _booth, _shift, wallet = fair.add_booth(2)
    _booth, _shift, telecom = fair.add_booth(3, "p5")
    ticket, link = fair.ticket()
    stamps = [fair.stamp(ticket), fair.stamp(ticket, "payment"), fair.stamp(ticket, link=wallet),
              fair.stamp(ticket, link=telecom)]  # fmt: skip
    for stamp in stamps:
        fair.confirm(link, stamp)
    records = [record_of(stamp) for stamp in stamps]
    # One record for each unit that helped with the service on that day, and one person in both.
    assert len({record.pk for record in records[:3]}) == 1
    assert len({record.person_id for record in records}) == 1
    assert {record.unit.code for record in records} == {"p4", "p5"}
    assert Duplicate.objects.count() == 0
    assert (fair.figure(), fair.figure(unit="p4"), fair.figure(unit="p5")) == (1, 1, 0)
    assert all(stamp.is_certain for stamp in BoothStamp.objects.all())
    assert list(recount()) == []


def test_other_services_of_one_ticket_stand_on_one_receipt_and_are_confirmed_at_once(fair: Fair):
    _booth, _shift, vneid = fair.add_booth(2, service="vneid")
    ticket, link = fair.ticket()
    first, second = fair.stamp(ticket), fair.stamp(ticket, "done", vneid)
    for stamp in (first, second):
        fair.confirm(link, stamp)
    records = [record_of(first), record_of(second)]
    assert records[0].receipt_id == records[1].receipt_id
    assert [record.grade for record in records] == [3, 3]
    assert records[0].contact_id == records[1].contact_id


@pytest.mark.parametrize("unit", ["p4", "p5"])
def test_somebody_counted_before_stays_counted_once(fair: Fair, unit: str):
    """Ward 4 or 5 has helped her at her door, with her phone; at the festival she gives the same phone."""
    [before] = fair.counting.support_record(
        record_input("Lê Thị Mận", 1990, phone="0912000111", service="payment", happened_on=TODAY.replace(day=2)),
        unit=unit,
    )
    assert fair.figure() == 1
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp, phone="0912000111")
    assert record_of(stamp).person_id == before.person_id
    assert (fair.figure(), SupportRecord.objects.count(), Duplicate.objects.count()) == (1, 2, 0)
    assert list(recount()) == []


def test_her_place_is_enough_where_her_own_ward_helped(fair: Fair):
    [before] = fair.counting.support_record(
        record_input(
            "Lê Thị Mận", 1990, phone="", address="12 Lê Lợi", service="payment", happened_on=TODAY.replace(day=2)
        )
    )
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp, house_number="12", street="Lê Lợi")
    assert (record_of(stamp).person_id, fair.figure()) == (before.person_id, 1)


def test_without_phone_and_place_an_officer_is_asked_and_the_answer_counts_once(fair: Fair):
    [before] = fair.counting.support_record(
        record_input("Lê Thị Mận", 1990, phone="0912000111", service="payment", happened_on=TODAY.replace(day=2))
    )
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp)
    pair = Duplicate.objects.get()
    assert {pair.one_id, pair.other_id} == {before.person_id, record_of(stamp).person_id}
    person = record_of(stamp).person
    assert (person is not None, before.person is not None) == (True, True)
    merge_persons(actor=fair.counting.tree.dung, source=person, target=before.person)
    assert fair.figure() == 1
    assert list(recount()) == []


def test_help_recorded_elsewhere_on_the_same_day_is_kept_and_its_receipt_stays_its_own(fair: Fair):
    """Somebody who types another person's data must neither confirm that person's record nor be led to their receipt."""
    from doanso.events.queries.booth_codes import is_own_receipt

    [before] = fair.counting.support_record(record_input("Lê Thị Mận", 1990, phone="0912000111", service="payment"))
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp, phone="0912000111")
    record = record_of(stamp)
    assert (record.pk, record.grade, stamp.is_certain, is_own_receipt(stamp)) == (before.pk, 1, False, False)
    assert (fair.figure(), SupportRecord.objects.count(), Confirmation.objects.count()) == (1, 1, 0)


def test_another_service_of_that_day_is_recorded_and_left_to_the_receipt(fair: Fair):
    from doanso.events.queries.booth_codes import is_own_receipt

    [before] = fair.counting.support_record(record_input("Lê Thị Mận", 1990, phone="0912000111"))
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp, phone="0912000111")
    record = record_of(stamp)
    assert (record.receipt_id, record.grade) == (before.receipt_id, 1)
    assert (is_own_receipt(stamp), Confirmation.objects.count()) == (False, 0)


def test_a_shop_is_counted_once_at_two_booths_and_beside_its_owner(fair: Fair):
    _booth, _shift, wallet = fair.add_booth(2)
    ticket, link = fair.ticket()
    person = fair.stamp(ticket)
    shops = [fair.stamp(ticket, to_business=True), fair.stamp(ticket, "payment", wallet, to_business=True)]
    fair.confirm(link, person)
    for stamp in shops:
        fair.confirm(link, stamp, **SHOP)
    assert (fair.figure(), fair.figure("payment-shops")) == (1, 1)
    records = [record_of(stamp) for stamp in shops]
    assert records[0].pk == records[1].pk
    assert records[0].business is not None
    assert (records[0].business.name, records[0].business.address, records[0].grade) == ("Tạp hóa Mận", "12 Lê Lợi", 3)
    assert list(recount()) == []


def test_a_shop_counted_before_stays_counted_once(fair: Fair):
    fair.counting.support_record(shop("Tạp hóa Mận", address="12 Lê Lợi", happened_on=TODAY.replace(day=2)))
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket, to_business=True)
    fair.confirm(link, stamp, **SHOP)
    assert (fair.figure("payment-shops"), SupportRecord.objects.count()) == (1, 2)


def test_a_shop_needs_a_place_or_a_phone(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket, to_business=True)
    for inputs, problem in (({}, "shop_name_missing"), ({"shop_name": "Tạp hóa Mận"}, "shop_place_missing")):
        with pytest.raises(Refused, match=problem):
            fair.confirm(link, stamp, **inputs)
    fair.confirm(link, stamp, shop_name="Tạp hóa Mận", phone="0912000111")
    assert fair.figure("payment-shops") == 1


def test_an_erased_holder_leaves_nothing_on_the_ticket_and_is_counted_once(fair: Fair):
    _booth, _shift, telecom = fair.add_booth(2, "p5")
    ticket, link = fair.ticket(phone="0912000111")
    other, _link = fair.ticket("Trần Văn Tư", 1975)
    first, second = fair.stamp(ticket), fair.stamp(ticket, link=telecom)
    fair.confirm(link, first)
    person_id = record_of(first).person_id
    assert person_id is not None
    [(title, text)] = personal.copy({person_id})
    assert (title, text) == ("Vé sự kiện", "Ngày hội không tiền mặt Mỹ Tho ngày 12/11/2023: vé số 1")
    with transaction.atomic():
        erase_everywhere(actor=fair.festival.by, locked=lock_to_erase([person_id]), action="people.erase")
    ticket.refresh_from_db()
    other.refresh_from_db()
    assert (ticket.name, ticket.folded, ticket.birth_year, bytes(ticket.phone_encrypted)) == ("", "", None, b"")
    assert other.name == "Trần Văn Tư"
    with pytest.raises(Refused, match="ticket_erased"):
        fair.confirm(link, second, name="Lê Thị Mận", birth_year=1990)
    fair.confirm(link, second, unnamed=True)
    assert (fair.figure(), record_of(second).person_id, list(recount())) == (1, None, [])


def test_an_event_with_stamps_keeps_its_day_and_its_shifts_their_unit(fair: Fair):
    """The day of a record is the event's and its unit the shift's; both are read when the holder confirms."""
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    festival, shift = fair.festival, fair.shift
    with pytest.raises(Refused, match="event_begun"):
        festival.step(actions.move_event, hours=festival.hours(), reason="Mưa to")
    with pytest.raises(Refused, match="event_begun"):
        festival.step(actions.postpone_event, reason="Mưa to")
    ward5 = ShiftInput(festival.tree.units["p5"].pk, shift.post, shift.begins, shift.ends, shift.wanted, shift.booth_id)
    with pytest.raises(Refused, match="event_shift_used"):
        actions.change_shift(actor=festival.by, shift=shift, inputs=ward5)
    fair.confirm(link, stamp)
    record = record_of(stamp)
    assert (record.happened_on, record.unit.code) == (TODAY, "p4")


def test_a_hall_behind_one_address_confirms_what_its_booths_stamp(fair: Fair):
    """Phones of one operator, or on the hall's own network, share an address; each answer needs a ticket's secret link."""
    denied, denied_link = fair.ticket("Trần Văn Tư", 1975)
    other = fair.stamp(denied)
    fair.deny(denied_link, other)
    ticket, link = fair.ticket()
    Tries.objects.update(count=599)
    fair.confirm(link, fair.stamp(ticket))
    assert fair.figure() == 1
    with pytest.raises(Refused, match="too_many_tries"):
        fair.deny(denied_link, other)


def test_a_paper_ticket_is_asked_for_name_and_year_once(fair: Fair):
    _booth, _shift, wallet = fair.add_booth(2, "p5")
    ticket, link = fair.walk_in()
    first, second = fair.stamp(ticket), fair.stamp(ticket, "payment", wallet)
    for inputs, problem in (({}, "name_missing"), ({"name": "Trần Văn Tư"}, "birth_year_missing")):
        with pytest.raises(Refused, match=problem):
            fair.confirm(link, first, **inputs)
    fair.confirm(link, first, name="trần văn tư", birth_year=1975)
    fair.confirm(link, second)
    assert record_of(first).person_id == record_of(second).person_id
    contact = record_of(second).contact
    assert contact is not None
    assert (contact.name, contact.birth_year, contact.unit.code) == ("Trần Văn Tư", 1975, "p5")
    ticket.refresh_from_db()
    assert (ticket.name, fair.figure()) == ("", 1)


def test_who_does_not_want_to_be_written_down_is_a_time_and_nobody(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp, unnamed=True)
    record = record_of(stamp)
    assert (record.named, record.person, record.receipt, fair.figure()) == (False, None, None, 0)
    assert list(recount()) == []


def test_a_child_s_guardian_reads_and_agrees(fair: Fair):
    ticket, link = fair.ticket("Lê Văn Bé", 2012, guardian_name="Lê Thị Mận", guardian_agreed=True)
    stamp = fair.stamp(ticket)
    with pytest.raises(Refused, match="guardian_needed"):
        fair.confirm(link, stamp)
    fair.confirm(link, stamp, guardian_agreed=True)
    assert (record_of(stamp).grade, fair.figure()) == (3, 1)


def test_denying_counts_nothing_and_raises_an_alarm(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    for _time in range(2):
        fair.deny(link, stamp)
    assert (SupportRecord.objects.count(), fair.figure()) == (0, 0)
    notice = Notice.objects.get(kind="events.stamp-denied")
    assert (notice.unit, notice.parameters["ticket"], notice.parameters["booth"]) == (
        fair.festival.event.unit, ticket.number, 1,
    )  # fmt: skip
    for action in (lambda: fair.confirm(link, stamp), lambda: fair.stamp(ticket)):
        with pytest.raises(Refused, match="stamp_denied"):
            action()


def test_in_a_browser_of_staff_it_is_recorded_and_not_confirmed(fair: Fair):
    from doanso.events.queries.booth_codes import is_own_receipt

    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    fair.confirm(link, stamp, staff_browser=True)
    assert (record_of(stamp).grade, is_own_receipt(stamp)) == (1, True)


def test_nobody_stamps_themselves_but_a_namesake_may_say_so(fair: Fair):
    ticket, link = fair.ticket("Võ Thị Gian Nhất")
    stamp = fair.stamp(ticket)
    with pytest.raises(Refused, match="helped_self"):
        fair.confirm(link, stamp)
    assert SupportRecord.objects.count() == 0
    fair.confirm(link, stamp, namesakes=True)
    assert fair.figure() == 1


def test_what_is_disputed_or_taken_back_later_counts_nowhere(fair: Fair):
    tickets = [fair.ticket("Lê Thị Mận"), fair.ticket("Trần Văn Tư")]
    stamps = [fair.stamp(ticket) for ticket, _link in tickets]
    for (_ticket, link), stamp in zip(tickets, stamps, strict=True):
        fair.confirm(link, stamp)
    receipt = record_of(stamps[0]).receipt_id
    assert receipt is not None
    dispute_receipt(receipt_id=receipt, reason="not-me")
    take_back_help(actor=fair.counting.tree.an, support_record_id=record_of(stamps[1]).pk)
    assert fair.figure() == 0
    # A second stamp of who was taken back by mistake is a new record of the same person.
    again = fair.stamp(tickets[1][0], "payment")
    fair.confirm(tickets[1][1], again)
    assert (fair.figure(), record_of(again).person_id) == (1, record_of(stamps[1]).person_id)
    assert list(recount()) == []


def test_many_answers_within_minutes_are_no_sign_and_many_from_one_phone_are(fair: Fair):
    for number in range(9):
        ticket, link = fair.ticket(f"Người {'ABCDEGHIK'[number]}")
        fair.confirm(link, fair.stamp(ticket))
    assert [row.flags for row in Confirmation.objects.all()] == [[]] * 9
    for number in range(3):
        ticket, link = fair.ticket(f"Người {'LMN'[number]}")
        actions.confirm_stamp(
            link=link, stamp_id=fair.stamp(ticket).pk, inputs=AnswerInput(), staff_browser=False, device=["một máy"],
            network="203.0.113.9",
        )  # fmt: skip
    assert [row.flags for row in Confirmation.objects.order_by("made_at")][-1] == ["one-device"]


def test_a_member_s_ticket_is_that_member_and_no_resident(fair: Fair):
    """A member who came by card has a ticket without name; nobody is asked who they are, and members are no residents."""
    _booth, _shift, link_5 = fair.add_booth(2, "p5")
    ticket, link = fair.walk_in()
    member = fair.add_booth(3)[1].volunteers.get().member
    assert member is not None
    Registration.objects.filter(pk=ticket.pk).update(member=member, source="gate")
    stamps = [fair.stamp(ticket), fair.stamp(ticket, link=link_5)]
    for stamp in stamps:
        fair.confirm(link, stamp)
    records = [record_of(stamp) for stamp in stamps]
    assert {record.person_id for record in records} == {member.person_id}
    assert records[0].contact_id == member.contact_id
    assert (fair.figure(), fair.figure(unit="p4")) == (0, 0)
    assert list(recount()) == []
