"""`doanso redraw ROUND`: draw a re-check's sample again from what was stored before the draw, and compare."""

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.support.queries import recheck_rounds as queries


class Command(BaseCommand):
    help = "Draw a re-check's sample again from its stored seed and list. Exit 1: another sample, or another list."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("round", type=UUID)

    def handle(self, *args: Any, **options: Any) -> None:
        redrawn = queries.redraw(options["round"])
        if redrawn is None:
            raise CommandError(_("There is no such re-check."), returncode=2)
        for key in redrawn.drawn:
            self.stdout.write(str(key))
        if not redrawn.same_list:
            raise CommandError(_("The stored list is not the one whose hash was stored."), returncode=1)
        if not redrawn.same_sample:
            raise CommandError(_("The sample that was drawn is another one."), returncode=1)
        self.stdout.write(_("The same list and the same sample."))
