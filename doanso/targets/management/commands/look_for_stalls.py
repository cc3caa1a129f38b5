"""`doanso look-for-stalls [--dry-run]`: ask silent units, or units with unusual records, whether they need help."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.lib.problems import Refused
from doanso.targets.actions import assign_alerts
from doanso.targets.assignment_kinds import sentence


class Command(BaseCommand):
    help = "Ask units that may need help, as assignments with a date (the worker does so daily)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say whom it would ask, and why")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            alerts = assign_alerts(dry_run=options["dry_run"])
        except Refused as refused:
            raise CommandError(refused.problem.message, returncode=1) from refused
        for alert in alerts:
            self.stdout.write(f"{alert.unit.short_name} ({alert.unit.code}): {sentence(alert.rule, alert.parameters)}")
        words = _("%(count)s units would be asked.") if options["dry_run"] else _("%(count)s units are asked.")
        self.stdout.write(words % {"count": len({alert.unit.id for alert in alerts})})
