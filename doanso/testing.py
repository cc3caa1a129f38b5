"""The cast and the small tree every test lives in.

    my-tho (city)
    ├── p4 (grassroots, ward 4)    ├── p4-kp1, p4-kp2 (branches)
    ├── p5 (grassroots, ward 5)    └── p5-kp1 (branch)

An is secretary of ward 4, Bình secretary of branch p4-kp1, Chi secretary of ward 5, Dung officer at the city, Giang the
city's administrator, Hạnh inspector at the city, Khoa a member of p4-kp1 with a sign-in, Lan a helper in ward 4.
Minh has an account and no role at all. The business day is 2023-11-12.
"""

from dataclasses import dataclass, field
from datetime import date

from doanso.access.models import Holding, Role
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath

TODAY = date(2023, 11, 12)
TREE_BEGAN = date(2020, 1, 1)
PASSWORD = "mat-khau-dai-de-thu"

_UNITS = [
    ("my-tho", None, UnitKind.CITY, "Thành Đoàn Mỹ Tho", "Mỹ Tho"),
    ("p4", "my-tho", UnitKind.GRASSROOTS, "Đoàn Phường 4", "Phường 4"),
    ("p5", "my-tho", UnitKind.GRASSROOTS, "Đoàn Phường 5", "Phường 5"),
    ("p4-kp1", "p4", UnitKind.BRANCH, "Chi đoàn Khu phố 1, Phường 4", "Khu phố 1"),
    ("p4-kp2", "p4", UnitKind.BRANCH, "Chi đoàn Khu phố 2, Phường 4", "Khu phố 2"),
    ("p5-kp1", "p5", UnitKind.BRANCH, "Chi đoàn Khu phố 1, Phường 5", "Khu phố 1"),
]
_CAST = [
    ("an", "Nguyễn Văn An", Role.UNIT_SECRETARY, "p4"),
    ("binh", "Trần Thị Bình", Role.BRANCH_SECRETARY, "p4-kp1"),
    ("chi", "Lê Thị Chi", Role.UNIT_SECRETARY, "p5"),
    ("dung", "Phạm Thị Dung", Role.CITY_OFFICER, "my-tho"),
    ("giang", "Võ Trường Giang", Role.CITY_ADMINISTRATOR, "my-tho"),
    ("hanh", "Đặng Mỹ Hạnh", Role.INSPECTOR, "my-tho"),
    ("khoa", "Huỳnh Đăng Khoa", Role.MEMBER, "p4-kp1"),
    ("lan", "Bùi Thị Lan", Role.HELPER, "p4"),
    ("minh", "Đỗ Quang Minh", None, ""),
]


@dataclass
class Tree:
    """Units by code and people by first name: `tree.units["p4"]`, `tree.an`."""

    units: dict[str, Unit] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        try:
            return self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None


def grow_tree() -> Tree:
    """Make the small tree and its people directly, so that no test of a deed depends on another deed."""
    tree = Tree()
    ancestors: dict[str, list[str]] = {}
    for code, parent, kind, name, short in _UNITS:
        unit = Unit.objects.create(code=code, kind=kind, since=TREE_BEGAN)
        tree.units[code] = unit
        UnitName.objects.create(unit=unit, name=name, short_name=short, sort_key=short, since=TREE_BEGAN)
        ancestors[code] = [code] if parent is None else [code, *ancestors[parent]]
        if parent is not None:
            UnitLink.objects.create(unit=unit, parent=tree.units[parent], since=TREE_BEGAN)
        UnitPath.objects.bulk_create(
            UnitPath(ancestor=tree.units[above], unit=unit, depth=depth, since=TREE_BEGAN)
            for depth, above in enumerate(ancestors[code])
        )
    for username, name, role, code in _CAST:
        user = User(username=username, display_name=name, created_at=clock.now())
        user.set_password(PASSWORD)
        user.save()
        tree.users[username] = user
        if role is not None:
            Holding.objects.create(user=user, role=role, unit=tree.units[code], since=TREE_BEGAN)
    return tree
