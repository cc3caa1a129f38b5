"""Files of the first release open after the upgrade; erased ones stay erased."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from doanso.files import actions, sealed_stream
from doanso.files.models import Blob, Form, StoreName
from doanso.lib import clock, sealing


@pytest.mark.django_db(transaction=True)
def test_files_of_the_first_release_open_after_the_upgrade(folder):
    executor = MigrationExecutor(connection)
    latest = executor.loader.graph.leaf_nodes()
    executor.migrate([("files", "0001_blobs")])
    old = executor.loader.project_state([("files", "0001_blobs")]).apps
    now, key = clock.now(), sealed_stream.new_key()
    try:
        kept = old.get_model("files", "FileKey").objects.create(
            sealed_key=sealing.seal(key, context="files.key"), created_at=now
        )
        gone = old.get_model("files", "FileKey").objects.create(created_at=now, destroyed_at=now)
        hashes = {"sha256": "9834876dcfb05cb167a5c24953eba58c4ac89b1adf57f28f2f9d09af107ee8f0", "size": 3}
        one = old.get_model("files", "Blob").objects.create(key=kept, name="a.xlsx", created_at=now, **hashes)
        old.get_model("files", "Blob").objects.create(key=gone, name="", created_at=now, **hashes)
        path = folder / str(one.pk)[-2:] / str(one.pk)
        path.parent.mkdir(parents=True)
        with path.open("wb") as target:
            sealed_stream.seal_stream(key, iter([b"aaa"]), target)
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(latest)

    blob = Blob.objects.get(pk=one.pk)
    assert (blob.store, blob.form, blob.kind, blob.erased_at) == (StoreName.DISK, Form.SEALED, "", None)
    with actions.opened(blob) as plain:
        assert plain.read() == b"aaa"
    assert Blob.objects.exclude(pk=one.pk).get().erased_at == now
    assert actions.remove_erased() == 1
