"""A template is known by all that decides what a migrated database looks like, and is whole, or not there."""

import contextlib
import os
import sqlite3
import threading
from pathlib import Path
from types import SimpleNamespace

import psycopg
import pytest

from tools import postgres, template_databases
from tools.template_databases import PREFIX, copy_postgres, copy_sqlite, template_folder, template_key

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout with one migration, which imports one module inside a function; another module is imported by nothing."""
    root = tmp_path / "project"
    files = {
        "doanso/settings.py": "from doanso import data_folder\n",
        "doanso/settings_test.py": "",
        "doanso/testing.py": "from doanso.units.names import CAST\n",
        "doanso/units/names.py": "CAST = []",
        "doanso/data_folder.py": "",
        "doanso/units/__init__.py": "",
        "doanso/units/models.py": "",
        "doanso/units/migrations/0001_initial.py": "def fill(apps, editor):\n    from doanso.lib.words import fold\n",
        "doanso/lib/words.py": "",
        "doanso/lib/sqlite/base.py": "",
        "requirements/dev.txt": "django==6.1",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="ascii")
    return root


def key_of(root: Path) -> str:
    return template_key.__wrapped__(root)


@pytest.mark.parametrize(
    "name",
    [
        "doanso/units/migrations/0001_initial.py",
        "doanso/units/migrations/0002_more.py",
        "doanso/lib/words.py",
        "doanso/lib/sqlite/base.py",
        "doanso/data_folder.py",
        "doanso/settings.py",
        "doanso/settings_test.py",
        "doanso/testing.py",
        "doanso/units/names.py",
        "requirements/dev.txt",
    ],
)
def test_edit_of_what_a_migrated_database_depends_on_is_another_key(project, name):
    before = key_of(project)

    with (project / name).open("a", encoding="ascii") as file:
        file.write("\n# edited\n")

    assert key_of(project) != before


def test_other_edits_keep_the_key_and_a_renamed_migration_does_not(project):
    before = key_of(project)
    (project / "doanso/units/models.py").write_text("# edited", encoding="ascii")
    assert key_of(project) == before

    first = project / "doanso/units/migrations/0001_initial.py"
    first.rename(first.with_name("0001_first.py"))
    assert key_of(project) != before


def make_at(target: Path, calls: list[str]):
    """A build that makes a database of one table and says so."""

    def build() -> None:
        calls.append(target.name)
        with contextlib.closing(sqlite3.connect(target)) as database:
            database.execute("CREATE TABLE made (n INTEGER)")

    return build


def tables(path: Path) -> list[tuple[str]]:
    with contextlib.closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT name FROM sqlite_master").fetchall()


def test_runs_that_start_at_once_build_once_and_copy(tmp_path):
    folder, calls = tmp_path / "templates", []
    folder.mkdir()
    targets = [tmp_path / f"run-{n}.sqlite3" for n in range(4)]
    runs = [threading.Thread(target=copy_sqlite, args=(one, folder, make_at(one, calls), "a" * 24)) for one in targets]

    for run in runs:
        run.start()
    for run in runs:
        run.join()

    assert len(calls) == 1
    assert [tables(one) for one in targets] == [[("made",)]] * 4


def test_build_that_broke_off_leaves_no_template_and_the_next_one_removes_its_draft(tmp_path):
    folder, target, calls = tmp_path / "templates", tmp_path / "run.sqlite3", []
    folder.mkdir()
    # Killed in the middle of its copy, and with a journal beside the test's own file.
    (folder / f"draft-sqlite-{'b' * 24}").write_bytes(b"half")
    (tmp_path / "run.sqlite3-journal").write_bytes(b"old")

    with pytest.raises(ZeroDivisionError):
        copy_sqlite(target, folder, lambda: 1 // 0, "a" * 24)
    assert not (folder / f"sqlite-{'a' * 24}").exists()

    copy_sqlite(target, folder, make_at(target, calls), "a" * 24)

    assert sorted(path.name for path in folder.iterdir()) == ["lock", f"sqlite-{'a' * 24}"]
    assert not (tmp_path / "run.sqlite3-journal").exists()


def test_templates_used_last_are_kept_and_older_ones_removed(tmp_path):
    folder, target = tmp_path / "templates", tmp_path / "run.sqlite3"
    folder.mkdir()
    for age, letter in enumerate("bcde"):
        path = folder / f"sqlite-{letter * 24}"
        path.touch()
        os.utime(path, (1_000_000 - age, 1_000_000 - age))
    other = folder / f"postgres-{'f' * 24}"
    other.mkdir()

    copy_sqlite(target, folder, make_at(target, []), "a" * 24)

    assert sorted(path.name for path in folder.glob("sqlite-*")) == [f"sqlite-{letter * 24}" for letter in "abc"]
    assert other.exists()


def test_templates_lie_in_the_cache_or_where_only_this_user_writes(tmp_path, monkeypatch):
    monkeypatch.setattr(template_databases.tempfile, "gettempdir", lambda: str(tmp_path))
    root, own = tmp_path / "checkout", tmp_path / f"doanso-templates-{os.geteuid()}"
    root.mkdir()
    assert template_folder(root) == root / ".pytest_cache" / "databases"

    sealed = tmp_path / "sealed"
    sealed.write_bytes(b"a folder in which nothing can be made, for root as well")
    assert template_folder(sealed) == own

    own.chmod(0o777)
    assert template_folder(sealed) is None


@pytest.mark.long
@pytest.mark.skipif(os.environ.get("DATABASE_URL") is not None, reason="DATABASE_URL names a server")
def test_server_keeps_one_template_and_starts_from_the_data_folder_that_holds_it(tmp_path):
    try:
        postgres.programs()
    except postgres.Unavailable as problem:
        pytest.skip(str(problem))
    kept = tmp_path / "kept"

    def copied(host: str, name: str, key: str) -> list[str]:
        """Make a test database, and name what was built for it."""
        built = []
        settings = {"TEST": {"NAME": name}}

        @contextlib.contextmanager
        def nodb_cursor():
            with psycopg.connect(host=host, user="postgres", dbname="postgres", autocommit=True) as connection:
                yield connection.cursor()

        def build() -> None:
            built.append(settings["TEST"]["NAME"])
            with nodb_cursor() as cursor:
                cursor.execute(f'CREATE DATABASE "{built[-1]}"')

        connection = SimpleNamespace(
            ops=SimpleNamespace(quote_name='"{}"'.format),
            settings_dict=settings,
            close=lambda: None,
            _nodb_cursor=nodb_cursor,
        )
        creation = SimpleNamespace(connection=connection, _get_test_db_name=lambda: settings["TEST"]["NAME"])
        assert copy_postgres(creation, build, key) == name
        return built

    def databases(host: str) -> set[str]:
        with psycopg.connect(host=host, user="postgres", dbname="postgres") as connection:
            return {
                name for (name,) in connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'test%'")
            }

    with postgres.server(keep=kept) as url:
        host = url.partition("host=")[2]
        assert copied(host, "test_one", "a") == [f"{PREFIX}draft"]
        assert copied(host, "test_two", "a") == []
        assert databases(host) == {"test_one", "test_two", f"{PREFIX}a"}
        assert copied(host, "test_one", "b") == [f"{PREFIX}draft"]
        assert databases(host) == {"test_one", "test_two", f"{PREFIX}b"}
    with postgres.server(data=kept) as url:
        assert databases(url.partition("host=")[2]) == {"test_one", "test_two", f"{PREFIX}b"}
