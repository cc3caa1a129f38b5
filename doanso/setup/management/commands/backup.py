"""`doanso backup`: copy database and files into the folder of backups and restore the copy as a trial."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.setup import actions


class Command(BaseCommand):
    help = (
        "Back up database and files into DOANSO_BACKUPS (by default backups/ in the data folder), restore the copy as a trial "
        "and check it; the newest seven stay. Keys are not in it. Exit 1: no backup, or one that is not sound."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        backup = actions.back_up_now()
        if backup.problem:
            raise CommandError(_("The backup did not succeed: %(problem)s") % {"problem": backup.problem}, returncode=1)
        self.stdout.write(
            _("Backup complete and tested: %(folder)s (%(size)s MB, %(files)s files)")
            % {
                "folder": backup.folder,
                "size": formats.number(-(-backup.database_bytes // 10**6)),
                "files": formats.number(backup.file_count),
            }
        )
