"""Every file that somebody puts into the data folder is declared, so that a backup holds it."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

from doanso.data_folder import COMMITTEE_FILES, COMMITTEE_FOLDERS, OURS, digests, read_committee_files
from doanso.lib.committee_files import committee_file, committee_folder

NO_COMMITTEE_FILES = {
    "doanso.home.checks",
    "doanso.home.demo",
    "doanso.home.growth",
    "doanso.home.keys",
    "doanso.lib.committee_files",
    "doanso.setup.actions.backups",
    "doanso.setup.management.commands.setup_code",
    "doanso.setup.queries",
    "doanso.setup.server_state",
    "doanso.setup.trial",
    "doanso.setup.views.backups",
    "doanso.signing.testca.authority",
}
"""Modules that use the data folder itself: for what the product writes there, for its path, or by the declared list."""


def modules():
    for path in sorted((settings.ROOT / "doanso").rglob("*.py")):
        if "tests" not in path.parts and "migrations" not in path.parts:
            yield ".".join(path.relative_to(settings.ROOT).with_suffix("").parts), ast.parse(path.read_text("utf-8"))


def test_no_other_module_reads_the_data_folder_than_through_the_declared_list():
    """A new one reads a committee's file by `committee_file` or `committee_folder`, which refuse names that are not declared."""
    users = {
        name
        for name, tree in modules()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr == "DATA"
        and isinstance(node.value, ast.Name)
        and node.value.id == "settings"
    }
    assert users - NO_COMMITTEE_FILES == set()


def test_a_name_that_is_not_declared_is_refused():
    with pytest.raises(LookupError, match=r"new\.toml"):
        committee_file(Path("new.toml"))
    with pytest.raises(LookupError, match="drawings"):
        committee_folder("drawings")


def test_declared_files_are_closed_to_others_read_for_backups_and_named_in_the_documentation(tmp_path):
    assert {*COMMITTEE_FILES, *COMMITTEE_FOLDERS} <= OURS
    (tmp_path / "maps").mkdir()
    for name in (*COMMITTEE_FILES, "maps/my-tho.toml", "secrets.json", "maps/notes.txt"):
        (tmp_path / name).write_text(name)
    contents = read_committee_files(tmp_path)
    assert set(contents) == {*COMMITTEE_FILES, "maps/my-tho.toml"}
    assert len(set(digests(contents).values())) == len(contents)
    text = (settings.ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("| `personal-data.toml`"))
    assert all(f"`{name}`" in row for name in COMMITTEE_FILES)
