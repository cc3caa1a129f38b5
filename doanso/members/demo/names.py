"""Fictional people of a Vietnamese city, the same for the same seed. Any likeness is chance."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from doanso.lib.vietnamese import fold


def _words(text: str, between: str | None = None) -> tuple[str, ...]:
    return tuple(text.split(between))


_SURNAMES = {
    "Nguyễn": 34,
    "Trần": 11,
    "Lê": 9,
    "Phạm": 7,
    "Huỳnh": 6,
    "Võ": 5,
    "Phan": 4,
    "Trương": 3,
    "Bùi": 2,
    "Đặng": 2,
    "Đỗ": 2,
    "Ngô": 2,
    "Hồ": 2,
    "Dương": 2,
    "Đoàn": 1,
    "Lý": 1,
    "Mai": 1,
    "Cao": 1,
    "Lâm": 1,
    "Châu": 1,
    "Tạ": 1,
    "Đinh": 1,
    "Lương": 1,
    "Trịnh": 1,
    "Thái": 1,
    "Kiều": 1,
}
_MEN_MIDDLE = _words(
    "Văn Minh Hoàng Quốc Hữu Thanh Đức Anh Gia Nhật Tấn Trung Công Thành Ngọc Quang Phúc Bảo Chí Trọng Duy Tuấn Khánh Hải "
    "Trường Phước Thiện Đăng Tiến Xuân"
)
_MEN_GIVEN = _words(
    "An Anh Bảo Bình Cường Danh Duy Dũng Đạt Đức Hậu Hào Hải Hiếu Hiển Hòa Hoàng Huy Hùng Hưng Khang Khánh Khoa Khôi Kiên "
    "Kiệt Lâm Linh Long Lộc Luân Lực Minh Nam Nghĩa Nguyên Nhân Nhật Nhựt Phát Phi Phong Phú Phúc Phước Quân Quang Quý Sang Sơn "
    "Tài Tâm Tân Thái Thành Thắng Thiện Thịnh Thông Thuận Tiến Tín Toàn Trí Trọng Trung Trường Tú Tuấn Tùng Tường Việt Vinh Vũ "
    "Vương Vỹ Ý"
)
_WOMEN_MIDDLE = _words(
    "Thị Ngọc Thanh Kim Mỹ Bích Thùy Minh Hồng Phương Thảo Tuyết Diễm Cẩm Yến Quỳnh Như Bảo Khánh Hoàng Anh Thúy Mộng Trúc Ánh "
    "Huỳnh Lan Xuân"
)
_WOMEN_GIVEN = _words(
    "An Anh Ánh Bình Châu Chi Diễm Dung Duyên Đào Giang Hà Hân Hằng Hạnh Hiền Hoa Hồng Huệ Hương Khánh Lam Lan Linh Loan Ly Mai "
    "Mi My Nga Ngân Nghi Ngọc Nguyên Nhi Nhiên Như Nhung Oanh Phụng Phương Phượng Quyên Quỳnh Sương Tâm Thảo Thi Thoa Thơ Thu "
    "Thư Thúy Thùy Thủy Tiên Trà Trâm Trân Trang Trinh Trúc Tú Tuyền Tuyết Uyên Vân Vi Vy Xuân Yến"
)
_PREFIXES = _words(
    "032 033 034 035 036 037 038 039 070 076 077 078 079 081 082 083 084 085 090 091 093 094 096 097 098"
)
_STREETS = _words(
    "Ấp Bắc|Lê Lợi|Hùng Vương|Nam Kỳ Khởi Nghĩa|Đinh Bộ Lĩnh|Trần Hưng Đạo|Lý Thường Kiệt|Nguyễn Thị Thập|Lê Văn Phẩm|"
    "Phan Thanh Giản|Nguyễn Huệ|Trương Định|Thái Sanh Hạnh|Học Lạc|Đoàn Thị Nghĩa|Hoàng Việt|Nguyễn Trãi|Tết Mậu Thân",
    "|",
)
MY_THO = "082"
"""The citizen-number code of the province."""


@dataclass(frozen=True, slots=True)
class InventedMember:
    """One invented member as a unit's list knows them."""

    name: str
    woman: bool
    birth: date
    citizen_id: str
    phone: str
    joined: date
    card: str
    address: str


class PeopleGenerator:
    """Invents people, no two of one name and birth date, of one citizen number, phone or card."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        self._taken: set[object] = set()
        self._surnames = list(_SURNAMES)
        self._weights = list(_SURNAMES.values())

    def invent(self, youngest: int, oldest: int, on: date) -> InventedMember:
        """Return a member of that age on a day, who joined the Union at some time since their sixteenth year."""
        pick = self._random
        woman = pick.random() < 0.53
        while True:
            birth = on - timedelta(
                days=pick.randint(youngest * 365 + youngest // 4 + 1, oldest * 365 + oldest // 4 + 364)
            )
            name = self._name(woman)
            if self._take((fold(name), birth)):
                break
        latest = on - timedelta(days=20)
        year = pick.randint(birth.year + 16, max(birth.year + 16, min(latest.year, birth.year + 18)))
        # Most are admitted at the Union's birthday, 26 March, or around the national day.
        joined = date(year, *pick.choice([(3, 26), (3, 26), (5, 19), (9, 2), (12, 22)]))
        return InventedMember(
            name=name,
            woman=woman,
            birth=birth,
            citizen_id=self._citizen_id(woman, birth.year),
            phone=self._phone(),
            joined=min(joined, latest),
            card=f"{MY_THO}{self._number(8)}",
            address=f"{pick.randint(1, 480)}{pick.choice(['', '', '', '/2', '/5', 'A', 'B'])} {pick.choice(_STREETS)}",
        )

    def _take(self, thing: object) -> bool:
        if thing in self._taken:
            return False
        self._taken.add(thing)
        return True

    def _number(self, digits: int) -> str:
        while True:
            number = f"{self._random.randrange(10**digits):0{digits}}"
            if self._take(("number", digits, number)):
                return number

    def _citizen_id(self, woman: bool, year: int) -> str:
        while True:
            born = f"{MY_THO}{(2 if year >= 2000 else 0) + woman}{year % 100:02}"
            number = f"{born}{self._random.randrange(10**6):06}"
            if self._take(("citizen", number)):
                return number

    def _phone(self) -> str:
        while True:
            phone = f"{self._random.choice(_PREFIXES)}{self._random.randrange(10**7):07}"
            if self._take(("phone", phone)):
                return phone

    def _name(self, woman: bool) -> str:
        pick = self._random
        surname = pick.choices(self._surnames, self._weights)[0]
        middles, givens = (_WOMEN_MIDDLE, _WOMEN_GIVEN) if woman else (_MEN_MIDDLE, _MEN_GIVEN)
        middle, given_name = pick.choice(middles), pick.choice(givens)
        while given_name == middle:
            given_name = pick.choice(givens)
        if woman and middle != "Thị" and pick.random() < 0.25:
            return f"{surname} Thị {middle} {given_name}"
        return f"{surname} {middle} {given_name}"
