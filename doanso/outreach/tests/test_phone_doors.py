"""Requests of a phone for the pack and for doors."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from doanso.access.models import RoleAssignment
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.models import Door
from doanso.outreach.tests.conftest import Outing
from doanso.sync.actions import register_device
from doanso.sync.models import Device
from doanso.testing import TODAY

Call = Callable[..., Any]


@pytest.fixture
def call(outing: Outing) -> Call:
    registration = register_device(actor=outing.tree.lan, device_id=uuid7(), name="Máy của Lan")

    def asked(path: str, body: Any = None, *, token: str = registration.token, **headers: str) -> Any:
        all_headers = {"Authorization": f"Bearer {token}", **headers}
        client = Client(enforce_csrf_checks=True)
        if body is None:
            return client.get(f"/api/v1/{path}", headers=all_headers)
        return client.post(f"/api/v1/{path}", body, content_type="application/json", headers=all_headers)

    return asked


def problem(answer: Any) -> tuple[int, str, str]:
    error = answer.json()
    return answer.status_code, error["code"], error["field"]


def test_the_pack_comes_once_and_again_when_it_changed(outing: Outing, call: Call) -> None:
    first = call("pack")
    assert (first.status_code, first.json()["receipt_base"]) == (200, "http://testserver/r/")
    assert first["Cache-Control"] == "private, no-cache"
    again = call("pack", **{"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    call("doors/take", {"drive": str(outing.drive.pk), "want": 1, "near": None})
    assert call("pack", **{"If-None-Match": first["ETag"]}).status_code == 200


def test_doors_are_taken_and_given_back(outing: Outing, call: Call) -> None:
    near = str(outing.doors[0].pk)
    taken = call("doors/take", {"drive": str(outing.drive.pk), "want": 2, "near": near}).json()["doors"]
    assert [door["number"] for door in taken] == ["2", "4"]
    assert call("pack").json()["doors"] == taken
    remaining = call("doors/return", {"doors": [taken[0]["id"], str(uuid7())]}).json()["doors"]
    assert [door["number"] for door in remaining] == ["4"]
    assert Door.objects.get(pk=near).taken_by is None


@pytest.mark.parametrize("path", ["pack", "doors/take", "doors/return"])
def test_without_its_token_a_phone_gets_nothing(path: str, call: Call) -> None:
    body = None if path == "pack" else {}
    assert problem(call(path, body, token="khac")) == (401, "device_unknown", "")


def test_without_the_role_the_phone_waits(outing: Outing, call: Call) -> None:
    RoleAssignment.objects.filter(user=outing.tree.lan).update(until=TODAY)
    answer = call("pack")
    assert (problem(answer)[1], "wipe" in answer.json()) == ("device_paused", False)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"want": 0}, (422, "message_invalid", "want")),
        ({"want": 31}, (422, "message_invalid", "want")),
        ({"want": True}, (422, "message_invalid", "want")),
        ({"near": "x"}, (422, "message_invalid", "near")),
        ({"more": 1}, (422, "message_invalid", "more")),
        ({"drive": None}, (422, "message_invalid", "drive")),
        ({"drive": str(uuid7())}, (422, "drive_unknown", "drive")),
        ({"near": str(uuid7())}, (422, "door_unknown", "near")),
    ],
)
def test_what_is_not_right_is_named(
    outing: Outing, call: Call, change: dict[str, Any], expected: tuple[int, str, str]
) -> None:
    body = {"drive": str(outing.drive.pk), "want": 2, "near": None} | change
    assert problem(call("doors/take", body)) == expected
    assert not Door.objects.filter(taken_by__isnull=False).exists()


def test_another_wards_drive_is_unknown(outing: Outing, call: Call) -> None:
    outing.drive.unit = outing.tree.units["p5"]
    outing.drive.save()
    body = {"drive": str(outing.drive.pk), "want": 2, "near": None}
    assert problem(call("doors/take", body)) == (422, "drive_unknown", "drive")


def test_a_message_is_short_and_readable(call: Call) -> None:
    assert problem(call("doors/return", {"doors": [str(uuid7())] * 1800})) == (413, "too_long", "")
    assert problem(call("doors/return", {"doors": [str(uuid7())] * 61})) == (422, "message_invalid", "doors")
    assert problem(call("doors/return", "[1")) == (422, "json_unreadable", "")


def test_each_call_renews_the_lease(call: Call) -> None:
    Device.objects.update(lease_until=clock.now() + timedelta(minutes=1), seen_at=clock.now() - timedelta(days=6))
    until = datetime.fromisoformat(call("pack").json()["lease_until"])
    assert until - clock.now() > timedelta(days=6)
    assert Device.objects.get().lease_until == until


def test_get_and_post_are_distinguished(call: Call) -> None:
    assert call("pack", {}).status_code == 405
    assert call("doors/take").status_code == 405
