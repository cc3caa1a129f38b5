"""One member's ladders."""

from datetime import date

import pytest
from django.urls import reverse

from doanso.adoption.actions import attest, declare, make_links
from doanso.adoption.models import Usage
from doanso.adoption.queries import stage_by_code
from doanso.members.actions import end_membership, transfer_member
from doanso.people.models import Person
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def page_of(member):
    return reverse("adoption:services", args=[member.pk])


def test_an_officer_sees_the_ladders_and_their_records(ward, as_user):
    attest(actor=ward.tree.binh, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 11, 1))

    page = as_user(ward.tree.an).get(page_of(ward.members[0]))

    text = page.content.decode()
    assert page.status_code == 200
    assert "Nguyễn Văn An" in text
    assert "Mức 2 đã kích hoạt" in text
    assert "01/11/2023" in text
    assert "Trần Thị Bình" in text
    assert "mật khẩu" in text
    assert 'type="password"' not in text
    assert 'type="file"' not in text


@pytest.mark.parametrize(("name", "status"), [("chi", 404), ("minh", 404), ("lan", 404), ("hanh", 200), ("dung", 200)])
def test_who_may_see_it(ward, as_user, name, status):
    assert as_user(ward.tree.users[name]).get(page_of(ward.members[0])).status_code == status


def test_a_member_sees_their_own_and_records_nothing(ward, as_user):
    Person.objects.filter(pk=ward.members[0].person_id).update(user=ward.tree.khoa)
    client = as_user(ward.tree.khoa)

    assert page_of(ward.members[0]) in client.get(reverse("adoption:own")).content.decode()
    assert client.get(page_of(ward.members[0])).status_code == 200
    assert client.get(page_of(ward.members[1])).status_code == 404
    answer = client.post(page_of(ward.members[0]), {"service": "vneid"})
    assert answer.status_code == 403
    assert as_user(ward.tree.minh).get(reverse("adoption:own")).status_code == 404


def test_an_officer_records_what_was_seen(ward, as_user):
    form = {
        "service": "portal",
        "portal-stage": str(stage_by_code("portal", "account").pk),
        "portal-happened_on": "2023-11-10",
        "portal-obstacle": "",
    }
    client = as_user(ward.tree.binh)

    answer = client.post(page_of(ward.members[0]), form)

    assert (answer.status_code, answer.headers["Location"]) == (302, page_of(ward.members[0]) + "#portal")
    usage = Usage.objects.get()
    assert (usage.stage.code, usage.happened_on, usage.seen_by) == ("account", date(2023, 11, 10), ward.tree.binh)


def test_what_is_wrong_is_said_beside_the_field(ward, as_user):
    form = {
        "service": "portal",
        "portal-stage": str(stage_by_code("portal", "account").pk),
        "portal-happened_on": "2023-11-13",
    }

    answer = as_user(ward.tree.binh).post(page_of(ward.members[0]), form)

    assert answer.status_code == 422
    assert "Hãy ghi hôm nay, 12/11/2023, hoặc một ngày trước đó" in answer.content.decode()
    assert not Usage.objects.exists()


def test_taking_back_and_raising_from_the_page(ward, as_user):
    member = ward.members[0]
    usage = attest(actor=ward.tree.binh, member_id=member.pk, stage=ward.active, happened_on=TODAY)
    client = as_user(ward.tree.an)

    assert client.post(reverse("adoption:raise-grade", args=[member.pk, usage.pk]), {"grade": "4"}).status_code == 302
    usage.refresh_from_db()
    assert usage.grade == 4
    assert client.post(reverse("adoption:raise-grade", args=[member.pk, usage.pk]), {"grade": "4"}).status_code == 422
    assert client.post(reverse("adoption:take-back", args=[member.pk, usage.pk])).status_code == 302
    usage.refresh_from_db()
    assert usage.taken_back_at is not None
    other = reverse("adoption:take-back", args=[ward.members[1].pk, usage.pk])
    assert client.post(other).status_code == 404
    assert as_user(ward.tree.hanh).post(reverse("adoption:take-back", args=[member.pk, usage.pk])).status_code == 403


def test_a_unit_that_a_member_has_left_sees_nothing_that_came_after(ward, as_user):
    member = ward.members[0]
    attest(actor=ward.tree.an, member_id=member.pk, stage=ward.active, happened_on=date(2023, 5, 1))
    moved = transfer_member(actor=ward.tree.dung, member=member, to=ward.tree.units["p5-kp1"], on=date(2023, 8, 1))
    attest(
        actor=ward.tree.chi, member_id=moved.pk, stage=stage_by_code("portal", "account"), happened_on=date(2023, 9, 3)
    )

    old, new = as_user(ward.tree.an).get(page_of(member)), as_user(ward.tree.chi).get(page_of(moved))

    assert ("01/05/2023" in old.content.decode(), "03/09/2023" in old.content.decode()) == (True, False)
    assert ("01/05/2023" in new.content.decode(), "03/09/2023" in new.content.decode()) == (True, True)


def test_the_page_asks_the_same_number_of_statements_however_much_is_recorded(
    ward, as_user, django_assert_max_num_queries
):
    client = as_user(ward.tree.an)
    for number, code in enumerate(["level1", "level2-registered", "level2-approved", "level2-active", "papers"]):
        attest(
            actor=ward.tree.an,
            member_id=ward.members[0].pk,
            stage=stage_by_code("vneid", code),
            happened_on=date(2023, 10, 1 + number),
        )

    with django_assert_max_num_queries(24):
        client.get(page_of(ward.members[0]))


def test_a_stay_that_ended_while_the_page_was_open_says_so(ward, as_user):
    end_membership(actor=ward.tree.dung, member=ward.members[0], state="struck-off", on=TODAY)
    form = {
        "service": "portal",
        "portal-stage": str(stage_by_code("portal", "account").pk),
        "portal-happened_on": "2023-11-10",
    }

    answer = as_user(ward.tree.an).post(page_of(ward.members[0]), form)

    assert answer.status_code == 422
    assert "Người này không còn sinh hoạt" in answer.content.decode()


def test_what_the_member_declared_is_decided_on_their_page_too(ward, as_user):
    declarations = []
    for place in (0, 1):
        [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[place].pk])
        declarations.append(declare(actor=None, token=new_link.token, stage=ward.active).declaration)
    client = as_user(ward.tree.binh)
    address = page_of(ward.members[0])
    text = client.get(address).content.decode()
    assert "chờ chi đoàn xác nhận, chưa tính vào đâu" in text
    assert f'action="/declarations/{declarations[0].pk}/attest/"' in text

    attested = client.post(f"/declarations/{declarations[0].pk}/attest/", {"back": address})
    elsewhere = client.post(f"/declarations/{declarations[0].pk}/attest/", {"back": "//evil.example/"})
    asks = client.post("/declarations/return/", {"one": str(declarations[1].pk), "back": page_of(ward.members[1])})

    assert (attested.headers["Location"], ward.figure()) == (address, 1)
    assert elsewhere.headers["Location"] == reverse("adoption:declarations")
    assert f'name="back" value="{page_of(ward.members[1])}"' in asks.content.decode()
    assert f"/declarations/{declarations[0].pk}/" not in client.get(address).content.decode()
