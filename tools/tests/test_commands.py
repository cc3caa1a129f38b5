"""Every command takes its data folder, wherever it is said."""

import os

import pytest

from tools import commands

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def _place(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DOANSO_DATA", "")


@pytest.mark.parametrize(
    "words", [["--data", "d", "run"], ["run", "--data", "d"], ["run", "--data=d"]], ids=["before", "after", "joined"]
)
def test_data_folder_is_taken_from_anywhere(words, tmp_path):
    assert commands.take_data(words) == ["run"]
    assert os.environ["DOANSO_DATA"] == str(tmp_path / "d")


def test_said_folder_wins_over_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("DOANSO_DATA", "/elsewhere")

    assert commands.take_data(["progress", "--data", "d"]) == ["progress"]
    assert os.environ["DOANSO_DATA"] == str(tmp_path / "d")


def test_environment_wins_over_the_default(monkeypatch):
    monkeypatch.setenv("DOANSO_DATA", "/elsewhere")
    commands.take_data(["progress"])

    assert os.environ["DOANSO_DATA"] == "/elsewhere"


def test_default_is_var():
    commands.take_data(["progress"])

    assert os.environ["DOANSO_DATA"] == str(commands.ROOT / "var")


def test_missing_folder_is_said():
    with pytest.raises(SystemExit) as ended:
        commands.take_data(["run", "--data"])

    assert ended.value.code == "--data needs a folder."


def test_unknown_command_lists_the_known(capsys):
    assert commands.main(["dance"]) == 2

    said = capsys.readouterr().err
    assert said.startswith("There is no command 'dance'.")
    assert all(name in said for name in commands.COMMANDS)
