"""docs/access.md agrees with the product: every cell of its permissions, and every address as every role at every place."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from doanso.access.models import ApiToken, Role, RoleAssignment
from doanso.access.policy import Permission
from doanso.access.queries import token_hash
from doanso.access.roles import GRANTS
from doanso.access.tests.routes import MAKERS
from doanso.access.tests.routes_documents import ISSUED_MAKERS
from doanso.access.tests.scene import Maker, RouteExample, Scene
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.testing import TREE_BEGAN, Tree, signed_in, taken_back
from doanso.units.models import Unit
from tools.whole_run import app_of

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


def all_addresses(resolver: URLResolver | None = None, before: str = "/") -> Iterator[tuple[str, URLPattern]]:
    for pattern in (resolver or get_resolver()).url_patterns:
        address = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from all_addresses(pattern, address)
        else:
            yield address, pattern


def path_of(address: str, words: dict) -> str:
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
    addresses = {address for address, _pattern in all_addresses()}
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


def allowed_statuses(row: Row, role: str, place: str) -> frozenset[int]:
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


@dataclass(frozen=True)
class Visit:
    """One user's request for an object of a unit, and the statuses that the table allows; an empty `method` is the row's."""

    label: tuple[str, ...]
    user: User | None
    unit: Unit
    expected: frozenset[int]
    own: bool = False
    role_assignment: RoleAssignment | None = None
    method: str = ""


class Walk:
    """Requests rows as users; the effects of every request are undone.

    An example that is nobody's own serves all visits of its unit.
    """

    def __init__(self, tree: Tree, makers: Mapping[str, Maker] = MAKERS) -> None:
        self._tree, self._makers = tree, makers
        self._sessions: dict[object, str] = {}

    def wrong(self, row: Row, visits: Sequence[Visit]) -> list[tuple]:
        """Return label, status and expected statuses of each visit that the table contradicts."""
        groups: dict[tuple[object, bool], list[Visit]] = {}
        for visit in visits:
            groups.setdefault((visit.unit.pk, visit.own), []).append(visit)
        return [
            (*visit.label, status, set(visit.expected))
            for group in groups.values()
            for visit, status in self._statuses(row, group)
            if status not in visit.expected
        ]

    def _statuses(self, row: Row, visits: list[Visit]) -> Iterator[tuple[Visit, int]]:
        """Yield the visits to one unit with their statuses; an example that is a user's own is made for each user anew."""
        clients = {id(visit): self._client(row, visit) for visit in visits}
        left = list(visits)
        while left:
            with taken_back():
                first = left[0]
                scene = Scene(self._tree, first.user, first.user if first.own else None)
                words = self._makers[row.address](scene, first.unit) if row.address in self._makers else {}
                example = words if isinstance(words, RouteExample) else RouteExample(words)
                number = 1 if scene.is_personal else len(left)
                for visit in left[:number]:
                    with taken_back():
                        yield visit, self._status(row, visit, clients[id(visit)], example)
            del left[:number]

    def _client(self, row: Row, visit: Visit) -> Client:
        """Return a browser of the user's; they sign in once, and whatever a request does to their session is undone with it."""
        client = Client()
        if visit.user is not None and not (row.by_token and visit.role_assignment is not None):
            if visit.user.pk not in self._sessions:
                self._sessions[visit.user.pk] = signed_in(visit.user).cookies[settings.SESSION_COOKIE_NAME].value
            client.cookies[settings.SESSION_COOKIE_NAME] = self._sessions[visit.user.pk]
        return client

    def _status(self, row: Row, visit: Visit, client: Client, example: RouteExample) -> int:
        cache.clear()
        headers = {}
        if row.by_token and visit.role_assignment is not None:
            now = clock.now()
            ApiToken.objects.create(
                role_assignment=visit.role_assignment,
                name="t",
                token_hash=token_hash("secret"),
                scope=["progress:read"],
                created_at=now,
                expires_at=now + timedelta(days=1),
            )
            headers = {"authorization": "Bearer secret"}
        send = client.get if (visit.method or row.method) == "GET" else client.post
        response = send(path_of(row.address, example.words), example.data, headers=headers)
        if SESSION_KEY in client.session:
            assert _is_asked_for_anew(row, response), f"{row}: a browser may show it again after signing out"
        status: int = response.status_code
        return status


KEPT_A_MINUTE = {"/pins/", "/waiting/"}
"""Addresses whose answers a browser keeps for a minute: parts of every page that hold no name."""


def _is_asked_for_anew(row: Row, response: HttpResponse) -> bool:
    """Return whether a browser asks the server before it shows a signed-in user's response again."""
    kept = {word.strip() for word in response.headers.get("Cache-Control", "").split(",")}
    return (
        bool(kept & {"no-store", "no-cache"})
        or row.address in KEPT_A_MINUTE
        or (row.needs == "everyone" and "public" in kept)
    )


@pytest.fixture
def walk(tree: Tree) -> Walk:
    """See `Walk`."""
    return Walk(tree)


def _places(row: Row) -> dict[str, str]:
    return PLACES if row.over in {"unit", "own"} else {"own": "p4"}


def _of_each_kind(row: Row) -> list[tuple[str, str]]:
    """Of the roles of whom the table says the same about this row one, and of the places that answer it alike one; another
    role and another place from row to row."""
    row_index = ROWS.index(row)
    kinds: dict[tuple[frozenset[int], ...], list[str]] = {}
    for role in ROLES:
        kinds.setdefault(tuple(allowed_statuses(row, role, place) for place in _places(row)), []).append(role)
    walks = []
    for alike in kinds.values():
        role = alike[row_index % len(alike)]
        places: dict[frozenset[int], list[str]] = {}
        for place in _places(row):
            places.setdefault(allowed_statuses(row, role, place), []).append(place)
        walks += [(role, some[row_index % len(some)]) for some in places.values()]
    return walks


def _of_roles(tree: Tree, row: Row, walks: list[tuple[str, str]]) -> Iterator[Visit]:
    """Yield the visits of these roles at these places, and of roles for which the table has their own record."""
    for role in dict.fromkeys(role for role, _place in walks):
        user = User.objects.create(username=f"role-{role}", display_name=role, created_at=clock.now())
        role_assignment = RoleAssignment.objects.create(user=user, role=role, unit=tree.units["p4"], since=TREE_BEGAN)
        visit = partial(Visit, user=user, role_assignment=role_assignment)
        for place in (place for listed_role, place in walks if listed_role == role):
            unit, expected = tree.units[_places(row)[place]], allowed_statuses(row, role, place)
            yield visit((role, place), unit=unit, expected=expected, own=row.over == "record")
        if row.over == "own" and PERMISSIONS[row.permission][role] == {"self"}:
            yield visit((role, "self"), unit=tree.units["p4"], expected=row.answers, own=True)


def _of_strangers(tree: Tree, row: Row) -> Iterator[Visit]:
    """Yield the visits of nobody, of a closed account and of an account without a role."""
    closed = User.objects.create(username="closed", display_name="Ai Đó", created_at=clock.now(), is_active=False)
    role_assignment = RoleAssignment.objects.create(
        user=closed, role=Role.UNIT_SECRETARY, unit=tree.units["p4"], since=TREE_BEGAN
    )
    away = row.answers if row.needs == "everyone" else frozenset({401 if row.by_token else 302})
    refused = row.answers if row.needs in {"everyone", "signed-in"} else frozenset({401 if row.by_token else 404})
    visit = partial(Visit, unit=tree.units["p4"])
    yield visit(("nobody",), None, expected=away)
    yield visit(("closed",), closed, expected=away, role_assignment=role_assignment)
    yield visit(("stranger",), tree.minh, expected=refused)


def _by_other_methods(tree: Tree, row: Row) -> Iterator[Visit]:
    """Yield the visits by methods that the table lists nowhere for the row's address; each address has them once."""
    listed = [listed_row.method for listed_row in ROWS if listed_row.address == row.address]
    if row.method == listed[0]:
        # The description of the API answers any method with itself.
        is_open_api = row.address.startswith("/api/") and row.needs == "everyone"
        expected = row.answers if is_open_api else frozenset({401, 405})
        for method in sorted({"GET", "POST"} - set(listed)):
            yield Visit((method,), tree.giang, tree.units["p4"], expected, method=method)


def _cases(scope: str) -> list[Any]:
    """Return the rows as cases that runs of this scope leave out where neither the address's app nor this one changed."""
    views = dict(all_addresses())
    apps = {row: app_of(views[row.address].callback.__module__) if row.address in views else "access" for row in ROWS}
    return [pytest.param(row, id=str(row), marks=pytest.mark.if_changed(scope, apps[row])) for row in ROWS]


@pytest.mark.long_on_postgres
@pytest.mark.django_db
@pytest.mark.parametrize("row", _cases("daily"))
def test_a_role_of_each_kind_and_strangers_get_what_the_table_says_and_other_methods_are_refused(tree, walk, row):
    visits = [*_of_roles(tree, row, _of_each_kind(row)), *_of_strangers(tree, row), *_by_other_methods(tree, row)]
    assert not walk.wrong(row, visits)


@pytest.mark.sqlite_only
@pytest.mark.django_db
def test_who_may_only_read_an_issued_document_gets_what_the_table_says_whatever_they_send(tree):
    walk, rows = (
        Walk(tree, ISSUED_MAKERS),
        [row for row in ROWS if row.method == "POST" and row.address in ISSUED_MAKERS],
    )
    readers = list(_of_roles(tree, rows[0], [("inspector", "own"), ("city-officer", "child")]))
    wrong = {}
    for row in rows:
        visits = [replace(visit, expected=allowed_statuses(row, *visit.label)) for visit in readers]
        wrong[str(row)] = walk.wrong(row, visits)
    assert len(rows) > 15
    assert not [(row, answers) for row, answers in wrong.items() if answers]


@pytest.mark.long
@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("row", _cases("ci"))
def test_every_other_role_gets_what_the_table_says_at_every_place(tree, walk, row):
    asked = _of_each_kind(row)
    others = [(role, place) for role in ROLES for place in _places(row) if (role, place) not in asked]
    assert not walk.wrong(row, list(_of_roles(tree, row, others)))
