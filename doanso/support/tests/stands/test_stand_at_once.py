"""Several people at one stand at the same moment: helpers on two devices, and residents on their phones."""

from uuid import uuid4

import pytest
from django.db import connection, transaction

from doanso.ledger.recount import recount
from doanso.people.tests.test_at_once import at_once
from doanso.support import personal
from doanso.support.actions import Helper, close_stand, drop_stand_entries, drop_turn, undo_turn
from doanso.support.models import Stand, StandTurn, SupportRecord
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.stands.conftest import BAY
from doanso.support.tests.stands.from_phone import FromPhone, person
from doanso.sync.tests.conftest import phone_of as phone_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_helpers_and_residents_get_distinct_numbers(at_stand):
    key = uuid4()
    at_once(
        lambda: at_stand.record(key=key).turn.number,
        lambda: at_stand.record(key=key).turn.number,
        lambda: at_stand.record(StandEntry("Lê Văn Sáu", 1960)).turn.number,
        lambda: at_stand.enter(StandEntry("Bùi Thị Tư", 1949)).number,
    )

    assert sorted(StandTurn.objects.values_list("number", flat=True)) == [1, 2, 3]
    assert SupportRecord.objects.count() == 2
    assert list(recount()) == []


def test_done_pressed_on_two_devices_is_recorded_once(at_stand):
    turn = at_stand.enter()
    at_once(*[lambda: at_stand.finish(turn).turn.state for _device in range(3)])

    assert (SupportRecord.objects.count(), at_stand.ward.figure()) == (1, 1)
    assert at_stand.states() == [(1, "recorded")]


def test_one_person_at_two_stands_counts_once(at_stand, another):
    other = another()
    at_once(at_stand.record, other.record)

    assert SupportRecord.objects.count() == at_stand.ward.figure() == 1
    assert sorted(StandTurn.objects.values_list("state", flat=True)) == ["known", "recorded"]
    assert list(recount()) == []


def test_finishing_dropping_expiring_and_closing_agree(at_stand):
    turn, stand = at_stand.enter(), at_stand.stand.pk
    at_once(
        lambda: at_stand.finish(turn).turn.state,
        lambda: drop_turn(actor=at_stand.actor, stand_id=stand, turn_id=turn.pk).state,
        drop_stand_entries,
        lambda: close_stand(actor=at_stand.actor, stand_id=stand).pk,
    )

    [(_number, state)] = at_stand.states()
    assert (state == "recorded") == (SupportRecord.objects.count() == 1)
    assert not StandTurn.objects.exclude(person_encrypted=b"").exists()
    assert list(recount()) == []


def test_undoing_while_the_next_is_recorded(at_stand):
    first = at_stand.record().turn
    at_once(
        lambda: undo_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=first.pk).state,
        lambda: at_stand.record(StandEntry("Lê Văn Sáu", 1960)).turn.state,
        lambda: at_stand.record(BAY).turn.state,
    )

    assert at_stand.ward.figure() == SupportRecord.objects.filter(taken_back_at=None).count()
    assert list(recount()) == []


def test_undoing_while_another_stand_records_the_same_person(at_stand, another):
    first, other = at_stand.record().turn, another()
    at_once(
        lambda: undo_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=first.pk).state,
        lambda: other.record().turn.state,
    )

    assert at_stand.ward.figure() == 1
    assert list(recount()) == []


def test_an_erasure_does_not_wait_for_a_stand_that_is_recording(another, register):
    helper = Helper("Nguyễn Hoàng Đức", "youth", register.duc.pk)
    stand = another(helper=helper).stand

    def erased() -> str:
        with transaction.atomic():
            personal.erase({register.duc.person_id})
        return "erased"

    if connection.vendor == "postgresql":
        # SQLite has no locks of rows: there one transaction writes at a time.
        with transaction.atomic():
            Stand.objects.select_for_update().get(pk=stand.pk)
            assert at_once(erased) == ["stand_busy"]
    assert at_once(erased) == ["erased"]


def test_a_phone_the_desk_and_the_end_agree(at_stand, phone_of):
    sent = FromPhone(at_stand, phone_of(at_stand.actor))
    records = [sent.record(), sent.record(None), sent.record(person("Lê Văn Sáu", 1960))]
    at_once(
        lambda: sent.send(*records),
        at_stand.record,
        lambda: sent.send(*records),
        lambda: close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk).pk,
    )

    states = at_stand.states()
    assert [number for number, _state in states] == list(range(1, len(states) + 1))
    # The desk's own may have come after the end, and is refused; the phone's were recorded before it.
    assert sum(state == "recorded" for _number, state in states) == SupportRecord.objects.count() == 3
    assert at_stand.ward.figure() == 2
    assert list(recount()) == []
