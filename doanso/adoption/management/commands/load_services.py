"""`doanso load-services FILE`: load the catalogue of services, ladders and obstacles."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from doanso.adoption.actions import load_services
from doanso.lib.problems import Refused


class Command(BaseCommand):
    help = "Load a file of services (TOML), or load it again after a change. Exit 1: refused; 2: unreadable."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            catalogue = load_services(actor=None, path=options["file"])
        except Refused as refused:
            raise CommandError(
                "\n".join([_("Nothing was loaded."), refused.problem.message]),
                returncode=2 if refused.problem.code == "file_unreadable" else 1,
            ) from refused
        self.stdout.write(
            _("%(services)s services and %(obstacles)s obstacles are in the catalogue.")
            % {"services": len(catalogue.services), "obstacles": len(catalogue.obstacles)}
        )
