"""A class name stands in one app, unless a framework gives it."""

import subprocess

import pytest

from tools import class_names

pytestmark = pytest.mark.sqlite_only


@pytest.fixture
def repository(tmp_path):
    subprocess.run(["git", "init", "-q", tmp_path], check=True)
    return tmp_path


def write(repository, path, text):
    file = repository / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_a_name_in_two_apps_is_named_with_its_places(repository):
    write(repository, "doanso/people/queries.py", "class Line:\n    pass\n")
    write(repository, "doanso/sync/queries.py", "\nclass Line:\n    pass\n")

    assert class_names.complaints(repository) == [
        "doanso/people/queries.py:1: class Line also stands in doanso/sync/queries.py:2; qualify it"
    ]


@pytest.mark.parametrize("name", ["Command", "FilterForm", "SyncConfig", "_Batch", "DatabaseWrapper"])
def test_names_of_frameworks_and_private_ones_are_free(repository, name):
    for app in ("people", "sync"):
        write(repository, f"doanso/{app}/forms.py", f"class {name}:\n    pass\n")

    assert class_names.complaints(repository) == []


def test_a_name_twice_in_one_app_in_tests_and_within_a_class_is_none_of_the_rule(repository):
    write(repository, "doanso/people/queries.py", "class Line:\n    class Meta:\n        pass\n")
    write(repository, "doanso/people/rules.py", "class Line:\n    pass\n")
    write(repository, "doanso/sync/tests/test_lines.py", "class Line:\n    pass\n")
    write(repository, "doanso/sync/migrations/0001_initial.py", "class Line:\n    pass\n")

    assert class_names.complaints(repository) == []
