"""`doanso check-files`: read every file and compare it with its hashes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from doanso.files.actions import check_files
from doanso.files.problems import Unavailable


class Command(BaseCommand):
    help = (
        "Read every file and compare it with its hashes; ends with 1 and names them where some are damaged or missing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        def report_progress(sound: int) -> None:
            self.stdout.write(_("%(count)s files are sound …") % {"count": sound})

        try:
            result = check_files(report_progress=report_progress)
        except Unavailable as problem:
            raise CommandError(f"{problem.problem.message} ({problem})") from problem
        self.stdout.write(_("%(count)s files are sound.") % {"count": result.sound})
        if result.damaged:
            names = ", ".join(str(blob_id) for blob_id in result.damaged)
            raise CommandError(_("Damaged or missing: %(names)s") % {"names": names}, returncode=1)
