"""The small unit tree and its users, shared by all tests.

    my-tho (city)
    ├── p4 (grassroots, ward 4)    ├── p4-kp1, p4-kp2 (branches)
    ├── p5 (grassroots, ward 5)    └── p5-kp1 (branch)

An is secretary of ward 4, Bình secretary of branch p4-kp1, Chi secretary of ward 5, Dung officer at the city, Giang the
city's administrator, Hạnh inspector at the city, Khoa a member of p4-kp1 with a sign-in, Lan a helper in ward 4.
Minh has an account and no role at all. The business day is 2023-11-12.
"""

import pickle
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils.crypto import get_random_string

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.vietnamese import fold, sort_key
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath
from tools import fixture_replay
from tools.fixture_replay import taken_back

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
            user: User = self.__dict__["users"][name]
        except KeyError:
            raise AttributeError(name) from None
        return user


@cache
def _password() -> str:
    """The password of all users, hashed once."""
    return make_password(PASSWORD)


def grow_tree() -> Tree:
    """Create the tree and its users directly, so that tests of one action depend on no other.

    Every test starts here, so each kind of row takes one statement.
    """
    units = {code: Unit(code=code, kind=kind, since=TREE_BEGAN) for code, _parent, kind, _name, _short in _UNITS}
    names, links, paths = [], [], []
    ancestors: dict[str, list[str]] = {}
    for code, parent, _kind, name, short in _UNITS:
        unit = units[code]
        names.append(UnitName(unit=unit, name=name, short_name=short, sort_key=short, since=TREE_BEGAN))
        ancestors[code] = [code] if parent is None else [code, *ancestors[parent]]
        if parent is not None:
            links.append(UnitLink(unit=unit, parent=units[parent], since=TREE_BEGAN))
        for depth, above in enumerate(ancestors[code]):
            paths.append(UnitPath(ancestor=units[above], unit=unit, depth=depth, since=TREE_BEGAN))
    users = {
        username: User(
            username=username,
            display_name=name,
            folded=fold(name),
            sort_key=sort_key(name),
            password=_password(),
            created_at=clock.now(),
        )
        for username, name, _role, _code in _CAST
    }
    role_assignments = [
        RoleAssignment(user=users[username], role=role, unit=units[code], since=TREE_BEGAN)
        for username, _name, role, code in _CAST
        if role is not None
    ]
    Unit.objects.bulk_create(units.values())
    UnitName.objects.bulk_create(names)
    UnitLink.objects.bulk_create(links)
    UnitPath.objects.bulk_create(paths)
    User.objects.bulk_create(users.values())
    RoleAssignment.objects.bulk_create(role_assignments)
    return Tree(units, users)


@cache
def _grown_tree() -> bytes:
    """Return the pickled tree of this process's database, which all tests that find it share."""
    units = {unit.code: unit for unit in Unit.objects.all()}
    users = {user.username: user for user in User.objects.all()}
    return pickle.dumps(Tree({code: units[code] for code, *_ in _UNITS}, {name: users[name] for name, *_ in _CAST}))


def find_or_grow_tree() -> Tree:
    """Return the tree that came with the database, as objects of the test's own; create it where it was removed."""
    if not Unit.objects.exists():
        fixture_replay.begin_unknown()
        return grow_tree()
    tree: Tree = pickle.loads(_grown_tree())
    fixture_replay.begin_with("tree")
    return tree


def signed_in(user: User) -> Client:
    """Return a client with the session that `Client.force_login` makes, by one statement instead of seven."""
    store = SessionStore()
    [backend] = settings.AUTHENTICATION_BACKENDS
    content = {
        SESSION_KEY: str(user.pk),
        BACKEND_SESSION_KEY: backend,
        HASH_SESSION_KEY: user.get_session_auth_hash(),
    }
    key = get_random_string(32)
    session = Session(session_key=key, session_data=store.encode(content), expire_date=store.get_expiry_date())
    Session.objects.bulk_create([session])
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = key
    return client


def cut_tree() -> None:
    """Remove the tree that came with the database, for a test that begins without units and users."""
    for model in (RoleAssignment, UnitPath, UnitLink, UnitName, Unit, User):
        model._base_manager.all()._raw_delete(using="default")
    fixture_replay.begin_unknown()


__all__ = [
    "PASSWORD",
    "TODAY",
    "TREE_BEGAN",
    "Tree",
    "cut_tree",
    "find_or_grow_tree",
    "grow_tree",
    "signed_in",
    "taken_back",
]
