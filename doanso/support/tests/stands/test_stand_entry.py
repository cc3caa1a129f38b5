"""The resident's own pages at a stand."""

import re
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from doanso.lib import clock
from doanso.lib.secret_paths import hide_secrets
from doanso.people import consent_texts
from doanso.people.actions import store_consent_text
from doanso.support.actions import close_stand, drop_turn
from doanso.support.models import Stand, StandTurn, SupportRecord
from doanso.support.rules import stands as rules
from doanso.support.stand_keys import entry_of

pytestmark = pytest.mark.django_db


def sent(**changed):
    return {
        "key": str(uuid4()), "answer": "named", "name": "BÙI THỊ TƯ", "birth_year": "1949", "phone": "",
    } | changed  # fmt: skip


def test_a_resident_gets_a_number_and_later_the_receipt(at_stand):
    client = Client()
    page = client.get(f"/b/{at_stand.link}/")
    text = page.content.decode()
    assert not re.search(r'name="answer"[^>]*checked', text)
    assert "htmx" not in text
    assert not page.cookies
    assert (page["Referrer-Policy"], page["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")

    answer = client.post(f"/b/{at_stand.link}/", sent())
    turn = StandTurn.objects.get()
    assert answer["Location"] == f"/b/{at_stand.link}/{turn.pk}/"
    assert "Số của cô chú: 1" in client.get(answer["Location"]).content.decode()
    assert (entry_of(turn).name, SupportRecord.objects.count()) == ("Bùi Thị Tư", 0)

    at_stand.finish(turn)
    text = client.get(answer["Location"]).content.decode()
    [receipt] = re.findall(r'href="(/r/[^"]+)"', text)
    assert "Tư" in client.get(receipt).content.decode()


def test_words_of_consent_that_changed_meanwhile_are_read_before_anything_is_stored(at_stand):
    client = Client()
    [read] = re.findall('name="text_version" value="([^"]+)"', client.get(f"/b/{at_stand.link}/").content.decode())
    words = consent_texts.consent_words(clock.today())
    store_consent_text(actor=None, text=replace(words, version="9", since=clock.today(), body="Lời khác hẳn."))

    refused = client.post(f"/b/{at_stand.link}/", sent(text_version=read))
    text = refused.content.decode()
    assert (refused.status_code, StandTurn.objects.count()) == (422, 0)
    assert "Nội dung xin đồng ý vừa được sửa" in text
    assert "Lời khác hẳn." in text
    assert 'name="text_version" value="9"' in text
    assert client.post(f"/b/{at_stand.link}/", sent(text_version=read, answer="unnamed")).status_code == 302
    assert client.post(f"/b/{at_stand.link}/", sent(text_version="9")).status_code == 302
    assert list(StandTurn.objects.order_by("number").values_list("text_version", flat=True)) == ["", "9"]


def test_without_a_name_nothing_that_was_typed_is_stored(at_stand):
    client = Client()
    answer = client.post(f"/b/{at_stand.link}/", sent(answer="unnamed", birth_year="x", phone="1"))
    turn = StandTurn.objects.get()
    assert (answer.status_code, turn.named, bytes(turn.person_encrypted)) == (302, False, b"")
    at_stand.finish(turn)
    assert "chỉ đếm 1 lượt" in client.get(answer["Location"]).content.decode()


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"answer": ""}, "Mời chọn một trong hai"),
        ({"name": ""}, 'id="id_name_error"'),
        ({"birth_year": "49"}, "4 chữ số"),
        ({"birth_year": "2012"}, "giám hộ"),
        ({"name": "Tư 0912345678"}, "số điện thoại"),
        ({"key": ""}, 'name="key"'),
    ],
)
def test_what_is_missing_is_said_in_plain_words(at_stand, changed, words):
    answer = Client().post(f"/b/{at_stand.link}/", sent(**changed))
    assert (answer.status_code, StandTurn.objects.count()) == (422, 0)
    assert words in answer.content.decode()


def test_a_form_sent_twice_is_one_entry(at_stand):
    client, form = Client(), sent()
    assert (
        client.post(f"/b/{at_stand.link}/", form)["Location"] == client.post(f"/b/{at_stand.link}/", form)["Location"]
    )
    assert StandTurn.objects.count() == 1


def test_two_people_on_one_phone_by_browser_back_get_two_numbers(at_stand):
    client, form = Client(), sent()
    first = client.post(f"/b/{at_stand.link}/", form)["Location"]
    second = client.post(f"/b/{at_stand.link}/", form | {"name": "Lê Văn Sáu"})["Location"]
    assert "Số của cô chú: 2" in client.get(second).content.decode()
    assert (first != second, StandTurn.objects.count()) == (True, 2)


def test_who_follows_somebody_that_left_gets_a_number_of_their_own(at_stand):
    client, form = Client(), sent()
    first = client.post(f"/b/{at_stand.link}/", form)["Location"]
    drop_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=StandTurn.objects.get().pk)
    second = client.post(f"/b/{at_stand.link}/", form | {"name": "Lê Văn Sáu"})["Location"]
    assert "Số của cô chú: 2" in client.get(second).content.decode()
    assert client.post(f"/b/{at_stand.link}/", form | {"name": "Lê Văn Sáu"})["Location"] == second
    assert (first != second, at_stand.states()) == (True, [(1, "dropped"), (2, "waiting")])


def test_a_flood_is_stopped(at_stand, monkeypatch):
    monkeypatch.setattr(rules, "ENTRIES_OF_A_PLACE", 3)
    client = Client()
    answers = [client.post(f"/b/{at_stand.link}/", sent()).status_code for _time in range(5)]
    assert answers == [302, 302, 302, 422, 422]


def test_a_link_that_is_over_opens_nothing(at_stand):
    client = Client()
    turn = at_stand.enter()
    number = f"/b/{at_stand.link}/{turn.pk}/"
    drop_turn(actor=at_stand.actor, stand_id=at_stand.stand.pk, turn_id=turn.pk)
    assert "Mục này đã xóa" in client.get(number).content.decode()
    assert client.get(f"/b/{at_stand.link}/{uuid4()}/").status_code == 404
    Stand.objects.update(link_until=clock.now() - timedelta(seconds=1))
    for path in (f"/b/{at_stand.link}/", f"/b/{'A' * 22}/", "/b/x/"):
        answer = client.get(path)
        assert (answer.status_code, "Bàn này đã kết thúc" in answer.content.decode()) == (404, True)
    assert client.post(f"/b/{at_stand.link}/", sent()).status_code == 404
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)
    assert client.get(f"/b/{at_stand.link}/").status_code == 404


def test_the_receipt_is_found_for_a_day_also_once_the_stand_has_ended(at_stand):
    client = Client()
    number = client.post(f"/b/{at_stand.link}/", sent())["Location"]
    at_stand.finish(StandTurn.objects.get())
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)
    assert 'href="/r/' in client.get(number).content.decode()
    StandTurn.objects.update(made_at=clock.now() - timedelta(hours=25))
    assert client.get(number).status_code == 404


def test_a_number_made_by_hand_opens_no_page(at_stand):
    turn = at_stand.record().turn
    assert Client().get(f"/b/{at_stand.link}/{turn.pk}/").status_code == 404


def test_the_link_is_kept_out_of_logs(at_stand):
    assert hide_secrets(f"GET /b/{at_stand.link}/ HTTP/1.1") == "GET /b/…/ HTTP/1.1"
