"""The page of bulk attestation, from ticking to the button."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.adoption.models import BulkDraw, Usage
from doanso.lib import clock
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def shown(page) -> list[str]:
    return re.findall(r'<th scope="row"><a [^>]*>([^<]+)</a>', page.content.decode())


def address(ward, **more):
    query = {"stage": ward.active.pk, "unit": "p4", **more}
    return reverse("adoption:attest") + "?" + "&".join(f"{key}={value}" for key, value in query.items())


def form_of(ward, count, **more):
    people = [str(person) for person in ward.people(count)]
    return {"stage": ward.active.pk, "unit": "p4", "happened_on": f"{TODAY:%d/%m/%Y}", "people": people, **more}


def test_the_list_is_whoever_is_not_there_yet(ward, as_user):
    client = as_user(ward.tree.an)

    page = client.get(address(ward))

    assert page.status_code == 200
    assert len(shown(page)) == 12
    assert shown(client.get(address(ward, q="phuc"))) == ["Nguyễn Văn Phúc"]
    assert shown(client.get(address(ward, unit="p4-kp2"))) == []
    assert shown(client.get(address(ward, state="reached"))) == []
    assert "mã OTP" in page.content.decode()


@pytest.mark.parametrize("number", ["9" * 20, "-1", "x", "0", ""])
def test_a_page_that_is_no_page_is_answered(ward, as_user, number):
    assert as_user(ward.tree.an).get(address(ward, page=number)).status_code == 200


def test_the_list_opens_on_what_a_programme_asks_for(ward, as_user):
    page = as_user(ward.tree.an).get(reverse("adoption:attest"))

    assert f'<option value="{ward.active.pk}" selected>' in page.content.decode()


@pytest.mark.parametrize("route", ["adoption:attest", "adoption:declarations"])
def test_without_services_the_page_leads_to_the_programmes(tree, as_user, route):
    client = as_user(tree.an)
    page = client.get(reverse(route)).content.decode()

    assert "Chưa có dịch vụ nào" in page
    assert re.search(r'<a [^>]*\bdata-primary href="([^"]+)">Xem chương trình</a>', page)[1] == "/programmes/"
    assert client.get("/programmes/").status_code == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [("an", 200), ("binh", 200), ("dung", 200), ("hanh", 403), ("khoa", 404), ("lan", 404), ("minh", 404)],
)
def test_who_may_open_it(ward, as_user, name, status):
    assert as_user(ward.tree.users[name]).get(reverse("adoption:attest")).status_code == status


def test_a_unit_out_of_reach_is_no_choice(ward, as_user):
    page = as_user(ward.tree.an).get(address(ward, unit="p5"))

    assert shown(page) == []
    assert "Đoàn Phường 5" not in page.content.decode()


def test_from_ticking_to_the_button(ward, as_user):
    client = as_user(ward.tree.an)

    answer = client.post(reverse("adoption:attest"), form_of(ward, 12))

    draw = BulkDraw.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("adoption:draw", args=[draw.pk]))
    page = client.get(answer.headers["Location"])
    assert "disabled" in re.search(r"<button [^>]*\bdata-primary[^>]*>", page.content.decode())[0]
    assert "Xác nhận 12 đoàn viên" in page.content.decode()

    confirm = reverse("adoption:confirm-draw", args=[draw.pk])
    refused = client.post(confirm)
    assert refused.status_code == 422
    assert "Còn 3 hồ sơ trong mẫu chưa mở" in refused.content.decode()
    assert not Usage.objects.exists()

    for drawn_person in draw.people.filter(sampled=True):
        assert client.post(reverse("adoption:open-drawn", args=[draw.pk, drawn_person.person_id])).status_code == 302
    page = client.get(reverse("adoption:draw", args=[draw.pk]))
    assert "disabled" not in re.search(r"<button [^>]*\bdata-primary[^>]*>", page.content.decode())[0]

    done = client.post(confirm, follow=True)
    assert "Đã xác nhận 12 đoàn viên" in done.content.decode()
    assert ward.figure() == 12
    assert client.post(confirm).status_code == 422


def test_an_unfinished_bulk_is_offered_again_for_seven_days(ward, as_user):
    client = as_user(ward.tree.an)
    own = client.post(reverse("adoption:attest"), form_of(ward, 12))["Location"]
    page = client.get(address(ward)).content.decode()
    assert "Chưa xác nhận xong: 12 đoàn viên" in page
    assert f'<a href="{own}">Kiểm tra tiếp mẫu này</a>' in page

    assert own not in as_user(ward.tree.binh).get(address(ward)).content.decode()
    BulkDraw.objects.update(drawn_at=clock.now() - timedelta(days=7, seconds=1))
    assert own not in client.get(address(ward)).content.decode()
    BulkDraw.objects.update(drawn_at=clock.now(), attested_at=clock.now())
    assert own not in client.get(address(ward)).content.decode()


def test_an_empty_choice_and_a_wrong_day_keep_the_page(ward, as_user):
    client = as_user(ward.tree.an)

    answer = client.post(reverse("adoption:attest"), form_of(ward, 0, filter=f"stage={ward.active.pk}&unit=p4"))
    assert answer.status_code == 422
    assert "Chưa chọn ai" in answer.content.decode()

    answer = client.post(reverse("adoption:attest"), form_of(ward, 2, happened_on="13/11/2023"))
    assert answer.status_code == 422
    assert not BulkDraw.objects.exists()


def test_nobody_of_another_ward_can_be_slipped_in(ward, as_user):
    form = form_of(ward, 2)
    form["people"].append(str(ward.stranger.person_id))

    assert as_user(ward.tree.an).post(reverse("adoption:attest"), form).status_code == 403


def test_another_officers_bulk_is_not_there(ward, as_user):
    as_user(ward.tree.an).post(reverse("adoption:attest"), form_of(ward, 12))
    draw = BulkDraw.objects.get()

    assert as_user(ward.tree.binh).get(reverse("adoption:draw", args=[draw.pk])).status_code == 404
    assert as_user(ward.tree.binh).post(reverse("adoption:confirm-draw", args=[draw.pk])).status_code == 404


def test_the_list_asks_the_same_number_of_statements_for_one_row_as_for_twelve(ward, as_user):
    client = as_user(ward.tree.an)

    def statements(**more) -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get(address(ward, **more))
        return len(caught)

    statements()
    assert statements(q="phuc") == statements()
    assert statements() <= 24


def test_a_bulk_asks_the_same_number_of_statements_for_four_as_for_twelve(ward, as_user):
    client = as_user(ward.tree.an)
    counts = []
    for count in (4, 12):
        client.post(reverse("adoption:attest"), form_of(ward, count))
        draw = BulkDraw.objects.order_by("-drawn_at").first()
        with CaptureQueriesContext(connection) as caught:
            client.get(reverse("adoption:draw", args=[draw.pk]))
        counts.append(len(caught))

    assert counts[0] == counts[1] <= 20
