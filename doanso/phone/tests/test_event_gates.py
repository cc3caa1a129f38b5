"""Two phones at the gates of one event without a network: what each shows at once, and what the event has after the sync."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import time, timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from doanso.events import actions
from doanso.events.actions import RegistrationInput
from doanso.events.models import Attendance, CheckIn, Event, Registration
from doanso.events.tests.conftest import Festival, festival_of
from doanso.events.tickets import link_of
from doanso.lib import clock, qr
from doanso.lib.tests.printed_codes import codes_in_png, picture_of
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.conftest import register  # noqa: F401
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.phone.tests.gate import Gate
from doanso.phone.tests.hand import Phone
from doanso.phone.tests.test_shop_checks import READER_IS_HERE
from doanso.sync.models import Record
from doanso.sync.sealed import payload_of
from doanso.testing import TODAY

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only]


@pytest.fixture
def festival(outing: Outing, register: Any) -> Festival:  # noqa: F811
    """Today's event of ward 4 with two gates, tickets of Mận and Tám, and Hai on the waiting list; another one next week."""
    tree = outing.tree
    later = festival_of(tree, tree.units["p4"], tree.an, title="Ra quân tháng 12", day=TODAY + timedelta(days=6))
    later.step(actions.open_event)
    made = festival_of(tree, tree.units["p4"], tree.an, title="Ngày hội Phường 4", day=TODAY, capacity=2)
    made.shift(post="Cổng A")
    made.shift(post="Cổng B", begins=time(8))
    made.step(actions.open_event)
    for name, year in (("Lê Thị Mận", 1990), ("Lê Văn Tám", 1988), ("Đỗ Thị Hai", 1979)):
        inputs = RegistrationInput(name, year)
        actions.add_participant(actor=tree.an, event=made.fresh(), key=uuid7(), inputs=inputs)
    # Phones have what was there at the last full quarter of an hour.
    Registration.objects.update(made_at=clock.now() - timedelta(hours=1))
    return made


def ticket(festival: Festival, number: int) -> Registration:
    return Registration.objects.get(event=festival.event, number=number)


@pytest.fixture
def phone_at(live_server: Any, playwright: Any, tmp_path: Path, axe: Any, festival: Festival) -> Iterator[Any]:
    """Put a phone into service that goes to a gate and loses its network there."""
    phones: list[Phone] = []

    def made(name: str, event: Event | None = None) -> Phone:
        phone = Phone(playwright, tmp_path / f"profile{len(phones)}", Gate(live_server.url), axe)
        phones.append(phone)
        phone.start()
        phone.take_into_service()
        phone.ready()
        phone.tap("#events")
        if event is not None:
            phone.sees("Sắp tới")
            phone.tap(f"[data-event='{event.pk}']")
        else:
            phone.sees("Bạn đứng ở cổng nào?")
            assert phone.barriers() == []
            phone.tap(f"[data-gate='{name}']")
        phone.page.locator("#scanned input[type=file]").wait_for(state="attached")
        phone.until(lambda: phone.page.evaluate(READER_IS_HERE))
        phone.network(False)
        return phone

    yield made
    for phone in phones:
        with suppress(Exception):
            phone.context.close()
        phone.gate.stop()
    assert [complaint for phone in phones for complaint in phone.complaints] == []


@pytest.fixture
def show(tmp_path: Path) -> Callable[[Phone, str], None]:
    """What holds a code before a phone: a picture of it, read as a still."""

    def shown(phone: Phone, text: str) -> None:
        page = phone.context.new_page()
        page.set_content(f"<div id=code>{qr.svg(text, 'code')}</div>")
        page.locator("#code").evaluate("(one) => { one.firstChild.style.width = '420px'; one.style.width = '420px'; }")
        path = tmp_path / "code.png"
        page.locator("#code").screenshot(path=str(path))
        page.close()
        phone.page.locator("#scanned input[type=file]").wait_for(state="attached")
        phone.page.set_input_files("#scanned input[type=file]", str(path))

    return shown


def answers(phone: Phone, word: str, who: str) -> None:
    """The answer comes to say this of somebody, and stands in nobody's way."""
    phone.page.locator("#result", has_text=word).filter(has_text=who).wait_for()
    assert phone.barriers() == []


def address(registration: Registration) -> str:
    return f"https://doanso.example/t/{link_of(registration)}/"


def came(event: Event) -> dict[int, tuple[int, bool]]:
    """By ticket: how many sightings hold, and whether its holder is inside."""
    rows = Attendance.objects.filter(event=event, first_seen_at__isnull=False).select_related("registration")
    return {row.registration.number: (row.check_ins.filter(undone_at=None).count(), row.is_inside) for row in rows}


def test_two_gates_without_a_network_make_one_entry_of_each(
    phone_at: Any, show: Any, festival: Festival, register: Any, live_server: Any,  # noqa: F811
) -> None:  # fmt: skip
    man, hai = ticket(festival, 1), ticket(festival, 3)
    a, b = phone_at("Cổng A"), phone_at("Cổng B")
    assert a.barriers() == []
    a.bar_says("Không có mạng.")

    # The same ticket at both gates: neither can know of the other.
    show(a, address(man))
    answers(a, "Mời vào", "Lê Thị Mận")
    show(b, address(man))
    answers(b, "Mời vào", "Lê Thị Mận")
    # At the first gate once more: seen, and not written down twice.
    show(a, address(man))
    answers(a, "Đã vào lúc", "Lê Thị Mận")
    show(a, address(hai))
    answers(a, "Danh sách chờ", "Đỗ Thị Hai")
    show(a, "https://doanso.example/r/AAECAwQFBgcICQoLDA0ODw/")
    answers(a, "Đây là mã biên nhận", "")
    a.bar_says("2 lượt giữ trên máy, tự gửi sau.")

    # A member without anything, by a part of the name; the battery is empty before anything was sent.
    a.tap("#find")
    a.page.fill("#search", "hoang duc")
    assert a.barriers() == []
    a.tap("[data-who]")
    answers(a, "Mời vào", "Nguyễn Hoàng Đức")
    a.kill()
    a.start(online=False)
    a.unlock()
    a.tap("#events")
    a.sees("0 đã gửi, 3 chờ gửi")
    show(a, address(man))
    answers(a, "Đã vào lúc", "Lê Thị Mận")

    # A visitor without a ticket photographs the code, and leaves by the other gate, which has never heard of it.
    b.tap("#walk-in")
    b.sees("Mời khách chụp lại mã này.")
    assert b.barriers() == []
    [link] = codes_in_png(b.page.locator("[data-visitor-code]").screenshot())
    assert link.startswith(b.gate.url + "/t/")
    b.main()
    answers(b, "Mời vào", "Khách không có mã")
    a.tap("[data-way=out]")
    show(a, link)
    answers(a, "Đã ghi, chưa rõ của ai", "Vé chưa có trên máy")
    assert a.page.locator("#walk-in").is_disabled()

    # Another one was a mistake: it never left the phone, so nothing of it is left.
    b.tap("#walk-in")
    b.sees("Mời khách chụp lại mã này.")
    b.main()
    b.tap("#undo")
    answers(b, "Đã bỏ lượt này", "Khách không có mã")
    assert b.page.locator("#undo").is_disabled()
    b.sees("0 đã gửi, 2 chờ gửi")
    assert not CheckIn.objects.exists()

    # The exit is heard of first.
    a.network(True)
    a.bar_says("Đã gửi hết")
    b.network(True)
    b.bar_says("Đã gửi hết")
    a.sees("4 đã gửi, 0 chờ gửi")
    visitor = Registration.objects.get(event=festival.event, source="gate", member=None)
    duc = Registration.objects.get(event=festival.event, member=register.duc)
    assert came(festival.event) == {1: (2, True), 3: (1, True), visitor.number: (2, False), duc.number: (1, True)}
    assert link.endswith(f"/t/{link_of(visitor)}/")
    assert {row.gate for row in CheckIn.objects.filter(attendance=man.pk)} == {"Cổng A", "Cổng B"}
    assert Record.objects.exclude(state="applied").count() == 0
    b.tap("button[aria-label='Quay lại']")
    b.sees("Ra quân tháng 12")
    assert b.barriers() == []


def test_a_sent_check_in_is_undone_by_a_later_version(phone_at: Any, show: Any, festival: Festival) -> None:
    phone = phone_at("Cổng A")
    phone.network(True)
    # A citizen card is nobody's ticket: its name is looked for.
    show(phone, "082190001234||Lê Thị Mận|12031990|Nữ|12/3 Lê Lợi|01012022")
    phone.page.locator("[data-who]", has_text="Lê Thị Mận").wait_for()
    assert phone.page.input_value("#search") == "Lê Thị Mận"
    phone.page.fill("#search", "1")
    phone.tap("[data-who]")
    answers(phone, "Mời vào", "Lê Thị Mận")
    phone.bar_says("Đã gửi hết")
    phone.sees("1 đã gửi, 0 chờ gửi")
    assert came(festival.event) == {1: (1, True)}

    phone.network(False)
    phone.tap("a:has-text('Xem tất cả')")
    phone.tap("summary")
    assert phone.barriers() == []
    phone.tap("button:has-text('Bỏ lượt này')")
    phone.sees("0 đã gửi, 1 chờ gửi")
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    phone.page.locator("[data-sighting=undone]", has_text="Đã bỏ").wait_for()
    assert came(festival.event) == {}
    versions = [json.loads(payload_of(record) or "")["body"]["undone"] for record in Record.objects.order_by("seq")]
    assert versions == [False, True]

    # Let in again, it is a new sighting.
    phone.tap("button[aria-label='Quay lại']")
    phone.tap("#find")
    phone.page.fill("#search", "le thi")
    phone.tap("[data-who]")
    answers(phone, "Mời vào", "Lê Thị Mận")
    phone.bar_says("Đã gửi hết")
    assert came(festival.event) == {1: (1, True)}
    phone.page.goto(phone.page.url.split("#")[0] + "#/sent")
    phone.sees("2 lượt vào, ra")


def test_at_the_citys_event_a_ticket_is_known_by_its_link_alone(
    phone_at: Any,
    show: Any,
    festival: Festival,
    outing: Outing,  # noqa: F811
) -> None:
    tree = outing.tree
    city = festival_of(tree, tree.units["my-tho"], tree.dung, title="Ngày hội Mỹ Tho", day=TODAY)
    city.step(actions.open_event)
    inputs = RegistrationInput("Lê Thị Mận", 1990)
    actions.add_participant(actor=tree.dung, event=city.fresh(), key=uuid7(), inputs=inputs)
    man = ticket(city, 1)

    # The ward fills no shift there, so its phones hold no names; one gate, so nobody is asked at which one they stand.
    phone = phone_at("Cổng chính", city.event)
    phone.sees("Điểm danh Cổng chính")
    phone.sees("Máy này không có danh sách vé của sự kiện.")
    assert phone.barriers() == []
    show(phone, address(man))
    answers(phone, "Đã ghi, chưa rõ của ai", "Vé chưa có trên máy")
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    assert came(city.event) == {1: (1, True)}
    assert Registration.objects.filter(event=city.event).count() == 1


def film_of(texts: list[str], path: Path, seconds: int = 3) -> Path:
    """Raw video in which codes are held before the camera one after the other, over and over."""
    width, height, rate = 640, 480, 5
    grey = bytes([128]) * (width * height // 2)
    with path.open("wb") as file:
        file.write(f"YUV4MPEG2 W{width} H{height} F{rate}:1 Ip A1:1 C420jpeg\n".encode())
        for text in texts:
            code = picture_of(qr.svg(text, "code"), 7)
            frame = Image.new("L", (width, height), 200)
            frame.paste(code, ((width - code.width) // 2, (height - code.height) // 2))
            file.writelines(b"FRAME\n" + frame.tobytes() + grey for _turn in range(rate * seconds))
    return path


def test_the_camera_goes_on_with_the_next_one_and_takes_each_once(
    live_server: Any, playwright: Any, tmp_path: Path, axe: Any, festival: Festival
) -> None:
    film = film_of([address(ticket(festival, number)) for number in (1, 2)], tmp_path / "film.y4m")
    gate = Gate(live_server.url)
    phone = Phone(playwright, tmp_path / "profile", gate, axe, film=film)
    phone.start()
    phone.take_into_service()
    phone.ready()
    phone.tap("#events")
    phone.tap("[data-gate='Cổng A']")
    phone.sees("Mời vào")
    phone.page.locator("[data-sighting]", has_text="Lê Thị Mận").wait_for()
    phone.page.locator("[data-sighting]", has_text="Lê Văn Tám").wait_for()
    # Round again: each is held for seconds and comes back, and is one sighting all the same.
    phone.page.locator("#result", has_text="Đã vào lúc").filter(has_text="Mận").wait_for()
    phone.page.locator("#result", has_text="Đã vào lúc").filter(has_text="Tám").wait_for()
    assert phone.page.locator("#undo").is_disabled()
    phone.sees("2 đã gửi, 0 chờ gửi")
    assert phone.barriers() == []
    assert came(festival.event) == {1: (1, True), 2: (1, True)}
    phone.context.close()
    gate.stop()
    assert phone.complaints == []


def test_what_the_server_refused_says_why(phone_at: Any, festival: Festival) -> None:
    phone = phone_at("Cổng A")
    phone.tap("#find")
    phone.page.fill("#search", "tam")
    phone.tap("[data-who]")
    answers(phone, "Mời vào", "Lê Văn Tám")
    actions.cancel_registration(actor=festival.by, registration=ticket(festival, 2))
    phone.network(True)
    phone.bar_says("1 lượt cần bạn xem.")
    phone.page.locator("[data-sighting] [data-reason]").wait_for()
    assert came(festival.event) == {}
    phone.tap("text=Xem tất cả")
    phone.page.locator("[data-sighting] [data-reason]").wait_for()
    assert phone.barriers() == []


def test_a_locked_phone_shows_nobody_and_the_next_day_there_is_nothing_to_show(
    phone_at: Any, festival: Festival
) -> None:
    phone = phone_at("Cổng B")
    phone.tap("#find")
    phone.page.fill("#search", "man")
    phone.tap("[data-who]")
    answers(phone, "Mời vào", "Lê Thị Mận")
    phone.page.reload()
    phone.sees("Mã mở máy")
    assert "Mận" not in phone.page.content()
    phone.page.fill("#pin", "480917")
    phone.sees("0 đã gửi, 1 chờ gửi")

    # The event is over: its day in the pack goes, and the record is sent all the same.
    Event.objects.filter(pk=festival.event.pk).update(day=TODAY - timedelta(days=1))
    phone.network(True)
    phone.bar_says("Đã gửi hết")
    phone.page.goto(phone.page.url.split("#")[0] + "#/")
    phone.page.locator("#events", has_text="Ra quân tháng 12").wait_for()
    phone.page.goto(phone.page.url.split("#")[0] + f"#/gate/{festival.event.pk}")
    phone.sees("Sự kiện này không còn trên máy")
    rows = """() => new Promise((done) => { const asked = indexedDB.open("door"); asked.onsuccess = () => {
      const rows = asked.result.transaction("sightings").objectStore("sightings").count();
      rows.onsuccess = () => { asked.result.close(); done(rows.result); }; }; })"""
    assert phone.page.evaluate(rows) == 0
    assert CheckIn.objects.count() == 1
