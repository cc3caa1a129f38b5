"""A visit that the server did not take, put right on the phone: in the form it was made with, without signal, and never two."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from doanso.adoption.models import AdoptionStage
from doanso.ledger.recount import recount
from doanso.outreach.models import Visit, VisitSupportRecord
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.phone.tests.gate import Gate
from doanso.phone.tests.hand import PIN, Phone
from doanso.sync.models import Record

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]

DISK = """() => new Promise((done) => { const asked = indexedDB.open("door"); asked.onsuccess = () => {
  const rows = asked.result.transaction("drafts").objectStore("drafts").getAll();
  const text = (_key, value) => value instanceof Uint8Array ? new TextDecoder("latin1").decode(value) : value;
  rows.onsuccess = () => { asked.result.close(); done(JSON.stringify(rows.result, text)); }; }; })"""

PACK = """async () => {
  const base = document.querySelector("script[type=module]").src.replace(/app\\.js$/, "");
  return JSON.stringify(await (await import(`${base}pack.js`)).get());
}"""


@pytest.fixture
def phone(live_server: Any, playwright: Any, tmp_path: Path, axe: Any, outing: Outing) -> Iterator[Phone]:  # noqa: F811
    """A phone in service, with three doors and everything for a day without signal."""
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


def goes_with(phone: Phone, name: str) -> None:
    """Somebody who is on no list walks along."""
    phone.tap("#pair")
    phone.tap("label:has-text('Người khác')")
    phone.page.fill("#other-name", name)
    phone.main()
    phone.page.locator("#pair", has_text=name).wait_for()


def help_somebody(phone: Phone, name: str, year: str) -> None:
    """From the start to the next door: one person, helped with the portal."""
    phone.next_door()
    phone.main()
    phone.agree()
    phone.names(name, year)
    phone.main()
    phone.service()
    phone.main()
    phone.sign()
    phone.main()


def test_the_reason_stands_at_its_field_and_the_record_goes_again_as_the_same_visit(
    phone: Phone,
    outing: Outing,  # noqa: F811
) -> None:
    phone.sees("Chủ nhật, 12/11/2023")
    goes_with(phone, "Thu 0909 123 456")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 3 nhà")
    help_somebody(phone, "Nguyễn Văn Bảy", "1951")
    phone.bar_says("1 lượt cần bạn xem.")
    assert not Visit.objects.exists()

    phone.network(False)
    phone.tap("a[href='#/sent']")
    reason = phone.page.locator("[data-reason]").inner_text()
    assert phone.barriers() == []
    phone.tap("button:has-text('Sửa lại')")
    phone.at(1)
    phone.sees("Máy chủ chưa nhận:")
    assert phone.page.locator("div:has(> #other-name[aria-invalid=true]) > [data-error]").inner_text() == reason
    assert phone.page.input_value("#other-name") == "Thu 0909 123 456"
    assert phone.page.evaluate("document.activeElement.id") == "other-name"
    phone.page.fill("#other-name", "Võ Thị Năm Thu")
    phone.main()
    phone.at(2)
    assert phone.page.locator("label:has(:checked):has-text('Đồng ý ghi tên')").count() == 1
    phone.main()
    phone.at(3)
    assert (phone.page.input_value("#name"), phone.page.input_value("#year")) == ("Nguyễn Văn Bảy", "1951")

    # The battery is empty half-way: what was put right so far is there, sealed, and not sent by itself.
    phone.kill()
    phone.start(online=False)
    phone.unlock()
    phone.sees("Đang sửa, chưa gửi lại")
    assert "Bảy" not in phone.page.evaluate(DISK)
    phone.tap("[data-draft]")
    phone.at(3)
    phone.main()
    phone.at(4)
    phone.main()
    phone.at(5)
    phone.sees("Xem lại, rồi gửi")
    phone.sees("đã ký")
    phone.main()
    phone.sees("Đã sửa. Máy tự gửi.")
    assert phone.page.locator("[data-sent]").count() == 1
    assert phone.page.get_by_text("Sửa lại").count() == 0
    phone.bar_says("1 lượt giữ trên máy")

    phone.network(True)
    phone.bar_says("Đã gửi hết")
    visit = Visit.objects.get()
    assert (visit.second_name, visit.second_how) == ("Võ Thị Năm Thu", "signature")
    assert list(Record.objects.order_by("seq").values_list("state", flat=True)) == ["superseded", "applied"]
    assert outing.figure("portal-residents") == 1
    assert list(recount()) == []
    phone.tap("a[href='#/']")
    phone.tap("a[href='#/sent']")
    phone.page.locator("[data-sent=applied]").wait_for()
    assert phone.page.get_by_text("Sửa lại").count() == 0


def test_a_list_that_changed_meanwhile_is_chosen_from_anew(phone: Phone, outing: Outing) -> None:  # noqa: F811
    goes_with(phone, "Võ Thị Năm Thu")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 3 nhà")
    phone.network(False)
    help_somebody(phone, "Nguyễn Văn Bảy", "1951")
    AdoptionStage.objects.filter(service="portal", code="active").update(code="weekly", name="Hằng tuần")
    phone.network(True)
    phone.bar_says("1 lượt cần bạn xem.")

    phone.page.reload()
    phone.page.fill("#pin", PIN)
    # The first screen means that the vault is open; the pack is fetched beside it.
    phone.page.locator("a[href='#/sent']").first.wait_for()
    phone.until(lambda: "Hằng tuần" in phone.page.evaluate(PACK))
    phone.tap("a[href='#/sent']")
    phone.tap("button:has-text('Sửa lại')")
    phone.at(4)
    phone.sees("Máy chủ chưa nhận:")
    assert phone.page.locator("div:has(> [aria-invalid=true]) > [data-error]").count() == 1
    phone.page.get_by_label("Sau khi giúp").select_option(label="Hằng tuần")
    phone.main()
    phone.at(5)
    phone.main()
    phone.bar_says("Đã gửi hết")
    assert VisitSupportRecord.objects.get().after.code == "weekly"


def test_what_the_office_settled_meanwhile_is_not_sent_again(phone: Phone, outing: Outing) -> None:  # noqa: F811
    goes_with(phone, "Thu 0909 123 456")
    phone.tap("#take")
    phone.sees("Đã nhận thêm 3 nhà")
    help_somebody(phone, "Nguyễn Văn Bảy", "1951")
    phone.bar_says("1 lượt cần bạn xem.")
    phone.tap("a[href='#/sent']")
    phone.tap("button:has-text('Sửa lại')")
    phone.at(1)
    phone.tap("button:has-text('Thôi sửa')")
    phone.sees("Bỏ những gì vừa sửa?")
    phone.tap("[data-note] button:has-text('Thôi sửa')")
    phone.sees("Tôi đã gửi gì")
    phone.tap("text=Tôi đã xem")
    phone.bar_says("Đã gửi hết")
    assert phone.page.get_by_text("Sửa lại").count() == 1
    assert Record.objects.count() == 1
