"""Demo lists of members as units really keep them: each unit has its own headings, layout and habits."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import xlsxwriter

from doanso.members.demo.names import InventedMember


@dataclass(frozen=True, slots=True)
class ListHabit:
    """How one unit keeps its list."""

    # Group rows name the branch above its people; otherwise a column does.
    grouped: bool
    # Birth dates are in two columns, Nam and Nữ, under one merged head; otherwise the gender has its own column.
    split_birth: bool
    # Dates as text, the way they are typed ("7/3/2004"); otherwise true dates.
    dates_as_text: bool
    # Citizen numbers and phones were typed as numbers, so their leading zero is gone.
    numbers_lost_zero: bool
    capitals: bool
    decomposed: bool
    phone: str
    heads: Mapping[str, str]


_HEADS: tuple[dict[str, str], ...] = (
    {
        "number": "STT",
        "name": "Họ và tên",
        "birth": "Ngày sinh",
        "gender": "Giới tính",
        "citizen_id": "Số CCCD",
        "phone": "Số điện thoại",
        "joined": "Ngày vào Đoàn",
        "card": "Số thẻ đoàn viên",
        "branch": "Chi đoàn",
        "address": "Địa chỉ",
    },
    {
        "number": "TT",
        "name": "Họ tên",
        "birth": "Ngày, tháng, năm sinh",
        "gender": "Nam/Nữ",
        "citizen_id": "CCCD",
        "phone": "SĐT",
        "joined": "Ngày kết nạp",
        "card": "Số thẻ đoàn",
        "branch": "Chi đoàn sinh hoạt",
        "address": "Nơi ở hiện nay",
    },
    {
        "number": "Số TT",
        "name": "HỌ VÀ TÊN",
        "birth": "Ngày tháng năm sinh",
        "gender": "Phái",
        "citizen_id": "Số căn cước công dân",
        "phone": "Điện thoại",
        "joined": "Ngày vào Đoàn",
        "card": "Số thẻ",
        "branch": "Sinh hoạt tại chi đoàn",
        "address": "Nơi thường trú",
    },
)
_PHONES = ("plain", "dots", "spaces", "international")


def habit_of(place: int) -> ListHabit:
    """Return the habit of the unit at that place; neighbouring units differ."""
    return ListHabit(
        grouped=place % 2 == 0,
        split_birth=place % 3 == 0,
        dates_as_text=place % 4 in (1, 2),
        numbers_lost_zero=place % 5 == 2,
        capitals=place % 7 == 3,
        decomposed=place % 6 == 4,
        phone=_PHONES[place % 4],
        heads=_HEADS[place % 3],
    )


def _dressed_phone(phone: str, dress: str) -> str:
    if dress == "dots":
        return f"{phone[:4]}.{phone[4:7]}.{phone[7:]}"
    if dress == "spaces":
        return f"{phone[:4]} {phone[4:7]} {phone[7:]}"
    if dress == "international":
        return f"+84 {phone[1:3]} {phone[3:6]} {phone[6:]}"
    return phone


class _DemoSheet:
    """A worksheet being filled from the top, in one unit's habit."""

    def __init__(self, book: Any, habit: ListHabit, title: str) -> None:
        self.habit = habit
        self.sheet = book.add_worksheet(title)
        font = {"font_name": "Times New Roman", "font_size": 12}
        box = {**font, "border": 1}
        self.plain = book.add_format(font)
        self.bold = book.add_format({**font, "bold": True, "align": "center"})
        self.title = book.add_format({**font, "bold": True, "align": "center", "font_size": 14})
        self.italic = book.add_format({**font, "italic": True, "align": "center"})
        self.head = book.add_format({**box, "bold": True, "align": "center", "valign": "vcenter", "text_wrap": True})
        self.cell = book.add_format(box)
        self.group = book.add_format({**box, "bold": True, "bg_color": "#eef2f7"})
        self.date = book.add_format({**box, "num_format": "dd/mm/yyyy"})
        self.columns = self._columns()
        self.last = len(self.columns) - 1
        self.row = 0

    def _columns(self) -> list[str]:
        birth = ["birth_men", "birth_women"] if self.habit.split_birth else ["birth", "gender"]
        branch = [] if self.habit.grouped else ["branch"]
        return ["number", "name", *birth, "citizen_id", "phone", "joined", "card", *branch, "address", "note"]

    def heading(self, unit: str, day: date) -> None:
        """Write the office's name, the title and the day, merged over the columns."""
        half = max(2, self.last // 2 - 1)
        self.sheet.merge_range(0, 0, 0, half, "THÀNH ĐOÀN MỸ THO", self.plain)
        self.sheet.merge_range(1, 0, 1, half, f"BCH {unit.upper()}", self.bold)
        self.sheet.merge_range(3, 0, 3, self.last, "DANH SÁCH ĐOÀN VIÊN", self.title)
        self.sheet.merge_range(4, 0, 4, self.last, f"(Tính đến ngày {day:%d/%m/%Y})", self.italic)
        self.row = 6

    def heads(self) -> None:
        """Write a head of two lines: most cells are merged over both, "Ngày sinh" is above "Nam" and "Nữ"."""
        words = {**self.habit.heads, "note": "Ghi chú"}
        top, low = self.row, self.row + 1
        for column, key in enumerate(self.columns):
            if key == "birth_men":
                self.sheet.merge_range(top, column, top, column + 1, words["birth"], self.head)
                self.sheet.write(low, column, "Nam", self.head)
                self.sheet.write(low, column + 1, "Nữ", self.head)
            elif key != "birth_women":
                self.sheet.merge_range(top, column, low, column, words[key], self.head)
        widths = {"number": 5, "name": 26, "address": 26, "branch": 24, "citizen_id": 16, "phone": 17, "note": 10}
        for column, key in enumerate(self.columns):
            self.sheet.set_column(column, column, widths.get(key, 13))
        self.sheet.freeze_panes(self.row + 2, 2)
        self.row += 2

    def group_row(self, roman: str, branch: str) -> None:
        """Write the branch's name in a row of its own, as in lists that are kept branch by branch."""
        self.sheet.merge_range(self.row, 0, self.row, self.last, f"{roman}. {branch}", self.group)
        self.row += 1

    def person(self, number: int, person: InventedMember, branch: str) -> None:
        """Write one member."""
        habit = self.habit
        name = person.name.upper() if habit.capitals else person.name
        values: dict[str, Any] = {
            "number": number,
            "name": unicodedata.normalize("NFD", name) if habit.decomposed else name,
            "birth": person.birth,
            "birth_men": None if person.woman else person.birth,
            "birth_women": person.birth if person.woman else None,
            "gender": "Nữ" if person.woman else "Nam",
            "citizen_id": int(person.citizen_id) if habit.numbers_lost_zero else person.citizen_id,
            "phone": int(person.phone) if habit.numbers_lost_zero else _dressed_phone(person.phone, habit.phone),
            "joined": person.joined,
            "card": person.card,
            "branch": branch,
            "address": person.address,
            "note": None,
        }
        for column, key in enumerate(self.columns):
            self._write(column, values[key])
        self.row += 1

    def _write(self, column: int, value: Any) -> None:
        if value is None:
            self.sheet.write_blank(self.row, column, None, self.cell)
        elif isinstance(value, date):
            if self.habit.dates_as_text:
                self.sheet.write_string(self.row, column, f"{value.day}/{value.month}/{value.year}", self.cell)
            else:
                self.sheet.write_datetime(self.row, column, value, self.date)
        elif isinstance(value, int):
            self.sheet.write_number(self.row, column, value, self.cell)
        else:
            self.sheet.write_string(self.row, column, value, self.cell)

    def footing(self, count: int, women: int, day: date) -> None:
        """Write the total row and the signature block."""
        self.sheet.merge_range(
            self.row, 0, self.row, self.last, f"Tổng cộng: {count} đoàn viên (nữ: {women})", self.group
        )
        right = max(2, self.last - 3)
        place = f"Mỹ Tho, ngày {day.day:02} tháng {day.month:02} năm {day.year}"
        self.sheet.merge_range(self.row + 2, right, self.row + 2, self.last, place, self.italic)
        self.sheet.write(self.row + 3, 1, "NGƯỜI LẬP BẢNG", self.bold)
        self.sheet.merge_range(self.row + 3, right, self.row + 3, self.last, "TM. BAN CHẤP HÀNH", self.bold)
        self.sheet.merge_range(self.row + 4, right, self.row + 4, self.last, "BÍ THƯ", self.bold)


_ROMAN = dict(enumerate("I,II,III,IV,V,VI,VII,VIII,IX,X,XI,XII,XIII,XIV,XV,XVI,XVII,XVIII,XIX,XX".split(",")))


def write_list(
    path: Path,
    unit: str,
    branches: Sequence[tuple[str, Sequence[InventedMember]]],
    habit: ListHabit,
    day: date,
    seed: int,
) -> None:
    """Write one unit's list. `branches` are names with their people; without groups the people are mixed, as typed."""
    book = xlsxwriter.Workbook(str(path), {"in_memory": True})
    try:
        sheet = _DemoSheet(book, habit, "Danh sách")
        sheet.heading(unit, day)
        sheet.heads()
        everyone = [(branch, person) for branch, people in branches for person in people]
        if habit.grouped:
            for place, (branch, people) in enumerate(branches):
                sheet.group_row(_ROMAN[place], branch)
                for number, person in enumerate(people, 1):
                    sheet.person(number, person, branch)
        else:
            Random(seed).shuffle(everyone)
            for number, (branch, person) in enumerate(everyone, 1):
                sheet.person(number, person, branch)
        sheet.footing(len(everyone), sum(person.woman for _, person in everyone), day)
    finally:
        book.close()
