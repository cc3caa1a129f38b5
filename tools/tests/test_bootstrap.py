"""`./dev` finds a Python by running it, and says in one line what is missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import bootstrap

pytestmark = pytest.mark.sqlite_only
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def house(tmp_path):
    """A copy of what `./dev` starts from, without an environment."""
    house = tmp_path / "house"
    shutil.copytree(ROOT / "tools", house / "tools", ignore=shutil.ignore_patterns("__pycache__", "vendor", "tests"))
    shutil.copytree(ROOT / "requirements", house / "requirements")
    shutil.copy2(ROOT / "dev", house / "dev")
    return house


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="ascii")
    path.chmod(0o755)
    return path


def dev(house: Path, *words: str, path: str, **env: str) -> subprocess.CompletedProcess[str]:
    command = ["/bin/sh", str(house / "dev"), *words]
    return subprocess.run(
        command,
        env={"PATH": path, "HOME": str(house), **env},
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def everything_in(folder: Path) -> set[Path]:
    return set(folder.rglob("*"))


def test_alone_it_lists_its_commands(house):
    answer = dev(house, path=os.environ["PATH"])

    assert answer.returncode == 0
    assert [line.split()[0] for line in answer.stdout.splitlines()[2:]] == [
        "demo", "run", "test", "lint", "fmt", "check", "bench", "faults", "doanso",
    ]  # fmt: skip


def test_python_that_does_not_run_is_passed_over(house, tmp_path):
    program(tmp_path / "bin" / "python3.13", "exit 126")
    (tmp_path / "bin" / "python3").symlink_to(sys.executable)

    answer = dev(house, path=str(tmp_path / "bin"))

    assert answer.returncode == 0
    assert answer.stderr == ""


def test_without_venv_and_pip_it_says_one_line_and_changes_nothing(house, tmp_path):
    # A Python that works but lacks ensurepip and pip, as Debian's does before python3-venv is there.
    real = sys.executable
    bare = f"""case "$*" in
    *ensurepip*|*"-m venv"*|*"-m pip"*) exit 1 ;;
esac
exec {real} "$@" """
    python = program(tmp_path / "bin" / "python3.13", bare)
    before = everything_in(house)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1]); sys.executable = sys.argv[2];"
        "import os; os.geteuid = lambda: 1000; import bootstrap; sys.exit(bootstrap.main(['test']))"
    )
    answer = subprocess.run(
        [real, "-B", "-c", code, str(house / "tools"), str(python)],
        env={"PATH": str(tmp_path / "bin"), "HOME": str(house)}, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert answer.returncode == 3
    assert answer.stderr.splitlines() == ["Python's venv or pip is needed: sudo apt install python3-venv"]
    assert everything_in(house) == before


def test_uv_on_the_path_is_used_only_when_it_runs(tmp_path, monkeypatch):
    broken = program(tmp_path / "broken" / "uv", "exit 1")
    working = program(tmp_path / "working" / "uv", "echo uv 1")
    monkeypatch.setattr(bootstrap, "OWN_UV", working)
    monkeypatch.setenv("PATH", str(broken.parent))

    assert bootstrap.find_uv(sys.executable, []) == str(working)

    monkeypatch.setenv("PATH", str(working.parent))
    monkeypatch.setattr(bootstrap, "OWN_UV", broken)

    assert bootstrap.find_uv(sys.executable, []) == str(working)


@pytest.fixture
def stamped(tmp_path, monkeypatch):
    """Requirements and an environment of our own making; call it with the names it was made from."""
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    monkeypatch.setattr(bootstrap, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(bootstrap, "STAMP", tmp_path / ".venv" / "made-from.json")
    (tmp_path / "requirements").mkdir()
    for name in {*bootstrap.WITH_S3, *bootstrap.DEV}:
        (tmp_path / "requirements" / name).write_text(name, encoding="ascii")
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").touch()

    def stamp(names):
        (tmp_path / ".venv" / "made-from.json").write_text(
            f'{{"digest": "{bootstrap.digest(names)}"}}', encoding="ascii"
        )
        return tmp_path

    return stamp


def test_environment_for_development_serves_the_product_too(stamped):
    stamped(bootstrap.DEV)

    assert bootstrap.is_current(bootstrap.RUN)
    assert bootstrap.is_current(bootstrap.DEV)


def test_environment_of_the_product_is_not_enough_for_tests(stamped):
    stamped(bootstrap.RUN)

    assert bootstrap.is_current(bootstrap.RUN)
    assert not bootstrap.is_current(bootstrap.DEV)


def test_a_bucket_asks_for_its_client_and_costs_nobody_else_one(stamped):
    bucket = {"S3_BUCKET": "tep"}
    assert bootstrap.wanted_by("run", bucket) == bootstrap.WITH_S3
    assert bootstrap.wanted_by("run", {}) == bootstrap.wanted_by("demo", bucket) == bootstrap.RUN
    assert bootstrap.wanted_by("test", bucket) == bootstrap.DEV

    stamped(bootstrap.RUN)
    assert not bootstrap.is_current(bootstrap.WITH_S3)
    stamped(bootstrap.WITH_S3)
    assert bootstrap.is_current(bootstrap.WITH_S3)
    assert bootstrap.is_current(bootstrap.RUN)
    stamped(bootstrap.DEV)
    assert bootstrap.is_current(bootstrap.WITH_S3)


def test_changed_requirements_make_the_environment_old(stamped):
    root = stamped(bootstrap.DEV)
    (root / "requirements" / "dev.txt").write_text("other", encoding="ascii")

    assert not bootstrap.is_current(bootstrap.DEV)
