"""1+2: who may stand in a member's two places, whose word confirms them, and when a member has done it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.test import override_settings

from doanso.ledger.ports import family, source_page
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.members.actions import end_membership, exempt, transfer_member
from doanso.people.actions import change_contact, particulars_of, settle_duplicate
from doanso.people.models import Consent, Duplicate
from doanso.referrals import actions, personal, queries
from doanso.referrals.families import REFERRAL, ReferredTwoFamily
from doanso.referrals.models import Referral, ReferralSlot
from doanso.referrals.rules import Stand
from doanso.referrals.tests.referring import confirm, guided
from doanso.support import actions as support
from doanso.support import personal as support_personal
from doanso.support.models import Confirmation, Help
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db
PHONE = "0987654321"


def stand(slot: ReferralSlot) -> Stand:
    fresh = queries.slots().get(pk=slot.pk)
    return queries.stands([fresh])[fresh.pk]


def refusal(deed) -> str:
    with pytest.raises(Refused) as refused:
        deed()
    return refused.value.problem.code


# --- The helped person on their own phone -------------------------------------------------------------------------------


def test_whoever_confirms_on_their_own_phone_is_a_confirmed_help_of_the_member(one_two):
    accepted = one_two.accept(one_two.open(), services=("portal", "payment"))

    helps = list(Help.objects.order_by("service"))
    assert [(row.service_id, row.grade, row.source, row.helper_id) for row in helps] == [
        ("payment", 3, "referral", one_two.khoa.pk),
        ("portal", 3, "referral", one_two.khoa.pk),
    ]
    assert {(row.recorded_by_id, row.unit_id) for row in helps} == {(None, one_two.khoa.branch_id)}
    assert (accepted.confirmed, stand(accepted.slot), accepted.slot.confirmed_on) == (True, Stand.DONE, TODAY)
    assert [(row.purpose, row.channel) for row in Consent.objects.all()] == [("support", "screen")]
    assert one_two.figure("portal-residents") == 1
    assert one_two.figure() == 0
    assert list(recount()) == []


def test_in_a_browser_of_the_union_it_is_recorded_and_waits_for_the_persons_own_word(one_two):
    accepted = one_two.accept(one_two.open(), staff=True)
    assert (accepted.confirmed, stand(accepted.slot), Help.objects.get().grade) == (False, Stand.RECORDED, 1)

    confirm(accepted)
    assert (stand(accepted.slot), Help.objects.get().grade) == (Stand.DONE, 3)


def test_both_confirmed_is_done_from_the_day_of_the_later_word(one_two, business_day):
    one_two.accept(one_two.open("friend"))
    later = TODAY + timedelta(days=3)
    business_day(later)
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)

    referral = Referral.objects.get()
    assert (referral.happened_on, referral.grade, referral.person_id) == (later, 3, one_two.khoa.person_id)
    assert (one_two.figure(on=TODAY), one_two.figure(on=later)) == (0, 1)
    assert (one_two.figure(unit="p4-kp1", on=later), one_two.figure(unit="p5", on=later)) == (1, 0)
    assert list(recount()) == []


def test_what_else_stands_on_the_days_receipt_is_left_to_the_receipts_own_page(one_two):
    other = one_two.accept(one_two.open(member=one_two.thuy), phone=PHONE, staff=True)
    accepted = one_two.accept(one_two.open(), phone=PHONE, services=("payment",))

    assert (accepted.receipt_id, accepted.confirmed) == (other.receipt_id, False)
    confirm(accepted)
    assert (stand(accepted.slot), stand(other.slot)) == (Stand.DONE, Stand.DONE)


# --- The member writes it down ------------------------------------------------------------------------------------------


def test_what_the_member_writes_down_counts_once_the_receipt_confirms_it(one_two):
    slot = one_two.open("relative")
    one_two.accept(one_two.open("friend"))
    accepted = actions.bring(actor=one_two.tree.khoa, slot_id=slot.pk, guided=guided("Huỳnh Thị Sáu", 1975))
    assert (stand(slot), Help.objects.get(pk=accepted.slot.help_id).grade, one_two.figure()) == (Stand.RECORDED, 1, 0)
    assert Consent.objects.get(channel="voice").person_id == accepted.slot.helped_id

    confirm(accepted)
    assert (stand(slot), one_two.figure()) == (Stand.DONE, 1)
    assert list(recount()) == []


def test_a_branch_secretary_does_it_for_a_member_without_sign_in_and_nobody_elsewhere(one_two):
    slot = one_two.open(member=one_two.thuy)
    for stranger in (one_two.tree.khoa, one_two.tree.chi, one_two.tree.lan, one_two.tree.minh, one_two.tree.hanh):
        with pytest.raises(PermissionDenied):
            actions.bring(actor=stranger, slot_id=slot.pk, guided=guided())
        with pytest.raises(PermissionDenied):
            actions.open_slot(actor=stranger, member_id=one_two.thuy.pk, kind="relative")

    actions.bring(actor=one_two.tree.binh, slot_id=slot.pk, guided=guided())
    assert stand(slot) is Stand.RECORDED


# --- Who may stand there ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "code"),
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
def test_what_is_not_right_is_refused_and_leaves_nothing(one_two, said, code):
    slot = one_two.open()
    assert refusal(lambda: one_two.accept(slot, **said)) == code
    assert (stand(slot), Help.objects.count(), Confirmation.objects.count()) == (Stand.OPEN, 0, 0)
    assert not Consent.objects.exists()


def test_a_child_needs_a_guardian(one_two):
    accepted = one_two.accept(one_two.open(), year=2012, guardian_name="Nguyễn Văn Cha")
    assert accepted.confirmed
    assert Consent.objects.get().guardian_name == "Nguyễn Văn Cha"


def test_the_member_is_known_by_phone_even_under_another_spelling(one_two):
    contact = one_two.khoa.contact
    change_contact(contact=contact, particulars=particulars_of(contact)._replace(phone="0912345678"))

    assert refusal(lambda: one_two.accept(one_two.open(), "Huynh Dang Khoa", 2002, phone="0912345678")) == "oneself"


def test_the_same_person_does_not_stand_in_both_places(one_two):
    one_two.accept(one_two.open("friend"))
    slot = one_two.open("relative")

    assert refusal(lambda: one_two.accept(slot)) == "same_twice"
    assert (stand(slot), Help.objects.count()) == (Stand.OPEN, 1)


def test_one_in_two_members_places_counts_for_both_and_both_see_it(one_two):
    one_two.accept(one_two.open(), phone=PHONE)
    own_id, theirs = one_two.khoa.person_id, one_two.thuy.person_id
    assert not queries.places(own_id)[0].shared

    second = one_two.accept(one_two.open(member=one_two.thuy), phone=PHONE, services=("payment",))
    assert [queries.places(who)[0].shared for who in (own_id, theirs)] == [True, True]
    # Both on one day stand on one receipt, which the person confirms once more.
    confirm(second)
    assert [queries.places(who)[0].is_done for who in (own_id, theirs)] == [True, True]


def test_two_persons_who_turn_out_to_be_one_show_as_shared_too(one_two):
    one_two.accept(one_two.open())
    one_two.accept(one_two.open(member=one_two.thuy), services=("payment",))
    own_id, theirs = one_two.khoa.person_id, one_two.thuy.person_id
    assert not queries.places(own_id)[0].shared

    pair = Duplicate.objects.get()
    settle_duplicate(actor=one_two.tree.dung, duplicate=pair, decision="same")
    assert [queries.places(who)[0].shared for who in (own_id, theirs)] == [True, True]
    assert list(recount()) == []


def test_a_friend_who_is_an_active_member_counts_for_1_2_and_never_as_resident(one_two):
    contact = one_two.thuy.contact
    change_contact(contact=contact, particulars=particulars_of(contact)._replace(phone=PHONE))
    friend = one_two.accept(one_two.open("friend"), "Trần Thị Thủy", 2003, phone=PHONE)
    assert friend.slot.helped_id == one_two.thuy.person_id
    assert (one_two.figure("portal-residents"), stand(friend.slot)) == (0, Stand.DONE)
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)

    assert (one_two.figure(), one_two.figure("portal-residents")) == (1, 1)
    assert list(recount()) == []


# --- Handing over, running out, replacing -------------------------------------------------------------------------------


def test_a_place_can_be_handed_over_anew_until_somebody_stands_there(one_two):
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


def test_an_invitation_runs_out_after_sixty_days_and_a_confirmed_place_never(one_two, business_day):
    waits, accepted = one_two.open("relative"), one_two.accept(one_two.open("friend"))
    business_day(TODAY + timedelta(days=59))
    assert (stand(waits), stand(accepted.slot)) == (Stand.OPEN, Stand.DONE)
    business_day(TODAY + timedelta(days=60))
    assert (stand(waits), stand(accepted.slot)) == (Stand.EXPIRED, Stand.DONE)

    assert refusal(lambda: one_two.accept(waits, "Huỳnh Thị Sáu", 1975)) == "slot_closed"
    one_two.open("relative")
    assert ReferralSlot.objects.filter(kind="relative").count() == 2


@override_settings(REFERRAL_DAYS=7)
def test_how_long_it_stands_is_a_setting(one_two):
    assert one_two.open().expires_on == TODAY + timedelta(days=7)


def test_a_place_recorded_and_never_confirmed_can_be_given_to_somebody_else_once_it_is_over(one_two, business_day):
    first = one_two.accept(one_two.open(), staff=True)
    business_day(TODAY + timedelta(days=60))
    one_two.open()

    # The replaced one stays, and its late word confirms the help and no place.
    confirm(first)
    first.slot.refresh_from_db()
    assert (Help.objects.get().grade, first.slot.confirmed_at, first.slot.replaced_at is not None) == (3, None, True)


# --- What falls ---------------------------------------------------------------------------------------------------------


def test_a_dispute_takes_the_member_out_until_it_is_rejected(one_two):
    friend, _relative = one_two.both()
    dispute = support.dispute_receipt(receipt_id=friend.help.receipt_id, reason="not-me")
    assert (one_two.figure(), stand(friend)) == (0, Stand.DISPUTED)
    assert list(recount()) == []
    assert refusal(one_two.open) == "slot_taken"

    support.decide_dispute(
        actor=one_two.tree.dung, dispute_id=dispute.pk, decision="rejected", explanation="Đã gọi hỏi, bạn nhớ ra"
    )
    assert (one_two.figure(), stand(friend), Referral.objects.count()) == (1, Stand.DONE, 1)
    assert list(recount()) == []


def test_an_upheld_dispute_leaves_the_place_to_somebody_else(one_two):
    friend, relative = one_two.both()
    dispute = support.dispute_receipt(receipt_id=friend.help.receipt_id, reason="not-me")
    support.decide_dispute(
        actor=one_two.tree.dung, dispute_id=dispute.pk, decision="upheld", explanation="Không có ai hướng dẫn bạn"
    )
    assert (one_two.figure(), stand(friend)) == (0, Stand.FALLEN)

    one_two.accept(one_two.open("friend"), "Võ Minh Ba", 2000)
    assert (one_two.figure(), stand(relative)) == (1, Stand.DONE)
    assert Referral.objects.filter(taken_back_at=None).count() == 1
    assert list(recount()) == []


def test_a_help_taken_back_takes_the_member_out(one_two):
    friend, _relative = one_two.both()
    support.take_back_help(actor=one_two.tree.an, help_id=friend.help_id)

    assert (one_two.figure(), stand(friend), Referral.objects.get().taken_back_at is not None) == (
        0,
        Stand.FALLEN,
        True,
    )
    assert list(recount()) == []


def test_another_service_of_the_same_day_keeps_the_place(one_two):
    friend = one_two.accept(one_two.open("friend"), services=("portal", "payment")).slot
    one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975)
    support.take_back_help(actor=one_two.tree.an, help_id=friend.help_id)

    friend.refresh_from_db()
    assert (friend.help.service_id, stand(friend), one_two.figure()) == ("payment", Stand.DONE, 1)
    assert list(recount()) == []


def test_a_corrected_help_keeps_the_place_and_waits_for_the_persons_word_on_it(one_two):
    friend, _relative = one_two.both()
    support.correct_help(
        actor=one_two.tree.an,
        help_id=friend.help_id,
        service="payment",
        happened_on=TODAY,
        helper=support.Helper("Huỳnh Đăng Khoa", member_id=one_two.khoa.pk),
    )
    friend.refresh_from_db()
    assert (friend.help.service_id, stand(friend), one_two.figure()) == ("payment", Stand.RECORDED, 0)
    assert list(recount()) == []

    support.confirm_receipt(receipt_id=friend.help.receipt_id, staff_browser=False, device=["a"])
    assert (stand(friend), one_two.figure()) == (Stand.DONE, 1)
    assert list(recount()) == []


def test_a_call_back_raises_the_grade_of_1_2_when_both_are_called_back(one_two):
    slots = one_two.both()
    for slot, expected in zip(slots, (3, 4), strict=True):
        support.raise_grades(helps=[Help.objects.get(pk=slot.help_id)], grade=4)
        assert Referral.objects.get().grade == expected
    assert list(recount()) == []


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
    assert list(recount()) == []


def test_places_and_state_go_with_a_transferred_member(one_two):
    one_two.accept(one_two.open("friend", one_two.thuy))
    waits = one_two.open("relative", one_two.thuy)
    transfer_member(actor=one_two.tree.dung, member=one_two.thuy, to=one_two.tree.units["p5-kp1"], on=TODAY)

    with pytest.raises(PermissionDenied):
        actions.bring(actor=one_two.tree.binh, slot_id=waits.pk, guided=guided("Huỳnh Thị Sáu", 1975))
    accepted = actions.bring(actor=one_two.tree.chi, slot_id=waits.pk, guided=guided("Huỳnh Thị Sáu", 1975))
    confirm(accepted)

    assert Help.objects.get(pk=accepted.slot.help_id).unit == one_two.tree.units["p5-kp1"]
    assert (one_two.figure(unit="p4"), one_two.figure(unit="p5")) == (0, 1)
    stay = queries.stay_of(one_two.thuy.person_id)
    assert (
        refusal(lambda: actions.open_slot(actor=one_two.tree.chi, member_id=stay.pk, kind="relative")) == "slot_taken"
    )
    assert list(recount()) == []


def test_whoever_is_no_member_any_more_guides_nobody_for_1_2(one_two):
    slot = one_two.open()
    end_membership(actor=one_two.tree.an, member=one_two.khoa, state="grown-out", on=TODAY)

    assert refusal(lambda: one_two.accept(slot)) == "slot_closed"
    assert refusal(lambda: actions.bring(actor=one_two.tree.an, slot_id=slot.pk, guided=guided())) == "slot_closed"
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


def test_a_figure_opens_down_to_the_member_for_whoever_may_see_them(one_two):
    one_two.both()
    referral = Referral.objects.get()
    lines = source_page(REFERRAL)
    seen = lines(actor=one_two.tree.binh, ids=[referral.pk])[referral.pk]
    assert (seen.title, seen.url) == ("Huỳnh Đăng Khoa", f"/referrals/{one_two.khoa.pk}/")
    assert "12/11/2023" in seen.detail
    hidden = lines(actor=one_two.tree.chi, ids=[referral.pk])[referral.pk]
    assert (hidden.title, hidden.url) == ("Đoàn viên ngoài quyền xem của bạn", "")


def test_an_erased_person_leaves_the_place_counted_without_a_name(one_two):
    friend, _relative = one_two.both()
    titles = [title for title, _text in personal.copy([friend.helped_id])]
    assert titles == ["Được đoàn viên hướng dẫn (1+2)"]
    support_personal.erase([friend.helped_id])
    personal.erase([friend.helped_id])
    friend.refresh_from_db()
    assert (bytes(friend.keys_sealed), friend.link_lookup, friend.code_lookup, friend.helped_id) == (
        b"",
        None,
        "",
        None,
    )
    place = queries.places(one_two.khoa.person_id)[0]
    assert (place.stand, place.called, one_two.figure()) == (Stand.DONE, "", 1)
    assert len(list(personal.copy([one_two.khoa.person_id]))) == 2


def test_an_erasure_takes_the_turn_of_1_plus_2_before_any_app_erases(one_two, monkeypatch):
    friend, _relative = one_two.both()
    taken = []
    monkeypatch.setattr(personal, "take_turns", lambda: taken.append(True))
    personal.lock([one_two.thuy.person_id])
    assert taken == []
    personal.lock([friend.helped_id])
    personal.lock([one_two.khoa.person_id])
    assert taken == [True, True]
