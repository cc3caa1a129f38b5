"""`doanso check-database [--full]`: whether the database, its keys, its history and its figures are sound."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from doanso.home import integrity_checks


class Command(BaseCommand):
    help = "Check the database, its keys, encrypted data, history and figures; a sentence per finding, and exit code 1 if any."
    # It must run on databases with which nothing else starts.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--full", action="store_true", help="open every encrypted value, not only the latest of each kind"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        count = 0
        for check in integrity_checks.checks(is_full=options["full"]):
            for finding in integrity_checks.findings(check):
                count += 1
                self.stdout.write(f"{check.title}: {finding}")
        if count:
            raise SystemExit(1)
        self.stdout.write(_("The database is sound: its pages, keys, encrypted data, history and figures."))
        if not options["full"]:
            words = _(
                "Of encrypted data only the latest %(most)s values of each kind were opened; --full opens all of them."
            )
            self.stdout.write(words % {"most": integrity_checks.SAMPLE})
