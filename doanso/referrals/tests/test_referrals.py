"""1+2: who may fill a member's two slots, who confirms them, and when a member has done it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from doanso.ledger.ports import family, source_page
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.members.actions import end_membership, exempt, transfer_member
from doanso.people.actions import change_contact, particulars_of, resolve_duplicate
from doanso.people.models import Consent, Duplicate
from doanso.referrals import actions, personal, queries
from doanso.referrals.families import REFERRAL, ReferredTwoFamily
from doanso.referrals.models import Referral, ReferralSlot
from doanso.referrals.rules import SlotState
from doanso.referrals.tests.scene import confirm, guided
from doanso.support import actions as support
from doanso.support import personal as support_personal
from doanso.support.models import Confirmation, SupportRecord
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
PHONE = "0987654321"


def state_of(slot: ReferralSlot) -> SlotState:
    fresh = queries.current_slots().get(pk=slot.pk)
    return queries.slot_states([fresh])[fresh.pk]


def refusal(action) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.problem.code


# --- The helped person on their own phone -------------------------------------------------------------------------------


def test_confirming_on_ones_own_phone_makes_a_confirmed_help_of_the_member(one_two):
    accepted = one_two.accept(one_two.open(), services=("portal", "payment"))

    helps = list(SupportRecord.objects.order_by("service"))
    assert [(row.service_id, row.grade, row.source, row.helper_id) for row in helps] == [
        ("payment", 3, "referral", one_two.khoa.pk),
        ("portal", 3, "referral", one_two.khoa.pk),
    ]
    assert {(row.recorded_by_id, row.unit_id) for row in helps} == {(None, one_two.khoa.branch_id)}
    assert (accepted.confirmed, state_of(accepted.slot), accepted.slot.confirmed_on) == (True, SlotState.DONE, TODAY)
    assert [(row.purpose, row.channel) for row in Consent.objects.all()] == [("support", "screen")]
    assert one_two.figure("portal-residents") == 1
    assert one_two.figure() == 0


def test_in_a_browser_of_the_union_it_is_recorded_and_waits_for_the_persons_own_confirmation(one_two):
    accepted = one_two.accept(one_two.open(), staff=True)
    assert (accepted.confirmed, state_of(accepted.slot), SupportRecord.objects.get().grade) == (
        False,
        SlotState.RECORDED,
        1,
    )

    confirm(accepted)
    assert (state_of(accepted.slot), SupportRecord.objects.get().grade) == (SlotState.DONE, 3)


def test_both_confirmed_is_done_from_the_day_of_the_later_confirmation(one_two, business_day):
    one_two.accept(one_two.open("friend"))
    later = TODAY + timedelta(days=3)
    business_day(later)
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)

    referral = Referral.objects.get()
    assert (referral.happened_on, referral.grade, referral.person_id) == (later, 3, one_two.khoa.person_id)
    assert (one_two.figure(on=TODAY), one_two.figure(on=later)) == (0, 1)
    assert (one_two.figure(unit="p4-kp1", on=later), one_two.figure(unit="p5", on=later)) == (1, 0)


def test_other_helps_on_the_days_receipt_are_left_to_the_receipts_own_page(one_two):
    other = one_two.accept(one_two.open(member=one_two.thuy), phone=PHONE, staff=True)
    accepted = one_two.accept(one_two.open(), phone=PHONE, services=("payment",))

    assert (accepted.receipt_id, accepted.confirmed) == (other.receipt_id, False)
    confirm(accepted)
    assert (state_of(accepted.slot), state_of(other.slot)) == (SlotState.DONE, SlotState.DONE)


# --- The member writes it down ------------------------------------------------------------------------------------------


def test_what_the_member_writes_down_counts_once_the_receipt_confirms_it(one_two):
    slot = one_two.open("relative")
    one_two.accept(one_two.open("friend"))
    accepted = actions.record_guided_person(
        actor=one_two.tree.khoa, slot_id=slot.pk, guided=guided("Huỳnh Thị Sáu", 1975)
    )
    assert (state_of(slot), SupportRecord.objects.get(pk=accepted.slot.support_record_id).grade, one_two.figure()) == (
        SlotState.RECORDED,
        1,
        0,
    )
    assert Consent.objects.get(channel="voice").person_id == accepted.slot.helped_id

    confirm(accepted)
    assert (state_of(slot), one_two.figure()) == (SlotState.DONE, 1)


def test_a_branch_secretary_does_it_for_a_member_without_sign_in_and_nobody_elsewhere(one_two):
    slot = one_two.open(member=one_two.thuy)
    for stranger in (one_two.tree.khoa, one_two.tree.chi, one_two.tree.lan, one_two.tree.minh, one_two.tree.hanh):
        with pytest.raises(PermissionDenied):
            actions.record_guided_person(actor=stranger, slot_id=slot.pk, guided=guided())
        with pytest.raises(PermissionDenied):
            actions.open_slot(actor=stranger, member_id=one_two.thuy.pk, kind="relative")

    actions.record_guided_person(actor=one_two.tree.binh, slot_id=slot.pk, guided=guided())
    assert state_of(slot) is SlotState.RECORDED


# --- Who may fill a slot ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "huỳnh đăng khoa", "year": 2002}, "oneself"),
        ({"name": "Huỳnh  Đăng Khoa", "year": None}, "oneself"),
        ({"services": ()}, "no_service"),
        ({"services": ("tarot",)}, "service_unknown"),
        ({"purposes": ()}, "no_consent"),
        ({"purposes": ("recheck",)}, "no_consent"),
        ({"year": 2012}, "guardian_needed"),
        ({"name": "Khang 0912345678"}, "digits_in_name"),
    ],
)
def test_an_invalid_input_is_refused_and_leaves_nothing(one_two, changes, code):
    slot = one_two.open()
    assert refusal(lambda: one_two.accept(slot, **changes)) == code
    assert (state_of(slot), SupportRecord.objects.count(), Confirmation.objects.count()) == (SlotState.OPEN, 0, 0)
    assert not Consent.objects.exists()


def test_a_child_needs_a_guardian(one_two):
    accepted = one_two.accept(one_two.open(), year=2012, guardian_name="Nguyễn Văn Cha")
    assert accepted.confirmed
    assert Consent.objects.get().guardian_name == "Nguyễn Văn Cha"


def test_the_member_is_known_by_phone_even_under_another_spelling(one_two):
    contact = one_two.khoa.contact
    change_contact(contact=contact, particulars=particulars_of(contact)._replace(phone="0912345678"))

    assert refusal(lambda: one_two.accept(one_two.open(), "Huynh Dang Khoa", 2002, phone="0912345678")) == "oneself"


def test_the_same_person_does_not_fill_both_slots(one_two):
    one_two.accept(one_two.open("friend"))
    slot = one_two.open("relative")

    assert refusal(lambda: one_two.accept(slot)) == "same_twice"
    assert (state_of(slot), SupportRecord.objects.count()) == (SlotState.OPEN, 1)


def test_a_person_in_two_members_slots_counts_for_both_and_both_see_it(one_two):
    one_two.accept(one_two.open(), phone=PHONE)
    own_id, other_id = one_two.khoa.person_id, one_two.thuy.person_id
    assert not queries.slot_summaries(own_id)[0].is_shared

    second = one_two.accept(one_two.open(member=one_two.thuy), phone=PHONE, services=("payment",))
    assert [queries.slot_summaries(person_id)[0].is_shared for person_id in (own_id, other_id)] == [True, True]
    # Both helps of one day are on one receipt, which the person confirms once more.
    confirm(second)
    assert [queries.slot_summaries(person_id)[0].is_done for person_id in (own_id, other_id)] == [True, True]


def test_two_persons_who_turn_out_to_be_one_show_as_shared_too(one_two):
    one_two.accept(one_two.open())
    one_two.accept(one_two.open(member=one_two.thuy), services=("payment",))
    own_id, other_id = one_two.khoa.person_id, one_two.thuy.person_id
    assert not queries.slot_summaries(own_id)[0].is_shared

    pair = Duplicate.objects.get()
    resolve_duplicate(actor=one_two.tree.dung, duplicate=pair, decision="same")
    assert [queries.slot_summaries(person_id)[0].is_shared for person_id in (own_id, other_id)] == [True, True]
    assert list(recount()) == []


def test_a_friend_who_is_an_active_member_counts_for_1_2_and_never_as_resident(one_two):
    contact = one_two.thuy.contact
    change_contact(contact=contact, particulars=particulars_of(contact)._replace(phone=PHONE))
    friend = one_two.accept(one_two.open("friend"), "Trần Thị Thủy", 2003, phone=PHONE)
    assert friend.slot.helped_id == one_two.thuy.person_id
    assert (one_two.figure("portal-residents"), state_of(friend.slot)) == (0, SlotState.DONE)
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)

    assert (one_two.figure(), one_two.figure("portal-residents")) == (1, 1)


# --- Handing over, running out, replacing -------------------------------------------------------------------------------


def test_a_slot_can_be_handed_over_anew_until_somebody_fills_it(one_two):
    first = one_two.open()
    second = one_two.open()
    first.refresh_from_db()
    assert first.replaced_at is not None
    assert refusal(lambda: one_two.accept(first)) == "slot_closed"

    accepted = one_two.accept(second, staff=True)
    assert refusal(one_two.open) == "slot_taken"
    confirm(accepted)
    assert refusal(one_two.open) == "slot_taken"
    assert refusal(lambda: one_two.accept(second)) == "slot_closed"


def test_an_invitation_expires_after_sixty_days_and_a_confirmed_slot_never(one_two, business_day):
    waits, accepted = one_two.open("relative"), one_two.accept(one_two.open("friend"))
    business_day(TODAY + timedelta(days=59))
    assert (state_of(waits), state_of(accepted.slot)) == (SlotState.OPEN, SlotState.DONE)
    business_day(TODAY + timedelta(days=60))
    assert (state_of(waits), state_of(accepted.slot)) == (SlotState.EXPIRED, SlotState.DONE)

    assert refusal(lambda: one_two.accept(waits, "Huỳnh Thị Sáu", 1975)) == "slot_closed"
    one_two.open("relative")
    assert ReferralSlot.objects.filter(kind="relative").count() == 2


@override_settings(REFERRAL_DAYS=7)
def test_how_long_an_invitation_can_be_used_is_a_setting(one_two):
    assert one_two.open().expires_on == TODAY + timedelta(days=7)


def test_a_slot_recorded_and_never_confirmed_can_be_given_to_somebody_else_once_it_has_expired(one_two, business_day):
    first = one_two.accept(one_two.open(), staff=True)
    business_day(TODAY + timedelta(days=60))
    one_two.open()

    # The replaced slot stays, and its late confirmation confirms the help and no slot.
    confirm(first)
    first.slot.refresh_from_db()
    assert (SupportRecord.objects.get().grade, first.slot.confirmed_at, first.slot.replaced_at is not None) == (
        3,
        None,
        True,
    )


# --- What falls ---------------------------------------------------------------------------------------------------------


def test_a_dispute_takes_the_member_out_until_it_is_rejected(one_two):
    friend, _relative = one_two.both()
    dispute = support.dispute_receipt(receipt_id=friend.support_record.receipt_id, reason="not-me")
    assert (one_two.figure(), state_of(friend)) == (0, SlotState.DISPUTED)
    assert refusal(one_two.open) == "slot_taken"

    support.decide_dispute(
        actor=one_two.tree.dung, dispute_id=dispute.pk, decision="rejected", explanation="Đã gọi hỏi, bạn nhớ ra"
    )
    assert (one_two.figure(), state_of(friend), Referral.objects.count()) == (1, SlotState.DONE, 1)


def test_an_upheld_dispute_leaves_the_slot_to_somebody_else(one_two):
    friend, relative = one_two.both()
    dispute = support.dispute_receipt(receipt_id=friend.support_record.receipt_id, reason="not-me")
    support.decide_dispute(
        actor=one_two.tree.dung, dispute_id=dispute.pk, decision="upheld", explanation="Không có ai hướng dẫn bạn"
    )
    assert (one_two.figure(), state_of(friend)) == (0, SlotState.FALLEN)

    one_two.accept(one_two.open("friend"), "Võ Minh Ba", 2000)
    assert (one_two.figure(), state_of(relative)) == (1, SlotState.DONE)
    assert Referral.objects.filter(taken_back_at=None).count() == 1


def test_a_help_taken_back_takes_the_member_out(one_two):
    friend, _relative = one_two.both()
    support.take_back_help(actor=one_two.tree.an, support_record_id=friend.support_record_id)

    assert (one_two.figure(), state_of(friend), Referral.objects.get().taken_back_at is not None) == (
        0,
        SlotState.FALLEN,
        True,
    )


def test_another_service_of_the_same_day_keeps_the_slot(one_two):
    friend = one_two.accept(one_two.open("friend"), services=("portal", "payment")).slot
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)
    support.take_back_help(actor=one_two.tree.an, support_record_id=friend.support_record_id)

    friend.refresh_from_db()
    assert (friend.support_record.service_id, state_of(friend), one_two.figure()) == ("payment", SlotState.DONE, 1)


def test_a_corrected_help_keeps_the_slot_and_waits_for_the_persons_confirmation_of_it(one_two):
    friend, _relative = one_two.both()
    support.correct_help(
        actor=one_two.tree.an,
        support_record_id=friend.support_record_id,
        service="payment",
        happened_on=TODAY,
        helper=support.Helper("Huỳnh Đăng Khoa", member_id=one_two.khoa.pk),
    )
    friend.refresh_from_db()
    assert (friend.support_record.service_id, state_of(friend), one_two.figure()) == ("payment", SlotState.RECORDED, 0)

    support.confirm_receipt(receipt_id=friend.support_record.receipt_id, staff_browser=False, device=["a"])
    assert (state_of(friend), one_two.figure()) == (SlotState.DONE, 1)


def test_a_call_back_raises_the_grade_of_1_2_when_both_are_called_back(one_two):
    slots = one_two.both()
    for slot, expected in zip(slots, (3, 4), strict=True):
        support.raise_grades(support_records=[SupportRecord.objects.get(pk=slot.support_record_id)], grade=4)
        assert Referral.objects.get().grade == expected


# --- The denominator, the ledger, the law -------------------------------------------------------------------------------


def test_an_exempt_member_leaves_numerator_and_denominator(one_two):
    one_two.both()
    exempt(
        actor=one_two.tree.an,
        member=one_two.khoa,
        indicator="refer-two",
        reason="Đang điều trị",
        since=TODAY,
        review_on=TODAY + timedelta(days=30),
    )

    assert (one_two.figure(), one_two.figure("members"), one_two.figure("exempt-refer-two")) == (0, 3, 1)


def test_slots_and_ledger_state_go_with_a_transferred_member(one_two):
    one_two.accept(one_two.open("friend", one_two.thuy))
    waits = one_two.open("relative", one_two.thuy)
    transfer_member(actor=one_two.tree.dung, member=one_two.thuy, to=one_two.tree.units["p5-kp1"], on=TODAY)

    with pytest.raises(PermissionDenied):
        actions.record_guided_person(actor=one_two.tree.binh, slot_id=waits.pk, guided=guided("Huỳnh Thị Sáu", 1975))
    accepted = actions.record_guided_person(
        actor=one_two.tree.chi, slot_id=waits.pk, guided=guided("Huỳnh Thị Sáu", 1975)
    )
    confirm(accepted)

    assert SupportRecord.objects.get(pk=accepted.slot.support_record_id).unit == one_two.tree.units["p5-kp1"]
    assert (one_two.figure(unit="p4"), one_two.figure(unit="p5")) == (0, 1)
    stay = queries.membership_of(one_two.thuy.person_id)
    assert (
        refusal(lambda: actions.open_slot(actor=one_two.tree.chi, member_id=stay.pk, kind="relative")) == "slot_taken"
    )
    assert list(recount()) == []


def test_a_former_member_guides_nobody_for_1_2(one_two):
    slot = one_two.open()
    end_membership(actor=one_two.tree.an, member=one_two.khoa, state="grown-out", on=TODAY)

    assert refusal(lambda: one_two.accept(slot)) == "slot_closed"
    assert (
        refusal(lambda: actions.record_guided_person(actor=one_two.tree.an, slot_id=slot.pk, guided=guided()))
        == "slot_closed"
    )
    with pytest.raises(Refused):
        actions.open_slot(actor=one_two.tree.an, member_id=one_two.khoa.pk, kind="relative")


def test_facts_come_in_pages_and_the_family_takes_no_parameters(one_two):
    one_two.both()
    one_two.both(one_two.thuy)
    served = family("outreach.referred-two")
    assert isinstance(served, ReferredTwoFamily)
    first = served.facts(after=None, limit=1)
    second = served.facts(after=first[0].source_id, limit=1)
    assert {first[0].subject_ref, second[0].subject_ref} == {one_two.khoa.person_id, one_two.thuy.person_id}
    assert served.facts(after=second[0].source_id, limit=1) == []

    with pytest.raises(Refused):
        served.resolve({"service": "portal"})


def test_a_figure_opens_down_to_the_member_for_a_reader_who_may_see_them(one_two):
    one_two.both()
    referral = Referral.objects.get()
    lines = source_page(REFERRAL)
    shown = lines(actor=one_two.tree.binh, ids=[referral.pk])[referral.pk]
    assert (shown.title, shown.url) == ("Huỳnh Đăng Khoa", f"/referrals/{one_two.khoa.pk}/")
    assert "12/11/2023" in shown.detail
    hidden = lines(actor=one_two.tree.chi, ids=[referral.pk])[referral.pk]
    assert (hidden.title, hidden.url) == ("Đoàn viên ngoài quyền xem của bạn", "")


def test_an_erased_person_leaves_the_slot_counted_without_a_name(one_two):
    friend, _relative = one_two.both()
    titles = [title for title, _text in personal.copy([friend.helped_id])]
    assert titles == ["Được đoàn viên hướng dẫn (1+2)"]
    support_personal.erase([friend.helped_id])
    personal.erase([friend.helped_id])
    friend.refresh_from_db()
    assert (bytes(friend.keys_encrypted), friend.link_lookup, friend.code_lookup, friend.helped_id) == (
        b"",
        None,
        "",
        None,
    )
    summary = queries.slot_summaries(one_two.khoa.person_id)[0]
    assert (summary.state, summary.helped_name, one_two.figure()) == (SlotState.DONE, "", 1)
    assert len(list(personal.copy([one_two.khoa.person_id]))) == 2


def test_an_erasure_locks_1_plus_2_for_persons_who_have_a_slot_or_fill_one(one_two, monkeypatch):
    friend, _relative = one_two.both()
    locks = []
    monkeypatch.setattr(personal, "lock_referrals", lambda: locks.append(True))
    personal.lock([one_two.thuy.person_id])
    assert locks == []
    personal.lock([friend.helped_id])
    personal.lock([one_two.khoa.person_id])
    assert locks == [True, True]
