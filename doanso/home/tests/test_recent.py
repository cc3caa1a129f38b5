"""What others did last, beside the inbox."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.recent_history import LINES, recent_lines
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars

pytestmark = pytest.mark.django_db


def admit(tree, actor, name):
    entry = Admission(
        branch=tree.units["p4-kp1"], particulars=Particulars(name=name, birth_year=2003), since=clock.today()
    )
    return admit_many(actor=actor, entries=[entry])[0]


def lines_shown(reader):
    return [
        (line.actor_name, line.sentence, line.times, line.link and line.link.title) for line in recent_lines(reader)
    ]


def test_one_action_names_its_object_and_the_same_again_is_one_line(tree):
    duc = admit(tree, tree.binh, "Nguyễn Hoàng Đức")
    assert lines_shown(tree.an) == [("Trần Thị Bình", "đã thêm đoàn viên", 1, "Nguyễn Hoàng Đức")]
    assert recent_lines(tree.an)[0].link.url == f"/members/{duc.pk}/"

    admit(tree, tree.dung, "Lê Minh Tâm")
    admit(tree, tree.binh, "Phan Thị Gấm")
    assert lines_shown(tree.an) == [
        ("Trần Thị Bình", "đã thêm đoàn viên", 2, None),
        ("Phạm Thị Dung", "đã thêm đoàn viên", 1, "Lê Minh Tâm"),
    ]


def test_the_own_actions_reading_and_technical_steps_are_left_out(tree):
    admit(tree, tree.an, "Nguyễn Hoàng Đức")
    for action in ("accounts.sign_in", "members.view", "people.give_consent"):
        record(actor=tree.binh, action=action, obj=tree.units["p4"], unit=tree.units["p4"])
    assert lines_shown(tree.an) == []


def test_the_same_action_many_times_reads_well(tree, as_user):
    for action in ("outreach.record", "outreach.record", "results.confirm", "results.confirm"):
        record(actor=tree.binh, action=action, obj=tree.units["p4"], unit=tree.units["p4"])
    card = as_user(tree.an).get("/today/recent/").content.decode()
    assert "<b>Trần Thị Bình</b> ghi lượt đến nhà 2 lần<" in card
    assert "<b>Trần Thị Bình</b> xác nhận kết quả 2 lần<" in card


def test_other_units_are_not_shown(tree):
    admit(tree, tree.binh, "Nguyễn Hoàng Đức")
    assert lines_shown(tree.chi) == []


def test_it_costs_the_same_however_much_was_done(tree):
    costs = []
    for _ in range(2):
        for number in range(8):
            admit(tree, tree.binh, f"Nguyễn Hoàng {'ABCDEGHI'[number]}")
        with CaptureQueriesContext(connection) as statements:
            assert len(recent_lines(tree.an)) <= LINES
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 4


def test_the_first_page_asks_for_the_card_where_the_reader_has_a_history(tree, as_user):
    admit(tree, tree.binh, "Nguyễn Hoàng Đức")
    client = as_user(tree.an)
    assert 'hx-get="/today/recent/"' in client.get("/today/").content.decode()
    card = client.get("/today/recent/").content.decode()
    assert "Vừa diễn ra" in card
    assert "<b>Trần Thị Bình</b> đã thêm đoàn viên: <a" in card
    assert as_user(tree.chi).get("/today/recent/").content.decode().strip() == ""


def test_somebody_without_history_has_no_card(tree, as_user):
    assert as_user(tree.lan).get("/today/recent/").status_code == 404
