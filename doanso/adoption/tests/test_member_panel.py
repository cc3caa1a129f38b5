"""The head of a member's page: counted services with their state, who confirmed them, and the next step."""

import re
from datetime import date

import pytest
from django.urls import reverse

from doanso.adoption.actions import attest, declare, make_links, return_declaration
from doanso.adoption.models import Declaration, Obstacle, Usage
from doanso.adoption.queries import stage_by_code
from doanso.adoption.queries.required_services import reached_counts, required_services, required_stages
from doanso.ledger.models import Measure
from doanso.members.actions import end_membership, exempt

pytestmark = pytest.mark.django_db


def page_of(client, member) -> str:
    response = client.get(reverse("members:member", args=[member.pk]))
    assert response.status_code == 200
    return response.content.decode()


def card(page: str) -> list[str]:
    """The words of each service's card, tags left out."""
    items = re.search(r"<ul [^>]*\bdata-services>(.*?)</ul>", page, re.DOTALL)
    assert items
    return [
        " ".join(re.sub(r"<[^>]+>", " ", item).split())
        for item in re.findall(r"<li>(.*?)</li>", items.group(1), re.DOTALL)
    ]


def declared(ward, place: int = 0, code: str = "level2-active") -> Declaration:
    [new_link] = make_links(actor=ward.tree.an, member_ids=[ward.members[place].pk])
    return declare(actor=None, token=new_link.token, stage=stage_by_code("vneid", code)).declaration


def test_only_counted_services_are_asked_for_at_their_lowest_counted_stage(ward, django_assert_num_queries):
    Measure.objects.create(book=ward.book, code="lower", kind="state", family="adoption.state", topic="vneid", level=2)

    with django_assert_num_queries(1):
        stages = required_stages()

    assert [(entry.service, entry.level, entry.indicator) for entry in stages] == [("vneid", 2, "lower")]


def test_without_a_programme_every_service_of_members_has_its_first_stage(ward, django_assert_num_queries):
    Measure.objects.filter(family="adoption.state").delete()

    with django_assert_num_queries(2):
        stages = required_stages()

    assert [(entry.service, entry.name) for entry in stages] == [
        ("vneid", "Mức 1"),
        ("portal", "Có tài khoản, đăng nhập được"),
        ("payment", "Có tài khoản dùng được trên mạng"),
        ("tiengiangs", "Đã cài đặt, đăng nhập được"),
    ]


def test_each_state_of_a_service_says_who_and_what_comes_next(ward, as_user):
    client = as_user(ward.tree.an)
    member, lower, blocked, free = ward.members[:4]

    attest(actor=ward.tree.binh, member_id=member.pk, stage=ward.active, happened_on=date(2023, 11, 2))
    page = page_of(client, member)
    assert card(page) == ["Đã xác nhận Định danh điện tử VNeID Trần Thị Bình xác nhận 02/11/2023"]
    assert "Tiện ích số: 1 / 1 đã xác nhận" in page
    assert "Việc tiếp theo" not in page

    attest(
        actor=ward.tree.binh, member_id=lower.pk, stage=stage_by_code("vneid", "level1"), happened_on=date(2023, 11, 2)
    )
    page = page_of(client, lower)
    assert card(page) == ["Đang làm dở Định danh điện tử VNeID Mức 1 · Trần Thị Bình xác nhận 02/11/2023 Ghi nhận"]
    assert "Còn 1 việc để Bảo đủ các tiện ích số" in page
    assert "Đưa VNeID lên mức “Mức 2 đã kích hoạt”." in page

    attest(
        actor=ward.tree.binh,
        member_id=blocked.pk,
        stage=stage_by_code("vneid", "none"),
        happened_on=date(2023, 11, 2),
        obstacle=Obstacle.objects.get(pk="no-smartphone"),
    )
    assert "Vướng mắc: Không có điện thoại thông minh" in card(page_of(client, blocked))[0]

    Measure.objects.create(book=ward.book, code="exempt", kind="state", family="members.exempt", topic="vneid2")
    exempt(actor=ward.tree.an, member=free, indicator="vneid2", reason="Ở xa", review_on=date(2024, 3, 1))
    page = page_of(client, free)
    assert card(page) == ["Được miễn Định danh điện tử VNeID Xem lại ngày 01/03/2024"]
    assert "Việc tiếp theo" not in page


def test_a_declaration_is_confirmed_from_the_page_and_leads_back_to_it(ward, as_user):
    declaration = declared(ward)
    client = as_user(ward.tree.binh)
    page = page_of(client, ward.members[0])

    assert card(page)[0].startswith(
        "Chờ chi đoàn xác nhận Định danh điện tử VNeID Tự khai 12/11/2023: Mức 2 đã kích hoạt"
    )
    assert "Xác nhận VNeID." in page

    address = reverse("members:member", args=[ward.members[0].pk])
    response = client.post(reverse("adoption:attest-declaration", args=[declaration.pk]), {"back": address})
    assert (response.status_code, response.url) == (302, address)
    assert Usage.objects.get(pk=declaration.usage_id).grade == 1
    assert card(page_of(client, ward.members[0]))[0].startswith("Đã xác nhận")


def test_a_returned_declaration_shows_its_reason_until_something_newer_is_there(ward, as_user):
    declaration = declared(ward)
    return_declaration(actor=ward.tree.an, declaration_id=declaration.pk, reason="Chưa cài trên máy")
    client = as_user(ward.tree.an)

    assert card(page_of(client, ward.members[0])) == [
        "Đã trả lại Định danh điện tử VNeID Tự khai 12/11/2023, đã trả lại: Chưa cài trên máy Ghi nhận"
    ]

    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 11, 12))
    assert card(page_of(client, ward.members[0]))[0].startswith("Đã xác nhận")


def test_who_only_reads_gets_no_button(ward, as_user):
    declared(ward)

    page = page_of(as_user(ward.tree.hanh), ward.members[0])

    assert card(page)[0].startswith("Chờ chi đoàn xác nhận")
    assert reverse("adoption:make-links") not in page
    assert 'action="/declarations/' not in page


def test_an_ended_stay_shows_only_what_was_seen_before_its_end(ward):
    member = ward.members[0]
    attest(actor=ward.tree.an, member_id=member.pk, stage=ward.active, happened_on=date(2023, 11, 2))
    member.until = date(2023, 11, 2)
    assert required_services(member)[0].seen is None
    member.until = date(2023, 11, 3)
    assert required_services(member)[0].is_reached


def test_the_list_of_members_counts_what_each_has(ward, as_user):
    attest(actor=ward.tree.an, member_id=ward.members[0].pk, stage=ward.active, happened_on=date(2023, 11, 2))
    attest(
        actor=ward.tree.an,
        member_id=ward.members[1].pk,
        stage=stage_by_code("vneid", "level1"),
        happened_on=date(2023, 11, 2),
    )
    declared(ward, 2)
    end_membership(actor=ward.tree.an, member=ward.members[3], state="grown-out", on=date(2023, 11, 12))

    def column(user, query: str = "") -> dict[str, str]:
        rows = as_user(user).get(reverse("members:list") + query).context["rows"]
        return {row[1].split()[-1]: row[5] for row in rows}

    counts = column(ward.tree.an, "?state=all")
    assert [counts[name] for name in ("An", "Bảo", "Cường", "Dũng", "Giàu")] == [
        "1 / 1",
        "0 / 1",
        "0 / 1",
        "–",
        "0 / 1",
    ]
    assert set(column(ward.tree.hanh).values()) == {"1 / 1", "0 / 1"}


def test_counts_cost_two_statements_for_any_number(ward, django_assert_num_queries):
    for people in (ward.people(1), ward.people(12)):
        with django_assert_num_queries(2):
            asked, reached = reached_counts(people)
        assert (asked, set(reached)) == (1, set(people))
