"""Friend and relative who are merged into one person, and separated again."""

from uuid import UUID

from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.people.actions import merge_persons, undo_merge
from doanso.people.models import Merge, Person
from doanso.referrals import queries
from doanso.referrals.models import Referral, ReferralSlot
from doanso.referrals.rules import ReferralProgress, duplicate_flags
from doanso.referrals.tests.scene import ReferralScene


def _merge(one_two: ReferralScene, gone: UUID | None, kept: UUID | None) -> Merge:
    return merge_persons(actor=one_two.tree.dung, source=Person(pk=gone), target=Person(pk=kept))


def _progress(one_two: ReferralScene) -> ReferralProgress:
    [stay] = queries.with_progress(queries.active_members().filter(pk=one_two.khoa.pk))
    return ReferralProgress(stay.progress)


def _states(one_two: ReferralScene) -> list[str]:
    return [str(summary.state) for summary in queries.slot_summaries(one_two.khoa.person_id)]


def test_friend_and_relative_who_are_one_are_no_1_plus_2(one_two: ReferralScene) -> None:
    friend, relative = one_two.both()
    assert (one_two.figure(), _progress(one_two), _states(one_two)) == (1, ReferralProgress.DONE, ["done", "done"])
    merge = _merge(one_two, relative.helped_id, friend.helped_id)
    assert (one_two.figure(), _progress(one_two), _states(one_two)) == (0, ReferralProgress.ONE, ["done", "fallen"])
    undo_merge(actor=one_two.tree.dung, merge=merge)
    assert (one_two.figure(), _progress(one_two), _states(one_two)) == (1, ReferralProgress.DONE, ["done", "done"])
    again = Referral.objects.get(taken_back_at=None)
    assert (again.happened_on, again.arrived_on) == (clock.today(), clock.today())
    assert list(recount()) == []


def test_a_fallen_slot_is_given_to_somebody_else(one_two: ReferralScene) -> None:
    friend, relative = one_two.both()
    merge = _merge(one_two, friend.helped_id, relative.helped_id)
    one_two.accept(one_two.open("relative"), "Phan Văn Chín", 1960)
    assert (one_two.figure(), _states(one_two)) == (1, ["done", "done"])
    undo_merge(actor=one_two.tree.dung, merge=merge)
    assert one_two.figure() == 1


def test_a_guided_person_who_turns_out_to_be_the_member_fills_no_slot(one_two: ReferralScene) -> None:
    friend, _relative = one_two.both()
    merge = _merge(one_two, friend.helped_id, one_two.khoa.person_id)
    assert (one_two.figure(), _states(one_two)) == (0, ["fallen", "done"])
    undo_merge(actor=one_two.tree.dung, merge=merge)
    assert one_two.figure() == 1


def test_a_merge_that_has_nothing_to_do_with_it_changes_nothing(one_two: ReferralScene) -> None:
    friend, _relative = one_two.both()
    other = one_two.accept(one_two.open("friend", one_two.thuy), "Phan Văn Chín", 1960).slot
    _merge(one_two, other.helped_id, friend.helped_id)
    assert (one_two.figure(), ReferralSlot.objects.filter(doubled=True).count()) == (1, 0)
    assert queries.slot_summaries(one_two.khoa.person_id)[0].is_shared
    assert list(recount()) == []


def test_who_is_a_second_one() -> None:
    me, helped, other = (UUID(int=number) for number in range(1, 4))
    assert duplicate_flags(me, [helped, other]) == [False, False]
    assert duplicate_flags(me, [helped, helped]) == [False, True]
    assert duplicate_flags(me, [me, other]) == [True, False]
    # Of an erased person nobody can tell who they are.
    assert duplicate_flags(me, [None, None]) == [False, False]
