"""The product's files are readable by their owner alone, whatever the umask; and the operator's settings of HSTS."""

import json
import os
import stat
import subprocess
import sys

import pytest

from doanso import data_folder
from doanso.home.checks import data_folder_is_its_owners

pytestmark = pytest.mark.sqlite_only
WRITES = """
import json, os, sqlite3
os.umask(0)
from doanso import settings
from django.core.files.storage import FileSystemStorage
database = sqlite3.connect(settings.DATA / "doanso.sqlite3")
database.execute("PRAGMA journal_mode=TRUNCATE")
database.execute("CREATE TABLE t (x)")
database.commit()
(settings.FILES / "ab").mkdir(parents=True)
(settings.FILES / "ab" / "sealed").write_bytes(b"x")
(settings.DATA / "business-day").write_text("2023-11-12")
print(json.dumps({name: str(getattr(settings, name)) for name in dir(settings) if name.startswith(("SECURE_HSTS", "FILE_"))}))
"""


def run(folder, **environment):
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DOANSO_", "PYTEST"))}
    words = [sys.executable, "-c", WRITES]
    output = subprocess.check_output(words, env=bare | {"DOANSO_DATA": str(folder)} | environment, text=True)
    return json.loads(output)


def modes(folder):
    paths = [folder, *folder.rglob("*")]
    return {path.is_dir(): set() for path in paths} | {
        kind: {stat.S_IMODE(path.stat().st_mode) for path in paths if path.is_dir() is kind} for kind in (True, False)
    }


def test_files_are_600_and_folders_700_under_the_most_open_umask(tmp_path):
    folder = tmp_path / "data"

    output = run(folder)

    assert {path.name for path in folder.rglob("*")} >= {
        "secrets.json",
        "doanso.sqlite3",
        "doanso.sqlite3-journal",
        "sealed",
    }
    assert modes(folder) == {True: {0o700}, False: {0o600}}
    assert output["FILE_UPLOAD_PERMISSIONS"] == str(0o600)
    assert output["FILE_UPLOAD_DIRECTORY_PERMISSIONS"] == str(0o700)


@pytest.mark.parametrize(
    ("environment", "subdomains", "preload"),
    [
        ({"DOANSO_HTTPS": "1"}, "False", "False"),
        ({"DOANSO_HTTPS": "1", "DOANSO_HSTS_PRELOAD": "1"}, "False", "False"),
        ({"DOANSO_HTTPS": "1", "DOANSO_HSTS_SUBDOMAINS": "1", "DOANSO_HSTS_PRELOAD": "1"}, "True", "True"),
    ],
)
def test_sub_domains_and_preloading_are_bound_only_by_choice(tmp_path, environment, subdomains, preload):
    output = run(tmp_path, **environment)

    assert output["SECURE_HSTS_SECONDS"] == "31536000"
    assert (output["SECURE_HSTS_INCLUDE_SUBDOMAINS"], output["SECURE_HSTS_PRELOAD"]) == (subdomains, preload)


@pytest.fixture
def open_folder(tmp_path):
    """A data folder of before, open to everybody."""
    folder = tmp_path / "data"
    (folder / "files" / "ab").mkdir(parents=True)
    for name in ("secrets.json", "doanso.sqlite3", "backup.json", "files/ab/one"):
        (folder / name).write_text("x")
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o777 if path.is_dir() else 0o666)
    return folder


def test_a_folder_that_is_open_is_closed_at_the_start_and_files_below_once_a_day(open_folder):
    data_folder.restrict(open_folder)

    assert data_folder.loose(open_folder) == []
    assert stat.S_IMODE((open_folder / "doanso.sqlite3").stat().st_mode) == 0o600
    assert stat.S_IMODE((open_folder / "files").stat().st_mode) == 0o700
    assert data_folder.restrict_below(open_folder / "files") == 2
    assert modes(open_folder) == {True: {0o700}, False: {0o600}}


def test_a_folder_with_foreign_files_keeps_its_mode_with_a_warning(open_folder, settings):
    (open_folder / "photos").mkdir(mode=0o755)
    settings.DATA = open_folder

    data_folder.restrict(open_folder)

    assert data_folder.loose(open_folder) == [open_folder]
    assert stat.S_IMODE((open_folder / "secrets.json").stat().st_mode) == 0o600
    [warning] = data_folder_is_its_owners()
    assert str(open_folder) in warning.msg
    assert "chmod go=" in warning.msg
