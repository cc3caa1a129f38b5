"""Taking a phone into service, its token and lease, and taking it out of service again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from doanso.access.models import RoleAssignment
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.sync.actions import revoke_device
from doanso.sync.models import Device, Record
from doanso.sync.tests.conftest import Notes, Phone
from doanso.testing import TODAY, Tree


def test_a_helper_takes_a_phone_into_service(tree: Tree, as_user: Callable[..., Client], notes: Notes) -> None:
    client, key = as_user(tree.lan), str(uuid7())
    assert client.get("/api/v1/devices/me").json().keys() == {"signed_in", "name", "may", "csrf"}
    answer = client.post("/api/v1/devices", {"id": key, "name": "Máy của Lan"}, content_type="application/json")
    reply = answer.json()
    assert (answer.status_code, reply["device"], len(reply["token"])) == (201, key, 43)
    device = Device.objects.get()
    assert (device.user, device.name) == (tree.lan, "Máy của Lan")
    assert reply["token"] not in device.token_hash
    phone = Phone(device, reply["token"], tree.units["p4"], Client())
    assert [ack["state"] for ack in phone.send(phone.record())["acks"]] == ["applied"]


def test_who_may_not(tree: Tree, as_user: Callable[..., Client]) -> None:
    body = {"id": str(uuid7()), "name": "x"}
    answers = [
        client.post("/api/v1/devices", body, content_type="application/json").json()["code"]
        for client in (Client(), as_user(tree.minh), as_user(tree.hanh), as_user(tree.khoa))
    ]
    assert answers == ["sign_in", "no_role", "no_role", "no_role"]
    assert Client().get("/api/v1/devices/me").json() == {"signed_in": False}
    assert not Device.objects.exists()


def test_a_new_sign_in_gives_a_new_token(tree: Tree, phone: Phone, as_user: Callable[..., Client]) -> None:
    body = {"id": str(phone.device.pk), "name": "Máy"}
    reply = as_user(tree.lan).post("/api/v1/devices", body, content_type="application/json").json()
    assert phone.post("/api/v1/sync", {}).json()["code"] == "device_unknown"
    phone.token = reply["token"]
    assert phone.send()["acks"] == []
    theirs = as_user(tree.binh).post("/api/v1/devices", body, content_type="application/json")
    assert (theirs.status_code, theirs.json()["code"]) == (422, "device_taken")


def test_a_revoked_phone_wipes_itself(tree: Tree, phone: Phone, notes: Notes) -> None:
    revoke_device(actor=tree.an, device=phone.device)
    answer = phone.post("/api/v1/sync", {"sent_at": "2023-11-12T08:00:05Z", "records": [phone.record()]})
    assert (answer.status_code, answer.json()["code"], answer.json()["wipe"]) == (403, "device_revoked", True)
    assert Device.objects.get().wiped_at is not None
    assert not Record.objects.exists()


def paused(phone: Phone) -> dict[str, Any]:
    """Return the answer to a phone that is paused; nothing on it may be wiped."""
    answer = phone.post("/api/v1/sync", {"sent_at": "2023-11-12T08:00:05Z", "records": [phone.record()]})
    assert answer.status_code == 403
    assert Device.objects.get().wiped_at is None
    assert not Record.objects.exists()
    return answer.json()


def test_without_a_role_today_it_waits_and_goes_on_with_the_next_role(tree: Tree, phone: Phone, notes: Notes) -> None:
    held = RoleAssignment.objects.filter(user=tree.lan)
    held.update(until=TODAY)
    answer = paused(phone)
    assert (answer["code"], "wipe" in answer) == ("device_paused", False)
    held.update(until=None)
    assert [ack["state"] for ack in phone.send(phone.record())["acks"]] == ["applied"]


@pytest.mark.parametrize("day", [date(1970, 1, 1), date(2019, 1, 1)])
def test_a_server_whose_clock_is_wrong_makes_no_phone_wipe_itself(
    tree: Tree, phone: Phone, notes: Notes, business_day: Callable[[date], None], day: date
) -> None:
    business_day(day)
    assert paused(phone)["code"] == "device_paused"
    business_day(TODAY)
    assert [ack["state"] for ack in phone.send(phone.record())["acks"]] == ["applied"]


def test_a_closed_account_waits_until_an_officer_revokes_its_phone(tree: Tree, phone: Phone) -> None:
    tree.lan.is_active = False
    tree.lan.save()
    assert paused(phone)["code"] == "device_paused"
    revoke_device(actor=tree.an, device=phone.device)
    assert phone.post("/api/v1/sync", {}).json()["wipe"] is True


def test_a_lease_that_a_wrong_clock_gave_ends_in_seven_days_all_the_same(phone: Phone, notes: Notes) -> None:
    ahead = clock.now() + timedelta(days=400)
    Device.objects.update(seen_at=ahead, lease_until=ahead + timedelta(days=7))
    client = Client(headers={"Authorization": f"Bearer {phone.token}"})
    assert client.get("/api/v1/pack").status_code == 200
    assert Device.objects.get().lease_until < clock.now() + timedelta(days=8)


def test_a_silent_phone_signs_in_again(phone: Phone) -> None:
    Device.objects.update(lease_until=clock.now() - timedelta(minutes=1))
    answer = phone.post("/api/v1/sync", {})
    assert (answer.status_code, answer.json()["code"]) == (403, "device_lapsed")


def test_each_contact_renews_the_lease(phone: Phone) -> None:
    Device.objects.update(lease_until=clock.now() + timedelta(minutes=1))
    phone.send(sent_at="2023-11-12T08:00:05Z")
    device = Device.objects.get()
    assert device.lease_until > clock.now() + timedelta(days=6)
    assert device.skew < -1000


def test_only_its_holder_and_their_officers_end_its_service(tree: Tree, phone: Phone) -> None:
    for stranger in (tree.chi, tree.hanh, tree.minh, tree.khoa):
        with pytest.raises(PermissionDenied):
            revoke_device(actor=stranger, device=phone.device)
    assert revoke_device(actor=tree.lan, device=phone.device).revoked_by == tree.lan
    assert revoke_device(actor=tree.an, device=phone.device).revoked_by == tree.lan


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer x", "Basic abc"])
def test_without_its_token_nobody_is_let_in(phone: Phone, header: str) -> None:
    answer = Client().post("/api/v1/sync", {}, content_type="application/json", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["code"]) == (401, "device_unknown")
