"""The product's pages in the search: each is open to those who find it, and the help desk's questions find their page."""

import pytest
from django.test import Client
from django.urls import reverse

from doanso.access.policy import current_role_assignments
from doanso.lib.search_words import SearchWords
from doanso.search.pages import find_pages, searchable_pages
from doanso.search.queries import search_everything
from doanso.targets.tests.conftest import loaded  # noqa: F401
from doanso.tests.routes import routes

# Pages without arguments that nobody looks for: redirects, steps of another page, downloads, and pages for people outside.
NOT_SEARCHED = {
    "home:recent", "search:pins", "events:ahead",
    "home:start", "home:growing", "home:waiting", "search:search", "adoption:own", "adoption:link-thanks",
    "access:end_administration", "account_login", "account_inactive", "account_password_with_code",
    "documents:register-export", "members:export", "access:export-history",
    "support:new-round", "support:code", "signing:add", "signing:add-authority", "outreach:new-drive",
    "outreach:new-team", "referrals:invitation-code", "places:public-list", "events:public-list",
    "events:enter-booth-code", "setup:rewrite_consent",
}  # fmt: skip


def titles(actor, text):
    return [entry.title for entry in find_pages(actor, SearchWords.parse(text)).entries]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("đổi mật khẩu", "Đổi mật khẩu"),
        ("nhập danh sách đoàn viên", "Nhập danh sách"),
        ("giao chỉ tiêu", "Giao chỉ tiêu"),
        ("chốt tháng", "Chốt số liệu tháng"),
        ("ký văn bản", "Văn bản"),
        ("điện thoại bị mất", "Điện thoại"),
        ("xin quyền", "Phân quyền"),
        ("gộp người trùng", "Nghi trùng"),
        ("xuất báo cáo", "Báo cáo"),
        ("ghi giúp", "Ghi lượt giúp"),
        ("quét mã qr tự điền", "Bàn hướng dẫn"),
        ("quên mật khẩu", "Phân quyền"),
        ("làm sao để đổi mật khẩu", "Đổi mật khẩu"),
        ("kết nạp đoàn viên ở đâu", "Thêm đoàn viên"),
        ("sáp nhập", "Sắp xếp đơn vị"),
        ("xóa dữ liệu cá nhân", "Yêu cầu dữ liệu"),
        ("api token", "Mã truy cập cho chương trình khác"),
        ("con dấu", "Kiểm tra chữ ký văn bản"),
        ("ai đã sửa", "Nhật ký"),
        ("đổi bí thư", "Đoàn viên"),
        ("ghi giúp nhiều người", "Bàn hướng dẫn"),
        ("làm sao ghi giúp cho nhiều người", "Bàn hướng dẫn"),
        ("nhắc đơn vị chậm", "Tổng quan chương trình"),
        ("tải dữ liệu của đơn vị ở đâu", "Đơn vị"),
        ("in sơ đồ nhà", "Sơ đồ nhà"),
        ("sửa lượt giúp", "Hỗ trợ người dân"),
        ("đoàn viên đi xa", "Đoàn viên"),
        ("phúc tra", "Phúc tra"),
        ("1+2", "Lan tỏa 1+2"),
        ("đăng nhập bị khóa", "Phân quyền"),
        ("tôi muốn đổi mật khẩu thì vào đâu", "Đổi mật khẩu"),
        ("số liệu chưa đủ bằng chứng", "Chỉ tiêu"),
        # Whole sentences, of which no page has every word.
        ("bà cụ làm mất giấy biên nhận", "Hỗ trợ người dân"),
        ("đoàn viên chuyển qua phường khác", "Đoàn viên"),
        ("mã QR ở sạp bị dán đè", "Cửa hàng và sạp"),
        ("ai vừa sửa số liệu của phường", "Nhật ký"),
        ("muốn in danh sách nhà để đi phát tờ rơi", "Các đợt đến nhà"),
        ("người dân đòi xóa tên khỏi danh sách", "Yêu cầu dữ liệu"),
        ("khóa điện thoại bị mất của cộng tác viên", "Điện thoại"),
        ("chi đoàn đổi tên thì sửa ở đâu", "Sắp xếp đơn vị"),
        ("gộp chi đoàn", "Sắp xếp đơn vị"),
        ("vì sao không được tính", "Chỉ tiêu"),
        ("chỉ tiêu 5 đạt bao nhiêu", "Chỉ tiêu"),
        ("báo cáo tháng 10", "Báo cáo"),
        ("nộp báo cáo tháng", "Báo cáo"),
        ("ghi nhầm người", "Hỗ trợ người dân"),
        ("người dân không có điện thoại", "Ghi lượt giúp"),
        ("chỉnh sửa hồ sơ", "Đoàn viên"),
        ("tải mẫu excel", "Nhập danh sách"),
        ("ai đã xem dữ liệu người dân", "Nhật ký"),
        ("bốc thăm", "Ngày hội, sự kiện"),
        ("thêm cộng tác viên", "Tổ công nghệ số cộng đồng"),
        ("làm sao biết ai chưa có vneid", "Sử dụng tiện ích số"),
        ("chi đoàn nào yếu nhất", "Tổng quan chương trình"),
        ("xóa người trùng", "Nghi trùng"),
        ("hạn nộp", "Chốt số liệu tháng"),
        ("kết thúc đợt", "Các đợt đến nhà"),
        ("xóa lượt đến nhà", "Lượt đến nhà"),
        ("in sổ công văn", "Sổ văn bản đi"),
        ("cài ứng dụng lên điện thoại", "Điện thoại"),
        ("đổi thông tin cửa hàng", "Cửa hàng và sạp"),
    ],
)
def test_questions_of_the_help_desk_find_their_page_first(loaded, question, title):  # noqa: F811
    assert titles(loaded.tree.dung, question)[0] == title
    plain = SearchWords.parse(question).key
    assert title in titles(loaded.tree.dung, plain)[:2]


def test_somebody_without_a_role_finds_the_own_account_alone(tree):
    assert titles(tree.minh, "mat khau") == ["Đổi mật khẩu"]
    assert titles(tree.minh, "xin quyền") == ["Tài khoản của tôi"]
    assert titles(tree.minh, "doan vien") == []


def test_a_helper_finds_the_own_phone(tree):
    assert titles(tree.lan, "dien thoai bi mat") == ["Điện thoại"]
    assert titles(tree.lan, "quên mã pin") == ["Điện thoại"]


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("nhập ecxel", "Nhập danh sách"),
        ("nhap exel", "Nhập danh sách"),
        ("nhâp danh sach", "Nhập danh sách"),
        ("cách thêm đoàn viện", "Thêm đoàn viên"),
        ("bán hướng dẫn", "Bàn hướng dẫn"),
        ("chốt só liệu", "Chốt số liệu tháng"),
    ],
)
def test_slips_of_typing_are_mended_where_nothing_is_found(loaded, question, title):  # noqa: F811
    assert titles(loaded.tree.dung, question) == []
    found = search_everything(loaded.tree.dung, SearchWords.parse(question))
    assert [(section.code, section.entries[0].entry.title) for section in found] == [("pages", title)]


def test_the_number_of_a_unit_belongs_to_its_name(loaded):  # noqa: F811
    assert titles(loaded.tree.dung, "phuong 4") == []


def test_a_slip_in_a_name_of_nobody_finds_no_page(loaded):  # noqa: F811
    assert search_everything(loaded.tree.dung, SearchWords.parse("Nguyễn Hoàng Đứcc")) == []
    assert search_everything(loaded.tree.dung, SearchWords.parse("Excell")) == []


@pytest.mark.parametrize(
    "text", ["Lê", "le", "Trân", "an", "hương", "Nguyễn Văn Bản", "Tran Thi Quyen", "Lê Thị Ngọc Hội Đoàn"]
)
def test_short_names_of_people_find_no_page_by_chance(loaded, text):  # noqa: F811
    assert titles(loaded.tree.dung, text) == []


def test_every_page_that_a_reader_finds_opens(loaded):  # noqa: F811
    person = loaded.members["Đức"].person
    person.user = loaded.tree.khoa
    person.save()
    opened: set[str] = set()
    for reader in ("giang", "an", "binh", "dung", "hanh", "khoa", "lan", "minh"):
        user = loaded.tree.users[reader]
        client = Client()
        client.force_login(user)
        roles = frozenset(role_assignment.role for role_assignment in current_role_assignments(user))
        for page in searchable_pages():
            if not page.is_open_to(roles):
                continue
            found = [
                entry.url
                for entry in find_pages(user, SearchWords.parse(page.title)).entries
                if entry.title == page.title
            ]
            assert (reader, page.title, len(found)) == (reader, page.title, 1)
            # Who else may open a page is what the table of routes asks.
            if page.title not in opened:
                assert (reader, page.title, client.get(found[0]).status_code in {200, 302}) == (
                    reader,
                    page.title,
                    True,
                )
                opened.add(page.title)
    assert opened == {page.title for page in searchable_pages()}


def test_every_page_without_arguments_is_searched_or_named_here(loaded):  # noqa: F811
    client = Client()
    client.force_login(loaded.tree.giang)
    searched = {page.route for page in searchable_pages()}
    missing = []
    for route in routes():
        if route.arguments or route.name in searched | NOT_SEARCHED:
            continue
        address = reverse(route.name)
        if address.startswith(("/api/", "/door/")):
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            missing.append(route.name)
    assert missing == []


def test_a_page_of_the_navigation_is_called_and_shown_as_there():
    pages = {page.route: page for page in searchable_pages()}

    assert (pages["members:list"].title, pages["members:list"].icon) == ("Đoàn viên", "users")
    assert pages["support:stands"].permissions == {("support.keep_stand", "subtree"), ("support.keep_stand", "own")}
    assert pages["access:account"].permissions == frozenset()
    assert pages["support:new-stand"].permissions == {
        ("support.open_stand", scope) for scope in ("subtree", "below", "here")
    }


def test_each_page_stands_there_once():
    names = [page.title for page in searchable_pages()]
    assert len(set(names)) == len(names)
