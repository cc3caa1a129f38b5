import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import TestCase
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from doanso.files import actions, encrypted_stream
from doanso.files.actions import storing
from doanso.files.encrypted_stream import CHUNK
from doanso.files.models import Blob, FileKey
from doanso.files.problems import Damaged
from doanso.lib import database
from doanso.lib.database.lock_order import LockOrder, LockOrderError, LockRecorder, recorded_by
from doanso.lib.problems import Problem, Refused

CANARY = "Nguyễn Thị Chim Hoàng Yến 082301004321".encode()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
def test_what_is_stored_is_sealed_and_opens_again(objects, size):
    content = (CANARY * (size // len(CANARY) + 1))[:size]

    blob = actions.store(source=io.BytesIO(content), name="ds.xlsx", limit=1 << 20)

    [lies] = objects()
    assert (blob.size, blob.name, blob.sha256) == (size, "ds.xlsx", hashlib.sha256(content).hexdigest())
    assert CANARY not in lies.read()
    with actions.open_blob(Blob.objects.get()) as plain:
        assert plain.read() == content


@pytest.mark.django_db
def test_the_name_in_the_store_says_the_hash_of_what_lies_there(objects):
    actions.store(source=CANARY, name="ds.xlsx", limit=1 << 20)

    [lies] = objects()
    digest = hashlib.sha256(lies.read()).hexdigest()
    assert lies.name.startswith(f"{digest}-")
    assert lies.place[:2] == digest[:2]


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", [True, False])
def test_equal_files_of_two_owners_are_two_and_one_may_go(objects, settings, sealed):
    settings.FILES_SEALED = sealed
    first = actions.store(source=CANARY, name="một.pdf", limit=1 << 20)
    other = actions.store(source=CANARY, name="hai.pdf", limit=1 << 20)
    assert (first.sha256, len(objects())) == (other.sha256, 2)

    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=first)
    actions.remove_erased()

    assert len(objects()) == 1
    with actions.open_blob(other) as plain:
        assert plain.read() == CANARY


@pytest.mark.django_db
def test_where_the_store_seals_files_lie_as_they_are(objects, settings):
    settings.FILES_SEALED = False

    blob = actions.store(source=CANARY, name="ds.xlsx", limit=1 << 20)

    [lies] = objects()
    assert lies.read() == CANARY
    settings.FILES_SEALED = True
    with actions.open_blob(Blob.objects.get(pk=blob.pk)) as plain:
        assert plain.read() == CANARY
    cipher = actions.record_cipher(blob)
    assert cipher.decrypt(cipher.encrypt(b"x", b"1"), b"1") == b"x"


@pytest.mark.django_db
@pytest.mark.parametrize("sealed", [True, False])
@pytest.mark.parametrize("harm", ["flip", "cut", "append", "another", "gone"])
def test_damage_is_found_before_a_byte_is_given(objects, settings, sealed, harm):
    settings.FILES_SEALED = sealed
    blob = actions.store(source=CANARY * 5000, name="ds.xlsx", limit=1 << 20)
    [lies] = objects()
    content = lies.read()
    if harm == "gone":
        lies.remove()
    else:
        lies.write(
            {
                "flip": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
                "cut": content[: 2 * CHUNK],
                "append": content + b"\0",
                "another": b"something else",
            }[harm]
        )

    with pytest.raises(Damaged), actions.open_blob(blob):
        pass


@pytest.mark.django_db
def test_a_stream_past_the_limit_leaves_nothing(objects):
    with pytest.raises(Refused) as refused:
        actions.store(source=b"x" * 200_000, name="ds.xlsx", limit=100_000)

    assert refused.value.problem.code == "file_too_large"
    assert Blob.objects.count() == 0
    assert objects() == []


@pytest.mark.django_db
def test_without_its_key_a_file_is_gone(objects):
    blob = actions.store(source=CANARY, name="ds.xlsx", limit=1 << 20)
    cipher = actions.record_cipher(blob)
    record = cipher.encrypt(CANARY, b"1")

    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=blob)
        actions.destroy_key(blob=blob)
    actions.remove_erased()

    blob = Blob.objects.get()
    assert (bytes(blob.key.encrypted_key), blob.size) == (b"", len(CANARY))
    assert blob.removed_at is not None
    assert objects() == []
    with pytest.raises(Refused) as refused, actions.open_blob(blob):
        pass
    assert refused.value.problem.code == "file_gone"
    assert CANARY not in record


@pytest.mark.django_db
def test_several_files_are_destroyed_in_one_order_and_before_the_ledger(objects):
    blobs = [actions.store(source=CANARY, name=f"{number}.pdf", limit=1 << 20) for number in range(3)]

    @transaction.atomic
    def one_after_the_other(*ordered: Blob) -> None:
        for blob in ordered:
            actions.destroy_keys(blobs=[blob])

    @transaction.atomic
    def after_the_ledger() -> None:
        database.lock(["ledger.books"], shared=True)
        actions.destroy_key(blob=blobs[0])

    with pytest.raises(LockOrderError, match=r"rows of files\.blob at .* after ledger\.books"):
        after_the_ledger()
    with recorded_by(LockRecorder(LockOrder(classes=("rows of files.blob",)))):
        actions.destroy_keys(blobs=[blobs[2], None, blobs[0]])
        with pytest.raises(LockOrderError, match="lower in the order of their keys"):
            one_after_the_other(blobs[2], blobs[1])
    assert set(Blob.objects.filter(erased_at=None)) == {blobs[1]}
    assert list(FileKey.objects.filter(destroyed_at=None).values_list("pk", flat=True)) == [blobs[1].key_id]


@pytest.mark.django_db
def test_a_file_goes_with_the_action_it_was_stored_for_and_stays_once_that_is_committed(objects, monkeypatch):
    refused, kept = (actions.store(source=CANARY, name=name, limit=1 << 20) for name in ("a.pdf", "b.pdf"))

    @contextmanager
    def broken_after_commit() -> Iterator[None]:
        yield
        raise RuntimeError("after the commit")

    with pytest.raises(Refused), actions.keep_with_transaction(refused, None):
        raise Refused(Problem("no", "Không"))
    monkeypatch.setattr(storing, "transaction", SimpleNamespace(atomic=broken_after_commit))
    with pytest.raises(RuntimeError), actions.keep_with_transaction(kept):
        pass
    assert list(Blob.objects.filter(erased_at=None)) == [kept]


@pytest.mark.django_db
def test_no_store_is_asked_inside_a_transaction(objects):
    blob = actions.store(source=CANARY, name="ds.xlsx", limit=1 << 20)
    with transaction.atomic():
        with pytest.raises(RuntimeError):
            actions.store(source=CANARY, name="ds.xlsx", limit=1 << 20)
        with pytest.raises(RuntimeError), actions.open_blob(blob):
            pass


@pytest.mark.parametrize("harm", ["cut", "swap", "flip", "append", "empty"])
def test_a_changed_stream_does_not_open(harm):
    key = encrypted_stream.new_key()
    target = io.BytesIO()
    encrypted_stream.encrypt_stream(key, iter([b"a" * CHUNK, b"b" * CHUNK, b"c"]), target)
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
        list(encrypted_stream.open_stream(key, io.BytesIO(harmed)))


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=5), st.binary(max_size=20))
@hypothesis_settings(max_examples=60)
def test_records_open_under_their_label_only(records, label):
    cipher = encrypted_stream.RecordCipher(encrypted_stream.new_key())
    for record in records:
        sealed = cipher.encrypt(record, label)
        assert cipher.decrypt(sealed, label) == record
        with pytest.raises(Damaged):
            cipher.decrypt(sealed, label + b"x")
