"""`doanso prepare`: bring database and static files to this version, and print the code of the first setup if one is needed.

All in one process, because loading the product takes longer than the work itself at each start but the first.
"""

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandParser


class Command(BaseCommand):
    help = "Bring database and static files to this version; before the first setup print its code, or how to get one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--address", default="", help="address of the installation; without it no code is made")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        address = options["address"]
        call_command("setup_code", if_open=True, address=address, hint=not address, stdout=self.stdout)
