"""A full disk and a failing page: the responses to people and machines, and that nothing was stored."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg.errors
import pytest
from django.db import OperationalError, connection
from django.test import Client

from doanso.accounts.models import User
from doanso.lib.uuid7 import uuid7
from doanso.sync import actions
from doanso.sync.actions import register_device
from doanso.sync.models import Device
from doanso.testing import PASSWORD, Tree


@contextmanager
def full_database() -> Iterator[None]:
    """While it lasts the database reads, and has no room for anything new."""

    def execute(run: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if sql.lstrip("( ").upper().startswith(("INSERT", "UPDATE", "DELETE")):
            raise OperationalError("full") from psycopg.errors.DiskFull("full")
        return run(sql, params, many, context)

    with connection.execute_wrapper(execute):
        yield


@pytest.fixture
def client_of(as_user: Callable[..., Client]) -> Callable[..., Client]:
    """A browser that gets the page a broken request ends with, instead of the test getting its error."""

    def made(user: User | None = None) -> Client:
        client = as_user(user) if user is not None else Client()
        client.raise_request_exception = False
        return client

    return made


@pytest.fixture
def device(tree: Tree) -> Device:
    return register_device(actor=tree.lan, device_id=uuid7(), name="Máy của Lan").device


def test_a_full_disk_has_a_page_of_its_own_and_nothing_is_half_done(
    device: Device, tree: Tree, client_of: Callable[..., Client]
) -> None:
    client = client_of(tree.an)
    with full_database():
        answer = client.post(f"/sync/devices/{device.pk}/revoke/")
        # What is there can still be read.
        assert client.get("/sync/devices/").status_code == 200
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (507, "60", "no-store")
    assert "Máy chủ hết chỗ lưu" in answer.text
    device.refresh_from_db()
    assert device.revoked_at is None


def test_signing_in_says_so_too(tree: Tree, client_of: Callable[..., Client]) -> None:
    # The answer says neither that they tried too often nor that the password is wrong.
    with full_database():
        answer = client_of().post("/login/", {"login": tree.an.username, "password": PASSWORD})
    assert answer.status_code == 507


def test_a_machine_gets_json(tree: Tree, client_of: Callable[..., Client]) -> None:
    body = {"id": str(uuid7()), "name": "Máy", "password": PASSWORD}
    client = client_of(tree.lan)
    with full_database():
        answer = client.post("/api/v1/devices", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (507, "no_space")


@pytest.mark.parametrize(
    ("path", "body", "media", "code"),
    [
        ("/sync/devices/{}/revoke/", {}, "text/html", None),
        ("/api/v1/devices", {"id": "{}", "name": "x", "password": PASSWORD}, "application/json", "server_error"),
    ],
    ids=["page", "machine"],
)
def test_another_failure_is_no_full_disk(
    device: Device,
    tree: Tree,
    client_of: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
    path: str,
    body: dict[str, str],
    media: str,
    code: str | None,
) -> None:
    def breaks(**_given: Any) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(actions, "revoke_device", breaks)
    monkeypatch.setattr(actions, "register_device", breaks)
    sent = {name: value.format(device.pk) for name, value in body.items()}
    answer = client_of(tree.lan).post(path.format(device.pk), sent, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"].split(";")[0]) == (500, media)
    if code is not None:
        assert answer.json()["code"] == code
