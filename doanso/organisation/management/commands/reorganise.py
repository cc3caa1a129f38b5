"""`doanso reorganise FILE`: carry out a decision's list of merged, split, moved, renamed and ended units."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts import queries as accounts
from doanso.lib import formats
from doanso.lib.problems import Refused
from doanso.organisation import queries
from doanso.organisation.actions import reorganise


class Command(BaseCommand):
    help = "Play a file of changes of the organisation (TOML), all of it or nothing. Exit 1: refused; 2: unreadable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--preview", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--as", dest="user", help="username of the administrator in whose name it is done")

    def handle(self, *args: Any, **options: Any) -> None:
        actor = None
        if options["user"]:
            actor = accounts.user_by_username(options["user"])
            if actor is None:
                raise CommandError(_("Nobody has the username “%(name)s”.") % {"name": options["user"]}, returncode=2)
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            raise CommandError(str(fault), returncode=2) from fault
        try:
            with transaction.atomic():
                changes = reorganise(actor=actor, content=content)
                lines = [
                    f"{formats.day(change.on)}  {queries.change_title(change)}"
                    + "".join(f"\n    {message}" for message in queries.roles_kept_back(change))
                    for change in changes
                ]
                if options["preview"]:
                    transaction.set_rollback(True)
        except Refused as refused:
            raise CommandError(
                "\n".join([_("Nothing was changed."), refused.problem.message]),
                returncode=2 if refused.problem.code == "file-unreadable" else 1,
            ) from refused
        self.stdout.write("\n".join(lines))
        if options["preview"]:
            self.stdout.write(_("This was a preview; nothing was changed."))
