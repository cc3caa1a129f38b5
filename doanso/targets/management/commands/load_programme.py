"""`doanso load-programme FILE`: load a programme, its services and its targets."""

from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.accounts.queries import user_by_username
from doanso.lib.problems import Refused
from doanso.targets.actions import load_programme


class Command(BaseCommand):
    help = "Load a programme file (TOML), or load it again after a change. Exit 1: refused, nothing written; 2: unreadable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--as", dest="user", help="act as this user; without it the server itself does it")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = None
        if options["user"]:
            actor = user_by_username(options["user"])
            if actor is None:
                raise CommandError(_("Nobody has the user name “%(name)s”.") % {"name": options["user"]}, returncode=2)
        try:
            programme = load_programme(actor=actor, path=options["file"])
        except PermissionDenied as error:
            raise CommandError(_("This user may not load programmes at that unit."), returncode=1) from error
        except Refused as refused:
            raise CommandError(
                "\n".join([_("Nothing was loaded."), refused.problem.message]),
                returncode=2 if refused.problem.code == "file_unreadable" else 1,
            ) from refused
        indicators = list(programme.indicators.all())
        counted = sum(bool(indicator.numerator) for indicator in indicators)
        self.stdout.write(
            _("%(title)s: %(count)s indicators, %(counted)s of them counted so far.")
            % {"title": programme.title, "count": len(indicators), "counted": counted}
        )
