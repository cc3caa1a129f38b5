"""`doanso verify`: every check of an installation, with one exit code."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from doanso.home import integrity_checks


class Command(BaseCommand):
    help = (
        "Run all checks: database, keys, every encrypted value, history, figures and every stored file; silent when all is "
        "well, else each fault with what to do about it, and exit code 1."
    )
    # It must run on databases with which nothing else starts.
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        is_sound = True
        for check in integrity_checks.all_checks():
            findings = list(integrity_checks.findings(check))
            if not findings:
                continue
            is_sound = False
            for finding in findings:
                self.stdout.write(f"{check.title}: {finding}")
            self.stdout.write("  " + _("What to do: %(remedy)s") % {"remedy": check.remedy})
        if not is_sound:
            raise SystemExit(1)
