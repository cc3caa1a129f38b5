"""Taking a phone into service, its token and lease, and taking it out of service again."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.sync.actions import reinstate_device, revoke_device
from doanso.sync.models import Device, Record
from doanso.sync.tests.conftest import Notes, Phone
from doanso.testing import PASSWORD, TODAY, Tree


def _body(device_id: str, *, password: str = PASSWORD, name: str = "Máy") -> dict[str, str]:
    """Return what a phone sends to be registered."""
    return {"id": device_id, "name": name, "password": password}


def _register(client: Client, phone: Phone, **more: str) -> Any:
    """Return the answer to a phone that asks to be registered again."""
    return client.post("/api/v1/devices", _body(str(phone.device.pk), **more), content_type="application/json")


def test_a_helper_takes_a_phone_into_service(tree: Tree, as_user: Callable[..., Client], notes: Notes) -> None:
    client, key = as_user(tree.lan), str(uuid7())
    assert client.get("/api/v1/devices/me").json().keys() == {"signed_in", "name", "may", "csrf"}
    answer = client.post("/api/v1/devices", _body(key, name="Máy của Lan"), content_type="application/json")
    reply = answer.json()
    assert (answer.status_code, reply["device"], len(reply["token"])) == (201, key, 43)
    device = Device.objects.get()
    assert (device.user, device.name) == (tree.lan, "Máy của Lan")
    assert reply["token"] not in device.token_hash
    phone = Phone(device, reply["token"], tree.units["p4"], Client())
    assert [ack["state"] for ack in phone.send(phone.record())["acks"]] == ["applied"]


def test_who_may_not(tree: Tree, as_user: Callable[..., Client]) -> None:
    body = _body(str(uuid7()))
    answers = [
        client.post("/api/v1/devices", body, content_type="application/json").json()["code"]
        for client in (Client(), as_user(tree.minh), as_user(tree.hanh), as_user(tree.khoa))
    ]
    assert answers == ["sign_in", "no_role", "no_role", "no_role"]
    assert Client().get("/api/v1/devices/me").json() == {"signed_in": False}
    assert not Device.objects.exists()


def test_a_new_sign_in_gives_a_new_token(tree: Tree, phone: Phone, as_user: Callable[..., Client]) -> None:
    body = _body(str(phone.device.pk))
    reply = as_user(tree.lan).post("/api/v1/devices", body, content_type="application/json").json()
    assert phone.post("/api/v1/sync", {}).json()["code"] == "device_unknown"
    phone.token = reply["token"]
    assert phone.send()["acks"] == []
    theirs = as_user(tree.binh).post("/api/v1/devices", body, content_type="application/json")
    assert (theirs.status_code, theirs.json()["code"]) == (422, "device_taken")


def test_a_session_alone_registers_no_phone(tree: Tree, phone: Phone, as_user: Callable[..., Client]) -> None:
    """As when a locked phone with a signed-in browser is found: an app of before this rule sends no password at all."""
    client, token = as_user(tree.lan), Device.objects.get().token_hash
    older = client.post("/api/v1/devices", {"id": str(uuid7()), "name": "x"}, content_type="application/json")
    assert (older.status_code, older.json()["code"]) == (422, "password_missing")
    assert older.json()["message"] == "Nhập mật khẩu bạn dùng để đăng nhập Đoàn Số rồi làm tiếp."
    wrong = _register(client, phone, password="khong-phai")
    assert (wrong.status_code, wrong.json()["code"], wrong.json()["field"]) == (422, "password_wrong", "password")
    assert Device.objects.get().token_hash == token


def test_passwords_are_not_tried_at_a_phone_faster_than_at_the_sign_in(
    tree: Tree, phone: Phone, as_user: Callable[..., Client]
) -> None:
    client = as_user(tree.lan)
    codes = [_register(client, phone, password=f"nham-{index}").json()["code"] for index in range(6)]
    assert codes == ["password_wrong"] * 5 + ["too_many_tries"]
    assert _register(client, phone).json()["code"] == "too_many_tries"
    slowed = Client().post("/login/", {"login": "lan", "password": PASSWORD})
    assert "Đã nhập sai nhiều lần. Đợi" in slowed.text
    assert AuditEvent.objects.filter(action="accounts.sign_in_failed", object_id=tree.lan.pk).exists()


def test_a_revoked_phone_comes_back_only_by_an_officer(
    tree: Tree, phone: Phone, as_user: Callable[..., Client]
) -> None:
    revoke_device(actor=tree.an, device=phone.device)
    tree.lan.refresh_from_db()
    refused = _register(as_user(tree.lan), phone)
    assert (refused.status_code, refused.json()["code"], refused.json()["wipe"]) == (403, "device_revoked", True)
    assert Device.objects.get().wiped_at is not None
    with pytest.raises(PermissionDenied):
        reinstate_device(actor=tree.lan, device=phone.device)

    reinstate_device(actor=tree.an, device=phone.device)

    # Its old token stays invalid: whoever holds it needs the password.
    assert phone.post("/api/v1/sync", {}).json()["code"] == "device_unknown"
    device = Device.objects.get()
    assert (device.revoked_at, device.revoked_by, device.wiped_at) == (None, None, None)
    assert _register(as_user(tree.lan), phone).status_code == 201
    history = AuditEvent.objects.filter(object_kind="sync.device").order_by("id").values_list("action", "actor")
    assert list(history) == [
        ("sync.register_device", tree.lan.pk),
        ("sync.revoke_device", tree.an.pk),
        ("sync.reinstate_device", tree.an.pk),
        ("sync.register_device", tree.lan.pk),
    ]


def test_no_officer_reinstates_their_own_phone(tree: Tree, phone_of: Callable[..., Phone]) -> None:
    own = phone_of(tree.an)
    revoke_device(actor=tree.an, device=own.device)
    with pytest.raises(Refused) as refused:
        reinstate_device(actor=tree.an, device=own.device)
    assert refused.value.problem.code == "device_own"
    reinstate_device(actor=tree.dung, device=own.device)
    assert Device.objects.get().revoked_at is None


def test_revoking_a_phone_ends_every_session_of_its_holder(
    tree: Tree, phone: Phone, as_user: Callable[..., Client]
) -> None:
    on_the_phone, at_home, officer = as_user(tree.lan), as_user(tree.lan), as_user(tree.an)
    assert officer.post(f"/sync/devices/{phone.device.pk}/revoke/").status_code == 302
    assert [client.get("/api/v1/devices/me").json()["signed_in"] for client in (on_the_phone, at_home, officer)] == [
        False,
        False,
        True,
    ]


def test_a_holder_who_revokes_a_phone_stays_signed_in_where_they_did_so(
    tree: Tree, phone: Phone, as_user: Callable[..., Client]
) -> None:
    on_the_phone, at_home = as_user(tree.lan), as_user(tree.lan)
    at_home.post(f"/sync/devices/{phone.device.pk}/revoke/")
    assert [client.get("/api/v1/devices/me").json()["signed_in"] for client in (on_the_phone, at_home)] == [False, True]


def test_the_page_reinstates_a_phone(tree: Tree, phone: Phone, as_user: Callable[..., Client]) -> None:
    revoke_device(actor=tree.an, device=phone.device)
    officer, address = as_user(tree.an), f"/sync/devices/{phone.device.pk}/reinstate/"
    assert f'href="{address}"' in officer.get("/sync/devices/").text
    assert "Cho dùng lại" in officer.get(address).text
    assert officer.post(address).status_code == 302
    assert f'href="{address}"' not in officer.get("/sync/devices/").text
    assert Device.objects.get().revoked_at is None
    tree.lan.refresh_from_db()
    assert as_user(tree.lan).get(address).status_code == 404


def test_twenty_phones_are_the_most_of_one_user(tree: Tree, phone_of: Callable[..., Phone]) -> None:
    first, *_rest = [phone_of(tree.lan) for _index in range(20)]
    with pytest.raises(Refused) as refused:
        phone_of(tree.lan)
    assert refused.value.problem.code == "device_many"
    revoke_device(actor=tree.an, device=first.device)
    phone_of(tree.lan)
    with pytest.raises(Refused) as refused:
        reinstate_device(actor=tree.an, device=first.device)
    assert refused.value.problem.code == "device_many"


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
