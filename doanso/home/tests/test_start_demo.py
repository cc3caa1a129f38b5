"""`doanso demo` before anything is built: its refusals and its arguments."""

import json
import os
import socket
import subprocess
import sys

import pytest

from doanso.home import start_demo


def _stderr(capsys) -> str:
    return capsys.readouterr().err


def test_a_folder_with_somebodys_figures_is_left_alone(tmp_path, capsys):
    figures = tmp_path / "doanso.sqlite3"
    figures.write_bytes(b"somebody's figures")

    code = start_demo.main(["--no-serve", "--fresh", "--data", str(tmp_path)])

    assert code == 1
    assert "holds an installation that is not a demo" in _stderr(capsys)
    assert figures.read_bytes() == b"somebody's figures"
    assert not (tmp_path / "demo.json").exists()


def test_a_taken_port_is_named_before_anything_is_made(tmp_path, capsys):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        code = start_demo.main(["--port", str(port), "--data", str(tmp_path / "new")])

    assert code == 1
    assert f"Port {port} is taken. Choose another:  ./dev demo --port {port + 1}" in _stderr(capsys)
    assert not (tmp_path / "new").exists()


def test_another_moment_needs_fresh(tmp_path, capsys):
    (tmp_path / "demo.json").write_text(json.dumps({"moment": "running", "ready": True}), encoding="utf-8")

    code = start_demo.main(["--no-serve", "--moment", "closing", "--data", str(tmp_path)])

    assert code == 1
    assert "Add --fresh to make “closing” instead of it." in _stderr(capsys)


def test_one_demo_at_a_time_has_a_folder(tmp_path):
    refused = pytest.raises(start_demo.DemoStartError, match="Another demo is running")
    with start_demo._folder_lock(tmp_path), refused, start_demo._folder_lock(tmp_path):
        pass


def test_parts_take_the_place_of_old_ones_and_leave_the_rest(tmp_path):
    data, staging = tmp_path, tmp_path / start_demo.STAGING
    for folder in (data / "files", staging / "files"):
        folder.mkdir(parents=True)
    (data / "files" / "old").write_text("old", encoding="utf-8")
    (data / "notes.txt").write_text("mine", encoding="utf-8")
    (data / "doanso.sqlite3-journal").write_text("", encoding="utf-8")
    (staging / "files" / "new").write_text("new", encoding="utf-8")
    (staging / "doanso.sqlite3").write_text("figures", encoding="utf-8")

    start_demo._move_into_place(staging, data)

    assert [path.name for path in (data / "files").iterdir()] == ["new"]
    assert (data / "doanso.sqlite3").read_text(encoding="utf-8") == "figures"
    assert (data / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert not (data / "doanso.sqlite3-journal").exists()


def test_a_demo_folder_never_hears_of_another_database(tmp_path):
    (tmp_path / "demo.json").write_text(json.dumps({"moment": "running", "ready": True}), encoding="utf-8")
    question = (
        "from django.conf import settings as s;"
        "print(s.DATABASES['default']['ENGINE'], s.DATABASES['default']['NAME'], s.SECRET_KEY != 'foreign', s.DEMO)"
    )
    environment = os.environ | {
        "DOANSO_DATA": str(tmp_path),
        "DATABASE_URL": "postgres://somebody@127.0.0.1/real",
        "DOANSO_SECRET_KEY": "foreign",
        "DJANGO_SETTINGS_MODULE": "doanso.settings",
    }

    answer = subprocess.run(
        [sys.executable, "-c", question], env=environment, capture_output=True, text=True, check=True
    )

    assert answer.stdout.split() == [
        "doanso.lib.sqlite",
        str(tmp_path / "doanso.sqlite3"),
        "True",
        "True",
    ]


def test_a_demo_made_anew_leaves_nothing_of_one_that_was_growing(tmp_path):
    data, staging = tmp_path, tmp_path / start_demo.STAGING
    (data / "files").mkdir()
    (data / "growing.json").write_text("{}", encoding="ascii")
    staging.symlink_to(data, target_is_directory=True)

    start_demo._clear(staging)
    assert not staging.is_symlink()
    assert (data / "files").is_dir()

    staging.mkdir()
    start_demo._move_into_place(staging, data)
    assert not (data / "growing.json").exists()


@pytest.mark.parametrize(("code", "has_grown"), [(0, True), (1, False)])
def test_who_serves_learns_once_whether_the_demo_has_grown(code, has_grown):
    growing = start_demo.GrowthProcess(subprocess.Popen([sys.executable, "-c", f"raise SystemExit({code})"]).pid)
    while growing.process is not None:
        answer = growing.has_grown()

    assert (answer, growing.has_grown()) == (has_grown, False)


def test_what_still_grows_ends_with_the_server():
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    growing = start_demo.GrowthProcess(process.pid)

    assert not growing.has_grown()
    growing.end()

    assert growing.process is None
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_the_address_is_printed_once_when_it_answers_however_late(tmp_path, monkeypatch, capsys):
    answers = iter([False] * 400 + [True] * 3)
    monkeypatch.setattr(start_demo.serving, "accepts_connections", lambda *_, **__: next(answers))

    def serve_together(_commands, *, each_round, **_):
        for _round in range(403):
            each_round()
        return 0

    monkeypatch.setattr(start_demo.serving, "serve_together", serve_together)

    assert start_demo._serve(tmp_path, "127.0.0.1", 8000, None) == 0
    assert capsys.readouterr().out == "http://127.0.0.1:8000/   (Ctrl-C ends it)\n\n"
