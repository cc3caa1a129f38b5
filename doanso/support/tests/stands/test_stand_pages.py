"""The helpers' pages of a stand."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.lib import clock
from doanso.lib.tests.printed_codes import codes_in, picture_of
from doanso.support.actions import Helper, close_stand, correct_help
from doanso.support.models import Stand, StandTurn, SupportRecord
from doanso.support.queries import stands
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.conftest import record_input
from doanso.support.tests.stands.conftest import BAY
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

OPEN = {
    "place": "Chợ Vòng Nhỏ",
    "services": ["portal", "vneid"],
    "helper": "Trần Gia Huy",
    "helper_kind": "youth",
    "second": "Võ Thị Năm",
    "second_kind": "official",
    "happened_on": "12/11/2023",
    "unit": "p4",
    "planned": "",
}
LINE = {"name": "NGUYỄN THỊ BẢY", "birth_year": "1951", "phone": "0912 000 111", "agreed": "on", "services": ["portal"]}


def line(**changed):
    return LINE | {"key": str(uuid4())} | changed


def address(at_stand, rest: str = "") -> str:
    return f"/support/stands/{at_stand.stand.pk}/{rest}"


def test_a_stand_is_opened_and_listed(ward, as_user):
    client = as_user(ward.tree.an)
    without = client.get("/support/stands/").content.decode()
    assert "Chưa mở bàn hướng dẫn nào." in without
    assert re.findall(r'data-primary href="([^"]+)"', without) == ["/support/stands/new/"]
    empty = client.get("/support/stands/new/").content.decode()
    assert not re.search(r'name="services"[^>]*checked', empty)
    assert "Chưa chỉ tiêu nào của chương trình năm nay" in empty
    answer = client.post("/support/stands/new/", OPEN)
    stand = Stand.objects.get()

    assert answer["Location"] == f"/support/stands/{stand.pk}/"
    assert (stand.place, stand.planned, stand.second_helper_name, stand.second_helper_kind) == (
        "Chợ Vòng Nhỏ", 30, "Võ Thị Năm", "official",
    )  # fmt: skip
    text = client.get(answer["Location"]).content.decode()
    assert "Bàn hướng dẫn: portal, vneid" in text
    assert "Chợ Vòng Nhỏ" in client.get("/support/stands/").content.decode()
    assert "vneid: Chưa chỉ tiêu nào" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"place": ""}, "field"),
        ({"services": []}, "field"),
        ({"happened_on": "13/11/2023"}, "chưa đến"),
        ({"unit": "p5"}, "field"),
        ({"second": "TRAN GIA HUY"}, "là một người"),
        ({"planned": "0"}, "field"),
    ],
)
def test_what_is_missing_at_opening_is_said(ward, as_user, changed, words):
    answer = as_user(ward.tree.an).post("/support/stands/new/", OPEN | changed)
    text = answer.content.decode()
    assert (answer.status_code, Stand.objects.count()) == (422, 0)
    assert words in text
    assert "Trần Gia Huy" in text


def test_two_helpers_of_one_name_are_asked_about(ward, as_user):
    client, form = as_user(ward.tree.an), OPEN | {"second": "Trần Gia Huy"}
    assert 'name="two_helpers"' in client.post("/support/stands/new/", form).content.decode()
    assert client.post("/support/stands/new/", form | {"two_helpers": "on"}).status_code == 302
    assert Stand.objects.get().second_apart


def test_a_line_records_and_the_next_begins_empty(at_stand, as_user):
    client = as_user(at_stand.actor)
    answer = client.post(address(at_stand), line())
    text = client.get(answer["Location"]).content.decode()

    assert SupportRecord.objects.get().contact.name == "Nguyễn Thị Bảy"
    assert "Số 1:" in text
    assert "Số 2, ghi tay" in text
    assert re.search(r'<input[^>]*name="name"[^>]*autofocus', text)
    assert not re.search(r'name="agreed"[^>]*checked', text)
    turn = StandTurn.objects.get()
    assert f"/turns/{turn.pk}/receipt/" in text
    assert f"/turns/{turn.pk}/undo/" in text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"agreed": ""}, "Hỏi trước rồi đánh dấu đồng ý"),
        ({"name": ""}, "field"),
        ({"birth_year": "51"}, "4 chữ số"),
        ({"services": []}, "Chọn trong các việc của bàn này."),
        ({"birth_year": "2015"}, "giám hộ"),
        ({"name": "Trần Gia Huy"}, 'name="namesakes"'),
        ({"text_version": "2000-01"}, 'name="text_version" value="2023-09"'),
    ],
)
def test_a_refused_line_keeps_what_was_typed(at_stand, as_user, changed, words):
    answer = as_user(at_stand.actor).post(address(at_stand), line(**changed))
    text = answer.content.decode()
    assert (answer.status_code, SupportRecord.objects.count()) == (422, 0)
    assert words in text
    assert "0912" in text


def test_one_more_without_a_name_needs_nothing_typed(at_stand, as_user):
    client = as_user(at_stand.actor)
    typed = line(name="", birth_year="51", agreed="", phone="1", unnamed="")
    assert client.post(address(at_stand), typed).status_code == 302
    assert client.post(address(at_stand), typed).status_code == 302
    assert list(SupportRecord.objects.values_list("named", flat=True)) == [False]


def test_the_next_person_in_a_saved_form_is_saved_by_pressing_save_again(at_stand, as_user):
    client = as_user(at_stand.actor)
    form = line()
    client.post(address(at_stand), form)
    assert client.post(address(at_stand), form).status_code == 302

    answer = client.post(address(at_stand), form | {"name": "Lê Văn Sáu", "phone": "0912 000 222"})
    text = answer.content.decode()
    assert (answer.status_code, SupportRecord.objects.count()) == (422, 1)
    assert "Phiếu này đã lưu thành số 1." in text
    assert 'value="Lê Văn Sáu"' in text
    [key] = re.findall(r'name="key" value="([^"]+)"', text)
    assert key != form["key"]
    again = form | {"name": "Lê Văn Sáu", "phone": "0912 000 222", "key": key}
    assert client.post(address(at_stand), again).status_code == 302
    assert sorted(SupportRecord.objects.values_list("contact__name", flat=True)) == ["Lê Văn Sáu", "Nguyễn Thị Bảy"]


def test_an_entry_that_the_other_helper_finished_is_told_and_counted_once(at_stand, as_user):
    client, turn = as_user(at_stand.actor), at_stand.enter()
    at_stand.finish(turn)
    for name in ("finish", "drop"):
        answer = client.post(address(at_stand, f"turns/{turn.pk}/{name}/"), {"services": ["portal"]}, follow=True)
        assert "Số 1 đã có người bấm “Xong”; không tính thêm." in answer.content.decode()
    assert SupportRecord.objects.count() == 1


def test_who_waits_is_finished_dropped_and_undone(at_stand, as_user):
    client = as_user(at_stand.actor)
    first, second = at_stand.enter(), at_stand.enter(StandEntry("Lê Văn Sáu", 1960))
    text = client.get(address(at_stand)).content.decode()
    assert "1. Nguyễn Thị Bảy, 1951" in text
    assert "2. Lê Văn Sáu, 1960" in text

    client.post(address(at_stand, f"turns/{first.pk}/finish/"), {"services": ["portal", "vneid"]})
    client.post(address(at_stand, f"turns/{second.pk}/drop/"))
    assert at_stand.states() == [(1, "recorded"), (2, "dropped")]
    assert SupportRecord.objects.count() == 2
    assert "Lê Văn Sáu" not in client.get(address(at_stand)).content.decode()
    answer = client.post(address(at_stand, f"turns/{first.pk}/undo/"))
    assert "Đã hoàn tác số 1" in client.get(answer["Location"]).content.decode()
    assert SupportRecord.objects.filter(taken_back_at=None).count() == 0


def test_a_namesake_who_waits_is_asked_about_at_their_row(at_stand, as_user):
    client = as_user(at_stand.actor)
    turn = at_stand.enter(StandEntry("Trần Gia Huy", 1960))
    finish = address(at_stand, f"turns/{turn.pk}/finish/")
    answer = client.post(finish, {"services": ["portal"]})
    assert (answer.status_code, 'name="namesakes"' in answer.content.decode()) == (422, True)
    assert client.post(finish, {"services": ["portal"], "namesakes": "on"}).status_code == 302


def test_what_is_done_at_a_row_leaves_the_line_by_hand_alone(at_stand, as_user):
    client = as_user(at_stand.actor)
    at_stand.record()
    at_stand.enter(StandEntry("Lê Văn Sáu", 1960))
    text = client.get(address(at_stand)).content.decode()

    for name in ("finish", "drop", "undo"):
        [form] = re.findall(rf'<form[^>]*hx-post="[^"]*/{name}/"[^>]*>', text)
        assert 'hx-target="#waiting" hx-select="#waiting"' in form
        [beside] = re.findall(r'hx-select-oob="([^"]+)"', form)
        for part in beside.split(","):
            assert text.count(f'id="{part[1:]}"') == 1
    assert text.count('hx-target="#main"') == 1
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)
    assert '<div id="waiting" hidden></div>' in client.get(address(at_stand)).content.decode()


def test_what_was_corrected_is_not_undone_and_the_page_says_where_to_do_it(at_stand, as_user):
    turn = at_stand.record().turn
    correct_help(
        actor=at_stand.actor,
        support_record_id=SupportRecord.objects.get().pk,
        service="vneid",
        happened_on=TODAY,
        helper=Helper("Trần Gia Huy"),
    )
    answer = as_user(at_stand.actor).post(address(at_stand, f"turns/{turn.pk}/undo/"))
    text = answer.content.decode()
    assert (answer.status_code, "đã sửa ở trang lượt giúp" in text, "every 15s" in text) == (422, True, True)


def test_a_row_that_is_asked_about_keeps_its_ticks_and_is_not_polled(at_stand, as_user):
    client = as_user(at_stand.actor)
    turn = at_stand.enter(StandEntry("Trần Gia Huy", 1960))
    other = at_stand.enter(StandEntry("Lê Văn Sáu", 1960))
    assert "every 15s" in client.get(address(at_stand)).content.decode()

    answer = client.post(address(at_stand, f"turns/{turn.pk}/finish/"), {"services": ["vneid"]})
    text = answer.content.decode()
    ticks = re.findall(r'name="services" value="(\w+)" id="turn-([^"]+)-\d" hx-preserve( checked)?', text)
    assert ticks == [
        ("portal", str(turn.pk), ""), ("vneid", str(turn.pk), " checked"),
        ("portal", str(other.pk), " checked"), ("vneid", str(other.pk), " checked"),
    ]  # fmt: skip
    assert (answer.status_code, "every 15s" in text, SupportRecord.objects.count()) == (422, False, 0)
    # The line by hand below is another form and keeps its own ticks.
    assert len(re.findall(r'id="id_services_\d" checked', text)) == 2
    client.post(address(at_stand, f"turns/{turn.pk}/finish/"), {"services": ["vneid"], "namesakes": "on"})
    assert [row.service_id for row in SupportRecord.objects.all()] == ["vneid"]


def test_a_stand_of_one_service_asks_for_none(another, as_user):
    at_stand = another(services=("portal",))
    client = as_user(at_stand.actor)
    turn = at_stand.enter()
    assert 'name="services"' not in client.get(address(at_stand)).content.decode()
    client.post(address(at_stand, f"turns/{turn.pk}/finish/"))
    assert [row.service_id for row in SupportRecord.objects.all()] == ["portal"]


def test_the_receipt_of_a_turn_is_printed_and_in_the_history(at_stand, as_user):
    client = as_user(at_stand.actor)
    named, unnamed = at_stand.record().turn, at_stand.record(None).turn
    page = client.get(address(at_stand, f"turns/{named.pk}/receipt/"))
    [receipt] = codes_in(picture_of(page.context["picture"]))
    assert receipt == f"http://testserver/r/{page.context['keys'].link}/"
    assert "<path d=" not in client.get(address(at_stand, f"turns/{unnamed.pk}/receipt/")).content.decode()
    assert AuditEvent.objects.filter(action="support.print_receipt").count() == 1


def test_ending_says_what_it_deletes_and_then_the_result(at_stand, as_user):
    client = as_user(at_stand.actor)
    at_stand.record()
    at_stand.record(None)
    at_stand.enter()
    assert "Còn 1 người đang chờ" in client.get(address(at_stand, "close/")).content.decode()
    client.post(address(at_stand, "close/"))
    text = client.get(address(at_stand)).content.decode()

    assert "1 người ghi tên, 1 không ghi tên, 1 mục bị bỏ. Vì sao bỏ: bàn đã kết thúc (1)." in " ".join(text.split())
    assert 'name="birth_year"' not in text
    assert client.post(address(at_stand), line()).status_code == 422


def test_the_sheet_has_thirty_lines_and_the_code(at_stand, as_user):
    client = as_user(at_stand.actor)
    page = client.get(address(at_stand, "sheet/"))
    text = page.content.decode()
    assert "no-store" in page["Cache-Control"]
    assert text.count('<th scope="row">') == 30
    [entry] = codes_in(picture_of(page.context["picture"]))
    assert entry == f"http://testserver{reverse('support:stand-entry', args=[at_stand.link])}"
    assert codes_in(picture_of(client.get(address(at_stand)).context["picture"])) == [entry]
    assert at_stand.link not in text
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)
    assert "<path d=" not in client.get(address(at_stand, "sheet/")).content.decode()


def test_the_sheet_has_no_code_that_opens_nothing_any_more(at_stand, as_user):
    Stand.objects.update(link_until=clock.now() - timedelta(minutes=1))
    text = as_user(at_stand.actor).get(address(at_stand, "sheet/")).content.decode()
    assert (text.count('<th scope="row">'), "<path d=" in text) == (30, False)


def test_what_will_not_count_without_a_name_is_said(ward, another, as_user):
    at_stand = another(services=("payment",))
    assert "Lượt không tên: “payment-residents” đếm người có ghi tên" in (
        as_user(at_stand.actor).get(address(at_stand)).content.decode()
    )
    open_book(
        code="luot",
        root=ward.tree.units["p4"],
        first_day=TODAY,
        last_day=TODAY,
        measures=[MeasurePlan("payment-times", "support.people", "payment", kind="times")],
    )
    assert "Lượt không tên" not in as_user(at_stand.actor).get(address(at_stand)).content.decode()


def test_a_strangers_stand_is_not_there(ward, at_stand, as_user):
    turn = at_stand.enter()
    for user in (ward.tree.chi, ward.tree.lan, ward.tree.khoa, ward.tree.hanh):
        client = as_user(user)
        for rest in ("", "close/", "sheet/", f"turns/{turn.pk}/receipt/"):
            assert client.get(address(at_stand, rest)).status_code == 404
        for rest in ("", "close/", *(f"turns/{turn.pk}/{name}/" for name in ("finish", "drop", "undo"))):
            assert client.post(address(at_stand, rest), line()).status_code == 404
    assert as_user(ward.tree.an).post(address(at_stand, f"turns/{uuid4()}/finish/")).status_code == 404
    assert as_user(ward.tree.khoa).get("/support/stands/").status_code == 404


def test_a_helper_opens_a_stand_and_finds_only_their_own(ward, at_stand, as_user):
    client = as_user(ward.tree.lan)
    assert client.post("/support/stands/new/", OPEN).status_code == 302
    own = Stand.objects.get(opened_by=ward.tree.lan)
    text = client.get("/support/stands/").content.decode()

    assert str(own.pk) in text
    assert str(at_stand.stand.pk) not in text
    client.post(f"/support/stands/{own.pk}/", line())
    assert "/support/record/" not in client.get(f"/support/stands/{own.pk}/").content.decode()
    assert SupportRecord.objects.get().recorded_by == ward.tree.lan


def test_the_board_and_the_list_take_as_many_statements_for_two_as_for_forty(ward, at_stand, as_user):
    client = as_user(at_stand.actor)

    def statements(path: str) -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(path)
        return len(caught)

    at_stand.record()
    at_stand.enter()
    before = statements(address(at_stand)), statements("/support/stands/")
    for number in range(19):
        at_stand.record(StandEntry(f"Nguyễn Văn {'ABCDEFGHIKLMNOPQRST'[number]}", 1950 + number))
        at_stand.enter(StandEntry(f"Lê Thị {'ABCDEFGHIKLMNOPQRST'[number]}", 1950 + number))
    assert (statements(address(at_stand)), statements("/support/stands/")) == before
    assert before[0] <= 12
    assert before[1] <= 7


def test_the_list_of_helps_leads_to_the_stands(ward, as_user):
    ward.support_record(record_input())
    assert 'href="/support/stands/"' in as_user(ward.tree.an).get("/support/").content.decode()
    assert 'href="/support/stands/"' not in as_user(ward.tree.hanh).get("/support/").content.decode()


def test_who_waits_and_what_was_forgotten_is_in_the_inbox_of_who_opened_the_stand(at_stand, another, as_user):
    at_stand.enter()
    at_stand.enter(None)
    another(happened_on=TODAY - timedelta(days=1))
    today = as_user(at_stand.actor).get("/today/").content.decode()
    assert "2 người chờ ở bàn hướng dẫn của bạn" in today
    assert "1 bàn hướng dẫn hôm trước chưa kết thúc" in today

    others = as_user(at_stand.ward.tree.dung).get("/today/", follow=True).content.decode()
    assert "bàn hướng dẫn của bạn" not in others


def test_a_stand_is_in_no_inbox_once_its_keeper_works_elsewhere(at_stand, another, as_user):
    at_stand.enter()
    another(happened_on=TODAY - timedelta(days=1))
    RoleAssignment.objects.filter(user=at_stand.actor).update(unit=at_stand.ward.tree.units["p5"])

    assert not stands.own_waiting_entries(at_stand.actor).exists()
    assert not stands.own_forgotten_stands(at_stand.actor).exists()
    today = as_user(at_stand.actor).get("/today/").content.decode()
    assert "bàn hướng dẫn của bạn" not in today
    assert "bàn hướng dẫn hôm trước" not in today


def test_history_names_the_stand_and_leads_to_it(at_stand, as_user):
    at_stand.enter()
    text = as_user(at_stand.actor).get("/history/").content.decode()
    assert f'href="/support/stands/{at_stand.stand.pk}/"' in text
    assert "Nhà văn hoá Khu phố 3, 12/11/2023" in text
    assert "Tự điền vào danh sách của bàn hướng dẫn" in text
    assert BAY.name not in text
