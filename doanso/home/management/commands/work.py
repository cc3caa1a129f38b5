"""`doanso work`: the worker, until SIGTERM or Ctrl-C."""

from typing import Any

from django.core.management.base import BaseCommand

from doanso.audit.actions import seal_all
from doanso.home.worker import WorkerLoop
from doanso.imports.actions import keep_going
from doanso.tally.actions import fold


def fold_all() -> None:
    """Fold page after page until nothing waits."""
    while fold():
        pass


class Command(BaseCommand):
    help = "Run tasks, fold the ledger's queue, seal the audit chain and wake stalled imports, until told to stop."

    def handle(self, **options: Any) -> None:
        WorkerLoop({"folding": fold_all, "sealing": seal_all, "imports": keep_going}).run()
