"""Handing in a backup: the same as if the phone had sent it, once, by an officer of the phone's people."""

import hashlib
import json
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.sync.actions import deliver_backup, revoke_device
from doanso.sync.backup import LARGEST
from doanso.sync.models import Record
from doanso.sync.tests.phones import backup_file
from doanso.testing import TODAY


def _file(phone, *records) -> bytes:
    return backup_file(phone.device.pk, [(record["id"], record["hash"], record["payload"]) for record in records])


def _hand_in(client, file: bytes, **more):
    return client.post(reverse("sync:deliver"), {"file": SimpleUploadedFile("doan-so-2023-11-12.json", file)}, **more)


def _text(answer) -> str:
    return " ".join(answer.content.decode().split())


def test_a_backup_is_taken_in_under_the_officers_name(tree, phone, notes):
    first, two = phone.record("một"), phone.record("hai")
    file = _file(phone, first, two)
    delivered = deliver_backup(actor=tree.an, file=file)
    assert [(str(ack.record_id), ack.state, ack.is_known) for ack in delivered.acks] == [
        (first["id"], "applied", False),
        (two["id"], "applied", False),
    ]
    assert notes.by == {UUID(first["id"]): tree.an, UUID(two["id"]): tree.an}
    assert {(stored.device_id, stored.user) for stored in Record.objects.all()} == {(phone.device.pk, tree.an)}
    event = AuditEvent.objects.get(action="sync.deliver")
    assert (event.object_id, event.actor) == (phone.device.pk, tree.an)


def test_a_second_delivery_does_nothing(tree, phone, notes):
    file = _file(phone, phone.record())
    first = deliver_backup(actor=tree.an, file=file)
    again = deliver_backup(actor=tree.dung, file=file)
    assert [ack.is_known for ack in again.acks] == [True]
    assert again.acks[0].seq == first.acks[0].seq
    assert notes.calls == [1]
    assert Record.objects.count() == 1


def test_the_phone_itself_may_have_sent_some_of_it(tree, phone, notes):
    sent, unsent = phone.record("một"), phone.record("hai")
    phone.send(sent)
    delivered = deliver_backup(actor=tree.an, file=_file(phone, sent, unsent))
    assert [ack.is_known for ack in delivered.acks] == [True, False]
    [ack] = phone.send(unsent)["acks"]
    assert ack["known"] is True


def test_a_phone_out_of_service_whose_holder_has_no_role_any_more_still_delivers(tree, phone, notes):
    file = _file(phone, phone.record())
    revoke_device(actor=tree.an, device=phone.device)
    RoleAssignment.objects.filter(user=tree.lan).update(until=TODAY)
    delivered = deliver_backup(actor=tree.an, file=file)
    assert [ack.state for ack in delivered.acks] == ["applied"]


def test_a_large_backup_goes_in_lots_of_a_hundred(tree, phone, notes):
    delivered = deliver_backup(actor=tree.an, file=_file(phone, *(phone.record(f"{number}") for number in range(130))))
    assert len(delivered.acks) == 130
    assert notes.calls == [100, 30]


def test_what_is_damaged_is_named_and_holds_up_nothing(tree, phone, notes):
    good, lying, nameless = phone.record("một"), phone.record("hai"), phone.record("ba")
    lying |= {"hash": hashlib.sha256(b"x").hexdigest()}
    nameless |= {"id": "x"}
    delivered = deliver_backup(actor=tree.an, file=_file(phone, good, lying, nameless))
    assert [str(ack.record_id) for ack in delivered.acks] == [good["id"]]
    assert [(str(entry.record_id), entry.problem.code) for entry in delivered.rejected] == [(lying["id"], "damaged")]
    assert delivered.damaged == ["x"]


# --- The page ---------------------------------------------------------------------------------------------------------


def test_the_page_says_what_became_of_each_and_nothing_of_what_it_says(tree, as_user, phone, notes):
    good, bad = phone.record("Nguyễn Văn Bảy"), phone.record("không")
    answer = _hand_in(as_user(tree.an), _file(phone, good, bad))
    text = _text(answer)
    assert answer.status_code == 200
    assert good["id"] in text
    assert "Đã nhận" in text
    assert "Không ghi được." in text
    assert "Nguyễn Văn Bảy" not in text
    again = _text(_hand_in(as_user(tree.an), _file(phone, good, bad)))
    assert again.count("Máy chủ đã có từ trước.") == 2


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (b"PK\x03\x04", "Đây không phải tệp sao lưu"),
        (json.dumps({"format": "doanso-backup-1"}).encode(), "hỏng hoặc đã bị sửa"),
    ],
)
def test_another_file_is_refused_with_what_to_do(tree, as_user, phone, file, words):
    answer = _hand_in(as_user(tree.an), file)
    assert answer.status_code == 422
    assert words in _text(answer)


def test_a_phone_of_other_units_people_is_refused(tree, as_user, phone, phone_of, notes):
    for device in (phone.device.pk, uuid4()):
        answer = _hand_in(as_user(tree.chi), backup_file(device, []))
        assert answer.status_code == 422
        assert "không thuộc" in _text(answer)
    assert not Record.objects.exists()


def test_an_empty_backup_says_so(tree, as_user, phone):
    assert "không có bản ghi nào" in _text(_hand_in(as_user(tree.an), backup_file(phone.device.pk, [])))


def test_a_body_that_is_too_long_is_not_even_read(tree, as_user):
    answer = _hand_in(as_user(tree.an), b" " * (LARGEST + (32 << 10)))
    assert answer.status_code == 413
    assert "5 MB" in _text(answer)
    answer = _hand_in(as_user(tree.an), b" " * (LARGEST + 1))
    assert answer.status_code == 422


def test_the_form_is_safe_from_other_sites(tree):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.force_login(tree.an)
    assert _hand_in(client, b"{}").status_code == 403


def test_only_who_decides_gets_in(tree, as_user):
    address = reverse("sync:deliver")
    assert as_user(tree.an).get(address).status_code == 200
    for other in (tree.binh, tree.khoa, tree.lan, tree.hanh, tree.minh):
        assert as_user(other).get(address).status_code == 404
