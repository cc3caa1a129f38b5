"""`doanso load-consent-text FILE`: load a version of the consent text."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.lib.problems import Refused
from doanso.people.actions import load_consent_text


class Command(BaseCommand):
    help = "Load a text of consent (TOML). A version never changes. Exit 1: refused; 2: unreadable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = load_consent_text(actor=None, path=options["file"])
        except Refused as refused:
            raise CommandError(
                "\n".join([_("Nothing was loaded."), refused.problem.message]),
                returncode=2 if refused.problem.code == "file_unreadable" else 1,
            ) from refused
        self.stdout.write(_("Version %(version)s is loaded.") % {"version": text.version})
