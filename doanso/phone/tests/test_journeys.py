"""Afternoons with the doorstep app in Chromium with a profile that outlives its process: our server, the real road to it,
which closes and loses answers, and a browser that is killed."""

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from doanso.lib import qr
from doanso.outreach.actions import cards
from doanso.outreach.card_keys import CardKeys
from doanso.outreach.models import Visit
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.outreach.tests.walking import lay_street
from doanso.people.actions import Particulars
from doanso.people.models import Contact, Duplicate
from doanso.phone.tests.gate import Gate
from doanso.phone.tests.hand import PIN, Phone
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
from doanso.support.models import SupportRecord
from doanso.sync.actions import revoke_device
from doanso.sync.models import Device, Record
from doanso.sync.sealed import payload_of
from doanso.testing import PASSWORD, TODAY

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]

# One of them because Bảy was helped before; six digits come on top.
TAPS_AT_A_KNOWN_DOOR = 11
SYNC = b"POST /api/v1/sync "


def card_of(outing: Outing, name: str) -> CardKeys:  # noqa: F811
    """A helper card for a year."""
    mate = outing.mates[name].pk
    cards.issue_card(actor=outing.tree.an, teammate_id=mate, until=date(2024, 11, 12))
    return cards.reprint(actor=outing.tree.an, teammate_id=mate).keys


def helped_by_ward_5(outing: Outing, name: str, year: int, address: str) -> None:  # noqa: F811
    """Somebody who lives at that door was helped by another ward, which wrote the door down."""
    person = Particulars(name=name, birth_year=year, address=address)
    entry = SupportRecordInput(
        person=person,
        service="portal",
        happened_on=TODAY,
        helper=Helper("Lê Thị Chi"),
        consent=ConsentInput(("support",), "paper", "2023-09"),
    )
    record_helps(actor=outing.tree.chi, unit=outing.tree.units["p5"], entries=[entry])


@pytest.fixture
def phone(live_server, playwright, tmp_path: Path, axe) -> Iterator[Phone]:
    """A phone that was never used, on an open road."""
    gate = Gate(live_server.url)
    started = Phone(playwright, tmp_path / "profile", gate, axe)
    yield started
    with suppress(Exception):
        started.context.close()
    gate.stop()
    assert started.complaints == []


def test_an_afternoon_of_five_doors(phone: Phone, outing: Outing, browser: Any, live_server: Any) -> None:  # noqa: F811
    lay_street(outing, "Lê Lợi", ["9", "11"])
    digits = card_of(outing, "ut").code
    helped_by_ward_5(outing, "Trần Thị Sáu", 1955, "4 Lê Lợi")
    phone.start()
    phone.take_into_service()
    phone.go_with("Trần Văn Út")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 5 nhà")
    phone.ready()
    phone.network(False)
    phone.bar_says("Không có mạng.")

    # The first door: helped, by name; the official says the six digits of their card.
    phone.next_door()
    phone.at(1)
    phone.main()
    phone.at(2)
    phone.agree()
    phone.at(3)
    phone.main()
    phone.sees("Nhập họ tên, ví dụ Nguyễn Văn Bảy.")
    phone.names("Nguyễn Văn Bảy", "1951")
    phone.main()
    phone.at(4)
    phone.service()
    phone.main()
    phone.at(5)
    phone.sees("Mời bác Bảy quét mã")
    code = phone.page.locator("[data-receipt] [data-code]").inner_text()
    phone.tap("#by-code")
    phone.page.fill("#code", digits)
    phone.sees("đã nhập mã")
    phone.main()
    phone.bar_says("1 lượt giữ trên máy, tự gửi sau.")

    # The second: no. Nothing of anybody is kept.
    phone.next_door()
    phone.main()
    phone.tap("label:has-text('Không đồng ý')")
    phone.main()
    phone.at(5)
    phone.sees("Không có tên ai được giữ.")
    phone.sign()
    phone.main()

    # The third: nobody at home.
    phone.next_door()
    phone.tap("#not-home")
    phone.at(5)
    phone.sign()
    phone.main()

    # The fourth: help, but no name.
    phone.next_door()
    phone.main()
    phone.tap("label:has-text('Giúp thôi, đừng ghi tên')")
    phone.main()
    phone.at(4)
    phone.service()
    phone.main()
    phone.at(5)
    assert phone.page.locator("[data-receipt]").count() == 0
    phone.sign()
    phone.main()
    phone.bar_says("4 lượt giữ trên máy")

    # The fifth: the receipt is on the screen when the battery is empty; the second one signs after that.
    phone.next_door()
    phone.main()
    phone.agree()
    phone.names("Trần Thị Sáu", "1955")
    phone.main()
    phone.sees("Có thể người này đã được giúp.")
    phone.at(3)
    phone.main()
    phone.service()
    phone.main()
    phone.at(5)
    phone.kill()
    phone.start(online=False)
    phone.sees("Mở khóa")
    phone.page.fill("#pin", PIN)
    phone.at(5)
    phone.sees("Sáu quét mã")
    phone.sign()
    phone.kill()
    phone.start(online=False)
    phone.sees("Mở khóa")
    phone.unlock()
    # Now that both have confirmed there is nothing to wait for.
    phone.sees("đã được lưu lại khi mở máy")
    phone.bar_says("5 lượt giữ trên máy")
    assert phone.outbox() == 5

    # Signal again; the first answer is lost on the way.
    phone.gate.lose = SYNC
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    assert phone.gate.lost == 1
    assert phone.outbox() == 0
    assert Record.objects.filter(kind="outreach.visit").count() == 5
    assert set(Record.objects.values_list("state", flat=True)) == {"applied"}
    assert sorted(Visit.objects.values_list("outcome", flat=True)) == [
        "helped",
        "helped",
        "helped",
        "not-home",
        "refused",
    ]
    ours = SupportRecord.objects.filter(unit=outing.ward, named=True)
    assert sorted(ours.values_list("contact__name", "contact__birth_year")) == [
        ("Nguyễn Văn Bảy", 1951),
        ("Trần Thị Sáu", 1955),
    ]
    # Until the city has joined the two of them, Sáu of ward 5 and Sáu of ward 4 are two; the pair is offered.
    assert outing.figure("portal-residents") == 3
    assert Duplicate.objects.filter(state="open").count() == 1
    phone.tap("a[href='#/sent']")
    phone.page.locator("[data-sent=applied]").nth(4).wait_for()
    assert phone.barriers() == []

    # Bảy confirms at home, on a phone of their own, by the code and the year.
    assert sorted(ours.values_list("contact__name", "grade")) == [("Nguyễn Văn Bảy", 2), ("Trần Thị Sáu", 2)]
    own = browser.new_page()
    own.goto(live_server.url + "/r/")
    own.fill("[name=code]", code)
    own.fill("[name=birth_year]", "1951")
    own.click("main button")
    own.click("text=Đúng, tôi xác nhận")
    own.get_by_text("Cảm ơn").first.wait_for()
    own.close()
    assert ours.get(contact__name="Nguyễn Văn Bảy").grade == 3


def test_a_morning_when_much_goes_wrong(phone: Phone, outing: Outing, tmp_path: Path) -> None:  # noqa: F811
    phone.start()
    phone.take_into_service()
    phone.ready()

    # Somebody who is on no list walks along, and a shop stands in none either.
    phone.tap("#found")
    phone.tap("label:has-text('Người khác')")
    phone.main()
    phone.sees("Nhập họ tên người đi cùng")
    phone.page.fill("#other-name", "Võ Thị Năm Thu")
    phone.main()
    phone.sees("Nhà gặp trên đường")
    phone.tap("label:has-text('Cửa hàng')")
    phone.page.fill("#number", "46")
    phone.page.fill("#street", "Nguyễn Trãi")
    phone.main()
    phone.sees("Nhập tên trên bảng hiệu, ví dụ Tạp hóa Năm.")
    assert phone.barriers() == []
    phone.page.fill("#sign-name", "Tạp hóa Năm")
    phone.main()
    phone.at(1)
    phone.network(False)
    phone.main()
    phone.tap("label:has-text('Ghi cho cửa hàng')")
    phone.main()
    phone.at(4)
    phone.tap("label:has-text('Dịch vụ payment')")
    phone.main()
    phone.at(5)
    phone.sees("Cửa hàng mở biên nhận bằng mã QR.")

    # The page is only loaded anew, as after a photo: the receipt is still there, and nothing was sent yet.
    phone.page.reload()
    phone.page.fill("#pin", PIN)
    phone.at(5)
    phone.sees("Cửa hàng mở biên nhận bằng mã QR.")
    assert phone.outbox() == 0
    phone.sign()
    phone.main()
    phone.bar_says("1 lượt giữ trên máy")

    # A home on the list; its child has a citizen card, which is read from a still picture once there is signal.
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    phone.tap("#take")
    phone.next_door()
    phone.main()
    phone.agree()
    phone.at(3)
    phone.tap("text=Quét thẻ căn cước")
    phone.sees("Không mở được máy ảnh")
    phone.page.set_input_files("#main input[type=file]", card_picture(phone, tmp_path))
    phone.sees("Đã đọc thẻ.")
    assert phone.page.input_value("#name") == "Nguyễn Văn Mẫu"
    assert phone.page.input_value("#year") == "2012"
    assert phone.barriers() == []
    phone.main()
    phone.sees("Nhập họ tên cha mẹ hoặc người giám hộ")
    phone.page.fill("#guardian", "Nguyễn Văn Cha")

    # The same visit in a second tab: one of the two writes, and says so.
    place = phone.page.url
    other = phone.context.new_page()
    other.goto(place)
    other.fill("#pin", PIN)
    other.get_by_text("Lượt này đang mở ở một thẻ khác").wait_for()
    other.click("text=Ghi tiếp ở đây")
    other.get_by_text("Bước 3 trong 5").wait_for()
    phone.main()
    phone.sees("Lượt này đã chuyển sang thẻ khác.")
    phone.page.close()
    phone.page = other
    phone.main()
    phone.at(4)
    phone.network(False)
    phone.service()
    phone.main()
    phone.at(5)
    phone.main()

    # Somebody asks for another day. The phone's own "back" leads a step back, and nothing said is lost.
    phone.next_door()
    phone.main()
    phone.agree()
    phone.at(3)
    phone.page.go_back()
    phone.at(2)
    assert phone.page.locator("label:has(:checked):has-text('Đồng ý ghi tên')").count() == 1
    phone.tap("label:has-text('Hẹn hôm khác')")
    phone.main()
    phone.sees("Chọn một ngày sau hôm nay.")
    phone.tap("text=Ngày mai")
    phone.main()
    phone.sees("Ghi 1 lượt: hẹn hôm khác")
    phone.main()
    phone.bar_says("2 lượt giữ trên máy")

    # Locked in a pocket; a wrong PIN costs one of ten tries.
    phone.tap("a[href='#/settings']")
    phone.sees("Tệp sao lưu")
    assert phone.barriers() == []
    phone.tap("#lock")
    phone.page.fill("#pin", "000001")
    phone.sees("Còn 9 lần thử.")
    assert phone.barriers() == []
    phone.unlock()

    # Signed out with visits unsent: warned, a file is kept, and after the next sign-in everything goes.
    phone.tap("a[href='#/settings']")
    with phone.page.expect_download() as waiting:
        phone.tap("text=Lưu tệp")
    backup = json.loads(Path(waiting.value.path()).read_text(encoding="utf-8"))
    assert (backup["format"], len(backup["records"])) == ("doanso-backup-1", 2)
    phone.tap("text=Đăng xuất khỏi máy này")
    phone.sees("2 lượt chưa gửi!")
    phone.tap("button:text-is('Đăng xuất')")
    phone.page.fill("#pin", PIN)
    phone.sees("Chưa có mạng.")
    phone.network(True)
    phone.main()
    phone.sees("Chào Bùi Thị Lan")
    phone.page.fill("#password", PASSWORD)
    phone.main()
    phone.page.locator("#pair").wait_for()
    phone.bar_says("Đã gửi hết")
    assert phone.outbox() == 0
    bodies = {item.pk: json.loads(payload_of(item) or "")["body"] for item in Record.objects.all()}
    assert sorted(body["outcome"] for body in bodies.values()) == ["follow-up", "helped", "helped"]
    assert set(Record.objects.values_list("state", flat=True)) == {"applied"}
    people = [item["person"] for body in bodies.values() for item in body["people"] if item["person"]]
    assert [(item["name"], item["birth_year"], item["gender"], item["guardian"]) for item in people] == [
        ("Nguyễn Văn Mẫu", 2012, "male", "Nguyễn Văn Cha")
    ]
    assert "082099" not in json.dumps(list(bodies.values()))

    # Taken out of service: at the next contact the phone wipes itself.
    revoke_device(actor=outing.tree.an, device=Device.objects.get())
    phone.tap("a[href='#/']")
    phone.go_with("Trần Văn Út")
    phone.next_door()
    phone.tap("#not-home")
    phone.main()
    phone.sees("Máy này đã bị thu hồi quyền")
    assert phone.barriers() == []


def test_a_known_door_takes_a_handful_of_taps(phone: Phone, outing: Outing) -> None:  # noqa: F811
    digits = card_of(outing, "ut").code
    first = outing.doors[-1]
    inputs = SupportRecordInput(
        person=Particulars(name="Nguyễn Văn Bảy", birth_year=1951, household_id=first.household_id),
        service="payment",
        happened_on=TODAY,
        helper=Helper("Trần Gia Huy"),
        consent=ConsentInput(("support",), "paper", "2023-09"),
    )
    record_helps(actor=outing.tree.an, unit=outing.ward, entries=[inputs])
    phone.start()
    phone.take_into_service()
    phone.go_with("Trần Văn Út")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 3 nhà")
    phone.sees("1 người đã biết")

    phone.taps = 0
    phone.next_door()
    phone.main()
    phone.agree()
    phone.at(3)
    phone.tap("[data-contact]")
    phone.sees("Có thể người này đã được giúp.")
    phone.main()
    phone.at(4)
    phone.service()
    phone.main()
    phone.tap("#by-code")
    phone.page.fill("#code", digits)
    phone.sees("đã nhập mã")
    phone.main()
    assert phone.taps <= TAPS_AT_A_KNOWN_DOOR
    phone.until(Visit.objects.exists)
    phone.bar_says("Đã gửi hết")
    visit = Visit.objects.get()
    assert (visit.door_id, visit.outcome) == (first.pk, "helped")
    assert Contact.objects.count() == 1
    assert outing.figure("portal-residents") == 1


def card_picture(phone: Phone, folder: Path) -> str:
    """A photo of the QR on an invented citizen card of a child."""
    text = "082099000001||Nguyễn Văn Mẫu|01022012|Nam|Khu phố 1, Phường 4, Mỹ Tho, Tiền Giang|15042021"
    page = phone.context.new_page()
    page.set_content(f"<div id=card>{qr.svg(text, 'card')}</div>")
    page.locator("#card").evaluate("(one) => { one.style.width = '420px'; one.firstChild.style.width = '420px'; }")
    path = folder / "card.png"
    page.locator("#card").screenshot(path=str(path))
    page.close()
    return str(path)
