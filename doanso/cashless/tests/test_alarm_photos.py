"""Photos of an alarm: pixels alone, seen by who manages the shop, erased by hand and with the owner."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from doanso.audit.models import AuditEvent
from doanso.cashless import actions, personal
from doanso.cashless.actions import CheckInput
from doanso.cashless.models import AlarmPhoto
from doanso.cashless.tests.conftest import ACB
from doanso.files import actions as files
from doanso.files.photos import PhotoUpload
from doanso.lib.problems import Refused
from doanso.people.actions import Particulars, match_or_create_people
from doanso.people.models import Business
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def jpeg(size=(2400, 1200)):
    exif = Image.Exif()
    exif[0x010F] = "camera"
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


@pytest.fixture
def alarm(registered):
    """A foreign code hangs at Hai's shop."""
    seen = CheckInput(TODAY, "displayed")
    return actions.check_shop(actor=registered.tree.an, shop=registered.hai, inputs=seen, code=ACB).alarm


def add(market, alarm):
    return actions.add_photo(actor=market.tree.an, alarm=alarm, photo=PhotoUpload("Ảnh.jpg", jpeg()))


def test_a_photo_keeps_its_pixels_alone(registered, alarm):
    photo = add(registered, alarm)
    with files.open_blob(photo.blob) as stored:
        picture = Image.open(stored)
        assert (picture.format, picture.size, dict(picture.getexif())) == ("JPEG", (1600, 800), {})
    assert AuditEvent.objects.filter(action="cashless.add_photo", object_id=alarm.pk).count() == 1


def test_what_is_no_picture_and_a_seventh_photo_are_refused(registered, alarm):
    with pytest.raises(Refused) as refused:
        actions.add_photo(actor=registered.tree.an, alarm=alarm, photo=PhotoUpload("a.jpg", b"%PDF-1.7"))
    assert refused.value.problem.field == "photo"
    assert not AlarmPhoto.objects.exists()
    for _number in range(6):
        add(registered, alarm)
    with pytest.raises(Refused) as refused:
        add(registered, alarm)
    assert (refused.value.problem.code, AlarmPhoto.objects.count()) == ("photos_many", 6)


def test_the_page_takes_shows_and_erases_a_photo(registered, alarm, as_user):
    url, an = f"/shops/alarms/{alarm.pk}/", as_user(registered.tree.an)
    assert an.post(f"{url}photos/").status_code == 422
    sent = {"photo": SimpleUploadedFile("IMG_1.jpg", jpeg((40, 30)), "image/jpeg")}
    assert an.post(f"{url}photos/", sent).url == url
    photo = AlarmPhoto.objects.get()
    address = f"/shops/alarms/photos/{photo.pk}/"
    assert f'src="{address}"' in an.get(url).content.decode()
    answer = an.get(address)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")

    assert an.post(f"{address}erase/").url == url
    assert an.get(address).status_code == 404
    assert address not in an.get(url).content.decode()
    assert an.post(f"{address}erase/").status_code == 302
    assert AuditEvent.objects.filter(action="cashless.erase_photo").count() == 1


@pytest.mark.parametrize(("name", "status"), [("hanh", 403), ("chi", 404), ("lan", 404), ("dung", 200)])
def test_only_who_manages_the_shop_sees_photos(registered, alarm, as_user, name, status):
    photo = add(registered, alarm)
    client = as_user(getattr(registered.tree, name))
    assert client.get(f"/shops/alarms/photos/{photo.pk}/").status_code == status
    if name == "hanh":
        assert "/photos/" not in client.get(f"/shops/alarms/{alarm.pk}/").content.decode()


def test_the_owners_copy_names_photos_and_their_erasure_takes_them(registered, alarm):
    photo = add(registered, alarm)
    [result] = match_or_create_people(
        unit_id=registered.tree.units["p4"].pk, inputs=[Particulars("Lê Thị Hai", birth_year=1970)]
    )
    Business.objects.filter(pk=registered.businesses["hai"].pk).update(owner=result.person_id)
    lines = dict(personal.copy([result.person_id]))
    assert lines["Ảnh chụp mã đang dán"] == "Phở Hai, lưu ngày 12/11/2023"
    personal.erase([result.person_id])
    photo.blob.refresh_from_db()
    assert photo.blob.erased_at is not None
    assert len(list(personal.copy([result.person_id]))) == 0
