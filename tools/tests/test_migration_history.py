"""One line of migrations per app: what forks it, edits it or drops from it is named."""

from pathlib import Path

import pytest

from tools.migration_history import HISTORY, add_new, complaints

pytestmark = pytest.mark.sqlite_only


def write(root: Path, app: str, name: str, *after: str, text: str = "") -> Path:
    file = root / "doanso" / app / "migrations" / f"{name}.py"
    file.parent.mkdir(parents=True, exist_ok=True)
    dependencies = [*[(app, one) for one in after], ("units", "0001_initial")] if app != "units" else []
    file.write_text(f"{text}\nclass Migration:\n    dependencies = {dependencies!r}\n")
    return file


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path, "units", "0001_initial")
    write(tmp_path, "people", "0001_initial")
    write(tmp_path, "people", "0002_names", "0001_initial")
    add_new(tmp_path)
    return tmp_path


def test_a_line_of_migrations_is_good_and_a_new_one_is_written_down(root: Path) -> None:
    assert complaints(root) == []
    write(root, "people", "0003_doors", "0002_names")
    assert complaints(root) == [f"people 0003_doors: not in {HISTORY}; run ./dev fmt"]
    add_new(root)
    assert complaints(root) == []
    assert [line.rpartition(" ")[0] for line in (root / HISTORY).read_text().splitlines()] == [
        "people 0001_initial",
        "people 0002_names",
        "people 0003_doors",
        "units 0001_initial",
    ]


@pytest.mark.parametrize(
    ("name", "after", "complaint"),
    [
        ("0002_other", ["0001_initial"], "people 0002_other: it is number 3 of its app"),
        ("0003_other", ["0001_initial"], "people 0003_other: it must follow 0002_names of its app, and no other"),
        ("0003_other", [], "people 0003_other: it must follow 0002_names"),
        ("0003_merge", ["0001_initial", "0002_names"], "people 0003_merge: it must follow 0002_names"),
        ("0004_other", ["0002_names"], "people 0004_other: it is number 3 of its app"),
    ],
)
def test_what_is_no_single_line_is_named(root: Path, name: str, after: list[str], complaint: str) -> None:
    write(root, "people", name, *after)
    add_new(root)
    assert [one for one in complaints(root) if one.startswith(complaint)]


def test_what_is_edited_or_gone_is_named_and_never_written_over(root: Path) -> None:
    write(root, "people", "0002_names", "0001_initial", text="# edited")
    (root / "doanso/units/migrations/0001_initial.py").unlink()
    for _twice in range(2):
        assert complaints(root) == [
            "people 0002_names: edited after it was written down; take the edit back and write a further migration",
            f"units 0001_initial: in {HISTORY}, but its file is gone",
        ]
        add_new(root)
