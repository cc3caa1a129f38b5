"""Checks at the desk: what a scanned code is, the alarm of a foreign one, and taking a check back."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput
from doanso.cashless.models import AlarmOutcome, CodeAlarm, CodeAlarmState, ScanResult, ShopCode, ShopState
from doanso.cashless.rules.codes import scan_result
from doanso.cashless.tests.conftest import ACB, AGRIBANK, VCB
from doanso.lib.problems import Refused
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def _check(market, name="hai", state=ShopState.DISPLAYED, code=None, by="an", **inputs):
    return actions.check_shop(
        actor=getattr(market.tree, by),
        shop=getattr(market, name),
        inputs=CheckInput(inputs.pop("on", TODAY), state, **inputs),
        code=code,
    )


def test_a_check_sets_the_standing_of_the_shop(market):
    check = _check(market, used_recently=True)
    hai = market.hai
    assert (check.state, check.first_name, check.scan) == (ShopState.USED, "Nguyễn Văn An", ScanResult.NOT_READ)
    assert (hai.state, hai.used_recently, hai.checked_on, hai.code_checked_on) == (ShopState.USED, True, TODAY, None)


def test_an_earlier_day_does_not_replace_a_later_one(market):
    _check(market, used_recently=True)
    _check(market, state=ShopState.OFFERED, on=date(2023, 11, 2))
    assert (market.hai.state, market.hai.checked_on) == (ShopState.USED, TODAY)


def test_the_registered_code_is_the_same(registered):
    check = _check(registered, code=VCB)
    assert (check.scan, check.bank_bin, check.last_four, check.alarm) == (ScanResult.SAME, "970436", "6789", None)
    assert registered.hai.code_checked_on == TODAY


def test_a_code_with_purpose_and_name_pays_the_same_account(registered):
    code = actions.read_code(
        "00020101021138540010A00000072701240006970436011001234567890208QRIBFTTA53037045802VN5917CO SO TAP HOA MAU6006MY THO"
        "62280310CHO MY THO0810THANH TOAN6304BC7D"
    )
    assert _check(registered, code=code).scan == ScanResult.SAME


def test_a_foreign_code_raises_an_alarm_at_once(registered):
    check = _check(registered, code=ACB, by="an")
    [alarm] = CodeAlarm.objects.all()
    assert (check.scan, check.alarm) == (ScanResult.DIFFERENT, alarm)
    assert (alarm.cause, alarm.state, alarm.bank_bin, alarm.last_four) == ("different", "open", "970416", "8859")
    assert (alarm.seen_by, alarm.seen_by_words, alarm.seen_on) == (registered.tree.an, "Nguyễn Văn An", TODAY)
    assert AuditEvent.objects.filter(action="cashless.raise_alarm", object_id=alarm.pk).count() == 1


def test_the_same_foreign_code_seen_again_belongs_to_the_open_alarm(registered):
    first, again = _check(registered, code=ACB), _check(registered, code=ACB)
    assert first.alarm == again.alarm
    assert _check(registered, code=AGRIBANK).alarm != first.alarm
    assert CodeAlarm.objects.count() == 2


def test_a_shop_without_a_registered_code_has_nothing_to_compare_with(market):
    assert _check(market, code=ACB).scan == ScanResult.NOT_REGISTERED
    assert not CodeAlarm.objects.exists()


def test_a_code_of_a_day_before_the_registration_is_not_compared(registered):
    check = _check(registered, code=ACB, on=TODAY - timedelta(days=1))
    assert check.scan == ScanResult.NOT_REGISTERED


@pytest.mark.parametrize(
    ("seen", "expected"),
    [("a", ScanResult.SAME), ("b", ScanResult.ANNOUNCED), ("c", ScanResult.FORMER), ("d", ScanResult.DIFFERENT)],
)
def test_what_a_scanned_code_is(seen, expected):
    assert scan_result(seen, in_force=["a"], announced=["b"], former=["c"]) == expected
    assert scan_result("x", in_force=[], announced=["b"], former=[]) == ScanResult.NOT_REGISTERED
    # A code that was ended leaves something to compare with.
    assert scan_result("x", in_force=[], announced=[], former=["c"]) == ScanResult.DIFFERENT


def test_a_check_is_taken_back_with_a_reason(market):
    _check(market, state=ShopState.OFFERED, on=date(2023, 11, 2))
    wrong = _check(market, used_recently=True)
    with pytest.raises(Refused) as refused:
        actions.take_back_check(actor=market.tree.an, check=wrong, reason=" ")
    assert refused.value.problem.code == "reason_missing"
    actions.take_back_check(actor=market.tree.an, check=wrong, reason="Nhầm cửa hàng")
    assert (market.hai.state, market.hai.checked_on) == (ShopState.OFFERED, date(2023, 11, 2))
    with pytest.raises(Refused) as refused:
        actions.take_back_check(actor=market.tree.an, check=wrong, reason="Nhầm")
    assert refused.value.problem.code == "check_taken_back"


def test_a_helper_takes_back_their_own_checks_alone(market):
    own, other = _check(market, by="lan"), _check(market, by="an")
    actions.take_back_check(actor=market.tree.lan, check=own, reason="Nhầm")
    with pytest.raises(PermissionDenied):
        actions.take_back_check(actor=market.tree.lan, check=other, reason="Nhầm")


@pytest.mark.parametrize("name", ["chi", "binh", "hanh", "khoa"])
def test_others_do_not_check_shops_of_ward_4(market, name):
    with pytest.raises(PermissionDenied):
        _check(market, by=name)


def test_a_day_that_has_not_come_and_a_stop_without_a_reason_are_refused(market):
    for inputs, code in (({"on": TODAY + timedelta(days=1)}, "day_ahead"), ({"state": "stopped"}, "reason_missing")):
        with pytest.raises(Refused) as refused:
            _check(market, **inputs)
        assert refused.value.problem.code == code
    assert _check(market, state="stopped", reason="Ngại hóa đơn, thuế").reason == "Ngại hóa đơn, thuế"


# --- Alarms -----------------------------------------------------------------------------------------------------------


def test_an_alarm_is_settled_once_with_outcome_and_words(registered):
    alarm = _check(registered, code=ACB).alarm
    settle = {"actor": registered.tree.an, "alarm": alarm}
    for outcome, words, code in (("", "Đã gỡ", "outcome_missing"), ("removed", " ", "words_missing")):
        with pytest.raises(Refused) as refused:
            actions.resolve_alarm(**settle, outcome=outcome, words=words)
        assert refused.value.problem.code == code
    settled = actions.resolve_alarm(**settle, outcome=AlarmOutcome.REMOVED, words="Đã gỡ, báo công an phường")
    assert (settled.state, settled.settled_by) == (CodeAlarmState.SETTLED, registered.tree.an)
    with pytest.raises(Refused) as refused:
        actions.resolve_alarm(**settle, outcome=AlarmOutcome.MISTAKE, words="Nhầm")
    assert refused.value.problem.code == "alarm_settled"
    # Seen again afterwards, it is a new alarm.
    assert _check(registered, code=ACB).alarm != alarm


@pytest.mark.parametrize("name", ["chi", "lan", "hanh"])
def test_others_do_not_settle_alarms_of_ward_4(registered, name):
    alarm = _check(registered, code=ACB).alarm
    with pytest.raises(PermissionDenied):
        actions.resolve_alarm(actor=getattr(registered.tree, name), alarm=alarm, outcome="mistake", words="Nhầm")


def test_whoever_asked_for_a_change_does_not_settle_the_owners_objection(registered):
    an, dung = registered.tree.an, registered.tree.dung
    change = actions.request_change(actor=an, shop=registered.hai, inputs=CodeInput(ACB, True), why="Đổi")
    alarm = actions.object_to_change(change=change)
    with pytest.raises(Refused) as refused:
        actions.resolve_alarm(actor=an, alarm=alarm, outcome="mistake", words="Nhầm")
    assert refused.value.problem.code == "own_change"
    assert actions.resolve_alarm(actor=dung, alarm=alarm, outcome="other", words="Đã gọi chủ").settled_by == dung


# --- Codes ------------------------------------------------------------------------------------------------------------


def test_a_code_is_kept_encrypted_and_shown_by_its_last_four_digits(registered):
    [code] = ShopCode.objects.all()
    assert (code.bank_bin, code.last_four, code.since, code.consent_by) == ("970436", "6789", TODAY, registered.tree.an)
    assert b"0123456789" not in bytes(code.account_encrypted)
    assert "0123456789" not in code.account_lookup


@pytest.mark.parametrize(
    ("more", "code"),
    [({"consented": False}, "consent_missing"), ({"code": "dynamic"}, "code_once")],
)
def test_without_consent_or_for_one_payment_no_code_is_kept(market, more, code):
    inputs = {"code": VCB, "consented": True} | more
    if inputs["code"] == "dynamic":
        text = (
            "00020101021238530010A0000007270123000697041601092576788590208QRIBFTTA5303704540510000"
            "5802VN62150811Chuyen tien630453E6"
        )
        inputs["code"] = actions.read_code(text)
    with pytest.raises(Refused) as refused:
        actions.register_code(actor=market.tree.an, shop=market.hai, inputs=CodeInput(**inputs))
    assert refused.value.problem.code == code
    assert not ShopCode.objects.exists()


def test_a_second_code_is_not_registered_alone(registered):
    with pytest.raises(Refused) as refused:
        actions.register_code(actor=registered.tree.an, shop=registered.hai, inputs=CodeInput(ACB, True))
    assert refused.value.problem.code == "code_registered"
    actions.end_code(actor=registered.tree.an, shop=registered.hai)
    with pytest.raises(Refused) as refused:
        actions.register_code(actor=registered.tree.an, shop=registered.hai, inputs=CodeInput(ACB, True))
    assert refused.value.problem.code == "code_registered"


def test_an_account_of_another_shop_is_asked_about_once(registered):
    register = {"actor": registered.tree.an, "shop": registered.ba}
    with pytest.raises(Refused) as refused:
        actions.register_code(**register, inputs=CodeInput(VCB, True))
    assert refused.value.problem.code == "account_elsewhere"
    assert "Phở Hai" in refused.value.problem.message
    assert actions.register_code(**register, inputs=CodeInput(VCB, True, confirmed=True)).last_four == "6789"


def test_an_owner_who_withdraws_has_the_number_erased(registered):
    actions.end_code(actor=registered.tree.an, shop=registered.hai)
    [code] = ShopCode.objects.all()
    assert (bytes(code.account_encrypted), code.account_lookup, code.last_four, code.bank_bin) == (b"", "", "", "")
    assert code.until == TODAY
    assert code.erased_at is not None
    with pytest.raises(Refused) as refused:
        actions.print_posters(actor=registered.tree.an, shops=[registered.hai])
    assert refused.value.problem.code == "code_none"
    with pytest.raises(Refused) as refused:
        actions.end_code(actor=registered.tree.an, shop=registered.hai)
    assert refused.value.problem.code == "code_none"


def test_printing_is_in_the_history(registered):
    [code] = actions.print_posters(actor=registered.tree.an, shops=[registered.hai])
    assert code.last_four == "6789"
    assert AuditEvent.objects.filter(action="cashless.print_poster", object_id=registered.hai.pk).count() == 1
    with pytest.raises(PermissionDenied):
        actions.print_posters(actor=registered.tree.hanh, shops=[registered.hai])


def test_an_unreadable_text_is_refused_by_its_named_problem():
    with pytest.raises(Refused) as refused:
        actions.read_code(
            "00020001021238570010A00000072701270006970436011308810004580860208QRIBFTTA53037045802VN6304CD60"
        )
    assert refused.value.problem.code == "vietqr_bad_format_indicator"
