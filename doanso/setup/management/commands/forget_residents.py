"""`doanso forget-residents [--dry-run]`: empty names and numbers of residents whose programmes ended long ago."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils.translation import gettext as _

from doanso.people.actions import forget_residents
from doanso.setup import actions
from doanso.setup.erasures import ERASURES, RESIDENTS


class Command(BaseCommand):
    help = "Forget residents a year after their last programme (the worker does so daily). Members and figures stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only say how many it would be")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["dry_run"]:
            count = forget_residents(dry_run=True).forgotten
            self.stdout.write(_("%(count)s residents would be forgotten.") % {"count": count})
            return
        residents = next(erasure for erasure in ERASURES if erasure.code == RESIDENTS)
        result = actions.carry_out_erasure(residents, "forget-residents")
        self.stdout.write(_("%(count)s residents forgotten.") % {"count": result.erased})
        if result.waiting is not None:
            words = _(
                "%(count)s wait for an administrator's yes on the page /setup/erasures/, or for the day after a restore."
            )
            self.stdout.write(words % {"count": result.waiting})
        if result.held_back:
            self.stdout.write(
                _("%(count)s were held back by what is still open about them.") % {"count": result.held_back}
            )
