"""`doanso load-units FILE`: load a committee's tree from a file."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.units.actions import UnitsRefused, load_units


class Command(BaseCommand):
    help = "Create the units of a file (TOML) that do not exist yet. Exit 1: refused, nothing written; 2: unreadable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            content = options["file"].read_bytes()
        except OSError as fault:
            words = _("%(file)s cannot be read: %(fault)s")
            raise CommandError(words % {"file": options["file"], "fault": fault.strerror}, returncode=2) from fault
        try:
            loaded = load_units(actor=None, content=content)
        except UnitsRefused as refused:
            lines = [problem.message for problem in refused.problems]
            raise CommandError("\n".join([_("Nothing was loaded."), *lines]), returncode=1) from refused
        words = _("%(created)s units and %(neighbourhoods)s neighbourhoods created, %(unchanged)s units were there.")
        counts = {"created": loaded.created, "neighbourhoods": loaded.neighbourhoods, "unchanged": loaded.unchanged}
        self.stdout.write(words % counts)
