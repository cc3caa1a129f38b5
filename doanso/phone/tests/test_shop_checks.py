"""Codes of shops scanned in a market without signal: the verdict, the record, and what the ward finds after the sync."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from doanso.cashless.actions import CodeInput, FollowInput, follow_shops, register_code, request_change
from doanso.cashless.models import CodeAlarm, ShopCheck
from doanso.cashless.tests.conftest import ACB, AGRIBANK, SHOPS, VCB, Market
from doanso.lib import qr, vietqr
from doanso.outreach.models import Door
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.people.actions.shops import match_or_create_businesses
from doanso.people.models import Business
from doanso.phone.tests.gate import Gate
from doanso.phone.tests.hand import Phone
from doanso.sync.models import Record
from doanso.sync.sealed import payload_of
from doanso.testing import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]

READER_IS_HERE = """() => caches.keys()
  .then((names) => Promise.all(names.map((name) => caches.open(name).then((cache) => cache.keys()))))
  .then((all) => all.flat().some((request) => request.url.endsWith(".wasm")))"""


@pytest.fixture
def market(outing: Outing) -> Market:  # noqa: F811
    """Ward 4 follows three shops: Hai (phở) is paid to Vietcombank, Ba (coffee) to Agribank, Tư (clothes) has no code."""
    tree = outing.tree
    with transaction.atomic():
        results = match_or_create_businesses(unit_id=outing.ward.pk, inputs=list(SHOPS.values()))
        ids = {name: result.business_id for name, result in zip(SHOPS, results, strict=True)}
        labels = {"hai": "Chợ Mỹ Tho · sạp A2", "ba": "Chợ Mỹ Tho · sạp A12", "tu": ""}
        follows = [FollowInput(ids[name], labels[name]) for name in ids]
        followed = follow_shops(actor=tree.an, unit=outing.ward, businesses=follows)
    businesses = {name: Business.objects.get(pk=key) for name, key in ids.items()}
    made = Market(tree, businesses, {name: followed[ids[name]] for name in ids})
    for shop, code in ((made.hai, VCB), (made.ba, AGRIBANK)):
        register_code(actor=tree.an, shop=shop, inputs=CodeInput(code, consented=True))
    return made


@pytest.fixture
def changing(market: Market) -> Market:
    """The same; one officer has asked that Hai be paid to ACB •••• 8859."""
    request_change(actor=market.tree.an, shop=market.hai, inputs=CodeInput(ACB, consented=True), why="Đổi ngân hàng")
    return market


@pytest.fixture
def phone(live_server: Any, playwright: Any, tmp_path: Path, axe: Any, market: Market) -> Iterator[Phone]:
    """A phone in service on an open road."""
    gate = Gate(live_server.url)
    started = Phone(playwright, tmp_path / "profile", gate, axe)
    started.start()
    started.take_into_service()
    started.ready()
    yield started
    with suppress(Exception):
        started.context.close()
    gate.stop()
    assert started.complaints == []


@pytest.fixture
def show(phone: Phone, tmp_path: Path) -> Any:
    """What holds a code before the phone: a picture of it, read as a still."""

    def shown(text: str) -> None:
        page = phone.context.new_page()
        page.set_content(f"<div id=code>{qr.svg(text, 'code')}</div>")
        page.locator("#code").evaluate("(one) => { one.firstChild.style.width = '420px'; one.style.width = '420px'; }")
        path = tmp_path / "code.png"
        page.locator("#code").screenshot(path=str(path))
        page.close()
        phone.page.locator("#scanned input[type=file]").wait_for(state="attached")
        phone.page.set_input_files("#scanned input[type=file]", str(path))

    return shown


def go_to_market(phone: Phone) -> None:
    """The list is opened once with signal, which fetches the reader; then there is none."""
    phone.tap("#shops")
    phone.page.locator("[data-shop]").first.wait_for()
    phone.until(lambda: phone.page.evaluate(READER_IS_HERE))
    phone.network(False)


def shop(phone: Phone, name: str) -> None:
    """Find a shop by a part of its name, and open it."""
    phone.page.fill("#search", name)
    phone.tap("[data-shop]")
    phone.page.locator("#scanned").wait_for()


def verdict(phone: Phone, text: str) -> None:
    """The verdict comes to say this, and stands in nobody's way."""
    phone.page.locator("#verdict", has_text=text).wait_for()
    assert phone.barriers() == []


def test_a_swapped_code_is_seen_without_signal_and_alarms_the_ward_after_the_sync(
    phone: Phone,
    outing: Outing,  # noqa: F811
    market: Market,
    show: Any,
    as_user: Any,
) -> None:
    phone.go_with("Trần Văn Út")
    phone.page.locator("#shops", has_text="3 chỗ cần kiểm tra mã").wait_for()
    go_to_market(phone)
    assert phone.barriers() == []

    # The registered code, as the bank prints it with a name and an amount.
    shop(phone, "pho hai")
    phone.main()
    phone.sees("Chọn cửa hàng đã nhận chuyển khoản chưa.")
    phone.tap("text=Quét mã đang dán")
    show("https://example.vn/thuc-don")
    phone.sees("Mã vừa quét không phải mã nhận tiền VietQR.")
    show(vietqr.encode(vietqr.VietQR("970436", "0123456789", merchant_name="PHO HAI", amount=45_000, is_dynamic=True)))
    verdict(phone, "GIỐNG")
    phone.tap("#used label:has-text('Có')")
    phone.main()
    phone.sees("Đã lưu. Máy tự gửi.")

    # Another account over that of the coffee shop; the battery is empty before it is saved.
    shop(phone, "ca phe")
    phone.tap("text=Quét mã đang dán")
    show(vietqr.encode(ACB))
    verdict(phone, "KHÁC")
    phone.sees("ACB, tài khoản tận cùng 8859")
    phone.sees("che hoặc gỡ tờ mã ấy ngay")
    phone.kill()
    phone.start(online=False)
    phone.unlock()
    phone.sees("Đang kiểm tra mã, chưa lưu")
    phone.tap("[data-draft]")
    verdict(phone, "KHÁC")
    phone.main()
    phone.sees("Chọn điều chủ trả lời về việc đổi tài khoản.")
    phone.tap("label:has-text('chủ không đổi')")
    phone.tap("#used label:has-text('Không rõ')")
    phone.main()
    phone.sees("Đơn vị nhận báo động ngay khi máy có mạng.")
    assert phone.barriers() == []

    # Somebody else walks along from here on; a third one takes cash only again.
    phone.tap("button[aria-label='Quay lại']")
    phone.go_with("Lê Thị Hoa")
    phone.tap("#shops")
    shop(phone, "quan ao")
    phone.tap("label:has-text('Đã ngừng nhận')")
    phone.main()
    phone.sees("Chọn lý do ngừng nhận.")
    phone.tap("label:has-text('Lý do khác')")
    phone.page.fill("#reason", "chờ ngân hàng đổi thẻ")
    phone.main()
    phone.sees("Không còn chỗ nào cần kiểm tra")
    phone.bar_says("3 lượt giữ trên máy")
    assert not ShopCheck.objects.exists()

    phone.network(True)
    phone.bar_says("Đã gửi hết")
    checks = {check.shop_id: check for check in ShopCheck.objects.all()}
    assert [
        (checks[one.pk].state, checks[one.pk].used_recently, checks[one.pk].scan, checks[one.pk].reason)
        for one in (market.hai, market.ba, market.tu)
    ] == [
        ("used", True, "same", ""),
        ("displayed", None, "different", ""),
        ("stopped", None, "", "chờ ngân hàng đổi thẻ"),
    ]
    seconds = [checks[one.pk].second for one in (market.hai, market.ba, market.tu)]
    assert seconds == [outing.mates["ut"], outing.mates["ut"], outing.mates["hoa"]]
    alarm = CodeAlarm.objects.get()
    assert (alarm.shop_id, alarm.state, alarm.bank_bin, alarm.last_four) == (market.ba.pk, "open", "970416", "8859")
    assert (checks[market.ba.pk].owner_says_changed, alarm.seen_on) == (False, TODAY)
    page = as_user(market.tree.an).get(f"/shops/{market.businesses['ba'].pk}/").content.decode()
    assert "•••• 8859" in page
    # The account itself came neither to the server nor to any page.
    assert "257678859" not in page
    assert not [record for record in Record.objects.all() if "257678859" in str(payload_of(record))]

    phone.page.goto(phone.page.url.split("#")[0] + "#/sent")
    phone.sees("Mã KHÁC mã đã đăng ký")
    assert phone.page.locator("[data-sent]").count() == 3
    phone.sees("16 Lê Lợi")
    assert phone.barriers() == []


def test_a_check_that_the_server_did_not_take_is_put_right_as_the_same_record(phone: Phone, market: Market) -> None:
    phone.tap("#shops")
    shop(phone, "ca phe")
    phone.tap("#choose")
    phone.tap("label:has-text('Người khác')")
    phone.page.fill("#other-name", "Thu 0909 123 456")
    phone.main()
    phone.page.locator("dl", has_text="Thu 0909").wait_for()
    assert phone.page.locator("#choose").count() == 0
    phone.tap("label:has-text('Đã ngừng nhận')")
    phone.tap("label:has-text('Lý do khác')")
    phone.page.fill("#reason", "đổi ngân hàng")
    phone.main()
    phone.bar_says("1 lượt cần bạn xem.")
    assert not ShopCheck.objects.exists()

    phone.network(False)
    phone.page.goto(phone.page.url.split("#")[0] + "#/sent")
    reason = phone.page.locator("[data-reason]").inner_text()
    phone.tap("button:has-text('Sửa lại')")
    phone.sees("Máy chủ chưa nhận:")
    assert phone.page.locator("div:has(> #other-name[aria-invalid=true]) > [data-error]").inner_text() == reason
    assert phone.barriers() == []
    phone.page.fill("#other-name", "Võ Thị Năm Thu")
    assert phone.page.input_value("#reason") == "đổi ngân hàng"
    phone.tap("label:has-text('Nghỉ bán')")
    phone.main()
    phone.sees("Đã sửa. Máy tự gửi.")

    phone.network(True)
    phone.bar_says("Đã gửi hết")
    check = ShopCheck.objects.get()
    assert (check.state, check.reason, check.second_name) == ("stopped", "Nghỉ bán, sang tiệm", "Võ Thị Năm Thu")
    assert check.shop_id == market.ba.pk
    assert Record.objects.count() == 2
    assert set(Record.objects.values_list("record_id", flat=True)) == {check.record_id}


def test_from_a_visit_of_a_shop_one_goes_to_its_code_and_back(
    changing: Market,
    phone: Phone,
    outing: Outing,  # noqa: F811
    show: Any,
) -> None:
    Door.objects.filter(pk=outing.doors[0].pk).update(household=None, business=changing.businesses["hai"])
    phone.go_with("Trần Văn Út")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 3 nhà")
    phone.tap("button:has-text('Phở Hai')")
    phone.at(1)
    phone.tap("#check-code")
    phone.sees("Cửa hàng này đã báo đổi mã nhận tiền.")
    phone.tap("text=Quét mã đang dán")
    show(vietqr.encode(ACB))
    verdict(phone, "KHÁC")
    assert phone.page.locator("#verdict").get_attribute("data-s") == "behind"
    phone.tap("label:has-text('Có, chủ tự đổi')")
    phone.tap("#used label:has-text('Không'):not(:has-text('rõ'))")
    phone.main()
    phone.at(1)
    phone.sees("Hai người đã có mặt chưa?")
    phone.bar_says("Đã gửi hết")

    check = ShopCheck.objects.get()
    assert (check.owner_says_changed, check.used_recently, check.change_id is not None) == (True, False, True)
    assert not CodeAlarm.objects.exists()
