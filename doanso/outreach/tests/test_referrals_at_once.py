"""Both words, two who use one invitation, and two who hand one place over, at the same moment."""

import pytest

from doanso.outreach.actions import referrals as actions
from doanso.outreach.models import Referral, Slot
from doanso.outreach.tests.conftest import make_services
from doanso.outreach.tests.referring import Referring, confirm, refer
from doanso.people.tests.test_at_once import at_once
from doanso.support import actions as support
from doanso.support.models import Help
from doanso.tally.recount import recount
from doanso.testing import Tree

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def one_two(tree: Tree) -> Referring:
    """See `Referring`."""
    make_services()
    return refer(tree)


def test_both_words_at_once_are_one_member_done(one_two):
    friend = one_two.accept(one_two.open("friend"), staff=True)
    relative = one_two.accept(one_two.open("relative"), "Huỳnh Thị Sáu", 1975, staff=True)
    at_once(lambda: confirm(friend), lambda: confirm(relative))

    assert (Referral.objects.filter(taken_back_at=None).count(), one_two.figure()) == (1, 1)
    assert list(recount()) == []


def test_one_invitation_used_by_two_at_once_is_used_once(one_two):
    slot = one_two.open()
    found = at_once(
        lambda: one_two.accept(slot, "Nguyễn Minh Khang", 2001).slot.pk,
        lambda: one_two.accept(slot, "Võ Minh Ba", 2000).slot.pk,
    )

    assert sorted(map(str, found)) == sorted([str(slot.pk), "slot_closed"])
    assert Help.objects.count() == 1
    assert list(recount()) == []


def test_a_place_handed_over_twice_at_once_stands_once(one_two):
    at_once(*[lambda: actions.open_slot(actor=one_two.tree.khoa, member_id=one_two.khoa.pk, kind="friend")] * 3)

    assert (Slot.objects.filter(replaced_at=None).count(), Slot.objects.count()) == (1, 3)


def test_a_word_a_dispute_and_taking_back_at_once_agree_with_the_ledger(one_two):
    friend, relative = one_two.both()
    at_once(
        lambda: support.dispute_receipt(receipt_id=friend.help.receipt_id, reason="not-me").pk,
        lambda: support.take_back_help(actor=one_two.tree.an, help_id=relative.help_id).pk,
    )

    assert one_two.figure() == 0
    assert list(recount()) == []
