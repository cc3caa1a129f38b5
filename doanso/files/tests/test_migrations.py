"""Files of the first release open after the upgrade; erased ones stay erased."""

from importlib import import_module

import pytest
from django.apps import apps
from django.test import TestCase

from doanso.files import actions, stores
from doanso.files.models import Blob

migration = import_module("doanso.files.migrations.0002_versions_and_words")


@pytest.mark.django_db
def test_files_of_the_first_release_are_said_to_lie_under_their_ids():
    kept = actions.store(source=b"aaa", name="a.xlsx", limit=100)
    gone = actions.store(source=b"bbb", name="b.xlsx", limit=100)
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=gone)
    disk = stores.store_named("disk")
    with disk.open(kept.place) as found:
        disk.put(f"{str(kept.pk)[-2:]}/{kept.pk}", found)
    Blob.objects.filter(pk=gone.pk).update(erased_at=None, removed_at=None)

    migration._say_where_they_lie(apps, None)

    kept, gone = Blob.objects.get(pk=kept.pk), Blob.objects.select_related("key").get(pk=gone.pk)
    assert kept.place == f"{str(kept.pk)[-2:]}/{kept.pk}"
    assert (kept.erased_at, gone.erased_at) == (None, gone.key.destroyed_at)
    with actions.opened(kept) as plain:
        assert plain.read() == b"aaa"
    assert actions.remove_erased() == 1
