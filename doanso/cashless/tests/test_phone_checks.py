"""Checks from Lan's phone in ward 4, and the part of its pack."""

import json
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.cashless import actions, code_keys
from doanso.cashless.actions import CodeInput, FollowInput, follow_shops
from doanso.cashless.models import ChangeState, CodeAlarm, CodeChange, Shop, ShopCheck, ShopState
from doanso.cashless.records.checks import CheckKind
from doanso.cashless.tests.conftest import ACB, AGRIBANK, APPLIED, NOBODY, VCB
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietqr import fingerprint
from doanso.notices.models import Notice
from doanso.outreach.models import Team
from doanso.outreach.tests.conftest import mate
from doanso.people.models import Business
from doanso.sync.actions import revoke_device, take_version
from doanso.sync.models import Record
from doanso.testing import TODAY, TREE_BEGAN

pytestmark = pytest.mark.django_db

CONTRACT = Path(__file__).parents[3] / "contract"


def test_a_check_from_the_phone_sets_the_standing(checking):
    assert checking.send(checking.record(used_recently=True, scan=checking.scan(VCB))) == [APPLIED]
    check, hai = ShopCheck.objects.get(), checking.market.hai
    assert (check.scan, check.origin, check.first_name, check.made_by) == (
        "same",
        "phone",
        "Bùi Thị Lan",
        checking.market.tree.lan,
    )
    assert (hai.state, hai.used_recently, hai.checked_on, hai.code_checked_on) == ("used", True, TODAY, TODAY)


def test_a_swapped_code_raises_the_alarm_whatever_the_phone_showed(checking):
    # Its pack was older than the registration: the phone could not compare.
    assert checking.send(checking.record(scan=checking.scan(ACB, "not-registered"))) == [APPLIED]
    [alarm] = CodeAlarm.objects.all()
    check = ShopCheck.objects.get()
    assert (check.scan, check.phone_scan, check.alarm) == ("different", "not-registered", alarm)
    assert (alarm.bank_bin, alarm.last_four, alarm.seen_by_words) == ("970416", "8859", "Bùi Thị Lan")
    [notice] = Notice.objects.all()
    assert (notice.kind, notice.unit_id, notice.source_id) == (
        "cashless.code-alarm",
        checking.market.tree.units["p4"].pk,
        alarm.pk,
    )


def test_what_the_phone_called_different_may_be_the_right_code(checking):
    assert checking.send(checking.record(scan=checking.scan(VCB, "different"))) == [APPLIED]
    assert ShopCheck.objects.get().scan == "same"
    assert not CodeAlarm.objects.exists()


def test_a_code_that_cannot_be_read_is_no_alarm(checking):
    scan = {"result": "unreadable", "fingerprint": "", "bank": "", "last_four": ""}
    assert checking.send(checking.record(scan=scan)) == [APPLIED]
    assert (ShopCheck.objects.get().scan, checking.market.hai.code_checked_on) == ("unreadable", None)


def test_the_pair_is_kept_as_it_was(checking):
    team = Team.objects.create(unit=checking.phone.unit, name="Tổ 1", since=TREE_BEGAN)
    lan = mate(team, "Bùi Thị Lan", "youth", "youth-union", user=checking.market.tree.lan)
    ut = mate(team, "Trần Văn Út", "official", "neighbourhood")
    pair = {"team": str(team.pk), "first": {"teammate": str(lan.pk)}, "second": {"teammate": str(ut.pk), "name": ""}}
    other = {"team": None, "first": {"teammate": None}, "second": {"teammate": None, "name": "Võ Thị Năm Thu"}}
    records = [checking.record(pair=pair, scan=checking.scan(ACB, "different")), checking.record("ba", pair=other)]
    assert checking.send(*records) == [APPLIED] * 2
    assert CodeAlarm.objects.get().seen_by_words == "Bùi Thị Lan và Trần Văn Út"
    check = ShopCheck.objects.get(shop=checking.market.ba)
    assert (check.first, check.second, check.second_name) == (None, None, "Võ Thị Năm Thu")


def test_a_later_version_takes_the_earlier_one_back(checking):
    first = checking.record(used_recently=True)
    assert checking.send(first) == [APPLIED]
    later = checking.record(state="stopped", reason="Ngại hóa đơn, thuế", of=first["id"], base=first["hash"])
    assert checking.send(later) == [APPLIED]
    assert [(check.state, check.taken_back_reason) for check in ShopCheck.objects.order_by("made_at")] == [
        ("used", "Bản sau của cùng lần ghi"),
        ("stopped", ""),
    ]
    assert checking.market.hai.state == ShopState.STOPPED
    # Sent again, nothing is written twice.
    assert checking.send(first, later)[1] == APPLIED
    assert ShopCheck.objects.count() == 2


def test_a_shop_of_the_wards_register_is_followed_from_its_first_check_on(checking):
    business = Business.objects.create(
        unit=checking.phone.unit,
        name="Bánh mì Sáu",
        folded="banh mi sau",
        created_at=clock.now(),
        updated_at=clock.now(),
    )
    checking.market.businesses["sau"] = business
    assert checking.send(checking.record("sau", state="offered")) == [APPLIED]
    assert Shop.objects.get(business=business).state == ShopState.OFFERED


def test_a_shop_of_another_ward_waits_for_an_officer(checking):
    assert checking.send(checking.record("nam")) == [("refused", "shop_unknown")]
    assert not ShopCheck.objects.exists()


def test_a_day_ahead_of_the_server_is_today(checking):
    assert checking.send(checking.record(happened_on="2023-11-15")) == [APPLIED]
    assert ShopCheck.objects.get().happened_on == TODAY


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"state": "stopped"}, "reason_missing"),
        ({"state": "stopped", "reason": "hỏi 0909 123 456"}, "long_number"),
        (
            {
                "pair": {
                    "team": None,
                    "first": {"teammate": None},
                    "second": {"teammate": None, "name": "Thu 0909 123 456"},
                }
            },
            "long_number",
        ),
        ({"state": "open"}, "message_invalid"),
        ({"scan": {"result": "same", "fingerprint": "", "bank": "", "last_four": ""}}, "scan_incomplete"),
        (
            {"scan": {"result": "unreadable", "fingerprint": "0" * 24, "bank": "970416", "last_four": ""}},
            "scan_incomplete",
        ),
        (
            {"scan": {"result": "same", "fingerprint": "0" * 23 + "G", "bank": "970416", "last_four": ""}},
            "scan_incomplete",
        ),
        ({"amount": 100}, "message_invalid"),
    ],
)
def test_what_is_no_check_is_refused(checking, more, code):
    [(state, problem)] = checking.send(checking.record(**more))
    assert (state, problem) == ("refused", code)


def test_the_contracts_examples_are_read():
    for name in ("shop_check.json", "shop_check_stopped.json"):
        content = CheckKind().read(json.loads((CONTRACT / name).read_text(encoding="utf-8"))["body"], 1)
        assert CheckKind().lines(content)


def test_a_bad_fingerprint_is_named():
    body = {"result": "same", "fingerprint": "x", "bank": "970416", "last_four": "8859"}
    record = {
        "business": str(uuid7()),
        "happened_on": "2023-11-12",
        "seen_at": "2023-11-12T09:38:12+07:00",
        "state": "displayed",
        "used_recently": None,
        "reason": "",
        "scan": body,
        "pair": NOBODY,
        "owner_says_changed": None,
    }
    with pytest.raises(Refused) as refused:
        CheckKind().read(record, 1)
    assert (refused.value.problem.code, refused.value.problem.field) == ("scan_incomplete", "scan")


def test_a_batch_takes_as_many_statements_as_one(checking):
    def statements(*records):
        with CaptureQueriesContext(connection) as captured:
            assert checking.send(*records) == [APPLIED] * len(records)
        return len(captured)

    names = ["ba", "hai", "tu"]
    one = statements(checking.record("hai", scan=checking.scan(VCB)))
    many = statements(*[checking.record(names[number % 3], scan=checking.scan(VCB)) for number in range(30)])
    assert many <= one + 1


# --- An announced change ----------------------------------------------------------------------------------------------


@pytest.fixture
def asked(checking):
    an, dung = checking.market.tree.an, checking.market.tree.dung
    change = actions.request_change(actor=an, shop=checking.market.hai, inputs=CodeInput(ACB, True), why="Đổi")
    return actions.approve_change(actor=dung, change=change)


def test_the_new_code_is_a_line_of_the_change(checking, asked):
    record = checking.record(scan=checking.scan(ACB, "different"), owner_says_changed=True)
    assert checking.send(record) == [APPLIED]
    check = ShopCheck.objects.get()
    assert (check.scan, check.change, check.alarm) == ("announced", asked, None)
    assert not CodeAlarm.objects.exists()


def test_an_owner_who_knows_nothing_stops_the_change(checking, asked):
    record = checking.record(scan=checking.scan(ACB, "different"), owner_says_changed=False)
    assert checking.send(record) == [APPLIED]
    assert CodeChange.objects.get().state == ChangeState.STOPPED
    assert CodeAlarm.objects.get().cause == "objection"


def test_a_third_account_is_an_alarm_during_a_change(checking, asked):
    record = checking.record(scan=checking.scan(AGRIBANK, "different"), owner_says_changed=True)
    assert checking.send(record) == [APPLIED]
    assert (CodeAlarm.objects.get().cause, CodeAlarm.objects.get().last_four) == ("different", "3456")


# --- Waiting records --------------------------------------------------------------------------------------------------


def test_an_officer_takes_a_waiting_check_in_the_holders_name(checking):
    record = checking.record("nam", scan=checking.scan(ACB, "not-registered"))
    checking.send(record)
    Business.objects.filter(pk=checking.market.businesses["nam"].pk).update(unit=checking.phone.unit)
    waiting = Record.objects.get(record_id=record["id"])
    revoke_device(actor=checking.market.tree.an, device=checking.phone.device)
    take_version(actor=checking.market.tree.an, seq=waiting.pk, reason="Cửa hàng đã chuyển về phường")
    check = ShopCheck.objects.get()
    assert (check.made_by, check.scan) == (checking.market.tree.lan, "not-registered")
    assert CheckKind().address(check.record_id) == f"/shops/{checking.market.businesses['nam'].pk}/"


# --- The pack ---------------------------------------------------------------------------------------------------------


def test_the_part_holds_fingerprints_and_no_account(checking):
    part = checking.part()
    assert part["codes_key"] == checking.key
    assert len(part["codes_key"]) == 32
    by_name = {shop["name"]: shop for shop in part["shops"]}
    assert by_name["Phở Hai"] == {
        "business": str(checking.market.businesses["hai"].pk),
        "name": "Phở Hai",
        "label": "Lê Lợi · số 12",
        "number": "12",
        "street": "Lê Lợi",
        "neighbourhood": None,
        "state": "none",
        "checked_on": None,
        "code": fingerprint(bytes.fromhex(checking.key), VCB),
        "changing": False,
    }
    assert by_name["Cà phê Ba"]["code"] == ""
    text = json.dumps(part, ensure_ascii=False)
    assert "0123456789" not in text
    assert "6789" not in text


def test_an_announced_change_is_marked_and_the_old_code_stays(checking, asked):
    [hai] = [shop for shop in checking.part()["shops"] if shop["name"] == "Phở Hai"]
    assert (hai["changing"], hai["code"]) == (True, fingerprint(bytes.fromhex(checking.key), VCB))


def test_those_checked_longest_ago_stand_first_and_closed_ones_not_at_all(checking):
    checking.send(checking.record("hai"))
    Business.objects.filter(pk=checking.market.businesses["tu"].pk).update(gone_at=clock.now())
    assert [shop["name"] for shop in checking.part()["shops"]] == ["Cà phê Ba", "Phở Hai"]


def test_the_part_has_the_form_of_the_contract(checking):
    contract = json.loads((CONTRACT / "pack.json").read_text(encoding="utf-8"))["shops"]
    part = checking.part()
    assert list(part) == list(contract)
    assert [list(shop) for shop in part["shops"]] == [list(contract["shops"][0])] * 3
    assert {len(shop["code"]) for shop in (*contract["shops"], *part["shops"])} == {0, 24}


def test_shops_of_a_ward_that_ended_go_to_the_one_that_keeps_its_records(checking):
    ended = checking.market.tree.units["p5"]
    shop = follow_shops(
        actor=checking.market.tree.chi, unit=ended, businesses=[FollowInput(checking.market.businesses["nam"].pk)]
    )
    type(ended).objects.filter(pk=ended.pk).update(until=TODAY, keeper=checking.phone.unit)
    assert "Tạp hóa Năm" in [entry["name"] for entry in checking.part()["shops"]]
    assert checking.send(checking.record("nam", state="offered")) == [APPLIED]
    [nam] = shop.values()
    nam.refresh_from_db()
    assert nam.state == ShopState.OFFERED


def test_whoever_checks_no_shops_gets_no_part(checking):
    assert checking.part("khoa") is None
    with CaptureQueriesContext(connection) as captured:
        checking.part()
    assert len(captured) <= 5


def test_each_phone_has_a_key_of_its_own(checking):
    assert code_keys.codes_key(uuid7()) != checking.key
