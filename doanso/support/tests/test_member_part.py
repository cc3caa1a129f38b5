"""What a member gave: a number on the member's page, and the list it leads to."""

import re
from datetime import date

import pytest
from django.urls import reverse

from doanso.members.actions import transfer_member
from doanso.support.actions import Helper, take_back_help
from doanso.support.tests.conftest import record_input, shop

pytestmark = pytest.mark.django_db

COST = 12


def part(client, member, **headers):
    response = client.get(reverse("members:participation", args=[member.pk]), headers=headers)
    assert response.status_code == 200
    return response.content.decode()


def figure(page: str, label: str) -> tuple[str, str]:
    """The address and the number of a line."""
    found = re.search(rf'<a [^>]*href="([^"]+)">{label}</a><b>([^<]+)</b>', page)
    assert found, page
    return found.group(1).replace("&amp;", "&"), found.group(2)


def test_what_was_given_first_or_second_counts_and_the_number_leads_to_it(ward, register, as_user):
    helper = Helper("Nguyễn Hoàng Đức", member_id=register.duc.pk)
    other = Helper("Trần Thị Thủy", member_id=register.thuy.pk)
    first, _second, _third, gone = ward.support_record(
        record_input("Nguyễn Văn Bảy", helper=helper),
        shop("Tạp hóa Năm", helper=other, second=helper),
        record_input("Phạm Văn Tám", helper=other),
        record_input("Lê Thị Chín", helper=helper),
    )
    take_back_help(actor=ward.tree.an, support_record_id=gone.pk)
    transfer_member(actor=ward.tree.an, member=register.duc, to=ward.tree.units["p4-kp2"], on=date(2023, 11, 12))
    client = as_user(ward.tree.an)

    url, count = figure(part(client, register.duc), "Hỗ trợ người dân")

    assert (url, count) == (f"/support/?helper={register.duc.pk}", "2")
    page = client.get(url)
    assert sorted(row["name"] for row in page.context["rows"]) == ["Nguyễn Văn Bảy", "Tạp hóa Năm"]
    assert "Chỉ các lượt có Nguyễn Hoàng Đức giúp" in page.content.decode()
    assert first.helper_id == register.duc.pk


def test_it_is_a_part_for_htmx_and_a_page_without_script(ward, register, as_user):
    client = as_user(ward.tree.an)

    assert "<html" in part(client, register.duc)
    fragment = part(client, register.duc, **{"HX-Request": "true"})
    assert "<html" not in fragment
    assert figure(fragment, "Lượt đến nhà 1\\+1")[1] == "0"
    assert "Lan tỏa 1+2: 0 / 2" in fragment


def test_who_may_not_see_the_member_gets_no_part(ward, register, as_user):
    address = reverse("members:participation", args=[register.duc.pk])
    for name, status in (("binh", 200), ("hanh", 200), ("chi", 404), ("lan", 404), ("minh", 404)):
        assert as_user(ward.tree.users[name]).get(address).status_code == status, name


def test_the_part_costs_the_same_with_and_without_records(ward, register, as_user, django_assert_num_queries):
    client = as_user(ward.tree.an)
    part(client, register.duc)
    with django_assert_num_queries(COST):
        part(client, register.duc)
    ward.support_record(record_input("Nguyễn Văn Bảy", helper=Helper("Nguyễn Hoàng Đức", member_id=register.duc.pk)))
    with django_assert_num_queries(COST):
        part(client, register.duc)
