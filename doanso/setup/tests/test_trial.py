"""The trial copy: asked for by a page, built and removed by the supervisor, never mixed with the installation."""

import errno
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from doanso.audit.models import AuditEvent
from doanso.home.demo_folder import SIGN_INS
from doanso.home.serving import port_is_free
from doanso.home.trial_supervisor import TrialSupervisor
from doanso.setup import trial_folder
from doanso.setup.trial_folder import read_state, write_atomically, write_request

WITHIN = 60
STANDING = """
import json, os, pathlib, socket, sys, time
words = dict(zip(sys.argv[1::2], sys.argv[2::2]))
copy = pathlib.Path(words["--data"]); copy.mkdir(parents=True, exist_ok=True)
(copy / "pid").write_text(str(os.getpid()))
(copy / "sign-ins.json").write_text("[]")
(copy / "environment.json").write_text(json.dumps(dict(os.environ)))
server = socket.create_server((words["--host"], int(words["--port"])))
time.sleep(600)
"""


@pytest.fixture
def installation(settings, tmp_path: Path) -> Path:
    settings.DATA = tmp_path
    settings.TRIAL_OFFERED = True
    return tmp_path


def _until(supervisor: TrialSupervisor, data: Path, state: str) -> None:
    deadline = time.monotonic() + WITHIN
    while read_state(data).get("state", "") != state:
        assert time.monotonic() < deadline
        supervisor.advance()
        time.sleep(0.05)


def _pid(data: Path) -> int:
    """Return the id of the copy's process, which is its own answer."""
    pid = int((data / "trial" / "copy" / "pid").read_text())
    assert _runs(pid)
    return pid


def _runs(pid: int) -> bool:
    """Return whether a process of that id exists; one that has ended exists until its parent has waited for it."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.sqlite_only
def test_the_supervisor_opens_and_removes_it_without_the_installation_s_secrets(tmp_path, monkeypatch):
    secrets = {"DOANSO_TOKEN_PIN", "DOANSO_SECRET_KEY", "DOANSO_KEYS", "DATABASE_URL", "S3_SECRET_KEY"}
    for name in secrets:
        monkeypatch.setenv(name, "1234")
    monkeypatch.setenv("DOANSO_TRIAL_OFFERED", "1")
    (tmp_path / "doanso.sqlite3").write_text("real")
    supervisor = TrialSupervisor(tmp_path, "127.0.0.1", 8899, ("-c", STANDING))
    assert supervisor.environment({"A": "1"}) == {"A": "1", "DOANSO_TRIAL_OFFERED": "1"}
    supervisor.advance()
    assert not (tmp_path / "trial").exists()

    write_request(tmp_path, trial_folder.OPEN)
    _until(supervisor, tmp_path, "building")
    _until(supervisor, tmp_path, "ready")

    environment = json.loads((tmp_path / "trial" / "copy" / "environment.json").read_text())
    assert environment["DOANSO_TRIAL"] == "1"
    assert environment["DOANSO_DATA"] == str(tmp_path / "trial" / "copy")
    assert not (secrets | {"DOANSO_TRIAL_OFFERED"}) & environment.keys()
    assert (tmp_path / "trial" / "log").stat().st_mode & 0o077 == 0
    pid = _pid(tmp_path)
    write_request(tmp_path, trial_folder.REMOVE)
    _until(supervisor, tmp_path, "")
    assert not _runs(pid)
    assert [path.name for path in tmp_path.iterdir()] == ["doanso.sqlite3"]


@pytest.mark.sqlite_only
def test_another_program_at_its_port_does_not_make_it_ready(tmp_path):
    building = (
        "import socket, sys, time; taken = socket.create_server((sys.argv[4], int(sys.argv[6]))); time.sleep(600)"
    )
    supervisor = TrialSupervisor(tmp_path, "127.0.0.1", 8899, ("-c", building))
    write_request(tmp_path, trial_folder.OPEN)
    _until(supervisor, tmp_path, "building")
    port, deadline = int(str(read_state(tmp_path)["port"])), time.monotonic() + WITHIN
    while port_is_free("127.0.0.1", port):
        assert time.monotonic() < deadline
        time.sleep(0.05)

    supervisor.advance()

    assert read_state(tmp_path)["state"] == "building"
    supervisor.end()


@pytest.mark.sqlite_only
def test_a_copy_that_cannot_start_is_told_and_removed(tmp_path):
    supervisor = TrialSupervisor(tmp_path, "127.0.0.1", 8899, ("-c", "import sys; sys.exit('no room')"))
    write_request(tmp_path, trial_folder.OPEN)
    _until(supervisor, tmp_path, "failed")

    assert (tmp_path / "trial" / "log").read_text() == "no room\n"
    write_request(tmp_path, trial_folder.REMOVE)
    _until(supervisor, tmp_path, "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite_only
def test_a_full_disk_stops_neither_the_supervisor_nor_the_removal(tmp_path, monkeypatch):
    def full(*_words: object, **_options: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    supervisor = TrialSupervisor(tmp_path, "127.0.0.1", 8899, ("-c", STANDING))
    write_request(tmp_path, trial_folder.OPEN)
    with monkeypatch.context() as patched:
        patched.setattr(os, "fdopen", full)
        supervisor.advance()
    write_request(tmp_path, trial_folder.OPEN)
    _until(supervisor, tmp_path, "ready")
    pid = _pid(tmp_path)

    write_request(tmp_path, trial_folder.REMOVE)
    monkeypatch.setattr(trial_folder, "write_atomically", full)
    _until(supervisor, tmp_path, "")

    assert not _runs(pid)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.sqlite_only
def test_what_a_link_leads_to_is_never_removed(tmp_path):
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    data.mkdir()
    elsewhere.mkdir()
    (elsewhere / "doanso.sqlite3").write_text("real")
    (data / "trial").symlink_to(elsewhere)
    supervisor = TrialSupervisor(data, "127.0.0.1", 8899, ("-c", STANDING))

    write_request(data, trial_folder.REMOVE)
    for _round in range(3):
        supervisor.advance()

    assert list(data.iterdir()) == []
    assert (elsewhere / "doanso.sqlite3").read_text() == "real"


@pytest.mark.sqlite_only
def test_it_is_opened_again_at_the_next_start(tmp_path):
    write_atomically(tmp_path / "trial" / "state.json", json.dumps({"state": "ready", "port": 8900}))
    supervisor = TrialSupervisor(tmp_path, "127.0.0.1", 8899, ("-c", STANDING))
    _until(supervisor, tmp_path, "ready")
    pid = _pid(tmp_path)

    supervisor.end()

    assert not _runs(pid)
    assert (tmp_path / "trial" / "copy").exists()


@pytest.mark.django_db
def test_an_administrator_asks_and_the_page_says_how_it_stands(tree, as_user, installation):
    client = as_user(tree.giang)
    assert "Mở bản dùng thử" in client.get("/setup/trial/").content.decode()

    assert client.post("/setup/trial/open/")["Location"] == "/setup/trial/"
    assert trial_folder.take_request(installation) == "open"
    write_request(installation, "open")
    page = client.get("/setup/trial/").content.decode()
    assert "Đang dựng bản dùng thử." in page
    assert 'hx-trigger="every 3s"' in page

    trial_folder.take_request(installation)
    write_atomically(installation / "trial" / "state.json", json.dumps({"state": "ready", "port": 8101}))
    sign_in = {"role": "Bí thư", "username": "bithu", "password": "hoa-mai", "place": "Phường 4"}
    write_atomically(installation / "trial" / "copy" / SIGN_INS, json.dumps([sign_in]))
    page = client.get("/setup/trial/").content.decode()
    assert 'href="http://testserver:8101/"' in page
    assert "<code>hoa-mai</code>" in page
    assert "hx-trigger" not in page.partition('id="trial"')[2].partition(">")[0]

    client.post("/setup/trial/remove/")
    assert "Đang xóa bản dùng thử." in client.get("/setup/trial/").content.decode()
    assert trial_folder.take_request(installation) == "remove"
    actions = AuditEvent.objects.filter(actor=tree.giang).order_by("pk").values_list("action", flat=True)
    assert list(actions) == ["setup.open_trial", "setup.remove_trial"]
    for state, words in {"failed": "Chưa mở được", "removing": "Đang xóa bản dùng thử."}.items():
        write_atomically(installation / "trial" / "state.json", json.dumps({"state": state, "port": 0}))
        assert words in client.get("/setup/trial/").content.decode()


@pytest.mark.django_db
def test_behind_https_no_dead_link_is_shown_but_the_name_that_a_proxy_leads_to_it(
    tree, as_user, installation, settings
):
    write_atomically(installation / "trial" / "state.json", json.dumps({"state": "ready", "port": 8101}))
    client = as_user(tree.giang)

    page = client.get("/setup/trial/", secure=True).content.decode()
    assert 'href="http://testserver:8101/"' not in page
    assert "đặt biến DOANSO_TRIAL_ADDRESS" in page
    settings.TRIAL_ADDRESS = "https://thu.example.vn"
    for secure in (True, False):
        assert 'href="https://thu.example.vn/"' in client.get("/setup/trial/", secure=secure).content.decode()


@pytest.mark.sqlite_only
def test_the_copy_answers_through_the_proxy_at_its_own_name(tmp_path, monkeypatch):
    monkeypatch.setenv("DOANSO_TRIAL_ADDRESS", "https://thu.example.vn")
    monkeypatch.setenv("DOANSO_HOSTS", "doan.example.vn")
    supervisor = TrialSupervisor(tmp_path, "127.0.0.1", 8899, ("-c", STANDING))
    write_request(tmp_path, trial_folder.OPEN)
    _until(supervisor, tmp_path, "ready")

    environment = json.loads((tmp_path / "trial" / "copy" / "environment.json").read_text())
    assert environment["DOANSO_HOSTS"] == "doan.example.vn,thu.example.vn"
    assert (environment["DOANSO_ORIGINS"], environment["DOANSO_BEHIND_PROXY"]) == ("https://thu.example.vn", "1")
    assert "DOANSO_TRIAL_ADDRESS" not in environment
    supervisor.end()


@pytest.mark.django_db
def test_where_no_supervisor_runs_the_page_says_how(tree, as_user, installation, settings):
    settings.TRIAL_OFFERED = False
    client = as_user(tree.giang)

    page = client.get("/setup/trial/").content.decode()
    assert "./dev demo --data /tmp/doan-so-thu" in page
    assert "/setup/trial/open/" not in page
    assert "không mở bản dùng thử bằng nút được" in client.post("/setup/trial/open/", follow=True).content.decode()
    assert not (installation / "trial").exists()


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["dung", "an", "minh"])
def test_it_is_for_administrators_alone(tree, as_user, installation, name):
    client = as_user(tree.users[name])

    assert client.get("/setup/trial/").status_code == 404
    assert client.post("/setup/trial/open/").status_code == 404
    assert client.post("/setup/trial/remove/").status_code == 404
    assert not (installation / "trial").exists()


@pytest.mark.django_db
def test_every_page_of_a_trial_copy_is_marked(tree, as_user, client, settings):
    assert "data-trial" not in client.get("/login/").content.decode()
    settings.TRIAL = True

    for answer in (client.get("/login/"), as_user(tree.giang).get("/units/"), client.get("/no/such/page/")):
        page = answer.content.decode()
        assert 'data-trial="Bản dùng thử: mọi người và số liệu ở đây đều là giả"' in page
        assert "(bản dùng thử)</title>" in page


@pytest.mark.sqlite_only
def test_its_cookies_have_names_of_their_own(tmp_path):
    code = (
        "from doanso import settings as s; "
        "print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, [s.COOKIE_PREFIX], "
        "vars(s).get('MESSAGE_STORAGE', '').rpartition('.')[2])"
    )

    def names(**more: str) -> str:
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("DOANSO_", "PYTEST"))}
        environment |= {"DOANSO_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "doanso.settings"} | more
        return subprocess.run(
            [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
        ).stdout

    assert names() == "session csrf [''] \n"
    assert names(DOANSO_TRIAL="1") == "session csrf [''] \n"
    assert names(DOANSO_TRIAL="1", DOANSO_DEMO="1") == "trial-session trial-csrf ['trial-'] SessionStorage\n"


def test_both_sides_name_the_sign_ins_alike():
    assert trial_folder.SIGN_INS == SIGN_INS
