"""Make a backup of database, files and the committee's own files, and prove it by restoring it into an empty folder."""

import errno
import json
import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doanso import data_folder
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import queries as files
from doanso.files import stores
from doanso.lib import clock, database, formats
from doanso.lib.database import copying
from doanso.lib.problems import Problem, Refused
from doanso.lib.task_references import TaskReference
from doanso.setup import backup_folder, policy, queries
from doanso.setup.models import InstallationBackup
from doanso.units.models import Unit

KEPT: Final = 7
"""Backups that stay in the folder; older ones are removed after a new one is complete and sound."""
BACKUP_RUNNING: Final = "backup_running"
logger = logging.getLogger(__name__)
_TURN: Final = "setup.backup"
_MAKE: Final = TaskReference("doanso.setup.tasks.make_backup")
_TEST_WITHIN: Final = timedelta(hours=1)
_BEGUN_WITHIN: Final = timedelta(minutes=2)
"""Time after which a backup that was begun holds the folder."""
_NOT_OF_THE_COPY: Final = ("DATABASE_URL", "CACHE_URL", "DOANSO_DEMO")
_LEAST_FREE: Final = 200_000_000
"""Bytes that stay free on the disk of the backups."""
_LONGEST_PROBLEM: Final = 600


def request_backup(*, actor: User, unit: Unit) -> InstallationBackup:
    """Ask the worker for a backup; refused while another is being made."""
    policy.SET_UP.require_at(actor, unit)
    with transaction.atomic():
        # Pressed twice at once, by one administrator or by two, the second request waits here for the first.
        database.lock([_TURN], shared=False)
        if (running := queries.running_backup()) is not None:
            raise Refused(Problem(BACKUP_RUNNING, _running_words(running)))
        backup = InstallationBackup.objects.create(requested_by=actor, requested_at=clock.now())
        record(actor=actor, action="setup.back_up", obj=unit, unit=unit)
        _MAKE.enqueue_on_commit(backup.pk)
    return backup


def _running_words(backup: InstallationBackup) -> str:
    if backup.requested_by is None:
        return _("A backup is being made already; wait until it has ended.")
    words = _("A backup that %(who)s asked for at %(at)s is being made already; wait until it has ended.")
    return words % {"who": backup.requested_by.display_name, "at": formats.real_moment(backup.requested_at)}


def back_up_now() -> InstallationBackup:
    """Make a backup in this process, as the command does; return it with what it holds or with its problem."""
    backup = InstallationBackup.objects.create(requested_at=clock.now())
    carry_out_backup(backup.pk)
    backup.refresh_from_db()
    return backup


def carry_out_backup(pk: UUID) -> None:
    """Make a requested backup, test it, and store what became of it. One that was begun already is left alone."""
    if not InstallationBackup.objects.filter(pk=pk, started_at=None).update(started_at=clock.now()):
        return
    values: dict[str, object] = {}
    try:
        with backup_folder.hold_lock(settings.BACKUPS):
            try:
                contents = data_folder.read_committee_files(settings.DATA)
                # Before the database is copied, so that a restored one knows which files belong to it.
                InstallationBackup.objects.filter(pk=pk).update(committee_files=data_folder.digests(contents))
                values = _make(contents)
            finally:
                # Before the row is written: on a full disk the database itself could not be.
                backup_folder.discard(settings.BACKUPS)
    except backup_folder.FolderInUseError:
        values["problem"] = _("Another process was making a backup in the same folder.")
    except backup_folder.DiskFullError as error:
        message = _(
            "The disk has %(free)s MB free and the backup needs %(needed)s MB. Free some space, or use another disk."
        )
        megabytes = {"free": error.free // 10**6, "needed": -(-error.needed // 10**6)}
        values["problem"] = message % {name: formats.number(number) for name, number in megabytes.items()}
    except copying.CopyError as error:
        values["problem"] = str(error)
    except OSError as error:
        logger.warning("the disk refused a backup: %s", error)
        code = errno.errorcode.get(error.errno or 0, type(error).__name__)
        values["problem"] = _("The disk refused it (%(code)s); the words of the error are in the log.") % {"code": code}
    except Exception as error:
        _finish(
            pk, {"problem": _("It ended with an error of the program: %(error)s") % {"error": type(error).__name__}}
        )
        raise
    _finish(pk, values)


def end_interrupted_backups() -> int:
    """End the backups whose process was killed, remove what they left on the disk, and return how many there were.

    While one is made the folder is locked. A restored database shows its own backup as begun; it is ended, too.
    """
    begun = InstallationBackup.objects.filter(finished_at=None, started_at__lt=clock.now() - _BEGUN_WITHIN)
    if not begun.exists():
        return 0
    try:
        with backup_folder.hold_lock(settings.BACKUPS):
            backup_folder.discard(settings.BACKUPS)
            return begun.update(
                finished_at=clock.now(),
                interrupted_on=clock.today(),
                problem=_("It was interrupted, or the database was restored from it. Make a new one."),
            )
    except backup_folder.FolderInUseError:
        return 0


def _finish(pk: UUID, values: dict[str, object]) -> None:
    values["problem"] = str(values["problem"])[:_LONGEST_PROBLEM]
    InstallationBackup.objects.filter(pk=pk).update(finished_at=clock.now(), **values)


def _make(contents: Mapping[str, bytes]) -> dict[str, object]:
    """Write database, then files, and test the copy: a file without a row is harmless, a row without its file is not.

    `contents` are the committee's own files, which lie in the backup as in the data folder.
    """
    root: Path = settings.BACKUPS
    needed = 2 * copying.copy_size() + _LEAST_FREE
    if (free := backup_folder.free_bytes(root)) < needed:
        raise backup_folder.DiskFullError(free, needed)
    if stores.current_name() == stores.DISK and not settings.FILES.is_dir() and files.has_blobs_on_disk():
        message = _("The folder of stored files is not there: %(folder)s")
        raise copying.CopyError(message % {"folder": settings.FILES})
    earlier = backup_folder.backups(root, settings.DATA)
    draft = backup_folder.begin_draft(root)
    database = draft / copying.copy_name()
    copying.copy_database(database)
    copied = backup_folder.CopiedFiles()
    if stores.current_name() == stores.DISK:
        copied = backup_folder.copy_files(
            settings.FILES,
            draft / backup_folder.FILES,
            earlier[0] / backup_folder.FILES if earlier else None,
            least_free=_LEAST_FREE,
        )
    backup_folder.write_committee_files(draft, contents)
    size, now = database.stat().st_size, clock.now()
    description = {
        "data": str(settings.DATA),
        "made_at": now.isoformat(),
        "database": database.name,
        "database_bytes": size,
        "files": copied.count,
        "committee_files": data_folder.digests(contents),
    }
    problem = restore_problem(draft)
    folder = backup_folder.complete_draft(draft, clock.local(now), description, is_sound=not problem)
    if not problem:
        backup_folder.remove_oldest(root, settings.DATA, KEPT)
    return {
        "folder": str(folder), "database_bytes": size, "file_count": copied.count, "file_bytes": copied.size,
        "problem": problem, "is_tested": not problem,
    }  # fmt: skip


def restore_problem(folder: Path) -> str:
    """Restore a backup into a new folder with this installation's keys, check it there, and remove it; return what is wrong.

    The check is the product's own `check-database`, in a process of its own. A dump of PostgreSQL is read back whole. The keys
    are given to that process alone: the disk of the backups may be one that is carried away.
    """
    database = folder / copying.copy_name()
    if database.suffix == ".pgdump":
        try:
            copying.check_dump(database)
        except copying.CopyError as error:
            return str(error)
        return ""
    with backup_folder.trial_folder(settings.BACKUPS) as name:
        where = Path(name)
        shutil.copyfile(database, where / database.name)
        # `check-database` compares them with those that the copied database names.
        backup_folder.write_committee_files(where, data_folder.read_committee_files(folder))
        # The settings read the file only where the environment does not give both.
        keys = settings.DATA / "secrets.json"
        environment = _environment_of_keys(keys) if keys.exists() else {}
        environment |= {key: value for key, value in os.environ.items() if key not in _NOT_OF_THE_COPY}
        environment |= {"DOANSO_DATA": str(where), "DJANGO_SETTINGS_MODULE": "doanso.settings"}
        try:
            checked = subprocess.run(
                [sys.executable, "-m", "doanso", "check-database"],
                env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
                timeout=_TEST_WITHIN.total_seconds(),
            )  # fmt: skip
        except subprocess.TimeoutExpired:
            return _("The copy was made, but checking it took too long.")
    if checked.returncode == 0:
        return ""
    lines = (checked.stdout.strip() or checked.stderr.strip()).splitlines()
    return lines[-1] if lines else _("The check of the copy ended without a word.")


def _environment_of_keys(path: Path) -> dict[str, str]:
    secrets = json.loads(path.read_text(encoding="utf-8"))
    return {"DOANSO_SECRET_KEY": secrets["secret_key"], "DOANSO_KEYS": json.dumps(secrets["keys"])}
