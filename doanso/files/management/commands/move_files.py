"""`doanso move-files --to s3|disk`: bring every file into one back end."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.files import stores
from doanso.files.actions import ForeignStoreError, move_files
from doanso.files.problems import Unavailable


class Command(BaseCommand):
    help = (
        "Copy every file to the disk or to the bucket, check it there, and remove it where it was. May be begun again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--to", required=True, choices=[stores.S3, stores.DISK])

    def handle(self, *args: Any, **options: Any) -> None:
        def report_progress(moved: int) -> None:
            self.stdout.write(_("%(count)s files moved …") % {"count": moved})

        try:
            result = move_files(to=options["to"], report_progress=report_progress)
        except Unavailable as problem:
            raise CommandError(f"{problem.problem.message} ({problem})") from problem
        except ForeignStoreError as problem:
            message = _(
                "The store holds another installation's files. Give this one a bucket or an S3_PREFIX of its own."
            )
            raise CommandError(message) from problem
        self.stdout.write(_("%(count)s files moved.") % {"count": result.moved})
        if result.damaged:
            names = ", ".join(str(blob_id) for blob_id in result.damaged)
            raise CommandError(_("Damaged, and left where they are: %(names)s") % {"names": names}, returncode=1)
