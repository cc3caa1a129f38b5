"""The history as a workbook: what the reader's filter finds, with text that no sheet takes for a formula."""

from datetime import timedelta

import pytest

from doanso.access import history_export
from doanso.access.forms import HistoryFilterForm
from doanso.audit.actions import record
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.spreadsheet import read_workbook
from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars

pytestmark = pytest.mark.django_db


@pytest.fixture
def duc(tree):
    particulars = Particulars(name="Nguyễn Hoàng Đức", birth_year=2003)
    entry = Admission(branch=tree.units["p4-kp1"], particulars=particulars, since=clock.today())
    return admit_many(actor=tree.an, entries=[entry])[0]


def rows(client, query=""):
    answer = client.get(f"/history/export/{query}")
    assert answer.status_code == 200
    head, *lines = read_workbook(b"".join(answer.streaming_content)).sheets[0].rows
    assert head[:4] == ["Số thứ tự", "Lúc", "Người làm", "Vai trò hiện nay"]
    return lines


def test_the_rows_are_those_of_the_filter_and_the_export_is_recorded(tree, as_user, duc):
    [line] = rows(as_user(tree.an), "?kind=members.member")

    event = AuditEvent.objects.get(action="members.admit")
    assert (line[0], line[2], line[3]) == (event.pk, tree.an.display_name, "Bí thư cơ sở Đoàn, Phường 4")
    assert line[4:7] == ["Thêm đoàn viên", "Đoàn viên", "Nguyễn Hoàng Đức"]
    assert line[8] == "Chi đoàn Khu phố 1, Phường 4"
    recorded = AuditEvent.objects.get(action="audit.export")
    assert (recorded.actor, recorded.unit_id) == (tree.an, tree.units["p4"].pk)


def test_a_file_does_not_hold_its_own_making(tree, as_user, duc):
    client = as_user(tree.an)
    assert "Tải nhật ký" not in {line[4] for line in rows(client)}
    assert "Tải nhật ký" in {line[4] for line in rows(client)}


def test_a_reader_gets_what_the_page_shows_and_nothing_of_other_units(tree, as_user, duc):
    assert rows(as_user(tree.chi), "?kind=members.member") == []
    assert rows(as_user(tree.an), f"?until={(clock.today() - timedelta(days=4000)).isoformat()}") == []


def test_somebody_who_reads_no_history_gets_nothing(tree, as_user):
    assert as_user(tree.khoa).get("/history/export/").status_code == 404
    assert not AuditEvent.objects.filter(action="audit.export").exists()


def test_a_name_that_begins_like_a_formula_stays_text(tree, as_user, duc):
    tree.an.display_name = "=1+1"
    tree.an.save()
    [line] = rows(as_user(tree.an), "?kind=members.member")
    assert line[2] == "=1+1"


def test_a_long_history_says_that_there_is_more(tree, as_user, monkeypatch):
    monkeypatch.setattr(history_export, "MOST_ROWS", 3)
    for _number in range(5):
        record(actor=tree.an, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    lines = rows(as_user(tree.an))
    assert len(lines) == 4
    assert lines[-1][2] == "Còn nữa: chọn ít ngày hơn để tải phần còn lại."


def test_the_statements_do_not_grow_with_the_rows(tree, as_user, django_assert_num_queries):
    client = as_user(tree.an)
    for _number in range(40):
        record(actor=tree.an, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    rows(client)
    with django_assert_num_queries(12):
        rows(client)


def test_the_page_leads_to_the_export_of_its_filter(tree, as_user, duc):
    page = as_user(tree.an).get("/history/", {"kind": "members.member"}).content.decode()
    assert 'href="/history/export/?kind=members.member"' in page


def test_the_choices_stand_in_the_order_of_a_dictionary(db):
    labels = [label for _name, label in HistoryFilterForm({}).fields["kind"].choices][1:]
    assert labels.index("Đơn vị") < labels.index("Giao chỉ tiêu") < labels.index("Văn bản")
    assert "Cửa" not in labels
    assert "Nhà của đợt" in labels
