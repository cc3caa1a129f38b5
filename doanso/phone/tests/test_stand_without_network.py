"""Thirty people in a row at a stand without a network, on a phone whose battery dies; then all of them arrive, once."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from doanso.ledger.recount import recount
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.people.models import Consent
from doanso.phone.tests.gate import Gate
from doanso.phone.tests.hand import Phone
from doanso.support import stand_keys
from doanso.support.actions import (
    Helper,
    StandInput,
    add_self_entry,
    change_stand,
    close_stand,
    drop_turn,
    finish_turn,
    open_stand,
)
from doanso.support.actions.stands import StandChangeInput
from doanso.support.models import Stand, StandTurn, SupportRecord
from doanso.support.stand_keys import StandEntry
from doanso.sync.models import Record
from doanso.testing import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]

NAMED = [(f"Nguyễn Thị {word}", 1940 + n) for n, word in enumerate(
    "Hai Ba Tư Năm Sáu Bảy Tám Chín Mười Lan Mai Cúc Trúc Đào Sen Huệ Nga Hà Thu Xuân Hạ Đông Yến Phụng Loan Én".split()
)]  # fmt: skip


@pytest.fixture
def stand(outing: Outing) -> Stand:  # noqa: F811
    """Lan's stand of today, with Út."""
    inputs = StandInput(
        happened_on=TODAY,
        place="Nhà văn hoá Khu phố 1",
        services=("portal", "payment"),
        helper=Helper("Bùi Thị Lan"),
        second=Helper("Trần Văn Út", "official"),
    )
    return open_stand(actor=outing.tree.lan, unit=outing.ward, inputs=inputs)


@pytest.fixture
def phone(live_server: Any, playwright: Any, tmp_path: Path, axe: Any, stand: Stand) -> Iterator[Phone]:
    """Lan's phone, which has seen the stand once while there was a network."""
    made = Phone(playwright, tmp_path / "profile", Gate(live_server.url), axe)
    made.start()
    made.take_into_service()
    made.ready()
    made.page.locator(f"[data-stand='{stand.pk}']").wait_for()
    yield made
    with suppress(Exception):
        made.context.close()
    made.gate.stop()
    # The browser writes down each refusal, also those that the screen shows: a stand that has ended, an entry that is gone.
    assert [line for line in made.complaints if "/api/v1/stands/" not in line] == []


def one(phone: Phone, name: str, year: int) -> None:
    """One person: two fields, the answer, saved with Enter of the keyboard."""
    phone.page.fill("#name", name)
    phone.page.fill("#year", str(year))
    phone.tap("label:has-text('đồng ý ghi tên')")
    phone.page.press("#year", "Enter")
    phone.page.locator("#last", has_text=name).wait_for()


def open_it(phone: Phone, stand: Stand) -> None:
    phone.tap(f"[data-stand='{stand.pk}']")
    phone.page.locator("#line").wait_for()


def test_thirty_people_without_a_network_and_a_dead_battery_arrive_once(
    phone: Phone, stand: Stand, outing: Outing,  # noqa: F811
) -> None:  # fmt: skip
    phone.network(False)
    open_it(phone, stand)
    phone.bar_says("Không có mạng.")
    assert phone.barriers() == []
    phone.tap("label:has-text('payment')")

    # Nobody is written down who was not asked; what is wrong is said at its field.
    phone.page.fill("#name", "Nguyễn Thị Hai")
    phone.tap("#save")
    phone.sees("Nhập năm sinh gồm 4 chữ số")
    phone.sees("Hỏi trước rồi đánh dấu đồng ý")
    assert phone.barriers() == []

    for name, year in NAMED[:13]:
        one(phone, name, year)
    assert phone.page.input_value("#name") == ""
    assert phone.page.evaluate("document.activeElement.id") == "name"
    assert not phone.page.locator("[name=agreed]").is_checked()
    for number in range(14, 18):
        phone.tap("#unnamed")
        phone.page.locator("#last", has_text=f"Người thứ {number}: không ghi tên").wait_for()
    phone.sees("13 ghi tên · 4 không ghi tên")
    phone.sees("người đã giúp, còn 13")
    assert phone.barriers() == []
    # The last one was a slip of the thumb, and leaves nothing.
    phone.tap("#undo")
    phone.sees("13 ghi tên · 3 không ghi tên")

    phone.kill()
    phone.start(online=False)
    phone.unlock()
    phone.page.locator("[data-stand]", has_text="đã giúp 16, còn 14").wait_for()
    open_it(phone, stand)
    phone.tap("label:has-text('payment')")
    # The same person and the same service again is asked about; so is a namesake of a helper.
    phone.page.fill("#name", "nguyen thi hai")
    phone.page.fill("#year", "1940")
    phone.tap("label:has-text('đồng ý ghi tên')")
    phone.tap("#save")
    phone.sees("Người này đã được ghi lúc")
    phone.page.fill("#name", "Trần Văn Út")
    phone.tap("#save")
    phone.sees("Tên này trùng tên người ở bàn.")
    assert phone.barriers() == []
    phone.page.fill("#name", "")
    phone.tap("label:has-text('đồng ý ghi tên')")
    for name, year in NAMED[13:]:
        one(phone, name, year)
    phone.tap("#unnamed")
    phone.sees("26 ghi tên · 4 không ghi tên")
    phone.sees("người đã giúp, đủ số dự kiến")
    assert phone.outbox() == 30
    assert not SupportRecord.objects.exists()

    # The first answer of the server is lost, and everything is sent again.
    phone.gate.lose = b"POST /api/v1/sync "
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    assert phone.gate.lost == 1
    assert phone.outbox() == 0
    assert list(StandTurn.objects.order_by("number").values_list("number", "state")) == [
        (number, "recorded") for number in range(1, 31)
    ]
    assert SupportRecord.objects.filter(source="booth", service="portal", recorded_by=outing.tree.lan).count() == 30
    assert (outing.figure("portal-residents"), outing.figure("portal-times")) == (26, 30)
    assert set(SupportRecord.objects.values_list("helper_name", "second_helper_name")) == {
        ("Bùi Thị Lan", "Trần Văn Út")
    }
    assert not list(recount())
    phone.tap("#people summary")
    phone.page.locator("[data-turn]", has_text="Nguyễn Thị Én, 1965").filter(has_text="Đã gửi").wait_for()
    assert phone.barriers() == []

    # One who was sent is taken back by a later version.
    phone.page.locator("[data-turn]", has_text="Nguyễn Thị Én").get_by_role("button").click()
    phone.page.locator("[data-undone]", has_text="Đã bỏ").wait_for()
    phone.bar_says("Đã gửi hết")
    phone.until(lambda: outing.figure("portal-residents") == 25)
    assert StandTurn.objects.filter(state="undone", named=True).count() == 1
    phone.page.goto(phone.page.url.split("#")[0] + "#/sent")
    phone.sees("30 người")


def test_residents_own_entries_are_finished_with_two_taps_while_there_is_a_network(
    phone: Phone, stand: Stand, outing: Outing,  # noqa: F811
) -> None:  # fmt: skip
    # An opened it in Lan's stead: she keeps no stand of that name, and helps at it.
    Stand.objects.filter(pk=stand.pk).update(opened_by=outing.tree.an)
    link = stand_keys.link_of(stand)

    def enter(entry: StandEntry | None) -> StandTurn:
        return add_self_entry(link=link, key=uuid4(), entry=entry, text_version="2023-09", network="10.0.0.1")

    first, second, third = (enter(StandEntry(name, year)) for name, year in NAMED[:3])
    nobody = enter(None)
    phone.page.goto(phone.page.url.split("#")[0] + f"#/stand/{stand.pk}")
    phone.sees("1. Nguyễn Thị Hai, 1940")
    assert phone.barriers() == []

    phone.tap(f"[data-entry='{first.pk}'] > button")
    assert phone.barriers() == []
    phone.tap(f"[data-entry='{first.pk}'] label:has-text('payment')")
    phone.tap(f"[data-entry='{first.pk}'] [data-primary]")
    phone.page.locator("#last", has_text="Số 1: Nguyễn Thị Hai, 1940").wait_for()
    phone.sees("1 ghi tên · 0 không ghi tên")
    record = SupportRecord.objects.get()
    assert (record.service_id, record.recorded_by, record.source) == ("portal", outing.tree.lan, "booth")
    assert Consent.objects.get().channel == "screen"

    # Somebody else was faster, or the person has left: the screen says so, and it counts once.
    finish_turn(actor=outing.tree.an, stand_id=stand.pk, turn_id=second.pk, services=["portal"])
    phone.tap(f"[data-entry='{second.pk}'] > button")
    phone.tap(f"[data-entry='{second.pk}'] [data-primary]")
    phone.sees("Số 2 đã được bấm “Xong” lúc")
    phone.sees("2 ghi tên · 0 không ghi tên")
    drop_turn(actor=outing.tree.an, stand_id=stand.pk, turn_id=third.pk)
    phone.tap(f"[data-entry='{third.pk}'] > button")
    phone.tap(f"[data-entry='{third.pk}'] [data-primary]")
    phone.sees("Số 3 không còn chờ")
    assert outing.figure("portal-residents") == 2

    # Who has filled in twice is asked about, and so is whoever is written down by hand after it.
    double = enter(StandEntry(*NAMED[0]))
    phone.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    phone.tap(f"[data-entry='{double.pk}'] > button")
    phone.tap(f"[data-entry='{double.pk}'] label:has-text('payment')")
    phone.tap(f"[data-entry='{double.pk}'] [data-primary]")
    phone.sees("Nếu là một người thì bấm “Đã về”")
    assert phone.barriers() == []
    phone.tap(f"[data-entry='{double.pk}'] button:text-is('Đã về')")
    phone.sees("Số 5 đã về.")

    # Without a network nothing is queued: the resident still waits, and the phone says what to do.
    phone.tap(f"[data-entry='{nobody.pk}'] > button")
    phone.network(False)
    phone.tap(f"[data-entry='{nobody.pk}'] [data-primary]")
    phone.sees("Bấm “Xong” cần có mạng.")
    assert phone.barriers() == []
    assert phone.outbox() == 0
    phone.network(True)
    # An answer that is lost was an answer all the same; a browser may ask again by itself.
    phone.gate.lose = b"POST /api/v1/stands/"
    phone.tap(f"[data-entry='{nobody.pk}'] [data-primary]")
    phone.until(lambda: outing.figure("portal-times") == 3)
    phone.page.locator(f"[data-entry='{nobody.pk}']").wait_for(state="detached", timeout=40_000)
    phone.sees("2 ghi tên · 1 không ghi tên")
    assert not list(recount())


def test_a_stand_that_ended_meanwhile_loses_nobody(
    phone: Phone, stand: Stand, outing: Outing,  # noqa: F811
) -> None:  # fmt: skip
    phone.network(False)
    open_it(phone, stand)
    one(phone, *NAMED[0])
    lan = outing.tree.lan
    # The desk changes the pair and ends the stand; the phone hears of neither.
    change_stand(
        actor=lan,
        stand_id=stand.pk,
        inputs=StandChangeInput(stand.place, ("portal",), Helper("Trần Văn Út", "official")),
    )
    close_stand(actor=lan, stand_id=stand.pk)
    # A phone's moments are whole seconds.
    phone.page.wait_for_timeout(1_100)
    one(phone, *NAMED[1])
    phone.network(True)
    phone.bar_says("cần bạn xem")
    # With signal the screen hears of the end, at the latest when it is opened again.
    phone.page.goto(phone.page.url.split("#")[0] + "#/")
    phone.page.locator("#pair").wait_for()
    phone.page.goto(phone.page.url.split("#")[0] + f"#/stand/{stand.pk}")
    phone.sees("Bàn này không còn trên máy")
    assert phone.barriers() == []
    assert list(StandTurn.objects.values_list("number", "state")) == [(1, "recorded")]
    assert SupportRecord.objects.filter(helper_name="Bùi Thị Lan").count() == 2
    assert outing.figure("portal-residents") == 1
    waiting = Record.objects.get(state="refused")
    assert (waiting.problem or {})["code"] == "stand_closed_before"
    phone.page.goto(phone.page.url.split("#")[0] + "#/sent")
    phone.sees("Đơn vị xem và quyết định; bạn không phải làm gì.")
    assert phone.page.get_by_text("Sửa lượt này").count() == 0
    assert phone.barriers() == []
