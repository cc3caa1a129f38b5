"""The lines of an event: timetable, partners, booths with goals, budget as text, things to prepare."""

from datetime import time

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import BoothInput, BudgetInput, EventPartnerInput, MaterialInput, TimetableInput
from doanso.events.models import Booth, BudgetLine, EventPartner
from doanso.events.panels import events_of_partner
from doanso.events.tests.conftest import Festival
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.partners.ports import PartnerPage
from doanso.testing import TODAY


def add(festival: Festival, inputs, **options):
    return actions.add_part(actor=festival.by, event=festival.fresh(), inputs=inputs, **options)


def test_a_partner_takes_part_with_booths_and_their_goals(city: Festival):
    bank = city.partner()
    part = add(city, EventPartnerInput(bank.pk, "Mở tài khoản tại chỗ", "100 tài khoản"))
    booth = add(city, BoothInput(1, "Bến Tre Xanh", part.pk, staff=4, goal=100, goal_count="tài khoản"))
    own = add(city, BoothInput(2, "Bàn dịch vụ công", goal=None, goal_count="lượt"))
    assert (booth.event_partner, booth.goal, own.event_partner, own.goal_count) == (part, 100, None, "")
    for inputs, code in (
        (EventPartnerInput(bank.pk, "Tặng quà"), "event_partner_twice"),
        (BoothInput(1, "Gian khác"), "event_booth_twice"),
        (BoothInput(3, "Gian khác", uuid7()), "event_partner_unknown"),
        (BoothInput(3, "Gian khác", goal=10), "event_goal_count"),
        (BoothInput(0, "Gian khác"), "event_number"),
        (BoothInput(3, "Gian khác", service_id="gone"), "event_service_unknown"),
    ):
        with pytest.raises(Refused, match=code):
            add(city, inputs)
    with pytest.raises(Refused, match="event_partner_booths"):
        actions.remove_part(actor=city.by, part=part)
    actions.change_part(actor=city.by, part=booth, inputs=BoothInput(1, "Gian chung"))
    actions.remove_part(actor=city.by, part=part)
    assert (Booth.objects.count(), EventPartner.objects.count()) == (2, 0)


def test_a_ward_names_partners_of_the_city_and_no_other_ward_s(ward: Festival):
    city_bank, other = ward.partner(), ward.partner("p5", "Ngân hàng Phường 5 (mẫu)")
    add(ward, EventPartnerInput(city_bank.pk, "Phát tờ rơi"))
    with pytest.raises(Refused, match="event_partner_unknown"):
        add(ward, EventPartnerInput(other.pk, "Phát tờ rơi"))


def test_lines_are_added_once_changed_and_removed(ward: Festival):
    key = uuid7()
    for _time in range(2):
        line = add(ward, BudgetInput("Rạp, bàn ghế", "12.000.000 đồng", "Ngân sách Đoàn"), key=key)
    assert BudgetLine.objects.get() == line
    add(ward, MaterialInput("Bàn", "20 cái", "Chi đoàn Khu phố 1"))
    add(ward, TimetableInput(time(9), "Giải lao"))
    actions.change_part(actor=ward.by, part=line, inputs=BudgetInput("Rạp", "8.000.000 đồng"))
    actions.change_part(actor=ward.by, part=line, inputs=BudgetInput("Rạp", "8.000.000 đồng"))
    assert BudgetLine.objects.get().amount == "8.000.000 đồng"
    for _time in range(2):
        actions.remove_part(actor=ward.by, part=line)
    with pytest.raises(Refused, match="event_part_gone"):
        actions.change_part(actor=ward.by, part=line, inputs=BudgetInput("Rạp", "9.000.000 đồng"))
    events = AuditEvent.objects.filter(action__endswith="_part").order_by("pk")
    assert [(event.action, event.changed) for event in events] == [
        ("events.add_part", ["budget"]), ("events.add_part", ["materials"]), ("events.add_part", ["timetable"]),
        ("events.change_part", ["budget"]), ("events.remove_part", ["budget"]),
    ]  # fmt: skip


def test_numbers_of_people_and_empty_lines_are_refused(ward: Festival):
    for inputs, code in (
        (TimetableInput(time(9), ""), "event_text_missing"),
        (TimetableInput(time(9), "Gọi 0912345678"), "event_text_number"),
        (BudgetInput("Rạp", ""), "event_text_missing"),
        (MaterialInput("Bàn " * 100), "event_text_long"),
    ):
        with pytest.raises(Refused, match=code):
            add(ward, inputs)


def test_others_change_no_line(ward: Festival):
    with pytest.raises(PermissionDenied):
        actions.add_part(actor=ward.tree.chi, event=ward.fresh(), inputs=TimetableInput(time(9), "Giải lao"))


def test_a_partner_s_page_shows_the_events_it_takes_part_in(city: Festival, ward: Festival):
    bank = city.partner()
    add(city, EventPartnerInput(bank.pk, "Mở tài khoản"))
    add(ward, EventPartnerInput(bank.pk, "Phát tờ rơi"))
    for reader, count in ((city.tree.dung, 2), (city.tree.an, 1)):
        panel = events_of_partner(reader, PartnerPage(bank, TODAY))
        assert panel is not None
        assert len(panel.context["rows"]) == count
    assert events_of_partner(city.tree.khoa, PartnerPage(bank, TODAY)) is None
