"""A command on a folder without a database says so and makes nothing there: the folder was mistyped, or nothing is installed."""

from pathlib import Path

import pytest

from doanso import __main__ as program
from doanso.data_folder import DATABASE, empty_problem


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that nobody installed anything in."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    # `main` sets it for the process.
    monkeypatch.setenv("DOANSO_DATA", "")
    return tmp_path / "go-nham"


@pytest.mark.parametrize("words", [["recount"], ["verify"], ["work"], ["progress", "--programme", "my-tho-2023"]])
def test_a_mistyped_folder_is_named_and_stays_as_it_was(elsewhere: Path, capsys, words: list[str]) -> None:
    elsewhere.mkdir()
    with pytest.raises(SystemExit) as ended:
        program.main(["--data", str(elsewhere), *words])

    assert ended.value.code == 2
    printed = capsys.readouterr().err
    assert f"Thư mục dữ liệu {elsewhere} chưa có cơ sở dữ liệu." in printed
    assert "doanso migrate" in printed
    assert list(elsewhere.iterdir()) == []


def test_a_folder_that_is_not_there_is_not_made(elsewhere: Path) -> None:
    with pytest.raises(SystemExit):
        program.main([f"--data={elsewhere}", "recount"])

    assert not elsewhere.exists()


def test_an_empty_file_is_no_database_and_one_with_content_is(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    assert empty_problem(tmp_path) != ""
    (tmp_path / DATABASE).write_bytes(b"SQLite format 3")
    assert empty_problem(tmp_path) == ""


def test_commands_that_begin_a_database_are_our_own_and_the_rest_need_one() -> None:
    commands = {path.stem for path in Path(program.__file__).parent.glob("*/management/commands/*.py")}
    assert commands > program.BEGINNING
    assert {"recount", "check_database", "backup", "setup_code"} <= commands - program.BEGINNING
