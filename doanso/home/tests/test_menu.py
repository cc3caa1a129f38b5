"""The frame around pages: its menu leads to no page that refuses the user, and nothing of another user is in it."""

import re

import pytest
from django.urls import reverse

from doanso.access.models import Role, RoleAssignment
from doanso.home.tests.menus import own_of, place_of, routes_of
from doanso.people.models import Person
from doanso.testing import TODAY, TREE_BEGAN

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
TRAIL = r'<nav aria-label="Vị trí trang"><ol[^>]*>'


CITY = {Role.CITY_ADMINISTRATOR, Role.CITY_OFFICER, Role.INSPECTOR, Role.CLERK}
BRANCH = {Role.BRANCH_SECRETARY, Role.MEMBER}


@pytest.mark.parametrize("role", Role)
def test_every_role_comes_from_the_start_to_pages_that_open(programme, tree, as_user, role):
    """Minh has this role only, and as a member a record; redirects are followed as a browser does, which gives up in a circle."""
    unit = "my-tho" if role in CITY else "p4-kp1" if role in BRANCH else "p4"
    RoleAssignment.objects.create(user=tree.minh, role=role, unit=tree.units[unit], since=TREE_BEGAN)
    Person.objects.filter(user=tree.khoa).update(user=tree.minh)
    browser = as_user(tree.minh)

    answer = browser.get("/", follow=True)

    assert answer.status_code == 200
    assert answer.context["shell"]["role"] == role.label
    routes = routes_of(answer)
    opened = {route: browser.get(reverse(route), follow=True).status_code for route in routes}
    assert opened == dict.fromkeys(routes, 200)


def test_the_section_and_the_tab_of_a_page_are_marked(programme, tree, as_user):
    answer = as_user(tree.an).get("/units/p4/dashboard/")
    page = answer.content.decode()

    assert place_of(answer) == ("Chương trình", "Tổng quan")
    # In the sidebar, among the tabs and in the phone's sheet.
    assert re.findall(r'<a href="([^"]*)" aria-current="page">', page) == ["/overview/"] * 3
    assert 'data-tab href="/overview/" aria-current="page">' in page


def test_the_page_of_one_object_leads_to_its_list_and_shows_no_tabs(programme, tree, as_user):
    page = as_user(tree.an).get("/sync/deliver/").content.decode()

    assert 'aria-label="Các mục của' not in page
    assert re.search(TRAIL + '<li><a href="/units/">Tổ chức</a>', page)
    assert '<li><a href="/sync/">Bản ghi chưa nhận</a></li></ol>' in page


def test_the_list_of_assignments_leads_back_to_the_inbox(programme, tree, as_user):
    page = as_user(tree.an).get("/assignments/").content.decode()

    assert re.search(TRAIL + '<li><a href="/today/">Hôm nay</a></li></ol>', page)
    assert "Trang này để làm gì" in page


def test_the_frame_names_the_user_the_unit_and_the_role(programme, tree, as_user):
    answer = as_user(tree.an).get("/units/p4/dashboard/")

    assert dict(answer.context["shell"]) == {
        "user": "Nguyễn Văn An",
        "unit": "Đoàn Phường 4",
        "role": "Bí thư cơ sở Đoàn",
        "certificates": "/signing/certificates/",
    }


@pytest.mark.parametrize("username", ["an", "binh", "dung", "giang", "hanh", "clerk"])
def test_who_sees_certificates_finds_them_in_the_account_s_menu(programme, tree, as_user, clerk, username):
    page = as_user(clerk if username == "clerk" else tree.users[username]).get("/", follow=True).content.decode()

    assert '<a href="/signing/certificates/">' in page
    assert "Chứng thư số để ký" in page


@pytest.mark.parametrize("username", ["khoa", "lan", "minh"])
def test_who_signs_nothing_finds_none(programme, tree, as_user, username):
    page = as_user(tree.users[username]).get("/", follow=True).content.decode()

    assert "/signing/" not in page


def test_the_clerk_finds_books_and_certificates_beside_the_documents_desk(programme, tree, as_user, clerk):
    pages = as_user(clerk).get("/documents/").content.decode().split('aria-label="Các trang của')[1].split("</nav>")[0]

    assert re.findall(r'href="([^"]+)"', pages) == [
        "/documents/",
        "/documents/received/",
        "/documents/arrivals/",
        "/documents/register/",
        "/documents/search/",
        "/signing/certificates/",
    ]


@pytest.mark.parametrize(("username", "finds"), [("giang", True), ("dung", False), ("an", False)])
def test_who_says_which_authorities_are_trusted_finds_them_in_the_menu(programme, tree, as_user, username, finds):
    answer = as_user(tree.users[username]).get("/", follow=True)

    assert ("signing:authorities" in routes_of(answer)) is finds


def test_the_settings_open_on_the_setup(programme, tree, as_user):
    page = as_user(tree.giang).get("/signing/authorities/").content.decode()
    pages = page.split('aria-label="Các trang của')[1].split("</nav>")[0]

    assert re.findall(r'href="([^"]+)"', pages) == [
        "/setup/checklist/",
        "/setup/consent/",
        "/setup/backup/",
        "/setup/erasures/",
        "/signing/authorities/",
    ]


def test_with_the_authorities_the_documents_are_not_marked(programme, tree, as_user):
    answer = as_user(tree.giang).get("/signing/authorities/")

    assert place_of(answer) == ("Tổ chức", "Cài đặt")


def test_a_role_given_or_ended_changes_the_menu_at_the_next_page(programme, tree, as_user):
    browser = as_user(tree.minh)
    labels = []

    labels.append(own_of(browser.get("/account/")))
    role_assignment = RoleAssignment.objects.create(
        user=tree.minh, role=Role.HELPER, unit=tree.units["p4"], since=TREE_BEGAN
    )
    labels.append(own_of(browser.get("/account/")))
    RoleAssignment.objects.filter(pk=role_assignment.pk).update(until=TODAY)
    labels.append(own_of(browser.get("/account/")))

    without = ["Tài khoản của tôi"]
    assert labels == [
        without,
        ["Trang đầu", "Lượt của tôi", "Bàn hướng dẫn của tôi", "Thông báo", "Điện thoại của tôi", "Tài khoản của tôi"],
        without,
    ]


def test_a_helper_finds_home_in_the_bar_and_in_the_account_menu_what_has_no_place_there(tree, as_user):
    RoleAssignment.objects.create(user=tree.minh, role=Role.HELPER, unit=tree.units["p4"], since=TREE_BEGAN)

    page = as_user(tree.minh).get("/").content.decode()

    bar = page.split('aria-label="Danh mục nhanh"')[1].split("</nav>")[0]
    assert re.findall(r'data-tab href="([^"]+)"( aria-current)?', bar)[:2] == [
        ("/", " aria-current"),
        ("/outreach/visits/", ""),
    ]
    account = page.split("data-account-menu>")[1].split("</div>")[0]
    assert '<a href="/account/">' in account
    assert '<a href="/outreach/visits/">' not in account


def test_nothing_of_one_user_stands_in_the_frame_of_another(programme, tree, as_user):
    pages = {name: as_user(tree.users[name]).get("/account/").content.decode() for name in ("binh", "chi")}

    assert tree.binh.display_name in pages["binh"]
    assert tree.chi.display_name in pages["chi"]
    assert tree.binh.display_name not in pages["chi"]
    assert tree.chi.display_name not in pages["binh"]


def test_each_page_has_a_csrf_token_of_its_own_in_every_form_of_the_frame(programme, tree, as_user):
    browser = as_user(tree.an)
    first, second = (set(TOKEN.findall(browser.get("/account/").content.decode())) for _ in range(2))

    assert first
    assert not first & second


def test_the_frame_leads_back_to_the_page_it_stands_around(programme, tree, as_user):
    page = as_user(tree.an).get("/units/?q=%22%3E%26").content.decode()

    assert page.count('name="next" value="/units/?q=%22%3E%26"') == 2
