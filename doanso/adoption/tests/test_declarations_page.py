"""The officer's list of what members have said themselves, and the sheet of links."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.adoption.actions import attest_declaration, declare, make_links
from doanso.adoption.models import BulkDraw, Declaration, DeclareLink, Usage
from doanso.adoption.queries import stage_by_code
from doanso.people.models import Person

pytestmark = pytest.mark.django_db

LIST = "/declarations/"


def declare_use(ward, place: int = 0, service: str = "vneid", code: str = "level2-active") -> Declaration:
    [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[place].pk])
    return declare(actor=None, token=new_link.token, stage=stage_by_code(service, code)).declaration


def shown(page) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page.content.decode())


def form_of(*chosen: Declaration, **more):
    return {"unit": "p4", "declarations": [str(declaration.pk) for declaration in chosen], **more}


@pytest.mark.parametrize(
    ("name", "status"),
    [("an", 200), ("binh", 200), ("dung", 200), ("hanh", 403), ("khoa", 404), ("lan", 404), ("minh", 404)],
)
def test_who_may_open_it(ward, as_user, name, status):
    for address in (LIST, "/declare-links/"):
        assert as_user(ward.tree.users[name]).get(address).status_code == status


def test_what_waits_stands_there_and_can_be_filtered(ward, as_user):
    declare_use(ward, 0)
    declare_use(ward, 1, "portal", "account")
    attest_declaration(actor=ward.tree.an, declaration_id=declare_use(ward, 2).pk)
    client = as_user(ward.tree.binh)

    assert shown(client.get(LIST)) == ["Nguyễn Văn An", "Nguyễn Văn Bảo"]
    assert shown(client.get(LIST, {"stage": ward.active.pk})) == ["Nguyễn Văn An"]
    assert shown(client.get(LIST, {"q": "bao"})) == ["Nguyễn Văn Bảo"]
    assert shown(client.get(LIST, {"state": "attested"})) == ["Nguyễn Văn Cường"]
    assert len(shown(client.get(LIST, {"state": "all"}))) == 3
    assert "chưa tính vào số liệu nào" in client.get(LIST).content.decode()
    assert shown(as_user(ward.tree.chi).get(LIST)) == []


def test_one_is_attested_from_the_list(ward, as_user):
    declaration = declare_use(ward)
    client = as_user(ward.tree.binh)
    address = reverse("adoption:attest-declaration", args=[declaration.pk])

    answer = client.post(address, {"filter": "unit=p4-kp1"})

    assert (answer.status_code, answer.headers["Location"]) == (302, f"{LIST}?unit=p4-kp1")
    assert ward.figure() == 1
    assert "vừa được xử lý" in client.post(address, follow=True).content.decode()
    assert as_user(ward.tree.chi).post(address).status_code == 404
    assert as_user(ward.tree.hanh).post(address).status_code == 403


def test_returning_asks_for_the_reason_first(ward, as_user):
    first, other = declare_use(ward, 0), declare_use(ward, 1)
    client = as_user(ward.tree.an)
    address = reverse("adoption:return-declarations")

    asks = client.post(address, form_of(first, other))
    assert asks.status_code == 200
    assert "Trả lại 2 bản khai" in asks.content.decode()
    assert client.post(address, form_of(first, other, reason=" ")).status_code == 422
    done = client.post(address, form_of(first, other, reason="Máy chưa có ứng dụng"), follow=True)

    assert "Đã trả lại 2 bản khai" in done.content.decode()
    assert set(Declaration.objects.values_list("outcome", "reason")) == {("returned", "Máy chưa có ứng dụng")}
    assert not Usage.objects.filter(taken_back_at=None).exists()
    assert shown(client.get(LIST)) == []
    assert len(shown(client.get(LIST, {"state": "returned"}))) == 2


def test_returning_one_by_its_own_button(ward, as_user):
    first, other = declare_use(ward, 0), declare_use(ward, 1)
    as_user(ward.tree.an).post(
        reverse("adoption:return-declarations"), form_of(other, one=str(first.pk), reason="Chưa thấy")
    )
    # The page that asks for the reason sends only what it shows.
    assert list(Declaration.objects.filter(outcome="returned")) == [first]


def test_nobody_of_another_ward_is_decided(ward, as_user):
    declaration = declare_use(ward)
    client = as_user(ward.tree.chi)

    assert client.post(LIST, {"unit": "p5", "declarations": [str(declaration.pk)]}).status_code == 422
    answer = client.post(reverse("adoption:return-declarations"), form_of(declaration, reason="Chưa"))
    assert answer.status_code == 422
    assert not Declaration.objects.exclude(outcome="").exists()


def test_many_go_through_the_sample(ward, as_user):
    chosen = [declare_use(ward, place) for place in range(4)]
    client = as_user(ward.tree.an)

    answer = client.post(LIST, form_of(*chosen))

    draw = BulkDraw.objects.get()
    assert answer.headers["Location"] == reverse("adoption:draw", args=[draw.pk])
    page = client.get(answer.headers["Location"]).content.decode()
    assert "Tự khai ngày 12/11/2023" in page
    for drawn_person in draw.people.filter(sampled=True):
        client.post(reverse("adoption:open-drawn", args=[draw.pk, drawn_person.person_id]))
    done = client.post(reverse("adoption:confirm-draw", args=[draw.pk]), follow=True)
    assert "Đã xác nhận 4 đoàn viên" in done.content.decode()
    assert done.redirect_chain[-1][0].startswith(LIST)
    assert ward.figure() == 4


def test_a_bulk_of_several_stages_says_what_to_do(ward, as_user):
    chosen = [declare_use(ward, 0), declare_use(ward, 1, "portal", "account")]

    answer = as_user(ward.tree.an).post(LIST, form_of(*chosen, filter="unit=p4"))

    assert answer.status_code == 422
    assert "một dịch vụ, một bậc" in answer.content.decode()


def test_ones_own_has_no_button(ward, as_user):
    Person.objects.filter(pk=ward.members[0].person_id).update(user=ward.tree.binh)
    declare(actor=ward.tree.binh, stage=ward.active)

    page = as_user(ward.tree.binh).get(LIST).content.decode()

    assert "Của chính bạn" in page
    assert "formaction" not in page


def test_the_list_asks_the_same_number_of_statements_for_one_row_as_for_many(ward, as_user):
    client = as_user(ward.tree.an)

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(LIST)
        return len(caught)

    declare_use(ward, 0)
    statements()
    before = statements()
    for place in range(1, 9):
        declare_use(ward, place)

    assert statements() == before <= 26


def test_the_sheet_is_shown_once_with_a_code_and_a_message_each(ward, as_user):
    client = as_user(ward.tree.binh)
    assert len(shown(client.get("/declare-links/"))) == 12

    sheet = client.post("/declare-links/", {"members": [str(member.pk) for member in ward.members[:3]]})

    text = sheet.content.decode()
    assert sheet.status_code == 200
    assert text.count("<path d=") == 3
    addresses = re.findall(r"http://testserver/d/([\w-]{22})/", text)
    assert len(set(addresses)) == 3
    assert "Chào An, bạn vào đây khai giúp Chi đoàn Khu phố 1" in text
    assert "no-store" in sheet.headers["Cache-Control"]
    assert client.get(f"/d/{addresses[0]}/").status_code == 200
    assert len(shown(client.get("/declare-links/"))) == 9
    assert len(shown(client.get("/declare-links/", {"state": "all"}))) == 12


def test_no_link_without_a_choice_nor_for_others(ward, as_user):
    client = as_user(ward.tree.binh)

    assert client.post("/declare-links/").status_code == 422
    assert client.post("/declare-links/", {"members": [str(ward.stranger.pk)]}).status_code == 403
    assert client.post("/declare-links/", {"members": ["x"]}).status_code == 404
    assert not DeclareLink.objects.exists()
