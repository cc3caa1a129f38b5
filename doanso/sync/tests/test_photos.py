"""Pictures of visits: sent in pieces, gone on with after a break, whole or not at all, and nothing in them but pixels."""

import errno
import io
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from random import Random
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import TestCase
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from PIL import Image

from doanso.audit.models import AuditEvent
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.problems import Unavailable
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.sync import pictures
from doanso.sync.actions import revoke_device
from doanso.sync.actions.photos import destroy_photos, drop_old_photos
from doanso.sync.models import Device, Photo
from doanso.sync.tests.conftest import Notes, Phone
from doanso.testing import Tree

PIECE = 256_000


def picture(kind: str = "JPEG", size: tuple[int, int] = (640, 480), **more: Any) -> bytes:
    """A picture of noise, so that it is as large as one of a street."""
    pixels = Random(5).randbytes(size[0] * size[1] * 3)
    target = io.BytesIO()
    Image.frombytes("RGB", size, pixels).save(target, kind, **more)
    return target.getvalue()


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Any) -> None:
    settings.FILES = tmp_path / "files"


class Sending:
    """One picture on its way from a phone."""

    def __init__(self, phone: Phone, content: bytes, visit: UUID | None = None) -> None:
        self.phone, self.content = phone, content
        self.key, self.visit = uuid7(), visit or uuid7()

    def announce(self, **more: Any) -> Any:
        announcement = {"id": str(self.key), "visit": str(self.visit), "size": len(self.content)}
        return self.phone.post("/api/v1/photos", announcement | {"hash": sha256(self.content).hexdigest()} | more)

    def piece(self, offset: int | str, content: bytes | None = None, **more: Any) -> Any:
        body = self.content[int(offset) : int(offset) + PIECE] if content is None else content
        headers = {"Authorization": f"Bearer {self.phone.token}", "Upload-Offset": str(offset)}
        kind = "application/octet-stream"
        return self.phone.client.patch(f"/api/v1/photos/{self.key}", body, content_type=kind, headers=headers, **more)

    def progress(self) -> Any:
        headers = {"Authorization": f"Bearer {self.phone.token}"}
        return self.phone.client.get(f"/api/v1/photos/{self.key}", headers=headers)

    def send(self) -> Any:
        """The last answer to the whole of it."""
        answer = self.announce()
        while answer.status_code == 200 and not answer.json()["done"]:
            answer = self.piece(answer.json()["offset"])
        return answer

    def stored_content(self) -> bytes:
        blob = Photo.objects.select_related("blob__key").get(pk=self.key).blob
        assert blob is not None
        with files.open_blob(blob) as plain:
            return plain.read()


def code(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]


def test_a_picture_comes_in_pieces_and_is_kept_sealed(phone: Phone, notes: Notes) -> None:
    record = phone.record()
    phone.send(record)
    sending = Sending(phone, picture(size=(900, 700)), UUID(record["id"]))
    assert PIECE < len(sending.content) <= 1_000_000
    assert sending.announce().json() == {"offset": 0, "done": False}
    assert sending.piece(0).json() == {"offset": PIECE, "done": False}
    assert sending.content[1000:1100] not in bytes(Photo.objects.get().pieces)
    answer = sending.send()
    assert answer.json() == {"offset": len(sending.content), "done": True}
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"
    assert sending.stored_content() == sending.content
    photo = Photo.objects.get()
    assert (bytes(photo.pieces), photo.done_at is not None) == (b"", True)
    event = AuditEvent.objects.get(action="sync.add_photo")
    assert (event.actor, event.unit_id) == (phone.device.user, phone.unit.pk)


def test_an_upload_that_breaks_off_goes_on_where_it_was(phone: Phone) -> None:
    sending = Sending(phone, picture(size=(900, 700)))
    sending.announce()
    # The answer to this piece is lost; the phone asks, or announces the picture again, or sends it again.
    sending.piece(0)
    assert sending.progress().json() == {"offset": PIECE, "done": False}
    assert sending.announce().json() == {"offset": PIECE, "done": False}
    again = sending.piece(0)
    assert (code(again), again.json()["offset"], again.json()["done"]) == ((409, "photo_offset"), PIECE, False)
    # A piece that breaks off on its way is nothing.
    arrived = io.BytesIO(sending.content[PIECE : PIECE + 100])
    cut = sending.piece(PIECE, **{"wsgi.input": arrived, "CONTENT_LENGTH": "200"})
    assert code(cut) == (422, "photo_piece_broken")
    assert code(sending.piece(PIECE + 1)) == (409, "photo_offset")
    assert sending.progress().json()["offset"] == PIECE
    while not (answer := sending.piece(sending.progress().json()["offset"])).json()["done"]:
        pass
    assert answer.json()["offset"] == len(sending.content)
    # So is the last one when its answer was lost.
    last = sending.piece(len(sending.content) // PIECE * PIECE)
    assert (code(last), last.json()["done"]) == ((409, "photo_offset"), True)
    assert sending.progress().json() == sending.announce().json() == answer.json()
    assert sending.stored_content() == sending.content
    assert Photo.objects.count() == 1


def test_one_that_was_damaged_begins_anew(phone: Phone) -> None:
    sending = Sending(phone, picture())
    sending.announce()
    for offset in range(0, len(sending.content) - PIECE, PIECE):
        sending.piece(offset)
    offset = sending.progress().json()["offset"]
    harmed = sending.content[offset:-3] + b"\x00" + sending.content[-2:]
    assert code(sending.piece(offset, harmed)) == (422, "photo_damaged")
    assert sending.progress().json() == {"offset": 0, "done": False}
    assert sending.send().json()["done"] is True
    assert sending.stored_content() == sending.content


@pytest.mark.parametrize("kind", ["JPEG", "progressive", "WEBP", "lossless"])
def test_pictures_that_are_pixels_alone(phone: Phone, kind: str) -> None:
    more = {
        "progressive": {"kind": "JPEG", "progressive": True, "optimize": True},
        "lossless": {"kind": "WEBP", "lossless": True, "size": (200, 200)},
    }
    sending = Sending(phone, picture(**more.get(kind, {"kind": kind})))
    assert sending.send().json()["done"] is True
    assert sending.stored_content() == sending.content


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0110] = "Máy của Lan"
    return exif


def _webp_with(name: bytes, body: bytes) -> bytes:
    content = picture("WEBP", (64, 64)) + name + len(body).to_bytes(4, "little") + body
    return content[:4] + (len(content) - 8).to_bytes(4, "little") + content[8:]


JPEG = picture(size=(64, 48))
MORE = {
    "exif": picture(size=(64, 48), exif=_exif()),
    "profile": picture(size=(64, 48), icc_profile=b"profile"),
    "comment": picture(size=(64, 48), comment="Nhà bà Bảy"),
    "xmp": picture(size=(64, 48), xmp=b"<x:xmpmeta/>"),
    "behind its end": JPEG + b"PK\x03\x04",
    "a thumbnail": JPEG[:18] + b"\x01\x01" + JPEG[20:],
    "in a table": JPEG[:20] + b"\xff\xdb\x00\x06\x00abc" + JPEG[20:],
    "in a restart": JPEG[:20] + b"\xff\xdd\x00\x06abcd" + JPEG[20:],
    "webp exif": picture("WEBP", (64, 64), exif=_exif()),
    "webp profile": picture("WEBP", (64, 64), icc_profile=b"profile"),
    "webp xmp": picture("WEBP", (64, 64), xmp=b"<x:xmpmeta/>"),
    "webp chunk": _webp_with(b"note", b"1234"),
    "webp moves": picture("WEBP", (64, 64), save_all=True, append_images=[Image.new("RGB", (64, 64), "red")]),
    "webp behind its end": picture("WEBP", (64, 64)) + b"PK\x03\x04",
}


@pytest.mark.parametrize("case", MORE)
def test_one_that_holds_more_is_refused_and_not_kept(phone: Phone, case: str) -> None:
    sending = Sending(phone, MORE[case])
    answer = sending.send()
    assert (code(answer), Photo.objects.count()) == ((422, "photo_has_more_than_pixels"), 0)
    assert code(sending.progress()) == (404, "photo_unknown")


OTHER = {
    "a page": (b"<!doctype html><script>alert(1)</script>", "photo_kind"),
    "a PNG": (picture("PNG", (20, 20)), "photo_kind"),
    "a sound": (b"RIFF\x04\x00\x00\x00WAVE", "photo_kind"),
    "a beginning": (JPEG[:200], "photo_unreadable"),
    "without a scan": (b"\xff\xd8\xff\xd9", "photo_unreadable"),
    "half a WebP": (picture("WEBP", (64, 64))[:60], "photo_unreadable"),
    "too wide": (picture(size=(1281, 4)), "photo_too_wide"),
    "too high": (picture("WEBP", (4, 1281)), "photo_too_wide"),
}


@pytest.mark.parametrize("case", OTHER)
def test_what_is_no_such_picture_is_refused(phone: Phone, case: str) -> None:
    content, why = OTHER[case]
    assert (code(Sending(phone, content).send()), Photo.objects.count()) == ((422, why), 0)


def test_no_picture_is_refused_at_its_first_piece(phone: Phone) -> None:
    sending = Sending(phone, b"%PDF" + bytes(600_000))
    sending.announce()
    assert code(sending.piece(0)) == (422, "photo_kind")


@given(st.sampled_from([JPEG, picture("WEBP", (64, 64)), *MORE.values()]), st.data())
@hypothesis_settings(max_examples=300, deadline=None)
def test_harmed_pictures_get_an_answer(content: bytes, data: st.DataObject) -> None:
    offset = data.draw(st.integers(0, len(content) - 1))
    harmed = content[:offset] + data.draw(st.binary(max_size=6)) + content[offset + data.draw(st.integers(0, 40)) :]
    problem = pictures.picture_problem(harmed)
    assert problem is None or problem.code.startswith("photo_")


# --- Whose, how many, how large -----------------------------------------------------------------------------------------


@pytest.fixture
def short(phone: Phone) -> Callable[..., Sending]:
    def make_sending(visit: UUID | None = None, by: Phone | None = None) -> Sending:
        return Sending(by or phone, JPEG, visit)

    return make_sending


def test_a_visit_has_at_most_three(short: Callable[..., Sending]) -> None:
    visit = uuid7()
    for _number in range(3):
        assert short(visit).send().json()["done"] is True
    assert code(short(visit).announce()) == (422, "photo_many")


def test_thirty_may_be_under_way(short: Callable[..., Sending]) -> None:
    for _number in range(30):
        assert short().announce().status_code == 200
    assert code(short().announce()) == (422, "photo_many")


def test_a_visit_of_somebody_else_gets_none(
    tree: Tree, phone: Phone, notes: Notes, phone_of: Callable[..., Phone], short: Callable[..., Sending]
) -> None:
    theirs = phone_of(tree.binh)
    record = phone.record()
    visit = UUID(record["id"])
    early = short(visit, theirs)
    early.announce()
    phone.send(record)
    assert code(short(visit, theirs).announce()) == (422, "photo_of_other")
    assert code(early.piece(0)) == (422, "photo_of_other")
    assert short(visit).send().json()["done"] is True
    # Another phone of the same holder may.
    second = phone_of(phone.device.user)
    assert short(visit, second).send().json()["done"] is True


def test_a_phone_sees_its_own_alone(tree: Tree, phone_of: Callable[..., Phone], short: Callable[..., Sending]) -> None:
    sending = short()
    sending.announce()
    sending.phone, phone = phone_of(tree.binh), sending.phone
    assert [code(answer) for answer in (sending.progress(), sending.piece(0))] == [(404, "photo_unknown")] * 2
    assert code(sending.announce()) == (422, "photo_other")
    sending.phone = phone
    assert code(sending.announce(size=5)) == (422, "photo_other")


def test_what_is_too_large_is_not_read(phone: Phone, short: Callable[..., Sending]) -> None:
    sending = short()
    assert code(sending.announce(size=1_000_001)) == (422, "photo_too_large")
    assert code(sending.announce(size=0)) == (422, "message_invalid")
    assert code(sending.announce(more="x")) == (422, "message_invalid")
    assert code(sending.announce(more="x" * 5000)) == (413, "too_long")
    sending.announce()
    assert code(sending.piece(0, bytes(256 * 1024 + 1))) == (413, "too_long")
    assert code(sending.piece(0, b"")) == (422, "photo_piece")
    assert code(sending.piece(0, JPEG + b"x")) == (422, "photo_too_long")
    assert [code(sending.piece(offset_text, JPEG)) for offset_text in ("", "-1", "٣", "123456789")] == [
        (422, "message_invalid")
    ] * 4
    assert sending.progress().json() == {"offset": 0, "done": False}


def test_only_a_phone_in_service_sends(tree: Tree, short: Callable[..., Sending]) -> None:
    sending = short()
    sending.announce()
    revoke_device(actor=tree.an, device=sending.phone.device)
    answers = [sending.announce(), sending.piece(0), sending.progress()]
    assert [code(answer) for answer in answers] == [(403, "device_revoked")] * 3
    sending.phone.token = "x"
    assert code(sending.progress()) == (401, "device_unknown")


def test_a_full_disk_loses_nothing(short: Callable[..., Sending], monkeypatch: pytest.MonkeyPatch) -> None:
    def full(**_said: Any) -> None:
        raise OSError(errno.ENOSPC, "disk is full")

    sending = short()
    sending.announce()
    with monkeypatch.context() as patched:
        patched.setattr(files, "store", full)
        assert code(sending.piece(0)) == (507, "no_space")
    assert sending.send().json()["done"] is True


def test_each_contact_renews_the_lease(short: Callable[..., Sending]) -> None:
    sending = short()
    soon = clock.now() + timedelta(minutes=1)
    Device.objects.update(seen_at=clock.now() - timedelta(hours=2), lease_until=soon)
    sending.announce()
    assert Device.objects.get().lease_until > clock.now() + timedelta(days=6)


# --- How they go --------------------------------------------------------------------------------------------------------


def test_erasing_takes_whole_ones_and_those_on_their_way(short: Callable[..., Sending]) -> None:
    visit = uuid7()
    complete, begun, other = short(visit), short(visit), short()
    complete.send()
    other.send()
    begun.announce()
    begun.piece(0, JPEG[:50])
    with TestCase.captureOnCommitCallbacks(execute=True):
        assert destroy_photos([visit]) == 2
    # Their phones drop their copies, and nothing comes anew.
    assert complete.announce().json()["done"] is begun.announce().json()["done"] is True
    assert [bytes(photo.pieces) for photo in Photo.objects.all()] == [b""] * 3
    assert Photo.objects.filter(blob__key__destroyed_at=None, blob__isnull=False).get().pk == other.key
    assert other.stored_content() == JPEG


def test_what_is_not_whole_after_thirty_days_goes(phone: Phone, notes: Notes, short: Callable[..., Sending]) -> None:
    record = phone.record()
    phone.send(record)
    arrived, alone, begun, young = short(UUID(record["id"])), short(), short(), short()
    arrived.send()
    alone.send()
    begun.announce()
    Photo.objects.update(begun_at=clock.now() - timedelta(days=31))
    young.announce()
    assert drop_old_photos() == 2
    assert {photo.pk for photo in Photo.objects.all()} == {arrived.key, alone.key, young.key}
    assert Photo.objects.filter(blob__key__destroyed_at=None, blob__isnull=False).get().pk == arrived.key
    assert drop_old_photos() == 0


def test_a_store_that_is_away_costs_only_the_last_piece(phone: Phone, monkeypatch: pytest.MonkeyPatch) -> None:
    sending = Sending(phone, picture(size=(900, 700)))
    sending.announce()
    sending.piece(0)

    def away(**_arguments: object) -> None:
        raise Unavailable("S3")

    with monkeypatch.context() as patched:
        patched.setattr(files, "store", away)
        answer = sending.piece(PIECE)
    assert (code(answer), answer["Retry-After"]) == ((503, "files_unavailable"), "60")
    assert sending.progress().json() == {"offset": PIECE, "done": False}

    assert sending.send().json()["done"]
    assert sending.stored_content() == sending.content


def test_bytes_are_stored_outside_the_transaction_and_go_when_somebody_was_faster(
    phone: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending(phone, picture())
    sending.announce()
    store = files.store

    def overtaken(**options: Any) -> Blob:
        assert not [block for block in connection.atomic_blocks if not block._from_testcase]
        with monkeypatch.context() as patched:
            patched.setattr(files, "store", store)
            assert sending.piece(0).json()["done"]
        return store(**options)

    monkeypatch.setattr(files, "store", overtaken)
    assert code(sending.piece(0)) == (409, "photo_offset")
    assert Blob.objects.filter(erased_at=None).count() == 1
    assert sending.stored_content() == sending.content
