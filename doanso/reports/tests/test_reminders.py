"""Units are reminded of a month that is due, once, and the reminder settles itself."""

from datetime import date

import pytest
from django.core.management import call_command

from doanso.assignments import queries as assignments
from doanso.assignments.models import Assignment
from doanso.reports.actions.reminders import remind

pytestmark = pytest.mark.django_db


def _asked():
    assignments_due = Assignment.objects.filter(kind="reports.period-due").select_related("unit")
    return {
        assignment.unit.code: (assignment.due_on, assignment.owner.username if assignment.owner else "")
        for assignment in assignments_due
    }


def test_who_has_not_sent_is_asked_shortly_before_it_is_due(scene, business_day):
    business_day(date(2023, 1, 31))
    assert remind() == []
    business_day(date(2023, 11, 1))
    remind()
    assert _asked() == {"p4-kp1": (date(2023, 11, 3), "binh")}

    scene.do("send", "binh", "p4-kp1")
    business_day(date(2023, 11, 8))
    new = remind()

    # The other branches have nobody who could send; their ward sees them on its board.
    assert sorted(reminder.unit.code for reminder in new) == ["my-tho", "p4", "p5"]
    assert _asked()["p4"] == (date(2023, 11, 6), "an")
    assert _asked()["my-tho"] == (date(2023, 11, 10), "")


def test_asked_once_and_settled_by_sending(scene, business_day):
    business_day(date(2023, 11, 1))
    assert len(remind(dry_run=True)) == 1
    assert not Assignment.objects.exists()
    assert (len(remind()), len(remind())) == (1, 0)

    scene.do("send", "binh", "p4-kp1")
    assignment = Assignment.objects.get()
    assert (assignment.outcome, assignment.completed_by.username) == ("done", "binh")
    assert remind() == []


def test_closing_over_a_late_unit_settles_its_reminder_and_the_root_s_own(scene, business_day):
    business_day(date(2023, 11, 12))
    remind()
    scene.do("explain", "dung", "my-tho", reasons={"missing": "Không chờ nữa."})
    scene.do("close", "dung", "my-tho")

    assert not Assignment.objects.filter(completed_at=None).exists()


def test_how_a_reminder_reads_and_where_it_leads(scene, business_day, as_user):
    business_day(date(2023, 11, 9))
    remind()
    scene.do("send", "binh", "p4-kp1")
    scene.do("give_back", "an", "p4-kp1", words="Xem lại")
    lines = {
        (line.assignment.unit.code, line.assignment.kind): line
        for line in assignments.assignment_rows(scene.user("dung"), list(assignments.all_assignments()))
    }

    assert lines["p4", "reports.period-due"].sentence == "Gửi số liệu tháng 10/2023"
    assert lines["my-tho", "reports.period-due"].sentence == "Chốt số liệu tháng 10/2023"
    returned = lines["p4-kp1", "reports.period-returned"]
    assert returned.sentence == "Số liệu tháng 10/2023 bị trả lại: xem lý do rồi gửi lại"
    url = assignments.assignment_address(scene.user("binh"), returned.assignment)
    assert url == "/programmes/my-tho-2023/periods/2023-10/p4-kp1/"
    assert as_user(scene.user("binh")).get(url).status_code == 200


def test_the_command_says_whom(scene, business_day, capsys):
    business_day(date(2023, 11, 1))
    call_command("remind_periods", "--dry-run")
    assert capsys.readouterr().out == "Khu phố 1 (p4-kp1): hạn 03/11/2023\nSẽ nhắc 1 đơn vị.\n"
    call_command("remind_periods")
    assert capsys.readouterr().out.endswith("Đã nhắc 1 đơn vị.\n")
