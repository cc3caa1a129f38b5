"""`doanso forget-residents [--dry-run]`: empty names and numbers of residents whose programmes ended long ago."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from doanso.people.actions import forget_residents


class Command(BaseCommand):
    help = "Forget residents a year after their last programme (the worker does so daily). Members and figures stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many it would be")

    def handle(self, *args: Any, **options: Any) -> None:
        result = forget_residents(dry_run=options["dry_run"], note="forget-residents")
        words = (
            _("%(count)s residents would be forgotten.") if options["dry_run"] else _("%(count)s residents forgotten.")
        )
        self.stdout.write(words % {"count": result.forgotten})
        if result.held_back:
            self.stdout.write(
                _("%(count)s were held back by what is still open about them.") % {"count": result.held_back}
            )
