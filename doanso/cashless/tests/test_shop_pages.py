"""The pages of shops: the list, following, one shop, checks, codes, changes and alarms."""

import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput, FollowInput, follow_shops
from doanso.cashless.models import ChangeState, CodeAlarm, CodeChange, Shop, ShopCheck, ShopCode
from doanso.cashless.tests.conftest import ACB, VCB
from doanso.lib import spreadsheet
from doanso.people.actions.shops import BusinessInput, match_or_create_businesses
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

LIST = "/shops/"
TEXT = "00020101021138530010A0000007270123000697041601092576788590208QRIBFTTA53037045802VN6304AE9F"


def _url(market, name="hai", rest=""):
    return f"{LIST}{market.businesses[name].pk}/{rest}"


def _html(response):
    return response.content.decode()


def _change(market):
    return actions.request_change(
        actor=market.tree.an, shop=market.hai, inputs=CodeInput(ACB, True), why="Ngân hàng mới"
    )


def _exported(client, **query):
    answer = client.get(f"{LIST}export/", query)
    assert answer["Content-Disposition"] == 'attachment; filename="cua-hang-2023-11-12.xlsx"'
    head, *rows = spreadsheet.iter_rows(BytesIO(b"".join(answer.streaming_content)))
    return [dict(zip(head, row, strict=False)) for row in rows]


# --- The list ---------------------------------------------------------------------------------------------------------


def test_the_list_shows_state_code_and_last_check(registered, as_user):
    registered.saw("hai", "used", used_recently=True)
    actions.check_shop(
        actor=registered.tree.an, shop=registered.ba, inputs=CheckInput(TODAY, "stopped", reason="Hóa đơn")
    )
    page = _html(as_user(registered.tree.an).get(LIST))
    assert "Phở Hai" in page
    assert "Vietcombank •••• 6789" in page
    assert "Đã ngừng nhận" in page
    assert "0123456789" not in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("state=stopped", ["Cà phê Ba"]),
        ("show=alarm", ["Phở Hai"]),
        ("show=changing", []),
        ("show=due", ["Quần áo Tư"]),
        ("q=pho", ["Phở Hai"]),
        ("q=le+loi", ["Phở Hai", "Cà phê Ba", "Quần áo Tư"]),
        ("unit=p5", []),
    ],
)
def test_the_list_is_narrowed(registered, as_user, query, names):
    an, tree = registered.tree.an, registered.tree
    actions.check_shop(actor=an, shop=registered.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB)
    actions.check_shop(actor=an, shop=registered.ba, inputs=CheckInput(TODAY, "stopped", reason="Hóa đơn"))
    Shop.objects.filter(pk=registered.tu.pk).update(state="displayed", checked_on="2023-10-01")
    page = _html(as_user(tree.dung).get(f"{LIST}?{query}"))
    assert [name for name in ("Phở Hai", "Cà phê Ba", "Quần áo Tư") if f">{name}</a>" in page] == names


@pytest.mark.engines
def test_what_is_due_begins_with_shops_that_were_never_checked(registered, as_user):
    for shop, day in ((registered.hai, "2023-09-01"), (registered.ba, "2023-10-01"), (registered.tu, None)):
        Shop.objects.filter(pk=shop.pk).update(state="displayed", checked_on=day)
    page = _html(as_user(registered.tree.dung).get(f"{LIST}?show=due"))
    names = ("Quần áo Tư", "Phở Hai", "Cà phê Ba")
    assert sorted(names, key=lambda name: page.index(f">{name}</a>")) == list(names)


def test_the_list_takes_as_many_statements_for_fifty_shops_as_for_three(registered, as_user):
    an = as_user(registered.tree.an)

    def statements():
        with CaptureQueriesContext(connection) as captured:
            assert an.get(LIST).status_code == 200
        return len(captured)

    few = statements()
    ward = registered.tree.units["p4"]
    inputs = [BusinessInput(f"Sạp {number}", address=f"{number} Chợ") for number in range(45)]
    keys = [result.business_id for result in match_or_create_businesses(unit_id=ward.pk, inputs=inputs)]
    shops = follow_shops(actor=registered.tree.an, unit=ward, businesses=[FollowInput(key) for key in keys])
    for shop in list(shops.values())[:5]:
        actions.register_code(actor=registered.tree.an, shop=shop, inputs=CodeInput(VCB, True, confirmed=True))
    assert statements() == few == 11


def test_a_ward_without_shops_is_told_how_to_begin(tree, as_user):
    page = _html(as_user(tree.an).get(LIST))
    assert "/shops/follow/" in page
    assert "Chưa theo dõi cửa hàng nào" in page


def test_the_list_is_exported_as_it_is_filtered_without_account_numbers(registered, as_user):
    seen = CheckInput(TODAY, "displayed", used_recently=True)
    actions.check_shop(actor=registered.tree.an, shop=registered.hai, inputs=seen, code=VCB)
    an = as_user(registered.tree.an)
    assert "/shops/export/?q=pho" in _html(an.get(LIST, {"q": "pho"}))
    [shop] = _exported(an, q="pho")
    assert (shop["Cửa hàng"], shop["Mã thanh toán"], shop["Có dùng trong 30 ngày"]) == ("Phở Hai", "đã đăng ký", "có")
    everything = _exported(an)
    assert len(everything) == 3
    assert not any("6789" in str(value) for row in everything for value in row.values())
    assert {row["Cửa hàng"] for row in _exported(as_user(registered.tree.hanh))} == {"P. H.", "C. P. B.", "Q. Á. T."}
    exports = AuditEvent.objects.filter(action="cashless.export", actor=registered.tree.an)
    assert [event.unit_id for event in exports] == [registered.tree.units["p4"].pk] * 2


# --- Follow -----------------------------------------------------------------------------------------------------------


def test_shops_of_the_register_are_followed_by_ticks(market, as_user):
    chi = as_user(market.tree.chi)
    page = _html(chi.get("/shops/follow/"))
    assert "Tạp hóa Năm" in page
    key = market.businesses["nam"].pk
    answer = chi.post("/shops/follow/", {"unit": "p5", "label": "Hùng Vương", "businesses": [str(key)]})
    assert (answer.status_code, answer.url) == (302, LIST)
    assert Shop.objects.get(business=key).label == "Hùng Vương"
    assert "Tạp hóa Năm" not in _html(chi.get("/shops/follow/"))


def test_nothing_chosen_is_said(market, as_user):
    answer = as_user(market.tree.chi).post("/shops/follow/", {"unit": "p5", "label": ""})
    assert answer.status_code == 422
    assert "Chưa chọn cửa hàng nào" in _html(answer)


# --- One shop ---------------------------------------------------------------------------------------------------------


def test_the_page_of_a_shop_shows_checks_and_code(registered, as_user):
    actions.check_shop(
        actor=registered.tree.an, shop=registered.hai, inputs=CheckInput(TODAY, "displayed", True), code=VCB
    )
    _change(registered)
    an = as_user(registered.tree.an)
    with CaptureQueriesContext(connection) as captured:
        page = _html(an.get(_url(registered)))
    assert len(captured) == 11
    assert "Vietcombank •••• 6789" in page
    assert "ACB •••• 8859" in page
    assert "Đúng mã của cửa hàng" in page
    assert "0123456789" not in page
    assert "257678859" not in page


def test_a_check_is_written_at_the_desk(market, as_user):
    data = {"state": "displayed", "used_recently": "yes", "reason": "", "code": "", "happened_on": "12/11/2023"}
    answer = as_user(market.tree.an).post(_url(market, rest="check/"), data)
    assert (answer.status_code, answer.url) == (302, _url(market))
    check = ShopCheck.objects.get()
    assert (check.state, check.used_recently, check.origin) == ("used", True, "desk")


def test_a_foreign_code_leads_to_its_alarm(registered, as_user):
    data = {"state": "displayed", "used_recently": "unknown", "reason": "", "code": TEXT, "happened_on": "12/11/2023"}
    an = as_user(registered.tree.an)
    answer = an.post(_url(registered, rest="check/"), data)
    alarm = CodeAlarm.objects.get()
    assert answer.url == f"/shops/alarms/{alarm.pk}/"
    page = _html(an.get(answer.url))
    assert "ACB •••• 8859" in page
    assert "Vietcombank •••• 6789" in page
    assert "257678859" not in page
    assert "Báo công an phường, xã" in page
    assert "/notices/" in _html(an.get("/notices/"))
    assert "Phở Hai" in _html(an.get("/notices/"))


def test_an_unreadable_text_is_refused_on_its_field(market, as_user):
    data = {"state": "displayed", "used_recently": "no", "code": "000201", "happened_on": "12/11/2023"}
    answer = as_user(market.tree.an).post(_url(market, rest="check/"), data)
    assert answer.status_code == 422
    assert answer.context["form"].errors["code"] == ["Mã bị thiếu phần cuối. Hãy chép hoặc quét lại cho đủ."]
    assert not ShopCheck.objects.exists()


def test_a_check_is_taken_back_on_its_page(market, as_user):
    check = actions.check_shop(actor=market.tree.an, shop=market.hai, inputs=CheckInput(TODAY, "displayed"))
    an = as_user(market.tree.an)
    url = f"/shops/checks/{check.pk}/take-back/"
    assert an.get(url).status_code == 200
    assert an.post(url, {"reason": ""}).status_code == 422
    assert an.post(url, {"reason": "Nhầm sạp"}).url == _url(market)
    assert "Nhầm sạp" in _html(an.get(_url(market)))


# --- Codes ------------------------------------------------------------------------------------------------------------


def test_a_code_is_registered_by_its_text_or_by_bank_and_number(market, as_user):
    an = as_user(market.tree.an)
    page = _html(an.get(_url(market, rest="code/")))
    assert "Vietcombank" in page
    assert an.post(_url(market, rest="code/"), {"code": TEXT, "consent": "on"}).url == _url(market)
    data = {"bank_bin": "970436", "account": "0123 456 789", "consent": "on"}
    assert an.post(_url(market, "ba", "code/"), data).url == _url(market, "ba")
    assert set(ShopCode.objects.values_list("bank_bin", "last_four")) == {("970416", "8859"), ("970436", "6789")}


@pytest.mark.parametrize(
    "data",
    [
        {"code": TEXT},
        {"consent": "on"},
        {"consent": "on", "account": "123"},
        {"consent": "on", "code": TEXT, "account": "123", "bank_bin": "970436"},
        {"consent": "on", "code": "abc"},
        {"consent": "on", "bank_bin": "970436", "account": "không phải số"},
    ],
)
def test_what_is_no_code_is_refused(market, as_user, data):
    answer = as_user(market.tree.an).post(_url(market, rest="code/"), data)
    assert answer.status_code == 422
    # The sentence for people alone: no name of a problem stands before it.
    assert not re.search(r"\b(?:bad|not|too)_[a-z]+:", _html(answer))
    assert not ShopCode.objects.exists()


def test_an_account_of_another_shop_needs_a_second_look(registered, as_user):
    an = as_user(registered.tree.an)
    data = {"bank_bin": "970436", "account": "0123456789", "consent": "on"}
    answer = an.post(_url(registered, "ba", "code/"), data)
    assert answer.status_code == 422
    assert 'type="checkbox" name="confirmed"' in _html(answer)
    assert an.post(_url(registered, "ba", "code/"), data | {"confirmed": "on"}).status_code == 302


def test_a_change_meets_the_second_officer(registered, as_user):
    an, dung = as_user(registered.tree.an), as_user(registered.tree.dung)
    answer = an.post(_url(registered, rest="code/"), {"code": TEXT, "consent": "on", "why": "Chủ đổi ngân hàng"})
    assert answer.url == _url(registered)
    change = CodeChange.objects.get()
    assert "/approve/" not in _html(an.get(_url(registered)))
    refused = an.post(f"/shops/changes/{change.pk}/approve/")
    assert refused.status_code == 422
    assert "người khác" in _html(refused)
    assert "/approve/" in _html(dung.get(_url(registered)))
    assert dung.post(f"/shops/changes/{change.pk}/approve/").url == _url(registered)
    change.refresh_from_db()
    assert change.state == ChangeState.APPROVED
    page = _html(dung.get(_url(registered)))
    assert "ACB •••• 8859" in page
    assert "/approve/" not in page


def test_a_change_is_refused_or_withdrawn_with_a_reason(registered, as_user):
    change = _change(registered)
    an, dung = as_user(registered.tree.an), as_user(registered.tree.dung)
    answer = dung.post(f"/shops/changes/{change.pk}/refuse/", {"refuse-reason": ""})
    assert answer.status_code == 422
    assert re.findall(r'<label [^>]*for="id_refuse-reason"[^>]*>(.*?)</label>', _html(answer)) == ["Lý do"]
    assert dung.post(f"/shops/changes/{change.pk}/refuse/", {"refuse-reason": "Chủ không biết"}).status_code == 302
    again = _change(registered)
    assert an.post(f"/shops/changes/{again.pk}/withdraw/", {"withdraw-reason": ""}).status_code == 422
    assert an.post(f"/shops/changes/{again.pk}/withdraw/", {"withdraw-reason": "Gõ nhầm số"}).status_code == 302
    assert set(CodeChange.objects.values_list("state", flat=True)) == {"refused", "withdrawn"}
    assert "Chủ không biết" in _html(an.get(_url(registered)))


def test_the_number_is_erased_when_the_owner_withdraws(registered, as_user):
    an = as_user(registered.tree.an)
    url = _url(registered, rest="code/end/")
    assert "Vietcombank •••• 6789" in _html(an.get(url))
    assert an.post(url).url == _url(registered)
    assert an.post(url).status_code == 422


# --- Posters and alarms -----------------------------------------------------------------------------------------------


def test_posters_are_printed_with_the_code_alone(registered, as_user):
    an = as_user(registered.tree.an)
    page = _html(an.post("/shops/posters/", {"shops": [str(registered.hai.pk)]}))
    assert 'data-layout="a5"' in page
    assert "Phở Hai" in page
    assert "•••• 6789" in page
    assert "0123456789" not in page
    page = _html(an.post("/shops/posters/", {"shops": [str(registered.hai.pk)], "layout": "a6-a4"}))
    assert 'data-layout="a6-a4"' in page


def test_a_shop_without_a_code_prints_nothing(registered, as_user):
    an = as_user(registered.tree.an)
    assert an.post("/shops/posters/", {"shops": [str(registered.ba.pk)]}).url == LIST
    assert an.post("/shops/posters/", {}).url == LIST
    assert an.post("/shops/posters/", {"shops": ["x"]}).status_code == 404
    assert as_user(registered.tree.chi).post("/shops/posters/", {"shops": [str(registered.hai.pk)]}).status_code == 404


def test_an_alarm_is_settled_on_its_page(registered, as_user):
    check = actions.check_shop(
        actor=registered.tree.an, shop=registered.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB
    )
    an = as_user(registered.tree.an)
    url = f"/shops/alarms/{check.alarm_id}/"
    assert an.post(f"{url}settle/", {"outcome": "removed", "words": ""}).status_code == 422
    assert an.post(f"{url}settle/", {"outcome": "removed", "words": "Đã gỡ, báo công an"}).url == _url(registered)
    assert "Đã gỡ, báo công an" in _html(an.get(url))
    assert "Phở Hai" not in _html(an.get("/notices/"))


# --- Strangers --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["chi", "khoa", "lan", "minh"])
def test_a_stranger_does_not_find_the_shop(registered, as_user, name):
    client = as_user(getattr(registered.tree, name))
    assert client.get(_url(registered)).status_code == 404
    assert client.get(_url(registered, rest="code/")).status_code == 404


def test_an_inspector_sees_and_does_nothing(registered, as_user):
    hanh = as_user(registered.tree.hanh)
    page = _html(hanh.get(_url(registered)))
    assert "code/" not in page.split("<main")[1]
    assert hanh.get(_url(registered, rest="code/")).status_code == 403
