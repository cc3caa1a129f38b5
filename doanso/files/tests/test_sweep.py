"""Bytes without rows are removed after a day, in both back ends; bytes that a row names, and another installation's,
stay.
"""

import io
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import TestCase

from doanso.files import actions, stores
from doanso.files.actions import ForeignStoreError, maintenance
from doanso.files.models import Blob
from doanso.lib import clock

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


@pytest.fixture
def in_two_days(monkeypatch):
    monkeypatch.setattr(maintenance, "worker_memory", {})
    monkeypatch.setattr(maintenance, "ALONE_FOR", timedelta(days=1) - timedelta(days=2))


def _orphan(place="ab/orphan"):
    stores.store_named(stores.current_name()).put(place, io.BytesIO(b"left behind"))


def test_what_no_row_names_goes_after_a_day(objects, in_two_days):
    blob = actions.store(source=b"kept", name="a.pdf", limit=100)
    _orphan()
    _orphan("cd/half.part")

    assert actions.sweep_orphans() == 2
    assert [stored.place for stored in objects()] == [blob.place]
    assert actions.sweep_orphans() == 0


def test_fresh_bytes_wait_for_their_row(objects):
    _orphan()

    assert actions.sweep_orphans() == 0
    assert len(objects()) == 1


def test_bytes_of_an_erased_file_that_stayed_behind_are_swept(objects, in_two_days):
    blob = actions.store(source=b"gone", name="a.pdf", limit=100)
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=blob)
    actions.remove_erased()
    _orphan(blob.place)

    assert actions.sweep_orphans() == 1
    assert objects() == []


def test_a_store_that_carries_anothers_mark_is_left_alone(objects, in_two_days):
    store = stores.store_named(stores.current_name())
    store.put("doanso-store", io.BytesIO(b"another installation"))
    _orphan()

    with pytest.raises(ForeignStoreError):
        actions.sweep_orphans()
    with pytest.raises(ForeignStoreError):
        actions.move_files(to=stores.current_name())
    actions.run_maintenance()
    assert len(objects()) == 1


def test_the_worker_sweeps_once_a_day(in_two_days, business_day):
    disk = stores.store_named("disk")
    _orphan()
    actions.run_maintenance()
    assert not disk.exists("ab/orphan")
    _orphan()
    actions.run_maintenance()
    assert disk.exists("ab/orphan")
    business_day(clock.today() + timedelta(days=1))
    actions.run_maintenance()
    assert not disk.exists("ab/orphan")


_DIES = """
import os, signal, sys
import django
django.setup()
from django.conf import settings
from doanso.files.actions import storing

class Killed:
    def create(self, **values):
        os.kill(os.getpid(), signal.SIGKILL)

storing.FileKey = type("FileKey", (), {"objects": Killed()})
from pathlib import Path
settings.FILES = Path(sys.argv[1])
storing.store(source=b"x" * 100_000, name="a.pdf", limit=1 << 20)
"""


@pytest.mark.sqlite_only
def test_who_dies_between_bytes_and_rows_leaves_only_an_orphan(folder: Path, in_two_days):
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "doanso.settings_test", "PYTHONPATH": str(Path.cwd())}
    died = subprocess.run([sys.executable, "-c", _DIES, str(folder)], env=environment, check=False)

    assert died.returncode == -signal.SIGKILL
    assert Blob.objects.count() == 0
    [orphan] = [path for path in folder.rglob("*") if path.is_file()]
    assert orphan.name != "doanso-store"
    assert actions.sweep_orphans() == 1
