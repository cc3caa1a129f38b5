"""The server for tests comes from the wheel, and leaves nothing behind and nothing changed."""

import os
import stat
from pathlib import Path

import psycopg
import pytest

from tools import postgres

pytestmark = pytest.mark.sqlite_only


def modes(paths: list[Path]) -> dict[Path, int]:
    return {path: stat.S_IMODE(path.stat().st_mode) for path in paths}


@pytest.mark.skipif(os.environ.get("DATABASE_URL") is not None, reason="DATABASE_URL names a server")
def test_server_answers_and_changes_no_mode_outside_its_folder():
    try:
        installed = postgres.programs()
    except postgres.Unavailable as problem:
        pytest.skip(str(problem))
    watched = [*installed.parents, installed, *installed.rglob("*"), Path(postgres.tempfile.gettempdir())]
    before = modes(watched)

    with postgres.server() as url:
        folder = Path(url.partition("host=")[2]).parent
        with psycopg.connect(host=str(folder / "s"), user="postgres", dbname="postgres") as connection:
            assert connection.execute("SELECT upper('đức')").fetchone() == ("ĐỨC",)
            data = connection.execute("SHOW data_directory").fetchone()
        assert data is not None
        assert Path(data[0]).is_relative_to(folder)
        assert modes(watched) == before

    assert not folder.exists()
    assert modes(watched) == before
