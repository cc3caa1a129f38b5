"""A picture of a visit from the phone to the leaders' page, and its deletion when somebody of the visit is erased."""

import io
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from django.test import Client, TestCase
from PIL import Image

from doanso.lib.uuid7 import uuid7
from doanso.outreach import personal
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.visiting import NOBODY, Visiting, guest
from doanso.people.actions import erase_person, open_request, resolve_request, take_back_consent, withdraw_consent
from doanso.people.models import Contact, Request
from doanso.support.actions.residents import withdraw_consents
from doanso.support.models import SupportRecord
from doanso.sync import sealed
from doanso.sync.actions import register_device
from doanso.sync.models import Photo, Record
from doanso.sync.tests.conftest import Phone
from doanso.testing import Tree


@pytest.fixture
def visiting(outing: Outing, tree: Tree, settings: Any, tmp_path: Any) -> Visiting:
    settings.FILES = tmp_path / "files"
    registration = register_device(actor=tree.lan, device_id=uuid7(), name="Máy của Lan")
    return Visiting(outing, Phone(registration.device, registration.token, outing.ward, Client()))


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(target, "JPEG")
    return target.getvalue()


def send_photo(phone: Phone, visit: str) -> str:
    """Send a whole picture from the phone; return its key."""
    key, content = str(uuid7()), picture()
    photo = {"id": key, "visit": visit, "size": len(content), "hash": sha256(content).hexdigest()}
    assert phone.post("/api/v1/photos", photo).json() == {"offset": 0, "done": False}
    answer = phone.client.patch(
        f"/api/v1/photos/{key}",
        content,
        content_type="application/octet-stream",
        headers={"Authorization": f"Bearer {phone.token}", "Upload-Offset": "0"},
    )
    assert answer.json()["done"] is True
    return key


def test_whoever_leads_sees_it_and_a_stranger_does_not(
    visiting: Visiting, tree: Tree, as_user: Callable[..., Client]
) -> None:
    [ack] = visiting.send(visiting.body())
    key = send_photo(visiting.phone, ack["id"])
    address = f"/outreach/visits/{ack['id']}/photos/{key}/"
    assert address in as_user(tree.an).get(f"/outreach/visits/{ack['id']}/").content.decode()
    answer = as_user(tree.an).get(address)
    assert answer.content == picture()
    headers = {name: answer[name] for name in ("Content-Type", "X-Content-Type-Options", "Content-Security-Policy")}
    assert headers == {
        "Content-Type": "image/jpeg",
        "X-Content-Type-Options": "nosniff",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    assert {"private", "no-store"} <= {word.strip() for word in answer["Cache-Control"].split(",")}
    assert answer["Content-Disposition"] == 'inline; filename="hoat-dong"'
    assert [as_user(user).get(address).status_code for user in (tree.chi, tree.minh)] == [404, 404]
    [other] = visiting.send(visiting.body(1, people=[guest("Trần Thị Sáu")]))
    assert as_user(tree.an).get(f"/outreach/visits/{other['id']}/photos/{key}/").status_code == 404


def test_erasing_somebody_takes_the_pictures_and_the_words_of_their_visits(visiting: Visiting) -> None:
    acks = visiting.send(
        visiting.body(people=[guest("Nguyễn Văn Bảy"), guest() | NOBODY]),
        visiting.body(1, people=[guest("Trần Thị Sáu")]),
    )
    keys = [send_photo(visiting.phone, item["id"]) for item in acks]
    bay = Contact.objects.get(name="Nguyễn Văn Bảy")

    with TestCase.captureOnCommitCallbacks(execute=True):
        personal.erase({bay.person_id})

    remaining = Photo.objects.filter(blob__key__destroyed_at=None)
    assert [str(item.pk) for item in remaining] == keys[1:]
    payloads = {str(item.record_id): sealed.payload_of(item) for item in Record.objects.all()}
    assert (payloads[acks[0]["id"]], "Trần Thị Sáu" in str(payloads[acks[1]["id"]])) == (None, True)


@pytest.mark.parametrize(("purpose", "is_kept"), [("", False), ("support", False), ("recheck", True)])
def test_whoever_takes_their_consent_back_is_in_no_picture_any_more(
    visiting: Visiting, tree: Tree, purpose: str, is_kept: bool
) -> None:
    agreed = {"purposes": ["support", "recheck"], "text": "2023-09", "channel": "voice"}
    acks = visiting.send(
        visiting.body(people=[guest("Nguyễn Văn Bảy", consent=agreed), guest() | NOBODY]),
        visiting.body(1, people=[guest("Trần Thị Sáu")]),
    )
    keys = [send_photo(visiting.phone, item["id"]) for item in acks]
    bay = Contact.objects.get(name="Nguyễn Văn Bảy")

    with TestCase.captureOnCommitCallbacks(execute=True):
        withdraw_consent(
            actor=tree.an, person_id=bay.person_id, purposes=[purpose] if purpose else None, channel="paper"
        )

    remaining = Photo.objects.filter(blob__key__destroyed_at=None)
    assert {str(item.pk) for item in remaining} == set(keys if is_kept else keys[1:])
    assert visiting.outing.figure("portal-residents") == 2
    late = str(uuid7())
    photo = {"id": late, "visit": acks[0]["id"], "size": 9, "hash": "0" * 64}
    answer = {"offset": 0, "done": False} if is_kept else {"offset": 9, "done": True}
    assert visiting.phone.post("/api/v1/photos", photo).json() == answer
    assert Photo.objects.get(pk=late).blob is None


@pytest.mark.parametrize(
    ("kind", "settle"), [("withdraw", resolve_request), ("object", resolve_request), ("erase", erase_person)]
)
def test_a_request_of_somebody_in_a_picture_is_settled(
    visiting: Visiting, tree: Tree, kind: str, settle: Callable[..., Request]
) -> None:
    agreed = {"purposes": ["support", "recheck", "publish"], "text": "2023-09", "channel": "voice"}
    [ack] = visiting.send(visiting.body(people=[guest("Nguyễn Văn Bảy", consent=agreed), guest() | NOBODY]))
    send_photo(visiting.phone, ack["id"])
    bay = Contact.objects.get(name="Nguyễn Văn Bảy")
    common = {"actor": tree.an, "person_id": bay.person_id, "unit_id": bay.unit_id, "channel": "paper"}

    with TestCase.captureOnCommitCallbacks(execute=True):
        assert settle(actor=tree.an, request=open_request(kind=kind, **common)).state == "settled"

    assert Photo.objects.filter(blob__key__destroyed_at=None).count() == (kind == "object")
    assert Contact.objects.filter(name="Nguyễn Văn Bảy").count() == (kind == "object")
    assert visiting.outing.figure("portal-residents") == 1


def test_consent_that_an_officer_or_the_person_takes_back_opens_a_request_and_destroys_the_picture(
    visiting: Visiting, tree: Tree
) -> None:
    agreed = {"purposes": ["support"], "text": "2023-09", "channel": "voice"}
    acks = visiting.send(
        visiting.body(people=[guest("Nguyễn Văn Bảy", consent=agreed), guest() | NOBODY]),
        visiting.body(1, people=[guest("Trần Thị Sáu", consent=agreed), guest() | NOBODY]),
    )
    for ack in acks:
        send_photo(visiting.phone, ack["id"])
    bay, sau = Contact.objects.get(name="Nguyễn Văn Bảy"), Contact.objects.get(name="Trần Thị Sáu")
    receipt_id = SupportRecord.objects.get(person=sau.person_id).receipt_id
    assert receipt_id is not None

    with TestCase.captureOnCommitCallbacks(execute=True):
        take_back_consent(actor=tree.an, contact=bay, purpose="support", channel="voice")
        withdraw_consents(receipt_id=receipt_id)

    assert not Photo.objects.filter(blob__key__destroyed_at=None).exists()
    assert set(Request.objects.values_list("person", "kind")) == {
        (bay.person_id, "withdraw"),
        (sau.person_id, "withdraw"),
    }


def test_no_picture_comes_of_somebody_who_was_erased(visiting: Visiting) -> None:
    [ack] = visiting.send(visiting.body())
    personal_of = Contact.objects.get(name="Nguyễn Văn Bảy").person_id
    personal.erase({personal_of})
    SupportRecord.objects.filter(person=personal_of).update(person=None)
    photo = {"id": str(uuid7()), "visit": ack["id"], "size": 9, "hash": "0" * 64}
    assert visiting.phone.post("/api/v1/photos", photo).json() == {"offset": 9, "done": True}
