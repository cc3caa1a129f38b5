"""At the same moment: both confirmations, two uses of one invitation, and one slot handed over twice."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest

from doanso.ledger.recount import recount
from doanso.people.models import Contact
from doanso.people.queries import lookup_hash
from doanso.people.tests.test_at_once import at_once
from doanso.referrals import actions
from doanso.referrals.actions import FilledSlotResult
from doanso.referrals.models import Referral, ReferralSlot
from doanso.referrals.tests.scene import ReferralScene, confirm
from doanso.support import actions as support
from doanso.support import ports
from doanso.support.models import SupportRecord

pytestmark = pytest.mark.django_db(transaction=True)


def test_both_confirmations_at_once_are_one_member_done(one_two):
    friend = one_two.accept(one_two.open("friend"), staff=True)
    relative = one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975, staff=True)
    at_once(lambda: confirm(friend), lambda: confirm(relative))

    assert (Referral.objects.filter(taken_back_at=None).count(), one_two.figure()) == (1, 1)
    assert list(recount()) == []


def test_one_invitation_used_by_two_at_once_is_used_once(one_two):
    slot = one_two.open()
    outcomes = at_once(
        lambda: one_two.accept(slot, "Nguyễn Minh Khang", 2001).slot.pk,
        lambda: one_two.accept(slot, "Võ Minh Ba", 2000).slot.pk,
    )

    assert sorted(map(str, outcomes)) == sorted([str(slot.pk), "slot_closed"])
    assert SupportRecord.objects.count() == 1
    assert list(recount()) == []


def test_a_slot_handed_over_twice_at_once_is_one_slot(one_two):
    at_once(*[lambda: actions.open_slot(actor=one_two.tree.khoa, member_id=one_two.khoa.pk, kind="friend")] * 3)

    assert (ReferralSlot.objects.filter(replaced_at=None).count(), ReferralSlot.objects.count()) == (1, 3)


PHONES = {"Trần Thị Thủy": "0909000111", "Huỳnh Đăng Khoa": "0909000222"}


@pytest.fixture
def mutual(one_two: ReferralScene, monkeypatch: pytest.MonkeyPatch) -> tuple[ReferralSlot, ReferralSlot]:
    """Khoa and Thủy each invite the other as their friend; each has a relative who has confirmed.

    Each thread, once it has called the ledger, waits until the other has called it too, or a second is over.
    """
    for member, name in ((one_two.khoa, "Huỳnh Thị Sáu"), (one_two.thuy, "Phan Văn Chín")):
        one_two.accept(one_two.open("relative", member), name, 1960)
        number = PHONES[member.contact.name]
        Contact.objects.filter(pk=member.contact_id).update(phone_lookup=lookup_hash("phone", number))
    barrier, tell = Barrier(2), ports.notify_wrappers

    def slowly(helps):
        with suppress(BrokenBarrierError):
            barrier.wait(1)
        tell(helps)

    slots = one_two.open("friend", one_two.khoa), one_two.open("friend", one_two.thuy)
    monkeypatch.setattr(ports, "notify_wrappers", slowly)
    return slots


def _accepts(one_two: ReferralScene, slot: ReferralSlot, name: str, year: int, **more: bool) -> FilledSlotResult:
    return one_two.accept(slot, name, year, phone=PHONES[name], **more)


def test_two_friends_who_confirm_each_other_at_once_do_not_wait_for_each_other(one_two, mutual):
    friend = _accepts(one_two, mutual[0], "Trần Thị Thủy", 2003, staff=True)
    other = _accepts(one_two, mutual[1], "Huỳnh Đăng Khoa", 2002, staff=True)
    assert (friend.slot.helped, other.slot.helped) == (one_two.thuy.person, one_two.khoa.person)
    at_once(lambda: confirm(friend), lambda: confirm(other))

    assert one_two.figure() == 2
    assert list(recount()) == []


def test_two_friends_who_accept_each_others_invitation_at_once(one_two, mutual):
    at_once(
        lambda: _accepts(one_two, mutual[0], "Trần Thị Thủy", 2003),
        lambda: _accepts(one_two, mutual[1], "Huỳnh Đăng Khoa", 2002),
    )

    assert one_two.figure() == 2
    assert list(recount()) == []


def test_a_confirmation_a_dispute_and_taking_back_at_once_agree_with_the_ledger(one_two):
    friend, relative = one_two.both()
    at_once(
        lambda: support.dispute_receipt(receipt_id=friend.support_record.receipt_id, reason="not-me").pk,
        lambda: support.take_back_help(actor=one_two.tree.an, support_record_id=relative.support_record_id).pk,
    )

    assert one_two.figure() == 0
    assert list(recount()) == []
