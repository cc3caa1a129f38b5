"""The desk at the gate of ward 4's event, as An keeps it; tickets on paper; and where it is shown that somebody came."""

import io
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from doanso.audit.models import AuditEvent
from doanso.events import actions, tickets
from doanso.events.actions import DeskInput
from doanso.events.models import CheckIn, Registration
from doanso.events.queries.attendance import phone_units
from doanso.events.tests.conftest import APPLIED, Gate, announced, festival_of, phone_at
from doanso.lib.problems import Refused
from doanso.lib.tests.printed_codes import codes_in, picture_of
from doanso.lib.uuid7 import uuid7
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


class Desk:
    """The desk's page in somebody's browser."""

    def __init__(self, gate: Gate, client: Any) -> None:
        self.gate, self.client = gate, client

    def url(self, name: str, *args: Any) -> str:
        return reverse(f"events:{name}", args=[self.gate.festival.event.pk, *args])

    def page(self, **query: Any) -> str:
        return self.client.get(self.url("check-ins"), query).content.decode()

    def post(self, name: str, *args: Any, **data: Any) -> Any:
        data = {"key": str(uuid7()), "gate": "Cổng chính"} | data
        return self.client.post(self.url(name, *args), data, follow=True)


@pytest.fixture
def desk(gate: Gate, as_user: Any) -> Desk:
    return Desk(gate, as_user(gate.tree.an))


def test_a_typed_number_lets_its_holder_in(desk: Desk) -> None:
    desk.gate.ticket()
    text = desk.post("check-in", typed="001", direction="in").content.decode()
    assert 'data-check-in role="status" data-s="on"' in text
    assert "Lê Thị Mận" in text
    check_in = CheckIn.objects.get()
    assert (check_in.method, check_in.gate, check_in.made_by) == ("ticket", "Cổng chính", desk.gate.tree.an)
    # Again: nothing is written, and the desk says since when.
    text = desk.post("check-in", typed="1", direction="in").content.decode()
    assert "đã ở trong từ" in text
    assert 'data-s="behind"' in text
    assert CheckIn.objects.count() == 1


def test_a_reader_of_codes_types_the_address_of_a_ticket(desk: Desk) -> None:
    ticket = desk.gate.ticket()
    link = tickets.link_of(ticket)
    answer = desk.post("check-in", typed=f"https://doanso.example/t/{link}/", direction="in")
    assert "Lê Thị Mận" in answer.content.decode()
    # The secret is in no address.
    assert all(link not in address for address, _status in answer.redirect_chain)
    answer = desk.post("check-in", typed=f"https://doanso.example/t/{link[::-1][:21]}A/", direction="in")
    assert "không có vé nào mang mã đó" in answer.content.decode()
    # Nor is that of a receipt or a card that was scanned by mistake.
    answer = desk.post("check-in", typed=f"https://doanso.example/r/{link}", direction="in")
    assert "không có vé nào mang mã đó" in answer.content.decode()
    assert all(link not in address for address, _status in answer.redirect_chain)


def test_a_name_is_searched_for_among_tickets_and_members(desk: Desk) -> None:
    ticket = desk.gate.ticket("Trần Thị Thu", 1991)
    answer = desk.post("check-in", typed="tran thi", direction="in")
    assert answer.redirect_chain[0][0].endswith("?gate=C%E1%BB%95ng+ch%C3%ADnh&q=tran+thi")
    text = answer.content.decode()
    assert "Trần Thị Thu" in text
    assert "Trần Thị Thủy" in text
    assert "đoàn viên chưa có vé" in text
    text = desk.post("check-in", member=str(desk.gate.thuy.pk), direction="in").content.decode()
    assert "Trần Thị Thủy" in text
    desk.post("check-in", registration=str(ticket.pk), direction="in")
    assert [(number, inside) for number, _at, inside in desk.gate.came()] == [(1, True), (2, True)]
    assert "đoàn viên chưa có vé" not in desk.page(q="tran thi")
    assert "Không có vé hay đoàn viên nào" in desk.page(q="không ai")


def test_who_is_inside_goes_out_and_who_is_not_does_not(desk: Desk) -> None:
    desk.gate.ticket()
    assert "không ở trong" in desk.post("check-in", typed="1", direction="out").content.decode()
    desk.post("check-in", typed="1", direction="in")
    assert "ra lúc" in desk.post("check-in", typed="1", direction="out").content.decode()
    assert [inside for _number, _at, inside in desk.gate.came()] == [False]
    # Whoever comes back is let in again.
    desk.post("check-in", typed="1", direction="in")
    assert [inside for _number, _at, inside in desk.gate.came()] == [True]


def test_after_the_day_the_desk_asks_for_the_time_of_that_day(desk: Desk, business_day: Any) -> None:
    ticket, other = desk.gate.ticket(), desk.gate.ticket("Lê Văn Tám")
    business_day(TODAY + timedelta(days=2))
    text = desk.page()
    assert "Lúc mấy giờ ngày 12/11/2023" in text
    assert 'name="at" value="07:00"' in text
    assert "Ghi giờ, ví dụ 07:30." in desk.post("check-in", typed="1", direction="in", at="xưa").content.decode()
    secret = "https://doan.vn/v/AAAABBBBCCCCDDDDEEEEFF/"
    answer = desk.post("check-in", typed=secret, direction="in", at="xưa")
    assert "Ghi giờ, ví dụ 07:30." in answer.content.decode()
    assert "AAAABBBB" not in str(answer.redirect_chain)
    with pytest.raises(Refused, match="check_in_at"):
        actions.check_in(
            actor=desk.gate.tree.an, event=desk.gate.event, inputs=DeskInput(uuid7(), registration_id=ticket.pk)
        )
    answer = desk.post("check-in", typed="1", direction="in", at="8h15")
    assert "vào lúc 08:15" in answer.content.decode()
    assert 'name="at" value="08:15"' in answer.content.decode()
    desk.post("walk-in", at="9")
    desk.post("check-in", registration=str(other.pk), direction="in", at="07:40")
    assert desk.gate.came() == [(1, "08:15", True), (2, "07:40", True), (3, "09:00", True)]


def test_a_sighting_of_another_day_says_which(desk: Desk, as_user: Any) -> None:
    """A phone whose battery was empty may have another day."""
    ticket = desk.gate.ticket()
    seen = desk.gate.record(ticket=ticket.gate_code, seen_at="2023-11-11T07:42:05+07:00")
    assert desk.gate.send(seen) == [APPLIED]
    assert "Vào 07:42, 11/11/2023" in desk.page()
    assert "07:42, 11/11/2023" in desk.client.get(desk.url("participants")).content.decode()
    page = desk.client.get(reverse("events:ticket", args=[tickets.link_of(ticket)])).content.decode()
    assert "07:42, 11/11/2023" in page


def test_the_page_says_which_unit_s_phones_let_people_in(desk: Desk, as_user: Any) -> None:
    """Any ward below may bring its people; who holds the event sees whose phone let in how many, and without a shift."""
    city = announced(festival_of(desk.gate.tree, desk.gate.tree.units["my-tho"], desk.gate.tree.dung, day=TODAY))
    city.shift("p4")
    chi = phone_at(desk.gate.tree, desk.gate.tree.chi, "p5")
    event = {"event": str(city.event.pk), "method": "walk-in"}
    links = ("AAECAwQFBgcICQoLDA0ODw", "BBECAwQFBgcICQoLDA0ODw", "CBECAwQFBgcICQoLDA0ODw")
    own = [desk.gate.record(walk_in={"link": link}, **event) for link in links[:2]]
    assert desk.gate.send(*own) == [APPLIED, APPLIED]
    desk.gate.phone = chi
    assert desk.gate.send(desk.gate.record(walk_in={"link": links[2]}, **event)) == [APPLIED]
    rows = [(row.name, row.people, row.walk_ins, row.is_expected) for row in phone_units(city.event)]
    assert rows == [("Phường 4", 2, 2, True), ("Phường 5", 1, 1, False)]
    page = as_user(city.by).get(reverse("events:check-ins", args=[city.event.pk])).content.decode()
    assert page.count("không có ca trực ở sự kiện này") == 1


def test_a_visitor_without_a_ticket_takes_a_picture_of_one(desk: Desk) -> None:
    key = str(uuid7())
    answer = desk.post("walk-in", key=key)
    visitor = Registration.objects.get()
    address = f"http://testserver/t/{tickets.link_of(visitor)}/"
    assert codes_in(picture_of(answer.context["seen"]["picture"])) == [address]
    assert "Đã điểm danh" in desk.client.get(address).content.decode()
    desk.post("walk-in", key=key)
    assert Registration.objects.count() == 1


def test_the_code_of_a_named_ticket_is_not_shown_again(desk: Desk) -> None:
    desk.gate.ticket()
    desk.post("check-in", typed="1", direction="in")
    answer = desk.client.get(desk.url("check-ins"), {"seen": CheckIn.objects.get().pk})
    assert answer.context["seen"]["picture"] == ""
    assert desk.client.get(desk.url("check-ins"), {"seen": "nothing"}).context["seen"] is None


def test_a_check_in_of_a_phone_is_undone_at_the_desk(desk: Desk) -> None:
    gate = desk.gate
    code = gate.ticket().gate_code
    first = gate.record(ticket=code)
    assert gate.send(first) == [APPLIED]
    check_in = CheckIn.objects.get()
    text = desk.post("undo-check-in", check_in.pk).content.decode()
    assert "Đã hoàn tác lượt điểm danh của vé số 1." in text
    assert gate.came() == []
    desk.post("undo-check-in", check_in.pk)
    assert AuditEvent.objects.filter(action="events.undo_check_in").count() == 1
    # The phone has not heard of it, and corrects the gate.
    assert gate.send(gate.record(ticket=code, gate="Cổng B", of=first["id"], base=first["hash"])) == [APPLIED]
    assert (CheckIn.objects.get().gate, gate.came()) == ("Cổng B", [])


def test_the_page_shows_who_came_by_hour_and_gate(desk: Desk) -> None:
    gate = desk.gate
    for name, at, where in (("Lê Thị Mận", "07:05", "A"), ("Lê Văn Tám", "07:40", "B"), ("Võ Thị Sáu", "09:10", "A")):
        ticket = gate.ticket(name)
        seen = gate.record(ticket=ticket.gate_code, seen_at=f"2023-11-12T{at}:00+07:00", gate=f"Cổng {where}")
        assert gate.send(seen) == [APPLIED]
    gate.ticket("Chưa Đến")
    out = gate.record(ticket=ticket.gate_code, direction="out", seen_at="2023-11-12T10:00:00+07:00")
    gate.send(out, gate.record(method="walk-in", walk_in={"link": "AAECAwQFBgcICQoLDA0ODw"}))
    answer = desk.client.get(desk.url("check-ins"))
    assert 'hx-trigger="every 30s"' in answer.content.decode()
    context, figures = answer.context, answer.context["figures"]
    assert (figures.came, figures.inside, figures.waiting, figures.unregistered) == (4, 3, 0, 1)
    assert [(row.hour, row.people) for row in figures.hours] == [(7, 3), (8, 0), (9, 1)]
    assert [(row.name, row.people) for row in figures.gates] == [("Cổng A", 3), ("Cổng B", 1)]
    assert context["absent"] == 1


def test_an_inspector_reads_initials_and_changes_nothing(desk: Desk, as_user: Any) -> None:
    gate = desk.gate
    ticket = gate.ticket()
    gate.send(gate.record(ticket=ticket.gate_code))
    inspector = Desk(gate, as_user(gate.tree.hanh))
    text = inspector.page(q="mận")
    assert "L. T. M." in text
    assert "Lê Thị Mận" not in text
    assert 'id="gate-form"' not in text
    assert inspector.post("check-in", typed="1", direction="in").status_code == 403
    assert Desk(gate, as_user(gate.tree.chi)).client.get(desk.url("check-ins")).status_code == 404


def test_after_the_day_the_desk_adds_who_was_written_on_paper(desk: Desk, business_day: Any) -> None:
    desk.gate.ticket()
    business_day(TODAY + timedelta(days=1))
    text = desk.page()
    assert "Ghi bổ sung người đã đến" in text
    assert "every 30s" not in text
    desk.post("check-in", typed="1", direction="in", at="7:30")
    assert "không ghi lúc ra" in desk.page()
    assert len(desk.gate.came()) == 1


def test_before_the_day_the_desk_waits(desk: Desk, business_day: Any) -> None:
    desk.gate.ticket()
    business_day(TODAY - timedelta(days=1))
    text = desk.page()
    assert "Điểm danh trong ngày 12/11/2023" in text
    assert 'id="gate-form"' not in text
    assert "Chưa đến ngày của sự kiện" in desk.post("check-in", typed="1", direction="in").content.decode()


def test_the_statements_are_constant(desk: Desk) -> None:
    gate = desk.gate

    def statements(**query: Any) -> int:
        with CaptureQueriesContext(connection) as captured:
            desk.page(**query)
        return len(captured)

    gate.send(gate.record(ticket=gate.ticket("Trần Thị Một").gate_code))
    desk.page()
    few, found = statements(), statements(q="tran thi")
    for number in range(9):
        ticket = gate.ticket(f"Trần Thị {number}")
        gate.send(gate.record(ticket=ticket.gate_code, gate=f"Cổng {number}"))
    assert (statements(), statements(q="tran thi")) == (few, found)
    assert (few, found) == (15, 19)


# --- Where it is shown ------------------------------------------------------------------------------------------------


def test_list_export_and_ticket_say_when_somebody_came(desk: Desk) -> None:
    gate = desk.gate
    came, _absent = gate.ticket(), gate.ticket("Lê Văn Tám")
    gate.send(gate.record(ticket=came.gate_code))
    text = desk.client.get(desk.url("participants"), {"state": "came"}).content.decode()
    assert "Lê Thị Mận" in text
    assert "07:42" in text
    assert "Lê Văn Tám" not in text
    text = desk.client.get(desk.url("participants"), {"state": "absent"}).content.decode()
    assert "Lê Thị Mận" not in text
    assert "Lê Văn Tám" in text
    answer = desk.client.get(desk.url("export"))
    content = io.BytesIO(b"".join(answer.streaming_content))
    rows = CalamineWorkbook.from_filelike(content).get_sheet_by_index(0).to_python()
    assert [row[8] for row in rows] == ["Đã đến lúc", "07:42, 12/11/2023", ""]
    page = desk.client.get(reverse("events:ticket", args=[tickets.link_of(came)])).content.decode()
    assert "Đã điểm danh 07:42." in page
    assert "Tôi không đến được" not in page


# --- Tickets on paper -------------------------------------------------------------------------------------------------


def test_tickets_on_paper_are_made_printed_and_used(desk: Desk) -> None:
    gate = desk.gate
    gate.ticket()
    key = str(uuid7())
    text = desk.post("paper-tickets", key=key, count="12").content.decode()
    assert "Đã lập 12 phiếu giấy." in text
    desk.post("paper-tickets", key=key, count="12")
    paper = list(Registration.objects.filter(source="paper").order_by("number"))
    assert ([ticket.number for ticket in paper], {ticket.state for ticket in paper}) == (list(range(2, 14)), {"blank"})
    answer = desk.post("print-tickets", first="2", last="13")
    sheets = answer.context["sheets"]
    assert [len(sheet) for sheet in sheets] == [10, 2]
    assert sheets[0][0].number == "0002"
    printed = [codes_in(picture_of(ticket.picture)) for sheet in sheets for ticket in sheet]
    assert printed == [[f"http://testserver/t/{tickets.link_of(ticket)}/"] for ticket in paper]
    assert AuditEvent.objects.filter(action="events.print_tickets", object_id=gate.event.pk).count() == 1
    # Scanned at a gate it is used, and is not printed again.
    assert gate.send(gate.record(ticket=paper[0].gate_code)) == [APPLIED]
    context = desk.client.get(desk.url("check-ins")).context
    assert (context["paper"].made, context["paper"].used, context["paper"].first, context["paper"].last) == (
        12,
        1,
        3,
        13,
    )
    assert "Không có phiếu chưa dùng" in desk.post("print-tickets", first="2", last="2").content.decode()


@pytest.mark.parametrize("count", ["0", "501", "", "nhiều"])
def test_a_number_of_tickets_that_cannot_be_made_is_refused(desk: Desk, count: str) -> None:
    answer = desk.post("paper-tickets", count=count)
    assert "từ 1 đến 500" in answer.content.decode()
    assert not Registration.objects.exists()


def test_only_officers_of_the_event_make_tickets(gate: Gate) -> None:
    with pytest.raises(PermissionDenied):
        actions.make_paper_tickets(actor=gate.tree.lan, event=gate.event, key=uuid7(), count=1)
    with pytest.raises(PermissionDenied):
        actions.check_in(actor=gate.tree.chi, event=gate.event, inputs=DeskInput(uuid7()))
    # Lan helps in the ward and may check in.
    actions.check_in(actor=gate.tree.lan, event=gate.event, inputs=DeskInput(uuid7()))
    with pytest.raises(Refused):
        actions.check_in(actor=gate.tree.an, event=gate.event, inputs=DeskInput(uuid7(), registration_id=uuid7()))


def test_a_member_whose_ticket_was_cancelled_comes_with_another_one(gate: Gate) -> None:
    """The gate took a ticket of the same name for the member's; that was undone, and its holder cancelled it."""
    key, desk = uuid7(), {"actor": gate.tree.an, "event": gate.event}
    first = actions.check_in(**desk, inputs=DeskInput(key, member_id=gate.duc.pk)).registration
    actions.undo_check_in(**desk, check_in_id=key)
    actions.cancel_registration(actor=gate.tree.an, registration=first)
    first.refresh_from_db()
    assert (first.state, first.name, first.member) == ("cancelled", "", None)
    again = actions.check_in(**desk, inputs=DeskInput(uuid7(), member_id=gate.duc.pk)).registration
    assert (again.number, again.member, gate.came()[0][0]) == (first.number + 1, gate.duc, again.number)
