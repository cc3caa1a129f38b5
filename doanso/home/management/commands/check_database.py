"""`doanso check-database`: whether the database, its keys, its history and its figures are sound."""

from typing import Any

from django.core.management.base import BaseCommand

from doanso.home import integrity_checks


class Command(BaseCommand):
    help = (
        "Check the database, its keys, every encrypted value, history and figures; silent when all is well, "
        "else a sentence per finding and exit code 1."
    )
    # It must run on databases with which nothing else starts.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        is_sound = True
        for check in integrity_checks.database_checks():
            for finding in integrity_checks.findings(check):
                is_sound = False
                self.stdout.write(f"{check.title}: {finding}")
        if not is_sound:
            raise SystemExit(1)
