"""Two people of a member's 1+2 who turn out to be one, and who turn out to be two after all."""

from uuid import UUID

from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.people.actions import merge_persons, undo_merge
from doanso.people.models import Merge, Person
from doanso.referrals import queries
from doanso.referrals.models import Referral, ReferralSlot
from doanso.referrals.rules import Need, doubles
from doanso.referrals.tests.referring import Referring


def _merge(one_two: Referring, gone: UUID | None, kept: UUID | None) -> Merge:
    return merge_persons(actor=one_two.tree.dung, gone=Person(pk=gone), kept=Person(pk=kept))


def _need(one_two: Referring) -> Need:
    [stay] = queries.with_need(queries.active_members().filter(pk=one_two.khoa.pk))
    return Need(stay.need)


def _stands(one_two: Referring) -> list[str]:
    return [str(place.stand) for place in queries.places(one_two.khoa.person_id)]


def test_friend_and_relative_who_are_one_are_no_1_plus_2(one_two: Referring) -> None:
    friend, relative = one_two.both()
    assert (one_two.figure(), _need(one_two), _stands(one_two)) == (1, Need.DONE, ["done", "done"])
    merge = _merge(one_two, relative.helped_id, friend.helped_id)
    assert (one_two.figure(), _need(one_two), _stands(one_two)) == (0, Need.ONE, ["done", "fallen"])
    assert list(recount()) == []
    undo_merge(actor=one_two.tree.dung, merge=merge)
    assert (one_two.figure(), _need(one_two), _stands(one_two)) == (1, Need.DONE, ["done", "done"])
    again = Referral.objects.get(taken_back_at=None)
    assert (again.happened_on, again.arrived_on) == (clock.today(), clock.today())
    assert list(recount()) == []


def test_the_place_that_fell_is_given_to_somebody_else(one_two: Referring) -> None:
    friend, relative = one_two.both()
    merge = _merge(one_two, friend.helped_id, relative.helped_id)
    one_two.accept(one_two.open("relative"), "Phan Văn Chín", 1960)
    assert (one_two.figure(), _stands(one_two)) == (1, ["done", "done"])
    undo_merge(actor=one_two.tree.dung, merge=merge)
    assert one_two.figure() == 1
    assert list(recount()) == []


def test_whoever_turns_out_to_be_the_member_is_nobodys_second(one_two: Referring) -> None:
    friend, _relative = one_two.both()
    merge = _merge(one_two, friend.helped_id, one_two.khoa.person_id)
    assert (one_two.figure(), _stands(one_two)) == (0, ["fallen", "done"])
    assert list(recount()) == []
    undo_merge(actor=one_two.tree.dung, merge=merge)
    assert one_two.figure() == 1
    assert list(recount()) == []


def test_a_merge_that_has_nothing_to_do_with_it_changes_nothing(one_two: Referring) -> None:
    friend, _relative = one_two.both()
    other = one_two.accept(one_two.open("friend", one_two.thuy), "Phan Văn Chín", 1960).slot
    _merge(one_two, other.helped_id, friend.helped_id)
    assert (one_two.figure(), ReferralSlot.objects.filter(doubled=True).count()) == (1, 0)
    assert queries.places(one_two.khoa.person_id)[0].shared
    assert list(recount()) == []


def test_who_is_a_second_one() -> None:
    me, helped, other = (UUID(int=number) for number in range(1, 4))
    assert doubles(me, [helped, other]) == [False, False]
    assert doubles(me, [helped, helped]) == [False, True]
    assert doubles(me, [me, other]) == [True, False]
    # Of whoever was erased nobody can say it.
    assert doubles(me, [None, None]) == [False, False]
