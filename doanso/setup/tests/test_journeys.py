"""From an empty database to the first attested figure, in a browser alone, counting clicks; nothing is done by commands.

Each press of a link, button, box or key, each choice and each field that is filled counts as one click.
"""

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django_tasks_db.management.commands.db_worker import Worker

from doanso.ledger import actions as ledger
from doanso.ledger.recount import recount
from doanso.members.models import Member
from doanso.setup import actions
from doanso.targets.models import Programme
from doanso.units.models import Unit

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_CLICKS = 60
PASSWORD = "sen-hong-dau-ngo-2026"
TODAY = date(2026, 6, 15)


class CountedBrowser:
    """A page whose every deed counts as a click."""

    def __init__(self, page: Any, counts: list[str]) -> None:
        self.page, self._counts = page, counts

    def _count(self, what: str) -> None:
        self._counts.append(what)

    def press(self, name: str, role: str = "button", *, exact: bool = False, within: Any = None) -> None:
        """Press a button or follow a link, and wait for the page."""
        self._count(name)
        (within or self.page).get_by_role(role, name=name, exact=exact).first.click()
        self.page.wait_for_load_state()

    def tick(self, selector: str) -> None:
        self._count(selector)
        self.page.locator(selector).first.check()

    def fill(self, name: str, text: str) -> None:
        self._count(name)
        self.page.locator(f'main [name="{name}"]').first.fill(text)

    def choose(self, name: str, label: str | re.Pattern[str]) -> None:
        self._count(name)
        options = self.page.locator(f'main select[name="{name}"] option').all_inner_texts()
        wanted = next(option for option in options if re.search(label, option))
        # A long choice is hidden behind a box in which one types.
        self.page.select_option(f'main select[name="{name}"]', label=wanted, force=True)

    def upload(self, path: Path) -> None:
        self._count(path.name)
        self.page.set_input_files("main input[type=file]", path)


def _workbook(path: Path, rows: list[list[Any]]) -> Path:
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    path.write_bytes(target.getvalue())
    return path


def _members(path: Path, branches: list[str]) -> Path:
    family = ("Nguyễn", "Trần", "Lê", "Phạm", "Huỳnh", "Võ", "Đặng", "Bùi", "Đỗ", "Ngô")
    given = ("An", "Bình", "Chi", "Dung", "Giang", "Hạnh", "Khoa", "Lan", "Minh", "Nhung")
    rows = [
        [
            f"{family[number % 10]} Thị {given[number // 10 % 10]}",
            f"{number % 28 + 1:02d}/{number % 12 + 1:02d}/{1998 + number % 9}",
            "Nữ",
            branches[number % len(branches)],
        ]
        for number in range(200)
    ]
    return _workbook(path, [["Họ và tên", "Ngày sinh", "Giới tính", "Chi đoàn"], *rows])


def _work() -> None:
    """Do what the worker does meanwhile."""
    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="journey", excluded_queue_names=[],
    ).run()  # fmt: skip
    while ledger.fold():
        pass


@pytest.fixture
def counts() -> list[str]:
    return []


@pytest.fixture
def administrator(open_as, counts, business_day) -> CountedBrowser:
    business_day(TODAY)
    return CountedBrowser(open_as(None, "/setup/"), counts)


def _set_up(user: CountedBrowser, kind: str, place: str) -> None:
    user.fill("code", actions.issue_setup_code() or "")
    user.press("Bắt đầu thiết lập")
    user.tick(f"[value={kind}]")
    user.fill("q", place)
    user.press("Tiếp tục")
    for name, text in {
        "display_name": "Võ Trường Giang", "username": "giang", "password": PASSWORD, "again": PASSWORD,
    }.items():  # fmt: skip
        user.fill(name, text)
    user.press("Tạo đơn vị và đăng nhập")
    assert user.page.url.endswith("/today/")


def _today(user: CountedBrowser) -> None:
    user.press("Hôm nay", "link", within=_main_menu(user))


def _main_menu(user: CountedBrowser) -> Any:
    return user.page.get_by_role("navigation", name="Danh mục chính")


def _write_programme(user: CountedBrowser) -> None:
    """Copy the template, add an indicator of one's own, publish."""
    _today(user)
    user.press("Soạn chương trình", "link")
    user.press("chung tay chuyển đổi số", "link")
    user.press("Tạo bản nháp 2026")
    user.press("Thêm chỉ tiêu", "link")
    user.fill("short_title", "Cây xanh")
    user.choose("counts", "Kết quả")
    user.fill("target", "500")
    user.press("Thêm chỉ tiêu này")
    user.press("Xem lại và ban hành", "link")
    user.fill("reason", "Chương trình năm 2026")
    user.press("Ban hành chương trình")
    assert Programme.objects.count() == 1


def _import_members(user: CountedBrowser, path: Path) -> None:
    _today(user)
    user.press("Nhập danh sách", "link")
    user.choose("kind", "đoàn viên")
    user.upload(path)
    # The page asks for its progress and loads itself anew; a reload of ours would meet that one.
    user.press("So sánh")
    _work()
    user.press("Ghi 200 dòng")
    _work()
    user.page.get_by_text("Đã thêm 200 dòng mới").wait_for()
    assert Member.objects.count() == 200


def _invite(user: CountedBrowser, open_as, counts: list[str], unit: str) -> CountedBrowser:
    """Invite everybody whose place is ticked, and be the one of this unit in another browser."""
    _today(user)
    user.press("Mời", "link", exact=True)
    user.press("Tạo lời mời")
    message = next(
        area.input_value() for area in user.page.locator("main textarea").all() if unit in area.input_value()
    )
    link = re.search(r"/i/[\w-]+/", message)
    assert link is not None
    counts.append("Chép tin nhắn")
    secretary = CountedBrowser(open_as(None, link[0]), counts)
    for name, text in {
        "display_name": "Ngô Thị Sáu", "username": "sau", "password": PASSWORD, "again": PASSWORD,
    }.items():  # fmt: skip
        secretary.fill(name, text)
    secretary.press("Tạo tài khoản và đăng nhập")
    return secretary


def _first_figure(user: CountedBrowser, secretary: CountedBrowser) -> None:
    """The secretary enters a result, the administrator attests it, and the dashboard shows it."""
    secretary.press("Chương trình", "link", within=_main_menu(secretary))
    secretary.press("Kết quả", "link", within=secretary.page.get_by_role("navigation", name="Các mục của"))
    secretary.press("Ghi kết quả", "link")
    secretary.fill("happened_on", "10/06/2026")
    secretary.fill("quantity", "120")
    secretary.fill("text", "Trồng 120 cây sao ở hai tuyến đường")
    secretary.press("Ghi kết quả")
    _today(user)
    user.press("kết quả chờ bạn xác nhận", "link")
    user.tick("main [name=results]")
    user.press("Xác nhận các kết quả đã chọn")
    _work()
    user.press("Chương trình", "link", within=_main_menu(user))
    user.press("Cây xanh", "link")
    assert "120" in user.page.locator("main").inner_text()


def test_a_province_with_units_from_excel(administrator, open_as, counts, tmp_path):
    wards = ["Đoàn phường Đạo Thạnh", "Đoàn phường Mỹ Phong", "Đoàn xã Tân Hương"]
    rows = [[ward, "Đoàn cơ sở", "Tỉnh Đoàn Đồng Tháp"] for ward in wards]
    rows += [[f"Chi đoàn Khu phố {number}", "Chi đoàn", ward] for ward in wards for number in (1, 2)]
    units = _workbook(tmp_path / "don-vi.xlsx", [["TÊN ĐƠN VỊ", "LOẠI", "TRỰC THUỘC"], *rows])
    _set_up(administrator, "province", "Đồng Tháp")

    administrator.press("Nhập từ Excel", "link")
    administrator.upload(units)
    administrator.press("Đọc")
    administrator.press("Nhập")
    assert Unit.objects.count() == 10
    _write_programme(administrator)
    _import_members(administrator, _members(tmp_path / "doan-vien.xlsx", ["Chi đoàn Khu phố 1, Phường Đạo Thạnh"]))
    secretary = _invite(administrator, open_as, counts, "Đạo Thạnh")
    _first_figure(administrator, secretary)

    assert list(recount()) == []
    assert len(counts) <= MOST_CLICKS, counts


def test_a_single_commune_with_four_branches(administrator, open_as, counts, tmp_path):
    _set_up(administrator, "commune", "Tân Hương")

    administrator.press("Tạo tay", "link")
    administrator.fill("names", "\n".join(f"Ấp {number}" for number in range(1, 5)))
    administrator.fill("since", "01/01/2026")
    administrator.press("Thêm")
    assert Unit.objects.count() == 5
    _write_programme(administrator)
    _import_members(administrator, _members(tmp_path / "doan-vien.xlsx", [f"Ấp {number}" for number in range(1, 5)]))
    secretary = _invite(administrator, open_as, counts, "Ấp 1")
    _first_figure(administrator, secretary)

    assert list(recount()) == []
    assert len(counts) <= MOST_CLICKS, counts


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_pages_of_the_first_setup_have_no_barrier(open_as, axe, counts, business_day, dark):
    business_day(TODAY)
    user = CountedBrowser(open_as(None, "/setup/", width=390, dark=dark), counts)
    assert axe(user.page) == []
    user.fill("code", actions.issue_setup_code() or "")
    user.press("Bắt đầu thiết lập")
    user.tick("[value=commune]")
    user.fill("q", "Tân")
    user.press("Tìm trong danh mục")
    assert user.page.locator("main [name=place][type=radio]").count() > 1
    assert axe(user.page) == []
    assert user.page.evaluate("document.documentElement.scrollWidth") == 390
    user.tick("main [name=place][type=radio]")
    user.press("Tiếp tục")
    assert axe(user.page) == []
