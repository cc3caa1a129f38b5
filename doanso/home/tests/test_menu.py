"""The menu has the items whose verb the user holds, and none leads to a page that refuses them."""

import re

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.people.models import Person
from doanso.testing import TODAY, TREE_BEGAN

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


def _rooms(answer) -> list[str]:
    return [str(item["label"]) for item in answer.context["nav"]]


@pytest.mark.parametrize(
    ("username", "rooms"),
    [
        (
            "an",
            [
                *(
                    "Hôm nay",
                    "Tổng quan",
                    "Chỉ tiêu",
                    "Chốt số liệu",
                    "Báo cáo",
                    "Văn bản",
                    "Đơn vị",
                    "Đoàn viên",
                    "Hỗ trợ người dân",
                    "Sử dụng tiện ích",
                    "Đến nhà 1+1",
                    "Các đợt đến nhà",
                    "Tổ công nghệ số",
                    "Đoàn viên tự khai",
                    "Danh bạ",
                    "Yêu cầu dữ liệu",
                    "Xác nhận",
                ),
                *("Việc được giao", "Bản ghi từ điện thoại", "Lan tỏa 1+2", "Nhập danh sách", "Phân quyền", "Nhật ký"),
            ],
        ),
        (
            "binh",
            [
                *(
                    "Hôm nay",
                    "Tổng quan",
                    "Chỉ tiêu",
                    "Chốt số liệu",
                    "Báo cáo",
                    "Văn bản",
                    "Đơn vị",
                    "Đoàn viên",
                    "Hỗ trợ người dân",
                    "Sử dụng tiện ích",
                    "Đến nhà 1+1",
                    "Đoàn viên tự khai",
                    "Xác nhận",
                    "Việc được giao",
                    "Điện thoại của tôi",
                ),
                *("Lan tỏa 1+2", "Nhật ký"),
            ],
        ),
        (
            "hanh",
            [
                "Tổng quan",
                "Chỉ tiêu",
                "Chốt số liệu",
                "Báo cáo",
                "Văn bản",
                "Đơn vị",
                "Đoàn viên",
                "Hỗ trợ người dân",
                "Sử dụng tiện ích",
                "Đến nhà 1+1",
                "Nhật ký",
            ],
        ),
        ("khoa", ["Hồ sơ của tôi", "Văn bản cho tôi"]),
        ("lan", ["Lượt của tôi", "Điện thoại của tôi"]),
        ("minh", []),
    ],
)
def test_the_menu_has_the_rooms_one_may_enter(programme, tree, as_user, username, rooms):
    browser = as_user(tree.users[username])

    answer = browser.get("/", follow=True)

    assert _rooms(answer) == rooms
    for item in answer.context["nav"]:
        assert browser.get(item["url"], follow=True).status_code == 200


@pytest.mark.parametrize("role", Role)
def test_every_role_comes_from_the_start_to_pages_that_open(programme, tree, as_user, role):
    """Minh has this role only, and as a member a record; redirects are followed as a browser does, which gives up in a circle."""
    at_the_city = role in {Role.CITY_ADMINISTRATOR, Role.CITY_OFFICER, Role.INSPECTOR, Role.CLERK}
    unit = "my-tho" if at_the_city else "p4-kp1" if role in {Role.BRANCH_SECRETARY, Role.MEMBER} else "p4"
    RoleAssignment.objects.create(user=tree.minh, role=role, unit=tree.units[unit], since=TREE_BEGAN)
    Person.objects.filter(user=tree.khoa).update(user=tree.minh)
    browser = as_user(tree.minh)

    answer = browser.get("/", follow=True)

    assert answer.status_code == 200
    assert answer.context["shell"]["role"] == role.label
    opened = {item["url"]: browser.get(item["url"], follow=True).status_code for item in answer.context["nav"]}
    assert opened == dict.fromkeys(opened, 200)


def test_on_a_phone_the_clerk_has_the_documents_at_hand(programme, tree, as_user, clerk):
    answer = as_user(clerk).get("/", follow=True)

    at_hand = [str(item["label"]) for item in answer.context["nav"] if item["at_hand"]]
    assert at_hand == ["Hôm nay", "Tổng quan", "Chỉ tiêu", "Văn bản"]


@pytest.mark.parametrize(
    ("username", "at_hand"),
    [
        ("an", ["Hôm nay", "Tổng quan", "Đoàn viên", "Đến nhà 1+1"]),
        ("dung", ["Hôm nay", "Tổng quan", "Đoàn viên", "Đến nhà 1+1"]),
        ("khoa", ["Hồ sơ của tôi", "Văn bản cho tôi"]),
    ],
)
def test_on_a_phone_the_daily_rooms_are_at_hand(programme, tree, as_user, username, at_hand):
    answer = as_user(tree.users[username]).get("/", follow=True)

    assert [str(item["label"]) for item in answer.context["nav"] if item["at_hand"]] == at_hand


def test_the_room_one_stands_in_is_marked(programme, tree, as_user):
    answer = as_user(tree.an).get("/units/p4/dashboard/")

    assert [str(item["label"]) for item in answer.context["nav"] if item["current"]] == ["Tổng quan"]


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


def test_the_clerk_finds_certificates_at_the_documents_desk_too(programme, tree, as_user, clerk):
    ways = as_user(clerk).get("/documents/").content.decode().split('<nav class="dv-ways"')[1].split("</nav>")[0]

    assert 'href="/signing/certificates/"' in ways


@pytest.mark.parametrize(("username", "finds"), [("giang", True), ("dung", False), ("an", False)])
def test_who_says_which_authorities_are_trusted_finds_them_in_the_menu(programme, tree, as_user, username, finds):
    answer = as_user(tree.users[username]).get("/", follow=True)

    assert ("/signing/authorities/" in [item["url"] for item in answer.context["nav"]]) is finds


def test_with_the_authorities_the_documents_are_not_marked(programme, tree, as_user):
    answer = as_user(tree.giang).get("/signing/authorities/")

    assert [str(item["label"]) for item in answer.context["nav"] if item["current"]] == ["Cơ quan cấp chứng thư"]


def test_a_role_given_or_ended_changes_the_menu_at_the_next_page(programme, tree, as_user):
    browser = as_user(tree.minh)
    labels = []

    labels.append(_rooms(browser.get("/account/")))
    role_assignment = RoleAssignment.objects.create(
        user=tree.minh, role=Role.HELPER, unit=tree.units["p4"], since=TREE_BEGAN
    )
    labels.append(_rooms(browser.get("/account/")))
    RoleAssignment.objects.filter(pk=role_assignment.pk).update(until=TODAY)
    labels.append(_rooms(browser.get("/account/")))

    assert labels == [[], ["Lượt của tôi", "Điện thoại của tôi"], []]


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
