"""People whom a phone recorded at a stand of ward 4, sent when it had a network again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.members.models import Member
from doanso.people.models import Consent
from doanso.support import personal
from doanso.support.actions import Helper, change_stand, close_stand
from doanso.support.actions.stands import StandChangeInput
from doanso.support.models import Stand, StandTurn, SupportRecord
from doanso.support.records.stand_turns import StandTurnKind
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.stands.conftest import AtStand
from doanso.support.tests.stands.from_phone import APPLIED, BAY, FromPhone
from doanso.sync.actions import leave_version, take_version
from doanso.sync.models import Record
from doanso.sync.tests.conftest import Phone
from doanso.sync.tests.conftest import phone_of as phone_of
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@pytest.fixture
def sent(at_stand: AtStand, phone_of: Callable[..., Phone]) -> FromPhone:
    return FromPhone(at_stand, phone_of(at_stand.actor))


def test_thirty_in_one_go_are_counted_once_however_often_they_are_sent(sent: FromPhone) -> None:
    named = [
        sent.record({"name": f"Lê Thị Số {'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[n]}", "birth_year": 1930 + n, "phone": ""})
        for n in range(26)
    ]
    records = [*named, *[sent.record(None) for _n in range(4)]]
    assert sent.send(*records) == [APPLIED] * 30
    assert sent.send(*records) == [APPLIED] * 30
    assert sent.at_stand.states() == [(number, "recorded") for number in range(1, 31)]
    assert StandTurn.objects.filter(named=False).count() == 4
    ward = sent.at_stand.ward
    assert (ward.figure(), ward.figure("portal-times")) == (26, 30)
    assert Consent.objects.filter(channel="voice", text_version="2023-09").count() == 26
    assert not list(recount())


def test_as_many_statements_for_twenty_as_for_two(sent: FromPhone) -> None:
    counts = []
    assert sent.send(sent.record(None), sent.record()) == [APPLIED] * 2
    for many in (2, 20):
        people = [
            {"name": f"Trần Văn {'ABCDEFGHIJKLMNOPQRST'[n]}", "birth_year": 1900 + many + n, "phone": ""}
            for n in range(many)
        ]
        records = [sent.record(person) for person in people]
        with CaptureQueriesContext(connection) as captured:
            assert sent.send(*records) == [APPLIED] * many
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_whoever_the_desk_has_recorded_is_known(sent: FromPhone) -> None:
    sent.at_stand.record()
    assert sent.send(sent.record()) == [APPLIED]
    assert sent.at_stand.states() == [(1, "recorded"), (2, "known")]
    assert (SupportRecord.objects.count(), sent.at_stand.ward.figure()) == (1, 1)
    known = AuditEvent.objects.get(action="support.keep_stand")
    assert (known.object_id, known.changed) == (sent.at_stand.stand.pk, ["known"])
    # Nothing leads from that turn to the person, so the phone's text is not kept.
    assert bytes(Record.objects.get().payload_encrypted) == b""


def test_the_turn_stands_on_the_board_with_its_time(sent: FromPhone, as_user: Any) -> None:
    moment = clock.now() - timedelta(hours=2)
    Stand.objects.update(opened_at=moment - timedelta(hours=1))
    assert sent.send(sent.record(helped_at=moment.isoformat())) == [APPLIED]
    turn = StandTurn.objects.get()
    assert (turn.made_at, turn.ended_at) == (moment, moment)
    page = as_user(sent.at_stand.actor).get(f"/support/stands/{sent.at_stand.stand.pk}/").content.decode()
    assert "Nguyễn Thị Bảy" in page
    assert StandTurnKind().address(turn.pk) == f"/support/stands/{sent.at_stand.stand.pk}/"


# --- Taken back -------------------------------------------------------------------------------------------------------


def test_a_later_version_takes_back_and_nothing_else(sent: FromPhone) -> None:
    first = sent.record()
    sent.send(first)
    later = {"of": first["id"], "base": first["hash"]}
    assert sent.send(sent.record({**BAY, "name": "Nguyễn Thị Bảy B"}, **later)) == [("refused", "turn_changed")]
    assert sent.send(sent.record(undone=True, **later)) == [APPLIED]
    assert sent.at_stand.states() == [(1, "undone")]
    assert sent.at_stand.ward.figure() == 0
    event = AuditEvent.objects.filter(action="support.keep_stand").get()
    assert (event.object_id, event.changed) == (sent.at_stand.stand.pk, ["undone"])


def test_what_was_undone_before_it_arrived_is_no_turn(sent: FromPhone) -> None:
    assert sent.send(sent.record(undone=True)) == [APPLIED]
    assert not StandTurn.objects.exists()


def test_a_mistake_is_taken_back_after_the_end_too(sent: FromPhone) -> None:
    first = sent.record()
    sent.send(first)
    close_stand(actor=sent.at_stand.actor, stand_id=sent.at_stand.stand.pk)
    assert sent.send(sent.record(undone=True, of=first["id"], base=first["hash"])) == [APPLIED]
    assert sent.at_stand.ward.figure() == 0


@pytest.mark.parametrize("services", [["portal"], ["portal", "vneid"]])
def test_who_is_recorded_again_in_the_batch_that_undoes_the_first_line_stays_counted(
    sent: FromPhone, services: list[str]
) -> None:
    first = sent.record()
    sent.send(first)
    undone = sent.record(undone=True, of=first["id"], base=first["hash"])
    again = sent.record(services=services)
    assert sent.send(undone, again) == [APPLIED] * 2
    assert sent.at_stand.states() == [(1, "undone"), (2, "recorded")]
    assert sent.at_stand.ward.figure() == 1
    assert sent.send(sent.record(undone=True, of=again["id"], base=again["hash"])) == [APPLIED]
    assert sent.at_stand.ward.figure() == 0
    assert not list(recount())


# --- The stand meanwhile ----------------------------------------------------------------------------------------------


def test_what_was_recorded_before_the_end_is_taken_after_it(sent: FromPhone) -> None:
    before = sent.record()
    close_stand(actor=sent.at_stand.actor, stand_id=sent.at_stand.stand.pk)
    assert sent.send(before, sent.record(None)) == [APPLIED] * 2
    assert sent.at_stand.ward.figure() == 1
    late = [event for event in AuditEvent.objects.filter(action="support.keep_stand") if event.changed == ["late"]]
    assert [event.object_id for event in late] == [sent.at_stand.stand.pk]


def test_what_was_recorded_after_the_end_is_a_question_to_the_unit(sent: FromPhone, as_user: Any) -> None:
    an = sent.at_stand.actor
    close_stand(actor=an, stand_id=sent.at_stand.stand.pk)
    after = [sent.record(helped_at=(clock.now() + timedelta(minutes=n)).isoformat()) for n in (1, 2)]
    assert sent.send(*after) == [("refused", "stand_closed_before")] * 2
    assert not SupportRecord.objects.exists()
    taken, left = Record.objects.order_by("seq")
    page = as_user(an).get(f"/sync/{taken.pk}/").content.decode()
    assert "Nguyễn Thị Bảy" in page
    assert "Nhà văn hoá Khu phố 3" in page
    take_version(actor=an, seq=taken.pk, reason="Có giúp thật, bàn đóng sớm")
    leave_version(actor=an, seq=left.pk, reason="Ghi thử")
    assert sent.at_stand.states() == [(1, "recorded")]
    assert sent.at_stand.ward.figure() == 1
    assert not list(recount())


def test_the_next_day_is_a_question_too(sent: FromPhone) -> None:
    tomorrow = (TODAY + timedelta(days=1)).isoformat()
    assert sent.send(sent.record(happened_on=tomorrow)) == [("refused", "stand_day")]


@pytest.mark.parametrize("days", [-1, 1])
def test_a_phone_whose_clock_is_a_day_off_records_on_the_day_of_the_stand(sent: FromPhone, days: int) -> None:
    now = clock.now()
    off = timedelta(days=days)
    helped_at = (now + off - timedelta(seconds=30)).isoformat()
    for person in (BAY, None):
        # The phone may know how far its clock is off, or not.
        day = TODAY if person is None else TODAY + off
        record = sent.record(person, happened_on=day.isoformat(), helped_at=helped_at)
        answer = sent.phone.send(record, sent_at=(now + off).isoformat())
        assert [ack["state"] for ack in answer["acks"]] == ["applied"]
    assert set(StandTurn.objects.values_list("stand__happened_on", "state")) == {(TODAY, "recorded")}
    opened_at = sent.at_stand.stand.opened_at
    assert [turn.made_at >= opened_at for turn in StandTurn.objects.all()] == [True, True]


def test_the_pair_is_that_of_the_moment_and_services_may_have_changed(sent: FromPhone, register: Any) -> None:
    helped = sent.record(services=["portal", "vneid"])
    member = Helper("Nguyễn Hoàng Đức", "youth", register.duc.pk)
    inputs = StandChangeInput("Nhà văn hoá Khu phố 3", ("portal",), member, None)
    change_stand(actor=sent.at_stand.actor, stand_id=sent.at_stand.stand.pk, inputs=inputs)
    assert sent.send(helped) == [APPLIED]
    pairs = SupportRecord.objects.values_list("helper_name", "helper", "second_helper_name", "grade")
    assert set(pairs) == {("Trần Gia Huy", None, "Võ Thị Năm", 2)}
    now = {"first": {"name": member.name, "kind": "youth", "member": str(register.duc.pk)}, "second": None}
    assert sent.send(sent.record(None, pair=now)) == [APPLIED]
    # Whom the unit does not know is not taken from a phone.
    strange = {"first": {"name": "Ai Đó", "kind": "official", "member": str(register.khang.pk)}, "second": None}
    assert sent.send(sent.record(None, pair=strange)) == [APPLIED]
    assert SupportRecord.objects.filter(helper_name=member.name, helper=register.duc).count() == 2
    assert Member.objects.get(pk=register.khang.pk).branch.code != register.duc.branch.code


# --- Refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"person": BAY | {"name": "0912000111222"}}, "digits_in_name"),
        ({"person": BAY | {"birth_year": 2015}}, "guardian_needed"),
        ({"person": BAY | {"name": "Trần Gia Huy"}}, "helped_self"),
        ({"services": []}, "services_missing"),
        ({"services": ["nothing"]}, "service_unknown"),
        ({"consent": None}, "no_consent"),
        ({"stand": "018bc000-0000-7000-8000-0000000000ff"}, "stand_unknown"),
    ],
)
def test_a_record_is_refused_alone(sent: FromPhone, changes: dict[str, Any], code: str) -> None:
    good = sent.record({"name": "Lê Văn Sáu", "birth_year": 1960, "phone": ""})
    assert sent.send(sent.record(**changes), good) == [("refused", code), APPLIED]
    assert sent.at_stand.states() == [(1, "recorded")]


def test_two_people_of_one_name_are_taken_where_the_phone_says_so(sent: FromPhone) -> None:
    assert sent.send(sent.record(BAY | {"name": "Trần Gia Huy"}, namesakes=True)) == [APPLIED]


def test_a_refused_record_is_corrected_on_the_phone(sent: FromPhone) -> None:
    wrong = sent.record(BAY | {"name": "Trần Gia Huy"})
    sent.send(wrong)
    assert sent.send(sent.record(of=wrong["id"], base=wrong["hash"])) == [APPLIED]
    assert sent.at_stand.states() == [(1, "recorded")]


def test_a_helper_records_at_every_open_stand_of_the_unit_and_takes_back_their_own_lines(
    sent: FromPhone, phone_of: Callable[..., Phone]
) -> None:
    tree = sent.at_stand.ward.tree
    helper = phone_of(tree.lan)
    line = sent.record()
    assert sent.send(line, phone=helper) == [APPLIED]
    assert SupportRecord.objects.get().recorded_by == tree.lan
    # A line of the desk is no record of hers, whatever its id.
    desk = sent.at_stand.record(StandEntry("Lê Văn Sáu", 1960)).turn
    foreign = sent.record(undone=True, of=str(desk.pk))
    assert sent.send(foreign, phone=helper) == [("refused", "turn_changed")]
    assert sent.send(sent.record(undone=True, of=line["id"], base=line["hash"]), phone=helper) == [APPLIED]
    assert sent.at_stand.states() == [(1, "undone"), (2, "recorded")]


def test_a_stand_of_another_unit_is_not_reached_by_this_one(sent: FromPhone, phone_of: Callable[..., Phone]) -> None:
    tree = sent.at_stand.ward.tree
    chi = phone_of(tree.chi)
    assert sent.send(sent.record(unit="p5"), phone=chi) == [("refused", "stand_unknown")]
    assert sent.send(sent.record(), phone=chi) == [("refused", "no_role")]


# --- Erasure ----------------------------------------------------------------------------------------------------------


def test_who_is_erased_is_gone_from_the_phones_text(sent: FromPhone) -> None:
    sent.send(sent.record(), sent.record({"name": "Lê Văn Sáu", "birth_year": 1960, "phone": ""}))
    bay = SupportRecord.objects.get(contact__name="Nguyễn Thị Bảy")
    assert bay.person_id is not None
    personal.erase({bay.person_id})
    kept = [bool(bytes(record.payload_encrypted)) for record in Record.objects.order_by("seq")]
    assert kept == [False, True]


def test_a_helper_who_is_erased_is_gone_from_the_phones_text_after_the_pair_was_changed(
    sent: FromPhone, register: Any
) -> None:
    duc = Helper("Nguyễn Hoàng Đức", "youth", register.duc.pk)
    helped_by = {"first": {"name": duc.name, "kind": duc.kind, "member": str(duc.member_id)}, "second": None}
    for helper in (duc, Helper("Trần Gia Huy")):
        inputs = StandChangeInput("Nhà văn hoá Khu phố 3", ("portal",), helper)
        change_stand(actor=sent.at_stand.actor, stand_id=sent.at_stand.stand.pk, inputs=inputs)
        sent.send(sent.record(None, pair=helped_by))
    personal.erase({register.duc.person_id})
    assert [bytes(record.payload_encrypted) for record in Record.objects.all()] == [b"", b""]
