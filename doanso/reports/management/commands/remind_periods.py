"""`doanso remind-periods [--dry-run]`: remind units that have not sent their month, naming the due date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.reports.actions.reminders import remind


class Command(BaseCommand):
    help = "Remind units that have not sent their month (the worker does so daily)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say whom it would remind")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            reminders = remind(dry_run=options["dry_run"])
        except Refused as refused:
            raise CommandError(refused.problem.message, returncode=1) from refused
        for reminder in reminders:
            values = {"unit": reminder.unit.short_name, "code": reminder.unit.code, "day": formats.day(reminder.due_on)}
            self.stdout.write(_("%(unit)s (%(code)s): by %(day)s") % values)
        words = _("%(count)s units would be reminded.") if options["dry_run"] else _("%(count)s units are reminded.")
        self.stdout.write(words % {"count": len(reminders)})
