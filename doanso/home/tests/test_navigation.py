"""The sections, tabs and phone bar of each role, and that every page of the product has its place."""

import re

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.access.tests.test_access_table import ROWS
from doanso.home.menu import menu_of
from doanso.home.tests.menus import bar_of, own_of, sections_of
from doanso.lib import navigation
from doanso.testing import TREE_BEGAN

_PEOPLE = ["Đoàn viên", "Xác nhận", "Người dân và hỗ trợ", "Danh bạ", "Nghi trùng", "Yêu cầu dữ liệu", "Nhập danh sách"]
_PROGRAMME = ["Tổng quan", "Chỉ tiêu", "Giao chỉ tiêu", "Kết quả", "Tháng"]
_CITY = {
    "Hôm nay": ["Hôm nay"],
    "Chương trình": _PROGRAMME,
    "Con người": _PEOPLE,
    "Phong trào": ["Đến nhà 1+1", "Lan tỏa 1+2", "Tuyến phố và chợ", "Ngày hội", "Đối tác"],
    "Văn phòng": ["Văn bản"],
    "Tổ chức": ["Đơn vị", "Sắp xếp", "Phân quyền", "Thiết bị", "Nhật ký"],
}
ROLES = [
    (
        Role.CITY_ADMINISTRATOR,
        {**_CITY, "Tổ chức": [*_CITY["Tổ chức"], "Cài đặt"]},
        ["Hôm nay", "Chỉ tiêu", "Con người", "Phong trào"],
    ),
    (Role.CITY_OFFICER, _CITY, ["Hôm nay", "Chỉ tiêu", "Con người", "Phong trào"]),
    (
        Role.UNIT_SECRETARY,
        {
            **_CITY,
            "Con người": [tab for tab in _PEOPLE if tab != "Nghi trùng"],
            "Tổ chức": ["Đơn vị", "Phân quyền", "Thiết bị", "Nhật ký"],
        },
        ["Hôm nay", "Ghi giúp", "Con người", "Chỉ tiêu"],
    ),
    (
        Role.BRANCH_SECRETARY,
        {
            "Hôm nay": ["Hôm nay"],
            "Chương trình": _PROGRAMME,
            "Con người": ["Đoàn viên", "Xác nhận", "Người dân và hỗ trợ"],
            "Phong trào": ["Đến nhà 1+1", "Lan tỏa 1+2", "Tuyến phố và chợ", "Ngày hội"],
            "Văn phòng": ["Văn bản"],
        },
        ["Hôm nay", "Ghi giúp", "Đoàn viên", "Đến nhà 1+1"],
    ),
    (
        Role.CLERK,
        {"Hôm nay": ["Hôm nay"], "Văn phòng": ["Văn bản"], "Tổ chức": ["Đơn vị"]},
        ["Hôm nay", "Văn bản", "Văn bản đến", "Sổ đến"],
    ),
    (
        Role.INSPECTOR,
        {
            "Hôm nay": ["Hôm nay"],
            "Chương trình": ["Tổng quan", "Chỉ tiêu", "Kết quả", "Tháng"],
            "Con người": ["Đoàn viên", "Phúc tra", "Người dân và hỗ trợ"],
            "Phong trào": ["Đến nhà 1+1", "Tuyến phố và chợ", "Ngày hội", "Đối tác"],
            "Văn phòng": ["Văn bản"],
            "Tổ chức": ["Đơn vị", "Nhật ký"],
        },
        ["Hôm nay", "Chỉ tiêu", "Phúc tra", "Nhật ký"],
    ),
    (Role.MEMBER, {}, ["Hồ sơ", "Văn bản", "Thông báo", "Tôi"]),
    (Role.HELPER, {}, ["Trang đầu", "Lượt của tôi", "Bàn", "Thông báo", "Điện thoại"]),
]
OUTSIDE = {"/growing/", "/waiting/", "/pins/", "/today/recent/", "/search/", "/search/results/"}
"""Parts that a page asks for itself, and the search, which is in every page's frame."""


@pytest.mark.parametrize(("role", "sections", "bar"), ROLES, ids=[role for role, _, _ in ROLES])
def test_each_role_has_these_sections_tabs_and_places_of_the_bar(tree, as_user, role, sections, bar):
    unit = "my-tho" if role in {Role.CITY_ADMINISTRATOR, Role.CITY_OFFICER, Role.INSPECTOR} else "p4-kp1"
    RoleAssignment.objects.create(user=tree.minh, role=role, unit=tree.units[unit], since=TREE_BEGAN)

    answer = as_user(tree.minh).get("/account/")

    assert sections_of(answer) == sections
    assert bar_of(answer) == bar


def test_who_is_secretary_and_member_finds_the_own_record_in_the_account_menu(tree, as_user):
    RoleAssignment.objects.create(user=tree.an, role=Role.MEMBER, unit=tree.units["p4-kp1"], since=TREE_BEGAN)

    answer = as_user(tree.an).get("/account/")

    assert own_of(answer) == ["Hồ sơ của tôi", "Văn bản cho tôi", "Thông báo", "Tài khoản của tôi"]
    assert answer.content.decode().count('<a href="/me/">') == 3


def test_every_page_belongs_to_one_page_of_the_menu():
    pages = [page for tab in navigation.tabs_in_order() for page in navigation.pages_of(tab.code)]
    unplaced, doubled = [], []
    for address in _signed_in_addresses() - OUTSIDE:
        places = {page.route for page in pages if page.inside_pattern.search(address) and page.scope != "own"}
        own = {page.route for page in pages if page.inside_pattern.search(address) and page.scope == "own"}
        if not places and not own:
            unplaced.append(address)
        if len(places) > 1 or len(own) > 1:
            doubled.append((address, places, own))

    assert unplaced == []
    assert doubled == []


def test_tabs_and_pages_have_a_place_of_their_own_and_a_help_text():
    assert navigation.problems() == []
    pages = [page for tab in navigation.tabs_in_order() for page in navigation.pages_of(tab.code)]
    assert [page.route for page in pages if len(str(page.help)) < 40] == []


def test_a_tab_registered_twice_fails_at_start():
    tab = navigation.tabs_in_order()[0]

    with pytest.raises(RuntimeError, match="registered twice"):
        navigation.register_navigation([tab])


def test_without_sign_in_there_is_no_menu():
    menu = menu_of(frozenset(), "", signed_in=False)

    assert (menu.sections, menu.own, menu.bar) == ((), None, ())


def _signed_in_addresses() -> set[str]:
    """Return an example path of each address that a signed-in user may open as a page."""
    return {
        _example(row.address) for row in ROWS if row.method == "GET" and row.needs != "everyone" and not row.by_token
    }


def _example(address: str) -> str:
    path = re.sub(r"<uuid:[^>]+>", "0190a5b2-0000-7000-8000-000000000001", address)
    return re.sub(r"<int:[^>]+>", "7", re.sub(r"<[^>]+>", "my-tho", path))
