"""The bucket is down, slow, busy, refusing, interrupted or full; or the process dies between the bytes and the rows."""

import time

import pytest
from django.test import RequestFactory, TestCase

from doanso.files import actions
from doanso.files.actions import maintenance
from doanso.files.middleware import StoreMiddleware
from doanso.files.models import Blob, FileKey
from doanso.files.problems import Full, Unavailable
from doanso.files.tests import s3_server
from doanso.files.tests.conftest import forget_connections, lying

pytestmark = [pytest.mark.django_db, pytest.mark.long]
CONTENT = b"x" * 200_000


@pytest.fixture
def away(settings, s3):
    """Store one file, and return a way to make the store misbehave."""
    blob = actions.store(source=CONTENT, name="a.pdf", limit=1 << 20)
    good = settings.FILES_S3

    class Away:
        stored = blob

        def now_at(self, endpoint: str) -> None:
            settings.FILES_S3 = {**good, "endpoint": endpoint, "timeout": 1}
            forget_connections()

        def back(self) -> None:
            settings.FILES_S3 = good
            forget_connections()

    return Away()


@pytest.mark.parametrize("mode", ["silent", "busy", "refusing", "cut", "full"])
def test_a_store_that_misbehaves_keeps_nothing_by_half(away, mode):
    with s3_server.misbehaving(mode) as endpoint:
        away.now_at(endpoint)
        if mode != "cut":
            with pytest.raises(Full if mode == "full" else Unavailable):
                actions.store(source=CONTENT, name="b.pdf", limit=1 << 20)
            assert (Blob.objects.count(), FileKey.objects.count()) == (1, 1)
            forget_connections()
        with pytest.raises(Unavailable) as met, actions.open_blob(away.stored):
            pass
        assert met.value.problem.code == ("files_full" if mode == "full" else "files_unavailable")

    away.back()
    with actions.open_blob(away.stored) as plain:
        assert plain.read() == CONTENT


def test_a_store_that_is_down_comes_back_with_everything(away, s3):
    s3.stop()
    try:
        with pytest.raises(Unavailable):
            actions.store(source=CONTENT, name="b.pdf", limit=1 << 20)
        with pytest.raises(Unavailable), actions.open_blob(away.stored):
            pass
    finally:
        s3.start()
    forget_connections()

    actions.store(source=CONTENT, name="b.pdf", limit=1 << 20)
    assert (Blob.objects.count(), len(lying())) == (2, 2)


def test_after_one_time_out_later_calls_fail_at_once(away):
    with s3_server.misbehaving("silent") as endpoint:
        away.now_at(endpoint)
        with pytest.raises(Unavailable), actions.open_blob(away.stored):
            pass
        begun = time.monotonic()
        for _again in range(20):
            with pytest.raises(Unavailable), actions.open_blob(away.stored):
                pass

    assert time.monotonic() - begun < 1


def test_what_was_erased_meanwhile_is_removed_later(away, s3, monkeypatch):
    monkeypatch.setattr(maintenance, "worker_memory", {})
    s3.stop()
    try:
        with TestCase.captureOnCommitCallbacks(execute=True):
            actions.destroy_key(blob=away.stored)
        with pytest.raises(Unavailable):
            actions.remove_erased()
        # The worker fails once, then does not ask the store for a minute.
        actions.run_maintenance()
        monkeypatch.setattr(maintenance, "remove_bytes", lambda _blob: pytest.fail("asked again"))
        actions.run_maintenance()
        monkeypatch.undo()
        assert Blob.objects.get().removed_at is None
    finally:
        s3.start()
    forget_connections()
    assert len(lying()) == 1

    assert actions.remove_erased() == 1
    assert lying() == []
    assert actions.remove_erased() == 0


def test_files_in_a_bucket_that_is_named_no_longer_are_not_taken_for_lost(away, settings):
    settings.FILES_S3 = {**settings.FILES_S3, "bucket": ""}

    with pytest.raises(Unavailable), actions.open_blob(away.stored):
        pass


@pytest.mark.parametrize(
    ("path", "says"), [("/documents/1/", b"<h1>"), ("/api/v1/photos/", b'"code": "files_unavailable"')]
)
def test_the_page_says_so(path, says):
    answer = StoreMiddleware(lambda request: None).process_exception(RequestFactory().get(path), Unavailable("S3"))

    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "60", "no-store")
    assert says in answer.content
    full = StoreMiddleware(lambda request: None).process_exception(RequestFactory().get(path), Full("S3"))
    assert (full.status_code, full["Retry-After"]) == (507, "60")
    assert "Kho tệp tạm thời không trả lời" in answer.content.decode() or path.startswith("/api/")


def test_a_disk_that_is_full_keeps_nothing(monkeypatch, folder):
    def no_room(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("doanso.files.stores.disk.os.fsync", no_room)

    with pytest.raises(Full):
        actions.store(source=CONTENT, name="b.pdf", limit=1 << 20)
    assert Blob.objects.count() == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == []
