"""The demo's part of access: the committee's officers, and those who can sign in."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from doanso.access import actions
from doanso.access.models import Role
from doanso.accounts.actions import create_user
from doanso.accounts.models import User
from doanso.units.models import Unit

SINCE = date(2023, 1, 1)
_SECRETARIES = (
    "Nguyễn Thanh Tùng|Trần Thị Ngọc Mai|Lê Hoàng Phúc|Phạm Minh Thư|Huỳnh Quốc Bảo|Võ Thị Kim Ngân|Phan Anh Tuấn|"
    "Trương Mỹ Linh|Bùi Hữu Nghĩa|Đặng Thùy Dương|Ngô Trung Kiên|Hồ Thị Bích Trâm|Dương Gia Huy|Lý Cẩm Tú|Mai Công Danh|"
    "Cao Thị Hồng Nhung|Lâm Nhựt Trường|Châu Ngọc Hân|Đinh Tấn Lộc|Thái Thị Yến Nhi|Kiều Minh Khôi"
)
_WORDS = [
    "bana",
    "buoi",
    "cam",
    "cauda",
    "chanh",
    "dua",
    "hoasen",
    "khom",
    "lua",
    "mangcut",
    "mit",
    "nhan",
    "oi",
    "phuong",
    "quyt",
    "saurieng",
    "sen",
    "tre",
    "xoai",
    "vusua",
]


@dataclass(frozen=True, slots=True)
class SignIn:
    """A sign-in that is printed."""

    role: str
    username: str
    password: str
    place: str


@dataclass(frozen=True, slots=True)
class Staff:
    """The demo's actors: the city's officers, a secretary per unit by its code, and the printed sign-ins."""

    administrator: User
    officer: User
    city_secretary: User
    clerk: User
    secretaries: Mapping[str, User]
    sign_ins: list[SignIn]


def _password() -> str:
    return f"{secrets.choice(_WORDS)}-{secrets.choice(_WORDS)}-{secrets.randbelow(9000) + 1000}"


class _Office:
    def __init__(self) -> None:
        self.sign_ins: list[SignIn] = []
        self.administrator: User | None = None

    def appoint(self, username: str, name: str, role: Role, unit: Unit, place: str, *, printed: bool = False) -> User:
        """Create an account with its role, and with a password only if it is to be printed."""
        password = _password() if printed else None
        user = create_user(
            actor=self.administrator, username=username, display_name=name, password=password, note="demo"
        )
        actions.grant_role(actor=self.administrator, user=user, role=role, unit=unit, since=SINCE, note="demo")
        if password is not None:
            self.sign_ins.append(SignIn(str(role.label), username, password, place))
        return user


def appoint(city: Unit, units: Sequence[tuple[Unit, str]], branch: tuple[Unit, str], printed_unit: str) -> Staff:
    """Create all actors of the year. `units` come with their short names, `branch` is the branch of the printed members."""
    office = _Office()
    city_name = "Thành Đoàn Mỹ Tho"
    administrator = office.appoint("quantri", "Võ Trường Giang", Role.CITY_ADMINISTRATOR, city, city_name, printed=True)
    office.administrator = administrator
    city_secretary = office.appoint(
        "bithu.thanhdoan", "Phạm Quốc Việt", Role.CITY_OFFICER, city, city_name, printed=True
    )
    officer = office.appoint("canbo", "Lê Minh Hoàng", Role.CITY_OFFICER, city, city_name, printed=True)
    clerk = office.appoint("vanthu", "Nguyễn Thị Cẩm Vân", Role.CLERK, city, city_name, printed=True)
    secretaries = {}
    for (unit, name), person in zip(units, _SECRETARIES.split("|"), strict=False):
        printed = unit.code == printed_unit
        username = "bithu" if printed else f"bithu.{unit.code}"
        secretaries[unit.code] = office.appoint(username, person, Role.UNIT_SECRETARY, unit, name, printed=printed)
    branch_unit, branch_name = branch
    office.appoint(
        "bithu.chidoan", "Nguyễn Thị Thanh Trúc", Role.BRANCH_SECRETARY, branch_unit, branch_name, printed=True
    )
    helped_unit, helped_name = next((unit, name) for unit, name in units if unit.code == printed_unit)
    office.appoint("congtacvien", "Bùi Thị Lan", Role.HELPER, helped_unit, helped_name, printed=True)
    office.appoint("kiemtra", "Đặng Mỹ Hạnh", Role.INSPECTOR, city, city_name, printed=True)
    return Staff(administrator, officer, city_secretary, clerk, secretaries, office.sign_ins)


def appoint_member(staff: Staff, name: str, branch: Unit, place: str) -> User:
    """Create the sign-in of one member under their own name, printed after the branch's secretary."""
    office = _Office()
    office.administrator = staff.administrator
    member = office.appoint("doanvien", name, Role.MEMBER, branch, place, printed=True)
    after = next(number for number, sign_in in enumerate(staff.sign_ins, 1) if sign_in.username == "bithu.chidoan")
    staff.sign_ins[after:after] = office.sign_ins
    return member
