"""Each role is redirected to its first page."""

import re

import pytest
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.accounts.actions import create_user
from doanso.testing import TODAY


@pytest.mark.parametrize("username", ["dung", "giang", "an", "hanh"])
def test_the_citys_officers_a_wards_secretary_and_an_inspector_begin_with_the_inbox(programme, tree, as_user, username):
    answer = as_user(tree.users[username]).get("/")

    assert answer.headers["Location"] == "/today/"


def test_a_branchs_secretary_begins_with_its_members(programme, tree, as_user):
    answer = as_user(tree.binh).get("/")

    assert answer.headers["Location"] == "/members/"


def test_a_clerk_begins_at_the_documents_desk(programme, tree, as_user, clerk):
    answer = as_user(clerk).get("/")

    assert answer.headers["Location"] == reverse("documents:desk")


def test_a_clerk_finds_the_figures_of_the_own_unit(programme, tree, as_user, clerk):
    answer = as_user(clerk).get(reverse("home:overview"))

    assert answer.headers["Location"] == "/units/p4/dashboard/"


@pytest.mark.parametrize(
    ("username", "place"),
    [
        ("dung", "/programmes/my-tho-2023/"),
        ("an", "/units/p4/dashboard/"),
        ("binh", "/units/p4-kp1/dashboard/"),
        ("khoa", "/"),
        ("lan", "/"),
    ],
)
def test_the_overview_is_that_of_the_own_unit(programme, tree, as_user, username, place):
    answer = as_user(tree.users[username]).get(reverse("home:overview"))

    assert answer.headers["Location"] == place


def test_a_member_begins_with_the_own_record(programme, tree, as_user):
    answer = as_user(tree.khoa).get("/")

    assert answer.headers["Location"] == reverse("referrals:me")


def test_a_helper_reads_what_helpers_do(programme, tree, as_user):
    answer = as_user(tree.lan).get("/")

    assert answer.status_code == 200
    page = answer.content.decode()
    for address in ("/door/", "/support/stands/new/", "/support/stands/", "/outreach/visits/", "/drives/", "/teams/"):
        assert re.search(rf'<li><a [^>]*href="{address}">', page)


def test_without_a_role_the_page_says_whom_to_ask(programme, tree, as_user):
    answer = as_user(tree.minh).get("/")

    assert "Hãy nhờ bí thư đơn vị giao quyền cho bạn" in answer.content.decode()


def test_a_role_that_has_ended_opens_nothing(programme, tree, as_user):
    RoleAssignment.objects.filter(user=tree.an).update(until=TODAY)

    answer = as_user(tree.an).get("/")

    assert "Tài khoản của bạn hiện chưa được giao quyền" in answer.content.decode()


def test_a_stranger_signs_in_first(client, db):
    answer = client.get("/")

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_login"))


def test_without_a_programme_the_unit_says_so(tree, as_user):
    answer = as_user(tree.dung).get("/overview/", follow=True)

    assert answer.redirect_chain[-1] == ("/units/my-tho/dashboard/", 302)
    assert "Chưa có chương trình" in answer.content.decode()


def test_targets_in_the_menu_lead_to_the_own_units(programme, tree, as_user):
    answer = as_user(tree.an).get(reverse("home:indicators"))

    assert answer.headers["Location"] == "/programmes/my-tho-2023/indicators/?unit=p4"


def test_handing_out_targets_leads_to_the_own_units(programme, tree, as_user):
    answer = as_user(tree.an).get(reverse("home:cascade"))

    assert answer.headers["Location"] == "/programmes/my-tho-2023/cascade/?unit=p4"


def test_without_a_members_record_a_members_page_says_what_is_missing(programme, tree, as_user):
    user = create_user(actor=tree.giang, username="moi.vao", display_name="Phan Thị Mới")
    RoleAssignment.objects.create(user=user, role="member", unit=tree.units["p4-kp1"], since=TODAY)

    answer = as_user(user).get("/")

    assert answer.status_code == 200
    assert "chưa gắn với hồ sơ đoàn viên" in answer.text


def test_a_member_is_led_from_lists_of_units_to_their_own_pages(programme, tree, as_user):
    browser = as_user(tree.khoa)

    assert browser.get("/documents/").headers["Location"] == "/documents/received/"
    assert browser.get("/referrals/").headers["Location"] == "/me/"
    assert '<a href="/documents/search/"' in browser.get("/documents/received/").text
