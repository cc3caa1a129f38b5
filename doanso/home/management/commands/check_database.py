"""`doanso check-database`: whether the database, its keys, its history and its figures are sound."""

from typing import Any, ClassVar

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from doanso.home import integrity_checks
from doanso.home.integrity_checks import IntegrityCheck


class Command(BaseCommand):
    help = (
        "Check the database, its keys, every encrypted value, history and figures; silent when all is well, "
        "else a sentence per finding and exit code 1."
    )
    # It must run on databases with which nothing else starts.
    requires_system_checks: list[str] = []
    says_remedies: ClassVar[bool] = False

    def checks(self) -> list[IntegrityCheck]:
        """Return the checks that it runs, in their order."""
        return integrity_checks.database_checks()

    def handle(self, *args: Any, **options: Any) -> None:
        is_sound = True
        for check in self.checks():
            findings = list(integrity_checks.findings(check))
            is_sound = is_sound and not findings
            for finding in findings:
                self.stdout.write(f"{check.title}: {finding}")
            if findings and self.says_remedies:
                self.stdout.write("  " + _("What to do: %(remedy)s") % {"remedy": check.remedy})
        if not is_sound:
            raise SystemExit(1)
