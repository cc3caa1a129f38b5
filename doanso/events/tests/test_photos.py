"""Photos of an event: what is stated of people in them, who sees them, and how they are taken down for good."""

import io
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image
from pytest_django import DjangoAssertNumQueries

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import EventPhotoInput
from doanso.events.models import Event, EventPhoto
from doanso.events.queries.photos import photo_counts, photos_of
from doanso.events.tests.conftest import SUNDAY, Festival
from doanso.files.models import Blob
from doanso.files.photos import PhotoUpload
from doanso.lib.problems import Refused
from doanso.testing import TODAY, Tree

CROWD = EventPhotoInput("Bà con xếp hàng mở tài khoản", "adults", "Phạm Thị Dung, Văn phòng", TODAY, is_public=True)
TENTS = EventPhotoInput("Các gian hàng buổi sáng", "nobody")


def upload(colour: str = "red", name: str = "IMG_0001.JPG") -> PhotoUpload:
    out = io.BytesIO()
    exif = Image.Exif()
    exif.get_ifd(0x8825)[1] = "N"
    Image.new("RGB", (64, 48), colour).save(out, "JPEG", exif=exif)
    return PhotoUpload(name, out.getvalue())


@pytest.fixture
def held(city: Festival, business_day: Any) -> Festival:
    """The city's festival on its day."""
    city.step(actions.open_event)
    business_day(SUNDAY)
    return city


def add(festival: Festival, inputs: EventPhotoInput = TENTS, *uploads: PhotoUpload, key: UUID | None = None) -> Any:
    photos = actions.add_photos(
        actor=festival.by, event=festival.fresh(), key=key or uuid4(), uploads=uploads or [upload()], inputs=inputs
    )
    return photos[0] if len(photos) == 1 else photos


def refused(festival: Festival, inputs: EventPhotoInput = TENTS, *uploads: PhotoUpload) -> tuple[str, str]:
    with pytest.raises(Refused) as refusal:
        add(festival, inputs, *uploads)
    assert Blob.objects.filter(key__destroyed_at=None).count() == 0
    return refusal.value.problem.code, refusal.value.problem.field


def test_several_photos_are_kept_with_one_statement_and_sent_twice_only_once(held: Festival) -> None:
    key = uuid4()
    first, second = add(held, CROWD, upload(), upload("blue"), key=key)
    again = actions.add_photos(
        actor=held.by, event=held.fresh(), key=key, uploads=[upload(), upload("blue")], inputs=CROWD
    )
    assert {photo.pk for photo in again} == {first.pk, second.pk}
    assert {photo.pk for photo in photos_of(held.event)} == {first.pk, second.pk}
    assert Blob.objects.count() == 4
    assert first.asked_by == "Phạm Thị Dung, Văn phòng"
    assert AuditEvent.objects.filter(action="events.add_photo").count() == 2


def test_where_nobody_is_recognised_nobody_was_asked(held: Festival) -> None:
    photo = add(held, EventPhotoInput("Sân khấu lúc chưa có người", "nobody", "Dung", TODAY))
    assert (photo.asked_by, photo.asked_on, photo.is_public) == ("", None, False)


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        (EventPhotoInput("", "nobody"), ("event_text_missing", "alt")),
        (EventPhotoInput("Gọi 0912345678", "nobody"), ("event_text_number", "alt")),
        (EventPhotoInput("Bà con", ""), ("photo_subjects", "subjects")),
        (EventPhotoInput("Bà con", "adults", "", TODAY), ("photo_asked_by", "asked_by")),
        (EventPhotoInput("Các em nhỏ", "children", "Cô Lan"), ("photo_asked_on", "asked_on")),
        (EventPhotoInput("Bà con", "adults", "Dung", SUNDAY + timedelta(days=1)), ("photo_asked_on", "asked_on")),
    ],
)
def test_what_is_not_stated_is_refused(held: Festival, inputs: EventPhotoInput, expected: tuple[str, str]) -> None:
    assert refused(held, inputs) == expected


def test_one_file_that_is_no_picture_keeps_the_others_out_too(held: Festival) -> None:
    with pytest.raises(Refused) as refusal:
        add(held, TENTS, upload(), PhotoUpload("don.jpg", b"%PDF-1.4"))
    assert refusal.value.problem.field == "photos"
    assert refusal.value.problem.message.startswith("don.jpg: ")
    assert not EventPhoto.objects.exists()
    assert not Blob.objects.filter(key__destroyed_at=None).exists()


def test_photos_come_with_the_day_and_not_before(city: Festival) -> None:
    assert refused(city)[0] == "photo_event"
    city.step(actions.open_event)
    assert refused(city)[0] == "photo_early"


def test_no_more_than_ten_at_once(held: Festival) -> None:
    assert refused(held, TENTS, *[upload()] * 11) == ("photo_many", "photos")


def test_a_photo_is_published_and_taken_down_for_good(held: Festival) -> None:
    photo = add(held)
    other = add(held, CROWD)
    shown = actions.change_photo(
        actor=held.by, photo=photo, read=1, inputs=EventPhotoInput("Các gian hàng", "nobody", is_public=True)
    )
    assert (shown.alt, shown.is_public, shown.version) == ("Các gian hàng", True, 2)
    with pytest.raises(Refused) as refusal:
        actions.change_photo(actor=held.by, photo=photo, read=1, inputs=TENTS)
    assert refusal.value.problem.code == "photo_stale"
    with pytest.raises(Refused) as refusal:
        actions.take_down_photo(actor=held.by, photo=photo, reason=" ")
    assert refusal.value.problem.field == "reason"
    actions.take_down_photo(actor=held.by, photo=photo, reason="Chủ gian không muốn nữa")
    again = actions.take_down_photo(actor=held.by, photo=photo, reason="Lần hai")
    assert (again.is_public, again.taken_down_reason) == (False, "Chủ gian không muốn nữa")
    kept = Blob.objects.filter(key__destroyed_at=None)
    assert set(kept) == {other.photo, other.photo_small}
    with pytest.raises(Refused) as refusal:
        actions.change_photo(actor=held.by, photo=photo, read=again.version, inputs=TENTS)
    assert refusal.value.problem.code == "photo_gone"
    counts = photo_counts(held.event)
    assert (counts.kept, counts.public, counts.taken_down) == (1, 1, 1)


def test_an_officer_adds_describes_and_takes_down_in_the_browser(held: Festival, as_user: Any) -> None:
    client, args = as_user(held.by), [held.event.pk]
    page = reverse("events:photos", args=args)
    assert "Chưa có ảnh." in client.get(page).content.decode()
    new = reverse("events:new-photo", args=args)
    key = client.get(new).context["form"].fields["key"].initial or client.get(new).context["form"].initial["key"]
    picture = io.BytesIO(upload().source)
    picture.name = "anh.jpg"
    form = {"alt": "Bà con xếp hàng", "subjects": "adults", "asked_by": "Dung", "asked_on": "19/11/2023", "key": key}
    assert client.post(new, form).status_code == 422
    answer = client.post(new, form | {"photos": picture, "is_public": "on"})
    assert answer.headers["Location"] == page
    photo = EventPhoto.objects.get()
    text = client.get(page).content.decode()
    assert "1 ảnh, 1 ảnh công khai" in text
    assert "Bà con xếp hàng" in text
    one = reverse("events:photo", args=[*args, photo.pk])
    assert "Dung" in client.get(one).content.decode()
    remove = reverse("events:take-down-photo", args=[*args, photo.pk])
    assert client.post(remove, {"reason": ""}).status_code == 422
    client.post(remove, {"reason": "Người trong ảnh không muốn"})
    text = client.get(page).content.decode()
    assert "Đã gỡ 1 ảnh" in text
    assert "Người trong ảnh không muốn" in text
    assert client.get(one).status_code == 404


def test_everybody_sees_public_photos_until_they_are_taken_down(held: Festival) -> None:
    public, inner = add(held, CROWD), add(held)
    client, slug = Client(), held.event.slug
    page = reverse("events:public-event", args=[slug])
    text = client.get(page).content.decode()
    small = reverse("events:small-public-photo", args=[slug, public.pk])
    assert small in text
    assert "Bà con xếp hàng mở tài khoản" in text
    assert inner.alt not in text
    answer = client.get(small)
    content = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    assert not Image.open(io.BytesIO(content)).getexif()
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert client.get(small, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    assert client.get(reverse("events:public-photo", args=[slug, public.pk])).status_code == 200
    assert client.get(reverse("events:public-photo", args=[slug, inner.pk])).status_code == 404
    actions.take_down_photo(actor=held.by, photo=public, reason="Người trong ảnh không muốn")
    assert small not in client.get(page).content.decode()
    assert client.get(small, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 404
    assert client.cookies == {}


def test_a_cancelled_event_shows_no_photos(held: Festival) -> None:
    photo = add(held, CROWD)
    Event.objects.filter(pk=held.event.pk).update(state="cancelled")
    assert Client().get(reverse("events:public-photo", args=[held.event.slug, photo.pk])).status_code == 404


def test_an_inspector_sees_no_people_that_are_not_public(held: Festival, tree: Tree, as_user: Any) -> None:
    crowd = add(held, EventPhotoInput("Bà con nghe hướng dẫn", "adults", "Dung", TODAY))
    tents = add(held)
    client, args = as_user(tree.hanh), [held.event.pk]
    text = client.get(reverse("events:photos", args=args)).content.decode()
    assert "chỉ cán bộ đơn vị xem được" in text
    assert client.get(reverse("events:small-photo", args=[*args, crowd.pk])).status_code == 404
    assert client.get(reverse("events:photo", args=[*args, crowd.pk])).status_code == 404
    assert client.get(reverse("events:small-photo", args=[*args, tents.pk])).status_code == 200
    # A public one, until somebody in it asks that it be taken down.
    public = add(held, CROWD)
    assert client.get(reverse("events:small-photo", args=[*args, public.pk])).status_code == 200
    actions.request_photo_removal(photo_id=public.pk, reason="own", words="", network="203.0.113.7")
    assert client.get(reverse("events:small-photo", args=[*args, public.pk])).status_code == 404
    assert str(public.pk) not in client.get(reverse("events:photos", args=args)).content.decode()
    assert client.post(reverse("events:photo", args=[*args, tents.pk]), {}).status_code == 403


def test_another_ward_sees_nothing(held: Festival, tree: Tree, as_user: Any) -> None:
    photo = add(held, CROWD)
    client = as_user(tree.chi)
    assert client.get(reverse("events:photos", args=[held.event.pk])).status_code == 404
    assert client.get(reverse("events:small-photo", args=[held.event.pk, photo.pk])).status_code == 404


def test_the_list_takes_the_same_statements_for_many(
    held: Festival, as_user: Any, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, page = as_user(held.by), reverse("events:photos", args=[held.event.pk])
    add(held, CROWD)
    with django_assert_num_queries(8):
        client.get(page)
    add(held, TENTS, upload(), upload("blue"))
    with django_assert_num_queries(8):
        client.get(page)
