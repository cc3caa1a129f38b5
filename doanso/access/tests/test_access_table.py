"""docs/access.md agrees with the product: every cell of its permissions, and every address as every role at every place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from doanso.access.models import ApiToken, Role, RoleAssignment
from doanso.access.policy import Permission
from doanso.access.queries import token_hash
from doanso.access.roles import GRANTS
from doanso.access.tests.routes import MAKERS
from doanso.access.tests.scene import RouteExample, Scene
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.testing import TREE_BEGAN, Tree, signed_in
from doanso.units.models import Unit

DOCUMENT = Path(__file__).parents[3] / "docs" / "access.md"
# Each role is held at ward 4, whatever the role's usual place.
PLACES = {"own": "p4", "sibling": "p5", "parent": "my-tho", "child": "p4-kp1"}
ROLES = [role.value for role in Role]


def _tables() -> dict[str, list[dict[str, str]]]:
    """The document's tables by the head of their first column, as rows of column to cell."""
    found: dict[str, list[dict[str, str]]] = {}
    head: list[str] = []
    for line in [*DOCUMENT.read_text(encoding="utf-8").splitlines(), ""]:
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not head:
            head = cells
            found[head[0]] = []
        elif not set(line) <= set("|- "):
            assert len(cells) == len(head), line
            found[head[0]].append(dict(zip(head, cells, strict=True)))
    return found


TABLES = _tables()
PERMISSIONS = {
    row["permission"]: {role: set(row[role].replace("–", "").split()) for role in ROLES} for row in TABLES["permission"]
}


@dataclass(frozen=True)
class Row:
    """One address and method of the table."""

    address: str
    method: str
    needs: str
    over: str
    sees: str
    answers: frozenset[int]

    def __str__(self) -> str:
        return f"{self.method} {self.address}"

    @property
    def permission(self) -> str:
        return self.needs.removeprefix("token ")

    @property
    def by_token(self) -> bool:
        return self.needs.startswith("token ")


ROWS = [
    Row(
        row["address"],
        row["method"],
        row["needs"],
        row["over"],
        row["sees"].replace("–", ""),
        frozenset(map(int, row["answers"].split())),
    )
    for row in TABLES["address"]
]


def _addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from _addresses(pattern, address)
        else:
            yield address, pattern


def _path(address: str, words: dict) -> str:
    filled = re.sub(r"<(?:\w+:)?(\w+)>", lambda word: str(words[word[1]]), address)
    assert "<" not in filled
    return filled


# --- Permissions ------------------------------------------------------------------------------------------------------


def test_the_table_lists_exactly_the_permissions_that_roles_hold():
    assert set(PERMISSIONS) == {permission for permissions in GRANTS.values() for permission in permissions}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ROLES)
def test_every_cell_of_the_table_is_what_the_policy_says(tree, role):
    tree.minh.role_assignments.create(role=role, unit=tree.units["p4"], since=TREE_BEGAN)
    codes = {code: place for place, code in PLACES.items()}
    for name, cells in PERMISSIONS.items():
        permission = Permission(name, unit_of="id", own_of="role_assignments__user")
        allowed = set(permission.filter(tree.minh, Unit.objects.all()).values_list("code", flat=True))
        if cells[role] == {"self"}:
            # Of units, the own record is the one where the own role is held.
            assert allowed == {"p4"}, name
            assert permission.roots(tree.minh) == set(), name
        else:
            assert {codes[code] for code in allowed if code in codes} == cells[role], name
        for code, place in codes.items():
            assert permission.allows_at(tree.minh, tree.units[code]) == (place in cells[role]), (name, place)


@pytest.mark.django_db
def test_no_cell_holds_outside_the_term_or_for_a_closed_account(tree, business_day):
    today = clock.today()
    permission = Permission("units.view", unit_of="id")
    role_assignment = tree.minh.role_assignments.create(role=Role.UNIT_SECRETARY, unit=tree.units["p4"], since=today)
    role_assignment.until = today + timedelta(days=2)
    role_assignment.save()
    answers = []
    for days in (-1, 0, 1, 2):
        business_day(today + timedelta(days=days))
        answers.append(permission.allows_at(tree.minh, tree.units["p4"]))

    assert answers == [False, True, True, False]
    business_day(today)
    tree.minh.is_active = False
    assert not permission.allows_at(tree.minh, tree.units["p4"])


# --- Addresses --------------------------------------------------------------------------------------------------------


def test_the_table_lists_exactly_the_addresses_there_are():
    addresses = {address for address, _pattern in _addresses()}
    listed = {row.address for row in ROWS}

    assert (addresses - listed, listed - addresses) == (set(), set())


def test_every_address_with_words_has_a_maker():
    missing = {row.address for row in ROWS if "<" in row.address} - set(MAKERS)
    idle = set(MAKERS) - {row.address for row in ROWS}
    assert (missing, idle) == (set(), set())


def test_every_row_names_a_known_need():
    for row in ROWS:
        assert row.needs in {"everyone", "signed-in"} or row.permission in PERMISSIONS, str(row)
        assert not row.sees or row.sees in PERMISSIONS, str(row)
        assert row.over in {"–", "unit", "own", "anywhere", "record"}, str(row)


def _expected(row: Row, role: str, place: str) -> frozenset[int]:
    if row.needs in {"everyone", "signed-in"}:
        return row.answers
    cell = PERMISSIONS[row.permission][role]
    if row.by_token and not PERMISSIONS["access.issue_token"][role]:
        return frozenset({401})
    if row.over in {"anywhere", "record"}:
        may = bool(cell) or row.over == "record"
        # A user who may read only their own record sees none of others.
        may_see = bool(row.sees and PERMISSIONS[row.sees][role] - {"self"})
    else:
        may = place in cell
        may_see = bool(row.sees and place in PERMISSIONS[row.sees][role])
    return row.answers if may else frozenset({403 if may_see else 404})


@pytest.fixture
def walk(tree, settings):
    """Request one row as one user and return the status; all effects are undone."""
    sessions: dict[object, str] = {}

    def client_of(user: User | None) -> Client:
        """A browser of that user's; they sign in once, and whatever a request does to their session is undone with it."""
        if user is not None and user.pk not in sessions:
            sessions[user.pk] = signed_in(user).cookies[settings.SESSION_COOKIE_NAME].value
        client = Client()
        if user is not None:
            client.cookies[settings.SESSION_COOKIE_NAME] = sessions[user.pk]
        return client

    def ask(
        row: Row, user: User | None, unit: Unit, *, own: bool = False, role_assignment: RoleAssignment | None = None
    ) -> int:
        cache.clear()
        client, headers = client_of(None if row.by_token and role_assignment is not None else user), {}
        block = transaction.atomic()
        # It only undoes what was asked: like a test's own block it is no transaction of the product, which keeps bytes outside.
        block._from_testcase = True
        with block:
            example_words = (
                MAKERS[row.address](Scene(tree, user, user if own else None), unit) if row.address in MAKERS else {}
            )
            example = example_words if isinstance(example_words, RouteExample) else RouteExample(example_words)
            if row.by_token and role_assignment is not None:
                now = clock.now()
                ApiToken.objects.create(
                    role_assignment=role_assignment,
                    name="t",
                    token_hash=token_hash("secret"),
                    scope=["progress:read"],
                    created_at=now,
                    expires_at=now + timedelta(days=1),
                )
                headers = {"authorization": "Bearer secret"}
            path = _path(row.address, example.words)
            send = client.get if row.method == "GET" else client.post
            status: int = send(path, example.data, headers=headers).status_code
            transaction.set_rollback(True)
        return status

    return ask


def _places(row: Row) -> dict[str, str]:
    return PLACES if row.over in {"unit", "own"} else {"own": "p4"}


def _everybody(row: Row) -> list[tuple[str, str]]:
    """Every role with every place."""
    return [(role, place) for role in ROLES for place in _places(row)]


def _of_each_kind(row: Row) -> list[tuple[str, str]]:
    """Of the roles of whom the table says the same about this row one, and of the places that answer it alike one; another
    role and another place from row to row."""
    row_index = ROWS.index(row)
    kinds: dict[tuple[frozenset[int], ...], list[str]] = {}
    for role in ROLES:
        kinds.setdefault(tuple(_expected(row, role, place) for place in _places(row)), []).append(role)
    walks = []
    for alike in kinds.values():
        role = alike[row_index % len(alike)]
        places: dict[frozenset[int], list[str]] = {}
        for place in _places(row):
            places.setdefault(_expected(row, role, place), []).append(place)
        walks += [(role, some[row_index % len(some)]) for some in places.values()]
    return walks


def _wrong(tree: Tree, walk, row: Row, walks: list[tuple[str, str]]) -> list[tuple]:
    wrong = []
    for role in dict.fromkeys(role for role, _place in walks):
        user = User.objects.create(username=f"role-{role}", display_name=role, created_at=clock.now())
        role_assignment = RoleAssignment.objects.create(user=user, role=role, unit=tree.units["p4"], since=TREE_BEGAN)
        for place in (place for one, place in walks if one == role):
            unit = tree.units[_places(row)[place]]
            status = walk(row, user, unit, own=row.over == "record", role_assignment=role_assignment)
            if status not in _expected(row, role, place):
                wrong.append((role, place, status, set(_expected(row, role, place))))
        if row.over == "own" and PERMISSIONS[row.permission][role] == {"self"}:
            status = walk(row, user, tree.units["p4"], own=True, role_assignment=role_assignment)
            if status not in row.answers:
                wrong.append((role, "self", status, set(row.answers)))
    return wrong


@pytest.mark.long_on_postgres
@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_role_of_each_kind_gets_what_the_table_says(tree, walk, row):
    assert not _wrong(tree, walk, row, _of_each_kind(row))


@pytest.mark.long
@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_role_gets_what_the_table_says_at_every_place(tree, walk, row):
    assert not _wrong(tree, walk, row, _everybody(row))


@pytest.mark.long_on_postgres
@pytest.mark.django_db
@pytest.mark.parametrize("row", ROWS, ids=str)
def test_strangers_closed_accounts_and_nobody_get_nothing(tree, walk, row):
    unit = tree.units["p4"]
    closed = tree.an
    User.objects.filter(pk=closed.pk).update(is_active=False)
    got = {
        "nobody": walk(row, None, unit),
        "closed": walk(row, closed, unit, role_assignment=closed.role_assignments.get()),
        "stranger": walk(row, tree.minh, unit),
    }

    if row.needs == "everyone":
        assert set(got.values()) <= row.answers
        return
    away = 401 if row.by_token else 302
    assert (got["nobody"], got["closed"]) == (away, away)
    if row.by_token:
        assert got["stranger"] == 401
    else:
        assert got["stranger"] in (row.answers if row.needs == "signed-in" else {404})


@pytest.mark.long_on_postgres
@pytest.mark.django_db
@pytest.mark.parametrize("address", sorted({row.address for row in ROWS}))
def test_methods_that_are_not_listed_are_refused(tree, walk, address):
    listed = {row.method for row in ROWS if row.address == address}
    row = next(row for row in ROWS if row.address == address)
    for method in {"GET", "POST"} - listed:
        other = Row(address, method, row.needs, row.over, row.sees, frozenset())
        status = walk(other, tree.giang, tree.units["p4"])
        # The description of the API answers any method with itself.
        assert status in (row.answers if address.startswith("/api/") and row.needs == "everyone" else {401, 405})
