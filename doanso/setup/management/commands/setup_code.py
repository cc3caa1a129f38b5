"""`doanso setup-code`: print a new one-time code for the first setup; earlier ones become void."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils.translation import gettext as _

from doanso.setup import actions, queries, rules
from doanso.setup.models import SetupCode


class Command(BaseCommand):
    help = "Print a new code that opens the first setup in a browser. Prints that there is none to do once set up."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="", help="address of the installation, printed with the code")
        parser.add_argument("--if-open", action="store_true", help="print nothing once it is set up")
        parser.add_argument("--hint", action="store_true", help="print how to get a code, and make none")

    def handle(self, *args: Any, **options: Any) -> None:
        if SetupCode._meta.db_table not in connection.introspection.table_names():
            raise CommandError(
                _(
                    "Đoàn Số was not started yet with the folder %(folder)s. Name the one it was started with: --data FOLDER"
                )
                % {"folder": settings.DATA}
            )
        if queries.is_set_up():
            if not options["if_open"]:
                self.stdout.write(_("Đoàn Số is set up already. Sign in."))
            return
        if options["hint"]:
            command = rules.code_command(settings.DATA, settings.ROOT / "var")
            self.stdout.write(_("Not set up yet. For the code of the first setup:  %(command)s") % {"command": command})
            return
        code = actions.issue_setup_code()
        if code is None:
            return
        self.stdout.write("")
        self.stdout.write(_("  First setup: open %(address)s") % {"address": f"{options['address']}/setup/"})
        self.stdout.write(_("  and type this code:  %(code)s") % {"code": rules.format_code(code)})
        self.stdout.write(_("  It works once, and until the next start. Nobody else may see it."))
        self.stdout.write("")
