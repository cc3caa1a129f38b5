import io
from pathlib import Path

import pytest
from django.test import TestCase
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from doanso.files import actions, sealed_stream
from doanso.files.models import Blob
from doanso.files.sealed_stream import CHUNK, Damaged
from doanso.lib.problems import Refused

CANARY = "Nguyễn Thị Chim Hoàng Yến 082301004321".encode()


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.FILES = tmp_path / "files"
    return settings.FILES


def stored(folder: Path) -> bytes:
    [path] = [path for path in folder.rglob("*") if path.is_file()]
    return path.read_bytes()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_stored_is_sealed_and_opens_again(folder, size):
    content = (CANARY * (size // len(CANARY) + 1))[:size]

    blob = actions.store(source=io.BytesIO(content), name="ds.xlsx", limit=1 << 20)

    assert (blob.size, blob.name) == (size, "ds.xlsx")
    assert CANARY not in stored(folder)
    with actions.opened(Blob.objects.get()) as plain:
        assert plain.read() == content


@pytest.mark.django_db
def test_a_stream_past_the_limit_leaves_nothing(folder):
    with pytest.raises(Refused) as refused:
        actions.store(source=b"x" * 200_000, name="ds.xlsx", limit=100_000)

    assert refused.value.problem.code == "file_too_large"
    assert Blob.objects.count() == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_without_its_key_a_file_is_gone(folder):
    blob = actions.store(source=CANARY, name="ds.xlsx", limit=1 << 20)
    cipher = actions.record_cipher(blob)
    record = cipher.seal(CANARY, b"1")

    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=blob)
        actions.destroy_key(blob=blob)

    blob = Blob.objects.get()
    assert (bytes(blob.key.sealed_key), blob.size) == (b"", len(CANARY))
    assert [path for path in folder.rglob("*") if path.is_file()] == []
    with pytest.raises(Refused) as refused, actions.opened(blob):
        pass
    assert refused.value.problem.code == "file_gone"
    assert CANARY not in record


@pytest.mark.parametrize("harm", ["cut", "swap", "flip", "append", "empty"])
def test_a_changed_stream_does_not_open(harm):
    key = sealed_stream.new_key()
    target = io.BytesIO()
    sealed_stream.seal_stream(key, iter([b"a" * CHUNK, b"b" * CHUNK, b"c"]), target)
    sealed = target.getvalue()
    step = CHUNK + 16
    harmed = {
        "cut": sealed[: 4 + 2 * step],
        "swap": sealed[:4] + sealed[4 + step : 4 + 2 * step] + sealed[4 : 4 + step] + sealed[4 + 2 * step :],
        "flip": sealed[:50] + bytes([sealed[50] ^ 1]) + sealed[51:],
        "append": sealed + b"\0" * 20,
        "empty": sealed[:4],
    }[harm]

    with pytest.raises(Damaged):
        list(sealed_stream.open_stream(key, io.BytesIO(harmed)))


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.binary(max_size=20))
@hypothesis_settings(max_examples=60)
def test_records_open_under_their_label_only(records, label):
    cipher = sealed_stream.RecordCipher(sealed_stream.new_key())
    for record in records:
        sealed = cipher.seal(record, label)
        assert cipher.unseal(sealed, label) == record
        with pytest.raises(Damaged):
            cipher.unseal(sealed, label + b"x")
