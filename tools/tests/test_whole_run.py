"""The record of a run of everything names the apps that passed, and an edit makes its app, or every app, differ from it."""

from pathlib import Path

import pytest

from tools import whole_run
from tools.whole_run import LOOKS, SHARED, app_of, hash_apps, read_record, write_record

pytestmark = pytest.mark.sqlite_only
APPS = {"ledger", "lib", "members", "notices", "tools"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A checkout of five apps after a run of everything."""
    files = {
        "doanso/settings.py": "",
        "doanso/ledger/posting.py": "",
        "doanso/ledger/tests/test_posting.py": "",
        "doanso/lib/numbers.py": "",
        "doanso/lib/database/locks.py": "",
        "doanso/members/actions.py": "",
        "doanso/members/locale/vi/LC_MESSAGES/django.po": "",
        "doanso/members/migrations/0001_initial.py": "",
        "doanso/members/README.md": "",
        "doanso/members/templates/members/page.html": "",
        "doanso/notices/actions.py": "",
        "doanso/static/ds/theme.css": "",
        "doanso/templates/base.html": "",
        "tools/lint.py": "",
        "tools/selection.py": "",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="ascii")
    write_record(hash_apps(tmp_path), set(), tmp_path)
    return tmp_path


def changed(root: Path) -> set[str]:
    return set(whole_run.changed.__wrapped__(root))


def test_nothing_has_changed_after_a_run_of_everything(project):
    assert changed(project) == set()
    assert set(read_record(project)) == {*APPS, SHARED, LOOKS}


@pytest.mark.parametrize(
    ("file", "expected"),
    [
        ("doanso/members/actions.py", {"members"}),
        ("doanso/members/tests/test_new.py", {"members"}),
        ("doanso/members/templates/members/page.html", {"members"}),
        ("doanso/members/README.md", set()),
        ("doanso/members/locale/vi/LC_MESSAGES/django.po", set()),
        ("doanso/ledger/tests/test_posting.py", {"ledger"}),
        ("doanso/lib/numbers.py", {"lib"}),
        ("doanso/static/ds/theme.css", {LOOKS}),
        ("doanso/templates/base.html", {LOOKS}),
        ("tools/lint.py", {"tools"}),
        *(
            (file, {*APPS, SHARED, LOOKS})
            for file in (
                "doanso/members/migrations/0001_initial.py",
                "doanso/members/migrations/0002_more.py",
                "doanso/ledger/posting.py",
                "doanso/lib/database/locks.py",
                "doanso/settings.py",
                "tools/selection.py",
            )
        ),
    ],
)
def test_an_edit_changes_its_app_or_what_all_share(project, file, expected):
    (project / file).parent.mkdir(exist_ok=True)
    (project / file).write_text("edited = True\n", encoding="ascii")

    assert changed(project) == expected


def test_a_file_that_is_gone_is_a_change(project):
    (project / "doanso/members/actions.py").unlink()

    assert changed(project) == {"members"}


def test_an_app_with_a_failed_test_is_not_recorded(project):
    write_record(hash_apps(project), {"members"}, project)

    assert changed(project) == {"members"}


def test_an_app_that_was_edited_during_the_run_is_not_recorded(project):
    before = hash_apps(project)
    (project / "doanso/notices/actions.py").write_text("edited = True\n", encoding="ascii")
    write_record(before, set(), project)

    assert changed(project) == {"notices"}


def test_without_a_record_everything_has_changed(project):
    (project / whole_run.RECORD).unlink()

    assert changed(project) == {*APPS, SHARED, LOOKS}


@pytest.mark.parametrize(
    ("place", "app"),
    [
        ("doanso/members/tests/test_pages.py", "members"),
        ("doanso.members.tests.test_pages", "members"),
        ("tools/tests/test_test.py", "tools"),
        ("bench.pages", "bench"),
        ("doanso/settings.py", "settings"),
        ("allauth.account.views", "allauth"),
    ],
)
def test_a_file_and_a_module_belong_to_an_app(place, app):
    assert app_of(place) == app
