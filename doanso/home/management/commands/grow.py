"""`doanso grow`: create hundreds of thousands of members, for measuring."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from doanso.home.grow import grow_members
from doanso.lib.problems import Refused
from doanso.targets.queries import require_programme


class Command(BaseCommand):
    help = (
        "Write many members with their use of services directly into the tables, for measuring; no actions, no history."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--members", type=int, required=True)
        parser.add_argument("--seed", type=int, default=1)
        parser.add_argument("--programme", default="my-tho-2023")

    def handle(self, *, members: int, seed: int, programme: str, **options: Any) -> None:
        began = time.monotonic()
        try:
            programme_row = require_programme(programme)
        except Refused as refusal:
            raise CommandError(refusal.problem.message) from refusal
        grow_members(
            programme_row, members, seed, lambda text: self.stderr.write(f"{time.monotonic() - began:6.1f} s  {text}")
        )
