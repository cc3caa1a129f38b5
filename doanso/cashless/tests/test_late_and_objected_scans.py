"""Accounts to which the owner objected, records that arrive after a change is in force, and records put to another shop."""

from dataclasses import replace
from datetime import timedelta

import pytest

from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput
from doanso.cashless.models import ChangeState, CodeAlarm, CodeChange, ScanResult, ShopCheck, ShopState
from doanso.cashless.tests.conftest import ACB, AGRIBANK, APPLIED, VCB
from doanso.lib import clock
from doanso.lib.vietqr import decode, encode
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def pass_days(monkeypatch):
    began = clock.now()

    def passed(days):
        monkeypatch.setattr(clock, "now", lambda: began + timedelta(days=days))
        monkeypatch.setattr(clock, "today", lambda: TODAY + timedelta(days=days))

    return passed


def _changed(market, code=ACB):
    change = actions.request_change(actor=market.tree.an, shop=market.hai, inputs=CodeInput(code, True), why="Đổi")
    return actions.approve_change(actor=market.tree.dung, change=change)


def _scan(market, code):
    inputs = CheckInput(clock.today(), "displayed")
    return actions.check_shop(actor=market.tree.an, shop=market.hai, inputs=inputs, code=code).scan


def test_an_account_to_which_the_owner_objected_is_an_alarm_wherever_it_still_hangs(registered, pass_days):
    change = _changed(registered)
    pass_days(3)
    actions.object_to_change(change=change)
    assert _scan(registered, ACB) == ScanResult.DIFFERENT
    assert CodeAlarm.objects.filter(cause="different").count() == 1
    pass_days(9)
    assert (_scan(registered, ACB), _scan(registered, VCB)) == (ScanResult.DIFFERENT, ScanResult.FORMER)


def test_an_objection_to_a_change_that_was_followed_by_another_moves_no_days(registered, pass_days):
    first = _changed(registered)
    pass_days(2)
    second = _changed(registered, AGRIBANK)
    pass_days(5)
    actions.object_to_change(change=first)
    ended = CodeChange.objects.get(pk=first.pk).code
    assert (ended.until_at, ended.until) == (second.effective_at, TODAY + timedelta(days=3))
    assert (_scan(registered, ACB), _scan(registered, AGRIBANK)) == (ScanResult.DIFFERENT, ScanResult.SAME)


def test_a_scan_of_an_announced_code_that_arrives_late_is_no_alarm(checking, pass_days):
    change = _changed(checking.market)
    pass_days(3)
    scan = checking.scan(ACB, "different")
    assert checking.send(checking.record(scan=scan, owner_says_changed=True)) == [APPLIED]
    check = ShopCheck.objects.get()
    assert (check.happened_on, check.scan, check.change, check.alarm) == (TODAY, ScanResult.ANNOUNCED, change, None)


@pytest.mark.parametrize("scanned", [ACB, None])
def test_an_owners_no_that_arrives_late_still_stops_the_change(checking, pass_days, scanned):
    _changed(checking.market)
    pass_days(3)
    scan = checking.scan(scanned, "different") if scanned else None
    assert checking.send(checking.record(scan=scan, owner_says_changed=False)) == [APPLIED]
    assert CodeChange.objects.get().state == ChangeState.STOPPED
    assert CodeAlarm.objects.get().cause == "objection"


def test_a_no_about_a_foreign_code_stops_no_change_that_is_in_force(checking, pass_days):
    _changed(checking.market)
    pass_days(5)
    day = str(TODAY + timedelta(days=5))
    record = checking.record(scan=checking.scan(AGRIBANK, "different"), happened_on=day, owner_says_changed=False)
    assert checking.send(record) == [APPLIED]
    assert CodeChange.objects.get().state == ChangeState.APPROVED
    assert CodeAlarm.objects.get().cause == "different"


def test_a_record_put_to_another_shop_leaves_nothing_at_the_first(checking):
    first = checking.record(used_recently=True)
    assert checking.send(first) == [APPLIED]
    assert checking.send(checking.record("ba", used_recently=True, of=first["id"], base=first["hash"])) == [APPLIED]
    hai, ba = checking.market.hai, checking.market.ba
    assert (hai.state, hai.checked_on) == (ShopState.NONE, None)
    assert (ba.state, ba.checked_on) == (ShopState.USED, TODAY)


# --- Codes with accounts of further networks --------------------------------------------------------------------------

OTHER_NETWORK = replace(VCB, others=(("26", "0010A000000775"),))


def test_a_code_that_names_further_networks_says_so_at_the_shop(checking, as_user):
    market = checking.market
    assert checking.send(checking.record(scan=checking.scan(VCB) | {"several": True})) == [APPLIED]
    inputs = CheckInput(TODAY, "displayed")
    actions.check_shop(actor=market.tree.an, shop=market.hai, inputs=inputs, code=decode(encode(OTHER_NETWORK)))
    actions.check_shop(actor=market.tree.an, shop=market.ba, inputs=inputs, code=ACB)
    checks = ShopCheck.objects.order_by("made_at").values_list("scan", "other_networks")
    assert list(checks) == [("same", True), ("same", True), ("not-registered", False)]
    sentence = "Mã này còn ghi tài khoản của mạng thanh toán khác"
    client = as_user(market.tree.an)
    assert client.get(f"/shops/{market.businesses['hai'].pk}/").content.decode().count(sentence) == 2
    assert sentence not in client.get(f"/shops/{market.businesses['ba'].pk}/").content.decode()


def test_what_was_not_read_names_no_networks(checking):
    scan = {"result": "unreadable", "fingerprint": "", "bank": "", "last_four": "", "several": True}
    assert checking.send(checking.record(scan=scan)) == [("refused", "scan_incomplete")]
