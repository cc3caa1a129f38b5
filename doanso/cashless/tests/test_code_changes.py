"""Changing a shop's code: two officers and a day, and the owner can stop it."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.cashless import actions, code_keys
from doanso.cashless.actions import CheckInput, CodeInput
from doanso.cashless.models import AlarmOutcome, ChangeState, CodeAlarm, CodeChange, ScanResult, ShopCode, ShopState
from doanso.cashless.rules.codes import can_object, is_pending
from doanso.cashless.tests.conftest import ACB, AGRIBANK, VCB
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def asked(registered):
    """Ward 4's secretary has asked that Hai be paid to ACB."""
    change = actions.request_change(
        actor=registered.tree.an, shop=registered.hai, inputs=CodeInput(ACB, True), why="Chủ mở tài khoản mới"
    )
    return registered, change


def _approve(asked):
    market, change = asked
    return actions.approve_change(actor=market.tree.dung, change=change)


def _pass_a_day(monkeypatch, hours=25):
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=hours))


def _in_force():
    now = clock.now()
    codes = [
        code for code in ShopCode.objects.all() if code.since_at <= now and (not code.until_at or now < code.until_at)
    ]
    return [code.last_four for code in codes]


def _refusal(action, **inputs):
    with pytest.raises(Refused) as refused:
        action(**inputs)
    return refused.value.problem.code


def test_whoever_asks_does_not_approve(asked):
    market, change = asked
    assert _refusal(actions.approve_change, actor=market.tree.an, change=change) == "same_officer"
    assert _refusal(actions.refuse_change, actor=market.tree.an, change=change, reason="Nhầm") == "same_officer"
    assert _in_force() == ["6789"]


def test_an_approved_change_is_in_force_a_day_later(asked, monkeypatch):
    change = _approve(asked)
    assert (change.state, change.approved_by) == (ChangeState.APPROVED, asked[0].tree.dung)
    assert change.effective_at == change.approved_at + timedelta(hours=24)
    assert _in_force() == ["6789"]
    assert {(code.last_four, code.since, code.until) for code in ShopCode.objects.all()} == {
        ("6789", TODAY, TOMORROW),
        ("8859", TOMORROW, None),
    }
    _pass_a_day(monkeypatch, hours=23)
    assert _in_force() == ["6789"]
    _pass_a_day(monkeypatch, hours=2)
    assert _in_force() == ["8859"]


def test_a_change_is_decided_once(asked):
    market, change = asked
    _approve(asked)
    for action, more in ((actions.approve_change, {}), (actions.refuse_change, {"reason": "Nhầm"})):
        assert _refusal(action, actor=market.tree.giang, change=change, **more) == "change_decided"


def test_a_refused_change_leaves_the_code(asked):
    market, change = asked
    assert _refusal(actions.refuse_change, actor=market.tree.dung, change=change, reason=" ") == "why_missing"
    refused = actions.refuse_change(actor=market.tree.dung, change=change, reason="Chưa gọi cho chủ")
    assert (refused.state, refused.ended_reason) == (ChangeState.REFUSED, "Chưa gọi cho chủ")
    assert _in_force() == ["6789"]
    # Then another one can be asked for.
    actions.request_change(actor=market.tree.an, shop=market.hai, inputs=CodeInput(ACB, True), why="Đã gọi")


def test_one_change_at_a_time(asked):
    market, _change = asked
    ask = {"actor": market.tree.an, "shop": market.hai, "inputs": CodeInput(AGRIBANK, True), "why": "Đổi"}
    assert _refusal(actions.request_change, **ask) == "change_waiting"
    _approve(asked)
    assert _refusal(actions.request_change, **ask) == "change_waiting"


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"inputs": CodeInput(VCB, True)}, "code_same"),
        ({"inputs": CodeInput(ACB, False)}, "consent_missing"),
        ({"why": ""}, "why_missing"),
        ({"name": "ba"}, "code_none"),
    ],
)
def test_what_is_no_change_is_refused(registered, more, code):
    ask = {"inputs": CodeInput(ACB, True), "why": "Đổi ngân hàng"} | more
    shop = getattr(registered, ask.pop("name", "hai"))
    assert _refusal(actions.request_change, actor=registered.tree.an, shop=shop, **ask) == code


def test_a_withdrawn_change_leaves_the_old_code_as_if_nothing_was_asked(asked):
    market, change = asked
    approved = _approve(asked)
    actions.withdraw_change(actor=market.tree.an, change=approved, reason="Chủ đổi ý")
    assert _in_force() == ["6789"]
    code = ShopCode.objects.get(last_four="6789")
    assert (code.until, code.until_at) == (None, None)
    assert _refusal(actions.withdraw_change, actor=market.tree.an, change=change, reason="Nữa") == "change_over"
    # The code that never was in force says nothing about what hangs there.
    check = actions.check_shop(actor=market.tree.an, shop=market.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB)
    assert check.scan == ScanResult.DIFFERENT


# --- The owner objects ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("approved", [False, True])
def test_the_owner_stops_an_announced_change(asked, approved):
    _market, change = asked
    if approved:
        _approve(asked)
    alarm = actions.object_to_change(change=change)
    assert (alarm.cause, alarm.last_four, alarm.change, alarm.seen_by) == ("objection", "8859", change, None)
    assert CodeChange.objects.get().state == ChangeState.STOPPED
    assert _in_force() == ["6789"]
    assert ShopCode.objects.get(last_four="6789").until is None
    event = AuditEvent.objects.get(action="cashless.stop_change")
    assert (event.actor_id, event.actor_note) == (None, "chủ cửa hàng")
    # Pressed again, nothing happens.
    assert actions.object_to_change(change=change) == alarm
    assert CodeAlarm.objects.count() == 1


def test_an_objection_after_the_day_takes_the_new_code_out_of_force(asked, monkeypatch):
    market, change = asked
    _approve(asked)
    _pass_a_day(monkeypatch)
    alarm = actions.object_to_change(change=change)
    assert alarm.cause == "objection"
    assert _in_force() == []
    # Nobody sets the next one alone.
    inputs = CodeInput(VCB, True)
    assert _refusal(actions.register_code, actor=market.tree.an, shop=market.hai, inputs=inputs) == "code_registered"
    again = actions.request_change(actor=market.tree.an, shop=market.hai, inputs=inputs, why="Trả lại mã cũ")
    actions.resolve_alarm(actor=market.tree.dung, alarm=alarm, outcome=AlarmOutcome.OTHER, words="Đã gặp chủ")
    actions.approve_change(actor=market.tree.dung, change=again)


def test_after_thirty_days_there_is_nothing_to_object_to(asked, monkeypatch):
    _market, change = asked
    _approve(asked)
    _pass_a_day(monkeypatch, hours=24 * 32)
    assert _refusal(actions.object_to_change, change=change) == "change_over"


def test_a_helper_reports_that_the_owner_knows_nothing_of_it(asked):
    market, change = asked
    _approve(asked)
    inputs = CheckInput(TODAY, ShopState.DISPLAYED, owner_says_changed=False)
    check = actions.check_shop(actor=market.tree.lan, shop=market.hai, inputs=inputs, code=VCB)
    assert (check.change, check.scan) == (change, ScanResult.SAME)
    stopped = CodeChange.objects.get()
    assert (stopped.state, stopped.ended_by, stopped.ended_reason) == ("stopped", market.tree.lan, "Bùi Thị Lan")
    assert CodeAlarm.objects.get().seen_by == market.tree.lan


# --- What is seen while a change is announced ------------------------------------------------------------------------


def test_the_announced_code_is_a_line_of_the_change_and_no_alarm(asked):
    market, change = asked
    inputs = CheckInput(TODAY, ShopState.DISPLAYED, owner_says_changed=True)
    check = actions.check_shop(actor=market.tree.an, shop=market.hai, inputs=inputs, code=ACB)
    assert (check.scan, check.change, check.alarm) == (ScanResult.ANNOUNCED, change, None)
    assert not CodeAlarm.objects.exists()


def test_a_third_account_is_an_alarm_all_the_same(asked):
    market, _change = asked
    check = actions.check_shop(
        actor=market.tree.an, shop=market.hai, inputs=CheckInput(TODAY, "displayed"), code=AGRIBANK
    )
    assert check.alarm is not None


def test_the_old_code_is_former_once_the_new_one_is_in_force(asked, monkeypatch, business_day):
    market, _change = asked
    _approve(asked)
    _pass_a_day(monkeypatch, hours=50)
    business_day(TODAY + timedelta(days=2))

    def scan(code):
        on = TODAY + timedelta(days=2)
        check = actions.check_shop(actor=market.tree.an, shop=market.hai, inputs=CheckInput(on, "displayed"), code=code)
        return check.scan

    assert [scan(ACB), scan(VCB)] == [ScanResult.SAME, ScanResult.FORMER]
    assert not CodeAlarm.objects.exists()


def test_an_ended_code_takes_the_waiting_change_with_it(asked):
    market, _change = asked
    actions.end_code(actor=market.tree.an, shop=market.hai)
    change = CodeChange.objects.get()
    assert (change.state, bytes(change.account_encrypted), change.last_four) == ("withdrawn", b"", "")
    assert code_keys.code_of(change) is None


@pytest.mark.parametrize("name", ["chi", "lan", "hanh", "binh"])
def test_others_neither_ask_nor_approve(asked, name):
    market, change = asked
    actor = getattr(market.tree, name)
    with pytest.raises(PermissionDenied):
        actions.approve_change(actor=actor, change=change)
    with pytest.raises(PermissionDenied):
        actions.request_change(actor=actor, shop=market.hai, inputs=CodeInput(ACB, True), why="Đổi")


def test_the_times_of_a_change():
    now = clock.now()
    hour = timedelta(hours=1)
    assert is_pending("requested", None, now)
    assert is_pending("approved", now + hour, now)
    assert not is_pending("approved", now - hour, now)
    assert can_object("approved", now - hour, now)
    assert not can_object("approved", now - timedelta(days=31), now)
    assert not can_object("refused", None, now)
