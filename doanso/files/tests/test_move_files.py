"""Moving from the disk to a bucket and back, in one go or interrupted, while others read."""

import io

import pytest
from django.core.management import CommandError, call_command

from doanso.files import actions, stores
from doanso.files.models import Blob, StoreName
from doanso.files.problems import Unavailable
from doanso.files.tests.conftest import forget_connections, lying

pytestmark = pytest.mark.django_db


@pytest.fixture
def on_disk():
    """Three files from before the bucket, one of them as the first release stored it."""
    blobs = [
        actions.store(source=f"tệp {index}".encode() * 1000, name=f"{index}.pdf", limit=1 << 20) for index in range(3)
    ]
    old = blobs[0]
    place = f"{str(old.pk)[-2:]}/{old.pk}"
    disk = stores.store_named("disk")
    with disk.open(old.place) as stored:
        disk.put(place, stored)
    disk.delete(old.place)
    Blob.objects.filter(pk=old.pk).update(place=place)
    return list(Blob.objects.order_by("pk"))


def _all_open() -> bool:
    for index, blob in enumerate(Blob.objects.order_by("pk")):
        with actions.open_blob(blob) as plain:
            assert plain.read() == f"tệp {index}".encode() * 1000
    return True


def test_files_go_to_the_bucket_and_back(on_disk, s3, folder, capsys):
    assert _all_open()

    call_command("move_files", "--to", "s3")

    assert "3" in capsys.readouterr().out
    assert set(Blob.objects.values_list("store", flat=True)) == {StoreName.S3}
    assert [path.name for path in folder.rglob("*") if path.is_file()] == []
    assert (len(lying()), _all_open()) == (3, True)
    assert actions.move_files(to="s3").moved == 0

    assert actions.move_files(to="disk").moved == 3
    assert (lying(), _all_open()) == ([], True)


def test_a_move_that_is_broken_off_is_begun_again(on_disk, s3, monkeypatch):
    from doanso.files.stores.s3 import Bucket

    put, calls = Bucket.put, []

    def away(self, place, source):
        calls.append(place)
        if len(calls) == 4:
            raise Unavailable("S3")
        put(self, place, source)

    monkeypatch.setattr(Bucket, "put", away)
    with pytest.raises(CommandError):
        call_command("move_files", "--to", "s3")
    assert Blob.objects.filter(store="s3").count() == 2
    assert _all_open()

    call_command("move_files", "--to", "s3")
    assert (Blob.objects.filter(store="s3").count(), _all_open()) == (3, True)


def test_a_damaged_file_stays_and_is_named(on_disk, s3):
    stores.store_named("disk").put(on_disk[1].place, io.BytesIO(b"harmed"))

    with pytest.raises(CommandError) as error:
        call_command("move_files", "--to", "s3")

    assert str(on_disk[1].pk) in str(error.value)
    assert list(Blob.objects.filter(store="disk")) == [on_disk[1]]


def test_who_read_the_row_before_the_move_finds_the_file_after_it(on_disk, s3):
    before = on_disk[2]
    actions.move_files(to="s3")

    with actions.open_blob(before) as plain:
        assert plain.read() == "tệp 2".encode() * 1000


def test_without_a_bucket_there_is_nowhere_to_go(on_disk):
    forget_connections()
    with pytest.raises(CommandError):
        call_command("move_files", "--to", "s3")
    assert Blob.objects.filter(store="disk").count() == 3
