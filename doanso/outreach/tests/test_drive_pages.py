"""Pages of drives and doors, as an officer of the ward uses them."""

from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.lib import clock
from doanso.outreach.actions.doors import DoorVisit, note_visits, take_back, take_doors
from doanso.outreach.models import Door, Drive
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.walking import arrange, lay_street
from doanso.people.actions import (
    DoorInput,
    Particulars,
    match_or_create_households,
    match_or_create_people,
    merge_persons,
)
from doanso.people.actions.doors import street_key
from doanso.people.models import Contact, Household, Person
from doanso.testing import TODAY


def messages_of(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def text(response: Any) -> str:
    return str(response.content.decode())


@pytest.fixture
def ask(outing: Outing, as_user: Any) -> Any:
    """Return a function that requests an address of the drive as somebody; data are posted."""

    def asked(rest: str = "", sent: dict[str, Any] | None = None, *, actor: str = "an") -> Any:
        client, path = as_user(getattr(outing.tree, actor)), f"/drives/{outing.drive.pk}/{rest}"
        return client.get(path) if sent is None else client.post(path, sent)

    return asked


def test_a_drive_is_made_and_filled_with_streets(outing: Outing, as_user: Any) -> None:
    client = as_user(outing.tree.an)
    other = [DoorInput(str(number), "Ấp Bắc", outing.neighbourhood.pk) for number in (1, 2, 3)]
    match_or_create_households(unit_id=outing.ward.pk, inputs=other)
    form = client.get("/drives/new/")
    assert 'name="unit" value="p4"' in text(form)
    form_values = {
        "unit": "p4",
        "name": "Thứ Bảy tình nguyện",
        "since": "13/11/2023",
        "last_day": "30/11/2023",
        "goal": "3",
        "services": ["portal"],
    }
    response = client.post("/drives/new/", form_values)
    drive = Drive.objects.get(name="Thứ Bảy tình nguyện")
    assert response.url == f"/drives/{drive.pk}/fill/"
    assert drive.until - drive.since == timedelta(days=18)
    assert "Ấp Bắc" in text(client.get(response.url))
    street = f"{outing.neighbourhood.pk}:{street_key('Ấp Bắc')}"
    filled = client.post(response.url, {"streets": [street], "kinds": "all"})
    assert messages_of(filled) == ["Đã đưa 3 nhà vào đợt."]
    assert Door.objects.filter(drive=drive).count() == 3


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"goal": "0"}, "Hãy ghi số nhà cần đến"),
        ({"last_day": "01/11/2023"}, "Ngày cuối đang trước ngày đầu"),
        ({"name": "Đợt tháng 11"}, "Đơn vị đã có đợt mang tên này"),
        ({"goal": "nhiều"}, "Nhập một số"),
    ],
)
def test_what_is_not_right_says_what_to_do(outing: Outing, as_user: Any, change: dict[str, str], sentence: str) -> None:
    form_values = {"unit": "p4", "name": "Đợt mới", "since": "13/11/2023", "last_day": "30/11/2023", "goal": "3"}
    answer = as_user(outing.tree.an).post("/drives/new/", form_values | change)
    assert answer.status_code == 422
    assert sentence in text(answer)
    assert Drive.objects.count() == 1


def test_filling_with_nothing_is_refused(ask: Any) -> None:
    answer = ask("fill/", {"kinds": "all"})
    assert (answer.status_code, "Hãy chọn ít nhất một đường" in text(answer)) == (422, True)
    assert ask("fill/", {"kinds": "all", "streets": ["x:y"]}).status_code == 422


def test_the_drive_says_how_far_it_is_and_who_has_what(outing: Outing, ask: Any) -> None:
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=2, near_id=outing.doors[0].pk)
    note_visits(visits=[DoorVisit(outing.doors[2].pk, "helped", TODAY)])
    page_text = text(ask())
    assert "Lê Lợi" in page_text
    assert "Bùi Thị Lan" in page_text
    assert "2 nhà" in page_text
    assert "B. T. L." in text(ask(actor="hanh"))
    assert ">Bùi Thị Lan</a>" not in text(ask(actor="hanh"))


def test_it_is_changed_and_ended(outing: Outing, ask: Any) -> None:
    form_values = {"name": "Đợt cuối năm", "since": "01/11/2023", "last_day": "31/12/2023", "goal": "9"}
    assert messages_of(ask("change/", form_values)) == ["Đã sửa đợt."]
    assert "Không hoàn lại được" in text(ask("end/"))
    assert messages_of(ask("end/", {})) == ["Đợt đã kết thúc. Việc đã làm vẫn được tính."]
    outing.drive.refresh_from_db()
    assert (outing.drive.name, outing.drive.goal, outing.drive.ended_at is not None) == ("Đợt cuối năm", 9, True)
    assert "Đợt này đã xong" in text(ask())


def test_one_door_comes_in_by_hand(outing: Outing, ask: Any) -> None:
    form_values = {"number": "12/3", "street": "Lê Lợi", "neighbourhood": str(outing.neighbourhood.pk), "sign": ""}
    assert messages_of(ask("add/", form_values)) == ["Nhà đã ở trong đợt."]
    assert messages_of(ask("add/", form_values)) == ["Nhà này có trong đợt từ trước."]
    answer = ask("add/", form_values | {"number": ""})
    assert (answer.status_code, "Hãy ghi số nhà, hoặc tên trên bảng hiệu" in text(answer)) == (422, True)


def test_doors_are_given_taken_back_marked_and_dropped(outing: Outing, ask: Any) -> None:
    keys = [str(door.pk) for door in outing.doors]
    lan = str(outing.tree.lan.pk)
    answer = ask("doors/", {"doors": keys[:2], "operation": "assign", "to": lan, "days": "3"})
    assert (answer.status_code, messages_of(answer)) == (302, ["2 nhà đã giao cho Bùi Thị Lan."])
    assert "Bùi Thị Lan" in text(ask(f"doors/?holder={lan}"))
    assert messages_of(ask("doors/", {"doors": keys, "operation": "take-back"})) == ["2 nhà không còn ai nhận."]
    assert messages_of(ask("doors/", {"doors": keys[:1], "operation": "gone"})) == ["1 nhà được ghi là không còn."]
    assert "Không còn" in text(ask("doors/?state=gone"))
    dropped = messages_of(ask("doors/", {"doors": keys[1:], "operation": "drop"}))
    assert dropped == ["2 nhà đã bỏ khỏi đợt. Nhà đã có người đến thì giữ lại."]
    assert Door.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"to": ""}, "Hãy chọn người đi"),
        ({"doors": []}, "Hãy chọn ít nhất một nhà"),
        ({"operation": "x"}, ""),
        ({"to": "x"}, ""),
    ],
)
def test_giving_needs_doors_and_somebody(outing: Outing, ask: Any, change: dict[str, Any], sentence: str) -> None:
    form_values = {
        "doors": [str(outing.doors[0].pk)],
        "operation": "assign",
        "to": str(outing.tree.lan.pk),
        "days": "1",
    }
    answer = ask("doors/", form_values | change)
    assert (answer.status_code, sentence in text(answer)) == (422, True)
    assert not Door.objects.filter(taken_by__isnull=False).exists()


def test_an_area_is_handed_over(outing: Outing, ask: Any) -> None:
    assert "Chưa ai đang nhận nhà" in text(ask("hand-over/"))
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=2)
    assert "Bùi Thị Lan (2 nhà)" in text(ask("hand-over/"))
    # Arranged visits are handed over too, alone or beside doors that are out.
    arrange(outing, outing.doors[1], "lan", days=4)
    assert "Bùi Thị Lan (3 nhà)" in text(ask("hand-over/"))
    take_back(actor=outing.tree.an, drive=outing.drive, door_ids=[door.pk for door in outing.doors])
    assert "Bùi Thị Lan (1 nhà)" in text(ask("hand-over/"))
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=2)
    form_values = {"giver": str(outing.tree.lan.pk), "taker": str(outing.tree.binh.pk)}
    assert messages_of(ask("hand-over/", form_values)) == ["3 nhà đã chuyển cho Trần Thị Bình, trong đó 1 nhà có hẹn."]
    answer = ask("hand-over/", {"giver": str(outing.tree.binh.pk), "taker": str(outing.tree.binh.pk)})
    assert (answer.status_code, "hai người khác nhau" in text(answer)) == (422, True)


def test_paper_goes_by_street_without_names_unless_somebody_may_read_them(outing: Outing, ask: Any) -> None:
    # Registered twice, and merged since: one resident.
    records = [
        match_or_create_people(unit_id=outing.ward.pk, inputs=[Particulars("Trần Văn Bảy", birth_year=year)])[0]
        for year in (1951, 1971)
    ]
    Contact.objects.filter(pk__in=[door.contact_id for door in records]).update(household=outing.household)
    target, source = (Person.objects.get(pk=door.person_id) for door in records)
    merge_persons(actor=outing.tree.giang, source=source, target=target)
    note_visits(visits=[DoorVisit(outing.doors[2].pk, "helped", TODAY)])
    lay_street(outing, "Ấp Bắc", ["5"])
    plain = text(ask("print/"))
    assert plain.index("Ấp Bắc") < plain.index("Lê Lợi")
    assert "Trần Văn Bảy" not in plain
    assert "<svg viewBox" in plain
    assert plain.count("data-follow-up>") == 3
    assert text(ask("print/?names=1")).count("Trần Văn Bảy") == 1
    assert "Trần Văn Bảy" not in text(ask("print/?names=1", actor="hanh"))
    street = quote(f"{outing.neighbourhood.pk}:{street_key('Ấp Bắc')}")
    assert text(ask(f"print/?street={street}")).count("data-follow-up>") == 1


def test_who_sees_what_of_it(outing: Outing, ask: Any, as_user: Any) -> None:
    for actor, status in (("hanh", 200), ("dung", 200), ("binh", 404), ("chi", 404), ("lan", 404), ("khoa", 404)):
        assert ask(actor=actor).status_code == status
        assert ask("doors/", actor=actor).status_code == status
    for rest in ("change/", "end/", "fill/", "add/", "hand-over/"):
        assert ask(rest, actor="hanh").status_code == 403
        assert ask(rest, {}, actor="chi").status_code == 404
    keys = {"doors": [str(outing.doors[0].pk)], "operation": "drop"}
    assert ask("doors/", keys, actor="hanh").status_code == 403
    assert as_user(outing.tree.hanh).get("/drives/new/").status_code == 403
    helpers = text(as_user(outing.tree.lan).get("/drives/"))
    assert "Đợt tháng 11" in helpers
    assert f"/drives/{outing.drive.pk}/" not in helpers
    assert as_user(outing.tree.khoa).get("/drives/").status_code == 404
    assert Door.objects.count() == 3


def test_drives_that_are_over_lie_apart(outing: Outing, as_user: Any) -> None:
    client = as_user(outing.tree.dung)
    assert "Đợt tháng 11" in text(client.get("/drives/?unit=p4"))
    assert "Đợt tháng 11" not in text(client.get("/drives/?unit=p5"))
    outing.drive.ended_at = clock.now()
    outing.drive.save()
    assert "Đợt tháng 11" not in text(client.get("/drives/"))
    assert "Đợt tháng 11" in text(client.get("/drives/?state=over"))


def test_a_long_drive_is_read_in_pages(outing: Outing, ask: Any) -> None:
    lay_street(outing, "Ấp Bắc", map(str, range(1, 61)))
    assert "60 Ấp Bắc" not in text(ask("doors/"))
    assert "60 Ấp Bắc" in text(ask("doors/?page=2"))
    for odd in ("doors/?page=0", "doors/?page=x", "doors/?page=99999999", "doors/?street=x&state=x&holder=x"):
        assert ask(odd).status_code == 200


@pytest.mark.parametrize("rest", ["", "doors/", "print/?names=1", "fill/", "hand-over/"])
def test_as_many_statements_for_forty_doors_as_for_three(outing: Outing, ask: Any, rest: str) -> None:
    counts = []
    for numbers in ([], map(str, range(1, 38))):
        doors = lay_street(outing, "Ấp Bắc", numbers) if numbers else outing.doors
        take_doors(actor=outing.tree.lan, drive=outing.drive, want=2, near_id=doors[0].pk)
        with CaptureQueriesContext(connection) as captured:
            assert ask(rest).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 30
    assert Household.objects.count() == 40
