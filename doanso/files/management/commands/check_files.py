"""`doanso check-files`: read every file and compare it with its hashes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from doanso.files.actions import check_files
from doanso.files.problems import Unavailable


class Command(BaseCommand):
    help = "Read every file and compare it with its hashes; silent when all are sound, else exit 1 naming the others."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            damaged = check_files()
        except Unavailable as problem:
            raise CommandError(f"{problem.problem.message} ({problem})") from problem
        if damaged:
            names = ", ".join(str(blob_id) for blob_id in damaged)
            raise CommandError(_("Damaged or missing: %(names)s") % {"names": names}, returncode=1)
