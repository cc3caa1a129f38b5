"""Every address that takes something gets it twice: at the same moment, and after it has done its work. None of it is an error of
the server, and a form with a key leads to one object.

What is sent is the form that a page of the address shows, filled in, where that is accepted, else the bare request of the table.
"""

import re
import threading
import traceback
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client

from doanso.access.models import RoleAssignment
from doanso.access.tests.filled_forms import filled_forms
from doanso.access.tests.routes import MAKERS
from doanso.access.tests.scene import RouteExample, Scene
from doanso.access.tests.test_access_table import ROLES, ROWS, Row, all_addresses, allowed_statuses, path_of
from doanso.accounts.models import User
from doanso.lib import clock, database
from doanso.testing import TREE_BEGAN, Tree, grow_tree, signed_in, taken_back
from tools.whole_run import app_of

PATIENCE = 20
"""Seconds after which a request that should be through has hung."""
SENT = [row for row in ROWS if row.method == "POST" and not row.by_token]
_PAGES = [row.address for row in ROWS if row.method == "GET"]
_NUMBERS = count(1)


@dataclass
class Button:
    """An address with an object, what is sent there, and by whom."""

    row: Row
    path: str
    client: Client
    words: dict[str, Any]
    data: dict[str, Any]

    def press(self) -> tuple[int, str]:
        """Send it; return the status and where it leads, or 500 and the error."""
        cache.clear()
        try:
            response = self.client.post(self.path, self.data)
        except Exception:  # noqa: BLE001 -- whatever a page throws is what is looked for
            return 500, traceback.format_exc(limit=-6)
        return response.status_code, response.headers.get("Location", "")

    def fill(self) -> None:
        """Fill in the form of a page that leads here, where what it sends is accepted."""
        if self._is_accepted({}):
            return
        for page in self._pages():
            for values in filled_forms(page.content.decode(), page.request["PATH_INFO"], self.path):
                if self._is_accepted(values):
                    self.data = values | self.data
                    return

    def _pages(self) -> Iterator[Any]:
        """Yield the pages that may show the form: the answer to the bare request, and those above the address, nearest first."""
        above = [address for address in _PAGES if self.row.address.startswith(address) and address != "/"]
        for address in ["", *sorted(above, key=len, reverse=True)]:
            cache.clear()
            with taken_back():
                response = (
                    self.client.get(path_of(address, self.words)) if address else self.client.post(self.path, self.data)
                )
            if not response.streaming and "text/html" in response.headers.get("Content-Type", ""):
                yield response

    def _is_accepted(self, values: dict[str, str]) -> bool:
        """Return whether the address takes these values; nothing of it stays."""
        with taken_back():
            status, _where = Button(self.row, self.path, self.client, self.words, values | self.data).press()
        return status in (200, 302)


def _who(row: Row, tree: Tree) -> User | None:
    """Return an account that may use the address for an object of ward 4; nobody where it is for everybody."""
    if row.needs == "everyone":
        return None
    if row.needs == "signed-in":
        return tree.an
    role = next(role for role in ROLES if allowed_statuses(row, role, "own") == row.answers)
    number = next(_NUMBERS)
    user = User.objects.create(username=f"presses-{number}", display_name="Ai Đó", created_at=clock.now())
    RoleAssignment.objects.create(user=user, role=role, unit=tree.units["p4"], since=TREE_BEGAN)
    return user


def buttons_of(rows: Sequence[Row], tree: Tree) -> list[Button]:
    """Make an object of ward 4 for addresses that have the same maker, and fill in the form of each."""
    users = [_who(row, tree) for row in rows]
    scene = Scene(tree, users[0], users[0] if rows[0].over == "record" else None, _made=next(_NUMBERS) * 1000)
    words = MAKERS[rows[0].address](scene, tree.units["p4"]) if rows[0].address in MAKERS else {}
    example = words if isinstance(words, RouteExample) else RouteExample(words)
    buttons = []
    for row, user in zip(rows, users, strict=True):
        client = signed_in(user) if user is not None else Client()
        button = Button(row, path_of(row.address, example.words), client, example.words, dict(example.data))
        button.fill()
        buttons.append(button)
    return buttons


class _HeldOpen(transaction.Atomic):
    """A transaction that commits at its end; like a test's own it is not the product's, which may commit inside it."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)
        self._from_testcase = True


class _Second(threading.Thread):
    """Presses a button on a connection of its own; keeps the answer."""

    def __init__(self, button: Button) -> None:
        super().__init__(daemon=True)
        self._button, self._begun, self._server_process = button, threading.Event(), 0
        self.answers: list[tuple[int, str]] = []

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self._server_process = connection.connection.info.backend_pid
            self._begun.set()
            self.answers.append(self._button.press())
        finally:
            connection.close()

    def wait(self) -> None:
        """Return when it is through, or waits for a lock."""
        assert self._begun.wait(PATIENCE)
        with connection.cursor() as cursor:
            for _look in range(PATIENCE * 200):
                asked = "SELECT count(*), pg_sleep(0.005) FROM pg_locks WHERE NOT granted AND pid = %s"
                cursor.execute(asked, [self._server_process])
                if cursor.fetchone()[0] or not self.is_alive():
                    return


def press_at_once(button: Button) -> list[tuple[int, str]]:
    """Press it twice, on PostgreSQL the second time while nothing of the first is committed; return both answers."""
    if not database.locks_rows():
        return [button.press(), button.press()]
    second = _Second(button)
    with _HeldOpen():
        first = button.press()
        second.start()
        second.wait()
    second.join(PATIENCE)
    return [first, *second.answers]


_VIEWS = dict(all_addresses())


def _app(row: Row) -> str:
    return app_of(_VIEWS[row.address].callback.__module__)


def _cases() -> list[Any]:
    """Return the rows by the app of their view, as cases that runs of CI leave out where it did not change."""
    by_app: dict[str, list[Row]] = {}
    for row in SENT:
        by_app.setdefault(_app(row), []).append(row)
    return [pytest.param(rows, id=app, marks=pytest.mark.if_changed("ci", app)) for app, rows in sorted(by_app.items())]


def _cases_of_one_object() -> list[Any]:
    """Return the rows of which several are about the same object, because they have the same maker, in the same way."""
    by_maker: dict[Any, list[Row]] = {}
    for row in SENT:
        if row.address in MAKERS:
            by_maker.setdefault(MAKERS[row.address], []).append(row)
    groups = [rows for rows in by_maker.values() if len(rows) > 1]
    return [
        pytest.param(rows, id=rows[0].address, marks=pytest.mark.if_changed("ci", _app(rows[0]))) for rows in groups
    ]


@pytest.mark.long
@pytest.mark.sqlite_only
@pytest.mark.django_db
@pytest.mark.parametrize("rows", _cases_of_one_object())
def test_pressed_after_every_other_button_of_its_object(tree: Tree, rows: list[Row]) -> None:
    buttons, wrong = buttons_of(rows, tree), []
    for first in buttons:
        with taken_back():
            first.press()
            for button in buttons:
                with taken_back():
                    status, error = button.press()
                if status >= 500:
                    wrong.append((str(button.row), button.data, "after", str(first.row), first.data, error))
    assert not wrong


@pytest.mark.long
@pytest.mark.engines
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rows", _cases())
def test_pressed_twice_at_once_and_once_more(tree: Tree, rows: list[Row]) -> None:
    wrong = []
    for row in rows:
        try:
            [button] = buttons_of([row], tree)
        except IntegrityError:
            # The object of an earlier address stands in the way.
            call_command("flush", interactive=False, verbosity=0)
            tree = grow_tree()
            [button] = buttons_of([row], tree)
        answers = press_at_once(button)
        answers.append(button.press())
        if len(answers) != 3 or any(status >= 500 for status, _where in answers):
            wrong.append((str(row), button.data, answers))
        elif re.fullmatch("[0-9a-f-]{36}", str(button.data.get("key", ""))) and len(set(answers)) != 1:
            wrong.append((str(row), "one form leads to different pages", answers))
    assert not wrong
